package app

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestInAMoment: many commits wake the workers once, and one that comes after wakes them again.
func TestInAMoment(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var woken atomic.Int64
		wake := inAMoment(func() { woken.Add(1) })
		for want := range int64(3) {
			for range 100 {
				wake()
			}
			if woken.Load() != want {
				t.Errorf("woken %d times before the moment was over, not %d", woken.Load(), want)
			}
			<-time.NewTimer(moment).C // of the bubble's time: nothing waits
			synctest.Wait()
			if woken.Load() != want+1 {
				t.Errorf("woken %d times, not %d", woken.Load(), want+1)
			}
		}
	})
}
