package site

import (
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/web"
)

// hardPage is M20: a member with bills past due chooses the day on which they will be paid (rule D08).
func (s *Site) hardPage(v *visit) error { return v.showHard(web.Form{}) }

func (v *visit) showHard(form web.Form) error {
	terms, today := v.site.Terms.Current(), v.today()
	page := web.HardPage{
		Frame: v.frame(), Form: form, First: today, Last: today.Add(collection.PromiseDays.On(terms, today)),
	}
	err := v.read(func(tx *db.Tx) error {
		late, err := v.pastDue(tx)
		if err != nil || len(late) == 0 {
			return err
		}
		page.Bills, page.Parts, page.Charged = page.Bills[:0], page.Parts[:0], false
		for _, st := range late {
			head, err := v.headToPay(tx, st)
			if err != nil {
				return err
			}
			page.Bills = append(page.Bills, head)
			if head.PartsURL, err = v.partsURL(tx, st); err != nil {
				return err
			}
			if head.PartsURL != "" {
				page.Parts = append(page.Parts, head)
			}
			page.Charged = page.Charged || st.Late > st.Moved || st.Lates > 0
		}
		page.Costs = v.hardCosts(late[0].Due, page.Last)
		if page.Owed, err = billing.OwedLate(tx, v.signIn.Member); err != nil {
			return err
		}
		standing, _, err := collection.FindPromise(tx, v.signIn.Member)
		page.Promise = standing.Day
		return err
	})
	if err != nil {
		return err
	}
	if len(page.Bills) == 0 { // paid while the form was open: there is nothing to put right
		page.Form = web.Form{}
	}
	return v.show(page)
}

// pastDue are the member's bills past due, the longest due first.
func (v *visit) pastDue(tx *db.Tx) ([]billing.Statement, error) {
	all, err := billing.Statements(tx, v.signIn.Member)
	late := slices.DeleteFunc(all, func(st billing.Statement) bool { return !st.PastDue })
	slices.SortStableFunc(late, func(a, b billing.Statement) int { return a.Due.Compare(b.Due) })
	return late, err
}

// hardCosts is what it costs to pay by a later day, for a member whose oldest bill past due was due on one: the rules D01 to
// D03 with today's figures.
func (v *visit) hardCosts(due, last jst.Day) web.HardCosts {
	terms, today, late := v.site.Terms.Current(), v.today(), v.lateTerms()
	c := web.HardCosts{Fee: late.Fee, Each: late.Days}
	if collection.Capped.On(terms, today) {
		c.Cap = collection.CapRate.On(terms, today)
	}
	if collection.DamagesOn.On(terms, today) {
		c.Damages = late.DamagesRate
	}
	for m := due.Month().Next(); !m.First().After(last); m = m.Next() {
		for _, n := range late.Days {
			if day := m.Day(n); day.After(today) && !day.After(last) && !slices.Contains(c.Days, day) {
				c.Days = append(c.Days, day)
			}
		}
	}
	return c
}

// promise takes the day down. The same day sent twice, from a second tab or by a double tap, is taken once.
func (s *Site) promise(v *visit) error {
	form := web.Form{Typed: v.typed("day")}
	day, ok := readDay(form.Typed["day"])
	if !ok {
		form.Slips = []web.Slip{{Field: "day", What: web.SlipPayDay}}
		return v.showHard(form)
	}
	err := v.write(func(tx *db.Tx) error {
		if _, err := credit.Lock(tx, v.signIn.Member); err != nil {
			return err
		}
		standing, found, err := collection.FindPromise(tx, v.signIn.Member)
		if err != nil || found && standing.Day == day {
			return err
		}
		_, err = s.Collection.Promise(tx, v.signIn.Member, day)
		return err
	})
	switch {
	case fault.Is(err, collection.NothingLate): // paid meanwhile: the page says so
		return v.to(web.HardPath)
	case fault.Is(err, collection.PromiseDay):
		err = fault.From(err).With("last", v.lastPromiseDay())
	case err == nil:
		v.say(web.SaidPromised)
		return v.to(web.HardPath)
	}
	if form.Slips, err = v.slips(err); err != nil {
		return err
	}
	return v.showHard(form)
}

// lastPromiseDay is the last day that can be chosen, as the page's language writes it.
func (v *visit) lastPromiseDay() string {
	return v.dayText(v.today().Add(collection.PromiseDays.On(v.site.Terms.Current(), v.today())))
}

// dayText is a day as the page's language writes it.
func (v *visit) dayText(day jst.Day) string {
	if v.lang == web.English {
		return day.EN()
	}
	return day.JAFull()
}

// readDay reads a day as browsers send it, and as people type it where their browser has no field for days: 2026/7/5.
func readDay(typed string) (jst.Day, bool) {
	typed = strings.NewReplacer("/", "-", ".", "-").Replace(strings.TrimSpace(norm.NFKC.String(typed)))
	at, err := time.Parse("2006-1-2", typed)
	if err != nil {
		return jst.Day{}, false
	}
	day, err := jst.ParseDay(at.Format(time.DateOnly))
	return day, err == nil
}
