package member

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/kana"
	"tsuke/internal/mask"
	"tsuke/internal/postal"
)

func codes(slips []*fault.Error) []string {
	var out []string
	for _, s := range slips {
		out = append(out, s.Kind.Code+" "+s.Field)
	}
	return out
}

func codeAt(err error) string {
	if e := fault.From(err); e != nil {
		return e.Kind.Code
	}
	return ""
}

// M01: each shape that cannot receive SMS has its own sentence.
func TestReadPhone(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ typed, want, slip string }{
		{"090-1234-5678", "+819012345678", ""},
		{"０８０ー１２３４ー５６７８", "+818012345678", ""},
		{"+81 70 1234 5678", "+817012345678", ""},
		{"(060) 1234-5678", "+816012345678", ""},
		{"", "", "phone_missing"},
		{"090-1234-567x", "", "phone_digits"},
		{"+1 202 555 0100", "", "phone_foreign"},
		{"9012345678", "", "phone_start"},
		{"090-1234-567", "", "phone_length"},
		{"090-0123-4567", "", "phone_unassigned"},
		{"03-1234-5678", "", "phone_fixed_line"},
		{"050-1234-5678", "", "phone_ip"},
		{"0120-123-456", "", "phone_toll_free"},
		{"0570-012-345", "", "phone_special"},
		{"020-1234-5678", "", "phone_machine"},
	} {
		got, err := ReadPhone("phone", row.typed)
		if got.Reveal() != row.want || codeAt(err) != row.slip {
			t.Errorf("%q: %q %s, want %q %s", row.typed, got.Reveal(), codeAt(err), row.want, row.slip)
		}
	}
}

// The tables name every error that package kana tells apart: none of them falls through to ours.
func TestEverySlipHasItsKind(t *testing.T) {
	t.Parallel()
	for _, table := range [][]judged{phoneSlips, mailSlips, birthSlips} {
		for _, j := range table {
			if kindOf(table, j.is) != j.kind || j.kind == fault.Unclassified {
				t.Errorf("%v", j.is)
			}
		}
	}
}

