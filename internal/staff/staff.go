// Package staff knows who works for the operator, what they may do, and that it is them.
//
// # The story
//
// A person of staff is a number that facts keep (stf_…) and a short name that pages show. [Staff.Add] invites one and
// makes a link, which is told once; whoever opens it puts its key into an authenticator app and enters a code of it
// ([Staff.Enrol]): from then on the person is active, and that browser is theirs. A new link ends all that was enrolled
// before (rule O02).
//
// There are no passwords. To sign in takes the browser that was enrolled, known by a cookie of 256 random bits, and a code of
// the authenticator ([Staff.SignIn], rule O04). A code counts once, and only one within half a minute of now; wrong ones in a
// row pause entry (rule O05). A session ends after half an hour without a visit and after half a day in any case (rule O06).
// What two people decide, and a look at personal data, needs a code entered within the last minutes (rule O07).
//
// What a role may do stands in one table ([May], rule O01). Personal data is masked until somebody says why they look, and
// each look is kept ([Staff.Look], rule O08).
//
// # Lock order
//
// The person's row, then links and browsers of that person.
package staff

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/keys"
	"tsuke/internal/lifecycle"
	"tsuke/internal/mask"
	"tsuke/internal/term"
	"tsuke/internal/vault"
)

// Staff is the package's verbs.
type Staff struct {
	Vault *vault.Vault
	Terms *term.Book
}

// Person is somebody who works for the operator.
type Person struct {
	ID      id.Staff
	Name    string // what pages call them; letters and digits
	Roles   []Role
	State   State
	Created time.Time

	dataKey []byte
	totp    []byte // sealed; nil until enrolled
	step    int64  // the last one of which a code was taken
	wrong   int    // wrong codes in a row
	paused  time.Time
}

// May tells whether the person may do something.
func (p Person) May(right Right) bool { return p.State == Active && May(p.Roles, right) }

// Needs is NotAllowed unless the person may do something.
func (p Person) Needs(right Right) error {
	if !p.May(right) {
		return NotAllowed.New()
	}
	return nil
}

// Link is an invitation as it is told once. Token is not stored.
type Link struct {
	Person  Person
	Token   mask.Secret
	Expires time.Time
}

// Add invites a person and makes their link. by is who adds them, for the facts. The faults are NameWrong, NameTaken and
// RolesWrong.
func (s *Staff) Add(tx *db.Tx, name string, roles []Role, by string) (Link, error) {
	if !nameForm.MatchString(name) {
		return Link{}, NameWrong.In("name")
	}
	known, ok := readRoles(roles)
	if !ok {
		return Link{}, RolesWrong.In("role")
	}
	key := strings.ToLower(name)
	p := Person{ID: id.In[id.StaffKind](tx, bucketOf(key)), Name: name, Roles: known, State: Invited, Created: tx.Now()}
	_, wrapped, err := s.Vault.NewSubject(tx.Context(), p.ID.String())
	if err != nil {
		return Link{}, err
	}
	p.dataKey = wrapped
	added, err := insertPerson(tx, p, key)
	if err != nil {
		return Link{}, err
	}
	if !added {
		return Link{}, NameTaken.In("name")
	}
	if err := event.Append(tx, p.fact("staff.added", by, map[string]any{"roles": p.Roles})); err != nil {
		return Link{}, err
	}
	return s.link(tx, p)
}

// Invite makes a new link for a person who lost browser or authenticator, or was suspended. What was enrolled before ends,
// and so do older links (rule O02). The fault is NoPerson.
func (s *Staff) Invite(tx *db.Tx, name, by string) (Link, error) {
	p, err := s.lockByName(tx, name)
	if err != nil {
		return Link{}, err
	}
	if p, err = s.move(tx, p, Invite); err != nil {
		return Link{}, err
	}
	if err := event.Append(tx, p.fact("staff.invited", by, nil)); err != nil {
		return Link{}, err
	}
	return s.link(tx, p)
}

// Suspend ends all that a person can do, at once. Who is suspended already is no error. The fault is NoPerson.
func (s *Staff) Suspend(tx *db.Tx, name, by string) (Person, error) {
	p, err := s.lockByName(tx, name)
	if err != nil || p.State == Suspended {
		return p, err
	}
	if p, err = s.move(tx, p, Suspend); err != nil {
		return Person{}, err
	}
	return p, event.Append(tx, p.fact("staff.suspended", by, nil))
}

// Keyed lists what this package keeps under keys of the vault: the key of each person, which brings what is sealed with it, their
// authenticator's.
func (s *Staff) Keyed() []keys.Place {
	return []keys.Place{{
		Name: "staff.data_key", Part: vault.Wrapping, Count: countKeys, Old: selectOldKeys, Move: s.moveKey,
	}}
}

func (s *Staff) moveKey(tx *db.Tx, r keys.Row) (bool, error) {
	p, err := selectPerson(tx, id.Staff(r.Name), true)
	if err != nil {
		return false, err
	}
	wrapped, moved, err := s.Vault.Rewrap(tx.Context(), p.ID.String(), p.dataKey)
	if err != nil || !moved {
		return false, err
	}
	return true, updateKey(tx, p.ID, wrapped)
}

