package keys_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/keys"
	"tsuke/internal/vault"
)

// desk is an operator with a database and a folder of secrets. Its one place is a table of indexes, of values that it remembers.
type desk struct {
	t      *testing.T
	db     *db.DB
	keys   *keys.Keys
	values map[string]string // by row
	broken bool
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, db: dbtest.Open(t), values: map[string]string{}}
	dir := filepath.Join(t.TempDir(), "secrets")
	d.must(vault.Create(dir))
	v, err := vault.Open(dir)
	d.must(err)
	d.keys = &keys.Keys{DB: d.db, Vault: v, Dir: dir, Places: []keys.Place{{
		Name: "member_payer.payer_index", Part: vault.Indexing,
		Count: func(tx *db.Tx, from, to int, take func(db.Row) error) error {
			return tx.Rows(`-- keys.testCount
				SELECT substr(payer_index, 1, 4), COUNT(*) FROM member_payer WHERE bucket >= $1 AND bucket < $2 GROUP BY substr(payer_index, 1, 4)`,
				[]any{from, to}, take)
		},
		Old: func(tx *db.Tx, from, to int, current []byte, take func(db.Row) error) error {
			return tx.Rows(`-- keys.testOld
				SELECT bucket, member FROM member_payer WHERE bucket >= $1 AND bucket < $2 AND substr(payer_index, 1, 4) <> $3 ORDER BY bucket, member`,
				[]any{from, to, current}, take)
		},
		Move: d.move,
	}}}
	return d
}

func (d *desk) move(tx *db.Tx, r keys.Row) (bool, error) {
	value := d.values[string(r.Name)]
	switch {
	case value == "lost":
		return false, vault.ErrSealed
	case value == "ends":
		return false, nil
	case d.broken:
		return false, errBroken
	}
	_, err := tx.Exec(`-- keys.testMove
		UPDATE member_payer SET payer_index = $3 WHERE bucket = $1 AND member = $2`, r.Bucket, r.Name, d.keys.Vault.Index("payer", value))
	return true, err
}

var errBroken = errors.New("the line broke")

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) write(fn func(*db.Tx) error) {
	d.t.Helper()
	d.must(d.db.Write(d.t.Context(), fn))
}

