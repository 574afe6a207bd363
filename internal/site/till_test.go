package site_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/journal"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/mask"
	"tsuke/internal/merchant"
	"tsuke/internal/money"
	"tsuke/internal/payout"
	"tsuke/internal/run"
	"tsuke/internal/term"
)

// checks are what must hold besides the books.
var checks = slices.Concat(credit.Checks, checkout.Checks, billing.Checks, journal.Checks, payout.Checks)

var byShop = checkout.Actor{Side: fault.Merchant, Name: "merchant"}

// authorize is what the lanes run: what a test does in the meantime, then the decision.
func (s *service) authorize(q *db.Queue, orders []checkout.Order) run.Decide[checkout.Authorization] {
	var failed error
	if f := s.meanwhile.Load(); f != nil {
		failed = (*f)()
	}
	decide := s.checkout.Batch(q, orders)
	return func(tx *db.Tx, pick []int) ([]run.Result[checkout.Authorization], error) {
		if failed != nil {
			return nil, failed
		}
		return decide(tx, pick)
	}
}

// hold keeps presses under way, as a slow database would, until they are let go. begun is closed when the first has
// reached the transaction.
func (s *service) hold() (begun <-chan struct{}, letGo func()) {
	reached, gate := make(chan struct{}), make(chan struct{})
	first := sync.OnceFunc(func() { close(reached) })
	f := func() error {
		first()
		<-gate
		return nil
	}
	s.meanwhile.Store(&f)
	letGo = sync.OnceFunc(func() {
		s.meanwhile.Store(nil)
		close(gate)
	})
	s.t.Cleanup(letGo)
	return reached, letGo
}

// failing lets presses fail with an error until it is called again with nil.
func (s *service) failing(err error) {
	if err == nil {
		s.meanwhile.Store(nil)
		return
	}
	f := func() error { return err }
	s.meanwhile.Store(&f)
}

// run is a subtest about the same service: what is wrong in it is told as its own.
func (s *service) run(name string, f func()) {
	s.t.Helper()
	s.t.Run(name, func(t *testing.T) {
		outer := s.t
		s.t = t
		defer func() { s.t = outer }()
		f()
	})
}

// verify proves the books and every kept sum.
func (s *service) verify() {
	s.t.Helper()
	s.read(func(tx *db.Tx) error {
		broken, err := ledger.Verify(tx, checks...)
		for _, b := range broken {
			s.t.Error(b)
		}
		return err
	})
}

// at sets the clock to a minute in Japan: "2026-07-01 09:00".
func (s *service) at(minute string) {
	s.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", minute, jst.Zone())
	if err != nil {
		s.t.Fatal(err)
	}
	s.clock.Set(at)
}

// term changes a term from tomorrow on, for everybody or for one scope.
func (s *service) term(def term.Def, scope, value string) {
	s.t.Helper()
	tomorrow := jst.DayOf(s.clock.Now()).Add(1)
	s.write(func(tx *db.Tx) error {
		return s.terms.Set(tx, term.Change{Name: def.Name(), Scope: scope, From: tomorrow, Value: value, By: "test"})
	})
	if err := s.terms.Reload(s.t.Context(), s.db); err != nil {
		s.t.Fatal(err)
	}
}

// device is another browser of a member's, in which the number was proven just now.
func (s *service) device(phone string) *browser {
	s.t.Helper()
	b := s.browser()
	who := s.memberOf(phone)
	var token mask.Secret
	s.write(func(tx *db.Tx) error {
		first, _, err := s.members.OpenSignIn(tx, "Firefox")
		if err == nil {
			token, _, err = s.members.Prove(tx, first, "Firefox", who)
		}
		return err
	})
	b.client.Jar.SetCookies(s.url, []*http.Cookie{{Name: "tsuke", Value: token.Reveal(), Path: "/"}})
	return b
}

// sale is a purchase that a member has made; captured ones are billed in the month of the capture.
type sale struct {
	ref     string
	amount  money.Yen
	capture bool
}

