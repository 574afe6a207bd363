package site

import (
	"net/http"

	"tsuke/internal/web"
)

// route is one address of the pages and who answers it.
type route struct {
	pattern string // method and path, as of net/http.ServeMux
	serve   func(*visit) error
}

// routes registers all addresses of the pages. This file is the only one that puts paths and handlers together. Each
// address that takes a form can also be opened: it then leads to the page on which the form stands, because a browser's
// history, a reload and a shared link open it so.
func (s *Site) routes(mux *http.ServeMux) {
	for _, table := range [][]route{s.checkoutRoutes(), s.signInRoutes(), s.registerRoutes(), s.memberRoutes(), s.wayRoutes(), s.publicRoutes(), s.payerRoutes()} {
		for _, r := range table {
			mux.HandleFunc(r.pattern, s.page(r.serve))
		}
	}
	mux.Handle("GET "+web.AssetsPath, s.Views.Assets())
	mux.HandleFunc("/", s.page(s.noPage))
}

func (s *Site) checkoutRoutes() []route {
	till := web.CheckoutPath + "{session}"
	return []route{
		{"GET " + till, s.showTill},
		{"GET " + till + "/state", s.tillState},
		{"POST " + till + "/phone", s.enterPhone},
		{"GET " + till + "/phone", backToTill("")},
		{"GET " + till + "/code", s.showTillCode},
		{"POST " + till + "/code", s.enterTillCode},
		{"POST " + till + "/resend", s.resendTillCode},
		{"GET " + till + "/resend", backToTill("code")},
		{"GET " + till + "/guest", s.guestPage},
		{"POST " + till + "/guest", s.becomeGuest},
		{"POST " + till + "/press", s.press},
		{"GET " + till + "/press", backToTill("")},
		{"POST " + till + "/similar", s.answerSimilar},
		{"GET " + till + "/similar", backToTill("")},
		{"POST " + till + "/leave", s.leaveTill},
		{"GET " + till + "/leave", backToTill("")},
		{"POST " + till + "/extend", s.extendTill},
		{"GET " + till + "/extend", backToTill("")},
	}
}

func (s *Site) signInRoutes() []route {
	return []route{
		{"GET " + web.SignInPath, s.signInPage},
		{"POST " + web.SignInPath, s.signIn},
		{"GET " + web.SignInCodePath, s.signInCodePage},
		{"POST " + web.SignInCodePath, s.enterSignInCode},
		{"POST " + web.SignInCodePath + resendBelow, s.resendSignInCode},
		{"GET " + web.SignInCodePath + resendBelow, back(web.SignInCodePath)},
		{"POST " + web.SignOutPath, s.signOut},
		{"GET " + web.SignOutPath, back(web.MenuPath)},
		{"POST " + web.SignOutAllPath, forMember(s.signOutAll)},
		{"GET " + web.SignOutAllPath, back(web.DevicesPath)},
		{"POST " + web.LanguagePath, s.language},
		{"GET " + web.LanguagePath, back(web.HomePath)},
	}
}

func (s *Site) registerRoutes() []route {
	return []route{
		{"GET " + web.RegisterPath, s.phonePage},
		{"POST " + web.RegisterPath, s.phone},
		{"GET " + web.RegisterCodePath, s.registerCodePage},
		{"POST " + web.RegisterCodePath, s.enterRegisterCode},
		{"POST " + web.RegisterCodePath + resendBelow, s.resendRegisterCode},
		{"GET " + web.RegisterCodePath + resendBelow, back(web.RegisterCodePath)},
		{"GET " + web.RegisterKnownPath, s.knownPage},
		{"POST " + web.RegisterKnownPath, s.known},
		{"GET " + web.RegisterNamePath, s.showStep(nameStep)},
		{"POST " + web.RegisterNamePath, s.saveStep(nameStep)},
		{"GET " + web.RegisterBirthPath, s.showStep(birthStep)},
		{"POST " + web.RegisterBirthPath, s.saveStep(birthStep)},
		{"GET " + web.RegisterGuardianPath, s.showStep(guardianStep)},
		{"POST " + web.RegisterGuardianPath, s.guardian},
		{"GET " + web.RegisterConsentPath, s.consentPage},
		{"POST " + web.RegisterConsentPath, s.consent},
		{"POST " + web.RegisterConsentPath + resendBelow, s.resendConsent},
		{"GET " + web.RegisterConsentPath + resendBelow, back(web.RegisterConsentPath)},
		{"GET " + web.RegisterAddressPath, s.showStep(addressStep)},
		{"POST " + web.RegisterAddressPath, s.address},
		{"GET " + web.RegisterMailPath, s.showStep(mailStep)},
		{"POST " + web.RegisterMailPath, s.saveStep(mailStep)},
		{"GET " + web.RegisterAgreePath, s.agreePage},
		{"POST " + web.RegisterAgreePath, s.agree},
		{"GET " + web.RegisterReviewPath, s.reviewPage},
		{"GET " + web.RegisterDonePath, forMember(s.donePage)},
	}
}

