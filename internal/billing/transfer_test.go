package billing_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/keys"
	"tsuke/internal/ledger"
	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/run"
	"tsuke/internal/vault"
)

// branch is our account at a bank on 7 July, and three bills: taro's of 30,209 yen, jiro's of 8,209 in the same bucket and
// hanako's of 5,209 in another one.
type branch struct {
	*house
	taro, jiro, hanako billing.Statement
}

func openBranch(t *testing.T) *branch {
	t.Helper()
	t.Parallel()
	return atBank(t, open(t))
}

func atBank(t *testing.T, h *house) *branch {
	t.Helper()
	dir := t.TempDir()
	if err := vault.Create(dir); err != nil {
		t.Fatal(err)
	}
	var err error
	if h.billing.Vault, err = vault.Open(dir); err != nil {
		t.Fatal(err)
	}
	c := setUpBills(h)
	h.billing.HasAccount = func(*db.Tx, id.Member) (bool, error) { return true, nil }
	h.billing.Named = func(_ *db.Tx, payer mask.Name) ([]id.Member, error) {
		if payer.Reveal() == "ヤマダ ハナコ" {
			return []id.Member{c.hanako.Member}, nil
		}
		return nil, nil
	}
	return c
}

func setUpBills(h *house) *branch {
	h.t.Helper()
	members := []id.Member{h.member(7), h.member(7), h.member(400)}
	for i, yen := range []money.Yen{30_000, 8_000, 5_000} {
		h.buy(members[i], yen)
	}
	h.at("2026-07-01 00:00")
	h.closeIn(members[0], "2026-06")
	h.closeIn(members[2], "2026-06")
	h.at("2026-07-07 12:00")
	return &branch{h, h.statement(members[0], "2026-06"), h.statement(members[1], "2026-06"), h.statement(members[2], "2026-06")}
}

// came is a line of the bank's statement; ordinal counts those that are alike, as a bank's file does.
func (b *branch) came(on string, amount money.Yen, payer string, ordinal int) billing.Transfer {
	return billing.Transfer{
		Number: ordinal + 1, Key: id.Hash("line", on, amount.String(), payer, fmt.Sprint(ordinal)), Day: day(b.t, on), Amount: amount, Payer: mask.Name(payer),
	}
}

func (b *branch) takeAs(hash string, lines ...billing.Transfer) (billing.Report, error) {
	b.t.Helper()
	for i := range lines {
		lines[i].Number = i + 2
	}
	r, err := b.billing.TakeTransfers(context.Background(), b.db, billing.TransferFile{Hash: []byte(hash), Account: "0005-001-1-1234567", Lines: lines})
	b.verify()
	return r, err
}

// takes takes lines in a file of their own, which must be whole.
func (b *branch) takes(lines ...billing.Transfer) billing.Report {
	b.t.Helper()
	r, err := b.takeAs(fmt.Sprintf("statement %d", b.count.Add(1)), lines...)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *branch) receipt(r id.Receipt, st billing.Statement) (found billing.Receipt) {
	b.t.Helper()
	for _, one := range b.detail(st).Receipts {
		if one.ID == r {
			found = one
		}
	}
	return found
}

func full(reference string) string {
	var b strings.Builder
	for _, r := range reference {
		b.WriteRune(r + 0xfee0)
	}
	return b.String()
}

