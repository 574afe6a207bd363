package paper_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/gateway/paper"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

func TestRefusedCards(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change  func(*paper.Card)
		field   paper.Field
		problem paper.Problem
	}{
		"no reference":        {func(c *paper.Card) { c.Reference = "" }, paper.FieldReference, paper.Missing},
		"reference's form":    {func(c *paper.Card) { c.Reference = "=1+1" }, paper.FieldReference, paper.BadForm},
		"reference's sign":    {func(c *paper.Card) { c.Reference = "-1" }, paper.FieldReference, paper.BadForm},
		"reference's length":  {func(c *paper.Card) { c.Reference = strings.Repeat("A", 21) }, paper.FieldReference, paper.BadForm},
		"no name":             {func(c *paper.Card) { c.To.Name = " \u3000" }, paper.FieldName, paper.Missing},
		"endless name":        {func(c *paper.Card) { c.To.Name = strings.Repeat("名", 3_000) }, paper.FieldName, paper.TooLong},
		"name beyond room":    {func(c *paper.Card) { c.To.Name = strings.Repeat("名", 300) }, paper.FieldName, paper.TooLong},
		"postal code":         {func(c *paper.Card) { c.To.PostalCode = "100-0001" }, paper.FieldPostalCode, paper.BadForm},
		"no address":          {func(c *paper.Card) { c.To.Lines = []string{""} }, paper.FieldAddress, paper.Missing},
		"five lines":          {func(c *paper.Card) { c.To.Lines = make([]string, 5); c.To.Lines[0] = "町" }, paper.FieldAddress, paper.TooMany},
		"endless address":     {func(c *paper.Card) { c.To.Lines = []string{strings.Repeat("町", 3_000)} }, paper.FieldAddress, paper.TooLong},
		"address beyond room": {func(c *paper.Card) { c.To.Lines = []string{strings.Repeat("町", 500)} }, paper.FieldAddress, paper.TooLong},
		"no month":            {func(c *paper.Card) { c.Month = jst.Month{} }, paper.FieldMonth, paper.Missing},
		"no due day":          {func(c *paper.Card) { c.DueDay = jst.Day{} }, paper.FieldDueDay, paper.Missing},
		"no note":             {func(c *paper.Card) { c.LateNote = "" }, paper.FieldLateNote, paper.Missing},
		"endless note":        {func(c *paper.Card) { c.LateNote = strings.Repeat("遅", 3_000) }, paper.FieldLateNote, paper.TooLong},
		"note beyond room":    {func(c *paper.Card) { c.LateNote = strings.Repeat("遅", 900) }, paper.FieldLateNote, paper.TooLong},
		"five fees":           {func(c *paper.Card) { c.Fees = make([]paper.Item, 5) }, paper.FieldFees, paper.TooMany},
		"fee without name":    {func(c *paper.Card) { c.Fees[0].JA = "" }, paper.FieldFees, paper.Missing},
		"fee beyond room":     {func(c *paper.Card) { c.Fees[0].JA = strings.Repeat("料", 900) }, paper.FieldFees, paper.TooLong},
		"four taxes":          {func(c *paper.Card) { c.Taxes = make([]paper.Item, 4) }, paper.FieldTaxes, paper.TooMany},
		"tax without name":    {func(c *paper.Card) { c.Taxes[0].JA = "" }, paper.FieldTaxes, paper.Missing},
		"tax out of range":    {func(c *paper.Card) { c.Taxes[0].Amount = money.Max + 1 }, paper.FieldTaxes, paper.OutOfRange},
		"shop without name":   {func(c *paper.Card) { c.Purchases[1].Shop = "" }, paper.FieldPurchases, paper.Missing},
		"purchase's day":      {func(c *paper.Card) { c.Purchases[1].Day = jst.Day{} }, paper.FieldPurchases, paper.Missing},
		"endless shop":        {func(c *paper.Card) { c.Purchases[1].Shop = strings.Repeat("店", 3_000) }, paper.FieldPurchases, paper.TooLong},
		"nothing to pay for":  {func(c *paper.Card) { c.Purchases, c.Fees = nil, nil }, paper.FieldPurchases, paper.Missing},
		"no sum":              {func(c *paper.Card) { c.Total++ }, paper.FieldTotal, paper.NoSum},
		"sum out of range":    {func(c *paper.Card) { c.Purchases[0].Amount = money.Max }, paper.FieldTotal, paper.OutOfRange},
		"nothing to pay":      {func(c *paper.Card) { c.Purchases[0].Amount -= c.Total; c.Total = 0 }, paper.FieldTotal, paper.OutOfRange},
		"above the limit": {func(c *paper.Card) {
			c.Purchases[0].Amount += 300_001 - c.Total
			c.Total = 300_001
			c.Slip = slip(t, 300_001, 1, true)
		}, paper.FieldTotal, paper.OverLimit},
		"no digits":       {func(c *paper.Card) { c.Slip = "" }, paper.FieldSlip, paper.Missing},
		"wrong digits":    {func(c *paper.Card) { c.Slip = c.Slip[:43] + "x" }, paper.FieldSlip, paper.BadSlip},
		"check digit":     {func(c *paper.Card) { c.Slip = c.Slip[:43] + string('0'+('9'-c.Slip[43])) }, paper.FieldSlip, paper.BadSlip},
		"other amount":    {func(c *paper.Card) { c.Slip = slip(t, c.Total+1, 1, false) }, paper.FieldTotal, paper.Differs},
		"ends early":      {func(c *paper.Card) { c.DueDay = day(t, "2027-01-01") }, paper.FieldDueDay, paper.EndsEarly},
		"postal account":  {func(c *paper.Card) { *c = rich(t); c.Postal.Account = "00160 9" }, paper.FieldPostal, paper.BadForm},
		"postal, upper":   {func(c *paper.Card) { *c = rich(t); c.Postal.Upper += "0" }, paper.FieldPostal, paper.BadForm},
		"postal, lower":   {func(c *paper.Card) { *c = rich(t); c.Postal.Lower = c.Postal.Lower[:43] + "-" }, paper.FieldPostal, paper.BadForm},
		"postal, nothing": {func(c *paper.Card) { *c = rich(t); c.Postal = &paper.Postal{} }, paper.FieldPostal, paper.BadForm},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := card(t)
			row.change(&c)
			var out bytes.Buffer
			_, err := paper.Postcard(&out, form(), c)
			var refused *paper.CardError
			if !errors.As(err, &refused) || refused.Field != row.field || refused.Problem != row.problem || refused.Number != 1 || out.Len() > 0 {
				t.Fatalf("%v, %d bytes written", err, out.Len())
			}
			for _, text := range []string{err.Error(), refused.Text().JA, refused.Text().EN} {
				if strings.Contains(text, "山田") || strings.Contains(text, "千代田") || strings.Contains(text, "912345") || strings.Contains(text, "=1") {
					t.Errorf("the error repeats what stands on the card: %s", text)
				}
			}
		})
	}
}

