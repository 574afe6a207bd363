package site_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/member"
	"tsuke/internal/web"
)

const (
	hanako = "090-1234-5678"
	taro   = "080-2345-6789"
	mother = "070-3456-7890"
)

// The whole way from a checkout through the registration and back to it, ready to be confirmed.
func TestRegisterFromACheckout(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, till := s.order("A-1", 8500)
	b := s.browser()
	register := attr(b.get(till).one("main a[href="+web.RegisterPath+"?return="+url.QueryEscape(till)+"]"), "href")
	p := b.get(register).at(web.RegisterPath)
	if p.value("return") != till {
		t.Fatalf("the form carries %q", p.value("return"))
	}
	p = b.post(web.RegisterPath, "phone", "０９０１２３４５６７８", "return", till).at(web.RegisterCodePath)
	if !strings.Contains(p.main(), "•••• 5678") || strings.Contains(p.main(), "1234") {
		t.Errorf("the number is not masked: %s", p.main())
	}
	b.post(web.RegisterCodePath, "code", s.code(hanako)).at(web.RegisterNamePath)
	p = b.fillIn().at(web.RegisterAgreePath)
	p.says(http.StatusOK, "50,000円", "209円", "翌月10日", "14.6%", "30,100円", "30,400円", "4,380円")
	if p.value("return") != till { // over six pages and through forms that did not carry it
		t.Errorf("the way back is %q", p.value("return"))
	}
	p = b.agree().at(web.RegisterDonePath).says(http.StatusOK, "登録が終わりました", "みどり雑貨の支払いに戻る", "50,000円")
	back := attr(p.one("main a"), "href")
	if back != till {
		t.Errorf("the way back leads to %s", back)
	}
	// The proof of the registration is fresh: the checkout asks for no other code.
	if p = b.get(back); len(p.all("form[action="+till+"/press]")) != 1 {
		t.Errorf("not ready to be confirmed: %s", p.main())
	}
	s.read(func(tx *db.Tx) error {
		profile, err := s.members.LoadProfile(tx, s.memberOf(hanako))
		if err != nil {
			return err
		}
		if profile.Mail.Reveal() != "hanako@example.jp" || profile.Birth.String() != "1990-04-05" || profile.Agreement != web.TermsVersion {
			t.Errorf("registered as %+v", profile)
		}
		account, err := credit.Load(tx, profile.ID)
		if err == nil && account.LimitOnline != 50_000 {
			t.Errorf("limit %d", account.LimitOnline)
		}
		return err
	})
}

// The wording that the pages show is the one in force.
func TestTheTermsShownAreInForce(t *testing.T) {
	t.Parallel()
	if member.Agreement.Default() != web.TermsVersion {
		t.Errorf("in force is %s, shown is %s", member.Agreement.Default(), web.TermsVersion)
	}
}

// applicant is a browser whose number was proven.
func (s *service) applicant(phone string) *browser {
	s.t.Helper()
	b := s.browser()
	b.post(web.RegisterPath, "phone", phone)
	b.post(web.RegisterCodePath, "code", s.code(phone)).at(web.RegisterNamePath)
	return b
}

// Every slip keeps what was typed, names its field, and saves nothing.
func TestSlips(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.applicant(hanako)
	for _, row := range []struct {
		name   string
		path   string
		fields []string
		want   []string // the fields with slips
		says   string
	}{
		{"no number", web.RegisterPath, []string{"phone", ""}, []string{"phone"}, "電話番号を入力"},
		{"landline", web.RegisterPath, []string{"phone", "03-1234-5678"}, []string{"phone"}, "固定電話"},
		{"050", web.RegisterPath, []string{"phone", "050-1234-5678"}, []string{"phone"}, "050"},
		{"a digit too few", web.RegisterPath, []string{"phone", "090-1234-567"}, []string{"phone"}, "11桁"},
		{"letters", web.RegisterPath, []string{"phone", "090-abcd-5678"}, []string{"phone"}, "数字"},
		{"no name at all", web.RegisterNamePath, []string{"family", "", "given", "", "family_kana", "", "given_kana", ""}, []string{"family", "given", "family_kana", "given_kana"}, "姓と名"},
		{"name that cannot be printed", web.RegisterNamePath, []string{"family", "草彅", "given", "花子", "family_kana", "クサナギ", "given_kana", "ハナコ"}, []string{"family"}, "彅"},
		{"kanji for a reading", web.RegisterNamePath, []string{"family", "山田", "given", "花子", "family_kana", "山田", "given_kana", "ハナコ"}, []string{"family_kana"}, "カタカナ"},
	} {
		p := b.post(row.path, row.fields...).says(http.StatusUnprocessableEntity, row.says)
		if diff := cmp.Diff(row.want, p.slips()); diff != "" {
			t.Errorf("%s: %s", row.name, diff)
		}
		for i := 0; i < len(row.fields); i += 2 {
			if got := p.value(row.fields[i]); got != row.fields[i+1] {
				t.Errorf("%s: %s was %q and is now %q", row.name, row.fields[i], row.fields[i+1], got)
			}
		}
	}
	b.get(web.RegisterBirthPath).at(web.RegisterNamePath) // nothing was saved: the step ahead is not open
}

