package shop

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"tsuke/internal/clock"
	"tsuke/internal/demo/page"
	"tsuke/internal/demo/trouble"
	"tsuke/internal/money"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a shop, its customer's browser, and a service.
type world struct {
	t       *testing.T
	dir     string
	fake    *fakeService
	shop    *Shop
	desk    *trouble.Desk
	clock   *clock.Hand
	machine *clock.Hand
	browser *http.Client
	site    *httptest.Server
	service *httptest.Server
	waited  int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		t: t, dir: t.TempDir(), fake: newFake(t), clock: clock.NewHand(time.Date(2026, 7, 7, 1, 24, 7, 0, time.UTC)),
		machine: clock.NewHand(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)),
	}
	w.service = httptest.NewUnstartedServer(w.fake)
	w.service.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	w.service.Start()
	t.Cleanup(w.service.Close)
	desk, err := trouble.Open(w.dir, w.clock)
	if err != nil {
		t.Fatal(err)
	}
	w.desk = desk
	w.site = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.shop.Handler().ServeHTTP(rw, r) }))
	t.Cleanup(w.site.Close)
	w.restart()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	w.browser = &http.Client{
		Jar: jar, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return w
}

// restart opens the shop anew from its book.
func (w *world) restart() {
	w.t.Helper()
	site := &page.Site{Host: "127.0.0.1:8080", Member: "http://127.0.0.1:8081", Clock: w.clock, Logger: slog.New(slog.DiscardHandler)}
	shop, err := New(Options{
		Dir: w.dir, Origin: w.site.URL, Client: NewClient(w.service.URL, "tsk_test_x"), Desk: w.desk, Site: site,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	shop.machine = w.machine
	shop.pause = func(ctx context.Context, d time.Duration) error {
		if d <= 0 || d > time.Minute {
			w.t.Errorf("pause of %v", d)
		}
		w.waited++
		return ctx.Err()
	}
	w.shop = shop
}

// get opens a page and gives its status and where it leads.
func (w *world) get(path string) (int, string) {
	w.t.Helper()
	resp, err := w.browser.Get(w.site.URL + path)
	if err != nil {
		w.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode, resp.Header.Get("Location")
}

func (w *world) post(path string, fields ...string) (int, string) {
	w.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	resp, err := w.browser.PostForm(w.site.URL+path, form)
	if err != nil {
		w.t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp.StatusCode, resp.Header.Get("Location")
}

// form is the key of the final form as it stands.
func (w *world) form() string {
	w.t.Helper()
	if status, to := w.get("/shop/confirm"); status != http.StatusOK {
		w.t.Fatalf("the final page is %d %s", status, to)
	}
	w.shop.store.mu.Lock()
	defer w.shop.store.mu.Unlock()
	for _, c := range w.shop.store.mem.Customers {
		return c.Form
	}
	w.t.Fatal("no customer")
	return ""
}

// order fills the cart and presses the final button.
func (w *world) order(method Method, slug string) (*Order, string) {
	w.t.Helper()
	w.post("/shop/cart", "slug", slug, "quantity", "1", "add", "1")
	w.post("/shop/payment", "method", string(method))
	_, to := w.post("/shop/order", "form", w.form())
	o, found := w.shop.store.find(func(*Order) bool { return true })
	if !found {
		w.t.Fatalf("no order; sent to %s", to)
	}
	return o, to
}

// pay orders, presses on the service's page, and comes back.
func (w *world) pay(slug string) *Order {
	w.t.Helper()
	o, _ := w.order(Later, slug)
	if o.Session == nil {
		w.t.Fatal("no session")
	}
	w.fake.press(o.Session.ID)
	w.get("/shop/return?checkout_session=" + o.Session.ID)
	return w.now(o.Ref)
}

func (w *world) now(ref string) *Order {
	w.t.Helper()
	o, found := w.shop.store.order(ref)
	if !found {
		w.t.Fatal("order is gone")
	}
	return o
}

func (w *world) arm(kind trouble.Kind) {
	w.t.Helper()
	if err := w.desk.Arm(kind); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) check(what string, want, got any) {
	w.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("%s:\n%s", what, diff)
	}
}

func TestPurchase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, to := w.order(Later, "kyusu")
	w.check("sent to", "http://127.0.0.1:8081/pay/x", to)
	w.check("before", Paying, o.Stage())
	w.fake.press("ses_1")
	_, to = w.get("/shop/return?checkout_session=ses_1")
	w.check("comes back to", "/shop/orders/A-1001", to)
	w.check("stage", Shipped, w.now("A-1001").Stage())
	w.check("calls", []string{"session", "confirm"}, w.fake.said())
	w.check("cart", map[string]int{}, w.shop.store.customer(w.cookie()).Cart)
	status, _ := w.get("/shop/orders/A-1001")
	w.check("order's page", 200, status)
	if status, _ := w.get("/shop/return?checkout_session=ses_9"); status != http.StatusNotFound {
		t.Errorf("a session of nobody: %d", status)
	}
}

func (w *world) cookie() string {
	u, err := url.Parse(w.site.URL + "/shop")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range w.browser.Jar.Cookies(u) {
		return c.Value
	}
	return ""
}

// Each trouble on the line to the service, at each call: in the end there is one payment, confirmed once.
func TestPurchaseOverABadLine(t *testing.T) {
	t.Parallel()
	type line = func(n int, verb string) (bool, bool, int)
	first := map[string]bool{}
	once := func(verb string) bool { was := first[verb]; first[verb] = true; return !was }
	tests := []struct {
		name string
		line line
		want []string
	}{
		{
			"each first answer is lost", func(_ int, verb string) (bool, bool, int) { return false, once(verb), 0 },
			[]string{"session unanswered", "session replayed", "confirm unanswered", "confirm replayed"},
		},
		{
			"each first request is lost", func(_ int, verb string) (bool, bool, int) { return once("b" + verb), false, 0 },
			[]string{"session lost", "session", "confirm lost", "confirm"},
		},
		{
			"busy, too many, broken", func(n int, _ string) (bool, bool, int) {
				return false, false, map[int]int{1: 503, 2: 429, 4: 500, 5: 502}[n]
			},
			[]string{"session 503", "session 429", "session", "confirm 500", "confirm 502", "confirm"},
		},
	}
	for _, tt := range tests {
		w := newWorld(t)
		w.fake.trouble = tt.line
		o := w.pay("kyusu")
		w.check(tt.name+": calls", tt.want, w.fake.said())
		w.check(tt.name+": stage", Shipped, o.Stage())
		w.check(tt.name+": payments", 1, w.fake.live(o.Ref))
		if w.waited == 0 {
			t.Errorf("%s: tried again without a pause", tt.name)
		}
	}
}

// The line is dead while the customer waits, and the shop's process dies too. Nothing is lost.
func TestPurchaseIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dead := true
	w.fake.trouble = func(int, string) (bool, bool, int) { return false, dead, 0 }
	o, to := w.order(Later, "kyusu")
	w.check("sent to the order's page", "/shop/orders/A-1001", to)
	w.check("stage", Asking, o.Stage())
	key := o.Acts[0].Key
	w.restart()
	w.fake.change(func() { dead = false })
	w.shop.Step(t.Context())
	w.check("not before its time", Asking, w.now(o.Ref).Stage())
	w.machine.Advance(time.Minute)
	w.shop.Step(t.Context())
	o = w.now(o.Ref)
	w.check("stage after the restart", Paying, o.Stage())
	w.check("key", key, o.Acts[0].Key)
	w.check("sessions", 1, len(w.fake.sessions))
}

// The customer pays and never comes back: the feed of events tells.
func TestCustomerDoesNotComeBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, _ := w.order(Later, "kyusu")
	w.fake.press("ses_1")
	w.shop.Step(t.Context())
	w.check("stage", Shipped, w.now(o.Ref).Stage())
	w.shop.Step(t.Context())
	w.check("calls", []string{"session", "confirm"}, w.fake.said())
	w.check("cursor", int64(2), w.shop.store.cursor())
	w.restart()
	w.check("cursor after a restart", int64(2), w.shop.store.cursor())
}

func TestPressedTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post("/shop/cart", "slug", "kyusu", "quantity", "1", "add", "1")
	form := w.form()
	_, first := w.post("/shop/order", "form", form)
	_, second := w.post("/shop/order", "form", form)
	w.check("both lead to", first, second)
	w.check("orders", 1, len(w.shop.store.orders(9, func(*Order) bool { return true })))
	w.check("the form shown again is the same form", form, w.form())
	w.post("/shop/cart", "slug", "tenugui", "quantity", "1", "add", "1")
	_, to := w.post("/shop/order", "form", form)
	w.check("the form of an order that was entered leads there", first, to)
	if w.form() == form {
		t.Error("another cart has the same form")
	}
	if _, to := w.post("/shop/order", "form", "made up"); to != "/shop/confirm" {
		t.Errorf("a form of nobody leads to %s", to)
	}
}

// A cart that is ordered again takes back the page of the earlier try.
func TestOrderedAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.order(Later, "kyusu")
	w.order(Later, "tenugui")
	w.check("calls", []string{"session", "withdraw", "session"}, w.fake.said())
	w.check("first", Ended, w.now("A-1001").Stage())
	w.check("second", Paying, w.now("A-1002").Stage())
	w.post("/shop/orders/A-1002/withdraw")
	w.check("second, taken back", Ended, w.now("A-1002").Stage())
	if status, _ := w.post("/shop/orders/A-9/withdraw"); status != http.StatusNotFound {
		t.Errorf("no such order: %d", status)
	}
}

