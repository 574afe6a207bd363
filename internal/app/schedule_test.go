package app

import (
	"testing"
	"time"

	"tsuke/internal/jst"
)

func TestPastDueRunsWhenADueDayIsOver(t *testing.T) { // rules C03, B17
	t.Parallel()
	at := func(text string) time.Time {
		out, err := time.ParseInLocation("2006-01-02 15:04:05", text, jst.Zone())
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for _, c := range []struct{ after, next string }{
		{"2026-07-10 23:59:59", "2026-07-11 00:00:01"},
		{"2026-07-11 00:00:00", "2026-07-11 00:00:01"},
		{"2026-07-11 00:00:01", "2026-07-12 00:00:01"},
		{"2026-07-31 12:00:00", "2026-08-01 01:00:00"}, // after the close of the month before
		{"2026-08-01 01:00:00", "2026-08-02 00:00:01"},
	} {
		if got := nextPastDue(at(c.after)); !got.Equal(at(c.next)) {
			t.Errorf("after %s: %s, want %s", c.after, jst.In(got), c.next)
		}
	}
}
