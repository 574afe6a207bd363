package member_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/kana"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/postal"
)

// A registration from the number to the member, and what is kept of it.
func TestRegister(t *testing.T) {
	t.Parallel()
	h := open(t)
	d := h.apply(taro)
	if d.Step != member.StepName || d.Known || d.Phone != taro || !d.Expires.Equal(dbtest.Start.Add(7*24*time.Hour)) {
		t.Fatalf("begun: %+v", d)
	}
	app := d.ID
	steps := []struct {
		answer func(*db.Tx) error
		next   member.Step
	}{
		{func(tx *db.Tx) error {
			changes, err := h.members.SaveName(tx, app, member.NameInput{Family: "髙橋", Given: "はなこ", FamilyKana: "たかはし", GivenKana: "ﾊﾅｺ"})
			if diff := cmp.Diff([]kana.Change{{From: "髙", To: "高"}}, changes); diff != "" {
				t.Error(diff)
			}
			return err
		}, member.StepBirth},
		{func(tx *db.Tx) error { return h.members.SaveBirth(tx, app, adult) }, member.StepAddress},
		{func(tx *db.Tx) error {
			_, err := h.members.SaveAddress(tx, app, flat)
			return err
		}, member.StepMail},
		{func(tx *db.Tx) error { return h.members.SaveMail(tx, app, mail, false) }, member.StepAgree},
	}
	for _, s := range steps {
		h.later(24 * time.Hour)
		h.write(s.answer)
		d := h.draft(app)
		if d.Step != s.next {
			t.Fatalf("next is %s, want %s", d.Step, s.next)
		}
		if want := h.clock.Now().Add(7 * 24 * time.Hour); !d.Expires.Equal(want) {
			t.Errorf("kept until %s, want %s", d.Expires, want)
		}
	}
	done, err := h.agree(app)
	if err != nil || done.State != member.Done || done.Step != member.StepDone {
		t.Fatalf("%+v, %v", done, err)
	}
	birth, _ := dayOf("1990-04-01")
	want := member.Profile{
		ID: done.Member, State: member.Active, Phone: taro,
		Name:         member.Name{Family: "髙橋", Given: "はなこ", FamilyKana: "タカハシ", GivenKana: "ハナコ"},
		NameStandard: member.Name{Family: "高橋", Given: "はなこ", FamilyKana: "タカハシ", GivenKana: "ハナコ"},
		Birth:        birth,
		Address:      member.Address{PostalCode: "1500001", Prefecture: "東京都", City: "渋谷区神宮前1-2-3", Building: "青空荘405"},
		Mail:         mail, Lang: "ja", WayToPay: "ebarcode", Agreement: agreement, Agreed: h.clock.Now(), Created: h.clock.Now(),
	}
	if diff := cmp.Diff(want, h.profile(done.Member), reveal); diff != "" {
		t.Error(diff)
	}
	if holder, found := h.holder(taro); !found || holder != done.Member || holder.Bucket() != app.Bucket() {
		t.Errorf("the number's member: %s, %t", holder, found)
	}
	if diff := cmp.Diff([]id.Member{done.Member}, h.registered); diff != "" {
		t.Errorf("hook:\n%s", diff)
	}
	h.told(event.Subject(done.Member), "member.registered")

	again, err := h.agree(app)
	if err != nil || again.Member != done.Member || len(h.registered) != 1 {
		t.Errorf("agreeing again: %+v, %v", again, err)
	}
	err = h.try(func(tx *db.Tx) error { return h.members.SaveMail(tx, app, "other@example.jp", false) })
	h.is("a change afterwards", err, member.ApplicationEnded)
}

// M18: what is personal is gone from the registration.
func TestEndedRegistrationHoldsNothingPersonal(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.join(taro, flat)
	h.write(func(tx *db.Tx) error {
		var left int64
		err := tx.Row(`-- test.left
			SELECT count(*) FROM application WHERE data_key IS NOT NULL OR phone IS NOT NULL OR name IS NOT NULL OR birth IS NOT NULL
				OR guardian IS NOT NULL OR address IS NOT NULL OR address_index IS NOT NULL OR mail IS NOT NULL`).Scan(&left)
		if left != 0 {
			t.Errorf("%d registrations hold personal data", left)
		}
		return err
	})
}

