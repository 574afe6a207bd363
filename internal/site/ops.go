package site

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

// The console: pages of staff below web.OpsPath. It is a handler of its own, so that it can be served where members' pages are
// not; the cookies of one are worth nothing at the other (docs/decisions/0018-staff-without-passwords.md).

// NewConsole makes the handler of the console.
func NewConsole(o Options) http.Handler {
	s := &Site{Options: o}
	mux := http.NewServeMux()
	for _, r := range slices.Concat(s.opsRoutes(), s.opsPayoutRoutes()) {
		mux.HandleFunc(r.pattern, s.opsPage(r.serve))
	}
	mux.Handle("GET "+web.AssetsPath, s.Views.Assets())
	mux.HandleFunc("/", s.opsPage(s.noPage))
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.opsPage(func(*visit) error { return ForeignForm.New() }))
	return guard.Handler(mux)
}

func (s *Site) opsRoutes() []route {
	receipt := web.OpsReceiptsPath + "/{receipt}"
	request := web.OpsApprovalsPath + "/{approval}"
	broken := web.OpsBreaksPath + "/{break}"
	return []route{
		{"GET " + web.OpsPath, s.opsHome},
		{"GET " + web.OpsPath + "/{$}", s.opsHome},
		{"GET " + web.OpsSignInPath, s.opsSignInPage},
		{"POST " + web.OpsSignInPath, s.opsSignIn},
		{"POST " + web.OpsSignOutPath, s.opsSignOut},
		{"GET " + web.OpsSignOutPath, back(web.OpsPath)},
		{"GET " + web.OpsEnrolPath + "{link}", s.opsEnrolPage},
		{"POST " + web.OpsEnrolPath + "{link}", s.opsEnrol},
		{"GET " + web.OpsReceiptsPath, forStaff(staff.See, s.opsReceipts)},
		{"GET " + receipt, forStaff(staff.See, s.opsReceipt)},
		{"POST " + receipt + "/match", forStaff(staff.Match, s.opsMatch)},
		{"GET " + receipt + "/match", backBy("receipt", web.OpsReceiptPath)},
		{"POST " + receipt + "/return", forFreshStaff(staff.Ask, s.opsAskReturn)},
		{"GET " + receipt + "/return", backBy("receipt", web.OpsReceiptPath)},
		{"GET " + web.OpsApprovalsPath, forStaff(staff.See, s.opsApprovals)},
		{"GET " + request, forStaff(staff.See, s.opsApproval)},
		{"POST " + request + "/approve", forFreshStaff(staff.Approve, s.opsApprove)},
		{"GET " + request + "/approve", backBy("approval", web.OpsApprovalPath)},
		{"POST " + request + "/refuse", forStaff(staff.See, s.opsRefuse)},
		{"GET " + request + "/refuse", backBy("approval", web.OpsApprovalPath)},
		{"GET " + web.OpsLatePath, forStaff(staff.See, s.opsLate)},
		{"GET " + web.OpsLatePath + "/{statement}", forStaff(staff.See, s.opsContact)},
		{"POST " + web.OpsLatePath + "/{statement}", forFreshStaff(staff.Reveal, s.opsReveal)},
		{"POST " + web.OpsLatePath + "/{statement}/write", forFreshStaff(staff.Ask, s.opsAskWriteOff)},
		{"GET " + web.OpsLatePath + "/{statement}/write", opsBackToBill},
		{"POST " + web.OpsLatePath + "/{statement}/waive", forFreshStaff(staff.Ask, s.opsAskWaiver)},
		{"GET " + web.OpsLatePath + "/{statement}/waive", opsBackToBill},
		{"POST " + web.OpsWaiveManyPath, forFreshStaff(staff.Ask, s.opsAskManyWaived)},
		{"GET " + web.OpsWaiveManyPath, back(web.OpsLatePath)},
		{"POST " + web.OpsLatePath + "/{statement}/stop", forStaff(staff.Hold, s.opsStop)},
		{"GET " + web.OpsLatePath + "/{statement}/stop", opsBackFromHold},
		{"POST " + web.OpsLatePath + "/{statement}/resume", forStaff(staff.Hold, s.opsResume)},
		{"GET " + web.OpsLatePath + "/{statement}/resume", opsBackFromHold},
		{"GET " + web.OpsJournalPath, forStaff(staff.Books, s.opsJournal)},
		{"GET " + web.OpsJournalNewPath, forStaff(staff.Journal, s.opsDraft)},
		{"POST " + web.OpsJournalNewPath, forFreshStaff(staff.Journal, s.opsAskEntry)},
		{"GET " + web.OpsJournalPath + "/{entry}", forStaff(staff.Books, s.opsEntryPage)},
		{"POST " + web.OpsJournalPath + "/{entry}/reverse", forFreshStaff(staff.Journal, s.opsAskReversal)},
		{"GET " + web.OpsJournalPath + "/{entry}/reverse", backBy("entry", web.OpsEntryPath)},
		{"GET " + web.OpsBooksPath, forStaff(staff.Books, s.opsBooks)},
		{"GET " + web.OpsBreaksPath, forStaff(staff.Books, s.opsBreaks)},
		{"GET " + broken, forStaff(staff.Books, s.opsBreak)},
		{"POST " + broken + "/own", forStaff(staff.Books, s.opsOwn)},
		{"GET " + broken + "/own", backBy("break", web.OpsBreakPath)},
		{"POST " + broken + "/note", forStaff(staff.Books, s.opsNote)},
		{"GET " + broken + "/note", backBy("break", web.OpsBreakPath)},
		{"GET " + web.OpsLooksPath, forStaff(staff.Audit, s.opsLooks)},
		{"GET " + web.OpsLooksPath + "/{look}", forStaff(staff.Reveal, s.opsLook)},
	}
}

