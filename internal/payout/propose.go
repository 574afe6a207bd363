package payout

import (
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/keys"
	"tsuke/internal/zengin"
)

// On the console one person enters an account and another one looks at it and approves (rule B49). What was entered waits, sealed, under a
// key that the request names: the request itself holds nothing of an account.

// Payee is for what an account is proposed: money in suspense by its receipt, or what a guest's invoice did not need. One of them is zero.
type Payee struct {
	Receipt id.Receipt
	Invoice id.Statement
}

func (p Payee) bucket() int {
	if p.Receipt.IsZero() {
		return p.Invoice.Bucket()
	}
	return p.Receipt.Bucket()
}

func (p Payee) String() string {
	if p.Receipt.IsZero() {
		return p.Invoice.String()
	}
	return p.Receipt.String()
}

func (p Payee) subject() event.Subject {
	if p.Receipt.IsZero() {
		return event.Subject(p.Invoice)
	}
	return event.Subject(p.Receipt)
}

// proposal is an account that waits.
type proposal struct {
	key     string
	dataKey []byte
	account []byte
	seenBy  string
	seen    time.Time
}

// Propose keeps an account until it is approved, and answers its key. The same account again has the same key; another one takes its
// place. The fault is WhoUnclear.
func (p *Payouts) Propose(tx *db.Tx, to Payee, account zengin.Account, by string) (string, error) {
	if err := billing.CheckOne(by); err != nil {
		return "", err
	}
	was, found, err := lockProposal(tx, to)
	if err != nil {
		return "", err
	}
	if found {
		before, known, err := p.unseal(tx, was.key, was.dataKey, was.account)
		if err != nil || known && sameAccount(before, account) {
			return was.key, err
		}
	}
	next := proposal{key: numberFor(tx, to.bucket())}
	if next.dataKey, next.account, err = p.seal(tx, next.key, account); err != nil {
		return "", err
	}
	return next.key, upsertProposal(tx, to, next)
}

// proposed opens what was proposed under a key. The fault is ProposalGone if another account took its place, or its time is over.
func (p *Payouts) proposed(tx *db.Tx, to Payee, key string) (zengin.Account, proposal, error) {
	row, found, err := lockProposal(tx, to)
	if err != nil {
		return zengin.Account{}, row, err
	}
	if !found || row.key != key {
		return zengin.Account{}, row, ProposalGone.New().About(to.String())
	}
	account, known, err := p.unseal(tx, row.key, row.dataKey, row.account)
	if err == nil && !known {
		err = ProposalGone.New().About(to.String())
	}
	return account, row, err
}

// NameProposed is NameAccount with what one person has proposed and a second one approves. A fault of its own is ProposalGone.
func (p *Payouts) NameProposed(tx *db.Tx, receipt id.Receipt, key, by, second string) error {
	to := Payee{Receipt: receipt}
	account, _, err := p.proposed(tx, to, key)
	if err != nil {
		return err
	}
	if err := p.NameAccount(tx, receipt, account, by, second); err != nil {
		return err
	}
	return deleteProposal(tx, to)
}

// ReturnProposed is ReturnToGuest with what one person has proposed and a second one approves. A fault of its own is ProposalGone.
func (p *Payouts) ReturnProposed(tx *db.Tx, invoice id.Statement, key, by, second string) ([]billing.Overpaid, error) {
	to := Payee{Invoice: invoice}
	account, _, err := p.proposed(tx, to, key)
	if err != nil {
		return nil, err
	}
	back, err := p.ReturnToGuest(tx, invoice, account, by, second)
	if err != nil {
		return nil, err
	}
	return back, deleteProposal(tx, to)
}

// LookAt keeps that a person looks at a proposed account, before [Payouts.Seen] shows it. The faults are ProposalGone and WhoUnclear.
func (p *Payouts) LookAt(tx *db.Tx, to Payee, key, by string) error {
	if err := billing.CheckOne(by); err != nil {
		return err
	}
	if _, _, err := p.proposed(tx, to, key); err != nil {
		return err
	}
	if err := updateProposalSeen(tx, to, by); err != nil {
		return err
	}
	return event.Append(tx, event.Fact{Kind: "payout.account_shown", Subject: to.subject(), Side: fault.Us, Actor: by, Data: map[string]any{"key": key}})
}

// Seen answers a proposed account to the person who looked at it last, for some time after. It is false for everybody else, and later.
func (p *Payouts) Seen(tx *db.Tx, to Payee, key, by string, within time.Duration) (zengin.Account, time.Time, bool, error) {
	row, found, err := findProposal(tx, to)
	if err != nil || !found || row.key != key || row.seenBy != by || tx.Now().Sub(row.seen) >= within {
		return zengin.Account{}, time.Time{}, false, err
	}
	account, known, err := p.unseal(tx, row.key, row.dataKey, row.account)
	return account, row.seen.Add(within), known, err
}

// proposedFor is how long what nobody approved is kept: longer than a request can wait.
const proposedFor = 8 * 24 * time.Hour

func (p *Payouts) moveProposalKey(tx *db.Tx, r keys.Row) (bool, error) {
	key := string(r.Name)
	dataKey, found, err := lockProposalKey(tx, r.Bucket, key)
	if err != nil || !found {
		return false, err
	}
	wrapped, moved, err := p.Vault.Rewrap(tx.Context(), key, dataKey)
	if err != nil || !moved {
		return false, err
	}
	return true, updateProposalKey(tx, r.Bucket, key, wrapped)
}
