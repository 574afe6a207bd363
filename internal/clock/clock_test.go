package clock_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tsuke/internal/clock"
)

func TestSystem(t *testing.T) {
	t.Parallel()
	before := time.Now().Add(-time.Microsecond)
	now := clock.System().Now()
	if now.Before(before) || now.After(time.Now()) {
		t.Errorf("the system's clock shows %v", now)
	}
	mustBePlain(t, now)
}

func mustBePlain(t *testing.T, now time.Time) {
	t.Helper()
	if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 || strings.Contains(now.String(), "m=") {
		t.Errorf("%v is not UTC in whole microseconds without a monotonic reading", now)
	}
}

func TestHand(t *testing.T) {
	t.Parallel()
	tokyo := time.FixedZone("JST", 9*60*60)
	h := clock.NewHand(time.Date(2026, 7, 1, 0, 0, 0, 1999, tokyo))
	if want := time.Date(2026, 6, 30, 15, 0, 0, 1000, time.UTC); h.Now() != want {
		t.Errorf("it shows %v, want %v", h.Now(), want)
	}
	if got := h.Advance(90 * time.Minute); got != h.Now() || got != time.Date(2026, 6, 30, 16, 30, 0, 1000, time.UTC) {
		t.Errorf("advanced to %v", got)
	}
	if got := h.Advance(-time.Hour); got != time.Date(2026, 6, 30, 15, 30, 0, 1000, time.UTC) {
		t.Errorf("set back to %v", got)
	}
	h.Set(time.Now())
	mustBePlain(t, h.Now())
}

func TestHandIsSafeForGoroutines(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	h := clock.NewHand(start)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				h.Advance(time.Second)
				h.Now()
			}
		})
	}
	all.Wait()
	if got := h.Now().Sub(start); got != 800*time.Second {
		t.Errorf("800 steps of a second moved it by %v", got)
	}
}

func TestFileRunsWithTheSystem(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clock")
	if err := clock.WriteFile(path, 744*time.Hour); err != nil {
		t.Fatal(err)
	}
	c, err := clock.File(path)
	if err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(744*time.Hour - time.Microsecond)
	now := c.Now()
	if now.Before(before) || now.After(time.Now().Add(744*time.Hour)) {
		t.Errorf("it shows %v", now)
	}
	mustBePlain(t, now)
}

func TestFileIsRefusedAtOnceIfItIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"empty": "", "number": "744", "two": "1h\n2h\n", "word": "tomorrow", "long": strings.Repeat(" ", 100) + "1h",
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := clock.File(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := clock.File(dir); err == nil {
		t.Error("a folder was accepted as the file")
	}
	if err := clock.WriteFile(filepath.Join(dir, "none", "clock"), time.Hour); err == nil {
		t.Error("written into a folder that does not exist")
	}
	if err := clock.WriteFile(dir, time.Hour); err == nil {
		t.Error("written over a folder")
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(dir), ".clock-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
