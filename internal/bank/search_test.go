package bank_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"tsuke/internal/bank"
	"tsuke/internal/kana"
)

func codesOf(banks []bank.Bank) string {
	var codes []string
	for _, b := range banks {
		codes = append(codes, b.Code)
	}
	return strings.Join(codes, " ")
}

func TestSearchBanks(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	for _, row := range []struct {
		query string
		want  string // the first codes; "" for none; with "." at the end these and no others
	}{
		// Codes.
		{"0001", "0001."},
		{"０００１", "0001."},
		{"9900", "9900."},
		{"1", "0001 "},                 // a spreadsheet's 0001, then the codes that begin with 1
		{"33", "0033 "},                //
		{"990", "9900."},               //
		{"003", "0033 0036 0038 0039"}, // the everyday ones of a code's beginning first
		{"0002", "."},
		{"00000", "."},

		// Names in kanji, kana of every width and size, and letters.
		{"みずほ", "0001 0289 4859."}, // itself, みずほ信託, 埼玉みずほ農協
		{"ﾐｽﾞﾎ", "0001 0289"},
		{"ミズホ", "0001 0289"},
		{"みす゛ほ", "0001 0289"},
		{" み ずほ　", "0001 0289"},
		{"mizuho", "0001 0289"},
		{"Ｍｉｚｕｈｏ", "0001 0289"},
		{"三菱UFJ", "0005 0288."},
		{"三菱ＵＦＪ", "0005 0288."},
		{"三菱ufj", "0005 0288."},
		{"みつびしゆーえふじぇい", "0005."},
		{"ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ", "0005."}, // as a passbook prints it
		{"ミツビシユ－エフジエイ", "0005."},   // as files and tables have it
		{"ミツビシUFJ", "0005 0288"},
		{"三井", "0009 0294."},
		{"ゆうちょ", "9900."},
		{"ゆうちよ", "9900."},
		{"ﾕｳﾁｮ", "9900."},
		{"ユウチョ", "9900."},
		{"yucho", "9900."},
		{"ペイペイ", "0033."},
		{"paypay", "0033."},
		{"PayPay", "0033."},
		{"ソニー", "0035."},
		{"ソニ-", "0035."},
		{"ソニ－", "0035."},
		{"そにー", "0035."},
		{"ＧＭＯ", "0310."},
		{"auじぶん", "0039."},
		{"じぶん", "0039."},
		{"あおぞら", "0398 9338 0310."}, // itself, what begins so, what has it
		{"セブン", "0034."},
		{"ローソン", "0042."},
		{"ドコモ", "0038."},
		{"アイオー", "1206."},

		// The kind of institution, in its long and short forms.
		{"みずほ銀行", "0001 0289 4859."},
		{"ミズホギンコウ", "0001"},
		{"Mizuho Bank", "0001 0289"},
		{"三菱UFJ信託銀行", "0288."},
		{"ゆうちょ銀行", "9900."},
		{"PayPay銀行", "0033."},
		{"GMOあおぞらネット銀行", "0310."},
		{"auじぶん銀行", "0039."},
		{"北海道銀行", "0116"},
		{"城南信用金庫", "1344."},
		{"城南信金", "1344."},
		{"じょうなんしんようきんこ", "1344."},
		{"城南", "1344."},
		{"㈱城南信用金庫", "."}, // no company is called so
		{"株式会社みずほ銀行", "0001 0289"},
		{"第一勧業信用組合", "2254."},
		{"中央労働金庫", "2963."},
		{"横浜農業協同組合", "5114."},
		{"JA横浜", "5114."},
		{"ＪＡさがみ", "5131."},
		{"JAさがみ農協", "5131."},
		{"東京都信用農業協同組合連合会", "3013."},
		{"商工組合中央金庫", "2004."},
		{"銀行", "."},
		{"農協", "3058"}, // the first of 500

		// Other names, figures, forms of kanji.
		{"住信SBIネット銀行", "0038."},
		{"住信", "0038."},
		{"MUFG", "0005."},
		{"SMBC", "0009 "},
		{"りそな", "0010 0017."},
		{"Resona", "0010"},
		{"郵便局", "9900."},
		{"77銀行", "0125."},
		{"１６銀行", "0153."},
		{"114銀行", "0173."},
		{"北国銀行", "0146."},
		{"埼玉県信用金庫", "1250."},
		{"滝野川", "1352."},

		// Letters.
		{"kyoto", "0158 1610"},
		{"shizuoka", "0149 0538"},
		{"sapporo", "2013 3133."},
		{"hokkaido", "0116 1001"},
		{"Chugoku", "0168 0489"},
		{"chuugoku", "0168 0489"},

		// Nothing.
		{"", "."},
		{" 　・-", "."},
		{"存在しない", "."},
		{"\xff", "."},
		{"み\x00ずほ", "0001 0289"}, // controls take no room
		{strings.Repeat("あ", 101), "."},
	} {
		want, exactly := strings.CutSuffix(row.want, ".")
		got := codesOf(d.SearchBanks(row.query, 10_000))
		if exactly && got != want || !strings.HasPrefix(got+" ", want) {
			t.Errorf("SearchBanks(%q) = %.60s, want %q", row.query, got, row.want)
		}
	}
}

