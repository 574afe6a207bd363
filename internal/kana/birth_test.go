package kana_test

import (
	"testing"

	"tsuke/internal/kana"
)

func TestBirthDate(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		year, month, day string
		y, m, d          int
		err              error
	}{
		{"1990", "4", "1", 1990, 4, 1, nil},
		{"１９９０年", "０４月", "０１日", 1990, 4, 1, nil},
		{"昭和60", "12", "31", 1985, 12, 31, nil},
		{"昭和 60 年", "1", "1", 1985, 1, 1, nil},
		{"昭60", "1", "1", 1985, 1, 1, nil},
		{"S60", "1", "1", 1985, 1, 1, nil},
		{"ｓ６０", "1", "1", 1985, 1, 1, nil},
		{"s.60", "1", "1", 1985, 1, 1, nil},
		{"㍼60", "1", "1", 1985, 1, 1, nil}, // one character
		{"平成元年", "1", "8", 1989, 1, 8, nil},
		{"H1", "1", "8", 1989, 1, 8, nil},
		{"昭和64", "1", "7", 1989, 1, 7, nil},
		{"平成31", "4", "30", 2019, 4, 30, nil},
		{"令和元", "5", "1", 2019, 5, 1, nil},
		{"㋿8", "2", "1", 2026, 2, 1, nil},
		{"大正15", "12", "25", 1926, 12, 25, nil}, // the day both eras share
		{"昭和元年", "12", "25", 1926, 12, 25, nil},
		{"2000", "2", "29", 2000, 2, 29, nil},

		{"", "4", "1", 0, 0, 0, kana.ErrBirthEmpty},
		{"1990", "", "1", 0, 0, 0, kana.ErrBirthEmpty},
		{"1990", "4", " ", 0, 0, 0, kana.ErrBirthEmpty},
		{"90", "4", "1", 0, 0, 0, kana.ErrBirthYear},
		{"60年", "4", "1", 0, 0, 0, kana.ErrBirthYear},
		{"昭和", "4", "1", 0, 0, 0, kana.ErrBirthYear},
		{"昭和0", "4", "1", 0, 0, 0, kana.ErrBirthYear},
		{"昭和-1", "4", "1", 0, 0, 0, kana.ErrBirthYear},
		{"昭和100", "4", "1", 0, 0, 0, kana.ErrBirthYear},
		{"X60", "4", "1", 0, 0, 0, kana.ErrBirthYear},
		{"1990", "13", "1", 0, 0, 0, kana.ErrBirthDay},
		{"1990", "0", "1", 0, 0, 0, kana.ErrBirthDay},
		{"1990", "4", "31", 0, 0, 0, kana.ErrBirthDay},
		{"1990", "四", "1", 0, 0, 0, kana.ErrBirthDay},
		{"1900", "2", "29", 0, 0, 0, kana.ErrBirthDay},
		{"0000", "1", "1", 0, 0, 0, kana.ErrBirthDay},
		{"昭和64", "1", "8", 0, 0, 0, kana.ErrBirthEra},
		{"昭和元年", "12", "24", 0, 0, 0, kana.ErrBirthEra},
		{"平成元年", "1", "7", 0, 0, 0, kana.ErrBirthEra},
		{"平成31", "5", "1", 0, 0, 0, kana.ErrBirthEra},
		{"昭和99", "1", "1", 0, 0, 0, kana.ErrBirthEra},
	} {
		y, m, d, err := kana.BirthDate(row.year, row.month, row.day)
		if y != row.y || m != row.m || d != row.d || err != row.err {
			t.Errorf("BirthDate(%q, %q, %q) = %d-%d-%d, %v; want %d-%d-%d, %v",
				row.year, row.month, row.day, y, m, d, err, row.y, row.m, row.d, row.err)
		}
	}
}

func FuzzBirthDate(f *testing.F) {
	f.Add("昭和60", "12", "31")
	f.Add("1990年", "２", "29日")
	f.Add("㍻元", "1", "8")
	f.Fuzz(func(t *testing.T, year, month, day string) {
		y, m, d, err := kana.BirthDate(year, month, day)
		if err == nil && (y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31) {
			t.Fatalf("BirthDate(%q, %q, %q) = %d-%d-%d", year, month, day, y, m, d)
		}
	})
}
