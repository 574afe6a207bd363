package journal

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

// Reason is why money moved that no verb knows of.
type Reason string

// The reasons.
const (
	BankFee         Reason = "bank_fee"         // 銀行の手数料
	Interest        Reason = "interest"         // 預金の利息
	AgentPayout     Reason = "agent_payout"     // 収納会社からの送金
	AgentDifference Reason = "agent_difference" // 収納会社との過不足
	Correction      Reason = "correction"       // 勘定の訂正
	Other           Reason = "other"
)

// Reasons lists the reasons, in the order in which they are offered.
func Reasons() []Reason {
	return []Reason{BankFee, Interest, AgentPayout, AgentDifference, Correction, Other}
}

// Hand says how an account of the chart may be touched by hand: on which sides, and what is told to whoever tries the other.
type Hand struct {
	Account       ledger.Account
	Debit, Credit bool
	Instead       *fault.Kind // which verb moves it; nil for an account that is touched on both sides
}

// hands has a line for each account of the chart. Those that members' bills and receipts, refunds or shops' captures make up are
// nobody's to touch: a check derives them, or an entry beside them would say what those rows do not. The bank is, because much
// that happens to it no verb knows; what an agent owes is on the credit side alone: it is confirmed by the agent's files and
// paid out by the agent as it likes.
var hands = []Hand{
	{Account: ledger.MemberReceivable, Instead: MembersAccount},
	{Account: ledger.AgentPrompt, Instead: ReceiptsAccount},
	{Account: ledger.AgentReceivable, Credit: true, Instead: ReceiptsAccount},
	{Account: ledger.MerchantPayable, Instead: ShopsAccount},
	{Account: ledger.BillingFee, Instead: MembersAccount},
	{Account: ledger.LateFee, Instead: MembersAccount},
	{Account: ledger.LateDamages, Instead: MembersAccount},
	{Account: ledger.ConsumptionTax, Instead: MembersAccount},
	{Account: ledger.Suspense, Instead: ReceiptsAccount},
	{Account: ledger.ReturnsPayable, Instead: ReturnsAccount},
	{Account: ledger.Bank, Debit: true, Credit: true},
	{Account: ledger.BadDebt, Instead: LossAccount},
	{Account: ledger.Recoveries, Instead: LossAccount},
	{Account: ledger.BankFees, Debit: true, Credit: true},
	{Account: ledger.AgentFees, Debit: true, Credit: true},
	{Account: ledger.InputTax, Debit: true, Credit: true},
	{Account: ledger.Interest, Debit: true, Credit: true},
	{Account: ledger.WithheldTax, Debit: true, Credit: true},
	{Account: ledger.Differences, Debit: true, Credit: true},
	{Account: ledger.HeadOffice, Debit: true, Credit: true},
}

// Hands lists how each account of the chart may be touched, in the chart's order (rule O16).
func Hands() []Hand { return slices.Clone(hands) }

// Touchable tells whether an account may be touched by hand on any side.
func (h Hand) Touchable() bool { return h.Debit || h.Credit }

func handOf(a ledger.Account) (Hand, bool) {
	i := slices.IndexFunc(hands, func(h Hand) bool { return h.Account == a })
	if i < 0 {
		return Hand{}, false
	}
	return hands[i], true
}

// The bounds of an entry that no figure changes.
const (
	LinesMin = 2
	LinesMax = 10
	NoteMax  = 200 // characters
)

// bounds are the figures of a day.
type bounds struct {
	today jst.Day
	first jst.Day // that an entry may have as its day of value
	most  money.Yen
}

func (j *Journal) bounds(now time.Time) bounds {
	today, terms := jst.DayOf(now), j.Terms.Current()
	return bounds{today: today, first: today.Add(-BackDays.On(terms, today)), most: LineMax.On(terms, today)}
}

// read gives a draft as it is kept: without blanks around what was typed, and the reference in capitals.
func (d Draft) read() Draft {
	d.Reference, d.Note = readReference(d.Reference), strings.TrimSpace(d.Note)
	return d
}

func readReference(text string) string { return strings.ToUpper(strings.TrimSpace(text)) }

var referenceForm = regexp.MustCompile(`^[A-Z0-9][A-Z0-9._/-]{0,39}$`)

