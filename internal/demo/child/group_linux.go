package child

import "syscall"

// ownGroup keeps the terminal's interrupt from the child, which the demo ends itself. With us, the kernel ends it as
// soon as the thread that started it is gone, even when the demo is killed: two servers on one database file must not be.
func ownGroup(withUs bool) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if withUs {
		attr.Pdeathsig = syscall.SIGKILL
	}
	return attr
}
