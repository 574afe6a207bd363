// Package app builds the service out of its packages and runs it: it is the only place that knows them all. It holds
// wiring and the clockwork of what recurs, and no rule.
//
// # The story
//
// [Open] opens the database, refuses one that can lose what it acknowledged, brings its schema up to this binary, and
// builds everything above. [App.Serve] listens, relays events, runs due work, and on the way down stops listening first,
// lets requests finish, and then stops the workers.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime"
	"slices"

	"tsuke/internal/api"
	"tsuke/internal/approval"
	"tsuke/internal/billing"
	"tsuke/internal/check"
	"tsuke/internal/checkout"
	"tsuke/internal/clock"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/debit"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/journal"
	"tsuke/internal/jst"
	"tsuke/internal/keys"
	"tsuke/internal/ledger"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/money"
	"tsuke/internal/notice"
	"tsuke/internal/payout"
	"tsuke/internal/run"
	"tsuke/internal/site"
	"tsuke/internal/staff"
	"tsuke/internal/term"
	"tsuke/internal/vault"
)

// App is the service, built and not yet running.
type App struct {
	Config     Config
	Clock      clock.Clock
	DB         *db.DB
	Vault      *vault.Vault
	Terms      *term.Book
	Members    *member.Members
	Merchants  *merchant.Merchants
	Credit     *credit.Credit
	Checkout   *checkout.Checkout
	Billing    *billing.Billing
	Collection *collection.Collection
	Debits     *debit.Debits
	Payouts    *payout.Payouts
	Notices    *notice.Notices
	Relay      *event.Relay
	Staff      *staff.Staff
	Approvals  *approval.Approvals
	Journal    *journal.Journal
	Proof      *check.Proof
	Keys       *keys.Keys
	Log        *slog.Logger

	public *url.URL
	worker *job.Worker
}

// Terms lists every figure of the domain.
func terms() []term.Def {
	return slices.Concat(run.Terms, member.Terms, merchant.Terms, credit.Terms, checkout.Terms, billing.Terms, collection.Terms, debit.Terms, payout.Terms, notice.Terms,
		site.Terms, staff.Terms, approval.Terms,
		journal.Terms, check.Terms)
}

// Kinds lists every fault of the service, for the catalogue in the documents.
func Kinds() []*fault.Kind {
	return slices.Concat([]*fault.Kind{fault.Unclassified}, run.Kinds, member.Kinds, merchant.Kinds, checkout.Kinds,
		billing.Kinds, collection.Kinds, debit.Kinds, payout.Kinds, notice.Kinds, api.Kinds, site.Kinds, staff.Kinds, approval.Kinds,
		journal.Kinds, check.Kinds, keys.Kinds)
}

// Checks are what Verify proves besides the books themselves.
func Checks() []ledger.Check {
	return slices.Concat(credit.Checks, checkout.Checks, billing.Checks, collection.Checks, payout.Checks,
		journal.Checks)
}

// Open builds the service on an existing or new database. Whoever opens it closes it.
func Open(ctx context.Context, c Config, log *slog.Logger) (*App, error) {
	durability, err := c.durability()
	if err != nil {
		return nil, err
	}
	a := &App{Config: c, Log: log, Merchants: &merchant.Merchants{}}
	if a.Clock, err = c.clock(); err != nil {
		return nil, err
	}
	if a.Terms, err = term.NewBook(terms()...); err != nil {
		return nil, err
	}
	if a.Vault, err = vault.Open(c.Secrets); err != nil {
		return nil, c.vaultError(err)
	}
	at, err := failpoint(c.Failpoint)
	if err != nil {
		return nil, err
	}
	a.DB, err = db.Open(ctx, c.DB, db.Options{Clock: a.Clock, Durability: durability, Logger: log, MaxConns: 4 * runtime.NumCPU(), At: at})
	if err != nil {
		return nil, &SettingError{Setting: "--db", Cure: "name a database that answers and keeps what it acknowledges: sqlite:FILE or postgres://USER@HOST/DATABASE", Cause: err}
	}
	if err := a.DB.Migrate(ctx); err != nil {
		return nil, errors.Join(err, a.DB.Close())
	}
	if err := a.Terms.Reload(ctx, a.DB); err != nil {
		return nil, errors.Join(err, a.DB.Close())
	}
	a.build()
	return a, nil
}

