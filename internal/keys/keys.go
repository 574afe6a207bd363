// Package keys leads through the rotation of the vault's keys beside a running service: which keys there are, who holds them,
// which rows are under which, and bringing rows under the newest.
//
// # The story
//
// A key of a part (wrapping or indexing, package vault) is added, promoted and, once nothing is under it, retired. [Keys.Add]
// puts it into the folder of secrets. Services look at the folder every few seconds and tell the database which keys they hold
// ([Keys.Hold]); [Keys.Promote] refuses while one of them does not know the key yet (rule K02). From then on all that is new is
// under it, and what is under older keys is found and opened as before. [Keys.Rekey] brings that under the key in use, a slice at
// a time (rule K03). [Keys.Retire] counts, and removes older keys from the folder only when nothing is under them (rule K04).
//
// Which key a row is under stands before the bytes themselves, so that [Keys.Survey] counts without opening anything. The packages
// that own the tables list them as [Place], and how a row is moved.
//
// What is changed in the folder is then written into the database, with a fact. A command that was ended between the two is
// completed by the next one, or by a service's next look. No key's material comes out of package vault.
//
// # Lock order
//
// A slice locks what its [Place] locks, row by row. The tables of this package are locked last.
package keys

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/vault"
)

// Keys is the package's verbs.
type Keys struct {
	DB     *db.DB
	Vault  *vault.Vault
	Dir    string // the folder of secrets
	Places []Place
}

// Place is a column whose bytes begin with the number of the key they are under. Its statements look at the buckets from from up to
// to, without that one, and hand each row they select to take.
type Place struct {
	Name string // as people read it: "member.data_key"
	Part vault.Part
	// Count selects the first PrefixBytes of the column, and how many rows begin so.
	Count func(tx *db.Tx, from, to int, take func(db.Row) error) error
	// Old selects bucket and name of the rows that begin otherwise than current.
	Old func(tx *db.Tx, from, to int, current []byte, take func(db.Row) error) error
	// Move brings one row under the key in use. It is false for a row that is gone, is there already, or has to end by itself.
	Move func(*db.Tx, Row) (bool, error)
}

// Row names a row of a place: its bucket, and what it is called there.
type Row struct {
	Bucket int
	Name   []byte
}

// Key is a key as operators see it.
type Key struct {
	vault.Key

	Row      id.ID[id.VaultKeyKind]
	Added    time.Time // when it was first heard of
	Promoted time.Time // zero until it is in use for the first time
	Retired  time.Time // zero while it is in the folder
}

// Count is how many rows of a place are under a key.
type Count struct {
	Place string
	Part  vault.Part
	Key   vault.KeyID
	Rows  int
}

// Survey is what Survey answers.
type Survey struct {
	Keys     []Key // those of the folder, by part and age
	Counts   []Count
	Services int // how many run
	Behind   int // how many of them do not hold exactly these keys
}

// Under lists what is under a key.
func (s Survey) Under(part vault.Part, key vault.KeyID) []Count {
	var out []Count
	for _, c := range s.Counts {
		if c.Part == part && c.Key == key {
			out = append(out, c)
		}
	}
	return out
}

// Lost lists what is under keys that are not in the folder.
func (s Survey) Lost() []Count {
	var out []Count
	for _, c := range s.Counts {
		if !slices.ContainsFunc(s.Keys, func(k Key) bool { return k.Part == c.Part && k.ID == c.Key }) {
			out = append(out, c)
		}
	}
	return out
}

// rangeBuckets is how many buckets one statement looks at, and sliceRows how many rows one transaction moves.
const (
	rangeBuckets = 16
	sliceRows    = 50
)

// Survey answers which keys there are and counts what is under each, a few buckets at a time: what is written meanwhile may or may
// not be counted (rule K01).
func (k *Keys) Survey(ctx context.Context) (Survey, error) {
	var s Survey
	if _, err := k.Vault.Reload(); err != nil {
		return s, err
	}
	err := k.DB.Read(ctx, func(tx *db.Tx) error {
		known, err := selectKeys(tx)
		if err != nil {
			return err
		}
		s.Keys = k.listed(known)
		holders, err := selectHolders(tx, tx.Now().Add(-goneAfter))
		behind := map[string]bool{}
		for _, h := range holders {
			behind[h.process] = behind[h.process] || h.holds != k.holding(h.part)
		}
		s.Services, s.Behind = len(behind), 0
		for _, is := range behind {
			if is {
				s.Behind++
			}
		}
		return err
	})
	if err != nil {
		return s, err
	}
	s.Counts, err = k.count(ctx, k.Places)
	return s, err
}

