package site

import (
	"slices"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/web"
)

// usable is the sum that home, bills and checkout show: one function, so that two pages never disagree (rule C02).
func (v *visit) usable(tx *db.Tx) (web.Usable, error) {
	account, err := credit.Load(tx, v.signIn.Member)
	if err != nil {
		return web.Usable{}, err
	}
	u := web.Usable{
		Now: account.Usable(credit.Online), Limit: account.LimitOnline, Unpaid: max(account.Unpaid, 0), Reserved: account.Held,
		Channels: []web.ChannelUse{
			{Channel: web.Online, Now: account.Usable(credit.Online), Cap: account.LimitOnline},
			{Channel: web.InStore, Now: account.Usable(credit.Store), Cap: account.LimitStore},
		},
	}
	if account.Blocks != 0 { // whatever is left of the limit, nothing can be bought (rules C03, C04)
		u.Now, u.Paused = 0, web.PausedOther
		if account.Blocks == credit.PastDue {
			u.Paused = web.PausedLate
		}
		for i := range u.Channels {
			u.Channels[i].Now = 0
		}
	}
	next, found, err := billing.NextBill(tx, v.signIn.Member)
	if err != nil || !found || next.State != billing.Issued {
		return u, err
	}
	u.Return, err = returns(tx, account, next)
	return u, err
}

// returns says what paying a bill gives back: what is open of its principal, at once. It is nil if something else is in the way of
// buying: another bill that is past due, or what only a person can lift.
func returns(tx *db.Tx, account credit.Account, bill billing.Statement) (*web.Return, error) {
	if account.Blocks&^credit.PastDue != 0 {
		return nil, nil //nolint:nilnil // nothing is promised
	}
	if account.Blocks != 0 {
		late, err := billing.OwedLate(tx, bill.Member)
		if err != nil || !bill.PastDue || late != bill.Owed() {
			return nil, err
		}
	}
	account.Unpaid -= bill.OpenPrincipal()
	return &web.Return{Month: bill.Month, Pay: bill.Owed(), Then: account.Usable(credit.Online)}, nil
}

// billPreview is what the bill of a month will come to with one more purchase on it.
func (v *visit) billPreview(tx *db.Tx, member id.Member, month jst.Month, more money.Yen) (web.BillPreview, error) {
	st, err := v.site.Billing.PreviewWith(tx, member, month, more)
	if err != nil {
		return web.BillPreview{}, err
	}
	return web.BillPreview{Month: month, Due: st.Due, Way: web.Way(st.Way), Fee: st.Fee, Total: st.Total}, nil
}

// nextBill is the bill a member should look at next; false if everything is paid.
func (v *visit) nextBill(tx *db.Tx, member id.Member) (web.BillHead, bool, error) {
	st, found, err := billing.NextBill(tx, member)
	if err != nil || !found {
		return web.BillHead{}, false, err
	}
	head, err := v.headToPay(tx, st)
	return head, true, err
}

// headToPay is billHead with the part that is to be paid next, for whoever pays in parts, and the account that a bank takes it from.
func (v *visit) headToPay(tx *db.Tx, st billing.Statement) (web.BillHead, error) {
	head := v.billHead(st)
	asked, err := v.site.Billing.Asks(tx, st)
	if asked < st.Owed() {
		head.Part = asked
	}
	switch {
	case err != nil:
	case head.Debited():
		err = v.fillDebit(tx, st, &head)
	case head.State == web.BillOverdue:
		var plan collection.Plan
		if plan, _, err = collection.FindPlan(tx, st.ID); plan.State == collection.Standing {
			next, _, _ := plan.Next(st.Received)
			head.PartDay = next.Day
		}
	}
	return head, err
}

// fillDebit names the account from which a bill is debited. Without one it is to be paid like any other (rule T02). What was
// registered after the bill was issued may not be what the bank was told, so it is not named once that was asked.
func (v *visit) fillDebit(tx *db.Tx, st billing.Statement, head *web.BillHead) error {
	account, found, err := v.site.Members.FindAccount(tx, st.Member)
	switch {
	case err != nil:
		return err
	case !found && !head.Asked:
		head.State = web.BillDue
		return nil
	case !found:
		return nil
	}
	if head.Asked {
		since, _, err := v.site.Members.AccountSince(tx, st.Member)
		if err != nil || !since.Before(st.Issued) {
			return err
		}
	}
	shown := accountView(account)
	head.From = shown.Bank + " " + shown.Number
	return nil
}

