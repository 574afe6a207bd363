package billing

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
)

const chargeColumns = `c.id, c.statement, c.member, c.day, c.kind, c.amount, c.full_amount, c.yen_days, c.rate, c.reason, c.created`

func scanCharge(row db.Row) (Charge, error) {
	var c Charge
	var created int64
	err := row.Scan(&c.ID, &c.Statement, &c.Member, &c.Day, &c.Kind, &c.Amount, &c.Full, &c.YenDays, &c.Rate, &c.Waived, &created)
	c.Created = db.FromMicros(created)
	return c, err
}

func chargeSet(which []id.LateCharge) *db.Set {
	set := db.NewSet(db.Cols{"bucket:int", "id:bytes"})
	for _, c := range which {
		set.Add(c.Bucket(), c)
	}
	return set
}

// selectChosen reads charges by their ids; one that there is not is left out.
func selectChosen(tx *db.Tx, which []id.LateCharge) ([]Charge, error) {
	var found []Charge
	_, err := tx.Each(`-- billing.selectChosen
		SELECT `+chargeColumns+` FROM {rows} JOIN late_charge c ON c.bucket = r.bucket AND c.id = r.id ORDER BY c.bucket, c.id`,
		chargeSet(which), func(row db.Row) error {
			c, err := scanCharge(row)
			found = append(found, c)
			return err
		})
	return found, err
}

func insertWaiver(tx *db.Tx, charge id.LateCharge, w waiver) error {
	_, err := tx.Exec(`-- billing.insertWaiver
		INSERT INTO late_waiver (bucket, charge, decided_by, second_by, decided) VALUES ($1, $2, $3, $4, $5)`,
		charge.Bucket(), charge, w.by, w.second, db.Micros(tx.Now()))
	return err
}

// selectWaivers reads who took charges back.
func selectWaivers(tx *db.Tx, which []id.LateCharge) (map[id.LateCharge]waiver, error) {
	found := map[id.LateCharge]waiver{}
	_, err := tx.Each(`-- billing.selectWaivers
		SELECT w.charge, w.decided_by, w.second_by FROM {rows} JOIN late_waiver w ON w.bucket = r.bucket AND w.charge = r.id`,
		chargeSet(which), func(row db.Row) error {
			var charge id.LateCharge
			var w waiver
			err := row.Scan(&charge, &w.by, &w.second)
			found[charge] = w
			return err
		})
	return found, err
}

// selectChargesIn reads over all buckets; it is for a person who decides about many at once.
func selectChargesIn(tx *db.Tx, first, last jst.Day, limit int) ([]Charge, error) {
	var found []Charge
	err := tx.Rows(`-- billing.selectChargesIn
		SELECT `+chargeColumns+`
		FROM statement s JOIN late_charge c ON c.bucket = s.bucket AND c.statement = s.id
		WHERE s.past_due AND c.state = 'charged' AND c.amount > 0 AND c.day >= $1 AND c.day <= $2
		ORDER BY c.bucket, c.statement, c.day, c.kind LIMIT $3`, []any{first, last, limit}, func(row db.Row) error {
		c, err := scanCharge(row)
		found = append(found, c)
		return err
	})
	return found, err
}

// waiverChecks: what people took back is told by two of them (rules O12, O13).
var waiverChecks = []ledger.Check{
	{Name: "a late charge that people took back has the two who did, and no other has", Of: id.LateChargeKind{}, SQL: `-- billing.checkWaivers
		SELECT c.id, 'a late charge of ' || CAST(c.amount AS TEXT) || ' in bucket ' || CAST(c.bucket AS TEXT) || ' is ' || c.state || ' ' || c.reason
		FROM late_charge c WHERE (c.reason IN ('` + string(OurFault) + `', '` + string(Courtesy) + `', '` + string(Hardship) + `'))
			<> EXISTS (SELECT 1 FROM late_waiver w WHERE w.bucket = c.bucket AND w.charge = c.id)
		UNION ALL
		SELECT w.charge, 'a waiver in bucket ' || CAST(w.bucket AS TEXT) || ' is of no charge'
		FROM late_waiver w WHERE NOT EXISTS (SELECT 1 FROM late_charge c WHERE c.bucket = w.bucket AND c.id = w.charge)`},
}
