package payout_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/keys"
	"tsuke/internal/ledger"
	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/payout"
	"tsuke/internal/term"
	"tsuke/internal/vault"
	"tsuke/internal/world"
	"tsuke/internal/zengin"
)

// town is a world in which hanako and taro have paid 5,000 yen too much each and want it back, and 777 yen that fit nothing go back by
// the word of two people. It is Monday 6 July 2026, 12:00.
type town struct {
	*world.World
	t      *testing.T
	hanako id.Receipt
	taro   id.Receipt
	nobody id.Receipt
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func day(t testing.TB, s string) jst.Day {
	t.Helper()
	d, err := jst.ParseDay(s)
	must(t, err)
	return d
}

func account(digit string, holder mask.Name) zengin.Account {
	return zengin.Account{
		Bank: "0005", BankName: "ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ", Branch: "001", BranchName: "ﾎﾝﾃﾝ", Type: zengin.Ordinary, Number: zengin.AccountNumber(strings.Repeat(digit, 7)), Holder: holder,
	}
}

func (w *town) set(minute string) {
	at, err := time.ParseInLocation("2006-01-02 15:04", minute, jst.Zone())
	must(w.t, err)
	w.Clock.Set(at)
}

func (w *town) term(name, value, from string) {
	w.t.Helper()
	must(w.t, w.Write(func(tx *db.Tx) error {
		return w.Terms.Set(tx, term.Change{Name: name, From: day(w.t, from), Value: value, By: "operator"})
	}))
}

func open(t *testing.T) *town {
	t.Helper()
	t.Parallel()
	w := &town{World: world.New(t), t: t}
	for name, value := range map[string]string{
		payout.Consignor.Name(): "1234567890", payout.ConsignorName.Name(): "ﾂｹ", payout.BankCode.Name(): "0001", payout.BranchCode.Name(): "001",
		payout.AccountNumber.Name(): "7654321",
	} {
		w.term(name, value, "2026-06-10")
	}
	must(t, w.Terms.Reload(context.Background(), w.DB))
	for i, name := range []string{"hanako", "taro"} {
		must(t, w.Member(name))
		w.Accounts[w.Members[name]] = account(fmt.Sprint(i+1), "ﾔﾏﾀﾞ ﾊﾅｺ")
		_, err := w.Buy(name, "A-"+name, 10_000, checkout.Automatic)
		must(t, err)
		_, err = w.Act("A-"+name, func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error) {
			return w.Checkout.Confirm(tx, w.Merchant, p, world.CaptureWithin, by)
		})
		must(t, err)
	}
	w.set("2026-07-01 00:30")
	june, err := jst.ParseMonth("2026-06")
	must(t, err)
	_, err = w.Billing.CloseAll(context.Background(), w.DB, june, nil)
	must(t, err)
	w.set("2026-07-06 12:00")
	w.hanako, w.taro = w.overpaid("hanako"), w.overpaid("taro")
	out, err := w.Transfer(777, "ダレカ")
	must(t, err)
	w.nobody = out.Receipt
	must(t, w.Write(func(tx *db.Tx) error {
		_, err := w.Billing.ReturnReceipt(tx, w.nobody, billing.ReturnByBank, "7", "12")
		return err
	}))
	return w
}

// overpaid has a member pay 5,000 yen too much by transfer, and want them back.
func (w *town) overpaid(name string) id.Receipt {
	w.t.Helper()
	june, _ := jst.ParseMonth("2026-06")
	st, ok := w.Statement(name, june)
	if !ok {
		w.t.Fatal("no bill")
	}
	out, err := w.Transfer(st.Owed()+5_000, st.Reference().String())
	must(w.t, err)
	must(w.t, w.Write(func(tx *db.Tx) error {
		_, err := w.Billing.ReturnCredit(tx, st.Member, out.Receipt, "member")
		return err
	}))
	return out.Receipt
}

func (w *town) gather() (f payout.File, left []payout.Left, found bool) {
	w.t.Helper()
	must(w.t, w.Write(func(tx *db.Tx) (err error) {
		f, left, found, err = w.Payouts.Gather(tx, "7")
		return err
	}))
	w.proven()
	return f, left, found
}

func (w *town) proven() {
	w.t.Helper()
	for _, b := range w.Verify() {
		w.t.Error(b)
	}
}

