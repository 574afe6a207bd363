package site

import (
	"slices"
	"strings"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/web"
)

// stepPaths are the pages of a registration, by what its applicant does next.
var stepPaths = map[member.Step]string{
	member.StepKnown: web.RegisterKnownPath, member.StepName: web.RegisterNamePath, member.StepBirth: web.RegisterBirthPath,
	member.StepGuardian: web.RegisterGuardianPath, member.StepConsent: web.RegisterConsentPath,
	member.StepAddress: web.RegisterAddressPath, member.StepMail: web.RegisterMailPath, member.StepAgree: web.RegisterAgreePath,
	member.StepReview: web.RegisterReviewPath, member.StepDone: web.SignInPath, member.StepRefused: web.RegisterReviewPath,
}

// stepOrder is the order in which an open registration is filled in. Steps behind can be corrected; steps ahead cannot be
// opened yet.
var stepOrder = []member.Step{
	member.StepName, member.StepBirth, member.StepGuardian, member.StepConsent, member.StepAddress, member.StepMail, member.StepAgree,
}

func placeOf(step member.Step) int { return slices.Index(stepOrder, step) }

// draft is the registration that this browser is filling in. If the page at step is not the one to show, it answers
// where to go instead: the number is asked for again on another device and after a sign-in (rule M07).
func (v *visit) draft(step member.Step) (d member.Draft, elsewhere string, err error) {
	if v.signIn.Application.IsZero() {
		return d, withGoal(web.RegisterPath, v.goal()), nil
	}
	err = v.read(func(tx *db.Tx) (err error) {
		d, err = v.site.Members.LoadDraft(tx, v.signIn.Application)
		return err
	})
	if err != nil || d.Step == step {
		return d, "", err
	}
	place := placeOf(step)
	forGuardian := step == member.StepGuardian || step == member.StepConsent
	if place < 0 || placeOf(d.Step) < place || forGuardian && d.Guardian.Phone == "" {
		return d, withGoal(stepPaths[d.Step], v.goal()), nil
	}
	return d, "", nil
}

// next goes on with what the applicant does next.
func (v *visit) next(app id.Application) error {
	var d member.Draft
	err := v.read(func(tx *db.Tx) (err error) {
		d, err = v.site.Members.LoadDraft(tx, app)
		return err
	})
	if err != nil {
		return err
	}
	return v.to(withGoal(stepPaths[d.Step], v.goal()))
}

// formFields are the fields of a form whose name in the form differs from the one in the fault.
var formFields = map[string]string{"guardian_relation": "relation", "agreement": "agree"}

// stepSlips turns what is wrong about a step into the form's slips. What is wrong about the step itself answers where to go
// instead: something that comes before it is missing, or the number became a member's meanwhile.
func (v *visit) stepSlips(err error) (slips []web.Slip, elsewhere string, _ error) {
	switch e := fault.From(err); {
	case e == nil:
		return nil, "", nil
	case e.Kind == member.PhoneTaken:
		return nil, withGoal(web.RegisterKnownPath, v.goal()), nil
	case e.Kind == member.ApplicationIncomplete:
		return nil, withGoal(stepPaths[member.Step(e.Field)], v.goal()), nil
	case e.Kind == member.ApplicationEnded:
		return nil, withGoal(web.RegisterReviewPath, v.goal()), nil
	case e.Kind == member.GuardianNotNeeded:
		return nil, withGoal(web.RegisterAddressPath, v.goal()), nil
	}
	slips, err = v.slips(err)
	for i := range slips {
		if name, ok := formFields[slips[i].Field]; ok {
			slips[i].Field = name
		}
	}
	return slips, "", err
}

// formStep is a page of the registration with fields.
type formStep struct {
	page   web.RegisterStep
	at     member.Step
	fields []string
	// stored is what was filled in before, as the fields show it.
	stored func(member.Draft) map[string]string
	// save saves what was typed. before is the registration as it was found. It answers what the applicant should look at
	// once more though it is saved; the same sent again goes on.
	save func(v *visit, tx *db.Tx, before member.Draft) (look, error)
}

// look is what an applicant should look at once more.
type look struct {
	again bool       // the page as it is stored now
	slips []web.Slip // the form with a remark
	asked string     // what the remark asks about, if it was not saved: see asked
}

