package member

import (
	"fmt"
	"slices"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
)

// The ways to pay a bill (rule M23), in the words that package billing bills by.
const (
	ByEBarcode = "ebarcode" // a barcode on the phone at a convenience store; a new member's way
	ByPostcard = "postcard" // a bill on paper, to the registered address
	ByDebit    = "debit"    // the bank takes the money from the registered account
	ByNumber   = "number"   // numbers to type at a store's terminal, a cash machine or in online banking
)

var ways = []string{ByEBarcode, ByPostcard, ByDebit, ByNumber}

// ChooseWay sets how a member pays: from the next statement issued on (rule B08). by is who did it, as timelines show it:
// "member", or an operator's role and id. The way that stands already changes nothing and is no fact. The faults are
// WayUnknown, and AccountNeeded for debit without a registered account.
func (m *Members) ChooseWay(tx *db.Tx, member id.Member, way, by string) error {
	if !slices.Contains(ways, way) {
		return WayUnknown.In("way")
	}
	old, err := m.lockWay(tx, member)
	if err != nil || old == way {
		return err
	}
	if way == ByDebit {
		_, found, err := selectAccount(tx, member)
		if err != nil {
			return err
		}
		if !found {
			return AccountNeeded.In("way")
		}
	}
	if err := updateWay(tx, member, old, way); err != nil {
		return err
	}
	f := fact(member, "member.way_changed", map[string]any{"old": old, "new": way})
	if by != f.Actor {
		f.Side, f.Actor = fault.Us, by
	}
	return event.Append(tx, f)
}

// lockWay locks what orders all that a member does with ways and accounts, and answers the way that stands.
func (m *Members) lockWay(tx *db.Tx, member id.Member) (string, error) {
	if err := m.Hooks.LockAccount(tx, member); err != nil {
		return "", err
	}
	if err := lockMember(tx, member); err != nil {
		return "", fmt.Errorf("member: %w: %s", err, member)
	}
	ways, err := selectWays(tx, []id.Member{member})
	return ways[member], err
}
