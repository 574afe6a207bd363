package keep

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSaveLoad(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "orders.json")
	var got map[string]int
	if found, err := Load(path, &got); found || err != nil {
		t.Fatalf("absent: %v %v", found, err)
	}
	for _, want := range []map[string]int{{"a": 1}, {"a": 2, "b": 3}} {
		if err := Save(path, want); err != nil {
			t.Fatal(err)
		}
		got = nil
		if found, err := Load(path, &got); !found || err != nil {
			t.Fatal(found, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v: want 0600", info.Mode(), err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("files left behind: %v %v", left, err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.json")
	if err := os.WriteFile(bad, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	var v any
	if _, err := Load(bad, &v); err == nil {
		t.Error("half a value was read")
	}
	if err := Save(filepath.Join(dir, "absent", "x"), 1); err == nil {
		t.Error("saved into a folder that is not there")
	}
	if err := Save(filepath.Join(dir, "x"), func() {}); err == nil {
		t.Error("saved a func")
	}
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Save(filepath.Join(dir, "taken"), 1); err == nil {
		t.Error("saved over a folder")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("files left behind: %v %v", left, err)
	}
}
