package run

import (
	"fmt"

	"tsuke/internal/db"
)

// CancelledKey is the operation of a key that was cancelled before any request came with it.
const CancelledKey = "cancelled"

// Cancel keeps a key from ever executing: it becomes answered, with answer, for whatever request comes with it (rule
// X13). It is a row like that of any answered key, so whichever comes first, the request or its cancellation, even on
// another process, the other one finds it. Call it where Find has found nothing.
func Cancel(tx *db.Tx, scope, value string, answer Answer) error {
	key := Key{Scope: scope, Value: value, Operation: CancelledKey}
	kept, err := insertKeys(tx, []keyed{{key, answer}})
	if err != nil {
		return err
	}
	if kept != 1 {
		return fmt.Errorf("%w: the key was answered meanwhile", db.ErrSerialization)
	}
	return nil
}
