package site_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/approval"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/journal"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

// postJournal books an entry by hand, as the program's wiring does.
func (s *service) postJournal(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	e, err := (&journal.Journal{Terms: s.terms}).Post(tx, c.Draft(), by, second)
	return movedBy(tx, e.ID, ledger.Manual, err)
}

// reverseJournal reverses one, as the program's wiring does.
func (s *service) reverseJournal(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	e, err := (&journal.Journal{Terms: s.terms}).Reverse(tx, c.Journal, c.Note, by, second)
	return movedBy(tx, e.ID, ledger.ManualReversed, err)
}

func movedBy(tx *db.Tx, which id.Journal, why ledger.Reason, err error) (approval.Effect, error) {
	if err != nil {
		return nil, err
	}
	entries, err := ledger.About(tx, which[:])
	entries = slices.DeleteFunc(entries, func(p ledger.Posted) bool { return p.Reason != why })
	return approval.EffectOf(entries...), err
}

// bankFee is what is typed for a fee of 550 yen on a day, tax included, with changes by field.
func bankFee(day string, changes ...string) []string {
	typed := map[string]string{
		"reference": "bank-2026-7-3", "reason": "bank_fee", "note": "振込手数料 7月分", "day": day,
		"account1": "bank_fees", "side1": "debit", "amount1": "500", "account3": "input_tax", "side3": "debit", "amount3": "５０円",
		"account7": "bank", "side7": "credit", "amount7": " 550 ",
	}
	for i := 0; i < len(changes); i += 2 {
		typed[changes[i]] = changes[i+1]
	}
	var out []string
	for _, field := range slices.Sorted(maps.Keys(typed)) {
		out = append(out, field, typed[field])
	}
	return out
}

func (s *service) stands(account ledger.Account) (sum money.Yen) {
	s.t.Helper()
	s.read(func(tx *db.Tx) (err error) {
		sum, err = ledger.Balance(tx, account, nil)
		return err
	})
	return sum
}

