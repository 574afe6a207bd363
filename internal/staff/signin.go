package staff

import (
	"net/url"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
)

// Invitation is what an open link shows: whose it is and the key for the authenticator.
type Invitation struct {
	Person  Person
	Key     mask.Secret // base32, to be typed where no camera is at hand
	Expires time.Time
}

// URI is what authenticator apps read from a QR code (the key URI format that they share).
func (i Invitation) URI(issuer string) string {
	label := url.PathEscape(issuer + ":" + i.Person.Name)
	return "otpauth://totp/" + label + "?secret=" + i.Key.Reveal() + "&issuer=" + url.QueryEscape(issuer)
}

// FindLink opens a link without using it. The fault is LinkOver, for one that was used, replaced, never made or whose time is
// over.
func (s *Staff) FindLink(tx *db.Tx, link mask.Secret) (Invitation, error) {
	i, _, err := s.findLink(tx, link, false)
	return i, err
}

func (s *Staff) findLink(tx *db.Tx, text mask.Secret, lock bool) (Invitation, token, error) {
	t, ok := readToken("link", text)
	if !ok {
		return Invitation{}, token{}, LinkOver.New()
	}
	l, found, err := selectLink(tx, t)
	if err != nil {
		return Invitation{}, token{}, err
	}
	if !found || !tx.Now().Before(l.expires) {
		return Invitation{}, token{}, LinkOver.New()
	}
	p, err := selectPerson(tx, l.staff, lock)
	if err != nil {
		return Invitation{}, token{}, err
	}
	if lock { // it may have been used while the row was waited for
		if _, found, err = selectLink(tx, t); err != nil {
			return Invitation{}, token{}, err
		}
	}
	if !found || p.State != Invited {
		return Invitation{}, token{}, LinkOver.New()
	}
	subject, err := s.Vault.Subject(tx.Context(), p.ID.String(), p.dataKey)
	if err != nil {
		return Invitation{}, token{}, err
	}
	key, err := subject.Open("link", l.totp)
	return Invitation{Person: p, Key: mask.Secret(key), Expires: l.expires}, t, err
}

// Session is one person in one browser.
type Session struct {
	Person Person
	Opened time.Time
	Seen   time.Time
	Proven time.Time // when a code was last entered in it

	browser token
	hash    []byte
}

// Entry is what became of a code. The tries it counts are committed whether it was right or not, so it is no error of the
// transaction: see Err.
type Entry struct {
	Session Session
	Browser mask.Secret // the cookie that says whose browser it is; with Enrol only
	Cookie  mask.Secret // the cookie of the session

	refused *fault.Error
}

// Err is why the code was not taken: CodeForm, CodeWrong, CodePaused, LinkOver or NoPerson. It is nil if it was.
func (e Entry) Err() error {
	if e.refused == nil {
		return nil
	}
	return e.refused
}

// Enrol uses a link: a code shows that the key is in an authenticator. The person becomes active, the browser theirs, and
// they are signed in with it (rules O02, O03).
func (s *Staff) Enrol(tx *db.Tx, link mask.Secret, typed, device string) (Entry, error) {
	i, t, err := s.findLink(tx, link, true)
	if err != nil {
		return Entry{}, err
	}
	p, refused, err := s.take(tx, i.Person, i.Key, typed)
	if err != nil || refused != nil {
		return Entry{refused: refused}, err
	}
	subject, err := s.Vault.Subject(tx.Context(), p.ID.String(), p.dataKey)
	if err != nil {
		return Entry{}, err
	}
	p.totp = subject.Seal("totp", i.Key.Reveal())
	if p, err = s.move(tx, p, Enrol); err != nil {
		return Entry{}, err
	}
	browser := newToken(tx, "browser", t.bucket)
	if err := insertBrowser(tx, browser, p.ID, device); err != nil {
		return Entry{}, err
	}
	if err := event.Append(tx, p.fact("staff.enrolled", p.ID.String(), map[string]any{"device": device})); err != nil {
		return Entry{}, err
	}
	e, err := s.open(tx, p, browser)
	e.Browser = browser.text
	return e, err
}

// FindBrowser answers whose browser it is, by its cookie. It is false for one that nobody enrolled, or whose person is no longer
// active.
func (s *Staff) FindBrowser(tx *db.Tx, browser mask.Secret) (Person, bool, error) {
	t, ok := readToken("browser", browser)
	if !ok {
		return Person{}, false, nil
	}
	b, found, err := selectBrowser(tx, t)
	if err != nil || !found {
		return Person{}, false, err
	}
	p, err := selectPerson(tx, b.staff, false)
	return p, err == nil && p.State == Active, err
}

