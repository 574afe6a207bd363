package cli

import (
	"fmt"
	"strings"

	"tsuke/internal/app"
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/payout"
)

// waitingMax is how many lines a list has at most.
const waitingMax = 100

type receiptsWaiting struct{ store }

// Run lists what waits, the oldest first.
func (c receiptsWaiting) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			all, err := a.Billing.ListWaiting(tx, waitingMax)
			for _, w := range all {
				why := w.Reason
				if why == "" {
					why = "never_confirmed"
				}
				sent, err := sending(tx, w)
				if err != nil {
					return err
				}
				say(sess.out, "%s %s %s yen %s paid %s %s at %s since %s%s\n", w.Name(), why, w.Amount, orWord(string(w.State), "notice"),
					w.PaidDay, w.PaidTime, strings.TrimSuffix(w.Chain+"/"+w.Store, "/"), jst.In(w.Since).Format("2006-01-02 15:04"), sent)
			}
			return err
		})
	})
}

// sending says where money stands that is to be sent back and has been in a file of transfers (rules B44 to B46).
func sending(tx *db.Tx, w billing.Waiting) (string, error) {
	if w.Reason != billing.ReturnUnpaid && w.Reason != billing.CreditReturn {
		return "", nil
	}
	p, found, err := payout.Where(tx, w.Receipt)
	switch {
	case err != nil || !found:
		return "", err
	case p.State == payout.InFile:
		return fmt.Sprintf(", in file %d for %s", p.File, p.Day), nil
	case p.State == payout.Failed:
		return ", refused: " + string(p.Reason), nil
	}
	return "", nil
}

func orWord(s, word string) string {
	if s == "" {
		return word
	}
	return s
}

type receiptsSuggest struct {
	store
	Receipt id.Receipt `arg:"" help:"rct_… in suspense"`
}

// Run lists bills that are like the money.
func (c receiptsSuggest) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			all, err := a.Billing.Suggest(tx, c.Receipt)
			for _, s := range all {
				say(sess.out, "%s %s of %s %s, %s, %s yen owed, due %s: %s\n", s.Statement, s.Why, billName(s.Month), id.ReferenceOf(s.Statement), s.State,
					s.Owed, s.Due, s.Why.Text().In(language()))
			}
			return err
		})
	})
}

type receiptsMatch struct {
	store
	Receipt   id.Receipt   `arg:"" help:"rct_… in suspense"`
	Statement id.Statement `required:"" placeholder:"stm_…" help:"The bill that it belongs to."`
	By        string       `default:"operator" help:"Number of who decides; no name."`
}

// Run matches money with a bill and tells what it pays.
func (c receiptsMatch) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var r billing.Receipt
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			r, err = a.Billing.MatchReceipt(tx, c.Receipt, c.Statement, c.By)
			return err
		})
		if err == nil {
			say(sess.out, "%s %s: %s yen pay the bill, %s are over\n", r.ID, r.State, r.Amount-r.Surplus, r.Surplus)
		}
		return err
	})
}

type receiptsReturn struct {
	store
	Receipt id.Receipt `arg:"" help:"rct_… in suspense"`
	To      string     `default:"bank" enum:"agent,bank,post" help:"How it is sent: agent (through the collection agent), bank (a transfer) or post (a money order)."`
	By      string     `required:"" help:"Number of who decides; no name."`
	Second  string     `required:"" help:"Number of who agrees: another person."`
}

// Run decides that money is sent back.
func (c receiptsReturn) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var d billing.Decision
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			d, err = a.Billing.ReturnReceipt(tx, c.Receipt, billing.ReturnWay(c.To), c.By, c.Second)
			return err
		})
		if err == nil {
			say(sess.out, "%s is to be sent back by %s; when it was: tsuke receipts returned\n", d.Receipt, d.Way)
		}
		return err
	})
}

type receiptsReturned struct {
	store
	Receipt id.Receipt `arg:"" help:"rct_… that is to be sent back"`
	Day     jst.Day    `required:"" placeholder:"DAY" help:"Day of the transfer: 2026-07-01"`
	By      string     `default:"operator" help:"Number of who says so; no name."`
}

// Run enters that money was sent back.
func (c receiptsReturned) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var d billing.Decision
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			d, err = a.Billing.ReturnPaid(tx, c.Receipt, c.Day, c.By)
			return err
		})
		if err == nil {
			say(sess.out, "%s was sent back on %s\n", d.Receipt, d.PaidDay)
		}
		return err
	})
}

type receiptsClose struct {
	store
	Line []billing.LineRef `arg:"" help:"rcf_…/NUMBER, as tsuke receipts waiting lists it"`
	Note string            `required:"" help:"What was done, in one line of up to 200 characters. No personal data: no name, number or address."`
	By   string            `default:"operator" help:"Number of who dealt with it; no name."`
}

// Run closes notices, each in a transaction of its own.
func (c receiptsClose) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		for _, line := range c.Line {
			err := a.DB.Write(sess.ctx, func(tx *db.Tx) error {
				_, err := a.Billing.CloseLine(tx, line, c.Note, c.By)
				return err
			})
			if err != nil {
				return err
			}
			say(sess.out, "%s closed\n", line)
		}
		return nil
	})
}