func TestSearchBranches(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	for _, row := range []struct {
		bank, query string
		want        string // the names, or the first of them when it ends in …
	}{
		{"0001", "001", "東京営業部"},
		{"0001", "1", "東京営業部 …"},
		{"0001", "渋谷", "渋谷 渋谷中央"},
		{"0001", "渋谷支店", "渋谷 渋谷中央"},
		{"0001", "しぶや", "渋谷 渋谷中央"},
		{"0001", "ｼﾌﾞﾔ", "渋谷 渋谷中央"},
		{"0001", "シブヤシテン", "渋谷 渋谷中央"},
		{"0001", "shibuya", "渋谷 渋谷中央"},
		{"0001", "Shibuya Branch", "渋谷 渋谷中央"},
		{"0001", "東京営業部", "東京営業部"},
		{"0001", "丸ノ内中央支店", "丸の内中央"},
		{"0001", "", ""},
		{"0001", "支店", ""},
		{"9900", "018", "〇一八"},
		{"9900", "〇一八", "〇一八"},
		{"9900", "〇一八店", "〇一八"},
		{"9900", "018店", "〇一八"},
		{"9900", "０１８支店", "〇一八"},
		{"9900", "18", "〇一八 一八九"}, // 018 without its zero, then 18…
		{"9900", "ゼロイチハチ", "〇一八"},
		{"9900", "ぜろいちはち", "〇一八"},
		{"0033", "つばめ", "つばめ"},
		{"0033", "ツバメ支店", "つばめ"},
		{"0033", "line", "ＬＩＮＥ"},
		{"0033", "ビジネス営業部", "ビジネス営業部"},
		{"0036", "ジャズ", "ジャズ"},
		{"0036", "第1営業支店", "第一営業"},
		{"0009", "クローバー", "クローバー"},
		{"0009", "くろ-ば-", "クローバー"},
		{"0035", "本店営業部", "本店営業部"},
	} {
		var names []string
		for _, o := range d.SearchBranches(row.bank, row.query, 1_000) {
			names = append(names, o.Name)
		}
		got := strings.Join(names, " ") + " "
		want, open := strings.CutSuffix(row.want, "…")
		if strings.TrimSpace(got) != strings.TrimSpace(want) && (!open || !strings.HasPrefix(got, want)) {
			t.Errorf("SearchBranches(%s, %q) = %.120s, want %q", row.bank, row.query, got, row.want)
		}
	}
}

// TestEveryEntryIsFound: the code, the name and the reading of a bank and of a branch find it, the whole code first.
func TestEveryEntryIsFound(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	for i, b := range d.Banks() {
		if i%5 != 0 {
			continue // a fifth of them, for the time that the race detector takes
		}
		for _, query := range []string{b.Code, b.Name, b.Kana, kana.Text(b.Name), b.FileName()} {
			if got := d.SearchBanks(query, 10_000); !slices.Contains(got, b) {
				t.Errorf("SearchBanks(%q) does not find %v", query, b)
			} else if query == b.Code && got[0] != b {
				t.Errorf("SearchBanks(%q) begins with %v", query, got[0])
			}
		}
	}
	for _, code := range []string{"0038", "9900", "1344", "0150", "3000"} {
		for _, o := range d.Branches(code) {
			for _, query := range []string{o.Code, o.Name, o.Kana, kana.Text(o.Name), o.Name + "支店", o.FileName()} {
				if got := d.SearchBranches(code, query, 10_000); !slices.Contains(got, o) {
					t.Errorf("SearchBranches(%s, %q) does not find %v", code, query, o)
				} else if query == o.Code && got[0] != o {
					t.Errorf("SearchBranches(%s, %q) begins with %v", code, query, got[0])
				}
			}
		}
	}
}

