package load

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
)

// Population is who takes part: members with an account and an agreement with one merchant each, and merchants with an
// API key. All of it follows from the numbers here, so that nothing has to be kept besides them: the seeder, the callers
// and whoever looks afterwards make the same ids, tokens and keys.
//
// The members have nobody behind them: their personal data is destroyed, as that of a person who was forgotten is. What
// is written to them fails at its carrier and nowhere else.
type Population struct {
	Seed      uint64
	Members   int
	Merchants int // member i has agreed with merchant i % Merchants
}

// born is the instant of every id of a population.
var born = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// The kinds of chance that a population is drawn from.
const (
	drawMember byte = iota
	drawMerchant
	drawToken
	drawKey
	drawKeyID
)

// moment is the id.Moment of the i-th object of a kind.
type moment struct {
	seed uint64
	kind byte
	i    int
}

func (m moment) Now() time.Time { return born.Add(time.Duration(m.i) * time.Millisecond) }

// Chance fills b, at most 32 bytes, always alike.
func (m moment) Chance(b []byte) { sum := m.sum(); copy(b, sum[:]) }

func (m moment) sum() [sha256.Size]byte {
	var in [17]byte
	binary.BigEndian.PutUint64(in[:8], m.seed)
	binary.BigEndian.PutUint64(in[8:16], uint64(m.i))
	in[16] = m.kind
	return sha256.Sum256(in[:])
}

func (m moment) bucket() int {
	sum := m.sum()
	return int(binary.BigEndian.Uint16(sum[30:])) % id.Buckets
}

// Member is the i-th member.
func (p Population) Member(i int) id.Member {
	m := moment{p.Seed, drawMember, i}
	return id.In[id.MemberKind](m, m.bucket())
}

// Merchant is the j-th merchant.
func (p Population) Merchant(j int) id.Merchant {
	m := moment{p.Seed, drawMerchant, j}
	return id.In[id.MerchantKind](m, m.bucket())
}

// MerchantOf is the number of the merchant that the i-th member has agreed with.
func (p Population) MerchantOf(i int) int { return i % p.Merchants }

// Token is the i-th member's agreement with that merchant. It shares the member's bucket.
func (p Population) Token(i int) id.Token {
	return id.In[id.TokenKind](moment{p.Seed, drawToken, i}, moment{p.Seed, drawMember, i}.bucket())
}

var keyAlphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// APIKey is the plain key of the j-th merchant's program.
func (p Population) APIKey(j int) string {
	sum := moment{p.Seed, drawKey, j}.sum()
	return "tsk_live_" + keyAlphabet.EncodeToString(sum[:25])
}

// What a seeded member may owe, so that neither the limit nor the count of tries decides what a load measures.
const (
	limitYen = 1_000_000_000
	maxTries = "1000000"
)

// sliceRows is how many rows of a table one transaction of Seed writes.
const sliceRows = 10_000

// Seed writes a population into a migrated database with set-based inserts: about 100,000 members in a few seconds. Terms
// are raised for everybody, so a service that is running learns of them within a minute and one that starts at once.
func Seed(ctx context.Context, d *db.DB, p Population) error {
	err := d.Write(ctx, func(tx *db.Tx) error { return raiseTries(tx, maxTries) })
	if err != nil {
		return err
	}
	err = inSlices(ctx, d, p.Merchants, func(tx *db.Tx, from, to int) error { return insertMerchants(tx, p, from, to) })
	if err != nil {
		return err
	}
	return inSlices(ctx, d, p.Members, func(tx *db.Tx, from, to int) error { return insertMembers(tx, p, from, to) })
}

func inSlices(ctx context.Context, d *db.DB, n int, write func(tx *db.Tx, from, to int) error) error {
	for from := 0; from < n; from += sliceRows {
		to := min(from+sliceRows, n)
		if err := d.Write(ctx, func(tx *db.Tx) error { return write(tx, from, to) }); err != nil {
			return err
		}
	}
	return nil
}
