package run

import "tsuke/internal/db"

// CancelledKey is the operation of a key that was cancelled before any request came with it.
const CancelledKey = "cancelled"

// Cancel keeps a key from ever executing: it becomes answered, with answer, for whatever request comes with it (rule
// X13). It is a row like that of any answered key, so whichever comes first, the request or its cancellation, even on
// another process, the other one finds it: the transaction that is too late runs again. Call it where Find has found nothing.
func Cancel(tx *db.Tx, scope, value string, answer Answer) error {
	key := Key{Scope: scope, Value: value, Operation: CancelledKey}
	return insertKeys(tx, []keyed{{key, answer}})
}
