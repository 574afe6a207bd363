package history

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Orders is the model of a shop's order: it has at most one live payment, whichever key it is tried with (rules P01, P03,
// X09).
func Orders() Model {
	return Model{name: "orders", take: aboutPayments, part: func(a Attempt) string { return a.Ask.Order }, step: stepOrder}
}

// aboutPayments leaves out what is about a key or a member alone.
func aboutPayments(all []Attempt) []Attempt {
	return slices.DeleteFunc(intents(all), func(a Attempt) bool { return a.Ask.Verb == Find || a.Ask.Verb == Used })
}

// unnamed is a payment whose answer nobody has seen: whoever sees it first gives it its name.
const unnamed = "?"

// order is the state of one order.
type order struct {
	newest string // its newest payment
	state  string
	member int
	amount int64
	past   string // earlier payments and what became of them: " pay_1=voided pay_2=refunded"
}

func (o order) text() string {
	if o.newest == "" {
		return ""
	}
	return fmt.Sprintf("%s|%s|%d|%d|%s", o.newest, o.state, o.member, o.amount, o.past)
}

func orderOf(text string) (o order) {
	if text == "" {
		return o
	}
	parts := strings.Split(text, "|")
	o.newest, o.state, o.past = parts[0], parts[1], parts[4]
	if _, err := fmt.Sscan(parts[2]+" "+parts[3], &o.member, &o.amount); err != nil {
		panic(err) // only text wrote it
	}
	return o
}

func (o order) live() bool { return o.state == "authorized" || o.state == "captured" }

// is tells whether a payment that somebody saw can be the newest one, and names it if it has no name yet.
func (o *order) is(payment string) bool {
	if o.newest == unnamed && payment != "" && !strings.Contains(o.past, payment) {
		o.newest = payment
	}
	return o.newest == payment
}

func stepOrder(state string, a Attempt) (string, bool) {
	o := orderOf(state)
	var ok bool
	switch a.Ask.Verb {
	case Pay:
		ok = o.pay(a)
	case Look:
		ok = o.look(a.Answer)
	default:
		ok = o.move(a)
	}
	return o.text(), ok
}

func (o *order) pay(a Attempt) bool {
	same := o.member == a.Ask.Member && o.amount == a.Ask.Amount
	switch told := a.Answer; {
	case o.live() && told.Told == Unknown:
		return true
	case o.live() && same:
		return told.Status == http.StatusOK && o.is(told.Payment) && told.State == o.state
	case o.live():
		return told.Status == http.StatusConflict && o.is(told.Payment)
	case told.Told != Unknown && (told.Status != http.StatusCreated || told.State != "authorized" || strings.Contains(o.past+" "+o.newest, told.Payment)):
		return false
	}
	if o.newest != "" && o.newest != unnamed {
		o.past += " " + o.newest + "=" + o.state
	}
	o.newest, o.state, o.member, o.amount = a.Answer.Payment, "authorized", a.Ask.Member, a.Ask.Amount
	if a.Answer.Told == Unknown {
		o.newest = unnamed
	}
	return true
}

func (o *order) look(told Answer) bool {
	if told.Status == http.StatusNotFound {
		return o.newest == ""
	}
	return o.newest != "" && o.is(told.Payment) && told.State == o.state
}

// moves is what becomes of a payment that is asked for something. What is not listed is refused with 409.
var moves = map[Verb]map[string]string{
	Capture: {"authorized": "captured"},
	Void:    {"authorized": "voided", "voided": "voided"},
	Refund:  {"captured": "refunded"},
}

func (o *order) move(a Attempt) bool {
	known := o.newest == a.Ask.Payment || o.newest == unnamed && !strings.Contains(o.past, a.Ask.Payment)
	from := o.state
	if !known {
		_, rest, found := strings.Cut(o.past, " "+a.Ask.Payment+"=")
		if !found {
			return false // nobody can have seen it yet
		}
		from, _, _ = strings.Cut(rest, " ")
	}
	to, moved := moves[a.Ask.Verb][from]
	switch {
	case a.Answer.Told == Unknown:
	case moved && (a.Answer.Status != http.StatusOK || a.Answer.State != to):
		return false
	case !moved && a.Answer.Status != http.StatusConflict:
		return false
	}
	if known {
		o.newest = a.Ask.Payment
	}
	if known && moved {
		o.state = to
	}
	return true
}
