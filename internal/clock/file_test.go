package clock

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestFileIsReadAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clock")
	machine := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	c, err := openFile(path, func() time.Time { return machine })
	if err != nil {
		t.Fatal(err)
	}
	write := func(by time.Duration) {
		t.Helper()
		if err := WriteFile(path, by); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(what string, by time.Duration) {
		t.Helper()
		if got := c.Now(); !got.Equal(machine.Add(by).Truncate(time.Microsecond)) || c.By() != by {
			t.Errorf("%s: moved by %v, want %v", what, got.Sub(machine), by)
		}
	}
	expect("missing file", 0)
	write(24 * time.Hour)
	expect("within 100 ms", 0)
	machine = machine.Add(lookEvery - time.Nanosecond)
	expect("just within 100 ms", 0)
	machine = machine.Add(time.Nanosecond)
	expect("after 100 ms", 24*time.Hour)
	write(48 * time.Hour) // same size, and on a coarse file system the same time of change
	machine = machine.Add(lookEvery)
	expect("rewritten at once", 48*time.Hour)
	write(-90 * time.Minute)
	machine = machine.Add(lookEvery)
	expect("set back", -90*time.Minute)
	machine = machine.Add(-time.Hour) // the machine's own clock was put back
	write(time.Hour)
	expect("after the machine's clock went back", time.Hour)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	machine = machine.Add(lookEvery)
	expect("removed", 0)
}

func TestFileKeepsTheLastGoodOffset(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clock")
	machine := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	if err := WriteFile(path, time.Hour); err != nil {
		t.Fatal(err)
	}
	c, err := openFile(path, func() time.Time { return machine })
	if err != nil || c.Err() != nil {
		t.Fatal(err, c.Err())
	}
	if err := os.WriteFile(path, []byte("an hour"), 0o600); err != nil {
		t.Fatal(err)
	}
	machine = machine.Add(lookEvery)
	if c.By() != time.Hour || c.Err() == nil {
		t.Errorf("with a wrong file: %v, %v", c.By(), c.Err())
	}
	if err := WriteFile(path, 2*time.Hour); err != nil {
		t.Fatal(err)
	}
	machine = machine.Add(lookEvery)
	if c.By() != 2*time.Hour || c.Err() != nil {
		t.Errorf("with a good file again: %v, %v", c.By(), c.Err())
	}
}

// A clock that was moved shows it at once, and so does another one that reads the file.
func TestAdvance(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "clock")
	o, err := File(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := o.Advance(24 * time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	other, err := File(path)
	if err != nil {
		t.Fatal(err)
	}
	if o.By() != 48*time.Hour || other.By() != o.By() {
		t.Errorf("moved by %v, the file says %v", o.By(), other.By())
	}
	if err := os.WriteFile(path, []byte("soon"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := o.Advance(time.Hour); err == nil || o.By() != 48*time.Hour {
		t.Errorf("over a file that says nothing: %v, %v", err, o.By())
	}
}
