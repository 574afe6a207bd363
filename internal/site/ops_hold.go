package site

import (
	"strings"

	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

// The stop switch of O7: dunning of one member, or of everybody, is stopped and goes on (rules N14, N15, O15).

// opsHold words a hold. names is nil where nobody is told who stopped it.
func opsHold(h collection.Hold, names map[id.Staff]string, path string) *web.OpsHold {
	out := &web.OpsHold{
		All: h.Member == collection.Everybody, Reason: web.OpsHoldKey(string(h.Reason)), Last: h.Last, By: who(names, h.By), At: h.Stopped,
		ResumeURL: web.OpsResumePath(path),
	}
	if !out.All {
		out.Member = h.Member.String()
	}
	return out
}

// holdingOf is what stands of dunning of a member, or of everybody, who is named by path in addresses.
func (v *visit) holdingOf(tx *db.Tx, whom id.Member, path string, form web.Form) (web.OpsHolding, error) {
	out := web.OpsHolding{
		Token: v.frame().Token, Form: form, All: whom == collection.Everybody, May: v.session.Person.May(staff.Hold), StopURL: web.OpsStopPath(path),
	}
	for _, r := range collection.HoldReasons(whom) {
		out.Reasons = append(out.Reasons, web.OpsReason{Value: string(r), Key: web.OpsHoldKey(string(r))})
	}
	h, found, err := collection.FindHold(tx, whom)
	if err != nil || !found {
		return out, err
	}
	names, err := staff.Names(tx)
	out.Hold = opsHold(h, names, path)
	return out, err
}

// heldMembers lists of whom dunning is stopped, also where nothing is past due: they are not reminded of what comes due either.
func heldMembers(tx *db.Tx) ([]web.OpsHold, error) {
	names, err := staff.Names(tx)
	if err != nil {
		return nil, err
	}
	all, err := collection.ListHolds(tx, opsMax)
	var out []web.OpsHold
	for _, h := range all {
		out = append(out, *opsHold(h, names, h.Member.String()))
	}
	return out, err
}

// holdWhom is whom the address names: everybody, a member, or the member of a bill past due.
func (v *visit) holdWhom(tx *db.Tx) (id.Member, error) {
	path := v.r.PathValue("statement")
	if path == web.OpsEverybody {
		return collection.Everybody, nil
	}
	if member, err := id.Parse[id.MemberKind](path); err == nil {
		return member, nil
	}
	st, err := v.lateBillOf(tx)
	return st.Member, err
}

// opsBackFromHold leads to the page on which the button stands.
func opsBackFromHold(v *visit) error {
	if _, err := id.Parse[id.StatementKind](v.r.PathValue("statement")); err == nil {
		return opsBackToBill(v)
	}
	return v.to(web.OpsLatePath)
}

func (s *Site) opsStop(v *visit) error {
	reason, typed := v.r.PostFormValue("hold"), strings.TrimSpace(v.r.PostFormValue("last"))
	last, ok := jst.Day{}, true
	if typed != "" {
		last, ok = readDay(typed)
	}
	err := v.write(func(tx *db.Tx) error {
		whom, err := v.holdWhom(tx)
		if err != nil {
			return err
		}
		if !ok {
			return collection.HoldDay.In("last")
		}
		_, err = collection.Stop(tx, whom, collection.HoldReason(reason), last, v.session.Person.ID.String())
		return err
	})
	slips, err := v.slips(err)
	switch {
	case err != nil:
		return err
	case len(slips) > 0:
		form := web.Form{Slips: slips, Typed: map[string]string{"hold": reason, "last": typed}}
		if _, err := id.Parse[id.StatementKind](v.r.PathValue("statement")); err == nil {
			return v.showContact(form)
		}
		return v.showLate(form)
	}
	v.say(web.SaidOpsStopped)
	return opsBackFromHold(v)
}

func (s *Site) opsResume(v *visit) error {
	err := v.write(func(tx *db.Tx) error {
		whom, err := v.holdWhom(tx)
		if err == nil {
			_, err = collection.Resume(tx, whom, v.session.Person.ID.String())
		}
		return err
	})
	if err != nil {
		return err
	}
	v.say(web.SaidOpsResumed)
	return opsBackFromHold(v)
}
