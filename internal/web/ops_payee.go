package web

import (
	"time"

	"tsuke/internal/money"
)

// OpsPayeePath is where the account is entered to which money in suspense goes back.
func OpsPayeePath(receipt string) string { return OpsReceiptPath(receipt, "account") }

// OpsInvoicesPath is followed by a guest's invoice.
const OpsInvoicesPath = OpsPath + "/invoices"

// OpsGuestPath is where the account is entered to which what a guest's invoice did not need goes back.
func OpsGuestPath(statement string) string { return below(OpsInvoicesPath, statement, "account") }

// OpsProposedPath is where the account of a request is shown.
func OpsProposedPath(request string) string { return OpsApprovalPath(request, "account") }

// OpsPayeePage is where somebody of finance enters the account to which money goes back, for a second person to look at.
type OpsPayeePage struct {
	Frame
	Form   Form
	Amount money.Yen
	Name   string // reference of the invoice, or number of the money
	Guest  bool   // the payer of an invoice has told it
	Action string
	Back   string
	Asked  *OpsRequest // a request that waits
}

// OpsPayeeFields are the fields of the account, as they are posted, by the parts of an account.
var OpsPayeeFields = map[string]string{
	"bank": "payee_bank", "branch": "payee_branch", "type": "type", "symbol": "payee_symbol", "number": "payee_number", "holder": "payee_holder",
}

// SavingsAccount is a kind of account that takes transfers.
const SavingsAccount AccountKind = "4"

// Kinds are the kinds of account to choose from.
func (OpsPayeePage) Kinds() []AccountKind {
	return []AccountKind{OrdinaryAccount, CurrentAccount, SavingsAccount}
}

// Kind is the one that was chosen.
func (o OpsPayeePage) Kind() AccountKind { return AccountKind(o.Form.Typed["type"]) }

// KindSlip is what is to be put right in the choice, or nil.
func (o OpsPayeePage) KindSlip() *Slip { return o.Form.SlipOf("type") }

// Status is 422 for a form with slips.
func (o OpsPayeePage) Status() int { return formStatus(o.Form) }

func (o OpsPayeePage) spec(p phrases) spec {
	return spec{template: "ops/payee", title: p.text("ops.payee.title"), area: opsArea, tab: OpsPayoutsTab, wrong: o.Form.Wrong()}
}

// OpsProposedPage shows the account of a request to the person who asked to see it.
type OpsProposedPage struct {
	Frame
	Account BankAccount // its number whole
	Until   time.Time
	URL     string // of the request
}

func (o OpsProposedPage) spec(p phrases) spec {
	return spec{template: "ops/proposed", title: p.text("ops.proposed.title"), area: opsArea, tab: OpsPairsTab}
}