func TestSlipsOfLaterSteps(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.applicant(hanako)
	b.fillIn().at(web.RegisterAgreePath)
	for _, row := range []struct {
		name   string
		path   string
		fields []string
		want   []string
		says   string
	}{
		{"no day", web.RegisterBirthPath, []string{"year", "1990", "month", "2", "day", ""}, []string{"year"}, "年・月・日"},
		{"30 February", web.RegisterBirthPath, []string{"year", "1990", "month", "2", "day", "30"}, []string{"year"}, "暦にない"},
		{"not born yet", web.RegisterBirthPath, []string{"year", "2030", "month", "1", "day", "1"}, []string{"year"}, "未来"},
		{"six digits", web.RegisterAddressPath, []string{"postal", "150-001", "prefecture", "東京都", "city", "渋谷区神宮前1"}, []string{"postal"}, "7桁"},
		{"another prefecture", web.RegisterAddressPath, []string{"postal", "150-0001", "prefecture", "大阪府", "city", "大阪市北区梅田1"}, []string{"postal"}, "東京都渋谷区神宮前"},
		{"no city", web.RegisterAddressPath, []string{"postal", "150-0001", "prefecture", "東京都", "city", ""}, []string{"city"}, "番地"},
		{"no @", web.RegisterMailPath, []string{"mail", "hanako.example.jp"}, []string{"mail"}, "@"},
		{"no tick", web.RegisterAgreePath, []string{"terms", web.TermsVersion}, []string{"agree"}, "同意"},
		{"other terms", web.RegisterAgreePath, []string{"terms", "2019-01", "agree", "yes"}, []string{"agree"}, "規約が新しく"},
	} {
		p := b.post(row.path, row.fields...).says(http.StatusUnprocessableEntity, row.says)
		if diff := cmp.Diff(row.want, p.slips()); diff != "" {
			t.Errorf("%s: %s", row.name, diff)
		}
	}
	b.agree().at(web.RegisterDonePath) // what was saved before stands
}

// A character that bills show in another form is shown once; then it is as its owner writes it.
func TestVariantCharacters(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.applicant(hanako)
	name := []string{"family", "髙橋", "given", "花子", "family_kana", "たかはし", "given_kana", "はなこ"}
	p := b.post(web.RegisterNamePath, name...).at(web.RegisterNamePath).says(http.StatusOK, "髙 → 高")
	if p.value("family") != "髙橋" || p.value("family_kana") != "タカハシ" {
		t.Errorf("shown as %s %s", p.value("family"), p.value("family_kana"))
	}
	b.post(web.RegisterNamePath, name...).at(web.RegisterBirthPath)
}

// A mail address that looks like a slip is asked about once, and is its owner's to insist on.
func TestMailThatLooksLikeASlip(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.applicant(hanako)
	b.fillIn()
	b.post(web.RegisterMailPath, "mail", "hanako@gmial.com").says(http.StatusUnprocessableEntity, "hanako@gmail.com")
	b.post(web.RegisterMailPath, "mail", "taro@gmial.com").says(http.StatusUnprocessableEntity, "taro@gmail.com")
	if p := b.get(web.RegisterMailPath); p.value("mail") != "hanako@example.jp" {
		t.Errorf("saved without being insisted on: %s", p.value("mail"))
	}
	b.post(web.RegisterMailPath, "mail", "taro@gmial.com").at(web.RegisterAgreePath)
	if p := b.get(web.RegisterMailPath); p.value("mail") != "taro@gmial.com" {
		t.Errorf("saved as %s", p.value("mail"))
	}
}

