package till

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/clock"
	"tsuke/internal/demo/page"
	"tsuke/internal/demo/trouble"
	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/konbini"
)

var update = flag.Bool("update", false, "write the golden files anew")

type counter struct {
	t      *testing.T
	till   *Till
	desk   *trouble.Desk
	dir    string
	hand   *clock.Hand
	sent   []string // names of the files that were sent
	refuse error

	fetched int // how often numbers were asked for

	product func(path string) (string, error) // takes the files, in the place of a word
}

func newCounter(t *testing.T) *counter {
	t.Helper()
	c := &counter{t: t, dir: t.TempDir(), hand: clock.NewHand(time.Date(2026, 8, 7, 0, 44, 0, 0, time.UTC))}
	c.open()
	return c
}

func (c *counter) open() {
	c.t.Helper()
	site := &page.Site{Host: "127.0.0.1:8080", Member: "http://127.0.0.1:8081", Clock: c.hand, Logger: slog.New(slog.DiscardHandler)}
	desk, err := trouble.Open(c.dir, c.hand)
	if err != nil {
		c.t.Fatal(err)
	}
	c.desk = desk
	till, err := Open(c.dir, site, desk, func(_ context.Context, path string) (string, error) {
		c.sent = append(c.sent, filepath.Base(path))
		if c.product != nil {
			return c.product(path)
		}
		return "imported 1 line\n", c.refuse
	}, func(context.Context, string) error {
		c.fetched++
		return c.refuse
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.till = till
}

func digits(t *testing.T, free, due string, yen int64, stamp bool) string {
	t.Helper()
	d, err := konbini.Build(konbini.Code{Company: "912345", Free: free, Due: due, Stamp: stamp, Yen: yen}, 300_000)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// buy scans a slip at the first store and pays it.
func (c *counter) buy(d string) int {
	c.t.Helper()
	n, err := c.till.scan(Stores()[0].Code, d)
	if err == nil {
		err = c.till.pay(c.t.Context(), n)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}

func (c *counter) file(name string) []byte {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.dir, name))
	if err != nil {
		c.t.Fatal(err)
	}
	return text
}

func (c *counter) states() []string {
	var out []string
	for _, s := range c.till.look().Slips {
		out = append(out, s.State)
	}
	return out
}

func check(t *testing.T, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s:\n%s", what, diff)
	}
}

func TestNoticesAreWhatTheAgentWrites(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.buy(digits(t, "000010000000020260001", "2026-08-10", 8_709, false))
	c.hand.Advance(time.Minute)
	c.buy(digits(t, "000010000000020260002", "2026-08-10", 60_209, true))
	c.hand.Advance(time.Minute)
	slipped := c.buy(digits(t, "000010000000020260003", "", 1_000, false))
	if err := c.till.cancel(t.Context(), slipped); err != nil {
		t.Fatal(err)
	}
	c.hand.Advance(72 * time.Hour)
	if err := c.till.confirmAll(t.Context()); err != nil {
		t.Fatal(err)
	}
	check(t, "states", []string{"confirmed", "confirmed", "cancelled"}, c.states())
	check(t, "sent", []string{"notice-0001.csv", "notice-0002.csv", "notice-0003.csv", "notice-0004.csv", "notice-0005.csv"}, c.sent)
	var all []byte
	for _, name := range c.sent {
		all = append(all, c.file(name)...)
	}
	golden := filepath.Join("testdata", "notices.csv")
	if *update {
		if err := os.WriteFile(golden, all, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, all) {
		t.Errorf("the files differ from %s; run with -update and look at the change", golden)
	}
	f, err := agentfile.Read(bytes.NewReader(c.file("notice-0005.csv")))
	if err != nil || len(f.Bad) != 0 || len(f.Lines) != 2 || f.Lines[0].Kind != agentfile.Confirmed || f.Lines[1].AmountDiffers {
		t.Errorf("the product reads %+v, %v", f, err)
	}
}

// Pressing again, also after a restart, takes the cash once.
func TestPressedTwice(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	d := digits(t, "1", "2026-08-10", 8_709, false)
	n := c.buy(d)
	c.open()
	if err := c.till.pay(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.till.confirmAll(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.till.cancel(t.Context(), n); !errors.Is(err, errState) {
		t.Errorf("a confirmed payment was taken back: %v", err)
	}
	check(t, "sent", []string{"notice-0001.csv", "notice-0002.csv"}, c.sent)
}

// The till does not know that a slip is paid; only within a minute at one store it cannot take it twice.
func TestPaidTwice(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	d := digits(t, "1", "2026-08-10", 8_709, false)
	c.buy(d)
	second, err := c.till.scan(Stores()[0].Code, d)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.till.pay(t.Context(), second); !errors.Is(err, errMinute) {
		t.Errorf("within the minute: %v", err)
	}
	elsewhere, err := c.till.scan(Stores()[1].Code, d)
	if err == nil {
		err = c.till.pay(t.Context(), elsewhere)
	}
	if err != nil {
		t.Errorf("at another store: %v", err)
	}
	c.hand.Advance(time.Minute)
	if err := c.till.pay(t.Context(), second); err != nil {
		t.Errorf("a minute later: %v", err)
	}
	keys := map[string]bool{}
	for _, name := range c.sent {
		f, err := agentfile.Read(bytes.NewReader(c.file(name)))
		if err != nil {
			t.Fatal(err)
		}
		keys[string(f.Lines[0].Key())] = true
	}
	check(t, "notices told apart", 3, len(keys))
}

func TestSending(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.refuse = errors.New("receipts import ended with status 1: database is closed")
	c.buy(digits(t, "1", "2026-08-10", 8_709, false))
	check(t, "not taken", []Notice{{
		Number: 1, Made: c.hand.Now(), Kind: "prompt", Lines: 1, Sent: 1, Failed: true, Said: c.refuse.Error(),
	}}, c.till.look().Notices)
	before := c.file("notice-0001.csv")
	c.refuse = nil
	if err := c.till.deliver(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	check(t, "taken", []Notice{{
		Number: 1, Made: c.hand.Now(), Kind: "prompt", Lines: 1, Sent: 2, Said: "imported 1 line",
	}}, c.till.look().Notices)
	check(t, "the same file", before, c.file("notice-0001.csv"))
	if err := c.till.deliver(t.Context(), 9); !errors.Is(err, errAbsent) {
		t.Errorf("a file of nobody: %v", err)
	}
}

func TestScan(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	good := digits(t, "1", "2026-08-10", 8_709, false)
	for name, tt := range map[string]struct {
		typed string
		want  string // the key of the slip; empty for none
	}{
		"as printed":     {Slip{Digits: good}.Groups(), ""},
		"from a reader":  {"EAN" + good + "\n", ""},
		"with brackets":  {"(91)" + good[2:], ""},
		"full width":     {strings.Map(func(r rune) rune { return r - '0' + '０' }, good), ""},
		"short":          {good[:43], "slip.length"},
		"nothing":        {"", "slip.length"},
		"a letter":       {"x" + good[1:], "slip.digits"},
		"no slip":        {"12" + good[2:], "slip.identifier"},
		"a wrong figure": {good[:20] + string('0'+(good[20]-'0'+1)%10) + good[21:], "slip.check"},
	} {
		_, err := c.till.scan(Stores()[0].Code, tt.typed)
		got := ""
		if err != nil {
			got = slipKey(err)
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q (%v)", name, got, tt.want, err)
		}
	}
	if _, err := c.till.scan("999999", good); !errors.Is(err, errState) {
		t.Errorf("a store of nobody: %v", err)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	srv := httptest.NewServer(c.till.Handler())
	defer srv.Close()
	browser := srv.Client()
	browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	post := func(path string, form url.Values) (int, string) {
		t.Helper()
		resp, err := browser.PostForm(srv.URL+path, form)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		return resp.StatusCode, resp.Header.Get("Location")
	}
	d := digits(t, "1", "2026-08-10", 8_709, false)
	type answer struct {
		Status int
		To     string
	}
	ask := func(path string, form url.Values) answer { s, to := post(path, form); return answer{s, to} }
	check(t, "wrong digits", answer{422, ""}, ask("/till/scan", url.Values{"digits": {"1"}, "store": {"000101"}}))
	check(t, "scan", answer{303, "/till/slips/1"}, ask("/till/scan", url.Values{"digits": {d}, "store": {"000101"}}))
	check(t, "pay", answer{303, "/till/slips/1"}, ask("/till/slips/1/pay", nil))
	check(t, "scan again", answer{303, "/till/slips/2"}, ask("/till/scan", url.Values{"digits": {d}, "store": {"000101"}}))
	check(t, "pay again", answer{303, "/till/slips/2?slip=minute"}, ask("/till/slips/2/pay", nil))
	check(t, "cancel", answer{303, "/till/slips/1"}, ask("/till/slips/1/cancel", nil))
	check(t, "confirm", answer{303, "/till"}, ask("/till/confirm", nil))
	check(t, "send again", answer{303, "/till"}, ask("/till/notices/1/send", nil))
	check(t, "no such slip", answer{404, ""}, ask("/till/slips/7/pay", nil))
	check(t, "no such file", answer{404, ""}, ask("/till/notices/x/send", nil))
	check(t, "sent", []string{"notice-0001.csv", "notice-0002.csv", "notice-0001.csv"}, c.sent)
	c.hand.Advance(time.Minute)
	c.till.dir = filepath.Join(c.dir, "absent")
	check(t, "not written", answer{500, ""}, ask("/till/slips/2/pay", nil))
}
