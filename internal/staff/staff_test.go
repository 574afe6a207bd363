package staff_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/clock"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/keys"
	"tsuke/internal/mask"
	"tsuke/internal/staff"
	"tsuke/internal/term"
	"tsuke/internal/vault"
)

// office is a database with the package's verbs.
type office struct {
	t     *testing.T
	db    *db.DB
	clock *clock.Hand
	staff *staff.Staff
}

func open(t *testing.T) *office {
	t.Helper()
	t.Parallel()
	dir := t.TempDir()
	if err := vault.Create(dir); err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	book, err := term.NewBook(staff.Terms...)
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.Open(t)
	return &office{t: t, db: d, clock: dbtest.Clock(d), staff: &staff.Staff{Vault: v, Terms: book}}
}

func (o *office) try(fn func(*db.Tx) error) error { return o.db.Write(context.Background(), fn) }

func (o *office) write(fn func(*db.Tx) error) {
	o.t.Helper()
	if err := o.try(fn); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) is(what string, err error, want *fault.Kind) {
	o.t.Helper()
	if want == nil && err != nil || want != nil && !fault.Is(err, want) {
		o.t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func (o *office) add(name string, roles ...staff.Role) (l staff.Link) {
	o.t.Helper()
	o.write(func(tx *db.Tx) (err error) {
		l, err = o.staff.Add(tx, name, roles, "operator")
		return err
	})
	return l
}

func (o *office) find(link mask.Secret) (i staff.Invitation, err error) {
	err = o.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		i, err = o.staff.FindLink(tx, link)
		return err
	})
	return i, err
}

func (o *office) enrol(link mask.Secret, code string) (e staff.Entry, err error) {
	err = o.try(func(tx *db.Tx) (err error) {
		e, err = o.staff.Enrol(tx, link, code, "firefox linux")
		return err
	})
	if err == nil {
		err = e.Err()
	}
	return e, err
}

func (o *office) signIn(browser mask.Secret, code string) (e staff.Entry, err error) {
	err = o.try(func(tx *db.Tx) (err error) {
		e, err = o.staff.SignIn(tx, browser, code)
		return err
	})
	if err == nil {
		err = e.Err()
	}
	return e, err
}

func (o *office) session(cookie mask.Secret) (s staff.Session, found bool) {
	o.t.Helper()
	err := o.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		s, found, err = o.staff.FindSession(tx, cookie)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return s, found
}

// enrolled is a person with a browser, and the key in their authenticator.
func (o *office) enrolled(name string, roles ...staff.Role) (staff.Entry, mask.Secret) {
	o.t.Helper()
	l := o.add(name, roles...)
	i, err := o.find(l.Token)
	if err != nil {
		o.t.Fatal(err)
	}
	e, err := o.enrol(l.Token, staff.CodeAt(i.Key, o.clock.Now()))
	if err != nil {
		o.t.Fatal(err)
	}
	return e, i.Key
}

func TestGrid(t *testing.T) { // rule O02
	t.Parallel()
	want := `|           | invite  | enrol  | suspend   |
|-----------|---------|--------|-----------|
| invited   | invited | active | suspended |
| active    | invited | =      | suspended |
| suspended | invited | ·      | =         |
`
	if diff := cmp.Diff(want, staff.Life.Grid()); diff != "" {
		t.Error(diff)
	}
}