// billHead is a bill in short.
func (v *visit) billHead(st billing.Statement) web.BillHead {
	text := st.ID.String()
	h := web.BillHead{
		Month: st.Month, Total: st.Total, Rest: st.Owed(), Returns: st.OpenPrincipal(), Due: st.Due, DaysLeft: st.Due.Sub(v.today()), Way: web.Way(st.Way),
		Fee: st.Fee, PaidOn: st.PaidDay, URL: web.BillPath(text), PayURL: web.PayPath(text),
	}
	switch {
	case st.State == billing.Paid:
		h.State, h.Rest, h.Next = web.BillPaid, 0, st.Owed()
	case st.State == billing.Confirming:
		h.State, h.Rest, h.Next = web.BillConfirming, st.Received, st.Owed()
	case st.WrittenOff:
		h.State = web.BillWritten
	case st.Way == billing.Debit && st.Awaited: // nobody is late before the bank has answered (rule T03)
		h.State, h.Asked = web.BillDebit, true
		if h.DaysLeft < 0 {
			h.State = web.BillAsked
		}
	case st.Way == billing.Debit && h.DaysLeft >= 0:
		h.State = web.BillDebit
	case h.DaysLeft < 0:
		h.State = web.BillOverdue
	default:
		h.State = web.BillDue
	}
	return h
}

// monthSoFar is what this month has come to.
func (v *visit) monthSoFar(tx *db.Tx) (web.MonthSoFar, error) {
	month := v.today().Month()
	st, err := v.site.Billing.Preview(tx, v.signIn.Member, month)
	return web.MonthSoFar{Month: month, Sum: st.Purchases - st.Refunds, Due: st.Due}, err
}

// timesSent is how often an order was sent: once, and once more for each time it came again and was not charged again.
func (v *visit) timesSent(tx *db.Tx, p id.Payment) (int, error) {
	facts, err := event.Timeline(tx, event.Subject(p), timelineMax)
	sent := 1
	for _, f := range facts {
		if f.Kind == "payment.repeated" {
			sent++
		}
	}
	return sent, err
}

// timelineMax bounds what a page reads of a timeline.
const timelineMax = 200

// paymentState is a payment's state in the member's words. What the shop has not confirmed yet is being checked: it
// ends by itself, one way or the other.
func paymentState(p checkout.Payment) web.PaymentState {
	for word, states := range storedStates {
		if slices.Contains(states, p.Public()) {
			return word
		}
	}
	return web.PaymentChecking
}

// storedStates are the payment's states behind one of the member's words.
var storedStates = map[web.PaymentState][]checkout.State{
	web.PaymentChecking:       {checkout.Authorized},
	web.PaymentComplete:       {checkout.Confirmed, checkout.PartiallyCaptured, checkout.Captured},
	web.PaymentFailed:         {checkout.Declined},
	web.PaymentCancelled:      {checkout.Voided, checkout.Expired},
	web.PaymentPartlyRefunded: {checkout.PartiallyRefunded},
	web.PaymentRefunded:       {checkout.Refunded},
}

var channelWords = map[credit.Channel]web.Channel{credit.Online: web.Online, credit.Store: web.InStore}

// shops looks up merchants' names once per page.
type shops struct {
	v     *visit
	tx    *db.Tx
	names map[id.Merchant]string
}

func (v *visit) shops(tx *db.Tx) *shops { return &shops{v: v, tx: tx, names: map[id.Merchant]string{}} }

func (s *shops) name(m id.Merchant) (string, error) {
	if name, ok := s.names[m]; ok {
		return name, nil
	}
	found, err := s.v.site.Merchants.Load(s.tx, m)
	if err == nil {
		s.names[m] = found.Name(string(s.v.lang))
	}
	return s.names[m], err
}

// paymentLines draws payments for a list.
func (v *visit) paymentLines(tx *db.Tx, payments []checkout.Payment) ([]web.PaymentLine, error) {
	names := v.shops(tx)
	out := make([]web.PaymentLine, len(payments))
	for i, p := range payments {
		shop, err := names.name(p.Merchant)
		if err != nil {
			return nil, err
		}
		sent, err := v.timesSent(tx, p.ID)
		if err != nil {
			return nil, err
		}
		out[i] = web.PaymentLine{
			Shop: shop, At: p.Created, Channel: channelWords[p.Channel], Amount: p.Amount, Refunded: p.Refunded,
			State: paymentState(p), Sent: sent, URL: web.PaymentPath(p.ID.String()),
		}
	}
	return out, nil
}

// sideWords are the sides of timelines in the member's words.
var sideWords = map[fault.Side]web.Side{
	fault.Member: web.SideMember, fault.Merchant: web.SideShop, fault.Us: web.SideUs, fault.Network: web.SideDevice,
	fault.Partner: web.SidePartner, fault.Policy: web.SideRule,
}
