package app

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/merchant"
	"tsuke/internal/netfault"
	"tsuke/internal/web"
)

// everyFault hits each round trip to the database with each fault. Without it the faults take turns over the round trips.
var everyFault = flag.Bool("every-fault", false, "break each round trip to PostgreSQL in every way, not only in one")

// silence is how long a client listens to a line that is half-open: long enough for a slow machine to do what was asked.
const silence = 3 * time.Second

// verb is one act on money.
type verb struct {
	name    string
	arrange func(*scene)
	ask     func(*scene) *http.Request
	want    standing // what stands once it is done
}

// standing is everything that stands about one order.
type standing struct {
	Payments     []string // "captured: 1000 captured, 0 released, 0 refunded, in 1 captures, 0 refunds; authorized captured"
	Sessions     []string // their states, the oldest first
	Held, Unpaid int64    // by the member, who buys nothing else
}

func verbs() []verb {
	post := func(what string, body map[string]any) func(*scene) *http.Request {
		return func(s *scene) *http.Request {
			return s.shop.post(s.house, "/v1/payments/"+s.payment+"/"+what, s.key, body)
		}
	}
	return []verb{
		{"pay", nothing, func(s *scene) *http.Request { return s.pay(s.key, checkout.Manual) }, standing{
			Payments: []string{"authorized: 0 captured, 0 released, 0 refunded, in 0 captures, 0 refunds; authorized"}, Held: 1000,
		}},
		{"press", func(s *scene) { s.openSession(); s.signIn() }, (*scene).press, standing{
			Payments: []string{"authorized: 0 captured, 0 released, 0 refunded, in 0 captures, 0 refunds; authorized"}, Sessions: []string{"done"}, Held: 1000,
		}},
		{"confirm", paid(checkout.Automatic), post("confirm", map[string]any{}), standing{
			Payments: []string{"captured: 1000 captured, 0 released, 0 refunded, in 1 captures, 0 refunds; authorized captured confirmed"}, Unpaid: 1000,
		}},
		{"capture", paid(checkout.Manual), post("captures", map[string]any{"amount": 700}), standing{
			Payments: []string{"captured: 700 captured, 300 released, 0 refunded, in 1 captures, 0 refunds; authorized captured"}, Unpaid: 700,
		}},
		{"capture in part", paid(checkout.Manual), post("captures", map[string]any{"amount": 400, "final": false}), standing{
			Payments: []string{"partially_captured: 400 captured, 0 released, 0 refunded, in 1 captures, 0 refunds; authorized captured"}, Held: 600, Unpaid: 400,
		}},
		{"void", paid(checkout.Manual), post("void", map[string]any{}), standing{
			Payments: []string{"voided: 0 captured, 1000 released, 0 refunded, in 0 captures, 0 refunds; authorized voided"},
		}},
		{"refund in part", captured, post("refunds", map[string]any{"amount": 300}), standing{
			Payments: []string{"partially_refunded: 1000 captured, 0 released, 300 refunded, in 1 captures, 1 refunds; authorized captured confirmed refunded"}, Unpaid: 700,
		}},
		{"refund", captured, post("refunds", map[string]any{"amount": 1000}), standing{
			Payments: []string{"refunded: 1000 captured, 0 released, 1000 refunded, in 1 captures, 1 refunds; authorized captured confirmed refunded"},
		}},
		{"cancel by key", paid(checkout.Manual), (*scene).cancel, standing{
			Payments: []string{"voided: 0 captured, 1000 released, 0 refunded, in 0 captures, 0 refunds; authorized voided"},
		}},
		{"cancel captured", captured, (*scene).cancel, standing{
			Payments: []string{"refunded: 1000 captured, 0 released, 1000 refunded, in 1 captures, 1 refunds; authorized captured confirmed refunded"},
		}},
		{"cancel what never came", nothing, (*scene).cancel, standing{}},
		{"open a session", nothing, func(s *scene) *http.Request { return s.open(s.key) }, standing{Sessions: []string{"open"}}},
		{"withdraw a session", (*scene).openSession, func(s *scene) *http.Request {
			return s.shop.post(s.house, "/v1/checkout-sessions/"+s.session+"/withdraw", s.key, map[string]any{})
		}, standing{Sessions: []string{"withdrawn"}}},
	}
}