func TestRefusedForms(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change  func(*paper.Form)
		field   paper.Field
		problem paper.Problem
	}{
		"no sender":       {func(f *paper.Form) { f.From.Name = "" }, paper.FieldSenderName, paper.Missing},
		"postal code":     {func(f *paper.Form) { f.From.PostalCode = "15０0002" }, paper.FieldSenderPostalCode, paper.BadForm},
		"no address":      {func(f *paper.Form) { f.From.Lines = nil }, paper.FieldSenderAddress, paper.Missing},
		"five lines":      {func(f *paper.Form) { f.From.Lines = []string{"1", "2", "3", "4", "5"} }, paper.FieldSenderAddress, paper.TooMany},
		"no phone":        {func(f *paper.Form) { f.From.Phone = "" }, paper.FieldSenderPhone, paper.Missing},
		"registration":    {func(f *paper.Form) { f.From.Registration = "1234567890123" }, paper.FieldRegistration, paper.BadForm},
		"no limit":        {func(f *paper.Form) { f.Limit = 0 }, paper.FieldLimit, paper.OutOfRange},
		"too high limit":  {func(f *paper.Form) { f.Limit = 1_000_000 }, paper.FieldLimit, paper.OutOfRange},
		"no time":         {func(f *paper.Form) { f.Made = time.Time{} }, paper.FieldMade, paper.Missing},
		"endless name":    {func(f *paper.Form) { f.From.Name = strings.Repeat("社", 3_000) }, paper.FieldSenderName, paper.TooLong},
		"endless address": {func(f *paper.Form) { f.From.Lines[0] = strings.Repeat("町", 3_000) }, paper.FieldSenderAddress, paper.TooLong},
		"endless hours":   {func(f *paper.Form) { f.From.Hours = strings.Repeat("時", 3_000) }, paper.FieldSenderPhone, paper.TooLong},
		"endless agent":   {func(f *paper.Form) { f.Agent = strings.Repeat("社", 3_000) }, paper.FieldAgent, paper.TooLong},
		"endless postage": {func(f *paper.Form) { f.Postage[0] = strings.Repeat("局", 3_000) }, paper.FieldPostage, paper.TooLong},
		"endless back":    {func(f *paper.Form) { f.Back[0] = strings.Repeat("文", 3_000) }, paper.FieldBack, paper.TooLong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := form()
			row.change(&f)
			_, err := paper.Postcard(io.Discard, f, card(t))
			var refused *paper.CardError
			if !errors.As(err, &refused) || refused.Field != row.field || refused.Problem != row.problem || refused.Number != 0 {
				t.Fatal(err)
			}
		})
	}
	f := form() // what is found only when it is drawn names the card at which it was
	f.Back[0] = strings.Repeat("文", 2_600)
	var refused *paper.CardError
	if _, err := paper.Postcard(io.Discard, f, card(t)); !errors.As(err, &refused) || refused.Field != paper.FieldBack || refused.Problem != paper.TooLong {
		t.Error(err)
	}
}

