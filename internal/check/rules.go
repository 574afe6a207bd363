package check

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/lifecycle"
)

// changes is what a check's look does to its breaks.
type changes struct {
	opened  []Break // without an id yet
	buckets []int   // of those
	again   []Break
	gone    []Break
}

// compare decides what becomes of the open breaks of one check, by what it found (rule O19). whole says that it showed all it
// found: only then what it did not show is gone.
func compare(open []Break, found []ledger.Break, whole bool) changes {
	var c changes
	at := map[string]int{} // of what was found, by subject, in seen
	var seen []ledger.Break
	for _, f := range found {
		if i, twice := at[f.Subject]; twice {
			seen[i].What = joined(seen[i].What, f.What)
			continue
		}
		at[f.Subject] = len(seen)
		seen = append(seen, f)
	}
	known := map[string]bool{}
	for _, b := range open {
		known[b.Subject] = true
		i, found := at[b.Subject]
		on := Unseen
		if found {
			on = Seen
		}
		to, verdict := Life.Next(b.State(), on)
		switch {
		case verdict != lifecycle.Moved:
		case to == Gone && whole:
			c.gone = append(c.gone, b)
		case to == Open:
			b.Says = cut(seen[i].What)
			c.again = append(c.again, b)
		}
	}
	for _, f := range seen {
		if !known[f.Subject] {
			c.opened = append(c.opened, Break{Code: f.Code, Subject: f.Subject, Said: cut(f.What), Says: cut(f.What)})
			c.buckets = append(c.buckets, f.Bucket)
		}
	}
	return c
}

// joined puts what a check says twice about one subject into one text; the same words are said once.
func joined(a, b string) string {
	if slices.Contains(strings.Split(a, "; "), b) {
		return a
	}
	return a + "; " + b
}

// saysMax bounds what is kept of a break, in bytes.
const saysMax = 1000

func cut(text string) string {
	if len(text) <= saysMax {
		return text
	}
	text = text[:saysMax]
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text + "…"
}

// Days is how many days old a break is on the day of an instant, or was when it went away.
func (b Break) Days(now time.Time) int {
	if !b.Gone.IsZero() {
		now = b.Gone
	}
	return jst.DayOf(now).Sub(jst.DayOf(b.First))
}

// noteMax is how many characters a note may have.
const noteMax = 500

// readNote reads a note of one line.
func readNote(text string) (string, bool) {
	text = strings.TrimSpace(text)
	ok := text != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= noteMax &&
		!strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
	return text, ok
}

// Next is when the daily check is made next after an instant, by the hour that holds on its day.
func Next(after time.Time, hour func(jst.Day) int) time.Time {
	for day := jst.DayOf(after); ; day = day.Add(1) {
		if at := day.Start().Add(time.Duration(hour(day)) * time.Hour); at.After(after) {
			return at
		}
	}
}
