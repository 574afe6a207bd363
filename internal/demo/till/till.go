// Package till is the demo's convenience store, みちくさマート, and the collection agent behind it. The till reads the 44
// digits of a slip, takes the cash, and prints a receipt. The agent tells the product in the way that agents do, by file:
// a prompt line within moments, a confirmed line at the end, a cancelled line if the till took the payment back.
//
// Who has no barcode types a receipt number and a phone number at the store's terminal ([Till] as the agent takes the
// product's files of numbers by itself, in the order of their serial numbers); what is found there is paid like a slip.
//
// The till knows nothing but the digits. It takes a slip that is paid already and one that is past its day, as real
// tills do; what that means is for the product to find out.
//
// What the till took is on the disk before its notice is written, and a notice is on the disk before it is sent. The
// same file can be sent any number of times.
//
// The agent can misbehave on command ([trouble.Agent]): the next payment's notice is sent twice, tells another amount, is taken
// back, or is kept back for a day together with all that follow.
package till

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tsuke/internal/clock"
	"tsuke/internal/demo/keep"
	"tsuke/internal/demo/page"
	"tsuke/internal/demo/trouble"
	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

//go:embed templates/*.html
var files embed.FS

const (
	chain     = "900"
	chainName = "みちくさマート"
	maxKept   = 200
)

// Store is one of the chain's stores.
type Store struct {
	Code string
	Name page.Word
}

// Stores are the stores whose till can be used.
func Stores() []Store {
	return []Store{
		{"000101", page.Word{JA: "神宮前店", EN: "Jingumae store"}},
		{"000202", page.Word{JA: "駅ナカ店", EN: "Station store"}},
	}
}

// Slip is one scan at the till.
type Slip struct {
	Number  int
	Store   string
	Digits  string
	Scanned time.Time
	Paid    time.Time // the demo's time; zero until the cash is taken
	State   string    // scanned, prompt, confirmed or cancelled
	Told    money.Yen // what the agent tells instead of the slip's amount; 0 if it tells the truth
}

// Code is what the digits say. They were judged when the slip was scanned.
func (s Slip) Code() konbini.Code {
	code, _ := konbini.Parse(s.Digits)
	return code
}

// Amount is what the digits ask for.
func (s Slip) Amount() money.Yen { return money.Yen(s.Code().Yen) }

// Due is the last day to pay, zero without one.
func (s Slip) Due() jst.Day {
	day, _ := jst.ParseDay(s.Code().Due)
	return day
}

// Groups are the digits in groups of four, as clerks read them.
func (s Slip) Groups() string {
	var out []string
	for chunk := range slices.Chunk([]byte(s.Digits), 4) {
		out = append(out, string(chunk))
	}
	return strings.Join(out, " ")
}

// Notice is one file of the agent.
type Notice struct {
	Number int
	Made   time.Time
	Kind   string // prompt, confirmed or cancelled
	Lines  int
	Sent   int    // how often
	Failed bool   // the last time it was sent
	Held   bool   // the agent keeps it back
	Said   string // what the product's command said the last time
}

// name is the file's name in the agent's folder.
func (n Notice) name() string { return fmt.Sprintf("notice-%04d.csv", n.Number) }

// Importer hands a file to the product and gives what the product said.
type Importer func(ctx context.Context, path string) (string, error)

// Till is the store and its agent. It is safe for concurrent use.
type Till struct {
	dir    string
	clock  clock.Clock
	book   *page.Book
	desk   *trouble.Desk
	send   Importer
	fetch  Fetcher
	serial sync.Mutex // held while a file is being sent: one after the other

	mu  sync.Mutex
	mem memory
}

type memory struct {
	Slips   []Slip   // oldest first
	Notices []Notice // oldest first

	SilentUntil time.Time // the agent keeps notices back until then

	Numbers []Known // that the product has told of, oldest first
	Taken   int     // serial number of the last file of numbers that was taken
	Refused string  // what is wrong with the next one; empty if nothing is
}

