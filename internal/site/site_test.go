package site_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"tsuke/internal/approval"
	"tsuke/internal/billing"
	"tsuke/internal/check"
	"tsuke/internal/checkout"
	"tsuke/internal/clock"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/gateway"
	"tsuke/internal/gateway/paper"
	"tsuke/internal/id"
	"tsuke/internal/journal"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/money"
	"tsuke/internal/notice"
	"tsuke/internal/payout"
	"tsuke/internal/run"
	"tsuke/internal/site"
	"tsuke/internal/staff"
	"tsuke/internal/term"
	"tsuke/internal/vault"
	"tsuke/internal/web"
)

// service is the pages on a database of their own, with one shop.
type service struct {
	t         *testing.T
	db        *db.DB
	clock     *clock.Hand
	terms     *term.Book
	sms       *gateway.LocalSMS
	members   *member.Members
	merchants *merchant.Merchants
	credit    *credit.Credit
	checkout  *checkout.Checkout
	billing   *billing.Billing
	payouts   *payout.Payouts
	notices   *notice.Notices
	staff     *staff.Staff
	approvals *approval.Approvals
	shop      merchant.Merchant
	url       *url.URL
	log       *logged
	meanwhile atomic.Pointer[func() error] // runs in each batch of presses, before it is decided; see hold and failing
}

// newSite builds everything below the pages and serves them until the test ends. Then the books must agree to the yen.
func newSite(t *testing.T) *service {
	t.Helper()
	s := &service{t: t, db: dbtest.Open(t), sms: gateway.NewLocalSMS(), merchants: &merchant.Merchants{}, log: &logged{}}
	s.clock = dbtest.Clock(s.db)
	var err error
	if s.terms, err = term.NewBook(slices.Concat(
		member.Terms, merchant.Terms, credit.Terms, checkout.Terms, billing.Terms, collection.Terms, notice.Terms, site.Terms, staff.Terms, approval.Terms,
		journal.Terms, check.Terms, payout.Terms,
	)...); err != nil {
		t.Fatal(err)
	}
	secrets := t.TempDir()
	if err := vault.Create(secrets); err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Open(secrets)
	if err != nil {
		t.Fatal(err)
	}
	s.credit = &credit.Credit{Terms: s.terms}
	s.members = &member.Members{Vault: keys, Terms: s.terms, Hooks: member.Hooks{
		Registered: s.credit.Open, LockAccount: credit.LockAccount, Owes: owes,
	}}
	s.checkout = &checkout.Checkout{Terms: s.terms, Grant: s.members.Grant}
	s.billing = &billing.Billing{Terms: s.terms, Ways: s.members.OtherWays, Vault: keys, HasAccount: s.members.HasAccount}
	s.payouts = &payout.Payouts{DB: s.db, Terms: s.terms, Vault: keys, Account: s.members.FindAccount, Guests: payout.Guests{
		IsGuest: s.members.IsGuest, Register: s.members.RegisterAccount, Return: s.billing.ReturnCredit, Proven: s.members.ProvenPayer,
	}}
	s.billing.Sending, s.members.Hooks.AccountChanged = payout.Sending, s.payouts.AccountChanged
	plans := &collection.Collection{Terms: s.terms, Billing: s.billing}
	s.billing.NextPart, s.billing.Follow = plans.NextPart, plans.Follow
	s.checkout.TakeRefund = s.billing.TakeRefund
	s.notices = &notice.Notices{DB: s.db, Members: s.members, Merchants: s.merchants, Billing: s.billing, Terms: s.terms}
	s.staff = &staff.Staff{Vault: keys, Terms: s.terms}
	s.approvals = &approval.Approvals{DB: s.db, Terms: s.terms, Verbs: approval.Verbs{
		ReturnReceipt: s.returnReceipt, WriteOff: s.writeOff, WaiveCharges: s.waiveCharges,
		PostJournal: s.postJournal, ReverseJournal: s.reverseJournal, NamePayee: s.namePayee, ReturnGuest: s.returnGuest,
	}}
	s.serve()
	s.shop = s.newShop("みどり雑貨", "Midori Goods")
	t.Cleanup(s.verify)
	return s
}

