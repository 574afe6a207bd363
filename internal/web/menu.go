package web

import (
	"time"

	"tsuke/internal/money"
)

// MenuPage (M16) leads to everything about the membership itself.
type MenuPage struct {
	Frame
	Phone   string // masked
	Way     Way
	WayFee  money.Yen // per bill
	Shops   int       // shops that may be paid without the member being present
	Devices int       // browsers that are signed in
}

func (m MenuPage) spec(p phrases) spec {
	return spec{template: "member/menu", title: p.text("menu.title"), tab: MenuTab}
}

// ProfilePage shows what is registered, masked so that a look over the shoulder tells little.
type ProfilePage struct {
	Frame
	Name    string // masked, all of these
	Phone   string
	Birth   string
	Address string
	Mail    string
	Way     WayTerms
	Since   time.Time
}

func (m ProfilePage) spec(p phrases) spec {
	return spec{template: "member/profile", title: p.text("profile.title"), tab: MenuTab}
}

// ShopsPage lists the shops that may be paid without the member being present.
type ShopsPage struct {
	Frame
	Shops []AgreedShop
}

// AgreedShop is one such shop.
type AgreedShop struct {
	Name     string
	Since    time.Time
	LastUsed time.Time // zero if never
	URL      string    // the page that ends it
}

func (m ShopsPage) spec(p phrases) spec {
	return spec{template: "member/shops", title: p.text("shops.title"), tab: MenuTab}
}

// RevokePage asks once more before what was agreed with a shop ends.
type RevokePage struct {
	Frame
	Shop   AgreedShop
	Action string
}

func (m RevokePage) spec(p phrases) spec {
	return spec{template: "member/revoke", title: p.text("revoke.title", "shop", m.Shop.Name), tab: MenuTab}
}

// DevicesPage lists the browsers that are signed in.
type DevicesPage struct {
	Frame
	Devices []Device
}

// Device is one browser's sign-in.
type Device struct {
	Browser  string // such as "Chrome, Android"; empty if it did not tell
	Since    time.Time
	LastSeen time.Time
	Here     bool   // the one that looks at this page
	EndURL   string // where it is ended by POST
}

func (m DevicesPage) spec(p phrases) spec {
	return spec{template: "member/devices", title: p.text("devices.title"), tab: MenuTab}
}

// SentPage lists the messages sent to the member, with what became of each.
type SentPage struct {
	Frame
	Messages []SentMessage // the newest first
	Newer    string
	Older    string
}

// SentMessage is one message.
type SentMessage struct {
	Subject   string // as it was sent
	At        time.Time
	Medium    Medium
	To        string // masked
	State     Delivery
	ResendURL string // where it is sent once more by POST; empty if it cannot be
}

// Medium is how a message travels.
type Medium string

// The media.
const (
	ByMail Medium = "mail"
	BySMS  Medium = "sms"
)

var mediumKeys = map[Medium]string{ByMail: "medium.mail", BySMS: "medium.sms"}

// Key is the medium's name in the catalogue.
func (m Medium) Key() string { return mediumKeys[m] }

// Delivery is what became of a message.
type Delivery string

// The states of a message.
const (
	DeliveryWaiting Delivery = "waiting"
	DeliverySent    Delivery = "sent"    // the carrier took it
	DeliveryUnknown Delivery = "unknown" // the carrier's answer was lost
	DeliveryFailed  Delivery = "failed"  // the carrier refused it: a wrong address, a full box
)

var deliveryMarks = map[Delivery]mark{
	DeliveryWaiting: {"state.message.waiting", "info"},
	DeliverySent:    {"state.message.sent", "ok"},
	DeliveryUnknown: {"state.message.unknown", "info"},
	DeliveryFailed:  {"state.message.failed", "bad"},
}

// Mark is the state's tag.
func (d Delivery) Mark() mark { return deliveryMarks[d] } //nolint:revive // for templates

func (m SentPage) spec(p phrases) spec {
	return spec{template: "member/sent", title: p.text("sent.title"), tab: MenuTab}
}

// NoticesPage (M14) lists what the service has told the member.
type NoticesPage struct {
	Frame
	Notices []NoticeLine // the newest first
	Newer   string
	Older   string
}

// NoticeLine is one notice: what it says first, and the thing it is about.
type NoticeLine struct {
	Text string // in the page's language
	At   time.Time
	New  bool
	URL  string // the thing it is about
}

func (m NoticesPage) spec(p phrases) spec {
	return spec{template: "member/notices", title: p.text("notices.title"), tab: HomeTab}
}
