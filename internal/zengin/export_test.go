package zengin

// Layout and Span are the tables behind the records, for their test.
var (
	Layout         = layout
	TransferLayout = transferLayout
)

func Span(f Field) (from, size int, ja, en string) {
	return fields[f].from, fields[f].size, fields[f].ja, fields[f].en
}

// The bounds of what can be told.
const (
	Fine            = fine
	LastProblem     = BadMark
	LastField       = FieldSymbolNumber
	FirstDifference = AnotherConsignor
	LastDifference  = AccountChanged
)

// Add adds a debit to totals, as both writers and both readers do.
func Add(t Totals, d Debit) (Totals, Field, Problem) {
	s := sums{t}
	f, p := s.add(d)
	return s.totals, f, p
}
