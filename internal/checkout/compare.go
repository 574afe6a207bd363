package checkout

import (
	"cmp"
	"slices"
	"strings"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Listed is an order in the merchant's own list.
type Listed struct {
	Amount    money.Yen
	Cancelled bool
}

// Finding is what the merchant's list says against a payment.
type Finding string

// The findings. Only the first moves money; the others are for a person.
const (
	Missing     Finding = "no_order"     // the list does not have the order
	OtherAmount Finding = "other_amount" // it has it for another amount
	IsCancelled Finding = "cancelled"    // it has it as cancelled, and the payment stands
	AtTheEdge   Finding = "edge"         // it does not have it, but the neighbouring list may
)

// Found is a payment that the merchant's list contradicts.
type Found struct {
	Payment Payment
	Finding Finding
	Listed  Listed // zero if the list does not have the order
}

// CompareOrders holds the live payments of a merchant, made on the Japan days from first to last, against its list of the
// orders of these days, by their numbers (rule P12). It answers those that the list contradicts, in the order of time and
// number. The last day must be over (BadSpan): an order that comes after the list was made would look like one that does
// not exist.
func CompareOrders(tx *db.Tx, merchant id.Merchant, first, last jst.Day, orders map[string]Listed) ([]Found, error) {
	if last.Before(first) {
		return nil, BadSpan.In("from")
	}
	from, until := first.Start(), last.Add(1).Start()
	if tx.Now().Before(until) {
		return nil, BadSpan.In("to")
	}
	var found []Found
	err := selectLive(tx, merchant, id.First[id.PaymentKind](from), id.First[id.PaymentKind](until), func(p Payment) {
		listed, has := orders[p.OrderRef]
		if finding := compare(p, listed, has, from, until); finding != "" {
			found = append(found, Found{Payment: p, Finding: finding, Listed: listed})
		}
	})
	slices.SortStableFunc(found, func(a, b Found) int {
		return cmp.Or(a.Payment.Created.Compare(b.Payment.Created), strings.Compare(a.Payment.OrderRef, b.Payment.OrderRef))
	})
	return found, err
}