// listed joins the folder's keys with what the database knows of them.
func (k *Keys) listed(known []Key) []Key {
	var out []Key
	for _, part := range vault.Parts {
		for _, key := range k.Vault.Keys(part) {
			one := Key{Key: key}
			if i := slices.IndexFunc(known, func(o Key) bool { return o.Part == part && o.ID == key.ID }); i >= 0 {
				one = known[i]
				one.Key = key
			}
			out = append(out, one)
		}
	}
	return out
}

func (k *Keys) count(ctx context.Context, places []Place) ([]Count, error) {
	sums := map[Count]int{}
	for _, p := range places {
		for from := 0; from < id.Buckets; from += rangeBuckets {
			var counts []Count
			err := k.DB.Read(ctx, func(tx *db.Tx) error {
				counts = nil
				return p.Count(tx, from, from+rangeBuckets, func(row db.Row) error {
					c := Count{Place: p.Name, Part: p.Part}
					var prefix []byte
					err := row.Scan(&prefix, &c.Rows)
					c.Key, _ = p.Part.KeyOf(prefix) // bytes that begin with no number are under number 0
					counts = append(counts, c)
					return err
				})
			})
			if err != nil {
				return nil, fmt.Errorf("keys: count %s: %w", p.Name, err)
			}
			for _, c := range counts {
				rows := c.Rows
				c.Rows = 0
				sums[c] += rows
			}
		}
	}
	var out []Count
	for c, rows := range sums {
		c.Rows = rows
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Count) int {
		return cmp.Or(strings.Compare(a.Place, b.Place), cmp.Compare(a.Key, b.Key))
	})
	return out, nil
}

// Add puts a fresh key of a part into the folder. One that was added and not promoted yet is answered as it stands.
func (k *Keys) Add(ctx context.Context, part vault.Part, by string) (Key, error) {
	if _, err := k.Vault.Reload(); err != nil {
		return Key{}, err
	}
	if _, waiting := k.standing(part, vault.Waiting); !waiting {
		if err := vault.Add(k.Dir, part); err != nil {
			return Key{}, err
		}
	}
	return k.recorded(ctx, part, vault.Waiting, by)
}

// Promote makes the key that was added the one that is used for all that is new. With none added it answers the key in use. The
// fault is ServiceBehind, while a running service does not know the key.
func (k *Keys) Promote(ctx context.Context, part vault.Part, by string) (Key, error) {
	if _, err := k.Vault.Reload(); err != nil {
		return Key{}, err
	}
	if next, waiting := k.standing(part, vault.Waiting); waiting {
		err := k.everyService(ctx, part, func(h holder) bool { return h.knows(next) })
		if err != nil {
			return Key{}, err
		}
		if err := vault.Promote(k.Dir, part); err != nil {
			return Key{}, err
		}
	}
	return k.recorded(ctx, part, vault.InUse, by)
}

// Retire removes the keys of a part that are older than the one in use. With none it answers nothing. The faults are
// ServiceBehind, KeyYoung and KeyInUse.
func (k *Keys) Retire(ctx context.Context, part vault.Part, by string) ([]Key, error) {
	if _, err := k.Vault.Reload(); err != nil {
		return nil, err
	}
	if _, older := k.standing(part, vault.Older); older {
		if err := k.mayRetire(ctx, part, by); err != nil {
			return nil, err
		}
		if err := vault.Retire(k.Dir, part); err != nil {
			return nil, err
		}
		if _, err := k.Vault.Reload(); err != nil {
			return nil, err
		}
	}
	var gone []Key
	err := k.DB.Write(ctx, func(tx *db.Tx) error {
		gone = nil
		known, err := selectKeys(tx)
		if err != nil {
			return err
		}
		for _, key := range known {
			if key.Part != part || !key.Retired.IsZero() || k.holds(key.Key) {
				continue
			}
			if err := updateRetired(tx, key); err != nil {
				return err
			}
			if err := event.Append(tx, key.fact("keys.retired", by, nil)); err != nil {
				return err
			}
			gone = append(gone, key)
		}
		return nil
	})
	return gone, err
}

// settled is how long a key must have been in use, everywhere, before older ones are retired: commands and transactions that
// began under an older one have ended by then.
const settled = 5 * time.Minute

