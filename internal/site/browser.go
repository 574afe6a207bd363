package site

import (
	"net/http"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/gateway"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/web"
)

// cookieName is prefixed with __Host- where the address is https: such a cookie cannot be set by another host.
func (s *Site) cookieName() string {
	if s.secure() {
		return "__Host-tsuke"
	}
	return "tsuke"
}

func (v *visit) token() mask.Secret {
	c, err := v.r.Cookie(v.site.cookieName())
	if err != nil {
		return ""
	}
	return mask.Secret(c.Value)
}

func (v *visit) setToken(token mask.Secret, expires time.Time) {
	http.SetCookie(v.w, &http.Cookie{
		Name: v.site.cookieName(), Value: token.Reveal(), Path: "/", HttpOnly: true, Secure: v.site.secure(),
		SameSite: http.SameSiteLaxMode, MaxAge: max(int(expires.Sub(v.site.DB.Now()).Seconds()), 1),
	})
}

func (v *visit) dropToken() {
	http.SetCookie(v.w, &http.Cookie{
		Name: v.site.cookieName(), Path: "/", HttpOnly: true, Secure: v.site.secure(), SameSite: http.SameSiteLaxMode, MaxAge: -1,
	})
}

// loadSignIn finds who this browser is, and notes the visit at most once a minute.
func (v *visit) loadSignIn() error {
	token := v.token()
	if token == "" {
		return nil
	}
	now := v.site.DB.Now()
	err := v.read(func(tx *db.Tx) error {
		found, ok, err := v.site.Members.FindSignIn(tx, token)
		if ok {
			v.signIn = found
		}
		return err
	})
	if err != nil || v.signIn.ID.IsZero() || !v.signIn.SeenDue(now) {
		return err
	}
	return v.write(func(tx *db.Tx) error { return v.site.Members.Seen(tx, v.signIn) })
}

// binding ties a code to this browser. A press that arrives a second time still carries the cookie of before; the code it
// entered was bound to that one.
func (v *visit) binding() string {
	if v.signIn.ID.IsZero() {
		if old, ok := member.BindingOf(v.token()); ok {
			return old
		}
	}
	return v.signIn.Binding()
}

// browser makes sure that this browser has a row to bind a code to.
func (v *visit) browser() error {
	if !v.signIn.ID.IsZero() {
		return nil
	}
	var token mask.Secret
	err := v.write(func(tx *db.Tx) (err error) {
		token, v.signIn, err = v.site.Members.OpenSignIn(tx, member.Device(v.r.UserAgent()))
		return err
	})
	if err == nil {
		v.setToken(token, v.signIn.Expires)
	}
	return err
}

// become makes this browser a member's after the member's code was entered.
func (v *visit) become(m id.Member) error {
	var token mask.Secret
	err := v.write(func(tx *db.Tx) (err error) {
		token, v.signIn, err = v.site.Members.Prove(tx, v.token(), member.Device(v.r.UserAgent()), m)
		return err
	})
	if err == nil {
		v.setToken(token, v.signIn.Expires)
	}
	return err
}

func (v *visit) fresh() bool { return v.site.Members.Fresh(v.signIn, v.site.DB.Now()) }

// requestCode makes a code in a transaction and sends it after the commit. What the SMS says about the purpose stands in
// words: a code for one thing must not be given away for another.
func (v *visit) requestCode(ask func(tx *db.Tx) (member.Sent, error), words string) error {
	var sent member.Sent
	err := v.write(func(tx *db.Tx) (err error) {
		sent, err = ask(tx)
		return err
	})
	if err != nil {
		return err
	}
	body := codeText(v.lang, v.site.PublicURL.Host, words, sent.Code)
	outcome, err := v.site.SMS.Send(v.detached(), gateway.Text{To: sent.Phone, Body: body, Key: sent.Key})
	if outcome == gateway.Done || outcome == gateway.Unknown {
		return nil // an unknown outcome most often arrives; a new code can be asked for
	}
	v.site.Log.Warn("code not sent", "ref", v.ref.String(), "outcome", outcome.String(), "err", err)
	return NotSent.Because(err).After(30)
}

// codeText fits one part of an SMS (70 characters). It holds no link; its last line binds the code to this address for
// browsers that fill it in (WICG, origin-bound one-time codes).
func codeText(lang web.Lang, host, words string, code mask.Secret) string {
	if lang == web.English {
		return "Tsuke code " + code.Reveal() + " " + words + ". Tell nobody.\n@" + host + " #" + code.Reveal()
	}
	return "確認コード " + code.Reveal() + "（" + words + "）人に教えないでください\n@" + host + " #" + code.Reveal()
}

const saidCookie = "said"

// say leaves a note for the next page, which shows it once.
func (v *visit) say(what web.Said) {
	http.SetCookie(v.w, &http.Cookie{
		Name: saidCookie, Value: string(what), Path: "/", HttpOnly: true, Secure: v.site.secure(), SameSite: http.SameSiteLaxMode, MaxAge: 60,
	})
}

func (v *visit) said() web.Said {
	c, err := v.r.Cookie(saidCookie)
	if err != nil || v.r.Method != http.MethodGet {
		return web.SaidNothing
	}
	what := web.Said(c.Value)
	if what.Key() == "" {
		return web.SaidNothing
	}
	http.SetCookie(v.w, &http.Cookie{Name: saidCookie, Path: "/", HttpOnly: true, Secure: v.site.secure(), SameSite: http.SameSiteLaxMode, MaxAge: -1})
	return what
}
