package billing

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStatementGrid(t *testing.T) { // rules B11, B12, B13
	t.Parallel()
	want := `|            | prompt     | confirm | cancel |
|------------|------------|---------|--------|
| issued     | confirming | paid    | =      |
| confirming | =          | paid    | issued |
| paid       | ·          | =       | ·      |
`
	if diff := cmp.Diff(want, StatementMachine.Grid()); diff != "" {
		t.Error(diff)
	}
}

func TestReceiptGrid(t *testing.T) { // rules B11, B12, B13, B24, B26
	t.Parallel()
	want := `|           | prompt | confirm   | cancel    | match | return   |
|-----------|--------|-----------|-----------|-------|----------|
| unheard   | prompt | confirmed | cancelled | ·     | ·        |
| prompt    | =      | confirmed | cancelled | moved | ·        |
| confirmed | ·      | =         | ·         | moved | returned |
| cancelled | ·      | confirmed | =         | ·     | ·        |
| moved     | ·      | ·         | ·         | =     | ·        |
| returned  | ·      | ·         | ·         | ·     | =        |
`
	if diff := cmp.Diff(want, ReceiptMachine.Grid()); diff != "" {
		t.Error(diff)
	}
}

func TestUnmoved(t *testing.T) { // rule B13
	t.Parallel()
	for _, c := range []struct {
		state  ReceiptState
		on     News
		result Result
		reason Reason
	}{
		{Prompted, Prompt, Superseded, ""},
		{Confirmed, Prompt, Superseded, ""},
		{Confirmed, Confirm, Superseded, ""},
		{Confirmed, Cancel, Suspended, CancelLate},
		{Cancelled, Prompt, Superseded, ""},
		{Cancelled, Cancel, Superseded, ""},
		{SentBack, Prompt, Superseded, ""},
		{SentBack, Confirm, Superseded, ""},
		{SentBack, Cancel, Suspended, CancelLate},
	} {
		if result, reason := unmoved(c.state, c.on); result != c.result || reason != c.reason {
			t.Errorf("%s on %s: %s %s, want %s %s", c.state, c.on, result, reason, c.result, c.reason)
		}
	}
}
