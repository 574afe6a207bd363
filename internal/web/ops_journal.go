package web

import (
	"net/url"
	"strconv"
	"time"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// The addresses of entries of the books by hand.
const (
	OpsJournalPath    = "/ops/journal"
	OpsJournalNewPath = "/ops/journal/new"
)

// OpsJournalOf is the list with the entry of a voucher.
func OpsJournalOf(reference string) string {
	return OpsJournalPath + "?reference=" + url.QueryEscape(reference)
}

// OpsEntryPath is the page of an entry by hand, or of an act about it.
func OpsEntryPath(id, act string) string { return below(OpsJournalPath, id, act) }

// OpsJournalPage lists entries by hand, the latest day first, narrowed by what stands in the address.
type OpsJournalPage struct {
	Frame
	Typed   map[string]string // from, to, reason, reference: what was searched for
	Reasons []OpsReason
	Today   jst.Day
	Entries []OpsManual
	More    bool
	NewURL  string // where an entry is asked for; empty if the reader may not
}

// Narrowed tells whether something was searched for.
func (o OpsJournalPage) Narrowed() bool {
	for _, typed := range o.Typed {
		if typed != "" {
			return true
		}
	}
	return false
}

func (o OpsJournalPage) spec(p phrases) spec {
	return spec{template: "ops/journal", title: p.text("ops.entries.title"), area: opsArea, tab: OpsBooksTab, live: true}
}

// OpsManual is an entry of the books by hand, or the request for one.
type OpsManual struct {
	Name      string // its number; empty for a request
	Reference string
	Reason    string // key
	Note      string
	Day       jst.Day
	Lines     []OpsMove
	Sum       money.Yen
	By        string // as are the rest: empty for a request
	Second    string
	At        time.Time
	Undone    *OpsUndone // nil while it stands
	URL       string
}

// OpsUndone is that an entry was reversed.
type OpsUndone struct {
	By     string
	Second string
	Note   string
	At     time.Time
}

// Debit is what is booked on the debit side; nothing for a line on the other.
func (m OpsMove) Debit() money.Yen { return max(m.Amount, 0) }

// Credit is what is booked on the credit side.
func (m OpsMove) Credit() money.Yen { return max(-m.Amount, 0) }

// Gone is the tag of an entry that was reversed.
func (OpsManual) Gone() mark { return mark{"ops.entry.reversed", "off"} } //nolint:revive // for templates

// OpsDraftPage is where somebody of finance asks for an entry by hand.
type OpsDraftPage struct {
	Frame
	Form    Form
	Day     OpsDay
	First   jst.Day // that can be chosen
	Reasons []OpsReason
	Others  []OpsOther // that may not, or only on one side
	Rows    []OpsRow   // the first lines
	Rest    []OpsRow   // more of them
	Action  string
}

// OpsOther is accounts that other verbs move.
type OpsOther struct {
	Accounts []string // keys
	Half     bool     // their credit side may be booked by hand
	Instead  string   // what to use, in the page's language
}

// OpsRow is the fields of one line.
type OpsRow struct {
	Accounts []OpsReason // that may be booked by hand
	Number   int
	Account  string
	Side     string // "debit" or "credit"
	Amount   string // as it was typed
	Wrong    *Slip  // what is wrong with the account
	Much     *Slip  // what is wrong with the amount
}

// opsRowsShown is how many lines are on the page without opening more.
const opsRowsShown = 4

// OpsRows are the fields of n lines with what was typed, the first ones and the rest.
func OpsRows(f Form, accounts []OpsReason, n int) (first, rest []OpsRow) {
	var all []OpsRow
	for i := 1; i <= n; i++ {
		number := strconv.Itoa(i)
		row := OpsRow{
			Accounts: accounts, Number: i, Account: f.Typed["account"+number], Side: f.Typed["side"+number], Amount: f.Typed["amount"+number],
			Wrong: f.SlipOf("account" + number), Much: f.SlipOf("amount" + number),
		}
		if row.Side == "" && i > 1 {
			row.Side = "credit" // the first line is a debit, as people write it
		}
		all = append(all, row)
	}
	return all[:opsRowsShown], all[opsRowsShown:]
}

// Open tells whether one of the further lines was typed.
func (o OpsDraftPage) Open() bool {
	for _, r := range o.Rest {
		if r.Account != "" || r.Amount != "" {
			return true
		}
	}
	return false
}

// Status is 422 for a form with slips.
func (o OpsDraftPage) Status() int { return formStatus(o.Form) }

func (o OpsDraftPage) spec(p phrases) spec {
	return spec{template: "ops/draft", title: p.text("ops.draft.title"), area: opsArea, tab: OpsBooksTab, wrong: o.Form.Wrong()}
}

// OpsEntryPage is one entry by hand, and where its reversal is asked for.
type OpsEntryPage struct {
	Frame
	Form       Form
	Entry      OpsManual
	MayReverse bool
	ReverseURL string
	Asked      *OpsRequest // a request to reverse it that waits
}

// Status is 422 for a form with slips.
func (o OpsEntryPage) Status() int { return formStatus(o.Form) }

func (o OpsEntryPage) spec(p phrases) spec {
	return spec{template: "ops/entry", title: p.text("ops.entry.title", "ref", o.Entry.Reference), area: opsArea, tab: OpsBooksTab, wrong: o.Form.Wrong()}
}

// OpsManualKey is why an entry is booked by hand, in the catalogue.
func OpsManualKey(reason string) string { return opsManuals[reason] }

var opsManuals = map[string]string{
	"bank_fee": "ops.manual.bank_fee", "interest": "ops.manual.interest", "agent_payout": "ops.manual.agent_payout",
	"agent_difference": "ops.manual.agent_difference", "correction": "ops.manual.correction", "other": "ops.manual.other",
}
