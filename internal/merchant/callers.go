package merchant

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/mask"
)

// CallerMemory is how long what was read about a caller is believed: a revoked key and a paused merchant stop that much
// later at most (rule A12).
const CallerMemory = 2 * time.Second

// callersMax bounds how many keys are remembered; beyond it all are forgotten and read anew.
const callersMax = 10_000

// Caller is who calls with a key, and whether their merchant may sell.
type Caller struct {
	Principal

	Live bool // the merchant may sell
}

// Callers tells who calls with which key without asking the database at each call. What it does not know it reads; a key
// that is refused is never remembered. The zero value is ready; it is safe for concurrent use.
type Callers struct {
	mu    sync.RWMutex
	known map[[sha256.Size]byte]knownCaller // by the hash of the key
}

type knownCaller struct {
	caller Caller
	until  time.Time
}

// Authenticate says who calls with a key. Its faults are those of [Merchants.Authenticate].
func (c *Callers) Authenticate(ctx context.Context, d *db.DB, plain mask.Secret) (Caller, error) {
	hash, now := sha256.Sum256([]byte(plain.Reveal())), d.Now()
	c.mu.RLock()
	k, ok := c.known[hash]
	c.mu.RUnlock()
	if ok && now.Before(k.until) {
		return k.caller, nil
	}
	fresh, expires, err := readCaller(ctx, d, plain)
	if err != nil {
		return Caller{}, err
	}
	until := now.Add(CallerMemory)
	if !expires.IsZero() && expires.Before(until) {
		until = expires
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= callersMax {
		c.known = map[[sha256.Size]byte]knownCaller{}
	}
	c.known[hash] = knownCaller{fresh, until}
	return fresh, nil
}

func readCaller(ctx context.Context, d *db.DB, plain mask.Secret) (c Caller, expires time.Time, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		k, err := keyOf(tx, plain)
		if err != nil {
			return err
		}
		m, err := Merchants{}.Load(tx, k.Merchant)
		c = Caller{Principal: k.principal(), Live: m.State == Live}
		expires = k.Expires
		return err
	})
	return c, expires, err
}
