package paper

import (
	"strings"

	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

const (
	maxAddressLines = 4
	maxFees         = 4
	maxTaxes        = 3
	maxReference    = 20
	maxText         = 2_000 // characters of any one text: more is not text for a postcard, and slow to wrap
)

// wrong is a finding before anybody knows which card it is about.
type wrong struct {
	field   Field
	problem Problem
}

// first gives the first finding of a list of tests, in the order of the list.
func first(tests []test) *wrong {
	for _, t := range tests {
		if t.bad {
			return &wrong{t.field, t.problem}
		}
	}
	return nil
}

type test struct {
	bad     bool
	field   Field
	problem Problem
}

// refused is the error of a form that no card can be printed with.
func (f Form) refused() error {
	if w := f.check(); w != nil {
		return &CardError{Field: w.field, Problem: w.problem}
	}
	return nil
}

// refused is the error of a card that is wrong before it is drawn. It names the card by its reference if that is one.
func (c Card) refused(number int, limit money.Yen) error {
	w := c.check(limit)
	if w == nil {
		return nil
	}
	e := &CardError{Number: number, Field: w.field, Problem: w.problem}
	if reference(c.Reference) {
		e.Reference = c.Reference
	}
	return e
}

func (f Form) check() *wrong {
	s := f.From
	return first([]test{
		{blank(s.Name), FieldSenderName, Missing},
		{len(s.PostalCode) != 7 || !digits(s.PostalCode), FieldSenderPostalCode, BadForm},
		{allBlank(s.Lines), FieldSenderAddress, Missing},
		{len(s.Lines) > maxAddressLines, FieldSenderAddress, TooMany},
		{blank(s.Phone), FieldSenderPhone, Missing},
		{s.Registration != "" && !registration(s.Registration), FieldRegistration, BadForm},
		{f.Limit < 1 || f.Limit > 999_999, FieldLimit, OutOfRange}, // the barcode has six digits for it
		{f.Made.IsZero(), FieldMade, Missing},
		{long(s.Name), FieldSenderName, TooLong},
		{long(s.Lines...), FieldSenderAddress, TooLong},
		{long(s.Phone, s.Hours), FieldSenderPhone, TooLong},
		{long(f.Agent), FieldAgent, TooLong},
		{long(f.Postage...), FieldPostage, TooLong},
		{long(f.Back...), FieldBack, TooLong},
	})
}

func (c Card) check(limit money.Yen) *wrong {
	if w := c.checkWords(); w != nil {
		return w
	}
	if w := c.checkSum(); w != nil {
		return w
	}
	if c.Total > limit {
		return &wrong{FieldTotal, OverLimit}
	}
	return c.checkSlip()
}

func (c Card) checkWords() *wrong {
	return first([]test{
		{c.Reference == "", FieldReference, Missing},
		{!reference(c.Reference), FieldReference, BadForm},
		{blank(c.To.Name), FieldName, Missing},
		{long(c.To.Name, c.To.Honorific), FieldName, TooLong},
		{len(c.To.PostalCode) != 7 || !digits(c.To.PostalCode), FieldPostalCode, BadForm},
		{allBlank(c.To.Lines), FieldAddress, Missing},
		{len(c.To.Lines) > maxAddressLines, FieldAddress, TooMany},
		{long(c.To.Lines...), FieldAddress, TooLong},
		{c.Month.IsZero(), FieldMonth, Missing},
		{c.DueDay.IsZero(), FieldDueDay, Missing},
		{blank(c.LateNote), FieldLateNote, Missing},
		{long(c.LateNote), FieldLateNote, TooLong},
		{len(c.Fees) > maxFees, FieldFees, TooMany},
		{len(c.Taxes) > maxTaxes, FieldTaxes, TooMany},
	})
}

func (c Card) checkSum() *wrong {
	var amounts []money.Yen
	for _, p := range c.Purchases {
		if p.Day.IsZero() || blank(p.Shop) {
			return &wrong{FieldPurchases, Missing}
		}
		if long(p.Shop) {
			return &wrong{FieldPurchases, TooLong}
		}
		amounts = append(amounts, p.Amount)
	}
	for _, fee := range c.Fees {
		if blank(fee.JA) {
			return &wrong{FieldFees, Missing}
		}
		amounts = append(amounts, fee.Amount)
	}
	for _, tax := range c.Taxes {
		if blank(tax.JA) {
			return &wrong{FieldTaxes, Missing}
		}
		if !tax.Amount.InRange() {
			return &wrong{FieldTaxes, OutOfRange}
		}
	}
	sum, err := money.Sum(amounts...)
	return first([]test{
		{len(amounts) == 0, FieldPurchases, Missing},
		{err != nil, FieldTotal, OutOfRange},
		{sum != c.Total, FieldTotal, NoSum},
		{c.Total < 1, FieldTotal, OutOfRange},
	})
}

func (c Card) checkSlip() *wrong {
	if c.Slip == "" {
		return &wrong{FieldSlip, Missing}
	}
	code, err := konbini.Parse(c.Slip)
	if err != nil {
		return &wrong{FieldSlip, BadSlip}
	}
	return first([]test{
		{money.Yen(code.Yen) != c.Total, FieldTotal, Differs},
		{code.Due != "" && code.Due < c.DueDay.String(), FieldDueDay, EndsEarly},
		{c.Postal != nil && !c.Postal.wellFormed(), FieldPostal, BadForm},
	})
}

func (p *Postal) wellFormed() bool {
	return len(p.Upper) == 39 && digits(p.Upper) && len(p.Lower) == 44 && digits(p.Lower) &&
		p.Account != "" && len(p.Account) <= maxReference && digits(strings.ReplaceAll(p.Account, "-", ""))
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

func allBlank(lines []string) bool { return blank(strings.Join(lines, "")) }

func long(texts ...string) bool {
	for _, s := range texts {
		if len(s) > 4*maxText {
			return true
		}
	}
	return len(texts) > maxText
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// reference: such a text needs no quotation marks in a list and means nothing to a spreadsheet that opens it.
func reference(s string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	return s != "" && len(s) <= maxReference && strings.Trim(s, letters+"-") == "" && strings.ContainsAny(s[:1], letters)
}

func registration(s string) bool { return len(s) == 14 && s[0] == 'T' && digits(s[1:]) }