// List lists everybody, by name.
func (s *Staff) List(tx *db.Tx) ([]Person, error) { return selectPeople(tx) }

// Find answers a person by number. The fault is NoPerson.
func (s *Staff) Find(tx *db.Tx, who id.Staff) (Person, error) { return selectPerson(tx, who, false) }

// Names answers what people are called, by number.
func Names(tx *db.Tx) (map[id.Staff]string, error) {
	all, err := selectPeople(tx)
	names := make(map[id.Staff]string, len(all))
	for _, p := range all {
		names[p.ID] = p.Name
	}
	return names, err
}

// move brings a locked person to the state to which an event leads, and ends what they had to sign in with, unless they have
// just enrolled it.
func (s *Staff) move(tx *db.Tx, p Person, on Event) (Person, error) {
	to, verdict := Life.Next(p.State, on)
	if verdict == lifecycle.Refused {
		return Person{}, NoPerson.New()
	}
	p.State = to
	if to != Active {
		p.totp, p.step, p.wrong, p.paused = nil, 0, 0, time.Time{}
	}
	if err := deleteBrowsers(tx, p.ID); err != nil {
		return Person{}, err
	}
	if err := deleteLinks(tx, p.ID); err != nil {
		return Person{}, err
	}
	return p, updatePerson(tx, p)
}

func (s *Staff) link(tx *db.Tx, p Person) (Link, error) {
	subject, err := s.Vault.Subject(tx.Context(), p.ID.String(), p.dataKey)
	if err != nil {
		return Link{}, err
	}
	raw := make([]byte, keyBytes)
	tx.Chance(raw)
	key := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw)
	t := newToken(tx, "link", p.ID.Bucket())
	l := Link{Person: p, Token: t.text, Expires: tx.Now().Add(LinkMinutes.On(s.Terms.Current(), jst.DayOf(tx.Now())))}
	return l, insertLink(tx, t, p.ID, subject.Seal("link", key), l.Expires)
}

func (s *Staff) lockByName(tx *db.Tx, name string) (Person, error) {
	key := strings.ToLower(name)
	who, err := selectByName(tx, bucketOf(key), key)
	if err != nil {
		return Person{}, err
	}
	return selectPerson(tx, who, true)
}

// bucketOf is where a person's row is, so that a name is unique.
func bucketOf(key string) int { return id.BucketOf("staff", key) }

func (p Person) fact(kind, by string, data map[string]any) event.Fact {
	return event.Fact{Kind: kind, Subject: event.Subject(p.ID), Side: fault.Us, Actor: by, Data: data}
}

// Look is one look of staff at a member's personal data (rule O08).
type Look struct {
	ID     id.Look
	By     id.Staff
	Member id.Member
	What   string // what was shown: "contact"
	Reason string
	At     time.Time
}

// Look keeps that a person looks at a member's personal data, and why. Whoever shows the data calls it first. The faults are
// NotAllowed and ReasonWrong.
func (s *Staff) Look(tx *db.Tx, p Person, member id.Member, what, reason string) (Look, error) {
	if err := p.Needs(Reveal); err != nil {
		return Look{}, err
	}
	why, ok := readReason(reason)
	if !ok {
		return Look{}, ReasonWrong.In("reason")
	}
	l := Look{ID: id.In[id.LookKind](tx, member.Bucket()), By: p.ID, Member: member, What: what, Reason: why, At: tx.Now()}
	return l, insertLook(tx, l)
}

// FindLook answers a look. The fault is NoPerson if there was none.
func FindLook(tx *db.Tx, look id.Look) (Look, error) { return selectLook(tx, look) }

// Looks lists looks before one (zero to begin with the latest), the latest first, at most limit.
func Looks(tx *db.Tx, before time.Time, limit int) ([]Look, error) {
	if before.IsZero() {
		before = tx.Now().Add(time.Second)
	}
	return selectLooks(tx, before, limit)
}

// token is what a link or a cookie carries: a bucket and 256 random bits. Only a hash of it is stored, which is made for one
// use: a link's token is no browser's.
type token struct {
	text   mask.Secret
	bucket int
	hash   []byte
}

const tokenBytes = 2 + 32

func newToken(tx *db.Tx, use string, bucket int) token {
	var b [tokenBytes]byte
	tx.Chance(b[2:])
	binary.BigEndian.PutUint16(b[:], uint16(bucket))
	return tokenOf(use, b[:])
}

func tokenOf(use string, b []byte) token {
	hash := sha256.Sum256(append([]byte("staff "+use+"\n"), b...))
	return token{mask.Secret(base64.RawURLEncoding.EncodeToString(b)), int(binary.BigEndian.Uint16(b)), hash[:]}
}

func readToken(use string, text mask.Secret) (token, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text.Reveal())
	if err != nil || len(b) != tokenBytes || int(binary.BigEndian.Uint16(b)) >= id.Buckets {
		return token{}, false
	}
	return tokenOf(use, b), true
}
