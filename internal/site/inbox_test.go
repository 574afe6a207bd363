package site_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/job"
	"tsuke/internal/notice"
	"tsuke/internal/web"
)

// tell lets the facts so far become notices, and sends what is due if there are carriers.
func (s *service) tell() {
	s.t.Helper()
	ctx := context.Background()
	relay := event.NewRelay(s.db, nil, nil)
	s.untilNone(func() (int, error) { return relay.Step(ctx) })
	s.untilNone(func() (int, error) { return event.RunReader(ctx, s.db, s.notices.Reader(), 100) })
	if s.notices.Mail == nil {
		return
	}
	worker, err := job.NewWorker(s.db, job.Config{Kinds: map[string]job.Handler{notice.SendJob: s.notices.Handler()}, Width: 1})
	if err != nil {
		s.t.Fatal(err)
	}
	s.untilNone(func() (int, error) { return worker.Step(ctx) })
}

func (s *service) untilNone(step func() (int, error)) {
	s.t.Helper()
	for {
		n, err := step()
		if err != nil {
			s.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// Notices are listed the newest first, page by page, and are read once they were shown.
func TestNotices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	b.get(web.NoticesPath).at(web.NoticesPath).says(http.StatusOK, "お知らせはまだありません")
	who := s.memberOf(hanako)
	for range 15 { // 30 notices: agreed, withdrawn, agreed, …
		s.clock.Advance(time.Minute)
		token := s.agreed(hanako)
		s.write(func(tx *db.Tx) error { return s.members.RevokeToken(tx, who, token) })
	}
	s.tell()
	b.get(web.MenuPath).says(http.StatusOK, "30")
	p := b.get(web.NoticesPath).at(web.NoticesPath).says(http.StatusOK, "みどり雑貨")
	lines := func() int { return len(p.all("main li a")) }
	if lines() != 20 || len(p.all("a[rel=prev]")) != 0 {
		t.Errorf("%d lines on the first page", lines())
	}
	p = b.get(attr(p.one("a[rel=next]"), "href")).at(web.NoticesPath)
	if lines() != 10 || len(p.all("a[rel=next]")) != 0 {
		t.Errorf("%d lines on the second page", lines())
	}
	b.get(attr(p.one("a[rel=prev]"), "href")).at(web.NoticesPath)
	s.read(func(tx *db.Tx) error {
		unread, err := s.notices.Unread(tx, who)
		if unread != 0 {
			t.Errorf("%d are not read yet", unread)
		}
		return err
	})
	b.get(web.NoticesPath + "?after=nonsense").at(web.NoticesPath)
	s.clock.Advance(time.Hour)
	other := s.register(taro)
	other.get(web.NoticesPath).says(http.StatusOK, "お知らせはまだありません") // what is another member's is not listed
}

// A message shows what became of it, and is sent once more with one press, however often that arrives.
func TestMessages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	letters := 0
	s.notices.Mail = func(context.Context, notice.Letter) (notice.Outcome, error) {
		letters++
		return notice.Done, nil
	}
	b := s.register(hanako)
	s.tell()
	p := b.get(web.SentPath).at(web.SentPath).says(http.StatusOK, "h••••@example.jp", "送信済み")
	if len(p.all("main li form")) != 0 {
		t.Error("offers to send again what was sent just now")
	}
	s.clock.Advance(5 * time.Minute)
	p = b.get(web.SentPath)
	again := attr(p.all("main li form")[0], "action")
	before := letters
	b.post(again).at(web.SentPath).says(http.StatusOK, "もう一度送りました", "送信待ち")
	b.post(again).at(web.SentPath) // pressed again while it is on its way
	s.tell()
	if letters != before+1 {
		t.Errorf("sent %d copies", letters-before)
	}
	b.post(again).says(http.StatusConflict, "送ったばかりです")
	b.post(web.ResendPath("nonsense")).says(http.StatusNotFound)
	s.clock.Advance(time.Hour)
	other := s.register(taro)
	other.post(again).says(http.StatusNotFound)
}
