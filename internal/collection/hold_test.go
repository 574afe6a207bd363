package collection

import (
	"testing"
	"time"

	"tsuke/internal/jst"
)

func TestStands(t *testing.T) { // rule N14
	t.Parallel()
	noon := time.Date(2026, 7, 12, 3, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		hold Hold
		on   string
		want bool
	}{
		"never stopped":        {Hold{}, "2026-07-12", false},
		"without an end":       {Hold{Stopped: noon}, "2036-07-12", true},
		"on its last day":      {Hold{Stopped: noon, Last: day(t, "2026-07-15")}, "2026-07-15", true},
		"after its last day":   {Hold{Stopped: noon, Last: day(t, "2026-07-15")}, "2026-07-16", false},
		"lifted":               {Hold{Stopped: noon, Lifted: noon}, "2026-07-12", false},
		"lifted before an end": {Hold{Stopped: noon, Last: day(t, "2026-07-15"), Lifted: noon}, "2026-07-13", false},
	} {
		if got := c.hold.Stands(day(t, c.on)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestOutlasts(t *testing.T) { // rule N15
	t.Parallel()
	ends := []jst.Day{day(t, "2026-07-15"), day(t, "2026-07-16"), {}} // each later than the one before
	for i, a := range ends {
		for j, b := range ends {
			if got := (Hold{Last: a}).outlasts(Hold{Last: b}); got != (i > j) {
				t.Errorf("%s outlasts %s: %v", a, b, got)
			}
		}
	}
}
