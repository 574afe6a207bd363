package cli

import (
	"tsuke/internal/app"
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

type invoices struct {
	Issue    invoicesIssue    `cmd:"" help:"Issue by hand the invoices of what was captured before today without membership. One that is issued stays as it is."`
	Disputes invoicesDisputes `cmd:"" help:"List invoices of which somebody says that they are not theirs, the longest waiting first."`
	Uphold   invoicesUphold   `cmd:"" help:"Decide that an invoice is not its payer's: it is given back against the merchant, or written off by us."`
	Return   invoicesReturn   `cmd:"" help:"Send what an invoice did not need back to the account that its payer has told, who has no membership: JSON on the standard input with bank, branch, type, number and holder. Two people say so."`
	Reject   invoicesReject   `cmd:"" help:"Decide that an invoice is its payer's: collection goes on from today."`
}

// issuedAtOnce is how many invoices are issued in one transaction.
const issuedAtOnce = 200

type invoicesIssue struct{ store }

// Run issues invoices until none waits.
func (c invoicesIssue) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		total := 0
		for n := 1; n > 0; total += n {
			err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
				n, err = a.Billing.IssueInvoices(tx, jst.DayOf(tx.Now()), issuedAtOnce)
				return err
			})
			if err != nil {
				return err
			}
		}
		say(sess.out, "%d invoices\n", total)
		return nil
	})
}

type invoicesDisputes struct{ store }

// Run lists what waits for a person.
func (c invoicesDisputes) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			all, err := billing.ListDisputes(tx, waitingMax)
			if err != nil {
				return err
			}
			for _, d := range all {
				st, of, err := billing.LoadInvoice(tx, d.Member, d.Statement)
				if err != nil {
					return err
				}
				say(sess.out, "%s %s %s, order %s of %s, %d yen owed, due %s, since %s\n", d.Statement, id.ReferenceOf(d.Statement), d.Reason,
					of.OrderRef, of.Merchant, st.Owed(), st.Due, jst.In(d.Opened).Format("2006-01-02 15:04"))
			}
			return nil
		})
	})
}

type invoicesUphold struct {
	store
	Statement id.Statement `arg:"" help:"stm_… of the invoice"`
	Against   string       `required:"" enum:"merchant,us" help:"Who bears the loss: merchant (the purchase is refunded) or us (it is written off)."`
	By        string       `default:"operator" help:"Number of who decides; no name."`
}

// Run takes an invoice back. The same again tells what stands.
func (c invoicesUphold) Run(sess *session) error {
	return decideInvoice(c.store, sess, func(a *app.App, tx *db.Tx) (billing.Statement, error) {
		return a.Billing.UpholdDispute(tx, c.Statement, c.Against, c.By)
	})
}

type invoicesReturn struct {
	store
	Statement id.Statement `arg:"" help:"stm_… of the invoice"`
	By        string       `required:"" help:"Number of who enters it; no name."`
	Second    string       `required:"" help:"Number of who has checked it."`
}

// Run has the money of a guest go the way of every return.
func (c invoicesReturn) Run(sess *session) error {
	account, err := readAccount()
	if err != nil {
		return err
	}
	return c.open(sess, func(a *app.App) error {
		var over []billing.Overpaid
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			over, err = a.Payouts.ReturnToGuest(tx, c.Statement, account, c.By, c.Second)
			return err
		})
		for _, o := range over {
			say(sess.out, "%s: %s yen, %s\n", o.Receipt, o.Amount, o.Fate)
		}
		return err
	})
}

type invoicesReject struct {
	store
	Statement id.Statement `arg:"" help:"stm_… of the invoice"`
	By        string       `default:"operator" help:"Number of who decides; no name."`
}

// Run lets collection go on. The same again tells what stands.
func (c invoicesReject) Run(sess *session) error {
	return decideInvoice(c.store, sess, func(a *app.App, tx *db.Tx) (billing.Statement, error) {
		return a.Billing.RejectDispute(tx, c.Statement, c.By)
	})
}

func decideInvoice(s store, sess *session, decide func(*app.App, *db.Tx) (billing.Statement, error)) error {
	return s.open(sess, func(a *app.App) error {
		var st billing.Statement
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			st, err = decide(a, tx)
			return err
		})
		if err == nil {
			say(sess.out, "%s %s, %d yen owed, due %s\n", st.Reference(), st.State, st.Owed(), st.Due)
		}
		return err
	})
}
