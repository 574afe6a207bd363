package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Page is one tab. Its methods are acts and looks of one person: call them from one goroutine, the test's.
//
// A selector is CSS. An act on a selector that matches several elements takes the first that can be seen.
type Page struct {
	t       testing.TB
	ctx     context.Context //nolint:containedctx // chromedp keeps a tab in a context
	screen  Screen
	options []Option
	log     *record
}

// Tab opens a second tab of the same window: same cookies, same screen.
func (p *Page) Tab() *Page {
	p.t.Helper()
	return open(p.t, p.ctx, p.screen, p.options)
}

// Resize looks at the page on another screen.
func (p *Page) Resize(s Screen) {
	p.t.Helper()
	p.must("resize", p.resize(s))
	p.rest("resize")
}

// Go types an address and waits until the page is there. A page that answers with an error status is there too.
func (p *Page) Go(url string) {
	p.t.Helper()
	p.act("go to "+url, func(ctx context.Context) error {
		res, err := chromedp.Call(ctx, page.Navigate, page.NavigateParams{URL: url})
		if err == nil && res.ErrorText != "" {
			err = errors.New(res.ErrorText)
		}
		return err
	})
}

// Reload presses the browser's reload button. If the page is the answer to a POST, that sends the POST again, without the
// question that a person would be asked; look for it in Requests.
func (p *Page) Reload() {
	p.t.Helper()
	p.act("reload", func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, page.Reload, page.ReloadParams{})
		return err
	})
}

// Back presses the browser's Back button; Forward the other one.
func (p *Page) Back() {
	p.t.Helper()
	p.act("go back", func(ctx context.Context) error { return travel(ctx, -1) })
}

// Forward undoes Back.
func (p *Page) Forward() {
	p.t.Helper()
	p.act("go forward", func(ctx context.Context) error { return travel(ctx, +1) })
}

func travel(ctx context.Context, by int64) error {
	history, err := chromedp.Run(ctx, chromedp.NavigationEntries())
	if err != nil {
		return err
	}
	to := history.CurrentIndex + by
	if to < 0 || to >= int64(len(history.Entries)) {
		return errors.New("the history ends here")
	}
	_, err = chromedp.Call(ctx, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: history.Entries[to].ID})
	return err
}

// Click presses an element where a finger would, and waits for what comes of it. It fails if the element does not appear,
// is switched off, or lies under another one.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.act("click "+selector, func(ctx context.Context) error { return press(ctx, selector) })
}

// Press presses an element and waits for nothing but that the request, if the press makes one, has been handed to the network.
// It is for what happens at the same time as something else; Settle waits for what comes of it.
func (p *Page) Press(selector string) {
	p.t.Helper()
	p.pressed(selector, 1)
}

// PressAgain presses as the second press of a double press whose first one met the page before: what a quick finger does to
// the button that the next page has in the same place.
func (p *Page) PressAgain(selector string) {
	p.t.Helper()
	p.pressed(selector, 2)
}

func (p *Page) pressed(selector string, count int) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, actWithin)
	defer cancel()
	at, err := find(ctx, selector)
	sent := p.log.next()
	if err == nil {
		err = at.press(ctx, count)
	}
	p.must("press "+selector, err)
	wait, end := context.WithTimeout(ctx, quiet)
	defer end()
	select {
	case <-sent:
	case <-wait.Done():
	}
}

// Settle waits until the page has come to rest.
func (p *Page) Settle() {
	p.t.Helper()
	p.rest("settle")
}

// TripleClick presses three times without waiting for an answer: each press follows as soon as the one before has been sent,
// or was not sent because the page would not. (Presses within the same few milliseconds the browser merges into one.) If the
// server is faster still, the later presses meet the next page.
func (p *Page) TripleClick(selector string) {
	p.t.Helper()
	p.act("triple-click "+selector, func(ctx context.Context) error {
		at, err := find(ctx, selector)
		if err != nil {
			return err
		}
		for n := range 3 {
			sent := p.log.next()
			if err := at.press(ctx, n+1); err != nil {
				return err
			}
			wait, cancel := context.WithTimeout(ctx, quiet)
			select {
			case <-sent:
			case <-wait.Done():
			}
			cancel()
		}
		return nil
	})
}