func nothing(*scene) {}

// paid arranges a payment.
func paid(capture checkout.Capture) func(*scene) {
	return func(s *scene) { s.payment = s.must(s.pay(s.key+"-pay", capture)).field("id") }
}

// captured arranges a payment that is captured in full.
func captured(s *scene) {
	paid(checkout.Automatic)(s)
	s.must(s.shop.post(s.house, "/v1/payments/"+s.payment+"/confirm", s.key+"-confirm", map[string]any{}))
}

// scene is one order of a member who has no other, on good lines.
type scene struct {
	*house
	shop                      shop
	member                    id.Member
	token                     id.Token
	ref, key                  string
	payment, session, browser string
}

func (s *scene) pay(key string, capture checkout.Capture) *http.Request {
	return s.shop.post(s.house, "/v1/payments", key, map[string]any{
		"order_ref": s.ref, "amount": 1000, "currency": "JPY", "member_token": s.token.String(), "capture": string(capture),
	})
}

func (s *scene) open(key string) *http.Request {
	return s.shop.post(s.house, "/v1/checkout-sessions", key, map[string]any{
		"order_ref": s.ref, "amount": 1000, "currency": "JPY",
		"lines":    []map[string]any{{"name": "皿", "quantity": 1, "unit_amount": 1000, "tax_rate": 10}},
		"delivery": "3日以内", "cancellation": "到着後8日以内",
		"return_url": "https://shop.example.jp/done", "cancel_url": "https://shop.example.jp/cart",
	})
}

// cancel asks that nobody is charged for the key that the payment was, or is never, made with.
func (s *scene) cancel() *http.Request {
	return s.shop.post(s.house, "/v1/payments/cancel-by-key", s.key, map[string]any{"key": s.key + "-pay"})
}

func (s *scene) openSession() { s.session = s.must(s.open(s.key + "-open")).field("id") }

func (s *scene) signIn() {
	var token mask.Secret
	s.write(func(tx *db.Tx) error {
		first, _, err := s.Members.OpenSignIn(tx, "Firefox")
		if err == nil {
			token, _, err = s.Members.Prove(tx, first, "Firefox", s.member)
		}
		return err
	})
	s.browser = "tsuke=" + token.Reveal()
}

func (s *scene) page() string { return web.CheckoutPath + s.session }

func (s *scene) press() *http.Request {
	return s.request(http.MethodPost, s.page()+"/press", url.Values{"amount": {"1000"}}.Encode(),
		"Content-Type", "application/x-www-form-urlencoded", "Cookie", s.browser)
}

// stands reads what stands about the order, over a good line.
func (s *scene) stands() standing {
	s.t.Helper()
	var out standing
	s.read(func(tx *db.Tx) error {
		out = standing{}
		all, err := checkout.ListOfMerchant(tx, s.shop.id, checkout.Filter{OrderRef: s.ref, Limit: 100})
		if err != nil {
			return err
		}
		for _, p := range all {
			text, err := describe(tx, p)
			if err != nil {
				return err
			}
			out.Payments = append(out.Payments, text)
		}
		account, err := credit.Load(tx, s.member)
		out.Held, out.Unpaid = int64(account.Held), int64(account.Unpaid)
		return errors.Join(err, tx.Rows(`-- app_test.sessions
			SELECT state FROM checkout_session WHERE merchant = $1 AND order_ref = $2 ORDER BY created`,
			[]any{s.shop.id, s.ref}, func(row db.Row) error {
				var state string
				err := row.Scan(&state)
				out.Sessions = append(out.Sessions, state)
				return err
			}))
	})
	return out
}

