package lifecycle_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/lifecycle"
)

type (
	state string
	event string
)

// parcel has a loop, two ways into one state, and an end.
func parcel() *lifecycle.Machine[state, event] {
	return lifecycle.New(
		lifecycle.Move[state, event]{From: "packed", On: "send", To: "underway"},
		lifecycle.Move[state, event]{From: "underway", On: "scan", To: "underway"},
		lifecycle.Move[state, event]{From: "underway", On: "deliver", To: "delivered"},
		lifecycle.Move[state, event]{From: "packed", On: "recall", To: "returned"},
		lifecycle.Move[state, event]{From: "underway", On: "recall", To: "returned"},
	)
}

func TestNext(t *testing.T) {
	t.Parallel()
	m := parcel()
	for _, c := range []struct {
		from    state
		on      event
		to      state
		verdict lifecycle.Verdict
	}{
		{"packed", "send", "underway", lifecycle.Moved},
		{"underway", "send", "underway", lifecycle.Already},
		{"underway", "scan", "underway", lifecycle.Moved}, // a step that stays is a step
		{"delivered", "deliver", "delivered", lifecycle.Already},
		{"delivered", "send", "delivered", lifecycle.Refused}, // it was sent once, but is not where sending leads
		{"packed", "deliver", "packed", lifecycle.Refused},
		{"returned", "recall", "returned", lifecycle.Already},
		{"delivered", "recall", "delivered", lifecycle.Refused},
		{"lost", "send", "lost", lifecycle.Refused},
		{"packed", "burn", "packed", lifecycle.Refused},
		{"", "", "", lifecycle.Refused},
	} {
		if to, verdict := m.Next(c.from, c.on); to != c.to || verdict != c.verdict {
			t.Errorf("%q on %q: %q, %v; want %q, %v", c.from, c.on, to, verdict, c.to, c.verdict)
		}
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	m := parcel()
	for _, c := range []struct{ got, want any }{
		{m.States(), []state{"packed", "underway", "delivered", "returned"}},
		{m.Events(), []event{"send", "scan", "deliver", "recall"}},
		{m.Sources("recall"), []state{"packed", "underway"}},
		{m.Sources("burn"), []state(nil)},
		{[]bool{m.Final("packed"), m.Final("underway"), m.Final("delivered"), m.Final("lost")}, []bool{false, false, true, false}},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
	m.States()[0] = "changed"
	m.Events()[0] = "changed"
	if to, verdict := m.Next(m.States()[0], m.Events()[0]); to != "underway" || verdict != lifecycle.Moved {
		t.Errorf("a caller changed the machine through a list: %q, %v", to, verdict)
	}
}

func TestGrid(t *testing.T) {
	t.Parallel()
	const want = `|           | send     | scan     | deliver   | recall   |
|-----------|----------|----------|-----------|----------|
| packed    | underway | ·        | ·         | returned |
| underway  | =        | underway | delivered | returned |
| delivered | ·        | ·        | =         | ·        |
| returned  | ·        | ·        | ·         | =        |
`
	if diff := cmp.Diff(want, parcel().Grid()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestMermaid(t *testing.T) {
	t.Parallel()
	const want = `stateDiagram-v2
    [*] --> packed
    packed --> underway: send
    underway --> underway: scan
    underway --> delivered: deliver
    packed --> returned: recall
    underway --> returned: recall
    delivered --> [*]
    returned --> [*]
`
	if diff := cmp.Diff(want, parcel().Mermaid()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNewRefusesWrongTables(t *testing.T) {
	t.Parallel()
	type move = lifecycle.Move[state, event]
	for name, moves := range map[string][]move{
		"empty":         {},
		"no From":       {{On: "send", To: "underway"}},
		"no On":         {{From: "packed", To: "underway"}},
		"no To":         {{From: "packed", On: "send"}},
		"two targets":   {{From: "a", On: "x", To: "b"}, {From: "a", On: "x", To: "c"}},
		"written twice": {{From: "a", On: "x", To: "b"}, {From: "a", On: "x", To: "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("the table was accepted")
				}
			}()
			lifecycle.New(moves...)
		})
	}
}

func TestVerdictText(t *testing.T) {
	t.Parallel()
	for verdict, want := range map[lifecycle.Verdict]string{
		lifecycle.Refused: "refused", lifecycle.Moved: "moved", lifecycle.Already: "already", 7: "verdict 7",
	} {
		if got := verdict.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