// TestTwoPeopleBookAnEntry: one of finance asks with the lines, another one sees them and approves, each in a browser of their own;
// then it is listed and found, and is reversed once in the same way (rules O16, O17, O18).
func TestTwoPeopleBookAnEntry(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	aoki, baba := s.hire("aoki", staff.Finance), s.hire("baba", staff.Finance)
	day := jst.DayOf(s.clock.Now()).Add(-1).String()
	aoki.get(web.OpsBooksPath).says(http.StatusOK, "手で入れた仕訳を見る")
	aoki.get(web.OpsJournalPath).says(http.StatusOK, "手で入れた仕訳はまだありません", "仕訳を申請する")
	aoki.get(web.OpsJournalNewPath).says(http.StatusOK, "銀行手数料", "過不足・端数", "代わりに使うもの", "tsuke receipts import", "収納会社が送金した分")

	p := aoki.post(web.OpsJournalNewPath, bankFee(day)...).says(http.StatusOK, "承認を求めました", "あなたの申請です", "BANK-2026-7-3", "振込手数料 7月分", "支払った消費税")
	request := p.path
	if again := aoki.post(web.OpsJournalNewPath, bankFee(day)...); again.path != request {
		t.Errorf("asked for twice: %s and %s", request, again.path)
	}
	if got := s.stands(ledger.Bank); got != 0 {
		t.Errorf("one person has booked %d", got)
	}
	aoki.post(request + "/approve").says(http.StatusForbidden)
	list := baba.get(web.OpsApprovalsPath).says(http.StatusOK, "手で仕訳を入れる", "借方 銀行手数料 500円", "貸方 銀行 550円")
	if got := attr(list.one("main li a"), "href"); got != request {
		t.Errorf("%s is listed, not %s", got, request)
	}
	baba.get(request).says(http.StatusOK, "銀行の手数料", "振込手数料 7月分", "承認して実行する")
	baba.post(request+"/approve").at(request).says(http.StatusOK, "承認し、実行しました", "対象の仕訳を見る")
	baba.post(request + "/approve").at(request) // twice is once
	if got := s.stands(ledger.Bank); got != -550 {
		t.Errorf("the bank stands at %d", got)
	}

	found := aoki.get(web.OpsJournalOf("bank-2026-7-3")).says(http.StatusOK, "銀行の手数料", "550円", "絞り込みをやめる")
	entry := attr(found.one("main li a"), "href")
	for query, want := range map[string]bool{
		"?from=" + day: true, "?to=" + day: true, "?from=" + day + "&to=" + day + "&reason=bank_fee": true, "?reason=interest": false,
		"?to=2026-01-01": false, "?reference=BANK": false, "?from=tomorrow&reason=bored": true,
	} {
		if got := aoki.get(web.OpsJournalPath + query).has(entry); got != want {
			t.Errorf("%s: found %t", query, got)
		}
	}
	aoki.get(entry).says(http.StatusOK, "aoki が求め、baba が", "取引日", "この仕訳を取り消す")
	aoki.get(web.OpsBooksPath+"?object="+strings.TrimPrefix(entry, web.OpsJournalPath+"/")).says(http.StatusOK, "manual", "銀行手数料")
	aoki.post(web.OpsJournalNewPath, bankFee(day, "note", "別の手数料")...).says(http.StatusUnprocessableEntity, "この証憑番号の仕訳はすでにあります", "jnl_")

	s.clock.Advance(20 * time.Minute)
	aoki.enter(entry)
	baba.enter(web.OpsPath)
	aoki.post(entry+"/reverse").says(http.StatusUnprocessableEntity, "摘要が空か")
	aoki.post(entry+"/reverse", "note", "連絡先 hanako@example.jp").says(http.StatusUnprocessableEntity, "メールアドレス")
	aoki.post(entry+"/reverse", "note", "銀行が返してくれたため").at(entry).says(http.StatusOK, "取消しの承認を待っています")
	request = attr(baba.get(web.OpsApprovalsPath).says(http.StatusOK, "手で入れた仕訳を取り消す", "借方 銀行 550円").all("main li a")[0], "href")
	baba.get(request).says(http.StatusOK, "銀行が返してくれたため", "対象の仕訳を見る")
	baba.post(request+"/approve").at(request).says(http.StatusOK, "承認し、実行しました")
	if got := s.stands(ledger.Bank); got != 0 {
		t.Errorf("the bank stands at %d", got)
	}
	aoki.get(entry).says(http.StatusOK, "この仕訳は取り消されました", "取消し済み", "銀行が返してくれたため")
	aoki.post(entry+"/reverse", "note", "もう一度").says(http.StatusConflict, "取り消されています")
	aoki.get(web.OpsBooksPath).says(http.StatusOK, "合わないところはありません")
}

