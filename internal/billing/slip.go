package billing

import (
	"encoding/binary"
	"fmt"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

const chanceMax = 1_000_000_000_000 // twelve digits

// newSlip makes a slip over a sum that is owed on a statement, valid from a day on (rule B09). The digits carry the last day
// on which tills take it, which is months after the due day: the due day is told to the member, not to the till. The
// errors are konbini's: an amount above what one barcode may collect (rule B10), or codes that are not set up.
func newSlip(m id.Moment, st Statement, over money.Yen, number string, terms term.Terms, reissue int, from jst.Day) (Slip, error) {
	bucket := st.ID.Bucket()
	s := Slip{
		ID: id.In[id.SlipKind](m, bucket), Statement: st.ID, Member: st.Member, Kind: st.Way,
		Number: number, Reissue: reissue, Amount: over, ValidFrom: from,
		ValidTo: lastDay(laterOf(st.Due, from), SlipMonths.On(terms, from)), Created: m.Now(),
	}
	client := SlipClient.On(terms, from)
	if len(client) != clientLength {
		return Slip{}, fmt.Errorf("billing: term %s is not %d digits", SlipClient.Name(), clientLength)
	}
	var err error
	s.Digits, err = konbini.Build(konbini.Code{
		Company: SlipCompany.On(terms, from), Free: client + s.Number, Reissue: min(reissue, 9), Due: s.ValidTo.String(),
		Stamp: stamped(st.Way, over, terms, from), Yen: int64(s.Amount),
	}, int64(slipMax(st.Way, terms, from)))
	return s, err
}

// slipMax is the most that one slip of a way collects (rules B10, B32).
func slipMax(way Way, terms term.Terms, day jst.Day) money.Yen {
	if way == Number && Collector.On(terms, day) != "" {
		return max(SlipMax.On(terms, day), NumberAccount.On(terms, day))
	}
	return SlipMax.On(terms, day)
}

// drawNumber makes the number of a slip that is no receipt number: its bucket and twelve digits of chance.
func drawNumber(m id.Moment, bucket int) string {
	var chance [8]byte
	m.Chance(chance[:])
	return numberOf(bucket, int64(binary.BigEndian.Uint64(chance[:])%chanceMax))
}

// stamped tells whether the till's receipt needs a revenue stamp. Ours do not itemise consumption tax, so the whole amount
// counts (rule B20).
func stamped(way Way, over money.Yen, terms term.Terms, day jst.Day) bool {
	dutiable := SlipStamp
	if way == Postcard || way == Number { // the till stamps a receipt on paper
		dutiable = PaperStamp
	}
	return dutiable.On(terms, day) &&
		konbini.NeedsStamp(int64(over), int64(StampFrom.On(terms, day)), int64(FeeTax.On(terms, day)), false)
}

func laterOf(a, b jst.Day) jst.Day {
	if b.After(a) {
		return b
	}
	return a
}

// withheld is the event of a statement for which no slip could be made (rule B10): work for a person. The statement
// stands, and its page says so.
func withheld(st Statement, cause error) event.Fact {
	return st.fact("statement.slip_withheld", fault.Us, byClock, map[string]any{"cause": cause.Error()})
}

// SlipFor answers the barcode with which a member can pay a statement. It may have lapsed: see Slip.Lapsed and Reissue.
// The faults are NoStatement (also for another member's), StatementPaid, StatementConfirming and NoSlip.
func (b *Billing) SlipFor(tx *db.Tx, member id.Member, statement id.Statement) (Slip, error) {
	st, err := findOfMember(tx, member, statement)
	if err != nil {
		return Slip{}, err
	}
	if refused := payable(st); refused != nil {
		return Slip{}, refused
	}
	slip, found, err := selectOpenSlip(tx, st.ID)
	if err == nil && !found {
		return Slip{}, NoSlip.New().About(st.ID.String())
	}
	return slip, err
}

// payable refuses a statement that nothing can be paid on now.
func payable(st Statement) *fault.Error {
	if st.WrittenOff && st.State == Issued {
		return StatementWrittenOff.New().About(st.ID.String())
	}
	switch st.State {
	case Paid:
		return StatementPaid.New().About(st.ID.String())
	case Confirming:
		return StatementConfirming.New().About(st.ID.String())
	case Issued:
	}
	return nil
}

// Asks is what a barcode of a statement is over: all that is owed, or the next part of a plan that stands (rule D11).
func (b *Billing) Asks(tx *db.Tx, st Statement) (money.Yen, error) {
	if b.NextPart == nil {
		return st.Owed(), nil
	}
	part, err := b.NextPart(tx, st)
	if part == 0 {
		part = st.Owed()
	}
	return part, err
}

// Reissue answers a barcode that tills take today over what Asks answers: the open slip, or a new one in its place if there is
// none, its time is over, or it is over another sum (rules B21, D04). The replaced one is closed; whoever still pays with it
// has paid. Its faults are those of SlipFor.
func (b *Billing) Reissue(tx *db.Tx, member id.Member, statement id.Statement) (Slip, error) {
	return b.reissue(tx, member, statement, b.Asks)
}

// ReissueWhole is Reissue for whoever pays in parts and wants to pay all that is owed at once.
func (b *Billing) ReissueWhole(tx *db.Tx, member id.Member, statement id.Statement) (Slip, error) {
	return b.reissue(tx, member, statement, func(_ *db.Tx, st Statement) (money.Yen, error) { return st.Owed(), nil })
}

func (b *Billing) reissue(tx *db.Tx, member id.Member, statement id.Statement, asks func(*db.Tx, Statement) (money.Yen, error)) (Slip, error) {
	if _, err := credit.Lock(tx, member); err != nil {
		return Slip{}, err
	}
	st, err := lockOfMember(tx, member, statement)
	if err != nil {
		return Slip{}, err
	}
	if refused := payable(st); refused != nil {
		return Slip{}, refused
	}
	over, err := asks(tx, st)
	if err != nil {
		return Slip{}, err
	}
	old, found, err := selectOpenSlip(tx, st.ID)
	today := jst.DayOf(tx.Now())
	if err != nil {
		return old, err
	}
	if found && old.Serves(over, today) {
		if serves, err := numberServes(tx, old); err != nil || serves {
			return old, err
		}
	}
	reissue := 0
	if found {
		reissue = old.Reissue + 1
		if err := closeSlip(tx, old.ID); err != nil {
			return Slip{}, err
		}
	}
	numbers, err := numbersFor(tx, []Statement{st})
	if err != nil {
		return Slip{}, err
	}
	slip, err := newSlip(tx, st, over, numbers[0], b.Terms.Current(), reissue, today)
	if err != nil {
		return Slip{}, NoSlip.Because(err).About(st.ID.String())
	}
	if err := insertSlips(tx, []Slip{slip}); err != nil {
		return Slip{}, err
	}
	return slip, event.Append(tx, st.fact("statement.slip_reissued", fault.Member, "member", map[string]any{"reissue": reissue}))
}

// FindSlipByDigits looks up the slip with the number in 44 digits. Its digits can still differ from those given: compare
// them. It is false if the digits are no barcode of ours or no slip has the number.
func FindSlipByDigits(tx *db.Tx, digits string) (Slip, bool, error) {
	number, bucket, ok := numberIn(digits)
	if !ok {
		return Slip{}, false, nil
	}
	return selectSlipByNumber(tx, bucket, number)
}
