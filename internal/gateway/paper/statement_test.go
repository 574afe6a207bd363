package paper_test

import (
	"bytes"
	"compress/zlib"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/gateway/paper"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// kept is a statement with everything that one can have.
func kept(t testing.TB, english bool) paper.Statement {
	t.Helper()
	d := func(s string) jst.Day { return day(t, s) }
	in := func(ja, en string) string {
		if english {
			return en
		}
		return ja
	}
	st := paper.Statement{
		English: english, Brand: "Tsuke", From: form().From, To: "山田 花子", Reference: "K7F2-9QXM", Month: d("2026-06-01").Month(),
		Issued: d("2026-07-01"), Due: d("2026-07-10"), Way: in("コンビニ（電子バーコード）", "Convenience store (e-barcode)"),
		AsOf: d("2026-09-01"), State: in("期日超過", "Overdue"),
		Lines: []paper.Line{
			{Kind: "purchase", Day: d("2026-06-10"), Title: in("みどり雑貨", "Midori Goods"), Shop: in("みどり雑貨", "Midori Goods"), Order: "J-1", Notes: []string{in("注文番号 J-1", "Order J-1")}, Amount: 8_000},
			{Kind: "purchase", Day: d("2026-06-12"), Title: "ドラッグストアみほん 新千歳空港国際線ターミナルビル出発ロビー店「医薬品・化粧品・日用品」売り場", Amount: 299_000},
			{Kind: "refund", Day: d("2026-06-20"), Title: in("返金", "Refund"), Shop: in("みどり雑貨", "Midori Goods"), Order: "J-1", Bought: d("2026-06-10"), Amount: -1_500, Notes: []string{in("6月10日(水) みどり雑貨の利用分", "for Midori Goods, Wed 10 Jun 2026")}},
			{Kind: "credit", Day: d("2026-06-09"), Title: in("多く払った分の充当", "Credit for an overpayment"), Amount: -100},
			{Kind: "fee", Day: d("2026-07-01"), Title: in("請求の手数料", "Billing fee"), Notes: []string{in("うち消費税19円（10%）", "Includes consumption tax of ¥19 (10%)")}, Amount: 209, Tax: 19},
			{Kind: "lates", Day: d("2026-07-01"), Title: in("支払いが遅れた分の残り", "Rest of late charges"), Amount: 100},
		},
		Since: []paper.Line{
			{Kind: "late_fee", Day: d("2026-08-10"), Title: in("支払いが遅れた手数料", "Late fee"), Amount: 100, Tax: 9, Notes: []string{
				in("法律の上限93円（未払いの元金を1日ずつ足した額232,500円×年14.6%÷365日）までのため、100円から下げました。", "Lowered from ¥100: by law, no more than ¥93 in all (open principal of each day added up: ¥232,500 × 14.6% a year ÷ 365 days)."),
			}},
			{Kind: "payment", Day: d("2026-08-12"), Title: in("お支払い（コンビニ）", "Payment: convenience store"), Amount: -200_000, Notes: []string{"8月12日(水) 10:24 ローソン"}},
		},
	}
	for _, l := range st.Lines {
		st.Total += l.Amount
	}
	st.Owed = st.Total - 199_900
	return st
}

func pdfOf(t testing.TB, st paper.Statement) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := paper.WritePDF(&out, st); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func csvOf(t testing.TB, st paper.Statement) string {
	t.Helper()
	var out strings.Builder
	if err := paper.WriteCSV(&out, st); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (go test -update; -want +got):\n%s", path, diff)
	}
}

// Rule B41: what stands on the paper, read back from it, in both languages; the same statement makes the same bytes.
func TestStatementReadsBack(t *testing.T) {
	t.Parallel()
	for name, english := range map[string]bool{"ja": false, "en": true} {
		st := kept(t, english)
		pdf := pdfOf(t, st)
		if !bytes.Equal(pdf, pdfOf(t, st)) {
			t.Errorf("%s: the same statement made other bytes", name)
		}
		golden(t, "statement-"+name+".csv", csvOf(t, st))
		golden(t, "statement-"+name+".txt", strings.Join(texts(t, pdf), "\f"))
	}
}

