package billing

import (
	"cmp"
	"fmt"
	"slices"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

// MarkPastDue makes statements past due that are not paid although their due day was before a day, at most limit of them,
// and blocks their members (rule B17). It answers how many it looked at and is run again until that is 0. A statement
// whose payment is being confirmed is left alone: the member has paid. So is one that a bank was asked to debit (rule T03).
func (b *Billing) MarkPastDue(tx *db.Tx, day jst.Day, limit int) (int, error) {
	seen, err := selectDue(tx, day, limit)
	if err != nil || len(seen) == 0 {
		return 0, err
	}
	slices.SortFunc(seen, func(a, b Statement) int { return cmp.Or(cmp.Compare(a.ID.Bucket(), b.ID.Bucket()), a.ID.Compare(b.ID)) })
	members := make([]id.Member, len(seen))
	for i, st := range seen {
		members[i] = st.Member
	}
	if _, err := credit.Lock(tx, members...); err != nil {
		return 0, err
	}
	locked, err := lockStatements(tx, seen)
	if err != nil {
		return 0, err
	}
	var late []Statement
	for _, st := range locked {
		if st.WrittenOff {
			continue
		}
		if st.State == Issued && !st.PastDue && !st.Awaited && st.Due.Before(day) { // nobody was faster
			late = append(late, st)
		}
	}
	return len(seen), markLate(tx, late)
}

// markLate marks locked statements as past due and blocks their members' locked accounts.
func markLate(tx *db.Tx, late []Statement) error {
	var facts []event.Fact
	for i := range late {
		st := &late[i]
		st.PastDue = true
		if err := updateStatement(tx, *st); err != nil {
			return err
		}
		if err := credit.SetBlock(tx, st.Member, credit.PastDue); err != nil {
			return err
		}
		facts = append(facts, st.fact("statement.past_due", fault.Us, byClock, nil))
	}
	return event.Append(tx, facts...)
}

// liftIfClear lifts the block of a locked account when none of its statements is past due any more (rule B17).
func liftIfClear(tx *db.Tx, member id.Member, account *credit.Account) error {
	if account.Blocks&credit.PastDue == 0 {
		return nil
	}
	n, err := countPastDue(tx, member)
	if err != nil || n > 0 {
		return err
	}
	if err := credit.LiftBlock(tx, member, credit.PastDue); err != nil {
		return err
	}
	account.Blocks &^= credit.PastDue
	return event.Append(tx, event.Fact{
		Kind: "account.unblocked", Subject: event.Subject(member), Member: member, Side: fault.Partner, Actor: byAgent,
		Data: map[string]any{"block": "past_due"},
	})
}

// stepError is a step of a statement that its table does not know: a bug, and never an outcome.
type stepError struct {
	statement id.Statement
	state     State
	on        News
}

func (e *stepError) Error() string {
	return fmt.Sprintf("billing: statement %s is %s and cannot take %s", e.statement, e.state, e.on)
}