// check says everything that is wrong with a draft, in the order of its fields (rule O16).
func (d Draft) check(b bounds) error {
	var wrong []*fault.Error
	if !referenceForm.MatchString(d.Reference) {
		wrong = append(wrong, ReferenceWrong.In("reference"))
	}
	if !slices.Contains(Reasons(), d.Reason) {
		wrong = append(wrong, ReasonUnknown.In("reason"))
	}
	if err := checkNote(d.Note); err != nil {
		wrong = append(wrong, fault.From(err))
	}
	switch {
	case d.Day.IsZero():
		wrong = append(wrong, DayUnclear.In("day"))
	case d.Day.After(b.today):
		wrong = append(wrong, DayAhead.In("day").With("last", b.today.String()))
	case d.Day.Before(b.first):
		wrong = append(wrong, DayOld.In("day").With("first", b.first.String()))
	}
	if wrong = append(wrong, d.checkLines(b.most)...); len(wrong) > 0 {
		return fault.Join(wrong)
	}
	return nil
}

// checkLines says what is wrong with the lines. A line is named by its number, from 1. Whether they add up is of interest only
// once each is right.
func (d Draft) checkLines(most money.Yen) []*fault.Error {
	if len(d.Lines) < LinesMin || len(d.Lines) > LinesMax {
		return []*fault.Error{LinesWrong.In("lines").With("min", strconv.Itoa(LinesMin)).With("max", strconv.Itoa(LinesMax))}
	}
	var wrong []*fault.Error
	var debits, credits money.Yen
	for i, l := range d.Lines {
		if err := d.checkAccount(i); err != nil {
			wrong = append(wrong, err)
		}
		if l.Amount == 0 || l.Amount > most || l.Amount < -most {
			wrong = append(wrong, AmountWrong.In(fmt.Sprintf("amount%d", i+1)).With("max", figure(most)))
			continue
		}
		debits += max(l.Amount, 0)
		credits += max(-l.Amount, 0)
	}
	if len(wrong) == 0 && debits != credits {
		wrong = append(wrong, NotBalanced.In("lines").With("debits", figure(debits)).With("credits", figure(credits)))
	}
	return wrong
}

// figure writes an amount with commas, for sentences that name the yen themselves.
func figure(y money.Yen) string { return strings.TrimSuffix(y.JA(), "円") }

// checkAccount says what is wrong with the account of a line, if anything.
func (d Draft) checkAccount(i int) *fault.Error {
	l, field := d.Lines[i], fmt.Sprintf("account%d", i+1)
	h, known := handOf(l.Account)
	switch {
	case !known:
		return AccountUnknown.In(field)
	case !h.Touchable(), l.Amount > 0 && !h.Debit, l.Amount < 0 && !h.Credit:
		return h.Instead.In(field).With("account", string(l.Account))
	case slices.ContainsFunc(d.Lines[:i], func(other Line) bool { return other.Account == l.Account && (other.Amount > 0) != (l.Amount > 0) }):
		return BothSides.In(field).With("account", string(l.Account))
	}
	return nil
}

// personal is what looks like an address of mail, a telephone number or the number of an account or a member. It finds what
// people paste by mistake; that a note names nobody is theirs to see to.
var personal = regexp.MustCompile(`@|[0-9]{7,}|\b0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}\b|\bmem_`)

// checkNote wants one line without what looks like personal data.
func checkNote(note string) error {
	ok := note != "" && utf8.ValidString(note) && utf8.RuneCountInString(note) <= NoteMax &&
		!strings.ContainsFunc(note, func(r rune) bool { return r < ' ' || r == 0x7f })
	switch {
	case !ok:
		return NoteWrong.In("note").With("max", strconv.Itoa(NoteMax))
	case personal.MatchString(strings.Map(narrow, note)):
		return NotePersonal.In("note")
	}
	return nil
}

// narrow gives digits and signs of full width as those of ASCII.
func narrow(r rune) rune {
	if r >= '！' && r <= '～' {
		return r - '！' + '!'
	}
	return r
}

// whoForm is a number of staff, or a role: facts keep it for ever, so it is no name.
var whoForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

// checkTwo wants two numbers of staff, of two people (rule O17).
func checkTwo(by, second string) error {
	for _, p := range []struct{ field, who string }{{"by", by}, {"second", second}} {
		if !whoForm.MatchString(p.who) {
			return WhoUnclear.In(p.field)
		}
	}
	if strings.EqualFold(by, second) {
		return TwoNeeded.In("second")
	}
	return nil
}
