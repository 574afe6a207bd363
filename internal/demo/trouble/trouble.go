// Package trouble keeps what goes wrong on purpose in the demo. A visitor arms a trouble; the next order at the shop
// takes it; the shop and the line between the shop and the product then make it happen and note what they saw. What was
// noted stays, so that a visitor can read afterwards what happened and compare it with the books.
//
// At most one order's trouble is armed, and the newest order's trouble is the one in force. Beside it the collection agent and
// the bank each have one: it waits for the next notice or answer ([Desk.Take]), and whoever took it notes what they did.
package trouble

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"tsuke/internal/clock"
	"tsuke/internal/demo/keep"
)

// Kind is one way in which things go wrong.
type Kind string

// The kinds. The comment says what an honest system must make of each.
const (
	LostAnswer   Kind = "lost_answer"   // each first answer to the shop is lost: asked again with the same key, nothing happens twice
	Twice        Kind = "twice"         // each order to pay arrives twice at once: it counts once
	KillBefore   Kind = "kill_before"   // the server dies before the press arrives: nothing is charged
	KillAfter    Kind = "kill_after"    // the server dies after it has written, before it has answered: charged, and told so
	KillConfirm  Kind = "kill_confirm"  // the same while the shop confirms
	SlowShop     Kind = "slow_shop"     // the shop takes 20 seconds to confirm: both sides say that it is pending
	NeverConfirm Kind = "never_confirm" // the shop never confirms: the amount is given back by itself
	SoldOut      Kind = "sold_out"      // the shop finds the shelf empty after the approval: it gives the amount back
)

// Kinds lists all kinds in the order in which they are offered.
func Kinds() []Kind {
	return []Kind{LostAnswer, Twice, KillBefore, KillAfter, KillConfirm, SlowShop, NeverConfirm, SoldOut}
}

// Office is who sends files to the product.
type Office string

// The offices.
const (
	Agent Office = "agent" // the collection agent behind the till
	Bank  Office = "bank"
)

// What goes wrong with files. The comment says what an honest system must make of each.
const (
	AgentTwice  Kind = "agent_twice"  // a notice comes again, as the same file and in another: it counts once
	AgentAmount Kind = "agent_amount" // a notice tells another amount than the slip's: the money waits for a person
	AgentCancel Kind = "agent_cancel" // a report is taken back although the cash was taken: open again until the final word
	AgentSilent Kind = "agent_silent" // no notice comes for a day: nothing is known until then, and everything afterwards

	BankTwice   Kind = "bank_twice"   // the answer comes again, and a third time with another result: it counts once
	BankAmount  Kind = "bank_amount"  // a debit is answered with another amount: nothing is booked
	BankMissing Kind = "bank_missing" // a debit is not answered: nothing is booked
	BankCut     Kind = "bank_cut"     // the file ends in the middle: nothing is booked
	BankSilent  Kind = "bank_silent"  // no answer comes: nobody is late meanwhile
)

// KindsOf lists what an office can do wrong, in the order in which it is offered.
func KindsOf(o Office) []Kind {
	switch o {
	case Agent:
		return []Kind{AgentTwice, AgentAmount, AgentCancel, AgentSilent}
	case Bank:
		return []Kind{BankTwice, BankAmount, BankMissing, BankCut, BankSilent}
	}
	return nil
}

// Offices lists the offices.
func Offices() []Office { return []Office{Agent, Bank} }

// maxRecords is how many troubles are remembered.
const maxRecords = 50

// Step is one thing that was seen. Key names a sentence, Args its figures; neither holds personal data.
type Step struct {
	At   time.Time // the demo's time
	Key  string
	Args []string
}

// Record is one armed trouble and what came of it.
type Record struct {
	Number int
	Kind   Kind
	Armed  time.Time
	Order  string // the order that took it, or empty
	Steps  []Step

	Struck map[string]bool // where it has struck already: each place is struck once
}

// Desk is where troubles are armed. It is safe for concurrent use.
type Desk struct {
	path  string
	clock clock.Clock

	mu  sync.Mutex
	mem memory
}

type memory struct {
	Records []Record // oldest first
	Armed   bool     // the last record waits for its order
	InForce bool     // the last record has its order and may still strike

	Waiting map[Office]Kind `json:",omitempty"` // what the offices' next files meet
	Files   []Record        `json:",omitempty"` // what came of them, oldest first; Order names the file
}

// Open reads what is remembered in a folder.
func Open(dir string, clk clock.Clock) (*Desk, error) {
	d := &Desk{path: filepath.Join(dir, "trouble.json"), clock: clk}
	_, err := keep.Load(d.path, &d.mem)
	return d, err
}

