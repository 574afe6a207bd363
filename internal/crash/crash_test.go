package crash

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
)

// exe is the product's binary: TSUKE_EXE, or built once.
var exe = sync.OnceValues(func() (string, error) {
	if name := os.Getenv("TSUKE_EXE"); name != "" {
		return filepath.Abs(name)
	}
	dir, err := os.MkdirTemp("", "tsuke-exe-")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "tsuke")
	return name, Build(context.Background(), name)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if name, err := exe(); err == nil && os.Getenv("TSUKE_EXE") == "" {
		_ = os.RemoveAll(filepath.Dir(name)) // a binary that is left over does no harm
	}
	os.Exit(code)
}

// cycles is how often a test lets things die: TSUKE_CRASH, or a few times.
func cycles(t *testing.T) int {
	t.Helper()
	text := os.Getenv("TSUKE_CRASH")
	if text == "" {
		return 4
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("TSUKE_CRASH=%s is no number of cycles", text)
	}
	return n
}

// onSQLite leaves a test of SQLite's disk to the run on SQLite.
func onSQLite(t *testing.T) {
	t.Helper()
	if dbtest.Postgres() {
		t.Skip("this is about SQLite's disk")
	}
}

func TestNothingIsLostByKilling(t *testing.T) {
	o := Options{Engine: db.SQLite, Cycles: cycles(t), Seed: 1}
	if dbtest.Postgres() {
		o.Engine = db.Postgres
	}
	var err error
	if o.Exe, err = exe(); err != nil {
		t.Fatal(err)
	}
	report, err := Run(t.Context(), o)
	t.Log(report.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings() {
		t.Error(f)
	}
	if report.Cycles != o.Cycles || report.Tally.Promised == 0 || report.Tally.Resent == 0 || report.Books < 2 {
		t.Errorf("it proves little: %s", report.String())
	}
}

func TestNothingIsLostWithThePower(t *testing.T) {
	onSQLite(t)
	n := cycles(t)
	report, err := PowerLoss(t.Context(), Power{Cycles: n, Seed: 1})
	t.Log(report.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings() {
		t.Error(f)
	}
	if report.Cycles != n || report.Tally.Promised == 0 || report.Tally.Resent == 0 {
		t.Errorf("it proves little: %s", report.String())
	}
}

// TestAMissingFsyncIsFound cuts the power of a disk that ignores fsync.
func TestAMissingFsyncIsFound(t *testing.T) {
	onSQLite(t)
	report, err := PowerLoss(t.Context(), Power{Cycles: 20, Seed: 2, Deaf: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Verdict.Lost) == 0 {
		t.Errorf("nothing was found to be lost: %s", report.String())
	}
}

func TestADiskThatFails(t *testing.T) {
	onSQLite(t)
	for _, c := range []struct {
		how        Failing
		powerStays bool
	}{{NoSync, true}, {NoSync, false}, {Full, true}} {
		t.Run(fmt.Sprintf("%s, power stays=%v", c.how, c.powerStays), func(t *testing.T) {
			report, err := DiskFails(t.Context(), 1, c.how, c.powerStays)
			t.Log(report.String())
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range report.Findings() {
				t.Error(f)
			}
			if report.Tally.Promised == 0 || report.Tally.PutOff+report.Tally.Lost == 0 || report.Tally.Resent == 0 {
				t.Errorf("it proves little: %s", report.String())
			}
		})
	}
}

// TestPointsExist finds a statement for each failpoint: one that was renamed would never be reached.
func TestPointsExist(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		source.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(points, birth...) {
		if p.name != db.BeforeCommit && p.name != db.AfterCommit && !strings.Contains(source.String(), "-- "+p.name+"\n") && !strings.Contains(source.String(), `-- `+p.name+`\n`) {
			t.Errorf("no statement is named %s", p.name)
		}
	}
}
