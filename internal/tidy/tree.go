package tidy

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Tree is the repository as the rules see it.
type Tree struct {
	Module  string         // the main module's path, "tsuke"
	Go      []*GoFile      // of all modules of the repository
	Texts   []*Text        // everything else that people write: Markdown, SQL, shell, templates, styles, scripts
	Ratchet map[string]int // "path" or "path:Function" to the length it is allowed, in lines
	Require map[string]int // modules the main go.mod requires directly, with the line
	fsys    fs.FS
	fset    *token.FileSet
	held    map[string]values // by folder, see values
}

// GoFile is one parsed Go file.
type GoFile struct {
	Path      string // from the root, with slashes
	Dir       string // its folder
	AST       *ast.File
	Source    []byte
	Test      bool // its name ends in _test.go
	Tool      bool // left out of every build (//go:build ignore): a program that writes other files
	Generated bool // says so in its head, see go.dev/s/generatedcode
	Outside   bool // belongs to another module of the repository, such as the browser tests
}

// Text is one file that is not Go.
type Text struct {
	Path   string
	Source string
}

const ratchetPath = "internal/tidy/testdata/ratchet.txt"

var textKinds = []string{".md", ".sql", ".sh", ".css", ".js", ".html", ".tmpl", ".yml", ".yaml", ".mod"}

// Load reads a repository. Folders named testdata and node_modules, and hidden ones except .ci, hold material and are
// left out.
func Load(fsys fs.FS) (*Tree, error) {
	t := &Tree{fsys: fsys, fset: token.NewFileSet(), Ratchet: map[string]int{}, Require: map[string]int{}}
	var outside []string // folders of other modules
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			if skipped(name) {
				return fs.SkipDir
			}
			if _, err := fs.Stat(fsys, path.Join(name, "go.mod")); err == nil && name != "." {
				outside = append(outside, name+"/")
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		return t.read(name, slices.ContainsFunc(outside, func(dir string) bool { return strings.HasPrefix(name, dir) }))
	})
	if err != nil {
		return nil, err
	}
	t.hold()
	return t, t.readRatchet()
}

func skipped(dir string) bool {
	base := path.Base(dir)
	hidden := strings.HasPrefix(base, ".") && base != "." && base != ".ci"
	return hidden || base == "testdata" || base == "node_modules"
}

func (t *Tree) read(name string, outside bool) error {
	isText := slices.Contains(textKinds, path.Ext(name)) || path.Ext(name) == ""
	if path.Ext(name) != ".go" && !isText {
		return nil
	}
	source, err := fs.ReadFile(t.fsys, name)
	if err != nil {
		return err
	}
	if path.Ext(name) == ".go" {
		return t.readGo(name, source, outside)
	}
	if bytes.IndexByte(source, 0) >= 0 {
		return nil // a program, not a text
	}
	t.Texts = append(t.Texts, &Text{Path: name, Source: string(source)})
	if name == "go.mod" {
		t.readModule(string(source))
	}
	return nil
}

func (t *Tree) readGo(name string, source []byte, outside bool) error {
	parsed, err := parser.ParseFile(t.fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.Go = append(t.Go, &GoFile{
		Path: name, Dir: path.Dir(name), AST: parsed, Source: source, Outside: outside,
		Test:      strings.HasSuffix(name, "_test.go"),
		Tool:      leftOut(parsed),
		Generated: ast.IsGenerated(parsed),
	})
	return nil
}

// leftOut says whether a file's build constraint is "ignore".
func leftOut(f *ast.File) bool {
	for _, group := range f.Comments {
		if group.Pos() > f.Package {
			return false
		}
		for _, c := range group.List {
			if !constraint.IsGoBuild(c.Text) {
				continue
			}
			expr, err := constraint.Parse(c.Text)
			return err == nil && expr.String() == "ignore"
		}
	}
	return false
}

// readModule finds the module's path and its direct requirements. The file is written by the go command, so its form is
// known: one requirement a line.
func (t *Tree) readModule(text string) {
	for i, line := range strings.Split(text, "\n") {
		fields := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		switch {
		case len(fields) >= 2 && fields[0] == "module":
			t.Module = fields[1]
		case len(fields) >= 2 && strings.HasPrefix(fields[1], "v") && !strings.HasSuffix(line, "// indirect"):
			t.Require[fields[0]] = i + 1
		}
	}
}

func (t *Tree) readRatchet() error {
	text, err := fs.ReadFile(t.fsys, ratchetPath)
	if err != nil {
		return nil // no file, no exceptions
	}
	for i, line := range strings.Split(string(text), "\n") {
		line, _, _ = strings.Cut(line, "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if len(fields) != 2 {
			return fmt.Errorf("%s:%d: want a place and a length", ratchetPath, i+1)
		}
		n, err := strconv.Atoi(fields[1])
		if err != nil {
			return fmt.Errorf("%s:%d: %w", ratchetPath, i+1, err)
		}
		t.Ratchet[fields[0]] = n
	}
	return nil
}

// Line is the line of a position, from 1.
func (t *Tree) Line(p token.Pos) int { return t.fset.Position(p).Line }

func (t *Tree) problem(f *GoFile, p token.Pos, format string, args ...any) Problem {
	return Problem{Path: f.Path, Line: t.Line(p), Text: fmt.Sprintf(format, args...)}
}

// importName is the name by which a file knows the package of an import path, or "" if it does not import it.
func (f *GoFile) importName(importPath string) string {
	for _, spec := range f.AST.Imports {
		if got, err := strconv.Unquote(spec.Path.Value); err != nil || got != importPath {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(importPath)
	}
	return ""
}

type imported struct {
	path string
	pos  token.Pos
}

func (f *GoFile) imports() []imported {
	out := make([]imported, 0, len(f.AST.Imports))
	for _, spec := range f.AST.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			out = append(out, imported{p, spec.Pos()})
		}
	}
	return out
}

// inside says whether an import path lies in the tree of the given one.
func inside(importPath, root string) bool {
	return importPath == root || strings.HasPrefix(importPath, root+"/")
}

// standard says whether an import path belongs to the standard library: its first part has no dot.
func (t *Tree) standard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".") && !inside(importPath, t.Module)
}
