package ledger

import (
	"fmt"

	"tsuke/internal/db"
)

// Check is one thing that must always be true, as a statement that selects one text per break, and none if it holds.
// Higher packages hand in theirs: exposure = open holds + unpaid captures, statements = their lines.
type Check struct {
	Name string // the truth, as a sentence
	SQL  string // selects one text column; without LIMIT and final semicolon; no personal data
}

// Break is one place where a check does not hold.
type Break struct {
	Check string
	What  string
}

func (b Break) String() string { return fmt.Sprintf("%s: %s", b.Check, b.What) }

// Verify proves the books and the checks handed in, on one snapshot. It answers what is broken, at most twenty breaks a
// check; no answer means that everything agrees to the yen.
func Verify(tx *db.Tx, checks ...Check) ([]Break, error) {
	if err := tx.Survey(); err != nil {
		return nil, err
	}
	var broken []Break
	for _, c := range append(append([]Check{}, booksChecks...), checks...) {
		found, err := runCheck(tx, c)
		if err != nil {
			return nil, fmt.Errorf("ledger: check %q: %w", c.Name, err)
		}
		for _, what := range found {
			broken = append(broken, Break{Check: c.Name, What: what})
		}
	}
	return broken, nil
}