// bytes are the bytes of a file.
func (w *town) bytes(number int) []byte {
	w.t.Helper()
	var out bytes.Buffer
	w.Read(func(tx *db.Tx) error {
		out.Reset()
		_, err := w.Payouts.WriteFile(tx, number, &out)
		return err
	})
	return out.Bytes()
}

// written gathers a file, writes it, and reads it as the bank does.
func (w *town) written() (payout.File, zengin.TransferFile) {
	w.t.Helper()
	f, _, found := w.gather()
	if !found {
		w.t.Fatal("nothing to send")
	}
	raw := w.bytes(f.Number)
	sum := sha256.Sum256(raw)
	must(w.t, w.Write(func(tx *db.Tx) error { return w.Payouts.Wrote(tx, f.Number, sum[:]) }))
	read, err := zengin.ReadTransfers(bytes.NewReader(raw), zengin.Format{})
	must(w.t, err)
	return f, read
}

func (w *town) took(number int) error {
	w.t.Helper()
	_, err := w.Payouts.Took(context.Background(), number, "7")
	w.proven()
	return err
}

func (w *town) refuse(lines ...payout.Refusal) (fresh int, err error) {
	w.t.Helper()
	err = w.Write(func(tx *db.Tx) (err error) {
		fresh, err = w.Payouts.Refuse(tx, lines, "7")
		return err
	})
	w.proven()
	return fresh, err
}

func (w *town) name(receipt id.Receipt, a zengin.Account) error {
	return w.Write(func(tx *db.Tx) error { return w.Payouts.NameAccount(tx, receipt, a, "7", "12") })
}

func (w *town) state(receipt id.Receipt) (s payout.Standing) {
	w.t.Helper()
	w.Read(func(tx *db.Tx) (err error) {
		s, _, err = w.Payouts.Find(tx, receipt)
		return err
	})
	return s
}

func (w *town) balance(a ledger.Account) (sum money.Yen) {
	w.t.Helper()
	w.Read(func(tx *db.Tx) (err error) {
		sum, err = ledger.Balance(tx, a, nil)
		return err
	})
	return sum
}

func (w *town) facts(receipt id.Receipt) string {
	w.t.Helper()
	var kinds []string
	w.Read(func(tx *db.Tx) error {
		all, err := event.Timeline(tx, event.Subject(receipt), 100)
		kinds = nil
		for _, f := range all {
			if strings.HasPrefix(f.Kind, "payout.") {
				kinds = append(kinds, strings.TrimPrefix(f.Kind, "payout."))
			}
		}
		return err
	})
	return strings.Join(kinds, " ")
}

func keyOf(f zengin.TransferFile, amount money.Yen, number string) string {
	for _, x := range f.Transfers {
		if x.Amount == amount && x.Account.Number.Reveal() == number {
			return x.Key
		}
	}
	return ""
}

func code(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Kind.Code
	}
	return fmt.Sprint(err)
}

func TestGrid(t *testing.T) { // rules B44, B45, B46
	t.Parallel()
	want := `|         | gather  | take | refuse | again   | release |
|---------|---------|------|--------|---------|---------|
| decided | in_file | ·    | ·      | =       | =       |
| in_file | =       | paid | failed | ·       | decided |
| paid    | ·       | =    | failed | ·       | ·       |
| failed  | ·       | ·    | =      | decided | ·       |
`
	if diff := cmp.Diff(want, payout.Machine.Grid()); diff != "" {
		t.Error(diff)
	}
}

// TestDay: a file of before the cut-off counts as handed in today, if banks are open.
func TestDay(t *testing.T) { // rule B44
	w := open(t)
	for at, want := range map[string]string{
		"2026-07-06 14:59": "2026-07-07", "2026-07-06 15:00": "2026-07-08", // Monday
		"2026-07-03 14:59": "2026-07-06", "2026-07-03 15:00": "2026-07-07", // Friday
		"2026-07-04 10:00": "2026-07-07", "2026-07-05 23:59": "2026-07-07", // over the weekend it is handed in on Monday
		"2026-12-30 10:00": "2027-01-04", "2026-12-31 10:00": "2027-01-05", // banks are closed from the 31st to the 3rd
	} {
		w.set(at)
		if got, err := w.Payouts.Day(w.Clock.Now()); err != nil || got.String() != want {
			t.Errorf("%s: %s, %v; want %s", at, got, err, want)
		}
	}
	w.set("2026-07-06 12:00")
}