// opsPayoutRoutes are where money goes back (rule B48).
func (s *Site) opsPayoutRoutes() []route {
	file := web.OpsPayoutsPath + "/{file}"
	payee := web.OpsReceiptsPath + "/{receipt}/account"
	guest := web.OpsInvoicesPath + "/{statement}/account"
	asked := web.OpsApprovalsPath + "/{approval}/account"
	return []route{
		{"GET " + web.OpsPayoutsPath, forStaff(staff.See, s.opsPayouts)},
		{"POST " + web.OpsPayoutsPath, forFreshStaff(staff.Send, s.opsGather)},
		{"GET " + file, forStaff(staff.See, s.opsFile)},
		{"POST " + file + "/file", forFreshStaff(staff.Send, s.opsDownload)},
		{"GET " + file + "/file", opsBackToFile},
		{"POST " + file + "/took", forFreshStaff(staff.Send, s.opsTook)},
		{"GET " + file + "/took", opsBackToFile},
		{"POST " + file + "/refused", forFreshStaff(staff.Send, s.opsRefused)},
		{"GET " + file + "/refused", opsBackToFile},
		{"GET " + payee, forStaff(staff.Send, s.opsPayee)},
		{"POST " + payee, forFreshStaff(staff.Send, s.opsAskPayee)},
		{"GET " + guest, forStaff(staff.Send, s.opsPayee)},
		{"POST " + guest, forFreshStaff(staff.Send, s.opsAskPayee)},
		{"GET " + asked, forStaff(staff.Send, s.opsProposed)},
		{"POST " + asked, forFreshStaff(staff.Send, s.opsLookAtProposed)},
	}
}

// backBy leads to the page of the object that an act is about.
func backBy(name string, path func(id, act string) string) func(*visit) error {
	return func(v *visit) error { return v.to(path(v.r.PathValue(name), "")) }
}

func opsBackToBill(v *visit) error { return v.to(web.OpsContactPath(v.r.PathValue("statement"))) }

