package member

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/kana"
	"tsuke/internal/mask"
)

// Purpose is what a code is for. A code entered for another purpose does not exist (rule M02).
type Purpose string

// The purposes.
const (
	ForRegistration Purpose = "register"
	ForSignIn       Purpose = "sign_in"
	ForCheckout     Purpose = "checkout"
	ForGuardian     Purpose = "guardian"
	ForReturn       Purpose = "return" // of money to who bought by invoice (rule I13)
)

// CodeRequest asks for a code to be sent.
type CodeRequest struct {
	Phone   mask.Phone // E.164, from ReadPhone
	Purpose Purpose
	BoundTo string     // what it is for: the browser's token hash, the application, the checkout session with its amount
	Address netip.Addr // of whoever asks
}

// Sent is a code that the caller sends by SMS after the commit. It is stored nowhere.
type Sent struct {
	Code        mask.Secret // six digits
	Key         string      // the same for the same code: the carrier sends it once
	Phone       mask.Phone
	MaskedPhone string // for the page: "•••• 5678"
	ExpiresAt   time.Time
	ResendAt    time.Time // the earliest instant for the next one
}

// Pending is what the page knows on which a code is entered.
type Pending struct {
	MaskedPhone  string
	SentAt       time.Time
	ExpiresAt    time.Time
	ResendAt     time.Time
	TriesLeft    int
	BlockedUntil time.Time // zero if entry is open
}

// Entered is the result of entering a code. A wrong one is a result and no error: that it was tried must be kept.
type Entered struct {
	OK           bool
	Again        bool // the same press arrived twice; what it leads to has been done
	Purpose      Purpose
	Phone        mask.Phone // E.164; only if OK
	TriesLeft    int
	BlockedUntil time.Time // zero unless entry is paused
	sentAt       time.Time
	now          time.Time
}

// samePress is how long after its use the same code from the same place is taken for the same press: a double click,
// or a reload of a page whose answer was lost (rule M03).
const samePress = 15 * time.Second

// RequestCode makes a code for a phone number and retires the one that was sent before for the same thing (rules M02 to
// M04). It answers the same for a number that is registered and one that is not (rule M06). The faults are CodeSoon,
// CodeManyShort, CodeManyDay, CodeManyNetwork, CodeManyPrefix and CodeBlocked, each with RetryAfterSeconds.
func (m *Members) RequestCode(tx *db.Tx, r CodeRequest) (Sent, error) {
	if r.Phone == "" || r.BoundTo == "" || r.Purpose == "" {
		return Sent{}, errors.New("member: a code needs a number, a purpose and what it is bound to")
	}
	b := bindingOf(r.Purpose, r.BoundTo)
	before, found, err := lockCode(tx, b)
	if err != nil {
		return Sent{}, err
	}
	wait := m.codeWait(tx)
	if found && before.used.IsZero() && tx.Now().Before(before.sent.Add(wait)) {
		// A number typed wrongly can be corrected at once; the limits below hold for each number.
		phone, err := m.openCode(tx, b, before)
		if err != nil {
			return Sent{}, err
		}
		if phone == r.Phone {
			seconds := secondsUntil(before.sent.Add(wait), tx.Now())
			return Sent{}, CodeSoon.New().With("seconds", fmt.Sprint(seconds)).After(seconds)
		}
	}
	if err := m.refuseBlocked(tx, r.Purpose, r.Phone); err != nil {
		return Sent{}, err
	}
	if err := m.countCode(tx, r); err != nil {
		return Sent{}, err
	}
	return m.makeCode(tx, b, r)
}

// ResendCode makes a new code for the number that the last one for the same thing was sent to. It answers CodeExpired if
// there was none.
func (m *Members) ResendCode(tx *db.Tx, purpose Purpose, boundTo string, address netip.Addr) (Sent, error) {
	b := bindingOf(purpose, boundTo)
	row, found, err := lockCode(tx, b)
	if err != nil {
		return Sent{}, err
	}
	if !found {
		return Sent{}, m.expired(tx)
	}
	phone, err := m.openCode(tx, b, row)
	if err != nil {
		return Sent{}, err
	}
	return m.RequestCode(tx, CodeRequest{Phone: phone, Purpose: purpose, BoundTo: boundTo, Address: address})
}