func TestTransferPays(t *testing.T) { // rules B23, B35, B36
	t.Parallel()
	for _, tc := range []struct {
		name   string
		amount money.Yen
		payer  func(reference string) string
		want   billing.Outcome
		owed   money.Yen // on hanako's bill of 5,209 yen afterwards
		over   money.Yen
	}{
		{"the whole bill", 5_209, func(r string) string { return r + " ヤマダ ハナコ" }, billing.Outcome{Result: billing.Applied}, 0, 0},
		{"without the hyphen", 5_209, func(r string) string { return strings.ReplaceAll(r, "-", "") + "ヤマダハナコ" }, billing.Outcome{Result: billing.Applied}, 0, 0},
		{"in full width", 5_209, func(r string) string { return "ヤマダ ハナコ " + full(r) }, billing.Outcome{Result: billing.Applied}, 0, 0},
		{"a part", 1_000, func(r string) string { return r }, billing.Outcome{Result: billing.Applied}, 4_209, 0},
		{"too much", 6_000, func(r string) string { return r }, billing.Outcome{Result: billing.Over}, 0, 791},
		{"without reference", 5_209, func(string) string { return "ヤマダ ハナコ" }, billing.Outcome{Result: billing.Suspended, Reason: billing.ReferenceMissing}, 5_209, 0},
		{"without anything", 5_209, func(string) string { return "" }, billing.Outcome{Result: billing.Suspended, Reason: billing.ReferenceMissing}, 5_209, 0},
		{"one letter wrong", 5_209, func(r string) string { return r[:8] + other(r[8]) }, billing.Outcome{Result: billing.Suspended, Reason: billing.ReferenceMissing}, 5_209, 0},
		{"nobody's reference", 5_209, func(string) string { return id.FreeReference(400).String() }, billing.Outcome{Result: billing.Suspended, Reason: billing.ReferenceUnknown}, 5_209, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := openBranch(t)
			got := b.takes(b.came("2026-07-06", tc.amount, tc.payer(b.hanako.Reference().String()), 1)).Outcomes[0]
			if got.Result != tc.want.Result || got.Reason != tc.want.Reason || (got.Statement == b.hanako.ID) != (tc.want.Reason == "") {
				t.Fatalf("%+v", got)
			}
			st := b.statement(b.hanako.Member, "2026-06")
			if st.Owed() != tc.owed {
				t.Errorf("%d are owed", st.Owed())
			}
			if got := b.balance(ledger.Bank); got != tc.amount {
				t.Errorf("the books have %d at the bank", got)
			}
			if tc.want.Reason != "" {
				if got := b.balance(ledger.Suspense); got != -tc.amount {
					t.Errorf("suspense holds %d", got)
				}
				return
			}
			r := b.receipt(got.Receipt, st)
			if r.State != billing.Confirmed || r.Surplus != tc.over || r.PaidDay != day(t, "2026-07-06") || r.Chain != billing.TransferChain {
				t.Errorf("%+v", r)
			}
			if _, err := b.payer(got.Receipt); code(err) != "payer_not_kept" {
				t.Errorf("who paid is kept of money that is matched: %v", err)
			}
		})
	}
}

// other is a letter of the alphabet that a letter is not.
func other(letter byte) string {
	if letter == 'A' {
		return "B"
	}
	return "A"
}

func TestTransferWithTwoReferences(t *testing.T) { // rules B27, B36
	b := openBranch(t)
	both := b.hanako.Reference().String() + " " + b.taro.Reference().String()
	out := b.takes(b.came("2026-07-07", 35_418, both, 1)).Outcomes[0]
	if out.Result != billing.Suspended || out.Reason != billing.ReferenceSeveral {
		t.Fatalf("%+v", out)
	}
	if got := b.likely(out.Receipt); fmt.Sprint(got) != "[same_reference same_reference]" {
		t.Errorf("%v", got)
	}
}

func (b *branch) likely(r id.Receipt) (why []billing.Likeness) {
	b.t.Helper()
	b.read(func(tx *db.Tx) error {
		all, err := b.billing.Suggest(tx, r)
		for _, s := range all {
			why = append(why, s.Why)
		}
		return err
	})
	return why
}

func (b *branch) payer(r id.Receipt) (p billing.Payer, err error) {
	err = b.try(func(tx *db.Tx) error {
		p, err = b.billing.ShowPayer(tx, r, "7")
		return err
	})
	return p, err
}

