package payout

import "tsuke/internal/lifecycle"

// State is where the sending of a return stands.
type State string

// The states.
const (
	Decided State = "decided" // the next file takes it, if an account is known
	InFile  State = "in_file" // what came of it is not told
	Paid    State = "paid"
	Failed  State = "failed" // the bank refused it: another account is needed, or a person
)

// News is what happens to a payout.
type News string

// The kinds of news.
const (
	Gather  News = "gather"
	Take    News = "take"    // the bank made the transfer
	Refuse  News = "refuse"  // the bank did not, or gave it back (組戻し)
	Again   News = "again"   // another account was chosen, or a person found the cause gone
	Release News = "release" // the bank took nothing of the file
)

// Machine is the only place that names a step of a payout (rules B44 to B46). What was paid can be refused days later: the
// receiving bank looks at the account after the transfer.
var Machine = lifecycle.New(
	lifecycle.Move[State, News]{From: Decided, On: Gather, To: InFile},
	lifecycle.Move[State, News]{From: InFile, On: Take, To: Paid},
	lifecycle.Move[State, News]{From: InFile, On: Refuse, To: Failed},
	lifecycle.Move[State, News]{From: Paid, On: Refuse, To: Failed},
	lifecycle.Move[State, News]{From: Failed, On: Again, To: Decided},
	lifecycle.Move[State, News]{From: InFile, On: Release, To: Decided},
)

// Reason is why a bank refused a transfer.
type Reason string

// The reasons, as refusals name them.
const (
	NoAccount   Reason = "no_account"   // 口座なし: no such branch, kind or number
	NameDiffers Reason = "name_differs" // 受取人名相違
	Closed      Reason = "closed"       // 解約済み
	Other       Reason = "other"        // 入金不能, その他: a person asks the bank
)

// Reasons lists them.
var Reasons = []Reason{NoAccount, NameDiffers, Closed, Other}
