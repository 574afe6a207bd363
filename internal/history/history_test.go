package history

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var (
	count = flag.Int("histories", 60, "how many histories are played")
	first = flag.Uint64("seed", 1, "the seed of the first one")
)

const (
	judgeWithin = 2 * time.Minute // for one model of one history
	abreast     = 4               // histories that are played side by side
	limit       = 50_000          // yen (rule C01)
	tries       = 10              // within ten minutes (rule C05)
)

func (p Plan) models() []Model {
	if p.About == AboutCredit {
		return []Model{Keys(), Credit(limit, tries)}
	}
	return []Model{Keys(), Orders()}
}

func plan(seed uint64) Plan { return Plan{Seed: seed, About: About(seed % 2), HTTP: seed/2%2 == 0} }

// TestHistories plays histories with lost answers, twins, callers that vanish and broken lines, at two processes on one
// database, and finds for each an order that explains it.
func TestHistories(t *testing.T) { // rules P01, C02, C05, X03, X05, X06, X08, X09, X10
	s := OpenStage(t)
	seeds := make(chan uint64)
	var played, asked, open, faults int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range abreast {
		all.Go(func() {
			for seed := range seeds {
				attempts, err := judge(s, plan(seed))
				if err != nil {
					t.Errorf("%s: %v", plan(seed), err)
				}
				mu.Lock()
				played++
				asked += len(attempts)
				for _, a := range attempts {
					switch a.Answer.Told {
					case Unknown:
						open++
					case Nothing:
						faults++
					case Whole:
					}
				}
				mu.Unlock()
			}
		})
	}
	begun := time.Now()
	for n := range *count {
		seeds <- *first + uint64(n)
	}
	close(seeds)
	all.Wait()
	t.Logf("%d histories, %d attempts (%d a history), %d of them open, %d told that nothing was done, in %s",
		played, asked, asked/max(played, 1), open, faults, time.Since(begun).Round(time.Millisecond))
	if open == 0 {
		t.Error("no answer was ever lost")
	}
}

// judge plays a plan and checks it against its models.
func judge(s *Stage, p Plan) ([]Attempt, error) {
	attempts, err := s.Play(p)
	if err != nil {
		return attempts, err
	}
	for _, m := range p.models() {
		ok, err := Check(m, attempts, judgeWithin)
		if err != nil {
			return attempts, err
		}
		if !ok {
			return attempts, fmt.Errorf("no order of what was told explains the %s:\n%s", m.name, story(m, attempts))
		}
	}
	return attempts, nil
}

// story is the part of a history that its model cannot explain, in the order of its calls.
func story(m Model, all []Attempt) string {
	parts := map[string][]Attempt{}
	for _, a := range m.take(all) {
		parts[m.part(a)] = append(parts[m.part(a)], a)
	}
	var out []string
	for _, part := range parts {
		if ok, err := Check(m, part, judgeWithin); ok || err != nil {
			continue
		}
		slices.SortFunc(part, func(a, b Attempt) int { return int(a.Call - b.Call) })
		for _, a := range part {
			out = append(out, a.String())
		}
	}
	return strings.Join(out, "\n")
}

// TestDoctoredHistories makes true histories wrong in one place and wants each refused. Nothing was lost in them: what is
// open can explain a lot.
func TestDoctoredHistories(t *testing.T) {
	s := OpenStage(t)
	keys, orders, credit := Keys(), Orders(), Credit(limit, tries)
	for _, test := range []struct {
		name   string
		about  About
		model  Model
		which  func(all []Attempt, a Attempt) bool
		doctor func(*Attempt)
	}{
		{"a key is done twice", AboutOrders, keys, again, func(a *Attempt) { a.Answer.Replayed = false }},
		{"a repeat is told something else", AboutOrders, keys, again, func(a *Attempt) { a.Answer.Body += " " }},
		{"a repeat has another status", AboutOrders, keys, again, func(a *Attempt) { a.Answer.Status++ }},
		{"a key serves two requests", AboutOrders, keys, again, func(a *Attempt) { a.Ask.Amount += 7 }},
		{"the first is told as a repeat", AboutOrders, keys, made, func(a *Attempt) { a.Answer.Replayed = true }},
		{"an answered key is free", AboutOrders, keys, found, func(a *Attempt) { a.Answer.State = "absent" }},
		{"an order has two payments", AboutOrders, orders, joined, func(a *Attempt) { a.Answer.Status, a.Answer.Payment = 201, "pay_another" }},
		{"a second try is told another payment", AboutOrders, orders, joined, func(a *Attempt) { a.Answer.Payment = "pay_another" }},
		{"another amount is charged", AboutOrders, orders, taken, func(a *Attempt) { a.Answer.Status, a.Answer.State = 200, "authorized" }},
		{"what became of an order is told wrong", AboutOrders, orders, lastLook, func(a *Attempt) { a.Answer.State += "ly" }},
		{"an order that was bought is told as none", AboutOrders, orders, lastLook, func(a *Attempt) { a.Answer.Status = 404 }},
		{"more than the limit", AboutCredit, credit, declined, func(a *Attempt) { a.Answer.State, a.Answer.Decline = "authorized", "" }},
		{"declined without need", AboutCredit, credit, made, func(a *Attempt) { a.Answer.State, a.Answer.Decline = "declined", "limit" }},
		{"a yen vanished", AboutCredit, credit, lastUsed, func(a *Attempt) { a.Answer.Held-- }},
		{"a smaller limit", AboutCredit, Credit(limit/5, tries), made, func(*Attempt) {}},
		{"fewer tries", AboutCredit, Credit(limit, 1), made, func(*Attempt) {}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for seed := uint64(1_000_000); ; seed++ { // until one has the place
				p := Plan{Seed: seed, About: test.about, HTTP: true, Calm: true}
				all, err := judge(s, p)
				if err != nil {
					t.Fatalf("%s: %v", p, err)
				}
				at := slices.IndexFunc(all, func(a Attempt) bool { return a.Answer.Told == Whole && test.which(all, a) })
				if at < 0 {
					continue
				}
				test.doctor(&all[at])
				if ok, err := Check(test.model, all, judgeWithin); ok || err != nil {
					t.Errorf("%s: accepted (%v)", p, err)
				}
				return
			}
		})
	}
}

