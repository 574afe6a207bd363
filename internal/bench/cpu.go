package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"syscall"
	"time"
)

// ownCPU is the processor time that this process has used.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// tick is the unit of processor time in /proc: a hundredth of a second on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// treeCPU is the processor time of a process, its children, and those of them that have ended (proc(5)); 0 for no process.
func treeCPU(pid int) time.Duration {
	if pid == 0 {
		return 0
	}
	s := statOf(pid)
	sum := s.used + s.reaped
	for _, child := range childrenOf(pid) {
		sum += statOf(child).used
	}
	return sum
}

// stat is what the system tells of a process.
type stat struct {
	parent       int
	used, reaped time.Duration // processor time: its own, and that of its children that have ended
}

// statOf is zero for a process that has ended.
func statOf(pid int) stat {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return stat{}
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:]) // state ppid … utime(11) stime cutime cstime
	number := func(i int) int { n, _ := strconv.Atoi(string(fields[i])); return n }
	return stat{number(1), time.Duration(number(11)+number(12)) * tick, time.Duration(number(13)+number(14)) * tick}
}

// childrenOf are the processes that a process has started and that run.
func childrenOf(parent int) (children []int) {
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		if pid, err := strconv.Atoi(filepath.Base(folder)); err == nil && statOf(pid).parent == parent {
			children = append(children, pid)
		}
	}
	return children
}

// profiled takes the measure, and writes the processor's profile of it to a file if one is named. The next measure
// overwrites it.
func (m measure) profiled(ctx context.Context, file, name string) (sample, error) {
	stop, err := profile(file)
	if err != nil {
		return sample{}, err
	}
	s, err := m.take(ctx, name)
	return s, errors.Join(err, stop())
}

// profile writes the processor's profile to a file until stop is called, if one is named.
func profile(file string) (stop func() error, err error) {
	if file == "" {
		return func() error { return nil }, nil
	}
	f, err := os.Create(file)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() error {
		pprof.StopCPUProfile()
		return f.Close()
	}, nil
}

// ownWrites is how many bytes this process has handed to write calls (proc(5), io).
func ownWrites() int64 {
	text, err := os.ReadFile("/proc/self/io")
	if err != nil {
		return 0
	}
	var read, written int64
	if _, err := fmt.Sscanf(string(text), "rchar: %d\nwchar: %d", &read, &written); err != nil {
		return 0
	}
	return written
}
