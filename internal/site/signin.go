package site

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/member"
	"tsuke/internal/web"
)

const returnCookie = "return"

// returnFor is how long a browser remembers where its member was going: longer than a registration takes, and too short
// to bring anybody back to an order of another day.
const returnFor = time.Hour

// goal is where the member was going when a sign-in or registration came in between: a path of this service, or empty.
// Pages and forms name it, so that two tabs do not meet; the cookie carries it over links that do not.
func (v *visit) goal() string {
	for _, given := range []string{v.r.PostFormValue("return"), v.r.URL.Query().Get("return")} {
		if path := ownPath(given); path != "" {
			v.keepGoal(path, returnFor)
			return path
		}
	}
	c, err := v.r.Cookie(returnCookie)
	if err != nil {
		return ""
	}
	path, err := url.QueryUnescape(c.Value)
	if err != nil {
		return ""
	}
	return ownPath(path)
}

func (v *visit) keepGoal(path string, lasts time.Duration) {
	http.SetCookie(v.w, &http.Cookie{
		Name: returnCookie, Value: url.QueryEscape(path), Path: "/", HttpOnly: true, Secure: v.site.secure(),
		SameSite: http.SameSiteLaxMode, MaxAge: int(lasts.Seconds()),
	})
}

// arrive goes where the member was going, or home, and forgets about it.
func (v *visit) arrive() error {
	goal := v.goal()
	v.keepGoal("", -time.Second)
	if goal == "" {
		goal = web.HomePath
	}
	return v.to(goal)
}

// goalMax bounds an address that is carried along.
const goalMax = 500

// ownPath is the address if it is one of this service, and otherwise empty: nobody is sent to another site by a link
// that begins with our name. Browsers read a backslash as a slash, and drop control characters.
func ownPath(address string) string {
	if len(address) > goalMax || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return ""
	}
	if strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "" || u.Host != "" || strings.HasPrefix(u.Path, "//") {
		return ""
	}
	return address
}

// withGoal is an address of this service that carries where to go on.
func withGoal(path, goal string) string {
	if goal == "" {
		return path
	}
	return path + "?return=" + url.QueryEscape(goal)
}

func (s *Site) signInPage(v *visit) error {
	goal := v.goal()
	if !v.signIn.Member.IsZero() {
		return v.arrive()
	}
	return v.show(web.SignInPage{Frame: v.frame(), Return: goal})
}

// signIn sends a code, to a number that is registered and to one that is not alike (rule M06).
func (s *Site) signIn(v *visit) error {
	phone, err := member.ReadPhone("phone", v.r.PostFormValue("phone"))
	if err == nil {
		err = v.askSignInCode(func(tx *db.Tx) (member.Sent, error) {
			return s.Members.RequestCode(tx, member.CodeRequest{
				Phone: phone, Purpose: member.ForSignIn, BoundTo: v.binding(), Address: v.address(),
			})
		})
	}
	if err != nil {
		slips, err := v.numberSlips(err)
		if err != nil {
			return err
		}
		return v.show(web.SignInPage{Frame: v.frame(), Return: v.goal(), Form: web.Form{Typed: v.typed("phone"), Slips: slips}})
	}
	return v.to(withGoal(web.SignInCodePath, v.goal()))
}

// numberSlips are the slips of a phone number. A pause of code entry is none of them: nothing about the number can be
// put right, and the page of its own says until when it lasts.
func (v *visit) numberSlips(err error) ([]web.Slip, error) {
	if fault.Is(err, member.CodeBlocked) {
		return nil, err
	}
	return v.slips(err)
}

func (v *visit) askSignInCode(ask func(tx *db.Tx) (member.Sent, error)) error {
	words := "ログイン"
	if v.lang == web.English {
		words = "to log in"
	}
	return v.askCode(ask, words)
}

// askCode sends a code to this browser's member-to-be. A code that was sent just now is the one: the same press arrived
// twice, and the page on which it is entered says from when on another can be had.
func (v *visit) askCode(ask func(tx *db.Tx) (member.Sent, error), words string) error {
	if err := v.browser(); err != nil {
		return err
	}
	err := v.requestCode(ask, words)
	if fault.Is(err, member.CodeSoon) {
		return nil
	}
	return err
}

// codeAsked is a code that this browser waits for.
type codeAsked struct {
	purpose member.Purpose
	boundTo string
	here    string // the page on which it is entered
	change  string // the page on which another number is given
	step    *web.Step
	own     bool // it goes to the registered number of a member who is signed in, who cannot give another
}