// sell lets a member buy at a shop, as their press would.
func (s *service) sell(phone string, shop merchant.Merchant, what sale) checkout.Payment {
	s.t.Helper()
	session, _ := s.orderAt(shop, what.ref, what.amount)
	out := s.decide(checkout.Order{
		Merchant: shop.ID, MerchantLive: true, Member: s.memberOf(phone), OrderRef: what.ref, Amount: what.amount,
		Channel: credit.Online, Capture: checkout.Manual, Session: session.ID, ConfirmWithin: time.Hour,
		By: checkout.Actor{Side: fault.Member, Name: "member"},
	})
	if out.Refused != nil || !out.Value.Payment.State.Live() {
		s.t.Fatalf("%s was not sold: %+v", what.ref, out)
	}
	p := out.Value.Payment
	if what.capture {
		p = s.act(p, func(tx *db.Tx) (checkout.Payment, error) {
			return s.checkout.Capture(tx, shop.ID, p.ID, 0, true, 0, byShop)
		})
	}
	return p
}

// decide hands in one order without a page.
func (s *service) decide(o checkout.Order) (out run.Result[checkout.Authorization]) {
	s.t.Helper()
	s.write(func(tx *db.Tx) error {
		all, err := s.checkout.Authorize(tx, []checkout.Order{o})
		if err == nil {
			out = all[0]
		}
		return err
	})
	return out
}

// act runs one of the shop's verbs.
func (s *service) act(p checkout.Payment, verb func(tx *db.Tx) (checkout.Payment, error)) checkout.Payment {
	s.t.Helper()
	s.write(func(tx *db.Tx) (err error) {
		p, err = verb(tx)
		return err
	})
	return p
}

func (s *service) refund(p checkout.Payment, amount money.Yen) checkout.Payment {
	s.t.Helper()
	return s.act(p, func(tx *db.Tx) (checkout.Payment, error) {
		return s.checkout.Refund(tx, p.Merchant, p.ID, amount, "returned", byShop)
	})
}

// bill closes a month and answers a member's statement of it.
func (s *service) bill(phone, month string) (found billing.Statement) {
	s.t.Helper()
	m, err := jst.ParseMonth(month)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.billing.CloseAll(s.t.Context(), s.db, m, nil); err != nil {
		s.t.Fatal(err)
	}
	s.read(func(tx *db.Tx) error {
		all, err := billing.Statements(tx, s.memberOf(phone))
		for _, st := range all {
			if st.Month == m {
				found = st
			}
		}
		return err
	})
	if found.ID.IsZero() {
		s.t.Fatalf("no statement of %s", month)
	}
	return found
}

// slip is the barcode of a statement that is to be paid.
func (s *service) slip(st billing.Statement) (slip billing.Slip) {
	s.t.Helper()
	s.read(func(tx *db.Tx) (err error) {
		slip, err = s.billing.SlipFor(tx, st.Member, st.ID)
		return err
	})
	return slip
}

// till imports what the agent tells of a payment with a slip: at a 7-Eleven, at 10:24 of the clock's day.
func (s *service) till(kind billing.LineKind, slip billing.Slip, day jst.Day) {
	s.t.Helper()
	line := billing.Line{Number: 2, Kind: kind, Day: day, Time: "1024", Digits: slip.Digits, Amount: slip.Amount, Chain: "010", Store: "012345"}
	hash := id.Hash("file", string(kind), slip.Digits)
	report, err := s.billing.ImportFile(s.t.Context(), s.db, billing.File{Hash: hash, Agent: "agent", Lines: []billing.Line{line}})
	if err != nil || report.Counts.Applied+report.Counts.Surplus != 1 {
		s.t.Fatalf("imported %+v: %v", report, err)
	}
}

// account is a member's credit row.
func (s *service) account(phone string) (a credit.Account) {
	s.t.Helper()
	who := s.memberOf(phone)
	s.read(func(tx *db.Tx) (err error) {
		a, err = credit.Load(tx, who)
		return err
	})
	return a
}