// An order whose payment was told by the feed has an old picture of its session. It is paid, so it is not withdrawn.
func TestPaidOrderIsNotWithdrawn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.arm(trouble.SlowShop)
	o, _ := w.order(Later, "kyusu")
	w.fake.press(o.Session.ID)
	w.shop.Step(t.Context())
	w.check("paid", Approved, w.now(o.Ref).Stage())
	w.order(Later, "sencha")
	w.check("calls", []string{"session", "session"}, w.fake.said())
}

func TestLinked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake.offer = "tok_1"
	w.pay("tenugui")
	lost := 0
	w.fake.change(func() {
		w.fake.trouble = func(_ int, verb string) (bool, bool, int) {
			if verb == "payment" {
				lost++
			}
			return false, verb == "payment" && lost < lookAfter+1, 0
		}
	})
	o, to := w.order(Linked, "kyusu")
	w.check("leads to", "/shop/orders/A-1002", to)
	o = w.now(o.Ref)
	w.check("stage", Shipped, o.Stage())
	w.check("found by its number after three tries", lookAfter, o.Acts[0].Tries)
	w.check("payments", 1, w.fake.live(o.Ref))

	w.fake.change(func() {
		delete(w.fake.tokens, "tok_1")
		w.fake.trouble = func(int, string) (bool, bool, int) { return false, false, 0 }
	})
	o, _ = w.order(Linked, "kyusu")
	w.check("agreement gone", Failed, o.Stage())
	w.check("forgotten", "", w.shop.store.customer(w.cookie()).Token)
	o, _ = w.order(Linked, "kyusu")
	w.check("without an agreement the page is used", Later, o.Method)
}

func TestDeclined(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fake.decline = "limit"
	o := w.pay("tansu")
	w.check("stage", Declined, o.Stage())
	w.check("cart is kept", 1, w.shop.store.customer(w.cookie()).Cart["tansu"])
	w.fake.change(func() { w.fake.decline = "" })
	w.fake.press(o.Session.ID) // the member has paid a bill and presses again
	w.get("/shop/return?checkout_session=" + o.Session.ID)
	w.check("approved after all", Shipped, w.now(o.Ref).Stage())
}

