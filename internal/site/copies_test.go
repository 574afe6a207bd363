package site_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/web"
)

// file is what a browser saves.
type file struct {
	status int
	header http.Header
	body   []byte
}

func (b *browser) fetch(path string) file {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), http.MethodGet, b.s.url.String()+path, nil)
	if err != nil {
		b.s.t.Fatal(err)
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return file{res.StatusCode, res.Header, body}
}

// paperText is what a PDF says, read with a tool of others. On the build machine that must be installed.
func paperText(t *testing.T, pdf []byte) []string {
	t.Helper()
	path, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("pdftotext is not installed (Debian: poppler-utils)")
		}
		t.Skip("pdftotext is not installed")
	}
	cmd := exec.CommandContext(t.Context(), path, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	for i := range pages {
		pages[i] = strings.Join(strings.Fields(pages[i]), " ")
	}
	return pages
}

// table reads a CSV back: its rows by their columns, and what each part adds up to.
func table(t *testing.T, f file) (rows []map[string]string, sums map[string]money.Yen) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(f.body), "\uFEFF"))).ReadAll()
	if err != nil || len(all) == 0 {
		t.Fatalf("no table: %v\n%s", err, f.body)
	}
	sums = map[string]money.Yen{}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		yen, err := strconv.ParseInt(row["amount"], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		rows, sums[row["part"]] = append(rows, row), sums[row["part"]]+money.Yen(yen)
	}
	return rows, sums
}

func copiesOf(st billing.Statement) (pdf, csv string) {
	here := web.BillPath(st.ID.String())
	return here + web.CopyPDF, here + web.CopyCSV
}

// Rule B42: both copies are led to by the bill's page, are for the member who is signed in, stored by nobody on the way, and called
// by month and reference.
func TestCopies(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	b := s.device(hanako)
	pdf, table := copiesOf(s.bill)
	for path, want := range map[string][2]string{
		pdf:   {"application/pdf", "2026-06-" + s.bill.Reference().String() + ".pdf"},
		table: {"text/csv; charset=utf-8; header=present", "2026-06-" + s.bill.Reference().String() + ".csv"},
	} {
		if !b.get(web.BillPath(s.bill.ID.String())).has(path) {
			t.Errorf("the bill does not lead to %s", path)
		}
		f := b.fetch(path)
		got := [5]string{f.header.Get("Content-Type"), f.header.Get("Content-Disposition"), f.header.Get("Cache-Control"), f.header.Get("X-Content-Type-Options"), strconv.Itoa(f.status)}
		if got != [5]string{want[0], `attachment; filename="` + want[1] + `"`, "private, no-store", "nosniff", "200"} {
			t.Errorf("%s: %q", path, got)
		}
		if again := b.fetch(path); !bytes.Equal(f.body, again.body) {
			t.Errorf("%s: other bytes the same day", path)
		}
	}
	pages := paperText(t, b.fetch(pdf).body)
	if len(pages) != 2 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, says := range [][]string{
		{"山田 花子 様", "見本後払い株式会社", "〒150-0002", "東京都渋谷区渋谷2丁目21-1", "登録番号 T1234567890123", "2026年6月分 ご利用明細・ご請求書", "18,709円", "2026年7月10日(金)", "コンビニ（電子バーコード）", "2026年7月1日(水)", s.bill.Reference().String(), "みどり雑貨 8,000円 注文番号 J-1", "あおい靴店 12,000円", "返金 −1,500円 6月10日(水) みどり雑貨の利用分", "請求の手数料 209円 支払い方法がコンビニ（電子バーコード）のため", "うち消費税19円（10%）", "ご請求 1 / 1"},
		{"2026年7月5日(日)現在", "お支払い待ち", "お支払いも加わったものもありません", "残りのお支払い額 18,709円", "その後 1 / 1"},
	} {
		for _, text := range says {
			if !strings.Contains(pages[i], text) {
				t.Errorf("page %d does not say %q:\n%s", i+1, text, pages[i])
			}
		}
	}
	b.get(web.BillsPath + "?lang=en")
	pages = paperText(t, b.fetch(pdf).body)
	for _, text := range []string{"Statement for June 2026", "山田 花子", "Midori Goods ¥8,000 Order J-1", "Refund −¥1,500 for Midori Goods, Wed 10 Jun 2026", "Includes consumption tax of ¥19 (10%)", "Fri 10 Jul 2026", "Still to pay ¥18,709", "As of Sun 5 Jul 2026"} {
		if !strings.Contains(strings.Join(pages, " "), text) {
			t.Errorf("does not say %q:\n%s", text, pages)
		}
	}
}

