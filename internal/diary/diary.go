// Package diary runs scenario files: dated acts in words, and beneath each what came of it and what changed for the
// members and in the books. They are read and reviewed as text; go test -update writes what is observed.
package diary

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/world"
)

// Run runs the acts of a diary and answers the diary with what was observed. Lines that begin with two spaces are
// observations and are written anew; comments and empty lines stay.
func Run(w *world.World, text string) (string, error) {
	r := &runner{world: w, seen: map[string]string{}}
	var out strings.Builder
	for n, line := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		if strings.HasPrefix(line, "  ") {
			continue
		}
		out.WriteString(line + "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		told, err := r.act(strings.Fields(line))
		if err != nil {
			return "", fmt.Errorf("line %d, %q: %w", n+1, line, err)
		}
		for _, t := range append(told, r.changes()...) {
			out.WriteString("  " + t + "\n")
		}
	}
	return out.String(), nil
}

type runner struct {
	world *world.World
	seen  map[string]string // what was last told about each member and account
	last  billing.Line

	request []byte     // the file that banks were asked with last
	odd     id.Receipt // the last one that went to suspense
}

// act runs one line. A refusal of the product is an observation; anything else is an error of the diary.
func (r *runner) act(words []string) ([]string, error) {
	verb, known := verbs[words[0]]
	if !known {
		return nil, fmt.Errorf("no act %q", words[0])
	}
	if len(words)-1 < verb.least {
		return nil, fmt.Errorf("%s wants %d words", words[0], verb.least)
	}
	told, err := verb.run(r, words[1:])
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Unclassified {
		return append(told, "refused: "+f.Kind.Code), nil
	}
	return told, err
}

var verbs = map[string]struct {
	least int
	run   func(r *runner, args []string) ([]string, error)
}{
	"at":      {2, (*runner).at},
	"member":  {1, (*runner).member},
	"buy":     {3, (*runner).buy},
	"confirm": {1, (*runner).confirm},
	"capture": {2, (*runner).capture},
	"void":    {1, (*runner).void},
	"refund":  {2, (*runner).refund},
	"disown":  {1, (*runner).disown},
	"orders":  {3, (*runner).orders},
	"expire":  {0, (*runner).expire},
	"close":   {1, (*runner).close},
	"bill":    {2, (*runner).bill},
	"agent":   {4, (*runner).agent},
	"resend":  {0, (*runner).resend},
	"pastdue": {0, (*runner).pastDue},
	"late":    {0, (*runner).late},
	"owes":    {2, (*runner).owes},
	"outage":  {2, (*runner).outage},
	"promise": {2, (*runner).promise},
	"term":    {3, (*runner).term},
	"way":     {2, (*runner).way},
	"account": {1, (*runner).account},
	"gather":  {1, (*runner).gather},
	"ask":     {1, (*runner).ask},
	"answer":  {1, (*runner).answer},

	"plan":   {4, (*runner).plan},
	"parts":  {2, (*runner).parts},
	"unplan": {3, (*runner).unplan},

	"transfer":  {3, (*runner).transfer},
	"wantback":  {2, (*runner).wantBack},
	"waive":     {6, (*runner).waive},
	"writeoff":  {4, (*runner).writeOff},
	"writeback": {4, (*runner).writeBack},
	"unblock":   {3, (*runner).unblock},
	"numbers":   {0, (*runner).numbers},
	"number":    {2, (*runner).number},

	"match":    {2, (*runner).match},
	"return":   {2, (*runner).giveBack},
	"returned": {1, (*runner).returned},

	"invoices": {0, (*runner).invoices},
	"same":     {2, (*runner).same},
	"dispute":  {2, (*runner).dispute},
	"uphold":   {2, (*runner).uphold},
	"reject":   {1, (*runner).reject},
}

// at sets the clock, in Japan: at 2026-06-30 23:59:59.999999
func (r *runner) at(args []string) ([]string, error) {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05.999999"} {
		if t, err := time.ParseInLocation(layout, args[0]+" "+args[1], jst.Zone()); err == nil {
			r.world.Clock.Set(t)
			return nil, nil
		}
	}
	return nil, errors.New("write at 2026-06-05 10:00")
}

func (r *runner) member(args []string) ([]string, error) { return nil, r.world.Member(args[0]) }