func TestTroublesOfTheShop(t *testing.T) {
	t.Parallel()
	t.Run("slow", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.arm(trouble.SlowShop)
		o := w.pay("kyusu")
		w.check("at first", Approved, o.Stage())
		w.shop.Step(t.Context())
		w.check("still", Approved, w.now(o.Ref).Stage())
		w.machine.Advance(slowFor)
		w.shop.Step(t.Context())
		w.check("then", Shipped, w.now(o.Ref).Stage())
	})
	t.Run("never", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.arm(trouble.NeverConfirm)
		o := w.pay("kyusu")
		w.machine.Advance(time.Hour)
		w.shop.Step(t.Context())
		w.check("waits", Approved, w.now(o.Ref).Stage())
		w.fake.change(func() {
			p := w.fake.payments["pay_1"]
			p.State = "expired"
			w.fake.tell("payment.expired", p)
		})
		w.shop.Step(t.Context())
		w.check("given back", Cancelled, w.now(o.Ref).Stage())
	})
	t.Run("sold out", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.arm(trouble.SoldOut)
		o := w.pay("kyusu")
		w.check("given back", Cancelled, o.Stage())
		w.check("calls", []string{"session", "void"}, w.fake.said())
		var steps []string
		for _, s := range w.desk.Records()[0].Steps {
			steps = append(steps, strings.Join(append([]string{s.Key}, s.Args...), " "))
		}
		w.check("noted", []string{
			"step.begin A-1001", "step.shop_ok verb.session 1 201", "step.shop_ok verb.void 1 200",
		}, steps)
	})
}

func TestStaff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.pay("tansu")
	w.check("made to order", true, o.ToOrder)
	w.fake.change(func() { w.fake.payments["pay_1"].State, w.fake.payments["pay_1"].Captured = "confirmed", 0 })
	if status, _ := w.get("/shop/staff/" + o.Ref); status != http.StatusOK {
		t.Errorf("staff's page: %d", status)
	}
	form := randomHex()
	for range 2 {
		w.post("/shop/staff/"+o.Ref+"/ship", "form", form)
	}
	w.check("shipped", Shipped, w.now(o.Ref).Stage())
	for range 2 {
		w.post("/shop/staff/"+o.Ref+"/refund", "form", "refund-one", "amount", "1000")
	}
	w.check("refunded once", money.Yen(1000), w.now(o.Ref).Payment.Refunded)
	for _, amount := range []string{"", "0", "-1", "51001", "x"} {
		_, to := w.post("/shop/staff/"+o.Ref+"/refund", "form", "refund-two", "amount", amount)
		w.check("amount "+amount, "/shop/staff/A-1001?slip=amount", to)
	}
	w.check("calls", []string{"session", "confirm", "captures", "refunds"}, w.fake.said())
	if status, _ := w.post("/shop/staff/A-9/ship", "form", "x"); status != http.StatusNotFound {
		t.Errorf("no such order: %d", status)
	}
}

func TestStages(t *testing.T) {
	t.Parallel()
	at := func(state string) *Order { return &Order{Method: Later, Payment: &Payment{State: state}} }
	in := func(state string) *Order { return &Order{Method: Later, Session: &Session{State: state}} }
	for want, orders := range map[Stage][]*Order{
		Asking: {{Method: Later, Acts: []Act{{Verb: "session", State: "open"}}}}, Checking: {{Method: Linked}, in("pending"), in("done"), at("new")},
		Failed: {{Method: Later, Acts: []Act{{Verb: "session", State: "refused"}}}}, Paying: {in("open")}, Left: {in("left")},
		Approved: {at("authorized")}, Ordered: {at("confirmed")}, Shipped: {at("captured"), at("partially_captured")},
		PartRefunded: {at("partially_refunded")}, Refunded: {at("refunded")}, Cancelled: {at("voided"), at("expired")},
		Declined: {at("declined"), in("refused")}, Ended: {in("expired"), in("withdrawn")}, AtDoor: {{Method: OnDelivery}},
	} {
		for _, o := range orders {
			if got := o.Stage(); got != want {
				t.Errorf("%+v: %s, want %s", o, got, want)
			}
			if want.Placed() && want.Over() {
				t.Errorf("%s is both placed and over", want)
			}
		}
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]verdict{
		200: done, 201: done, 400: refused, 401: refused, 404: refused, 409: refused, 422: refused, 408: again, 425: again,
		429: again, 500: again, 502: again, 503: again, 504: again,
	} {
		if got := (Answer{Status: status}).verdict(); got != want {
			t.Errorf("%d: %v, want %v", status, got, want)
		}
	}
	if got := (Answer{Status: 409, Body: []byte(`{"code":"idempotency_in_flight"}`)}).verdict(); got != again {
		t.Errorf("the key in work: %v", got)
	}
}