// TestOnce follows returns through a file: taken into it once, the same bytes whenever they are written, paid once.
func TestOnce(t *testing.T) { // rules B44, B45
	w := open(t)
	f, left, _ := w.gather()
	if diff := cmp.Diff([]payout.Left{{Receipt: w.nobody, Amount: 777, Why: payout.NoneNamed}}, left); diff != "" {
		t.Error(diff)
	}
	if f.Number != 1 || f.Records != 2 || f.Total != 10_000 || f.Day != day(t, "2026-07-07") || f.State != payout.Gathered {
		t.Errorf("%+v", f)
	}
	before := w.bytes(f.Number)
	w.Accounts[w.Members["hanako"]] = account("9", "ﾔﾏﾀﾞ ﾊﾅｺ") // since it was gathered: the bytes stay
	must(t, w.name(w.nobody, account("3", "ﾀﾞﾚｶ")))
	if again, _, found := w.gather(); !found || again.Number != 1 || !bytes.Equal(before, w.bytes(1)) {
		t.Errorf("another file, or other bytes: %+v", again)
	}
	if err := w.took(1); code(err) != "payout_file_not_written" {
		t.Errorf("took a file that is not written: %v", err)
	}
	sum := sha256.Sum256(before)
	for range 2 {
		must(t, w.Write(func(tx *db.Tx) error { return w.Payouts.Wrote(tx, 1, sum[:]) }))
	}
	if err := w.Write(func(tx *db.Tx) error { return w.Payouts.Wrote(tx, 1, sum[1:]) }); code(err) != "payout_file_differs" {
		t.Errorf("other bytes: %v", err)
	}
	second, read := w.written()
	if second.Number != 2 || second.Records != 1 || len(read.Transfers) != 1 || read.Transfers[0].Amount != 777 || read.Transfers[0].Account != account("3", "ﾀﾞﾚｶ") {
		t.Errorf("%+v, %+v", second, read)
	}
	if _, _, found := w.gather(); found {
		t.Error("a return is in two files")
	}
	err := w.Write(func(tx *db.Tx) error {
		_, err := w.Billing.ReturnPaid(tx, w.hanako, day(t, "2026-07-06"), "7")
		return err
	})
	if code(err) != "return_in_file" {
		t.Errorf("sent by hand what is in a file: %v", err)
	}
	if err := w.took(1); code(err) != "payout_too_early" {
		t.Errorf("took before its day: %v", err)
	}
	if got := w.balance(ledger.ReturnsPayable); got != -10_777 {
		t.Errorf("owed %d while it is on its way", got)
	}
	w.set("2026-07-07 16:00")
	for range 2 {
		must(t, w.took(1))
	}
	if got := w.balance(ledger.ReturnsPayable); got != -777 {
		t.Errorf("owed %d", got)
	}
	if s := w.state(w.hanako); s.State != payout.Paid || s.Day != f.Day || s.Sent != 5_000 || !s.Known || s.Account.MaskedNumber() != "••••111" {
		t.Errorf("%+v", s)
	}
	if got := w.facts(w.hanako); got != "gathered sent" {
		t.Errorf("told: %s", got)
	}
	if err := w.took(9); code(err) != "payout_file_not_found" {
		t.Errorf("no such file: %v", err)
	}
}

