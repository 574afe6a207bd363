package ledger

import (
	"encoding/hex"
	"fmt"
	"strings"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

// Check is one thing that must always be true, as a statement that selects one row per break, and none if it holds.
// Higher packages hand in theirs: exposure = open holds + unpaid captures, statements = their lines.
type Check struct {
	Name string  // the truth, as a sentence
	Of   id.Kind // what the first column holds the id of; nil where it holds words or another key
	// SQL begins with its name ("-- billing.checkLines") and selects two columns: what the break is about, so that it is known
	// again the next day whatever figures it has then, and a text. It has no LIMIT, no ORDER BY and no final semicolon, and
	// selects no personal data.
	SQL string
}

// Code is the name of the check's statement, which is the same for ever: "billing.checkLines". Sentences are reworded.
func (c Check) Code() string {
	first, _, _ := strings.Cut(strings.TrimPrefix(c.SQL, "-- "), "\n")
	return strings.TrimSpace(first)
}

// subject words what the first column of a check holds, and says in which bucket that is, as far as it tells.
func (c Check) subject(about any) (string, int) {
	switch v := about.(type) {
	case string:
		return v, 0
	case []byte:
		if c.Of == nil {
			return hex.EncodeToString(v), 0
		}
		return id.Named(c.Of, v)
	}
	return "", 0
}

// Break is one place where a check does not hold.
type Break struct {
	Check   string
	What    string
	Code    string // of the check
	Subject string // the id of what it is about, such as "stm_…", or words where that is no object
	Bucket  int    // of the subject; 0 where it is no object
}

func (b Break) String() string { return fmt.Sprintf("%s: %s", b.Check, b.What) }

// All are the checks of the books and those handed in.
func All(checks ...Check) []Check { return append(append([]Check{}, booksChecks...), checks...) }

// shownMax is how many breaks of a check Verify tells.
const shownMax = 20

// Verify proves the books and the checks handed in, on one snapshot. It answers what is broken, at most twenty breaks a
// check; no answer means that everything agrees to the yen.
func Verify(tx *db.Tx, checks ...Check) ([]Break, error) {
	if err := tx.Survey(); err != nil {
		return nil, err
	}
	var broken []Break
	for _, c := range All(checks...) {
		found, err := prove(tx, c, shownMax)
		if err != nil {
			return nil, err
		}
		broken = append(broken, found...)
	}
	return broken, nil
}

// Prove runs one check and answers at most limit of its breaks, in the order of what they are about.
func Prove(tx *db.Tx, c Check, limit int) ([]Break, error) {
	if err := tx.Survey(); err != nil {
		return nil, err
	}
	return prove(tx, c, limit)
}

func prove(tx *db.Tx, c Check, limit int) ([]Break, error) {
	found, err := runCheck(tx, c, limit)
	if err != nil {
		return nil, fmt.Errorf("ledger: check %q: %w", c.Name, err)
	}
	return found, nil
}
