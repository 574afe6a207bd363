package history

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

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