func (s *Site) memberRoutes() []route {
	return []route{
		{"GET " + web.HomePath + "{$}", forMember(s.home)},
		{"GET " + web.BillsPath, forMember(s.bills)},
		{"GET " + web.BillsPath + "/{statement}", forMember(s.bill)},
		{"GET " + web.BillsPath + "/{statement}/pay", forMember(s.payBill)},
		{"GET " + web.BillsPath + "/{statement}/return", forFresh(s.returnPage)},
		{"POST " + web.BillsPath + "/{statement}/return", forFresh(s.returnCredit)},
		{"GET " + web.BillsPath + "/{statement}" + web.CopyPDF, forMember(s.billPDF)},
		{"GET " + web.BillsPath + "/{statement}" + web.CopyCSV, forMember(s.billCSV)},
		{"GET " + web.HistoryPath, forMember(s.history)},
		{"GET /payments/{payment}", forMember(s.payment)},
		{"GET " + web.MenuPath, forMember(s.menu)},
		{"GET " + web.ProfilePath, forMember(s.profile)},
		{"GET " + web.ShopsPath, forMember(s.shops)},
		{"GET " + web.ShopsPath + "/{token}", forMember(s.revokePage)},
		{"POST " + web.ShopsPath + "/{token}", forMember(s.revoke)},
		{"GET " + web.DevicesPath, forMember(s.devices)},
		{"POST " + web.DevicesPath + "/{device}/end", forMember(s.endDevice)},
		{"GET " + web.DevicesPath + "/{device}/end", back(web.DevicesPath)},
		{"GET " + web.SentPath, forMember(s.sent)},
		{"POST " + web.SentPath + "/{message}/resend", forMember(s.resend)},
		{"GET " + web.SentPath + "/{message}/resend", back(web.SentPath)},
		{"GET " + web.NoticesPath, forMember(s.notices)},
		{"GET " + web.BillsPath + "/{statement}/parts", forMember(s.planPage)},
		{"POST " + web.BillsPath + "/{statement}/parts", forMember(s.agreePlan)},
		{"GET " + web.HardPath, forMember(s.hardPage)},
		{"POST " + web.HardPath, forMember(s.promise)},
	}
}

func (s *Site) wayRoutes() []route {
	return []route{
		{"GET " + web.WayPath, forMember(s.ways)},
		{"POST " + web.WayPath, forMember(s.chooseWay)},
		{"GET " + web.BankPath, forFresh(s.pickBank)},
		{"GET " + web.BankPath + "/{bank}", forFresh(s.pickBranch)},
		{"POST " + web.BankPath + "/{bank}", forMember(s.enterAccount)},
		{"GET " + web.BankPath + "/{bank}/{branch}", forFresh(s.accountNumberPage)},
		{"POST " + web.BankPath + "/{bank}/{branch}", forMember(s.enterAccount)},
		{"GET " + web.AccountConfirmPath, forFresh(s.confirmPage)},
		{"POST " + web.AccountConfirmPath, forFresh(s.confirmAccount)},
		{"GET " + web.AccountRemovePath, forFresh(s.removePage)},
		{"POST " + web.AccountRemovePath, forFresh(s.remove)},
		{"GET " + web.AccountCodePath, forMember(s.accountCodePage)},
		{"POST " + web.AccountCodePath, s.enterAccountCode},
		{"POST " + web.AccountCodePath + "/send", forMember(s.sendAccountCode)},
		{"GET " + web.AccountCodePath + "/send", back(web.WayPath)},
		{"POST " + web.AccountCodePath + resendBelow, forMember(s.resendAccountCode)},
		{"GET " + web.AccountCodePath + resendBelow, back(web.AccountCodePath)},
	}
}

func (s *Site) publicRoutes() []route {
	return []route{
		{"GET " + web.InvoicesPath + "{token}", s.showInvoice},
		{"POST " + web.InvoicesPath + "{token}/not-mine", s.notMine},
		{"GET " + web.InvoicesPath + "{token}/not-mine", backToInvoice},
		{"GET " + web.HowPath, s.howItWorks},
		{"GET " + web.HelpPath, s.help},
		{"GET " + web.TermsPath, s.terms},
		{"GET " + web.PrivacyPath, s.privacy},
		{"GET " + web.AccessibilityPath, s.accessibility},
		{"GET " + web.ThirdPartyNoticesPath, s.licenses},
	}
}

// payerRoutes are where the payer of an invoice gives an account (rule I13).
func (s *Site) payerRoutes() []route {
	give := web.InvoicesPath + "{token}" + web.InvoiceAccountBelow
	return []route{
		{"GET " + give, forPayer(s.pickBank)},
		{"POST " + give + "/send", forWaiting(s.sendPayerCode)},
		{"GET " + give + "/send", backToGiving},
		{"GET " + give + "/code", forWaiting(s.payerCodePage)},
		{"POST " + give + "/code", forWaiting(s.enterPayerCode)},
		{"POST " + give + "/code" + resendBelow, forWaiting(s.resendPayerCode)},
		{"GET " + give + "/code" + resendBelow, backToGiving},
		{"GET " + give + "/{bank}", forPayer(s.pickBranch)},
		{"POST " + give + "/{bank}", forPayer(s.enterAccount)},
		{"GET " + give + "/{bank}/{branch}", forPayer(s.accountNumberPage)},
		{"POST " + give + "/{bank}/{branch}", forPayer(s.enterAccount)},
		{"GET " + give + "/confirm", forPayer(s.confirmPage)},
		{"POST " + give + "/confirm", forPayer(s.confirmAccount)},
	}
}

// back leads to the page on which a form stands.
func back(path string) func(*visit) error {
	return func(v *visit) error { return v.to(path) }
}

// backToTill leads to a page of the same checkout.
func backToTill(what string) func(*visit) error {
	return func(v *visit) error { return v.to(web.SessionPath(v.r.PathValue("session"), what)) }
}