// describe words a payment with everything that was done to it. A repeat that was answered is told on its timeline too, but
// did nothing.
func describe(tx *db.Tx, p checkout.Payment) (string, error) {
	captures, err := checkout.Captures(tx, p.ID)
	if err != nil {
		return "", err
	}
	refunds, err := checkout.Refunds(tx, p.ID)
	if err != nil {
		return "", err
	}
	timeline, err := event.Timeline(tx, event.Subject(p.ID), 100)
	var facts []string
	for _, f := range timeline {
		if f.Kind != "payment.repeated" {
			facts = append(facts, strings.TrimPrefix(f.Kind, "payment."))
		}
	}
	slices.Sort(facts)
	return fmt.Sprintf("%s: %d captured, %d released, %d refunded, in %d captures, %d refunds; %s", p.Public(),
		p.Captured, p.Released, p.Refunded, len(captures), len(refunds), strings.Join(facts, " ")), err
}

// stage is where the scenes of one row are played: a good house to arrange and look, and a service to which, or behind
// which, the line breaks.
type stage struct {
	*house
	shop   shop
	line   *netfault.Proxy
	host   string // where the client connects to
	played int
	scenes []*scene
}

func (st *stage) scene(v verb) *scene {
	st.t.Helper()
	st.played++
	if st.played%50 == 0 {
		st.people += 100_000 // a hundred numbers that begin alike are the most in an hour (rule M04)
	}
	m := st.newMember()
	own := shop{id: st.shop.id}
	st.write(func(tx *db.Tx) error { // a key that the service has not met: it reads who calls
		key, err := st.Merchants.IssueKey(tx, own.id, merchant.LiveKeys, time.Time{}, "operator")
		own.key = key.Plain.Reveal()
		return err
	})
	s := &scene{
		house: st.house, shop: own, member: m, token: st.grant(m, st.shop),
		ref: fmt.Sprintf("A-%d", st.played), key: fmt.Sprintf("scene-%016d", st.played),
	}
	v.arrange(s)
	st.scenes = append(st.scenes, s)
	return s
}

