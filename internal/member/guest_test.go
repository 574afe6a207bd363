package member_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/member"
)

// guest fills in a purchase by invoice with a proven number, as the checkout does.
func (h *house) guest(phone mask.Phone, in member.GuestInput) (member.Draft, error) {
	h.t.Helper()
	h.later(11 * time.Minute)
	e := h.prove(phone, member.ForCheckout, "checkout "+phone.Reveal())
	var d member.Draft
	err := h.try(func(tx *db.Tx) (err error) {
		if d, err = h.members.ApplyGuest(tx, e, "ja"); err != nil {
			return err
		}
		if err = h.members.SaveGuest(tx, d.ID, in); err != nil {
			return err
		}
		d, err = h.members.BecomeGuest(tx, d.ID, agreement)
		return err
	})
	return d, err
}

func buyer() member.GuestInput {
	return member.GuestInput{Name: yamada, Birth: adult, Address: flat, Mail: mail}
}

// Rule I01: what a guest fills in is judged by the rules of a registration, all slips at once, and they are 18 or older.
func TestGuestFillsIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*member.GuestInput)
		want   []string
	}{
		"all is well":         {func(*member.GuestInput) {}, nil},
		"nothing":             {func(in *member.GuestInput) { *in = member.GuestInput{} }, []string{"name_missing family", "name_missing given", "kana_missing family_kana", "kana_missing given_kana", "birth_missing year", "postal_code_shape postal", "prefecture_unknown prefecture", "city_missing city", "mail_missing mail"}},
		"seventeen":           {func(in *member.GuestInput) { in.Birth = minor }, []string{"guest_too_young year"}},
		"eighteen on the day": {func(in *member.GuestInput) { in.Birth = member.BirthInput{Year: "2008", Month: "6", Day: "1"} }, nil},
		"tomorrow eighteen":   {func(in *member.GuestInput) { in.Birth = member.BirthInput{Year: "2008", Month: "6", Day: "2"} }, []string{"guest_too_young year"}},
		"another prefecture":  {func(in *member.GuestInput) { in.Address.Prefecture = "大阪府" }, []string{"postal_code_address_mismatch postal"}},
		"a slip of a mail":    {func(in *member.GuestInput) { in.Mail = "taro@gmial.com" }, []string{"mail_likely_slip mail"}},
		"it is right":         {func(in *member.GuestInput) { in.Mail, in.Insists = "taro@gmial.com", true }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			in := buyer()
			c.change(&in)
			_, err := h.guest(taro, in)
			if diff := cmp.Diff(c.want, slips(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Rule I02: a guest is an account of its own kind with the proven number as its id; the same number finds it again.
func TestGuestIsAnAccount(t *testing.T) {
	t.Parallel()
	h := open(t)
	first, err := h.guest(taro, buyer())
	h.is("a guest", err, nil)
	if first.State != member.BecameGuest || first.Phone != "" || first.Mail != "" {
		t.Errorf("what was filled in is left: %+v", first)
	}
	p := h.profile(first.Member)
	if p.State != member.Guest || p.Phone != taro || p.Agreement != agreement || p.Agreed.IsZero() {
		t.Errorf("the account: %s %v %s", p.State, p.Phone == taro, p.Agreement)
	}
	if _, found := h.holder(taro); found {
		t.Error("a guest is taken for a member")
	}
	h.told(event.Subject(first.Member), "member.guest_opened")
	moved := buyer()
	moved.Mail, moved.Address.Building = "taro@example.com", "別館1001"
	again, err := h.guest(taro, moved)
	h.is("the same number", err, nil)
	if again.Member != first.Member || again.ID == first.ID {
		t.Errorf("another account: %s, %s", first.Member, again.Member)
	}
	if p := h.profile(first.Member); p.Mail != "taro@example.com" || p.State != member.Guest {
		t.Errorf("what they gave this time is not kept: %s", p.State)
	}
	if len(h.registered) != 1 {
		t.Errorf("%d accounts opened", len(h.registered))
	}
	other := buyer()
	other.Name.GivenKana = "ジロウ"
	_, err = h.guest(taro, other)
	h.is("another name", err, member.GuestNumberOther)
	later := buyer()
	later.Birth.Day = "2"
	_, err = h.guest(taro, later)
	h.is("another birth date", err, member.GuestNumberOther)
}

// Rule I01: a member's number pays as a member; the terms agreed to are those in force.
func TestGuestIsNoMember(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.join(taro, flat)
	_, err := h.guest(taro, buyer())
	h.is("a member's number", err, member.PhoneTaken)
	e := h.prove(hanako, member.ForCheckout, "checkout")
	err = h.try(func(tx *db.Tx) error {
		d, err := h.members.ApplyGuest(tx, e, "ja")
		if err != nil {
			return err
		}
		_, err = h.members.BecomeGuest(tx, d.ID, agreement)
		return err
	})
	h.is("nothing filled in", err, member.ApplicationIncomplete)
	in := buyer()
	in.Name.GivenKana = "ハナコ"
	err = h.try(func(tx *db.Tx) error {
		d, err := h.members.ApplyGuest(tx, e, "ja")
		if err == nil {
			err = h.members.SaveGuest(tx, d.ID, in)
		}
		if err == nil {
			_, err = h.members.BecomeGuest(tx, d.ID, "2020-01-01")
		}
		return err
	})
	h.is("old terms", err, member.AgreementChanged)
}

// Rule I02: registering with the number makes the guest a member under the same id, once; somebody else with the number is looked
// at by a person, and gets an account of their own.
func TestGuestBecomesMember(t *testing.T) {
	t.Parallel()
	h := open(t)
	was, err := h.guest(taro, buyer())
	h.is("a guest", err, nil)
	h.owing[was.Member] = true // their own open invoice is no reason to look at them
	h.later(time.Minute)
	if m := h.join(taro, flat); m != was.Member {
		t.Errorf("the member is %s, the guest was %s", m, was.Member)
	}
	if p := h.profile(was.Member); p.State != member.Active {
		t.Errorf("the account is %s", p.State)
	}
	if m, found := h.holder(taro); !found || m != was.Member {
		t.Error("the member is not found by the number")
	}
	if len(h.registered) != 1 {
		t.Errorf("%d accounts opened", len(h.registered))
	}
	h.told(event.Subject(was.Member), "member.guest_opened", "member.registered")
}

func TestGuestNumberPassedOn(t *testing.T) {
	t.Parallel()
	h := open(t)
	before := buyer()
	before.Name.GivenKana = "ジロウ"
	was, err := h.guest(taro, before)
	h.is("a guest", err, nil)
	h.later(time.Minute)
	app := h.apply(taro).ID
	h.fill(app, flat)
	d, err := h.agree(app)
	h.is("somebody else", err, nil)
	if d.State != member.Review || d.Reason != member.ReviewNumber {
		t.Fatalf("%s %s", d.State, d.Reason)
	}
	var m id.Member
	h.write(func(tx *db.Tx) (err error) {
		m, err = h.members.Clear(tx, app, "operator")
		return err
	})
	if m == was.Member || h.profile(was.Member).State != member.Numberless || h.profile(m).State != member.Active {
		t.Errorf("guest %s, member %s", h.profile(was.Member).State, h.profile(m).State)
	}
}

// Rules I03, I04: the same name, birth date and home under another number is the same person; a housemate is not.
func TestSamePerson(t *testing.T) {
	t.Parallel()
	h := open(t)
	first, err := h.guest(taro, buyer())
	h.is("a guest", err, nil)
	spelled := buyer()
	spelled.Address.City, spelled.Address.Building = "渋谷区神宮前一丁目2番3号", "405号室"
	spelled.Name.Family = "山田"
	second, err := h.guest(hanako, spelled)
	h.is("another number", err, nil)
	housemate := buyer()
	housemate.Name.GivenKana = "ジロウ"
	third, err := h.guest(parents, housemate)
	h.is("a housemate", err, nil)
	h.write(func(tx *db.Tx) error {
		for who, want := range map[id.Member][]id.Member{first.Member: {second.Member}, second.Member: {first.Member}, third.Member: nil} {
			got, err := h.members.SamePerson(tx, who)
			if err != nil {
				return err
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
		return nil
	})
	h.later(time.Hour)
	if m := h.join(taro, flat); m != first.Member {
		t.Fatal("another account")
	}
	_, err = h.guest(hanako, spelled)
	h.is("a member under another number", err, member.GuestIsMember)
}

// Rule I12: only the browser in which the number was proven lately may buy, and it is nobody's browser otherwise.
func TestProvenGuest(t *testing.T) {
	t.Parallel()
	h := open(t)
	d, err := h.guest(taro, buyer())
	h.is("a guest", err, nil)
	var browser member.SignIn
	h.write(func(tx *db.Tx) error {
		_, s, err := h.members.ProveApplicant(tx, "", "safari ios", d.ID)
		browser = s
		return err
	})
	proven := func() (found bool) {
		h.write(func(tx *db.Tx) (err error) {
			var m id.Member
			m, found, err = h.members.ProvenGuest(tx, browser)
			if found && m != d.Member {
				t.Error("somebody else")
			}
			return err
		})
		return found
	}
	if !browser.Member.IsZero() || !proven() {
		t.Errorf("the browser is %s's, proven %t", browser.Member, proven())
	}
	h.later(15 * time.Minute)
	if !proven() {
		t.Error("after 15 minutes")
	}
	h.later(time.Microsecond)
	if proven() {
		t.Error("later than 15 minutes")
	}
}