// M08, M09.
func TestReadName(t *testing.T) {
	t.Parallel()
	name := func(family, given, familyKana, givenKana string) storedName {
		return storedName{Family: family, Given: given, FamilyKana: familyKana, GivenKana: givenKana}
	}
	for _, row := range []struct {
		in         NameInput
		name, norm storedName
		changes    []kana.Change
		slips      []string
	}{
		{
			in:   NameInput{" 山田　", "太郎", "やまだ", "ﾀﾛｳ"},
			name: name("山田", "太郎", "ヤマダ", "タロウ"), norm: name("山田", "太郎", "ヤマダ", "タロウ"),
		},
		{ // the name stays as its owner writes it; bills carry the standard form
			in:   NameInput{"髙﨑", "德子", "タカサキ", "ノリコ"},
			name: name("髙﨑", "德子", "タカサキ", "ノリコ"), norm: name("高崎", "徳子", "タカサキ", "ノリコ"),
			changes: []kana.Change{{From: "髙", To: "高"}, {From: "﨑", To: "崎"}, {From: "德", To: "徳"}},
		},
		{ // old forms that JIS X 0208 has are kept
			in:   NameInput{"渡邊", "澤子", "ワタナベ", "サワコ"},
			name: name("渡邊", "澤子", "ワタナベ", "サワコ"), norm: name("渡邊", "澤子", "ワタナベ", "サワコ"),
		},
		{ // a selector chooses one shape of a kanji: kept for its owner, dropped on bills
			in:   NameInput{"葛\U000E0100城", "花", "カツラギ", "ハナ"},
			name: name("葛\U000E0100城", "花", "カツラギ", "ハナ"), norm: name("葛城", "花", "カツラギ", "ハナ"),
		},
		{
			in:   NameInput{"O'Neill-Smith", "Mary Ann", "オニールスミス", "メアリー・アン"},
			name: name("O'Neill-Smith", "Mary Ann", "オニールスミス", "メアリー・アン"),
			norm: name("O'Neill-Smith", "Mary Ann", "オニールスミス", "メアリー・アン"),
		},
		{ // the apostrophe that phones write
			in:   NameInput{"O’Neill", "Ann", "オニール", "アン"},
			name: name("O’Neill", "Ann", "オニール", "アン"), norm: name("O’Neill", "Ann", "オニール", "アン"),
		},
		{in: NameInput{}, slips: []string{"name_missing family", "name_missing given", "kana_missing family_kana", "kana_missing given_kana"}},
		{in: NameInput{"草彅", "太郎", "クサナギ", "タロウ"}, slips: []string{"name_character family"}},
		{in: NameInput{"山田2", "太郎★", "ヤマダ", "タロウ"}, slips: []string{"name_symbol family", "name_symbol given"}},
		{in: NameInput{"山田", "😀", "ヤマダ", "タロウ"}, slips: []string{"name_symbol given"}},
		{in: NameInput{"山田", "太郎", "山田", "Taro"}, slips: []string{"kana_character family_kana", "kana_character given_kana"}},
		{in: NameInput{"山田", "太郎", "ー・", "タロウ"}, slips: []string{"kana_missing family_kana"}},
		{
			in:    NameInput{strings.Repeat("山", 31), "太郎", strings.Repeat("ヤ", 41), "タロウ"},
			slips: []string{"name_long family", "kana_long family_kana"},
		},
	} {
		got, norm, changes, slips := readName(row.in)
		if diff := cmp.Diff(row.slips, codes(slips)); diff != "" {
			t.Errorf("%+v:\n%s", row.in, diff)
		}
		if row.slips != nil {
			continue
		}
		if diff := cmp.Diff(row.name, got) + cmp.Diff(row.norm, norm) + cmp.Diff(row.changes, changes); diff != "" {
			t.Errorf("%+v:\n%s", row.in, diff)
		}
	}
	_, _, _, slips := readName(NameInput{"草彅", "太郎", "クサナギ", "タロウ"})
	if len(slips) != 1 || slips[0].Param("characters") != "彅" {
		t.Errorf("the character is not named: %v", slips)
	}
}

// FuzzReadName: whatever is accepted can be printed on a bill and read by a bank's file, and reading it again changes
// nothing.
func FuzzReadName(f *testing.F) {
	f.Add("山田", "やまだ")
	f.Add("髙﨑\U000E0100", "ﾀｶｻｷ")
	f.Add("O'Neill", "オニール")
	f.Fuzz(func(t *testing.T, name, reading string) {
		kept, norm, _, slips := readName(NameInput{name, name, reading, reading})
		if len(slips) > 0 {
			return
		}
		if bad := kana.JIS0208(norm.Family); len(bad) > 0 || norm.Family == "" || utf8.RuneCountInString(norm.Family) > nameMax {
			t.Errorf("%q is kept as %q", name, norm.Family)
		}
		if _, bad := kana.HalfWidth(norm.FamilyKana); len(bad) > 0 {
			t.Errorf("the reading %q has no half-width form: %q", norm.FamilyKana, string(bad))
		}
		again, norm2, _, slips := readName(NameInput(kept))
		if len(slips) > 0 || again != kept || norm2 != norm {
			t.Errorf("%q read again gives %q, %q (%v)", kept.Family, again.Family, norm2.Family, codes(slips))
		}
	})
}

