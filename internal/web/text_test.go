package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template/parse"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jba/templatecheck"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

var (
	classRule = regexp.MustCompile(`\.([a-z][a-z0-9-]*)`)
	hole      = regexp.MustCompile(`\{([a-z]+)(?::[a-z]+)?\}`)
	keyShape  = regexp.MustCompile(`^[a-z]+(\.[A-Za-z0-9_/-]+)+$`)
)

func holesOf(s string) []string {
	var names []string
	for _, m := range hole.FindAllStringSubmatch(s, -1) {
		if m[1] != "brand" {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// TestCatalogue: each sentence exists in both languages with the same figures, and says nothing that is banned.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	for key, w := range texts {
		if strings.TrimSpace(w.ja) == "" || strings.TrimSpace(w.en) == "" {
			t.Errorf("%s: a language is missing", key)
		}
		if diff := cmp.Diff(holesOf(w.ja), holesOf(w.en)); diff != "" {
			t.Errorf("%s: the languages name different figures\n%s", key, diff)
		}
		for _, bad := range banned(w) {
			t.Errorf("%s: %q is banned", key, bad)
		}
	}
}

// Words that a member's page does not say: of the trade, of blame, or of nothing at all.
var bannedJA = []string{
	"システムエラー", "不正な", "予期しない", "しばらくしてから", "管理者に連絡", "申し上げます", "させていただ", "エラーコード", "弊社",
	"ユーザー", "加盟店", "決済する", "与信", "返済", "弁済", "債務", "期限日", "残高", "オーソリ", "キャプチャ", "滞納", "ボイド", "問い合わせID",
	"トランザクション", "eKYC", "CPM", "待機室", "無料です", "！", "!", "¥", "下さい", "分かる", "出来", "円から", "の時は", "時に、",
}

var bannedEN = []string{
	"something went wrong", "invalid", "oops", "error code", "!", "illegal", "fatal", "unexpected", "merchant", "transaction", "please try again later",
}

func banned(w words) []string {
	var bad []string
	for _, b := range bannedJA {
		if strings.Contains(w.ja, b) {
			bad = append(bad, b)
		}
	}
	for _, b := range bannedEN {
		if strings.Contains(strings.ToLower(w.en), b) {
			bad = append(bad, b)
		}
	}
	return bad
}

func TestBannedCanFail(t *testing.T) {
	t.Parallel()
	if got := banned(words{"システムエラーです！", "Oops, something went wrong"}); len(got) != 4 {
		t.Errorf("found %q", got)
	}
}

// TestKeys: every key that is named exists, every key that exists is named, and every sentence gets its figures.
func TestKeys(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, call := range calls(t) {
		named[call.key] = true
		w, ok := texts[call.key]
		if !ok {
			t.Errorf("%s: no text %q", call.where, call.key)
			continue
		}
		if diff := cmp.Diff(holesOf(w.ja), call.figures); diff != "" {
			t.Errorf("%s: %q gets other figures than it names\n%s", call.where, call.key, diff)
		}
	}
	for _, key := range literals(t) {
		if _, ok := texts[key]; ok {
			named[key] = true
		}
	}
	for kind := range errorSpecs {
		for _, part := range []string{".what", ".also", ".why", ".next", ".go"} {
			key := "err." + kind + part
			if _, ok := texts[key]; !ok && part != ".also" {
				t.Errorf("no text %q", key)
			}
			named[key] = true
		}
	}
	for key := range texts {
		if !named[key] {
			t.Errorf("text %q is not used", key)
		}
		if !keyShape.MatchString(key) {
			t.Errorf("text %q has an odd name", key)
		}
	}
}

type call struct {
	where, key string
	figures    []string
}

// calls finds every {{t "key" "figure" …}} of the templates.
func calls(t *testing.T) []call {
	t.Helper()
	var found []call
	for _, tm := range testViews(t).sets[Japanese].Templates() {
		if tm.Tree == nil {
			continue
		}
		walk(tm.Tree.Root, func(c *parse.CommandNode) {
			fn, ok := c.Args[0].(*parse.IdentifierNode)
			if !ok || !slices.Contains([]string{"t", "word", "plain"}, fn.Ident) {
				return
			}
			key, ok := c.Args[1].(*parse.StringNode)
			if !ok {
				if fn.Ident == "t" {
					t.Errorf("%s: t without a key: %s", tm.Name(), c)
				}
				return
			}
			one := call{where: tm.Name(), key: key.Text}
			for i := 2; i < len(c.Args); i += 2 {
				if name, ok := c.Args[i].(*parse.StringNode); ok {
					one.figures = append(one.figures, name.Text)
				}
			}
			slices.Sort(one.figures)
			found = append(found, one)
		})
	}
	if len(found) < 300 {
		t.Fatalf("only %d calls found: the search is broken", len(found))
	}
	return found
}

func walk(n parse.Node, visit func(*parse.CommandNode)) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, c := range n.Nodes {
			walk(c, visit)
		}
	case *parse.ActionNode:
		walk(n.Pipe, visit)
	case *parse.TemplateNode:
		walk(n.Pipe, visit)
	case *parse.IfNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.RangeNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.WithNode:
		walkBranch(&n.BranchNode, visit)
	case *parse.PipeNode:
		if n == nil {
			return
		}
		for _, c := range n.Cmds {
			visit(c)
			for _, a := range c.Args {
				walk(a, visit)
			}
		}
	}
}

