// Command probe runs seeds of the simulator and tells for each of its checks in which seed it first went red, as if it had
// run alone. Package mutant builds it with a bug planted in the product.
//
//	probe -seeds 100              every check, all seeds
//	probe -seeds 100 -only G08    one check, up to the first seed in which it goes red
//
// It prints a line for each check: its name, the seed (0 if none went red), and what was found, separated by tabs.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"tsuke/internal/sim"
)

func main() {
	flags := flag.NewFlagSet("probe", flag.ContinueOnError)
	seeds := flags.Uint64("seeds", 100, "how many seeds are run")
	only := flags.String("only", "", "the name of one check")
	days := flags.Int("days", 90, "how long each is")
	if err := flags.Parse(os.Args[1:]); err != nil {
		os.Exit(2)
	}
	p := probe{days: *days, only: *only, found: map[string]find{}}
	for seed := uint64(1); seed <= *seeds && (*only == "" || len(p.found) == 0); seed++ {
		p.run(seed)
	}
	p.tell(os.Stdout)
}

type probe struct {
	days  int
	only  string
	found map[string]find
}

type find struct {
	seed uint64
	text string
}

// run plays one seed. A panic of the product is nothing that a check has seen; it counts as what nobody foresaw.
func (p *probe) run(seed uint64) {
	defer func() {
		if panicking := recover(); panicking != nil {
			p.keep("errors", seed, fmt.Sprintf("panic: %v", panicking))
		}
	}()
	o := sim.Options{Days: p.days, Every: true}
	if p.only != "" {
		o.Only = []string{p.only}
	}
	for check, v := range sim.Run(seed, o).Firsts {
		p.keep(check, seed, v.Text)
	}
}

func (p *probe) keep(check string, seed uint64, text string) {
	if _, known := p.found[check]; !known {
		p.found[check] = find{seed, text}
	}
}

func (p *probe) tell(out io.Writer) {
	for _, check := range sim.Checks {
		if p.only == "" || p.only == check.Name {
			fmt.Fprintf(out, "%s\t%d\t%s\n", check.Name, p.found[check.Name].seed, p.found[check.Name].text)
		}
	}
}
