package check

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/staff"
)

// TestCompare is the grid of rule O19: what a break was, whether the check found it, and whether the check showed all it found.
func TestCompare(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 6, 1, 19, 0, 0, 0, time.UTC)
	open := Break{Code: "c", Subject: "s", Said: "out by 1", Says: "out by 1", First: at, Last: at}
	gone := open
	gone.Gone = at
	found := ledger.Break{Code: "c", Subject: "s", What: "out by 2", Bucket: 7}
	again := open
	again.Says = "out by 2"
	fresh := Break{Code: "c", Subject: "s", Said: "out by 2", Says: "out by 2"}
	for _, c := range []struct {
		name  string
		open  []Break // what the store holds as open; a break that is gone is not among it
		found []ledger.Break
		whole bool
		want  changes
	}{
		{"never, seen", nil, []ledger.Break{found}, true, changes{opened: []Break{fresh}, buckets: []int{7}}},
		{"never, seen, and more", nil, []ledger.Break{found}, false, changes{opened: []Break{fresh}, buckets: []int{7}}},
		{"never, not seen", nil, nil, true, changes{}},
		{"never, not shown", nil, nil, false, changes{}},
		{"open, seen", []Break{open}, []ledger.Break{found}, true, changes{again: []Break{again}}},
		{"open, seen, and more", []Break{open}, []ledger.Break{found}, false, changes{again: []Break{again}}},
		{"open, not seen", []Break{open}, nil, true, changes{gone: []Break{open}}},
		{"open, not shown", []Break{open}, nil, false, changes{}},
		{"gone, not seen", []Break{gone}, nil, true, changes{}},
		{"gone, seen", nil, []ledger.Break{found}, true, changes{opened: []Break{fresh}, buckets: []int{7}}},
	} {
		got := compare(c.open, c.found, c.whole)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(changes{})); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

// TestOneSubjectIsOneBreak: a check that says two things of one object has found one break, which says both.
func TestOneSubjectIsOneBreak(t *testing.T) {
	t.Parallel()
	say := func(what string) ledger.Break { return ledger.Break{Code: "c", Subject: "s", What: what} }
	got := compare(nil, []ledger.Break{say("June"), say("May"), say("June")}, true)
	if len(got.opened) != 1 || got.opened[0].Says != "June; May" {
		t.Errorf("%+v", got.opened)
	}
	long := compare(nil, []ledger.Break{say(strings.Repeat("額", saysMax))}, true).opened[0].Says
	if len(long) > saysMax+len("…") || !strings.HasSuffix(long, "額…") {
		t.Errorf("%d bytes are kept, ending in %q", len(long), long[len(long)-6:])
	}
}

// TestLives is the grid of both machines (rules O19, O20).
func TestLives(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from State
		on   Event
		want string
	}{
		{Never, Seen, "open moved"},
		{Never, Unseen, "never refused"},
		{Open, Seen, "open moved"},
		{Open, Unseen, "gone moved"},
		{Gone, Seen, "gone refused"},
		{Gone, Unseen, "gone already"},
	} {
		to, verdict := Life.Next(c.from, c.on)
		if got := fmt.Sprintf("%s %s", to, verdict); got != c.want {
			t.Errorf("%s, %s: %s", c.from, c.on, got)
		}
	}
	for _, from := range RunLife.States() {
		for _, on := range RunLife.Events() {
			if _, verdict := RunLife.Next(from, on); (verdict.String() == "moved") != (from == Running) {
				t.Errorf("%s, %s: %s", from, on, verdict)
			}
		}
	}
}

func TestNext(t *testing.T) { // rule O20
	t.Parallel()
	four := func(jst.Day) int { return 4 }
	later := func(day jst.Day) int {
		if day.String() >= "2026-06-02" {
			return 22
		}
		return 4
	}
	for _, c := range []struct {
		after string
		hour  func(jst.Day) int
		want  string
	}{
		{"2026-06-01 03:59", four, "2026-06-01 04:00"},
		{"2026-06-01 04:00", four, "2026-06-02 04:00"},
		{"2026-06-01 23:59", four, "2026-06-02 04:00"},
		{"2026-06-01 04:00", later, "2026-06-02 22:00"},
		{"2026-12-31 12:00", func(jst.Day) int { return 0 }, "2027-01-01 00:00"},
	} {
		if got := clock(Next(instantOf(t, c.after), c.hour)); got != c.want {
			t.Errorf("after %s: %s, not %s", c.after, got, c.want)
		}
	}
}