// codePage draws the page on which a code is entered, or goes back to the number if none is under way.
func (v *visit) codePage(c codeAsked, form web.Form) error {
	var pending member.Pending
	var found bool
	err := v.read(func(tx *db.Tx) (err error) {
		pending, found, err = v.site.Members.FindCode(tx, c.purpose, c.boundTo)
		return err
	})
	if err != nil {
		return err
	}
	goal := v.goal()
	if !found {
		return v.to(withGoal(c.change, goal))
	}
	page := web.CodePage{
		Frame: v.frame(), Form: form, Action: withGoal(c.here, goal), Resend: withGoal(c.here+resendBelow, goal),
		Change: withGoal(c.change, goal), Phone: pending.MaskedPhone, SentAt: pending.SentAt, Until: pending.ExpiresAt,
		ResendAt: pending.ResendAt, Step: c.step, Guardian: c.purpose == member.ForGuardian,
	}
	if c.own {
		page.Change = ""
	}
	return v.show(page)
}

// codeAgain shows the page once more with what is wrong about the code.
func (v *visit) codeAgain(c codeAsked, err error) error {
	slips, err := v.slips(err)
	if err != nil {
		return err
	}
	return v.codePage(c, web.Form{Typed: v.typed("code"), Slips: slips})
}

// resendBelow is where a new code is asked for, below the page on which it is entered.
const resendBelow = "/resend"

func (v *visit) signInCode() codeAsked {
	return codeAsked{purpose: member.ForSignIn, boundTo: v.binding(), here: web.SignInCodePath, change: web.SignInPath}
}

func (s *Site) signInCodePage(v *visit) error {
	if !v.signIn.Member.IsZero() {
		return v.arrive()
	}
	return v.codePage(v.signInCode(), web.Form{})
}

// enterCode enters the code that was typed and finds whose number it proves, if it is a member's.
func (v *visit) enterCode() (who id.Member, known bool, err error) {
	var entered member.Entered
	err = v.write(func(tx *db.Tx) (err error) {
		entered, err = v.site.Members.EnterCode(tx, member.ForSignIn, v.binding(), v.r.PostFormValue("code"))
		if err != nil || !entered.OK {
			return err
		}
		who, known, err = v.site.Members.FindByPhone(tx, entered.Phone)
		return err
	})
	if err == nil {
		err = entered.Err()
	}
	return who, known, err
}

// enterSignInCode makes the browser the member's whose number was proven. Only now it may be told that a number is
// nobody's, because whoever asks reads its messages.
func (s *Site) enterSignInCode(v *visit) error {
	who, known, err := v.enterCode()
	if err != nil {
		return v.codeAgain(v.signInCode(), err)
	}
	if !known {
		slips, err := v.slips(member.NotRegistered.In("phone"))
		if err != nil {
			return err
		}
		return v.show(web.SignInPage{Frame: v.frame(), Return: v.goal(), Form: web.Form{Slips: slips}})
	}
	if err := v.become(who); err != nil {
		return err
	}
	return v.arrive()
}

func (s *Site) resendSignInCode(v *visit) error {
	err := v.askSignInCode(func(tx *db.Tx) (member.Sent, error) {
		return s.Members.ResendCode(tx, member.ForSignIn, v.binding(), v.address())
	})
	return v.codeSentAgain(v.signInCode(), err)
}

// codeSentAgain goes on to the page on which the code is entered, which says so.
func (v *visit) codeSentAgain(c codeAsked, err error) error {
	if fault.Is(err, member.CodeExpired) { // there is none to send again
		return v.to(withGoal(c.change, v.goal()))
	}
	if err != nil {
		return err
	}
	v.say(web.SaidCodeSent)
	return v.to(withGoal(c.here, v.goal()))
}

// signOut ends this browser's sign-in and asks it to forget what it kept (W3C Clear Site Data). Pressed twice, or in a
// browser whose sign-in has ended elsewhere, it answers the same.
func (s *Site) signOut(v *visit) error {
	if !v.signIn.Member.IsZero() {
		err := v.write(func(tx *db.Tx) error { return s.Members.EndSignIn(tx, v.signIn.Member, v.signIn.ID) })
		if err != nil {
			return err
		}
	}
	return v.signedOut(web.SaidSignedOut)
}

// signOutAll ends the sign-ins of all of the member's browsers.
func (s *Site) signOutAll(v *visit) error {
	err := v.write(func(tx *db.Tx) error {
		_, err := s.Members.EndAll(tx, v.signIn.Member)
		return err
	})
	if err != nil {
		return err
	}
	return v.signedOut(web.SaidSignedOff)
}

func (v *visit) signedOut(note web.Said) error {
	v.dropToken()
	v.keepGoal("", -time.Second)
	v.w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	v.say(note)
	return v.to(web.SignInPath)
}