// point scrolls an element into sight and says where to press it, or why that cannot be done.
const point = `(selector) => {
	const seen = [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility({visibilityProperty: true}));
	if (seen.length === 0) return {why: "not on the page, or not to be seen"};
	const e = seen[0];
	if (e.matches(":disabled")) return {why: "switched off"};
	e.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
	const r = e.getClientRects()[0] || e.getBoundingClientRect();
	const x = r.left + r.width / 2, y = r.top + r.height / 2;
	const hit = document.elementFromPoint(x, y);
	const labelled = hit && hit.closest("label");
	if (hit && (e.contains(hit) || hit.contains(e) || (labelled && labelled.control === e))) return {x, y};
	return {why: "covered by " + (hit ? hit.outerHTML.slice(0, 80) : "nothing that can be pressed")};
}`

type spot struct {
	X   float64 `json:"x"`
	Y   float64 `json:"y"`
	Why string  `json:"why"`
}

func find(ctx context.Context, selector string) (spot, error) {
	at, err := call[spot](ctx, point, selector)
	if err == nil && at.Why != "" {
		err = errors.New(at.Why)
	}
	return at, err
}

// press goes down and up with the left button; count is 2 for the second press of a double click.
func (at spot) press(ctx context.Context, count int) error {
	for _, kind := range []input.DispatchMouseEventType{chromedp.MousePressed, chromedp.MouseReleased} {
		if _, err := chromedp.Call(ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: kind, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, ClickCount: int64(count),
		}); err != nil {
			return err
		}
	}
	return nil
}

func press(ctx context.Context, selector string) error {
	at, err := find(ctx, selector)
	if err != nil {
		return err
	}
	return at.press(ctx, 1)
}

// Fill clicks a field and types over what stands in it. The text arrives as from an input method: any character can be
// typed.
func (p *Page) Fill(selector, text string) {
	p.t.Helper()
	p.act("fill "+selector, func(ctx context.Context) error {
		if err := press(ctx, selector); err != nil {
			return err
		}
		if _, err := call[bool](ctx, `() => { const e = document.activeElement; if (!e.select) return false; e.select(); return true }`); err != nil {
			return err
		}
		if text == "" {
			return chromedp.Do(ctx, chromedp.KeyEvent("\b"))
		}
		_, err := chromedp.Call(ctx, input.InsertText, input.InsertTextParams{Text: text})
		return err
	})
}

// Choose sets a drop-down list to the entry with this value.
func (p *Page) Choose(selector, value string) {
	p.t.Helper()
	p.act("choose in "+selector, func(ctx context.Context) error {
		found, err := call[bool](ctx, `(selector, value) => {
			const e = document.querySelector(selector);
			if (!e || ![...e.options].some((o) => o.value === value && !o.disabled)) return false;
			e.value = value;
			e.dispatchEvent(new Event("input", {bubbles: true}));
			e.dispatchEvent(new Event("change", {bubbles: true}));
			return true;
		}`, selector, value)
		if err == nil && !found {
			err = fmt.Errorf("there is no list with an entry %q", value)
		}
		return err
	})
}

// PickDay sets a field for a day, written as 2026-07-20, as the browser's calendar does. It fails if the calendar does not
// offer that day.
func (p *Page) PickDay(selector, day string) {
	p.t.Helper()
	p.act("pick a day in "+selector, func(ctx context.Context) error {
		why, err := call[string](ctx, `(selector, day) => {
			const e = document.querySelector(selector);
			if (!e || e.type !== "date") return "there is no field for a day";
			e.value = day;
			e.dispatchEvent(new Event("input", {bubbles: true}));
			e.dispatchEvent(new Event("change", {bubbles: true}));
			return e.validationMessage;
		}`, selector, day)
		if err == nil && why != "" {
			err = errors.New(why)
		}
		return err
	})
}

// Keys types on the keyboard; the names of special keys are in github.com/chromedp/chromedp/kb.
func (p *Page) Keys(keys string) {
	p.t.Helper()
	p.act("type", func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.KeyEvent(keys)) })
}