// serveHandler answers with the product's handler, without its workers: what passes the line is the request's own.
func (h *house) serveHandler() (host string) {
	h.t.Helper()
	lanes := h.lanes()
	h.t.Cleanup(lanes.Stop)
	var err error
	if h.public, err = h.Config.publicURL(); err != nil {
		h.t.Fatal(err)
	}
	handler, _, err := h.handlers(lanes, nil)
	if err != nil {
		h.t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	h.t.Cleanup(server.Close)
	h.url = server.URL
	return strings.TrimPrefix(server.URL, "http://")
}

func listen(t *testing.T, target string) *netfault.Proxy {
	t.Helper()
	line, err := netfault.Listen(target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(line.Close)
	return line
}

// openStage breaks the line between client and service, or, with database, that between service and PostgreSQL, to which
// it then connects with these settings too.
func openStage(t *testing.T, database bool, settings ...string) *stage {
	t.Helper()
	address := dsn(t)
	good := build(t, address)
	st := &stage{house: good, shop: good.newShop()}
	host := good.serveHandler()
	if !database {
		st.line = listen(t, host)
		st.host = st.line.Addr()
		return st
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	st.line = listen(t, u.Host)
	u.Host = st.line.Addr()
	for _, set := range settings {
		u.RawQuery += "&" + set
	}
	st.host = build(t, u.String()).serveHandler()
	return st
}

func (st *stage) heal() {
	st.t.Helper()
	if err := st.line.Heal(); err != nil {
		st.t.Fatal(err)
	}
}

// outcome is what a client was told at once.
type outcome string

const (
	done     outcome = "done"     // it has the whole answer
	notDone  outcome = "not done" // it was told that nothing was done
	checking outcome = "checking" // it was told that the outcome is being found out
	lost     outcome = "lost"     // it has no answer
)

// send asks over the line of the stage.
func (st *stage) send(req *http.Request, within time.Duration) (answer, outcome) {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	req = req.Clone(ctx)
	req.URL.Host, req.Host = st.host, ""
	a, err := do(req)
	switch {
	case err != nil:
		return a, lost
	case a.status/100 == 2 || strings.HasSuffix(a.header.Get("Location"), "?done=1"):
		return a, done
	case a.status == http.StatusSeeOther || a.field("charged") == "checking":
		return a, checking
	}
	return a, notDone
}

// play lets one scene meet one fault, and then lets its client find out. It answers what the client was told at first, and
// whether the fault was met.
func (st *stage) play(v verb, f netfault.Fault) (outcome, bool) {
	st.t.Helper()
	s := st.scene(v)
	before := s.stands()
	within := patience
	if f.Kind == netfault.SilentRequest || f.Kind == netfault.SilentAnswer {
		within = silence
	}
	st.refresh(s)
	trap := st.line.Arm(f)
	first, told := st.send(v.ask(s), within)
	st.toldTrue(v, s, f, first, told, before)
	st.heal()
	st.settle(v, s, f, first, told)
	select {
	case <-trap.Met():
		return told, true
	default:
		return told, false
	}
}

// refresh uses the service's connection to PostgreSQL: one that was idle for a second is looked at before it is used, and
// that is a round trip too.
func (st *stage) refresh(s *scene) {
	st.t.Helper()
	if a, _ := st.send(s.request(http.MethodGet, "/healthz", ""), patience); a.status != http.StatusOK {
		st.t.Errorf("health: %d %s", a.status, a.body)
	}
}

// toldTrue compares what the client was told with what stands at that moment.
func (st *stage) toldTrue(v verb, s *scene, f netfault.Fault, a answer, told outcome, before standing) {
	st.t.Helper()
	want := before
	switch told {
	case done:
		want = v.want
	case notDone:
		if charged := a.field("charged"); a.status < 500 || v.name != "press" && charged != "no" {
			st.t.Errorf("%s, %s after %d: told %d %s", v.name, f.Kind, f.Skip, a.status, a.body)
		}
	case checking, lost:
		return
	}
	if diff := cmp.Diff(want, s.stands()); diff != "" {
		st.t.Errorf("%s, %s after %d: told %q, and that is not so (-want +got):\n%s", v.name, f.Kind, f.Skip, told, diff)
	}
}

// settle is what a client does until it knows: it repeats with the same key, or opens the page again and presses if there
// is a button. Then the effect must be there once, every repeat must be told the same, and so must who looks it up.
func (st *stage) settle(v verb, s *scene, f netfault.Fault, first answer, told outcome) {
	st.t.Helper()
	where := fmt.Sprintf("%s, %s after %d (%s)", v.name, f.Kind, f.Skip, told)
	if v.name == "press" {
		st.settlePress(s, where)
	} else {
		st.settleKey(v, s, where, first, told)
	}
	if diff := cmp.Diff(v.want, s.stands()); diff != "" {
		st.t.Errorf("%s: in the end (-want +got):\n%s", where, diff)
	}
}

// tries is how often a client repeats on a good line, at most.
const tries = 10

func (st *stage) settleKey(v verb, s *scene, where string, first answer, told outcome) {
	st.t.Helper()
	var known answer
	for try := 1; ; try++ {
		a, now := st.send(v.ask(s), patience)
		if now == done {
			known = a
			break
		}
		if try == tries {
			st.t.Errorf("%s: never found out: %d %s", where, a.status, a.body)
			return
		}
	}
	if told == done && string(first.body) != string(known.body) {
		st.t.Errorf("%s: told %s and then %s", where, first.body, known.body)
	}
	again, _ := st.send(v.ask(s), patience)
	if again.status != known.status || string(again.body) != string(known.body) || again.header.Get("Idempotency-Replayed") != "true" {
		st.t.Errorf("%s: the repeat is told %d %s, after %d %s", where, again.status, again.body, known.status, known.body)
	}
	bearer := []string{"Authorization", "Bearer " + st.shop.key}
	key, _ := st.send(s.request(http.MethodGet, "/v1/idempotency/"+s.key, "", bearer...), patience)
	object, state := objectOf(known)
	if key.field("state") != "done" || key.field("object") != object {
		st.t.Errorf("%s: the key is told as %s", where, key.body)
	}
	if len(v.want.Payments) == 0 {
		return
	}
	order, _ := st.send(s.request(http.MethodGet, "/v1/orders/"+s.ref+"/payment", "", bearer...), patience)
	if order.field("id") != object || order.field("state") != state {
		st.t.Errorf("%s: the order is told as %s", where, order.body)
	}
}

// objectOf is what an answer is about: a payment or session, or the payment of a cancellation.
func objectOf(a answer) (object, state string) {
	type named struct{ ID, State string }
	var v struct {
		named

		Payment *named
		Outcome string
	}
	if json.Unmarshal(a.body, &v) == nil && v.Outcome != "" && v.Payment != nil {
		return v.Payment.ID, v.Payment.State
	}
	return v.ID, v.State
}

func (st *stage) settlePress(s *scene, where string) {
	st.t.Helper()
	look := func() string {
		a, _ := st.send(s.request(http.MethodGet, s.page(), "", "Cookie", s.browser), patience)
		if a.status != http.StatusOK {
			st.t.Errorf("%s: the page is %d", where, a.status)
		}
		return string(a.body)
	}
	page := look()
	for try := 0; strings.Contains(page, s.page()+"/press"); try++ {
		if try == tries {
			st.t.Errorf("%s: pressed %d times", where, try)
			return
		}
		st.send(s.press(), patience)
		page = look()
	}
	var reference string
	s.read(func(tx *db.Tx) error {
		p, ok, err := checkout.FindByOrder(tx, st.shop.id, s.ref)
		if ok {
			reference = p.Reference().String()
		}
		return err
	})
	if reference == "" || !strings.Contains(page, reference) {
		st.t.Errorf("%s: the page does not name the payment %s", where, reference)
	}
}

// table prints a matrix of what clients were told, row by row.
type table struct {
	mu    sync.Mutex
	cells map[string]map[netfault.Kind]map[outcome]int
}

func (tb *table) add(row string, kind netfault.Kind, told outcome) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	if tb.cells[row] == nil {
		tb.cells[row] = map[netfault.Kind]map[outcome]int{}
	}
	if tb.cells[row][kind] == nil {
		tb.cells[row][kind] = map[outcome]int{}
	}
	tb.cells[row][kind][told]++
}

// log writes each cell as done/not done/checking/lost.
func (tb *table) log(t *testing.T, link string, kinds []netfault.Kind) {
	tb.mu.Lock()
	defer tb.mu.Unlock()
	var b strings.Builder
	cells := 0
	fmt.Fprintf(&b, "%s; each cell counts what clients were told at first: done/not done/checking/lost.\n", link)
	for i, k := range kinds {
		fmt.Fprintf(&b, "%4d %s\n", i+1, k)
	}
	fmt.Fprintf(&b, "%-24s", "")
	for i := range kinds {
		fmt.Fprintf(&b, "%14d", i+1)
	}
	for _, v := range verbs() {
		fmt.Fprintf(&b, "\n%-24s", v.name)
		for _, k := range kinds {
			c := tb.cells[v.name][k]
			cells += c[done] + c[notDone] + c[checking] + c[lost]
			fmt.Fprintf(&b, "%14s", fmt.Sprintf("%d/%d/%d/%d", c[done], c[notDone], c[checking], c[lost]))
		}
	}
	end := "in the end every client knew, and everything was done once"
	if t.Failed() {
		end = "and not everybody ended up right, see above"
	}
	t.Logf("%s\n%d faults met; %s", b.String(), cells, end)
}

// TestEveryVerbOverABrokenLine breaks the line between a client and the service in every way under every act on money. The
// client then repeats with its key, or opens its page again: it ends up knowing, and everything is done once.
func TestEveryVerbOverABrokenLine(t *testing.T) { // rules P01, X03, X07, X08, X10
	t.Parallel()
	tb := &table{cells: map[string]map[netfault.Kind]map[outcome]int{}}
	t.Cleanup(func() { tb.log(t, "client and service", netfault.Kinds()) })
	for _, v := range verbs() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			st := openStage(t, false)
			if v.name == "cancel what never came" {
				t.Cleanup(st.cancelledForGood)
			}
			for _, kind := range netfault.Kinds() {
				told, met := st.play(v, netfault.Fault{Kind: kind})
				if whole := told == done; !met || whole == kind.Lost() {
					t.Errorf("%s: met %t, told %q", kind, met, told)
				}
				tb.add(v.name, kind, told)
			}
			st.verify()
		})
	}
}

