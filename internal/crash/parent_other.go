//go:build !linux

package crash

import "syscall"

// withParent is the system's default where the kernel cannot end a child with its parent.
func withParent() *syscall.SysProcAttr { return nil }
