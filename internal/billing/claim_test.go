package billing

import (
	"context"
	"testing"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/kiosk"
)

// TestInsertClaims: of the numbers that are drawn, those are left out that somebody had.
func TestInsertClaims(t *testing.T) { // rule B31
	t.Parallel()
	d := dbtest.Open(t)
	claim := func(numbers ...kiosk.ReceiptNumber) (got map[kiosk.ReceiptNumber]bool) {
		err := d.Write(context.Background(), func(tx *db.Tx) (err error) {
			got, err = insertClaims(tx, numbers)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := claim("00000000018", "79927398713"); len(got) != 2 {
		t.Errorf("claimed %v", got)
	}
	if got := claim("79927398713", "00000000026"); len(got) != 1 || !got["00000000026"] {
		t.Errorf("claimed %v", got)
	}
}
