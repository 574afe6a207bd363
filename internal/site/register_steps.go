package site

import (
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/kana"
	"tsuke/internal/member"
	"tsuke/internal/postal"
	"tsuke/internal/web"
)

// The fields of the registration's steps: how what is stored is shown in them, and how what is typed is saved.

func storedName(d member.Draft) map[string]string {
	return map[string]string{
		"family": d.Name.Family.Reveal(), "given": d.Name.Given.Reveal(),
		"family_kana": d.Name.FamilyKana.Reveal(), "given_kana": d.Name.GivenKana.Reveal(),
	}
}

// saveName saves the name. Whoever's characters bills show in another form sees that once, before going on.
func saveName(v *visit, tx *db.Tx, before member.Draft) (look, error) {
	changes, err := v.site.Members.SaveName(tx, before.ID, member.NameInput{
		Family: v.r.PostFormValue("family"), Given: v.r.PostFormValue("given"),
		FamilyKana: v.r.PostFormValue("family_kana"), GivenKana: v.r.PostFormValue("given_kana"),
	})
	if err != nil || len(changes) == 0 {
		return look{}, err
	}
	after, err := v.site.Members.LoadDraft(tx, before.ID)
	return look{again: after.Name != before.Name}, err
}

func storedBirth(d member.Draft) map[string]string {
	if d.Birth.IsZero() {
		return nil
	}
	part := strings.SplitN(d.Birth.String(), "-", 3)
	return map[string]string{"year": part[0], "month": strings.TrimLeft(part[1], "0"), "day": strings.TrimLeft(part[2], "0")}
}

func saveBirth(v *visit, tx *db.Tx, before member.Draft) (look, error) {
	return look{}, v.site.Members.SaveBirth(tx, before.ID, member.BirthInput{
		Year: v.r.PostFormValue("year"), Month: v.r.PostFormValue("month"), Day: v.r.PostFormValue("day"),
	})
}

func storedGuardian(d member.Draft) map[string]string {
	return map[string]string{
		"guardian_name": d.Guardian.Name.Reveal(), "relation": string(d.Guardian.Relation), "guardian_phone": kana.PhoneDisplay(d.Guardian.Phone.Reveal()),
	}
}

func saveGuardian(v *visit, tx *db.Tx, before member.Draft) (look, error) {
	return look{}, v.site.Members.SaveGuardian(tx, before.ID, member.GuardianInput{
		Name: v.r.PostFormValue("guardian_name"), Relation: member.Relation(v.r.PostFormValue("relation")),
		Phone: v.r.PostFormValue("guardian_phone"),
	})
}

// spellings are the characters of a name that bills show in another form, such as 髙 as 高.
func spellings(n member.Name) []web.SpellingFix {
	var out []web.SpellingFix
	_, changes := kana.Name(n.Family.Reveal() + n.Given.Reveal())
	for _, c := range changes {
		out = append(out, web.SpellingFix{Typed: c.From, Stored: c.To})
	}
	return out
}

// guardian saves who is to consent and sends them a code.
func (s *Site) guardian(v *visit) error {
	app, saved, err := v.keepStep(guardianStep)
	if !saved {
		return err
	}
	var d member.Draft
	err = v.read(func(tx *db.Tx) (err error) {
		d, err = s.Members.LoadDraft(tx, app)
		return err
	})
	if err == nil && d.Step == member.StepConsent {
		err = v.askCode(func(tx *db.Tx) (member.Sent, error) {
			return s.Members.AskGuardian(tx, app, member.CodeRequest{Address: v.address()})
		}, v.consentWords())
	}
	if err != nil {
		return err
	}
	return v.to(withGoal(stepPaths[d.Step], v.goal()))
}

// consentWords tell the guardian what giving the code away means.
func (v *visit) consentWords() string {
	if v.lang == web.English {
		return "= your consent to your child's pay-later account"
	}
	return "入力すると、お子さまの後払い登録に同意"
}

// consentStep is the place of the guardian's code among the steps.
const consentStep = 4

func (v *visit) consentCode() codeAsked {
	return codeAsked{
		purpose: member.ForGuardian, boundTo: member.GuardianBinding(v.signIn.Application), here: web.RegisterConsentPath,
		change: web.RegisterGuardianPath,
		step:   &web.Step{Number: consentStep, Of: web.RegisterSteps, Back: web.RegisterGuardianPath},
	}
}

func (s *Site) consentPage(v *visit) error {
	d, elsewhere, err := v.draft(member.StepConsent)
	switch {
	case err != nil || elsewhere != "":
		return orTo(v, err, elsewhere)
	case !d.Guardian.Consented.IsZero():
		return v.next(d.ID)
	}
	return v.codePage(v.consentCode(), web.Form{})
}

// consent is the guardian's code, entered.
func (s *Site) consent(v *visit) error {
	d, elsewhere, err := v.draft(member.StepConsent)
	if err != nil || elsewhere != "" {
		return orTo(v, err, elsewhere)
	}
	var entered member.Entered
	err = v.write(func(tx *db.Tx) (err error) {
		entered, err = s.Members.EnterGuardianCode(tx, d.ID, v.r.PostFormValue("code"))
		return err
	})
	if err == nil {
		err = entered.Err()
	}
	if err != nil {
		return v.codeAgain(v.consentCode(), err)
	}
	return v.next(d.ID)
}

