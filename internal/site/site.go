// Package site answers the people's addresses: it reads forms, asks the domain's verbs, and hands what they answer to
// the views of package web.
//
// # The story
//
// A request becomes a [visit]: the language, the browser's sign-in, and a reference number made before anything else.
// GET shows what is stored and changes nothing. POST changes and is answered by 303 to an address that can be reloaded,
// bookmarked and opened tomorrow, or by the same form with its slips (422). There is no hidden order of pages: each one
// is a function of what is stored, so Back, reload, a second tab and a second device all show where things stand.
//
// A handler returns an error or nil. The error becomes a page that says what happened, whether anything is charged,
// whose side it was, what to do next, and the reference under which the log has it.
//
// Requests from other sites are refused by http.CrossOriginProtection; the sign-in cookie is SameSite=Lax and HttpOnly.
package site

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"tsuke/internal/approval"
	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/gateway"
	"tsuke/internal/gateway/paper"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/notice"
	"tsuke/internal/payout"
	"tsuke/internal/run"
	"tsuke/internal/staff"
	"tsuke/internal/term"
	"tsuke/internal/web"
)

// Options are what the pages are made of. All are required.
type Options struct {
	DB        *db.DB
	Views     *web.Views
	Lanes     *run.Lanes[checkout.Order, checkout.Authorization]
	Checkout  *checkout.Checkout
	Credit    *credit.Credit
	Members   *member.Members
	Merchants *merchant.Merchants
	Billing   *billing.Billing
	Notices   *notice.Notices
	Terms     *term.Book
	SMS       gateway.SMS
	PublicURL *url.URL
	Log       *slog.Logger

	Collection *collection.Collection
	Payouts    *payout.Payouts

	Sender paper.Sender // who issues the bills, as it stands on their copies; all but the name may be empty

	Staff     *staff.Staff // of the console, as are the next two
	Approvals *approval.Approvals
}

// Site answers the pages. It is safe for concurrent use.
type Site struct {
	Options
	pressing pressing
	drawing  chan struct{} // holds one for each PDF that is being drawn
}

// New makes the handler of all pages.
func New(o Options) http.Handler {
	s := &Site{Options: o, pressing: pressing{sessions: map[id.Session]int{}}, drawing: make(chan struct{}, drawnAtOnce)}
	mux := http.NewServeMux()
	s.routes(mux)
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(s.page(func(v *visit) error { return ForeignForm.New() }))
	return guard.Handler(mux)
}

// page turns a handler that may fail into one that always answers.
func (s *Site) page(h func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		v := &visit{site: s, w: w, r: r, ref: id.FreeReference(randomBucket())}
		v.chooseLang()
		w.Header().Set("X-Request-Reference", v.ref.String())
		defer func() {
			if p := recover(); p != nil {
				s.Log.Error("page panicked", "ref", v.ref.String(), "path", routeOf(r), "panic", p)
				v.fail(fault.Unclassified.New())
			}
		}()
		ctx, cancel := context.WithTimeout(r.Context(), pageWithin)
		defer cancel()
		v.r = r.WithContext(ctx)
		v.r.Body = http.MaxBytesReader(w, r.Body, bodyMax)
		if err := v.loadSignIn(); err != nil {
			v.fail(err)
			return
		}
		if err := h(v); err != nil {
			v.fail(err)
		}
	}
}

// pageWithin is how long one page may take, whatever the database does. It is longer than a press waits for its result.
const pageWithin = 10 * time.Second

// bodyMax bounds a posted form.
const bodyMax = 64 << 10

// visit is one request of one person.
type visit struct {
	site    *Site
	w       http.ResponseWriter
	r       *http.Request
	lang    web.Lang
	ref     id.Reference
	signIn  member.SignIn // of this browser; zero if it has none
	guest   bool          // in a checkout: signIn.Member is a guest whose number was proven lately, and no member (rule I12)
	payer   payer         // where an invoice's payer gives an account; zero elsewhere
	desk    *web.Desk     // at the console; nil on members' pages
	session staff.Session // at the console, of who is signed in; zero if nobody is
	wrote   bool
}

// routeOf is what a log may say about an address: the route's pattern, never what stands in it.
func routeOf(r *http.Request) string {
	if r.Pattern != "" {
		return r.Pattern
	}
	return "unknown"
}

func randomBucket() int {
	return id.NewReference(0).Bucket() ^ int(id.NewReference(0)>>20)&(id.Buckets-1)
}

const langCookie = "lang"

// chooseLang takes the address's choice and keeps it, else the kept one, else the browser's wish. Unknown is Japanese.
func (v *visit) chooseLang() {
	if q := v.r.URL.Query().Get("lang"); q != "" {
		v.lang = web.ParseLang(q)
		http.SetCookie(v.w, &http.Cookie{
			Name: langCookie, Value: string(v.lang), Path: "/", MaxAge: 400 * 24 * 3600, HttpOnly: true,
			Secure: v.site.secure(), SameSite: http.SameSiteLaxMode,
		})
		return
	}
	if c, err := v.r.Cookie(langCookie); err == nil {
		v.lang = web.ParseLang(c.Value)
		return
	}
	first, _, _ := strings.Cut(v.r.Header.Get("Accept-Language"), ",")
	v.lang = web.ParseLang(strings.ToLower(strings.TrimSpace(first)))
}