// FindCode is what the page needs on which a code for this purpose is entered. It is false if none was sent or it was
// used.
func (m *Members) FindCode(tx *db.Tx, purpose Purpose, boundTo string) (Pending, bool, error) {
	b := bindingOf(purpose, boundTo)
	row, found, err := findCode(tx, b)
	if err != nil || !found || !row.used.IsZero() {
		return Pending{}, false, err
	}
	phone, err := m.openCode(tx, b, row)
	if err != nil {
		return Pending{}, false, err
	}
	wrong, err := seeRate(tx, m.wrongName(purpose, phone))
	if err != nil {
		return Pending{}, false, err
	}
	left, until := m.left(tx, wrong)
	return Pending{
		MaskedPhone: phone.Masked(), SentAt: row.sent, ExpiresAt: row.expires, ResendAt: row.sent.Add(m.codeWait(tx)),
		TriesLeft: left, BlockedUntil: until,
	}, true, nil
}

// EnterCode tries a code as typed (rules M02, M05). The faults are CodeShape, which is not counted as a try, and
// CodeExpired if there is no code to enter: none was sent, its time is over, or it was used. The result must be committed
// whether it is OK or not.
func (m *Members) EnterCode(tx *db.Tx, purpose Purpose, boundTo, typed string) (Entered, error) {
	digits := kana.Digits(typed)
	if !sixDigits(digits) {
		return Entered{}, CodeShape.In("code")
	}
	b := bindingOf(purpose, boundTo)
	row, found, err := lockCode(tx, b)
	if err != nil {
		return Entered{}, err
	}
	if !found {
		return Entered{}, m.expired(tx)
	}
	phone, err := m.openCode(tx, b, row)
	if err != nil {
		return Entered{}, err
	}
	name := m.wrongName(purpose, phone)
	if err := gatherRate(tx, name); err != nil {
		return Entered{}, err
	}
	wrong, err := lockRate(tx, name)
	if err != nil {
		return Entered{}, err
	}
	e := Entered{Purpose: purpose, sentAt: row.sent, now: tx.Now()}
	if e.TriesLeft, e.BlockedUntil = m.left(tx, wrong); !e.BlockedUntil.IsZero() {
		return e, nil
	}
	if !tx.Now().Before(row.expires) {
		return Entered{}, m.expired(tx)
	}
	if !m.isCode(b, row, digits) {
		return m.wrongCode(tx, name, e)
	}
	return m.rightCode(tx, b, row, name, phone, e)
}

func (m *Members) wrongCode(tx *db.Tx, name counted, e Entered) (Entered, error) {
	pause := CodePause.On(m.Terms.Current(), day(tx))
	r, err := countRate(tx, name, pause)
	if err != nil {
		return Entered{}, err
	}
	if r.count >= m.tries(tx) {
		r.ends = tx.Now().Add(pause)
		if err := updateRateEnd(tx, name, r.ends); err != nil {
			return Entered{}, err
		}
	}
	e.TriesLeft, e.BlockedUntil = m.left(tx, r)
	return e, nil
}

func (m *Members) rightCode(tx *db.Tx, b binding, row codeRow, wrong counted, phone mask.Phone, e Entered) (Entered, error) {
	if !row.used.IsZero() && tx.Now().After(row.used.Add(samePress)) {
		return Entered{}, m.expired(tx)
	}
	e.OK, e.Phone, e.Again = true, phone, !row.used.IsZero()
	if e.Again {
		return e, nil
	}
	if err := updateCodeUsed(tx, b); err != nil {
		return Entered{}, err
	}
	return e, deleteRate(tx, wrong)
}

// proves tells whether a number was proven lately (rule M20) by a code for a purpose and what it is bound to: one that was sent to
// this number and entered.
func (m *Members) proves(tx *db.Tx, purpose Purpose, boundTo string, phone mask.Phone) (bool, error) {
	b := bindingOf(purpose, boundTo)
	row, found, err := findCode(tx, b)
	if err != nil || !found || row.used.IsZero() || tx.Now().Sub(row.used) > FreshMinutes.On(m.Terms.Current(), day(tx)) {
		return false, err
	}
	sent, err := m.openCode(tx, b, row)
	return err == nil && sent == phone, err
}