func TestPrices(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, tt := range []struct {
		slug   string
		method Method
		want   []int64 // goods, postage, fee, total
	}{
		{"kyusu", Later, []int64{8500, 0, 0, 8500}},
		{"tenugui", Later, []int64{1980, 550, 0, 2530}},
		{"tenugui", OnDelivery, []int64{1980, 550, 330, 2860}},
		{"kiriko", Later, []int64{30000, 0, 0, 30000}},
		{"tansu", Later, []int64{52000, 0, 0, 52000}},
	} {
		b, err := basketOf(Customer{Cart: map[string]int{tt.slug: 1}, Method: tt.method})
		if err != nil {
			t.Fatal(err)
		}
		w.check(tt.slug, tt.want, []int64{int64(b.Goods), int64(b.Shipping), int64(b.Fee), int64(b.Total)})
	}
}

// What is not on the disk did not happen.
func TestBookNotWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.shop.store.change(func(m *memory) error { m.Next = 9; return errors.New("disk is full") })
	if err == nil || w.shop.store.mem.Next != firstNumber {
		t.Errorf("%v; next is %d", err, w.shop.store.mem.Next)
	}
	w.shop.store.path = w.dir + "/absent/shop.json"
	w.post("/shop/cart", "slug", "kyusu", "quantity", "1", "add", "1")
	if n := len(w.shop.store.mem.Customers); n != 0 {
		t.Errorf("%d customers remembered in memory only", n)
	}
}

func TestClientKeepsItsKey(t *testing.T) {
	t.Parallel()
	var visited []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		visited = append(visited, r.Header.Get("Authorization"))
	}))
	defer elsewhere.Close()
	srv := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	defer srv.Close()
	answer, err := NewClient(srv.URL, "tsk_test_x").Post(t.Context(), "/v1/payments", "k", "ja", []byte("{}"))
	if err != nil || answer.verdict() != refused || len(visited) != 0 {
		t.Errorf("a redirect was followed: %v %v %v", answer.Status, err, visited)
	}
}

// TestStartAgain: the bad cart makes a new number of the same goods and leaves the old order as it was; what the member then
// says settles the new one, told by the feed alone.
func TestStartAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, _ := w.order(Later, "tenugui")
	w.fake.press(first.Session.ID)
	if status, _ := w.post("/shop/orders/" + first.Ref + "/again"); status != http.StatusSeeOther {
		t.Fatalf("%d", status)
	}
	again, _ := w.shop.store.find(func(*Order) bool { return true })
	if again.Ref == first.Ref || again.Amount != first.Amount || again.Session == nil || again.Session.OrderRef != again.Ref {
		t.Fatalf("%+v", again)
	}
	w.fake.change(func() {
		s := w.fake.sessions[again.Session.ID]
		s.State, s.Similar = "duplicate", &Similar{OrderRef: first.Ref, Reference: "K7F2-9QXM", Answer: "same"}
		w.fake.events = append(w.fake.events, Event{Number: int64(len(w.fake.events) + 1), Type: "checkout_session.duplicate", Session: s.ID})
	})
	w.shop.Step(t.Context())
	if o, _ := w.shop.store.order(again.Ref); o.Stage() != Merged || !o.Stage().Over() || o.MayStartAgain() {
		t.Errorf("%s", o.Stage())
	}
	if o, _ := w.shop.store.order(first.Ref); !o.Stage().Placed() {
		t.Errorf("the first order is %s", o.Stage())
	}
	if status, _ := w.get("/shop/orders/" + again.Ref); status != http.StatusOK {
		t.Errorf("its page is %d", status)
	}
	if status, _ := w.post("/shop/orders/" + again.Ref + "/again"); status != http.StatusNotFound {
		t.Errorf("a merged order was begun again: %d", status)
	}
}

// TestAnotherAmountIsNotConfirmed: what was approved must be what the order costs; otherwise it is given back.
func TestAnotherAmountIsNotConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o, _ := w.order(Later, "tenugui")
	w.fake.change(func() { w.fake.sessions[o.Session.ID].Amount++ })
	w.fake.press(o.Session.ID)
	w.shop.Step(t.Context())
	if now, _ := w.shop.store.order(o.Ref); now.Payment == nil || now.Payment.State != "voided" {
		t.Errorf("%+v", now.Payment)
	}
}