// The button next to the postal code is an ordinary submit: it fills the town in, and keeps what follows it.
func TestFillAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.applicant(hanako)
	b.post(web.RegisterNamePath, "family", "山田", "given", "花子", "family_kana", "ヤマダ", "given_kana", "ハナコ")
	b.post(web.RegisterBirthPath, "year", "平成2", "month", "4", "day", "5").at(web.RegisterAddressPath)
	p := b.post(web.RegisterAddressPath, "fill", "yes", "postal", "１５０ー０００１", "building", "青空荘405").says(http.StatusOK)
	if p.value("prefecture") != "東京都" || p.value("city") != "渋谷区神宮前" || p.value("building") != "青空荘405" {
		t.Errorf("filled in as %s %s %s", p.value("prefecture"), p.value("city"), p.value("building"))
	}
	p = b.post(web.RegisterAddressPath, "fill", "yes", "postal", "1500001", "prefecture", "東京都", "city", "渋谷区神宮前１－２－３")
	if p.value("city") != "渋谷区神宮前１－２－３" {
		t.Errorf("the number is gone: %s", p.value("city"))
	}
	p = b.post(web.RegisterAddressPath, "fill", "yes", "postal", "999-9999").says(http.StatusUnprocessableEntity, "見つかりません")
	if diff := cmp.Diff([]string{"postal"}, p.slips()); diff != "" {
		t.Error(diff)
	}
	b.post(web.RegisterAddressPath, "fill", "yes", "postal", "15").says(http.StatusUnprocessableEntity, "7桁")
	// 618-0000 lies in two prefectures.
	p = b.post(web.RegisterAddressPath, "fill", "yes", "postal", "618-0000").says(http.StatusOK, "この郵便番号の住所")
	places := p.all("button[name=place]")
	if len(places) < 2 || p.value("prefecture") != "" {
		t.Fatalf("%d places to choose from", len(places))
	}
	p = b.post(web.RegisterAddressPath, "place", attr(places[1], "value"), "postal", "618-0000")
	if got := p.value("prefecture") + p.value("city"); !strings.Contains(textOf(places[1]), got) || got == "" {
		t.Errorf("chose %s and got %s", textOf(places[1]), got)
	}
	b.get(web.RegisterMailPath).at(web.RegisterAddressPath) // filling in saves nothing
}

// M12: another town than the postal code's is shown once and not refused.
func TestTownOfAnotherPostalCode(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.applicant(hanako)
	b.fillIn()
	elsewhere := []string{"postal", "150-0001", "prefecture", "東京都", "city", "渋谷区恵比寿4-20-3"}
	b.post(web.RegisterAddressPath, elsewhere...).says(http.StatusUnprocessableEntity, "東京都渋谷区神宮前")
	b.post(web.RegisterAddressPath, elsewhere...).at(web.RegisterAgreePath)
	latin := []string{"postal", "150-0001", "prefecture", "東京都", "city", "Shibuya-ku Jingumae 1-2-3"}
	b.post(web.RegisterAddressPath, latin...).at(web.RegisterAgreePath) // in letters that cannot be compared
}

// M07: whoever proves the number again goes on where they were, on any device.
func TestResumeOnAnotherDevice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	first := s.applicant(hanako)
	first.post(web.RegisterNamePath, "family", "山田", "given", "花子", "family_kana", "ヤマダ", "given_kana", "ハナコ").at(web.RegisterBirthPath)
	other := s.browser()
	other.get(web.RegisterBirthPath).at(web.RegisterPath) // nothing is shown before the number is proven
	s.clock.Advance(time.Hour)
	other.post(web.RegisterPath, "phone", hanako)
	other.post(web.RegisterCodePath, "code", s.code(hanako)).at(web.RegisterBirthPath)
	if p := other.get(web.RegisterNamePath); p.value("given_kana") != "ハナコ" {
		t.Errorf("the name is %q", p.value("given_kana"))
	}
	other.post(web.RegisterBirthPath, "year", "H2", "month", "4", "day", "5").at(web.RegisterAddressPath)
	if p := first.get(web.RegisterBirthPath); p.value("year") != "1990" {
		t.Errorf("the first device shows %q", p.value("year"))
	}
	s.clock.Advance(8 * 24 * time.Hour)
	first.get(web.RegisterBirthPath).at(web.RegisterPath) // erased, and so is what the browser was known by
}

// M20: whoever took longer than a proof lasts proves the number once more before being signed in.
func TestSlowApplicant(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.applicant(hanako)
	b.fillIn().at(web.RegisterAgreePath)
	s.clock.Advance(20 * time.Minute)
	b.agree().at(web.RegisterCodePath)
	b.post(web.RegisterCodePath, "code", s.code(hanako)).at(web.RegisterAgreePath)
	b.agree().at(web.RegisterDonePath)
}

