// Package world builds what tests need to let days pass: a database whose clock is set by hand, a merchant, members by
// name, orders by reference, a collection agent. It uses the product's own verbs and nothing beside them.
package world

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/clock"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/debit"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/payout"
	"tsuke/internal/term"
	"tsuke/internal/vault"
	"tsuke/internal/zengin"
)

// The times a shop has in this world.
const (
	ConfirmWithin = time.Hour
	CaptureWithin = 30 * 24 * time.Hour
)

// World is one service with one merchant.
type World struct {
	T          testing.TB
	DB         *db.DB
	Clock      *clock.Hand
	Credit     *credit.Credit
	Checkout   *checkout.Checkout
	Billing    *billing.Billing
	Collection *collection.Collection
	Debits     *debit.Debits
	Payouts    *payout.Payouts
	Terms      *term.Book
	Merchant   id.Merchant

	Members  map[string]id.Member
	Ways     map[id.Member]string         // of those who do not pay by e-barcode
	Accounts map[id.Member]zengin.Account // of those who have one
	Same     map[id.Member][]id.Member    // other accounts of the same person
	names    []string
	payments map[string]id.Payment // newest by order reference
	files    int
}

// New makes a world on Monday 1 June 2026, 09:00 in Japan. When the test ends every check of the books must hold.
func New(t testing.TB) *World {
	t.Helper()
	book, err := term.NewBook(slices.Concat(credit.Terms, billing.Terms, collection.Terms, debit.Terms, payout.Terms)...)
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.Open(t)
	w := &World{
		T: t, DB: d, Clock: dbtest.Clock(d), Credit: &credit.Credit{Terms: book}, Checkout: &checkout.Checkout{Terms: book},
		Billing: &billing.Billing{Terms: book}, Terms: book, Merchant: id.New[id.MerchantKind](dbtest.Start, 1),
		Members: map[string]id.Member{}, Ways: map[id.Member]string{}, Accounts: map[id.Member]zengin.Account{}, Same: map[id.Member][]id.Member{}, payments: map[string]id.Payment{},
	}
	secrets := t.TempDir()
	if err := vault.Create(secrets); err != nil {
		t.Fatal(err)
	}
	if w.Billing.Vault, err = vault.Open(secrets); err != nil {
		t.Fatal(err)
	}
	w.Billing.HasAccount = func(_ *db.Tx, m id.Member) (bool, error) { _, has := w.Accounts[m]; return has, nil }
	w.Collection = &collection.Collection{Terms: book, Billing: w.Billing}
	w.Billing.NextPart, w.Billing.Follow = w.Collection.NextPart, w.Collection.Follow
	w.Billing.Excess = w.Collection.Excess
	w.Billing.Ways = func(*db.Tx, []id.Member) (map[id.Member]string, error) { return w.Ways, nil }
	w.Checkout.TakeRefund = w.Billing.TakeRefund
	w.Billing.Return = w.giveBack
	w.Debits = &debit.Debits{
		DB: d, Terms: book, Billing: w.Billing,
		Accounts: func(*db.Tx, []id.Member) (map[id.Member]zengin.Account, error) { return w.Accounts, nil },
		Unusable: func(_ *db.Tx, m id.Member) error { delete(w.Accounts, m); delete(w.Ways, m); return nil },
	}
	w.Payouts = &payout.Payouts{DB: d, Terms: book, Vault: w.Billing.Vault, Account: func(_ *db.Tx, m id.Member) (zengin.Account, bool, error) {
		account, has := w.Accounts[m]
		return account, has, nil
	}}
	w.Billing.Sending = payout.Sending
	t.Cleanup(func() {
		for _, b := range w.Verify() {
			t.Error(b)
		}
	})
	return w
}

// Checks are everything that must always hold.
func Checks() []ledger.Check {
	return slices.Concat(credit.Checks, checkout.Checks, billing.Checks, collection.Checks, payout.Checks)
}

// Verify proves the books and every kept sum.
func (w *World) Verify() []ledger.Break {
	var broken []ledger.Break
	w.Read(func(tx *db.Tx) (err error) {
		broken, err = ledger.Verify(tx, Checks()...)
		return err
	})
	return broken
}

// Read runs fn on a snapshot; an error ends the test.
func (w *World) Read(fn func(*db.Tx) error) {
	w.T.Helper()
	if err := w.DB.Read(context.Background(), fn); err != nil {
		w.T.Fatal(err)
	}
}

// Write runs fn in a transaction and answers its error.
func (w *World) Write(fn func(*db.Tx) error) error { return w.DB.Write(context.Background(), fn) }

// Member makes a member with an account, in a bucket of its own.
func (w *World) Member(name string) error {
	m := id.New[id.MemberKind](w.Clock.Now(), (len(w.Members)*37+5)%id.Buckets)
	w.Members[name] = m
	w.names = append(w.names, name)
	return w.Write(func(tx *db.Tx) error { return w.Credit.Open(tx, m) })
}

// Names are the members in the order in which they came.
func (w *World) Names() []string { return w.names }

// Buy hands in an order as the checkout page does.
func (w *World) Buy(name, ref string, amount money.Yen, capture checkout.Capture) (checkout.Authorization, error) {
	return w.buy(name, ref, amount, capture, false)
}

// BuyByInvoice is Buy for who is no member: the purchase is billed by an invoice of its own.
func (w *World) BuyByInvoice(name, ref string, amount money.Yen, capture checkout.Capture) (checkout.Authorization, error) {
	return w.buy(name, ref, amount, capture, true)
}

