package main

import (
	"slices"
	"time"
)

// sample is one measurement: how many a second, and how long each took.
type sample struct {
	rate          float64
	p50, p99, max time.Duration
	n             int
}

func sampleOf(spent [][]time.Duration, took time.Duration) sample {
	all := slices.Concat(spent...)
	slices.Sort(all)
	if len(all) == 0 {
		return sample{}
	}
	at := func(percent int) time.Duration { return all[min(len(all)*percent/100, len(all)-1)] }
	return sample{rate: float64(len(all)) / took.Seconds(), p50: at(50), p99: at(99), max: all[len(all)-1], n: len(all)}
}
