package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/ledger"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/run"
	"tsuke/internal/term"
	"tsuke/internal/vault"
)

// world is a service with one merchant and one member who agreed to be charged. Every answer is compared with the
// published contract.
type world struct {
	t        *testing.T
	db       *db.DB
	options  Options
	handler  http.Handler
	merchant id.Merchant
	apiKey   string
	member   id.Member
	token    id.Token
	log      *bytes.Buffer
	people   *int // how many members were registered
}

const publicURL = "https://pay.tsuke.example"

func open(t *testing.T) *world {
	t.Helper()
	return openOn(t, dbtest.Open(t))
}

func openOn(t *testing.T, d *db.DB) *world {
	t.Helper()
	book, err := term.NewBook(slices.Concat(credit.Terms, checkout.Terms, merchant.Terms, member.Terms)...)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := safe()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: d, log: &bytes.Buffer{}, people: new(int)}
	accounts := &credit.Credit{Terms: book}
	members := &member.Members{Vault: keys, Terms: book, Hooks: member.Hooks{
		Registered: accounts.Open, LockAccount: credit.LockAccount,
		Owes: func(*db.Tx, []id.Member) (bool, error) { return false, nil },
	}}
	w.options = Options{
		DB: d, Checkout: &checkout.Checkout{Terms: book}, Members: members, Terms: book, PublicURL: publicURL,
		Log: slog.New(slog.NewTextHandler(w.log, nil)),
	}
	w.start()
	t.Cleanup(w.verify)
	return w.another(t)
}

// another is a merchant and a member of their own in the same service, for a test that needs no other database.
func (w *world) another(t *testing.T) *world {
	t.Helper()
	n := *w
	n.t = t
	n.merchant, n.apiKey = n.newMerchant("あおぞら雑貨店")
	n.member = n.newMember()
	n.token = n.grant(n.member, n.merchant)
	n.relay()
	return &n
}

// start makes the handler anew, as a restart of the service does.
func (w *world) start() {
	w.options.Runner = run.New(w.db)
	lanes := run.NewLanes(run.Batcher[checkout.Order, checkout.Authorization]{DB: w.db, Batch: w.options.Checkout.Batch, Render: Render}, 2, checkout.Order.Bucket)
	w.t.Cleanup(lanes.Stop)
	w.options.Lanes = lanes
	w.handler = New(w.options)
}

// verify proves the books and every sum after each test.
func (w *world) verify() {
	w.t.Helper()
	w.read(func(tx *db.Tx) error {
		broken, err := ledger.Verify(tx, slices.Concat(credit.Checks, checkout.Checks)...)
		for _, b := range broken {
			w.t.Error(b)
		}
		return err
	})
}

func (w *world) write(fn func(*db.Tx) error) {
	w.t.Helper()
	if err := w.db.Write(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(fn func(*db.Tx) error) {
	w.t.Helper()
	if err := w.db.Read(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) newMerchant(name string) (m id.Merchant, key string) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		made, err := w.options.Merchants.Create(tx, merchant.New{
			NameJA: name, NameEN: "Aozora Goods", Contact: merchant.Contact{Mail: "help@shop.example.jp"},
			ReturnOrigins: []string{"https://shop.example.jp"},
		}, "operator")
		if err != nil {
			return err
		}
		m = made.ID
		issued, err := w.options.Merchants.IssueKey(tx, m, merchant.LiveKeys, time.Time{}, "operator")
		key = issued.Plain.Reveal()
		return err
	})
	return m, key
}

