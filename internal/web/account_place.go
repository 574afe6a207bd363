package web

import (
	"net/url"

	"tsuke/internal/money"
)

// InvoiceAccountBelow is where a bank account is given, below the address of an invoice (rule I13).
const InvoiceAccountBelow = "/account"

// AccountPlace is where somebody enters a bank account. The zero place is that of members; the others are of invoices, whose payer
// has no membership.
type AccountPlace struct {
	Invoice string // address of the invoice; empty for members
}

// Payer tells whether it is the payer of an invoice, to whom money goes back.
func (a AccountPlace) Payer() bool { return a.Invoice != "" }

// Bank is where the bank is picked.
func (a AccountPlace) Bank() string {
	if a.Payer() {
		return a.Invoice + InvoiceAccountBelow
	}
	return BankPath
}

// Branches is where a branch is picked; at Japan Post Bank, which has none to pick, where the account is entered.
func (a AccountPlace) Branches(bank string) string {
	if a.Payer() {
		return a.Bank() + "/" + url.PathEscape(bank)
	}
	return BranchesPath(bank)
}

// Number is where an account at a branch is entered.
func (a AccountPlace) Number(bank, branch string) string {
	if a.Payer() {
		return a.Branches(bank) + "/" + url.PathEscape(branch)
	}
	return AccountNumberPath(bank, branch)
}

// Confirm is where the account is shown once more.
func (a AccountPlace) Confirm() string {
	if a.Payer() {
		return a.Bank() + "/confirm"
	}
	return AccountConfirmPath
}

// Code is where the code is entered without which nothing is.
func (a AccountPlace) Code() string {
	if a.Payer() {
		return a.Bank() + "/code"
	}
	return AccountCodePath
}

// Home is the page that tells what stands.
func (a AccountPlace) Home() string {
	if a.Payer() {
		return a.Invoice
	}
	return WayPath
}

// framed puts what is the same on all pages of a place into their spec.
func (a AccountPlace) framed(s spec) spec {
	if a.Payer() {
		s.area, s.tab = plainArea, NoTab
	}
	return s
}

// holderField is the field of the holder: a member's name is filled in, a payer's is not.
func (a AccountPlace) holderField() string {
	if a.Payer() {
		return "payer_holder"
	}
	return "holder"
}

// SaidAccountGiven notes that the account to which money goes back is known.
const SaidAccountGiven Said = "account_given"

// ReturnStartPage asks for a code by SMS before the payer of an invoice gives the account to which money goes back. It tells nothing of
// whose the invoice is (rule I08).
type ReturnStartPage struct {
	Frame
	Shop      string
	Reference string
	Sum       money.Yen // that waits for an account
	Reason    Refusal   // why a bank refused the account of before; empty if none did
	Place     AccountPlace
}

// Action is where the code is asked for.
func (r ReturnStartPage) Action() string { return r.Place.Bank() + "/send" }

func (r ReturnStartPage) spec(p phrases) spec {
	return spec{template: "public/return_start", title: p.text("back.title"), area: plainArea, live: true}
}
