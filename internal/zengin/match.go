package zengin

import (
	"fmt"

	"tsuke/internal/fault"
	"tsuke/internal/jst"
)

// Difference is how a result deviates from the request it should answer.
type Difference int

// The differences.
const (
	AnotherConsignor Difference = iota // the file answers another biller, or another of our contracts
	AnotherDay                         // it answers another run
	Unasked                            // a customer number that was not asked for
	AnsweredTwice                      // a customer number for the second time
	AskedTwice                         // the request itself has a customer number for the second time
	Unanswered                         // asked for, and not in the result
	AmountChanged                      // another amount than was asked for
	AccountChanged                     // another bank, branch, type, number or holder
)

var differences = [...]fault.Text{
	AnotherConsignor: {JA: "依頼した委託者コードと違います。ほかの契約のファイルでないか確かめてください", EN: "Not the consignor of the request. See whether the file belongs to another contract"},
	AnotherDay:       {JA: "依頼した引落日は%sですが、このファイルは%sのものです。別の回のファイルでないか確かめてください", EN: "The request is for %s, but this file is for %s. See whether it belongs to another run"},
	Unasked:          {JA: "依頼していない顧客番号です。金融機関に問い合わせてください", EN: "This customer number was not asked for. Ask the bank"},
	AnsweredTwice:    {JA: "同じ顧客番号の結果が前にもあります。二重に記帳せず、金融機関に問い合わせてください", EN: "An earlier record answers the same customer number. Do not book it twice; ask the bank"},
	AskedTwice:       {JA: "同じ顧客番号の依頼が前にもあります。二重に引き落とされていないか金融機関に問い合わせてください", EN: "An earlier record asks for the same customer number. Ask the bank whether it was debited twice"},
	Unanswered:       {JA: "この依頼に対する結果がありません。金融機関に問い合わせてください", EN: "This request has no answer. Ask the bank"},
	AmountChanged:    {JA: "依頼した金額と違います。記帳せずに金融機関に問い合わせてください", EN: "Not the amount that was asked for. Do not book it; ask the bank"},
	AccountChanged:   {JA: "依頼した口座と違います。記帳せずに金融機関に問い合わせてください", EN: "Not the account that was asked for. Do not book it; ask the bank"},
}

// Mismatch is one difference, in one field of one record.
type Mismatch struct {
	InRequest  bool // Record counts in the request; otherwise in the result
	Record     int  // from 1, the header being 1
	Field      Field
	Difference Difference
	Customer   string // the customer number, for looking the debit up; empty about a header

	asked, answered string // with AnotherDay the two days
}

// Text says where it is, what differs and what to do. It repeats neither account nor name.
func (m Mismatch) Text() fault.Text {
	where := place(m.Record, m.Field)
	file := fault.Text{JA: "結果ファイルの", EN: "Result file: "}
	if m.InRequest {
		file = fault.Text{JA: "依頼ファイルの", EN: "Request file: "}
	}
	what := differences[m.Difference]
	if m.Difference == AnotherDay {
		what = fault.Text{JA: fmt.Sprintf(what.JA, m.asked, m.answered), EN: fmt.Sprintf(what.EN, m.asked, m.answered)}
	}
	return fault.Text{JA: file.JA + where.JA + ": " + what.JA, EN: file.EN + where.EN + ": " + what.EN}
}

// Match holds a result against the request it answers, and lists all that differs: the header first, then the records of
// the result in order, then those of the request. day is the run's debit day; the year that the files do not tell is taken
// from it. Without a mismatch each debit that was asked for has exactly one answer, for the same amount from the same
// account.
//
// What banks fill in by themselves is not compared: names of banks and branches, the new code, and spaces in the holder's
// name. That the sums are right the Reader has seen; that the file was not imported before File.Hash tells.
func Match(sent, result File, day jst.Day) []Mismatch {
	out := matchHeader(sent.Header, result.Header, day)
	asked := make(map[string]int, len(sent.Debits))
	var twice []Mismatch
	for i, d := range sent.Debits {
		if _, again := asked[d.Customer]; again {
			twice = append(twice, Mismatch{true, i + FirstDebit, FieldCustomer, AskedTwice, d.Customer, "", ""})
			continue
		}
		asked[d.Customer] = i
	}
	answered := make(map[string]bool, len(result.Debits))
	for i, d := range result.Debits {
		at, known := asked[d.Customer]
		differs := func(f Field, what Difference) {
			out = append(out, Mismatch{false, i + FirstDebit, f, what, d.Customer, "", ""})
		}
		switch {
		case !known:
			differs(FieldCustomer, Unasked)
			continue
		case answered[d.Customer]:
			differs(FieldCustomer, AnsweredTwice)
			continue
		}
		answered[d.Customer] = true
		matchDebit(sent.Debits[at], d, differs)
	}
	out = append(out, twice...)
	for i, d := range sent.Debits {
		if asked[d.Customer] == i && !answered[d.Customer] {
			out = append(out, Mismatch{true, i + FirstDebit, FieldCustomer, Unanswered, d.Customer, "", ""})
		}
	}
	return out
}

func matchHeader(sent, result Header, day jst.Day) []Mismatch {
	var out []Mismatch
	if sent.Consignor != result.Consignor {
		out = append(out, Mismatch{Record: 1, Field: FieldConsignor, Difference: AnotherConsignor})
	}
	for _, h := range []struct {
		Header
		inRequest bool
	}{{result, false}, {sent, true}} {
		if got, ok := h.Day.Near(day); !ok || got != day {
			told := got.String()
			if !ok {
				told = string(h.Day)
			}
			out = append(out, Mismatch{InRequest: h.inRequest, Record: 1, Field: FieldDay, Difference: AnotherDay, asked: day.String(), answered: told})
		}
	}
	return out
}

func matchDebit(sent, result Debit, differs func(Field, Difference)) {
	if sent.Amount != result.Amount {
		differs(FieldAmount, AmountChanged)
	}
	a, b := sent.Account, result.Account
	for _, c := range []struct {
		field Field
		same  bool
	}{
		{FieldBank, a.Bank == b.Bank},
		{FieldBranch, a.Branch == b.Branch},
		{FieldAccountType, a.Type == b.Type},
		{FieldAccountNumber, a.Number == b.Number},
		{FieldHolder, unspaced(a.Holder.Reveal()) == unspaced(b.Holder.Reveal())},
	} {
		if !c.same {
			differs(c.field, AccountChanged)
		}
	}
}
