package staff

import (
	"crypto/subtle"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"tsuke/internal/mask"
)

// Role is what a person works as. One person can have several.
type Role string

// The roles.
const (
	Support    Role = "support"
	Collection Role = "collection"
	Finance    Role = "finance"
	Admin      Role = "admin"
)

// Roles lists the roles in the order in which they are told.
func Roles() []Role { return []Role{Support, Collection, Finance, Admin} }

// Right is one thing that a person may do.
type Right string

// The rights.
const (
	See     Right = "see"     // the console's lists, with personal data masked
	Reveal  Right = "reveal"  // a member's personal data, each time with a reason
	Match   Right = "match"   // say to which bill money belongs
	Ask     Right = "ask"     // ask for what two people decide
	Approve Right = "approve" // be the second of them
	Books   Right = "books"   // the ledger and its checks
	Audit   Right = "audit"   // who looked at whose data
	Hold    Right = "hold"    // stop dunning, and let it go on
	Journal Right = "journal" // ask for entries of the books by hand
	Send    Right = "send"    // files of transfers, by which money goes back
)

// rights is the table of what each role may do (rule O01).
var rights = map[Role][]Right{
	Support:    {See, Reveal},
	Collection: {See, Reveal, Ask, Hold},
	Finance:    {See, Reveal, Match, Ask, Approve, Books, Hold, Journal, Send},
	Admin:      {See, Approve, Books, Audit},
}

// May tells whether one of the roles gives a right.
func May(roles []Role, right Right) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(rights[r], right) })
}

// readRoles gives each known role once, in the order of Roles.
func readRoles(given []Role) ([]Role, bool) {
	var out []Role
	for _, r := range Roles() {
		if slices.Contains(given, r) {
			out = append(out, r)
		}
	}
	unknown := slices.ContainsFunc(given, func(r Role) bool { return rights[r] == nil })
	return out, len(out) > 0 && !unknown
}

func rolesText(roles []Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

func rolesOf(text string) []Role {
	var out []Role
	for _, w := range strings.Fields(text) {
		out = append(out, Role(w))
	}
	return out
}

// nameForm is what a person is called at work: short enough for a list, and no full name with spaces.
var nameForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{1,19}$`)

// reasonMax is how many characters a reason may have.
const reasonMax = 200

// readReason reads a reason of one line.
func readReason(text string) (string, bool) {
	text = strings.TrimSpace(text)
	ok := text != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= reasonMax &&
		!strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f })
	return text, ok
}

// Authenticators count in steps of 30 seconds and show six digits (RFC 6238, the defaults that every app knows).
const (
	stepSpan   = 30 * time.Second
	keyBytes   = 20
	slackSteps = 1 // clocks of telephones are off by so much (RFC 6238, 5.2)
)

func stepOf(at time.Time) int64 { return at.Unix() / int64(stepSpan/time.Second) }

// stepOfCode finds the step near an instant whose code this is. A step that was used, or one before it, is not looked at: a
// code that somebody read over a shoulder is worth nothing (RFC 6238, 5.2; rule O05).
func stepOfCode(key, code mask.Secret, at time.Time, used int64) (int64, bool) {
	now, found, step := stepOf(at), 0, int64(0)
	for s := now - slackSteps; s <= now+slackSteps; s++ {
		want, err := hotp.GenerateCodeCustom(key.Reveal(), uint64(max(s, 0)), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && s > used && subtle.ConstantTimeCompare([]byte(want), []byte(code.Reveal())) == 1 {
			found, step = 1, s
		}
	}
	return step, found == 1
}

var codeForm = regexp.MustCompile(`^[0-9]{6}$`)

// readCode reads six digits as people type them: full width, with a gap in the middle.
func readCode(typed string) (mask.Secret, bool) {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '　' || r == '-':
			return -1
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		}
		return r
	}, typed)
	return mask.Secret(digits), codeForm.MatchString(digits)
}