func (m memory) clone() memory {
	m.Slips, m.Notices, m.Numbers = slices.Clone(m.Slips), slices.Clone(m.Notices), slices.Clone(m.Numbers)
	return m
}

// Open reads what the till has taken so far. dir holds its book and the agent's files.
func Open(dir string, site *page.Site, desk *trouble.Desk, send Importer, fetch Fetcher) (*Till, error) {
	book, err := page.NewBook(site, files, words)
	if err != nil {
		return nil, err
	}
	t := &Till{dir: dir, clock: site.Clock, book: book, desk: desk, send: send, fetch: fetch}
	_, err = keep.Load(t.bookPath(), &t.mem)
	return t, err
}

func (t *Till) bookPath() string { return filepath.Join(t.dir, "till.json") }

// change changes the book; what is not on the disk did not happen.
func (t *Till) change(f func(*memory) error) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	next := t.mem.clone()
	if err := f(&next); err != nil {
		return err
	}
	if err := keep.Save(t.bookPath(), next); err != nil {
		return err
	}
	t.mem = next
	return nil
}

func (t *Till) look() memory {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mem.clone()
}

// What the till says no to. The texts are keys of its words.
var (
	errAbsent = errors.New("slip.absent")
	errMinute = errors.New("slip.minute")
	errState  = errors.New("slip.state")
)

// clean takes from what was typed or scanned what is no digit of the slip: spaces, hyphens, the letters EAN, brackets.
func clean(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case '０' <= r && r <= '９':
			return r - '０' + '0'
		case strings.ContainsRune(" 　-ー()（）\t\r\nEAN", r):
			return -1
		}
		return r
	}, typed)
}

// scan reads a slip's digits.
func (t *Till) scan(store, typed string) (int, error) {
	digits := clean(typed)
	if _, err := konbini.Parse(digits); err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(Stores(), func(s Store) bool { return s.Code == store }) {
		return 0, errState
	}
	number := 0
	err := t.change(func(m *memory) error {
		number = 1
		if n := len(m.Slips); n > 0 {
			number = m.Slips[n-1].Number + 1
		}
		m.Slips = append(m.Slips, Slip{Number: number, Store: store, Digits: digits, Scanned: t.clock.Now(), State: "scanned"})
		if over := len(m.Slips) - maxKept; over > 0 {
			m.Slips = slices.Delete(m.Slips, 0, over)
		}
		return nil
	})
	return number, err
}

func (m *memory) slip(number int) *Slip {
	for i := range m.Slips {
		if m.Slips[i].Number == number {
			return &m.Slips[i]
		}
	}
	return nil
}

// pay takes the cash and lets the agent tell. Pressing again changes nothing. One slip cannot be taken twice within a
// minute at one store: the agent's file tells payments apart by the minute, so no till is that fast.
func (t *Till) pay(ctx context.Context, number int) error {
	fresh := false
	err := t.change(func(m *memory) error {
		s := m.slip(number)
		if s == nil {
			return errAbsent
		}
		if s.State != "scanned" {
			return nil
		}
		now := t.clock.Now()
		for _, other := range m.Slips {
			if other.Digits == s.Digits && other.Store == s.Store && !other.Paid.IsZero() && minute(other.Paid) == minute(now) {
				return errMinute
			}
		}
		s.State, s.Paid, fresh = "prompt", now, true
		return nil
	})
	if err != nil || !fresh {
		return err
	}
	return t.report(ctx, number)
}

func minute(at time.Time) string { return jst.In(at).Format("200601021504") }

