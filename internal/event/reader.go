package event

import (
	"context"
	"errors"
	"fmt"

	"tsuke/internal/db"
)

// Numbered is a fact with its position in the log.
type Numbered struct {
	Recorded

	Position int64 // from 1, without gaps
}

// Reader follows the log under a name of its own.
type Reader struct {
	// Name is what its cursor is kept under. A new name starts at the first fact.
	Name string
	// Step gets the next facts in order and writes its effects through tx. It may run again for the same facts when
	// the transaction did not commit, so it touches nothing but tx.
	Step func(tx *db.Tx, facts []Numbered) error
}

// RunReader hands a reader the next facts, at most limit, in one transaction with the move of its cursor, and answers
// how many. An error of Step leaves the cursor where it was. It does not write if there is nothing new.
func RunReader(ctx context.Context, d *db.DB, r Reader, limit int) (int, error) {
	if r.Name == "" || limit < 1 {
		return 0, fmt.Errorf("event: reader %q with limit %d", r.Name, limit)
	}
	var behind int64
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		behind, err = Behind(tx, r.Name)
		return err
	})
	if err != nil || behind == 0 {
		return 0, err
	}
	var n int
	err = d.Write(ctx, func(tx *db.Tx) (err error) {
		n, err = readOn(tx, r, limit)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("event: reader %s: %w", r.Name, err)
	}
	return n, nil
}

func readOn(tx *db.Tx, r Reader, limit int) (int, error) {
	cursor, err := lockCursor(tx, r.Name)
	if err != nil {
		return 0, err
	}
	places, err := loadPlaces(tx, cursor, limit)
	if err != nil || len(places) == 0 {
		return 0, err
	}
	facts := make([]Numbered, len(places))
	err = loadFacts(tx, places, func(i int, f Recorded) {
		facts[i] = Numbered{Recorded: f, Position: places[i].position}
	})
	if err != nil {
		return 0, err
	}
	if err := r.Step(tx, facts); err != nil {
		return 0, err
	}
	return len(facts), moveCursor(tx, r.Name, facts[len(facts)-1].Position)
}

// Behind tells how many facts of the log a reader has not seen. It counts those that have a place; see Oldest for those
// that wait for one.
func Behind(tx *db.Tx, reader string) (int64, error) {
	cursor, err := findCursor(tx, reader)
	if err != nil && !errors.Is(err, db.ErrNone) {
		return 0, err
	}
	last, err := lastPosition(tx)
	return last - cursor, err
}