// Rule B42: another's bill, nobody's, and what is no bill have no copies; who is not signed in is asked to.
func TestCopiesOfOthers(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	s.register(taro)
	b := s.device(taro)
	pdf, table := copiesOf(s.bill)
	nobodys := web.BillPath(id.New[id.StatementKind](s.clock.Now(), 7).String())
	for _, path := range []string{pdf, table, nobodys + web.CopyPDF, nobodys + web.CopyCSV, web.BillPath("nonsense") + web.CopyPDF, web.BillPath("nonsense") + web.CopyCSV} {
		b.get(path).told(http.StatusNotFound, "GEN-404", "影響ありません")
		if f := b.fetch(path); f.header.Get("Content-Disposition") != "" {
			t.Errorf("%s is a file", path)
		}
		s.browser().get(path).at(web.SignInPath)
	}
}

// G11, rule B41: refunds after the close, late charges, a payment in part and the rest, a bank that could not debit: none of it changes a
// byte of the bill as it was issued, and the rows always add up to what is owed.
func TestCopiesAfterTheClose(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	pdf, csvPath := copiesOf(s.bill)
	first := s.device(hanako).fetch(csvPath)
	firstPage := paperText(t, s.device(hanako).fetch(pdf).body)[0]
	rows, sums := table(t, first)
	if len(rows) != 4 || sums["issued"] != 18_709 || sums["since"] != 0 {
		t.Fatalf("%d rows make %v", len(rows), sums)
	}
	want := map[string]string{
		"reference": s.bill.Reference().String(), "month": "2026-06", "part": "issued", "kind": "refund", "day": "2026-06-20", "title": "返金", "shop": "みどり雑貨", "order": "J-1",
		"purchase_day": "2026-06-10", "amount": "-1500", "tax": "", "note": "6月10日(水) みどり雑貨の利用分 注文番号 J-1",
	}
	if diff := cmp.Diff(want, rows[2]); diff != "" {
		t.Errorf("the refund: %s", diff)
	}
	kinds := func(rows []map[string]string) (out []string) {
		for _, r := range rows {
			if r["part"] == "since" {
				out = append(out, r["kind"]+" "+r["amount"])
			}
		}
		return out
	}
	same := func(when string, owed money.Yen, since ...string) {
		t.Helper()
		now := s.device(hanako).fetch(csvPath)
		if !bytes.HasPrefix(now.body, first.body) {
			t.Errorf("%s: the rows of the bill as issued have changed:\n%s", when, now.body)
		}
		rows, sums := table(t, now)
		if sums["issued"] != 18_709 || sums["issued"]+sums["since"] != owed {
			t.Errorf("%s: the rows make %v, owed is %d", when, sums, owed)
		}
		if diff := cmp.Diff(since, kinds(rows)); diff != "" {
			t.Errorf("%s: since then %s", when, diff)
		}
		if page := paperText(t, s.device(hanako).fetch(pdf).body)[0]; page != firstPage {
			t.Errorf("%s: the page of the bill as issued has changed:\n%s", when, cmp.Diff(firstPage, page))
		}
	}
	s.at("2026-07-08 12:00")
	s.refund(s.second, 2_000)
	same("a refund after the close", 18_709)
	s.write(func(tx *db.Tx) error {
		st := s.bill
		st.Way = billing.Debit
		return billing.Await(tx, []billing.Statement{st})
	})
	s.write(func(tx *db.Tx) error {
		return s.billing.NotDebited(tx, s.bill.Member, s.bill.ID, jst.DayOf(tx.Now()).Add(10), 209, "1")
	})
	same("not debited", 18_918, "store_fee 209")
	s.at("2026-07-09 10:30")
	late := s.slip(s.bill)
	late.Digits, late.Amount = slipOver(t, s, 18_918)
	s.till(billing.LinePrompt, late, jst.DayOf(s.clock.Now()))
	same("paid, first report", 0, "store_fee 209", "payment -18918")
	s.at("2026-07-12 05:00")
	s.till(billing.LineConfirmed, late, jst.MonthOf(s.clock.Now()).Day(9))
	same("paid", 0, "store_fee 209", "payment -18918")
	if pages := paperText(t, s.device(hanako).fetch(pdf).body); !strings.Contains(pages[1], "支払い済み") || !strings.Contains(pages[1], "7月9日(木) 10:24 セブン-イレブン") || !strings.Contains(pages[1], "残りのお支払い額 0円") {
		t.Errorf("the second page says\n%s", pages[1])
	}
}