// newMember registers a member from the phone number to the end.
func (w *world) newMember() (m id.Member) {
	w.t.Helper()
	*w.people++
	phone := mask.Phone(fmt.Sprintf("+8190%08d", 12345678+*w.people))
	address := netip.AddrFrom4([4]byte{10, 0, byte(*w.people), 1})
	members := w.options.Members
	w.write(func(tx *db.Tx) error {
		sent, err := members.RequestCode(tx, member.CodeRequest{
			Phone: phone, Purpose: member.ForRegistration, BoundTo: phone.Reveal(), Address: address,
		})
		if err != nil {
			return err
		}
		entered, err := members.EnterCode(tx, member.ForRegistration, phone.Reveal(), sent.Code.Reveal())
		if err != nil {
			return err
		}
		draft, err := members.Apply(tx, entered, "ja")
		if err != nil {
			return err
		}
		if _, err := members.SaveName(tx, draft.ID, member.NameInput{Family: "山田", Given: "太郎", FamilyKana: "ヤマダ", GivenKana: "タロウ"}); err != nil {
			return err
		}
		if err := members.SaveBirth(tx, draft.ID, member.BirthInput{Year: "1990", Month: "4", Day: "1"}); err != nil {
			return err
		}
		if _, err := members.SaveAddress(tx, draft.ID, member.AddressInput{PostalCode: "150-0001", Prefecture: "東京都", City: "渋谷区神宮前1-2-3"}); err != nil {
			return err
		}
		if err := members.SaveMail(tx, draft.ID, "taro@example.jp", false); err != nil {
			return err
		}
		draft, err = members.Agree(tx, draft.ID, member.Agreement.Default())
		m = draft.Member
		return err
	})
	return m
}

// safe is one set of keys for all tests: making one takes longer than most tests.
var safe = sync.OnceValues(func() (*vault.Vault, error) {
	dir, err := os.MkdirTemp("", "api")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if err := vault.Create(dir); err != nil {
		return nil, err
	}
	return vault.Open(dir)
})

func (w *world) grant(m id.Member, shop id.Merchant) (token id.Token) {
	w.t.Helper()
	w.write(func(tx *db.Tx) (err error) {
		token, err = w.options.Members.Grant(tx, m, shop, id.Session{})
		return err
	})
	return token
}

func (w *world) relay() {
	w.t.Helper()
	if _, err := event.NewRelay(w.db, nil, nil).Step(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// result is an answer as a client sees it.
type result struct {
	status int
	header http.Header
	body   []byte
}

// field is one member of the answer's JSON, as text.
func (r result) field(path string) string {
	var v any
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return ""
	}
	for _, name := range strings.Split(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return ""
		}
		v = m[name]
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// change alters a request before it is sent.
type change func(*http.Request)

func withKey(key string) change {
	return func(r *http.Request) { r.Header.Set("Idempotency-Key", key) }
}

func withHeader(name, value string) change {
	return func(r *http.Request) {
		r.Header.Del(name)
		if value != "" {
			r.Header.Set(name, value)
		}
	}
}

// newKey is a fresh idempotency key.
func newKey() string { return "test-" + id.New[id.EventKind](dbtest.Start, 0).String() }

func (w *world) request(method, path, body string, changes ...change) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+w.apiKey)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Idempotency-Key", newKey())
	}
	for _, c := range changes {
		c(r)
	}
	return r
}

func (w *world) do(method, path, body string, changes ...change) result {
	w.t.Helper()
	r := w.request(method, path, body, changes...)
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	out := result{rec.Code, rec.Header(), rec.Body.Bytes()}
	obeysContract(w.t, r, body, out)
	return out
}

func (w *world) get(path string, changes ...change) result {
	w.t.Helper()
	return w.do(http.MethodGet, path, "", changes...)
}

func (w *world) post(path, body string, changes ...change) result {
	w.t.Helper()
	return w.do(http.MethodPost, path, body, changes...)
}

// must posts what has to succeed.
func (w *world) must(path, body string, changes ...change) result {
	w.t.Helper()
	out := w.post(path, body, changes...)
	if out.status >= 300 {
		w.t.Fatalf("POST %s: %d %s", path, out.status, out.body)
	}
	return out
}

func (w *world) charge(ref string, amount int) string {
	return fmt.Sprintf(`{"order_ref":%q,"amount":%d,"currency":"JPY","member_token":%q}`, ref, amount, w.token)
}

// pay makes an authorized payment and answers its id.
func (w *world) pay(ref string, amount int, changes ...change) string {
	w.t.Helper()
	return w.must("/v1/payments", w.charge(ref, amount), changes...).field("id")
}