// Arm makes a trouble wait for the next order. It takes the place of one that waits.
func (d *Desk) Arm(kind Kind) error {
	if !slices.Contains(Kinds(), kind) {
		return fmt.Errorf("trouble: no kind %q", kind)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	number := 1
	if last := d.last(); last != nil {
		number = last.Number + 1
	}
	if d.mem.Armed {
		d.mem.Records = d.mem.Records[:len(d.mem.Records)-1]
		number--
	}
	d.mem.Records = append(d.mem.Records, Record{Number: number, Kind: kind, Armed: d.clock.Now(), Struck: map[string]bool{}})
	if over := len(d.mem.Records) - maxRecords; over > 0 {
		d.mem.Records = slices.Delete(d.mem.Records, 0, over)
	}
	d.mem.Armed, d.mem.InForce = true, false
	return d.save()
}

// Disarm takes back what waits.
func (d *Desk) Disarm() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.mem.Armed {
		return nil
	}
	d.mem.Records = d.mem.Records[:len(d.mem.Records)-1]
	d.mem.Armed = false
	return d.save()
}

// Armed is the kind that waits, or "".
func (d *Desk) Armed() Kind {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.mem.Armed {
		return ""
	}
	return d.last().Kind
}

// Begin tells that an order begins. It takes the trouble that waits, if any; an older order's trouble ends.
func (d *Desk) Begin(order string) (Kind, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.mem.InForce = d.mem.Armed
	d.mem.Armed = false
	if !d.mem.InForce {
		return "", nil
	}
	last := d.last()
	last.Order = order
	d.note("step.begin", order)
	return last.Kind, d.save()
}

// Strike tells whether a trouble of this kind is in force and has not yet struck at this place. From now on it has.
func (d *Desk) Strike(place string, kind Kind) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.mem.InForce {
		return false
	}
	last := d.last()
	if last.Kind != kind || last.Struck[place] {
		return false
	}
	last.Struck[place] = true
	return d.save() == nil
}

// Note adds what was seen to the trouble in force. Without one it does nothing.
func (d *Desk) Note(key string, args ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.mem.InForce {
		return
	}
	d.note(key, args...)
	_ = d.save() // a note that is lost costs a line on a page
}

// NoteFor adds what was seen to the trouble that an order took, also after a newer one. For other orders it does nothing.
func (d *Desk) NoteFor(order, key string, args ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range slices.Backward(d.mem.Records) {
		if r := &d.mem.Records[i]; r.Order == order {
			r.Steps = append(r.Steps, Step{At: d.clock.Now(), Key: key, Args: args})
			_ = d.save() // as above
			return
		}
	}
}

// Records are the troubles that have had their order, newest first.
func (d *Desk) Records() []Record {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Record
	for i, r := range slices.Backward(d.mem.Records) {
		if d.mem.Armed && i == len(d.mem.Records)-1 {
			continue
		}
		r.Steps = slices.Clone(r.Steps)
		r.Struck = nil
		out = append(out, r)
	}
	return out
}

func (d *Desk) last() *Record {
	if len(d.mem.Records) == 0 {
		return nil
	}
	return &d.mem.Records[len(d.mem.Records)-1]
}

func (d *Desk) note(key string, args ...string) {
	last := d.last()
	last.Steps = append(last.Steps, Step{At: d.clock.Now(), Key: key, Args: args})
}

func (d *Desk) save() error { return keep.Save(d.path, d.mem) }

// Set makes a trouble wait for an office's next file, in the place of one that waits. The kind "" takes it back.
func (d *Desk) Set(o Office, kind Kind) error {
	if kind != "" && !slices.Contains(KindsOf(o), kind) {
		return fmt.Errorf("trouble: the %s has no kind %q", o, kind)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	waiting := map[Office]Kind{o: kind}
	for other, k := range d.mem.Waiting {
		if other != o {
			waiting[other] = k
		}
	}
	if kind == "" {
		delete(waiting, o)
	}
	d.mem.Waiting = waiting
	return d.save()
}

// Waits is what an office's next file meets, or "".
func (d *Desk) Waits(o Office) Kind {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.mem.Waiting[o]
}

// Take tells what a file of an office meets, if anything, and the number to note under what came of it.
func (d *Desk) Take(o Office, file string) (Kind, int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	kind := d.mem.Waiting[o]
	if kind == "" {
		return "", 0, nil
	}
	delete(d.mem.Waiting, o)
	number := 1
	if n := len(d.mem.Files); n > 0 {
		number = d.mem.Files[n-1].Number + 1
	}
	d.mem.Files = append(d.mem.Files, Record{Number: number, Kind: kind, Armed: d.clock.Now(), Order: file})
	if over := len(d.mem.Files) - maxRecords; over > 0 {
		d.mem.Files = slices.Delete(d.mem.Files, 0, over)
	}
	return kind, number, d.save()
}

// NoteFile adds what was done to a file's trouble. Without one it does nothing.
func (d *Desk) NoteFile(number int, key string, args ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := range d.mem.Files {
		if r := &d.mem.Files[i]; r.Number == number {
			r.Steps = append(r.Steps, Step{At: d.clock.Now(), Key: key, Args: args})
			_ = d.save() // as in Note
			return
		}
	}
}

// FileRecords are the troubles that files have met, newest first.
func (d *Desk) FileRecords() []Record {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Record
	for _, r := range slices.Backward(d.mem.Files) {
		r.Steps = slices.Clone(r.Steps)
		out = append(out, r)
	}
	return out
}
