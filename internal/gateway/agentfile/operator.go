package agentfile

// The layout of a pay-later operator's import (a public program's, facts only): 120 bytes of Shift_JIS,
//
//	kind 1, type 2, day paid 8, time 4, barcode kind 1, barcode 44, filler 3, store 7, customer class 2,
//	day acquired 8, planned payout day 8, accounting day 8, chain 6, spare 18
//
// The amount and the stamp flag stand in the barcode alone, so there is nothing to hold them against but the check digit, and
// AmountDiffers is never set. Customer class is what the clerk guessed of the payer; it is nobody's business here and not
// kept.
var operatorTold = told{
	kind: operatorType, day: operatorDay, time: operatorTime, store: operatorStore, acquired: operatorAcquired,
	payout: operatorPayout, accounting: operatorAccounting, chain: operatorChain,
}

func (c Contract) readOperator(in *reader, line *Line) {
	c.readTold(in, operatorTold, line)
	if want := c.BarcodeKind; want != "" && in.field(operatorBarcodeKind) != want {
		in.refuse(operatorBarcodeKind, OtherBarcodeKind)
	}
	digits := in.field(operatorBarcode)
	if len(digits) != 44 || !allDigits(digits) || digits[:2] != "91" {
		in.refuse(operatorBarcode, BadDigits)
		return
	}
	in.checked(operatorBarcode, line.Kind, digits)
	line.Barcode = digits
	line.Stamp = in.flag(operatorBarcode, digits[36:37])
	line.Amount = in.yen(operatorBarcode, line.Kind, line.barcodeAmount())
}

func (c Contract) operatorValues(l Line) []string {
	kind := c.BarcodeKind
	if kind == "" {
		kind = " "
	}
	return []string{
		operatorRecord: string(rune(detail)), operatorType: c.code(l.Kind), operatorDay: plain(l.Day), operatorTime: l.Time,
		operatorBarcodeKind: kind, operatorBarcode: l.Barcode, operatorFiller: "", operatorStore: store(l), operatorClass: "",
		operatorAcquired: fill(plain(l.CreatedDay), 8), operatorPayout: fill(plain(l.PayoutDay), 8),
		operatorAccounting: fill(plain(l.AccountingDay), 8),
		operatorChain:      c.chainCode(l.Chain, tables[Operator][operatorChain].width), operatorSpare: "",
	}
}
