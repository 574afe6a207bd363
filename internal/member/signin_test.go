package member_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/member"
)

// reveal lets cmp compare what prints as dots.
var reveal = cmp.Options{
	cmp.Comparer(func(a, b mask.Name) bool { return a == b }),
	cmp.Comparer(func(a, b mask.Phone) bool { return a == b }),
	cmp.Comparer(func(a, b mask.Address) bool { return a == b }),
	cmp.Comparer(func(a, b mask.Mail) bool { return a == b }),
}

func dayOf(s string) (jst.Day, error) { return jst.ParseDay(s) }

const phone = "safari ios"

func (h *house) browser() mask.Secret {
	h.t.Helper()
	var token mask.Secret
	h.write(func(tx *db.Tx) (err error) {
		token, _, err = h.members.OpenSignIn(tx, phone)
		return err
	})
	return token
}

func (h *house) signIn(token mask.Secret, device string, m id.Member) (mask.Secret, member.SignIn) {
	h.t.Helper()
	var fresh mask.Secret
	var s member.SignIn
	h.write(func(tx *db.Tx) (err error) {
		fresh, s, err = h.members.Prove(tx, token, device, m)
		return err
	})
	return fresh, s
}

func (h *house) find(token mask.Secret) (member.SignIn, bool) {
	h.t.Helper()
	var s member.SignIn
	var found bool
	h.write(func(tx *db.Tx) (err error) {
		s, found, err = h.members.FindSignIn(tx, token)
		return err
	})
	return s, found
}

func (h *house) signIns(m id.Member) []id.SignIn {
	h.t.Helper()
	var out []id.SignIn
	h.write(func(tx *db.Tx) error {
		list, err := h.members.ListSignIns(tx, m)
		out = nil
		for _, s := range list {
			out = append(out, s.ID)
		}
		return err
	})
	return out
}

// M19.
func TestSignIn(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.join(taro, flat)
	token := h.browser()
	s, found := h.find(token)
	if !found || !s.Member.IsZero() || !s.Proven.IsZero() || h.members.Fresh(s, h.clock.Now()) {
		t.Fatalf("before a code: %+v, %t", s, found)
	}
	fresh, proven := h.signIn(token, phone, m)
	if _, found := h.find(token); found || fresh == token {
		t.Error("the token from before the code still opens something")
	}
	s, found = h.find(fresh)
	if !found || s.Member != m || s.ID != proven.ID || s.Binding() != proven.Binding() || s.Device != phone ||
		!s.Expires.Equal(dbtest.Start.Add(30*24*time.Hour)) {
		t.Errorf("after it: %+v, %t", s, found)
	}
	h.told(event.Subject(m), "member.registered", "member.signed_in")
	h.later(30*24*time.Hour - time.Microsecond)
	if _, found := h.find(fresh); !found {
		t.Error("it ended before its time")
	}
	h.later(time.Microsecond)
	if _, found := h.find(fresh); found {
		t.Error("it outlived its time")
	}
}

// M19: a text that is no token opens nothing and breaks nothing.
func TestStrangeTokens(t *testing.T) {
	t.Parallel()
	h := open(t)
	token := h.browser().Reveal()
	for _, text := range []string{"", "x", token[1:], token + "A", token[:len(token)-1] + "=", "____" + token[4:], "AAAA" + token[4:]} {
		if s, found := h.find(mask.Secret(text)); found {
			t.Errorf("it opens %+v", s)
		}
	}
}

// M20.
func TestFresh(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.join(taro, flat)
	token, s := h.signIn(h.browser(), phone, m)
	for _, row := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {15 * time.Minute, true}, {15*time.Minute + time.Microsecond, false}} {
		if got := h.members.Fresh(s, dbtest.Start.Add(row.after)); got != row.want {
			t.Errorf("after %s: %t", row.after, got)
		}
	}
	h.later(time.Hour)
	before := s
	token2, s := h.signIn(token, phone, m)
	if !h.members.Fresh(s, h.clock.Now()) || s.ID != before.ID || token2 == token {
		t.Errorf("after a new code: %+v", s)
	}
	if _, found := h.find(token); found {
		t.Error("the token from before the new code still opens it")
	}
	if got, found := h.find(token2); !found || got.ID != before.ID || !got.Created.Equal(dbtest.Start) {
		t.Errorf("it is another browser now: %+v, %t", got, found)
	}
	h.told(event.Subject(m), "member.registered", "member.signed_in") // a new code is no new sign-in
}