// build connects the packages: calls go down, and where an upper floor acts in a lower one's transaction, its function
// is filled in here, by name.
func (a *App) build() {
	a.Credit = &credit.Credit{Terms: a.Terms}
	a.Members = &member.Members{Vault: a.Vault, Terms: a.Terms, Hooks: member.Hooks{
		Registered: a.Credit.Open, LockAccount: credit.LockAccount, Owes: owes,
	}}
	a.Checkout = &checkout.Checkout{Terms: a.Terms, Grant: a.Members.Grant}
	a.Billing = &billing.Billing{
		Terms: a.Terms, Ways: a.Members.OtherWays, Vault: a.Vault, Named: a.Members.Named, HasAccount: a.Members.HasAccount,
	}
	a.Checkout.TakeRefund, a.Billing.Return = a.Billing.TakeRefund, a.returnPurchase
	a.Collection = &collection.Collection{Terms: a.Terms, Billing: a.Billing}
	a.Billing.NextPart, a.Billing.Follow = a.Collection.NextPart, a.Collection.Follow
	a.Billing.Excess = a.Collection.Excess
	a.Debits = a.debits()
	a.Payouts = &payout.Payouts{DB: a.DB, Terms: a.Terms, Vault: a.Vault, Account: a.Members.FindAccount, Guests: payout.Guests{
		IsGuest: a.Members.IsGuest, Register: a.Members.RegisterAccount, Return: a.Billing.ReturnCredit, Proven: a.Members.ProvenPayer,
	}}
	a.Billing.Sending, a.Members.Hooks.AccountChanged = payout.Sending, a.Payouts.AccountChanged
	a.Notices = &notice.Notices{
		DB: a.DB, Members: a.Members, Merchants: a.Merchants, Billing: a.Billing, Terms: a.Terms, Late: a.late,
		PublicURL: a.Config.PublicURL, BrandJA: a.Config.Brand, BrandEN: a.Config.Brand, Contact: a.Config.Contact.Mail,
	}
	a.Relay = event.NewRelay(a.DB, a.Log, nil)
	a.Staff = &staff.Staff{Vault: a.Vault, Terms: a.Terms}
	a.Journal = &journal.Journal{Terms: a.Terms}
	a.Approvals = &approval.Approvals{DB: a.DB, Terms: a.Terms, Verbs: approval.Verbs{
		ReturnReceipt: a.returnReceipt, WriteOff: a.writeOff, WaiveCharges: a.waiveCharges,
		PostJournal: a.postJournal, ReverseJournal: a.reverseJournal, NamePayee: a.namePayee, ReturnGuest: a.returnGuest,
	}}
	a.Proof = &check.Proof{DB: a.DB, Checks: ledger.All(Checks()...), Version: buildName(), Log: a.Log}
	a.Keys = &keys.Keys{
		DB: a.DB, Vault: a.Vault, Dir: a.Config.Secrets,
		Places: slices.Concat(a.Members.Keyed(), a.Billing.Keyed(), a.Staff.Keyed(), a.Payouts.Keyed()),
	}
}

// returnPurchase gives back a purchase whose invoice was found not to be its payer's (rule I10).
func (a *App) returnPurchase(tx *db.Tx, p id.Payment, amount money.Yen, by string) error {
	found, ok, err := checkout.Find(tx, p)
	if err != nil || !ok {
		return errors.Join(err, fmt.Errorf("app: payment %s found: %t", p, ok))
	}
	_, err = a.Checkout.Refund(tx, found.Merchant, p, amount, "invoice not the payer's", checkout.Actor{Side: fault.Us, Name: by})
	return err
}

// late tells the notices what the pages tell of being late.
func (a *App) late(day jst.Day) notice.LateTerms {
	terms := a.Terms.Current()
	return notice.LateTerms{
		Fee: collection.LateFee.On(terms, day), First: collection.LateFirstDay.On(terms, day), Second: collection.LateSecondDay.On(terms, day),
		Rate: collection.DamagesRate.On(terms, day),
	}
}

// owes tells whether any of these members has a bill past due, or one that was given up.
func owes(tx *db.Tx, members []id.Member) (bool, error) {
	for _, m := range members {
		account, err := credit.Load(tx, m)
		if err != nil {
			return false, err
		}
		if account.Blocks&(credit.PastDue|credit.WrittenOff) != 0 {
			return true, nil
		}
	}
	return false, nil
}

// Close gives the database back.
func (a *App) Close() error { return a.DB.Close() }

// Verify proves the books and every kept sum on one snapshot.
func (a *App) Verify(ctx context.Context) ([]ledger.Break, error) {
	var broken []ledger.Break
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		broken, err = ledger.Verify(tx, Checks()...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	return broken, nil
}
