package web

import "tsuke/internal/money"

// HowPage (L1) tells what the service costs and when.
type HowPage struct {
	Frame
	How HowItWorks
}

func (h HowPage) spec(p phrases) spec {
	return spec{template: "public/how", title: p.text("how.title"), area: plainArea, open: true}
}

// HelpPage (M17) answers the commonest questions.
type HelpPage struct {
	Frame
	Minutes int       // how long a store's report usually takes
	Fee     money.Yen // of the ordinary way to pay a bill
	Last    *PaymentLine
}

func (h HelpPage) spec(p phrases) spec {
	return spec{template: "public/help", title: p.text("help.title"), area: plainArea, open: true}
}

// TermsPage (L2) is the agreement with members.
type TermsPage struct {
	Frame
	How HowItWorks
}

// Version names the wording.
func (TermsPage) Version() string { return TermsVersion }

func (t TermsPage) spec(p phrases) spec {
	return spec{template: "public/terms", title: p.text("terms.title"), area: plainArea, open: true}
}

// PrivacyPage (L2) says what is kept about a member, why, and for how long.
type PrivacyPage struct {
	Frame
}

func (t PrivacyPage) spec(p phrases) spec {
	return spec{template: "public/privacy", title: p.text("privacy.title"), area: plainArea, open: true}
}

// AccessibilityPage (L2) says what the pages are held to, what is known to be missing, and how to ask for help.
type AccessibilityPage struct {
	Frame
}

func (t AccessibilityPage) spec(p phrases) spec {
	return spec{template: "public/accessibility", title: p.text("accessibility.title"), area: plainArea, open: true}
}

// LicensesPage (L2) names the works of others that the service is made with.
type LicensesPage struct {
	Frame
}

// Works are the works of others, by name.
func (LicensesPage) Works() []Work { return works }

// Licenses are the texts of their licences, by name.
func (LicensesPage) Licenses() []License { return licenses }

func (t LicensesPage) spec(p phrases) spec {
	return spec{template: "public/licenses", title: p.text("licenses.title"), area: plainArea, open: true}
}

// TermsVersion names the wording of the terms that the pages show. It changes with the wording; members are recorded as
// having agreed to this one.
const TermsVersion = "2026-06-01"
