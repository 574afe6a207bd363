package konbini

// Code 128 (ISO/IEC 15417): a code word is three bars and three spaces of together eleven modules; the stop has one bar
// more and thirteen. In set C a word stands for two digits.
const (
	functionOne = 102 // FNC1: after the start it makes the symbol GS1-128
	startC      = 105
	stop        = 106
)

// Modules is the width of the whole symbol in modules, without its quiet zones: start, FNC1, 22 pairs and check word of
// 11 each, and the stop.
const Modules = 25*11 + 13

// CodeWords is the symbol as numbers: start C, FNC1, the 22 pairs, the check word (modulus 103), stop. The errors are
// those of Parse that do not depend on fields: a symbol with a wrong digit must not get as far as a screen.
func CodeWords(digits string) ([]int, error) {
	if err := verify(digits); err != nil {
		return nil, err
	}
	words := []int{startC, functionOne}
	for i := 0; i < length; i += 2 {
		words = append(words, int(digits[i]-'0')*10+int(digits[i+1]-'0'))
	}
	sum := words[0]
	for position, word := range words[1:] {
		sum += (position + 1) * word
	}
	return append(words, sum%103, stop), nil
}

// Widths is the symbol as bars: the widths in modules of bar, space, bar, … and bar, together Modules. The errors are
// those of CodeWords.
func Widths(digits string) ([]int, error) {
	words, err := CodeWords(digits)
	if err != nil {
		return nil, err
	}
	var widths []int
	for _, word := range words {
		for _, w := range patterns[word] {
			widths = append(widths, int(w-'0'))
		}
	}
	return widths, nil
}

// patterns are the widths of each code word, bar first.
var patterns = [...]string{
	"212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", // 0
	"221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", // 10
	"221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", // 20
	"212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313", // 30
	"231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331", // 40
	"231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111", // 50
	"314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214", // 60
	"112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111", // 70
	"111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141", // 80
	"214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141", // 90
	"114131", "311141", "411131", "211412", "211214", "211232", "2331112", // 100 to the stop
}