// put writes rows with a value each, many to a bucket.
func (d *desk) put(bucket int, values ...string) {
	d.t.Helper()
	d.write(func(tx *db.Tx) error {
		for _, value := range values {
			m := id.In[id.MemberKind](tx, bucket)
			d.values[string(m[:])] = value
			_, err := tx.Exec(`-- keys.testPut
				INSERT INTO member_payer (bucket, member, payer_index) VALUES ($1, $2, $3)`, bucket, m, d.keys.Vault.Index("payer", value))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (d *desk) holds(process string, v *vault.Vault) error {
	d.t.Helper()
	of := *d.keys
	of.Vault = v
	return d.db.Write(d.t.Context(), func(tx *db.Tx) error { return of.Hold(tx, process) })
}

// begins is a service that begins with the keys of a process.
func (d *desk) begins(v *vault.Vault) error {
	d.t.Helper()
	of := *d.keys
	of.Vault = v
	return d.db.Read(d.t.Context(), of.Check)
}

// another is a process that read the folder when it was as it is now.
func (d *desk) another() *vault.Vault {
	d.t.Helper()
	v, err := vault.Open(d.keys.Dir)
	d.must(err)
	return v
}

func (d *desk) is(what string, err error, want *fault.Kind) {
	d.t.Helper()
	if want == nil && err != nil || want != nil && !fault.Is(err, want) {
		d.t.Errorf("%s: %v", what, err)
	}
}

func (d *desk) add() keys.Key {
	d.t.Helper()
	k, err := d.keys.Add(d.t.Context(), vault.Indexing, "operator")
	d.must(err)
	return k
}

func (d *desk) promote() error {
	_, err := d.keys.Promote(d.t.Context(), vault.Indexing, "operator")
	return err
}

func (d *desk) retire() error {
	_, err := d.keys.Retire(d.t.Context(), vault.Indexing, "operator")
	return err
}

func (d *desk) rekey() (keys.Progress, error) {
	return d.keys.Rekey(d.t.Context(), "operator", func(keys.Progress) {})
}

func (d *desk) later(by time.Duration) { dbtest.Clock(d.db).Advance(by) }

// told lists the facts of a key.
func (d *desk) told(k keys.Key) []string {
	d.t.Helper()
	var got []string
	d.must(d.db.Read(d.t.Context(), func(tx *db.Tx) error {
		timeline, err := event.Timeline(tx, event.Subject(k.Row), 100)
		got = nil
		for _, e := range timeline {
			got = append(got, e.Kind+" by "+e.Actor)
			if strings.Contains(string(e.Data), "value") || !strings.Contains(string(e.Data), k.ID.String()) {
				d.t.Errorf("%s tells %s", e.Kind, e.Data)
			}
		}
		return err
	}))
	return got
}

// Rule K02: a key is promoted when every running service holds it, and only then.
func TestPromoteWaitsForEveryService(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.is("with nothing added, what is in use stands", d.promote(), nil)
	first, second := d.another(), d.another()
	d.is("one runs", d.holds("one", first), nil)
	d.is("another runs", d.holds("two", second), nil)
	added := d.add()
	if again := d.add(); again.ID != added.ID || added.Standing != vault.Waiting {
		t.Errorf("added twice: %v, then %v", added, again)
	}
	err := d.promote()
	d.is("neither knows it", err, keys.ServiceBehind)
	if fault.From(err).Param("services") != "2" {
		t.Errorf("%v", err)
	}
	if changed, err := first.Reload(); !changed || err != nil {
		t.Errorf("read again: %v, %v", changed, err)
	}
	d.is("one knows it", d.holds("one", first), nil)
	d.is("one does not", d.promote(), keys.ServiceBehind)
	s, err := d.keys.Survey(t.Context())
	if err != nil || s.Services != 2 || s.Behind != 1 {
		t.Errorf("survey: %+v, %v", s, err)
	}
	d.later(2 * time.Minute)
	d.is("heard of after two minutes", d.holds("one", first), nil)
	d.is("the other may have been slow", d.promote(), keys.ServiceBehind)
	d.later(61 * time.Second)
	d.is("the other has ended", d.promote(), nil)
	d.is("the same again", d.promote(), nil)
	if diff := cmp.Diff([]string{"keys.added by operator", "keys.promoted by operator"}, d.told(added)); diff != "" {
		t.Error(diff)
	}
	d.is("it comes back", d.holds("two", second), nil)
	d.is("and is told apart", d.begins(second), keys.KeyMissing)
	d.later(5 * time.Minute)
	d.is("both go on", d.holds("one", d.another()), nil)
	d.is("both go on", d.holds("two", second), nil)
	d.is("what it writes is under the older key", d.retire(), keys.ServiceBehind)
	d.write(func(tx *db.Tx) error { return d.keys.Leave(tx, "two") })
	if s, err := d.keys.Survey(t.Context()); err != nil || s.Services != 1 {
		t.Errorf("one said that it ended: %+v, %v", s, err)
	}
}

// Rule K04: nothing is retired while anything is under it, or can still be put there.
func TestRetireWaitsForEveryRow(t *testing.T) {
	t.Parallel()
	d := open(t)
	service := d.another()
	d.is("a service", d.holds("one", service), nil)
	d.is("no older key", d.retire(), nil)
	d.put(3, "a", "b", "ends")
	old := d.keys.Vault.Keys(vault.Indexing)[0]
	d.add()
	_, err := service.Reload()
	d.must(err)
	d.is("it knows the key", d.holds("one", service), nil)
	d.is("promoted", d.promote(), nil)
	d.put(3, "c")
	d.is("the service puts new rows under the older key", d.retire(), keys.ServiceBehind)
	_, err = service.Reload()
	d.must(err)
	d.is("it uses the key", d.holds("one", service), nil)
	err = d.retire()
	d.is("what began before may not have ended", err, keys.KeyYoung)
	if e := fault.From(err); e.Param("minutes") == "" || e.RetryAfterSeconds < 200 {
		t.Errorf("%v", err)
	}
	d.later(2 * time.Minute)
	d.is("still", d.holds("one", service), nil)
	d.is("still young", d.retire(), keys.KeyYoung)
	d.later(3 * time.Minute)
	d.is("still", d.holds("one", service), nil)
	err = d.retire()
	d.is("rows are under it", err, keys.KeyInUse)
	if got := fault.From(err).Param("rows"); got != fmt.Sprintf("%s member_payer.payer_index: 3", old.ID) {
		t.Errorf("told %q", got)
	}
	p, err := d.rekey()
	if err != nil || p.Moved != 2 || p.Left != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	d.is("one is left", d.retire(), keys.KeyInUse)
	for row, value := range d.values {
		if value == "ends" {
			d.values[row] = "ended"
		}
	}
	_, err = d.rekey()
	d.is("it ended", err, nil)
	gone, err := d.keys.Retire(t.Context(), vault.Indexing, "operator")
	if err != nil || len(gone) != 1 || gone[0].ID != old.ID {
		t.Fatalf("retired: %v, %v", gone, err)
	}
	if diff := cmp.Diff([]string{"keys.added by service", "keys.promoted by service", "keys.retired by operator"}, d.told(gone[0])); diff != "" {
		t.Error(diff)
	}
	if again, err := d.keys.Retire(t.Context(), vault.Indexing, "operator"); err != nil || len(again) != 0 {
		t.Errorf("retired twice: %v, %v", again, err)
	}
	if len(d.keys.Vault.Keys(vault.Indexing)) != 1 {
		t.Error("it is still there")
	}
}

// Rule K03: a run that breaks off keeps what it moved, and the next one does the rest; one that finds nothing writes nothing.
func TestRekeyGoesOn(t *testing.T) {
	t.Parallel()
	d := open(t)
	many := make([]string, 120)
	for i := range many {
		many[i] = fmt.Sprint("value ", i)
	}
	d.put(0, many...)
	d.put(500, "x", "lost")
	d.put(1023, "y", "ends")
	d.add()
	d.is("promoted", d.promote(), nil)
	slices := 0
	sound := d.keys.Places[0].Move
	d.keys.Places[0].Move = func(tx *db.Tx, r keys.Row) (bool, error) {
		slices++
		d.broken = slices > 60 // amid the second slice
		return sound(tx, r)
	}
	p, err := d.rekey()
	if !errors.Is(err, errBroken) || p.Moved != 50 {
		t.Errorf("broken off: %+v, %v", p, err)
	}
	slices = -1000
	var parts int
	p, err = d.keys.Rekey(t.Context(), "operator", func(p keys.Progress) { parts = max(parts, p.Done) })
	if err != nil || p.Moved != 72 || p.Left != 1 || p.Sealed != 1 || parts != p.Of || p.Done != p.Of {
		t.Errorf("gone on with: %+v, %v", p, err)
	}
	p, err = d.rekey()
	if err != nil || p.Moved != 0 {
		t.Errorf("once more: %+v, %v", p, err)
	}
	s, err := d.keys.Survey(t.Context())
	d.must(err)
	current := s.Keys[len(s.Keys)-1]
	if under := s.Under(vault.Indexing, current.ID); len(under) != 1 || under[0].Rows != 122 || len(s.Lost()) != 0 {
		t.Errorf("counted: %+v", s.Counts)
	}
	if diff := cmp.Diff([]string{"keys.added by operator", "keys.promoted by operator", "keys.rekeyed by operator"}, d.told(current)); diff != "" {
		t.Error(diff)
	}
}

// A command that was ended between the folder and the database is completed by the next one.
func TestWhatTheDatabaseMissedIsWrittenDown(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.put(1, "a")
	d.must(vault.Add(d.keys.Dir, vault.Indexing))
	added := d.add()
	if len(d.another().Keys(vault.Indexing)) != 2 || added.Added.IsZero() {
		t.Error("another key was made")
	}
	d.must(vault.Promote(d.keys.Dir, vault.Indexing))
	d.is("promoted", d.promote(), nil)
	_, err := d.rekey()
	d.is("moved", err, nil)
	d.must(vault.Retire(d.keys.Dir, vault.Indexing))
	d.is("a service that begins now", d.begins(d.another()), keys.KeyMissing)
	gone, err := d.keys.Retire(t.Context(), vault.Indexing, "operator")
	if err != nil || len(gone) != 1 {
		t.Errorf("retired: %v, %v", gone, err)
	}
	d.is("a service that begins now", d.begins(d.another()), nil)
	want := []string{"keys.added by operator", "keys.promoted by operator", "keys.rekeyed by operator"}
	if diff := cmp.Diff(want, d.told(added)); diff != "" {
		t.Error(diff)
	}
}

// Rule K05: a folder of another time is noticed before anything is written with it.
func TestFolderOfAnotherTime(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.is("a service", d.holds("one", d.keys.Vault), nil)
	d.put(7, "a")
	strange := open(t)
	d.is("a folder of another installation", d.begins(strange.keys.Vault), keys.KeyMissing)
	d.keys.Vault, d.keys.Dir = strange.keys.Vault, strange.keys.Dir
	s, err := d.keys.Survey(t.Context())
	if err != nil || len(s.Lost()) != 1 || s.Lost()[0].Rows != 1 {
		t.Errorf("what is under keys that are gone: %+v, %v", s.Lost(), err)
	}
	if text := fmt.Sprintf("%+v", s); len(text) > 2000 {
		t.Errorf("%d characters are printed", len(text))
	}
}