// held is what the member has on hold, in yen.
func (w *world) held() int64 {
	w.t.Helper()
	var a credit.Account
	w.read(func(tx *db.Tx) (err error) {
		a, err = credit.Load(tx, w.member)
		return err
	})
	return int64(a.Held)
}

// press presses in a session as the member's browser does.
func (w *world) press(session string) {
	w.t.Helper()
	sid, err := id.Parse[id.SessionKind](session)
	if err != nil {
		w.t.Fatal(err)
	}
	w.write(func(tx *db.Tx) error {
		s, _, err := checkout.FindSession(tx, sid)
		if err != nil {
			return err
		}
		got, err := w.options.Checkout.Authorize(tx, []checkout.Order{{
			Merchant: s.Merchant, MerchantLive: true, Member: w.member, OrderRef: s.OrderRef, Amount: s.Amount,
			Channel: credit.Online, Capture: s.Capture, Session: s.ID, ConfirmWithin: time.Hour,
			By: checkout.Actor{Side: fault.Member, Name: "member"},
		}})
		if err == nil && got[0].Refused != nil {
			err = got[0].Refused
		}
		return err
	})
}

// published is the contract as a client reads it, made strict: a field that is not described is a fault of ours.
var published = sync.OnceValue(func() *openapi3.T {
	text, err := OpenAPI()
	if err != nil {
		panic(err)
	}
	text = bytes.ReplaceAll(text, []byte(`"additionalProperties": true`), []byte(`"additionalProperties": false`))
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		panic(err)
	}
	return doc
})

// TestTheContractIsValid also compares every published example with its schema.
func TestTheContractIsValid(t *testing.T) { // rule A08
	t.Parallel()
	if err := published().Validate(context.Background()); err != nil {
		t.Error(err)
	}
}

// obeysContract compares a request and its answer with the published contract: an accepted request must be described,
// and every answer, its status and its headers too.
func obeysContract(t testing.TB, r *http.Request, body string, out result) {
	t.Helper()
	method, path, _ := strings.Cut(r.Pattern, " ")
	item := published().Paths.Value(path)
	if item == nil || item.GetOperation(method) == nil {
		if out.status < 400 && !strings.HasPrefix(path, "/v1/docs") && !strings.HasPrefix(path, "/v1/openapi") {
			t.Errorf("%s %s is not described", r.Method, r.URL.Path)
		}
		return
	}
	params := map[string]string{}
	for _, p := range item.GetOperation(method).Parameters {
		if p.Value.In == "path" {
			params[p.Value.Name] = r.PathValue(p.Value.Name)
		}
	}
	sent := r.Clone(context.Background())
	sent.Body = io.NopCloser(strings.NewReader(body))
	in := &openapi3filter.RequestValidationInput{
		Request: sent, PathParams: params,
		Route:   &routers.Route{Spec: published(), Path: path, PathItem: item, Method: method, Operation: item.GetOperation(method)},
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
	if out.status < 400 {
		if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
			t.Errorf("%s %s was accepted and is not as described: %v", r.Method, r.URL.Path, err)
		}
	}
	err := openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: out.status, Header: out.header, Body: io.NopCloser(bytes.NewReader(out.body)),
		Options: in.Options,
	})
	if err != nil {
		t.Errorf("the answer %d to %s %s is not as described: %v\n%s", out.status, r.Method, r.URL.Path, err, out.body)
	}
	if out.status >= 400 {
		documented(t, path, method, out)
	}
}

// documented checks that a problem stands among those that its operation and status are described with.
func documented(t testing.TB, path, method string, out result) {
	t.Helper()
	for _, r := range routes() {
		if r.path != path || r.method != method {
			continue
		}
		code := out.field("code")
		for _, k := range r.faults() {
			if k.Code == code && k.Status == out.status {
				return
			}
		}
		t.Errorf("%s %s answered %d %s, which it does not document", method, path, out.status, code)
	}
}