// M11: under age, the guardian consents with a code of their own; it can be days later.
func TestGuardian(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.applicant(hanako)
	b.post(web.RegisterNamePath, "family", "山田", "given", "花子", "family_kana", "ヤマダ", "given_kana", "ハナコ")
	p := b.post(web.RegisterBirthPath, "year", "2009", "month", "6", "day", "2").at(web.RegisterGuardianPath)
	b.get(web.RegisterAddressPath).at(web.RegisterGuardianPath)
	b.get(web.RegisterConsentPath).at(web.RegisterGuardianPath)
	var relations []string
	for _, o := range p.all("select[name=relation] option") {
		relations = append(relations, attr(o, "value"))
	}
	if diff := cmp.Diff([]string{"", "father", "mother", "legal_guardian"}, relations); diff != "" {
		t.Fatal(diff)
	}
	p = b.post(web.RegisterGuardianPath, "guardian_name", "", "relation", "", "guardian_phone", hanako).says(http.StatusUnprocessableEntity)
	if diff := cmp.Diff([]string{"guardian_name", "relation", "guardian_phone"}, p.slips()); diff != "" {
		t.Error(diff)
	}
	guardian := []string{"guardian_name", "山田 陽子", "relation", "mother", "guardian_phone", mother}
	b.post(web.RegisterGuardianPath, guardian...).at(web.RegisterConsentPath).says(http.StatusOK, "•••• 7890")
	text, _ := s.sms.Last(e164(t, mother))
	if !strings.Contains(text.Body, "お子さまの後払い登録に同意") {
		t.Errorf("the guardian is not told what the code means: %s", text.Body)
	}
	b.post(web.RegisterConsentPath, "code", wrongCode(s.code(mother))).says(http.StatusUnprocessableEntity, "あと4回")
	b.get(web.RegisterAddressPath).at(web.RegisterConsentPath)
	b.get(web.RegisterGuardianPath).at(web.RegisterGuardianPath)
	s.clock.Advance(time.Minute)
	b.post(web.RegisterConsentPath+"/resend").at(web.RegisterConsentPath).says(http.StatusOK, "SMSで送りました")
	b.post(web.RegisterConsentPath, "code", s.code(mother)).at(web.RegisterAddressPath)
	b.get(web.RegisterConsentPath).at(web.RegisterAddressPath) // given already
	b.post(web.RegisterAddressPath, "postal", "150-0001", "prefecture", "東京都", "city", "渋谷区神宮前1-2-3")
	b.post(web.RegisterMailPath, "mail", "hanako@example.jp").at(web.RegisterAgreePath)
	b.agree().at(web.RegisterDonePath)
	s.read(func(tx *db.Tx) error {
		profile, err := s.members.LoadProfile(tx, s.memberOf(hanako))
		if profile.Guardian.Consented.IsZero() || profile.Guardian.Relation != member.Mother {
			t.Errorf("consent is kept as %+v", profile.Guardian)
		}
		return err
	})
}

// An adult is asked for no guardian, not even by the address.
func TestNoGuardianForAdults(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.applicant(hanako)
	b.post(web.RegisterNamePath, "family", "山田", "given", "花子", "family_kana", "ヤマダ", "given_kana", "ハナコ")
	b.post(web.RegisterBirthPath, "year", "2008", "month", "6", "day", "1").at(web.RegisterAddressPath) // 18 today
	b.get(web.RegisterGuardianPath).at(web.RegisterAddressPath)
	b.post(web.RegisterGuardianPath, "guardian_name", "山田 陽子", "relation", "mother", "guardian_phone", mother).at(web.RegisterAddressPath)
}

// M15: a number that is a member's is told after the proof only; its member signs in, somebody else is looked at.
func TestKnownNumber(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	s.clock.Advance(time.Hour)
	_, till := s.order("A-1", 8500)
	b := s.browser()
	b.post(web.RegisterPath, "phone", hanako, "return", till).at(web.RegisterCodePath)
	b.post(web.RegisterCodePath, "code", s.code(hanako), "return", till).says(http.StatusUnprocessableEntity, "この電話番号は登録があります", "•••• 5678")
	b.get(web.RegisterNamePath).says(http.StatusUnprocessableEntity, "この電話番号は登録があります")
	if p := b.post(web.RegisterKnownPath, "choice", "mine", "return", till); len(p.all("form[action="+till+"/press]")) != 1 {
		t.Errorf("signed in and not back at the checkout, but at %s", p.path)
	}
}

