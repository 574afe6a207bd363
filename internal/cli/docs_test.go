package cli

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the tables in docs/operate.md")

// TestOperateTellsEverySetting compares the tables of the operator's document with the command line.
func TestOperateTellsEverySetting(t *testing.T) {
	t.Parallel()
	path := filepath.Join("..", "..", "docs", "operate.md")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parser, err := kong.New(&commands{})
	if err != nil {
		t.Fatal(err)
	}
	whole := string(text)
	for name, want := range map[string]string{"settings": settingsTable(parser), "commands": commandsTable(parser)} {
		begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->\n"
		before, rest, found := strings.Cut(whole, begin)
		got, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Fatalf("docs/operate.md has no %q with its end", strings.TrimSpace(begin))
		}
		if *update {
			whole = before + begin + want + end + after
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-command line +document); write it anew with make golden:\n%s", name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(whole), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// settingsTable lists what serve can be told by an operator.
func settingsTable(parser *kong.Kong) string {
	var b strings.Builder
	b.WriteString("| flag | variable | if left out | what |\n|---|---|---|---|\n")
	for _, f := range find(parser.Model.Node, "serve").Flags {
		if f.Hidden {
			continue
		}
		missing := code(f.Default)
		switch {
		case f.Required:
			missing = "needed"
		case f.Default == "":
			missing = "–"
		}
		fmt.Fprintf(&b, "| `--%s` | %s | %s | %s |\n", f.Name, code(strings.Join(f.Envs, " ")), missing, f.Help)
	}
	return b.String()
}

func code(s string) string { return "`" + s + "`" }

// commandsTable lists every command with what stands in its own help.
func commandsTable(parser *kong.Kong) string {
	var b strings.Builder
	b.WriteString("| command | what |\n|---|---|\n")
	for _, leaf := range parser.Model.Leaves(true) {
		use := strings.TrimPrefix(leaf.FullPath(), parser.Model.Name+" ")
		for _, arg := range leaf.Positional {
			use += " " + strings.ToUpper(arg.Name)
		}
		fmt.Fprintf(&b, "| `tsuke %s` | %s |\n", use, leaf.Help)
	}
	return b.String()
}

func find(n *kong.Node, name string) *kong.Node {
	for _, child := range n.Children {
		if child.Name == name {
			return child
		}
	}
	panic("cli: no command " + name)
}