// cancelledForGood sends the charge of each scene, whose key was cancelled before it came.
func (st *stage) cancelledForGood() {
	for _, s := range st.scenes {
		a, err := do(s.pay(s.key+"-pay", checkout.Manual))
		if err != nil || a.status != http.StatusConflict || a.field("code") != "key_cancelled" || len(s.stands().Payments) > 0 {
			st.t.Errorf("%s: %d %s, %v", s.ref, a.status, a.body, err)
		}
	}
}

// cuts are the faults that end a connection to PostgreSQL.
var cuts = []netfault.Kind{
	netfault.CutRequest, netfault.HalfRequest, netfault.DropAnswer, netfault.HalfAnswer, netfault.ResetRequest, netfault.ResetAnswer,
}

// TestEveryVerbOverABrokenLineToPostgreSQL does the same behind the service, and hits each round trip of each act once.
// What the service tells at once must be true at once: done is done, not done is not, and what is being found out is told
// so only if the commit was under way.
func TestEveryVerbOverABrokenLineToPostgreSQL(t *testing.T) { // rules P01, X03, X07, X08, X10
	t.Parallel()
	if !dbtest.Postgres() {
		t.Skip("SQLite is in the process: there is no line to break")
	}
	tb := &table{cells: map[string]map[netfault.Kind]map[outcome]int{}}
	kinds := append([]netfault.Kind{netfault.Latency, netfault.Slow, netfault.Slice, netfault.Refuse}, cuts...)
	t.Cleanup(func() { tb.log(t, "service and PostgreSQL", kinds) })
	for row, v := range verbs() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			st := openStage(t, true)
			for _, kind := range []netfault.Kind{netfault.Latency, netfault.Slow, netfault.Slice} {
				told, met := st.play(v, netfault.Fault{Kind: kind, Stays: true})
				if told != done || !met {
					t.Errorf("%s: met %t, told %q", kind, met, told)
				}
				tb.add(v.name, kind, told)
			}
			told, _ := st.play(v, netfault.Fault{Kind: netfault.Refuse})
			if told != notDone {
				t.Errorf("refused: told %q", told)
			}
			tb.add(v.name, netfault.Refuse, told)
			for i := range cuts {
				st.eachTrip(v, tb, func(trip int) netfault.Kind {
					if *everyFault {
						return cuts[i]
					}
					return cuts[(trip+row)%len(cuts)]
				})
				if !*everyFault {
					break
				}
			}
			st.verify()
			st = openStage(t, true) // whose pool has one connection
			st.hitCommits(v, tb)
			st.verify()
		})
	}
}

