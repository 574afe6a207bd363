package paper

import (
	"errors"
	"strings"
	"time"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Statement is a bill of a month as a member keeps it. Its words are in one language already.
//
// It has two parts. The bill as it was issued (Lines, Total, Due, Way) never changes again (rules B19, B41), and comes
// first: as pages of the PDF, as lines of the CSV. What came of it (Since) follows, as of a day, on pages and lines of its own. So
// the first part is the same, byte for byte, whenever the bill is fetched, as long as the sender's head is.
type Statement struct {
	English bool   // the language of the labels
	From    Sender // postal code, address, phone, hours and registration may be empty
	To      string // the member's name, in the characters that bills are written with
	Brand   string // of the service, for the file's title

	Reference string
	Month     jst.Month // of the purchases; zero on an invoice for one of them
	Issued    jst.Day
	Due       jst.Day // as issued
	Way       string  // as issued
	Lines     []Line  // they add up to Total
	Total     money.Yen

	AsOf  jst.Day
	State string
	Since []Line // added by lateness, taken off by payments: with Total they add up to Owed
	Owed  money.Yen
}

// Line is a line of a statement.
type Line struct {
	Kind   string // a word that programs can rely on: "purchase"
	Day    jst.Day
	Title  string
	Notes  []string // how the amount came about, a sentence each
	Shop   string   // of a purchase or refund
	Order  string   // the shop's number of the order
	Bought jst.Day  // the day of the purchase that a refund belongs to
	Amount money.Yen
	Tax    money.Yen // consumption tax within Amount, of what we sell ourselves: fees
}

// ErrSum is a statement whose lines do not add up to its sums. Such a paper must not exist.
var ErrSum = errors.New("paper: the lines of the statement do not add up to its total")

// mostWords is how many characters of one text are printed: more is no text for a bill, and would not fit on a page.
const mostWords = 300

// made is the time that a file about the statement says it was made: the beginning of its day, so that the same day makes the
// same bytes.
func (st Statement) made() time.Time { return st.AsOf.Start() }

// Check holds the sums against the lines. The fault is ErrSum.
func (st Statement) Check() error {
	sum := func(lines []Line, from money.Yen) (money.Yen, error) {
		amounts := []money.Yen{from}
		for _, l := range lines {
			amounts = append(amounts, l.Amount)
		}
		return money.Sum(amounts...)
	}
	issued, err := sum(st.Lines, 0)
	if err != nil || issued != st.Total {
		return ErrSum
	}
	if owed, err := sum(st.Since, st.Total); err != nil || owed != st.Owed {
		return ErrSum
	}
	return nil
}

// printable gives the statement with what the font can print.
func (st Statement) printable(has func(rune) bool) Statement {
	clean := func(text string) string {
		if r := []rune(text); len(r) > mostWords {
			text = string(r[:mostWords]) + "…"
		}
		out, _ := printable(text, has)
		return out
	}
	all := func(texts []string) []string {
		var out []string
		for _, text := range texts {
			if c := clean(text); c != "" {
				out = append(out, c)
			}
		}
		return out
	}
	lines := func(in []Line) []Line {
		out := make([]Line, len(in))
		for i, l := range in {
			l.Title, l.Notes = clean(l.Title), all(l.Notes)
			out[i] = l
		}
		return out
	}
	st.From.Name, st.From.Lines = clean(st.From.Name), all(st.From.Lines)
	st.From.Phone, st.From.Hours = clean(st.From.Phone), clean(st.From.Hours)
	st.From.PostalCode, st.From.Registration = clean(st.From.PostalCode), clean(st.From.Registration)
	st.To, st.Brand, st.Way, st.State = clean(st.To), clean(st.Brand), clean(st.Way), clean(st.State)
	st.Lines, st.Since = lines(st.Lines), lines(st.Since)
	return st
}

// postalCode is the sender's, as people write it.
func (st Statement) postalCode() string {
	code := st.From.PostalCode
	if len(code) == 7 && digits(code) {
		code = hyphenated(code)
	}
	if code != "" && !st.English {
		code = "〒" + code
	}
	return code
}

func (st Statement) yen(y money.Yen) string {
	if st.English {
		return y.EN()
	}
	return y.JA()
}

func (st Statement) day(d jst.Day) string {
	switch {
	case d.IsZero():
		return ""
	case st.English:
		return d.EN()
	}
	return d.JAFull()
}

// in picks the label of the statement's language.
func (st Statement) in(ja, en string) string {
	if st.English {
		return en
	}
	return ja
}

func (st Statement) title() string {
	if st.Month.IsZero() {
		return st.in("ご利用明細・ご請求書", "Statement of one purchase")
	}
	return st.in(st.Month.JAFull()+"分 ご利用明細・ご請求書", "Statement for "+st.Month.EN())
}

// contact is how the sender is reached, on one line.
func (st Statement) contact() string {
	if st.From.Phone == "" {
		return ""
	}
	return strings.TrimSpace(st.in("電話 ", "Phone ") + st.From.Phone + "  " + st.From.Hours)
}
