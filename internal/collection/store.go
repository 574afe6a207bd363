package collection

import (
	"errors"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

func insertOutage(tx *db.Tx, o Outage) error {
	_, err := tx.Exec(`-- collection.insertOutage
		INSERT INTO collection_outage (bucket, from_day, to_day, reason, entered_by, at) VALUES (0, $1, $2, $3, $4, $5)
		ON CONFLICT (bucket, from_day) DO UPDATE SET to_day = excluded.to_day, reason = excluded.reason,
			entered_by = excluded.entered_by, at = excluded.at`, o.From, o.To, o.Reason, o.By, db.Micros(tx.Now()))
	return err
}

func listOutages(tx *db.Tx) ([]Outage, error) {
	var found []Outage
	err := tx.Rows(`-- collection.listOutages
		SELECT from_day, to_day, reason, entered_by, at FROM collection_outage WHERE bucket = 0 ORDER BY from_day DESC`, nil,
		func(row db.Row) error {
			var o Outage
			var at int64
			err := row.Scan(&o.From, &o.To, &o.Reason, &o.By, &at)
			o.At = db.FromMicros(at)
			found = append(found, o)
			return err
		})
	return found, err
}

func selectOutages(tx *db.Tx) ([]Span, error) {
	all, err := listOutages(tx)
	spans := make([]Span, len(all))
	for i, o := range all {
		spans[i] = o.Span
	}
	return spans, err
}

func upsertPromise(tx *db.Tx, p Promise) error {
	_, err := tx.Exec(`-- collection.upsertPromise
		INSERT INTO promise (bucket, member, day, amount, made) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (bucket, member) DO UPDATE SET day = excluded.day, amount = excluded.amount, made = excluded.made`,
		p.Member.Bucket(), p.Member, p.Day, p.Amount, db.Micros(p.Made))
	return err
}

func selectPromise(tx *db.Tx, member id.Member, today jst.Day) (Promise, bool, error) {
	p := Promise{Member: member}
	var made int64
	err := tx.Row(`-- collection.selectPromise
		SELECT day, amount, made FROM promise WHERE bucket = $1 AND member = $2 AND day >= $3`, member.Bucket(), member, today).
		Scan(&p.Day, &p.Amount, &made)
	if errors.Is(err, db.ErrNone) {
		return Promise{}, false, nil
	}
	p.Made = db.FromMicros(made)
	return p, err == nil, err
}
