package bank

// Packed is the embedded directory.
func Packed() []byte { return packed }

// What the searches are made of.
var (
	Normal      = normal
	Numerals    = kanjiNumerals
	Everyday    = everyday
	OtherNames  = otherNames
	KanjiGroups = kanjiGroups
)

// Fold is what the searches compare.
func Fold(s string) string { return string(fold(nil, s)) }

// Words lists all long forms and endings.
func Words() []string {
	out := append(append([]string{}, bankWords.kinds...), branchWords.kinds...)
	for _, pair := range bankWords.shorter {
		out = append(out, pair[0], pair[1])
	}
	return out
}

// Romans are the letters of a reading by the book and contracted.
func Romans(reading string) [2]string {
	book, _ := spell(nil, reading, false)
	contracted, _ := spell(nil, reading, true)
	return [2]string{string(book), string(contracted)}
}
