package crash

import "syscall"

// withParent has the kernel end a child as soon as the thread that started it is gone: no service outlives its killer.
func withParent() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
