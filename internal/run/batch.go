package run

import (
	"context"
	"fmt"

	"tsuke/internal/db"
	"tsuke/internal/fault"
)

// Order is one request for a hot verb. Without a key (Value empty) the verb's own identity of orders is the only guard.
type Order[I any] struct {
	Key   Key
	Input I
}

// Batch is a hot verb. It puts into q the statements that lock and load what the inputs need, without running them, and
// answers how to decide them once they have run.
type Batch[I, R any] func(q *db.Queue, inputs []I) Decide[R]

// Decide works off the inputs that pick names by their index, in that order, and answers one result for each. An error
// fails all of them; a refusal of one input is a result with a fault. What it writes it leaves for the commit
// ([db.Tx.Later]) where it can.
type Decide[R any] func(tx *db.Tx, pick []int) ([]Result[R], error)

// Result is what became of one input: a value or a refusal.
type Result[R any] struct {
	Value   R
	Refused *fault.Error
}

// Render turns a result into the answer that is kept with the key. It runs inside the transaction and does no I/O.
type Render[R any] func(Result[R]) Answer

// Done is what a caller is told of an order: the result of this run, or the answer that was stored before.
type Done[R any] struct {
	Outcome

	Result Result[R] // empty on a replay
}

// Told is what one order of a batch is told: what is done, or why nothing was.
type Told[R any] struct {
	Done Done[R]
	Err  error
}

// Batcher works off orders in one transaction: keys, verb, answers. On PostgreSQL that is two round trips, one that
// begins, locks and loads, and one that writes and commits. Lanes feed it; so does whoever needs no goroutines.
type Batcher[I, R any] struct {
	DB     *db.DB
	Batch  Batch[I, R]
	Render Render[R]
}

// Do works off orders in their order of arrival and tells each what became of it. If they fail as a whole, each is tried
// alone, so that one bad order cannot take others down.
func (b Batcher[I, R]) Do(ctx context.Context, orders []Order[I]) []Told[R] {
	told, err := b.once(ctx, orders)
	switch {
	case err == nil:
		return told
	case len(orders) == 1 || Charged(err).Charged != fault.NotCharged:
		return fillErr[R](len(orders), Charged(err))
	}
	told = told[:0]
	for _, o := range orders {
		one, err := b.once(ctx, []Order[I]{o})
		if err != nil {
			one = fillErr[R](1, Charged(err))
		}
		told = append(told, one...)
	}
	return told
}

func fillErr[R any](n int, err error) []Told[R] {
	all := make([]Told[R], n)
	for i := range all {
		all[i].Err = err
	}
	return all
}

// once runs one transaction for the orders: keys looked up while the verb loads, duplicates within the batch resolved in
// memory, the verb, answers stored.
func (b Batcher[I, R]) once(ctx context.Context, orders []Order[I]) (told []Told[R], err error) {
	inputs := make([]I, len(orders))
	for i, o := range orders {
		inputs[i] = o.Input
	}
	err = b.DB.Write(ctx, func(tx *db.Tx) error {
		told = make([]Told[R], len(orders))
		q := tx.Queue()
		answered := queueKeys(q, keysOf(orders))
		decide := b.Batch(q, inputs)
		if err := q.Run(); err != nil {
			return err
		}
		fresh, twins := sortOut(tx, orders, answered, told)
		if len(fresh) == 0 {
			tx.Unwritten()
			return nil
		}
		results, err := decide(tx, fresh)
		if err != nil {
			return err
		}
		if len(results) != len(fresh) {
			return fmt.Errorf("run: %d results for %d orders", len(results), len(fresh))
		}
		if err := b.keep(tx, orders, fresh, results, told); err != nil {
			return err
		}
		for twin, first := range twins {
			told[twin] = told[first]
			told[twin].Done.Replayed = true
		}
		return nil
	})
	return told, err
}

func keysOf[I any](orders []Order[I]) []Key {
	var keys []Key
	for _, o := range orders {
		if o.Key.Value != "" {
			keys = append(keys, o.Key)
		}
	}
	return keys
}

// sortOut tells the orders whose key was answered before, and answers the indices of the others: one per key, and for
// each later twin its first.
func sortOut[I, R any](tx *db.Tx, orders []Order[I], answered map[string]stored, told []Told[R]) (fresh []int, twins map[int]int) {
	twins = map[int]int{}
	first := make(map[string]int, len(orders))
	for i, o := range orders {
		if o.Key.Value == "" {
			fresh = append(fresh, i)
			continue
		}
		hash := o.Key.hashText()
		if s, ok := answered[hash]; ok {
			if told[i].Err = s.matches(o.Key); told[i].Err == nil {
				told[i].Done.Outcome = s.outcome()
			}
			continue
		}
		if earlier, ok := first[hash]; ok {
			if told[i].Err = unanswered(orders[earlier].Key, tx).matches(o.Key); told[i].Err == nil {
				twins[i] = earlier
			}
			continue
		}
		first[hash] = i
		fresh = append(fresh, i)
	}
	return fresh, twins
}

// unanswered is the row of a key that this transaction is about to answer.
func unanswered(k Key, tx *db.Tx) stored {
	return stored{operation: k.Operation, sum: k.Print.sum[:printLen], parts: k.Print.parts, firstSeen: tx.Now()}
}

// keep stores the answers. A refusal inside a batch is stored like any other answer if it is final for its key.
func (b Batcher[I, R]) keep(tx *db.Tx, orders []Order[I], fresh []int, results []Result[R], told []Told[R]) error {
	var rows []keyed
	for n, i := range fresh {
		r := results[n]
		if r.Refused != nil {
			r.Refused = Charged(r.Refused)
		}
		told[i].Done = Done[R]{Result: r, Outcome: Outcome{Answer: b.Render(r), FirstSeen: tx.Now()}}
		key := orders[i].Key
		if key.Value == "" || (r.Refused != nil && !final(r.Refused)) {
			continue
		}
		rows = append(rows, keyed{key, told[i].Done.Answer})
	}
	return insertKeys(tx, rows)
}