func TestOrderAndLimit(t *testing.T) {
	t.Parallel()
	banks := []bank.Bank{
		{Code: "0001", Name: "西山", Kana: "ニシヤマ"},
		{Code: "0002", Name: "山田", Kana: "ヤマダ"},
		{Code: "0003", Name: "山", Kana: "ヤマ"},
		{Code: "1234", Name: "東山", Kana: "ヒガシヤマ"},
		{Code: "1235", Name: "山川", Kana: "ヤマカワ"},
		{Code: "9900", Name: "山中", Kana: "ヤマナカ"}, // an everyday code
	}
	d := directory(t, banks, nil)
	for _, row := range []struct {
		query string
		limit int
		want  string
	}{
		{"山", 10, "0003 9900 0002 1235 0001 1234"}, // whole, beginnings, parts; the everyday bank first among beginnings
		{"山", 6, "0003 9900 0002 1235 0001 1234"},
		{"山", 2, "0003 9900"},
		{"山", 1, "0003"},
		{"山", 0, ""},
		{"山", -1, ""},
		{"2", 10, "0002"},
		{"123", 10, "1234 1235"},
		{"1", 10, "0001 1234 1235"},
		{"0", 10, "0001 0002 0003"},
		{"yama", 10, "0003 9900 0002 1235 0001 1234"},
	} {
		if got := codesOf(d.SearchBanks(row.query, row.limit)); got != row.want {
			t.Errorf("SearchBanks(%q, %d) = %s, want %s", row.query, row.limit, got, row.want)
		}
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ in, want string }{
		{"ＧＭＯあおぞらネット", "GMOアオゾラネツト"},
		{"gmo", "GMO"},
		{"ぁぃぅぇぉっゃゅょゎ", "アイウエオツヤユヨワ"},
		{"ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワケケ"},
		{"ヲヂヅ", "オジズ"},
		{"ー－‐−–—─〜～-", "ーーーーーーーーーー"},
		{"バンク・オブ　Ａ、（Ｂ）．", "バンクオブAB"},
		{"自由が丘", "自由ケ丘"},
		{"自由ヶ丘", "自由ケ丘"},
		{"自由が", "自由ケ"},
		{"ひばりが丘", "ヒバリケ丘"},
		{"さがみ", "サガミ"},
		{"北國", "北国"},
		{"﨑", "崎"},
		{"", ""},
	} {
		if got := bank.Fold(row.in); got != row.want {
			t.Errorf("fold(%q) = %q, want %q", row.in, got, row.want)
		}
	}
}

// TestFoldOfWhatIsTyped: every name and reading folds alike, as it stands and as typed with half-width letters or in
// hiragana; folding twice changes nothing; and the words that are cut off are folded themselves.
func TestFoldOfWhatIsTyped(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	same := func(s string) {
		t.Helper()
		folded := bank.Fold(s)
		if bank.Normal(s) != folded || bank.Normal(kana.Text(s)) != folded || bank.Fold(folded) != folded {
			t.Errorf("%q folds to %q, typed to %q, twice to %q", s, folded, bank.Normal(s), bank.Fold(folded))
		}
	}
	for _, b := range d.Banks() {
		same(b.Name)
		same(b.Kana)
		for _, o := range d.Branches(b.Code) {
			same(o.Name)
			same(o.Kana)
		}
	}
	for _, word := range bank.Words() {
		if bank.Fold(word) != word {
			t.Errorf("%q is not folded: it is never found", word)
		}
	}
	seen := map[rune]bool{}
	for _, r := range strings.Join(strings.Fields(bank.KanjiGroups), "") {
		if seen[r] {
			t.Errorf("%c stands in two groups or twice", r)
		}
		seen[r] = true
	}
}

