// Package credit decides every purchase in real time and keeps what a member may owe.
//
// # The story
//
// One row per member holds all that a decision needs: the limits, what is on hold, what is captured and unpaid, the
// blocks, whether the member is identified, and how often they tried lately. Other packages push what they know into it
// (collection writes a block when a bill is past due and lifts it when it is paid), so the hot path never asks upward.
//
// A decision is a pure function, [Decide], of [Facts] and [Ask]. It answers every reason that speaks against the
// purchase, the weightiest first, and what could be bought instead. The figures that members see on home, at checkout
// and that merchants get all come from [Facts.Usable].
//
// held and unpaid are sums that are kept with the row, changed only by [Change] under the row's lock, and re-derived
// from payments, captures and receipts by Verify. unpaid is principal: fees stand on bills and use no limit. It can be
// negative, when refunds and double payments leave the member with money to their credit.
//
// # Lock order
//
// [Lock] takes credit rows in bucket, member order, before any order, payment or statement. Whoever then reads the
// month's fence ([BillMonths]) reads it after these locks: closing a month takes the same locks first, so a capture is
// either in the month that is being closed or knows that it is too late for it.
package credit

import (
	"fmt"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// Channel is where a purchase is made. Limits differ by channel.
type Channel string

// The channels.
const (
	Online Channel = "online"
	Store  Channel = "store"
)

// Block is a set of reasons for which an account may not buy, whatever the amount.
type Block int64

// The blocks.
const (
	PastDue    Block = 1 << iota // a bill is past due (rule C03)
	OnHold                       // a person put the account on hold
	WrittenOff                   // a bill was given up (rule D14)
)

// Account is a member's credit row.
type Account struct {
	Member                  id.Member
	LimitOnline, LimitStore money.Yen
	Held, Unpaid            money.Yen // over all channels
	HeldStore, UnpaidStore  money.Yen // the part of them that was bought in stores
	Blocks                  Block
	Verified                bool // the identity was checked
	Tries                   int  // purchases tried since TriesSince
	TriesSince              time.Time
	Opened                  time.Time
}

// Change is what one transaction does to an account: differences in yen and the new count of tries.
type Change struct {
	Member                               id.Member
	Held, Unpaid, HeldStore, UnpaidStore money.Yen
	Tries                                int
	TriesSince                           time.Time
	keepTries                            bool
}

// Moved is a change of an account's sums for a purchase in a channel, with the tries left as they are.
func Moved(member id.Member, channel Channel, held, unpaid money.Yen) Change {
	c := Change{Member: member, Held: held, Unpaid: unpaid, keepTries: true}
	if channel == Store {
		c.HeldStore, c.UnpaidStore = held, unpaid
	}
	return c
}

// Credit is the package's verbs.
type Credit struct {
	Terms *term.Book
}

// Open gives a new member the limits that the terms of today say (rule C01).
func (c *Credit) Open(tx *db.Tx, member id.Member) error {
	day := jst.DayOf(tx.Now())
	terms := c.Terms.Current()
	online := LimitOnline.On(terms, day)
	a := Account{Member: member, LimitOnline: online, LimitStore: LimitStoreFirst.On(terms, day), Opened: tx.Now()}
	return insertAccount(tx, a)
}

// Lock loads the accounts of members for a decision and locks them until the transaction ends. A member without an
// account is left out.
func Lock(tx *db.Tx, members ...id.Member) (map[id.Member]*Account, error) {
	return selectAccounts(tx, sorted(members), true)
}

// LockAccount is Lock for who needs nothing but the lock.
func LockAccount(tx *db.Tx, member id.Member) error {
	_, err := Lock(tx, member)
	return err
}

// Buyer names an account: by its member, or by an agreement that the member gave to a shop (rule M22), for who does not
// know the member yet.
type Buyer struct {
	Member id.Member
	Token  id.Token // used if Member is zero
}

// Bucket is where the account is.
func (b Buyer) Bucket() int {
	if b.Member.IsZero() {
		return b.Token.Bucket()
	}
	return b.Member.Bucket()
}

// QueueLock is Lock as part of a queue: the accounts are in the map once the queue has run. A token that does not exist
// names no account. Whether it lives, and which shop may use it, is for the caller to judge under the lock.
func QueueLock(q *db.Queue, buyers ...Buyer) map[id.Member]*Account {
	members := make([]id.Member, 0, len(buyers))
	for _, b := range buyers {
		if b.Member.IsZero() {
			return queueBuyers(q, buyers)
		}
		members = append(members, b.Member)
	}
	return queueAccounts(q, sorted(members), true)
}

// Load reads one account without locking it, for a page.
func Load(tx *db.Tx, member id.Member) (Account, error) {
	found, err := selectAccounts(tx, []id.Member{member}, false)
	if err != nil {
		return Account{}, err
	}
	a, ok := found[member]
	if !ok {
		return Account{}, fmt.Errorf("credit: %w: no account of member %s", db.ErrNone, member)
	}
	return *a, nil
}

// Apply writes changes to locked accounts, with the commit. The database refuses one that would put more in use than the ceiling
// (db.ErrCheck): a bug here cannot become debt there.
func Apply(tx *db.Tx, changes ...Change) error {
	return updateAccounts(tx, merged(changes))
}

// Restore makes room under the ceiling of a locked account for what its member owes again because a payment was taken
// back: coming yen, tax included. The money was lent before, so the limit has no say in it; in the meantime the member may
// have bought up to the limit, and then more is in use than the limit allows. That stops further purchases and nothing
// else. Without this the ceiling, which follows the limit, would refuse the [Apply] that has to follow.
func Restore(tx *db.Tx, member id.Member, coming money.Yen) error {
	return raiseCeiling(tx, member, coming)
}

// SetBlock puts a block on an account; it is no error if it stands already.
func SetBlock(tx *db.Tx, member id.Member, b Block) error { return updateBlocks(tx, member, b, 0) }

// LiftBlock takes a block off an account; it is no error if there is none.
func LiftBlock(tx *db.Tx, member id.Member, b Block) error { return updateBlocks(tx, member, 0, b) }

// SetLimit changes the limit of a channel and records why (rule C07). The caller appends the event and the notice.
// Lowering it beneath what is in use stops new purchases and takes nothing back.
func SetLimit(tx *db.Tx, member id.Member, channel Channel, limit money.Yen, reason, actor string) error {
	accounts, err := Lock(tx, member)
	if err != nil {
		return err
	}
	a, ok := accounts[member]
	if !ok {
		return fmt.Errorf("credit: %w: no account of member %s", db.ErrNone, member)
	}
	old := a.LimitOnline
	if channel == Store {
		old, a.LimitStore = a.LimitStore, limit
	} else {
		a.LimitOnline = limit
	}
	if err := updateLimits(tx, *a); err != nil {
		return err
	}
	return insertLimitChange(tx, member, channel, old, limit, reason, actor)
}

// CloseMonth raises the fences of buckets to month, with the commit: what is captured from now on is billed later. The caller
// has locked the accounts of these buckets with QueueLockBuckets.
func CloseMonth(tx *db.Tx, month jst.Month, buckets ...int) error {
	return upsertFences(tx, buckets, month)
}

// QueueLockBuckets locks every account of some buckets, so that their month can be closed. What stands behind it in the queue
// sees what was done before under these locks.
func QueueLockBuckets(q *db.Queue, buckets []int) { queueLockBuckets(q, buckets) }

// Closed is the newest closed month of a bucket; zero if none was closed.
func Closed(tx *db.Tx, bucket int) (jst.Month, error) {
	fences, err := selectFences(tx, []int{bucket})
	return fences[bucket], err
}

// BillMonths answers for each bucket the month in which something of day is billed: the day's month, or the first open
// one if that is closed (rule B02). The caller holds the members' accounts locked.
func BillMonths(tx *db.Tx, day jst.Day, buckets ...int) (map[int]jst.Month, error) {
	fences, err := selectFences(tx, buckets)
	if err != nil {
		return nil, err
	}
	out := make(map[int]jst.Month, len(buckets))
	for _, b := range buckets {
		out[b] = billMonth(day.Month(), fences[b])
	}
	return out, nil
}
