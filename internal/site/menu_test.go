package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/web"
)

func TestMenuAndProfile(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	b.get(web.MenuPath).at(web.MenuPath).says(http.StatusOK, "•••• 5678", "209円", "0店", "1台")
	p := b.get(web.ProfilePath).at(web.ProfilePath).says(http.StatusOK, "山••••", "•••• 5678", "東京都••••", "h••••@example.jp", "199•年••月••日", "翌月10日")
	for _, whole := range []string{"花子", "1234", "神宮前", "hanako", "1990"} {
		if strings.Contains(p.main(), whole) {
			t.Errorf("shown to whoever looks over the shoulder: %s", whole)
		}
	}
}

// The language is the browser's and, for members, that of what is sent to them.
func TestLanguage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	p := b.post(web.LanguagePath, "lang", "en", "return", web.MenuPath)
	if p.says(http.StatusOK, "Log out"); !strings.HasPrefix(p.path, web.MenuPath) {
		t.Errorf("arrived at %s", p.path)
	}
	b.get(web.ProfilePath).says(http.StatusOK, "Your details", "199•-••-••")
	written := func() (lang string) {
		s.read(func(tx *db.Tx) error {
			profile, err := s.members.LoadProfile(tx, s.memberOf(hanako))
			lang = profile.Lang
			return err
		})
		return lang
	}
	if got := written(); got != "en" {
		t.Errorf("letters are written in %q", got)
	}
	b.get(web.MenuPath+"?lang=ja").says(http.StatusOK, "ログアウトする")
	if got := written(); got != "en" { // looking at a page changes nothing that is stored
		t.Errorf("letters are written in %q", got)
	}
	b.post(web.LanguagePath, "lang", "fr", "return", web.MenuPath).says(http.StatusUnprocessableEntity)
	if p := s.browser().post(web.LanguagePath, "lang", "en", "return", "//evil.example"); !strings.HasPrefix(p.path, web.SignInPath) {
		t.Errorf("a visitor arrived at %s", p.path)
	}
}

// agreed makes a member agree with the shop, and buy there under the agreement.
func (s *service) agreed(phone string) id.Token {
	s.t.Helper()
	var token id.Token
	who := s.memberOf(phone)
	s.write(func(tx *db.Tx) (err error) {
		token, err = s.members.Grant(tx, who, s.shop.ID, id.Session{})
		return err
	})
	return token
}

// M22: agreements with shops are listed with their last use, and ended after one more question.
func TestRevoke(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	b.get(web.ShopsPath).at(web.ShopsPath).says(http.StatusOK, "同意したお店はありません")
	token := s.agreed(hanako)
	b.get(web.ShopsPath).says(http.StatusOK, "みどり雑貨", "まだ利用はありません")
	s.clock.Advance(time.Minute)
	s.write(func(tx *db.Tx) error {
		out, err := s.checkout.Authorize(tx, []checkout.Order{{
			Merchant: s.shop.ID, MerchantLive: true, Member: s.memberOf(hanako), OrderRef: "B-1", Amount: 500, Token: token,
			Channel: credit.Online, Capture: checkout.Manual, ConfirmWithin: time.Hour,
			By: checkout.Actor{Side: fault.Merchant, Name: "merchant"},
		}})
		if err == nil && out[0].Refused != nil {
			err = out[0].Refused
		}
		return err
	})
	p := b.get(web.ShopsPath).says(http.StatusOK, "最後の利用 6月1日(月) 09:01")
	here := web.RevokePath(token.String())
	p = b.get(attr(p.one("main a[href="+here+"]"), "href")).at(here).says(http.StatusOK, "みどり雑貨", "取り消しますか")

	s.clock.Advance(time.Hour)
	other := s.register(taro)
	other.get(here).says(http.StatusNotFound, "ページが見つかりません")
	other.post(here).says(http.StatusNotFound, "ページが見つかりません")
	s.browser().get(here).at(web.SignInPath)
	b.get(web.RevokePath("tok_none")).says(http.StatusNotFound)
	b.post(web.RevokePath("tok_none")).says(http.StatusNotFound)

	b.post(attr(p.one("main form"), "action")).at(web.ShopsPath).says(http.StatusOK, "取り消しました", "同意したお店はありません")
	b.post(here).at(web.ShopsPath) // pressed again
	b.get(here).says(http.StatusNotFound)
}

func TestDevices(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	s.clock.Advance(time.Hour)
	lost := s.browser()
	lost.header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 15) Chrome/140.0.0.0 Mobile Safari/537.36")
	lost.post(web.SignInPath, "phone", hanako)
	lost.post(web.SignInCodePath, "code", s.code(hanako)).at(web.HomePath)
	p := b.get(web.DevicesPath).at(web.DevicesPath).says(http.StatusOK, "Safari, iPhone", "Chrome, Android")
	end := p.all("main li form")
	if len(end) != 1 { // not for the browser that looks
		t.Fatalf("%d sign-ins can be ended", len(end))
	}
	there := attr(end[0], "action")

	s.clock.Advance(time.Hour)
	other := s.register(taro)
	other.post(there).says(http.StatusNotFound)
	other.post(web.EndDevicePath("sgn_none")).says(http.StatusNotFound)
	b.get(there).at(web.DevicesPath) // opened instead of sent

	b.post(there).at(web.DevicesPath).says(http.StatusOK, "ログインを終わらせました")
	b.post(there).at(web.DevicesPath) // pressed again
	lost.get(web.MenuPath).at(web.SignInPath)
	b.get(web.MenuPath).at(web.MenuPath)
}
