package till

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/demo/trouble"
	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/world"
)

// town is a till whose files are matched by the real books: hanako has a bill of June, and it is 1 July.
type town struct {
	*counter

	world *world.World
	slip  billing.Slip
}

func newTown(t *testing.T) *town {
	t.Helper()
	w := world.New(t)
	must(t, w.Member("hanako"))
	_, err := w.Buy("hanako", "A-1", 8_500, checkout.Automatic)
	must(t, err)
	_, err = w.Act("A-1", func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error) {
		return w.Checkout.Confirm(tx, w.Merchant, p, world.CaptureWithin, by)
	})
	must(t, err)
	w.Clock.Set(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))
	_, err = w.Billing.CloseAll(context.Background(), w.DB, june(t), nil)
	must(t, err)
	c := &counter{t: t, dir: t.TempDir(), hand: w.Clock}
	c.open()
	v := &town{counter: c, world: w}
	c.product = v.take
	v.slip, err = w.Slip("hanako", v.bill())
	must(t, err)
	return v
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func june(t *testing.T) jst.Month {
	t.Helper()
	m, err := jst.ParseMonth("2026-06")
	must(t, err)
	return m
}

func (v *town) bill() billing.Statement {
	v.t.Helper()
	st, found := v.world.Statement("hanako", june(v.t))
	if !found {
		v.t.Fatal("no bill")
	}
	return st
}

// take imports a file as the product's command does.
func (v *town) take(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	file, err := agentfile.Read(bytes.NewReader(text))
	if err != nil {
		return "", err
	}
	var lines []billing.Line
	for _, l := range file.Lines {
		lines = append(lines, billing.Line{
			Number: l.Number, Kind: billing.LineKind(l.Kind), Day: l.Day, Time: l.Time, Digits: l.Barcode, Amount: l.Amount, Chain: l.Chain, Store: l.Store,
		})
	}
	report, err := v.world.Billing.ImportFile(context.Background(), v.world.DB, billing.File{Hash: file.Hash[:], Agent: "agent", Lines: lines})
	n := report.Counts
	return fmt.Sprintf("applied %d repeated %d suspense %d again %v", n.Applied, n.Repeated, n.Suspense, report.Repeated), err
}

// waiting is the money that waits for a person.
func (v *town) waiting() int {
	var n int
	v.world.Read(func(tx *db.Tx) error {
		all, err := v.world.Billing.ListWaiting(tx, 10)
		n = len(all)
		return err
	})
	return n
}

// stands holds the bill, what waits for a person, and the books against what is right.
func (v *town) stands(when string, state billing.State, waiting int) {
	v.t.Helper()
	if got := v.bill().State; got != state {
		v.t.Errorf("%s: the bill is %s, want %s", when, got, state)
	}
	if got := v.waiting(); got != waiting {
		v.t.Errorf("%s: %d wait for a person, want %d", when, got, waiting)
	}
	if broken := v.world.Verify(); len(broken) > 0 {
		v.t.Errorf("%s: %v", when, broken)
	}
}

func (v *town) said() []string {
	var out []string
	for _, n := range v.till.look().Notices {
		out = append(out, n.Kind+": "+n.Said)
	}
	return out
}

// Whatever the agent does, the books agree, and in the end the bill is paid once or the money waits for a person.
func TestAgentTroubles(t *testing.T) {
	t.Parallel()
	for kind, tt := range map[trouble.Kind]struct {
		reported billing.State // after the payment at the till
		final    billing.State // after the agent's final word
		waiting  int
		said     []string
	}{
		trouble.AgentTwice: {billing.Confirming, billing.Paid, 0, []string{
			"prompt: applied 1 repeated 0 suspense 0 again true", "prompt: applied 0 repeated 2 suspense 0 again false",
			"confirmed: applied 1 repeated 0 suspense 0 again false",
		}},
		trouble.AgentAmount: {billing.Issued, billing.Issued, 1, []string{
			"prompt: applied 0 repeated 0 suspense 1 again false", "confirmed: applied 0 repeated 0 suspense 1 again false",
		}},
		trouble.AgentCancel: {billing.Issued, billing.Paid, 0, []string{
			"prompt: applied 1 repeated 0 suspense 0 again false", "cancelled: applied 1 repeated 0 suspense 0 again false",
			"confirmed: applied 1 repeated 0 suspense 0 again false",
		}},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			v := newTown(t)
			must(t, v.desk.Set(trouble.Agent, kind))
			v.buy(v.slip.Digits)
			v.stands("reported", tt.reported, tt.waiting)
			v.hand.Advance(time.Hour)
			must(t, v.till.confirmAll(t.Context()))
			v.stands("at the end", tt.final, tt.waiting)
			check(t, "what the product said", tt.said, v.said())
			records := v.desk.FileRecords()
			if len(records) != 1 || records[0].Kind != kind || len(records[0].Steps) != 1 || v.desk.Waits(trouble.Agent) != "" {
				t.Errorf("noted: %+v", records)
			}
		})
	}
}

// A day's silence keeps everything back, and nothing is lost in it, not by a restart either.
func TestAgentIsSilent(t *testing.T) {
	t.Parallel()
	v := newTown(t)
	must(t, v.desk.Set(trouble.Agent, trouble.AgentSilent))
	v.buy(v.slip.Digits)
	v.hand.Advance(time.Hour)
	must(t, v.till.confirmAll(t.Context()))
	must(t, v.till.Release(t.Context()))
	v.stands("in the silence", billing.Issued, 0)
	if held := v.till.look().Notices; len(v.sent) != 0 || len(held) != 2 || !held[0].Held || !held[1].Held {
		t.Fatalf("sent %q, notices %+v", v.sent, held)
	}
	v.open()
	v.hand.Advance(silence - time.Hour)
	must(t, v.till.Release(t.Context()))
	must(t, v.till.Release(t.Context()))
	v.stands("afterwards", billing.Paid, 0)
	check(t, "sent, in order", []string{"notice-0001.csv", "notice-0002.csv"}, v.sent)
	if slices.ContainsFunc(v.till.look().Notices, func(n Notice) bool { return n.Held || n.Failed }) {
		t.Errorf("still held: %+v", v.till.look().Notices)
	}
}