var (
	nameStep = formStep{
		page: web.RegisterName, at: member.StepName, fields: []string{"family", "given", "family_kana", "given_kana"},
		stored: storedName, save: saveName,
	}
	birthStep = formStep{
		page: web.RegisterBirth, at: member.StepBirth, fields: []string{"year", "month", "day"}, stored: storedBirth, save: saveBirth,
	}
	guardianStep = formStep{
		page: web.RegisterGuardian, at: member.StepGuardian, fields: []string{"guardian_name", "relation", "guardian_phone"},
		stored: storedGuardian, save: saveGuardian,
	}
	addressStep = formStep{
		page: web.RegisterAddress, at: member.StepAddress, fields: []string{"postal", "prefecture", "city", "building"},
		stored: storedAddress, save: saveAddress,
	}
	mailStep = formStep{page: web.RegisterMail, at: member.StepMail, fields: []string{"mail"}, stored: storedMail, save: saveMail}
)

func (v *visit) stepPage(st formStep, form web.Form) web.RegisterPage {
	return web.RegisterPage{Frame: v.frame(), Step: st.page, Form: form, Return: v.goal()}
}

// showStep draws a step with what was filled in before.
func (s *Site) showStep(st formStep) func(*visit) error {
	return func(v *visit) error {
		d, elsewhere, err := v.draft(st.at)
		if err != nil || elsewhere != "" {
			return orTo(v, err, elsewhere)
		}
		page := v.stepPage(st, web.Form{Typed: st.stored(d)})
		if st.at == member.StepName {
			page.Offers = spellings(d.Name)
		}
		return v.show(page)
	}
}

// saveStep saves a step and goes on, or shows it again with what is to be put right.
func (s *Site) saveStep(st formStep) func(*visit) error {
	return func(v *visit) error {
		app, saved, err := v.keepStep(st)
		if !saved {
			return err
		}
		return v.next(app)
	}
}

// keepStep saves a step. It is false if the request was answered with something else than going on.
func (v *visit) keepStep(st formStep) (app id.Application, saved bool, _ error) {
	d, elsewhere, err := v.draft(st.at)
	if err != nil || elsewhere != "" {
		return d.ID, false, orTo(v, err, elsewhere)
	}
	var told look
	err = v.write(func(tx *db.Tx) (err error) {
		told, err = st.save(v, tx, d)
		return err
	})
	if err != nil {
		told.slips, elsewhere, err = v.stepSlips(err)
		if err != nil || elsewhere != "" {
			return d.ID, false, orTo(v, err, elsewhere)
		}
	}
	if told.asked != "" {
		v.keepAsked(told.asked)
	}
	switch {
	case len(told.slips) > 0:
		return d.ID, false, v.show(v.stepPage(st, web.Form{Typed: v.typed(st.fields...), Slips: told.slips}))
	case told.again:
		return d.ID, false, v.to(withGoal(stepPaths[st.at], v.goal()))
	}
	return d.ID, true, nil
}

func (s *Site) phonePage(v *visit) error {
	return v.show(web.RegisterPage{Frame: v.frame(), Step: web.RegisterPhone, Return: v.goal()})
}

// phone sends a code, to a number that is a member's and to one that is not alike (rule M06).
func (s *Site) phone(v *visit) error {
	phone, err := member.ReadPhone("phone", v.r.PostFormValue("phone"))
	if err == nil {
		err = v.askRegisterCode(phone)
	}
	if err != nil {
		slips, err := v.numberSlips(err)
		if err != nil {
			return err
		}
		return v.show(web.RegisterPage{
			Frame: v.frame(), Step: web.RegisterPhone, Return: v.goal(), Form: web.Form{Typed: v.typed("phone"), Slips: slips},
		})
	}
	return v.to(withGoal(web.RegisterCodePath, v.goal()))
}

func (v *visit) askRegisterCode(phone mask.Phone) error {
	return v.askCode(func(tx *db.Tx) (member.Sent, error) {
		return v.site.Members.RequestCode(tx, member.CodeRequest{
			Phone: phone, Purpose: member.ForRegistration, BoundTo: v.binding(), Address: v.address(),
		})
	}, v.registerWords())
}

func (v *visit) registerWords() string {
	if v.lang == web.English {
		return "to register"
	}
	return "会員登録"
}