func (s *service) serve() {
	s.t.Helper()
	views, err := web.NewViews(web.Settings{Operator: web.Operator{Name: "見本後払い株式会社", Mail: "help@example.jp"}})
	if err != nil {
		s.t.Fatal(err)
	}
	lanes := run.NewLanes(run.Batcher[checkout.Order, checkout.Authorization]{
		DB: s.db, Batch: s.authorize,
		Render: func(run.Result[checkout.Authorization]) run.Answer { return run.Answer{Status: http.StatusOK} },
	}, 2, checkout.Order.Bucket)
	s.t.Cleanup(lanes.Stop)
	server := httptest.NewUnstartedServer(nil)
	s.url = &url.URL{Scheme: "http", Host: server.Listener.Addr().String()}
	options := site.Options{
		DB: s.db, Views: views, Lanes: lanes, Checkout: s.checkout, Credit: s.credit, Members: s.members,
		Merchants: s.merchants, Billing: s.billing, Notices: s.notices, Terms: s.terms, SMS: s.sms, PublicURL: s.url,
		Log: slog.New(slog.NewTextHandler(s.log, nil)), Collection: &collection.Collection{Terms: s.terms, Billing: s.billing},
		Sender: paper.Sender{
			Name: "見本後払い株式会社", PostalCode: "1500002", Lines: []string{"東京都渋谷区渋谷2丁目21-1"}, Phone: "0120-000-123", Registration: "T1234567890123",
		},
		Staff: s.staff, Approvals: s.approvals, Payouts: s.payouts,
	}
	mux := http.NewServeMux()
	mux.Handle("/", site.New(options))
	mux.Handle(web.OpsPath, site.NewConsole(options))
	mux.Handle(web.OpsPath+"/", site.NewConsole(options))
	server.Config.Handler = mux
	server.Start()
	s.t.Cleanup(server.Close)
}

// owes tells whether a member has a bill past due, as the program's wiring does.
func owes(tx *db.Tx, members []id.Member) (bool, error) {
	for _, m := range members {
		account, err := credit.Load(tx, m)
		if err != nil || account.Blocks&credit.PastDue != 0 {
			return err == nil, err
		}
	}
	return false, nil
}

func (s *service) write(fn func(*db.Tx) error) {
	s.t.Helper()
	if err := s.db.Write(context.Background(), fn); err != nil {
		s.t.Fatal(err)
	}
}

func (s *service) read(fn func(*db.Tx) error) {
	s.t.Helper()
	if err := s.db.Read(context.Background(), fn); err != nil {
		s.t.Fatal(err)
	}
}

func (s *service) newShop(ja, en string) (shop merchant.Merchant) {
	s.t.Helper()
	s.write(func(tx *db.Tx) (err error) {
		shop, err = s.merchants.Create(tx, merchant.New{
			NameJA: ja, NameEN: en, ReturnOrigins: []string{"https://shop.example.jp"},
			Contact: merchant.Contact{Phone: "03-0000-0000", Mail: "shop@example.jp", HoursJA: "平日10〜17時", HoursEN: "Mon–Fri 10–17"},
		}, "test")
		return err
	})
	return shop
}

// order opens a checkout for an order of the shop's and answers its address.
func (s *service) order(ref string, amount money.Yen) (checkout.Session, string) {
	s.t.Helper()
	return s.orderAt(s.shop, ref, amount)
}

