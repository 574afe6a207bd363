package notice

import (
	"slices"
	"strings"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/event"
)

// Preview is what a step would say (rule N11).
type Preview struct {
	Subject string
	Letter  string // lines of at most 78 columns
	Text    string // to a phone
	Lang    string // "ja" or "en"
}

// dots stands for the secret part of an invoice's address, which is only made when a letter leaves (rule I08).
const dots = "••••"

// Preview words a step for a bill past due as it would go out now, by what words those that go out. It sends and stores nothing, and
// holds no personal data: letters name nobody (rules N05, N09, O15). It is false for a kind that is no step.
func (n *Notices) Preview(tx *db.Tx, st billing.Statement, kind Kind, lang string) (Preview, bool, error) {
	if !slices.Contains([]Kind{DunFirst, DunSecond, DunLast}, kind) {
		return Preview{}, false, nil
	}
	s := stored{member: st.Member, kind: kind, subject: event.Subject(st.ID), figures: figures{
		Month: st.Month, Amount: st.Owed(), Due: st.Due, Way: st.Way, Invoice: st.Way == billing.Invoice,
	}}
	link := ""
	if s.figures.Invoice {
		link = strings.TrimSuffix(n.PublicURL, "/") + InvoicePath + dots
	}
	w, err := n.compose(tx, s, lang, link)
	return Preview{Subject: w.head, Letter: w.letter, Text: w.text, Lang: in(lang).lang}, err == nil, err
}
