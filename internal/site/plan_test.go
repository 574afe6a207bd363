package site_test

import (
	"net/http"
	"strings"
	"testing"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/web"
)

// plannedStory is lateStory where bills can be paid in parts. The first purchase of its bill was on 10 June.
func plannedStory(t *testing.T) *story {
	t.Helper()
	s := lateStory(t, "2026-07-12")
	s.term(collection.PlanEnabled, "", "true")
	s.at("2026-07-13 09:00")
	return s
}

// plans counts how often a plan for the bill was told of.
func (s *story) plans() int {
	s.t.Helper()
	n := 0
	s.read(func(tx *db.Tx) error {
		facts, err := event.Timeline(tx, event.Subject(s.bill.ID), 100)
		for _, f := range facts {
			if f.Kind == "plan.agreed" {
				n++
			}
		}
		return err
	})
	return n
}

// M21, rule D09: where it is not offered nothing leads there, and the page says so.
func TestPartsNotOffered(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-07-13")
	b, parts := s.device(hanako), web.PlanPath(s.bill.ID.String())
	if len(b.get(web.HardPath).all("main a[href="+parts+"]")) != 0 {
		t.Error("the page for whom paying is hard leads to parts")
	}
	b.get(parts).says(http.StatusOK, "分割でのお支払いは受け付けていません", "お問い合わせください")
	b.post(parts, "first", "2026-07-20", "parts", "2").says(http.StatusOK, "分割でのお支払いは受け付けていません")
	if s.plans() != 0 {
		t.Error("a plan was agreed")
	}
}

// M21, rule D10: when the second of two parts would be more than two months after the purchase, nothing leads to parts, and the
// page does not ask for a day that cannot be had.
func TestPartsTooLate(t *testing.T) {
	t.Parallel()
	s := plannedStory(t)
	parts := web.PlanPath(s.bill.ID.String())
	for _, row := range []struct {
		at      string
		offered int
	}{{"2026-07-27 09:00", 1}, {"2026-07-28 09:00", 0}} {
		s.at(row.at)
		b := s.device(hanako)
		if got := len(b.get(web.HardPath).all("main a[href=" + parts + "]")); got != row.offered {
			t.Errorf("%s: %d links to parts, want %d", row.at, got, row.offered)
		}
		p := b.get(parts).at(parts)
		if got := len(p.all("input[id=f-first]")); got != row.offered {
			t.Errorf("%s: asks %d times for a day, want %d: %s", row.at, got, row.offered, p.main())
		}
	}
}

// M21, rules D09 to D11: chosen, shown with every day and sum, agreed once however often it is sent, and then on the bill and
// at its barcode.
func TestPayInParts(t *testing.T) {
	t.Parallel()
	s := plannedStory(t)
	b, parts := s.device(hanako), web.PlanPath(s.bill.ID.String())
	if len(b.get(web.HardPath).all("main a[href="+parts+"]")) != 1 {
		t.Error("the page for whom paying is hard does not lead to parts")
	}
	b.get(parts).says(http.StatusOK, "6月分を分けて支払う", "回数と1回目の日を選ぶ", "今日から2026年7月27日(月)まで", "最後の回は2026年8月10日(月)まで", "18,709円")
	p := b.get(parts+"?first=2026-07-20&parts=2").says(http.StatusOK,
		"1回目 2026年7月20日(月)まで", "9,355円", "2回目 2026年8月3日(月)まで", "9,354円", "合計", "18,709円", "手数料100円は加わりません",
		"止まるもの", "支払うまで使えません", "3日を過ぎて遅れると", "選び直す")
	if attr(p.one("input[id=f-first]"), "value") != "2026-07-20" || s.plans() != 0 {
		t.Error("the preview lost the choice, or agreed by itself")
	}
	b.get(parts+"?lang=en&first=2026-07-20&parts=2").says(http.StatusOK, "Pay June 2026 in parts", "Part 2, by Mon 3 Aug 2026", "¥9,354", "I will pay like this")
	b.get(parts + "?lang=ja")
	for range 2 {
		b.post(parts, "first", "2026-07-20", "parts", "2").at(web.BillPath(s.bill.ID.String())).says(http.StatusOK,
			"分けて支払うお約束を受け付けました", "分けて支払うお約束を受け付けています", "9,355円を支払う",
			"分割払い中", "今回は2026年7月20日(月)まで")
	}
	for _, path := range []string{web.HomePath, web.BillsPath} {
		if p := b.get(path).says(http.StatusOK, "分割払い中", "今回は2026年7月20日(月)まで"); strings.Contains(p.main(), "期日超過") {
			t.Errorf("%s calls late who pays as agreed:\n%s", path, p.main())
		}
	}
	if s.plans() != 1 {
		t.Errorf("one choice sent twice was told of %d times", s.plans())
	}
	b.post(parts, "first", "2026-07-21", "parts", "2").at(parts).says(http.StatusOK, "分けて支払うお約束を受け付けています", "2026年7月20日(月)まで")
	pay := web.PayPath(s.bill.ID.String())
	b.get(pay).says(http.StatusOK, "今回のお支払い 9,355円", "2026年7月20日(月)まで", "残り18,709円をまとめて支払う")
	b.get(pay+"?sum=all").says(http.StatusOK, "お支払い額 18,709円", "今回の分だけ支払う")
	b.get(pay).says(http.StatusOK, "今回のお支払い 9,355円")
}

