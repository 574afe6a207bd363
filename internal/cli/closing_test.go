package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
)

func TestBar(t *testing.T) { // rule B43
	t.Parallel()
	run := func(drawn bool) string {
		var out strings.Builder
		at := time.Unix(0, 0)
		b := &bar{to: &out, drawn: drawn, now: func() time.Time { return at }}
		for _, p := range []billing.Progress{
			{Buckets: 1024, Closed: 512, Statements: 40, Total: 9_000}, // where it stopped the last time
			{Buckets: 1024, Closed: 513, Statements: 42, Total: 9_600},
			{Buckets: 1024, Closed: 1024, Statements: 140, Total: 39_000},
		} {
			b.show(p)
			at = at.Add(2 * time.Second)
		}
		b.end()
		return out.String()
	}
	plain := "buckets closed: 512 of 1024, 40 bills over ¥9,000\n" +
		"buckets closed: 1024 of 1024, 140 bills over ¥39,000, 25 a second\n"
	if diff := cmp.Diff(plain, run(false)); diff != "" {
		t.Error(diff)
	}
	drawn := "\r[########........] 512 of 1024, 40 bills over ¥9,000\x1b[K" +
		"\r[########........] 513 of 1024, 42 bills over ¥9,600, 1 a second\x1b[K" +
		"\r[################] 1024 of 1024, 140 bills over ¥39,000, 25 a second\x1b[K\n"
	if diff := cmp.Diff(drawn, run(true)); diff != "" {
		t.Error(diff)
	}
}