// TestRights holds the table of roles against rule O01.
func TestRights(t *testing.T) {
	t.Parallel()
	all := []staff.Right{staff.See, staff.Reveal, staff.Match, staff.Ask, staff.Approve, staff.Books, staff.Audit, staff.Hold, staff.Send}
	for role, want := range map[staff.Role]string{
		staff.Support: "see reveal", staff.Collection: "see reveal ask hold", staff.Finance: "see reveal match ask approve books hold send",
		staff.Admin: "see approve books audit", "guest": "",
	} {
		var got []string
		for _, r := range all {
			if staff.May([]staff.Role{role}, r) {
				got = append(got, string(r))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", role, got, want)
		}
	}
}

func TestAdd(t *testing.T) { // rules O01, O02
	o := open(t)
	o.add("aoki", staff.Finance)
	for _, c := range []struct {
		name  string
		roles []staff.Role
		want  *fault.Kind
	}{
		{"Aoki", []staff.Role{staff.Support}, staff.NameTaken},
		{"a", []staff.Role{staff.Support}, staff.NameWrong},
		{"青木", []staff.Role{staff.Support}, staff.NameWrong},
		{"Taro Aoki", []staff.Role{staff.Support}, staff.NameWrong},
		{"baba", nil, staff.RolesWrong},
		{"baba", []staff.Role{"boss"}, staff.RolesWrong},
		{"baba", []staff.Role{staff.Admin, staff.Finance, staff.Admin}, nil},
	} {
		o.is(c.name, o.try(func(tx *db.Tx) error {
			_, err := o.staff.Add(tx, c.name, c.roles, "operator")
			return err
		}), c.want)
	}
	var told []string
	o.write(func(tx *db.Tx) error {
		all, err := o.staff.List(tx)
		for _, p := range all {
			told = append(told, p.Name+" "+string(p.State))
			if p.Name == "baba" && !slices.Equal(p.Roles, []staff.Role{staff.Finance, staff.Admin}) {
				t.Errorf("%v", p.Roles)
			}
		}
		return err
	})
	if diff := cmp.Diff([]string{"aoki invited", "baba invited"}, told); diff != "" {
		t.Error(diff)
	}
}

// TestEnrolment follows a link from the letter to the session, and what can be wrong with it (rules O02, O03).
func TestEnrolment(t *testing.T) {
	o := open(t)
	l := o.add("aoki", staff.Finance)
	i, err := o.find(l.Token)
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.find(l.Token)
	if err != nil || again.Key != i.Key {
		t.Error("opening a link twice changes its key")
	}
	if uri := i.URI("Tsuke"); uri != "otpauth://totp/Tsuke:aoki?secret="+i.Key.Reveal()+"&issuer=Tsuke" {
		t.Error(uri)
	}
	code := staff.CodeAt(i.Key, o.clock.Now())
	_, err = o.enrol(l.Token, "12345")
	o.is("five digits", err, staff.CodeForm)
	_, err = o.enrol(l.Token, other(code))
	o.is("another code", err, staff.CodeWrong)
	_, err = o.enrol("nonsense", code)
	o.is("no link", err, staff.LinkOver)
	e, err := o.enrol(l.Token, code)
	if err != nil {
		t.Fatal(err)
	}
	if s, found := o.session(e.Cookie); !found || s.Person.Name != "aoki" || s.Person.State != staff.Active {
		t.Errorf("%+v %t", s, found)
	}
	_, err = o.enrol(l.Token, code)
	o.is("used before", err, staff.LinkOver)
	_, err = o.find(l.Token)
	o.is("shown when used", err, staff.LinkOver)
	for what, cookie := range map[string]mask.Secret{"the link": l.Token, "the browser": e.Browser} {
		if _, found := o.session(cookie); found {
			t.Errorf("%s is taken for a session", what)
		}
	}
	late := o.add("baba", staff.Admin)
	o.clock.Advance(24 * time.Hour)
	_, err = o.find(late.Token)
	o.is("its time is over", err, staff.LinkOver)
}

// other is another code of six digits.
func other(code string) string {
	last := code[5]
	return code[:5] + string('0'+(last-'0'+1)%10)
}

// TestCodes is rule O05: what counts as a code, when, and how often.
func TestCodes(t *testing.T) {
	o := open(t)
	e, key := o.enrolled("aoki", staff.Finance)
	at := func(d time.Duration) string { return staff.CodeAt(key, o.clock.Now().Add(d)) }
	o.clock.Advance(20 * time.Second) // no twin of the press any more
	_, err := o.signIn(e.Browser, staff.CodeAt(key, o.clock.Now().Add(-20*time.Second)))
	o.is("the code of the enrolment again", err, staff.CodeWrong)
	o.clock.Advance(time.Minute)
	code := at(0)
	first, err := o.signIn(e.Browser, code)
	o.is("the code of now", err, nil)
	twin, err := o.signIn(e.Browser, code)
	o.is("the same press twice", err, nil)
	if _, found := o.session(first.Cookie); found {
		t.Error("two cookies for one press")
	}
	if _, found := o.session(twin.Cookie); !found {
		t.Error("the cookie that was told last is none")
	}
	o.clock.Advance(16 * time.Second)
	_, err = o.signIn(e.Browser, code)
	o.is("the same code later", err, staff.CodeWrong)
	o.clock.Advance(time.Minute)
	_, err = o.signIn(e.Browser, at(-30*time.Second))
	o.is("half a minute late", err, nil)
	o.clock.Advance(time.Minute)
	_, err = o.signIn(e.Browser, at(30*time.Second))
	o.is("half a minute early", err, nil)
	o.clock.Advance(20 * time.Second)
	_, err = o.signIn(e.Browser, at(0))
	o.is("one before the last", err, staff.CodeWrong)
	o.clock.Advance(5 * time.Minute)
	_, err = o.signIn(e.Browser, at(-60*time.Second))
	o.is("a minute late", err, staff.CodeWrong)
	_, err = o.signIn(e.Browser, at(60*time.Second))
	o.is("a minute early", err, staff.CodeWrong)
	_, err = o.signIn(e.Cookie, at(0))
	o.is("a session's cookie is no browser", err, staff.NoPerson)
}

func TestPause(t *testing.T) { // rule O05
	o := open(t)
	e, key := o.enrolled("aoki", staff.Finance)
	o.clock.Advance(time.Minute)
	right := func() string { return staff.CodeAt(key, o.clock.Now()) }
	for n := range 5 {
		want := staff.CodeWrong
		if n == 4 {
			want = staff.CodePaused
		}
		_, err := o.signIn(e.Browser, other(right()))
		o.is("wrong", err, want)
		_, err = o.signIn(e.Browser, "1")
		if n < 4 {
			o.is("no try", err, staff.CodeForm)
		}
	}
	_, err := o.signIn(e.Browser, right())
	o.is("right while it is paused", err, staff.CodePaused)
	o.clock.Advance(15 * time.Minute)
	_, err = o.signIn(e.Browser, right())
	o.is("right afterwards", err, nil)
	o.clock.Advance(time.Minute)
	for range 4 {
		_, err = o.signIn(e.Browser, other(right()))
		o.is("wrong once more", err, staff.CodeWrong)
	}
	_, err = o.signIn(e.Browser, right())
	o.is("a right code forgives", err, nil)
	o.clock.Advance(time.Minute)
	_, err = o.signIn(e.Browser, other(right()))
	o.is("counted anew", err, staff.CodeWrong)
}

func TestReadCode(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"123456": "123456", " 123 456 ": "123456", "１２３４５６": "123456", "123-456": "123456", "12345": "", "12345a": "", "": ""} {
		got, ok := staff.ReadCode(typed)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %t", typed, got, ok)
		}
	}
}

