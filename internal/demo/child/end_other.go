//go:build !windows

package child

import (
	"os"
	"syscall"
)

// endGently asks a process to end.
func endGently(p *os.Process) error { return p.Signal(syscall.SIGTERM) }
