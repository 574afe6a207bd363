package sim

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	membership "tsuke/internal/member"
	"tsuke/internal/sim/memory"
	"tsuke/internal/zengin"
)

// insertMember makes an account of somebody of whom nothing is known but how bills are paid: a member's, or a guest's.
func insertMember(tx *db.Tx, member id.Member, state membership.State) error {
	_, err := tx.Exec(`-- sim.insertMember
		INSERT INTO member (bucket, id, state, data_key, phone, name, name_norm, birth, consented, address, address_index, mail, lang,
			agreement, agreed, created)
		VALUES ($1, $2, $4, $2, $2, $2, $2, $2, $3, $2, $2, $2, 'ja', '1', $3, $3)`, member.Bucket(), member, db.Micros(tx.Now()), string(state))
	return err
}

// upsertAccount registers a bank account. Number and holder are stored as they are: the vault that seals them is not simulated.
func upsertAccount(tx *db.Tx, member id.Member, a zengin.Account) error {
	_, err := tx.Exec(`-- sim.upsertAccount
		INSERT INTO bank_account (bucket, member, bank, branch, type, number, holder, registered) VALUES ($1, $2, $3, $4, 1, $5, $6, $7)
		ON CONFLICT (bucket, member) DO UPDATE SET bank = excluded.bank, branch = excluded.branch, type = excluded.type,
			number = excluded.number, holder = excluded.holder, registered = excluded.registered`,
		member.Bucket(), member, a.Bank, a.Branch, []byte(a.Number.Reveal()), []byte(a.Holder.Reveal()), db.Micros(tx.Now()))
	return err
}

// selectAccounts answers the accounts of members; who has none is left out.
func selectAccounts(tx *db.Tx, members []id.Member) (map[id.Member]zengin.Account, error) {
	found := make(map[id.Member]zengin.Account, len(members))
	for _, m := range members {
		err := tx.Rows(`-- sim.selectAccounts
			SELECT bank, branch, type, number, holder FROM bank_account WHERE bucket = $1 AND member = $2`, []any{m.Bucket(), m},
			func(row db.Row) error {
				var a zengin.Account
				var kind int64
				var number, holder []byte
				err := row.Scan(&a.Bank, &a.Branch, &kind, &number, &holder)
				a.Type, a.Number, a.Holder = zengin.AccountType(kind), zengin.AccountNumber(number), mask.Name(holder)
				found[m] = a
				return err
			})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func loadDebitRuns(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.debitRuns
		SELECT day, state, bills, total, request, answer, gathered, asked, answered FROM debit_run WHERE bucket = 0 ORDER BY day`, nil,
		each(&s.DebitRuns, func(r *memory.DebitRun) []any {
			return []any{&r.Day, &r.State, &r.Bills, &r.Total, &r.Request, &r.Answer, &r.Gathered, &r.Asked, &r.Answered}
		}))
}

func loadDebitItems(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.debitItems
		SELECT bucket, day, statement, member, number, amount, state, code, receipt, created, changed FROM debit_item
		ORDER BY created, bucket, number`, nil,
		each(&s.DebitItems, func(r *memory.DebitItem) []any {
			return []any{
				&r.Bucket, &r.Day, &r.Statement, &r.Member, &r.Number, &r.Amount, &r.State, &r.Code, &r.Receipt, &r.Created, &r.Changed,
			}
		}))
}

func loadPayers(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.payers
		SELECT bucket, id, state, way_to_pay FROM member ORDER BY created, bucket, id`, nil,
		each(&s.Payers, func(r *memory.Payer) []any { return []any{&r.Bucket, &r.ID, &r.State, &r.Way} }))
}

func loadBankAccounts(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.bankAccounts
		SELECT bucket, member, bank, branch, type, number, holder, registered FROM bank_account ORDER BY registered, bucket, member`, nil,
		each(&s.BankAccounts, func(r *memory.BankAccount) []any {
			return []any{&r.Bucket, &r.Member, &r.Bank, &r.Branch, &r.Type, &r.Number, &r.Holder, &r.Registered}
		}))
}

func loadDecisions(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.decisions
		SELECT bucket, receipt, act, carried_bucket, carried, statement, member, way, decided_by, second_by, decided, paid_day, paid_by
		FROM receipt_decision ORDER BY decided, bucket, receipt`, nil,
		each(&s.Decisions, func(r *memory.Decision) []any {
			return []any{
				&r.Bucket, &r.Receipt, &r.Act, &r.CarriedBucket, &r.Carried, &r.Statement, &r.Member, &r.Way, &r.By, &r.Second, &r.Decided,
				&r.PaidDay, &r.PaidBy,
			}
		}))
}

func loadOrigins(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.origins
		SELECT bucket, receipt, source_bucket, source FROM receipt_origin ORDER BY bucket, receipt`, nil,
		each(&s.Origins, func(r *memory.Origin) []any { return []any{&r.Bucket, &r.Receipt, &r.SourceBucket, &r.Source} }))
}

func loadLineCloses(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.lineCloses
		SELECT bucket, line_key, note, closed_by, closed FROM receipt_line_close ORDER BY closed, bucket, line_key`, nil,
		each(&s.LineCloses, func(r *memory.LineClose) []any { return []any{&r.Bucket, &r.LineKey, &r.Note, &r.ClosedBy, &r.Closed} }))
}
