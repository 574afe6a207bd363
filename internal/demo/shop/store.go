package shop

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"tsuke/internal/demo/keep"
)

// memory is everything the shop remembers.
type memory struct {
	Next      int                  // the number of the next order
	Cursor    int64                // the last event that was read
	Customers map[string]*Customer // by cookie
	Orders    []*Order             // oldest first
}

// store is the shop's small book: one file, written and flushed at every change. It is safe for concurrent use.
type store struct {
	path string

	mu   sync.Mutex
	mem  memory
	last []byte // mem as it stands on the disk
}

const firstNumber = 1001

func openStore(dir string) (*store, error) {
	s := &store{path: filepath.Join(dir, "shop.json"), mem: memory{Next: firstNumber, Customers: map[string]*Customer{}}}
	if _, err := keep.Load(s.path, &s.mem); err != nil {
		return nil, err
	}
	text, err := json.Marshal(s.mem)
	s.last = text
	return s, err
}

// change changes the book. What f did counts only if it is on the disk; otherwise it is taken back.
func (s *store) change(f func(*memory) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := f(&s.mem)
	var text []byte
	if err == nil {
		text, err = json.Marshal(s.mem)
	}
	if err == nil {
		err = keep.Write(s.path, text)
	}
	if err != nil {
		old := memory{}
		err = errors.Join(err, json.Unmarshal(s.last, &old))
		s.mem = old
		return err
	}
	s.last = text
	return nil
}

// changeOrder changes one order.
func (s *store) changeOrder(ref string, f func(*Order) error) error {
	return s.change(func(m *memory) error {
		o := m.order(ref)
		if o == nil {
			return fmt.Errorf("shop: no order %s", ref)
		}
		return f(o)
	})
}

func (m *memory) order(ref string) *Order {
	i := slices.IndexFunc(m.Orders, func(o *Order) bool { return o.Ref == ref })
	if i < 0 {
		return nil
	}
	return m.Orders[i]
}

// customer is the memory of one browser, made when first needed.
func (m *memory) customer(cookie string) *Customer {
	if m.Customers == nil {
		m.Customers = map[string]*Customer{}
	}
	c := m.Customers[cookie]
	if c == nil {
		c = &Customer{Cart: map[string]int{}, Address: sampleAddress(), Method: Later}
		m.Customers[cookie] = c
	}
	if c.Cart == nil {
		c.Cart = map[string]int{}
	}
	return c
}

// find gives a copy of the newest order for which f is true.
func (s *store) find(f func(*Order) bool) (*Order, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range slices.Backward(s.mem.Orders) {
		if f(o) {
			return copied(o), true
		}
	}
	return nil, false
}

func (s *store) order(ref string) (*Order, bool) {
	return s.find(func(o *Order) bool { return o.Ref == ref })
}

// orders gives copies of the orders for which f is true, newest first, at most limit.
func (s *store) orders(limit int, f func(*Order) bool) []*Order {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Order
	for _, o := range slices.Backward(s.mem.Orders) {
		if len(out) < limit && f(o) {
			out = append(out, copied(o))
		}
	}
	return out
}

func (s *store) cursor() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mem.Cursor
}

// customer gives a copy of what is remembered of a browser; a stranger is an empty one.
func (s *store) customer(cookie string) Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, known := s.mem.Customers[cookie]
	if !known {
		return Customer{Address: sampleAddress(), Method: Later}
	}
	out := *c
	out.Cart = map[string]int{}
	for slug, n := range c.Cart {
		out.Cart[slug] = n
	}
	return out
}

// copied is a copy that shares nothing with the book.
func copied(o *Order) *Order {
	out := *o
	out.Lines = slices.Clone(o.Lines)
	out.Acts = slices.Clone(o.Acts)
	for i := range out.Acts {
		if p := out.Acts[i].Problem; p != nil {
			problem := *p
			out.Acts[i].Problem = &problem
		}
	}
	if o.Session != nil {
		session := *o.Session
		out.Session = &session
	}
	if o.Payment != nil {
		payment := *o.Payment
		out.Payment = &payment
	}
	return &out
}

// sampleAddress is what the address form begins with, so that trying the shop needs no typing.
func sampleAddress() Address {
	return Address{Name: "青空 花子", Postal: "150-0001", Place: "東京都渋谷区神宮前1-1-1", Phone: "03-0000-0000"}
}
