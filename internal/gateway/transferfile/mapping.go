package transferfile

import (
	"fmt"
	"slices"
	"strings"

	"tsuke/internal/kana"
)

// Mapping says where a bank's CSV has what. Columns are named as its header row names them; width and form of the
// letters do not count.
type Mapping struct {
	Account string // which of our accounts the file is of, in any form; it keeps equal lines of two accounts apart

	Day    string // the day
	Amount string // what came in
	Payer  string // the payer's name; "" where it stands within Text
	Text   string // the bank's words; "" where they are not needed

	Serial  string // the bank's own number of each line; "" where it has none
	Out     string // what went out, where Amount does not have both directions; needed only with Balance
	Balance string // what is in the account after the line; "" where that is not to be checked

	// Signed says that Amount has both directions, and what went out with a minus sign. Without it a negative amount is a
	// correction by the bank, which a person has to look at.
	Signed bool
	// PayerAfter are the words in Text that a payer's name follows, blanks included, where Payer is "": "振込 ". A line
	// without them has no payer.
	PayerAfter []string
}

// Deposits is an example: a bank with a column each for what came in, and for the payer.
func Deposits(account string) Mapping {
	return Mapping{Account: account, Day: "取引日", Amount: "入金金額", Payer: "振込依頼人名", Text: "摘要"}
}

// Signed is an example: a bank with one column for both directions, and the payer within the text.
func Signed(account string) Mapping {
	return Mapping{Account: account, Day: "取引日", Amount: "入出金(円)", Text: "入出金内容", Signed: true, PayerAfter: []string{"振込 "}}
}

// MappingError is a mapping that cannot be read by: a setting to be put right, not a file.
type MappingError struct{ Field string }

// Error names the field.
func (e *MappingError) Error() string {
	return fmt.Sprintf("transferfile: mapping: %s: %s", e.Field, cures[e.Field])
}

var cures = map[string]string{
	"Day":        "the name of a column is needed",
	"Amount":     "the name of a column is needed",
	"Payer":      "needed, or Text and PayerAfter in its place",
	"PayerAfter": "words are needed, and only where Payer is empty",
	"Out":        "the name of a column is needed where Balance is set and Signed is not, and nowhere else",
	"Columns":    "each column is named once, on one line, in letters that the encoding has",
	"Encoding":   "UTF8 or ShiftJIS",
}

// Check finds a field that is missing or contradicts another. The error is a *MappingError.
func (m Mapping) Check() error {
	switch {
	case normal(m.Day) == "":
		return &MappingError{Field: "Day"}
	case normal(m.Amount) == "":
		return &MappingError{Field: "Amount"}
	case m.Payer == "" && (m.Text == "" || len(m.PayerAfter) == 0):
		return &MappingError{Field: "Payer"}
	case m.Payer != "" && len(m.PayerAfter) > 0 || slices.ContainsFunc(m.PayerAfter, func(s string) bool { return normal(s) == "" }):
		return &MappingError{Field: "PayerAfter"}
	case (m.Out != "") != (m.Balance != "" && !m.Signed):
		return &MappingError{Field: "Out"}
	}
	seen := map[string]bool{}
	for _, name := range m.columns() {
		if seen[normal(name)] || normal(name) == "" || strings.ContainsAny(name, "\r\n\uFFFD") {
			return &MappingError{Field: "Columns"}
		}
		seen[normal(name)] = true
	}
	return nil
}

// columns are the names of the columns that there are, in the order in which Write writes them.
func (m Mapping) columns() []string {
	return slices.DeleteFunc([]string{m.Day, m.Amount, m.Payer, m.Text, m.Serial, m.Out, m.Balance}, func(s string) bool { return s == "" })
}

// normal is the form in which texts are compared: the same whether they come in UTF-8 or through Shift_JIS, which has
// other code points for 〜 and −.
func normal(s string) string { return kana.Text(kana.Windows31J(s)) }

// reading is the normal form of a payer's name.
func reading(s string) string { return kana.Katakana(kana.Windows31J(s)) }
