package cli

import (
	"testing"

	"tsuke/internal/jst"
)

// TestBillName: the invoice of one purchase has no month (rule I05).
func TestBillName(t *testing.T) {
	t.Parallel()
	june, err := jst.ParseMonth("2026-06")
	if err != nil {
		t.Fatal(err)
	}
	for want, month := range map[string]jst.Month{"2026-06": june, "invoice": {}} {
		if got := billName(month); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