// TestSessions is rules O06 and O07: how long a session lasts, and how long it is fresh.
func TestSessions(t *testing.T) {
	o := open(t)
	e, key := o.enrolled("aoki", staff.Finance)
	browser := e.Browser
	s, found := o.session(e.Cookie)
	if !found || !o.staff.Fresh(s, o.clock.Now().Add(15*time.Minute)) || o.staff.Fresh(s, o.clock.Now().Add(15*time.Minute+time.Second)) {
		t.Errorf("fresh for another time: %+v", s)
	}
	for range 24 * 60 / 29 {
		o.clock.Advance(29 * time.Minute)
		if s, found = o.session(e.Cookie); !found {
			break
		}
		if !s.SeenDue(o.clock.Now()) {
			t.Fatal("a visit is not noted")
		}
		o.write(func(tx *db.Tx) error { return o.staff.Seen(tx, s) })
	}
	if lasted := o.clock.Now().Sub(dbtest.Start); found || lasted < 12*time.Hour || lasted > 12*time.Hour+29*time.Minute {
		t.Errorf("found %t after %s", found, lasted)
	}
	e, err := o.signIn(browser, staff.CodeAt(key, o.clock.Now()))
	o.is("signing in once more", err, nil)
	o.clock.Advance(30*time.Minute + time.Second)
	if _, found = o.session(e.Cookie); found {
		t.Error("half an hour without a visit")
	}
	e, err = o.signIn(browser, staff.CodeAt(key, o.clock.Now()))
	o.is("again", err, nil)
	s, _ = o.session(e.Cookie)
	o.write(func(tx *db.Tx) error { return o.staff.SignOut(tx, s) })
	if _, found = o.session(e.Cookie); found {
		t.Error("signed out")
	}
}