// opsPage is page for the console: it knows staff, and no members.
func (s *Site) opsPage(h func(*visit) error) http.HandlerFunc {
	return s.page(func(v *visit) error {
		v.desk = &web.Desk{}
		if err := v.loadStaff(); err != nil {
			return err
		}
		return h(v)
	})
}

// The cookies of the console. Both are bound to its path.
const (
	opsBrowserCookie = "tsuke-ops-browser" // whose browser it is; for as long as browsers keep one
	opsSessionCookie = "tsuke-ops"         // the session
)

// opsBrowserFor is how long a browser keeps the cookie that says whose it is: browsers keep none longer than 400 days.
const opsBrowserFor = 400 * 24 * time.Hour

// opsCookie names a cookie. It is bound to a path, so __Host- is not to be had; __Secure- keeps plain http from setting it.
func (s *Site) opsCookie(name string) string {
	if s.secure() {
		return "__Secure-" + name
	}
	return name
}

func (v *visit) opsToken(name string) mask.Secret {
	c, err := v.r.Cookie(v.site.opsCookie(name))
	if err != nil {
		return ""
	}
	return mask.Secret(c.Value)
}

func (v *visit) setOpsToken(name string, token mask.Secret, lasts time.Duration) {
	http.SetCookie(v.w, &http.Cookie{
		Name: v.site.opsCookie(name), Value: token.Reveal(), Path: web.OpsPath, HttpOnly: true, Secure: v.site.secure(),
		SameSite: http.SameSiteLaxMode, MaxAge: int(lasts.Seconds()),
	})
}

// loadStaff finds who is signed in, and notes the visit at most once a minute.
func (v *visit) loadStaff() error {
	token := v.opsToken(opsSessionCookie)
	if token == "" {
		return nil
	}
	found := false
	err := v.read(func(tx *db.Tx) (err error) {
		v.session, found, err = v.site.Staff.FindSession(tx, token)
		return err
	})
	if err != nil || !found {
		v.session = staff.Session{}
		return err
	}
	p := v.session.Person
	v.desk = &web.Desk{Name: p.Name, Books: p.May(staff.Books), Audit: p.May(staff.Audit)}
	if !v.session.SeenDue(v.site.DB.Now()) {
		return nil
	}
	return v.write(func(tx *db.Tx) error { return v.site.Staff.Seen(tx, v.session) })
}

// forStaff asks for a sign-in first, and refuses whom the right is missing.
func forStaff(right staff.Right, h func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		if v.session.Person.ID.IsZero() {
			return v.toOpsSignIn()
		}
		if err := v.session.Person.Needs(right); err != nil {
			return err
		}
		return h(v)
	}
}

// forFreshStaff asks for a code too, unless one was entered lately (rule O07).
func forFreshStaff(right staff.Right, h func(*visit) error) func(*visit) error {
	return forStaff(right, func(v *visit) error {
		if !v.site.Staff.Fresh(v.session, v.site.DB.Now()) {
			return v.toOpsSignIn()
		}
		return h(v)
	})
}

// toOpsSignIn asks for a code and comes back to the page, or to the one on which the form stands.
func (v *visit) toOpsSignIn() error {
	goal := v.r.URL.RequestURI()
	if v.r.Method != http.MethodGet {
		goal = v.r.URL.Path // leads to the page of the form
	}
	return v.to(web.OpsSignInPath + "?return=" + url.QueryEscape(goal))
}

// opsGoal is where to go on at the console.
func (v *visit) opsGoal() string {
	for _, given := range []string{v.r.PostFormValue("return"), v.r.URL.Query().Get("return")} {
		path := ownPath(given)
		if path == web.OpsPath || strings.HasPrefix(path, web.OpsPath+"/") {
			return path
		}
	}
	return web.OpsPath
}

// opsHome leads to the first of the pages.
func (s *Site) opsHome(v *visit) error { return v.to(web.OpsReceiptsPath) }

