package sim

import (
	"tsuke/internal/db"
	"tsuke/internal/sim/memory"
)

func loadCreditReturns(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.creditReturns
		SELECT bucket, source, member, statement, amount, chosen, paid_day, paid_by FROM credit_return ORDER BY chosen, bucket, source`, nil,
		each(&s.CreditReturns, func(r *memory.CreditReturn) []any {
			return []any{&r.Bucket, &r.Source, &r.Member, &r.Statement, &r.Amount, &r.Chosen, &r.PaidDay, &r.PaidBy}
		}))
}

func loadRegained(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.regained
		SELECT bucket, source, member, statement, amount, created FROM loss_regained ORDER BY created, bucket, source`, nil,
		each(&s.Regained, func(r *memory.Regained) []any {
			return []any{&r.Bucket, &r.Source, &r.Member, &r.Statement, &r.Amount, &r.Created}
		}))
}

func loadPayoutFiles(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.payoutFiles
		SELECT number, day, state, records, total, hash, gathered, changed FROM payout_file WHERE bucket = 0 ORDER BY number`, nil,
		each(&s.PayoutFiles, func(r *memory.PayoutFile) []any {
			return []any{&r.Number, &r.Day, &r.State, &r.Records, &r.Total, &r.Hash, &r.Gathered, &r.Changed}
		}))
}

func loadPayouts(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.payouts
		SELECT bucket, receipt, member, state, file, reason, changed FROM payout ORDER BY bucket, receipt`, nil,
		each(&s.Payouts, func(r *memory.Payout) []any {
			return []any{&r.Bucket, &r.Receipt, &r.Member, &r.State, &r.File, &r.Reason, &r.Changed}
		}))
}

func loadPayoutRecords(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.payoutRecords
		SELECT bucket, receipt, file, number, ref, amount, sent, outcome, reason, data_key, account, changed FROM payout_record
		ORDER BY file, bucket, number`, nil,
		each(&s.PayoutRecords, func(r *memory.PayoutRecord) []any {
			return []any{
				&r.Bucket, &r.Receipt, &r.File, &r.Number, &r.Ref, &r.Amount, &r.Sent, &r.Outcome, &r.Reason, &r.DataKey, &r.Account, &r.Changed,
			}
		}))
}

func loadPayoutAccounts(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.payoutAccounts
		SELECT bucket, receipt, data_key, account, changed FROM payout_account ORDER BY bucket, receipt`, nil,
		each(&s.PayoutAccounts, func(r *memory.PayoutAccount) []any {
			return []any{&r.Bucket, &r.Receipt, &r.DataKey, &r.Account, &r.Changed}
		}))
}

func loadTransferLines(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.transferLines
		SELECT bucket, line_key, file, number, account, day, amount, result, reason, receipt_bucket, receipt, statement, created
		FROM transfer_line ORDER BY created, bucket, line_key`, nil,
		each(&s.TransferLines, func(r *memory.TransferLine) []any {
			return []any{
				&r.Bucket, &r.LineKey, &r.File, &r.Number, &r.Account, &r.Day, &r.Amount, &r.Result, &r.Reason, &r.ReceiptBucket, &r.Receipt,
				&r.Statement, &r.Created,
			}
		}))
}

func loadTransferPayers(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.transferPayers
		SELECT bucket, receipt, data_key, sealed FROM transfer_payer ORDER BY bucket, receipt`, nil,
		each(&s.TransferPayers, func(r *memory.TransferPayer) []any { return []any{&r.Bucket, &r.Receipt, &r.DataKey, &r.Sealed} }))
}

func loadNumberClaims(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.numberClaims
		SELECT bucket, number, created FROM number_claim ORDER BY created, bucket, number`, nil,
		each(&s.NumberClaims, func(r *memory.NumberClaim) []any { return []any{&r.Bucket, &r.Number, &r.Created} }))
}

func loadNumberSlips(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.numberSlips
		SELECT bucket, slip, statement, code, told_in, ended_in FROM number_slip ORDER BY bucket, slip`, nil,
		each(&s.NumberSlips, func(r *memory.NumberSlip) []any {
			return []any{&r.Bucket, &r.Slip, &r.Statement, &r.Code, &r.ToldIn, &r.EndedIn}
		}))
}

func loadNumberFiles(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.numberFiles
		SELECT number, made, written, hash, changed FROM number_file WHERE bucket = 0 ORDER BY number`, nil,
		each(&s.NumberFiles, func(r *memory.NumberFile) []any { return []any{&r.Number, &r.Made, &r.Written, &r.Hash, &r.Changed} }))
}
