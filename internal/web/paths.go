package web

import "net/url"

// The addresses that pages link to. Routes are registered from the same constants, so that a link and its page cannot
// part ways.
const (
	HomePath    = "/"
	BillsPath   = "/bills"
	HistoryPath = "/history"
	MenuPath    = "/menu"
	ProfilePath = "/menu/profile"
	ShopsPath   = "/menu/shops"
	DevicesPath = "/menu/devices"
	SentPath    = "/menu/messages"
	NoticesPath = "/notices"

	WayPath            = "/account/way"
	BankPath           = "/account/bank"
	AccountConfirmPath = "/account/confirm"
	AccountRemovePath  = "/account/remove"
	AccountCodePath    = "/account/code"

	SignInPath     = "/signin"
	SignInCodePath = "/signin/code"
	SignOutPath    = "/signout"
	SignOutAllPath = "/signout/all"
	LanguagePath   = "/language"

	RegisterPath          = "/register"
	RegisterCodePath      = "/register/code"
	RegisterNamePath      = "/register/name"
	RegisterBirthPath     = "/register/birth"
	RegisterGuardianPath  = "/register/guardian"
	RegisterConsentPath   = "/register/consent"
	RegisterAddressPath   = "/register/address"
	RegisterMailPath      = "/register/mail"
	RegisterAgreePath     = "/register/agree"
	RegisterDonePath      = "/register/done"
	RegisterKnownPath     = "/register/known"
	RegisterReviewPath    = "/register/review"
	CheckoutPath          = "/pay/" // followed by the session
	InvoicesPath          = "/i/"   // followed by an invoice's secret token (rule I08)
	HelpPath              = "/help"
	HowPath               = "/how"
	TermsPath             = "/terms"
	PrivacyPath           = "/privacy"
	AccessibilityPath     = "/accessibility"
	ThirdPartyNoticesPath = "/licenses"
	AssetsPath            = "/assets/"
)

// BillPath is the page of one bill; id is its public id.
func BillPath(id string) string { return BillsPath + "/" + url.PathEscape(id) }

// PayPath is the page where one bill is paid.
func PayPath(id string) string { return BillPath(id) + "/pay" }

// ReturnPath is the page where what one bill did not need is sent back.
func ReturnPath(id string) string { return BillPath(id) + "/return" }

// What stands below the page of a bill: its copies to keep.
const (
	CopyPDF = "/pdf"
	CopyCSV = "/csv"
)

// PaymentPath is the page of one purchase.
func PaymentPath(id string) string { return "/payments/" + url.PathEscape(id) }

// SessionPath is the page of one checkout; what is a page or an act below it, such as "code", or empty.
func SessionPath(id, what string) string {
	p := CheckoutPath + url.PathEscape(id)
	if what != "" {
		p += "/" + what
	}
	return p
}

// InvoicePath is the page of an invoice, without an account.
func InvoicePath(token string) string { return InvoicesPath + url.PathEscape(token) }

// RevokePath is the page that ends what was agreed with a shop; id is the member token's.
func RevokePath(id string) string { return ShopsPath + "/" + url.PathEscape(id) }

// BranchesPath is where a branch of a bank is picked; at Japan Post Bank, which has none to pick, where the account is entered.
func BranchesPath(bank string) string { return BankPath + "/" + url.PathEscape(bank) }

// AccountNumberPath is where an account at a branch is entered.
func AccountNumberPath(bank, branch string) string {
	return BranchesPath(bank) + "/" + url.PathEscape(branch)
}

// EndDevicePath is where one browser's sign-in is ended by POST.
func EndDevicePath(id string) string { return DevicesPath + "/" + url.PathEscape(id) + "/end" }

// ResendPath is where a message is sent once more by POST.
func ResendPath(id string) string { return SentPath + "/" + url.PathEscape(id) + "/resend" }

// withLang puts the language into an address of this service, keeping the rest.
func withLang(here string, lang Lang) string {
	u, err := url.Parse(here)
	if err != nil || u.Host != "" || u.Scheme != "" {
		u = &url.URL{Path: HomePath}
	}
	q := u.Query()
	q.Set("lang", string(lang))
	u.RawQuery = q.Encode()
	u.Fragment = ""
	return u.String()
}
