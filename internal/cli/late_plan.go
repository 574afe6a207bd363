package cli

import (
	"tsuke/internal/app"
	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

type latePlan struct {
	Offer latePlanOffer `cmd:"" help:"Enter that a member pays a bill past due in parts. The term collection.plan.enabled must be on."`
	List  latePlanList  `cmd:"" help:"List the plans that stand, with what has come in for each."`
	End   latePlanEnd   `cmd:"" help:"End a plan that stands. Reminders go on at once, fees from tomorrow on."`
}

type latePlanOffer struct {
	store
	Statement id.Statement `arg:"" help:"stm_… past due, as tsuke late list names it"`
	First     jst.Day      `required:"" placeholder:"DAY" help:"Day of the first part: 2026-07-20"`
	Parts     int          `required:"" help:"How many parts."`
	Show      bool         `help:"Only show the days and sums, to read them to the member."`
	By        string       `default:"operator" help:"Number of who enters it; no name."`
}

// Run shows or makes a plan.
func (c latePlanOffer) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		wish := collection.PlanWish{First: c.First, Parts: c.Parts}
		var p collection.Plan
		run, verb := a.DB.Write, func(tx *db.Tx, m id.Member) (collection.Plan, error) {
			return a.Collection.Agree(tx, m, c.Statement, wish, c.By)
		}
		if c.Show {
			run, verb = a.DB.Read, func(tx *db.Tx, m id.Member) (collection.Plan, error) {
				return a.Collection.Offer(tx, m, c.Statement, wish)
			}
		}
		err := run(sess.ctx, func(tx *db.Tx) error {
			member, err := billing.Owner(tx, c.Statement)
			if err == nil {
				p, err = verb(tx, member)
			}
			return err
		})
		if err != nil {
			return err
		}
		for _, part := range p.Parts {
			say(sess.out, "%s %s yen\n", part.Day, part.Amount)
		}
		if !c.Show {
			say(sess.out, "%s is paid in %d parts, %s yen together\n", p.Statement, len(p.Parts), p.Sum)
		}
		return nil
	})
}

type latePlanList struct {
	store
	Limit int `default:"100" help:"How many plans."`
}

// Run lists plans with their next part.
func (c latePlanList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			plans, err := collection.ListPlans(tx, id.Statement{}, c.Limit)
			if err != nil {
				return err
			}
			for _, p := range plans {
				st, err := billing.LoadStatement(tx, p.Member, p.Statement)
				if err != nil {
					return err
				}
				next, rest, _ := p.Next(st.Received)
				say(sess.out, "%s %s %d parts until %s, %s of %s yen paid, next %s yen by %s\n", st.Reference(), p.Statement, len(p.Parts),
					p.Parts[len(p.Parts)-1].Day, p.Paid(st.Received), p.Sum, rest, next.Day)
			}
			return nil
		})
	})
}

type latePlanEnd struct {
	store
	Statement id.Statement `arg:"" help:"stm_… whose plan stands"`
	By        string       `default:"operator" help:"Number of who decides; no name."`
}

// Run ends a plan.
func (c latePlanEnd) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) error {
			member, err := billing.Owner(tx, c.Statement)
			if err == nil {
				_, err = a.Collection.EndPlan(tx, member, c.Statement, c.By)
			}
			return err
		})
		if err == nil {
			say(sess.out, "%s is not paid in parts any more\n", c.Statement)
		}
		return err
	})
}

type lateWriteOff struct {
	Decide  writeOffDecide  `cmd:"" help:"Give up what is owed on a bill past due. Two people decide so."`
	Undo    writeOffUndo    `cmd:"" help:"Take that back: the rest is owed and past due again. Two people decide so."`
	Unblock writeOffUnblock `cmd:"" help:"Let the member of a bill that was given up buy again."`
	List    writeOffList    `cmd:"" help:"List what was given up, the newest first, with who decided so."`
}

type writeOffDecide struct {
	store
	Statement id.Statement `arg:"" help:"stm_… past due, as tsuke late list names it"`
	By        string       `required:"" help:"Number of who decides; no name."`
	Second    string       `required:"" help:"Number of who agrees: another person."`
	Reason    string       `required:"" enum:"bankrupt,deceased,untraceable,time_barred,too_small,other" help:"Why nobody will pay: bankrupt, deceased, untraceable, time_barred, too_small (collecting costs more than it brings) or other."`
}

// Run writes a bill off.
func (c writeOffDecide) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var w billing.WriteOff
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			w, err = a.Billing.WriteOff(tx, c.Statement, c.By, c.Second, billing.WriteOffReason(c.Reason))
			return err
		})
		if err == nil {
			say(sess.out, "%s is written off: %s yen. The account stays blocked: tsuke late writeoff unblock\n", w.Statement, w.Amount)
		}
		return err
	})
}

type writeOffUndo struct {
	store
	Statement id.Statement `arg:"" help:"stm_… that is written off"`
	By        string       `required:"" help:"Number of who decides; no name."`
	Second    string       `required:"" help:"Number of who agrees: another person."`
}

// Run takes a write-off back.
func (c writeOffUndo) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var owed string
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) error {
			w, err := a.Billing.UndoWriteOff(tx, c.Statement, c.By, c.Second)
			if err != nil {
				return err
			}
			st, err := billing.LoadStatement(tx, w.Member, w.Statement)
			owed = st.Owed().String()
			return err
		})
		if err == nil {
			say(sess.out, "%s is not written off any more: %s yen are owed\n", c.Statement, owed)
		}
		return err
	})
}

type writeOffUnblock struct {
	store
	Statement id.Statement `arg:"" help:"stm_… that is written off"`
	By        string       `required:"" help:"Number of who decides; no name."`
}

// Run lifts the block.
func (c writeOffUnblock) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) error { return a.Billing.UnblockWrittenOff(tx, c.Statement, c.By) })
		if err == nil {
			say(sess.out, "the member of %s may buy again as far as this bill is concerned\n", c.Statement)
		}
		return err
	})
}

type writeOffList struct {
	store
	Limit int `default:"100" help:"How many."`
}

// Run lists what was given up.
func (c writeOffList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			all, err := billing.ListWrittenOff(tx, c.Limit)
			if err != nil {
				return err
			}
			for _, w := range all {
				st, err := billing.LoadStatement(tx, w.Member, w.Statement)
				if err != nil {
					return err
				}
				say(sess.out, "%s %s %s yen on %s, %s, by %s and %s; %s yen came in since\n", st.Reference(), w.Statement, w.Amount, jst.DayOf(w.Decided),
					w.Reason, w.By, w.Second, w.Amount-st.Written())
			}
			return nil
		})
	})
}