func TestRomans(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		kana, typed string
		way         int // 0 by the book, 1 contracted
	}{
		{"トウキヨウ", "TOUKIYOU", 0},
		{"トウキヨウ", "TOKYO", 1},
		{"キヨウト", "KYOUTO", 1},
		{"チヨダ", "CHIYODA", 0},
		{"シンジユク", "SHINJUKU", 1},
		{"シンジユク", "SINZYUKU", 1},
		{"サツポロ", "SAPPORO", 1},
		{"マツモト", "MATSUMOTO", 0},
		{"マツモト", "MATUMOTO", 0},
		{"カツタ", "KATSUTA", 0},
		{"シンバシ", "SHIMBASHI", 0},
		{"シンバシ", "SHINBASHI", 0},
		{"コウベ", "KOBE", 0},
		{"オオサカ", "OSAKA", 0},
		{"ホツシヨウジ", "HOSSHOJI", 1},
		{"アイヅ", "AIZU", 0},
		{"フジ", "HUZI", 0},
		{"ジヨウシユウ", "JOSHU", 1},
		{"ソニー", "SONI", 0},
		{"ＡＴＭトウカツ", "ATMTOUKATSU", 0},
	} {
		romans := bank.Romans(row.kana)
		d := directory(t, []bank.Bank{{Code: "0001", Name: "名", Kana: row.kana}}, nil)
		if len(d.SearchBanks(row.typed, 1)) != 1 {
			t.Errorf("%s, in letters %q, is not found by %s", row.kana, romans, row.typed)
		}
		if row.way == 0 && romans[0] == "" || row.way == 1 && romans[0] == romans[1] {
			t.Errorf("%s is %q: no second way", row.kana, romans)
		}
	}
}

func TestNumerals(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ in, want string }{
		{"77", "七十七"},
		{"第2営業", "第二営業"},
		{"10", "十"},
		{"16", "十六"},
		{"100", "百"},
		{"105", "百五"},
		{"114", "百十四"},
		{"220", "二百二十"},
		{"999", "九百九十九"},
		{"0", "〇"},
		{"007", "七"},
		{"1000", "1000"},
		{"1と2", "一と二"},
		{"x", "x"},
		{"", ""},
	} {
		if got := bank.Numerals(row.in); got != row.want {
			t.Errorf("kanjiNumerals(%q) = %q, want %q", row.in, got, row.want)
		}
	}
}

// FuzzSearch: no text does harm; a list is never longer than asked for, the shorter list is the beginning of the longer,
// nothing is listed twice, and each entry listed has what was typed in it, judged by rougher rules of its own.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{
		"みずほ", "ﾐｽﾞﾎ", "三菱ＵＦＪ", "0001", "1", "渋谷支店", "城南信用金庫", "JAさがみ", "77銀行", "tokyo", "Shinjuku", "ソニ－", "〇一八", "018店", "自由が丘",
		"北国", "住信", "(株)", "\xff", "", "ー", "農協", "ジエイエフ", "sapporo", "が", "ヶ", "O", "第2", "12345",
	} {
		f.Add(s, 5)
	}
	f.Add("本店", 1<<40)
	f.Fuzz(func(t *testing.T, query string, limit int) { searches(t, query, limit) })
}

// TestSearchOfFragments puts queries together from pieces of names and of what people write around them, which chance
// alone seldom does.
func TestSearchOfFragments(t *testing.T) {
	t.Parallel()
	d := bank.Embedded()
	names := []string{}
	for _, b := range d.Banks() {
		names = append(names, b.Name, b.Kana, b.FileName(), bank.Romans(b.Kana)[1])
	}
	for _, o := range d.Branches("0001") {
		names = append(names, o.Name, o.Kana, o.FileName(), bank.Romans(o.Kana)[0])
	}
	around := append(bank.Words(), "", "", "", "JA", "株式会社", "第", "1", "0", "18", "県", "ー", "-", " ", "・", "が", "ヶ", "町", "bank")
	rapid.Check(t, func(t *rapid.T) {
		name := []rune(rapid.SampledFrom(names).Draw(t, "name"))
		begin := rapid.IntRange(0, len(name)-1).Draw(t, "begin")
		end := rapid.IntRange(begin, len(name)).Draw(t, "end")
		query := rapid.SampledFrom(around).Draw(t, "before") + string(name[begin:end]) + rapid.SampledFrom(around).Draw(t, "after")
		searches(t, query, rapid.IntRange(-1, 30).Draw(t, "limit"))
	})
}

