// Command probe runs each of the simulator's checks alone and tells in which seed it first went red. Package mutant builds
// it with a bug planted in the product.
//
//	probe -seeds 100              every check
//	probe -seeds 100 -only G08    one
//
// It prints a line for each check: its name, the seed (0 if none went red), and what was found, separated by tabs.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"tsuke/internal/sim"
)

func main() {
	flags := flag.NewFlagSet("probe", flag.ContinueOnError)
	seeds := flags.Int("seeds", 100, "how many seeds each check gets")
	only := flags.String("only", "", "names of checks, separated by commas")
	if err := flags.Parse(os.Args[1:]); err != nil {
		os.Exit(2)
	}
	probe(os.Stdout, *seeds, *only)
}

func probe(out io.Writer, seeds int, only string) {
	for _, check := range sim.Checks {
		if only != "" && !strings.Contains(","+only+",", ","+check.Name+",") {
			continue
		}
		seed, text := first(check.Name, seeds)
		fmt.Fprintf(out, "%s\t%d\t%s\n", check.Name, seed, text)
	}
}

// first is the first seed in which a check goes red, 0 if there is none.
func first(check string, seeds int) (seed int, text string) {
	for seed = 1; seed <= seeds; seed++ {
		if text = run(uint64(seed), check); text != "" {
			return seed, text
		}
	}
	return 0, ""
}

// run plays one seed under one check. A panic of the product is nothing that the check has seen.
func run(seed uint64, check string) (text string) {
	defer func() {
		if p := recover(); p != nil && check == "errors" {
			text = fmt.Sprintf("panic: %v", p)
		}
	}()
	if v := sim.Run(seed, sim.Options{Only: []string{check}}).Violation; v != nil {
		return v.Text
	}
	return ""
}
