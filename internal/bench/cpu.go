package main

import (
	"bytes"
	"os"
	"path/filepath"
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

// tick is the unit of processor time in /proc: 100 a second on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// treeCPU is the processor time of a process, its children, and those of them that have ended (proc(5)).
func treeCPU(pid int) time.Duration {
	sum, _ := statCPU(filepath.Join("/proc", strconv.Itoa(pid), "stat"), -1, true)
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		own, _ := statCPU(path, pid, false)
		sum += own
	}
	return sum
}

// statCPU reads one stat file; parent -1 takes any process, another number only the children of that one.
func statCPU(path string, parent int, reaped bool) (time.Duration, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:]) // state ppid … utime(11) stime cutime cstime
	number := func(i int) int { n, _ := strconv.Atoi(string(fields[i])); return n }
	if parent >= 0 && number(1) != parent {
		return 0, nil
	}
	ticks := number(11) + number(12)
	if reaped {
		ticks += number(13) + number(14)
	}
	return time.Duration(ticks) * tick, nil
}
