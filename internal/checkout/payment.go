package checkout

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/lifecycle"
	"tsuke/internal/money"
)

// lockPayment locks the payment's member's account, its order and the payment itself, and answers the payment as it is
// now. Another merchant's payment is absent.
func lockPayment(tx *db.Tx, merchant id.Merchant, pid id.Payment) (Payment, error) {
	p, err := FindOfMerchant(tx, merchant, pid)
	if err != nil {
		return Payment{}, err
	}
	if _, err := credit.Lock(tx, p.Member); err != nil {
		return Payment{}, err
	}
	if _, err := selectOrders(tx, []orderKey{keyOf(p.Merchant, p.OrderRef)}, true); err != nil {
		return Payment{}, err
	}
	locked, err := selectPayments(tx, []id.Payment{pid}, true)
	if err != nil || len(locked) != 1 {
		return Payment{}, fmt.Errorf("checkout: payment %s vanished: %w", pid, err)
	}
	return locked[0], nil
}

// step asks the table. The same event again in its target state is Already: the caller answers with the payment.
func step(p *Payment, on Event) (lifecycle.Verdict, error) {
	to, verdict := Machine.Next(p.State, on)
	if verdict == lifecycle.Refused {
		return verdict, WrongState.New().With("state", string(p.Public())).With("event", string(on)).About(p.ID.String())
	}
	p.State = to
	return verdict, nil
}

// Confirm records that the shop has the order. An automatic capture follows in the same transaction, dated on the day of
// purchase (rule B02). Confirming a confirmed or captured payment again answers the payment. After the time to confirm
// it is refused: the authorization was given back.
func (c *Checkout) Confirm(tx *db.Tx, merchant id.Merchant, pid id.Payment, captureWithin time.Duration, by Actor) (Payment, error) {
	p, err := lockPayment(tx, merchant, pid)
	if err != nil {
		return Payment{}, err
	}
	if p.State == Captured || p.State == Refunded {
		return p, nil
	}
	verdict, err := step(&p, Confirm)
	if err != nil || verdict == lifecycle.Already {
		return p, err
	}
	p.Due = tx.Now().Add(captureWithin)
	p.Changed = tx.Now()
	if err := event.Append(tx, fact(p, "payment.confirmed", by, map[string]any{"amount": p.Amount})); err != nil {
		return Payment{}, err
	}
	if p.Capture == Automatic {
		return c.capture(tx, p, p.Amount, true, p.Day(), by)
	}
	return p, updatePayment(tx, p)
}

// Capture makes amount billable; 0 means all that is open. final releases the rest; otherwise it stays held for further
// captures. The first capture of a payment that was not confirmed confirms it: within is then the time for the rest.
func (c *Checkout) Capture(tx *db.Tx, merchant id.Merchant, pid id.Payment, amount money.Yen, final bool, within time.Duration, by Actor) (Payment, error) {
	p, err := lockPayment(tx, merchant, pid)
	if err != nil {
		return Payment{}, err
	}
	if p.State == Authorized {
		p.Due = tx.Now().Add(within)
	}
	return c.capture(tx, p, amount, final, jst.DayOf(tx.Now()), by)
}

func (c *Checkout) capture(tx *db.Tx, p Payment, amount money.Yen, final bool, day jst.Day, by Actor) (Payment, error) {
	on, amount, released, refused := captureOf(p, amount, final)
	if refused != nil {
		return Payment{}, refused.About(p.ID.String())
	}
	if p.State == Captured { // a capture that is done is not done again; its own key replays it
		return Payment{}, WrongState.New().With("state", string(p.Public())).With("event", string(on)).About(p.ID.String())
	}
	if _, err := step(&p, on); err != nil {
		return Payment{}, err
	}
	month, err := billMonthOf(tx, p, day)
	if err != nil {
		return Payment{}, err
	}
	rec := CaptureRecord{
		ID: id.In[id.CaptureKind](tx, p.ID.Bucket()), Payment: p.ID, Amount: amount, Day: day,
		BillMonth: month, Created: tx.Now(),
	}
	p.Captured += amount
	p.Released += released
	p.Changed = tx.Now()
	if err := insertCapture(tx, p, rec); err != nil {
		return Payment{}, err
	}
	if err := credit.Apply(tx, credit.Moved(p.Member, p.Channel, -(amount+released), amount)); err != nil {
		return Payment{}, err
	}
	err = ledger.Post(tx, ledger.Entry{
		Bucket: p.ID.Bucket(), Reason: ledger.Captured, Ref: rec.ID[:], Day: rec.Day,
		Lines: []ledger.Line{
			ledger.Debit(ledger.MemberReceivable, p.Member[:], amount),
			ledger.Credit(ledger.MerchantPayable, p.Merchant[:], amount),
		},
	})
	if err != nil {
		return Payment{}, err
	}
	data := map[string]any{"amount": amount, "released": released, "capture": rec.ID, "bill_month": rec.BillMonth}
	if err := event.Append(tx, fact(p, "payment.captured", by, data)); err != nil {
		return Payment{}, err
	}
	return p, updatePayment(tx, p)
}

// Void gives back what is held. Of a partly captured payment the rest is released and the captured part stays.
func (c *Checkout) Void(tx *db.Tx, merchant id.Merchant, pid id.Payment, by Actor) (Payment, error) {
	p, err := lockPayment(tx, merchant, pid)
	if err != nil {
		return Payment{}, err
	}
	return c.giveBack(tx, p, voidOf(p), "", by)
}