// hitCommits cuts the line in each way under the commit, and wants the client told that the outcome is being found out.
func (st *stage) hitCommits(v verb, tb *table) {
	st.t.Helper()
	for _, kind := range cuts {
		told, met := outcome(""), false
		for try := 0; told != checking && try < tries; try++ { // on a slow machine the count can be off by one
			told, met = st.play(v, netfault.Fault{Kind: kind, Skip: st.commitTrip(v)})
		}
		if told != checking || !met {
			st.t.Errorf("commit of %s, %s: met %t, told %q", v.name, kind, met, told)
		}
		tb.add(v.name, kind, told)
	}
}

// commitTrip is how many round trips come before the one that commits, which is the last, on a connection that knows the
// statements.
func (st *stage) commitTrip(v verb) int {
	st.t.Helper()
	st.play(v, netfault.Fault{}) // so that it knows them
	s := st.scene(v)
	st.refresh(s)
	count := st.line.Arm(netfault.Fault{})
	st.send(v.ask(s), patience)
	return count.Seen() - 1
}

// eachTrip hits one round trip after the other, until the act has no more of them.
func (st *stage) eachTrip(v verb, tb *table, kind func(trip int) netfault.Kind) {
	st.t.Helper()
	trips := 0
	for ; ; trips++ {
		f := netfault.Fault{Kind: kind(trips), Skip: trips}
		told, met := st.play(v, f)
		if !met {
			break
		}
		tb.add(v.name, f.Kind, told)
		if told == lost {
			st.t.Errorf("%s, %s after %d: no answer over a good line", v.name, f.Kind, f.Skip)
		}
	}
	if trips < 3 {
		st.t.Errorf("%s: %d round trips were hit", v.name, trips)
	}
}