// M03: a press that arrives twice leaves one browser, and the answer that came last opens it.
func TestPressTwice(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.join(taro, flat)
	token := h.browser()
	first, _ := h.signIn(token, phone, m)
	second, s := h.signIn(token, phone, m)
	if diff := cmp.Diff([]id.SignIn{s.ID}, h.signIns(m)); diff != "" {
		t.Error(diff)
	}
	if _, found := h.find(first); found {
		t.Error("the first answer's token opens a second browser")
	}
	if got, found := h.find(second); !found || got.Member != m {
		t.Error("the last answer's token opens nothing")
	}
	// The same with a code entered later in a browser that is signed in.
	h.later(time.Hour)
	h.signIn(second, phone, m)
	last, s := h.signIn(second, phone, m)
	if diff := cmp.Diff([]id.SignIn{s.ID}, h.signIns(m)); diff != "" {
		t.Error(diff)
	}
	if _, found := h.find(last); !found {
		t.Error("the last answer's token opens nothing")
	}
}

// M19: another member's code in the same browser signs the first one out of it.
func TestAnotherMemberInTheSameBrowser(t *testing.T) {
	t.Parallel()
	h := open(t)
	a, b := h.join(taro, flat), h.join(hanako, flat)
	token, _ := h.signIn(h.browser(), phone, a)
	token, s := h.signIn(token, phone, b)
	if got, found := h.find(token); !found || got.Member != b || len(h.signIns(a)) != 0 {
		t.Errorf("%+v, %t; the first has %d", got, found, len(h.signIns(a)))
	}
	if diff := cmp.Diff([]id.SignIn{s.ID}, h.signIns(b)); diff != "" {
		t.Error(diff)
	}
}

// M07: the browser of an applicant.
func TestProveApplicant(t *testing.T) {
	t.Parallel()
	h := open(t)
	app := h.apply(taro).ID
	token := h.browser()
	var fresh mask.Secret
	h.write(func(tx *db.Tx) (err error) {
		fresh, _, err = h.members.ProveApplicant(tx, token, phone, app)
		return err
	})
	s, found := h.find(fresh)
	if _, old := h.find(token); old || !found || s.Application != app || !s.Member.IsZero() || h.members.Fresh(s, h.clock.Now()) {
		t.Fatalf("%+v, %t", s, found)
	}
	h.fill(app, flat)
	d, err := h.agree(app)
	if err != nil {
		t.Fatal(err)
	}
	last, _ := h.signIn(fresh, phone, d.Member)
	if s, found := h.find(last); !found || s.Member != d.Member || !s.Application.IsZero() {
		t.Errorf("as a member: %+v, %t", s, found)
	}
}

func TestSeenAtMostOnceAMinute(t *testing.T) {
	t.Parallel()
	h := open(t)
	token, _ := h.signIn(h.browser(), phone, h.join(taro, flat))
	visit := func() time.Time {
		s, _ := h.find(token)
		h.write(func(tx *db.Tx) error { return h.members.Seen(tx, s) })
		s, _ = h.find(token)
		return s.LastSeen
	}
	for _, row := range []struct{ at, want time.Duration }{
		{59 * time.Second, 0}, {60 * time.Second, 60 * time.Second}, {119 * time.Second, 60 * time.Second}, {2 * time.Hour, 2 * time.Hour},
	} {
		h.clock.Set(dbtest.Start.Add(row.at))
		if got := visit(); !got.Equal(dbtest.Start.Add(row.want)) {
			t.Errorf("visit after %s: seen at %s", row.at, got)
		}
	}
}

// M21.
func TestEndSignIns(t *testing.T) {
	t.Parallel()
	h := open(t)
	m, other := h.join(taro, flat), h.join(hanako, flat)
	a, first := h.signIn(h.browser(), phone, m)
	h.later(time.Minute)
	b, second := h.signIn(h.browser(), "chrome windows", m)
	c, third := h.signIn(h.browser(), phone, other)
	if diff := cmp.Diff([]id.SignIn{second.ID, first.ID}, h.signIns(m)); diff != "" {
		t.Errorf("the one seen last comes first:\n%s", diff)
	}
	end := func(m id.Member, which id.SignIn) error {
		return h.try(func(tx *db.Tx) error { return h.members.EndSignIn(tx, m, which) })
	}
	h.is("another member's", end(m, third.ID), member.NoSignIn)
	h.is("one's own", end(m, first.ID), nil)
	h.is("again", end(m, first.ID), nil)
	if _, found := h.find(a); found {
		t.Error("it still opens")
	}
	if _, found := h.find(b); !found {
		t.Error("the other one ended with it")
	}
	var n int64
	h.write(func(tx *db.Tx) (err error) {
		n, err = h.members.EndAll(tx, m)
		return err
	})
	if _, found := h.find(b); found || n != 1 {
		t.Errorf("%d ended", n)
	}
	if _, found := h.find(c); !found {
		t.Error("another member was signed out")
	}
	h.told(event.Subject(m), "member.registered", "member.signed_in", "member.signed_in", "member.signed_out", "member.signed_out")
}

