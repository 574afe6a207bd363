package member_test

import (
	"context"
	"net/netip"
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
	"tsuke/internal/member"
	"tsuke/internal/term"
	"tsuke/internal/vault"
)

// house is a database with the package's verbs and hooks that remember.
type house struct {
	t          *testing.T
	db         *db.DB
	clock      *clock.Hand
	members    *member.Members
	registered []id.Member
	owing      map[id.Member]bool
	locked     []id.Member // accounts, in their order
}

const (
	taro    mask.Phone = "+819012345678"
	hanako  mask.Phone = "+818023456789"
	parents mask.Phone = "+817034567890"
)

var home = netip.MustParseAddr("192.0.2.7")

func open(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	if err := vault.Create(dir); err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	book, err := term.NewBook(member.Terms...)
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.Open(t)
	h := &house{t: t, db: d, clock: dbtest.Clock(d), owing: map[id.Member]bool{}}
	h.members = &member.Members{Vault: v, Terms: book, Hooks: member.Hooks{
		LockAccount: func(_ *db.Tx, m id.Member) error {
			h.locked = append(h.locked, m)
			return nil
		},
		Registered: func(_ *db.Tx, m id.Member) error {
			h.registered = append(h.registered, m)
			return nil
		},
		Owes: func(_ *db.Tx, all []id.Member) (bool, error) {
			for _, m := range all {
				if h.owing[m] {
					return true, nil
				}
			}
			return false, nil
		},
	}}
	return h
}

// write commits fn; an error of it is a failure of the test.
func (h *house) write(fn func(*db.Tx) error) {
	h.t.Helper()
	if err := h.try(fn); err != nil {
		h.t.Fatal(err)
	}
}

// try commits fn and answers its error.
func (h *house) try(fn func(*db.Tx) error) error {
	h.t.Helper()
	return h.db.Write(context.Background(), fn)
}

// is reports an error that is not of the kind; nil stands for none.
func (h *house) is(what string, err error, want *fault.Kind) {
	h.t.Helper()
	if want == nil && err != nil || want != nil && !fault.Is(err, want) {
		h.t.Errorf("%s: %v, want %s", what, err, codeOf(want))
	}
}

func codeOf(k *fault.Kind) string {
	if k == nil {
		return "none"
	}
	return k.Code
}

// slips lists the codes and fields of an error.
func slips(err error) []string {
	var out []string
	if e := fault.From(err); e != nil {
		for _, one := range e.All() {
			out = append(out, one.Kind.Code+" "+one.Field)
		}
	}
	return out
}

// request asks for a code bound to a browser.
func (h *house) request(phone mask.Phone, purpose member.Purpose, browser string) (member.Sent, error) {
	h.t.Helper()
	return h.requestFrom(phone, purpose, browser, home)
}

func (h *house) requestFrom(phone mask.Phone, purpose member.Purpose, browser string, from netip.Addr) (member.Sent, error) {
	h.t.Helper()
	var sent member.Sent
	err := h.try(func(tx *db.Tx) (err error) {
		sent, err = h.members.RequestCode(tx, member.CodeRequest{Phone: phone, Purpose: purpose, BoundTo: browser, Address: from})
		return err
	})
	return sent, err
}

func (h *house) enter(purpose member.Purpose, browser, typed string) (member.Entered, error) {
	h.t.Helper()
	var e member.Entered
	err := h.try(func(tx *db.Tx) (err error) {
		e, err = h.members.EnterCode(tx, purpose, browser, typed)
		return err
	})
	return e, err
}

// prove sends a code and enters it.
func (h *house) prove(phone mask.Phone, purpose member.Purpose, browser string) member.Entered {
	h.t.Helper()
	sent, err := h.request(phone, purpose, browser)
	if err != nil {
		h.t.Fatal(err)
	}
	e, err := h.enter(purpose, browser, sent.Code.Reveal())
	if err != nil || !e.OK {
		h.t.Fatalf("the right code: %+v, %v", e, err)
	}
	return e
}

