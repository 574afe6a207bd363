package app

import (
	"context"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/gateway/orderfile"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// OrderReport is what became of a merchant's list of orders.
type OrderReport struct {
	Orders   int // in the list
	Findings []OrderFinding
	Returned int  // payments that have no order, given back now
	Pending  int  // payments that have no order, to be given back if the list is applied
	ToCheck  int  // findings that are left to a person
	Applied  bool // false: nothing was changed
}

// OrderFinding is one payment that the list contradicts.
type OrderFinding struct {
	Payment   string
	Reference string
	OrderRef  string
	Amount    money.Yen
	Listed    money.Yen // 0 if the list does not have the order
	Finding   checkout.Finding
	State     string // of the payment afterwards
}

// OrderSpan says whose orders a list holds: of one merchant, of the Japan days from First to Last.
type OrderSpan struct {
	Merchant    id.Merchant
	First, Last jst.Day
}

// ImportOrders holds a merchant's list against its payments and, with apply, returns those that have no order (rule P12).
// It can be run again at any time: what was returned is not found again. Each payment is returned in a transaction of its
// own, so that one that fails keeps no other from being returned before it.
func (a *App) ImportOrders(ctx context.Context, span OrderSpan, orders []orderfile.Order, apply bool) (OrderReport, error) {
	listed := make(map[string]checkout.Listed, len(orders))
	for _, o := range orders {
		listed[o.Ref] = checkout.Listed{Amount: o.Amount, Cancelled: o.Cancelled}
	}
	var found []checkout.Found
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		if _, err := a.Merchants.Load(tx, span.Merchant); err != nil {
			return err
		}
		var err error
		found, err = checkout.CompareOrders(tx, span.Merchant, span.First, span.Last, listed)
		return err
	})
	report := OrderReport{Orders: len(orders), Applied: apply}
	for _, f := range found {
		p := f.Payment
		switch {
		case f.Finding != checkout.Missing:
			report.ToCheck++
		case apply:
			if p, err = a.disown(ctx, p); err != nil {
				return report, err
			}
			report.Returned++
		default:
			report.Pending++
		}
		report.Findings = append(report.Findings, OrderFinding{
			Payment: p.ID.String(), Reference: p.Reference().String(), OrderRef: p.OrderRef, Amount: p.Amount,
			Listed: f.Listed.Amount, Finding: f.Finding, State: string(p.Public()),
		})
	}
	return report, err
}

// disown returns one payment in the merchant's name: the list says so, whoever hands it in.
func (a *App) disown(ctx context.Context, p checkout.Payment) (now checkout.Payment, err error) {
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		now, err = a.Checkout.Disown(tx, p.Merchant, p.ID, checkout.Actor{Side: fault.Merchant, Name: "list of orders"})
		return err
	})
	return now, err
}
