package member

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
)

// SignIn is one browser (rule M19). Member and Application are zero until a code was entered in it.
type SignIn struct {
	ID          id.SignIn
	Member      id.Member
	Application id.Application
	Device      string // browser and system, such as "safari ios"; see Device
	Created     time.Time
	LastSeen    time.Time // to the minute
	Proven      time.Time // when a code was last entered in it; zero if never
	Expires     time.Time

	hash []byte
}

// bucket is where the row is: the member's or the registration's, or any for a browser nobody signed in with.
func (s SignIn) bucket() int { return s.ID.Bucket() }

// Binding names the browser for a code that is bound to it (CodeRequest.BoundTo).
func (s SignIn) Binding() string { return "browser " + hex.EncodeToString(s.hash) }

// BindingOf is the binding of the browser that a cookie's token belonged to, also after the token was replaced: a press
// that arrives twice carries the old one, and its code is found all the same. It is false for what is no token.
func BindingOf(text mask.Secret) (string, bool) {
	t, ok := readToken(text)
	return SignIn{hash: t.hash}.Binding(), ok
}

// anonymousFor is how long a browser is remembered that nobody signed in with.
const anonymousFor = 24 * time.Hour

// seenEvery is how often the time of the last visit is written.
const seenEvery = time.Minute

// OpenSignIn begins a browser's session before anybody is known, so that a code can be bound to it. The token goes into
// the cookie and is stored nowhere.
func (m *Members) OpenSignIn(tx *db.Tx, device string) (mask.Secret, SignIn, error) {
	var b [2]byte
	_, _ = rand.Read(b[:])
	token := newToken(int(binary.BigEndian.Uint16(b[:])) % id.Buckets)
	s := SignIn{
		ID: id.In[id.SignInKind](tx, token.bucket), Device: device, Created: tx.Now(), LastSeen: tx.Now(),
		Expires: tx.Now().Add(anonymousFor), hash: token.hash,
	}
	return token.text, s, insertSignIn(tx, token.bucket, s, nil)
}

// FindSignIn is the browser that a cookie's token belongs to. It is false for a token that is malformed, unknown, ended
// or past its time.
func (m *Members) FindSignIn(tx *db.Tx, token mask.Secret) (SignIn, bool, error) {
	t, ok := readToken(token)
	if !ok {
		return SignIn{}, false, nil
	}
	return selectSignIn(tx, t, false)
}

// SeenDue tells whether Seen has something to write.
func (s SignIn) SeenDue(now time.Time) bool { return now.Sub(s.LastSeen) >= seenEvery }

// Seen notes a visit, at most once a minute.
func (m *Members) Seen(tx *db.Tx, s SignIn) error {
	if !s.SeenDue(tx.Now()) {
		return nil
	}
	return updateSeen(tx, s)
}

// Fresh tells whether a code was entered in the browser lately enough to spend money or change what is personal
// (rule M20).
func (m *Members) Fresh(s SignIn, now time.Time) bool {
	span := FreshMinutes.On(m.Terms.Current(), jst.DayOf(now))
	return !s.Member.IsZero() && !s.Proven.IsZero() && now.Sub(s.Proven) <= span
}

// Prove makes the browser a member's after the member's code was entered in it. The browser gets a new token and the old
// one ends, so that a token that somebody planted or saw before is worth nothing. A press that arrives twice leaves
// one sign-in: the one whose token was answered last.
func (m *Members) Prove(tx *db.Tx, token mask.Secret, device string, member id.Member) (mask.Secret, SignIn, error) {
	if err := lockMember(tx, member); err != nil {
		return "", SignIn{}, err
	}
	old, s, found, err := takeOld(tx, token)
	if err != nil {
		return "", SignIn{}, err
	}
	if err := endTwin(tx, member, old.hash); err != nil {
		return "", SignIn{}, err
	}
	fresh := newToken(member.Bucket())
	lasts := time.Duration(SignInDays.On(m.Terms.Current(), day(tx))) * 24 * time.Hour
	if found && s.Member == member {
		s.Proven, s.LastSeen, s.Expires, s.hash = tx.Now(), tx.Now(), tx.Now().Add(lasts), fresh.hash
		return fresh.text, s, updateProven(tx, s, old)
	}
	if err := leave(tx, old, s, found); err != nil {
		return "", SignIn{}, err
	}
	known, err := selectSignIns(tx, member)
	if err != nil {
		return "", SignIn{}, err
	}
	s = SignIn{
		ID: id.In[id.SignInKind](tx, fresh.bucket), Member: member, Device: device, Created: tx.Now(),
		LastSeen: tx.Now(), Proven: tx.Now(), Expires: tx.Now().Add(lasts), hash: fresh.hash,
	}
	if err := insertSignIn(tx, fresh.bucket, s, old.hash); err != nil {
		return "", SignIn{}, err
	}
	return fresh.text, s, event.Append(tx, fact(member, "member.signed_in", map[string]any{
		"sign_in": s.ID, "device": device, "new_device": isNewDevice(known, device),
	}))
}

