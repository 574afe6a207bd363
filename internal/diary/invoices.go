package diary

import (
	"errors"
	"fmt"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/jst"
)

// statement finds a member's bill by its month, or an invoice by its order.
func (r *runner) statement(name, word string) (billing.Statement, bool) {
	if month, err := jst.ParseMonth(word); err == nil {
		return r.world.Statement(name, month)
	}
	return r.world.Invoice(word)
}

// invoices issues what waits for its invoice since the day before.
func (r *runner) invoices([]string) ([]string, error) {
	n := 0
	err := r.world.Write(func(tx *db.Tx) (err error) {
		n, err = r.world.Billing.IssueInvoices(tx, jst.DayOf(tx.Now()), 100)
		return err
	})
	return []string{fmt.Sprintf("%d invoices", n)}, err
}

// same NAME OTHER…: the accounts are one person's.
func (r *runner) same(args []string) ([]string, error) {
	for _, name := range args {
		for _, other := range args {
			if other != name {
				r.world.Same[r.world.Members[name]] = append(r.world.Same[r.world.Members[name]], r.world.Members[other])
			}
		}
	}
	return nil, nil
}

// dispute ORDER REASON: whoever got the invoice says that it is not theirs.
func (r *runner) dispute(args []string) ([]string, error) {
	return r.decide(args[0], func(tx *db.Tx, st billing.Statement) (billing.Statement, error) {
		_, err := r.world.Billing.Dispute(tx, st.Member, st.ID, billing.DisputeReason(args[1]))
		return st, err
	})
}

// uphold ORDER merchant|us
func (r *runner) uphold(args []string) ([]string, error) {
	return r.decide(args[0], func(tx *db.Tx, st billing.Statement) (billing.Statement, error) {
		return r.world.Billing.UpholdDispute(tx, st.ID, args[1], "operator")
	})
}

func (r *runner) reject(args []string) ([]string, error) {
	return r.decide(args[0], func(tx *db.Tx, st billing.Statement) (billing.Statement, error) {
		return r.world.Billing.RejectDispute(tx, st.ID, "operator")
	})
}

func (r *runner) decide(order string, verb func(*db.Tx, billing.Statement) (billing.Statement, error)) ([]string, error) {
	st, ok := r.world.Invoice(order)
	if !ok {
		return nil, errors.New("no invoice")
	}
	var told []string
	err := r.world.Write(func(tx *db.Tx) error {
		if _, err := verb(tx, st); err != nil {
			return err
		}
		now, err := billing.FindInvoice(tx, st.ID)
		d, _, findErr := billing.FindDispute(tx, st.ID)
		told = []string{fmt.Sprintf("%s %s%s: %s owed, due %s, %s", d.Reason, d.State, paren(d.Against), now.Owed().JA(), now.Due, stateOf(now))}
		return errors.Join(err, findErr)
	})
	return told, err
}

func paren(s string) string {
	if s == "" {
		return ""
	}
	return " (" + s + ")"
}