// ask is a scene whose client has asked over a line that is half-open.
type ask struct {
	*stage
	*scene
	verb   verb
	fault  netfault.Fault
	trap   *netfault.Trap
	before standing
	answer answer
	told   outcome
}

// askSilent arranges a scene, and arms the fault for the round trip that commits it: the last one.
func askSilent(t *testing.T, v verb, kind netfault.Kind, settings ...string) *ask {
	t.Helper()
	st := openStage(t, true, settings...)
	fault := netfault.Fault{Kind: kind, Skip: st.commitTrip(v)}
	s := st.scene(v)
	a := &ask{stage: st, scene: s, verb: v, before: s.stands(), fault: fault}
	st.refresh(s)
	a.trap = st.line.Arm(a.fault)
	return a
}

// TestHalfOpenLineToPostgreSQL lets the commit of each act vanish in a line that stays up and says nothing. Nobody waits
// for ever: the client is told within half a minute that the outcome is being found out, and finds out once the line is
// good again.
func TestHalfOpenLineToPostgreSQL(t *testing.T) { // rules X03, X07
	t.Parallel()
	if !dbtest.Postgres() {
		t.Skip("SQLite is in the process: there is no line to break")
	}
	var asks []*ask
	var all sync.WaitGroup
	for i, v := range verbs() {
		a := askSilent(t, v, []netfault.Kind{netfault.SilentRequest, netfault.SilentAnswer}[i%2])
		asks = append(asks, a)
		req := v.ask(a.scene)
		all.Go(func() { a.answer, a.told = a.send(req, requestWithin) })
	}
	all.Wait()
	unknown := 0
	for _, a := range asks {
		select {
		case <-a.trap.Met():
		default:
			t.Errorf("%s: the fault was not met", a.verb.name)
		}
		switch a.told {
		case checking:
			unknown++
		case notDone: // on a slow machine it can be the round trip before: nothing was done
		case done, lost:
			t.Errorf("%s, %s: told %q: %d %s", a.verb.name, a.fault.Kind, a.told, a.answer.status, a.answer.body)
		}
		a.toldTrue(a.verb, a.scene, a.fault, a.answer, a.told, a.before)
		a.heal()
		a.settle(a.verb, a.scene, a.fault, a.answer, a.told)
		a.stage.verify()
	}
	if unknown == 0 {
		t.Error("no commit was lost")
	}
}

// TestWhatAHalfOpenLineLocksIsFreed repeats a charge at another process while its first try holds the member's account in a
// session that the server believes alive. The server ends such sessions by itself, after a minute or as it is set.
func TestWhatAHalfOpenLineLocksIsFreed(t *testing.T) { // rule X06
	t.Parallel()
	if !dbtest.Postgres() {
		t.Skip("SQLite is in the process: there is no line to break")
	}
	a := askSilent(t, verbs()[0], netfault.SilentRequest, "idle_in_transaction_session_timeout=1000")
	req := a.verb.ask(a.scene)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.answer, a.told = a.send(req, requestWithin)
	}()
	<-a.trap.Met()
	second, err := do(a.verb.ask(a.scene)) // at the good house
	if err != nil || second.status != http.StatusCreated {
		t.Errorf("%d %s, %v", second.status, second.body, err)
	}
	<-ended
	if a.told != checking {
		t.Errorf("the first try was told %q: %d %s", a.told, a.answer.status, a.answer.body)
	}
	a.heal()
	a.settle(a.verb, a.scene, a.fault, a.answer, a.told)
	a.stage.verify()
}