// M07.
func TestRegistrationGoesOnOnAnotherDevice(t *testing.T) {
	t.Parallel()
	h := open(t)
	app := h.apply(taro).ID
	h.write(func(tx *db.Tx) error {
		_, err := h.members.SaveName(tx, app, yamada)
		return err
	})
	h.later(6 * 24 * time.Hour)
	d := h.apply(taro)
	if d.ID != app || d.Step != member.StepBirth || d.Name.Family.Reveal() != "山田" {
		t.Fatalf("after six days: %+v", d)
	}
	h.later(7*24*time.Hour - time.Microsecond)
	if d := h.draft(app); d.ID != app {
		t.Error("in the last microsecond it is gone")
	}
	h.later(time.Microsecond)
	err := h.try(func(tx *db.Tx) error {
		_, err := h.members.LoadDraft(tx, app)
		return err
	})
	h.is("seven days after the last step", err, member.ApplicationGone)
	err = h.try(func(tx *db.Tx) error { return h.members.SaveMail(tx, app, mail, false) })
	h.is("a step after that", err, member.ApplicationGone)
	if d := h.apply(taro); d.ID == app || d.Step != member.StepName {
		t.Errorf("begun anew: %+v", d)
	}
}

// M06: a registration begins only with a number proven for it.
func TestApplyWantsAProof(t *testing.T) {
	t.Parallel()
	h := open(t)
	signedIn := h.prove(taro, member.ForSignIn, "b")
	for name, e := range map[string]member.Entered{"nothing": {}, "for sign-in": signedIn} {
		err := h.try(func(tx *db.Tx) error {
			_, err := h.members.Apply(tx, e, "ja")
			return err
		})
		if err == nil {
			t.Errorf("%s is taken for a proof", name)
		}
	}
}

// M14.
func TestAgree(t *testing.T) {
	t.Parallel()
	h := open(t)
	app := h.apply(taro).ID
	_, err := h.agree(app)
	h.is("with nothing filled in", err, member.ApplicationIncomplete)
	if f := fault.From(err); f.Field != "name" {
		t.Errorf("what is missing: %q", f.Field)
	}
	h.fill(app, flat)
	for _, version := range []string{"", "2025-01-01"} {
		err := h.try(func(tx *db.Tx) error {
			_, err := h.members.Agree(tx, app, version)
			return err
		})
		h.is("to another version", err, member.AgreementChanged)
	}
	if d, err := h.agree(app); err != nil || d.Agreement != agreement || !d.Agreed.Equal(dbtest.Start) {
		t.Errorf("%+v, %v", d, err)
	}
}

// M01: two browsers that agree at once make one member.
func TestAgreeAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.members.Hooks.Registered = func(*db.Tx, id.Member) error { return nil }
	app := h.apply(taro).ID
	h.fill(app, flat)
	got := make([]id.Member, 8)
	errs := make([]error, len(got))
	var wait sync.WaitGroup
	for i := range got {
		wait.Go(func() {
			errs[i] = h.db.Write(context.Background(), func(tx *db.Tx) error {
				d, err := h.members.Agree(tx, app, agreement)
				got[i] = d.Member
				return err
			})
		})
	}
	wait.Wait()
	for i, m := range got {
		if errs[i] != nil || m.IsZero() || m != got[0] {
			t.Errorf("%s, %v", m, errs[i])
		}
	}
}