// TestEnds: suspending and inviting anew end browser, session and authenticator at once (rule O02).
func TestEnds(t *testing.T) {
	o := open(t)
	for name, end := range map[string]func(tx *db.Tx, name string) error{
		"suspended": func(tx *db.Tx, name string) error {
			for range 2 { // twice is once
				if p, err := o.staff.Suspend(tx, name, "operator"); err != nil || p.State != staff.Suspended {
					return err
				}
			}
			return nil
		},
		"invited": func(tx *db.Tx, name string) error {
			_, err := o.staff.Invite(tx, name, "operator")
			return err
		},
	} {
		e, key := o.enrolled(name, staff.Support)
		o.write(func(tx *db.Tx) error { return end(tx, name) })
		if _, found := o.session(e.Cookie); found {
			t.Errorf("%s: still signed in", name)
		}
		o.clock.Advance(time.Minute)
		_, err := o.signIn(e.Browser, staff.CodeAt(key, o.clock.Now()))
		o.is(name, err, staff.NoPerson)
	}
	var old, fresh staff.Link
	o.write(func(tx *db.Tx) (err error) {
		if old, err = o.staff.Invite(tx, "suspended", "operator"); err != nil {
			return err
		}
		fresh, err = o.staff.Invite(tx, "suspended", "operator")
		return err
	})
	_, err := o.find(old.Token)
	o.is("an older link", err, staff.LinkOver)
	i, err := o.find(fresh.Token)
	o.is("the newest link", err, nil)
	_, err = o.enrol(fresh.Token, staff.CodeAt(i.Key, o.clock.Now()))
	o.is("back again", err, nil)
	o.is("nobody", o.try(func(tx *db.Tx) error { _, err := o.staff.Suspend(tx, "nobody", "operator"); return err }), staff.NoPerson)
}

// TestLooks is rule O08.
func TestLooks(t *testing.T) {
	o := open(t)
	member := id.New[id.MemberKind](o.clock.Now(), 7)
	e, _ := o.enrolled("aoki", staff.Support)
	admin, _ := o.enrolled("baba", staff.Admin)
	look := func(p staff.Person, reason string) error {
		return o.try(func(tx *db.Tx) error {
			l, err := o.staff.Look(tx, p, member, "contact", reason)
			if err != nil {
				return err
			}
			found, err := staff.FindLook(tx, l.ID)
			if found != l {
				t.Errorf("%+v, want %+v", found, l)
			}
			return err
		})
	}
	o.is("without a reason", look(e.Session.Person, " "), staff.ReasonWrong)
	o.is("two lines", look(e.Session.Person, "a\nb"), staff.ReasonWrong)
	o.is("no right", look(admin.Session.Person, "curious"), staff.NotAllowed)
	o.is("with a reason", look(e.Session.Person, " asked by phone, K7F2-9QXM "), nil)
	o.write(func(tx *db.Tx) error {
		all, err := staff.Looks(tx, time.Time{}, 10)
		if len(all) != 1 || all[0].Reason != "asked by phone, K7F2-9QXM" || all[0].Member != member || all[0].By != e.Session.Person.ID {
			t.Errorf("%+v", all)
		}
		names, errNames := staff.Names(tx)
		if names[all[0].By] != "aoki" || errNames != nil {
			t.Errorf("%v %v", names, errNames)
		}
		return err
	})
}

