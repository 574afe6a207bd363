package site_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tsuke/internal/db"
	"tsuke/internal/notice"
	"tsuke/internal/web"
	"tsuke/internal/zengin"
)

// letters has letters kept instead of sent.
func (s *service) letters() *[]notice.Letter {
	var all []notice.Letter
	s.notices.Mail = func(_ context.Context, l notice.Letter) (notice.Outcome, error) {
		all = append(all, l)
		return notice.Done, nil
	}
	s.notices.SMS = func(context.Context, notice.Text) (notice.Outcome, error) { return notice.Done, nil }
	return &all
}

// N20: a member's line about a bank account leads to where it is shown; whoever has no membership is told by letter what theirs is for,
// and is not sent to a page that they cannot open.
func TestAccountIsTold(t *testing.T) {
	t.Parallel()
	account := zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: "1234567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"}
	member := newSite(t)
	b := member.register(hanako)
	member.write(func(tx *db.Tx) error { return member.members.RegisterAccount(tx, member.memberOf(hanako), account) })
	member.tell()
	p := b.get(web.NoticesPath).says(http.StatusOK, "銀行口座を登録しました")
	p.one("main a[href=" + web.WayPath + "]")

	guest := newSite(t)
	st, _ := guest.invoiced()
	all := guest.letters()
	guest.write(func(tx *db.Tx) error { return guest.members.RegisterAccount(tx, st.Member, account) })
	guest.tell()
	at := slices.IndexFunc(*all, func(l notice.Letter) bool { return l.Subject == "銀行口座を登録しました" })
	if at < 0 {
		t.Fatalf("not told: %+v", *all)
	}
	if text := strings.ReplaceAll((*all)[at].Text, "\n", ""); !strings.Contains(text, "返金のために登録しました") || strings.Contains(text, "ログイン") {
		t.Errorf("the letter says:\n%s", (*all)[at].Text)
	}
}
