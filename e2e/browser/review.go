package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/chromedp/chromedp"
)

// Violation is one rule of accessibility that a page breaks, as axe-core finds it.
type Violation struct {
	Rule   string   `json:"rule"`   // axe's id, such as "color-contrast"
	Impact string   `json:"impact"` // minor, moderate, serious, critical
	Help   string   `json:"help"`   // what to do
	Where  []string `json:"where"`  // a selector for each element
}

// String is the violation in one line.
func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s: %s", v.Rule, v.Impact, v.Help, strings.Join(v.Where, ", "))
}

// axeRun asks for WCAG 2.2 A and AA and for axe's own good practice.
const axeRun = `async () => {
	const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
	const found = await axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]});
	return found.violations.map((v) => ({
		rule: v.id, impact: v.impact || "", help: v.help, where: v.nodes.map((n) => n.target.flat().join(" ")),
	}));
}`

// Violations are what axe-core finds in the page as it stands. It needs a page whose scripts are on; the page's security policy
// does not matter.
func (p *Page) Violations() []Violation {
	p.t.Helper()
	source, err := axeSource()
	p.must("read axe-core", err)
	ctx, cancel := context.WithTimeout(p.ctx, actWithin)
	defer cancel()
	_, err = chromedp.Run(ctx, chromedp.Evaluate[chromedp.Void](source+";void 0"))
	p.must("load axe-core", err)
	found, err := call[[]Violation](ctx, axeRun)
	p.must("run axe-core", err)
	return found
}

// axeSource looks for the installed package in the folders above.
func axeSource() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		source, err := os.ReadFile(filepath.Join(dir, "node_modules", "axe-core", "axe.min.js"))
		if err == nil {
			return string(source), nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("axe-core is not installed: run `npm ci` in e2e")
		}
		dir = up
	}
}

// misfits finds what does not fit a finger, an eye or the screen.
const misfits = `(target, font, elements) => {
	const out = [];
	const name = (e) => e.localName + (e.id ? "#" + e.id : "") + (e.className && e.className.baseVal === undefined ? "." + e.className.trim().replaceAll(/\s+/g, ".") : "");
	const seen = (e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && e.getClientRects().length > 0;
	const wide = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth > wide) {
		const scrolls = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (/auto|scroll|hidden|clip/.test(getComputedStyle(p).overflowX)) return true; return false; };
		const over = [...document.body.querySelectorAll("*")].filter((e) => seen(e) && e.getBoundingClientRect().right > wide + 1 && !scrolls(e));
		out.push("scrolls sideways: " + (over.map(name).slice(0, 5).join(", ") || "the page itself"));
	}
	const inText = (e) => e.localName === "a" && getComputedStyle(e).display === "inline";
	const area = (e) => { const l = /^(checkbox|radio)$/.test(e.type) && e.labels && e.labels[0]; return (l || e).getBoundingClientRect(); };
	for (const e of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab]")) {
		if (!seen(e) || e.matches(":disabled") || inText(e)) continue;
		const r = area(e);
		const hidden = r.width <= 1 || r.height <= 1 || r.right <= 0 || r.bottom + scrollY <= 0;
		if (!hidden && r.height < target - 0.5) out.push("too low to press: " + name(e) + " is " + Math.round(r.height) + " px high");
	}
	for (const e of document.querySelectorAll("input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea")) {
		const size = parseFloat(getComputedStyle(e).fontSize);
		if (seen(e) && size < font) out.push("small print in a field: " + name(e) + " has " + size + " px, and phones zoom in");
	}
	const h1 = [...document.querySelectorAll("h1")].filter(seen).length;
	if (h1 !== 1) out.push("has " + h1 + " h1 headings instead of one");
	const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
	for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) out.push("two elements have the id " + id);
	const count = document.querySelectorAll("*").length;
	if (count > elements) out.push("has " + count + " elements, more than " + elements);
	return out;
}`

const (
	targetPixels  = 44  // height of what is pressed; links inside a sentence are as high as it
	fieldPixels   = 16  // font of fields: below that, phones zoom in when a field is touched
	elementsLimit = 800 // of a page
)

// Misfits are what does not fit: a page that scrolls sideways, targets under 44 pixels, fields under 16 pixels, no heading or
// two, an id twice, more than 800 elements.
func (p *Page) Misfits() []string {
	p.t.Helper()
	return look[[]string](p, misfits, targetPixels, fieldPixels, elementsLimit)
}

// DoubleText sets the text of the page twice as large (WCAG 2.2, 1.4.4), until the next page.
func (p *Page) DoubleText() {
	p.t.Helper()
	look[bool](p, `() => { document.documentElement.style.fontSize = "200%"; return true }`)
	p.rest("double the text")
}