// TestRefused: what the bank refuses is owed again where it was owed, and goes into the next file once its cause is gone.
func TestRefused(t *testing.T) { // rule B46
	for _, taken := range []bool{false, true} {
		t.Run(fmt.Sprint("taken ", taken), func(t *testing.T) {
			w := open(t)
			must(t, w.name(w.nobody, account("3", "ﾀﾞﾚｶ")))
			bank := w.balance(ledger.Bank)
			f, read := w.written()
			w.set("2026-07-07 16:00")
			if taken {
				must(t, w.took(f.Number))
			}
			hanako, taro, nobody := keyOf(read, 5_000, "1111111"), keyOf(read, 5_000, "2222222"), keyOf(read, 777, "3333333")
			line := payout.Refusal{Line: 2, Key: hanako, Amount: 5_000, Reason: payout.NoAccount}
			wrong := payout.Refusal{Line: 3, Key: taro, Amount: 4_999, Reason: payout.Closed}
			if _, err := w.refuse(line, wrong); code(err) != "payout_amount_differs" || w.state(w.hanako).State == payout.Failed {
				t.Errorf("half of a list was booked: %v", err)
			}
			for i, want := range []int{2, 0} {
				if n, err := w.refuse(line, payout.Refusal{Line: 3, Key: nobody, Amount: 777, Reason: payout.NameDiffers}); err != nil || n != want {
					t.Errorf("%d: %d new, %v", i, n, err)
				}
			}
			line.Reason = payout.Other
			if _, err := w.refuse(line); code(err) != "payout_refused" {
				t.Errorf("for another reason: %v", err)
			}
			if _, err := w.refuse(payout.Refusal{Line: 2, Key: "0000" + strings.Repeat("1", 16), Amount: 1, Reason: payout.Other}); code(err) != "payout_record_not_found" {
				t.Errorf("nobody's key: %v", err)
			}
			must(t, w.took(f.Number))
			if owed, at := w.balance(ledger.ReturnsPayable), w.balance(ledger.Bank); owed != -5_777 || at != bank-5_000 {
				t.Errorf("owed %d, at the bank %d", owed, at-bank)
			}
			if s := w.state(w.hanako); s.State != payout.Failed || s.Reason != payout.NoAccount {
				t.Errorf("%+v", s)
			}
			if _, _, found := w.gather(); found {
				t.Error("sent to the same account again")
			}
			w.Accounts[w.Members["hanako"]] = account("8", "ﾔﾏﾀﾞ ﾊﾅｺ")
			must(t, w.Write(func(tx *db.Tx) error { return w.Payouts.AccountChanged(tx, w.Members["hanako"]) }))
			must(t, w.name(w.nobody, account("4", "ﾀﾞﾚｶ")))
			second, read := w.written()
			if second.Records != 2 || keyOf(read, 5_000, "8888888") == "" || keyOf(read, 777, "4444444") == "" || keyOf(read, 5_000, "8888888") == hanako {
				t.Errorf("%+v, %+v", second, read.Transfers)
			}
			w.set("2026-07-09 16:00")
			must(t, w.took(second.Number))
			if owed, at := w.balance(ledger.ReturnsPayable), w.balance(ledger.Bank); owed != 0 || at != bank-10_777 {
				t.Errorf("owed %d, at the bank %d", owed, at-bank)
			}
			if got, want := w.facts(w.hanako), "gathered sent failed reopened gathered sent"; taken && got != want || !taken && got != strings.Replace(want, "sent ", "", 1) {
				t.Errorf("told: %s", got)
			}
		})
	}
}

// TestOtherAccountByThen: a member who has changed the account before the refusal came has nothing to do.
func TestOtherAccountByThen(t *testing.T) { // rule B46
	w := open(t)
	_, read := w.written()
	w.Accounts[w.Members["hanako"]] = account("8", "ﾔﾏﾀﾞ ﾊﾅｺ")
	_, err := w.refuse(payout.Refusal{Line: 2, Key: keyOf(read, 5_000, "1111111"), Amount: 5_000, Reason: payout.Closed})
	must(t, err)
	if s := w.state(w.hanako); s.State != payout.Decided {
		t.Errorf("%+v", s)
	}
	if _, _, found := w.gather(); !found {
		t.Error("the next file leaves it out")
	}
}

