// Package shop is the demo's merchant, あおぞら雑貨店: a small shop on the web that takes pay-later orders through the
// public API and nothing else. It is written as a careful engineer of a shop would write it, and can be read as an
// example of how to call the API.
//
// # The story
//
// Everything the shop wants from the service is an [Act] of an order. An act is written to the shop's book, with its
// idempotency key, and flushed to the disk before it is sent for the first time. From then on there is no "did it
// work?": the act is sent again, with the same key, until there is an answer, by the request that began it while the
// customer waits, and by [Shop.Follow] afterwards, also after a restart of the shop. Only an answer closes an act.
//
// The shop believes no browser. When a customer comes back from the service's page, the address holds nothing but the
// id of the session; the shop asks the service what became of it, confirms the order, and shows what it was told. If
// the customer never comes back, the feed of events tells the same. What the shop shows about a payment is what the
// service said, with the time of the look.
//
// Pressing the final button twice makes one order, because the form's key was made when the form was shown. A cart that
// was ordered and not paid can be ordered again; the page of the earlier try is then withdrawn.
package shop

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/hex"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"tsuke/internal/clock"
	"tsuke/internal/demo/child"
	"tsuke/internal/demo/page"
	"tsuke/internal/demo/trouble"
)

//go:embed templates/*.html
var files embed.FS

// Options say where the shop stands and whom it calls.
type Options struct {
	Dir    string // where its book is kept
	Origin string // its own: "http://127.0.0.1:8080"; its pages are below /shop
	Client *Client
	Desk   *trouble.Desk
	Site   *page.Site
}

// Shop is the shop. It is safe for concurrent use.
type Shop struct {
	origin  string
	client  *Client
	desk    *trouble.Desk
	store   *store
	book    *page.Book
	log     *slog.Logger
	demo    clock.Clock // the time that pages show
	machine clock.Clock // the time that waiting is measured with
	pause   func(context.Context, time.Duration) error

	mu   sync.Mutex
	busy map[string]*sync.Mutex // orders that are being carried
}

// New opens the shop's book.
func New(opt Options) (*Shop, error) {
	book, err := page.NewBook(opt.Site, files, pageWords, orderWords)
	if err != nil {
		return nil, err
	}
	s := &Shop{
		origin: opt.Origin, client: opt.Client, desk: opt.Desk, book: book, log: opt.Site.Logger,
		demo: opt.Site.Clock, machine: clock.System(), pause: child.Pause, busy: map[string]*sync.Mutex{},
	}
	s.store, err = openStore(opt.Dir)
	return s, err
}

func (s *Shop) now() time.Time { return s.demo.Now() }

// alone waits until nobody else carries an order, and gives the way to let the next one in.
func (s *Shop) alone(ref string) (release func()) {
	s.mu.Lock()
	lock := s.busy[ref]
	if lock == nil {
		lock = &sync.Mutex{}
		s.busy[ref] = lock
	}
	s.mu.Unlock()
	lock.Lock()
	return lock.Unlock
}

const customerCookie = "aozora_customer"

// customerOf is the browser's cookie, or "" for a stranger.
func customerOf(r *http.Request) string {
	c, err := r.Cookie(customerCookie)
	if err != nil || len(c.Value) != 32 {
		return ""
	}
	return c.Value
}

// welcome gives a stranger a cookie.
func welcome(w http.ResponseWriter, r *http.Request) string {
	if known := customerOf(r); known != "" {
		return known
	}
	made := randomHex()
	http.SetCookie(w, &http.Cookie{
		Name: customerCookie, Value: made, Path: "/shop", MaxAge: 365 * 24 * 3600, HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	})
	return made
}

// randomHex is 128 random bits.
func randomHex() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// Handler serves the shop's pages, below /shop.
func (s *Shop) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /shop", s.shelf)
	mux.HandleFunc("GET /shop/goods/{slug}", s.article)
	mux.HandleFunc("GET /shop/cart", s.cart)
	mux.HandleFunc("POST /shop/cart", s.fill)
	mux.HandleFunc("GET /shop/address", s.address)
	mux.HandleFunc("POST /shop/address", s.saveAddress)
	mux.HandleFunc("GET /shop/payment", s.payment)
	mux.HandleFunc("POST /shop/payment", s.choose)
	mux.HandleFunc("GET /shop/confirm", s.confirm)
	mux.HandleFunc("POST /shop/order", s.place)
	mux.HandleFunc("GET /shop/return", s.comeBack)
	mux.HandleFunc("GET /shop/left", s.comeBack)
	mux.HandleFunc("GET /shop/orders", s.orders)
	mux.HandleFunc("GET /shop/orders/{ref}", s.order)
	mux.HandleFunc("POST /shop/orders/{ref}/withdraw", s.takeBack)
	mux.HandleFunc("POST /shop/orders/{ref}/again", s.startAgain)
	mux.HandleFunc("GET /shop/staff", s.staff)
	mux.HandleFunc("GET /shop/staff/{ref}", s.staffOrder)
	mux.HandleFunc("POST /shop/staff/{ref}/{verb}", s.work)
	mux.HandleFunc("/shop/", func(w http.ResponseWriter, r *http.Request) { s.book.NotFound(w, r, "shop") })
	return mux
}

// Story is what the trouble page tells about an order.
type Story struct {
	Ref       string
	Stage     Stage
	Payment   string // its id, or empty
	Reference string // the number for people, or empty
}

// Story looks an order up.
func (s *Shop) Story(ref string) (Story, bool) {
	o, found := s.store.order(ref)
	if !found {
		return Story{}, false
	}
	story := Story{Ref: o.Ref, Stage: o.Stage()}
	if o.Payment != nil {
		story.Payment, story.Reference = o.Payment.ID, o.Payment.Reference
	}
	return story, true
}
