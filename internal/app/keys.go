package app

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/keys"
)

// How often a service looks whether the folder of secrets holds other keys, and how often it says that it runs and which it holds.
// A look costs one question to the file system.
const (
	keysEvery = 2 * time.Second
	tellEvery = time.Minute
	tryEvery  = 500 * time.Millisecond
)

// holdKeys says which keys this service holds, before it begins to work, and keeps saying so until ctx ends (rule K02).
func (a *App) holdKeys(ctx context.Context, all *sync.WaitGroup) error {
	process := rand.Text()
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		if err := a.Keys.Check(tx); err != nil {
			return err
		}
		return a.Keys.Hold(tx, process)
	})
	if err != nil {
		return err
	}
	tell := func(ctx context.Context) error { // also while a key is missing: others have to know what this service writes with
		var missing error
		err := a.DB.Write(ctx, func(tx *db.Tx) error {
			missing = a.Keys.Check(tx)
			return a.Keys.Hold(tx, process)
		})
		return errors.Join(err, missing)
	}
	a.start(all, "keys", func(tick <-chan time.Time) error {
		err := a.followKeys(ctx, tick, tell)
		last := context.WithoutCancel(ctx)
		if left := a.DB.Write(last, func(tx *db.Tx) error { return a.Keys.Leave(tx, process) }); left != nil {
			a.Log.Warn("it is not written down that this service has ended", "err", left)
		}
		return err
	}, keysEvery)
	return nil
}

// followKeys reads the keys when they were changed. If they cannot be read, the service goes on with those that it has, and its log
// says so once a minute.
func (a *App) followKeys(ctx context.Context, tick <-chan time.Time, tell func(context.Context) error) error {
	quiet, failing := 0, false
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick:
		}
		changed, err := a.Vault.Reload()
		news := changed && err == nil || err != nil != failing
		if quiet++; !news && quiet < int(tellEvery/keysEvery) {
			continue
		}
		quiet, failing = 0, err != nil
		switch {
		case err != nil:
			a.Log.Error("keys stay as they are", "err", err)
		case changed:
			a.Log.Info("keys were changed and are read anew")
		}
		if err := tell(ctx); err != nil && ctx.Err() == nil {
			a.Log.Error("keys of other services and of this one do not fit", "err", err)
		}
	}
}

// UntilTakenUp tries to change the keys, and again for some time while running services have not taken up what it needs.
func UntilTakenUp(ctx context.Context, wait time.Duration, try func() error) error {
	over := time.NewTimer(wait)
	defer over.Stop()
	again := time.NewTicker(tryEvery)
	defer again.Stop()
	for {
		err := try()
		if !fault.Is(err, keys.ServiceBehind) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-over.C:
			return err
		case <-again.C:
		}
	}
}