// charged makes sure of the payments of an order, the newest first, and of what its member has on hold and unpaid.
func (s *service) charged(phone, ref string, held, unpaid money.Yen, want ...checkout.State) {
	s.t.Helper()
	var got []checkout.State
	s.read(func(tx *db.Tx) error {
		all, err := checkout.ListOfMerchant(tx, s.shop.ID, checkout.Filter{OrderRef: ref})
		for _, p := range all {
			got = append(got, p.State)
		}
		return err
	})
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("payments of order %s: %s", ref, diff)
	}
	if a := s.account(phone); a.Held != held || a.Unpaid != unpaid {
		s.t.Errorf("%d yen are on hold and %d unpaid, want %d and %d", a.Held, a.Unpaid, held, unpaid)
	}
	s.verify()
}

// soon sends a form that is not answered at once.
func (b *browser) soon(path string) <-chan *page {
	answer := make(chan *page, 1)
	go func() {
		defer close(answer)
		answer <- b.post(path)
	}()
	return answer
}

// atOnce sends a form n times at the same time and answers the page that each of them led to.
func (s *service) atOnce(n int, path string, from ...*browser) []*page {
	s.t.Helper()
	var coming []<-chan *page
	for i := range n {
		coming = append(coming, from[i%len(from)].soon(path))
	}
	var all []*page
	for _, c := range coming {
		p, ok := <-c
		if !ok {
			s.t.FailNow()
		}
		all = append(all, p)
	}
	return all
}

// told makes sure that a page tells why something did not go on: status, code, and what it says about money.
func (p *page) told(status int, code, charged string, texts ...string) *page {
	p.t.Helper()
	p.says(status, texts...)
	if got := attr(p.one("main"), "data-error-page"); got != code {
		p.t.Errorf("%s tells %q, want %s:\n%s", p.path, got, code, p.main())
	}
	if got := textOf(p.one("[data-err-charged]")); !strings.Contains(got, charged) {
		p.t.Errorf("%s says of money %q, want %q", p.path, got, charged)
	}
	if ref := textOf(p.one("[data-err-ref]")); !referenceShape.MatchString(ref) {
		p.t.Errorf("%s has the reference %q", p.path, ref)
	}
	return p
}

// titled makes sure of the heading.
func (p *page) titled(h1 string) *page {
	p.t.Helper()
	if got := textOf(p.one("h1")); got != h1 {
		p.t.Fatalf("%s is headed %q, want %q:\n%s", p.path, got, h1, p.main())
	}
	return p
}

// confirms makes sure that the page is C2 for an amount, and answers where its button leads.
func (p *page) confirms(amount money.Yen) (press string) {
	p.t.Helper()
	p.says(http.StatusOK).titled("内容の確認")
	for _, form := range p.all("main form") {
		if press = attr(form, "action"); strings.HasSuffix(press, "/press") {
			if got, want := textOf(form), amount.JA()+"の注文を確定する（後払い）"; !strings.HasSuffix(got, want) {
				p.t.Errorf("the button says %q, want %q", got, want)
			}
			return press
		}
	}
	p.t.Fatalf("%s has no button", p.path)
	return ""
}

// paid makes sure that the page is C4 for an amount.
func (p *page) paid(amount money.Yen) *page {
	p.t.Helper()
	return p.says(http.StatusOK, amount.JA()+"が1件、確定しています").titled("支払い方法が確定しました")
}

// facts are the values beside a name, such as 使える金額.
func (p *page) facts(name string) []string {
	p.t.Helper()
	var out []string
	for _, dt := range p.all("main dt") {
		if !strings.HasPrefix(textOf(dt), name) {
			continue
		}
		for n := dt.NextSibling; n != nil; n = n.NextSibling {
			if n.Type == html.ElementNode && n.Data == "dd" {
				out = append(out, textOf(n))
			}
		}
	}
	return out
}

// fact is the only value beside a name.
func (p *page) fact(name string) string {
	p.t.Helper()
	all := p.facts(name)
	if len(all) != 1 {
		p.t.Fatalf("%s has %d of %s:\n%s", p.path, len(all), name, p.main())
	}
	return all[0]
}

// has tells whether a link to a path, whatever follows it, is on the page.
func (p *page) has(path string) bool {
	p.t.Helper()
	return slices.ContainsFunc(p.all("main a"), func(a *html.Node) bool { return strings.HasPrefix(attr(a, "href"), path) })
}

// refOf names the nth order of a test.
func refOf(n int) string { return fmt.Sprintf("A-%d", n) }
