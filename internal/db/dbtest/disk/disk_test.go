package disk_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"

	"tsuke/internal/db/dbtest/disk"
)

// TestPowerLossShowsAMissingFsync writes rows at each of SQLite's levels of care, cuts the power, and counts what is there
// of what was acknowledged. Only FULL may keep everything; NORMAL and OFF must be found out, and so must a disk that does
// not sync.
func TestPowerLossShowsAMissingFsync(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		synchronous string
		deaf        bool
		loses       bool
	}{
		{"FULL", false, false},
		{"NORMAL", false, true},
		{"OFF", false, true},
		{"FULL", true, true},
	} {
		t.Run(fmt.Sprintf("%s deaf=%v", c.synchronous, c.deaf), func(t *testing.T) {
			t.Parallel()
			lost := 0
			for seed := range uint64(20) {
				lost += cutOnce(t, c.synchronous, c.deaf, seed)
			}
			if (lost > 0) != c.loses {
				t.Errorf("%d acknowledged rows are lost", lost)
			}
		})
	}
}

// cutOnce answers how many acknowledged rows were lost.
func cutOnce(t *testing.T, synchronous string, deaf bool, seed uint64) int {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	dir := t.TempDir()
	conn := openAt(t, dir, synchronous)
	exec(t, conn, "CREATE TABLE row (n INTEGER PRIMARY KEY, text BLOB) STRICT")
	closeAll(t, conn)
	d, err := disk.Watch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Release()
	conn = openAt(t, dir, synchronous)
	if deaf {
		d.Deaf()
	}
	rows := 1 + r.IntN(40)
	for n := range rows {
		exec(t, conn, fmt.Sprintf("INSERT INTO row VALUES (%d, randomblob(%d))", n, 100+r.IntN(9000)))
		if r.IntN(10) == 0 {
			exec(t, conn, "PRAGMA wal_checkpoint(PASSIVE)")
		}
	}
	image := d.Cut(r)
	closeAll(t, conn)
	if again := d.Cut(rand.New(rand.NewPCG(seed, 8))); !deaf && synchronous == "FULL" && len(again) == 0 {
		t.Error("closing left nothing on the disk")
	}
	next := t.TempDir()
	if err := image.Write(next); err != nil {
		t.Fatal(err)
	}
	conn = openAt(t, next, "FULL")
	defer closeAll(t, conn)
	there := -1
	if err := conn.QueryRowContext(t.Context(), "SELECT count(*) FROM row WHERE n < ?", rows).Scan(&there); err != nil {
		if synchronous == "FULL" && !deaf {
			t.Errorf("seed %d: %v", seed, err)
		}
		return rows // not even a database
	}
	return rows - there
}

func openAt(t *testing.T, dir, synchronous string) *sql.DB {
	t.Helper()
	conn, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "t.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous("+synchronous+")")
	if err != nil {
		t.Fatal(err)
	}
	conn.SetMaxOpenConns(1)
	return conn
}

func exec(t *testing.T, conn *sql.DB, text string) {
	t.Helper()
	if _, err := conn.ExecContext(context.Background(), text); err != nil {
		t.Fatal(text, err)
	}
}

func closeAll(t *testing.T, conn *sql.DB) {
	t.Helper()
	if err := conn.Close(); err != nil {
		t.Error(err)
	}
}

// TestTheDiskAgreesWithTheFiles compares what the disk would hold if everything had made it with what is in the files.
func TestTheDiskAgreesWithTheFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d, err := disk.Watch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Release()
	conn := openAt(t, dir, "FULL")
	exec(t, conn, "CREATE TABLE row (n INTEGER PRIMARY KEY, text BLOB) STRICT")
	for n := range 50 {
		exec(t, conn, fmt.Sprintf("INSERT INTO row VALUES (%d, randomblob(5000))", n))
	}
	exec(t, conn, "DELETE FROM row WHERE n % 2 = 0")
	exec(t, conn, "PRAGMA wal_checkpoint(TRUNCATE)")
	exec(t, conn, "VACUUM")
	if d.Syncs() == 0 {
		t.Error("nothing was synced")
	}
	image := d.Cut(rand.New(rand.NewPCG(1, 1)))
	for name, text := range image {
		real, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !bytes.Equal(real, text) {
			t.Errorf("%s: %d bytes on the disk, %d in the file, %v", name, len(text), len(real), err)
		}
	}
	if len(image["t.db"]) == 0 {
		t.Errorf("the image has %d files", len(image))
	}
	closeAll(t, conn)
}

// TestADiskThatFails tells the living: nothing is acknowledged that the disk did not take.
func TestADiskThatFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d, err := disk.Watch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Release()
	conn := openAt(t, dir, "FULL")
	defer closeAll(t, conn)
	exec(t, conn, "CREATE TABLE row (n INTEGER PRIMARY KEY) STRICT")
	insert := func(n int) error {
		_, err := conn.ExecContext(t.Context(), "INSERT INTO row VALUES (?)", n)
		return err
	}
	d.Fill(100)
	if insert(1) == nil {
		t.Error("a full disk took a row")
	}
	d.Fill(-1)
	if err := insert(2); err != nil {
		t.Error(err)
	}
	d.FailSync(true)
	if insert(3) == nil {
		t.Error("a row was taken that was not synced")
	}
	d.FailSync(false)
	if err := insert(4); err != nil {
		t.Error(err)
	}
}