// TestFacts: what happens to a person is in the log, without name, key or token.
func TestFacts(t *testing.T) {
	o := open(t)
	e, key := o.enrolled("aoki", staff.Finance)
	o.clock.Advance(time.Minute)
	for range 5 {
		_, _ = o.signIn(e.Browser, other(staff.CodeAt(key, o.clock.Now())))
	}
	o.clock.Advance(time.Hour)
	_, err := o.signIn(e.Browser, staff.CodeAt(key, o.clock.Now()))
	o.is("sign-in", err, nil)
	o.write(func(tx *db.Tx) error { _, err := o.staff.Invite(tx, "aoki", "operator"); return err })
	o.write(func(tx *db.Tx) error { _, err := o.staff.Suspend(tx, "aoki", "operator"); return err })
	var kinds []string
	o.write(func(tx *db.Tx) error {
		all, err := event.Timeline(tx, event.Subject(e.Session.Person.ID), 20)
		for _, f := range all {
			kinds = append(kinds, f.Kind)
			if text := string(f.Data) + f.Actor; strings.Contains(text, "aoki") || strings.Contains(text, key.Reveal()) {
				t.Errorf("%s tells %s", f.Kind, text)
			}
		}
		return err
	})
	want := []string{"staff.added", "staff.enrolled", "staff.paused", "staff.signed_in", "staff.invited", "staff.suspended"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Error(diff)
	}
}

// Rule K03: whoever is enrolled signs in in every phase of a change of keys, and an open link can be used.
func TestKeysAreReplaced(t *testing.T) {
	o := open(t)
	dir := t.TempDir()
	if err := vault.Create(dir); err != nil {
		t.Fatal(err)
	}
	reopen := func() {
		t.Helper()
		var err error
		if o.staff.Vault, err = vault.Open(dir); err != nil {
			t.Fatal(err)
		}
	}
	reopen()
	aoki, key := o.enrolled("aoki", staff.Support)
	later := o.add("sato", staff.Support)
	try := func(phase string) {
		t.Helper()
		o.clock.Advance(2 * time.Minute)
		if _, err := o.signIn(aoki.Browser, staff.CodeAt(key, o.clock.Now())); err != nil {
			t.Errorf("%s: %v", phase, err)
		}
		if i, err := o.find(later.Token); err != nil || i.Key == "" {
			t.Errorf("%s: the link: %v", phase, err)
		}
	}
	rekey := func() int {
		t.Helper()
		k := keys.Keys{DB: o.db, Vault: o.staff.Vault, Places: o.staff.Keyed()}
		p, err := k.Rekey(t.Context(), "operator", func(keys.Progress) {})
		if err != nil || p.Left != 0 || p.Sealed != 0 {
			t.Errorf("%+v, %v", p, err)
		}
		return p.Moved
	}
	for _, phase := range []struct {
		name string
		do   func(string, vault.Part) error
		move int
	}{{"added", vault.Add, 0}, {"promoted", vault.Promote, 2}, {"retired", vault.Retire, 0}} {
		if err := phase.do(dir, vault.Wrapping); err != nil {
			t.Fatal(err)
		}
		reopen()
		try(phase.name)
		if got := rekey(); got != phase.move {
			t.Errorf("%s: %d were moved", phase.name, got)
		}
		try(phase.name + " and moved")
	}
}