// Rule B41: what comes of a bill later changes no byte of the pages and rows of the bill as it was issued.
func TestStatementIssuedPartStays(t *testing.T) {
	t.Parallel()
	before := kept(t, false)
	before.Since, before.Owed, before.State, before.AsOf = nil, before.Total, "お支払い待ち", day(t, "2026-07-02")
	after := kept(t, false)
	for range 80 { // so many that they take pages of their own
		after.Since = append(after.Since, paper.Line{Kind: "payment", Title: "お支払い（龘）", Amount: -1})
		after.Owed--
	}
	was, is := contents(t, pdfOf(t, before)), contents(t, pdfOf(t, after))
	if len(was) != 2 || len(is) < 4 {
		t.Fatalf("%d and %d pages", len(was), len(is))
	}
	if was[0] != is[0] {
		t.Error("the page of the bill as issued has changed")
	}
	if was[1] == is[1] {
		t.Error("the page of what came since has not")
	}
	if rows := csvOf(t, before); !strings.HasPrefix(csvOf(t, after), rows) {
		t.Error("the rows of the bill as issued have changed")
	}
}

var stream = regexp.MustCompile(`(?s)<<[^<>]*/Length (\d+)>>\nstream\n`)

// contents are the drawing commands of each page, unpacked: fpdf writes a page's after the page and before the fonts.
func contents(t testing.TB, pdf []byte) []string {
	t.Helper()
	var out []string
	for _, at := range stream.FindAllSubmatchIndex(pdf, -1) {
		size, err := strconv.Atoi(string(pdf[at[2]:at[3]]))
		if err != nil {
			t.Fatal(err)
		}
		z, err := zlib.NewReader(bytes.NewReader(pdf[at[1] : at[1]+size]))
		if err != nil {
			continue
		}
		text, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("BT ")) && bytes.Contains(text, []byte(" ET")) {
			out = append(out, string(text))
		}
	}
	return out
}

// manyLines is a statement with n purchases.
func manyLines(t testing.TB, n int) paper.Statement {
	t.Helper()
	st := kept(t, false)
	st.Lines, st.Total = nil, 0
	for i := range n {
		st.Lines = append(st.Lines, paper.Line{Kind: "purchase", Day: day(t, "2026-06-01").Add(i % 30), Title: fmt.Sprintf("みどり雑貨 %d号店", i), Amount: 1_000})
		st.Total += 1_000
	}
	st.Owed = st.Total - 199_900
	return st
}

// A bill of two pages numbers them, and its sum is on the second; one of thousands of lines is whole and small enough.
func TestStatementOfManyPages(t *testing.T) {
	t.Parallel()
	pages := texts(t, pdfOf(t, manyLines(t, 30)))
	if len(pages) != 3 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, want := range [][]string{{"ご請求1/2", "みどり雑貨0号店", "30,000円"}, {"ご請求2/2", "みどり雑貨29号店", "請求額（税込）30,000円"}, {"その後1/1", "残りのお支払い額"}} {
		for _, w := range want {
			if !strings.Contains(squeezed(pages[i]), w) {
				t.Errorf("page %d does not say %s:\n%s", i+1, w, pages[i])
			}
		}
	}
	const lines, most = 5_000, 4 << 20
	st := manyLines(t, lines)
	pdf, table := pdfOf(t, st), csvOf(t, st)
	if len(pdf) > most || len(table) > most {
		t.Errorf("5,000 lines make a PDF of %d and a table of %d bytes", len(pdf), len(table))
	}
	all := string(run(t, pdf, tool(t, "pdftotext", "poppler-utils"), "-raw", "-", "-"))
	for i := range lines {
		if !strings.Contains(all, fmt.Sprintf("みどり雑貨 %d号店", i)) {
			t.Fatalf("line %d is not on the paper", i)
		}
	}
}

