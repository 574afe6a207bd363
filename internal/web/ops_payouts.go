package web

import (
	"strconv"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// OpsPayoutsPath is where staff see money that goes back, and the files by which it does.
const OpsPayoutsPath = OpsPath + "/payouts"

// OpsPayoutPath is the page of a file of transfers, or of an act about it.
func OpsPayoutPath(file int, act string) string {
	return below(OpsPayoutsPath, strconv.Itoa(file), act)
}

// OpsPayoutsTab is the tab of that page.
const OpsPayoutsTab Tab = "opspayouts"

// The notes of these pages.
const (
	SaidOpsGathered Said = "ops_gathered"
	SaidOpsNothing  Said = "ops_nothing" // there was nothing to send
	SaidOpsTook     Said = "ops_took"
	SaidOpsFailed   Said = "ops_failed"
)

// OpsPayoutsPage lists what is to be sent back and is not, the longest waiting first, and the files, the latest first.
type OpsPayoutsPage struct {
	Frame
	Waiting []OpsReturn
	More    bool
	Files   []OpsFile
	May     bool      // make a file
	Ready   int       // how many returns the next file takes
	Sum     money.Yen // of them
	Day     jst.Day   // on which the bank makes it
	Form    Form      // by which an invoice is found
}

// Status is 422 for a form with slips.
func (o OpsPayoutsPage) Status() int { return formStatus(o.Form) }

// OpsReturn is money that is to be sent back.
type OpsReturn struct {
	Name   string // of the receipt
	Whose  OpsWhose
	Amount money.Yen
	Days   int // it waits
	Why    OpsStuck
	Reason Refusal // of OpsStuckRefused
	File   int     // of OpsStuckInFile
	URL    string  // of what it waits for, or empty
}

// OpsWhose is to whom money goes back.
type OpsWhose string

// To whom it can go.
const (
	OpsWhoseMember OpsWhose = "ops.back.member" // a member or guest, to their own account
	OpsWhosePayer  OpsWhose = "ops.back.payer"  // who paid money that fits no bill
)

// Key is the word in the catalogue.
func (w OpsWhose) Key() string { return string(w) }

// OpsStuck is why money that goes back is not sent.
type OpsStuck string

// The causes.
const (
	OpsStuckReady   OpsStuck = "ops.back.ready" // the next file takes it
	OpsStuckInFile  OpsStuck = "ops.back.infile"
	OpsStuckNone    OpsStuck = "ops.back.none"   // no account is known
	OpsStuckSecond  OpsStuck = "ops.back.second" // an account waits for a second person
	OpsStuckRefused OpsStuck = "ops.back.refused"
)

// OpsFile is a file of transfers.
type OpsFile struct {
	Number  int
	Day     jst.Day // on which the bank makes it
	State   OpsFileState
	Records int
	Refused int
	Total   money.Yen
	URL     string
}

// OpsFileState is where a file stands.
type OpsFileState string

// The states of a file.
const (
	OpsFileGathered OpsFileState = "gathered"
	OpsFileWritten  OpsFileState = "written"
	OpsFileTaken    OpsFileState = "taken"
	OpsFileReleased OpsFileState = "released"
)

var opsFileMarks = map[OpsFileState]mark{
	OpsFileGathered: {"ops.file.gathered", "warn"}, OpsFileWritten: {"ops.file.written", "info"},
	OpsFileTaken: {"ops.file.taken", "ok"}, OpsFileReleased: {"ops.file.released", "off"},
}

// Mark is the state's tag.
func (s OpsFileState) Mark() mark { return opsFileMarks[s] } //nolint:revive // for templates

func (o OpsPayoutsPage) spec(p phrases) spec {
	return spec{template: "ops/payouts", title: p.text("ops.payouts.title"), area: opsArea, tab: OpsPayoutsTab, live: true, wrong: o.Form.Wrong()}
}

// OpsFilePage is one file of transfers: its lines, the file itself, and what the bank made of it.
type OpsFilePage struct {
	Frame
	Form    Form
	File    OpsFile
	Lines   []OpsFileLine
	May     bool // see the file and say what came of it
	Due     bool // the bank makes it today, or did
	Reasons []OpsReason
}

// OpsFileLine is one transfer.
type OpsFileLine struct {
	Key     string
	Sent    money.Yen
	Outcome OpsOutcome
	Reason  Refusal
}

// OpsOutcome is what came of a transfer.
type OpsOutcome string

// The outcomes.
const (
	OpsLineOpen      OpsOutcome = "open"
	OpsLinePaid      OpsOutcome = "paid"
	OpsLineRefused   OpsOutcome = "failed"
	OpsLineWithdrawn OpsOutcome = "released"
)

var opsOutcomeMarks = map[OpsOutcome]mark{
	OpsLineOpen: {"ops.line.open", "info"}, OpsLinePaid: {"ops.line.paid", "ok"}, OpsLineRefused: {"ops.line.refused", "bad"},
	OpsLineWithdrawn: {"ops.line.withdrawn", "off"},
}

// Mark is the outcome's tag.
func (o OpsOutcome) Mark() mark { return opsOutcomeMarks[o] } //nolint:revive // for templates

// Written tells whether somebody has the file.
func (o OpsFilePage) Written() bool { return o.File.State != OpsFileGathered }

// Takes tells whether it can be said that the bank made the transfers.
func (o OpsFilePage) Takes() bool { return o.May && o.File.State == OpsFileWritten && o.Due }

// Refuses tells whether the bank can have refused one.
func (o OpsFilePage) Refuses() bool {
	return o.May && (o.File.State == OpsFileWritten || o.File.State == OpsFileTaken)
}

// FileURL is where the file is asked for by POST, because that leaves a trace.
func (o OpsFilePage) FileURL() string { return OpsPayoutPath(o.File.Number, "file") }

// TookURL is where it is said that the bank made the transfers.
func (o OpsFilePage) TookURL() string { return OpsPayoutPath(o.File.Number, "took") }

// RefusedURL is where a refusal is entered.
func (o OpsFilePage) RefusedURL() string { return OpsPayoutPath(o.File.Number, "refused") }

// Status is 422 for a form with slips.
func (o OpsFilePage) Status() int { return formStatus(o.Form) }

func (o OpsFilePage) spec(p phrases) spec {
	return spec{template: "ops/payout", title: p.text("ops.file.title", "n", o.File.Number), area: opsArea, tab: OpsPayoutsTab, live: true, wrong: o.Form.Wrong()}
}

// What can be wrong about a refusal.
const (
	SlipTransferKey    Slipped = "slip.transfer.key"    // no transfer of this file
	SlipTransferAmount Slipped = "slip.transfer.amount" // another sum was sent
	SlipTransferOver   Slipped = "slip.transfer.over"   // it came back before, or was withdrawn

	SlipPayeeReference Slipped = "slip.payee.reference" // no invoice has it
)

// OpsRefusals are the reasons of a refusal to choose from.
func OpsRefusals() []OpsReason {
	var out []OpsReason
	for _, r := range []Refusal{RefusedNoAccount, RefusedName, RefusedClosed, RefusedOther} {
		out = append(out, OpsReason{Value: string(r), Key: r.Word()})
	}
	return out
}

var refusalWords = map[Refusal]string{
	RefusedNoAccount: "ops.refusal.no_account", RefusedName: "ops.refusal.name_differs", RefusedClosed: "ops.refusal.closed", RefusedOther: "ops.refusal.other",
}

// Word is the reason as staff read it.
func (r Refusal) Word() string { return refusalWords[r] }
