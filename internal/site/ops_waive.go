package site

import (
	"slices"
	"strings"

	"tsuke/internal/approval"
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

// excuses are the reasons for which whoever is signed in can ask to take charges back; none if they may not.
func (v *visit) excuses() []web.OpsReason {
	if !v.session.Person.May(staff.Ask) {
		return nil
	}
	var out []web.OpsReason
	for _, w := range billing.Waivers() {
		out = append(out, web.OpsReason{Value: string(w), Key: web.OpsExcuseKey(string(w))})
	}
	return out
}

// waivable fills in what a bill past due was charged, and a request to take that back.
func (v *visit) waivable(tx *db.Tx, names map[id.Staff]string, st billing.Statement, page *web.OpsContactPage) error {
	page.Charges, page.Excuses, page.Waive, page.WaiveURL = nil, nil, nil, web.OpsWaivePath(st.ID.String())
	if !st.PastDue {
		return nil
	}
	page.Excuses = v.excuses()
	charges, err := billing.ChargesOf(tx, st.ID)
	if err != nil {
		return err
	}
	page.ChargeErr = page.Form.SlipOf("charge")
	chosen := strings.Fields(page.Form.Typed["charge"])
	for _, c := range charges {
		page.Charges = append(page.Charges, web.OpsCharge{
			Value: c.ID.String(), Key: web.OpsChargeKey(string(c.Kind)), Day: c.Day, Amount: c.Amount, Open: c.Waived == "" && c.Amount > 0,
			Chosen: slices.Contains(chosen, c.ID.String()),
		})
	}
	page.Waive, err = askedAbout(tx, names, st.ID.Bucket(), func(c approval.Command) bool {
		return c.Kind == approval.WaiveCharges && slices.ContainsFunc(charges, func(mine billing.Charge) bool { return slices.Contains(c.Charges, mine.ID) })
	})
	return err
}

// opsAskWaiver asks a second person to take charges of a bill back (rule O12).
func (s *Site) opsAskWaiver(v *visit) error {
	excuse := v.r.PostFormValue("excuse") // reads the form
	chosen := v.r.Form["charge"]
	command := approval.Command{Kind: approval.WaiveCharges, Reason: excuse}
	err := v.read(func(tx *db.Tx) error {
		st, err := v.lateBillOf(tx)
		if err != nil {
			return err
		}
		command.Statement, command.Charges = st.ID, nil
		charges, err := billing.ChargesOf(tx, st.ID)
		for _, c := range charges {
			if slices.Contains(chosen, c.ID.String()) {
				command.Charges = append(command.Charges, c.ID)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	err = v.askWaiver(command)
	if fault.Is(err, billing.NoCharges) || fault.Is(err, billing.ChargeWaived) {
		slips, err := v.slips(err)
		if err != nil {
			return err
		}
		return v.showContact(web.Form{Typed: map[string]string{"charge": strings.Join(chosen, " ")}, Slips: slips})
	}
	if err != nil {
		return err
	}
	return v.to(web.OpsContactPath(command.Statement.String()))
}

func (v *visit) askWaiver(c approval.Command) error {
	slices.SortFunc(c.Charges, id.LateCharge.Compare)
	_, err := v.site.Approvals.Ask(v.r.Context(), v.session.Person, c)
	if err == nil {
		v.say(web.SaidOpsAsked)
	}
	return err
}

// opsAskManyWaived asks a second person to take all charges of some days back (rule O13).
func (s *Site) opsAskManyWaived(v *visit) error {
	typed := v.typed("from", "to")
	err := v.askMany(typed["from"], typed["to"], v.r.PostFormValue("excuse"))
	if fault.Is(err, DayWrong) || fault.Is(err, DaysTurned) || fault.Is(err, billing.NoCharges) || fault.Is(err, billing.TooManyCharges) {
		slips, err := v.slips(err)
		if err != nil {
			return err
		}
		return v.showLate(web.Form{Typed: typed, Slips: slips})
	}
	if err != nil {
		return err
	}
	return v.to(web.OpsLatePath)
}

func (v *visit) askMany(from, until, excuse string) error {
	first, err := jst.ParseDay(from)
	if err != nil {
		return DayWrong.In("from")
	}
	last, err := jst.ParseDay(until)
	if err != nil {
		return DayWrong.In("to")
	}
	if last.Before(first) {
		return DaysTurned.In("to")
	}
	command := approval.Command{Kind: approval.WaiveCharges, Reason: excuse}
	err = v.read(func(tx *db.Tx) error {
		command.Charges = nil
		all, err := billing.ListCharges(tx, first, last, billing.WaiveMax+1)
		for _, c := range all {
			command.Charges = append(command.Charges, c.ID)
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case len(command.Charges) == 0:
		return billing.NoCharges.In("from")
	case len(command.Charges) > billing.WaiveMax:
		return billing.TooMany("to")
	}
	return v.askWaiver(command)
}