// M07: two devices that begin at once share one registration.
func TestApplyAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	proofs := []member.Entered{h.prove(taro, member.ForRegistration, "a"), h.prove(taro, member.ForRegistration, "b")}
	got := make([]id.Application, len(proofs))
	errs := make([]error, len(proofs))
	var wait sync.WaitGroup
	for i, e := range proofs {
		wait.Go(func() {
			errs[i] = h.db.Write(context.Background(), func(tx *db.Tx) error {
				d, err := h.members.Apply(tx, e, "ja")
				got[i] = d.ID
				return err
			})
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil || got[0] != got[1] || got[0].IsZero() {
		t.Errorf("%v, %v", got, err)
	}
}

// M15, M17: a number that is a member's.
func TestKnownNumber(t *testing.T) {
	t.Parallel()
	h := open(t)
	former := h.join(taro, flat)
	h.later(time.Hour)
	d := h.apply(taro)
	if d.Step != member.StepKnown || !d.Known {
		t.Fatalf("after the number was proven: %+v", d)
	}
	app := d.ID
	err := h.try(func(tx *db.Tx) error {
		_, err := h.members.SaveName(tx, app, yamada)
		return err
	})
	h.is("going on without a choice", err, member.PhoneTaken)
	_, err = h.agree(app)
	h.is("agreeing without a choice", err, member.PhoneTaken)

	h.write(func(tx *db.Tx) error {
		d, err := h.members.TakeOver(tx, app)
		if d.Step != member.StepName || !d.TakenOver {
			t.Errorf("after the choice: %+v", d)
		}
		return err
	})
	other := member.AddressInput{PostalCode: "530-0001", Prefecture: "大阪府", City: "大阪市北区梅田1-1-1"}
	h.fill(app, other)
	d, err = h.agree(app)
	if err != nil || d.State != member.Review || d.Reason != member.ReviewNumber || d.Step != member.StepReview {
		t.Fatalf("%+v, %v", d, err)
	}
	if holder, _ := h.holder(taro); holder != former || len(h.registered) != 1 {
		t.Error("the number moved before a person looked")
	}
	h.told(event.Subject(app), "application.review_asked")
	h.later(time.Hour)
	if d := h.apply(taro); d.ID != app || d.Step != member.StepReview {
		t.Errorf("asking again meanwhile: %+v", d)
	}

	var waiting []member.Waiting
	var successor id.Member
	h.write(func(tx *db.Tx) (err error) {
		if waiting, err = h.members.Reviews(tx, 100); err != nil {
			return err
		}
		successor, err = h.members.Clear(tx, app, "operator 7")
		return err
	})
	want := []member.Waiting{{ID: app, Reason: member.ReviewNumber, Since: dbtest.Start.Add(time.Hour)}}
	if diff := cmp.Diff(want, waiting); diff != "" {
		t.Error(diff)
	}
	if holder, _ := h.holder(taro); holder != successor || successor == former {
		t.Errorf("the number is %s's, want %s's", holder, successor)
	}
	if p := h.profile(former); p.State != member.Numberless || p.Phone != "" || p.Name.Family == "" {
		t.Errorf("the former holder: %s, number %q", p.State, p.Phone.Reveal())
	}
	if p := h.profile(successor); p.Phone != taro || p.State != member.Active {
		t.Errorf("the new holder: %+v", p)
	}
	h.told(event.Subject(app), "application.review_asked", "application.cleared")
	h.told(event.Subject(former), "member.registered", "member.number_passed_on")

	h.write(func(tx *db.Tx) error {
		again, err := h.members.Clear(tx, app, "operator 8")
		if again != successor {
			t.Errorf("clearing again: %s, want %s", again, successor)
		}
		return err
	})
	err = h.try(func(tx *db.Tx) error { return h.members.Refuse(tx, app, "operator 8") })
	h.is("refusing what was cleared", err, member.NoApplication)
}

// M16: a neighbour's debt.
func TestSameAddress(t *testing.T) {
	t.Parallel()
	h := open(t)
	neighbour := h.join(taro, flat)
	app := h.apply(hanako).ID
	h.fill(app, member.AddressInput{PostalCode: "１５０－０００１", Prefecture: "東京", City: "渋谷区神宮前一丁目2番3号", Building: "４０５"})
	if d, err := h.agree(app); err != nil || d.State != member.Done {
		t.Fatalf("beside a member who owes nothing: %+v, %v", d, err)
	}

	h.owing[neighbour] = true
	app = h.apply(parents).ID
	h.fill(app, member.AddressInput{PostalCode: "1500001", Prefecture: "東京都", City: "渋谷区神宮前1-2-3-405"})
	d, err := h.agree(app)
	if err != nil || d.State != member.Review || d.Reason != member.ReviewAddress {
		t.Fatalf("beside a member who owes: %+v, %v", d, err)
	}
	h.write(func(tx *db.Tx) error { return h.members.Refuse(tx, app, "operator 7") })
	h.write(func(tx *db.Tx) error { return h.members.Refuse(tx, app, "operator 7") })
	if d := h.draft(app); d.State != member.Refused || d.Step != member.StepRefused || d.Name.Family != "" || d.Phone != "" {
		t.Errorf("refused: %+v", d)
	}
	h.told(event.Subject(app), "application.review_asked", "application.refused")
	if d := h.apply(parents); d.ID == app || d.Step != member.StepName {
		t.Errorf("the same number later: %+v", d)
	}
	err = h.try(func(tx *db.Tx) error {
		_, err := h.members.Clear(tx, app, "operator 7")
		return err
	})
	h.is("clearing what was refused", err, member.NoApplication)

	app = h.apply(mask.Phone("+819099990000")).ID
	h.fill(app, member.AddressInput{PostalCode: "1500001", Prefecture: "東京都", City: "渋谷区神宮前1-2-3", Building: "青空荘406"})
	if d, err := h.agree(app); err != nil || d.State != member.Done {
		t.Errorf("in another flat: %+v, %v", d, err)
	}
}

// M11.
func TestGuardian(t *testing.T) {
	t.Parallel()
	h := open(t)
	app := h.apply(taro).ID
	guardian := member.GuardianInput{Name: "山田 一郎", Relation: member.Father, Phone: "070-3456-7890"}
	save := func(in member.GuardianInput) error {
		return h.try(func(tx *db.Tx) error { return h.members.SaveGuardian(tx, app, in) })
	}
	h.is("before the birth date", save(guardian), member.ApplicationIncomplete)
	h.write(func(tx *db.Tx) error { return h.members.SaveBirth(tx, app, adult) })
	h.is("for an adult", save(guardian), member.GuardianNotNeeded)
	h.fill(app, flat)
	h.write(func(tx *db.Tx) error { return h.members.SaveBirth(tx, app, minor) })
	if step := h.draft(app).Step; step != member.StepGuardian {
		t.Fatalf("sixteen years old: %s", step)
	}
	own := guardian
	own.Phone = "090-1234-5678"
	if diff := cmp.Diff([]string{"guardian_same_phone guardian_phone"}, slips(save(own))); diff != "" {
		t.Errorf("the applicant's own number:\n%s", diff)
	}
	bad := member.GuardianInput{Name: "", Relation: "friend", Phone: "03-1234-5678"}
	if diff := cmp.Diff([]string{"name_missing guardian_name", "guardian_relation guardian_relation", "phone_fixed_line guardian_phone"}, slips(save(bad))); diff != "" {
		t.Error(diff)
	}
	if err := save(guardian); err != nil {
		t.Fatal(err)
	}
	_, err := h.agree(app)
	h.is("without the consent", err, member.ApplicationIncomplete)

	ask := func() member.Sent {
		var sent member.Sent
		h.write(func(tx *db.Tx) (err error) {
			sent, err = h.members.AskGuardian(tx, app, member.CodeRequest{Address: home})
			return err
		})
		return sent
	}
	enter := func(typed string) (e member.Entered, err error) {
		err = h.try(func(tx *db.Tx) (err error) {
			e, err = h.members.EnterGuardianCode(tx, app, typed)
			return err
		})
		return e, err
	}
	sent := ask()
	if sent.Phone != parents {
		t.Errorf("the code goes to %q", sent.Phone.Reveal())
	}
	if e, err := enter(wrongCode(sent)); err != nil || e.OK || e.TriesLeft != 4 {
		t.Errorf("a wrong code: %+v, %v", e, err)
	}

	// Another guardian was named after the code was sent: it is not theirs.
	h.write(func(tx *db.Tx) error {
		return h.members.SaveGuardian(tx, app, member.GuardianInput{Name: "山田 花子", Relation: member.Mother, Phone: "080-2345-6789"})
	})
	_, err = enter(sent.Code.Reveal())
	h.is("the first guardian's code", err, member.CodeExpired)
	sent = ask()
	h.later(time.Minute)
	if e, err := enter(sent.Code.Reveal()); err != nil || !e.OK {
		t.Fatalf("the consent: %+v, %v", e, err)
	}
	consented := h.clock.Now()
	d := h.draft(app)
	if d.Step != member.StepAgree || !d.Guardian.Consented.Equal(consented) {
		t.Fatalf("after it: %+v", d)
	}

	// The same guardian written once more keeps the consent; another one's falls.
	if err := save(member.GuardianInput{Name: "山田 花子", Relation: member.Mother, Phone: "08023456789"}); err != nil {
		t.Fatal(err)
	}
	if d := h.draft(app); d.Guardian.Consented.IsZero() {
		t.Error("the consent fell without a change")
	}
	done, err := h.agree(app)
	if err != nil || done.State != member.Done {
		t.Fatalf("%+v, %v", done, err)
	}
	want := member.Guardian{Name: "山田 花子", Relation: member.Mother, Phone: hanako, Consented: consented}
	if diff := cmp.Diff(want, h.profile(done.Member).Guardian, reveal); diff != "" {
		t.Errorf("what is kept as evidence:\n%s", diff)
	}
}

// M11: naming another guardian, or another number, takes the consent back.
func TestConsentFallsWithItsGuardian(t *testing.T) {
	t.Parallel()
	h := open(t)
	app := h.apply(taro).ID
	h.fill(app, flat)
	first := member.GuardianInput{Name: "山田 一郎", Relation: member.Father, Phone: "070-3456-7890"}
	h.write(func(tx *db.Tx) error {
		if err := h.members.SaveBirth(tx, app, minor); err != nil {
			return err
		}
		return h.members.SaveGuardian(tx, app, first)
	})
	h.write(func(tx *db.Tx) error {
		sent, err := h.members.AskGuardian(tx, app, member.CodeRequest{Address: home})
		if err != nil {
			return err
		}
		_, err = h.members.EnterGuardianCode(tx, app, sent.Code.Reveal())
		return err
	})
	if d := h.draft(app); d.Step != member.StepAgree {
		t.Fatalf("%+v", d)
	}
	for name, change := range map[string]func(*member.GuardianInput){
		"name":     func(g *member.GuardianInput) { g.Name = "山田 次郎" },
		"number":   func(g *member.GuardianInput) { g.Phone = "080-2345-6789" },
		"relation": func(g *member.GuardianInput) { g.Relation = member.LegalGuardian },
	} {
		undo := errors.New("undo")
		err := h.try(func(tx *db.Tx) error {
			other := first
			change(&other)
			if err := h.members.SaveGuardian(tx, app, other); err != nil {
				return err
			}
			d, err := h.members.LoadDraft(tx, app)
			if err == nil && d.Step != member.StepConsent {
				t.Errorf("another %s: next is %s", name, d.Step)
			}
			return errors.Join(undo, err)
		})
		if !errors.Is(err, undo) {
			t.Error(err)
		}
	}
	// Who turns out to be an adult needs no guardian, and none is kept.
	h.write(func(tx *db.Tx) error { return h.members.SaveBirth(tx, app, adult) })
	if d := h.draft(app); d.Step != member.StepAgree || d.Guardian.Phone != "" || !d.Guardian.Consented.IsZero() {
		t.Errorf("an adult: %+v", d)
	}
}

// M12: a town that differs is told and saved, a city that differs is refused with the right place.
func TestSaveAddress(t *testing.T) {
	t.Parallel()
	h := open(t)
	app := h.apply(taro).ID
	save := func(in member.AddressInput) (hint postal.Place, err error) {
		err = h.try(func(tx *db.Tx) (err error) {
			hint, err = h.members.SaveAddress(tx, app, in)
			return err
		})
		return hint, err
	}
	hint, err := save(member.AddressInput{PostalCode: "1500001", Prefecture: "東京都", City: "渋谷区渋谷1-2-3"})
	if err != nil || hint.Town != "神宮前" {
		t.Errorf("another town: %v, %v", hint, err)
	}
	_, err = save(member.AddressInput{PostalCode: "1500001", Prefecture: "東京都", City: "港区芝1-2-3"})
	h.is("another city", err, member.AddressMismatch)
	if f := fault.From(err); f.Param("place") != "東京都渋谷区神宮前" || !strings.Contains(f.Next("ja"), "東京都渋谷区神宮前") {
		t.Errorf("the right place: %q", f.Next("ja"))
	}
	if d := h.draft(app); d.Address.City.Reveal() != "渋谷区渋谷1-2-3" {
		t.Errorf("what is saved: %q", d.Address.City.Reveal())
	}
}

// M13.
func TestSaveMail(t *testing.T) {
	t.Parallel()
	h := open(t)
	app := h.apply(taro).ID
	save := func(typed string, insists bool) error {
		return h.try(func(tx *db.Tx) error { return h.members.SaveMail(tx, app, typed, insists) })
	}
	err := save("taro@gmial.com", false)
	h.is("a likely slip", err, member.MailLikelySlip)
	if f := fault.From(err); f.Param("domain") != "gmail.com" {
		t.Errorf("offered: %q", f.Param("domain"))
	}
	h.is("insisting", save("taro@gmial.com", true), nil)
	h.is("carriers' dots", save("taro..x.@docomo.ne.jp", false), nil)
	if d := h.draft(app); d.Mail != "taro..x.@docomo.ne.jp" {
		t.Errorf("saved: %q", d.Mail.Reveal())
	}
}

func TestSetLang(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.join(taro, flat)
	h.write(func(tx *db.Tx) error { return h.members.SetLang(tx, m, "en") })
	if p := h.profile(m); p.Lang != "en" {
		t.Errorf("language %q", p.Lang)
	}
	err := h.try(func(tx *db.Tx) error { return h.members.SetLang(tx, m, "fr") })
	h.is("a language that is not offered", err, member.BadLanguage)
	err = h.try(func(tx *db.Tx) error {
		return h.members.SetLang(tx, id.New[id.MemberKind](tx.Now(), 5), "en")
	})
	if !errors.Is(err, db.ErrNone) {
		t.Errorf("nobody's language: %v", err)
	}
}

// What a month's close asks for: many members at once; who is none is left out.
func TestWaysToPay(t *testing.T) {
	t.Parallel()
	h := open(t)
	a, b := h.join(taro, flat), h.join(hanako, flat)
	h.write(func(tx *db.Tx) error {
		ways, err := h.members.WaysToPay(tx, []id.Member{a, id.New[id.MemberKind](tx.Now(), 5), b})
		if diff := cmp.Diff(map[id.Member]string{a: "ebarcode", b: "ebarcode"}, ways); diff != "" {
			t.Error(diff)
		}
		if err != nil {
			return err
		}
		if err := h.members.ChooseWay(tx, b, "postcard", "support op_7"); err != nil {
			return err
		}
		others, err := h.members.OtherWays(tx, []id.Member{a, id.New[id.MemberKind](tx.Now(), 5), b})
		if diff := cmp.Diff(map[id.Member]string{b: "postcard"}, others); diff != "" {
			t.Error(diff)
		}
		return err
	})
}

// Personal data neither prints nor stands in the database as it is.
func TestNothingPersonalShows(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.join(taro, flat)
	p := h.profile(m)
	printed := fmt.Sprintf("%v %+v %#v", p, p, p)
	for _, personal := range []string{"山田", "ヤマダ", "5678", "1500001", "神宮前", mail} {
		if strings.Contains(printed, personal) {
			t.Errorf("printing a profile shows %s", personal)
		}
	}
	h.write(func(tx *db.Tx) error {
		facts, err := event.Timeline(tx, event.Subject(m), 10)
		for _, f := range facts {
			for _, personal := range []string{"山田", "9012345678", mail} {
				if strings.Contains(string(f.Data), personal) {
					t.Errorf("the timeline shows %s", personal)
				}
			}
		}
		return err
	})
}
