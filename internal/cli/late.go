package cli

import (
	"tsuke/internal/app"
	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/jst"
)

type late struct {
	List    lateList    `cmd:"" help:"List bills past due, the longest first, with what is owed and what was promised."`
	Outage  lateOutage  `cmd:"" help:"Enter days on which we kept people from paying. Nobody is charged for them or on the day after."`
	Outages lateOutages `cmd:"" help:"List these days."`

	Stop   lateStop   `cmd:"" help:"Stop dunning of a member, or of everybody. Fees and damages go on."`
	Resume lateResume `cmd:"" help:"Let it go on."`
	Stops  lateStops  `cmd:"" help:"List of whom dunning is stopped, and why."`

	Plan     latePlan     `cmd:"" help:"Bills past due that are paid in parts."`
	WriteOff lateWriteOff `cmd:"" name:"writeoff" help:"Bills that are given up. Two people decide so."`
}

type lateList struct {
	store
	Limit int `default:"100" help:"How many bills."`
}

// Run lists bills past due. They are named by their reference number; whose they are is told by the pages of the member.
func (c lateList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			today := jst.DayOf(tx.Now())
			found, err := billing.ListLate(tx, today, billing.Statement{}, c.Limit)
			if err != nil {
				return err
			}
			for _, st := range found {
				promise, promised, err := collection.FindPromise(tx, st.Member)
				if err != nil {
					return err
				}
				word := "-"
				if promised {
					word = promise.Day.String()
				}
				hold, held, err := collection.Held(tx, st.Member)
				if err != nil {
					return err
				}
				if held {
					word += ", dunning stopped: " + string(hold.Reason)
				}
				say(sess.out, "%s %s %s %d days late, %d yen owed, promised %s\n", st.Reference(), st.ID, billName(st.Month), today.Sub(st.Due), st.Owed(), word)
			}
			return nil
		})
	})
}

// billName is the month of a bill; one of no month is the invoice of one purchase.
func billName(month jst.Month) string { return orWord(month.String(), "invoice") }

type lateOutage struct {
	store
	From   jst.Day `required:"" placeholder:"DAY" help:"First day in Japan on which people could not pay: 2026-08-08"`
	To     jst.Day `required:"" placeholder:"DAY" help:"Last such day."`
	Reason string  `required:"" help:"What happened, for whoever asks. No names."`
}

// Run enters an outage. Entering one with the same first day again replaces it.
func (c lateOutage) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Write(sess.ctx, func(tx *db.Tx) error {
			return collection.AddOutage(tx, collection.Outage{Span: collection.Span{From: c.From, To: c.To}, Reason: c.Reason, By: operator})
		})
	})
}

type lateOutages struct{ store }

// Run lists the outages, the latest first.
func (c lateOutages) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			all, err := collection.Outages(tx)
			for _, o := range all {
				say(sess.out, "%s to %s, entered %s: %s\n", o.From, o.To, jst.In(o.At).Format("2006-01-02 15:04"), o.Reason)
			}
			return err
		})
	})
}