// tester is what a test, a fuzz target and a property have in common.
type tester interface {
	Fatalf(format string, args ...any)
}

func searches(t tester, query string, limit int) {
	d := bank.Embedded()
	banks := d.SearchBanks(query, limit)
	judge(t, query, banks, d.SearchBanks(query, 10_000), limit)
	for _, b := range banks {
		if !answers(query, b.Code, append([]string{b.Name, b.Kana}, bank.OtherNames[b.Code]...), b.Kana) {
			t.Fatalf("SearchBanks(%q) lists %v", query, b)
		}
	}
	for _, code := range []string{"0001", "9900", "0038"} {
		branches := d.SearchBranches(code, query, limit)
		judge(t, query, branches, d.SearchBranches(code, query, 10_000), limit)
		for _, o := range branches {
			if o.Bank != code || !answers(query, o.Code, []string{o.Name, o.Kana}, o.Kana) {
				t.Fatalf("SearchBranches(%s, %q) lists %v", code, query, o)
			}
		}
	}
}

func judge[T comparable](t tester, query string, got, all []T, limit int) {
	if want := max(0, min(limit, len(all))); len(got) != want {
		t.Fatalf("%q: %d entries of %d with a limit of %d", query, len(got), len(all), limit)
	}
	if !slices.Equal(got, all[:len(got)]) {
		t.Fatalf("%q: the limit changes the order", query)
	}
	seen := map[T]bool{}
	for _, e := range all {
		if seen[e] {
			t.Fatalf("%q: %v stands in the list twice", query, e)
		}
		seen[e] = true
	}
}

// answers says whether an entry may be listed for a query: its code begins with it, or a name contains it, with or
// without the words that say the kind, figures standing for numerals.
func answers(query, code string, names []string, reading string) bool {
	typed := rough(query)
	short := roughShorter.Replace(typed)
	meant := []string{typed, short}
	if name, ok := strings.CutPrefix(short, "JA"); ok {
		meant = append(meant, strings.TrimSuffix(name, "農協")+"農協")
	}
	for _, m := range meant {
		for _, kind := range roughKinds {
			if name, ok := strings.CutSuffix(m, kind); ok {
				meant = append(meant, name)
			}
		}
	}
	return slices.ContainsFunc(meant, func(m string) bool {
		return m != "" && (code == m || typed == m && (strings.HasPrefix(code, m) || strings.TrimLeft(code, "0") == strings.TrimLeft(m, "0")) ||
			slices.ContainsFunc(names, func(name string) bool { return hasPieces(rough(name), m) }) ||
			!strings.ContainsFunc(m, func(r rune) bool { return r < 'A' || r > 'Z' }) && strings.Contains(rougher(reading), rougher(m)))
	})
}

// hasPieces says whether what stands between the figures of a query stands in the name in that order, with numerals
// where the figures are.
func hasPieces(name, query string) bool {
	const figures = "0123456789"
	if strings.Contains(name, query) {
		return true
	}
	if strings.ContainsAny(query, figures) && !strings.ContainsAny(name, "〇一二三四五六七八九十百"+figures) {
		return false
	}
	for _, piece := range strings.FieldsFunc(query, func(r rune) bool { return strings.ContainsRune(figures, r) }) {
		_, after, ok := strings.Cut(name, piece)
		if !ok {
			return false
		}
		name = after
	}
	return strings.ContainsAny(query, figures)
}

// rough keeps less of a text than the search does: no strokes, no voicing, no difference between カ and ケ.
func rough(s string) string {
	s, _ = kana.Name(s)
	s = norm.NFD.String(strings.ToUpper(norm.NFKC.String(s)))
	return roughLetters.Replace(strings.Map(func(r rune) rune {
		if r >= 'ぁ' && r <= 'ゖ' {
			return r + 'ァ' - 'ぁ'
		}
		return r
	}, s))
}

