package payout

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

// Place is where a return stands, without the account: for lists, which open none.
type Place struct {
	State  State
	File   int     // the last one it was in
	Day    jst.Day // the transfer day of that file
	Reason Reason  // of Failed
}

// Where answers where a return stands. It is false for one that was in no file yet.
func Where(tx *db.Tx, receipt id.Receipt) (Place, bool, error) {
	now, _, day, found, err := selectStanding(tx, receipt)
	return Place{State: now.state, File: now.file, Day: day, Reason: now.reason}, found, err
}