// M10.
func TestReadBirth(t *testing.T) {
	t.Parallel()
	today, err := jst.ParseDay("2026-06-01")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		y, m, d, want, slip string
	}{
		{"1990", "4", "1", "1990-04-01", ""},
		{"平成２年", "４月", "１日", "1990-04-01", ""},
		{"S60", "12", "31", "1985-12-31", ""},
		{"令和元", "5", "1", "2019-05-01", ""},
		{"1900", "1", "1", "1900-01-01", ""},
		{"2026", "6", "1", "2026-06-01", ""}, // born today
		{"2000", "2", "29", "2000-02-29", ""},
		{"1899", "12", "31", "", "birth_too_early"},
		{"2026", "6", "2", "", "birth_future"},
		{"2001", "2", "29", "", "birth_day"},
		{"1990", "13", "1", "", "birth_day"},
		{"90", "4", "1", "", "birth_year"},
		{"平成31", "5", "1", "", "birth_era"},
		{"1990", "", "1", "", "birth_missing"},
	} {
		got, slip := readBirth(BirthInput{row.y, row.m, row.d}, today)
		code := ""
		if slip != nil {
			code = slip.Kind.Code
		}
		if got.String() != row.want || code != row.slip {
			t.Errorf("%s %s %s: %s %s, want %s %s", row.y, row.m, row.d, got, code, row.want, row.slip)
		}
	}
}

// M11: a year is complete when its last day is (Civil Code, Art. 143).
func TestAgeOn(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		birth, day string
		want       int
	}{
		{"2008-06-01", "2026-05-31", 17},
		{"2008-06-01", "2026-06-01", 18},
		{"2008-12-31", "2026-12-30", 17},
		{"2008-12-31", "2027-01-01", 18},
		{"2008-02-29", "2026-02-28", 17},
		{"2008-02-29", "2026-03-01", 18},
		{"2008-02-29", "2028-02-28", 19},
		{"2008-02-29", "2028-02-29", 20},
		{"2026-06-01", "2026-06-01", 0},
		{"1900-01-01", "2026-06-01", 126},
	} {
		birth, errBirth := jst.ParseDay(row.birth)
		day, errDay := jst.ParseDay(row.day)
		if got := ageOn(birth, day); errBirth != nil || errDay != nil || got != row.want {
			t.Errorf("born %s, on %s: %d, want %d", row.birth, row.day, got, row.want)
		}
	}
}

// M12.
func TestReadAddress(t *testing.T) {
	t.Parallel()
	kept := storedAddress{PostalCode: "1500001", Prefecture: "東京都", City: "渋谷区神宮前1-2-3", Building: "青空荘405"}
	for _, row := range []struct {
		in    AddressInput
		want  storedAddress
		hint  string
		slips []string
	}{
		{in: AddressInput{"150-0001", "東京都", "渋谷区神宮前1-2-3", "青空荘405"}, want: kept},
		{in: AddressInput{"〒１５０ー０００１", " 東京 ", "渋谷区神宮前１-２-３", "青空荘４０５"}, want: kept},
		{in: AddressInput{"1500001", "", "東京都渋谷区神宮前1-2-3", "青空荘405"}, want: kept},
		{in: AddressInput{"1500001", "東京都", "東京都 渋谷区神宮前1-2-3", "青空荘405"}, want: kept},
		{in: AddressInput{"1500001", "東京都", "渋谷区渋谷1", ""}, want: storedAddress{"1500001", "東京都", "渋谷区渋谷1", ""}, hint: "神宮前"},
		{in: AddressInput{"9999999", "東京都", "渋谷区神宮前1", ""}, want: storedAddress{"9999999", "東京都", "渋谷区神宮前1", ""}}, // a new code
		{in: AddressInput{"060-0001", "北海道", "札幌市中央区北1条西2", ""}, want: storedAddress{"0600001", "北海道", "札幌市中央区北1条西2", ""}},
		{in: AddressInput{"1500001", "京都", "京都市中京区1", ""}, slips: []string{"postal_code_address_mismatch postal"}},
		{in: AddressInput{"1500001", "東京都", "港区芝1", ""}, slips: []string{"postal_code_address_mismatch postal"}},
		{in: AddressInput{"15001", "東京都", "渋谷区", ""}, slips: []string{"postal_code_shape postal"}},
		{in: AddressInput{"1500001", "Tokyo", "渋谷区", ""}, slips: []string{"prefecture_unknown prefecture"}},
		{in: AddressInput{"1500001", "東京都", "", ""}, slips: []string{"city_missing city"}},
		{in: AddressInput{"1500001", "東京都", "東京都", ""}, slips: []string{"city_missing city"}},
		{in: AddressInput{}, slips: []string{"postal_code_shape postal", "prefecture_unknown prefecture", "city_missing city"}},
		{in: AddressInput{"1500001", "東京都", "渋谷区神宮前1", "彅荘😀"}, slips: []string{"address_character building"}},
		{in: AddressInput{"1500001", "東京都", "渋谷区神宮前" + strings.Repeat("1", 100), ""}, slips: []string{"address_long city"}},
	} {
		got, hint, slips := readAddress(row.in)
		if diff := cmp.Diff(row.slips, codes(slips)); diff != "" {
			t.Errorf("%+v:\n%s", row.in, diff)
		}
		if row.slips == nil && (got != row.want || hint.Town != row.hint) {
			t.Errorf("%+v: %+v, hint %q", row.in, got, hint.Town)
		}
	}
}