// cancel takes back a payment that is not confirmed, as a clerk does at once after a slip of the hand.
func (t *Till) cancel(ctx context.Context, number int) error {
	fresh := false
	err := t.change(func(m *memory) error {
		s := m.slip(number)
		switch {
		case s == nil:
			return errAbsent
		case s.State == "cancelled":
			return nil
		case s.State != "prompt":
			return errState
		}
		s.State, fresh = "cancelled", true
		return nil
	})
	if err != nil || !fresh {
		return err
	}
	return t.tell(ctx, agentfile.Cancelled, number)
}

// confirmAll is the agent's final word on all payments that stand.
func (t *Till) confirmAll(ctx context.Context) error {
	var numbers []int
	err := t.change(func(m *memory) error {
		for i := range m.Slips {
			if m.Slips[i].State == "prompt" {
				m.Slips[i].State = "confirmed"
				numbers = append(numbers, m.Slips[i].Number)
			}
		}
		return nil
	})
	if err != nil || len(numbers) == 0 {
		return err
	}
	return t.tell(ctx, agentfile.Confirmed, numbers...)
}

// tell writes a notice about slips into the agent's folder and sends it, unless the agent is silent.
func (t *Till) tell(ctx context.Context, kind agentfile.Kind, numbers ...int) error {
	notice, err := t.write(kind, numbers...)
	if err != nil || notice.Held {
		return err
	}
	return t.deliver(ctx, notice.Number)
}

// write writes a notice about slips into the agent's folder.
func (t *Till) write(kind agentfile.Kind, numbers ...int) (notice Notice, err error) {
	var text bytes.Buffer
	err = t.change(func(m *memory) error {
		now := t.clock.Now()
		var lines []agentfile.Line
		for _, number := range numbers {
			lines = append(lines, line(*m.slip(number), kind, now))
		}
		if err := agentfile.Write(&text, lines); err != nil {
			return err
		}
		notice = Notice{Number: 1, Made: now, Kind: kindWord(kind), Lines: len(lines), Failed: true, Held: now.Before(m.SilentUntil)}
		if n := len(m.Notices); n > 0 {
			notice.Number = m.Notices[n-1].Number + 1
		}
		m.Notices = append(m.Notices, notice)
		if over := len(m.Notices) - maxKept; over > 0 {
			m.Notices = slices.Delete(m.Notices, 0, over)
		}
		return keep.Write(filepath.Join(t.dir, notice.name()), text.Bytes())
	})
	return notice, err
}

// line is a slip as the agent's file tells it.
func line(s Slip, kind agentfile.Kind, now time.Time) agentfile.Line {
	amount := s.Amount()
	if s.Told != 0 {
		amount = s.Told
	}
	return agentfile.Line{
		Kind: kind, Day: jst.DayOf(s.Paid), Time: jst.In(s.Paid).Format("1504"), Barcode: s.Digits,
		User1: s.Digits[13:19], User2: s.Digits[19:30], Stamp: s.Code().Stamp, Amount: amount,
		Chain: chain, ChainName: chainName, Store: s.Store, CreatedDay: jst.DayOf(now),
	}
}

func kindWord(kind agentfile.Kind) string {
	switch kind {
	case agentfile.Confirmed:
		return "confirmed"
	case agentfile.Cancelled:
		return "cancelled"
	default:
		return "prompt"
	}
}

// deliver sends a notice, again if it was sent before.
func (t *Till) deliver(ctx context.Context, number int) error {
	mem := t.look()
	i := slices.IndexFunc(mem.Notices, func(n Notice) bool { return n.Number == number })
	if i < 0 {
		return errAbsent
	}
	t.serial.Lock()
	said, err := t.send(ctx, filepath.Join(t.dir, mem.Notices[i].name()))
	t.serial.Unlock()
	if err != nil {
		said = err.Error()
	}
	return t.change(func(m *memory) error {
		for i := range m.Notices {
			if n := &m.Notices[i]; n.Number == number {
				n.Sent, n.Failed, n.Held, n.Said = n.Sent+1, err != nil, false, strings.TrimSpace(said)
			}
		}
		return nil
	})
}