// Err is the fault that tells a person about a result that is not OK; nil if it is.
func (e Entered) Err() error {
	switch {
	case e.OK:
		return nil
	case !e.BlockedUntil.IsZero():
		return blocked(e.BlockedUntil, e.now)
	}
	return CodeWrong.In("code").With("sent", clockText(e.sentAt, e.now)).With("left", fmt.Sprint(e.TriesLeft))
}

func blocked(until, now time.Time) error {
	return CodeBlocked.In("code").With("until", clockText(until, now)).After(secondsUntil(until, now))
}

func (m *Members) refuseBlocked(tx *db.Tx, purpose Purpose, phone mask.Phone) error {
	wrong, err := seeRate(tx, m.wrongName(purpose, phone))
	if err != nil {
		return err
	}
	if _, until := m.left(tx, wrong); !until.IsZero() {
		return blocked(until, tx.Now())
	}
	return nil
}

// countCode counts a request against its four limits. A refusal rolls all counts of this request back: what was not sent
// is not counted.
func (m *Members) countCode(tx *db.Tx, r CodeRequest) error {
	terms, today := m.Terms.Current(), day(tx)
	phone := r.Phone.Reveal()
	short := CodeShortSpan.On(terms, today)
	for _, limit := range []struct {
		name counted
		max  int
		span time.Duration
		kind *fault.Kind
	}{
		{m.countedBy("code short", phone), CodeShortMax.On(terms, today), short, CodeManyShort},
		{m.countedBy("code day", phone), CodeDayMax.On(terms, today), 24 * time.Hour, CodeManyDay},
		{m.countedBy("code network", network(r.Address)), CodeNetworkMax.On(terms, today), time.Hour, CodeManyNetwork},
		{m.countedBy("code prefix", numberPrefix(r.Phone)), CodePrefixMax.On(terms, today), time.Hour, CodeManyPrefix},
	} {
		if limit.kind == CodeManyNetwork && r.Address.IsLoopback() {
			continue // this machine itself: somebody trying the service out, or a proxy that does not say for whom
		}
		if err := gatherRate(tx, limit.name); err != nil {
			return err
		}
		counted, err := countRate(tx, limit.name, limit.span)
		if err != nil {
			return err
		}
		if counted.count > limit.max {
			return limit.kind.New().With("until", clockText(counted.ends, tx.Now())).After(secondsUntil(counted.ends, tx.Now()))
		}
	}
	return nil
}

func (m *Members) makeCode(tx *db.Tx, b binding, r CodeRequest) (Sent, error) {
	code := newCode()
	s, wrapped, err := m.Vault.NewSubject(tx.Context(), b.owner())
	if err != nil {
		return Sent{}, err
	}
	row := codeRow{
		purpose: r.Purpose, dataKey: wrapped, phone: s.Seal("phone", r.Phone.Reveal()), sent: tx.Now(),
		expires: tx.Now().Add(CodeMinutes.On(m.Terms.Current(), day(tx))),
		hash:    m.codeHash(b, tx.Now(), code),
	}
	if err := upsertCode(tx, b, row); err != nil {
		return Sent{}, err
	}
	return Sent{
		Code: mask.Secret(code), Key: hex.EncodeToString(id.Hash("code", b.owner(), fmt.Sprint(db.Micros(row.sent)))),
		Phone: r.Phone, MaskedPhone: r.Phone.Masked(), ExpiresAt: row.expires, ResendAt: row.sent.Add(m.codeWait(tx)),
	}, nil
}

// sweepCodes erases codes once they can neither be entered nor prove anything.
func (m *Members) sweepCodes(tx *db.Tx, limit int) (int64, error) {
	return sweepCodes(tx, tx.Now().Add(-FreshMinutes.On(m.Terms.Current(), day(tx))), limit)
}

func (m *Members) openCode(tx *db.Tx, b binding, row codeRow) (mask.Phone, error) {
	s, err := m.Vault.Subject(tx.Context(), b.owner(), row.dataKey)
	if err != nil {
		return "", err
	}
	phone, err := s.Open("phone", row.phone)
	return mask.Phone(phone), err
}