func TestNewDeviceIsTold(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.join(taro, flat)
	for _, device := range []string{phone, phone, "chrome windows"} {
		h.signIn(h.browser(), device, m)
	}
	var got []bool
	h.write(func(tx *db.Tx) error {
		facts, err := event.Timeline(tx, event.Subject(m), 10)
		if err != nil {
			return err
		}
		got = nil
		for _, f := range facts[1:] {
			var data struct {
				New bool `json:"new_device"`
			}
			if err := f.Decode(&data); err != nil {
				return err
			}
			got = append(got, data.New)
		}
		return nil
	})
	if diff := cmp.Diff([]bool{true, false, true}, got); diff != "" {
		t.Error(diff)
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ agent, want string }{
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "safari ios"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/137.0 Mobile/15E148 Safari/604.1", "chrome ios"},
		{"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36", "chrome android"},
		{"Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36", "samsung android"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0", "edge windows"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15", "safari macos"},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0", "firefox linux"},
		{"curl/8.5.0", "other other"},
		{"", "other other"},
	} {
		if got := member.Device(row.agent); got != row.want {
			t.Errorf("%q is read as %q, want %q", row.agent, got, row.want)
		}
	}
}

// M22.
func TestTokens(t *testing.T) {
	t.Parallel()
	h := open(t)
	m, other := h.join(taro, flat), h.join(hanako, flat)
	shop, shop2 := id.New[id.MerchantKind](dbtest.Start, 1), id.New[id.MerchantKind](dbtest.Start, 2)
	session := id.New[id.SessionKind](dbtest.Start, 3)
	grant := func(m id.Member, shop id.Merchant) id.Token {
		var token id.Token
		h.write(func(tx *db.Tx) (err error) {
			token, err = h.members.Grant(tx, m, shop, session)
			return err
		})
		return token
	}
	look := func(token id.Token, shop id.Merchant) (owner id.Member, live bool, err error) {
		err = h.try(func(tx *db.Tx) (err error) {
			if owner, err = h.members.FindToken(tx, token, shop); err != nil {
				return err
			}
			q := tx.Queue()
			found := member.QueueTokens(q, token, token)
			err = q.Run()
			live = found[token].Live()
			return err
		})
		return owner, live, err
	}
	revoke := func(m id.Member, token id.Token) error {
		return h.try(func(tx *db.Tx) error { return h.members.RevokeToken(tx, m, token) })
	}
	a := grant(m, shop)
	if again := grant(m, shop); again != a {
		t.Errorf("agreeing again makes another: %s, %s", a, again)
	}
	b, c := grant(m, shop2), grant(other, shop)
	if b == a || c == a {
		t.Error("a token stands for two agreements")
	}
	if owner, live, err := look(a, shop); err != nil || !live || owner != m {
		t.Errorf("%s, %t, %v", owner, live, err)
	}
	_, _, err := look(a, shop2)
	h.is("another shop's", err, member.NoToken)
	_, _, err = look(id.New[id.TokenKind](dbtest.Start, 4), shop)
	h.is("one that does not exist", err, member.NoToken)

	h.is("revoked by another member", revoke(other, a), member.NoToken)
	h.locked = nil
	h.is("revoked", revoke(m, a), nil)
	if len(h.locked) == 0 || h.locked[0] != m {
		t.Errorf("revoked without the lock that purchases take: %v", h.locked)
	}
	h.is("revoked again", revoke(m, a), nil)
	if owner, live, err := look(a, shop); err != nil || live || owner != m {
		t.Errorf("after that: %s, %t, %v", owner, live, err)
	}
	h.write(func(tx *db.Tx) error {
		list, err := h.members.ListTokens(tx, m)
		want := []member.Token{{ID: b, Member: m, Merchant: shop2, Session: session, Granted: dbtest.Start}}
		if diff := cmp.Diff(want, list); diff != "" {
			t.Error(diff)
		}
		return err
	})
	if anew := grant(m, shop); anew == a {
		t.Error("a revoked agreement came back to life")
	}
	h.told(event.Subject(a), "member_token.granted", "member_token.revoked")
}

// A hook that fails takes the registration back with it.
func TestFailingHook(t *testing.T) {
	t.Parallel()
	h := open(t)
	app := h.apply(taro).ID
	h.fill(app, flat)
	broken := errors.New("no credit row")
	h.members.Hooks.Registered = func(*db.Tx, id.Member) error { return broken }
	if _, err := h.agree(app); !errors.Is(err, broken) {
		t.Fatalf("%v", err)
	}
	if _, found := h.holder(taro); found || h.draft(app).Step != member.StepAgree {
		t.Error("half a member was made")
	}
}

// Every sentence is there in both languages, and codes are unlike each other.
func TestKinds(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range member.Kinds {
		if seen[k.Code] || k.What.JA == "" || k.What.EN == "" || k.Next.JA == "" || k.Next.EN == "" || k.Status < 400 {
			t.Errorf("%s is incomplete or stands twice", k.Code)
		}
		if k.Side == fault.Us && k.Status == 422 {
			t.Errorf("%s: what was typed is not our side", k.Code)
		}
		seen[k.Code] = true
	}
}
