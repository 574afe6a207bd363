//go:build unix

package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// account is who the server runs as: the server refuses to run as root, so tests that run as root lend it another one.
type account struct{ credential *syscall.Credential } // nil: the user of this process

func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return account{}, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return account{}, err
		}
		return account{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, errors.New("pgcluster: running as root, and there is no user postgres or nobody to run the server as")
}

func (a account) own(paths ...string) error {
	if a.credential == nil {
		return nil
	}
	for _, p := range paths {
		if err := os.Chown(p, int(a.credential.Uid), int(a.credential.Gid)); err != nil {
			return err
		}
	}
	return nil
}

// become makes cmd run as the account, in a process group of its own: an interrupt typed at the terminal is for the
// test, which then ends the server.
func (a account) become(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: a.credential, Setpgid: true}
}

// process is a started server.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when the process has ended
}

func startProcess(cmd *exec.Cmd, as account) (*process, error) {
	as.become(cmd)
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // a killed server ends with an error, as it should
		close(p.done)
	}()
	return p, nil
}

func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

func (p *process) kill() error {
	if err := p.signal(syscall.SIGKILL); err != nil {
		return err
	}
	<-p.done
	return nil
}

// stop asks for a fast shutdown (SIGINT: open transactions are rolled back) and, when time is up, for an immediate one.
func (p *process) stop(ctx context.Context) error {
	if !p.running() {
		return nil
	}
	if err := p.signal(syscall.SIGINT); err != nil {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("pgcluster: the server did not stop: %w", ctx.Err()), p.kill())
	}
}

func (p *process) signal(s syscall.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	return nil
}

// watchScript runs until its input ends, which happens when this process ends in whatever way. It then stops the server
// (SIGQUIT: at once), if the process of that number is still the one of this directory, and removes the directory.
const watchScript = `
read -r _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
	args=$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null || ps -o args= -p "$pid" 2>/dev/null)
	case $args in
	*"$1"*)
		kill -QUIT "$pid"
		n=0
		while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
		;;
	esac
fi
rm -rf "$1"
`

type watcher struct {
	cmd  *exec.Cmd
	life io.Closer
}

func startWatcher(root string) (*watcher, error) {
	cmd := exec.Command("/bin/sh", "-c", watchScript, "tsuke-pg-watch", root)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // outlives the terminal's interrupt
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &watcher{cmd: cmd, life: life}, nil
}

// release lets the watcher do its work and waits for it.
func (w *watcher) release() error {
	return errors.Join(w.life.Close(), w.cmd.Wait())
}

// lockDir marks a directory as in use for as long as this process lives. The file gets its name only when it is locked,
// so that removeStale in another process never sees it free.
func lockDir(root string) (*os.File, error) {
	name := filepath.Join(root, "lock")
	f, err := os.OpenFile(name+".new", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := os.Rename(name+".new", name); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// removeStale removes the directories below temp whose process is gone without its watcher having cleaned up. A server
// that still runs in one of them ends by itself within a minute after its lock file is gone. Failing is no reason not
// to start: the directory may be another user's.
func removeStale(temp string) {
	locks, err := filepath.Glob(filepath.Join(temp, dirPrefix+"*", "lock"))
	if err != nil {
		return
	}
	for _, name := range locks {
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		free := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
		if dir := filepath.Dir(name); free && strings.HasPrefix(filepath.Base(dir), dirPrefix) {
			_ = os.RemoveAll(dir)
		}
		_ = f.Close()
	}
}
