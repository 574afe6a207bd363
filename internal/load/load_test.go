package load_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tsuke/internal/api"
	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/ledger"
	"tsuke/internal/load"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/run"
	"tsuke/internal/term"
)

var people = load.Population{Seed: 1, Members: 50, Merchants: 3}

// service is the API over a seeded database, with something between it and the callers.
func service(t *testing.T, between func(http.Handler) http.Handler) (addr string, d *db.DB) {
	t.Helper()
	ctx := t.Context()
	d = dbtest.Open(t)
	if err := load.Seed(ctx, d, people); err != nil {
		t.Fatal(err)
	}
	book, err := term.NewBook(slices.Concat(run.Terms, member.Terms, merchant.Terms, credit.Terms, checkout.Terms, billing.Terms)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := book.Reload(ctx, d); err != nil {
		t.Fatal(err)
	}
	verbs := &checkout.Checkout{Terms: book}
	lanes := run.NewLanes(run.Batcher[checkout.Order, checkout.Authorization]{DB: d, Batch: verbs.Batch, Render: api.Render}, 2, checkout.Order.Bucket)
	t.Cleanup(lanes.Stop)
	handler := api.New(api.Options{
		DB: d, Runner: run.New(d), Lanes: lanes, Checkout: verbs, Members: &member.Members{Terms: book}, Terms: book,
		PublicURL: "http://127.0.0.1", Log: slog.New(slog.DiscardHandler),
	})
	if between != nil {
		handler = between(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	relay := event.NewRelay(d, nil, nil)
	d.OnCommit(relay.Wake)
	working, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = relay.Run(working, make(chan time.Time)) // it ends with its context
	}()
	t.Cleanup(func() { stop(); <-done })
	return strings.TrimPrefix(server.URL, "http://"), d
}

func crowd(addr, name string, orders int) *load.Load {
	return load.New(load.Options{
		Name: name, Addr: addr, People: people, Callers: 4, Orders: orders, Mix: load.Mix{Life: 70, Twins: 30}, Seed: uint64(name[0]),
	})
}

func TestACrowdIsToldTheTruth(t *testing.T) {
	t.Parallel()
	addr, d := service(t, nil)
	var before *load.Load
	for _, name := range []string{"one", "two"} {
		l := crowd(addr, name, 40)
		if before == nil {
			if err := l.Mark(t.Context()); err != nil {
				t.Fatal(err)
			}
		} else {
			l.Follow(before)
		}
		l.Work(t.Context())
		tally := l.Tally()
		if tally.Orders != 40 || tally.Open != 0 || tally.Declined != 0 || len(tally.Refused) != 0 || tally.Took[load.Authorize].Count < 40 {
			t.Errorf("%+v", tally)
		}
		for _, op := range []load.Op{load.Authorize, load.Confirm, load.Capture, load.Void, load.Refund} {
			if tally.Done[op] == 0 {
				t.Errorf("no %s was done", op)
			}
		}
		v := l.Verify(t.Context(), load.Look{Replay: true})
		if !v.OK() || v.Orders != 40 || v.Replays != tally.Requests || v.Effects == 0 || v.Events < v.Effects {
			t.Errorf("%+v", v)
		}
		l.Close()
		before = l
		dbtest.Clock(d).Advance(time.Second)
	}
	third := crowd(addr, "three", 0)
	if err := third.Mark(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v := third.Verify(t.Context(), load.Look{}); !v.OK() || v.Events != 0 {
		t.Errorf("marked, and yet %+v", v)
	}
	third.Close()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		broken, err := ledger.Verify(tx, slices.Concat(credit.Checks, checkout.Checks)...)
		for _, b := range broken {
			t.Error(b)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestOpenRequestsAreSettled drops answers until the callers give up, and lets them ask again later.
func TestOpenRequestsAreSettled(t *testing.T) {
	t.Parallel()
	var mute atomic.Bool
	asked := make(chan struct{}, 1)
	addr, _ := service(t, func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !mute.Load() {
				h.ServeHTTP(w, r)
				return
			}
			h.ServeHTTP(httptest.NewRecorder(), r) // it happens, and nobody learns of it
			select {
			case asked <- struct{}{}:
			default:
			}
			panic(http.ErrAbortHandler)
		})
	})
	l := crowd(addr, "mute", 0)
	defer l.Close()
	ctx, giveUp := context.WithCancel(t.Context())
	mute.Store(true)
	go func() { <-asked; giveUp() }()
	l.Work(ctx)
	if l.Tally().Open == 0 {
		t.Fatal("every request has an answer")
	}
	mute.Store(false)
	if open := l.Settle(t.Context()); open != 0 {
		t.Errorf("%d are still open", open)
	}
	tally := l.Tally()
	if tally.Committed == 0 || tally.Resent < tally.Committed {
		t.Errorf("%d resent, of which %d were done already", tally.Resent, tally.Committed)
	}
	if v := l.Verify(t.Context(), load.Look{Replay: true}); !v.OK() {
		t.Errorf("%+v", v)
	}
}

// lie changes an answer, or tells that it leaves it alone.
type lie func(r *http.Request, body map[string]any) (status int, changed bool)

func ofOrder(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/v1/orders/") }

// entries are those of a list; of payments only if the newest one is the crowd's own.
func entries(r *http.Request, path string, body map[string]any, crowd string) []any {
	all, _ := body["data"].([]any)
	if r.Method != http.MethodGet || r.URL.Path != path || len(all) == 0 {
		return nil
	}
	if ref, ok := all[0].(map[string]any)["order_ref"].(string); ok && !strings.HasPrefix(ref, crowd) {
		return nil
	}
	return all
}

// TestLiesAreFound puts a liar between the service and its callers: each promise that is broken is noticed.
func TestLiesAreFound(t *testing.T) {
	t.Parallel()
	lost := func(v load.Verdict) []string { return v.Lost }
	doubled := func(v load.Verdict) []string { return v.Doubled }
	var telling atomic.Pointer[lie]
	addr, d := service(t, func(h http.Handler) http.Handler { return liar(h, &telling) })
	before := crowd(addr, "nobody", 0)
	for _, c := range []struct {
		name string
		lie  lie
		want func(load.Verdict) []string
	}{
		{"a payment is lost", func(r *http.Request, _ map[string]any) (int, bool) { return 404, ofOrder(r) }, lost},
		{"a capture is lost", func(r *http.Request, body map[string]any) (int, bool) {
			body["captured"] = 0
			return 200, ofOrder(r)
		}, lost},
		{"a key is forgotten", func(r *http.Request, body map[string]any) (int, bool) {
			body["state"] = "absent"
			return 200, strings.HasPrefix(r.URL.Path, "/v1/idempotency/")
		}, lost},
		{"a void is lost", func(r *http.Request, body map[string]any) (int, bool) {
			voided := body["state"] == "voided"
			body["state"] = "confirmed"
			return 200, voided && ofOrder(r)
		}, lost},
		{"a number is left out", func(r *http.Request, body map[string]any) (int, bool) {
			all := entries(r, "/v1/events", body, "")
			if len(all) > 0 {
				all[len(all)-1].(map[string]any)["number"] = 1_000_000
			}
			return 200, len(all) > 0
		}, lost},
		{"a refund is doubled", func(r *http.Request, body map[string]any) (int, bool) {
			body["refunds"] = []any{1: nil, 5: nil}
			return 200, ofOrder(r)
		}, doubled},
		{"an order has two payments", func(r *http.Request, body map[string]any) (int, bool) {
			all := entries(r, "/v1/payments", body, "lie-an-order")
			if len(all) > 0 {
				twin := maps.Clone(all[0].(map[string]any))
				twin["id"] = "pay_7zzzzzzzzzzzzzzzzzzzzzzzzz"
				body["data"] = append([]any{twin}, all...)
			}
			return 200, len(all) > 0
		}, doubled},
		{"an event is doubled", func(r *http.Request, body map[string]any) (int, bool) {
			changed := false
			for _, one := range entries(r, "/v1/events", body, "") {
				if one := one.(map[string]any); one["type"] == "payment.repeated" {
					one["type"], changed = "payment.authorized", true
				}
			}
			return 200, changed
		}, doubled},
		{"a stranger's payment", func(r *http.Request, body map[string]any) (int, bool) {
			all := entries(r, "/v1/payments", body, "lie-a-stranger")
			if len(all) > 0 {
				all[0].(map[string]any)["order_ref"] = "never-asked-for"
			}
			return 200, len(all) > 0
		}, func(v load.Verdict) []string { return v.Unasked }},
		{"an answer changes", func(r *http.Request, body map[string]any) (int, bool) {
			body["told"] = "otherwise"
			return 200, r.Method == http.MethodPost
		}, func(v load.Verdict) []string { return v.Changed }},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := crowd(addr, "lie-"+strings.NewReplacer(" ", "-", "'", "").Replace(c.name), 12)
			defer l.Close()
			l.Follow(before)
			l.Work(t.Context())
			telling.Store(&c.lie)
			v := l.Verify(t.Context(), load.Look{Replay: true})
			telling.Store(nil)
			if len(c.want(v)) == 0 || len(v.Findings()) != len(c.want(v)) {
				t.Errorf("found %q", v.Findings())
			}
			dbtest.Clock(d).Advance(time.Second) // ids are ordered by time
			before = crowd(addr, "nobody", 0)
			if err := before.Mark(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// liar lets answers through unless somebody is telling lies.
func liar(h http.Handler, telling *atomic.Pointer[lie]) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tell := telling.Load()
		if tell == nil {
			h.ServeHTTP(w, r)
			return
		}
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		status, text := rec.Code, rec.Body.Bytes()
		var body map[string]any
		if err := json.Unmarshal(text, &body); err != nil {
			panic(err)
		}
		if other, changed := (*tell)(r, body); changed {
			status = other
			text, _ = json.Marshal(body) // it was read from JSON
		}
		w.WriteHeader(status)
		_, _ = w.Write(text) // a caller that is gone finds its own error
	})
}

func TestAPopulationIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	again := load.Population{Seed: people.Seed, Members: 1, Merchants: 3}
	other := load.Population{Seed: people.Seed + 1, Members: 1, Merchants: 3}
	if people.Member(9) != again.Member(9) || people.Token(9) != again.Token(9) || people.APIKey(2) != again.APIKey(2) {
		t.Error("the same seed gives other people")
	}
	if people.Member(9) == other.Member(9) || people.Member(9) == people.Member(10) || people.APIKey(0) == people.APIKey(1) {
		t.Error("two give the same")
	}
}
