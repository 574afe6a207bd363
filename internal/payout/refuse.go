package payout

import (
	"fmt"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/lifecycle"
	"tsuke/internal/money"
	"tsuke/internal/zengin"
)

// Refusal is one line of what the bank could not pay in.
type Refusal struct {
	Line   int
	Key    string
	Amount money.Yen // that was sent
	Reason Reason
}

// Refuse takes what the bank refused or gave back, all of it or nothing (rule B46): each return is owed again, with the reason, and
// whoever chose it is told. If its member has another account by now, the next file takes it. The same lines again do nothing;
// it answers how many were new. The faults are NoRecord, OtherAmount, RefusedBefore (for another reason) and WhoUnclear.
func (p *Payouts) Refuse(tx *db.Tx, all []Refusal, by string) (fresh int, err error) {
	if err := billing.CheckOne(by); err != nil {
		return 0, err
	}
	for _, l := range all {
		did, err := p.refuse(tx, l, by)
		if err != nil {
			return 0, err
		}
		if did {
			fresh++
		}
	}
	return fresh, nil
}

func (p *Payouts) refuse(tx *db.Tx, l Refusal, by string) (bool, error) {
	line := fmt.Sprint(l.Line)
	if _, ok := bucketIn(l.Key); !ok {
		return false, NoRecord.New().With("line", line)
	}
	r, ret, now, err := lockRecord(tx, l.Key)
	switch {
	case fault.Is(err, NoRecord):
		return false, NoRecord.New().With("line", line)
	case err != nil:
		return false, err
	case r.sent != l.Amount:
		return false, OtherAmount.New().With("line", line)
	case r.outcome == refused && r.reason == l.Reason:
		return false, nil
	case r.outcome != open && r.outcome != paid:
		return false, RefusedBefore.New().With("line", line)
	}
	if err := now.moves(Refuse); err != nil {
		return false, err
	}
	if r.outcome == paid {
		if err := ret.CameBack(tx, ref(r.number), jst.DayOf(tx.Now())); err != nil {
			return false, err
		}
	}
	if err := updateRecord(tx, r, refused, l.Reason); err != nil {
		return false, err
	}
	if err := upsertPayout(tx, r.receipt, ret.Member, Failed, r.file, l.Reason); err != nil {
		return false, err
	}
	data := map[string]any{"file": r.file, "amount": r.amount, "reason": l.Reason, "was": r.outcome}
	if err := event.Append(tx, fact("payout.failed", r.receipt, ret.Member, fault.Partner, by, data)); err != nil {
		return false, err
	}
	if ret.Member.IsZero() {
		return true, nil
	}
	if err := ret.Refused(tx, string(l.Reason), by); err != nil {
		return false, err
	}
	return true, p.againIfOther(tx, ret, r)
}

// againIfOther lets the next file take a refused return whose member has another account by now.
func (p *Payouts) againIfOther(tx *db.Tx, ret billing.Return, r record) error {
	has, found, err := p.Account(tx, ret.Member)
	if err != nil || !found {
		return err
	}
	was, known, err := p.unseal(tx, r.number, r.key, r.account)
	if err != nil || known && sameAccount(was, has) {
		return err
	}
	return again(tx, ret, r.file, byItsOwner, fault.Member)
}

// sameAccount tells whether two accounts are one at the bank, whatever bank and branch are called today.
func sameAccount(a, b zengin.Account) bool {
	a.BankName, a.BranchName, b.BankName, b.BranchName = "", "", "", ""
	return a == b
}

// again moves a locked payout that failed.
func again(tx *db.Tx, ret billing.Return, file int, by string, side fault.Side) error {
	if err := upsertPayout(tx, ret.Receipt, ret.Member, Decided, file, ""); err != nil {
		return err
	}
	return event.Append(tx, fact("payout.reopened", ret.Receipt, ret.Member, side, by, map[string]any{"amount": ret.Amount}))
}

// AccountChanged lets the next file take what the bank refused to pay to a member, who has registered another account. It is a hook of
// package member.
func (p *Payouts) AccountChanged(tx *db.Tx, member id.Member) error {
	failed, err := selectFailed(tx, member)
	if err != nil {
		return err
	}
	for _, receipt := range failed {
		ret, err := billing.LockReturn(tx, receipt)
		if err != nil {
			return err
		}
		now, err := lockPayout(tx, receipt)
		if err != nil {
			return err
		}
		if now.state != Failed || !ret.PaidDay.IsZero() {
			continue
		}
		if err := again(tx, ret, now.file, byItsOwner, fault.Member); err != nil {
			return err
		}
	}
	return nil
}

// Retry lets the next file take a refused return to the same account, because somebody found out that the cause is gone. The same again
// answers what stands. The faults are NoReceipt, NotToReturn, NotRefused and WhoUnclear.
func (p *Payouts) Retry(tx *db.Tx, receipt id.Receipt, by string) error {
	if err := billing.CheckOne(by); err != nil {
		return err
	}
	ret, err := billing.LockReturn(tx, receipt)
	if err != nil {
		return err
	}
	now, err := lockPayout(tx, receipt)
	if err != nil {
		return err
	}
	switch _, verdict := Machine.Next(now.state, Again); {
	case verdict == lifecycle.Already && now.file != 0:
		return nil
	case verdict != lifecycle.Moved || !ret.PaidDay.IsZero():
		return NotRefused.New().About(receipt.String())
	}
	return again(tx, ret, now.file, by, fault.Us)
}