func (s *service) orderAt(shop merchant.Merchant, ref string, amount money.Yen) (checkout.Session, string) {
	s.t.Helper()
	var opened checkout.Session
	s.write(func(tx *db.Tx) (err error) {
		opened, err = s.checkout.OpenSession(tx, checkout.Session{
			Merchant: shop.ID, OrderRef: ref, Amount: amount, Capture: checkout.Manual, OfferToken: true,
			Cart: checkout.Cart{
				Lines:    []checkout.CartLine{{Name: "リネンのふきん", Quantity: 1, UnitAmount: amount, TaxRate: 10}},
				Delivery: "注文から2〜4日", Cancellation: "発送前は取り消せます。",
			},
			ReturnURL: "https://shop.example.jp/done", CancelURL: "https://shop.example.jp/cart",
		}, 30*time.Minute, checkout.Actor{Side: fault.Merchant, Name: "merchant"})
		return err
	})
	return opened, web.SessionPath(opened.ID.String(), "")
}

// memberOf is the member with a phone number as it is typed; the test fails if there is none.
func (s *service) memberOf(phone string) (m id.Member) {
	s.t.Helper()
	s.read(func(tx *db.Tx) error {
		found, ok, err := s.members.FindByPhone(tx, e164(s.t, phone))
		if err == nil && !ok {
			err = fmt.Errorf("nobody has the number %s", phone)
		}
		m = found
		return err
	})
	return m
}

func e164(t *testing.T, phone string) mask.Phone {
	t.Helper()
	number, err := member.ReadPhone("phone", phone)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// wholeSeconds is what Retry-After holds (RFC 9110, 10.2.3).
var wholeSeconds = regexp.MustCompile(`^[1-9][0-9]*$`)

var referenceShape = regexp.MustCompile(`^[0-9A-Z]{4}-[0-9A-Z]{4}$`)

var sixDigits = regexp.MustCompile(`\b[0-9]{6}\b`)

// code is the code of the newest text to a phone.
func (s *service) code(phone string) string {
	s.t.Helper()
	text, ok := s.sms.Last(e164(s.t, phone))
	if !ok {
		s.t.Fatalf("no text was sent to %s", phone)
	}
	return sixDigits.FindString(text.Body)
}

// wrongCode is six digits that are not the code.
func wrongCode(code string) string {
	if code == "111111" {
		return "222222"
	}
	return "111111"
}

// signIn signs a member in, in a browser of their own.
func (s *service) signIn(phone string) *browser {
	s.t.Helper()
	b := s.browser()
	b.post(web.SignInPath, "phone", phone)
	b.post(web.SignInCodePath, "code", s.code(phone)).at(web.HomePath)
	return b
}

// register makes a new member, who is then signed in and has just proven the number.
func (s *service) register(phone string) *browser {
	s.t.Helper()
	b := s.browser()
	b.post(web.RegisterPath, "phone", phone)
	b.post(web.RegisterCodePath, "code", s.code(phone)).at(web.RegisterNamePath)
	b.fillIn().at(web.RegisterAgreePath)
	b.agree().at(web.RegisterDonePath)
	return b
}

// browser is a browser with cookies of its own. It runs no script.
type browser struct {
	s      *service
	client *http.Client
	header http.Header // sent with each request
}

func (s *service) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	b := &browser{s: s, header: http.Header{}}
	b.client = &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host != s.url.Host {
			return http.ErrUseLastResponse // the shop's site
		}
		return nil
	}}
	b.header.Set("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1")
	return b
}

// fillIn types a usual name, birth date, address and mail address, and answers the page that follows.
func (b *browser) fillIn() *page {
	b.s.t.Helper()
	b.post(web.RegisterNamePath, "family", "山田", "given", "花子", "family_kana", "ヤマダ", "given_kana", "ハナコ").at(web.RegisterBirthPath)
	b.post(web.RegisterBirthPath, "year", "1990", "month", "4", "day", "5").at(web.RegisterAddressPath)
	b.post(web.RegisterAddressPath, "postal", "150-0001", "prefecture", "東京都", "city", "渋谷区神宮前1-2-3").at(web.RegisterMailPath)
	return b.post(web.RegisterMailPath, "mail", "hanako@example.jp")
}

