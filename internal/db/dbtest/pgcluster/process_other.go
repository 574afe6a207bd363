//go:build !unix

package pgcluster

import (
	"context"
	"errors"
	"os"
	"os/exec"
)

// A private server needs Unix sockets, signals and file locks. Elsewhere, name a server in TSUKE_TEST_PG.
var errUnix = errors.New("pgcluster: a private server can be started on Unix only; name a server in TSUKE_TEST_PG")

type account struct{}

func serverAccount() (account, error)  { return account{}, errUnix }
func (account) own(...string) error    { return errUnix }
func (account) become(*exec.Cmd)       {}
func lockDir(string) (*os.File, error) { return nil, errUnix }
func removeStale(string)               {}

type process struct{}

func startProcess(*exec.Cmd, account) (*process, error) { return nil, errUnix }
func (*process) running() bool                          { return false }
func (*process) kill() error                            { return errUnix }
func (*process) stop(context.Context) error             { return errUnix }

type watcher struct{}

func startWatcher(string) (*watcher, error) { return nil, errUnix }
func (*watcher) release() error             { return errUnix }