// buy NAME ORDER YEN [automatic|manual] [invoice]
func (r *runner) buy(args []string) ([]string, error) {
	amount, err := yen(args[2])
	if err != nil {
		return nil, err
	}
	capture := checkout.Manual
	if len(args) > 3 {
		capture = checkout.Capture(args[3])
	}
	buy := r.world.Buy
	if len(args) > 4 && args[4] == "invoice" {
		buy = r.world.BuyByInvoice
	}
	a, err := buy(args[0], args[1], amount, capture)
	if err != nil {
		return nil, err
	}
	told := string(a.Payment.Public())
	if len(a.Payment.Reasons) > 0 {
		told += fmt.Sprintf(" %v", a.Payment.Reasons)
	}
	if a.Existing {
		told += ", as before"
	}
	return []string{told}, nil
}

func (r *runner) shop(ref string, verb func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error)) ([]string, error) {
	p, err := r.world.Act(ref, verb)
	if err != nil {
		return nil, err
	}
	return []string{fmt.Sprintf("%s: captured %s, released %s, refunded %s", p.Public(), p.Captured.JA(), p.Released.JA(), p.Refunded.JA())}, nil
}

func (r *runner) confirm(args []string) ([]string, error) {
	return r.shop(args[0], func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error) {
		return r.world.Checkout.Confirm(tx, r.world.Merchant, p, world.CaptureWithin, by)
	})
}

// capture ORDER YEN|all [keep]
func (r *runner) capture(args []string) ([]string, error) {
	amount, err := yen(args[1])
	if err != nil {
		return nil, err
	}
	final := len(args) < 3 || args[2] != "keep"
	return r.shop(args[0], func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error) {
		return r.world.Checkout.Capture(tx, r.world.Merchant, p, amount, final, world.CaptureWithin, by)
	})
}

func (r *runner) void(args []string) ([]string, error) {
	return r.shop(args[0], func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error) {
		return r.world.Checkout.Void(tx, r.world.Merchant, p, by)
	})
}

// refund ORDER YEN|all
func (r *runner) refund(args []string) ([]string, error) {
	amount, err := yen(args[1])
	if err != nil {
		return nil, err
	}
	return r.shop(args[0], func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error) {
		return r.world.Checkout.Refund(tx, r.world.Merchant, p, amount, "diary", by)
	})
}

// disown ORDER: the shop has no such order.
func (r *runner) disown(args []string) ([]string, error) {
	return r.shop(args[0], func(tx *db.Tx, p id.Payment, by checkout.Actor) (checkout.Payment, error) {
		return r.world.Checkout.Disown(tx, r.world.Merchant, p, by)
	})
}

// orders look|apply FIRST LAST [ORDER:YEN[:cancelled]]…: the shop's own list of the orders of these days.
func (r *runner) orders(args []string) ([]string, error) {
	first, err := jst.ParseDay(args[1])
	if err != nil {
		return nil, err
	}
	last, err := jst.ParseDay(args[2])
	if err != nil {
		return nil, err
	}
	list := map[string]checkout.Listed{}
	for _, word := range args[3:] {
		parts := strings.Split(word, ":")
		amount, err := yen(parts[1])
		if err != nil {
			return nil, err
		}
		list[parts[0]] = checkout.Listed{Amount: amount, Cancelled: len(parts) > 2}
	}
	var found []checkout.Found
	if err := r.world.Write(func(tx *db.Tx) (err error) {
		found, err = checkout.CompareOrders(tx, r.world.Merchant, first, last, list)
		return err
	}); err != nil {
		return nil, err
	}
	told := []string{fmt.Sprintf("%d against the list", len(found))}
	for _, f := range found {
		told = append(told, fmt.Sprintf("%s %s: %s", f.Payment.OrderRef, f.Payment.Amount.JA(), f.Finding))
		if args[0] == "apply" && f.Finding == checkout.Missing {
			if _, err := r.disown([]string{f.Payment.OrderRef}); err != nil {
				return nil, err
			}
		}
	}
	return told, nil
}

func (r *runner) expire([]string) ([]string, error) {
	n, err := r.world.Expire()
	return []string{fmt.Sprintf("%d given back", n)}, err
}

// errCrash stops a close in the middle of a transaction.
var errCrash = errors.New("diary: the process died")