// M21: what cannot be agreed to is said beside its field, in the page's language, and what was chosen stays.
func TestPartsSlips(t *testing.T) {
	t.Parallel()
	s := plannedStory(t)
	b, parts := s.device(hanako), web.PlanPath(s.bill.ID.String())
	for _, row := range []struct{ first, parts, slips, ja, en string }{
		{"", "", "parts first", "回数を選んでください", "Choose the number of parts"},
		{"2026-02-30", "2", "first", "1回目を支払う日を選んでください", "Choose the day of the first part"},
		{"2026-07-20", "9", "parts", "回数は2回から6回まで", "in 2 to 6 parts"},
		{"2026-07-12", "2", "first", "今日から 2026年8月13日(木) までの日", "from today to Thu 13 Aug 2026"},
		{"2026-07-20", "3", "parts", "最後の回が 2026年8月10日(月) より後になります。法律により", "By law we can't take parts more than two months after"},
	} {
		for lang, says := range map[string]string{"ja": row.ja, "en": row.en} {
			b.get(parts + "?lang=" + lang)
			shown := b.get(parts+"?first="+row.first+"&parts="+row.parts).says(http.StatusUnprocessableEntity, says)
			posted := b.post(parts, "first", row.first, "parts", row.parts).says(http.StatusUnprocessableEntity, says)
			for _, p := range []*page{shown, posted} {
				if got := strings.Join(p.slips(), " "); got != row.slips || p.value("first") != row.first {
					t.Errorf("%s in %s: slips %q, the day is %q", row.first, row.parts, got, p.value("first"))
				}
			}
		}
	}
	if s.plans() != 0 {
		t.Error("a plan was agreed")
	}
}

// M5, rule D14: a bill that was given up asks for nothing and says so.
func TestBillWrittenOff(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-07-13")
	s.write(func(tx *db.Tx) error {
		_, err := s.billing.WriteOff(tx, s.bill.ID, "1024", "2048", billing.Untraceable)
		return err
	})
	b, bill := s.device(hanako), web.BillPath(s.bill.ID.String())
	p := b.get(bill).says(http.StatusOK, "お支払いを求めない分 18,709円", "求めていません", "請求終了")
	if len(p.all("main a[href="+web.PayPath(s.bill.ID.String())+"]")) != 0 {
		t.Error("it can be paid")
	}
	b.get(web.PayPath(s.bill.ID.String())).at(bill)
	b.get(web.HardPath).says(http.StatusOK, "支払期日を過ぎた請求はありません")
	b.get(web.HomePath).says(http.StatusOK)
	_, till := s.order("W-1", 1000)
	b.post(till+"/press").told(http.StatusConflict, "PAY-404", "請求はありません")
}
