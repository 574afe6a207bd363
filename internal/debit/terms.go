package debit

import "tsuke/internal/term"

// The figures of direct debit. The codes are given by the bank or agent that takes the file.
var (
	LeadDays      = term.Days("debit.lead", 7, "bank days before the debit on which the bills of a run are gathered (rule T02)")
	FallbackFee   = term.Yen("debit.fallback.fee", 209, "fee of a bill that is paid at a till because the account could not be debited, tax included (rule T05)")
	FallbackDays  = term.Days("debit.fallback.days", 10, "days after the bank's answer within which such a bill is to be paid (rule T05)")
	Consignor     = term.Text("debit.consignor", "", "consignor code (委託者コード), 10 digits")
	ConsignorName = term.Text("debit.consignor.name", "", "consignor name in half-width kana")
	BankCode      = term.Text("debit.bank", "", "the bank that takes the file, 4 digits")
	BranchCode    = term.Text("debit.branch", "", "its branch, 3 digits")
	LineEnds      = term.Bool("debit.crlf", false, "whether the records of the file end in CR LF")
)

// Terms lists the figures of this package.
var Terms = []term.Def{LeadDays, FallbackFee, FallbackDays, Consignor, ConsignorName, BankCode, BranchCode, LineEnds}