func walkBranch(n *parse.BranchNode, visit func(*parse.CommandNode)) {
	walk(n.Pipe, visit)
	walk(n.List, visit)
	walk(n.ElseList, visit)
}

// literals are the strings of the package's code, besides the catalogue itself.
func literals(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if kv, ok := n.(*ast.KeyValueExpr); ok && strings.HasPrefix(name, "text_") && isWords(kv.Value) {
				return false
			}
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, s)
			}
			return true
		})
	}
	return all
}

// isWords tells whether a value is an entry of the catalogue: two strings without a type.
func isWords(e ast.Expr) bool {
	c, ok := e.(*ast.CompositeLit)
	return ok && c.Type == nil && len(c.Elts) == 2
}

// TestTemplates type-checks every template against its page.
func TestTemplates(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	checked := map[string]bool{"layout/frame": true, "layout/parts": true}
	set := v.sets[English]
	for _, e := range examples() {
		name := e.page.spec(v.phrases(Japanese)).template
		if checked[name] {
			continue
		}
		checked[name] = true
		tm := set.Lookup(name)
		if tm == nil {
			t.Errorf("no template %s", name)
			continue
		}
		if err := templatecheck.CheckHTML(tm, e.page); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := templatecheck.CheckHTML(set.Lookup("layout/frame"), framed{}); err != nil {
		t.Error(err)
	}
	err := fs.WalkDir(templateFiles, "templates", func(path string, d fs.DirEntry, err error) error {
		name := strings.TrimSuffix(strings.TrimPrefix(path, "templates/"), ".html")
		if err == nil && !d.IsDir() && !checked[name] {
			t.Errorf("template %s has no page", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoSentences: templates hold no sentence of their own.
func TestNoSentences(t *testing.T) {
	t.Parallel()
	japanese := regexp.MustCompile(`[ぁ-んァ-ヶ一-龠]`)
	for _, tm := range testViews(t).sets[Japanese].Templates() {
		if tm.Tree == nil {
			continue
		}
		text := strings.ReplaceAll(tm.Tree.Root.String(), "日本語", "")
		if m := japanese.FindString(text); m != "" {
			t.Errorf("%s holds %s", tm.Name(), m)
		}
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	day, _ := jst.ParseDay("2026-07-10")
	at := time.Date(2026, 7, 7, 1, 24, 7, 0, time.UTC)
	for _, c := range []struct {
		value  any
		form   string
		ja, en string
	}{
		{money.Yen(1234), "", "1,234円", "¥1,234"},
		{money.Yen(-500), "", "−500円", "−¥500"},
		{money.BasisPoints(1460), "", "14.6%", "14.6%"},
		{money.BasisPoints(1400), "", "14%", "14%"},
		{money.BasisPoints(1405), "", "14.05%", "14.05%"},
		{day, "", "7月10日(金)", "Fri 10 Jul 2026"},
		{day, "full", "2026年7月10日(金)", "Fri 10 Jul 2026"},
		{day.Month(), "", "7月", "July 2026"},
		{day.Month(), "full", "2026年7月", "July 2026"},
		{at, "", "10:24", "10:24"},
		{at, "moment", "7月7日(火) 10:24", "Tue 7 Jul 2026 10:24"},
		{at, "second", "7月7日(火) 10:24:07", "Tue 7 Jul 2026 10:24:07"},
		{at, "exact", "10:24:07", "10:24:07"},
		{3, "", "3", "3"},
		{3, "day", "3", "3 days"},
		{1, "day", "1", "1 day"},
		{"花子", "", "花子", "花子"},
	} {
		for lang, want := range map[Lang]string{Japanese: c.ja, English: c.en} {
			got, err := phrases{lang: lang}.figure(c.value, c.form)
			if err != nil || got.text != want {
				t.Errorf("%v %s %s: %q, %v; want %q", c.value, c.form, lang, got.text, err, want)
			}
		}
	}
	if _, err := (phrases{}).figure(1.5, ""); err == nil {
		t.Error("a float was written")
	}
}

func TestFillRefuses(t *testing.T) {
	t.Parallel()
	p := phrases{lang: Japanese}
	for name, pairs := range map[string][]any{
		"no such key": {"none.such"}, "missing figure": {"pay.button"}, "odd": {"pay.button", "sum"},
		"no name": {"pay.button", 1, 2}, "no way to write": {"pay.button", "sum", 1.5},
	} {
		if got, err := p.markup(pairs[0].(string), pairs[1:]...); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestEnumsHaveWords(t *testing.T) {
	t.Parallel()
	keys := []string{}
	for _, s := range PaymentStates() {
		keys = append(keys, s.Mark().Key)
	}
	if len(paymentMarks) != len(PaymentStates()) {
		t.Errorf("%d states have a tag, %d are listed", len(paymentMarks), len(PaymentStates()))
	}
	for _, s := range errorSpecs {
		keys = append(keys, s.side.Key(), whys[s.side])
	}
	for _, s := range faultSides {
		keys = append(keys, s.Key(), whys[s])
	}
	for _, key := range keys {
		if _, ok := texts[key]; !ok {
			t.Errorf("no text %q", key)
		}
	}
}

// TestSlips: every slip has a sentence, and an example shows it.
func TestSlips(t *testing.T) {
	t.Parallel()
	shown := map[Slipped]bool{}
	for field, all := range slipsByField {
		for i := range all {
			s := slipOn(field, i)
			shown[s.What] = true
			for _, lang := range langs {
				if got, err := (phrases{lang: lang}).slip(s); err != nil || got == "" {
					t.Errorf("%s: %q, %v", s.What, got, err)
				}
			}
		}
	}
	for key := range texts {
		if strings.HasPrefix(key, "slip.") && !shown[Slipped(key)] {
			t.Errorf("no example of %s", key)
		}
	}
}

// TestFuncs: every function that templates may call is called.
func TestFuncs(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	used := map[string]bool{}
	for _, tm := range v.sets[Japanese].Templates() {
		if tm.Tree == nil {
			continue
		}
		walk(tm.Tree.Root, func(c *parse.CommandNode) {
			if fn, ok := c.Args[0].(*parse.IdentifierNode); ok {
				used[fn.Ident] = true
			}
		})
	}
	for name := range v.phrases(Japanese).funcs(v.assets) {
		if !used[name] {
			t.Errorf("%s is not used", name)
		}
	}
}
