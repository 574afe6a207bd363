package notice

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"pgregory.net/rapid"

	"tsuke/internal/billing"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// TestCatalogue wants words for what each kind sends, in both languages, and no others (rule N09).
func TestCatalogue(t *testing.T) {
	t.Parallel()
	for lang, l := range languages {
		for kind, p := range plans {
			w, ok := l.kinds[kind]
			if !ok || w.head == "" {
				t.Errorf("%s: %s has no words", lang, kind)
			}
			if (w.body != "") != slices.Contains(p.media, ByMail) || (w.text != "") != slices.Contains(p.media, BySMS) {
				t.Errorf("%s: %s has not the words that it sends, or words that it does not send", lang, kind)
			}
		}
		for kind, w := range l.alone { // rule I11
			p := plans[kind]
			if (w.body != "") != slices.Contains(p.media, ByMail) || (w.text != "") != slices.Contains(p.media, BySMS) {
				t.Errorf("%s: %s of an invoice has not the words that it sends, or words that it does not send", lang, kind)
			}
		}
		for kind := range l.kinds {
			if _, ok := plans[kind]; !ok {
				t.Errorf("%s: %s is no kind", lang, kind)
			}
		}
	}
}

// views are figures with every turn that the words can take.
func views(lang string) []view {
	day := func(s string) jst.Day {
		d, err := jst.ParseDay(s)
		if err != nil {
			panic(err)
		}
		return d
	}
	usable := money.Yen(1_000_000)
	full := figures{
		Amount: 1_000_000, Month: day("2026-11-30").Month(), Due: day("2026-12-10"), Usable: &usable, Way: billing.EBarcode,
		Fee: 209, Device: "samsung android", Day: day("2026-12-25"), Owed: 1_000_000, Parts: 6, Part: 500_000, Last: day("2027-02-10"),
	}
	reasons := []string{"1", "2", "3", "4", "8", "9", "no_account", "?"}
	costs := LateTerms{Fee: 100, First: 10, Second: 25, Rate: 1460}
	var out []view
	for _, usable := range []*money.Yen{&usable, nil} {
		for turn := range 8 {
			f := full
			f.Usable, f.Estimated, f.Late, f.Prompt = usable, turn&1 > 0, turn&2 > 0, turn&4 > 0
			f.Replaced, f.Guest = turn&1 > 0, turn&2 > 0
			v := view{figures: f, Shop: "みどり雑貨オンライン", Days: 3, Why: whyNotDebited(reasons[turn], lang)}
			if turn&1 > 0 {
				v.Costs, v.Fees = &costs, feeDays(f.Due, f.Due, costs)
				v.Days, v.Way, v.Fee, v.Device, v.Owed = 1, "other", 0, "other other", 0
			}
			out = append(out, v)
		}
		for _, way := range []billing.Way{"postcard", "debit", "number"} {
			f := full
			f.Usable, f.Way = usable, way
			out = append(out, view{figures: f, Shop: "みどり雑貨オンライン", Days: 3})
		}
	}
	return out
}

// Words that members are not written to in: blame, jargon, servility, vagueness.
var banned = regexp.MustCompile(`システムエラー|エラー|不正|予期しない|しばらく|管理者|いただけますよう|させていただ|決済|与信|返済|弁済|債務|` +
	`期限日|残高|オーソリ|キャプチャ|ボイド|滞納|加盟店|弊社|ユーザー|問い合わせID|eKYC|CPM|無料です|下さい|分かる|出来|致し|!|！|¥.*円|` +
	`something went wrong|[Ii]nvalid|[Oo]ops|<no value>|%!|[Uu]ser\b`)

// ofAccount is a balance that is not owed to anybody: the one of the member's own bank account.
const ofAccount = "残高が足りず"

