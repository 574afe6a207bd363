package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// measure is something that is timed.
type measure struct {
	name    string
	callers int
	take    func(ctx context.Context, name string) (sample, error)
}

// sample is one measure taken once.
type sample struct {
	n        int // how many were done
	rate     float64
	p50, p99 time.Duration
	longest  time.Duration
	own      time.Duration // processor time of this process for each one
	database time.Duration // of the database's processes, likewise
	wal      int64         // bytes written for each one: ahead, on SQLite also into the file; 0 if not known
}

// String is one line of progress.
func (s sample) String() string {
	return fmt.Sprintf("%.0f/s, p50 %s, p99 %s, longest %s, processor %s and %s, %d bytes", s.rate, short(s.p50), short(s.p99), short(s.longest), short(s.own), short(s.database), s.wal)
}

func sampleOf(spent [][]time.Duration, took time.Duration) sample {
	all := slices.Concat(spent...)
	slices.Sort(all)
	if len(all) == 0 {
		return sample{}
	}
	return sample{n: len(all), rate: float64(len(all)) / took.Seconds(), p50: percentile(all, 50), p99: percentile(all, 99), longest: all[len(all)-1]}
}

func percentile(sorted []time.Duration, percent int) time.Duration {
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}

// median takes the middle of each figure on its own.
func median(all []sample) sample {
	middle := func(of func(sample) float64) float64 {
		values := make([]float64, len(all))
		for i, s := range all {
			values[i] = of(s)
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	duration := func(of func(sample) time.Duration) time.Duration {
		return time.Duration(middle(func(s sample) float64 { return float64(of(s)) }))
	}
	return sample{
		rate:     middle(func(s sample) float64 { return s.rate }),
		p50:      duration(func(s sample) time.Duration { return s.p50 }),
		p99:      duration(func(s sample) time.Duration { return s.p99 }),
		own:      duration(func(s sample) time.Duration { return s.own }),
		database: duration(func(s sample) time.Duration { return s.database }),
		wal:      int64(middle(func(s sample) float64 { return float64(s.wal) })),
	}
}

// print writes the table: each measure beside the references of its rounds. A ratio is the median of the rounds' ratios.
func (p *place) print(w io.Writer, measures []measure, taken [][]sample) {
	fmt.Fprintf(w, "\n%s, %d members, %d rounds of %s each, medians\n\n", p.about, p.s.members, p.s.rounds, p.s.lasts)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	head := []string{"measure", "callers", "per second"}
	for _, r := range p.references {
		head = append(head, "× "+measures[r].name)
	}
	fmt.Fprintln(t, strings.Join(append(head, "p50", "p99", "CPU own", "CPU database", "bytes written", ""), "\t"))
	for i, m := range measures {
		s := median(taken[i])
		row := []string{m.name, fmt.Sprint(m.callers), fmt.Sprintf("%.0f", s.rate)}
		for _, r := range p.references {
			row = append(row, fmt.Sprintf("%.2f", ratio(taken[i], taken[r])))
		}
		row = append(row, short(s.p50), short(s.p99), short(s.own), short(s.database), fmt.Sprint(s.wal), "")
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	_ = t.Flush()
}

func ratio(a, b []sample) float64 {
	values := make([]float64, len(a))
	for i := range a {
		values[i] = a[i].rate / b[i].rate
	}
	slices.Sort(values)
	return values[len(values)/2]
}

func short(d time.Duration) string {
	switch {
	case d == 0:
		return "–"
	case d < time.Millisecond:
		return fmt.Sprintf("%d µs", d.Microseconds())
	}
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}
