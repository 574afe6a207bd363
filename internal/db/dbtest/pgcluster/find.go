package pgcluster

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

var programs = []string{"initdb", "postgres", "createdb", "psql"}

// findBinaries looks, in this order, into TSUKE_TEST_PG_BIN, the folders where Debian keeps each release (the newest
// first), and the folders of PATH. A link counts as the file it leads to, because the server finds its data files by
// its own place.
func findBinaries() (string, error) {
	if dir := os.Getenv("TSUKE_TEST_PG_BIN"); dir != "" {
		if complete(dir) {
			return dir, nil
		}
		return "", ErrNotInstalled
	}
	releases, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	slices.SortFunc(releases, func(a, b string) int { return release(b) - release(a) })
	for _, dir := range releases {
		if complete(dir) {
			return dir, nil
		}
	}
	if found, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(found); err == nil && complete(filepath.Dir(real)) {
			return filepath.Dir(real), nil
		}
	}
	return "", ErrNotInstalled
}

func complete(dir string) bool {
	return !slices.ContainsFunc(programs, func(name string) bool {
		_, err := exec.LookPath(filepath.Join(dir, name))
		return err != nil
	})
}

// release is 15 for /usr/lib/postgresql/15/bin, and 9 for the old style 9.6.
func release(dir string) int {
	major, _, _ := strings.Cut(filepath.Base(filepath.Dir(dir)), ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		return 0
	}
	return n
}