// slipOver is the barcode over what the bill asks for now, as its page makes it.
func slipOver(t *testing.T, s *story, want money.Yen) (digits string, amount money.Yen) {
	t.Helper()
	s.write(func(tx *db.Tx) error {
		slip, err := s.billing.Reissue(tx, s.bill.Member, s.bill.ID)
		digits, amount = slip.Digits, slip.Amount
		return err
	})
	if amount != want {
		t.Fatalf("the barcode is over %d", amount)
	}
	return digits, amount
}

// Rule B15: a bill that was paid twice is paid once on its copy, and the second payment says where its money went.
func TestCopiesOfABillPaidTwice(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	_, csvPath := copiesOf(s.bill)
	slip := s.slip(s.bill)
	s.at("2026-07-07 10:30")
	s.till(billing.LineConfirmed, slip, jst.DayOf(s.clock.Now()))
	s.at("2026-07-08 10:30")
	s.till(billing.LinePrompt, slip, jst.DayOf(s.clock.Now()))
	rows, sums := table(t, s.device(hanako).fetch(csvPath))
	if len(rows) != 6 || sums["issued"]+sums["since"] != 0 {
		t.Fatalf("%d rows make %v", len(rows), sums)
	}
	if last := rows[5]; last["amount"] != "0" || !strings.Contains(last["note"], "受け取った18,709円のうち、この請求に使わなかった18,709円") {
		t.Errorf("the second payment: %v", last)
	}
}

// Rule B07: a bill with nothing to pay says so, and what is carried stands on a line.
func TestCopiesWithNothingToPay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	bought := s.sell(hanako, s.shop, sale{"J-1", 2_000, true})
	s.at("2026-07-01 00:10")
	s.bill(hanako, "2026-06")
	s.refund(bought, 0)
	s.at("2026-08-01 00:10")
	st := s.bill(hanako, "2026-07")
	pdf, csvPath := copiesOf(st)
	b := s.device(hanako)
	rows, sums := table(t, b.fetch(csvPath))
	if len(rows) != 2 || rows[0]["amount"] != "-2000" || rows[1]["kind"] != "carried" || sums["issued"] != 0 {
		t.Errorf("rows %v make %v", rows, sums)
	}
	if pages := strings.Join(paperText(t, b.fetch(pdf).body), " "); !strings.Contains(pages, "お支払いは不要でした") || !strings.Contains(pages, "あとの請求に回した分 2,000円") {
		t.Errorf("the bill says\n%s", pages)
	}
}

// TestCopiesOfABillGivenUp: nothing is owed on it, and the copy says why.
func TestCopiesOfABillGivenUp(t *testing.T) { // rules B41, D14
	t.Parallel()
	s := tellStory(t)
	_, csvPath := copiesOf(s.bill)
	s.at("2026-07-11 10:30")
	s.write(func(tx *db.Tx) error {
		if _, err := s.billing.MarkPastDue(tx, jst.DayOf(tx.Now()), 100); err != nil {
			return err
		}
		_, err := s.billing.WriteOff(tx, s.bill.ID, "aoki", "kubo", billing.Bankrupt)
		return err
	})
	rows, sums := table(t, s.device(hanako).fetch(csvPath))
	if last := rows[len(rows)-1]; last["kind"] != "written_off" || sums["issued"]+sums["since"] != 0 {
		t.Errorf("%v make %v", last, sums)
	}
}

// TestPayABillOwedAgain: one that was given up, paid with an old barcode, owed again, and whose payment the agent then took back, has
// no barcode any more: its page makes one.
func TestPayABillOwedAgain(t *testing.T) { // rules D14, D16, B12
	t.Parallel()
	s := tellStory(t)
	slip := s.slip(s.bill)
	s.at("2026-07-11 10:30")
	s.write(func(tx *db.Tx) error {
		if _, err := s.billing.MarkPastDue(tx, jst.DayOf(tx.Now()), 100); err != nil {
			return err
		}
		_, err := s.billing.WriteOff(tx, s.bill.ID, "aoki", "kubo", billing.Bankrupt)
		return err
	})
	paid := jst.DayOf(s.clock.Now())
	s.till(billing.LinePrompt, slip, paid)
	s.write(func(tx *db.Tx) error {
		_, err := s.billing.UndoWriteOff(tx, s.bill.ID, "aoki", "kubo")
		return err
	})
	s.till(billing.LineCancelled, slip, paid)
	pay := web.PayPath(s.bill.ID.String())
	p := s.device(hanako).get(pay).at(pay).says(http.StatusOK, "18,709円")
	if len(p.all("main section[class=code]")) == 0 {
		t.Errorf("no barcode is shown: %s", p.main())
	}
}
