package sim

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/sim/memory"
)

// joinMember makes a guest's account a membership, as registering with its number does. What is personal about it is sealed by the
// vault, which is not simulated.
func joinMember(tx *db.Tx, member id.Member) error {
	if err := lockAccount(tx, member); err != nil {
		return err
	}
	_, err := tx.Exec(`-- sim.joinMember
		UPDATE member SET state = 'active' WHERE bucket = $1 AND id = $2`, member.Bucket(), member)
	return err
}

func loadDisputes(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.disputes
		SELECT bucket, statement, member, reason, state, against, opened, decided, decided_by FROM invoice_dispute
		ORDER BY opened, bucket, statement`, nil,
		each(&s.Disputes, func(r *memory.Dispute) []any {
			return []any{&r.Bucket, &r.Statement, &r.Member, &r.Reason, &r.State, &r.Against, &r.Opened, &r.Decided, &r.By}
		}))
}