// codeStep is the place of the code among the steps.
const codeStep = 2

func (v *visit) registerCode() codeAsked {
	return codeAsked{
		purpose: member.ForRegistration, boundTo: v.binding(), here: web.RegisterCodePath, change: web.RegisterPath,
		step: &web.Step{Number: codeStep, Of: web.RegisterSteps},
	}
}

func (s *Site) registerCodePage(v *visit) error { return v.codePage(v.registerCode(), web.Form{}) }

// enterRegisterCode begins a registration, or goes on with the one that the same number began on any device.
func (s *Site) enterRegisterCode(v *visit) error {
	var entered member.Entered
	var d member.Draft
	err := v.write(func(tx *db.Tx) (err error) {
		entered, err = s.Members.EnterCode(tx, member.ForRegistration, v.binding(), v.r.PostFormValue("code"))
		if err != nil || !entered.OK {
			return err
		}
		d, err = s.Members.Apply(tx, entered, string(v.lang))
		return err
	})
	if err == nil {
		err = entered.Err()
	}
	if err != nil {
		return v.codeAgain(v.registerCode(), err)
	}
	if err := v.apply(d.ID); err != nil {
		return err
	}
	return v.to(withGoal(stepPaths[d.Step], v.goal()))
}

// apply makes this browser an applicant's after the applicant's code was entered in it.
func (v *visit) apply(app id.Application) error {
	var token mask.Secret
	err := v.write(func(tx *db.Tx) (err error) {
		token, v.signIn, err = v.site.Members.ProveApplicant(tx, v.token(), member.Device(v.r.UserAgent()), app)
		return err
	})
	if err == nil {
		v.setToken(token, v.signIn.Expires)
	}
	return err
}

func (s *Site) resendRegisterCode(v *visit) error {
	err := v.askCode(func(tx *db.Tx) (member.Sent, error) {
		return s.Members.ResendCode(tx, member.ForRegistration, v.binding(), v.address())
	}, v.registerWords())
	return v.codeSentAgain(v.registerCode(), err)
}

// proven tells whether the applicant's code was entered in this browser lately enough to sign somebody in (rule M20).
func (v *visit) proven() bool {
	span := member.FreshMinutes.On(v.site.Terms.Current(), v.today())
	return !v.signIn.Proven.IsZero() && v.site.DB.Now().Sub(v.signIn.Proven) <= span
}

// proveAgain sends another code to an applicant who took longer. What was filled in waits for them.
func (v *visit) proveAgain(d member.Draft) error {
	if err := v.askRegisterCode(d.Phone); err != nil {
		return err
	}
	return v.to(withGoal(web.RegisterCodePath, v.goal()))
}

// knownPage asks whose the number is that was just proven and is a member's (rule M15).
func (s *Site) knownPage(v *visit) error {
	d, elsewhere, err := v.draft(member.StepKnown)
	if err != nil || elsewhere != "" {
		return orTo(v, err, elsewhere)
	}
	return v.show(web.KnownPage{Frame: v.frame(), Phone: d.Phone.Masked(), Action: web.RegisterKnownPath, Return: v.goal()})
}

// known takes the answer: the member signs in, because the number was proven just now; or the registration goes on and a
// person looks at its end.
func (s *Site) known(v *visit) error {
	d, elsewhere, err := v.draft(member.StepKnown)
	if err != nil || elsewhere != "" {
		return orTo(v, err, elsewhere)
	}
	switch v.r.PostFormValue("choice") {
	case "mine":
		return v.signInKnown(d)
	case "taken_over":
		err := v.write(func(tx *db.Tx) (err error) {
			d, err = s.Members.TakeOver(tx, d.ID)
			return err
		})
		if err != nil {
			return err
		}
		return v.to(withGoal(stepPaths[d.Step], v.goal()))
	}
	return v.to(withGoal(web.RegisterKnownPath, v.goal()))
}

func (v *visit) signInKnown(d member.Draft) error {
	if !v.proven() {
		return v.proveAgain(d)
	}
	var who id.Member
	var known bool
	err := v.read(func(tx *db.Tx) (err error) {
		who, known, err = v.site.Members.FindByPhone(tx, d.Phone)
		return err
	})
	if err != nil {
		return err
	}
	if !known { // it has passed on since the page was drawn
		return v.next(d.ID)
	}
	if err := v.become(who); err != nil {
		return err
	}
	return v.arrive()
}

