package cli

import (
	"encoding/json"
	"errors"
	"os"

	"tsuke/internal/app"
	"tsuke/internal/checkout"
	"tsuke/internal/gateway/orderfile"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

type orders struct {
	Import ordersImport `cmd:"" help:"Hold a merchant's list of its orders against its payments. With --apply a payment without an order is returned; otherwise nothing is changed."`
}

type ordersImport struct {
	store
	File     string      `arg:"" help:"CSV in UTF-8 with the header order_ref,amount or order_ref,amount,state (placed or cancelled)."`
	Merchant id.Merchant `required:"" placeholder:"mer_…" help:"Whose orders they are."`
	From     jst.Day     `required:"" placeholder:"DAY" help:"First day in Japan whose orders the list holds: 2026-07-01"`
	To       jst.Day     `required:"" placeholder:"DAY" help:"Last day in Japan whose orders the list holds. It must be over."`
	Apply    bool        `help:"Return the payments without an order. Without it, only tell what would be done."`
	JSON     bool        `help:"Print JSON."`
}

// errUnreadOrders makes the exit status 1; the lines were told.
var errUnreadOrders = errors.New("some lines of the list could not be read and are told above; nothing was compared, because an order among them would look like one that does not exist")

// Run compares a list and says what it contradicts. A list with a line that cannot be read is not compared at all.
func (c ordersImport) Run(sess *session) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	list, err := orderfile.Read(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	for _, bad := range list.Bad {
		say(sess.err, "%s\n", bad.Text().In(language()))
	}
	if len(list.Bad) > 0 {
		return errUnreadOrders
	}
	return c.open(sess, func(a *app.App) error {
		span := app.OrderSpan{Merchant: c.Merchant, First: c.From, Last: c.To}
		report, err := a.ImportOrders(sess.ctx, span, list.Orders, c.Apply)
		if err != nil && report.Returned == 0 {
			return err
		}
		return errors.Join(err, c.tell(sess, report)) // what was returned before it failed is told
	})
}

var findings = map[checkout.Finding]string{
	checkout.Missing: "no such order", checkout.OtherAmount: "another amount in the list: a person must look",
	checkout.IsCancelled: "cancelled in the list, and the payment stands: a person must look",
	checkout.AtTheEdge:   "not in the list, but so near its ends that the neighbouring list may have it: a person must look",
}

func (c ordersImport) tell(sess *session, report app.OrderReport) error {
	if c.JSON {
		return json.NewEncoder(sess.out).Encode(report)
	}
	for _, f := range report.Findings {
		say(sess.out, "%s %s order %s, %s yen, %s: %s", f.Payment, f.Reference, f.OrderRef, f.Amount, f.State, findings[f.Finding])
		if f.Finding == checkout.OtherAmount {
			say(sess.out, " (%s yen)", f.Listed)
		}
		say(sess.out, "\n")
	}
	say(sess.out, "orders %d, without an order %d, returned %d, to be looked at %d\n",
		report.Orders, report.Pending+report.Returned, report.Returned, report.ToCheck)
	if !report.Applied && report.Pending > 0 {
		say(sess.out, "nothing was changed; --apply returns the %d payments without an order\n", report.Pending)
	}
	return nil
}
