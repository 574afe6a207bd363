package payout

import "tsuke/internal/term"

// The figures of payouts. The codes are given by the bank that takes the file.
var (
	Consignor     = term.Text("payout.consignor", "", "code by which our bank knows who has money transferred (振込依頼人コード), 10 digits; no file is written until it is set (rule B44)")
	ConsignorName = term.Text("payout.consignor.name", "", "our name as whoever is paid sees it, in half-width kana")
	BankCode      = term.Text("payout.bank", "", "the bank that takes the file, 4 digits")
	BranchCode    = term.Text("payout.branch", "", "its branch, 3 digits")
	AccountKind   = term.Text("payout.account.type", "1", "kind of our account from which it is paid: 1 ordinary, 2 current")
	AccountNumber = term.Text("payout.account.number", "", "number of that account, 7 digits")
	LineEnds      = term.Bool("payout.crlf", false, "whether the records of the file end in CR LF")
	EDI           = term.Bool("payout.edi", true, "whether the bank takes the key of a record as EDI information; otherwise it stands as customer codes")
	CutOff        = term.Int("payout.cutoff", 15, "hour until which a file of today counts as handed in today (rule B44)").Between(0, 24)
	LeadDays      = term.Days("payout.lead", 1, "bank days from handing a file in to its transfer day (rule B44)").Between(0, 30)
	Fee           = term.Yen("payout.fee", 0, "the bank's fee of a transfer that is taken off money in suspense when it is sent back, because its payer bears it; 0: it is ours, as it is of what members get (rule B45)")
	WaitDays      = term.Days("payout.wait", 5, "days after which a return that is not sent, or a file whose outcome is not told, is work for a person (rule B47)")
	KeepDays      = term.Days("payout.keep", 90, "days after which the account of a transfer that is over is erased (rule B47)")
)

// Terms lists the figures of this package.
var Terms = []term.Def{
	Consignor, ConsignorName, BankCode, BranchCode, AccountKind, AccountNumber, LineEnds, EDI, CutOff, LeadDays, Fee, WaitDays, KeepDays,
}
