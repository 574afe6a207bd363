package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/gateway"
	"tsuke/internal/web"
)

// A page of a member's asks for the sign-in and is shown afterwards.
func TestSignInAndComeBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	s.clock.Advance(time.Hour)
	b := s.browser()
	p := b.get(web.HistoryPath + "?month=2026-05").at(web.SignInPath)
	goal := p.value("return")
	if goal != web.HistoryPath+"?month=2026-05" {
		t.Fatalf("goes on to %q", goal)
	}
	p = b.post(web.SignInPath, "phone", "０９０ー１２３４ー５６７８", "return", goal).at(web.SignInCodePath)
	action := attr(p.one("form[action="+web.SignInCodePath+"?return="+url.QueryEscape(goal)+"]"), "action")
	if p = b.post(action, "code", s.code(hanako)); p.path != goal || p.status != http.StatusOK {
		t.Errorf("arrived at %s", p.path)
	}
	b.get(web.SignInPath).at(web.HomePath) // Back, or the page reopened: there is nothing to sign in
	b.get(web.SignInCodePath).at(web.HomePath)
}

// M06: nothing tells whether a number is registered before its code was entered.
func TestNoNumberIsGivenAway(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	s.clock.Advance(time.Hour)
	told := func(phone string) string {
		b := s.browser()
		p := b.post(web.SignInPath, "phone", phone).at(web.SignInCodePath)
		wrong := b.post(web.SignInCodePath, "code", wrongCode(s.code(phone))).says(http.StatusUnprocessableEntity)
		return strings.ReplaceAll(p.main()+wrong.main(), phone[len(phone)-4:], "----")
	}
	if diff := cmp.Diff(told(hanako), told(taro)); diff != "" {
		t.Error(diff)
	}
}

// A number that is nobody's is told to whoever proved it, with the way to the registration, which leads back as well.
func TestSignInOfNobody(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, till := s.order("A-1", 8500)
	b := s.browser()
	b.post(web.SignInPath, "phone", taro, "return", till)
	p := b.post(web.SignInCodePath, "code", s.code(taro), "return", till)
	p.says(http.StatusUnprocessableEntity, "まだ登録されていません", "会員登録をはじめる")
	if p = b.get(attr(p.one("main a[href="+web.RegisterPath+"]"), "href")); p.value("return") != till {
		t.Errorf("the registration leads back to %q", p.value("return"))
	}
}

// M05: five wrong codes pause the entry; a code of the wrong shape is no try.
func TestWrongCodes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	s.clock.Advance(time.Hour)
	b := s.browser()
	b.post(web.SignInPath, "phone", hanako)
	right := s.code(hanako)
	p := b.post(web.SignInCodePath, "code", "12345").says(http.StatusUnprocessableEntity, "6桁")
	if p.value("code") != "12345" {
		t.Errorf("what was typed is %q now", p.value("code"))
	}
	for left := 4; left >= 1; left-- {
		b.post(web.SignInCodePath, "code", wrongCode(right)).says(http.StatusUnprocessableEntity, fmt.Sprintf("あと%d回", left))
	}
	b.post(web.SignInCodePath, "code", wrongCode(right)).says(http.StatusUnprocessableEntity, "10:30まで")
	b.post(web.SignInCodePath, "code", right).says(http.StatusUnprocessableEntity, "10:30まで") // not even the right one
	b.get(web.MenuPath).at(web.SignInPath)
	s.browser().post(web.SignInPath, "phone", hanako).says(http.StatusTooManyRequests, "AUTH-103", "10:30") // nor in another browser
	s.clock.Advance(31 * time.Minute)
	b.post(web.SignInCodePath, "code", right).says(http.StatusUnprocessableEntity, "もう使えません")
	b.post(web.SignInCodePath+"/resend").at(web.SignInCodePath).says(http.StatusOK, "SMSで送りました")
	b.post(web.SignInCodePath, "code", s.code(hanako)).at(web.MenuPath)
}

// Pressed twice, a code is sent once, and both presses land on the page where it is entered.
func TestCodeIsSentOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	b.get(web.SignInPath)
	b.post(web.SignInPath, "phone", hanako).at(web.SignInCodePath)
	b.post(web.SignInPath, "phone", hanako).at(web.SignInCodePath)
	b.post(web.SignInCodePath + "/resend").at(web.SignInCodePath)
	if n := len(s.sms.Texts()); n != 1 {
		t.Errorf("%d texts", n)
	}
	b.post(web.SignInPath, "phone", taro).at(web.SignInCodePath).says(http.StatusOK, "•••• 6789") // a number corrected at once
	b.get(web.SignInCodePath + "/resend").at(web.SignInCodePath)
	other := s.browser()
	other.get(web.SignInCodePath).at(web.SignInPath) // no code is under way in this browser
	other.post(web.SignInCodePath + "/resend").at(web.SignInPath)
	other.post(web.SignInCodePath, "code", s.code(hanako)).at(web.SignInPath) // it is bound to the browser that asked
}

