package app

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
)

// failpoint is for crash tests. From "NAME:COUNT" it makes the function that ends this process, as a power cut ends it,
// when the point of that name is reached for the COUNT-th time: the name of a statement (which is then about to run), or
// db.BeforeCommit or db.AfterCommit. Only who starts the process can ask for it. An empty text is no failpoint.
func failpoint(text string) (func(string), error) {
	if text == "" {
		return nil, nil
	}
	name, count, _ := strings.Cut(text, ":")
	n, err := strconv.ParseInt(count, 10, 64)
	if err != nil || name == "" || n < 1 {
		return nil, &SettingError{Setting: "TSUKE_FAILPOINT", Cure: "leave it out; crash tests write NAME:COUNT"}
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		return nil, err
	}
	var left atomic.Int64
	left.Store(n)
	return func(point string) {
		if point == name && left.Add(-1) == 0 {
			_ = self.Kill()
			select {} // nothing happens between the signal and the end
		}
	}, nil
}