// However many lines there are and however high, no word leaves the page, no line is lost between two pages, and no sum stands
// on a page alone.
func TestStatementFits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("とても長い店の名前", 60)
	for _, n := range []int{0, 1, 9, 17, 18, 19, 20, 21, 48} {
		st := manyLines(t, n+1)
		st.To, st.From.Name = strings.Repeat("アレクサンドリーナ・", 6), strings.Repeat("後払い", 20)
		if n%3 == 0 {
			st.Lines[n].Title, st.Lines[n].Notes = long, []string{strings.Repeat("この手数料のわけ。", 30)}
		}
		st.Lines[0].Amount += money.Max - st.Total // the highest sum there can be
		st.Total, st.Owed, st.Since = money.Max, money.Max, nil
		pages := map[int]int{}
		for _, w := range words(t, pdfOf(t, st)) {
			const mm = 72 / 25.4
			if w.x < 15*mm || w.right > 195*mm || w.y < 15*mm || w.bottom > 292*mm {
				t.Errorf("%d lines: page %d has a word at %.0f to %.0f, %.0f to %.0f", n+1, w.page, w.x, w.right, w.y, w.bottom)
			}
			if strings.Contains(w.text, "号店") || strings.HasPrefix(w.text, "とても長い") {
				pages[w.page]++
			}
		}
		if pages[1] == 0 || len(pages) > 1 && pages[len(pages)] == 0 {
			t.Errorf("%d lines: a page without a line", n+1)
		}
	}
}

// A statement whose lines do not add up is never written.
func TestStatementThatDoesNotAddUp(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*paper.Statement){
		"total":   func(st *paper.Statement) { st.Total++ },
		"line":    func(st *paper.Statement) { st.Lines[2].Amount-- },
		"since":   func(st *paper.Statement) { st.Since[0].Amount++ },
		"owed":    func(st *paper.Statement) { st.Owed-- },
		"too big": func(st *paper.Statement) { st.Lines[0].Amount = money.Max; st.Lines[1].Amount = money.Max },
	} {
		st := kept(t, false)
		spoil(&st)
		var out bytes.Buffer
		if err := paper.WritePDF(&out, st); !errors.Is(err, paper.ErrSum) || out.Len() > 0 {
			t.Errorf("%s: PDF: %v", name, err)
		}
		if err := paper.WriteCSV(&out, st); !errors.Is(err, paper.ErrSum) || out.Len() > 0 {
			t.Errorf("%s: CSV: %v", name, err)
		}
	}
}

// Rule B42: whatever shops call themselves and their orders, the table reads back row by row, adds up to the statement, and has no cell
// that a spreadsheet takes for a formula.
func TestStatementTable(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"=1+1", " =HYPERLINK(\"http://x\")", "+81", "-1", "@SUM(A1)", "＝1", "\t=1", "a,\"b\"\r\nc", "\r", "'", "\xff"}))
	amount := rapid.Int64Range(-1_000_000, 1_000_000)
	line := rapid.Custom(func(t *rapid.T) paper.Line {
		return paper.Line{Kind: "purchase", Title: text.Draw(t, "title"), Shop: text.Draw(t, "shop"), Order: text.Draw(t, "order"), Amount: money.Yen(amount.Draw(t, "amount")), Notes: []string{text.Draw(t, "note")}}
	})
	base := kept(t, false)
	rapid.Check(t, func(t *rapid.T) {
		st := base
		st.Lines, st.Since = rapid.SliceOfN(line, 0, 20).Draw(t, "lines"), rapid.SliceOfN(line, 0, 5).Draw(t, "since")
		st.Total, st.Owed = 0, 0
		for _, l := range st.Lines {
			st.Total += l.Amount
		}
		st.Owed = st.Total
		for _, l := range st.Since {
			st.Owed += l.Amount
		}
		var out strings.Builder
		if err := paper.WriteCSV(&out, st); err != nil {
			t.Fatal(err)
		}
		rest, marked := strings.CutPrefix(out.String(), "\uFEFF")
		if !marked || strings.Contains(strings.ReplaceAll(rest, "\r\n", ""), "\n") {
			t.Fatal("no byte order mark, or a line that ends otherwise than RFC 4180 says")
		}
		rows, err := csv.NewReader(strings.NewReader(rest)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != 1+len(st.Lines)+len(st.Since) {
			t.Fatalf("%d rows", len(rows))
		}
		sums := map[string]money.Yen{}
		for _, row := range rows[1:] {
			yen, err := strconv.ParseInt(row[9], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			sums[row[2]] += money.Yen(yen)
			for i, cell := range row {
				if i != 9 && cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
					t.Fatalf("column %d begins a formula: %q", i, cell)
				}
			}
		}
		if sums["issued"] != st.Total || sums["issued"]+sums["since"] != st.Owed {
			t.Fatalf("the rows make %v, the statement %d and %d", sums, st.Total, st.Owed)
		}
	})
}