// giveBack releases what is open: by a void, by expiry, or as the rest of a part capture. why is the reason that its fact
// tells, empty for none.
func (c *Checkout) giveBack(tx *db.Tx, p Payment, on Event, why string, by Actor) (Payment, error) {
	open := p.Open()
	verdict, err := step(&p, on)
	if err != nil || verdict == lifecycle.Already {
		return p, err
	}
	p.Released += open
	p.Changed = tx.Now()
	if err := credit.Apply(tx, credit.Moved(p.Member, p.Channel, -open, 0)); err != nil {
		return Payment{}, err
	}
	if !p.State.Live() {
		if err := freeOrder(tx, p); err != nil {
			return Payment{}, err
		}
	}
	kinds := map[Event]string{
		Void: "payment.voided", Expire: "payment.expired", Release: "payment.released", ReleaseLast: "payment.released",
	}
	if err := event.Append(tx, fact(p, kinds[on], by, because(why, map[string]any{"amount": open}))); err != nil {
		return Payment{}, err
	}
	return p, updatePayment(tx, p)
}

// Refund gives back amount of what was captured; 0 means all of it. It stands on the bill of the month that is open
// (rule B05).
func (c *Checkout) Refund(tx *db.Tx, merchant id.Merchant, pid id.Payment, amount money.Yen, reason string, by Actor) (Payment, error) {
	p, err := lockPayment(tx, merchant, pid)
	if err != nil {
		return Payment{}, err
	}
	on, amount, refused := refundOf(p, amount)
	if refused != nil {
		return Payment{}, refused.About(p.ID.String())
	}
	if verdict, err := step(&p, on); err != nil || amount == 0 || verdict == lifecycle.Already {
		return Payment{}, orElse(err, WrongState.New().With("state", string(p.Public())).With("event", string(on)).About(p.ID.String()))
	}
	p.Refunded += amount
	p.Changed = tx.Now()
	return p, c.writeRefund(tx, p, amount, reason, "", by)
}

func (c *Checkout) writeRefund(tx *db.Tx, p Payment, amount money.Yen, reason, why string, by Actor) error {
	day := jst.DayOf(tx.Now())
	month, err := billMonthOf(tx, p, day)
	if err != nil {
		return err
	}
	rec := RefundRecord{
		ID: id.In[id.RefundKind](tx, p.ID.Bucket()), Payment: p.ID, Amount: amount, Reason: reason, Day: day,
		BillMonth: month, Created: tx.Now(),
	}
	if err := insertRefund(tx, p, rec); err != nil {
		return err
	}
	if err := c.lower(tx, p, rec); err != nil {
		return err
	}
	err = ledger.Post(tx, ledger.Entry{
		Bucket: p.ID.Bucket(), Reason: ledger.Refunded, Ref: rec.ID[:], Day: day,
		Lines: []ledger.Line{
			ledger.Debit(ledger.MerchantPayable, p.Merchant[:], amount),
			ledger.Credit(ledger.MemberReceivable, p.Member[:], amount),
		},
	})
	if err != nil {
		return err
	}
	if !p.State.Live() {
		if err := freeOrder(tx, p); err != nil {
			return err
		}
	}
	data := because(why, map[string]any{"amount": amount, "refund": rec.ID, "bill_month": rec.BillMonth})
	if err := event.Append(tx, fact(p, "payment.refunded", by, data)); err != nil {
		return err
	}
	return updatePayment(tx, p)
}

// billMonthOf is the month in which something of a day is billed, and none for what is billed by an invoice of its own
// (rules B02, I05).
func billMonthOf(tx *db.Tx, p Payment, day jst.Day) (jst.Month, error) {
	if p.Invoice {
		return jst.Month{}, nil
	}
	months, err := credit.BillMonths(tx, day, p.Member.Bucket())
	return months[p.Member.Bucket()], err
}

// lower lowers what the account owes by a refund. One that comes after its invoice is taken by that (rule I07).
func (c *Checkout) lower(tx *db.Tx, p Payment, r RefundRecord) error {
	if p.Invoice {
		if taken, err := c.TakeRefund(tx, p.ID, r.ID, r.Amount); err != nil || taken {
			return err
		}
	}
	return credit.Apply(tx, credit.Moved(p.Member, p.Channel, 0, -r.Amount))
}

// because adds our own reason to the data of a fact, if there is one. A shop's words are not kept there.
func because(why string, data map[string]any) map[string]any {
	if why != "" {
		data["reason"] = why
	}
	return data
}

// ExpireDue gives back payments whose time to be confirmed or captured is over, at most limit of them, and tells how
// many it gave back. It is run again at once if these are as many as limit (rule P05).
func (c *Checkout) ExpireDue(tx *db.Tx, limit int) (int, error) {
	ids, err := selectDue(tx, tx.Now(), limit)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	slices.SortFunc(ids, func(a, b id.Payment) int { return cmp.Or(cmp.Compare(a.Bucket(), b.Bucket()), a.Compare(b)) })
	seen, err := selectPayments(tx, ids, false)
	if err != nil {
		return 0, err
	}
	var members []id.Member
	var keys []orderKey
	for _, p := range seen {
		members = append(members, p.Member)
		keys = append(keys, keyOf(p.Merchant, p.OrderRef))
	}
	if _, err := credit.Lock(tx, members...); err != nil {
		return 0, err
	}
	if _, err := selectOrders(tx, keys, true); err != nil {
		return 0, err
	}
	locked, err := selectPayments(tx, ids, true)
	if err != nil {
		return 0, err
	}
	given := 0
	for _, p := range locked {
		if !p.State.Live() || p.State == Captured || p.Due.After(tx.Now()) {
			continue // somebody was faster
		}
		if _, err := c.giveBack(tx, p, expiryOf(p), "", Clock); err != nil {
			return 0, err
		}
		given++
	}
	return given, nil
}

func orElse(err error, other *fault.Error) error {
	if err != nil {
		return err
	}
	return other
}