// rougher is the consonants of a text that no way of writing Japanese in letters changes.
func rougher(s string) string {
	out := []rune{}
	for _, r := range roughConsonants.Replace(norm.NFC.String(strings.ToUpper(norm.NFKC.String(s)))) {
		if strings.ContainsRune("KNRGBPWVLQX", r) && (len(out) == 0 || out[len(out)-1] != r) {
			out = append(out, r)
		}
	}
	return string(out)
}

var (
	roughLetters = func() *strings.Replacer {
		pairs := []string{
			"ァ", "ア", "ィ", "イ", "ゥ", "ウ", "ェ", "エ", "ォ", "オ", "ッ", "ス", "ャ", "ヤ", "ュ", "ユ", "ョ", "ヨ", "ヮ", "ワ", "ヵ", "カ", "ヶ", "カ", "ケ", "カ",
			"ヲ", "オ", "チ", "シ", "ツ", "ス",
		}
		for _, r := range "\u3099\u309A -ー−‐‑‒–—―─━~〜・.,、。'’()⸺⸻〰゠֊־᐀᠆⹀⸗⸚" {
			pairs = append(pairs, string(r), "")
		}
		for _, group := range strings.Fields(bank.KanjiGroups) {
			first, size := utf8.DecodeRuneInString(group)
			for _, r := range group[size:] {
				pairs = append(pairs, string(r), string(first))
			}
		}
		return strings.NewReplacer(pairs...)
	}()

	roughConsonants = func() *strings.Replacer {
		pairs := []string{"ン", "N", "M", "N"}
		for row, letter := range map[string]string{
			"カキクケコ": "K", "ナニヌネノ": "N", "マミムメモ": "N", "ラリルレロ": "R", "ワ": "W", "ガギグゲゴ": "G", "バビブベボ": "B", "パピプペポ": "P", "ヴ": "V",
		} {
			for _, r := range row {
				pairs = append(pairs, string(r), letter)
			}
		}
		return strings.NewReplacer(pairs...)
	}()

	roughShorter = strings.NewReplacer(
		"株式会社", "", "信用農業協同組合連合会", "信連", "信用漁業協同組合連合会", "信漁連", "信用協同組合", "信組", "農業協同組合", "農協", "漁業協同組合", "漁協",
		"信用組合", "信組", "信用金庫", "信金", "労働金庫", "労金", rough("しんようのうぎょうきょうどうくみあいれんごうかい"), rough("しんれん"),
		rough("しんようきょうどうくみあい"), rough("しんくみ"), rough("のうぎょうきょうどうくみあい"), rough("のうきょう"),
		rough("ぎょぎょうきょうどうくみあい"), rough("ぎょきょう"), rough("しんようくみあい"), rough("しんくみ"), rough("しんようきんこ"), rough("しんきん"),
		rough("ろうどうきんこ"), rough("ろうきん"),
	)

	roughKinds = []string{
		"銀行", "信金", "信組", "労金", "農協", "BANK", "BRANCH", "支店", "店", "出張所", "特別出張所", "営業所", "営業部",
		rough("ぎんこう"), rough("バンク"), rough("しんきん"), rough("しんくみ"), rough("ろうきん"), rough("のうきょう"), rough("してん"), rough("てん"),
		rough("しゅっちょうじょ"), rough("えいぎょうしょ"), rough("えいぎょうぶ"),
	}
)

// The queries of the benchmarks: the cheapest, the ordinary, and one that every way of reading is tried for in vain.
var queries = []string{"0005", "渋谷", "しぶや支店", "shibuya", "第99営業部出張所支店", "XYZQBRANCH"}

func BenchmarkSearchBanks(b *testing.B) {
	d := bank.Embedded()
	for _, query := range queries {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				d.SearchBanks(query, 20)
			}
		})
	}
}

func BenchmarkSearchBranches(b *testing.B) {
	d := bank.Embedded() // 0005 has the most branches, 717
	for _, query := range queries {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				d.SearchBranches("0005", query, 20)
			}
		})
	}
}

func BenchmarkBanksByKana(b *testing.B) {
	d := bank.Embedded()
	for b.Loop() {
		d.BanksByKana()
	}
}