func (s *Site) resendConsent(v *visit) error {
	d, elsewhere, err := v.draft(member.StepConsent)
	if err != nil || elsewhere != "" {
		return orTo(v, err, elsewhere)
	}
	err = v.askCode(func(tx *db.Tx) (member.Sent, error) {
		return s.Members.ResendCode(tx, member.ForGuardian, member.GuardianBinding(d.ID), v.address())
	}, v.consentWords())
	return v.codeSentAgain(v.consentCode(), err)
}

func storedAddress(d member.Draft) map[string]string {
	a := d.Address
	return map[string]string{
		"postal": kana.PostalCodeDisplay(a.PostalCode.Reveal()), "prefecture": a.Prefecture.Reveal(),
		"city": a.City.Reveal(), "building": a.Building.Reveal(),
	}
}

// saveAddress saves the address. Whoever wrote another town than the postal code's sees that once, before going on; an
// address in other letters cannot be compared.
func saveAddress(v *visit, tx *db.Tx, before member.Draft) (look, error) {
	typed := v.r.PostFormValue("city")
	hint, err := v.site.Members.SaveAddress(tx, before.ID, member.AddressInput{
		PostalCode: v.r.PostFormValue("postal"), Prefecture: v.r.PostFormValue("prefecture"), City: typed,
		Building: v.r.PostFormValue("building"),
	})
	if err != nil || hint == (postal.Place{}) || !strings.ContainsFunc(typed, japanese) {
		return look{}, err
	}
	after, err := v.site.Members.LoadDraft(tx, before.ID)
	if err != nil || after.Address == before.Address {
		return look{}, err
	}
	return look{slips: []web.Slip{{Field: "postal", What: web.SlipPostalDiffers, With: map[string]any{
		"code": kana.PostalCodeDisplay(after.Address.PostalCode.Reveal()), "place": placeOn(hint).Whole(),
	}}}}, nil
}

func japanese(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }

func placeOn(p postal.Place) web.Place {
	return web.Place{Prefecture: p.Prefecture, City: p.City + p.Town}
}

// address saves the address, or fills it in for the button next to the postal code.
func (s *Site) address(v *visit) error {
	if v.r.PostFormValue("fill") == "" && v.r.PostFormValue("place") == "" {
		return s.saveStep(addressStep)(v)
	}
	_, elsewhere, err := v.draft(member.StepAddress)
	if err != nil || elsewhere != "" {
		return orTo(v, err, elsewhere)
	}
	return v.fillAddress()
}

// fillAddress shows the form with the town of the postal code filled in. If it has several, they are to choose from.
// Nothing is saved by it.
func (v *visit) fillAddress() error {
	form := web.Form{Typed: v.typed(addressStep.fields...)}
	found, err := member.FillAddress(form.Typed["postal"])
	if err != nil {
		form.Slips, err = v.slips(err)
		if err != nil {
			return err
		}
		return v.show(v.stepPage(addressStep, form))
	}
	if len(found) == 0 {
		form.Slips = []web.Slip{{Field: "postal", What: web.SlipPostalUnknown}}
		return v.show(v.stepPage(addressStep, form))
	}
	if i, ok := chosen(found, v.r.PostFormValue("place")); ok {
		p := placeOn(found[i])
		form.Typed["prefecture"] = p.Prefecture
		if !strings.HasPrefix(kana.Text(form.Typed["city"]), kana.Text(p.City)) { // what follows the town is kept
			form.Typed["city"] = p.City
		}
		return v.show(v.stepPage(addressStep, form))
	}
	page := v.stepPage(addressStep, form)
	for i, p := range found {
		place := placeOn(p)
		place.Value = strconv.Itoa(i)
		page.Places = append(page.Places, place)
	}
	return v.show(page)
}

// chosen is the place that a button named, or the only one.
func chosen(found []postal.Place, value string) (int, bool) {
	if len(found) == 1 {
		return 0, true
	}
	i, err := strconv.Atoi(value)
	return i, err == nil && i >= 0 && i < len(found)
}

func storedMail(d member.Draft) map[string]string { return map[string]string{"mail": d.Mail.Reveal()} }

// saveMail saves the mail address. One that looks like a slip is asked about and not saved until it is sent once more.
func saveMail(v *visit, tx *db.Tx, before member.Draft) (look, error) {
	typed := v.r.PostFormValue("mail")
	err := v.site.Members.SaveMail(tx, before.ID, typed, v.askedBefore(typed))
	if !fault.Is(err, member.MailLikelySlip) {
		return look{}, err
	}
	_, meant, _ := kana.Mail(typed)
	return look{asked: typed, slips: []web.Slip{{Field: "mail", What: web.SlipMailSlip, With: map[string]any{"mail": meant}}}}, nil
}

const askedCookie = "asked"

// askedFor is how long it is remembered that somebody was asked about what they typed.
const askedFor = 10 * time.Minute

// askedMark names what was typed, for this browser alone.
func (v *visit) askedMark(typed string) string {
	return hex.EncodeToString(id.Hash("asked", v.token().Reveal(), typed))
}

func (v *visit) keepAsked(typed string) {
	http.SetCookie(v.w, &http.Cookie{
		Name: askedCookie, Value: v.askedMark(typed), Path: "/", HttpOnly: true, Secure: v.site.secure(),
		SameSite: http.SameSiteLaxMode, MaxAge: int(askedFor.Seconds()),
	})
}

// askedBefore tells whether the applicant was asked about exactly this, and sends it all the same.
func (v *visit) askedBefore(typed string) bool {
	c, err := v.r.Cookie(askedCookie)
	return err == nil && subtle.ConstantTimeCompare([]byte(c.Value), []byte(v.askedMark(typed))) == 1
}
