// Command bench (work in progress).
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/load"
)

func main() {
	dsn := flag.String("db", "", "")
	members := flag.Int("members", 1000000, "")
	seed := flag.Bool("seed", false, "")
	callers := flag.Int("callers", 64, "")
	lanes := flag.Int("lanes", 2, "")
	lasts := flag.Duration("for", 5*time.Second, "")
	pid := flag.Int("pid", 0, "")
	prof := flag.String("prof", "", "")
	flag.Parse()
	ctx := context.Background()
	check := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	d, err := db.Open(ctx, *dsn, db.Options{})
	check(err)
	people := load.Population{Seed: 1, Members: *members, Merchants: 100}
	if *seed {
		check(d.Migrate(ctx))
		begun := time.Now()
		check(load.Seed(ctx, d, people))
		fmt.Println("seeded", time.Since(begun))
		return
	}
	c, err := newCore(ctx, d, people, *lanes)
	check(err)
	if *prof != "" {
		f, err := os.Create(*prof)
		check(err)
		check(pprof.StartCPUProfile(f))
		defer pprof.StopCPUProfile()
	}
	own, pg := ownCPU(), treeCPU(*pid)
	s, err := c.drive(ctx, fmt.Sprint("b", time.Now().UnixNano()), *callers, 100, *lasts)
	check(err)
	fmt.Printf("%d callers %.0f/s p50 %v p99 %v max %v\n", *callers, s.rate, s.p50, s.p99, s.max)
	time.Sleep(200 * time.Millisecond)
	fmt.Printf("  cpu per order: own %v database %v\n", (ownCPU()-own)/time.Duration(s.n), (treeCPU(*pid)-pg)/time.Duration(s.n))
	c.close()
}
