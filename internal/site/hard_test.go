package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/jst"
	"tsuke/internal/web"
)

// lateStory is the story with its bill of 18,709 yen past due since 11 July, on the morning of a day.
func lateStory(t *testing.T, day string) *story {
	t.Helper()
	s := tellStory(t)
	s.at("2026-07-11 00:00")
	s.write(func(tx *db.Tx) error {
		_, err := s.billing.MarkPastDue(tx, jst.DayOf(tx.Now()), 10)
		return err
	})
	s.at(day + " 09:00")
	return s
}

// promises counts how often the member's promise was told of.
func (s *story) promises() int {
	s.t.Helper()
	n := 0
	s.read(func(tx *db.Tx) error {
		facts, err := event.Timeline(tx, event.Subject(s.memberOf(hanako)), 100)
		for _, f := range facts {
			if f.Kind == "collection.promised" {
				n++
			}
		}
		return err
	})
	return n
}

// C03, C04: a sum of nothing that can be used is explained, and paying a bill is said to give something back only if it does.
func TestWhyNothingCanBeUsed(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-07-13")
	b := s.device(hanako)
	pay := web.PayPath(s.bill.ID.String())
	const gives = "6月分の18,709円を支払うと、確認できしだい"
	b.get(web.HomePath).says(http.StatusOK, "期日を過ぎた請求があるため、今は使えません", gives)
	b.get(pay).says(http.StatusOK, gives)
	s.write(func(tx *db.Tx) error { return credit.SetBlock(tx, s.bill.Member, credit.OnHold) })
	for _, path := range []string{web.HomePath, pay} {
		if p := b.get(path); strings.Contains(p.main(), gives) {
			t.Errorf("%s promises what only a person can lift:\n%s", path, p.main())
		}
	}
	b.get(web.HomePath).says(http.StatusOK, "新しい後払いは、今は止まっています")
	b.get(web.HomePath+"?lang=en").says(http.StatusOK, "Pay later is paused now")
}

// M20: nobody who owes nothing late is asked for a day.
func TestHardWithNothingPastDue(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	b := s.device(hanako)
	b.get(web.HardPath).at(web.HardPath).says(http.StatusOK, "支払期日を過ぎた請求はありません", "188", "help@example.jp")
	b.get(web.HardPath+"?lang=en").says(http.StatusOK, "Nothing is past due", "There is nothing to do now")
	p := b.get(web.HardPath)
	if len(p.all("main form")) != 0 {
		t.Error("a day is asked for")
	}
	for _, path := range []string{web.HomePath, web.BillsPath, web.BillPath(s.bill.ID.String())} {
		if len(b.get(path).all("main a[href="+web.HardPath+"]")) != 0 {
			t.Errorf("%s leads to it", path)
		}
	}
	b.post(web.HardPath, "day", "2026-07-20").at(web.HardPath) // paid while the form was open
	if s.promises() != 0 {
		t.Error("a promise without a bill")
	}
}

// M20, rule D08: what is owed, what a later day costs, a day named, changed, and named once however often it is sent.
func TestPromise(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-07-13")
	b := s.device(hanako)
	for _, path := range []string{web.HomePath, web.BillsPath, web.BillPath(s.bill.ID.String())} {
		if len(b.get(path).all("main a[href="+web.HardPath+"]")) != 1 {
			t.Errorf("%s does not lead to it", path)
		}
	}
	p := b.get(web.HardPath).at(web.HardPath).says(http.StatusOK,
		"支払期日を過ぎている金額 18,709円", "支払える日を選ぶ", "今日から2026年8月13日(木)まで", "毎月10日と25日に手数料100円",
		"2026年8月10日(月)の時点で残っているとき", "100円まで", "年14.6%", "支払うまで使えません", "消費者ホットライン", "help@example.jp", "6月分", "18,709円を支払う")
	field := p.one("input[name=day]")
	if attr(field, "min") != "2026-07-13" || attr(field, "max") != "2026-08-13" || attr(field, "value") != "" {
		t.Errorf("the field goes from %s to %s", attr(field, "min"), attr(field, "max"))
	}
	b.get(web.HardPath+"?lang=en").says(http.StatusOK, "Past due ¥18,709", "Choose a day", "a fee of ¥100", "14.6% a year", "Free advice", "From today to Thu 13 Aug 2026")
	b.get(web.HardPath + "?lang=ja")
	for range 2 {
		b.post(web.HardPath, "day", "2026-07-25").at(web.HardPath).says(http.StatusOK,
			"支払う日を受け付けました", "2026年7月25日(土)に支払うお約束を受け付けています", "日にちを変える")
	}
	if n := s.promises(); n != 1 {
		t.Errorf("one promise sent twice was told of %d times", n)
	}
	if got := b.get(web.HardPath).value("day"); got != "2026-07-25" {
		t.Errorf("the field holds %q", got)
	}
	b.post(web.HardPath, "day", " ２０２６/8/1 ").at(web.HardPath).says(http.StatusOK, "2026年8月1日(土)に支払うお約束")
	if n := s.promises(); n != 2 {
		t.Errorf("two promises were told of %d times", n)
	}
	s.at("2026-08-02 09:00")
	p = s.device(hanako).get(web.HardPath).says(http.StatusOK, "支払える日を選ぶ") // it was not kept; nobody is blamed
	if p.value("day") != "" {
		t.Error("a day that is over stands in the field")
	}
}