func fresh(a Attempt) bool { return a.Ask.Verb == Pay && !a.Answer.Replayed && a.Answer.Told == Whole }

// alone tells whether nobody else used the key.
func alone(all []Attempt, a Attempt) bool {
	n := 0
	for _, other := range all {
		if other.Key == a.Key && other.Ask.Verb == a.Ask.Verb {
			n++
		}
	}
	return n == 1
}

// again is a repeat whose first answer was seen.
func again(all []Attempt, a Attempt) bool {
	return a.Answer.Replayed && slices.ContainsFunc(all, func(b Attempt) bool { return b.Key == a.Key && fresh(b) })
}

func made(all []Attempt, a Attempt) bool {
	return fresh(a) && a.Answer.Status == 201 && a.Answer.State == "authorized" && alone(all, a)
}

// found is a key that was looked up after it was answered.
func found(all []Attempt, a Attempt) bool {
	return a.Ask.Verb == Find && a.Answer.State == "done" &&
		slices.ContainsFunc(all, func(b Attempt) bool { return b.Key == a.Key && b.Answer.Told == Whole && b.Return < a.Call })
}

func joined(all []Attempt, a Attempt) bool {
	return fresh(a) && a.Answer.Status == 200 && alone(all, a)
}

func taken(all []Attempt, a Attempt) bool {
	return fresh(a) && a.Answer.Status == 409 && alone(all, a)
}

func declined(all []Attempt, a Attempt) bool {
	return fresh(a) && a.Answer.Decline == "limit" && alone(all, a)
}

// lastLook is the look at an order that was bought, when nobody else asks any more.
func lastLook(all []Attempt, a Attempt) bool {
	return a.Ask.Verb == Look && a.Answer.Payment != "" && isLast(all, a)
}

func lastUsed(all []Attempt, a Attempt) bool { return a.Ask.Verb == Used && isLast(all, a) }

func isLast(all []Attempt, a Attempt) bool {
	return !slices.ContainsFunc(all, func(b Attempt) bool {
		return b.Ask.Verb != Look && b.Ask.Verb != Used && b.Return != never && b.Return > a.Call
	})
}

// What a lost answer may have meant: it happened, or it never did, and nothing in between.
func TestALostAnswerIsOpen(t *testing.T) {
	t.Parallel()
	ask := Ask{Verb: Pay, Order: "A-1", Amount: 100}
	lost := Attempt{Key: "k1", Ask: ask, Call: 1, Return: never}
	look := func(at int64, status int) Attempt {
		a := Attempt{Ask: Ask{Verb: Look, Order: "A-1"}, Call: at, Return: at + 1, Answer: Answer{Told: Whole, Status: status}}
		if status == 200 {
			a.Answer.Payment, a.Answer.State = "pay_1", "authorized"
		}
		return a
	}
	for _, test := range []struct {
		name string
		all  []Attempt
		ok   bool
	}{
		{"it happened", []Attempt{lost, look(2, 200)}, true},
		{"it did not", []Attempt{lost, look(2, 404)}, true},
		{"it happened later", []Attempt{lost, look(2, 404), look(4, 200)}, true},
		{"it happened and then did not", []Attempt{lost, look(2, 200), look(4, 404)}, false},
		{"nobody asked", []Attempt{look(2, 200)}, false},
	} {
		if ok, err := Check(Orders(), test.all, judgeWithin); ok != test.ok || err != nil {
			t.Errorf("%s: accepted %t, %v", test.name, ok, err)
		}
	}
}

// A caller that asks on a context that is over is told nothing, and nothing is recorded of a look that saw nothing.
func TestALookThatSawNothingSaysNothing(t *testing.T) {
	t.Parallel()
	var r Recorder
	r.Record("", Ask{Verb: Look}, func() Answer {
		return overHTTP{shop: &shop{}, client: perRequest}.send(context.Background(), "", Ask{Verb: Look})
	})
	if got := r.Attempts(); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