func TestErrorTexts(t *testing.T) {
	t.Parallel()
	for field := paper.FieldName; field <= paper.FieldMade; field++ {
		for problem := paper.Missing; problem <= paper.Unprintable; problem++ {
			if f, p := paper.Fields[field], paper.Problems[problem]; f.JA == "" || f.EN == "" || p.JA == "" || p.EN == "" {
				t.Fatalf("field %d or problem %d has no text", field, problem)
			}
		}
	}
	err := &paper.CardError{Number: 12, Reference: "K7F2-9QXM", Field: paper.FieldTotal, Problem: paper.NoSum}
	if got, want := err.Text().JA, "12枚目 (K7F2-9QXM)の「ご請求金額」: 明細と手数料の合計と合いません。作り直してください"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := err.Error(), "paper: card 12 (K7F2-9QXM): the total is not the sum of purchases and fees: make the bill anew"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	err = &paper.CardError{Field: paper.FieldLimit, Problem: paper.OutOfRange}
	if got, want := err.Text().JA, "はがきの共通項目「バーコードの上限額」: 印刷できる範囲の値ではありません"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text, want string
		replaced   []rune
	}{
		{"山田 太郎", "山田 太郎", nil},
		{"髙橋﨑①㈱〜−～", "髙橋﨑①㈱〜−～", nil},
		{"がギ", "がギ", nil},
		{"ｶﾞﾙｼｱ", "ｶﾞﾙｼｱ", nil},
		{"Éclair", "Éclair", nil},
		{"𠮷野家", "〓野家", []rune{'𠮷'}},
		{"葛\U000E0100城", "葛城", []rune{'\U000E0100'}},
		{"辻\uFE00", "辻", []rune{'\uFE00'}},
		{"😀", "〓", []rune{'😀'}},
		{"한국", "〓〓", []rune("한국")},
		{"a\u202Eb\u200Bc", "abc", []rune{'\u202E', '\u200B'}},
		{"\x00\x1b1", "1", []rune{0, 0x1b}},
		{" a\tb\r\nc ", "a b  c", nil},
		{"a\xffb", "a〓b", []rune{'\uFFFD'}},
	} {
		got, replaced := paper.Printable(row.text, paper.Covers)
		if got != row.want || cmp.Diff(row.replaced, replaced) != "" {
			t.Errorf("%q: %q, replaced %q; want %q, %q", row.text, got, replaced, row.want, row.replaced)
		}
	}
}