// M12: the button that fills the address in.
func TestFillAddress(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		typed string
		want  []postal.Place
		slip  string
	}{
		{"〒１５０－０００１", []postal.Place{{Prefecture: "東京都", City: "渋谷区", Town: "神宮前"}}, ""},
		{"9999999", nil, ""}, // perhaps a new code
		{"15000", nil, "postal_code_shape"},
		{"", nil, "postal_code_shape"},
	} {
		got, err := FillAddress(row.typed)
		if diff := cmp.Diff(row.want, got); diff != "" || codeAt(err) != row.slip {
			t.Errorf("%q: %s\n%s", row.typed, codeAt(err), diff)
		}
	}
}

func TestPrefectures(t *testing.T) {
	t.Parallel()
	if n := len(Prefectures()); n != 47 {
		t.Fatalf("%d prefectures", n)
	}
	for _, p := range Prefectures() {
		for _, typed := range []string{p, shortOf(p)} {
			if got, _, ok := splitPrefecture(typed, "x"); !ok || got != p {
				t.Errorf("%s is read as %s", typed, got)
			}
		}
	}
}

// M16: spellings of one home share a key, neighbours do not.
func TestAddressKey(t *testing.T) {
	t.Parallel()
	key := func(code, city, building string) string {
		return addressKey(storedAddress{PostalCode: code, Prefecture: "東京都", City: city, Building: building})
	}
	one := key("1500001", "渋谷区神宮前1-2-3", "青空荘405")
	for _, row := range []struct {
		code, city, building string
		same                 bool
	}{
		{"1500001", "渋谷区神宮前1丁目2番3号", "青空荘 405号室", true},
		{"1500001", "渋谷区神宮前一丁目二番三号", "405", true},
		{"1500001", "渋谷区神宮前１－２－３－４０５", "", true},
		{"1500001", "渋谷区神宮前1-2-3", "コーポ青空0405", true},
		{"1500001", "渋谷区神宮前1-2-3", "青空荘406", false},
		{"1500001", "渋谷区神宮前1-2-4", "青空荘405", false},
		{"1500001", "渋谷区神宮前1-2-3", "", false},
		{"1500002", "渋谷区神宮前1-2-3", "青空荘405", false},
		{"1500001", "渋谷区神宮前十二番三号", "405", false},
	} {
		if got := key(row.code, row.city, row.building); (got == one) != row.same {
			t.Errorf("%s %s %s: %s", row.code, row.city, row.building, got)
		}
	}
	if key("1", "大字上 番外", "") != key("1", "大字上番外", "") || key("1", "大字上", "") == key("1", "大字下", "") {
		t.Error("an address without numbers")
	}
}

func TestKanjiNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"一": 1, "九": 9, "十": 10, "十二": 12, "二十": 20, "四十五": 45, "九十九": 99} {
		if got := kanjiNumber(text); got != want {
			t.Errorf("%s is %d, want %d", text, got, want)
		}
	}
}

