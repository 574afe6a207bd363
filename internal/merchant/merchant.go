// Package merchant is who sells: merchants, their shops, the keys of their programs, and the terms that can differ
// between them.
//
// # The story
//
// A merchant is entered by an operator ([Merchants.Create]) with the name and the contact that members see, and with the
// origins of the sites that members are sent back to. It gets one shop, "online". Each program of the merchant's has a
// key (key.go): shown once, kept as a hash, revoked at once. Several can live at the same time, so that a key is
// replaced without a pause.
//
// A merchant that is paused sells nothing new; refunds, captures and reading go on, because members' orders hang on them.
//
// # Lock order
//
// A merchant's row is locked alone, and only to change it. No sale locks or changes it: a popular merchant must not become
// the row that everybody waits for.
package merchant

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/lifecycle"
)

// Merchant is who sells.
type Merchant struct {
	ID            id.Merchant
	State         State
	NameJA        string
	NameEN        string
	Contact       Contact
	ReturnOrigins []string // "https://shop.example.jp", in the form of originOf
	Created       time.Time
}

// Name is the name in a language: "en", or Japanese for all others.
func (m Merchant) Name(lang string) string {
	if lang == "en" {
		return m.NameEN
	}
	return m.NameJA
}

// Contact is what members are shown of a merchant. Empty fields are not shown.
type Contact struct {
	Phone   string // as the merchant writes it: 03-0000-0000
	Mail    string
	URL     string
	HoursJA string // when the phone is answered: 平日10〜17時
	HoursEN string
}

// New is a merchant to be entered.
type New struct {
	NameJA, NameEN string
	Contact        Contact
	ReturnOrigins  []string
}

// Shop is one of a merchant's shops.
type Shop struct {
	ID       id.Shop
	Merchant id.Merchant
	Name     string // "online" for the one that each merchant has
	Created  time.Time
}

// OnlineShop is the name of the shop that each merchant has.
const OnlineShop = "online"

// Merchants is the package's verbs.
type Merchants struct{}

// Create enters a merchant with its shop (rules S01, S02). Slips come joined, each with its field. by says who did it: a
// role or an operator's id.
func (Merchants) Create(tx *db.Tx, n New, by string) (Merchant, error) {
	if slips := n.check(); len(slips) > 0 {
		return Merchant{}, fault.Join(slips)
	}
	var draw [2]byte
	_, _ = rand.Read(draw[:]) // crypto/rand.Read never gives an error: it ends the process instead
	bucket := int(binary.BigEndian.Uint16(draw[:])) % id.Buckets
	m := Merchant{
		ID: id.In[id.MerchantKind](tx, bucket), State: Live, NameJA: n.NameJA, NameEN: n.NameEN, Contact: n.Contact,
		ReturnOrigins: n.ReturnOrigins, Created: tx.Now(),
	}
	if err := insertMerchant(tx, m); err != nil {
		return Merchant{}, err
	}
	shop := Shop{ID: id.In[id.ShopKind](tx, bucket), Merchant: m.ID, Name: OnlineShop, Created: tx.Now()}
	if err := insertShop(tx, shop); err != nil {
		return Merchant{}, err
	}
	return m, event.Append(tx, fact(event.Subject(m.ID), "merchant.created", by, map[string]any{"shop": shop.ID}))
}

// Load reads a merchant. The fault is NoMerchant.
func (Merchants) Load(tx *db.Tx, merchant id.Merchant) (Merchant, error) {
	m, found, err := selectMerchant(tx, merchant, false)
	if err == nil && !found {
		err = NoMerchant.New().About(merchant.String())
	}
	return m, err
}

// listMax is how many merchants one list shows.
const listMax = 100

// List lists merchants in the order in which they were entered: those after one, zero from the first, at most limit and
// at most 100.
func (Merchants) List(tx *db.Tx, after id.Merchant, limit int) ([]Merchant, error) {
	return selectMerchants(tx, after, min(max(limit, 1), listMax))
}

// Shops lists a merchant's shops in the order in which they were entered.
func (Merchants) Shops(tx *db.Tx, merchant id.Merchant) ([]Shop, error) {
	return selectShops(tx, merchant)
}

// SetReturnOrigins replaces the origins that members may be sent back to (rule S06).
func (Merchants) SetReturnOrigins(tx *db.Tx, merchant id.Merchant, origins []string, by string) (Merchant, error) {
	m, err := lock(tx, merchant)
	if err != nil {
		return Merchant{}, err
	}
	n := New{NameJA: m.NameJA, NameEN: m.NameEN, Contact: m.Contact, ReturnOrigins: origins}
	if slips := n.check(); len(slips) > 0 {
		return Merchant{}, fault.Join(slips)
	}
	m.ReturnOrigins = n.ReturnOrigins
	if err := updateOrigins(tx, m); err != nil {
		return Merchant{}, err
	}
	return m, event.Append(tx, fact(event.Subject(merchant), "merchant.return_origins_set", by, map[string]any{"origins": m.ReturnOrigins}))
}

// Move pauses or resumes a merchant (rule S07). The same again changes nothing.
func (Merchants) Move(tx *db.Tx, merchant id.Merchant, on Event, by string) (Merchant, error) {
	m, err := lock(tx, merchant)
	if err != nil {
		return Merchant{}, err
	}
	next, verdict := Life.Next(m.State, on)
	switch verdict {
	case lifecycle.Already:
		return m, nil
	case lifecycle.Refused:
		return Merchant{}, fmt.Errorf("merchant: %s in state %s: %s", on, m.State, verdict)
	case lifecycle.Moved:
	}
	if err := updateState(tx, m, next); err != nil {
		return Merchant{}, err
	}
	m.State = next
	return m, event.Append(tx, fact(event.Subject(merchant), "merchant."+string(next), by, nil))
}

func lock(tx *db.Tx, merchant id.Merchant) (Merchant, error) {
	m, found, err := selectMerchant(tx, merchant, true)
	if err == nil && !found {
		err = NoMerchant.New().About(merchant.String())
	}
	return m, err
}

// fact is something that an operator did. It is for the audit trail; the merchant's own feed tells of payments.
func fact(subject event.Subject, kind, by string, data any) event.Fact {
	return event.Fact{Kind: kind, Subject: subject, Side: fault.Us, Actor: by, Data: data}
}
