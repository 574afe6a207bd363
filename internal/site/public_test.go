package site_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"tsuke/internal/web"
)

// Everybody can read the public pages, in both languages, with the figures that hold today.
func TestPublicPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, row := range []struct {
		path   string
		ja, en string
	}{
		{web.HowPath, "しくみと費用", "How it works"},
		{web.HelpPath, "よくある質問", "Common questions"},
		{web.TermsPath, "会員規約", "Terms"},
		{web.PrivacyPath, "プライバシー", "Privacy"},
		{web.AccessibilityPath, "アクセシビリティ", "Accessibility"},
		{web.ThirdPartyNoticesPath, "使用している著作物", "Third-party notices"},
	} {
		b := s.browser()
		b.get(row.path).at(row.path).says(http.StatusOK, row.ja)
		b.get(row.path+"?lang=en").at(row.path).says(http.StatusOK, row.en)
		b.get(row.path).says(http.StatusOK, row.en) // the choice stays
	}
	// The worked example of docs/domain.md: 30,000 yen of June, due 10 July.
	s.browser().get(web.HowPath).says(http.StatusOK,
		"2026年7月10日(金)", "2026年8月10日(月)30,100円", "2026年8月25日(火)30,200円", "2026年9月25日(金)30,400円", "4,380円", "50,000円", "209円")
}

// Every path that the views link to is answered by a page, signed in or not.
func TestEveryPathHasARoute(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	member, visitor := s.register(hanako), s.browser()
	for name, path := range paths(t) {
		switch path {
		case web.CheckoutPath:
			_, path = s.order("A-1", 8500)
		case web.InvoicesPath: // of each invoice there is a page, below an address that nobody can guess: see guest_test.go
			continue
		case web.AssetsPath:
			p := visitor.get(web.HowPath)
			path = attr(p.one("link[rel=stylesheet]"), "href")
		}
		for _, b := range []*browser{member, visitor} {
			if p := b.get(path); p.status != http.StatusOK {
				t.Errorf("%s: %s has status %d", name, path, p.status)
			}
		}
	}
	for _, nowhere := range []string{"/nowhere", "/bills/x/y/z", "/assets/none.css", "/pay/ses_none", "/menu/"} {
		visitor.get(nowhere).says(http.StatusNotFound)
	}
	visitor.get("/nowhere").says(http.StatusNotFound, "ページが見つかりません", "GEN-404")
}

// An address that takes a form can be opened too: it leads to where the form stands.
func TestFormsCanBeOpened(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.register(hanako)
	_, till := s.order("A-1", 8500)
	for _, row := range []struct{ from, to string }{
		{till + "/phone", till},
		{till + "/press", till},
		{till + "/leave", till},
		{till + "/extend", till},
		{till + "/resend", till},
		{web.SignOutPath, web.MenuPath},
		{web.SignOutAllPath, web.DevicesPath},
		{web.LanguagePath, web.HomePath},
		{web.EndDevicePath("sgn_x"), web.DevicesPath},
		{web.ResendPath("ntc_x"), web.SentPath},
		{web.RegisterConsentPath + "/resend", web.RegisterPath},
		{web.RegisterCodePath + "/resend", web.RegisterPath},
	} {
		b.get(row.from).at(row.to)
	}
	b.get(web.MenuPath).at(web.MenuPath) // and opening them changes nothing
}

// paths are the constants of web/paths.go, by name.
func paths(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../web/paths.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		for i, name := range spec.Names {
			if lit, ok := spec.Values[i].(*ast.BasicLit); ok && strings.HasSuffix(name.Name, "Path") {
				found[name.Name], _ = strconv.Unquote(lit.Value)
			}
		}
		return true
	})
	if len(found) < 30 {
		t.Fatalf("only %d paths in web/paths.go", len(found))
	}
	return found
}