func instantOf(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, jst.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func clock(at time.Time) string { return jst.In(at).Format("2006-01-02 15:04") }

func TestReadNote(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"原因は取り込みの中断": true, "  cause: the import stopped ": true, "": false, " ": false, "two\nlines": false, "\xff": false,
		strings.Repeat("字", noteMax): true, strings.Repeat("字", noteMax+1): false,
	} {
		got, ok := readNote(text)
		if ok != want || ok && got != strings.TrimSpace(text) {
			t.Errorf("%q: %q, %t", text, got, ok)
		}
	}
}

// house is a database with a table of its own that two checks look at.
type house struct {
	t *testing.T
	*Proof
	seen map[id.Event]bool
}

// What the house's table holds: a member with a figure, which must be 0, and a place with one.
const (
	memberSQL = `-- check_test.members
		SELECT holder, 'a member is out by ' || CAST(amount AS TEXT) FROM line WHERE amount <> 0 AND account = 'test'`
	placeSQL = `-- check_test.places
		SELECT account, 'a place is out by ' || CAST(amount AS TEXT) FROM line WHERE amount <> 0 AND account <> 'test'`
	lostSQL = `-- check_test.lost
		SELECT 'x', 'y' FROM no_such_table`
)

func build(t *testing.T, checks ...string) *house {
	t.Helper()
	d := dbtest.Open(t)
	h := &house{t: t, Proof: &Proof{DB: d, Version: "v1", Log: slog.New(slog.DiscardHandler)}}
	for _, sql := range checks {
		of := id.Kind(nil)
		if sql == memberSQL {
			of = id.MemberKind{}
		}
		h.Checks = append(h.Checks, ledger.Check{Name: "nothing is out", Of: of, SQL: sql})
	}
	return h
}

func (h *house) write(fn func(*db.Tx) error) {
	h.t.Helper()
	if err := h.DB.Write(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// damage plants or removes what the checks find, behind the product's back.
func (h *house) damage(sql string, args ...any) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		_, err := tx.Exec("-- check_test.damage\n"+sql, args...)
		return err
	})
}

func (h *house) plant(account string, holder id.Member, amount int) {
	h.t.Helper()
	h.damage("DELETE FROM line WHERE account = $1 AND holder = $2", account, holder)
	if amount != 0 {
		entry := id.New[id.EntryKind](dbtest.Start, 0)
		h.damage("INSERT INTO line (bucket, entry, number, account, holder, amount) VALUES (0, $1, 1, $2, $3, $4)", entry, account, holder, amount)
	}
}