func TestKnownNumberThatWasTakenOver(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	former := s.memberOf(hanako)
	s.clock.Advance(time.Hour)
	b := s.browser()
	b.post(web.RegisterPath, "phone", hanako)
	b.post(web.RegisterCodePath, "code", s.code(hanako))
	b.post(web.RegisterKnownPath, "choice", "neither").says(http.StatusUnprocessableEntity, "この電話番号は登録があります")
	b.post(web.RegisterKnownPath, "choice", "taken_over").at(web.RegisterNamePath)
	b.fillIn().at(web.RegisterAgreePath)
	b.agree().at(web.RegisterReviewPath).says(http.StatusOK, "以前の持ち主", "お問い合わせ番号")
	b.get(web.RegisterNamePath).at(web.RegisterReviewPath)
	b.agree().at(web.RegisterReviewPath) // pressed again
	var app id.Application
	s.read(func(tx *db.Tx) error {
		waiting, err := s.members.Reviews(tx, 10)
		if err == nil && (len(waiting) != 1 || waiting[0].Reason != member.ReviewNumber) {
			t.Fatalf("waiting: %v", waiting)
		}
		app = waiting[0].ID
		return err
	})
	s.write(func(tx *db.Tx) error {
		_, err := s.members.Clear(tx, app, "operator")
		return err
	})
	b.get(web.RegisterReviewPath).at(web.SignInPath)
	s.clock.Advance(time.Hour)
	s.signIn(hanako)
	if s.memberOf(hanako) == former {
		t.Error("the number is still the former member's")
	}
}

// M16: a neighbour who has not paid is no reason to refuse anybody; a person looks, and the page says so.
func TestSameAddressAsSomebodyLate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	pastDue(s)
	s.clock.Advance(time.Hour)
	b := s.applicant(taro)
	b.fillIn().at(web.RegisterAgreePath)
	p := b.agree().at(web.RegisterReviewPath).says(http.StatusOK, "同じ住所", "ほかの方の利用分をお客様に請求することはありません")
	if strings.Contains(p.main(), "山田") {
		t.Error("the neighbour is named")
	}
	s.read(func(tx *db.Tx) error {
		waiting, err := s.members.Reviews(tx, 10)
		if err == nil && (len(waiting) != 1 || waiting[0].Reason != member.ReviewAddress) {
			t.Errorf("waiting: %v", waiting)
		}
		return err
	})
	s.write(func(tx *db.Tx) error {
		waiting, err := s.members.Reviews(tx, 1)
		if err != nil {
			return err
		}
		return s.members.Refuse(tx, waiting[0].ID, "operator")
	})
	b.get(web.RegisterReviewPath).says(http.StatusConflict, "入力は終わっています")
}

// M15, M20: a registration that was left open for long signs nobody in without a new code.
func TestKnownNumberAfterAWhile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	s.clock.Advance(time.Hour)
	b := s.browser()
	b.post(web.RegisterPath, "phone", hanako)
	b.post(web.RegisterCodePath, "code", s.code(hanako))
	s.clock.Advance(time.Hour)
	b.post(web.RegisterKnownPath, "choice", "mine").at(web.RegisterCodePath)
	b.get(web.MenuPath).at(web.SignInPath)
	b.post(web.RegisterCodePath, "code", s.code(hanako)).says(http.StatusUnprocessableEntity)
	b.post(web.RegisterKnownPath, "choice", "mine").at(web.MenuPath) // where they were going
}

// A press that arrives many times at once makes one member, who is signed in.
func TestAgreePressedManyTimes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.applicant(hanako)
	b.fillIn()
	const presses = 8
	done := make(chan int, presses)
	for range presses {
		go func() { done <- b.agree().status }()
	}
	for range presses {
		if status := <-done; status != http.StatusOK {
			t.Errorf("status %d", status)
		}
	}
	who := s.memberOf(hanako)
	s.read(func(tx *db.Tx) error {
		facts, err := event.Timeline(tx, event.Subject(who), 100)
		registered := 0
		for _, f := range facts {
			if f.Kind == "member.registered" {
				registered++
			}
		}
		if registered != 1 {
			t.Errorf("registered %d times", registered)
		}
		return err
	})
}

// The forms work in English too, and the address chooses the language.
func TestRegisterInEnglish(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.get(web.RegisterPath+"?lang=en").says(http.StatusOK, "Your mobile number")
	b.post(web.RegisterPath, "phone", "03-1234-5678").says(http.StatusUnprocessableEntity, "A landline can't receive SMS", "Enter a mobile number.")
	b.post(web.RegisterPath, "phone", hanako).says(http.StatusOK, "Enter the code")
	text, _ := s.sms.Last(e164(t, hanako))
	if !strings.HasPrefix(text.Body, "Tsuke code ") || !slices.Contains(strings.Fields(text.Body), "register.") {
		t.Errorf("the text says %q", text.Body)
	}
}
