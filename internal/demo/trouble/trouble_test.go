package trouble

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/clock"
)

var noon = time.Date(2026, 7, 7, 3, 0, 0, 0, time.UTC)

func TestDesk(t *testing.T) {
	t.Parallel()
	dir, hand := t.TempDir(), clock.NewHand(noon)
	open := func() *Desk {
		d, err := Open(dir, hand)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	d := open()
	if kind, err := d.Begin("A-1"); kind != "" || err != nil {
		t.Errorf("nothing armed, begun: %q %v", kind, err)
	}
	if err := d.Arm("flood"); err == nil {
		t.Error("an unknown kind was armed")
	}
	must(d.Arm(KillBefore))
	if d.Strike("pay", KillBefore) {
		t.Error("struck before the order began")
	}
	must(d.Arm(LostAnswer)) // takes the place of the other
	d = open()              // and survives a restart
	if got := d.Armed(); got != LostAnswer {
		t.Errorf("armed %q", got)
	}
	if len(d.Records()) != 0 {
		t.Error("what waits is no record yet")
	}
	kind, err := d.Begin("A-2")
	must(err)
	if kind != LostAnswer || d.Armed() != "" {
		t.Errorf("begun with %q, still armed %q", kind, d.Armed())
	}
	if d.Strike("key-1", Twice) {
		t.Error("another kind struck")
	}
	if !d.Strike("key-1", LostAnswer) {
		t.Error("did not strike")
	}
	if d.Strike("key-1", LostAnswer) {
		t.Error("struck twice at one place")
	}
	hand.Advance(time.Second)
	d.Note("step.lost", "201")
	d = open()
	if d.Strike("key-1", LostAnswer) {
		t.Error("struck again after a restart")
	}
	want := []Record{{Number: 1, Kind: LostAnswer, Armed: noon, Order: "A-2", Steps: []Step{
		{At: noon, Key: "step.begin", Args: []string{"A-2"}},
		{At: noon.Add(time.Second), Key: "step.lost", Args: []string{"201"}},
	}}}
	if diff := cmp.Diff(want, d.Records()); diff != "" {
		t.Error(diff)
	}
	if kind, err := d.Begin("A-3"); kind != "" || err != nil {
		t.Errorf("next order: %q %v", kind, err)
	}
	d.Note("step.lost", "late")
	if d.Strike("key-2", LostAnswer) {
		t.Error("struck at the next order")
	}
	must(d.Arm(SoldOut))
	d.NoteFor("A-9", "step.event")
	must(d.Disarm())
	must(d.Disarm())
	if diff := cmp.Diff(want, d.Records()); diff != "" {
		t.Error(diff)
	}
	d.NoteFor("A-2", "step.event", "payment.expired")
	want[0].Steps = append(want[0].Steps, Step{At: noon.Add(time.Second), Key: "step.event", Args: []string{"payment.expired"}})
	if diff := cmp.Diff(want, d.Records()); diff != "" {
		t.Error(diff)
	}
}

func TestDeskForgetsTheOldest(t *testing.T) {
	t.Parallel()
	d, err := Open(t.TempDir(), clock.NewHand(noon))
	if err != nil {
		t.Fatal(err)
	}
	for range maxRecords + 3 {
		if err := d.Arm(Twice); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Begin("A"); err != nil {
			t.Fatal(err)
		}
	}
	records := d.Records()
	if len(records) != maxRecords || records[0].Number != maxRecords+3 || records[maxRecords-1].Number != 4 {
		t.Errorf("%d records from %d to %d", len(records), records[0].Number, records[len(records)-1].Number)
	}
}

// A file's trouble waits beside an order's, is taken once, and survives a restart.
func TestFiles(t *testing.T) {
	t.Parallel()
	dir, hand := t.TempDir(), clock.NewHand(noon)
	var d *Desk
	open := func() {
		var err error
		if d, err = Open(dir, hand); err != nil {
			t.Fatal(err)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	open()
	if d.Set(Agent, BankCut) == nil || d.Set("post", AgentTwice) == nil {
		t.Error("a kind of another office was armed")
	}
	must(d.Arm(SoldOut))
	must(d.Set(Agent, AgentAmount))
	must(d.Set(Agent, AgentTwice)) // takes the place of the other
	must(d.Set(Bank, BankCut))
	must(d.Set(Bank, ""))
	must(d.Set(Bank, ""))
	open()
	if d.Armed() != SoldOut || d.Waits(Agent) != AgentTwice || d.Waits(Bank) != "" {
		t.Errorf("waiting: %q %q %q", d.Armed(), d.Waits(Agent), d.Waits(Bank))
	}
	if kind, number, err := d.Take(Bank, "r-1"); kind != "" || number != 0 || err != nil {
		t.Errorf("the bank: %q %d %v", kind, number, err)
	}
	kind, number, err := d.Take(Agent, "notice-0001.csv")
	must(err)
	if kind != AgentTwice || d.Waits(Agent) != "" {
		t.Errorf("the agent: %q, then %q", kind, d.Waits(Agent))
	}
	d.NoteFile(number, "step.agent_again")
	d.NoteFile(0, "step.begin")
	open()
	want := []Record{{Number: 1, Kind: AgentTwice, Armed: noon, Order: "notice-0001.csv", Steps: []Step{{At: noon, Key: "step.agent_again"}}}}
	if diff := cmp.Diff(want, d.FileRecords()); diff != "" {
		t.Error(diff)
	}
	for range maxRecords + 2 {
		must(d.Set(Bank, BankSilent))
		_, _, err := d.Take(Bank, "r")
		must(err)
	}
	if records := d.FileRecords(); len(records) != maxRecords || records[0].Number != maxRecords+3 {
		t.Errorf("%d records from %d", len(records), records[0].Number)
	}
}
