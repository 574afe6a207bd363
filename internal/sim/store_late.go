package sim

import (
	"tsuke/internal/db"
	"tsuke/internal/sim/memory"
)

func loadCharges(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.charges
		SELECT bucket, id, statement, day, kind, member, amount, full_amount, yen_days, rate, state, reason, created, changed
		FROM late_charge ORDER BY created, bucket, id`, nil,
		each(&s.Charges, func(r *memory.Charge) []any {
			return []any{
				&r.Bucket, &r.ID, &r.Statement, &r.Day, &r.Kind, &r.Member, &r.Amount, &r.FullAmount, &r.YenDays, &r.Rate, &r.State,
				&r.Reason, &r.Created, &r.Changed,
			}
		}))
}

func loadOutages(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.outages
		SELECT from_day, to_day, reason, entered_by, at FROM collection_outage WHERE bucket = 0 ORDER BY from_day`, nil,
		each(&s.Outages, func(r *memory.Outage) []any { return []any{&r.From, &r.To, &r.Reason, &r.EnteredBy, &r.At} }))
}

func loadPromises(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.promises
		SELECT bucket, member, day, amount, made FROM promise ORDER BY bucket, member`, nil,
		each(&s.Promises, func(r *memory.Promise) []any { return []any{&r.Bucket, &r.Member, &r.Day, &r.Amount, &r.Made} }))
}

func loadTerms(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.terms
		SELECT name, scope, from_day, value, set_by, set_at FROM term WHERE bucket = 0 ORDER BY name, scope, from_day`, nil,
		each(&s.Terms, func(r *memory.Term) []any { return []any{&r.Name, &r.Scope, &r.From, &r.Value, &r.SetBy, &r.SetAt} }))
}

func loadWriteOffs(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.writeOffs
		SELECT bucket, id, statement, member, amount, reason, decided_by, second_by, decided, undone_by, undone_second, COALESCE(undone, 0)
		FROM write_off ORDER BY decided, bucket, id`, nil,
		each(&s.WriteOffs, func(r *memory.WriteOff) []any {
			return []any{
				&r.Bucket, &r.ID, &r.Statement, &r.Member, &r.Amount, &r.Reason, &r.By, &r.Second, &r.Decided, &r.UndoneBy, &r.UndoneSecond,
				&r.Undone,
			}
		}))
}

func loadWaivers(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.waivers
		SELECT bucket, charge, decided_by, second_by, decided FROM late_waiver ORDER BY decided, bucket, charge`, nil,
		each(&s.Waivers, func(r *memory.LateWaiver) []any { return []any{&r.Bucket, &r.Charge, &r.By, &r.Second, &r.Decided} }))
}

func loadPlans(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.plans
		SELECT bucket, statement, number, member, state, sum, before, long, made_by, made, until_day, changed FROM bill_plan
		ORDER BY made, bucket, statement, number`, nil,
		each(&s.Plans, func(r *memory.Plan) []any {
			return []any{
				&r.Bucket, &r.Statement, &r.Number, &r.Member, &r.State, &r.Sum, &r.Before, &r.Long, &r.By, &r.Made, &r.Until, &r.Changed,
			}
		}))
}

func loadPlanParts(tx *db.Tx, s *memory.Store) error {
	return tx.Rows(`-- sim.planParts
		SELECT bucket, statement, number, part, id, day, amount, upto FROM bill_plan_part ORDER BY bucket, statement, number, part`, nil,
		each(&s.PlanParts, func(r *memory.PlanPart) []any {
			return []any{&r.Bucket, &r.Statement, &r.Number, &r.Part, &r.ID, &r.Day, &r.Amount, &r.Upto}
		}))
}