// TestEntryFormNamesEachField: each fault stands at its field, what was typed is kept, and rows that were left empty close up
// (rule O16).
func TestEntryFormNamesEachField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	aoki := s.hire("aoki", staff.Finance)
	today := jst.DayOf(s.clock.Now())
	for _, tc := range []struct {
		name    string
		changes []string
		fields  []string
		says    string
	}{
		{"sums", []string{"amount7", "551"}, []string{"lines"}, "借方の合計550円と貸方の合計551円が合いません"},
		{"an amount", []string{"amount3", "fifty"}, []string{"amount2"}, "1円から10,000,000円まで"},
		{"a negative amount", []string{"amount3", "-50"}, []string{"amount2"}, "金額が正しくありません"},
		{"no amount", []string{"amount7", ""}, []string{"amount3"}, "金額が正しくありません"},
		{"no account", []string{"account7", ""}, []string{"account3"}, "勘定がわかりません"},
		{"an account of members", []string{"account3", "suspense"}, []string{"account2"}, "tsuke receipts match"},
		{"the other side", []string{"account3", "agent_receivable"}, []string{"account2"}, "tsuke receipts import"},
		{"tomorrow", []string{"day", today.Add(1).String()}, []string{"day"}, "取引日がまだ来ていません"},
		{"no day", []string{"day", "きのう"}, []string{"day"}, "お金が動いた日を"},
		{"long ago", []string{"day", today.Add(-93).String()}, []string{"day"}, "取引日が古すぎます"},
		{"a telephone number", []string{"note", "電話 090-1234-5678"}, []string{"note"}, "電話番号"},
		{"a reference", []string{"reference", "三行目"}, []string{"reference"}, "証憑番号が正しくありません"},
		{"a reason", []string{"reason", "bored"}, []string{"reason"}, "仕訳の理由が正しくありません"},
		{"many", []string{"note", "", "reference", "", "amount1", "0"}, []string{"reference", "note", "amount1"}, "摘要が空か"},
	} {
		p := aoki.post(web.OpsJournalNewPath, bankFee(today.String(), tc.changes...)...).says(http.StatusUnprocessableEntity, tc.says)
		if diff := cmp.Diff(len(tc.fields), len(p.slips())); diff != "" {
			t.Errorf("%s: %v", tc.name, p.slips())
		}
		for _, field := range tc.fields {
			if len(p.all("[id=f-"+field+"-err]")) != 1 || len(p.all("[id=f-"+field+"]")) != 1 {
				t.Errorf("%s: nothing at the field %s", tc.name, field)
			}
		}
	}
	p := aoki.post(web.OpsJournalNewPath, bankFee(today.String(), "note", "")...).says(http.StatusUnprocessableEntity)
	if p.value("amount1") != "500" || p.value("amount2") != "５０円" || p.value("amount3") != " 550 " || p.value("amount7") != "" || p.value("reference") != "bank-2026-7-3" {
		t.Error("what was typed is not kept")
	}
	if got := s.stands(ledger.Bank); got != 0 {
		t.Errorf("%d was booked", got)
	}
}

// TestWhoBooksEntries: finance asks, whoever may approve is the second, the books' readers see them, and nobody else does
// (rules O01, O16).
func TestWhoBooksEntries(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	aoki, kubo := s.hire("aoki", staff.Finance), s.hire("kubo", staff.Admin)
	day := jst.DayOf(s.clock.Now()).String()
	for name, role := range map[string]staff.Role{"sato": staff.Support, "cole": staff.Collection} {
		other := s.hire(name, role)
		other.get(web.OpsJournalPath).says(http.StatusForbidden)
		other.get(web.OpsJournalNewPath).says(http.StatusForbidden)
		other.post(web.OpsJournalNewPath, bankFee(day)...).says(http.StatusForbidden)
	}
	kubo.post(web.OpsJournalNewPath, bankFee(day)...).says(http.StatusForbidden)
	if kubo.get(web.OpsJournalPath).says(http.StatusOK).has(web.OpsJournalNewPath) {
		t.Error("an admin is offered to ask for an entry")
	}
	request := aoki.post(web.OpsJournalNewPath, bankFee(day)...).says(http.StatusOK).path
	kubo.post(request+"/approve").at(request).says(http.StatusOK, "承認し、実行しました")
	entry := attr(kubo.get(web.OpsJournalPath).one("main li a"), "href")
	kubo.get(entry).says(http.StatusOK, "取消しを求められるのは、経理の担当者です")
	kubo.post(entry+"/reverse", "note", "取消し").says(http.StatusForbidden)
	kubo.get(web.OpsEntryPath("jnl_1", "")).says(http.StatusNotFound)
	kubo.get(web.OpsEntryPath(id.New[id.JournalKind](s.clock.Now(), 1).String(), "")).says(http.StatusNotFound)
	aoki.get(entry + "/reverse").at(entry)
	s.clock.Advance(16 * time.Minute)
	aoki.post(web.OpsJournalNewPath, bankFee(day, "reference", "B2")...).at(web.OpsSignInPath)
	aoki.post(entry+"/reverse", "note", "取消し").at(web.OpsSignInPath)
}
