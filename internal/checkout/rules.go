package checkout

import (
	"fmt"
	"strings"
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/money"
)

// OrderMax is the longest order reference, in characters.
const OrderMax = 64

// checkOrder judges what a shop asks for before anything is looked up (rule P02).
func checkOrder(orderRef string, amount money.Yen, capture Capture) []*fault.Error {
	var bad []*fault.Error
	if orderRef == "" || len(orderRef) > OrderMax || strings.ContainsFunc(orderRef, unprintable) {
		bad = append(bad, BadOrderRef.In("order_ref"))
	}
	if amount <= 0 || amount > AmountMax {
		bad = append(bad, BadAmount.In("amount").With("max", AmountMax.String()))
	}
	if capture != Manual && capture != Automatic {
		bad = append(bad, BadCapture.In("capture"))
	}
	return bad
}

func unprintable(r rune) bool { return r < '!' || r > '~' }

// AmountMax is the dearest order that can be asked for at all, in yen. Limits are far below; this only keeps sums small.
const AmountMax money.Yen = 10_000_000

// sameOrder tells whether a second try of an order asks for what the live payment is (rule P01).
func sameOrder(p Payment, o Order) bool {
	return p.Amount == o.Amount && p.Member == o.Member && p.Channel == o.Channel && p.Invoice == o.Invoice
}

// asksSimilar tells whether an order can be a repeat at all. Only purchases online are asked about: at a till nobody could
// be asked, and somebody is standing there.
func asksSimilar(o Order) bool { return o.SimilarWithin > 0 && o.Channel == credit.Online }

// similarTo finds the payment that an order looks like: of the same member at the same shop for the same amount, alive,
// not older than the window, and under another order number (rule P09). Of several it is the newest.
func similarTo(o Order, recent []Payment, now time.Time) (newest Payment, found bool) {
	for _, p := range recent {
		if asksSimilar(o) && looksLike(p, o, now) && (!found || p.ID.Compare(newest.ID) > 0) {
			newest, found = p, true
		}
	}
	return newest, found
}

func looksLike(p Payment, o Order, now time.Time) bool {
	return p.Member == o.Member && p.Merchant == o.Merchant && p.Amount == o.Amount && p.Channel == o.Channel &&
		p.OrderRef != o.OrderRef && p.State.Live() && now.Sub(p.Created) < o.SimilarWithin
}

// edge is how far the shop's clock and ours may be apart, and how long an order may take from the shop's book to us. Nearer to
// the ends of a list's days than this nobody can say on which day the shop has the order.
const edge = 10 * time.Minute

// compare holds a live payment against the merchant's list of the orders between two instants; empty if they agree (rule
// P12). A purchase whose checkout was opened before, or that was made just inside the ends, may stand in a neighbouring list.
func compare(p Payment, listed Listed, has bool, from, until time.Time) Finding {
	began := p.Created
	if !p.Session.IsZero() {
		began = p.Session.Time()
	}
	switch {
	case has && listed.Amount != p.Amount:
		return OtherAmount
	case has && listed.Cancelled:
		return IsCancelled
	case has:
		return ""
	case began.Before(from.Add(edge)) || !p.Created.Before(until.Add(-edge)):
		return AtTheEdge
	}
	return Missing
}

// captureOf decides a capture of amount: the event and what is released. amount 0 means all that is open.
func captureOf(p Payment, amount money.Yen, final bool) (Event, money.Yen, money.Yen, *fault.Error) {
	open := p.Open()
	if amount == 0 {
		amount = open
	}
	if amount < 0 || (amount > open && (p.State == Authorized || p.State == Confirmed)) {
		return "", 0, 0, OverOpen.In("amount").With("open", open.String())
	}
	if amount == open || final {
		return CaptureFinal, amount, open - amount, nil
	}
	return CapturePart, amount, 0, nil
}

// refundOf decides a refund of amount. amount 0 means all that is captured and not refunded.
func refundOf(p Payment, amount money.Yen) (Event, money.Yen, *fault.Error) {
	rest := p.Captured - p.Refunded
	if amount == 0 {
		amount = rest
	}
	if amount < 0 || (amount > rest && (p.State == Confirmed || p.State == Captured)) {
		return "", 0, OverCaptured.In("amount").With("rest", rest.String())
	}
	if amount == rest && p.State == Captured {
		return RefundAll, amount, nil
	}
	return RefundPart, amount, nil
}

// voidOf is the event that a void means: a partly captured payment keeps what is captured and releases the rest.
func voidOf(p Payment) Event {
	if p.State == Confirmed && p.Captured > 0 {
		return releaseOf(p)
	}
	return Void
}

// expiryOf is the event that the end of a payment's time means.
func expiryOf(p Payment) Event {
	if p.State == Confirmed && p.Captured > 0 {
		return releaseOf(p)
	}
	return Expire
}

// releaseOf is the event of giving back the rest of a part capture: with nothing left to bill the payment is at its end,
// and its order is free for another one (rule P07).
func releaseOf(p Payment) Event {
	if p.Refunded == p.Captured {
		return ReleaseLast
	}
	return Release
}

// factsOf words what a decision was made on, to be stored with it. What is not named was zero; what counts in stores only
// is left out of the others.
func factsOf(f credit.Facts, d credit.Decision, channel credit.Channel) string {
	if channel != credit.Store {
		f.LimitStore, f.HeldStore, f.UnpaidStore = 0, 0, 0
	}
	var text strings.Builder
	for _, fact := range []struct {
		name  string
		value int64
	}{
		{"limit", int64(f.LimitOnline)},
		{"others", int64(f.Others.Exposure)},
		{"limit_store", int64(f.LimitStore)},
		{"held", int64(f.Held)},
		{"unpaid", int64(f.Unpaid)},
		{"held_store", int64(f.HeldStore)},
		{"unpaid_store", int64(f.UnpaidStore)},
		{"usable", int64(d.Usable)},
		{"tries", int64(f.Tries)},
		{"blocks", int64(f.Blocks)},
		{"merchant_max", int64(f.MerchantMax)},
	} {
		if fact.value != 0 {
			fmt.Fprintf(&text, " %s=%d", fact.name, fact.value)
		}
	}
	return strings.TrimPrefix(text.String(), " ")
}

// orderKey identifies a shop's order: the hash of merchant and reference, and the bucket of its row.
type orderKey struct {
	bucket int
	hash   string // 16 bytes
}

func keyOf(merchant id.Merchant, orderRef string) orderKey {
	return orderKey{bucket: id.BucketOf(string(merchant[:]), orderRef), hash: string(id.Hash(string(merchant[:]), orderRef))}
}

// At is the state of a session at an instant: one whose time is over is expired, unless it came to an end before.
func (s Session) At(now time.Time) SessionState {
	switch s.State {
	case SessionOpen, SessionRefused, SessionLeft:
		if !now.Before(s.Expires) {
			return SessionExpired
		}
	case SessionDone, SessionDuplicate, SessionWithdrawn, SessionExpired:
	}
	return s.State
}