func TestTransferSuggestions(t *testing.T) { // rule B27
	t.Parallel()
	for _, tc := range []struct {
		name   string
		amount money.Yen
		payer  func(reference string) string
		want   []billing.Likeness
	}{
		{"one letter wrong", 1, func(r string) string { return other(r[0]) + r[1:] }, []billing.Likeness{billing.CloseReference}},
		{"two swapped", 1, func(r string) string { return swapped(r) }, []billing.Likeness{billing.CloseReference}},
		{"the name", 1, func(string) string { return "ヤマダ ハナコ" }, []billing.Likeness{billing.SamePayer}},
		{"the name and the sum of another's", 8_209, func(string) string { return "ヤマダ ハナコ" }, []billing.Likeness{billing.SamePayer, billing.SameAmount}},
		{"the sum", 5_209, func(string) string { return "サトウ" }, []billing.Likeness{billing.SameAmount}},
		{"nothing", 1, func(string) string { return "サトウ" }, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := openBranch(t)
			out := b.takes(b.came("2026-07-07", tc.amount, tc.payer(b.hanako.Reference().String()), 1)).Outcomes[0]
			if diff := cmp.Diff(tc.want, b.likely(out.Receipt)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// swapped swaps the first two neighbours that differ.
func swapped(r string) string {
	for i := 1; i < 4; i++ {
		if r[i] != r[i-1] {
			return r[:i-1] + string(r[i]) + string(r[i-1]) + r[i+1:]
		}
	}
	return r[:5] + string(r[6]) + string(r[5]) + r[7:]
}

// TestTransfersOverlap: the same file, the same lines in another file, two equal lines, and a file that lacks some.
func TestTransfersOverlap(t *testing.T) { // rules B14, B35
	b := openBranch(t)
	a := b.came("2026-07-05", 100, "ア", 1)
	two := []billing.Transfer{b.came("2026-07-06", 500, "イ", 1), b.came("2026-07-06", 500, "イ", 2)}
	first, err := b.takeAs("one", a, two[0])
	if err != nil || first.Repeated || first.Counts.Suspense != 2 {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := b.takeAs("one", a, two[0])
	if err != nil || !again.Repeated || again.Counts != first.Counts {
		t.Errorf("the same file: %+v, %v", again, err)
	}
	one := billing.TransferFile{Hash: []byte("one"), Account: "0005-001-1-1234567", Lines: []billing.Transfer{a, two[0]}}
	if _, err := b.billing.TakeTransfers(t.Context(), dbtest.WithoutStandby(b.db), one); !fault.Is(err, run.NotDurable) { // rule X12
		t.Errorf("told that it was taken before, although that can be undone: %v", err)
	}
	wider, err := b.takeAs("two", b.came("2026-07-04", 9, "ウ", 1), a, two[0], two[1])
	if err != nil || wider.Counts != (billing.Counts{Repeated: 2, Suspense: 2}) {
		t.Errorf("a file that overlaps: %+v, %v", wider, err)
	}
	if got := b.balance(ledger.Bank); got != 1_109 {
		t.Errorf("the books have %d at the bank", got)
	}
	for name, lines := range map[string][]billing.Transfer{
		"the second of two equal lines is missing": {a, two[0]},
		"a day in the middle is missing":           {b.came("2026-07-04", 9, "ウ", 1), two[0], two[1]},
		"a payer is worded anew":                   {b.came("2026-07-05", 100, "ア タロウ", 1)},
	} {
		report, err := b.takeAs(name, append(lines, b.came("2026-07-07", 7, "エ", 1))...)
		if code(err) != "transfer_lines_lacking" || len(report.Lacking) == 0 || report.Lacking[0].Text().JA == "" || report.Lacking[0].Text().EN == "" {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
	}
	if got := b.balance(ledger.Bank); got != 1_109 {
		t.Errorf("something of a file that was refused was booked: %d", got)
	}
	elsewhere := billing.TransferFile{Hash: []byte("another account"), Account: "other", Lines: []billing.Transfer{b.came("2026-07-05", 3, "オ", 1)}}
	if _, err := b.billing.TakeTransfers(context.Background(), b.db, elsewhere); err != nil {
		t.Errorf("another account's file lacks what is of this one: %v", err)
	}
}

func TestTransferLinesThatCannotBe(t *testing.T) { // rule B35
	b := openBranch(t)
	for name, change := range map[string]func(*billing.Transfer){
		"nothing":      func(l *billing.Transfer) { l.Amount = 0 },
		"out":          func(l *billing.Transfer) { l.Amount = -5 },
		"beyond all":   func(l *billing.Transfer) { l.Amount = money.Max + 1 },
		"tomorrow":     func(l *billing.Transfer) { l.Day = day(t, "2026-07-08") },
		"no day":       func(l *billing.Transfer) { l.Day = l.Day.Add(0); *l = billing.Transfer{Key: l.Key, Amount: 5} },
		"a line twice": func(l *billing.Transfer) { *l = b.came("2026-07-05", 100, "ア", 1) },
	} {
		l := b.came("2026-07-06", 500, "イ", 1)
		change(&l)
		if _, err := b.takeAs(name, b.came("2026-07-05", 100, "ア", 1), l); code(err) != "transfer_line_wrong" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := b.balance(ledger.Bank); got != 0 {
		t.Errorf("%d were booked", got)
	}
}

// TestTransfersGoOn: a file of which a line failed is taken again, and what was done stays as it is.
func TestTransfersGoOn(t *testing.T) { // rule B35
	b := openBranch(t)
	lines := []billing.Transfer{b.came("2026-07-06", 5_209, b.hanako.Reference().String(), 1), b.came("2026-07-06", 500, "イ", 1)}
	keys := b.billing.Vault
	b.billing.Vault = vault.New(broken{})
	if _, err := b.takeAs("cut off", lines...); err == nil {
		t.Fatal("a payer was kept without a key")
	}
	b.expect(b.hanako, billing.Paid, 50_000)
	b.billing.Vault = keys
	report, err := b.takeAs("cut off", lines...)
	if err != nil || report.Repeated || report.Outcomes[0].Result != billing.Applied || report.Outcomes[1].Result != billing.Suspended {
		t.Errorf("%+v, %v", report, err)
	}
}

// broken is a source of keys that does not answer.
type broken struct{ vault.KeySource }

func (broken) Wrap(context.Context, []byte, []byte) ([]byte, error) {
	return nil, errors.New("no keys")
}

// Rule K03: who made a transfer is shown in every phase of a change of keys.
func TestPayerOutlivesAKey(t *testing.T) {
	b := openBranch(t)
	dir := t.TempDir()
	if err := vault.Create(dir); err != nil {
		t.Fatal(err)
	}
	reopen := func() {
		t.Helper()
		var err error
		if b.billing.Vault, err = vault.Open(dir); err != nil {
			t.Fatal(err)
		}
	}
	reopen()
	first := b.takes(b.came("2026-07-06", 99, "マチガイ", 1)).Outcomes[0].Receipt
	for _, phase := range []struct {
		name string
		do   func(string, vault.Part) error
		move int
	}{{"added", vault.Add, 0}, {"promoted", vault.Promote, 1}, {"retired", vault.Retire, 0}} {
		if err := phase.do(dir, vault.Wrapping); err != nil {
			t.Fatal(err)
		}
		reopen()
		for _, when := range []string{"", " and moved"} {
			if p, err := b.payer(first); err != nil || p.Name.Reveal() != "マチガイ" {
				t.Errorf("%s%s: %v", phase.name, when, err)
			}
			if when != "" {
				continue
			}
			k := keys.Keys{DB: b.db, Vault: b.billing.Vault, Places: b.billing.Keyed()}
			if p, err := k.Rekey(t.Context(), "operator", func(keys.Progress) {}); err != nil || p.Moved != phase.move || p.Sealed != 0 {
				t.Errorf("%s: %+v, %v", phase.name, p, err)
			}
		}
	}
}

// TestPayerIsKeptWhileItMatters: shown only with a number of staff, and gone once the money is matched or was sent back.
func TestPayerIsKeptWhileItMatters(t *testing.T) { // rules B24, B26, B37
	b := openBranch(t)
	match := b.takes(b.came("2026-07-06", 5_209, "ヤマダ ハナコ", 1)).Outcomes[0].Receipt
	back := b.takes(b.came("2026-07-07", 99, "マチガイ", 1)).Outcomes[0].Receipt
	p, err := b.payer(match)
	if err != nil || p.Name.Reveal() != "ヤマダ ハナコ" || fmt.Sprint(p) != "{••• •••}" && strings.Contains(fmt.Sprint(p), "ヤマダ") {
		t.Errorf("%v, %v", p, err)
	}
	if diff := cmp.Diff([]string{"receipt.suspended", "receipt.payer_shown"}, b.events(event.Subject(match))); diff != "" {
		t.Error(diff)
	}
	err = b.try(func(tx *db.Tx) error { _, err := b.billing.ShowPayer(tx, match, "山田"); return err })
	if code(err) != "who_unclear" {
		t.Errorf("shown to nobody in particular: %v", err)
	}
	b.write(func(tx *db.Tx) error { _, err := b.billing.MatchReceipt(tx, match, b.hanako.ID, "7"); return err })
	b.verify()
	b.expect(b.hanako, billing.Paid, 50_000)
	for _, way := range []billing.ReturnWay{billing.ReturnByAgent, billing.ReturnByPost} {
		err := b.try(func(tx *db.Tx) error { _, err := b.billing.ReturnReceipt(tx, back, way, "7", "8"); return err })
		if code(err) != "return_by_bank_only" {
			t.Errorf("a transfer goes back by %s: %v", way, err)
		}
	}
	b.write(func(tx *db.Tx) error {
		_, err := b.billing.ReturnReceipt(tx, back, billing.ReturnByBank, "7", "8")
		return err
	})
	if _, err := b.payer(back); err != nil {
		t.Errorf("nobody knows whom to send it back to: %v", err)
	}
	b.verify()
	b.write(func(tx *db.Tx) error { _, err := b.billing.ReturnPaid(tx, back, day(t, "2026-07-07"), "7"); return err })
	for _, r := range []id.Receipt{match, back} {
		if _, err := b.payer(r); code(err) != "payer_not_kept" {
			t.Errorf("still kept: %v", err)
		}
	}
	if got := b.balance(ledger.Bank); got != 5_209 {
		t.Errorf("the books have %d at the bank", got)
	}
}

// TestTransferOverAgentsWords: no chain of an agent's file passes for a bank.
func TestTransferOverAgentsWords(t *testing.T) { // rule B35
	b := openBranch(t)
	l := line(billing.LineConfirmed, b.slip(b.hanako), day(t, "2026-07-07"), "0900")
	l.Chain = billing.TransferChain
	b.tell(l)
	if got := b.balance(ledger.AgentReceivable); got != 5_209 {
		t.Errorf("the agent owes %d", got)
	}
}

func TestTransferChecksFind(t *testing.T) { // rules B35, B37
	t.Parallel()
	const lines, payers, bank = "every line of a bank's statement is one receipt, and every transfer is a line", "who made a transfer is kept exactly while its money waits or has to go back", "what the books say is in our account is the transfers less what was sent back, and what people booked by hand"
	for _, tc := range []struct{ name, damage, check string }{
		{"a line lost", "DELETE FROM transfer_line", lines},
		{"a receipt lost", "DELETE FROM receipt WHERE chain = 'transfer'", lines},
		{"another amount", "UPDATE transfer_line SET amount = amount + 1", lines},
		{"a payer lost", "DELETE FROM transfer_payer", payers},
		{"a payer kept", "UPDATE receipt SET chain = 'debit' WHERE chain = 'transfer'", payers},
		{"money lost", "DELETE FROM line WHERE account = 'bank'", bank},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := atBank(t, openOn(t, dbtest.Open(t))) // not proved at the end: it is broken
			b.takes(b.came("2026-07-06", 99, "マチガイ", 1))
			b.write(func(tx *db.Tx) error { _, err := tx.Exec("-- billing_test.damage\n" + tc.damage); return err })
			for _, broken := range b.broken() {
				if broken.Check == tc.check {
					return
				}
			}
			t.Errorf("%q found nothing", tc.check)
		})
	}
}
