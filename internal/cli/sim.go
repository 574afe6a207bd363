package cli

import (
	"bufio"
	"fmt"
	"runtime/debug"
	"slices"

	"tsuke/internal/clock"
	"tsuke/internal/sim"
)

type simulate struct {
	Seeds      uint64   `default:"100" help:"How many towns."`
	From       uint64   `help:"The first seed."`
	Days       int      `default:"366" help:"How long each town lives."`
	Only       []string `placeholder:"CHECK,…" help:"Run these checks only; see --checks."`
	Without    []string `placeholder:"CHECK,…" help:"Leave these checks out."`
	Violations int      `default:"1" help:"Stop after so many."`
	Replay     *uint64  `placeholder:"SEED" help:"Tell the story of one seed."`
	Checks     bool     `help:"List the checks."`
	Replicated bool     `help:"Give the service a standby in every town, that can be away and take over."`
}

// Run plays the towns. It fails if a guarantee did not hold in one.
func (c simulate) Run(sess *session) error {
	if c.Checks {
		for _, k := range sim.Checks {
			say(sess.out, "%-7s %s\n", k.Name, k.Says)
		}
		return nil
	}
	for _, name := range slices.Concat(c.Only, c.Without) {
		if !slices.ContainsFunc(sim.Checks, func(k sim.Check) bool { return k.Name == name }) {
			return fmt.Errorf("--only, --without: there is no check %s; see tsuke sim --checks", name)
		}
	}
	o := sim.Options{Days: c.Days, Only: c.Only, Without: c.Without, Replicated: c.Replicated}
	if c.Replay != nil {
		return replay(sess, *c.Replay, o)
	}
	debug.SetGCPercent(1000) // towns are small and short-lived
	tally := sim.Fleet{From: c.From, Seeds: c.Seeds, Options: o, Stop: c.Violations, Now: clock.System().Now, Halt: sess.ctx.Done()}.Run()
	tally.Print(sess.out)
	if n := len(tally.Broken); n > 0 {
		return fmt.Errorf("%d violations", n)
	}
	if sess.ctx.Err() != nil {
		return fmt.Errorf("stopped; to go on: tsuke sim --from %d --seeds %d", tally.Next, c.From+c.Seeds-tally.Next)
	}
	return nil
}

// replay tells the story of a seed.
func replay(sess *session, seed uint64, o sim.Options) error {
	out := bufio.NewWriter(sess.out)
	o.Story = out
	r := sim.Run(seed, o)
	if r.Violation == nil {
		say(out, "Seed %d ends without a violation, after %d steps and %d payments.\n", seed, r.Steps, r.Payments)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if v := r.Violation; v != nil {
		return fmt.Errorf("seed %d breaks %s", seed, v.Check)
	}
	return nil
}
