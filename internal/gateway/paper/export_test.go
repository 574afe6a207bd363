package paper

// What the tests in package paper_test try by itself.
var (
	Printable = printable
	Wrap      = wrap
	Fields    = fields
	Problems  = problems
)

// Covers says whether the regular font has a character.
func Covers(r rune) bool {
	face, err := regular()
	return err == nil && face.covers(r)
}
