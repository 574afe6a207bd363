package kana

import (
	"strings"
	"sync"

	"golang.org/x/text/encoding/japanese"
)

// JIS0208 lists, once each and in order, the characters of s that cannot be stored where only JIS X 0208 (levels 1 and
// 2) and ASCII are accepted. It is meant for text in normal form: half-width kana are reported, since they belong to
// JIS X 0201.
//
// An encoder cannot answer this: Shift_JIS and EUC-JP of x/text are the vendor sets of the WHATWG tables, which accept
// 髙 and ①, and refuse 〜 and −, which are JIS X 0208 but have another code point there.
func JIS0208(s string) []rune {
	set := jis0208()
	return listed(s, func(r rune) bool {
		return r >= ' ' && r <= '~' || r > 0 && r <= 0xFFFF && set[r/64]&(1<<(r%64)) != 0
	})
}

// jis0208 is a bitmap over the basic plane, made by decoding every cell of the rows that the standard assigns: 1–8
// symbols and letters, 16–47 level 1, 48–84 level 2. Row 13 (NEC) and 89–92 (NEC's selection of IBM's) are left out.
var jis0208 = sync.OnceValue(func() *[1024]uint64 {
	var set [1024]uint64
	add := func(r rune) { set[r/64] |= 1 << (r % 64) }
	decoder := japanese.EUCJP.NewDecoder()
	for row := byte(1); row <= 84; row++ {
		if row > 8 && row < 16 {
			continue
		}
		for cell := byte(1); cell <= 94; cell++ {
			char, err := decoder.Bytes([]byte{0xA0 + row, 0xA0 + cell})
			r := []rune(string(char))
			if err == nil && len(r) == 1 && r[0] != '\uFFFD' {
				add(r[0])
			}
		}
	}
	for _, pair := range windowsForm {
		add(pair.standard)
	}
	return &set
})

// windowsForm lists the characters for which the JIS standard and Windows-31J chose different code points.
var windowsForm = []struct{ standard, windows rune }{
	{'〜', '～'}, {'‖', '∥'}, {'−', '－'}, {'¢', '￠'}, {'£', '￡'}, {'¬', '￢'}, {'—', '―'}, {'¥', '￥'}, {'‾', '￣'},
}

// Windows31J rewrites the characters that JIS X 0208 and Windows-31J place at different code points (〜 − ¥ and six more)
// to the form the Shift_JIS encoder of x/text takes. Everything else stays.
func Windows31J(s string) string {
	return strings.Map(func(r rune) rune {
		for _, pair := range windowsForm {
			if r == pair.standard {
				return pair.windows
			}
		}
		return r
	}, s)
}