func TestGrids(t *testing.T) {
	t.Parallel()
	want := `|         | agree | ask_review | agree_guest | clear | refuse  |
|---------|-------|------------|-------------|-------|---------|
| open    | done  | review     | guest       | ·     | ·       |
| done    | =     | ·          | ·           | =     | ·       |
| review  | ·     | =          | ·           | done  | refused |
| guest   | ·     | ·          | =           | ·     | ·       |
| refused | ·     | ·          | ·           | ·     | =       |
`
	if diff := cmp.Diff(want, ApplicationLife.Grid()); diff != "" {
		t.Error(diff)
	}
	want = `|            | pass_number_on | join   |
|------------|----------------|--------|
| active     | numberless     | =      |
| numberless | =              | ·      |
| guest      | numberless     | active |
`
	if diff := cmp.Diff(want, Life.Grid()); diff != "" {
		t.Error(diff)
	}
}

// The next step is the first one that is not answered, whatever was answered in which order.
func TestStepOf(t *testing.T) {
	t.Parallel()
	today, _ := jst.ParseDay("2026-06-01")
	order := []Step{StepKnown, StepName, StepBirth, StepGuardian, StepConsent, StepAddress, StepMail, StepAgree}
	rapid.Check(t, func(t *rapid.T) {
		d := Draft{State: Open}
		open := map[Step]bool{StepAgree: true}
		d.Known = rapid.Bool().Draw(t, "known")
		d.TakenOver = rapid.Bool().Draw(t, "taken over")
		open[StepKnown] = d.Known && !d.TakenOver
		if open[StepName] = rapid.Bool().Draw(t, "no name"); !open[StepName] {
			d.Name.Family = "山田"
		}
		open[StepBirth] = rapid.Bool().Draw(t, "no birth date")
		under := rapid.Bool().Draw(t, "under age")
		if !open[StepBirth] {
			d.Birth = today.Add(-17 * 365)
			if !under {
				d.Birth = today.Add(-19 * 365)
			}
		}
		named := rapid.Bool().Draw(t, "guardian named")
		if named {
			d.Guardian.Phone = "+817034567890"
			if rapid.Bool().Draw(t, "consented") {
				d.Guardian.Consented = today.Start()
			}
		}
		minor := !open[StepBirth] && under
		open[StepGuardian] = minor && !named
		open[StepConsent] = minor && d.Guardian.Consented.IsZero()
		if open[StepAddress] = rapid.Bool().Draw(t, "no address"); !open[StepAddress] {
			d.Address.PostalCode = "1500001"
		}
		if open[StepMail] = rapid.Bool().Draw(t, "no mail"); !open[StepMail] {
			d.Mail = "taro@example.jp"
		}
		for _, want := range order {
			if open[want] {
				if got := stepOf(&d, today, 18); got != want {
					t.Fatalf("next is %s, want %s", got, want)
				}
				return
			}
		}
	})
}

// M02: codes are six digits, and spread over all of them.
func TestNewCode(t *testing.T) {
	t.Parallel()
	firsts := map[byte]int{}
	for range 10_000 {
		c := newCode()
		if !sixDigits(c) {
			t.Fatalf("a code of %d characters", len(c))
		}
		firsts[c[0]]++
	}
	for digit := byte('0'); digit <= '9'; digit++ {
		if n := firsts[digit]; n < 800 || n > 1200 { // 6.6 standard deviations off: once in 10^10 runs
			t.Errorf("%d of 10,000 codes begin with %c", n, digit)
		}
	}
}

// FuzzReadToken: a text that is read is the one text of its token; anything else is none.
func FuzzReadToken(f *testing.F) {
	f.Add(newToken(7).text.Reveal())
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := readToken(mask.Secret(text))
		if !ok {
			return
		}
		b, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(b) != tokenBytes || got.bucket < 0 || got.bucket > 1023 || got.text.Reveal() != text {
			t.Errorf("%q is taken for a token", text)
		}
	})
}
