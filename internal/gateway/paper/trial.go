package paper

import (
	"errors"

	"tsuke/internal/fault"
)

// Trial tells of each card whether a batch would take it, before the batch is begun: [Batch] stops at the first card that it
// refuses, and half a card cannot be taken out of a PDF again. It draws the card in a PDF that nobody will see.
//
// It is stricter than a batch in one thing: a name that has a character without a type is refused, since a bill to somebody
// whose name is not theirs should not be sent without a person having looked at it.
type Trial struct {
	form  Form
	paper *sheets
	drawn int
	seen  map[string]bool // references and barcodes of the cards that were right
}

// trialMax is how many cards are drawn in one PDF. It bounds the memory that a trial needs.
const trialMax = 100

// NewTrial begins a trial of the cards of a form. The error is a [CardError] about the form, or one of the fonts.
func NewTrial(form Form) (*Trial, error) {
	if err := form.refused(); err != nil {
		return nil, err
	}
	return &Trial{form: form, seen: map[string]bool{}}, nil
}

// Card tries the next card. What it answers was replaced on it. The error is a [CardError], and the card is to be left out; or
// another, and nothing can be printed.
func (t *Trial) Card(card Card) ([]Replacement, error) {
	if err := card.refused(1, t.form.Limit); err != nil {
		return nil, err
	}
	if w := first([]test{{t.seen[card.Reference], FieldReference, Repeated}, {t.seen[card.Slip], FieldSlip, Repeated}}); w != nil {
		return nil, &CardError{Number: 1, Reference: card.Reference, Field: w.field, Problem: w.problem}
	}
	if t.paper == nil || t.drawn == trialMax {
		paper, err := newSheets(t.form)
		if err != nil {
			return nil, err
		}
		t.paper, t.drawn = paper, 0
	}
	t.drawn++
	t.paper.replaced = nil
	if err := t.paper.card(1, card); err != nil {
		t.paper = nil // it may have half a card
		return nil, err
	}
	for _, r := range t.paper.replaced {
		if r.Field == FieldName {
			return nil, &CardError{Number: 1, Reference: card.Reference, Field: FieldName, Problem: Unprintable}
		}
	}
	t.seen[card.Reference], t.seen[card.Slip] = true, true
	return t.paper.replaced, nil
}

// Refused is the reason for which an error leaves a card out, and false if it is no such error or about the form.
func Refused(err error) (*CardError, bool) {
	var e *CardError
	return e, errors.As(err, &e) && e.Number > 0
}

// Reason says in which field a character was replaced, and what to do. It does not repeat the character.
func (r Replacement) Reason() fault.Text {
	field := fields[r.Field]
	return fault.Text{
		JA: "「" + field.JA + "」に印刷できない文字があり、〓にしました。発送の前に確かめてください",
		EN: "the " + field.EN + " has a character that was printed as 〓: look at the card before it is sent",
	}
}
