package journal

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

func aDay(text string) jst.Day {
	d, err := jst.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

var november = bounds{today: aDay("2026-11-27"), first: aDay("2026-08-27"), most: 10_000}

func sound() Draft {
	return Draft{
		Reference: "BANK-2026-11/3", Reason: BankFee, Note: "振込手数料 2026-11-25 分", Day: aDay("2026-11-25"),
		Lines: []Line{{ledger.BankFees, 500}, {ledger.InputTax, 50}, {ledger.Bank, -550}},
	}
}

// slips are the codes of what is wrong, with their fields.
func slips(err error) []string {
	if err == nil {
		return nil
	}
	var out []string
	for _, e := range fault.From(err).All() {
		out = append(out, e.Field+" "+strings.TrimPrefix(e.Kind.Code, "journal_"))
	}
	return out
}

func many(n int) []Line {
	out := []Line{{ledger.Bank, -money.Yen(n - 1)}}
	for range n - 1 {
		out = append(out, Line{ledger.BankFees, 1})
	}
	return out
}

func TestDraft(t *testing.T) { // rule O16
	t.Parallel()
	for _, tc := range []struct {
		name   string
		change func(*Draft)
		want   []string
	}{
		{"sound", func(*Draft) {}, nil},
		{"today", func(d *Draft) { d.Day = november.today }, nil},
		{"the first day", func(d *Draft) { d.Day = november.first }, nil},
		{"ten lines", func(d *Draft) { d.Lines = many(10) }, nil},
		{"the most", func(d *Draft) { d.Lines = []Line{{ledger.HeadOffice, 10_000}, {ledger.Bank, -10_000}} }, nil},
		{"an agent's payout", func(d *Draft) { d.Lines = []Line{{ledger.Bank, 9_000}, {ledger.AgentReceivable, -9_000}} }, nil},

		{"no reference", func(d *Draft) { d.Reference = "" }, []string{"reference reference_wrong"}},
		{"a reference with blanks", func(d *Draft) { d.Reference = "BANK 3" }, []string{"reference reference_wrong"}},
		{"a reference that is a name", func(d *Draft) { d.Reference = "山田" }, []string{"reference reference_wrong"}},
		{"a long reference", func(d *Draft) { d.Reference = strings.Repeat("A", 41) }, []string{"reference reference_wrong"}},
		{"no reason", func(d *Draft) { d.Reason = "" }, []string{"reason reason_unknown"}},
		{"no note", func(d *Draft) { d.Note = "" }, []string{"note note_wrong"}},
		{"two lines of a note", func(d *Draft) { d.Note = "手数料\n11月" }, []string{"note note_wrong"}},
		{"a long note", func(d *Draft) { d.Note = strings.Repeat("あ", 201) }, []string{"note note_wrong"}},
		{"no day", func(d *Draft) { d.Day = jst.Day{} }, []string{"day day_unclear"}},
		{"tomorrow", func(d *Draft) { d.Day = november.today.Add(1) }, []string{"day day_ahead"}},
		{"long ago", func(d *Draft) { d.Day = november.first.Add(-1) }, []string{"day day_old"}},
		{"no line", func(d *Draft) { d.Lines = nil }, []string{"lines lines_wrong"}},
		{"one line", func(d *Draft) { d.Lines = d.Lines[:1] }, []string{"lines lines_wrong"}},
		{"eleven lines", func(d *Draft) { d.Lines = many(11) }, []string{"lines lines_wrong"}},
		{"no amount", func(d *Draft) { d.Lines[1].Amount = 0 }, []string{"amount2 amount_wrong"}},
		{"too much", func(d *Draft) { d.Lines[0].Amount = 10_001 }, []string{"amount1 amount_wrong"}},
		{"too much on the other side", func(d *Draft) { d.Lines[2].Amount = -10_001 }, []string{"amount3 amount_wrong"}},
		{"out of balance", func(d *Draft) { d.Lines[0].Amount = 501 }, []string{"lines not_balanced"}},
		{"one account against itself", func(d *Draft) { d.Lines = []Line{{ledger.Bank, 1}, {ledger.Bank, -1}} }, []string{"account2 both_sides"}},
		{"no such account", func(d *Draft) { d.Lines[1].Account = "petty_cash" }, []string{"account2 account_unknown"}},
		{"no account", func(d *Draft) { d.Lines[1].Account = "" }, []string{"account2 account_unknown"}},
		{"more owed by the agent", func(d *Draft) { d.Lines = []Line{{ledger.AgentReceivable, 1}, {ledger.Bank, -1}} }, []string{"account1 account_of_receipts"}},
		{
			"all that is wrong at once", func(d *Draft) { *d = Draft{Lines: []Line{{ledger.Suspense, 1}, {ledger.Bank, 0}}} },
			[]string{"reference reference_wrong", "reason reason_unknown", "note note_wrong", "day day_unclear", "account1 account_of_receipts", "amount2 amount_wrong"},
		},
	} {
		d := sound()
		tc.change(&d)
		if diff := cmp.Diff(tc.want, slips(d.read().check(november))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// TestNotesNameNobody: what looks like personal data is refused, days and sums are not (rule O16).
func TestNotesNameNobody(t *testing.T) {
	t.Parallel()
	for note, want := range map[string]*fault.Kind{
		"2026-11-25 の手数料 550円":       nil,
		"第3回、30,209円のうち1円":           nil,
		"refund of fee 202611":       nil,
		"hanako@example.jp に連絡":      NotePersonal,
		"電話 090-1234-5678":           NotePersonal,
		"電話 03-1234-5678":            NotePersonal,
		"電話０９０－１２３４－５６７８":            NotePersonal,
		"口座 1234567":                 NotePersonal,
		"口座 １２３４５６７":                 NotePersonal,
		"mem_01h455vb4pex5vsknk0842": NotePersonal,
		"":                           NoteWrong,
		"a\tb":                       NoteWrong,
		"\xff":                       NoteWrong,
	} {
		if err := checkNote(note); want == nil && err != nil || want != nil && !fault.Is(err, want) {
			t.Errorf("%q: %v", note, err)
		}
	}
}

func TestTwoPeople(t *testing.T) { // rule O17
	t.Parallel()
	for _, tc := range []struct {
		by, second string
		want       *fault.Kind
	}{
		{"1024", "2048", nil},
		{"1024", "1024", TwoNeeded},
		{"staff-a", "STAFF-A", TwoNeeded},
		{"", "2048", WhoUnclear},
		{"1024", "山田 太郎", WhoUnclear},
	} {
		if err := checkTwo(tc.by, tc.second); tc.want == nil && err != nil || tc.want != nil && !fault.Is(err, tc.want) {
			t.Errorf("%q and %q: %v", tc.by, tc.second, err)
		}
	}
}

// TestHands is the whole table: each account of the chart, by which side it is touched by hand, and what is said otherwise
// (rule O16).
func TestHands(t *testing.T) {
	t.Parallel()
	var chart []ledger.Account
	var got []string
	for _, h := range Hands() {
		chart = append(chart, h.Account)
		sides := ""
		for _, side := range []money.Yen{1, -1} {
			d := Draft{Lines: []Line{{h.Account, side}}}
			err := d.checkAccount(0)
			switch {
			case err == nil && side > 0:
				sides += " debit"
			case err == nil:
				sides += " credit"
			case !strings.Contains(err.Next("en"), "tsuke ") && !strings.Contains(err.Next("en"), "API"):
				t.Errorf("%s: no verb is named: %s", h.Account, err.Next("en"))
			}
		}
		got = append(got, string(h.Account)+sides)
	}
	if diff := cmp.Diff(ledger.Chart, chart); diff != "" {
		t.Error(diff)
	}
	want := []string{
		"member_receivable", "agent_prompt", "agent_receivable credit", "merchant_payable", "billing_fee", "late_fee", "late_damages", "consumption_tax",
		"suspense", "returns_payable", "bank debit credit", "bad_debt", "recoveries", "bank_fees debit credit", "agent_fees debit credit",
		"input_tax debit credit", "interest debit credit", "withheld_tax debit credit", "differences debit credit", "head_office debit credit",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !slices.Contains(strings.Split(touchable(), ", "), "'bank'") || strings.Contains(byHand(), "'bank'") {
		t.Errorf("%s; %s", touchable(), byHand())
	}
}

func TestGrid(t *testing.T) { // rule O18
	t.Parallel()
	want := `|          | mirror   |
|----------|----------|
| standing | reversed |
| reversed | =        |
`
	if diff := cmp.Diff(want, Life.Grid()); diff != "" {
		t.Error(diff)
	}
}
