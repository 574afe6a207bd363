package credit

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Facts is what a decision looks at.
type Facts struct {
	Account
	MerchantLive bool      // the merchant may sell
	MerchantMax  money.Yen // the most that one purchase at this merchant may cost; 0 means no such cap
	MaxTries     int       // purchases one account may try within TriesSpan
	TriesSpan    time.Duration
	Others       Others // what other accounts of the same person use; zero if there are none
	Now          time.Time
}

// Others is what further accounts of one person add to a decision about one of them (rule I04).
type Others struct {
	Exposure money.Yen
	PastDue  bool
}

// Usable is what can be bought now in a channel: the limit is the person's, however many accounts they have (rule I04).
func (f Facts) Usable(channel Channel) money.Yen {
	return f.usableBeside(f.Others.Exposure, channel)
}

// Ask is what is to be decided.
type Ask struct {
	Amount  money.Yen
	Channel Channel
}

// Reason is why a purchase is declined.
type Reason string

// The reasons, weightiest first. The first one that holds leads the sentence that the member reads.
const (
	ShopPaused    Reason = "shop"        // the merchant is not taking pay later (rule C08)
	AccountHeld   Reason = "hold"        // a person put the account on hold (rule C04)
	BillPastDue   Reason = "past_due"    // a bill is past due (rule C03)
	BillWritten   Reason = "written_off" // a bill was given up (rule D14)
	NotIdentified Reason = "identity"    // stores need an identity check (rule C06)
	TooManyTries  Reason = "velocity"    // too many tries in a short time (rule C05)
	OverShopMax   Reason = "shop_max"    // dearer than this merchant's purchases may be (rule C08)
	OverLimit     Reason = "limit"       // more than can be used (rule C02)
)

// Decision is the answer to an Ask.
type Decision struct {
	Approved bool
	Reasons  []Reason  // all that speak against it, weightiest first; empty if approved
	Usable   money.Yen // what could be used in this channel before this purchase
	Missing  money.Yen // by how much the amount exceeds Usable; 0 if it does not
}

// Decide is the credit decision: pure, and the same for every route by which a purchase can come.
func Decide(f Facts, ask Ask) Decision {
	d := Decision{Usable: f.Usable(ask.Channel)}
	if ask.Amount > d.Usable {
		d.Missing = ask.Amount - d.Usable
	}
	against := []struct {
		reason Reason
		holds  bool
	}{
		{ShopPaused, !f.MerchantLive},
		{AccountHeld, f.Blocks&OnHold != 0},
		{BillPastDue, f.Blocks&PastDue != 0 || f.Others.PastDue},
		{BillWritten, f.Blocks&WrittenOff != 0},
		{NotIdentified, ask.Channel == Store && !f.Verified},
		{TooManyTries, f.triesBy(f.Now) >= f.MaxTries},
		{OverShopMax, f.MerchantMax > 0 && ask.Amount > f.MerchantMax},
		{OverLimit, d.Missing > 0},
	}
	for _, a := range against {
		if a.holds {
			d.Reasons = append(d.Reasons, a.reason)
		}
	}
	d.Approved = len(d.Reasons) == 0
	return d
}

// triesBy is how many tries still count: those of a span that has not passed.
func (f Facts) triesBy(now time.Time) int {
	if now.Sub(f.TriesSince) >= f.TriesSpan {
		return 0
	}
	return f.Tries
}

// Tried counts one more try: in the span that runs, or as the first of a new one.
func (f Facts) Tried() (tries int, since time.Time) {
	if n := f.triesBy(f.Now); n > 0 {
		return n + 1, f.TriesSince
	}
	return 1, f.Now
}

// Exposure is what the member owes or has on hold, in yen, never below nothing.
func (a Account) Exposure() money.Yen { return a.Held + max(a.Unpaid, 0) }

// ExposureStore is the part of the exposure that was bought in stores.
func (a Account) ExposureStore() money.Yen { return a.HeldStore + max(a.UnpaidStore, 0) }

// Usable is what can be bought now in a channel (使える金額): the online limit covers everything, the store limit also
// what was bought in stores; the smaller rest counts (rule C02). Blocks are not looked at.
func (a Account) Usable(channel Channel) money.Yen { return a.usableBeside(0, channel) }

// usableBeside is what can be bought beside what other accounts of the person use of the one limit.
func (a Account) usableBeside(others money.Yen, channel Channel) money.Yen {
	rest := max(a.LimitOnline-a.Exposure()-others, 0)
	if channel == Store {
		rest = min(rest, max(a.LimitStore-a.ExposureStore(), 0))
	}
	return rest
}

// ceiling is the last net that the database keeps under the rules.
func (a Account) ceiling() money.Yen { return max(a.LimitOnline, a.Held+a.Unpaid) }

// Codes are the reasons as they are stored with a decision: "limit past_due".
func (d Decision) Codes() string {
	parts := make([]string, len(d.Reasons))
	for i, r := range d.Reasons {
		parts[i] = string(r)
	}
	return strings.Join(parts, " ")
}

// ReasonsOf reads what Codes wrote.
func ReasonsOf(codes string) []Reason {
	var out []Reason
	for _, c := range strings.Fields(codes) {
		out = append(out, Reason(c))
	}
	return out
}

// Merchants learn of a decline what helps them to serve their customer and nothing about the member's affairs: a past
// due bill, a hold and a missing identity check look the same from outside (rule C09).
var merchantCodes = map[Reason]string{
	ShopPaused: "shop", OverShopMax: "shop", AccountHeld: "account", BillPastDue: "account", BillWritten: "account", NotIdentified: "account",
	TooManyTries: "velocity", OverLimit: "limit",
}

// MerchantCode is what the merchant is told for a reason.
func (r Reason) MerchantCode() string { return merchantCodes[r] }

func billMonth(month, closed jst.Month) jst.Month {
	if !closed.IsZero() && !month.After(closed) {
		return closed.Next()
	}
	return month
}

// merged adds up the changes of each member; the newest count of tries wins.
func merged(changes []Change) []Change {
	at := map[id.Member]int{}
	var out []Change
	for _, c := range changes {
		i, ok := at[c.Member]
		if !ok {
			at[c.Member] = len(out)
			out = append(out, c)
			continue
		}
		sum := &out[i]
		sum.Held += c.Held
		sum.Unpaid += c.Unpaid
		sum.HeldStore += c.HeldStore
		sum.UnpaidStore += c.UnpaidStore
		if !c.keepTries {
			sum.Tries, sum.TriesSince, sum.keepTries = c.Tries, c.TriesSince, false
		}
	}
	return out
}

// sorted orders members by bucket and id, without repeats: the order in which their rows are locked.
func sorted(members []id.Member) []id.Member {
	out := slices.Clone(members)
	slices.SortFunc(out, func(a, b id.Member) int {
		if d := a.Bucket() - b.Bucket(); d != 0 {
			return d
		}
		return bytes.Compare(a[:], b[:])
	})
	return slices.Compact(out)
}
