package agentfile

import "strings"

// The layout of a bank factor's 確報 file (a public program's, facts only): 120 bytes of Shift_JIS,
//
//	header   1, day made 8, factor code 5, company code 5, company's name 40, filler 61
//	detail   2, type 2, day paid 8, time 4, then the barcode in parts: 91, country digit 1, factor code 5,
//	         company code 5, customer number 16, reissue digit 1, last day to pay 6, stamp flag 1, amount 6, check digit 1,
//	         then filler 3, store 7, day acquired 8, planned payout day 8, filler 8, accounting day 8, chain 4, filler 15
//	closing  8, after the details of a header; its other fields are not published
//	end      9
//
// Put together the parts are the 44 digits, so the check digit vouches for the amount, and the codes must be those of
// the header. There is no second amount: AmountDiffers is never set.
const companyNameBytes = 40

var factorTold = told{
	kind: factorType, day: factorDay, time: factorTime, store: factorStore, acquired: factorAcquired,
	payout: factorPayout, accounting: factorAccounting, chain: factorChain,
}

func (c Contract) readFactor(in *reader, g group, line *Line) {
	c.readTold(in, factorTold, line)
	var digits strings.Builder
	whole := true
	for column := factorIdentifier; column <= factorCheck; column++ {
		s := in.fields[column-1]
		if !allDigits(s) {
			in.refuse(column, BadPart)
			whole = false
		}
		digits.WriteString(s)
	}
	if !whole {
		return
	}
	if in.field(factorIdentifier) != "91" {
		in.refuse(factorIdentifier, BadPart)
		return
	}
	if in.field(factorFactor) != g.factor {
		in.refuse(factorFactor, OtherCode)
	}
	if in.field(factorCompany) != g.company {
		in.refuse(factorCompany, OtherCode)
	}
	line.Barcode = digits.String()
	in.checked(factorCheck, line.Kind, line.Barcode)
	line.Stamp = in.flag(factorStamp, in.field(factorStamp))
	line.Amount = in.yen(factorAmount, line.Kind, in.field(factorAmount))
}

func (c Contract) factorValues(l Line) []string {
	values := []string{
		factorRecord: string(rune(detail)), factorType: c.code(l.Kind), factorDay: plain(l.Day), factorTime: l.Time,
		factorStore: store(l), factorAcquired: fill(plain(l.CreatedDay), 8), factorPayout: fill(plain(l.PayoutDay), 8),
		factorAccounting: fill(plain(l.AccountingDay), 8), factorChain: c.chainCode(l.Chain, tables[Factor][factorChain].width),
		factorSpare: "",
	}
	rest := l.Barcode
	for column := factorIdentifier; column <= factorCheck; column++ {
		width := tables[Factor][column].width
		values[column], rest = rest[:width], rest[width:]
	}
	return values
}
