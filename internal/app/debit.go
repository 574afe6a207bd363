package app

import (
	"context"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/debit"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/jst"
	"tsuke/internal/zengin"
)

// debits connects direct debit with the accounts of members.
func (a *App) debits() *debit.Debits {
	return &debit.Debits{DB: a.DB, Terms: a.Terms, Billing: a.Billing, Accounts: a.accounts, Unusable: a.unusable}
}

// accounts are the bank accounts of members; who has none is left out.
func (a *App) accounts(tx *db.Tx, members []id.Member) (map[id.Member]zengin.Account, error) {
	out := make(map[id.Member]zengin.Account, len(members))
	for _, m := range members {
		account, found, err := a.Members.FindAccount(tx, m)
		if err != nil {
			return nil, err
		}
		if found {
			out[m] = account
		}
	}
	return out, nil
}

// byBank is who acts when a bank's answer changes how a member pays.
const byBank = "bank"

// unusable lets a member whose account no bank will debit again pay the next bills by e-barcode (rule T06).
func (a *App) unusable(tx *db.Tx, m id.Member) error {
	if err := a.Members.ChooseWay(tx, m, string(billing.EBarcode), byBank); err != nil {
		return err
	}
	return a.Members.RemoveAccount(tx, m)
}

// gatherAt is the time of day at which bills to be debited are gathered.
const gatherAt = 5 * time.Hour

// gatherDebits gathers the run of this month's debit day once its day has come (rule T01), and makes up for a day that was
// missed as long as the debit day is not over. After long downtime it can be over before the first run: nothing is gathered
// for it then, and the runs that follow must not wait until this one is given up.
func (a *App) gatherDebits(ctx context.Context, run job.Run) (func(*db.Tx) error, error) {
	today := jst.DayOf(run.Due)
	if err := a.closeBefore(ctx, today); err != nil {
		return nil, err
	}
	for _, month := range []jst.Month{today.Month().Prev().Prev(), today.Month().Prev()} {
		gather, day, err := a.Debits.DayOf(month)
		if err != nil {
			return nil, err
		}
		over := day.Before(jst.DayOf(a.DB.Now()))
		if today.Before(gather) || !today.Before(day) || over {
			continue
		}
		if _, err := a.Debits.Gather(ctx, day); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