// M04: too many codes are refused with the time from which more can be had.
func TestTooManyCodes(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	for range 3 {
		b.post(web.SignInPath, "phone", hanako).at(web.SignInCodePath)
		s.clock.Advance(time.Minute)
	}
	p := b.post(web.SignInPath, "phone", hanako).says(http.StatusTooManyRequests, "AUTH-102", "お問い合わせ番号")
	if got := p.header.Get("Retry-After"); !wholeSeconds.MatchString(got) {
		t.Errorf("Retry-After: %q", got)
	}
}

// A carrier that takes nothing is told as what it is; an answer that was lost is no reason to stop.
func TestCarrier(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	s.sms.Next(gateway.NotNow)
	b.post(web.SignInPath, "phone", hanako).says(http.StatusServiceUnavailable, "SMSの送信会社が受け付けませんでした")
	s.sms.Next(gateway.TakeSilent)
	b.post(web.SignInPath, "phone", taro).at(web.SignInCodePath)
	for _, line := range strings.Split(s.log.String(), "\n") {
		if strings.Contains(line, "1234") || strings.Contains(line, "6789") {
			t.Errorf("a number in the log: %s", line)
		}
	}
}

// A text fits one part, and its last line binds the code to this address.
func TestTextsFitOnePart(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.applicant(hanako)
	b.post(web.SignInPath, "phone", taro)
	b.post(web.RegisterNamePath, "family", "山田", "given", "花子", "family_kana", "ヤマダ", "given_kana", "ハナコ")
	b.post(web.RegisterBirthPath, "year", "2010", "month", "1", "day", "1")
	b.post(web.RegisterGuardianPath, "guardian_name", "山田 陽子", "relation", "mother", "guardian_phone", mother).at(web.RegisterConsentPath)
	if len(s.sms.Texts()) != 3 {
		t.Fatalf("%d texts", len(s.sms.Texts()))
	}
	for _, text := range s.sms.Texts() {
		if n := utf8.RuneCountInString(text.Body); n > 70 {
			t.Errorf("%d characters: %s", n, text.Body)
		}
		if !strings.HasSuffix(text.Body, "\n@"+s.url.Host+" #"+sixDigits.FindString(text.Body)) {
			t.Errorf("not bound to the address: %s", text.Body)
		}
	}
}

// Nobody is sent to another site by an address that begins with ours.
func TestReturnIsOnlyToThisService(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	for _, bad := range []string{
		"https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/%09/../\n", "javascript:alert(1)",
		"evil.example", "/" + strings.Repeat("a", 600),
	} {
		s.clock.Advance(time.Hour)
		b := s.browser()
		if p := b.get(web.SignInPath + "?return=" + url.QueryEscape(bad)); len(p.all("[name=return]")) != 0 {
			t.Errorf("%q is carried along", bad)
		}
		b.post(web.SignInPath, "phone", hanako, "return", bad)
		b.post(web.SignInCodePath+"?return="+url.QueryEscape(bad), "code", s.code(hanako)).at(web.HomePath)
	}
}

// A form that another site sends in the member's name does nothing.
func TestForeignForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	b.header.Set("Sec-Fetch-Site", "cross-site")
	b.post(web.SignOutAllPath).says(http.StatusForbidden, "別のサイトからの送信を止めました")
	b.header.Del("Sec-Fetch-Site")
	b.get(web.MenuPath).at(web.MenuPath)
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	s.clock.Advance(time.Hour)
	other := s.signIn(hanako)
	p := b.post(web.SignOutPath).at(web.SignInPath).says(http.StatusOK, "ログアウトしました")
	if p.value("phone") != "" {
		t.Error("the number is still there")
	}
	b.get(web.MenuPath).at(web.SignInPath)
	b.post(web.SignOutPath).at(web.SignInPath) // pressed again
	other.get(web.MenuPath).at(web.MenuPath)
}

// M21: all browsers, at once, and each is asked to forget what it kept.
func TestSignOutEverywhere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	s.clock.Advance(time.Hour)
	other := s.signIn(hanako)
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	p := b.post(web.SignOutAllPath)
	if got := p.header.Get("Clear-Site-Data"); got != `"cache", "storage"` || p.status != http.StatusSeeOther {
		t.Errorf("status %d, Clear-Site-Data %s", p.status, got)
	}
	other.get(web.MenuPath).at(web.SignInPath)
	if !strings.Contains(strings.Join(p.header.Values("Set-Cookie"), "\n"), "tsuke=;") {
		t.Errorf("the cookie stays: %s", p.header.Values("Set-Cookie"))
	}
}
