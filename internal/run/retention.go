package run

import (
	"context"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/term"
)

// AnswerDays is how long an answer is kept.
var AnswerDays = term.Days("run.answer.days", 400, "how long an answer is kept with its key to be repeated byte by byte; "+
	"afterwards a repeat is answered with the object as it is then").Between(400, 36_500)

// Terms lists the figures of this package.
var Terms = []term.Def{AnswerDays}

// stripRound is in how many days each bucket has its turn. There is no index by age, because every purchase would pay for
// it: a bucket is read whole, and a thirtieth of them each day.
const stripRound = 30

// stripMax is how many keys are stripped in one transaction.
const stripMax = 1000

// Strip takes answers and fingerprints from keys that were answered before an instant, in the buckets whose turn it is;
// day is the number of a day, counted from anywhere. What stays for ever is that the key was used, for which operation,
// with which status, and the object (rule X14).
func Strip(ctx context.Context, d *db.DB, day int, before time.Time) error {
	for bucket := day % stripRound; bucket < id.Buckets; bucket += stripRound {
		for n := int64(stripMax); n == stripMax; {
			err := d.Write(ctx, func(tx *db.Tx) (err error) {
				n, err = stripKeys(tx, bucket, db.Micros(before), stripMax)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
