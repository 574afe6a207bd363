package checkout_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/id"
	"tsuke/internal/money"
)

// The second net is measured both ways on behaviour that is made up: what share of purchases that a bad cart made twice is
// stopped, and what share of honest purchases is asked about. The habits are assumptions and stand beside the table.

// wish is one try to buy, and what it is meant as.
type wish struct {
	after  time.Duration // since the purchase that it follows
	amount money.Yen
	again  bool // the same purchase once more, under a new number
}

// habit is what a share of the members does after a purchase.
type habit struct {
	name   string
	share  float64
	follow func(*rand.Rand, money.Yen) []wish
}

var habits = []habit{
	{"starts again after an error, once to three times, within minutes", 0.12, func(r *rand.Rand, sum money.Yen) (all []wish) {
		at := time.Duration(0)
		for range 1 + r.IntN(3) {
			at += time.Duration((0.3 + r.ExpFloat64()*3) * float64(time.Minute)) // three minutes in the mean, some far later
			all = append(all, wish{at, sum, true})
		}
		return all
	}},
	{"comes back later: looks at the history first, waits, asks others", 0.04, func(r *rand.Rand, sum money.Yen) []wish {
		return []wish{{time.Duration(5+r.ExpFloat64()*90) * time.Minute, sum, true}}
	}},
	{"buys the same once more on purpose, at one sitting", 0.03, func(r *rand.Rand, sum money.Yen) []wish {
		return []wish{{time.Duration((1 + r.ExpFloat64()*6) * float64(time.Minute)), sum, false}}
	}},
	{"buys the same again in the course of a day", 0.03, func(r *rand.Rand, sum money.Yen) []wish {
		return []wish{{time.Duration(20+r.IntN(700)) * time.Minute, sum, false}}
	}},
	{"buys the same every day or week", 0.08, func(r *rand.Rand, sum money.Yen) []wish {
		days := []time.Duration{1, 7}[r.IntN(2)]
		return []wish{{days*24*time.Hour + time.Duration(r.IntN(120)-60)*time.Minute, sum, false}}
	}},
	{"buys something else, at one sitting or within days", 0.70, func(r *rand.Rand, sum money.Yen) []wish {
		return []wish{{time.Duration(1+r.ExpFloat64()*600) * time.Minute, sum + 1 + money.Yen(r.IntN(5_000)), false}}
	}},
}

// tally counts what the net did.
type tally struct{ made, stopped, same, askedSame, honest, asked int }

// shop lets one member buy and follow a habit, with every question answered truthfully.
func (t *tally) shop(r *rand.Rand, within time.Duration) {
	shop, member := id.New[id.MerchantKind](dbtest.Start, 1), id.New[id.MemberKind](dbtest.Start, 7)
	sum := money.Yen(500 + r.IntN(100)*100)
	bought := []checkout.Payment{standing(shop, member, "A-0", sum, dbtest.Start)}
	x := r.Float64()
	for _, h := range habits {
		if x -= h.share; x > 0 {
			continue
		}
		for i, w := range h.follow(r, sum) {
			now := dbtest.Start.Add(w.after)
			o := checkout.Order{
				Merchant: shop, Member: member, OrderRef: fmt.Sprint("A-", i+1), Amount: w.amount, Channel: credit.Online, SimilarWithin: within,
			}
			_, asks := checkout.SimilarTo(o, bought, now)
			t.count(w, asks, w.amount == sum)
			if !asks || !w.again { // stopped and said to be the same, nothing is charged
				bought = append(bought, standing(shop, member, o.OrderRef, w.amount, now))
			}
		}
		return
	}
}

func (t *tally) count(w wish, asks, sameAmount bool) {
	n := map[bool]int{true: 1}
	switch {
	case w.again:
		t.made, t.stopped = t.made+1, t.stopped+n[asks]
	default:
		t.honest, t.asked = t.honest+1, t.asked+n[asks]
		t.same, t.askedSame = t.same+n[sameAmount], t.askedSame+n[sameAmount && asks]
	}
}

func standing(shop id.Merchant, member id.Member, ref string, sum money.Yen, at time.Time) checkout.Payment {
	return checkout.Payment{
		ID: id.New[id.PaymentKind](at, 7), Merchant: shop, Member: member, OrderRef: ref, Amount: sum, Channel: credit.Online,
		State: checkout.Captured, Created: at,
	}
}

func share(part, whole int) string { return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole)) }

const netDocument = "0011-the-second-net.md"

// TestSecondNetMeasured makes the table of the decision's document: what each window stops, and whom it asks.
func TestSecondNetMeasured(t *testing.T) { // rule P09
	t.Parallel()
	table := "| window | made duplicates stopped | true repeats of the same amount asked | all honest purchases asked |\n|---|---|---|---|\n"
	var before tally
	for _, minutes := range []int{0, 5, 15, 30, 60, 1440} {
		var now tally
		r := rand.New(rand.NewPCG(11, 9)) // the same behaviour for every window
		for range 20_000 {
			now.shop(r, time.Duration(minutes)*time.Minute)
		}
		if now.stopped < before.stopped || now.asked < before.asked || now.asked != now.askedSame {
			t.Errorf("%d minutes: %+v after %+v", minutes, now, before)
		}
		before = now
		table += fmt.Sprintf("| %d min | %s | %s | %s |\n", minutes, share(now.stopped, now.made), share(now.askedSame, now.same), share(now.asked, now.honest))
	}
	path := filepath.Join("..", "..", "docs", "decisions", netDocument)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- measured -->\n", "<!-- /measured -->\n"
	head, rest, found := strings.Cut(string(text), begin)
	stands, tail, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for the table", netDocument)
	}
	if *update {
		if err := os.WriteFile(path, []byte(head+begin+table+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(stands, table); diff != "" {
		t.Errorf("-document +measured, -update writes it:\n%s", diff)
	}
}
