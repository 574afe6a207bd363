package site

import (
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/money"
	"tsuke/internal/web"
)

// partsURL is where a bill past due is paid in parts, or where that it is stands; empty where it is not offered.
func (v *visit) partsURL(tx *db.Tx, st billing.Statement) (string, error) {
	terms, today := v.site.Terms.Current(), v.today()
	p, found, err := collection.FindPlan(tx, st.ID)
	if err != nil || !found && !collection.PlanEnabled.On(terms, today) || found && p.State != collection.Standing {
		return "", err
	}
	if !found {
		d, err := billing.LoadStatement(tx, st.Member, st.ID)
		if err != nil || collection.FirstDays(terms, today, d.Items).Before(today) {
			return "", err
		}
	}
	return web.PlanPath(st.ID.String()), nil
}

// planParts are the parts of a plan, with what has come in for them.
func planParts(p collection.Plan, received money.Yen) []web.PlanPart {
	var out []web.PlanPart
	for i, part := range p.Parts {
		out = append(out, web.PlanPart{Number: i + 1, Day: part.Day, Amount: part.Amount, Paid: part.Upto <= p.Paid(received)})
	}
	return out
}

// planPage is M21: a choice of days, then the days and sums it leads to, then what was agreed. The choice travels in the
// address, so that Back and reload show the same; nothing is agreed before the button is pressed.
func (s *Site) planPage(v *visit) error {
	form := web.Form{Typed: map[string]string{}}
	asked := v.r.URL.Query()
	if asked.Has("first") || asked.Has("parts") {
		form.Typed["first"], form.Typed["parts"] = asked.Get("first"), asked.Get("parts")
	}
	return v.showPlan(form, nil)
}

// showPlan shows the page for what was chosen. refused is why it could not be agreed to, or nil.
func (v *visit) showPlan(form web.Form, refused error) error {
	var page web.PlanPage
	paid := false
	err := v.read(func(tx *db.Tx) error {
		d, err := v.statementOf(tx)
		if err != nil {
			return err
		}
		page = v.blankPlan(d, form)
		known, found, err := collection.FindPlan(tx, d.ID)
		if err != nil {
			return err
		}
		if page.Next, err = v.site.Billing.Asks(tx, d.Statement); err != nil {
			return err
		}
		paid = !d.PastDue
		page.Stands = found && known.State == collection.Standing
		page.Offered = page.Offered && !found
		switch {
		case page.Stands:
			page.Parts, page.Form = planParts(known, d.Received), web.Form{}
			return nil
		case !page.Offered || len(form.Typed) == 0 || refused != nil || paid:
			return nil
		}
		wish, slips := readWish(form)
		page.Form.Slips = slips
		if len(slips) > 0 {
			return nil
		}
		p, err := v.site.Collection.Offer(tx, v.signIn.Member, d.ID, wish)
		if err == nil {
			page.Parts = planParts(p, p.Before)
			page.Form.Typed["first"] = wish.First.String()
			return nil
		}
		page.Form.Slips, err = v.planSlips(err)
		return err
	})
	switch {
	case err != nil:
		return err
	case paid: // nothing is past due any more
		return v.to(page.Bill.URL)
	case refused != nil && !page.Stands:
		if page.Form.Slips, err = v.planSlips(refused); err != nil {
			return err
		}
	}
	return v.show(page)
}

// planSlips are the slips of a choice that cannot be agreed to, with days as the page's language writes them.
func (v *visit) planSlips(err error) ([]web.Slip, error) {
	e := fault.From(err)
	for _, figure := range []string{"last", "within"} {
		if day, ok := readDay(e.Param(figure)); ok {
			e = e.With(figure, v.dayText(day))
		}
	}
	return v.slips(e)
}

func (v *visit) blankPlan(d billing.Detail, form web.Form) web.PlanPage {
	terms, today, late := v.site.Terms.Current(), v.today(), v.lateTerms()
	page := web.PlanPage{
		Frame: v.frame(), Form: form, Bill: v.billHead(d.Statement), URL: web.PlanPath(d.ID.String()), Offered: collection.PlanEnabled.On(terms, today),
		First: today, Last: collection.FirstDays(terms, today, d.Items), Most: collection.PlanParts.On(terms, today),
		Days: collection.PlanDays.On(terms, today), Grace: collection.PlanGrace.On(terms, today), Fee: late.Fee, Each: late.Days,
	}
	if !collection.PlanBeyond.On(terms, today) {
		page.Within = collection.LastPartDay(d.Items)
	}
	page.Offered = page.Offered && !page.Last.Before(today)
	if collection.DamagesOn.On(terms, today) {
		page.Damages = late.DamagesRate
	}
	return page
}

// readWish reads what was chosen, as browsers send it and as people type it.
func readWish(form web.Form) (collection.PlanWish, []web.Slip) {
	var slips []web.Slip
	parts, err := strconv.Atoi(strings.TrimSpace(norm.NFKC.String(form.Typed["parts"])))
	if err != nil {
		slips = append(slips, web.Slip{Field: "parts", What: web.SlipParts})
	}
	first, ok := readDay(form.Typed["first"])
	if !ok {
		slips = append(slips, web.Slip{Field: "first", What: web.SlipFirstDay})
	}
	return collection.PlanWish{First: first, Parts: parts}, slips
}

// agreePlan takes the choice down. The same choice sent twice is taken once.
func (s *Site) agreePlan(v *visit) error {
	form := web.Form{Typed: v.typed("first", "parts")}
	wish, slips := readWish(form)
	if len(slips) > 0 {
		return v.showPlan(form, nil)
	}
	var url string
	err := v.write(func(tx *db.Tx) error {
		d, err := v.statementOf(tx)
		if err != nil {
			return err
		}
		url = web.BillPath(d.ID.String())
		_, err = s.Collection.Agree(tx, v.signIn.Member, d.ID, wish, "member")
		return err
	})
	switch {
	case err == nil:
		v.say(web.SaidPlanned)
		return v.to(url)
	case fault.Is(err, collection.NothingLate), fault.Is(err, collection.PlanStands), fault.Is(err, collection.PlanOnce), fault.Is(err, collection.PlanOff):
		return v.to(url + "/parts") // the page says where it stands
	}
	return v.showPlan(form, err)
}