// night makes the daily check at 4:00 of a day.
func (h *house) night(day string) Run {
	h.t.Helper()
	dbtest.Clock(h.DB).Set(instantOf(h.t, day+" 04:00"))
	r, err := h.Run(context.Background())
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// all are the breaks: those that are open, then those that are gone.
func (h *house) all() (open, gone []Break) {
	h.t.Helper()
	err := h.DB.Read(context.Background(), func(tx *db.Tx) (err error) {
		if open, err = ListOpen(tx, 1000); err != nil {
			return err
		}
		gone, err = ListGone(tx, time.Unix(0, 0), 1000)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return open, gone
}

// facts are the facts since the last call, in their order.
func (h *house) facts() string {
	h.t.Helper()
	var kinds []string
	next := map[id.Event]bool{}
	err := h.DB.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Rows("-- check_test.facts\nSELECT id, kind, turn FROM event ORDER BY turn, kind", nil, func(row db.Row) error {
			var e id.Event
			var kind string
			var turn int64
			err := row.Scan(&e, &kind, &turn)
			if next[e] = true; !h.seen[e] {
				kinds = append(kinds, kind)
			}
			return err
		})
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.seen = next
	slices.Sort(kinds)
	return strings.Join(kinds, " ")
}

// TestNights is rule O19 over several nights: a break gets older, says what it says now and said first, ends by itself, and comes
// back as a new one that says so.
func TestNights(t *testing.T) {
	t.Parallel()
	h := build(t, memberSQL, placeSQL)
	taro := id.New[id.MemberKind](dbtest.Start, 321)

	if r := h.night("2026-06-02"); r.State != Complete || r.Checks != 2 || r.Breaks+r.Found+r.Gone != 0 || r.Version != "v1" {
		t.Errorf("a clean night: %+v", r)
	}
	if got := h.facts(); got != "check.begun check.finished" {
		t.Errorf("facts: %s", got)
	}

	h.plant("test", taro, 100)
	if r := h.night("2026-06-03"); r.Breaks != 1 || r.Found != 1 {
		t.Errorf("the night it is found: %+v", r)
	}
	open, _ := h.all()
	if len(open) != 1 || open[0].Subject != taro.String() || open[0].ID.Bucket() != 321 || open[0].Code != "check_test.members" || open[0].Earlier != 0 {
		t.Fatalf("%+v", open)
	}
	first := open[0]
	if got := h.facts(); got != "check.begun check.finished check.found" {
		t.Errorf("facts: %s", got)
	}

	h.plant("test", taro, 200)
	h.night("2026-06-04")
	if r := h.night("2026-06-05"); r.Breaks != 1 || r.Found != 0 {
		t.Errorf("nights later: %+v", r)
	}
	open, _ = h.all()
	b := open[0]
	if len(open) != 1 || b.ID != first.ID || clock(b.First) != "2026-06-03 04:00" || clock(b.Last) != "2026-06-05 04:00" || b.Days(b.Last) != 2 ||
		b.Said != "a member is out by 100" || b.Says != "a member is out by 200" {
		t.Errorf("it gets older: %+v", open)
	}
	if got := h.facts(); got != "check.begun check.begun check.finished check.finished" {
		t.Errorf("facts: %s", got)
	}

	h.plant("test", taro, 0)
	if r := h.night("2026-06-06"); r.Breaks != 0 || r.Gone != 1 {
		t.Errorf("the night it is gone: %+v", r)
	}
	open, gone := h.all()
	if len(open) != 0 || len(gone) != 1 || clock(gone[0].Gone) != "2026-06-06 04:00" || gone[0].Days(instantOf(t, "2026-07-06 04:00")) != 3 {
		t.Errorf("it ends by itself: %+v, %+v", open, gone)
	}
	if got := h.facts(); got != "check.begun check.finished check.gone" {
		t.Errorf("facts: %s", got)
	}

	h.plant("test", taro, 300)
	h.night("2026-06-09")
	open, gone = h.all()
	if len(open) != 1 || len(gone) != 1 || open[0].ID == first.ID || open[0].Earlier != 1 || clock(open[0].Before) != "2026-06-06 04:00" ||
		clock(open[0].First) != "2026-06-09 04:00" || !open[0].Owner.IsZero() {
		t.Errorf("it comes back as a new one: %+v", open)
	}
}

// TestWordsAndForgotten: a break about no object stands in bucket 0 by its words, and what a check found that there is no more ends
// with the next complete run.
func TestWordsAndForgotten(t *testing.T) {
	t.Parallel()
	h := build(t, memberSQL, placeSQL)
	h.plant("bank", id.New[id.MemberKind](dbtest.Start, 3), 5)
	h.night("2026-06-02")
	open, _ := h.all()
	if len(open) != 1 || open[0].Subject != "bank" || open[0].ID.Bucket() != 0 {
		t.Fatalf("%+v", open)
	}
	h.Checks = h.Checks[:1]
	if r := h.night("2026-06-03"); r.Gone != 1 || r.Breaks != 0 {
		t.Errorf("%+v", r)
	}
}

// TestACheckThatCannotBeMade ends nothing, and the run does not count as complete (rule O20).
func TestACheckThatCannotBeMade(t *testing.T) {
	t.Parallel()
	h := build(t, memberSQL, placeSQL)
	h.plant("bank", id.New[id.MemberKind](dbtest.Start, 3), 5)
	h.night("2026-06-02")
	h.damage("DELETE FROM line")
	good := h.Checks[1]
	h.Checks[1] = ledger.Check{Name: "lost", SQL: strings.Replace(lostSQL, "lost", "places", 1)}
	if r := h.night("2026-06-03"); r.State != Failed || r.Checks != 1 || r.Breaks != 1 || !slices.Equal(r.Failed, []string{"check_test.places"}) {
		t.Errorf("%+v", r)
	}
	err := h.DB.Read(context.Background(), func(tx *db.Tx) error {
		last, found, err := FindLast(tx)
		if err != nil || !found || last.State != Failed || !slices.Equal(last.Failed, []string{"check_test.places"}) {
			t.Errorf("the last: %+v, %v", last, err)
		}
		complete, found, err := FindComplete(tx)
		if !found || clock(complete.Ended) != "2026-06-02 04:00" {
			t.Errorf("the last complete: %+v", complete)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	h.Checks[1] = good
	if r := h.night("2026-06-04"); r.State != Complete || r.Gone != 1 {
		t.Errorf("%+v", r)
	}
}

// TestMoreThanIsKept: of a check that finds very much a part is kept, and what is not shown is not gone.
func TestMoreThanIsKept(t *testing.T) {
	t.Parallel()
	h := build(t, memberSQL)
	var all []id.Member
	h.write(func(tx *db.Tx) error {
		for i := range foundMax + 5 {
			m := id.New[id.MemberKind](dbtest.Start.Add(time.Duration(i)*time.Second), i)
			all = append(all, m)
			_, err := tx.Exec(`-- check_test.many
				INSERT INTO line (bucket, entry, number, account, holder, amount) VALUES (0, $1, 1, 'test', $1, 1)`, m)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if r := h.night("2026-06-02"); r.State != Complete || r.Breaks != foundMax || !slices.Equal(r.More, []string{"check_test.members"}) {
		t.Errorf("%+v", r)
	}
	h.damage("DELETE FROM line WHERE holder = $1", all[0])
	if r := h.night("2026-06-03"); r.Gone != 0 || r.Found != 1 || r.Breaks != foundMax+1 {
		t.Errorf("while not all is shown: %+v", r)
	}
	for _, m := range all[1:6] {
		h.damage("DELETE FROM line WHERE holder = $1", m)
	}
	if r := h.night("2026-06-04"); r.Gone != 6 || r.Breaks != foundMax-1 || len(r.More) != 0 {
		t.Errorf("when all is shown: %+v", r)
	}
}

// TestCutOff: a run whose process ended in the middle is begun anew, nothing is opened twice, and a run that is overtaken stops
// (rule O20).
func TestCutOff(t *testing.T) {
	t.Parallel()
	h := build(t, memberSQL, placeSQL)
	taro := id.New[id.MemberKind](dbtest.Start, 3)
	h.plant("test", taro, 100)
	h.plant("bank", taro, 5)
	ctx := context.Background()
	dead, err := h.begin(ctx)
	if err == nil {
		err = h.prove(ctx, &dead, h.Checks[0]) // and there the process ends
	}
	if err != nil {
		t.Fatal(err)
	}
	open, _ := h.all()
	if len(open) != 1 {
		t.Fatalf("after the crash: %+v", open)
	}
	if r := h.night("2026-06-03"); r.State != Complete || r.Breaks != 2 || r.Found != 1 {
		t.Errorf("begun anew: %+v", r)
	}
	now, _ := h.all()
	if len(now) != 2 || !slices.ContainsFunc(now, func(b Break) bool { return b.ID == open[0].ID && b.First.Equal(open[0].First) }) {
		t.Errorf("it kept its day: %+v", now)
	}
	if got := h.facts(); got != "check.begun check.begun check.cut check.finished check.found check.found" {
		t.Errorf("facts: %s", got)
	}
	h.plant("test", taro, 0)
	for _, when := range []string{"after another run", "during another run"} {
		if err := h.prove(ctx, &dead, h.Checks[0]); !errors.Is(err, ErrOvertaken) {
			t.Errorf("%s, one that was overtaken goes on: %v", when, err)
		}
		if _, err := h.end(ctx, dead); !errors.Is(err, ErrOvertaken) {
			t.Errorf("%s, one that was overtaken ends: %v", when, err)
		}
		if open, _ := h.all(); len(open) != 2 {
			t.Errorf("%s, one that was overtaken wrote", when)
		}
		if _, err := h.begin(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// TestStopped: a run whose process is told to stop leaves no complete run behind.
func TestStopped(t *testing.T) {
	t.Parallel()
	h := build(t, memberSQL)
	ctx, stop := context.WithCancel(context.Background())
	r, err := h.begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	stop()
	if err := h.prove(ctx, &r, h.Checks[0]); !errors.Is(err, context.Canceled) || len(r.Failed) != 0 {
		t.Errorf("%v, %+v", err, r)
	}
}

// TestOwnAndNote is rule O21.
func TestOwnAndNote(t *testing.T) {
	t.Parallel()
	h := build(t, memberSQL)
	h.plant("test", id.New[id.MemberKind](dbtest.Start, 3), 100)
	h.night("2026-06-02")
	open, _ := h.all()
	which := open[0].ID
	person := func(role staff.Role, bucket int) staff.Person {
		return staff.Person{ID: id.New[id.StaffKind](dbtest.Start, bucket), Roles: []staff.Role{role}, State: staff.Active}
	}
	aoki, kubo, sato := person(staff.Finance, 1), person(staff.Admin, 2), person(staff.Support, 3)
	gone := id.New[id.BreakKind](dbtest.Start, 9)
	h.facts()
	for _, c := range []struct {
		name    string
		which   id.Break
		who     staff.Person
		instead id.Staff
		want    *fault.Kind
		facts   string
	}{
		{"who may not see the books", which, sato, id.Staff{}, staff.NotAllowed, ""},
		{"no such break", gone, aoki, id.Staff{}, NoBreak, ""},
		{"the first", which, aoki, id.Staff{}, nil, "check.owned"},
		{"the same again", which, aoki, id.Staff{}, nil, ""},
		{"another who saw nobody", which, kubo, id.Staff{}, OwnedBefore, ""},
		{"another who takes it over", which, kubo, aoki.ID, nil, "check.owned"},
		{"the first, who saw themselves", which, aoki, aoki.ID, OwnedBefore, ""},
	} {
		err := h.DB.Write(context.Background(), func(tx *db.Tx) error {
			_, err := Own(tx, c.which, c.who, c.instead, c.who.ID.String())
			return err
		})
		if (c.want == nil) != (err == nil) || c.want != nil && !fault.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := h.facts(); got != c.facts {
			t.Errorf("%s: facts %s", c.name, got)
		}
	}
	note := func(which id.Break, text, by string) error {
		return h.DB.Write(context.Background(), func(tx *db.Tx) error {
			_, err := Note(tx, which, text, by)
			return err
		})
	}
	if err := note(which, "a\nb", "operator"); !fault.Is(err, NoteWrong) {
		t.Error(err)
	}
	if err := note(gone, "a", "operator"); !fault.Is(err, NoBreak) {
		t.Error(err)
	}
	for _, n := range []struct{ text, by string }{{"a", "x"}, {" a ", "x"}, {"a", "y"}, {"b", "y"}, {"a", "x"}} {
		if err := note(which, n.text, n.by); err != nil {
			t.Error(err)
		}
	}
	if got := h.facts(); got != "check.noted check.noted check.noted check.noted" {
		t.Errorf("facts: %s", got)
	}
	h.damage("DELETE FROM line")
	h.night("2026-06-03")
	err := h.DB.Write(context.Background(), func(tx *db.Tx) error {
		if _, err := Own(tx, which, aoki, kubo.ID, "operator"); !fault.Is(err, BreakGone) {
			t.Errorf("one that is gone: %v", err)
		}
		b, err := Own(tx, which, kubo, id.Staff{}, "operator")
		if err != nil || b.Owner != kubo.ID {
			t.Errorf("what stands of one that is gone: %v", err)
		}
		if _, err := Note(tx, which, "it was the import", "x"); err != nil {
			t.Error(err)
		}
		notes, err := Notes(tx, which)
		if len(notes) != 5 || notes[1].By != "y" || notes[4].Note != "it was the import" || notes[4].Number != 5 {
			t.Errorf("%+v", notes)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestOpenTwice: the database itself refuses a second open break of one check about one subject.
func TestOpenTwice(t *testing.T) {
	t.Parallel()
	h := build(t, memberSQL)
	h.plant("test", id.New[id.MemberKind](dbtest.Start, 3), 100)
	h.night("2026-06-02")
	open, _ := h.all()
	twin := open[0]
	twin.ID = id.New[id.BreakKind](dbtest.Start, 3)
	err := h.DB.Write(context.Background(), func(tx *db.Tx) error { return insertBreaks(tx, []Break{twin}) })
	if err == nil {
		t.Error("it stands twice")
	}
}

// TestMeanings: every sentence is there, in both languages, and ends as one. That no check is without one, package app tests.
func TestMeanings(t *testing.T) {
	t.Parallel()
	for code, m := range Meanings {
		for _, text := range []fault.Text{m.Compares, m.Do} {
			if !strings.HasSuffix(text.JA, "。") || !strings.HasSuffix(text.EN, ".") {
				t.Errorf("%s: %+v", code, text)
			}
		}
		if m.Side != fault.Us && m.Side != fault.Partner {
			t.Errorf("%s: side %s", code, m.Side)
		}
	}
}
