package payout

import (
	"io"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/money"
)

// What people of staff see of files and returns (rule B48). No account is opened for it, but by [Payouts.Show].

// Line is a transfer of a file: a try to send a return.
type Line struct {
	Receipt id.Receipt
	Key     string // by which the bank names it
	Amount  money.Yen
	Sent    money.Yen // what the account gets
	Outcome Outcome
	Reason  Reason // of Failed
}

// Outcome is what came of a line.
type Outcome string

// The outcomes.
const (
	LineOpen      Outcome = open
	LinePaid      Outcome = paid
	LineRefused   Outcome = refused
	LineWithdrawn Outcome = withdrawn
)

// Lines are a file and its transfers, in its order. The fault is NoFile.
func Lines(tx *db.Tx, number int) (File, []Line, error) {
	f, err := selectFile(tx, number)
	if err != nil {
		return f, nil, err
	}
	records, err := selectRecords(tx, number)
	var out []Line
	for _, r := range records {
		out = append(out, Line{Receipt: r.receipt, Key: r.number, Amount: r.amount, Sent: r.sent, Outcome: Outcome(r.outcome), Reason: r.reason})
	}
	return f, out, err
}

// Refusals counts, by file, what the bank refused.
func Refusals(tx *db.Tx) (map[int]int, error) { return countRefused(tx) }

// Lacks tells whether no account is known to which an open return can go.
func (p *Payouts) Lacks(tx *db.Tx, o Open) (bool, error) {
	if o.State != Decided {
		return false, nil
	}
	if !o.Member.IsZero() {
		_, found, err := p.Account(tx, o.Member)
		return !found, err
	}
	_, sealed, err := selectAccount(tx, o.Receipt)
	return len(sealed) == 0, err
}

// Show writes the bytes of a file for a person of ours, which leaves a trace: they hold names and accounts. The faults are those of
// WriteFile and WhoUnclear.
func (p *Payouts) Show(tx *db.Tx, number int, w io.Writer, by string) error {
	f, lines, err := Lines(tx, number)
	if err != nil {
		return err
	}
	sum, err := p.WriteFile(tx, number, w)
	if err != nil {
		return err
	}
	if err := p.Wrote(tx, number, sum.Hash[:]); err != nil {
		return err
	}
	for _, l := range lines {
		told := fact("payout.file_shown", l.Receipt, id.Member{}, fault.Us, by, map[string]any{"file": f.Number})
		if err := event.Append(tx, told); err != nil {
			return err
		}
	}
	return nil
}
