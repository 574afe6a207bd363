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

// tick is the unit of processor time in /proc: a hundredth of a second on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// treeCPU is the processor time of a process, its children, and those of them that have ended (proc(5)); 0 for no process.
func treeCPU(pid int) time.Duration {
	if pid == 0 {
		return 0
	}
	sum := statCPU(filepath.Join("/proc", strconv.Itoa(pid), "stat"), 0)
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		sum += statCPU(path, pid)
	}
	return sum
}

// statCPU reads one stat file. With a parent it counts that process's children only, without one it counts the process
// and what it has reaped.
func statCPU(path string, parent int) time.Duration {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0 // it has ended meanwhile
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:]) // state ppid … utime(11) stime cutime cstime
	number := func(i int) int { n, _ := strconv.Atoi(string(fields[i])); return n }
	ticks := number(11) + number(12)
	switch {
	case parent == 0:
		ticks += number(13) + number(14)
	case number(1) != parent:
		return 0
	}
	return time.Duration(ticks) * tick
}
