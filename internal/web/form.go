package web

import "fmt"

// Form is what was typed into a page's fields and what is to be put right. The zero Form is an empty one.
type Form struct {
	Typed map[string]string // by field name, as the person typed it
	Slips []Slip            // in the order of the fields
	Again bool              // the page was open too long: FORM-101, nothing was taken
}

// Slip is one thing to put right in one field.
type Slip struct {
	Field string
	What  Slipped        // the sentence; SlipOther says it by Text
	With  map[string]any // figures of the sentence, as for the catalogue
	Text  string         // with SlipOther: a sentence already in the page's language, such as a fault's
}

// Wrong tells whether the form is shown because something is to be put right.
func (f Form) Wrong() bool { return len(f.Slips) > 0 || f.Again }

// SlipOf is what is wrong with a field, or nil.
func (f Form) SlipOf(field string) *Slip {
	for _, s := range f.Slips {
		if s.Field == field {
			return &s
		}
	}
	return nil
}

// input is one field as the template draws it.
type input struct {
	fieldSpec
	Name  string
	ID    string
	Value string
	Slip  *Slip
}

// fieldSpec is what is the same wherever a field is shown.
type fieldSpec struct {
	Label    string // text key
	Hint     string // text key, or empty
	Type     string // of the input element
	Mode     string // inputmode
	Complete string // autocomplete
	Optional bool
	Narrow   bool // as wide as its figures
}

var fieldSpecs = map[string]fieldSpec{
	"last":            {Label: "ops.hold.last", Hint: "ops.hold.last.hint", Type: "date", Complete: "off", Optional: true, Narrow: true},
	"phone":           {Label: "field.phone", Hint: "field.phone.hint", Type: "tel", Mode: "tel", Complete: "tel-national"},
	"code":            {Label: "field.code", Hint: "field.code.hint", Type: "text", Mode: "numeric", Complete: "one-time-code", Narrow: true},
	"family":          {Label: "field.family", Type: "text", Complete: "family-name"},
	"given":           {Label: "field.given", Type: "text", Complete: "given-name"},
	"family_kana":     {Label: "field.family_kana", Hint: "field.kana.hint", Type: "text", Complete: "off"},
	"given_kana":      {Label: "field.given_kana", Type: "text", Complete: "off"},
	"year":            {Label: "field.year", Type: "text", Complete: "bday-year", Narrow: true},
	"month":           {Label: "field.month", Type: "text", Mode: "numeric", Complete: "bday-month", Narrow: true},
	"day":             {Label: "field.day", Type: "text", Mode: "numeric", Complete: "bday-day", Narrow: true},
	"postal":          {Label: "field.postal", Hint: "field.postal.hint", Type: "text", Mode: "numeric", Complete: "postal-code", Narrow: true},
	"prefecture":      {Label: "field.prefecture", Type: "text", Complete: "address-level1"},
	"city":            {Label: "field.city", Hint: "field.city.hint", Type: "text", Complete: "address-line1"},
	"building":        {Label: "field.building", Type: "text", Complete: "address-line2", Optional: true},
	"mail":            {Label: "field.mail", Hint: "field.mail.hint", Type: "email", Mode: "email", Complete: "email"},
	"account_number":  {Label: "field.account_number", Hint: "field.account_number.hint", Type: "text", Mode: "numeric", Complete: "off", Narrow: true},
	"symbol":          {Label: "field.symbol", Hint: "field.symbol.hint", Type: "text", Mode: "numeric", Complete: "off", Narrow: true},
	"passbook_number": {Label: "field.passbook_number", Hint: "field.passbook_number.hint", Type: "text", Mode: "numeric", Complete: "off", Narrow: true},
	"holder":          {Label: "field.holder", Hint: "field.holder.hint", Type: "text", Complete: "off"},
	"payer_holder":    {Label: "field.holder", Hint: "field.payer_holder.hint", Type: "text", Complete: "off"},
	"payee_bank":      {Label: "field.payee_bank", Type: "text", Mode: "numeric", Complete: "off", Narrow: true},
	"payee_branch":    {Label: "field.payee_branch", Hint: "field.payee_branch.hint", Type: "text", Mode: "numeric", Complete: "off", Optional: true, Narrow: true},
	"payee_symbol":    {Label: "field.payee_symbol", Type: "text", Mode: "numeric", Complete: "off", Optional: true, Narrow: true},
	"payee_number":    {Label: "field.payee_number", Type: "text", Mode: "numeric", Complete: "off", Narrow: true},
	"payee_holder":    {Label: "field.payee_holder", Type: "text", Complete: "off"},
	"payee_reference": {Label: "field.payee_reference", Hint: "field.payee_reference.hint", Type: "text", Complete: "off", Narrow: true},
	"transfer_key":    {Label: "field.transfer_key", Hint: "field.transfer_key.hint", Type: "text", Mode: "numeric", Complete: "off"},
	"transfer_amount": {Label: "field.transfer_amount", Hint: "field.transfer_amount.hint", Type: "text", Mode: "numeric", Complete: "off", Narrow: true},
	"guardian_name":   {Label: "field.guardian_name", Type: "text", Complete: "off"},
	"totp":            {Label: "ops.totp", Hint: "ops.totp.hint", Type: "text", Mode: "numeric", Complete: "one-time-code", Narrow: true},
	"reason":          {Label: "ops.reason", Hint: "ops.reason.hint", Type: "text", Complete: "off"},
	"note":            {Label: "field.note", Hint: "field.note.hint", Type: "text", Complete: "off"},
	"finding":         {Label: "field.finding", Hint: "field.finding.hint", Type: "text", Complete: "off"},
	"object":          {Label: "field.object", Hint: "field.object.hint", Type: "text", Complete: "off"},
	"statement":       {Label: "ops.statement", Hint: "ops.statement.hint", Type: "text", Complete: "off"},
	"reference":       {Label: "field.reference", Hint: "field.reference.hint", Type: "text", Complete: "off"},
	"guardian_phone":  {Label: "field.guardian_phone", Hint: "field.guardian_phone.hint", Type: "tel", Mode: "tel", Complete: "off"},
}

func field(f Form, name string) (input, error) {
	s, ok := fieldSpecs[name]
	if !ok {
		return input{}, fmt.Errorf("web: no field %q", name)
	}
	return input{fieldSpec: s, Name: name, ID: "f-" + name, Value: f.Typed[name], Slip: f.SlipOf(name)}, nil
}

// Described names the elements that explain the field, for aria-describedby.
func (i input) Described() string {
	s := ""
	if i.Hint != "" {
		s = i.ID + "-hint"
	}
	if i.Slip != nil {
		if s != "" {
			s += " "
		}
		s += i.ID + "-err"
	}
	return s
}
