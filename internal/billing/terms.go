package billing

import "tsuke/internal/term"

// The figures of billing. Amounts are yen; fees include tax. They are asked for the day on which a bill is issued: the
// first day after the month it is for.
var (
	FeeEBarcode = term.Yen("billing.fee.ebarcode", 209, "fee of a bill that is paid by e-barcode, tax included (rule B04)")
	DueEBarcode = term.DayOfMonth("billing.due.ebarcode", 10, "day of the next month on which a bill paid by e-barcode is due (rule B06)")
	FeePostcard = term.Yen("billing.fee.postcard", 209, "fee of a bill that is paid with a postcard invoice, tax included (rule B04)")
	DuePostcard = term.DayOfMonth("billing.due.postcard", 20, "day of the next month on which a bill paid with a postcard invoice is due (rule B06)")
	FeeDebit    = term.Yen("billing.fee.debit", 0, "fee of a bill that is debited, tax included (rule B04)")
	DueDebit    = term.DayOfMonth("billing.due.debit", 27, "day of the next month on which a bill is debited; the next bank day if it is none (rule B06)")
	FeeInvoice  = term.Yen("billing.fee.invoice", 209, "fee of an invoice for a purchase without membership, tax included (rule I05)")
	InvoiceDays = term.Days("billing.due.invoice", 14, "days after its issue on which an invoice is due (rule I05)").Between(1, 60)
	FeeTax      = term.BasisPoints("billing.fee.tax", 1000, "consumption tax within a billing fee")

	SlipCompany = term.Text("billing.slip.company", "900000", "issuer's company code in the barcode, 6 digits; assigned by GS1 Japan, the default is nobody's")
	SlipClient  = term.Text("billing.slip.client", "00000", "client code in the barcode, 5 digits; assigned by the collection agent")
	SlipMonths  = term.Int("billing.slip.months", 3, "months after the one it is due in to whose end a barcode can be paid; 0 is without end (rule B09)").Between(0, 24)
	SlipMax     = term.Yen("billing.slip.max", 300_000, "the most that is collected with one barcode (rule B10)").Between(1, 999_999)
	SlipStamp   = term.Bool("billing.slip.stamp", false, "whether receipts for e-barcodes are subject to stamp duty")
	PaperStamp  = term.Bool("billing.slip.stamp.paper", true, "whether receipts for postcard invoices are subject to stamp duty (rule B20)")
	StampFrom   = term.Yen("billing.slip.stamp.from", 50_000, "amount from which such a receipt needs a revenue stamp")

	FeeNumber      = term.Yen("billing.fee.number", 209, "fee of a bill that is paid by receipt number, tax included (rule B04)")
	DueNumber      = term.DayOfMonth("billing.due.number", 10, "day of the next month on which a bill paid by receipt number is due (rule B06)")
	NumberCash     = term.Yen("billing.number.max.cash", 99_000, "the most that a cash machine takes in cash for one receipt number (rule B32)").Between(1, 999_999)
	NumberAccount  = term.Yen("billing.number.max.account", 999_999, "the most that is paid with one receipt number from a bank account (rule B32)").Between(1, 999_999)
	NumberChains   = term.Text("billing.number.chains", "seven_eleven lawson family_mart ministop daily_yamazaki seicomart", "chains that take receipt numbers by the contract with the collection agent, parted by blanks (rule B32)")
	NumberSeven    = term.Text("billing.number.seven", "00", "two digits that the collection agent assigned: before a receipt number they make the 13 digits told at tills of Seven-Eleven")
	Collector      = term.Text("billing.number.collector", "00000", "the collector number of Pay-easy (収納機関番号), 5 digits; 00000 is for tests, empty is without Pay-easy (rule B32)")
	NumberMinutes  = term.Int("billing.number.minutes", 10, "minutes between two files with which the collection agent is told of receipt numbers (rule B33)").Between(1, 1440)
	TransferBank   = term.Text("billing.transfer.bank", "", "our bank for transfers by members, 4 digits; bills offer no transfer until it is set (rule B40)")
	TransferBranch = term.Text("billing.transfer.branch", "", "its branch, 3 digits")
	TransferType   = term.Text("billing.transfer.type", "1", "kind of our account: 1 ordinary, 2 current")
	TransferNumber = term.Text("billing.transfer.number", "", "number of our account, 7 digits")
	TransferHolder = term.Text("billing.transfer.holder", "", "holder of our account in katakana")

	TransferDay        = term.Text("billing.transfer.csv.day", "取引日", "column of the bank's statement with the day (rule B35)")
	TransferIn         = term.Text("billing.transfer.csv.in", "入金金額", "column with what came in")
	TransferPayer      = term.Text("billing.transfer.csv.payer", "振込依頼人名", "column with who paid; empty where it stands within the words")
	TransferText       = term.Text("billing.transfer.csv.text", "摘要", "column with the bank's words; empty for none")
	TransferSerial     = term.Text("billing.transfer.csv.serial", "", "column with the bank's own number of each line; empty for none")
	TransferOut        = term.Text("billing.transfer.csv.out", "", "column with what went out; only with a balance, and not where one column has both directions")
	TransferBalance    = term.Text("billing.transfer.csv.balance", "", "column with the balance after each line; lines that do not add up are refused. Empty: not checked")
	TransferSigned     = term.Bool("billing.transfer.csv.signed", false, "whether the column with what came in has both directions")
	TransferPayerAfter = term.Text("billing.transfer.csv.payer.after", "", "words before the payer's name where it stands within the bank's words: 振込")

	PromptDays = term.Days("billing.prompt.days", 10, "days after which a payment that the agent reported but not confirmed is work for a person")
)

// Terms lists the figures of this package.
var Terms = []term.Def{
	FeeEBarcode, DueEBarcode, FeePostcard, DuePostcard, FeeDebit, DueDebit, FeeTax, SlipCompany, SlipClient, SlipMonths, SlipMax, SlipStamp, PaperStamp, StampFrom,
	PromptDays,
	FeeNumber, DueNumber, NumberCash, NumberAccount, NumberChains, NumberSeven, Collector, NumberMinutes,
	TransferBank, TransferBranch, TransferType, TransferNumber, TransferHolder, TransferDay, TransferIn, TransferPayer, TransferText, TransferSerial,
	TransferOut, TransferBalance, TransferSigned, TransferPayerAfter,
	FeeInvoice, InvoiceDays,
}