// apply proves a number and begins its registration.
func (h *house) apply(phone mask.Phone) member.Draft {
	h.t.Helper()
	e := h.prove(phone, member.ForRegistration, "browser "+phone.Reveal())
	var d member.Draft
	h.write(func(tx *db.Tx) (err error) {
		d, err = h.members.Apply(tx, e, "ja")
		return err
	})
	return d
}

// The answers of an adult who lives in Shibuya.
var (
	yamada = member.NameInput{Family: "山田", Given: "太郎", FamilyKana: "ヤマダ", GivenKana: "タロウ"}
	adult  = member.BirthInput{Year: "平成2", Month: "4", Day: "1"}
	minor  = member.BirthInput{Year: "2010", Month: "6", Day: "2"}
	flat   = member.AddressInput{PostalCode: "150-0001", Prefecture: "東京都", City: "渋谷区神宮前1-2-3", Building: "青空荘405"}
)

const (
	mail      = "taro@example.jp"
	agreement = "2026-06-01"
)

// fill answers every step of an adult's registration but the last.
func (h *house) fill(app id.Application, address member.AddressInput) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		if _, err := h.members.SaveName(tx, app, yamada); err != nil {
			return err
		}
		if err := h.members.SaveBirth(tx, app, adult); err != nil {
			return err
		}
		if _, err := h.members.SaveAddress(tx, app, address); err != nil {
			return err
		}
		return h.members.SaveMail(tx, app, mail, false)
	})
}

func (h *house) agree(app id.Application) (member.Draft, error) {
	h.t.Helper()
	var d member.Draft
	err := h.try(func(tx *db.Tx) (err error) {
		d, err = h.members.Agree(tx, app, agreement)
		return err
	})
	return d, err
}

// join registers a member from the number to the end.
func (h *house) join(phone mask.Phone, address member.AddressInput) id.Member {
	h.t.Helper()
	app := h.apply(phone).ID
	h.fill(app, address)
	d, err := h.agree(app)
	if err != nil || d.State != member.Done || d.Member.IsZero() {
		h.t.Fatalf("a registration without anything against it: %+v, %v", d, err)
	}
	return d.Member
}

func (h *house) draft(app id.Application) member.Draft {
	h.t.Helper()
	var d member.Draft
	h.write(func(tx *db.Tx) (err error) {
		d, err = h.members.LoadDraft(tx, app)
		return err
	})
	return d
}

func (h *house) profile(m id.Member) member.Profile {
	h.t.Helper()
	var p member.Profile
	h.write(func(tx *db.Tx) (err error) {
		p, err = h.members.LoadProfile(tx, m)
		return err
	})
	return p
}

func (h *house) holder(phone mask.Phone) (id.Member, bool) {
	h.t.Helper()
	var m id.Member
	var found bool
	h.write(func(tx *db.Tx) (err error) {
		m, found, err = h.members.FindByPhone(tx, phone)
		return err
	})
	return m, found
}

// told compares the kinds of a subject's facts.
func (h *house) told(subject event.Subject, want ...string) {
	h.t.Helper()
	var got []string
	h.write(func(tx *db.Tx) error {
		timeline, err := event.Timeline(tx, subject, 100)
		got = nil
		for _, e := range timeline {
			got = append(got, e.Kind)
		}
		return err
	})
	if diff := cmp.Diff(want, got); diff != "" {
		h.t.Errorf("timeline:\n%s", diff)
	}
}

func (h *house) later(by time.Duration) { h.clock.Advance(by) }

// rekey brings everything under the keys in use.
func (h *house) rekey() keys.Progress {
	h.t.Helper()
	k := keys.Keys{DB: h.db, Vault: h.members.Vault, Places: h.members.Keyed()}
	p, err := k.Rekey(h.t.Context(), "operator", func(keys.Progress) {})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}
