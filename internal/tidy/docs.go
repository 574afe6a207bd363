package tidy

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

const rulesPath = "docs/domain.md"

func (t *Tree) markdown() []*Text {
	var out []*Text
	for _, f := range t.Texts {
		if path.Ext(f.Path) == ".md" {
			out = append(out, f)
		}
	}
	return out
}

// prose blanks what stands in code fences, so that line numbers stay.
func prose(text string) []string {
	lines := strings.Split(text, "\n")
	fenced := false
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		fence := strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~")
		if fence {
			fenced = !fenced
		}
		if fence || fenced {
			lines[i] = ""
		}
	}
	return lines
}

// checkTitles wants one title in each document.
func checkTitles(t *Tree, _ Layout) []Problem {
	var out []Problem
	for _, f := range t.markdown() {
		titles := 0
		for i, line := range prose(f.Source) {
			if !strings.HasPrefix(line, "# ") {
				continue
			}
			if titles++; titles > 1 {
				out = append(out, Problem{Path: f.Path, Line: i + 1, Text: "a second title: a document has one, its parts have ##"})
			}
		}
		if titles == 0 {
			out = append(out, Problem{Path: f.Path, Line: 1, Text: "no title: begin with `# …`"})
		}
	}
	return out
}

var (
	link     = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	codeSpan = regexp.MustCompile("`[^`]*`")
)

// checkLinks follows the links between documents and to files.
func checkLinks(t *Tree, _ Layout) []Problem {
	var out []Problem
	for _, f := range t.markdown() {
		for i, line := range prose(f.Source) {
			for _, m := range link.FindAllStringSubmatch(codeSpan.ReplaceAllString(line, ""), -1) {
				target, _, _ := strings.Cut(m[1], "#")
				if target == "" || strings.Contains(target, ":") {
					continue // within the page, or elsewhere on the web
				}
				if _, err := fs.Stat(t.fsys, path.Join(path.Dir(f.Path), target)); err != nil {
					out = append(out, Problem{Path: f.Path, Line: i + 1, Text: "leads nowhere: " + m[1]})
				}
			}
		}
	}
	return out
}

var (
	ruleNumber = regexp.MustCompile(`\b[A-Z]{1,2}\d{2}\b`)
	citation   = regexp.MustCompile(`(?:\b[Rr]ules?|domain\.md),?\s+(?:rules?\s+)?([A-Z]{1,2}\d{2}(?:(?:\s*,\s*|\s+and\s+|\s*[–-]\s*)[A-Z]{1,2}\d{2})*)\b`)
	definition = regexp.MustCompile(`^\s*(?:\|\s*(?:\*\*)?|#+\s+|[-*]\s+(?:\*\*)?|\*\*)([A-Z]{1,2}\d{2})\b`)
)

// checkCitations compares the rule numbers that code, schema and documents cite with those that docs/domain.md defines: at the
// start of a table row, a heading or a list item, or in bold at the start of a paragraph.
func checkCitations(t *Tree, _ Layout) []Problem {
	var out []Problem
	defined := map[string]int{}
	for _, f := range t.markdown() {
		if f.Path != rulesPath {
			continue
		}
		for i, line := range prose(f.Source) {
			m := definition.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			if before := defined[m[1]]; before != 0 {
				out = append(out, Problem{Path: f.Path, Line: i + 1, Text: fmt.Sprintf("%s is already defined in line %d", m[1], before)})
			}
			defined[m[1]] = i + 1
		}
	}
	cited := func(name, text string) {
		for i, line := range strings.Split(text, "\n") {
			for _, m := range citation.FindAllStringSubmatch(line, -1) {
				for _, number := range ruleNumber.FindAllString(m[1], -1) {
					if defined[number] == 0 {
						out = append(out, Problem{Path: name, Line: i + 1, Text: number + " is not defined in " + rulesPath})
					}
				}
			}
		}
	}
	for _, f := range t.Go {
		cited(f.Path, string(f.Source))
	}
	for _, f := range t.Texts {
		cited(f.Path, f.Source)
	}
	return out
}
