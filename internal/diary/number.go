package diary

import (
	"fmt"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

// numbers tells the agent of the receipt numbers that begin or end.
func (r *runner) numbers([]string) ([]string, error) {
	var told []string
	err := r.world.Write(func(tx *db.Tx) error {
		told = []string{"nothing to tell"}
		file, found, err := billing.GatherNumbers(tx, 100)
		if err != nil || !found {
			return err
		}
		records, err := billing.NumberRecords(tx, file.Number)
		told = nil
		for _, n := range records {
			what := "begins"
			if n.Ends {
				what = "ends"
			}
			told = append(told, fmt.Sprintf("%s: %s's number over %s to %s, reissue %d", what, r.nameOf(n.Slip.Member), n.Slip.Amount.JA(), n.Slip.ValidTo, n.Slip.Reissue))
		}
		if err != nil {
			return err
		}
		return billing.NumbersWritten(tx, file.Number, []byte("hash"))
	})
	return told, err
}

func (r *runner) nameOf(m id.Member) string {
	for name, member := range r.world.Members {
		if member == m {
			return name
		}
	}
	return m.String()
}

// number NAME MONTH opens the page on which a bill is paid.
func (r *runner) number(args []string) ([]string, error) {
	month, err := jst.ParseMonth(args[1])
	if err != nil {
		return nil, err
	}
	st, ok := r.world.Statement(args[0], month)
	if !ok {
		return []string{"no bill"}, nil
	}
	slip, err := r.world.Slip(args[0], st)
	if err != nil {
		return nil, err
	}
	var n billing.Numbers
	r.world.Read(func(tx *db.Tx) (err error) {
		n, err = billing.NumbersOf(tx, slip)
		return err
	})
	switch {
	case slip.Kind != billing.Number:
		return []string{"no number: " + string(slip.Kind)}, nil
	case !n.Told:
		return []string{fmt.Sprintf("a number over %s is being made", slip.Amount.JA())}, nil
	}
	return []string{fmt.Sprintf("a number over %s, to %s", slip.Amount.JA(), slip.ValidTo)}, nil
}