func (b *browser) agree() *page {
	b.s.t.Helper()
	return b.post(web.RegisterAgreePath, "agree", "yes", "terms", web.TermsVersion)
}

func (b *browser) get(path string) *page {
	b.s.t.Helper()
	return b.send(http.MethodGet, path, "")
}

// post sends a form: names and values in turn.
func (b *browser) post(path string, fields ...string) *page {
	b.s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.send(http.MethodPost, path, form.Encode())
}

func (b *browser) send(method, path, body string) *page {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), method, b.s.url.String()+path, strings.NewReader(body))
	if err != nil {
		b.s.t.Fatal(err)
	}
	r.Header = b.header.Clone()
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	doc, err := html.Parse(res.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return &page{t: b.s.t, status: res.StatusCode, path: res.Request.URL.RequestURI(), header: res.Header, doc: doc}
}

// page is what a browser shows after following redirects.
type page struct {
	t      *testing.T
	status int
	path   string // where the browser ended up
	header http.Header
	doc    *html.Node
}

// at makes sure that the page is the one at a path, whatever follows the question mark, and not an error.
func (p *page) at(path string) *page {
	p.t.Helper()
	if here, _, _ := strings.Cut(p.path, "?"); here != path || p.status != http.StatusOK {
		p.t.Fatalf("at %s with status %d, want %s:\n%s", p.path, p.status, path, p.main())
	}
	return p
}

// says makes sure that the page is shown with a status and holds texts.
func (p *page) says(status int, texts ...string) *page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("%s has status %d, want %d:\n%s", p.path, p.status, status, p.main())
	}
	for _, text := range texts {
		if !strings.Contains(p.main(), text) {
			p.t.Errorf("%s does not say %q:\n%s", p.path, text, p.main())
		}
	}
	return p
}

// main is the text of the main column.
func (p *page) main() string {
	p.t.Helper()
	all := p.all("main")
	if len(all) != 1 {
		return textOf(p.doc)
	}
	return textOf(all[0])
}

// value is what a field holds.
func (p *page) value(name string) string {
	p.t.Helper()
	return attr(p.one("[name="+name+"]"), "value")
}

// slips are the fields that something is said about.
func (p *page) slips() []string {
	p.t.Helper()
	var out []string
	for _, a := range p.all("[role=alert] a") {
		out = append(out, strings.TrimPrefix(attr(a, "href"), "#f-"))
	}
	return out
}

// one is the only element that a selector finds.
func (p *page) one(selector string) *html.Node {
	p.t.Helper()
	all := p.all(selector)
	if len(all) != 1 {
		p.t.Fatalf("%s has %d of %s:\n%s", p.path, len(all), selector, p.main())
	}
	return all[0]
}

// all finds elements by a selector of tags, [attribute] and [attribute=value], each with descendants after a blank.
func (p *page) all(selector string) []*html.Node {
	p.t.Helper()
	found := []*html.Node{p.doc}
	for part := range strings.FieldsSeq(selector) {
		var below []*html.Node
		for _, n := range found {
			for d := range n.Descendants() {
				if matches(d, part) && !slices.Contains(below, d) {
					below = append(below, d)
				}
			}
		}
		found = below
	}
	return found
}

func matches(n *html.Node, part string) bool {
	if n.Type != html.ElementNode {
		return false
	}
	tag, rest, _ := strings.Cut(part, "[")
	if tag != "" && n.Data != tag {
		return false
	}
	for rest != "" {
		var condition string
		condition, rest, _ = strings.Cut(rest, "]")
		rest = strings.TrimPrefix(rest, "[")
		name, value, valued := strings.Cut(condition, "=")
		at := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
		if at < 0 || valued && n.Attr[at].Val != value {
			return false
		}
	}
	return true
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