// M20: a day that cannot be taken is said beside its field, in the page's language, and what was typed stays.
func TestPromiseDay(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-07-13")
	b := s.device(hanako)
	for _, row := range []struct{ day, ja, en string }{
		{"", "支払う日を選んでください", "Choose the day on which you will pay"},
		{"2026-02-30", "支払う日を選んでください", "Choose the day on which you will pay"},
		{"soon", "支払う日を選んでください", "Choose the day on which you will pay"},
		{"2026-07-12", "お約束の日は、今日から 2026年8月13日(木) までの日で選んでください", "The day must be from today to Thu 13 Aug 2026."},
		{"2026-08-14", "お約束の日は、今日から 2026年8月13日(木) までの日で選んでください", "contact us and we will find a way together"},
	} {
		for lang, says := range map[string]string{"ja": row.ja, "en": row.en} {
			b.get(web.HardPath + "?lang=" + lang)
			p := b.post(web.HardPath, "day", row.day).says(http.StatusUnprocessableEntity, says)
			if slips := p.slips(); len(slips) != 1 || slips[0] != "day" || p.value("day") != row.day {
				t.Errorf("%q: slips %q, the field holds %q", row.day, slips, p.value("day"))
			}
		}
	}
	if s.promises() != 0 {
		t.Error("a promise was taken")
	}
	for _, day := range []string{"2026-07-13", "2026-08-13"} { // both ends can be chosen
		b.post(web.HardPath, "day", day).at(web.HardPath)
	}
	if s.promises() != 2 {
		t.Error("a day at the end was not taken")
	}
}

// M20: what was added for being late is owed too, and the next days are those to come.
func TestHardWithCharges(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-08-12")
	c := &collection.Collection{Terms: s.terms, Billing: s.billing}
	s.write(func(tx *db.Tx) error {
		_, _, err := c.ChargeLate(tx, jst.DayOf(tx.Now()), billing.Statement{}, 10)
		return err
	})
	b := s.device(hanako)
	b.get(web.HardPath).says(http.StatusOK, "支払期日を過ぎている金額 18,809円", "支払いが遅れて加わった分を含みます", "2026年8月25日(火)の時点で", "2026年9月10日(木)の時点で")
	if p := b.get(web.HardPath); len(p.all("main dl[class=kv] div")) != 2 {
		t.Errorf("days that are over, or too far ahead, are listed: %s", p.main())
	}
}

// A refusal for a bill past due leads to M20 beside paying (PAY-403).
func TestRefusedLeadsToHard(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-07-13")
	_, till := s.order("H-1", 1000)
	b := s.device(hanako)
	p := b.post(till+"/press").told(http.StatusConflict, "PAY-403", "請求はありません", "支払える日を選べます")
	if len(p.all("a[href="+web.HardPath+"]")) != 1 {
		t.Error("it does not lead to the page for whom paying is hard")
	}
}

// The notice of a promise leads to it.
func TestPromiseInTheInbox(t *testing.T) {
	t.Parallel()
	s := lateStory(t, "2026-07-13")
	s.device(hanako).post(web.HardPath, "day", "2026-07-25").at(web.HardPath)
	s.clock.Advance(time.Minute)
	s.tell()
	p := s.device(hanako).get(web.NoticesPath).says(http.StatusOK, "7月25日(土)に支払うというお約束を受け付けました")
	if len(p.all("main a[href="+web.HardPath+"]")) != 1 {
		t.Error("its line leads elsewhere")
	}
}