// agreePage is how it works, on one page, and the agreement.
func (s *Site) agreePage(v *visit) error {
	_, elsewhere, err := v.draft(member.StepAgree)
	if err != nil || elsewhere != "" {
		return orTo(v, err, elsewhere)
	}
	return v.show(web.AgreePage{Frame: v.frame(), How: v.how(), Return: v.goal()})
}

// agree ends the registration. What is agreed to is the wording that the page showed; if another one came into force
// meanwhile, that one is shown first.
func (s *Site) agree(v *visit) error {
	d, elsewhere, err := v.draft(member.StepAgree)
	switch {
	case err == nil && d.Step == member.StepDone && v.proven(): // the same press arrived twice
		return v.registered(d)
	case err != nil || elsewhere != "":
		return orTo(v, err, elsewhere)
	case v.r.PostFormValue("agree") != "yes":
		return v.agreeAgain([]web.Slip{{Field: "agree", What: web.SlipAgreeEmpty}})
	case !v.proven(): // whoever ends the registration is signed in by it
		return v.proveAgain(d)
	}
	err = v.write(func(tx *db.Tx) (err error) {
		d, err = s.Members.Agree(tx, d.ID, v.r.PostFormValue("terms"))
		return err
	})
	if err != nil {
		slips, elsewhere, err := v.stepSlips(err)
		if err != nil || elsewhere != "" {
			return orTo(v, err, elsewhere)
		}
		return v.agreeAgain(slips)
	}
	return v.registered(d)
}

func (v *visit) agreeAgain(slips []web.Slip) error {
	return v.show(web.AgreePage{Frame: v.frame(), How: v.how(), Return: v.goal(), Form: web.Form{Slips: slips}})
}

// registered signs the new member in, or shows that a person has to look first.
func (v *visit) registered(d member.Draft) error {
	if d.State != member.Done {
		return v.to(web.RegisterReviewPath)
	}
	if err := v.become(d.Member); err != nil {
		return err
	}
	return v.to(withGoal(web.RegisterDonePath, v.goal()))
}

// donePage is where a new member arrives. If they came from a checkout, it leads back to it.
func (s *Site) donePage(v *visit) error {
	page := web.RegisteredPage{Frame: v.frame(), Way: v.newcomersWay()}
	goal := v.goal()
	err := v.read(func(tx *db.Tx) error {
		account, err := credit.Load(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		page.Limit = account.LimitOnline
		shop, found, err := v.shopOf(tx, goal)
		if found {
			page.Return, page.Shop = goal, shop.Name(string(v.lang))
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// shopOf is the shop of the checkout that the member was on the way to, if the goal is one.
func (v *visit) shopOf(tx *db.Tx, goal string) (merchant.Merchant, bool, error) {
	below, ok := strings.CutPrefix(goal, web.CheckoutPath)
	if !ok {
		return merchant.Merchant{}, false, nil
	}
	name, _, _ := strings.Cut(below, "?")
	sid, err := id.Parse[id.SessionKind](name)
	if err != nil {
		return merchant.Merchant{}, false, nil //nolint:nilerr // not a checkout: there is no shop to name
	}
	session, found, err := checkout.FindSession(tx, sid)
	if err != nil || !found {
		return merchant.Merchant{}, false, err
	}
	shop, err := v.site.Merchants.Load(tx, session.Merchant)
	return shop, err == nil, err
}

var reviewWhys = map[member.ReviewReason]web.ReviewReason{
	member.ReviewNumber: web.ReviewNumber, member.ReviewAddress: web.ReviewAddress,
}

// reviewPage says that a person looks at the registration, and why.
func (s *Site) reviewPage(v *visit) error {
	d, elsewhere, err := v.draft(member.StepReview)
	switch {
	case err == nil && d.Step == member.StepRefused:
		return member.ApplicationEnded.New()
	case err != nil || elsewhere != "":
		return orTo(v, err, elsewhere)
	}
	return v.show(web.ReviewPage{Frame: v.frame(), Why: reviewWhys[d.Reason], Reference: d.Reference().String()})
}
