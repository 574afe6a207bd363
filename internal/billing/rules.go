package billing

import (
	"fmt"
	"strconv"
	"strings"

	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// Way is a way to pay a statement.
type Way string

// The ways to pay.
const (
	EBarcode Way = "ebarcode" // 電子バーコード: a barcode on the phone, at a convenience store's till
	Postcard Way = "postcard" // はがき請求書: an invoice by post with a slip to pay at a till
	Debit    Way = "debit"    // 口座振替: the bank takes the money
	Number   Way = "number"   // 受付番号: numbers to type at a store's terminal, a cash machine or in online banking
	Invoice  Way = "invoice"  // 請求書: a barcode on the page that an invoice's letter leads to (rule I05); nobody chooses it
)

// wayTerms are the terms of a way to pay.
type wayTerms struct {
	fee     term.Number[money.Yen]
	due     term.Number[int]
	bankDay bool // banks have to be open on the due day
}

// ways is the table of all ways to pay: what each costs and when it is due (rules B04, B06).
var ways = map[Way]wayTerms{
	EBarcode: {fee: FeeEBarcode, due: DueEBarcode},
	Postcard: {fee: FeePostcard, due: DuePostcard},
	Debit:    {fee: FeeDebit, due: DueDebit, bankDay: true},
	Number:   {fee: FeeNumber, due: DueNumber},
}

// Ways lists the ways to pay, in the order in which pages offer them.
func Ways() []Way { return []Way{EBarcode, Number, Postcard, Debit} }

// WayTerms are what a way to pay costs for the bill of a month, tax included, and when that is due (rules B04, B06).
func WayTerms(terms term.Terms, way Way, month jst.Month) (fee money.Yen, due jst.Day, err error) {
	w, known := ways[way]
	if !known {
		return 0, jst.Day{}, fmt.Errorf("billing: %q is no way to pay", way)
	}
	day := issueDay(month)
	due = month.Next().Day(w.due.On(terms, day))
	if w.bankDay {
		due, err = jst.Japan().NextBankDay(due)
	}
	return w.fee.On(terms, day), due, err
}

// WayFigures are the fee of a way to pay, tax included, and the day of the next month on which its bills are due, as pages tell
// them: for bills issued on a day. Both are 0 for a way that nobody knows.
func WayFigures(terms term.Terms, way Way, day jst.Day) (fee money.Yen, dueDay int) {
	w, known := ways[way]
	if !known {
		return 0, 0
	}
	return w.fee.On(terms, day), w.due.On(terms, day)
}

// sums are what a statement adds up, per member.
type sums struct {
	member    id.Member
	purchases money.Yen
	refunds   money.Yen
	store     money.Yen // the part of purchases − refunds that was bought in stores
	credits   money.Yen // open credits; counted only if there is something to take them off
	lates     money.Yen // late charges that paid statements left; asked for only if there is something to ask for
}

// takesCredits tells whether there is something that credits can be taken off (rule B07).
func (s sums) takesCredits() bool { return s.purchases > s.refunds }

// drawUp makes the statement of a month: what is owed, the fee and the due day. It is a function of its arguments alone.
func drawUp(month jst.Month, s sums, way Way, terms term.Terms) (Statement, error) {
	fee, due, err := WayTerms(terms, way, month)
	if err != nil {
		return Statement{}, err
	}
	return fill(Statement{Member: s.member, Month: month, Way: way, Due: due}, s, fee), nil
}

// fill adds up what a statement asks for, with a fee if anything remains to pay.
func fill(st Statement, s sums, fee money.Yen) Statement {
	st.Purchases, st.Refunds, st.Store, st.State = s.purchases, s.refunds, s.store, Paid
	if s.takesCredits() {
		st.Credits = s.credits
	}
	rest := st.Purchases - st.Refunds - st.Credits
	if rest <= 0 { // nothing remains to pay: no fee, and what is over is carried to a later statement (rules B04, B07, D04)
		st.Carried = -rest
		return st
	}
	st.Fee, st.Lates = fee, s.lates
	st.Total = rest + st.Fee + st.Lates
	st.State = Issued
	return st
}

// allocate folds what came in for a statement, in the order in which it was told, into the parts of it that each receipt pays
// (rule B23): the principal first, so that the limit returns and the sum that grows late charges shrinks, then the rest of the
// total, then late charges; what is over stands to the member's credit. What a later statement has taken of a receipt stays
// taken. It answers the statement as the money leaves it, and changes the receipts' parts in place. Receipts that are not
// live, or in suspense, pay nothing.
func allocate(st Statement, receipts []Receipt) Statement {
	st.Received, st.Certain, st.PaidDay = 0, 0, jst.Day{}
	for i := range receipts {
		r := &receipts[i]
		r.Principal, r.Fee, r.Late, r.Surplus = 0, 0, 0, 0
		if !r.State.Live() || r.Use == Suspense {
			continue
		}
		taken := min(r.Amount-r.used, st.capacity()-st.Received)
		r.Surplus = r.Amount - taken
		r.Principal = min(taken, max(st.Principal()-st.Received, 0))
		r.Fee = min(taken, max(st.Total-st.Received, 0)) - r.Principal
		r.Late = taken - r.Principal - r.Fee
		r.Use = Matched
		if taken == 0 {
			r.Use = Surplus
		}
		if st.Received < st.Total && st.Received+taken >= st.Total {
			st.PaidDay = r.PaidDay
		}
		st.Received += taken
		if r.State == Confirmed {
			st.Certain += taken
		}
	}
	return st
}

// standing is the state that money leaves a statement in.
func (s Statement) standing() State {
	switch {
	case s.Certain >= s.Total:
		return Paid
	case s.Received >= s.Total:
		return Confirming
	}
	return Issued
}

// issueDay is the day whose terms a month's statements are drawn up by, whenever that is done: the first of the next.
func issueDay(month jst.Month) jst.Day { return month.Next().First() }

// lastDay is the last day on which tills take a slip made for a statement that is due on a day: the end of the month
// that many months later, and no last day if months is 0. Members who are late pay with the same barcode (rule B09).
func lastDay(due jst.Day, months int) jst.Day {
	if months == 0 {
		return jst.Day{}
	}
	return due.Month().Add(months).Last()
}

const (
	clientLength = 5  // digits of the free field that the agent takes for itself
	numberLength = 16 // the rest: ours
	bucketLength = 4  // digits of a number that name the bucket
)

// numberOf makes a slip's number of its bucket and twelve digits of chance.
func numberOf(bucket int, chance int64) string { return fmt.Sprintf("%04d%012d", bucket, chance) }

// numberIn reads a slip's number and its bucket out of 44 digits. It is false if they are no barcode or none of ours.
func numberIn(digits string) (number string, bucket int, ok bool) {
	code, err := konbini.Parse(digits)
	if err != nil {
		return "", 0, false
	}
	number = code.Free[clientLength : clientLength+numberLength]
	bucket, err = strconv.Atoi(number[:bucketLength])
	return number, bucket, err == nil && bucket < id.Buckets
}

// Line is one notice of the agent's file.
type Line struct {
	Number int // in the file
	Kind   LineKind
	Day    jst.Day // when it was paid
	Time   string  // "HHMM" in Japan
	Digits string  // the 44 digits of the barcode
	Amount money.Yen
	Chain  string // the agent's code of the chain
	Store  string // the chain's code of the store
}

// LineKind is the agent's code of a notice (種別).
type LineKind string

// The kinds that tell of a payment by barcode.
const (
	LinePrompt    LineKind = "01" // 速報
	LineConfirmed LineKind = "02" // 確報
	LineCancelled LineKind = "03" // 速報取消
	LineRealTime  LineKind = "81" // リアルタイム速報: a prompt report from a payment app
)

var newsOf = map[LineKind]News{LinePrompt: Prompt, LineConfirmed: Confirm, LineCancelled: Cancel, LineRealTime: Prompt}

// tillKey names the payment at the till that a line is about. Lines about the same digits, day, minute, store and amount
// are about one payment. A store's code counts without leading zeros, which some senders drop.
func (l Line) tillKey() []byte {
	return id.Hash("receipt", l.Digits, l.Day.String(), l.Time, strings.TrimLeft(l.Store, "0"), l.Amount.String())
}

// key names a line whichever file it comes in (rule B14). A line that comes again with another amount is another line: it
// is looked at, and not swallowed.
func (l Line) key() []byte { return id.Hash("receipt_line", string(l.Kind), string(l.tillKey())) }

// bucket is where a line's rows live: its slip's bucket, whether that slip exists or not.
func (l Line) bucket() int {
	if _, bucket, ok := numberIn(l.Digits); ok {
		return bucket
	}
	return id.BucketOf("receipt", l.Digits)
}

// Reason says why a line or a receipt waits for a person (rule B16).
type Reason string

// The reasons.
const (
	KindUnknown   Reason = "kind_unknown"         // a kind of notice that our slips do not cause
	AmountWrong   Reason = "amount_wrong"         // no amount of yen that can be paid, or no day
	DigitsWrong   Reason = "digits_wrong"         // no 44 digits, or the check digit does not fit
	SlipUnknown   Reason = "slip_unknown"         // no slip of ours has this number
	DigitsDiffer  Reason = "digits_differ"        // the number is a slip's, the other digits are not
	AmountDiffers Reason = "amount_differs"       // another amount than the slip's was paid
	CancelLate    Reason = "cancel_after_confirm" // taken back after it was final (rule B13)
)

// judge says what is wrong with a line, before anything is done about it: reasons for which there is no receipt (broken)
// and reasons for which the money goes to suspense (odd). slip is the one with the line's number, if there is one.
func judge(l Line, slip Slip, found bool) (broken, odd Reason) {
	_, known := newsOf[l.Kind]
	_, err := konbini.Parse(l.Digits)
	switch {
	case !known:
		return KindUnknown, ""
	case l.Amount <= 0 || !l.Amount.InRange() || l.Day.IsZero():
		return AmountWrong, ""
	case err != nil:
		return "", DigitsWrong
	case !found:
		return "", SlipUnknown
	case slip.Digits != l.Digits:
		return "", DigitsDiffer
	case slip.Amount != l.Amount:
		return "", AmountDiffers
	}
	return "", ""
}

// printable keeps what a person will read about a line to plain characters and a sane length.
func printable(s string, length int) string {
	var b strings.Builder
	for _, r := range s {
		if b.Len() >= length {
			break
		}
		if r < ' ' || r > '~' {
			r = '?'
		}
		b.WriteRune(r)
	}
	return b.String()
}
