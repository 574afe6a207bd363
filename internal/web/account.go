package web

import (
	"strconv"

	"tsuke/internal/jst"
)

// WayPage (M12) shows how bills are paid, and what else there is to choose from.
type WayPage struct {
	Frame
	Form    Form
	Now     WayTerms
	Others  []WayTerms
	From    jst.Month    // the first bill that a change made now counts for
	Account *BankAccount // that bills can be debited from; nil if none is registered
}

// BankAccount is a bank account as its owner recognises it.
type BankAccount struct {
	Bank   string // as the banks' directory has it
	Branch string
	Kind   AccountKind
	Number string // masked
	Holder string // where it is to be confirmed; else empty
}

// AccountKind is the kind of a bank account.
type AccountKind string

// The kinds of account that bills can be debited from, as forms post them: the codes of the banks' files.
const (
	OrdinaryAccount AccountKind = "1"
	CurrentAccount  AccountKind = "2"
)

var accountKindKeys = map[AccountKind]string{OrdinaryAccount: "account.ordinary", CurrentAccount: "account.current", SavingsAccount: "account.savings"}

// Key is the kind's name in the catalogue.
func (k AccountKind) Key() string { return accountKindKeys[k] }

// Pays is where the month's bill falls due.
func (w WayPage) Pays() jst.Month { return w.From.Next() }

// Before is the month of the newest bill that a change does not touch.
func (w WayPage) Before() jst.Month { return w.From.Add(-1) }

// Lacking tells whether a way waits for a bank account.
func (w WayPage) Lacking(way Way) bool { return way == Debit && w.Account == nil }

// Debited tells whether bills are debited now.
func (w WayPage) Debited() bool { return w.Now.Way == Debit }

// Slip is what is to be put right in the choice, or nil.
func (w WayPage) Slip() *Slip { return w.Form.SlipOf("way") }

// Status is 422 for a choice that could not be taken.
func (w WayPage) Status() int { return formStatus(w.Form) }

func (w WayPage) spec(p phrases) spec {
	return spec{template: "member/way", title: p.text("menu.way"), tab: MenuTab, wrong: w.Form.Wrong()}
}

// ProvePage asks for a code by SMS before a page is shown that changes something personal.
type ProvePage struct {
	Frame
	Phone  string // masked; empty for a member whose number is somebody else's now
	Return string // the page itself
}

// Action is where the code is asked for.
func (m ProvePage) Action() string { return AccountCodePath + "/send" }

func (m ProvePage) spec(p phrases) spec {
	return spec{template: "member/prove", title: p.text("prove.title"), tab: MenuTab}
}

// accountSteps is how many steps it takes to register an account: bank, branch, number, confirmation.
const accountSteps = 4

// PickPage finds a bank, or a branch of one: by a search, or by leafing through the rows of the kana table.
type PickPage struct {
	Frame
	Place   AccountPlace
	Bank    string // whose branch is looked for, as the directory has it; empty while the bank is
	Code    string // of the bank
	Query   string
	Heads   []PickHead
	Why     PickWhy
	Choices []PickChoice
	Newer   string // the page before and the page after of a long row, or empty
	Older   string
}

// PickHead leads to one row of the kana table.
type PickHead struct {
	Head    string // あ か … わ, or A
	URL     string
	Current bool
}

// Latin tells whether the row is of names that begin with a letter or figure.
func (h PickHead) Latin() bool { return h.Head == "A" }

// PickChoice is a bank or branch to pick.
type PickChoice struct {
	Name string
	Code string
	URL  string
}

// PickWhy says what is listed.
type PickWhy string

// What can be listed.
const (
	PickNothing  PickWhy = ""         // branches, before anything is asked for
	PickEveryday PickWhy = "everyday" // banks that most people have
	PickAll      PickWhy = "all"      // a bank's branches, if they are few
	PickFound    PickWhy = "found"
	PickRow      PickWhy = "row"
)

var pickWhyKeys = map[PickWhy]string{
	PickEveryday: "pick.everyday", PickAll: "pick.all", PickFound: "pick.found", PickRow: "pick.inrow",
}

// Key is the list's heading in the catalogue.
func (w PickWhy) Key() string { return pickWhyKeys[w] }