func TestRetryAndRelease(t *testing.T) { // rule B46
	w := open(t)
	retry := func(r id.Receipt) error {
		return w.Write(func(tx *db.Tx) error { return w.Payouts.Retry(tx, r, "7") })
	}
	release := func(number int, by, second string) error {
		err := w.Write(func(tx *db.Tx) error {
			_, err := w.Payouts.Release(tx, number, by, second)
			return err
		})
		w.proven()
		return err
	}
	if err := retry(w.hanako); code(err) != "payout_not_refused" {
		t.Errorf("again what was never sent: %v", err)
	}
	f, _, _ := w.gather()
	if err := release(f.Number, "7", "12"); code(err) != "payout_file_not_written" {
		t.Errorf("released unwritten: %v", err)
	}
	sum := sha256.Sum256(w.bytes(f.Number))
	must(t, w.Write(func(tx *db.Tx) error { return w.Payouts.Wrote(tx, f.Number, sum[:]) }))
	for second, want := range map[string]string{"7": "same_person", "": "who_unclear"} {
		if err := release(f.Number, "7", second); !strings.Contains(code(err), strings.Split(want, "_")[0]) {
			t.Errorf("by %q: %v", second, err)
		}
	}
	for range 2 {
		must(t, release(f.Number, "7", "12"))
	}
	w.set("2026-07-08 09:00")
	if err := w.took(f.Number); code(err) != "payout_file_over" {
		t.Errorf("took what was withdrawn: %v", err)
	}
	second, read := w.written()
	if second.Records != 2 || second.Number == f.Number {
		t.Errorf("%+v", second)
	}
	_, err := w.refuse(payout.Refusal{Line: 2, Key: keyOf(read, 5_000, "1111111"), Amount: 5_000, Reason: payout.Other})
	must(t, err)
	if err := release(second.Number, "7", "12"); code(err) != "payout_file_over" {
		t.Errorf("withdrew what the bank has looked at: %v", err)
	}
	for range 2 {
		must(t, retry(w.hanako))
	}
	third, read := w.written()
	if third.Records != 1 || keyOf(read, 5_000, "1111111") == "" {
		t.Errorf("%+v", third)
	}
}

// TestByHand: what was sent by hand goes into no file, also after a refusal.
func TestByHand(t *testing.T) { // rules B39, B44
	w := open(t)
	hand := func(r id.Receipt) error {
		return w.Write(func(tx *db.Tx) error {
			_, err := w.Billing.ReturnPaid(tx, r, day(t, "2026-07-06"), "7")
			return err
		})
	}
	must(t, hand(w.hanako))
	_, read := w.written()
	if len(read.Transfers) != 1 {
		t.Fatalf("%+v", read.Transfers)
	}
	_, err := w.refuse(payout.Refusal{Line: 2, Key: read.Transfers[0].Key, Amount: 5_000, Reason: payout.Other})
	must(t, err)
	must(t, hand(w.taro))
	if err := w.Write(func(tx *db.Tx) error { return w.Payouts.Retry(tx, w.taro, "7") }); code(err) != "payout_not_refused" {
		t.Errorf("sent again: %v", err)
	}
	w.Accounts[w.Members["taro"]] = account("8", "ﾔﾏﾀﾞ ﾊﾅｺ")
	must(t, w.Write(func(tx *db.Tx) error { return w.Payouts.AccountChanged(tx, w.Members["taro"]) }))
	if _, _, found := w.gather(); found {
		t.Error("sent twice")
	}
}

func TestFeeAndSettings(t *testing.T) { // rules B44, B45
	w := open(t)
	must(t, w.name(w.nobody, account("3", "ﾀﾞﾚｶ")))
	w.term(payout.Fee.Name(), "777", "2026-07-07") // as much as nobody gets back
	w.term(payout.Consignor.Name(), "", "2026-07-07")
	w.set("2026-07-07 12:00")
	must(t, w.Terms.Reload(context.Background(), w.DB))
	err := w.Write(func(tx *db.Tx) error { _, _, _, err := w.Payouts.Gather(tx, "7"); return err })
	if code(err) != "payout_not_set_up" {
		t.Errorf("%v", err)
	}
	w.term(payout.Consignor.Name(), "1234567890", "2026-07-08")
	w.set("2026-07-08 12:00")
	must(t, w.Terms.Reload(context.Background(), w.DB))
	f, left, _ := w.gather()
	if len(left) != 1 || left[0].Why != payout.TooSmall || f.Total != 10_000 {
		t.Errorf("%+v, %+v", f, left)
	}
	if s := w.state(w.hanako); s.Sent != 5_000 {
		t.Errorf("a member bears the fee: %+v", s)
	}
	w.term(payout.Fee.Name(), "77", "2026-07-09")
	w.set("2026-07-09 12:00")
	must(t, w.Terms.Reload(context.Background(), w.DB))
	sum := sha256.Sum256(w.bytes(f.Number))
	must(t, w.Write(func(tx *db.Tx) error { return w.Payouts.Wrote(tx, f.Number, sum[:]) }))
	bank := w.balance(ledger.Bank)
	f, read := w.written()
	if len(read.Transfers) != 1 || read.Transfers[0].Amount != 700 || f.Total != 777 {
		t.Errorf("%+v, %+v", f, read.Transfers)
	}
	w.set("2026-07-10 16:00")
	must(t, w.took(f.Number))
	if got := w.balance(ledger.Bank); got != bank-777 {
		t.Errorf("%d left our account, the fee included", bank-got)
	}
}

