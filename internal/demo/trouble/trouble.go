// Package trouble keeps what goes wrong on purpose in the demo. A visitor arms a trouble; the next order at the shop
// takes it; the shop and the line between the shop and the product then make it happen and note what they saw. What was
// noted stays, so that a visitor can read afterwards what happened and compare it with the books.
//
// At most one trouble is armed, and the newest order's trouble is the one in force.
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
