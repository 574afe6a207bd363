package keys

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/vault"
)

// Progress is how far Rekey has come.
type Progress struct {
	Place  string // where it is
	Done   int    // ranges of buckets, over all places
	Of     int
	Moved  int // rows that were brought under the key in use, or had had their time
	Left   int // rows that end by themselves
	Sealed int // rows that do not open: their key is not in the folder
}

// Rekey brings the rows of all places under the keys in use, in transactions of a few rows beside whatever runs (rule K03). It can be
// ended anywhere and begun again: what is moved stays, and a run that finds nothing writes nothing. show is told after each range.
func (k *Keys) Rekey(ctx context.Context, by string, show func(Progress)) (Progress, error) {
	p := Progress{Of: len(k.Places) * id.Buckets / rangeBuckets}
	moved := map[vault.Part]int{}
	for _, place := range k.Places {
		p.Place = place.Name
		for from := 0; from < id.Buckets; from += rangeBuckets {
			before := p.Moved
			if err := k.rekeyRange(ctx, place, from, &p); err != nil {
				return p, fmt.Errorf("keys: %s: %w", place.Name, err)
			}
			moved[place.Part] += p.Moved - before
			p.Done++
			show(p)
		}
	}
	return p, k.tellMoved(ctx, moved, by)
}

// rekeyRange looks a range through without a lock, and moves what it finds a slice at a time.
func (k *Keys) rekeyRange(ctx context.Context, place Place, from int, p *Progress) error {
	if _, err := k.Vault.Reload(); err != nil { // with keys of before, it would move rows back
		return err
	}
	current, _ := k.standing(place.Part, vault.InUse)
	var rows []Row
	err := k.DB.Read(ctx, func(tx *db.Tx) error {
		rows = nil
		return place.Old(tx, from, from+rangeBuckets, current.Prefix(), func(row db.Row) error {
			var r Row
			err := row.Scan(&r.Bucket, &r.Name)
			rows = append(rows, r)
			return err
		})
	})
	if err != nil {
		return err
	}
	for slice := range slices.Chunk(rows, sliceRows) {
		var moved, left, sealed int
		err := k.DB.Write(ctx, func(tx *db.Tx) error {
			moved, left, sealed = 0, 0, 0
			for _, row := range slice {
				ok, err := place.Move(tx, row)
				switch {
				case errors.Is(err, vault.ErrSealed), errors.Is(err, vault.ErrErased):
					sealed++
				case err != nil:
					return err
				case ok:
					moved++
				default:
					left++
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		p.Moved, p.Left, p.Sealed = p.Moved+moved, p.Left+left, p.Sealed+sealed
	}
	return nil
}

func (k *Keys) tellMoved(ctx context.Context, moved map[vault.Part]int, by string) error {
	for _, part := range vault.Parts {
		if moved[part] == 0 {
			continue
		}
		key, err := k.recorded(ctx, part, vault.InUse, by)
		if err != nil {
			return err
		}
		err = k.DB.Write(ctx, func(tx *db.Tx) error {
			return event.Append(tx, key.fact("keys.rekeyed", by, map[string]any{"rows": moved[part]}))
		})
		if err != nil {
			return err
		}
	}
	return nil
}