// SignIn enters a code in an enrolled browser (rules O04, O05). In a running session it makes it fresh again (rule O07); the
// cookie is a new one in any case, and the one before ends.
func (s *Staff) SignIn(tx *db.Tx, browser mask.Secret, typed string) (Entry, error) {
	t, ok := readToken("browser", browser)
	if !ok {
		return Entry{refused: NoPerson.New()}, nil
	}
	b, found, err := selectBrowser(tx, t)
	if err != nil || !found {
		return Entry{refused: NoPerson.New()}, err
	}
	p, err := selectPerson(tx, b.staff, true)
	if err != nil {
		return Entry{}, err
	}
	if b, found, err = selectBrowser(tx, t); err != nil || !found || p.State != Active {
		return Entry{refused: NoPerson.New()}, err
	}
	subject, err := s.Vault.Subject(tx.Context(), p.ID.String(), p.dataKey)
	if err != nil {
		return Entry{}, err
	}
	key, err := subject.Open("totp", p.totp)
	if err != nil {
		return Entry{}, err
	}
	if tx.Now().Sub(b.proven) <= twinWithin && p.used(mask.Secret(key), typed, tx.Now()) {
		return s.open(tx, p, t)
	}
	p, refused, err := s.take(tx, p, mask.Secret(key), typed)
	if err != nil || refused != nil {
		return Entry{refused: refused}, err
	}
	if err := event.Append(tx, p.fact("staff.signed_in", p.ID.String(), nil)); err != nil {
		return Entry{}, err
	}
	return s.open(tx, p, t)
}

// twinWithin is how long after a code was taken the same press may arrive once more, in the same browser.
const twinWithin = 15 * time.Second

// used tells whether this is the code that was taken last.
func (p Person) used(key mask.Secret, typed string, now time.Time) bool {
	code, ok := readCode(typed)
	step, right := stepOfCode(key, code, now, p.step-1)
	return ok && right && step == p.step
}

// take judges a code of a locked person and writes what follows from it (rule O05).
func (s *Staff) take(tx *db.Tx, p Person, key mask.Secret, typed string) (Person, *fault.Error, error) {
	code, ok := readCode(typed)
	if !ok {
		return p, CodeForm.In("totp"), nil // no try: nobody has a code of five digits
	}
	if tx.Now().Before(p.paused) {
		return p, CodePaused.New().After(int(p.paused.Sub(tx.Now())/time.Second) + 1), nil
	}
	terms, today := s.Terms.Current(), jst.DayOf(tx.Now())
	step, right := stepOfCode(key, code, tx.Now(), p.step)
	if right {
		p.step, p.wrong, p.paused = step, 0, time.Time{}
		return p, nil, updatePerson(tx, p)
	}
	refused := CodeWrong.In("totp")
	if p.wrong++; p.wrong >= Tries.On(terms, today) {
		p.wrong, p.paused = 0, tx.Now().Add(PauseMinutes.On(terms, today))
		refused = CodePaused.New().After(int(PauseMinutes.On(terms, today) / time.Second))
		if err := event.Append(tx, p.fact("staff.paused", p.ID.String(), nil)); err != nil {
			return p, nil, err
		}
	}
	return p, refused, updatePerson(tx, p)
}

// open begins a session, or goes on with one under a new cookie.
func (s *Staff) open(tx *db.Tx, p Person, browser token) (Entry, error) {
	cookie := newToken(tx, "session", p.ID.Bucket())
	session := Session{Person: p, Opened: tx.Now(), Seen: tx.Now(), Proven: tx.Now(), browser: browser, hash: cookie.hash}
	return Entry{Session: session, Cookie: cookie.text}, updateSession(tx, session)
}

// FindSession answers who is signed in, by the session's cookie. It is false for one that has ended or whose time is over
// (rule O06).
func (s *Staff) FindSession(tx *db.Tx, cookie mask.Secret) (Session, bool, error) {
	t, ok := readToken("session", cookie)
	if !ok {
		return Session{}, false, nil
	}
	session, found, err := selectSession(tx, t)
	if err != nil || !found {
		return Session{}, false, err
	}
	terms, today := s.Terms.Current(), jst.DayOf(tx.Now())
	if tx.Now().Sub(session.Seen) > IdleMinutes.On(terms, today) || tx.Now().Sub(session.Opened) > SessionMinutes.On(terms, today) {
		return Session{}, false, nil
	}
	session.Person, err = selectPerson(tx, session.Person.ID, false)
	return session, err == nil && session.Person.State == Active, err
}

// seenEvery is how often the time of the last visit is written.
const seenEvery = time.Minute

// SeenDue tells whether Seen has something to write.
func (s Session) SeenDue(now time.Time) bool { return now.Sub(s.Seen) >= seenEvery }

// Seen notes a visit.
func (s *Staff) Seen(tx *db.Tx, session Session) error { return updateSeen(tx, session) }

// SignOut ends a session. The browser stays enrolled.
func (s *Staff) SignOut(tx *db.Tx, session Session) error { return endSession(tx, session) }

// Fresh tells whether a code was entered in the session lately enough to decide with another, or to look at personal data
// (rule O07).
func (s *Staff) Fresh(session Session, now time.Time) bool {
	return now.Sub(session.Proven) <= FreshMinutes.On(s.Terms.Current(), jst.DayOf(now))
}
