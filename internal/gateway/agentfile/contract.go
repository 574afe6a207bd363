package agentfile

import (
	"fmt"
	"slices"
)

// Contract is what was agreed with an agent and no public description of the layouts settles. Its zero value expects
// nothing: any issuer, any company, the types of the CSV, chain codes as they stand, no sums.
type Contract struct {
	// Issuers are the company codes that our barcodes carry in digits 3 to 8. A file with another one is refused.
	Issuers []string
	// Factor and Company are what the header of the Factor layout must say, five digits each. Writing that layout needs
	// both.
	Factor, Company string
	// CompanyName is written into that header, at most 40 bytes of Shift_JIS. It is not read.
	CompanyName string
	// Types says which kind a type of the fixed layouts (two characters) is. Nil: those of the CSV.
	Types map[string]Kind
	// Chains says which code of ChainName a chain code of the fixed layouts is, as it stands in the file: "0010" to "010".
	// A code that is not in it stays, without the zeros in front of three digits.
	Chains map[string]string
	// BarcodeKind is what stands before the barcode in the Operator layout, one character. Empty: anything, and a blank is written.
	BarcodeKind string
	// Count and Total are where the closing record 8 has the number of details before it, and their sum in yen. What is not set is
	// neither checked nor written.
	Count, Total Span
}

// Span is some bytes of a record, From counted from 1. Width 0: there is no such field.
type Span struct{ From, Width int }

// ContractError is a contract that contradicts itself or the layouts: a setting to be put right, not a file.
type ContractError struct{ Field string }

// Error names the field and its shape.
func (e *ContractError) Error() string {
	return fmt.Sprintf("agentfile: contract: %s: %s", e.Field, shapes[e.Field])
}

var shapes = map[string]string{
	"Layout":      "one of csv, operator, factor",
	"Issuers":     "six digits each",
	"Factor":      "five digits",
	"Company":     "five digits",
	"CompanyName": "at most 40 bytes of Shift_JIS on one line",
	"Types":       "two printable ASCII characters, none of them blank, to a known kind",
	"Chains":      "digits to three digits",
	"BarcodeKind": "one printable ASCII character",
	"Count":       "bytes 2 to 120, apart from Total's, at most 18 of them",
	"Total":       "bytes 2 to 120, apart from Count's, at most 18 of them",
	"Made":        "the day the file is made is needed in its header",
}

// Check finds a field whose shape is wrong. The error is a *ContractError.
func (c Contract) Check() error {
	wrong := func(field string) error { return &ContractError{Field: field} }
	for _, issuer := range c.Issuers {
		if len(issuer) != 6 || !allDigits(issuer) {
			return wrong("Issuers")
		}
	}
	for code, kind := range c.Types {
		if len(code) != 2 || !graphic(code) || !kind.known() {
			return wrong("Types")
		}
	}
	for code, chain := range c.Chains {
		if !allDigits(code) || len(chain) != 3 || !allDigits(chain) {
			return wrong("Chains")
		}
	}
	name, ok := encoded(c.CompanyName)
	switch {
	case c.Factor != "" && (len(c.Factor) != 5 || !allDigits(c.Factor)):
		return wrong("Factor")
	case c.Company != "" && (len(c.Company) != 5 || !allDigits(c.Company)):
		return wrong("Company")
	case !ok || len(name) > companyNameBytes || slices.ContainsFunc([]byte(name), func(b byte) bool { return b < ' ' || b == 0x7F }):
		return wrong("CompanyName")
	case c.BarcodeKind != "" && (len(c.BarcodeKind) != 1 || !graphic(c.BarcodeKind)):
		return wrong("BarcodeKind")
	case !c.Count.valid() || c.Count.meets(c.Total):
		return wrong("Count")
	case !c.Total.valid():
		return wrong("Total")
	}
	return nil
}

func (s Span) valid() bool {
	return s == Span{} || s.From >= 2 && s.Width >= 1 && s.Width <= 18 && s.From+s.Width-1 <= recordBytes
}

func (s Span) meets(o Span) bool {
	return s.Width > 0 && o.Width > 0 && s.From < o.From+o.Width && o.From < s.From+s.Width
}

// kind is what a type means.
func (c Contract) kind(code string) Kind {
	if c.Types != nil {
		return c.Types[code]
	}
	return Kind(code)
}

// code is the type that means a kind, the first if there are several; "" if there is none.
func (c Contract) code(kind Kind) string {
	if c.Types == nil {
		return string(kind)
	}
	least := ""
	for code, k := range c.Types {
		if k == kind && (least == "" || code < least) {
			least = code
		}
	}
	return least
}

// chain is a chain code of a fixed layout as the CSV has it.
func (c Contract) chain(code string) string {
	if chain, ok := c.Chains[code]; ok {
		return chain
	}
	for len(code) > 3 && code[0] == '0' {
		code = code[1:]
	}
	return fill(code, 3)
}

// chainCode is the code of width digits that chain makes a chain of.
func (c Contract) chainCode(chain string, width int) string {
	least := ""
	for code, to := range c.Chains {
		if to == chain && len(code) == width && (least == "" || code < least) {
			least = code
		}
	}
	if least != "" {
		return least
	}
	return fill(chain, width)
}

func graphic(s string) bool {
	return !slices.ContainsFunc([]byte(s), func(b byte) bool { return b <= ' ' || b > '~' })
}