func (s *Site) secure() bool { return s.PublicURL.Scheme == "https" }

// show draws a page.
func (v *visit) show(page web.Page) error {
	v.wrote = true
	return v.site.Views.Respond(v.w, v.lang, page)
}

// frame is what every page carries.
func (v *visit) frame() web.Frame {
	f := web.Frame{Here: v.r.URL.RequestURI(), SignedIn: !v.signIn.Member.IsZero() && !v.guest, Said: v.said(), Desk: v.desk}
	return f
}

// to answers a POST: 303 to an address of this service.
func (v *visit) to(path string) error {
	v.wrote = true
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

// fail shows what went wrong. An error that nobody classified is logged with the reference and not shown.
func (v *visit) fail(err error) {
	e := run.Charged(err)
	e.Reference = v.ref.String()
	if e.Kind == fault.Unclassified {
		v.site.Log.Error("page failed", "ref", e.Reference, "route", routeOf(v.r), "err", err)
	}
	if v.wrote {
		return
	}
	page := web.FaultPage(e, v.lang, v.site.DB.Now())
	page.Frame = v.frame()
	switch e.Kind.Page {
	case "GEN-404": // an address that leads nowhere has nothing to do with money
		page.What, page.Next, page.Charged = "", "", ""
	case "PAY-501":
		page.What, page.Next = "", ""
	}
	if v.desk != nil { // what goes wrong at the console charges nobody, and nobody there is a member
		page.Charged, page.GoURL = "", web.OpsPath
		if page.Side == web.SideRule {
			page.Side = web.SideOffice
		}
	}
	if !v.payer.member.IsZero() { // who is no member has no other page
		page.GoURL = v.place().Home()
	}
	if e.RetryAfterSeconds > 0 {
		v.w.Header().Set("Retry-After", strconv.Itoa(e.RetryAfterSeconds)) // RFC 9110, 10.2.3: whole seconds
	}
	if err := v.show(page); err != nil {
		v.site.Log.Error("error page failed", "ref", e.Reference, "err", err)
		http.Error(v.w, e.Reference, http.StatusInternalServerError)
	}
}

func (v *visit) read(fn func(*db.Tx) error) error { return v.site.DB.Read(v.r.Context(), fn) }

func (v *visit) write(fn func(*db.Tx) error) error { return v.site.DB.Write(v.r.Context(), fn) }

func (v *visit) today() jst.Day { return jst.DayOf(v.site.DB.Now()) }

// by is the member as an actor on timelines.
func (v *visit) by() checkout.Actor {
	name := "member"
	if v.guest {
		name = "guest"
	}
	return checkout.Actor{Side: fault.Member, Name: name, Request: v.ref.String()}
}

// address is the network address that a request came from. Behind a proxy on this machine it is the one that the proxy
// added last to X-Forwarded-For; what anybody else writes there is not believed.
func (v *visit) address() netip.Addr {
	ap, err := netip.ParseAddrPort(v.r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	peer := ap.Addr().Unmap()
	all := v.r.Header.Values("X-Forwarded-For")
	if !peer.IsLoopback() || len(all) == 0 {
		return peer
	}
	hops := strings.Split(all[len(all)-1], ",")
	if told, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1])); err == nil {
		return told.Unmap()
	}
	return peer
}

// typed collects what was typed into the fields of a form, as it was typed.
func (v *visit) typed(fields ...string) map[string]string {
	out := make(map[string]string, len(fields))
	for _, f := range fields {
		out[f] = v.r.PostFormValue(f)
	}
	return out
}

// slips turns faults about fields into the form's slips, or gives back what is no slip.
func (v *visit) slips(err error) ([]web.Slip, error) {
	if err == nil {
		return nil, nil
	}
	e := fault.From(err)
	var out []web.Slip
	for _, one := range e.All() {
		if one.Field == "" {
			return nil, err
		}
		out = append(out, web.Slip{Field: one.Field, What: web.SlipOther, Text: v.sentences(one.What(string(v.lang)), one.Next(string(v.lang)))})
	}
	return out, nil
}

// sentences puts what happened and what to do side by side, each ended as the language ends a sentence.
func (v *visit) sentences(what, next string) string {
	end, between := "。", ""
	if v.lang == web.English {
		end, between = ".", " "
	}
	if !strings.HasSuffix(what, end) {
		what += end
	}
	if next == "" {
		return what
	}
	return what + between + next
}

// pressing counts the presses this process is working on, by session, so that their page can say that the result is
// being found out. After a crash there is none, and what is stored is the whole truth.
type pressing struct {
	mu       sync.Mutex
	sessions map[id.Session]int
}

func (p *pressing) begin(s id.Session) (end func()) {
	p.mu.Lock()
	p.sessions[s]++
	p.mu.Unlock()
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.sessions[s]--; p.sessions[s] <= 0 {
			delete(p.sessions, s)
		}
	}
}

func (p *pressing) now(s id.Session) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sessions[s] > 0
}

// detached is a context that outlives the browser's connection, for work that must not stop half-way.
func (v *visit) detached() context.Context { return context.WithoutCancel(v.r.Context()) }