// Wait waits until an element can be seen, for what a page does by itself after a while.
func (p *Page) Wait(selector string) {
	p.t.Helper()
	p.act("wait for "+selector, func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS(selector)))
	})
}

// Offline cuts the network, or connects it again.
func (p *Page) Offline(cut bool) {
	p.t.Helper()
	conditions := []*network.Conditions{{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1}}
	if !cut {
		conditions = []*network.Conditions{}
	}
	_, err := chromedp.Call(p.ctx, network.EmulateNetworkConditionsByRule,
		network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: conditions})
	p.must("cut the network", err)
}

// URL is the address of the page.
func (p *Page) URL() string { p.t.Helper(); return look[string](p, `() => location.href`) }

// Path is the address without its scheme, host and fragment.
func (p *Page) Path() string {
	p.t.Helper()
	return look[string](p, `() => location.pathname + location.search`)
}

// Title is what stands in the tab.
func (p *Page) Title() string { p.t.Helper(); return look[string](p, `() => document.title`) }

// HTML is the page as it stands now.
func (p *Page) HTML() string {
	p.t.Helper()
	return look[string](p, `() => document.documentElement.outerHTML`)
}

// Text is what can be read in the first element, as it is laid out; it fails if there is none.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	all := p.Texts(selector)
	if len(all) == 0 {
		p.t.Fatalf("%s: no element %s", p.URL(), selector)
	}
	return all[0]
}

// Texts are what can be read in each element.
func (p *Page) Texts(selector string) []string {
	p.t.Helper()
	return look[[]string](p, `(selector) => [...document.querySelectorAll(selector)].map((e) => (e.innerText ?? e.textContent).trim())`, selector)
}

// Count is the number of elements that can be seen.
func (p *Page) Count(selector string) int {
	p.t.Helper()
	return look[int](p, `(selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility({visibilityProperty: true})).length`, selector)
}

// Has says whether an element can be seen.
func (p *Page) Has(selector string) bool { p.t.Helper(); return p.Count(selector) > 0 }

// Says says whether the page shows a text, whatever the spaces.
func (p *Page) Says(text string) bool {
	p.t.Helper()
	page := look[string](p, `() => document.body ? document.body.innerText : ""`)
	return strings.Contains(strings.Join(strings.Fields(page), ""), strings.Join(strings.Fields(text), ""))
}

// Value is what stands in a field.
func (p *Page) Value(selector string) string {
	p.t.Helper()
	return look[string](p, `(selector) => { const e = document.querySelector(selector); return e && "value" in e ? e.value : "" }`, selector)
}

// Attribute is an attribute of the first element; empty if it has none or there is no such element.
func (p *Page) Attribute(selector, name string) string {
	p.t.Helper()
	return look[string](p, `(selector, name) => { const e = document.querySelector(selector); return (e && e.getAttribute(name)) || "" }`, selector, name)
}

// Focused is a selector-like description of the element that has the keyboard: tag, id, name.
func (p *Page) Focused() string {
	p.t.Helper()
	return look[string](p, `() => { const e = document.activeElement; return e.localName + (e.id ? "#" + e.id : "") + (e.name ? "[name=" + e.name + "]" : "") }`)
}

// act does something and waits until the page has come to rest.
func (p *Page) act(what string, do func(context.Context) error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, actWithin)
	defer cancel()
	p.must(what, do(ctx))
	p.rest(what)
}

func (p *Page) rest(what string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, actWithin)
	defer cancel()
	p.must(what, p.log.rest(ctx))
}

func (p *Page) must(what string, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
}

// look asks the page something that changes nothing.
func look[T any](p *Page, function string, args ...any) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, actWithin)
	defer cancel()
	out, err := call[T](ctx, function, args...)
	p.must("look at the page", err)
	return out
}

// call runs a function in the page, also where the page's own scripts are switched off or forbidden. A promise is awaited.
func call[T any](ctx context.Context, function string, args ...any) (T, error) {
	var zero T
	written := make([]string, len(args))
	for i, arg := range args {
		text, err := json.Marshal(arg)
		if err != nil {
			return zero, err
		}
		written[i] = string(text)
	}
	expression := fmt.Sprintf("(%s)(%s)", function, strings.Join(written, ", "))
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}