// Action is where the search is sent.
func (m PickPage) Action() string {
	if m.Code == "" {
		return m.Place.Bank()
	}
	return m.Place.Branches(m.Code)
}

// At is the page's place among the steps.
func (m PickPage) At() Step {
	if m.Code == "" {
		return Step{Number: 1, Of: accountSteps, Back: m.Place.Home()}
	}
	return Step{Number: 2, Of: accountSteps, Back: m.Place.Bank()}
}

func (m PickPage) spec(p phrases) spec {
	title := p.text("pick.bank.title")
	if m.Code != "" {
		title = p.text("pick.branch.title", "bank", m.Bank)
	}
	return m.Place.framed(spec{template: "member/pick", title: title, tab: MenuTab})
}

// AccountPage asks for the account itself. At Japan Post Bank the passbook's 記号 and 番号 stand for branch and number.
type AccountPage struct {
	Frame
	Place      AccountPlace
	Form       Form
	Bank       string
	BankCode   string
	Branch     string // empty at Japan Post Bank
	BranchCode string
}

// Post tells whether the bank is Japan Post Bank.
func (a AccountPage) Post() bool { return a.BranchCode == "" }

// Action is where the form is posted.
func (a AccountPage) Action() string {
	if a.Post() {
		return a.Place.Branches(a.BankCode)
	}
	return a.Place.Number(a.BankCode, a.BranchCode)
}

// At is the page's place among the steps.
func (a AccountPage) At() Step {
	if a.Post() {
		return Step{Number: 3, Of: accountSteps, Back: a.Place.Bank()}
	}
	return Step{Number: 3, Of: accountSteps, Back: a.Place.Branches(a.BankCode)}
}

// Holder is the field of the holder.
func (a AccountPage) Holder() string { return a.Place.holderField() }

// Kinds are the kinds of account to choose from.
func (a AccountPage) Kinds() []AccountKind { return []AccountKind{OrdinaryAccount, CurrentAccount} }

// Kind is the one that was chosen.
func (a AccountPage) Kind() AccountKind { return AccountKind(a.Form.Typed["type"]) }

// KindSlip is what is to be put right in the choice, or nil.
func (a AccountPage) KindSlip() *Slip { return a.Form.SlipOf("type") }

// Status is 422 for a form with slips.
func (a AccountPage) Status() int { return formStatus(a.Form) }

func (a AccountPage) spec(p phrases) spec {
	return a.Place.framed(spec{template: "member/account", title: p.text("account.title"), tab: MenuTab, wrong: a.Form.Wrong()})
}

// ConfirmAccountPage shows an account once more before it is registered.
type ConfirmAccountPage struct {
	Frame
	Place    AccountPlace
	Account  BankAccount
	Key      string // names what is shown
	Again    string // where the account is entered anew
	Replaces bool   // another account is registered now
}

// At is the page's place among the steps.
func (c ConfirmAccountPage) At() Step {
	return Step{Number: accountSteps, Of: accountSteps, Back: c.Again}
}

func (c ConfirmAccountPage) spec(p phrases) spec {
	return c.Place.framed(spec{template: "member/account_confirm", title: p.text("account.confirm.title"), tab: MenuTab})
}

// RemoveAccountPage asks once more before an account is forgotten, or says why it cannot be now.
type RemoveAccountPage struct {
	Frame
	Account BankAccount
	InUse   bool // bills are debited from it
}

func (r RemoveAccountPage) spec(p phrases) spec {
	return spec{template: "member/account_remove", title: p.text("account.remove.title"), tab: MenuTab}
}

// PickRowPath is one row of a list to pick from, from its nth entry on.
func PickRowPath(list, head string, from int) string {
	path := list + "?row=" + rowNames[head]
	if from > 0 {
		path += "&from=" + strconv.Itoa(from)
	}
	return path
}

// rowNames are the rows of the kana table in addresses.
var rowNames = map[string]string{
	"あ": "a", "か": "ka", "さ": "sa", "た": "ta", "な": "na", "は": "ha", "ま": "ma", "や": "ya", "ら": "ra", "わ": "wa", "A": "latin",
}

// RowOf is the row that an address names; empty for none.
func RowOf(name string) string {
	for head, n := range rowNames {
		if n == name {
			return head
		}
	}
	return ""
}
