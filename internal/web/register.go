package web

import (
	"net/http"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Step is where in the registration a page stands.
type Step struct {
	Number int // from 1
	Of     int
	Back   string // the step before, or empty
}

// RegisterSteps is how many steps a registration has: phone, code, name, birth date, address, mail, terms.
const RegisterSteps = 7

// RegisterPage is a step of the registration with fields (M2).
type RegisterPage struct {
	Frame
	Step   RegisterStep
	Form   Form
	Return string        // the checkout to go back to afterwards, or empty
	Places []Place       // address: what the postal code stands for, where that is to be chosen or offered
	Offers []SpellingFix // name: characters that cannot be stored, with their standard form
}

// RegisterStep names a step with fields of its own.
type RegisterStep string

// The steps. The guardian's step comes after the birth date, for those under age only.
const (
	RegisterPhone    RegisterStep = "phone"
	RegisterName     RegisterStep = "name"
	RegisterBirth    RegisterStep = "birth"
	RegisterGuardian RegisterStep = "guardian"
	RegisterAddress  RegisterStep = "address"
	RegisterMail     RegisterStep = "mail"
)

type stepSpec struct {
	number int
	back   string
	action string
	title  string
}

// Backwards stops at the proven number: going back from the name would only ask for the same code again.
var stepSpecs = map[RegisterStep]stepSpec{
	RegisterPhone:    {1, "", RegisterPath, "register.phone.title"},
	RegisterName:     {3, "", RegisterNamePath, "register.name.title"},
	RegisterBirth:    {4, RegisterNamePath, RegisterBirthPath, "register.birth.title"},
	RegisterGuardian: {4, RegisterBirthPath, RegisterGuardianPath, "register.guardian.title"},
	RegisterAddress:  {5, RegisterBirthPath, RegisterAddressPath, "register.address.title"},
	RegisterMail:     {6, RegisterAddressPath, RegisterMailPath, "register.mail.title"},
}

var stepTemplates = map[RegisterStep]string{
	RegisterPhone: "register/phone", RegisterName: "register/name", RegisterBirth: "register/birth",
	RegisterGuardian: "register/guardian", RegisterAddress: "register/address", RegisterMail: "register/mail",
}

// Place is what a postal code stands for; Value goes with the button that takes it.
type Place struct {
	Value      string
	Prefecture string
	City       string // with the town
}

// SpellingFix is a character that cannot be stored and the one that is stored instead, such as 髙 and 高.
type SpellingFix struct {
	Typed  string
	Stored string
}

// Whole is the place in one piece.
func (p Place) Whole() string { return p.Prefecture + p.City }

// Relation is what a guardian is to the applicant.
type Relation string

// The relations.
const (
	RelationFather   Relation = "father"
	RelationMother   Relation = "mother"
	RelationGuardian Relation = "legal_guardian" // appointed by a court
)

var relationKeys = map[Relation]string{
	RelationFather: "relation.father", RelationMother: "relation.mother", RelationGuardian: "relation.guardian",
}

// Key is the relation's name in the catalogue.
func (r Relation) Key() string { return relationKeys[r] }

// Relations are the ones to choose from.
func (r RegisterPage) Relations() []Relation {
	return []Relation{RelationFather, RelationMother, RelationGuardian}
}

// Relation is the one that was chosen.
func (r RegisterPage) Relation() Relation { return Relation(r.Form.Typed["relation"]) }

// RelationSlip is what is to be put right in the choice, or nil.
func (r RegisterPage) RelationSlip() *Slip { return r.Form.SlipOf("relation") }

// BirthSlip is what is to be put right in the date of birth as a whole, or nil.
func (r RegisterPage) BirthSlip() *Slip {
	for _, part := range []string{"year", "month", "day"} {
		if s := r.Form.SlipOf(part); s != nil {
			return s
		}
	}
	return nil
}

// Marks are the steps as drawn: true up to the one the page stands at.
func (s Step) Marks() []bool {
	marks := make([]bool, s.Of)
	for i := range marks {
		marks[i] = i < s.Number
	}
	return marks
}

// At is the page's place among the steps.
func (r RegisterPage) At() Step {
	s := stepSpecs[r.Step]
	return Step{Number: s.number, Of: RegisterSteps, Back: s.back}
}

// Action is where the form is posted.
func (r RegisterPage) Action() string { return stepSpecs[r.Step].action }

// Status is 422 for a form with slips.
func (r RegisterPage) Status() int { return formStatus(r.Form) }

// Status is 422 for a form with slips.
func (s SignInPage) Status() int { return formStatus(s.Form) }

// Status is 422 for a form with slips.
func (c CodePage) Status() int { return formStatus(c.Form) }

func formStatus(f Form) int {
	if f.Wrong() {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func (r RegisterPage) spec(p phrases) spec {
	s := stepSpecs[r.Step]
	title := p.text("register.title", "step", p.text(s.title), "n", s.number, "of", RegisterSteps)
	return spec{template: stepTemplates[r.Step], title: title, area: plainArea, wrong: r.Form.Wrong()}
}

// AgreePage is the last step of the registration: how it works, on one page, and the agreement.
type AgreePage struct {
	Frame
	Form   Form
	How    HowItWorks
	Return string
}

// At is the page's place among the steps.
func (a AgreePage) At() Step {
	return Step{Number: RegisterSteps, Of: RegisterSteps, Back: RegisterMailPath}
}

// Action is where the agreement is posted.
func (a AgreePage) Action() string { return RegisterAgreePath }

// Version names the wording that is agreed to.
func (a AgreePage) Version() string { return TermsVersion }

// Slip is what is to be put right in the tick, or nil.
func (a AgreePage) Slip() *Slip { return a.Form.SlipOf("agree") }

// Status is 422 for a form with slips.
func (a AgreePage) Status() int { return formStatus(a.Form) }

func (a AgreePage) spec(p phrases) spec {
	title := p.text("register.title", "step", p.text("register.agree.title"), "n", RegisterSteps, "of", RegisterSteps)
	return spec{template: "register/agree", title: title, area: plainArea, wrong: a.Form.Wrong()}
}

// HowItWorks is what the service costs and when, with a worked example of being late.
type HowItWorks struct {
	Limit       money.Yen
	Ways        []WayTerms
	LateFee     money.Yen // added at each of the two days
	LateDays    [2]int    // days of the month
	DamagesRate money.BasisPoints
	Example     LateExample
}

// WayTerms are the terms of one way to pay.
type WayTerms struct {
	Way    Way
	DueDay int       // of the month after the purchases
	Fee    money.Yen // per bill, tax included
}

// BankDay tells whether a due day on which banks are closed moves to the next one on which they are not.
func (w WayTerms) BankDay() bool { return w.Way == Debit }

// LateExample follows one sum that is not paid.
type LateExample struct {
	Sum     money.Yen
	Month   jst.Month // of the purchase
	Due     jst.Day
	Steps   []LateStep // the fee days that follow
	Damages money.Yen  // late damages for a whole year
}

// LateStep is one day of the example and the sum to be paid by then.
type LateStep struct {
	Day   jst.Day
	Total money.Yen
}

// RegisteredPage is the end of the registration.
type RegisteredPage struct {
	Frame
	Limit  money.Yen
	Way    WayTerms
	Return string // the checkout to go back to, or empty
	Shop   string // its name, with Return
}

func (r RegisteredPage) spec(p phrases) spec {
	return spec{template: "register/done", title: p.text("registered.title"), area: plainArea}
}

// KnownPage is shown after the phone number was proven and belongs to a member already (AUTH-104): it is theirs, or the
// number was somebody else's before.
type KnownPage struct {
	Frame
	Phone  string // masked
	Action string // posts choice=mine or choice=taken_over
	Return string
}

// Status tells that the registration did not go on.
func (k KnownPage) Status() int { return http.StatusUnprocessableEntity }

func (k KnownPage) spec(p phrases) spec {
	return spec{template: "register/known", title: p.text("known.title"), area: plainArea}
}

// ReviewPage is shown while a person looks at the registration.
type ReviewPage struct {
	Frame
	Why       ReviewReason
	Reference string
}

// ReviewReason says why a person looks at a registration.
type ReviewReason string

// The reasons.
const (
	ReviewNumber  ReviewReason = "number"  // the phone number was somebody else's before
	ReviewAddress ReviewReason = "address" // somebody at the same address has something open
)

var reviewKeys = map[ReviewReason]string{ReviewNumber: "review.number", ReviewAddress: "review.address"}

// Key is the sentence in the catalogue.
func (r ReviewReason) Key() string { return reviewKeys[r] }

func (r ReviewPage) spec(p phrases) spec {
	return spec{template: "register/review", title: p.text("review.title"), area: plainArea}
}
