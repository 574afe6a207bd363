//go:build !linux

package child

import "syscall"

// ownGroup is the system's default where the kernel cannot end a child with its parent.
func ownGroup(bool) *syscall.SysProcAttr { return nil }
