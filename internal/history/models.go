package history

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// Model says what attempts would have been told, one after the other.
type Model struct {
	name string
	// take chooses the attempts that the model is about.
	take func([]Attempt) []Attempt
	// part is what an attempt is about: only attempts of one part meet each other.
	part func(Attempt) string
	// step is the state after an attempt, and false if it would not have been told this.
	step func(state string, a Attempt) (string, bool)
}

// operations are what porcupine orders.
func (m Model) operations(all []Attempt) []porcupine.Operation {
	var out []porcupine.Operation
	for i, a := range m.take(all) {
		out = append(out, porcupine.Operation{ClientId: i, Input: a, Call: a.Call, Output: a.Answer, Return: a.Return})
	}
	return out
}

func (m Model) model() porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			at := map[string]int{}
			var parts [][]porcupine.Operation
			for _, op := range history {
				part := m.part(op.Input.(Attempt))
				i, seen := at[part]
				if !seen {
					i = len(parts)
					at[part] = i
					parts = append(parts, nil)
				}
				parts[i] = append(parts[i], op)
			}
			return parts
		},
		Init: func() any { return "" },
		Step: func(state, input, _ any) (bool, any) {
			next, ok := m.step(state.(string), input.(Attempt))
			return ok, next
		},
		DescribeOperation: func(input, _ any) string { return input.(Attempt).String() },
	}
}

// String is an attempt as a line of a story.
func (a Attempt) String() string {
	told := fmt.Sprintf("%d %s %s %s", a.Answer.Status, a.Answer.Payment, a.Answer.State, a.Answer.Decline)
	switch {
	case a.Answer.Told == Unknown:
		told = "nothing"
	case a.Answer.Told == Nothing:
		told = "not done"
	case a.Ask.Verb == Used:
		told = fmt.Sprintf("%d held, %d unpaid", a.Answer.Held, a.Answer.Unpaid)
	}
	if a.Answer.Replayed {
		told += " again"
	}
	until := fmt.Sprint(a.Return)
	if a.Return == never {
		until = "…"
	}
	return fmt.Sprintf("%d–%s %s [%s] is told %s", a.Call, until, a.Ask.meaning(), a.Key, told)
}

// Keys is the model of idempotency: the first answer of a key is its answer for ever, whatever comes under it is told the
// same, and nothing else is done under it (rules X03, X05, X08).
func Keys() Model {
	return Model{
		name: "keys",
		take: func(all []Attempt) []Attempt {
			return slices.DeleteFunc(slices.Clone(all), func(a Attempt) bool { return a.Key == "" || a.Answer.Told == Nothing })
		},
		part: func(a Attempt) string { return a.Key },
		step: stepKey,
	}
}

// stepKey: the state is empty while the key is free, then "meaning", and "meaning\nstatus body" once its answer is known.
func stepKey(state string, a Attempt) (string, bool) {
	meaning, answer, known := strings.Cut(state, "\n")
	free := state == ""
	told := fmt.Sprintf("%d %s", a.Answer.Status, a.Answer.Body)
	switch {
	case a.Ask.Verb == Find:
		return state, (a.Answer.State == "absent") == free
	case a.Answer.Told == Unknown && free:
		return a.Ask.meaning(), true
	case a.Answer.Told == Unknown:
		return state, true
	case a.reused():
		return state, !free && meaning != a.Ask.meaning()
	case free:
		return a.Ask.meaning() + "\n" + told, !a.Answer.Replayed
	case !known:
		return state + "\n" + told, a.Answer.Replayed && meaning == a.Ask.meaning()
	}
	return state, a.Answer.Replayed && meaning == a.Ask.meaning() && told == answer
}

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

// Credit is the model of a member's account whose orders are each paid once: what is held and unpaid never exceeds the
// limit, a purchase is declined only if it would, or after too many tries (rules C02, C05).
func Credit(limit int64, maxTries int) Model {
	return Model{
		name: "credit",
		take: func(all []Attempt) []Attempt {
			return slices.DeleteFunc(intents(all), func(a Attempt) bool { return a.Ask.Verb == Find || a.Ask.Verb == Look })
		},
		part: func(a Attempt) string { return fmt.Sprint(a.Ask.Member) },
		step: func(state string, a Attempt) (string, bool) {
			c := accountOf(state)
			ok := c.step(a, limit, maxTries)
			return c.text(), ok
		},
	}
}

// account is the state of one member.
type account struct {
	tries int
	held  map[string]int64 // by order
	owed  map[string]int64
}

func (c account) text() string {
	var parts []string
	for order, yen := range c.held {
		parts = append(parts, fmt.Sprintf("held %s %d", order, yen))
	}
	for order, yen := range c.owed {
		parts = append(parts, fmt.Sprintf("owed %s %d", order, yen))
	}
	slices.Sort(parts)
	return strings.Join(append([]string{fmt.Sprint(c.tries)}, parts...), "\n")
}

func accountOf(text string) account {
	c := account{held: map[string]int64{}, owed: map[string]int64{}}
	if text == "" {
		return c
	}
	lines := strings.Split(text, "\n")
	_, err := fmt.Sscan(lines[0], &c.tries)
	for _, line := range lines[1:] {
		var what, order string
		var yen int64
		if err == nil {
			_, err = fmt.Sscan(line, &what, &order, &yen)
		}
		if what == "held" {
			c.held[order] = yen
		} else {
			c.owed[order] = yen
		}
	}
	if err != nil {
		panic(err) // only text wrote it
	}
	return c
}

func sum(of map[string]int64) (yen int64) {
	for _, one := range of {
		yen += one
	}
	return yen
}

func (c *account) step(a Attempt, limit int64, maxTries int) bool {
	switch a.Ask.Verb {
	case Pay:
		return c.pay(a, limit, maxTries)
	case Used:
		return a.Answer.Held == sum(c.held) && a.Answer.Unpaid == sum(c.owed)
	case Capture:
		return c.move(a, c.held, c.owed)
	case Void:
		return c.move(a, c.held, nil)
	default:
		return c.move(a, c.owed, nil)
	}
}

func (c *account) pay(a Attempt, limit int64, maxTries int) bool {
	why := ""
	switch {
	case c.tries >= maxTries:
		why = "velocity"
	case sum(c.held)+sum(c.owed)+a.Ask.Amount > limit:
		why = "limit"
	}
	c.tries++
	if why == "" {
		c.held[a.Ask.Order] = a.Ask.Amount
	}
	if a.Answer.Told == Unknown {
		return true
	}
	return a.Answer.Status == http.StatusCreated && a.Answer.Decline == why && (a.Answer.State == "authorized") == (why == "")
}

// move takes an order's yen from one sum and adds them to another, unless they have gone already.
func (c *account) move(a Attempt, from, to map[string]int64) bool {
	yen, there := from[a.Ask.Order]
	if there {
		delete(from, a.Ask.Order)
		if to != nil {
			to[a.Ask.Order] = yen
		}
	}
	done := a.Answer.Status == http.StatusOK
	return a.Answer.Told == Unknown || done == there || done && a.Ask.Verb == Void // what is void already is told so
}