// mayRetire refuses while anything is under an older key or can still be put there.
func (k *Keys) mayRetire(ctx context.Context, part vault.Part, by string) error {
	current, err := k.recorded(ctx, part, vault.InUse, by)
	if err != nil {
		return err
	}
	from := current.Promoted
	err = k.everyService(ctx, part, func(h holder) bool {
		if h.since.After(from) {
			from = h.since
		}
		return h.uses(current.Key)
	})
	if err != nil {
		return err
	}
	if wait := from.Add(settled).Sub(k.DB.Now()); wait > 0 {
		return KeyYoung.New().With("minutes", fmt.Sprint(int(wait/time.Minute)+1)).After(int(wait/time.Second) + 1)
	}
	counts, err := k.count(ctx, slices.DeleteFunc(slices.Clone(k.Places), func(p Place) bool { return p.Part != part }))
	if err != nil {
		return err
	}
	var under []string
	for _, key := range k.Vault.Keys(part) {
		for _, c := range counts {
			if key.Standing == vault.Older && c.Key == key.ID {
				under = append(under, fmt.Sprintf("%s %s: %d", key.ID, c.Place, c.Rows))
			}
		}
	}
	if under != nil {
		return KeyInUse.New().With("rows", strings.Join(under, ", "))
	}
	return nil
}

// everyService refuses unless each running service has a quality.
func (k *Keys) everyService(ctx context.Context, part vault.Part, has func(holder) bool) error {
	var without int
	err := k.DB.Read(ctx, func(tx *db.Tx) error {
		holders, err := selectHolders(tx, tx.Now().Add(-goneAfter))
		without = 0
		for _, h := range holders {
			if h.part == part && !has(h) {
				without++
			}
		}
		return err
	})
	if err == nil && without > 0 {
		err = ServiceBehind.New().With("services", fmt.Sprint(without))
	}
	return err
}

// recorded writes down what the folder holds now, and answers the key of a standing.
func (k *Keys) recorded(ctx context.Context, part vault.Part, standing vault.Standing, by string) (Key, error) {
	if _, err := k.Vault.Reload(); err != nil {
		return Key{}, err
	}
	key, found := k.standing(part, standing)
	if !found {
		return Key{}, fmt.Errorf("keys: no key of %s is %s", part, standing)
	}
	var known []Key
	err := k.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if err := k.record(tx, by); err != nil {
			return err
		}
		known, err = selectKeys(tx)
		return err
	})
	if err != nil {
		return Key{}, err
	}
	for _, one := range k.listed(known) {
		if one.Key == key {
			return one, nil
		}
	}
	return Key{}, fmt.Errorf("keys: key %s of %s was replaced meanwhile", key.ID, part)
}

// standing is the key of a part with a standing; of several, the one added last.
func (k *Keys) standing(part vault.Part, want vault.Standing) (vault.Key, bool) {
	for _, key := range slices.Backward(k.Vault.Keys(part)) {
		if key.Standing == want {
			return key, true
		}
	}
	return vault.Key{}, false
}

// holds tells whether the folder has a key.
func (k *Keys) holds(key vault.Key) bool {
	return slices.ContainsFunc(k.Vault.Keys(key.Part), func(o vault.Key) bool { return o.ID == key.ID })
}

// record writes down the keys that the database does not know, and the one that is in use, each with a fact.
func (k *Keys) record(tx *db.Tx, by string) error {
	for _, part := range vault.Parts {
		for _, key := range k.Vault.Keys(part) {
			one := Key{Key: key, Row: id.In[id.VaultKeyKind](tx, home)}
			added, err := insertKey(tx, one)
			if err == nil && added {
				err = event.Append(tx, one.fact("keys.added", by, nil))
			}
			if err != nil {
				return err
			}
			if key.Standing == vault.Waiting {
				continue
			}
			row, promoted, err := updatePromoted(tx, key)
			if one.Row = row; err == nil && promoted {
				err = event.Append(tx, one.fact("keys.promoted", by, nil))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// fact is something that became true of a key.
func (k Key) fact(kind, by string, data map[string]any) event.Fact {
	all := map[string]any{"part": k.Part, "key": k.ID.String()}
	for name, value := range data {
		all[name] = value
	}
	return event.Fact{Kind: kind, Subject: event.Subject(k.Row), Side: fault.Us, Actor: by, Data: all}
}