// close MONTH [crash N]: with crash the buckets of the first N members are closed, and the process dies in the middle of
// the next one, after its bill was written and before the commit.
func (r *runner) close(args []string) ([]string, error) {
	month, err := jst.ParseMonth(args[0])
	if err != nil {
		return nil, err
	}
	if len(args) == 3 && args[1] == "crash" {
		n, err := strconv.Atoi(args[2])
		if err != nil {
			return nil, err
		}
		return r.crash(month, n)
	}
	issued, err := r.world.Billing.CloseAll(context.Background(), r.world.DB, month, nil)
	if err != nil {
		return nil, err
	}
	return []string{fmt.Sprintf("%d bills", issued)}, nil
}

func (r *runner) crash(month jst.Month, after int) ([]string, error) {
	issued := 0
	for i, name := range r.world.Names() {
		err := r.world.Write(func(tx *db.Tx) error {
			n, err := r.world.Billing.Close(tx, month, r.world.Members[name].Bucket())
			if err == nil && i == after {
				return errCrash
			}
			issued += n
			return err
		})
		if errors.Is(err, errCrash) {
			return []string{fmt.Sprintf("the process died after %d bills", issued)}, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, errors.New("there was nobody left to crash at")
}

// bill NAME MONTH|ORDER prints a bill with its lines.
func (r *runner) bill(args []string) ([]string, error) {
	st, ok := r.statement(args[0], args[1])
	if !ok {
		return []string{"no bill"}, nil
	}
	told := []string{fmt.Sprintf("%s due %s: %s", st.Total.JA(), st.Due, stateOf(st))}
	r.world.Read(func(tx *db.Tx) error {
		d, err := billing.LoadStatement(tx, r.world.Members[args[0]], st.ID)
		for _, item := range inOneOrder(d.Items) {
			told = append(told, strings.TrimSpace(fmt.Sprintf("  %s %s %s %s", item.Day, item.Kind, item.Amount.JA(), item.OrderRef)))
		}
		return err
	})
	return told, nil
}

// inOneOrder puts neighbours of one day and kind, which follow each other by ids of chance, in the order of what they come to.
func inOneOrder(items []billing.Item) []billing.Item {
	slices.SortStableFunc(items, func(a, b billing.Item) int {
		if a.Day != b.Day || a.Kind != b.Kind {
			return 0
		}
		return cmp.Compare(a.Amount, b.Amount)
	})
	return items
}

func stateOf(st billing.Statement) string {
	switch {
	case st.PastDue:
		return string(st.State) + ", past due"
	case st.WrittenOff:
		return string(st.State) + ", written off " + st.Written().JA()
	}
	return string(st.State)
}

var lineKinds = map[string]billing.LineKind{
	"prompt": billing.LinePrompt, "confirmed": billing.LineConfirmed, "cancelled": billing.LineCancelled,
}

// changes tells what is different since the last act: for each member, then for each account of the books.
func (r *runner) changes() []string {
	now := map[string]string{}
	order := []string{}
	r.world.Read(func(tx *db.Tx) error {
		for _, name := range r.world.Names() {
			a, err := credit.Load(tx, r.world.Members[name])
			if err != nil {
				return err
			}
			now[name] = fmt.Sprintf("%s can use %s (on hold %s, unpaid %s)%s", name, a.Usable(credit.Online).JA(), a.Held.JA(), a.Unpaid.JA(), blocked(a))
			order = append(order, name)
		}
		trial, err := ledger.Trial(tx)
		for _, t := range trial {
			now["books"] += fmt.Sprintf("%s %s, ", t.Account, t.Amount.JA())
		}
		return err
	})
	if books, ok := now["books"]; ok {
		now["books"] = "books: " + strings.TrimSuffix(books, ", ")
		order = append(order, "books")
	}
	var told []string
	for _, key := range order {
		if r.seen[key] != now[key] {
			told = append(told, now[key])
		}
	}
	r.seen = now
	for _, b := range r.world.Verify() {
		told = append(told, "BROKEN "+b.String())
	}
	return told
}

func blocked(a credit.Account) string {
	told := ""
	if a.Blocks&credit.PastDue != 0 {
		told += ", blocked: past due"
	}
	if a.Blocks&credit.WrittenOff != 0 {
		told += ", blocked: written off"
	}
	return told
}

func yen(s string) (money.Yen, error) {
	if s == "all" {
		return 0, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return money.Yen(n), err
}