func (w *World) buy(name, ref string, amount money.Yen, capture checkout.Capture, invoice bool) (checkout.Authorization, error) {
	var out checkout.Authorization
	err := w.Write(func(tx *db.Tx) error {
		results, err := w.Checkout.Authorize(tx, []checkout.Order{{
			Merchant: w.Merchant, MerchantLive: true, Member: w.Members[name], OrderRef: ref, Amount: amount,
			Channel: credit.Online, Capture: capture, ConfirmWithin: ConfirmWithin, Invoice: invoice, SamePerson: w.Same[w.Members[name]],
			By: checkout.Actor{Side: fault.Member, Name: "member"},
		}})
		if err != nil {
			return err
		}
		if results[0].Refused != nil {
			return results[0].Refused
		}
		out = results[0].Value
		return nil
	})
	if err == nil {
		w.payments[ref] = out.Payment.ID
	}
	return out, err
}

// Act runs one of the shop's verbs on the newest payment of an order.
func (w *World) Act(ref string, verb func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error)) (checkout.Payment, error) {
	pid, ok := w.payments[ref]
	if !ok {
		return checkout.Payment{}, fmt.Errorf("world: no payment of order %s", ref)
	}
	var p checkout.Payment
	err := w.Write(func(tx *db.Tx) (err error) {
		p, err = verb(tx, pid, checkout.Actor{Side: fault.Merchant, Name: "merchant"})
		return err
	})
	return p, err
}

// Expire lets everything whose time is over give itself back, and tells how many there were.
func (w *World) Expire() (int, error) {
	total := 0
	for {
		n := 0
		err := w.Write(func(tx *db.Tx) (err error) {
			n, err = w.Checkout.ExpireDue(tx, 10)
			return err
		})
		if total += n; err != nil || n == 0 {
			return total, err
		}
	}
}

// giveBack is what the service does when an invoice was found not to be its payer's.
func (w *World) giveBack(tx *db.Tx, p id.Payment, amount money.Yen, by string) error {
	_, err := w.Checkout.Refund(tx, w.Merchant, p, amount, "not the payer's", checkout.Actor{Side: fault.Us, Name: by})
	return err
}

// Invoice finds the newest invoice of an order, or of one that has several the nth: "G-1#1" is the first.
func (w *World) Invoice(ref string) (billing.Statement, bool) {
	var found []billing.Statement
	ref, nth, several := strings.Cut(ref, "#")
	w.Read(func(tx *db.Tx) (err error) {
		found, err = billing.InvoicesOf(tx, w.payments[ref])
		return err
	})
	if len(found) == 0 {
		return billing.Statement{}, false
	}
	if n, err := strconv.Atoi(nth); several && err == nil && n <= len(found) {
		return found[n-1], true
	}
	return found[len(found)-1], true
}

// Statement finds a member's bill of a month.
func (w *World) Statement(name string, month jst.Month) (billing.Statement, bool) {
	var found billing.Statement
	ok := false
	w.Read(func(tx *db.Tx) error {
		all, err := billing.Statements(tx, w.Members[name])
		for _, st := range all {
			if st.Month == month {
				found, ok = st, true
			}
		}
		return err
	})
	return found, ok
}

// Slip makes sure that a bill can be paid and answers the barcode: the one on the member's page.
func (w *World) Slip(name string, st billing.Statement) (billing.Slip, error) {
	var slip billing.Slip
	err := w.Write(func(tx *db.Tx) (err error) {
		slip, err = w.Billing.Reissue(tx, w.Members[name], st.ID)
		return err
	})
	return slip, err
}

// WholeSlip is Slip over all that is owed, where the page's asks for a part of it.
func (w *World) WholeSlip(name string, st billing.Statement) (billing.Slip, error) {
	var slip billing.Slip
	err := w.Write(func(tx *db.Tx) (err error) {
		slip, err = w.Billing.ReissueWhole(tx, w.Members[name], st.ID)
		return err
	})
	return slip, err
}

// FirstSlip is the first barcode of a bill, whatever became of it.
func (w *World) FirstSlip(st billing.Statement) (slip billing.Slip) {
	w.T.Helper()
	w.Read(func(tx *db.Tx) error {
		return tx.Row(`-- world.firstSlip
			SELECT digits, amount FROM slip WHERE bucket = $1 AND statement = $2 ORDER BY created, reissue LIMIT 1`, st.ID.Bucket(), st.ID).
			Scan(&slip.Digits, &slip.Amount)
	})
	return slip
}

// Import hands in a file of the agent with these lines.
func (w *World) Import(lines ...billing.Line) (billing.Report, error) {
	w.files++
	hash := id.Hash("file", fmt.Sprint(w.files))
	return w.Billing.ImportFile(context.Background(), w.DB, billing.File{Hash: append(hash, hash...), Agent: "agent", Lines: lines})
}

// Transfer is a deposit with a payer's text that the bank's statement of our account tells of, today and in a file of its own.
func (w *World) Transfer(amount money.Yen, text string) (billing.Outcome, error) {
	w.files++
	line := billing.Transfer{
		Number: 2, Key: id.Hash("transfer", strconv.Itoa(w.files)), Day: jst.DayOf(w.Clock.Now()), Amount: amount, Payer: mask.Name(text),
	}
	account := strconv.Itoa(w.files) // no file lacks what another brought
	report, err := w.Billing.TakeTransfers(context.Background(), w.DB, billing.TransferFile{Hash: line.Key, Account: account, Lines: []billing.Transfer{line}})
	if err != nil {
		return billing.Outcome{}, err
	}
	return report.Outcomes[0], nil
}