// TestWords fills every template with every turn: nothing is missing, forbidden or too wide, letters name their case and
// lead to the plain address only, texts fit into one part and tell no amount (rules N05 and N09).
func TestWords(t *testing.T) {
	t.Parallel()
	n := &Notices{PublicURL: "https://pay.example.jp", Contact: "03-0000-0000"}
	r := id.NewReference(7)
	for lang, l := range languages {
		for _, kind := range slices.Sorted(maps.Keys(plans)) {
			for i, v := range append(views(lang), views(lang)...) {
				v.Invoice = i%2 == 1
				v.Link = "https://pay.example.jp" + InvoicePath + strings.Repeat("Aa-_", 11) + "AA"
				w := l.of(kind, v.figures)
				head, errHead := l.fill(w.head, v)
				body, errBody := l.fill(w.body, v)
				text, errText := l.fill(w.text, v)
				if errHead != nil || errBody != nil || errText != nil {
					t.Fatalf("%s %s: %v %v %v", lang, kind, errHead, errBody, errText)
				}
				letter, part := n.letter(l, body, r), n.fit(l, text, r)
				for _, s := range []string{head, letter, part} {
					if bad := banned.FindString(strings.ReplaceAll(s, ofAccount, "")); bad != "" {
						t.Errorf("%s %s: %q in\n%s", lang, kind, bad, s)
					}
				}
				if linked := strings.Count(letter, v.Link+"\n"); linked > 1 || (linked == 1) != strings.Contains(w.body, ".Link") || linked == 1 && !v.Invoice && kind != DisputeRejected {
					t.Errorf("%s %s: the address of an invoice stands there %d times", lang, kind, linked)
				}
				checkLetter(t, strings.Replace(letter, v.Link+"\n", "", 1), r)
				checkPart(t, l, part, r)
			}
		}
	}
}

func checkLetter(t *testing.T, letter string, r id.Reference) {
	t.Helper()
	for line := range strings.Lines(letter) {
		if columnsOf(strings.TrimSuffix(line, "\n")) > columns || strings.TrimRight(line, " \n") != strings.TrimSuffix(line, "\n") {
			t.Errorf("a line of %d columns: %q", columnsOf(line), line)
		}
	}
	if !strings.Contains(letter, r.String()) || strings.Count(letter, "://") != 1 || strings.Contains(letter, "\n\n\n") {
		t.Errorf("the foot or the spacing of\n%s", letter)
	}
}

func checkPart(t *testing.T, l *language, part string, r id.Reference) {
	t.Helper()
	room := map[string]int{"ja": partJA, "en": partEN}[l.lang]
	if part == "" {
		return
	}
	if n := len(utf16.Encode([]rune(part))); n > room || !strings.Contains(part, r.String()) || !strings.Contains(part, l.brand) {
		t.Errorf("%d of %d characters: %q", n, room, part)
	}
	if regexp.MustCompile(`\d円|¥|\d,\d`).MatchString(part) {
		t.Errorf("an amount in a text: %q", part)
	}
}