func TestNameAccount(t *testing.T) { // rule B44
	w := open(t)
	a := account("3", "ﾀﾞﾚｶ")
	if err := w.name(w.hanako, a); code(err) != "payout_own_account" {
		t.Errorf("for a member: %v", err)
	}
	for range 2 {
		must(t, w.name(w.nobody, a))
	}
	if got := w.facts(w.nobody); got != "account_named" {
		t.Errorf("told: %s", got)
	}
	w.written()
	if err := w.name(w.nobody, account("4", "ﾀﾞﾚｶ")); code(err) != "payout_not_open" {
		t.Errorf("in a file: %v", err)
	}
	good := payout.AccountInput{Bank: "0005", Branch: "001", Type: "1", Number: "１２３４５６７", Holder: "だれか"}
	if got, err := payout.ReadAccount(good); err != nil || got.Holder != "ﾀﾞﾚｶ" || got.Number != "1234567" || got.BankName == "" {
		t.Errorf("%v, %v", got, err)
	}
	for field, change := range map[string]func(*payout.AccountInput){
		"bank":   func(a *payout.AccountInput) { a.Bank = "0002" },
		"branch": func(a *payout.AccountInput) { a.Branch = "999" },
		"type":   func(a *payout.AccountInput) { a.Type = "3" },
		"number": func(a *payout.AccountInput) { a.Number = "123456" },
		"holder": func(a *payout.AccountInput) { a.Holder = "誰か" },
		"symbol": func(a *payout.AccountInput) { a.Bank, a.Symbol = "9900", "1" },
		"":       func(a *payout.AccountInput) { a.Holder = strings.Repeat("ア", 200) },
	} {
		in := good
		change(&in)
		_, err := payout.ReadAccount(in)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != payout.AccountWrong || f.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// TestKept: accounts are readable as long as they are needed and by whoever has the keys, then erased.
func TestKept(t *testing.T) { // rule B47
	w := open(t)
	must(t, w.name(w.nobody, account("3", "ﾀﾞﾚｶ")))
	f, _ := w.written()
	w.set("2026-07-07 16:00")
	must(t, w.took(f.Number))
	w.set("2026-10-05 09:00")
	must(t, w.Write(w.Payouts.Sweep))
	if !w.state(w.hanako).Known {
		t.Error("erased too early")
	}
	w.set("2026-10-07 09:00")
	must(t, w.Write(w.Payouts.Sweep))
	if w.state(w.hanako).Known || w.state(w.nobody).Known {
		t.Error("kept too long")
	}
	w.proven()
}

// TestAccountsOutliveAKey: accounts are read in every phase of a change of keys, and a file is written with the same bytes after it.
func TestAccountsOutliveAKey(t *testing.T) { // rules B45, K03
	w := open(t)
	dir := t.TempDir()
	must(t, vault.Create(dir))
	reopen := func() {
		t.Helper()
		var err error
		w.Payouts.Vault, err = vault.Open(dir)
		must(t, err)
	}
	reopen()
	must(t, w.name(w.nobody, account("3", "ﾀﾞﾚｶ")))
	f, _ := w.written()
	text := w.bytes(f.Number)
	for _, phase := range []struct {
		name string
		do   func(string, vault.Part) error
		move int
	}{{"added", vault.Add, 0}, {"promoted", vault.Promote, 4}, {"retired", vault.Retire, 0}} { // three records and the account that was named
		must(t, phase.do(dir, vault.Wrapping))
		reopen()
		k := keys.Keys{DB: w.DB, Vault: w.Payouts.Vault, Places: w.Payouts.Keyed()}
		for range 2 {
			if !bytes.Equal(w.bytes(f.Number), text) {
				t.Errorf("%s: the file is another", phase.name)
			}
			p, err := k.Rekey(t.Context(), "operator", func(keys.Progress) {})
			if err != nil || p.Moved != phase.move || p.Sealed != 0 {
				t.Errorf("%s: %+v, %v", phase.name, p, err)
			}
			phase.move = 0
		}
	}
	w.proven()
}

func TestLate(t *testing.T) { // rule B47
	w := open(t)
	late := func() (n int) {
		w.Read(func(tx *db.Tx) error {
			all, err := w.Payouts.Late(tx, 100)
			n = len(all)
			return err
		})
		return n
	}
	w.set("2026-07-11 23:59")
	if n := late(); n != 0 {
		t.Errorf("%d are late on the fifth day", n)
	}
	w.set("2026-07-12 00:00")
	if n := late(); n != 3 {
		t.Errorf("%d are late on the sixth day", n)
	}
	w.set("2026-07-06 13:00")
	_, read := w.written()
	_, err := w.refuse(payout.Refusal{Line: 2, Key: read.Transfers[0].Key, Amount: 5_000, Reason: payout.Other})
	must(t, err)
	if n := late(); n != 1 {
		t.Errorf("%d are late at once after a refusal", n)
	}
}

// TestAtOnce: however many gather, take and send by hand in one instant, each return is sent once.
func TestAtOnce(t *testing.T) { // rules B44, B45
	w := open(t)
	w.set("2026-07-06 12:00")
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			err := w.Write(func(tx *db.Tx) error {
				if i%2 == 0 {
					_, _, _, err := w.Payouts.Gather(tx, "7")
					return err
				}
				_, err := w.Billing.ReturnPaid(tx, w.hanako, day(t, "2026-07-06"), "7")
				return err
			})
			if err != nil && code(err) != "return_in_file" {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.proven()
	f, read := w.written()
	byHand := len(read.Transfers) == 1
	w.set("2026-07-07 16:00")
	for range 4 {
		wg.Go(func() {
			if _, err := w.Payouts.Took(context.Background(), f.Number, "7"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.proven()
	if got := w.balance(ledger.ReturnsPayable); got != -777 {
		t.Errorf("owed %d, by hand %t", got, byHand)
	}
}

func TestReadRefusals(t *testing.T) { // rule B46
	t.Parallel()
	key := strings.Repeat("0", 20)
	got, err := payout.ReadRefusals(strings.NewReader("key,amount,reason\n" + key + ",5000,no_account\n"))
	if diff := cmp.Diff([]payout.Refusal{{Line: 2, Key: key, Amount: 5_000, Reason: payout.NoAccount}}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	for name, text := range map[string]struct{ text, line string }{
		"empty":      {"", "1"},
		"no head":    {key + ",5000,no_account\n", "1"},
		"amount":     {"key,amount,reason\n" + key + ",5e3,no_account\n", "2"},
		"nothing":    {"key,amount,reason\n" + key + ",0,no_account\n", "2"},
		"reason":     {"key,amount,reason\n" + key + ",5000,gone\n", "2"},
		"key":        {"key,amount,reason\n123,5000,closed\n", "2"},
		"bucket":     {"key,amount,reason\n9999" + key[4:] + ",5000,closed\n", "2"},
		"columns":    {"key,amount,reason\n" + key + ",5000\n", "2"},
		"same twice": {"key,amount,reason\n" + key + ",5000,closed\n" + key + ",5000,closed\n", "3"},
	} {
		_, err := payout.ReadRefusals(strings.NewReader(text.text))
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != payout.LineWrong || f.Param("line") != text.line {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzReadRefusals: any bytes are refused with their line, or give lines that can be looked up.
func FuzzReadRefusals(f *testing.F) {
	f.Add([]byte("key,amount,reason\n" + strings.Repeat("0", 20) + ",5000,no_account\n"))
	f.Add([]byte("key,amount,reason\n\"\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		all, err := payout.ReadRefusals(bytes.NewReader(raw))
		if err != nil {
			if !fault.Is(err, payout.LineWrong) {
				t.Fatal(err)
			}
			return
		}
		for _, l := range all {
			if len(l.Key) != 20 || l.Amount < 1 || l.Line < 2 {
				t.Fatalf("%+v", l)
			}
		}
	})
}