// codeHash is keyed, so that a copy of the database does not give the codes away though there are only a million. The
// instant tells two codes for the same thing apart.
func (m *Members) codeHash(b binding, sent time.Time, digits string) []byte {
	return m.Vault.Index("code", codeText(b, sent, digits))
}

func codeText(b binding, sent time.Time, digits string) string {
	return b.owner() + "/" + fmt.Sprint(db.Micros(sent)) + "/" + digits
}

// isCode tells whether these are the digits that were sent. They may have been sent under another index key.
func (m *Members) isCode(b binding, row codeRow, digits string) bool {
	same := 0
	for _, hash := range m.Vault.Indexes("code", codeText(b, row.sent, digits)) {
		same |= subtle.ConstantTimeCompare(row.hash, hash)
	}
	return same == 1
}

func (m *Members) codeWait(tx *db.Tx) time.Duration {
	return time.Duration(CodeWait.On(m.Terms.Current(), day(tx))) * time.Second
}

func (m *Members) tries(tx *db.Tx) int { return CodeTries.On(m.Terms.Current(), day(tx)) }

// left is how many wrong codes a number still has, and until when entry pauses if it has none.
func (m *Members) left(tx *db.Tx, wrong rate) (int, time.Time) {
	left := m.tries(tx)
	if tx.Now().Before(wrong.ends) {
		left = max(0, left-wrong.count)
	}
	if left == 0 {
		return 0, wrong.ends
	}
	return left, time.Time{}
}

func (m *Members) expired(tx *db.Tx) error {
	minutes := CodeMinutes.On(m.Terms.Current(), day(tx)) / time.Minute
	return CodeExpired.In("code").With("minutes", fmt.Sprint(int(minutes)))
}

func (m *Members) wrongName(purpose Purpose, phone mask.Phone) counted {
	return m.countedBy("wrong "+string(purpose), phone.Reveal())
}

// countedBy names a count by a keyed hash: a copy of the table tells nobody's number and nobody's address.
func (m *Members) countedBy(what, value string) counted {
	var names []counted
	for _, name := range m.Vault.Indexes("rate "+what, value) {
		names = append(names, counted{bucket: id.BucketOf("rate", string(name)), name: name})
	}
	c := names[0]
	c.others = names[1:]
	return c
}

// gatherRate brings what was counted under another index key to the count's own place, so that changing keys forgives nothing.
func gatherRate(tx *db.Tx, c counted) error {
	for _, other := range c.others {
		r, err := lockRate(tx, other)
		if err != nil {
			return err
		}
		if r.count == 0 {
			continue
		}
		if err := deleteRate(tx, other); err != nil {
			return err
		}
		if !tx.Now().Before(r.ends) {
			continue
		}
		if err := addRate(tx, c, r); err != nil {
			return err
		}
	}
	return nil
}

// seeRate is the count without bringing it together.
func seeRate(tx *db.Tx, c counted) (rate, error) {
	sum, err := findRate(tx, c)
	for _, other := range c.others {
		if err != nil {
			return rate{}, err
		}
		var r rate
		if r, err = findRate(tx, other); err != nil || !tx.Now().Before(r.ends) {
			continue
		}
		if !tx.Now().Before(sum.ends) {
			sum.count = 0
		}
		sum.count += r.count
		if r.ends.After(sum.ends) {
			sum.ends = r.ends
		}
	}
	return sum, err
}

// binding names what a code is bound to.
type binding struct {
	bucket int
	hash   []byte
}

func bindingOf(purpose Purpose, boundTo string) binding {
	return binding{bucket: id.BucketOf("code", string(purpose), boundTo), hash: id.Hash("code", string(purpose), boundTo)}
}

// owner is the name that the row's data key is bound to.
func (b binding) owner() string { return "code " + hex.EncodeToString(b.hash) }

const codeDigits = 6

// newCode draws six digits, each code as likely as any other: draws beyond the last whole million are thrown away.
func newCode() string {
	const million = 1_000_000
	for {
		var b [4]byte
		_, _ = rand.Read(b[:]) // crypto/rand.Read never gives an error: it ends the process instead
		if n := binary.BigEndian.Uint32(b[:]); n < (1<<32)/million*million {
			return fmt.Sprintf("%0*d", codeDigits, n%million)
		}
	}
}

func sixDigits(s string) bool {
	if len(s) != codeDigits {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