// TestFit leaves the host out before the name, and never cuts.
func TestFit(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("あ", 40)
	for _, test := range []struct {
		brand, url string
		want       string
	}{
		{"ツケ", "https://p.jp", "【ツケ】" + text + "お問い合わせ番号" + " p.jp"},
		{"ツケ", "https://pay.long-name.example.jp", "【ツケ】" + text + "お問い合わせ番号"},
		{"とても長い名前の後払いサービス会社", "https://p.jp", text + "お問い合わせ番号"},
		{"ツケ", "", "【ツケ】" + text + "お問い合わせ番号"},
	} {
		r := id.NewReference(7)
		n := &Notices{BrandJA: test.brand, PublicURL: test.url}
		want := strings.Replace(test.want, "お問い合わせ番号", "お問い合わせ番号"+r.String(), 1)
		if got := n.fit(languages["ja"], text, r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestNextOpen is the table of rule N07.
func TestNextOpen(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		got, err := time.ParseInLocation("2006-01-02 15:04:05", s, jst.Zone())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, test := range []struct{ name, at, want string }{
		{"in the hours", "2026-07-13 12:00:00", "2026-07-13 12:00:00"},
		{"as they begin", "2026-07-13 09:00:00", "2026-07-13 09:00:00"},
		{"a second before", "2026-07-13 08:59:59", "2026-07-13 09:00:00"},
		{"the last second", "2026-07-13 19:59:59", "2026-07-13 19:59:59"},
		{"as they end", "2026-07-13 20:00:00", "2026-07-14 09:00:00"},
		{"Friday evening", "2026-07-10 20:00:00", "2026-07-13 09:00:00"},
		{"Saturday noon", "2026-07-11 12:00:00", "2026-07-13 09:00:00"},
		{"Marine Day", "2026-07-20 12:00:00", "2026-07-21 09:00:00"},
		{"New Year's holidays", "2026-12-30 21:00:00", "2027-01-04 09:00:00"},
	} {
		got, err := nextOpen(jst.Japan(), at(test.at), 9*time.Hour, 20*time.Hour)
		if err != nil || !got.Equal(at(test.want)) {
			t.Errorf("%s: %v, %v", test.name, jst.In(got), err)
		}
	}
	if _, err := nextOpen(jst.Japan(), at("2051-01-04 12:00:00"), 9*time.Hour, 20*time.Hour); err == nil {
		t.Error("beyond the calendar nobody knows the bank days")
	}
}

// TestHolds is the table of rule N04.
func TestHolds(t *testing.T) {
	t.Parallel()
	due, _ := jst.Date(2026, time.July, 10)
	bill := func(s billing.State, late bool) billing.Statement {
		return billing.Statement{State: s, PastDue: late, Due: due}
	}
	for _, test := range []struct {
		kind Kind
		bill billing.Statement
		day  jst.Day
		want bool
	}{
		{PastDue, bill(billing.Issued, true), due.Add(1), true},
		{PastDue, bill(billing.Confirming, false), due.Add(1), false},
		{PastDue, bill(billing.Paid, false), due.Add(1), false},
		{BillReopened, bill(billing.Issued, false), due, true},
		{BillReopened, bill(billing.Confirming, false), due, false},
		{BillIssued, bill(billing.Issued, false), due, true},
		{BillIssued, bill(billing.Paid, false), due, false},
		{DueSoon, bill(billing.Issued, false), due.Add(-3), true},
		{DueSoon, bill(billing.Issued, false), due, false},
		{DueSoon, bill(billing.Paid, false), due.Add(-3), false},
		{DueToday, bill(billing.Issued, false), due, true},
		{DueToday, bill(billing.Issued, false), due.Add(1), false},
		{DueToday, bill(billing.Confirming, false), due, false},
		{LateCharged, bill(billing.Issued, true), due.Add(31), true},
		{PlanBroken, bill(billing.Issued, true), due.Add(31), true},
		{PlanPartSoon, bill(billing.Confirming, false), due.Add(31), false},
		{DunLast, writtenOff(bill(billing.Issued, false)), due.Add(30), false},
		{BillReopened, writtenOff(bill(billing.Issued, false)), due.Add(30), false},
		{LateCharged, bill(billing.Paid, false), due.Add(31), false},
		{PartPaid, bill(billing.Issued, true), due.Add(1), true},
		{PartPaid, bill(billing.Confirming, false), due.Add(1), false},
		{NotDebited, bill(billing.Issued, false), due, true},
		{NotDebited, bill(billing.Paid, false), due, false},
		{DunFirst, bill(billing.Issued, true), due.Add(3), true},
		{DunFirst, bill(billing.Confirming, false), due.Add(3), false},
		{DunSecond, bill(billing.Paid, false), due.Add(10), false},
		{DunLast, bill(billing.Issued, false), due.Add(30), false},
		{DunLast, awaited(bill(billing.Issued, true)), due.Add(30), false},
		{DueToday, awaited(bill(billing.Issued, false)), due, false},
		{DueSoon, awaited(bill(billing.Issued, false)), due.Add(-3), false},
		{PastDue, awaited(bill(billing.Issued, true)), due.Add(1), false},
	} {
		if got := planOf(test.kind).holds(test.bill, test.day); got != test.want {
			t.Errorf("%s of a bill %s, late %t, on %s: %t", test.kind, test.bill.State, test.bill.PastDue, test.day, got)
		}
	}
}

// awaited is a bill that a bank was asked to debit.
func awaited(st billing.Statement) billing.Statement {
	st.Awaited = true
	return st
}

// writtenOff is a bill that was given up.
func writtenOff(st billing.Statement) billing.Statement {
	st.WrittenOff = true
	return st
}

// TestReminds is the table of rule N12.
func TestReminds(t *testing.T) {
	t.Parallel()
	for kind := range plans {
		want := map[Kind][2]bool{
			DueSoon: {true, true}, DueToday: {true, true}, DunFirst: {true, true}, DunSecond: {true, true}, DunLast: {true, true},
			PastDue: {false, true},
		}[kind]
		if got := [2]bool{reminds(kind, ByMail), reminds(kind, BySMS)}; got != want {
			t.Errorf("%s: by mail and text %v", kind, got)
		}
	}
}

// TestFeeDays names days that are still to come.
func TestFeeDays(t *testing.T) {
	t.Parallel()
	costs := LateTerms{Fee: 100, First: 10, Second: 25}
	day := func(s string) jst.Day {
		d, err := jst.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for today, want := range map[string]string{
		"2026-07-11": "2026-08-10 2026-08-25", "2026-08-09": "2026-08-10 2026-08-25", "2026-08-10": "2026-08-25 2026-09-10",
		"2026-12-31": "2027-01-10 2027-01-25",
	} {
		days := feeDays(day("2026-07-10"), day(today), costs)
		if got := days[0].String() + " " + days[1].String(); got != want {
			t.Errorf("on %s: %s", today, got)
		}
	}
}

// TestWhy tells every answer of a bank apart, and never what contradicts the letter.
func TestWhy(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"1": "残高が足りず", "2": "登録の口座が見つからず", "no_account": "登録がないため", "9": "金融機関で", "": "金融機関で", "77": "金融機関で",
	} {
		if got := whyNotDebited(code, "ja"); !strings.Contains(got, want) {
			t.Errorf("%q: %s", code, got)
		}
	}
	if got := whyNotDebited("no_account", "en"); !strings.Contains(got, "no bank account") {
		t.Error(got)
	}
}

// TestMachine is the whole truth about a message (rule N06).
func TestMachine(t *testing.T) {
	t.Parallel()
	const want = `|         | take | lose    | refuse  | give_up | overtake |
|---------|------|---------|---------|---------|----------|
| waiting | sent | unknown | refused | dead    | dropped  |
| sent    | =    | ·       | ·       | ·       | ·        |
| unknown | sent | unknown | refused | unknown | unknown  |
| refused | ·    | ·       | =       | ·       | ·        |
| dead    | ·    | ·       | ·       | =       | ·        |
| dropped | ·    | ·       | ·       | ·       | =        |
`
	if got := Machine.Grid(); got != want {
		t.Errorf("the table is\n%s", got)
	}
}

// TestWrap breaks where Japanese may be broken.
func TestWrap(t *testing.T) {
	t.Parallel()
	a := strings.Repeat("あ", 37)
	for _, test := range []struct{ name, in, want string }{
		{"short", "支払期日は7月10日(金)です。", "支払期日は7月10日(金)です。"},
		{"no line begins with a full stop", a + "いう。え", a + "い\nう。え"},
		{"an amount stays whole", a + "30,000円です", a + "\n30,000円です"},
		{"a date stays whole", a + "7月10日(金)まで", a + "\n7月10日(金)まで"},
		{"a bracket stays with what it opens", a + "い（う）", a + "い\n（う）"},
		{"English at blanks", strings.Repeat("word ", 20), strings.TrimSpace(strings.Repeat("word ", 15)) + "\n" + strings.TrimSpace(strings.Repeat("word ", 5))},
		{"an address is never cut", "https://" + strings.Repeat("a", 90) + ".jp", "https://" + strings.Repeat("a", 90) + ".jp"},
	} {
		if got := wrap(test.in); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestWrapKeepsEverything breaks and loses nothing but blanks at the ends of lines.
func TestWrapKeepsEverything(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.StringOfN(rapid.SampledFrom([]rune("あ亜ア、。（）「」7,0円月日(金) ab-.〜")), 0, 200, -1).Draw(t, "in")
		out := wrap(in)
		squash := strings.NewReplacer(" ", "", "\n", "")
		if squash.Replace(out) != squash.Replace(in) {
			t.Fatalf("%q became %q", in, out)
		}
		for line := range strings.Lines(out) {
			if len(pieces(strings.TrimRight(line, " \n"))) > 1 && columnsOf(strings.TrimRight(line, " \n")) > columns {
				t.Fatalf("%q has a line that could be broken", out)
			}
		}
	})
}

// FuzzParseMessageID reads only what String writes.
func FuzzParseMessageID(f *testing.F) {
	n := id.New[id.NoticeKind](time.Unix(1_780_000_000, 0), 5)
	f.Add(MessageID{n, ByMail, 1}.String())
	f.Add(MessageID{n, BySMS, 12}.String())
	f.Add(n.String() + "-mail-01")
	f.Add(strings.ToUpper(n.String()) + "-mail-1")
	f.Add("ntc_-mail-1")
	f.Fuzz(func(t *testing.T, s string) {
		m, err := ParseMessageID(s)
		if err == nil && m.String() != s {
			t.Errorf("%q was read as %q", s, m)
		}
		if err == nil && (m.Copy < 1 || m.Notice.IsZero() || len(s) > 64) {
			t.Errorf("%q was read as %+v", s, m)
		}
	})
}