func (s *Site) opsSignInPage(v *visit) error {
	signedIn := !v.session.Person.ID.IsZero()
	if signedIn && s.Staff.Fresh(v.session, s.DB.Now()) {
		return v.to(v.opsGoal())
	}
	return v.showOpsSignIn(web.Form{})
}

func (v *visit) showOpsSignIn(form web.Form) error {
	page := web.OpsSignInPage{Frame: v.frame(), Form: form, Return: v.opsGoal(), Fresh: !v.session.Person.ID.IsZero()}
	err := v.read(func(tx *db.Tx) error {
		p, found, err := v.site.Staff.FindBrowser(tx, v.opsToken(opsBrowserCookie))
		if found {
			page.Name = p.Name
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

func (s *Site) opsSignIn(v *visit) error {
	var e staff.Entry
	err := v.write(func(tx *db.Tx) (err error) {
		e, err = s.Staff.SignIn(tx, v.opsToken(opsBrowserCookie), v.r.PostFormValue("totp"))
		return err
	})
	if err == nil {
		err = e.Err()
	}
	switch {
	case fault.Is(err, staff.NoPerson): // the page says what to do
		return v.showOpsSignIn(web.Form{})
	case err != nil:
		slips, err := v.slips(err)
		if err != nil {
			return err
		}
		return v.showOpsSignIn(web.Form{Slips: slips})
	}
	v.opsEnter(e)
	return v.to(v.opsGoal())
}

// opsEnter hands the browser the cookies of who has just entered a code.
func (v *visit) opsEnter(e staff.Entry) {
	if e.Browser != "" {
		v.setOpsToken(opsBrowserCookie, e.Browser, opsBrowserFor)
	}
	v.setOpsToken(opsSessionCookie, e.Cookie, staff.SessionMinutes.On(v.site.Terms.Current(), v.today()))
}

func (s *Site) opsSignOut(v *visit) error {
	if !v.session.Person.ID.IsZero() {
		if err := v.write(func(tx *db.Tx) error { return s.Staff.SignOut(tx, v.session) }); err != nil {
			return err
		}
	}
	v.setOpsToken(opsSessionCookie, "", -time.Second)
	v.w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	v.say(web.SaidOpsSignedOut)
	return v.to(web.OpsSignInPath)
}

func (s *Site) opsEnrolPage(v *visit) error { return v.showEnrol(web.Form{}) }

func (v *visit) showEnrol(form web.Form) error {
	var i staff.Invitation
	link := v.r.PathValue("link")
	err := v.read(func(tx *db.Tx) (err error) {
		i, err = v.site.Staff.FindLink(tx, mask.Secret(link))
		return err
	})
	if err != nil {
		return err
	}
	return v.show(web.OpsEnrolPage{
		Frame: v.frame(), Form: form, Name: i.Person.Name, URI: i.URI(v.site.PublicURL.Host), Key: i.Key.Reveal(), Until: i.Expires,
		Action: web.OpsEnrolPath + url.PathEscape(link),
	})
}

func (s *Site) opsEnrol(v *visit) error {
	var e staff.Entry
	err := v.write(func(tx *db.Tx) (err error) {
		e, err = s.Staff.Enrol(tx, mask.Secret(v.r.PathValue("link")), v.r.PostFormValue("totp"), member.Device(v.r.UserAgent()))
		return err
	})
	if err == nil {
		err = e.Err()
	}
	if err != nil {
		slips, err := v.slips(err)
		if err != nil {
			return err
		}
		return v.showEnrol(web.Form{Slips: slips})
	}
	v.opsEnter(e)
	return v.to(web.OpsPath)
}

// who answers what people are called; somebody who is not known is told by number.
func who(names map[id.Staff]string, text string) string {
	p, err := id.Parse[id.StaffKind](text)
	if name, ok := names[p]; ok && err == nil {
		return name
	}
	return text
}
