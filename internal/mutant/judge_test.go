package mutant_test

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"testing"

	"tsuke/internal/mutant"
)

func TestOnlyARedCheckHasCaughtSomething(t *testing.T) {
	t.Parallel()
	red := &exec.ExitError{}
	for name, c := range map[string]struct {
		err  error
		said string
		want mutant.Verdict
		how  string
	}{
		"red":            {red, "    a_test.go:1: a note\n    a_test.go:7: 2 rows, want 1\n--- FAIL: TestX (0.01s)\nFAIL\n", mutant.Caught, "a_test.go:7: 2 rows, want 1"},
		"panic":          {red, "panic: nil map\n\ngoroutine 1\n", mutant.Caught, "panic: nil map"},
		"hung":           {red, "panic: test timed out after 3m0s\n", mutant.Caught, "hung"},
		"green":          {nil, "PASS\n", mutant.Survived, ""},
		"no such test":   {nil, "testing: warning: no tests to run\nPASS\n", mutant.Broken, "ran nothing"},
		"skipped":        {nil, "--- SKIP: TestX (0.00s)\nPASS\n", mutant.Broken, "ran nothing"},
		"cannot be run":  {errors.New("no such file"), "", mutant.Broken, "no such file"},
		"ends otherwise": {red, "flag provided but not defined: -test.x\n", mutant.Broken, "flag provided but not defined: -test.x"},
	} {
		if verdict, how := mutant.Judge(c.err, c.said); verdict != c.want || how != c.how {
			t.Errorf("%s: %s, %q", name, verdict, how)
		}
	}
}

func TestMatrixTellsTheOnlyFinder(t *testing.T) {
	t.Parallel()
	sights, err := mutant.ReadSights("G01\t3\torder A-1 has two\nG02\t0\t\nG03\t0\t\n")
	if err != nil || len(sights) != 3 {
		t.Fatalf("%v, %v", sights, err)
	}
	both, err := mutant.ReadSights("G01\t3\tx\nG02\t1\ty\nG03\t0\t\n")
	if err != nil {
		t.Fatal(err)
	}
	rows := []mutant.Row{{mutant.Mutant{Name: "alone"}, sights}, {mutant.Mutant{Name: "both"}, both}}
	var out bytes.Buffer
	for _, r := range rows {
		mutant.WriteRow(&out, r)
	}
	mutant.WriteMatrix(&out, rows)
	for _, want := range []string{" G01:3\n", " G01:3 G02:1\n", "G01 is the only finder of 1: alone\n", "G02 is the only finder of 0: \n", "G03 is the only finder of 0: \n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
	for _, wrong := range []string{"G01 3\n", "G01\tx\ty\n"} {
		if _, err := mutant.ReadSights(wrong); err == nil {
			t.Errorf("%q was read", wrong)
		}
	}
}