// TestReplacementsAreReported: a card with a character that cannot be printed is printed, and somebody is told.
func TestReplacementsAreReported(t *testing.T) {
	t.Parallel()
	f, c := form(), card(t)
	f.Back[0] = "😀"
	c.To.Name, c.To.Lines[1], c.Purchases[2].Shop = "𠮷田 太郎", "葛\U000E0100城荘", "𩸽の店"
	var out bytes.Buffer
	got, err := paper.Postcard(&out, f, c)
	if err != nil {
		t.Fatal(err)
	}
	want := []paper.Replacement{
		{Field: paper.FieldBack, Char: '😀'},
		{Number: 1, Reference: c.Reference, Field: paper.FieldName, Char: '𠮷'},
		{Number: 1, Reference: c.Reference, Field: paper.FieldAddress, Char: '\U000E0100'},
		{Number: 1, Reference: c.Reference, Field: paper.FieldPurchases, Char: '𩸽'},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if inside := squeezed(texts(t, out.Bytes())[1]); !strings.Contains(inside, "〓田太郎") || !strings.Contains(inside, "〓の店") {
		t.Error("no 〓 where it should be")
	}
}

// TestNothingIsCut prints names and addresses of all lengths and finds every character of them again.
func TestNothingIsCut(t *testing.T) {
	t.Parallel()
	tool(t, "pdftotext", "poppler-utils")
	random := rand.New(rand.NewPCG(7, 11))
	letters := []rune("山田太郎花子髙橋﨑渡邉齋藤アイウエオァッー・、。（）「」abcWijl 0123-1丁目番地号室ビル")
	made := func(most int) string {
		var s strings.Builder
		for range 1 + random.IntN(most) {
			s.WriteRune(letters[random.IntN(len(letters))])
		}
		return "始" + s.String() + "終"
	}
	var cards []paper.Card
	for c, err := range many(t, 25) {
		if err != nil {
			t.Fatal(err)
		}
		c.To.Name, c.To.Lines, c.Purchases = made(40), []string{made(60), made(30)}, slices.Clone(c.Purchases)
		c.Purchases[0].Shop = made(70)
		cards = append(cards, c)
	}
	s := newShelf()
	if _, err := paper.Batch(form(), paper.Job{Name: "job"}, each(cards), s.create); err != nil {
		t.Fatal(err)
	}
	pages := texts(t, s.files["job-001.pdf"].Bytes())
	if len(pages) != paper.Pages*len(cards) {
		t.Fatalf("%d pages", len(pages))
	}
	for i, c := range cards {
		// The turned page comes in another order: there each character is counted.
		outside, inside := pages[2*i], squeezed(pages[2*i+1])
		for _, text := range append(c.To.Lines, c.To.Name) {
			for _, r := range squeezed(text) {
				if strings.Count(outside, string(r)) < strings.Count(text, string(r)) {
					t.Errorf("the outside lacks %q of %q", r, text)
				}
			}
		}
		if !strings.Contains(inside, squeezed(c.To.Name)) {
			t.Errorf("the inside lacks %q", c.To.Name)
		}
		for _, r := range squeezed(c.Purchases[0].Shop) {
			if !strings.ContainsRune(inside, r) {
				t.Errorf("the inside lacks %q of %q", r, c.Purchases[0].Shop)
			}
		}
	}
}

// width is a measure for tests: a full-width character is 2, others 1.
func width(s string) float64 {
	total := 0.0
	for _, r := range s {
		if r > 0xFF {
			total++
		}
		total++
	}
	return total
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text string
		wide float64
		want []string
	}{
		{"", 10, []string{""}},
		{"東京都千代田区", 14, []string{"東京都千代田区"}},
		{"東京都千代田区", 6, []string{"東京都", "千代田", "区"}},
		{"終わり。次", 6, []string{"終わ", "り。次"}}, // 。 does not begin a line
		{"「始め」次", 6, []string{"「始", "め」次"}},
		{"one two three", 8, []string{"one two", "three"}},
		{"Llanfairpwll", 5, []string{"Llanf", "airpw", "ll"}},
		{"a Llanfairpwll b", 5, []string{"a", "Llanf", "airpw", "ll b"}},
	} {
		got, ok := paper.Wrap(row.text, row.wide, width)
		if diff := cmp.Diff(row.want, got); !ok || diff != "" {
			t.Errorf("%q in %v: %v %s", row.text, row.wide, ok, diff)
		}
	}
	if lines, ok := paper.Wrap("漢", 1, width); ok {
		t.Errorf("a character wider than its line: %q", lines)
	}
}

// wrapsWhole checks that a wrapped text is the text, within its width.
func wrapsWhole(t interface{ Fatalf(string, ...any) }, text string, wide float64) {
	lines, ok := paper.Wrap(text, wide, width)
	if !ok {
		for _, r := range text {
			if width(string(r)) > wide || !utf8.ValidRune(r) {
				return
			}
		}
		if wide >= 40 {
			t.Fatalf("%q does not wrap to %v", text, wide)
		}
		return
	}
	if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != strings.ReplaceAll(text, " ", "") {
		t.Fatalf("%q became %q", text, lines)
	}
	for _, line := range lines {
		if width(line) > wide {
			t.Fatalf("%q is wider than %v", line, wide)
		}
	}
}

func TestWrapLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune("山田ァッー・、。（）「」がa bW-/123 円"))).Draw(t, "text")
		wrapsWhole(t, text, float64(rapid.IntRange(2, 40).Draw(t, "width")))
	})
}

func FuzzText(f *testing.F) {
	f.Add("東京都千代田区「千代田」1丁目。", uint8(6))
	f.Add("葛\U000E0100城 𠮷 \xff\u202E", uint8(3))
	f.Add("a Llanfairpwllgwyngyll b", uint8(5))
	f.Fuzz(func(t *testing.T, text string, wide uint8) {
		if len(text) > 1_000 {
			return
		}
		clean, replaced := paper.Printable(text, paper.Covers)
		for _, r := range clean {
			if !paper.Covers(r) {
				t.Fatalf("%U is not in the font", r)
			}
		}
		if again, more := paper.Printable(clean, paper.Covers); again != clean || len(more) > 0 {
			t.Fatalf("%q became %q, and then %q", text, clean, again)
		}
		if len(replaced) == 0 && utf8.RuneCountInString(clean) > 2*utf8.RuneCountInString(text) {
			t.Fatalf("%q grew to %q", text, clean)
		}
		wrapsWhole(t, clean, float64(wide))
	})
}
