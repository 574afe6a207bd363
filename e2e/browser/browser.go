// Package browser drives Chromium as a person would: it opens pages on a phone or a desk, clicks what can be seen, types,
// goes Back, reloads, opens a second tab, presses three times; and it tells what a careful reviewer would notice: requests
// to strangers, errors on the console, weight, accessibility violations, things that do not fit the screen.
//
// One browser serves all tests of a process; each test gets a window of its own with its own cookies. Every act waits until
// the page has come to rest, so that tests neither sleep nor guess. An act that fails ends the test.
//
//	func TestMain(m *testing.M) { os.Exit(browser.Main(m)) }
//
//	func TestBuy(t *testing.T) {
//		p := browser.Open(t, browser.Phone())
//		p.Go(shop.URL + "/cart")
//		p.TripleClick("button[name=pay]")
//		…
//	}
//
// TSUKE_CHROMIUM names the browser if it is not on the path. With TSUKE_SHOTS=folder, pictures that tests take are kept
// there, and one of each page on which a test failed.
package browser

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// actWithin bounds each act, its waiting included.
const actWithin = time.Minute

// shared is the browser of this process. It is written by Main before any test runs.
var shared struct {
	ctx context.Context //nolint:containedctx // chromedp keeps a browser in a context
	err error
}

// Main starts the browser, runs the tests and stops it. Tests that open a page fail if there is no browser to start.
func Main(m *testing.M) int {
	stop := start()
	defer stop()
	return m.Run()
}

func start() (stop func()) {
	path, err := executable()
	if err != nil {
		shared.err = err
		return func() {}
	}
	allocator, release := chromedp.NewExecAllocator(context.Background(), flags(path)...)
	ctx, cancel := chromedp.NewContext(allocator)
	shared.ctx, shared.err = ctx, chromedp.Do(ctx)
	return func() {
		_ = chromedp.Cancel(ctx) // closes the browser in good order and removes its profile
		cancel()
		release()
	}
}

func executable() (string, error) {
	if path := os.Getenv("TSUKE_CHROMIUM"); path != "" {
		return path, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("browser: Chromium is not installed: run `apt-get install chromium`, or name it in TSUKE_CHROMIUM")
}

// flags give a fresh profile and no life of its own: nothing but 127.0.0.1 can be resolved, so whatever the browser or a
// page asks of anybody else fails.
func flags(path string) []chromedp.ExecAllocatorOption {
	return append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter,AutofillServerCommunication,CertificateTransparencyComponentUpdater,"+
			"IgnoreDuplicateNavs"), // pressing again is sent again: that is what we are here to see
		chromedp.Flag("no-pings", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("lang", "ja"),
	)
}

// Screen is what a page is looked at on.
type Screen struct {
	Name          string
	Width, Height int64   // CSS pixels
	Density       float64 // device pixels per CSS pixel
	Touch         bool    // a phone: touch, and a viewport that follows the page's meta element
}

// Phone is 390 × 844 at density 2, with touch.
func Phone() Screen { return Screen{Name: "phone", Width: 390, Height: 844, Density: 2, Touch: true} }

// Narrow is the narrowest screen on which nothing may be lost (WCAG 2.2, 1.4.10): 320 CSS pixels.
func Narrow() Screen { return Screen{Name: "narrow", Width: 320, Height: 640, Density: 2, Touch: true} }

// Desk is 1280 × 800 at density 1, with a mouse.
func Desk() Screen { return Screen{Name: "desk", Width: 1280, Height: 800, Density: 1} }

// Option changes a page before it is first used.
type Option func(*settings)

type settings struct {
	noScript bool
	noCache  bool
	language string
}

// NoScript switches the scripts of the page off.
func NoScript() Option { return func(s *settings) { s.noScript = true } }

// NoCache loads each page as on a first visit, so that Weight tells what that costs.
func NoCache() Option { return func(s *settings) { s.noCache = true } }

// Language is what the browser asks servers for, such as "en" or "ja,en;q=0.5"; "ja" if nothing is said.
func Language(accept string) Option { return func(s *settings) { s.language = accept } }

// Open gives an empty page in a window of its own: no cookies, no history.
func Open(t testing.TB, screen Screen, options ...Option) *Page {
	t.Helper()
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	if shared.ctx == nil {
		t.Fatal("browser: call browser.Main from TestMain")
	}
	return open(t, shared.ctx, screen, options, chromedp.WithNewBrowserContext())
}

func open(t testing.TB, parent context.Context, screen Screen, options []Option, how ...chromedp.ContextOption) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, how...)
	p := &Page{t: t, ctx: ctx, screen: screen, options: options, log: newRecord()}
	t.Cleanup(func() {
		if t.Failed() {
			p.keepShot("failed")
		}
		cancel()
	})
	p.must("open a page", p.prepare())
	return p
}

func (p *Page) prepare() error {
	if err := chromedp.Do(p.ctx); err != nil { // without a deadline: the tab lives as long as the context of its first use
		return err
	}
	if err := chromedp.Listen(p.ctx, p.log.see); err != nil {
		return err
	}
	set := settings{language: "ja"}
	for _, option := range p.options {
		option(&set)
	}
	agent, err := chromedp.Run(p.ctx, chromedp.Evaluate[string]("navigator.userAgent"))
	if err != nil {
		return err
	}
	if _, err := chromedp.Call(p.ctx, emulation.SetUserAgentOverride,
		emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: set.language}); err != nil {
		return err
	}
	if _, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled,
		emulation.SetScriptExecutionDisabledParams{Value: set.noScript}); err != nil {
		return err
	}
	if _, err := chromedp.Call(p.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: set.noCache}); err != nil {
		return err
	}
	return p.resize(p.screen)
}

func (p *Page) resize(s Screen) error {
	if _, err := chromedp.Call(p.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: s.Width, Height: s.Height, DeviceScaleFactor: s.Density, Mobile: s.Touch,
	}); err != nil {
		return err
	}
	_, err := chromedp.Call(p.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: s.Touch})
	p.screen = s
	return err
}

// Picture is a PNG of the first element that matches, as the screen shows it.
func (p *Page) Picture(selector string) []byte {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, actWithin)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.Screenshot(chromedp.CSS(selector)))
	p.must("picture of "+selector, err)
	return picture
}

// View is a PNG of what the screen shows now.
func (p *Page) View() []byte {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, actWithin)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	p.must("picture of the screen", err)
	return picture
}

// Carry gives the window cookies that another client of the same host was given.
func (p *Page) Carry(origin string, cookies []*http.Cookie) {
	p.t.Helper()
	for _, c := range cookies {
		params := network.SetCookieParams{Name: c.Name, Value: c.Value, URL: origin}
		_, err := chromedp.Call(p.ctx, network.SetCookie, params)
		p.must("carry the cookie "+c.Name, err)
	}
}

// Shot keeps a picture of the whole page as TSUKE_SHOTS/<test>/<name>-<screen>.png, if that folder is named.
func (p *Page) Shot(name string) {
	p.t.Helper()
	p.keepShot(name)
}

func (p *Page) keepShot(name string) {
	p.t.Helper()
	folder := os.Getenv("TSUKE_SHOTS")
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, actWithin)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Errorf("picture %s: %v", name, err)
		return
	}
	folder = filepath.Join(folder, strings.ReplaceAll(p.t.Name(), "/", "_"))
	if err := os.MkdirAll(folder, 0o755); err != nil {
		p.t.Error(err)
		return
	}
	if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%s.png", name, p.screen.Name)), picture, 0o644); err != nil {
		p.t.Error(err)
	}
}