// ProveApplicant ties the browser to a registration after the applicant's number was proven in it. Like Prove it gives a
// new token.
func (m *Members) ProveApplicant(tx *db.Tx, token mask.Secret, device string, app id.Application) (mask.Secret, SignIn, error) {
	old, s, found, err := takeOld(tx, token)
	if err != nil {
		return "", SignIn{}, err
	}
	if err := leave(tx, old, s, found); err != nil {
		return "", SignIn{}, err
	}
	fresh := newToken(app.Bucket())
	days := ApplicationDays.On(m.Terms.Current(), day(tx))
	s = SignIn{
		ID: id.In[id.SignInKind](tx, fresh.bucket), Application: app, Device: device, Created: tx.Now(),
		LastSeen: tx.Now(), Proven: tx.Now(), Expires: tx.Now().Add(time.Duration(days) * 24 * time.Hour), hash: fresh.hash,
	}
	return fresh.text, s, insertSignIn(tx, fresh.bucket, s, old.hash)
}

// takeOld locks the browser's row by its token before the token is replaced.
func takeOld(tx *db.Tx, text mask.Secret) (token, SignIn, bool, error) {
	t, ok := readToken(text)
	if !ok {
		return token{}, SignIn{}, false, nil
	}
	s, found, err := selectSignIn(tx, t, true)
	return t, s, found, err
}

// leave ends what the browser was before: a row that nobody had signed in with is of no use to anybody.
func leave(tx *db.Tx, t token, s SignIn, found bool) error {
	if !found {
		return nil
	}
	if s.Member.IsZero() {
		return deleteSignIn(tx, t)
	}
	return endSignIn(tx, s.Member, s.ID)
}

// ListSignIns lists a member's browsers, the one seen last first.
func (m *Members) ListSignIns(tx *db.Tx, member id.Member) ([]SignIn, error) {
	return selectSignIns(tx, member)
}

// EndSignIn signs one browser of a member out (rule M21). One that is signed out already is no error; NoSignIn is one
// that the member never had.
func (m *Members) EndSignIn(tx *db.Tx, member id.Member, which id.SignIn) error {
	if err := lockMember(tx, member); err != nil {
		return err
	}
	ended, found, err := findOwnSignIn(tx, member, which)
	if err != nil {
		return err
	}
	if !found {
		return NoSignIn.New()
	}
	if ended {
		return nil
	}
	if err := endSignIn(tx, member, which); err != nil {
		return err
	}
	return event.Append(tx, fact(member, "member.signed_out", map[string]any{"sign_in": which}))
}

// EndAll signs all browsers of a member out and answers how many there were.
func (m *Members) EndAll(tx *db.Tx, member id.Member) (int64, error) {
	if err := lockMember(tx, member); err != nil {
		return 0, err
	}
	n, err := endSignIns(tx, member)
	if err != nil || n == 0 {
		return n, err
	}
	return n, event.Append(tx, fact(member, "member.signed_out", map[string]any{"sign_ins": n}))
}

func isNewDevice(known []SignIn, device string) bool {
	for _, s := range known {
		if s.Device == device {
			return false
		}
	}
	return true
}

// fact is something that a member did.
func fact(member id.Member, kind string, data any) event.Fact {
	return event.Fact{
		Kind: kind, Subject: event.Subject(member), Member: member, Side: fault.Member, Actor: "member", Data: data,
	}
}

// token is a cookie's secret: two bytes that name the bucket of the row, and 256 bits of chance.
type token struct {
	text   mask.Secret
	bucket int
	hash   []byte
}

const tokenBytes = 2 + 32

func newToken(bucket int) token {
	var b [tokenBytes]byte
	_, _ = rand.Read(b[2:]) // crypto/rand.Read never gives an error: it ends the process instead
	binary.BigEndian.PutUint16(b[:], uint16(bucket))
	return tokenOf(b[:])
}

func tokenOf(b []byte) token {
	hash := sha256.Sum256(b)
	return token{
		text: mask.Secret(base64.RawURLEncoding.EncodeToString(b)), bucket: int(binary.BigEndian.Uint16(b)), hash: hash[:],
	}
}

func readToken(text mask.Secret) (token, bool) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(text.Reveal())
	if err != nil || len(b) != tokenBytes || int(binary.BigEndian.Uint16(b)) >= id.Buckets {
		return token{}, false
	}
	return tokenOf(b), true
}

// Device reads a browser's User-Agent down to two words, browser and system, and keeps nothing else of it: enough for a
// member to tell their browsers apart, too little to follow anybody.
func Device(userAgent string) string {
	return firstOf(userAgent, browsers) + " " + firstOf(userAgent, systems)
}

type sign struct{ mark, word string }

// The order matters: most browsers also name those that they want to be taken for.
var (
	browsers = []sign{
		{"Edg", "edge"},
		{"OPR/", "opera"},
		{"SamsungBrowser/", "samsung"},
		{"FxiOS/", "firefox"},
		{"Firefox/", "firefox"},
		{"CriOS/", "chrome"},
		{"Chrome/", "chrome"},
		{"Safari/", "safari"},
	}
	systems = []sign{
		{"iPhone", "ios"},
		{"iPad", "ipados"},
		{"Android", "android"},
		{"Windows", "windows"},
		{"CrOS", "chromeos"},
		{"Mac OS X", "macos"},
		{"Linux", "linux"},
	}
)

func firstOf(text string, signs []sign) string {
	for _, s := range signs {
		if strings.Contains(text, s.mark) {
			return s.word
		}
	}
	return "other"
}
