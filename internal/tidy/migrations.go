package tidy

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const migrationsDir = "internal/db/migrations"

var (
	migrationName = regexp.MustCompile(`^(\d{4})_[a-z]+(_[a-z0-9]+)+\.sql$`)
	createTable   = regexp.MustCompile(`(?is)^CREATE\s+TABLE\s+(\w+)\s*\((.*)\)$`)
	uniqueIndex   = regexp.MustCompile(`(?is)^CREATE\s+UNIQUE\s+INDEX\s+(\w+)\s+ON\s+\w+\s*\(\s*(\w+)`)
	tableRule     = regexp.MustCompile(`(?is)^(?:CONSTRAINT\s+\w+\s+)?(PRIMARY\s+KEY|UNIQUE|FOREIGN\s+KEY)\s*\(\s*(\w+)(?:\s*,\s*(\w+))?`)
	tableCheck    = regexp.MustCompile(`(?is)^(?:CONSTRAINT\s+\w+\s+)?CHECK\b`)
	columnShape   = regexp.MustCompile(`(?is)^(\w+)\s+(\w+)(.*)$`)
	inlineKey     = regexp.MustCompile(`(?i)\b(PRIMARY\s+KEY|UNIQUE|REFERENCES)\b`)
	unshared      = regexp.MustCompile(`(?i)\b(SERIAL|BIGSERIAL|SEQUENCE|TRIGGER|DEFERRABLE|GENERATED|AUTOINCREMENT|CURRENT_TIMESTAMP|JSONB|NUMERIC|TIMESTAMPTZ?|VARCHAR|INTEGER|REAL)\b`)
)

var columnTypes = []string{"TEXT", "BIGINT", "BOOLEAN", "BYTEA"}

// checkMigrations reads the schema: numbered without a gap, four types, and every key beginning with the bucket, which
// is what lets the rows be spread over machines. A primary key may have it behind an id, which carries it too: its rows
// are then kept in the order of time (docs/decisions/0013-in-the-order-of-time.md).
func checkMigrations(t *Tree, _ Layout) []Problem {
	var out []Problem
	numbers := map[int]string{}
	for _, f := range t.Texts {
		if path.Dir(f.Path) != migrationsDir || path.Ext(f.Path) != ".sql" {
			continue
		}
		m := migrationName.FindStringSubmatch(path.Base(f.Path))
		if m == nil {
			out = append(out, Problem{Path: f.Path, Text: "name a migration NNNN_verb_noun.sql"})
			continue
		}
		n, err := strconv.Atoi(m[1])
		if err != nil || numbers[n] != "" {
			out = append(out, Problem{Path: f.Path, Text: "has the number of " + numbers[n]})
		}
		numbers[n] = f.Path
		out = append(out, readSchema(f)...)
	}
	for n := 1; n <= len(numbers); n++ {
		if numbers[n] == "" {
			out = append(out, Problem{Path: migrationsDir, Text: fmt.Sprintf("migration %04d is missing", n)})
		}
	}
	return out
}

func readSchema(f *Text) []Problem {
	var out []Problem
	for _, s := range splitStatements(f.Source) {
		say := func(format string, args ...any) {
			out = append(out, Problem{Path: f.Path, Line: s.line, Text: fmt.Sprintf(format, args...)})
		}
		if word := unshared.FindString(quotedText.ReplaceAllString(s.text, "''")); word != "" {
			say("%s: the schema uses what both engines share, and no other type than %s", word, strings.Join(columnTypes, ", "))
		}
		if m := uniqueIndex.FindStringSubmatch(s.text); m != nil && m[2] != "bucket" {
			say("unique index %s begins with %s: begin with bucket", m[1], m[2])
		}
		if m := createTable.FindStringSubmatch(s.text); m != nil {
			for _, text := range readTable(m[1], m[2]) {
				say("%s", text)
			}
		}
	}
	return out
}

func readTable(table, body string) []string {
	var out []string
	hasKey := false
	for _, part := range splitColumns(body) {
		if m := tableRule.FindStringSubmatch(part); m != nil {
			hasKey = hasKey || strings.EqualFold(strings.Fields(m[1])[0], "PRIMARY")
			if m[2] != "bucket" && (m[3] != "bucket" || !strings.HasPrefix(strings.ToUpper(m[1]), "PRIMARY")) {
				out = append(out, fmt.Sprintf("table %s: %s (%s …) must begin with bucket", table, strings.ToUpper(m[1]), m[2]))
			}
			continue
		}
		if tableCheck.MatchString(part) {
			continue
		}
		m := columnShape.FindStringSubmatch(part)
		switch {
		case m == nil:
			out = append(out, fmt.Sprintf("table %s: cannot read %q", table, part))
		case !slices.Contains(columnTypes, m[2]):
			out = append(out, fmt.Sprintf("table %s: column %s is %s; use %s", table, m[1], m[2], strings.Join(columnTypes, ", ")))
		case inlineKey.MatchString(m[3]):
			out = append(out, fmt.Sprintf("table %s: write the key on column %s as a line of its own that begins with bucket", table, m[1]))
		}
	}
	if !hasKey {
		out = append(out, fmt.Sprintf("table %s has no primary key", table))
	}
	return out
}

type scriptPart struct {
	line int
	text string
}

// splitStatements cuts a script at its semicolons, comments taken out; a text in quotes has neither.
func splitStatements(source string) []scriptPart {
	var out []scriptPart
	bare := lineComment.ReplaceAllStringFunc(source, func(c string) string { return strings.Repeat(" ", len(c)) })
	start := 0
	for i, r := range bare + ";" {
		if r != ';' {
			continue
		}
		text := bare[start:i]
		if trimmed := strings.TrimSpace(text); trimmed != "" {
			lead := start + strings.Index(text, trimmed)
			out = append(out, scriptPart{line: 1 + strings.Count(bare[:lead], "\n"), text: trimmed})
		}
		start = i + 1
	}
	return out
}

// splitColumns cuts the inside of CREATE TABLE (…) at the commas that stand in no further bracket.
func splitColumns(body string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range body + "," {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			if part := strings.TrimSpace(body[start:i]); part != "" {
				out = append(out, part)
			}
			start = min(i+1, len(body))
		}
	}
	return out
}
