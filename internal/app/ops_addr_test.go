package app

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"tsuke/internal/db"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

var deskIn = regexp.MustCompile(`msg="the console is served" addr=(\S+)`)

// TestTheConsoleHasItsOwnDoor: with --ops-addr staff enter at that address and nowhere else, and nobody else enters there.
// Both doors close together.
func TestTheConsoleHasItsOwnDoor(t *testing.T) {
	t.Parallel()
	h := build(t, dsn(t))
	h.Config.OpsAddr = "127.0.0.1:0"
	h.serve()
	var desk string
	h.until("the console's address", func() bool {
		if at := deskIn.FindStringSubmatch(h.log.String()); at != nil {
			desk = "http://" + at[1]
		}
		return desk != ""
	})
	door := *h // the same house, entered at the other door
	door.url = desk
	link := h.invited("aoki")

	for _, path := range []string{web.OpsPath, web.OpsPath + "/", web.OpsSignInPath, web.OpsReceiptsPath, link} {
		if a := h.get(path); a.status != http.StatusNotFound {
			t.Errorf("members' door: %s answers %d", path, a.status)
		}
	}
	for _, path := range []string{"/", "/register", "/signin", "/bills", "/pay/ses_0", "/v1/payments", "/v1/docs"} {
		if a := door.get(path); a.status != http.StatusNotFound {
			t.Errorf("staff's door: %s answers %d", path, a.status)
		}
	}
	if a := h.get("/healthz"); a.status != http.StatusOK {
		t.Errorf("health: %d", a.status)
	}
	page := door.get(web.OpsSignInPath)
	if page.status != http.StatusOK || page.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("staff's door: %d %v", page.status, page.header)
	}
	style := regexp.MustCompile(`href="([^"]+\.css)"`).FindSubmatch(page.body)
	if style == nil || door.get(string(style[1])).status != http.StatusOK {
		t.Errorf("the console has no style: %s", style)
	}

	cookies := door.enrol(link)
	if a := door.get(web.OpsReceiptsPath, "Cookie", cookies); a.status != http.StatusOK {
		t.Errorf("who has enrolled: %d", a.status)
	}
	if a := h.get(web.OpsReceiptsPath, "Cookie", cookies); a.status != http.StatusNotFound {
		t.Errorf("staff at the members' door: %d", a.status)
	}
	if a := door.send(web.OpsSignOutPath, url.Values{}, "Cookie", cookies, "Origin", "https://elsewhere.example"); a.status != http.StatusForbidden {
		t.Errorf("a form of another site: %d", a.status)
	}

	h.end()
	for _, at := range []string{h.url, desk} {
		if line, err := net.Dial("tcp", strings.TrimPrefix(at, "http://")); err == nil {
			_ = line.Close()
			t.Errorf("%s is still open", at)
		}
	}
}

// TestTheConsolesDoorIsTaken: the service does not start with half of its doors, and says which setting to change.
func TestTheConsolesDoorIsTaken(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := build(t, dsn(t))
	h.Config.Addr, h.Config.OpsAddr = free.Addr().String(), taken.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	var wrong *SettingError
	if err := h.Serve(t.Context(), func(string) { t.Error("it serves") }); !errors.As(err, &wrong) || wrong.Setting != "--ops-addr" {
		t.Errorf("%v", err)
	}
	again, err := net.Listen("tcp", h.Config.Addr)
	if err != nil {
		t.Fatalf("the other door is left open: %v", err)
	}
	_ = again.Close()
}

// invited is the path of a person's link.
func (h *house) invited(name string) string {
	h.t.Helper()
	var link staff.Link
	h.write(func(tx *db.Tx) (err error) {
		link, err = h.Staff.Add(tx, name, []staff.Role{staff.Finance}, "operator")
		return err
	})
	return web.OpsEnrolPath + link.Token.Reveal()
}

var (
	secretIn = regexp.MustCompile(`(?s)<p class="digits">(.*?)</p>`)
	markup   = regexp.MustCompile(`<[^>]*>|\s`)
)

// enrol enters by a link, and gives the cookies that come of it.
func (h *house) enrol(link string) string {
	h.t.Helper()
	key := secretIn.FindSubmatch(h.get(link).body)
	if key == nil {
		h.t.Fatal("the link shows no key")
	}
	code, err := totp.GenerateCode(markup.ReplaceAllString(string(key[1]), ""), h.Clock.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	a := h.send(link, url.Values{"totp": {code}})
	if a.status != http.StatusSeeOther {
		h.t.Fatalf("enrolling: %d %s", a.status, a.body)
	}
	var cookies []string
	for _, set := range a.header.Values("Set-Cookie") {
		c, err := http.ParseSetCookie(set)
		if err != nil {
			h.t.Fatal(err)
		}
		if c.MaxAge >= 0 && (c.Expires.IsZero() || c.Expires.After(time.Now())) {
			cookies = append(cookies, c.Name+"="+c.Value)
		}
	}
	return strings.Join(cookies, "; ")
}

// send sends a form.
func (h *house) send(path string, form url.Values, header ...string) answer {
	h.t.Helper()
	header = append(header, "Content-Type", "application/x-www-form-urlencoded")
	a, err := do(h.request(http.MethodPost, path, form.Encode(), header...))
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}
