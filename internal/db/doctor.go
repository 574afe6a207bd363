package db

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"
)

// Finding is a setting of the database, or another of its figures, as it is and as a busy service wants it.
type Finding struct {
	Name   string
	Value  string // as the database says it, with its unit
	Wanted string // empty if it is well
	Why    string // what follows if it stays as it is
}

// Well tells whether nothing needs to be done.
func (f Finding) Well() bool { return f.Wanted == "" }

// examinable is a backend with settings of its own that can be wrong.
type examinable interface {
	examine(ctx context.Context) ([]Finding, error)
}

// Examine holds the database's settings against what a busy service wants. It changes nothing. What can lose an acknowledged
// commit is not among them: with such settings [Open] refuses to begin.
func (d *DB) Examine(ctx context.Context) ([]Finding, error) {
	if b, ok := d.backend.(examinable); ok {
		return b.examine(ctx)
	}
	return nil, nil
}

// setting is a row of pg_settings: a number in its unit, or a word.
type setting struct {
	name, value, unit string
	shown             string // with its unit, for people
}

// number is the value in bytes or seconds; false for a word.
func (s setting) number() (int64, bool) {
	n, err := strconv.ParseInt(s.value, 10, 64)
	if err != nil {
		return 0, false
	}
	factor, ok := units[s.unit]
	return n * factor, ok
}

// units are those of pg_settings that the prescriptions need.
var units = map[string]int64{"": 1, "B": 1, "kB": 1 << 10, "8kB": 8 << 10, "MB": 1 << 20, "s": 1, "min": 60}

// prescription is what a setting should be, and why.
type prescription struct {
	setting string
	least   int64  // for numbers: at least so many bytes or seconds
	word    string // for words: this one, or with a leading ! any other
	wanted  string
	why     string
}

// prescriptions are for PostgreSQL (its manual, chapter "Server Configuration").
var prescriptions = []prescription{
	{setting: "server_version_num", least: 150_000, wanted: "15 or newer", why: "older servers are not tested"},
	{setting: "max_wal_size", least: 8 << 30, wanted: "8GB or more", why: "checkpoints come too often, and each makes whole pages go into the log again"},
	{setting: "min_wal_size", least: 4 << 30, wanted: "4GB or more", why: "log files are removed and made anew instead of being used again"},
	{setting: "checkpoint_timeout", least: 15 * 60, wanted: "30min", why: "checkpoints come too often, and each makes whole pages go into the log again"},
	{setting: "wal_compression", word: "!off", wanted: "lz4 or zstd", why: "whole pages in the log take several times the room"},
	{setting: "shared_buffers", least: 1 << 30, wanted: "a quarter of the memory", why: "indexes of new payments do not stay in memory"},
	{setting: "autovacuum", word: "on", wanted: "on", why: "queries become slower every day, and one day nothing can be written any more"},
	{setting: "archive_mode", word: "!off", wanted: "on, with an archive_command or archive_library", why: "after the loss of the disk nobody can return to the last second"},
	{setting: "data_checksums", word: "on", wanted: "on (initdb --data-checksums, or pg_checksums while it is stopped)", why: "a page that the disk damaged is taken for true"},
	{setting: "enable_seqscan", word: "off", wanted: "off on connections of tsuke", why: "a pooler in between drops settings of a connection, and plans made while a table was small stay"},
	{setting: "default_transaction_read_only", word: "off", wanted: "off", why: "this is a standby or a server that takes nothing"},
}

// judge holds one setting against its prescription.
func (p prescription) judge(s setting) Finding {
	f := Finding{Name: s.name, Value: s.shown}
	if !p.fits(s) {
		f.Wanted, f.Why = p.wanted, p.why
	}
	return f
}

func (p prescription) fits(s setting) bool {
	switch {
	case p.word == "":
		n, ok := s.number()
		return ok && n >= p.least
	case p.word[0] == '!':
		return s.value != p.word[1:]
	}
	return s.value == p.word
}

// skewMax is how far the database's clock may be from this machine's before it confuses whoever reads the two logs side by side.
const skewMax = time.Second

// judgeClock holds the database's clock, read between two looks at this machine's, against it.
func judgeClock(before, there, after time.Time) Finding {
	off := max(before.Sub(there), there.Sub(after), 0)
	f := Finding{Name: "clock", Value: "within " + skewMax.String() + " of this machine's"}
	if off >= skewMax {
		f.Value = fmt.Sprintf("%s off this machine's", off.Round(time.Second))
		f.Wanted, f.Why = "both set by NTP", "the times in the two logs do not match, and one of the machines dates money wrong at midnight"
	}
	return f
}

func (b *postgresDB) examine(ctx context.Context) ([]Finding, error) {
	found := map[string]setting{}
	var there int64
	before := time.Now()
	err := b.read(ctx, func(s session) error {
		_, err := s.query("-- db.clock\nSELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)", nil,
			func(r Row) error { return r.Scan(&there) })
		return err
	})
	after := time.Now()
	if err != nil {
		return nil, err
	}
	err = b.read(ctx, func(s session) error {
		_, err := s.query("-- db.settings\nSELECT name, setting, COALESCE(unit, ''), current_setting(name) FROM pg_settings", nil, func(r Row) error {
			var one setting
			err := r.Scan(&one.name, &one.value, &one.unit, &one.shown)
			found[one.name] = one
			return err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	findings := []Finding{judgeClock(before, time.UnixMicro(there), after), judgeConnections(found["max_connections"], b.pool.Config().MaxConns)}
	for _, p := range prescriptions {
		findings = append(findings, p.judge(found[p.setting]))
	}
	return findings, nil
}

// judgeConnections wants room for two processes, because a new one starts before the old one has ended, and for a person.
func judgeConnections(s setting, pool int32) Finding {
	least := 2*int64(pool) + 5
	return prescription{
		least: least, wanted: fmt.Sprintf("%d or more", least), why: "a second process, started before this one has ended, finds no connection",
	}.judge(s)
}

// logMax is how long SQLite's write-ahead log may be. Only a reader that does not end keeps it from beginning again.
const logMax = 1 << 30

func (b *sqliteDB) examine(context.Context) ([]Finding, error) {
	info, err := os.Stat(b.file + "-wal")
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var size int64
	if err == nil {
		size = info.Size()
	}
	return []Finding{judgeLog(size)}, nil
}

func judgeLog(size int64) Finding {
	f := Finding{Name: "write-ahead log", Value: fmt.Sprintf("%d MB", size>>20)}
	if size > logMax {
		f.Wanted, f.Why = "less than 1 GB", "somebody has been reading for very long: every read becomes slower, and the disk fills"
	}
	return f
}
