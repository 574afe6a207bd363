package web

import (
	"net/url"
	"slices"
	"time"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// The addresses of the console. All are below OpsPath, to which its cookies are bound.
const (
	OpsPath          = "/ops"
	OpsSignInPath    = "/ops/signin"
	OpsSignOutPath   = "/ops/signout"
	OpsEnrolPath     = "/ops/enrol/" // followed by the link's token
	OpsReceiptsPath  = "/ops/receipts"
	OpsApprovalsPath = "/ops/approvals"
	OpsLatePath      = "/ops/late"
	OpsBooksPath     = "/ops/books"
	OpsLooksPath     = "/ops/looks"
	OpsBreaksPath    = "/ops/breaks"
)

// OpsReceiptPath is the page of money that came in, or of an act about it.
func OpsReceiptPath(id, act string) string { return below(OpsReceiptsPath, id, act) }

// OpsApprovalPath is the page of a request, or of an act about it.
func OpsApprovalPath(id, act string) string { return below(OpsApprovalsPath, id, act) }

// OpsLookPath is where a member's contact is shown to whoever asked to see it.
func OpsLookPath(id string) string { return below(OpsLooksPath, id, "") }

// OpsContactPath is where staff ask to see the contact of a bill's member.
func OpsContactPath(statement string) string { return below(OpsLatePath, statement, "") }

// OpsWritePath is where staff ask to give a bill up.
func OpsWritePath(statement string) string { return below(OpsLatePath, statement, "write") }

// OpsWaivePath is where staff ask to take charges of a bill back.
func OpsWaivePath(statement string) string { return below(OpsLatePath, statement, "waive") }

// OpsWaiveManyPath is where staff ask to take all charges of some days back.
const OpsWaiveManyPath = OpsLatePath + "/waive"

// OpsStopPath is where staff stop dunning of a bill's member, or of everybody.
func OpsStopPath(whom string) string { return below(OpsLatePath, whom, "stop") }

// OpsResumePath is where they let it go on.
func OpsResumePath(whom string) string { return below(OpsLatePath, whom, "resume") }

// OpsEverybody stands for all members in these addresses.
const OpsEverybody = "all"

func below(path, id, act string) string {
	path += "/" + url.PathEscape(id)
	if act != "" {
		path += "/" + act
	}
	return path
}

// The notes of the console.
const (
	SaidOpsMatched   Said = "ops_matched"
	SaidOpsAsked     Said = "ops_asked"
	SaidOpsApproved  Said = "ops_approved"
	SaidOpsRefused   Said = "ops_refused"
	SaidOpsSignedOut Said = "ops_signed_out"
	SaidOpsStopped   Said = "ops_stopped"
	SaidOpsResumed   Said = "ops_resumed"
	SaidOpsOwned     Said = "ops_owned"
	SaidOpsNoted     Said = "ops_noted"
)

// The console's tabs.
const (
	OpsMoneyTab Tab = "opsmoney"
	OpsPairsTab Tab = "opspairs"
	OpsLateTab  Tab = "opslate"
	OpsBooksTab Tab = "opsbooks"
	OpsLooksTab Tab = "opslooks"
)

// tabs are the pages that a person of staff may open.
func (d Desk) tabs(current Tab) []tabLink {
	if d.Name == "" {
		return nil
	}
	all := []tabLink{
		{Tab: OpsMoneyTab, Key: "ops.tab.money", URL: OpsReceiptsPath},
		{Tab: OpsPayoutsTab, Key: "ops.tab.payouts", URL: OpsPayoutsPath},
		{Tab: OpsPairsTab, Key: "ops.tab.pairs", URL: OpsApprovalsPath},
		{Tab: OpsLateTab, Key: "ops.tab.late", URL: OpsLatePath},
	}
	if d.Books {
		all = append(all, tabLink{Tab: OpsBooksTab, Key: "ops.tab.books", URL: OpsBooksPath})
	}
	if d.Audit {
		all = append(all, tabLink{Tab: OpsLooksTab, Key: "ops.tab.looks", URL: OpsLooksPath})
	}
	for i := range all {
		all[i].Current = all[i].Tab == current
	}
	return all
}

// OpsSignInPage is where staff enter a code of their authenticator, to sign in or because a step needs a fresh one.
type OpsSignInPage struct {
	Frame
	Form   Form
	Name   string // whose browser this is; empty if nobody enrolled it
	Return string // where to go on
	Fresh  bool   // they are signed in, and the step needs a new code
}

// Status is 422 for a form with slips.
func (o OpsSignInPage) Status() int { return formStatus(o.Form) }

func (o OpsSignInPage) spec(p phrases) spec {
	return spec{template: "ops/signin", title: p.text("ops.signin.title"), area: opsArea, wrong: o.Form.Wrong()}
}

// OpsEnrolPage is where a link leads: it shows the key for an authenticator and asks for a code of it.
type OpsEnrolPage struct {
	Frame
	Form   Form
	Name   string
	URI    string // what the app reads from the QR code
	Key    string // in base32, for who types it
	Until  time.Time
	Action string
}

// Status is 422 for a form with slips.
func (o OpsEnrolPage) Status() int { return formStatus(o.Form) }

func (o OpsEnrolPage) spec(p phrases) spec {
	return spec{template: "ops/enrol", title: p.text("ops.enrol.title"), area: opsArea, wrong: o.Form.Wrong()}
}

// OpsReceiptsPage (O6) lists money and notices that wait for a person, the oldest first.
type OpsReceiptsPage struct {
	Frame
	Waiting []OpsMoney
	More    bool // there are more than are listed
}

// OpsMoney is money that came in, or a notice about some.
type OpsMoney struct {
	Name    string
	Why     string // key of why it waits
	Amount  money.Yen
	Certain bool // the agent has confirmed it
	Money   bool // it is money, and not only a notice
	Paid    jst.Day
	Time    string // "1024", of the till
	Place   string // the chain; empty if unknown
	Store   string
	Since   time.Time
	Days    int    // it waits
	URL     string // empty for a notice
	Bank    bool   // it came by transfer, and not over a counter

	Back *OpsBack // where its sending back stands; nil unless that was decided
}

func (o OpsReceiptsPage) spec(p phrases) spec {
	return spec{template: "ops/receipts", title: p.text("ops.receipts.title"), area: opsArea, tab: OpsMoneyTab, live: true}
}

// OpsReceiptPage (O6) is where somebody says to which bill money belongs, or asks for its return.
type OpsReceiptPage struct {
	Frame
	Form      Form
	Money     OpsMoney
	Suggested []OpsSuggestion
	MayMatch  bool
	MayAsk    bool
	MatchURL  string
	ReturnURL string
	Asked     *OpsRequest // a request to send it back that waits
	Decided   *OpsDecided // what was decided about it; nil while it waits
	Wanted    *OpsWanted  // its member wants back what a bill did not need of it; nil otherwise
}

// OpsSuggestion is a bill to which money may belong.
type OpsSuggestion struct {
	Statement string
	Reference string
	Month     jst.Month
	Owed      money.Yen
	Due       jst.Day
	Why       string // in the page's language
}

// OpsDecided is what was decided about money.
type OpsDecided struct {
	Matched   bool
	Reference string // of the bill that it pays
	Way       string // key of how it is sent back
	By        string
	Second    string
	At        time.Time
	Paid      jst.Day // the day of the transfer; zero while it is to be made
}

// Status is 422 for a form with slips.
func (o OpsReceiptPage) Status() int { return formStatus(o.Form) }

func (o OpsReceiptPage) spec(p phrases) spec {
	return spec{template: "ops/receipt", title: p.text("ops.receipt.title", "sum", o.Money.Amount), area: opsArea, tab: OpsMoneyTab, live: true, wrong: o.Form.Wrong()}
}

// OpsApprovalsPage lists what waits for a second person, and what was decided.
type OpsApprovalsPage struct {
	Frame
	Waiting []OpsRequest
	Ended   []OpsRequest
}

// OpsRequest is something that two people decide.
type OpsRequest struct {
	What    string    // key of what is asked for
	Way     string    // key of how money is sent, or of the reason to give up a bill or to take charges back
	Count   int       // how many charges are taken back; 0 for other requests
	Lines   []OpsMove // of an entry by hand
	Amount  money.Yen
	State   OpsState
	By      string
	Asked   time.Time
	Until   time.Time
	Decider string
	Decided time.Time
	URL     string
}

// OpsState is the state of a request as its tag shows it.
type OpsState string

// The states of a request.
const (
	OpsWaiting  OpsState = "waiting"
	OpsApproved OpsState = "approved"
	OpsRefused  OpsState = "refused"
	OpsExpired  OpsState = "expired"
)

var opsMarks = map[OpsState]mark{
	OpsWaiting: {"ops.state.waiting", "info"}, OpsApproved: {"ops.state.approved", "ok"},
	OpsRefused: {"ops.state.refused", "off"}, OpsExpired: {"ops.state.expired", "off"},
}

// Mark is the state's tag.
func (s OpsState) Mark() mark { return opsMarks[s] } //nolint:revive // for templates

func (o OpsApprovalsPage) spec(p phrases) spec {
	return spec{template: "ops/approvals", title: p.text("ops.approvals.title"), area: opsArea, tab: OpsPairsTab, live: true}
}

// OpsApprovalPage is one request: what it would move, and the buttons of who may decide.
type OpsApprovalPage struct {
	Frame
	Request    OpsRequest
	Moves      []OpsMove
	About      string     // address of what it is about; empty if that is many bills
	Bill       bool       // that is a bill, and not money
	Entry      bool       // that is an entry by hand
	Manual     *OpsManual // the entry by hand that is asked for; nil for other requests
	Note       string     // why an entry by hand is to be reversed
	Own        bool       // the reader asked for it
	MayApprove bool
	ApproveURL string
	RefuseURL  string
	Payee      bool   // it is about an account, which who approves has to look at
	AccountURL string // where that is shown; empty for who may not see it
}

// OpsMove is what happens to one account.
type OpsMove struct {
	Account string // key
	Amount  money.Yen
}

func (o OpsApprovalPage) spec(p phrases) spec {
	return spec{template: "ops/approval", title: p.text("ops.approval.title"), area: opsArea, tab: OpsPairsTab, live: true}
}

// OpsLatePage (O7) lists bills past due, the longest first, and of whom dunning is stopped.
type OpsLatePage struct {
	Frame
	Form     Form
	Bills    []OpsLate
	More     bool
	All      OpsHolding  // of everybody
	Held     []OpsHold   // members of whom dunning is stopped, the longest first
	Reasons  []OpsReason // for which all charges of some days can be taken back; none if the reader may not ask for it
	Days     []OpsDay    // the first and the last of them
	WaiveURL string
}

// OpsHold is that dunning is stopped (rules N14, N15).
type OpsHold struct {
	All       bool   // for everybody
	Member    string // the member's number
	Reason    string // key
	Last      jst.Day
	By        string
	At        time.Time
	ResumeURL string
}

// OpsHolding is what stands of dunning, with the form to stop it or let it go on.
type OpsHolding struct {
	Token   string // of the frame
	Form    Form
	All     bool // it is about everybody
	Hold    *OpsHold
	May     bool
	Reasons []OpsReason
	StopURL string
}

// OpsDay is a field for a day.
type OpsDay struct {
	Name  string
	Label string // key
	Value string
	Last  jst.Day // that can be chosen
	Slip  *Slip
}

// OpsDays are the fields of the first and the last day on which bills were charged.
func OpsDays(f Form, today jst.Day) []OpsDay {
	return []OpsDay{
		{"from", "ops.waive.first", f.Typed["from"], today, f.SlipOf("from")},
		{"to", "ops.waive.last", f.Typed["to"], today, f.SlipOf("to")},
	}
}

// Status is 422 for a form with slips.
func (o OpsLatePage) Status() int { return formStatus(o.Form) }

// OpsLate is a bill past due.
type OpsLate struct {
	Reference string
	Month     jst.Month
	Due       jst.Day
	Days      int // past due
	Owed      money.Yen
	Promise   jst.Day // zero without one
	Next      OpsStep
	NextDay   jst.Day
	Awaited   bool     // a bank was asked to debit it
	Hold      *OpsHold // why nothing is sent, or nil
	URL       string
}

// OpsStep is what happens next by itself about a bill past due.
type OpsStep string

// The steps.
const (
	OpsStepFirst  OpsStep = "ops.step.first"
	OpsStepSecond OpsStep = "ops.step.second"
	OpsStepLast   OpsStep = "ops.step.last"
	OpsStepCall   OpsStep = "ops.step.call" // all was written; a person calls
	OpsStepNone   OpsStep = "ops.step.none" // nothing is sent, and nobody calls: dunning is stopped without an end
)

// Key is the step in the catalogue.
func (s OpsStep) Key() string { return string(s) }

func (o OpsLatePage) spec(p phrases) spec {
	return spec{template: "ops/late", title: p.text("ops.late.title"), area: opsArea, tab: OpsLateTab, live: true, wrong: o.Form.Wrong()}
}

// OpsContactPage is one bill past due: what was sent about it, and the way to its member's contact, which is masked until
// somebody says why they look.
type OpsContactPage struct {
	Frame
	Form      Form
	Late      OpsLate
	Name      string // masked, as are the next two
	Phone     string
	Mail      string
	MayReveal bool
	Action    string
	Reasons   []OpsReason // for which the bill can be given up; none if the reader may not ask for it
	WriteURL  string
	Asked     *OpsRequest // a request to give it up that waits
	Charges   []OpsCharge // that it was charged for being late
	Excuses   []OpsReason // for which they can be taken back; none if the reader may not ask for it
	WaiveURL  string
	Waive     *OpsRequest // a request to take charges back that waits
	ChargeErr *Slip       // what is wrong with the charges that were chosen
	Holding   OpsHolding
	Preview   *OpsPreview   // of the next step; nil if nothing is sent by itself
	Sent      []SentMessage // the newest first
}

// OpsPreview is the next step in the words in which it would go out now, in the member's language.
type OpsPreview struct {
	Step    OpsStep
	Day     jst.Day
	Subject string
	Letter  string
	Text    string
	Lang    string
}

// OpsCharge is what a bill was charged for being late on a day.
type OpsCharge struct {
	Value  string // its number
	Key    string // its kind
	Day    jst.Day
	Amount money.Yen
	Open   bool // it is asked for, and can be taken back
	Chosen bool
}

// Open tells whether a charge is left that can be taken back.
func (o OpsContactPage) Open() bool { return o.FirstOpen() >= 0 }

// FirstOpen is the first charge that can be taken back; negative if there is none.
func (o OpsContactPage) FirstOpen() int {
	return slices.IndexFunc(o.Charges, func(c OpsCharge) bool { return c.Open })
}

// OpsReason is a reason to give up a bill, or to take charges back.
type OpsReason struct {
	Value string
	Key   string
}

// Status is 422 for a form with slips.
func (o OpsContactPage) Status() int { return formStatus(o.Form) }

func (o OpsContactPage) spec(p phrases) spec {
	return spec{template: "ops/contact", title: p.text("ops.contact.title", "ref", o.Late.Reference), area: opsArea, tab: OpsLateTab, wrong: o.Form.Wrong()}
}

// OpsLookPage shows a member's contact to the one who asked for it, for ten minutes.
type OpsLookPage struct {
	Frame
	Name   string
	Kana   string
	Phone  string
	Mail   string
	Reason string
	Until  time.Time
}

func (o OpsLookPage) spec(p phrases) spec {
	return spec{template: "ops/look", title: p.text("ops.look.title"), area: opsArea, tab: OpsLateTab}
}

// OpsBooksPage (O11) is the books of this instant: what stands on each account, what the daily check says, how far a month is
// closed, and the entries about one object.
type OpsBooksPage struct {
	Frame
	Form     Form
	Accounts []OpsMove
	Check    OpsCheck
	Month    jst.Month // the last that is over
	Billed   int       // buckets of it that are billed
	Of       int
	Asked    string // whose entries were searched for; empty if none were
	Entries  []OpsEntry
}

// OpsEntry is one entry of the books.
type OpsEntry struct {
	Reason string // as the books name it
	Day    jst.Day
	At     time.Time
	Lines  []OpsMove
}

// Marks are the eighths of the bar of the close that are done.
func (o OpsBooksPage) Marks() []bool {
	marks := make([]bool, 8)
	for i := range marks {
		marks[i] = o.Of > 0 && o.Billed*8 >= (i+1)*o.Of
	}
	return marks
}

// Status is 422 for a search with slips.
func (o OpsBooksPage) Status() int { return formStatus(o.Form) }

func (o OpsBooksPage) spec(p phrases) spec {
	return spec{template: "ops/books", title: p.text("ops.books.title"), area: opsArea, tab: OpsBooksTab, live: true, wrong: o.Form.Wrong()}
}

// OpsLooksPage (O14) lists who looked at whose data, the latest first.
type OpsLooksPage struct {
	Frame
	Looks []OpsLook
	Older string
}

// OpsLook is one look.
type OpsLook struct {
	At     time.Time
	By     string
	Member string // the member's number
	Reason string
}

func (o OpsLooksPage) spec(p phrases) spec {
	return spec{template: "ops/looks", title: p.text("ops.looks.title"), area: opsArea, tab: OpsLooksTab}
}

// OpsAccountKey is an account of the books in the catalogue; empty for one that has no words.
func OpsAccountKey(account string) string { return opsAccounts[account] }

var opsAccounts = map[string]string{
	"member_receivable": "ops.account.member_receivable", "agent_prompt": "ops.account.agent_prompt",
	"agent_receivable": "ops.account.agent_receivable", "merchant_payable": "ops.account.merchant_payable",
	"billing_fee": "ops.account.billing_fee", "late_fee": "ops.account.late_fee", "late_damages": "ops.account.late_damages",
	"consumption_tax": "ops.account.consumption_tax", "suspense": "ops.account.suspense",
	"returns_payable": "ops.account.returns_payable", "bank": "ops.account.bank",
	"bad_debt": "ops.account.bad_debt", "recoveries": "ops.account.recoveries",
	"bank_fees": "ops.account.bank_fees", "agent_fees": "ops.account.agent_fees", "input_tax": "ops.account.input_tax",
	"interest": "ops.account.interest", "withheld_tax": "ops.account.withheld_tax", "differences": "ops.account.differences",
	"head_office": "ops.account.head_office",
}

// OpsWhyKey is why money or a notice waits, in the catalogue.
func OpsWhyKey(reason string) string {
	if key, ok := opsWhys[reason]; ok {
		return key
	}
	return "ops.why.other"
}

var opsWhys = map[string]string{ //nolint:gosec // keys of sentences, no credentials
	"": "ops.why.never_confirmed", "kind_unknown": "ops.why.kind_unknown", "amount_wrong": "ops.why.amount_wrong",
	"digits_wrong": "ops.why.digits_wrong", "slip_unknown": "ops.why.slip_unknown", "digits_differ": "ops.why.digits_differ",
	"amount_differs": "ops.why.amount_differs", "cancel_after_confirm": "ops.why.cancel_after_confirm", "return_unpaid": "ops.why.return_unpaid",
	"credit_return": "ops.why.credit_return", "reference_missing": "ops.why.reference_missing", "reference_unknown": "ops.why.reference_unknown",
	"reference_several": "ops.why.reference_several", "account_closed": "ops.why.account_closed",
}

// OpsWayKey is how money is sent back, in the catalogue.
func OpsWayKey(way string) string { return opsWays[way] }

var opsWays = map[string]string{"agent": "ops.way.agent", "bank": "ops.way.bank", "post": "ops.way.post"}

// OpsKindKey is what a request asks for, in the catalogue.
func OpsKindKey(kind string) string { return opsKinds[kind] }

var opsKinds = map[string]string{
	"receipt_return": "ops.kind.receipt_return", "write_off": "ops.kind.write_off", "waive_charges": "ops.kind.waive_charges",
	"journal_post": "ops.kind.journal_post", "journal_reverse": "ops.kind.journal_reverse",
	"payee_name": "ops.kind.payee_name", "guest_return": "ops.kind.guest_return",
}

// OpsExcuseKey is why charges are taken back, in the catalogue.
func OpsExcuseKey(reason string) string { return opsExcuses[reason] }

var opsExcuses = map[string]string{"our_fault": "ops.excuse.our_fault", "courtesy": "ops.excuse.courtesy", "hardship": "ops.excuse.hardship"}

// OpsChargeKey is the kind of a charge, in the catalogue.
func OpsChargeKey(kind string) string { return opsCharges[kind] }

var opsCharges = map[string]string{"fee": "ops.charge.fee", "damages": "ops.charge.damages", "fallback": "ops.charge.fallback"}

// OpsReasonKey is why a bill is given up, in the catalogue.
func OpsReasonKey(reason string) string { return opsReasons[reason] }

var opsReasons = map[string]string{
	"bankrupt": "ops.reason.bankrupt", "deceased": "ops.reason.deceased", "untraceable": "ops.reason.untraceable",
	"time_barred": "ops.reason.time_barred", "too_small": "ops.reason.too_small", "other": "ops.reason.other",
}

// OpsHoldKey is why dunning is stopped, in the catalogue.
func OpsHoldKey(reason string) string { return opsHolds[reason] }

var opsHolds = map[string]string{
	"hardship": "ops.hold.hardship", "talks": "ops.hold.talks", "dispute": "ops.hold.dispute", "deceased": "ops.hold.deceased",
	"incident": "ops.hold.incident", "other": "ops.hold.other",
}
