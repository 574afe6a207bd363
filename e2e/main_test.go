// Package e2e_test uses the real binary as people do: it starts the demonstration, opens its pages in Chromium, reads the
// codes off the demonstration's telephone, and afterwards asks the API and the books whether each order was charged once.
//
// What the tests hold on to are addresses, names of form fields, ids and data attributes. Sentences may be rewritten
// without touching them, except where a sentence carries a figure: then the figure is looked for.
package e2e_test

import (
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"tsuke/e2e/browser"
)

// windows is how many tests look at pages at the same time.
const windows = 5

// binary is the product, built once. It is written by TestMain before any test runs.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m, os.Stderr)) }

func run(m *testing.M, complaints io.Writer) int {
	dir, err := os.MkdirTemp("", "tsuke-e2e-")
	if err != nil {
		fmt.Fprintln(complaints, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "tsuke")
	build := exec.Command("go", "build", "-o", binary, "tsuke/cmd/tsuke")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(complaints, "build: %v\n%s", err, out)
		return 1
	}
	// Most of a page's time is waiting until it has come to rest, so more windows than processors are open.
	if err := flag.Set("test.parallel", strconv.Itoa(windows)); err != nil {
		fmt.Fprintln(complaints, err)
		return 1
	}
	return browser.Main(m)
}

// tool finds a program of the machine. Where everything must be checked (CI) a missing one is a failure; elsewhere it is
// told, and what needs it is left out.
func tool(t *testing.T, name, debian string) (path string, found bool) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path, true
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed (Debian: %s)", name, debian)
	}
	t.Logf("%s is not installed (Debian: %s): not checked with it", name, debian)
	return "", false
}
