package postal_test

import (
	"testing"

	"tsuke/internal/postal"
)

func TestJudge(t *testing.T) {
	t.Parallel()
	const (
		unknown, match, town, mismatch = postal.Unknown, postal.Match, postal.TownDiffers, postal.Mismatch
	)
	for _, row := range []struct {
		code, prefecture, rest string
		want                   postal.Agreement
		place                  string // the town or, with a mismatch, the city that is offered
	}{
		{"1500001", "東京都", "渋谷区神宮前1-2-3", match, ""},
		{"1500001", "東京", "渋谷区 神宮前１丁目", match, ""},
		{"1500001", "", "東京都渋谷区神宮前1-2-3", match, ""},
		{"1500001", "東京都", "東京都渋谷区神宮前1-2-3", match, ""}, // typed twice
		{"1500001", "", "渋谷区神宮前1-2-3", match, ""},
		{"1500001", "東京都", "渋谷区渋谷1-2-3", town, "神宮前"},
		{"1500001", "東京都", "港区芝1-2-3", mismatch, "渋谷区"},
		{"1500001", "神奈川県", "渋谷区神宮前1-2-3", mismatch, "渋谷区"},
		{"1500001", "", "神奈川県横浜市西区みなとみらい1", mismatch, "渋谷区"},
		{"9999999", "東京都", "渋谷区神宮前", unknown, ""},
		{"", "東京都", "渋谷区神宮前", unknown, ""},

		// A code for the rest of a city says nothing about the town.
		{"1500000", "東京都", "渋谷区神宮前1-2-3", match, ""},

		// Particles, in every spelling and left out.
		{"1000013", "東京都", "千代田区霞ヶ関1-2-3", match, ""},
		{"1000013", "東京都", "千代田区霞ケ関1-2-3", match, ""},
		{"1000013", "東京都", "千代田区霞関1-2-3", match, ""},
		{"1050001", "東京都", "港区虎の門1-2-3", match, ""},
		{"1050001", "東京都", "港区虎之門1-2-3", match, ""},
		{"3010000", "茨城県", "竜ヶ崎市1234", match, ""}, // 龍ケ崎市
		{"2320000", "神奈川県", "横浜市南区", match, ""},
		{"9850000", "宮城県", "塩釜市1-1", match, ""}, // 塩竈市

		// Numerals.
		{"1020082", "東京都", "千代田区１番町2", match, ""},
		{"0600001", "北海道", "札幌市中央区北1条西2", match, ""},
		{"0600011", "北海道", "札幌市中央区北１１条西20", match, ""},
		{"0600011", "北海道", "札幌市中央区北十一条西20", match, ""},
		{"0630804", "北海道", "札幌市西区24軒四条", match, ""},

		// County, island and section markers.
		{"0711423", "北海道", "東川町東町1", match, ""},
		{"0711423", "北海道", "上川郡東川町大字東町1", match, ""},
		{"1001101", "東京都", "三宅村神着1", match, ""},
		{"1001101", "東京都", "三宅島三宅村神着1", match, ""},

		// Wards of a large city: one that is missing or has been merged only warns.
		{"2200012", "神奈川県", "横浜市西区みなとみらい2-3", match, ""},
		{"2200012", "神奈川県", "横浜市みなとみらい2-3", town, "みなとみらい"},
		{"4300926", "静岡県", "浜松市中区砂山町1", town, "砂山町"}, // merged in 2024
		{"2200012", "神奈川県", "川崎市川崎区みなとみらい", mismatch, "横浜市西区"},

		// Kyoto's street names stand before the town.
		{"6048091", "京都府", "京都市中京区寺町通御池上る上本能寺前町488", town, ""},
		{"6048571", "京都府", "京都市中京区寺町通御池上る上本能寺前町488", unknown, ""}, // a large office's own code
		{"6048043", "京都府", "京都市中京区寺町通四条上る東大文字町1", match, ""},
		{"6008001", "京都府", "京都市下京区四条通寺町東入真町1", match, ""},

		// Several prefectures and cities under one code.
		{"6180000", "京都府", "乙訓郡大山崎町字大山崎1", match, ""},
		{"6180000", "大阪府", "三島郡島本町1", match, ""},
		{"6180000", "大阪府", "高槻市1", mismatch, "三島郡島本町"},
		{"6180000", "兵庫県", "神戸市1", mismatch, "乙訓郡大山崎町"},
		{"4980000", "三重県", "桑名郡木曽岬町1", match, ""},
		{"8710000", "大分県", "中津市1", match, ""},
		{"8710000", "福岡県", "築上郡吉富町1", match, ""},

		// What cannot be compared is not refused.
		{"1500001", "東京都", "Jingumae 1-2-3, Shibuya-ku", town, "神宮前"},
		{"1500001", "東京都", "", town, "神宮前"},
		{"1500001", "大阪府", "1-2-3", mismatch, "渋谷区"},
	} {
		got := postal.Judge(row.code, row.prefecture, row.rest)
		if got.Agreement != row.want {
			t.Errorf("Judge(%s, %q, %q) = %+v, want %d", row.code, row.prefecture, row.rest, got, row.want)
		}
		if row.place != "" && row.place != got.Place.Town && row.place != got.Place.City {
			t.Errorf("Judge(%s, %q, %q) offers %v, want %s", row.code, row.prefecture, row.rest, got.Place, row.place)
		}
	}
}

// TestFoldingKeepsCitiesApart: however generous folding is, no two cities of one prefecture become one.
func TestFoldingKeepsCitiesApart(t *testing.T) {
	t.Parallel()
	for prefecture, cities := range postal.Cities() {
		seen := map[string]string{}
		for _, city := range cities {
			folded := postal.Fold(city)
			if other := seen[folded]; other != "" && other != city {
				t.Errorf("%s: %s and %s both fold to %q", prefecture, city, other, folded)
			}
			seen[folded] = city
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ in, want string }{
		{"霞が関", "霞関"},
		{"一番丁", "1番町"},
		{"二十四軒", "24軒"},
		{"十", "10"},
		{"三十", "30"},
		{"九十九里町", "99里町"},
		{"一二三", "123"},
		{"二〇", "20"},
		{"十十", "10十"},
		{"百人町", "百人町"},
		{"葛\U000E0100城 市", "葛城市"},
		{"ニュータウン", "ニュタウン"},
		{"１－２−３", "123"},
		{"", ""},
	} {
		if got := postal.Fold(row.in); got != row.want {
			t.Errorf("fold(%q) = %q, want %q", row.in, got, row.want)
		}
	}
}

// FuzzJudge: any text gets a verdict, and the verdict names a place exactly when the code is known.
func FuzzJudge(f *testing.F) {
	f.Add("1500001", "東京都", "渋谷区神宮前1-2-3")
	f.Add("6180000", "京都", "大山崎町")
	f.Add("0600011", "", "北海道札幌市中央区北十一条西20")
	f.Add("9999999", "\xff", "市区郡島")
	f.Fuzz(func(t *testing.T, code, prefecture, rest string) {
		got := postal.Judge(code, prefecture, rest)
		known := len(postal.Find(code)) > 0
		if (got.Agreement != postal.Unknown) != known || (got.Place != postal.Place{}) != known {
			t.Fatalf("Judge(%q, %q, %q) = %+v", code, prefecture, rest, got)
		}
	})
}
