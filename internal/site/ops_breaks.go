package site

import (
	"time"

	"tsuke/internal/check"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

// What the daily check found (rules O19 to O21). These pages read what was kept, and make no check.

// goneDays is for how long what agrees again is listed.
const goneDays = 30

// dailyCheck is what there is to say of the daily check as a whole.
func (v *visit) dailyCheck(tx *db.Tx) (web.OpsCheck, error) {
	var out web.OpsCheck
	since, err := db.Made(tx)
	if err != nil {
		return out, err
	}
	complete, found, err := check.FindComplete(tx)
	if err != nil {
		return out, err
	}
	if found {
		since, out.Complete = complete.Ended, complete.Ended
	}
	out.Hours = int(tx.Now().Sub(since).Hours())
	stale := check.StaleHours.On(v.site.Terms.Current(), v.today())
	out.Missed = tx.Now().Sub(since) > time.Duration(stale)*time.Hour
	last, _, err := check.FindLast(tx)
	if err != nil {
		return out, err
	}
	out.Failed, out.More = last.Failed, last.More
	out.Open, err = check.CountOpen(tx)
	return out, err
}

// opsBreaks is O19: what does not agree, the oldest first.
func (s *Site) opsBreaks(v *visit) error {
	page := web.OpsBreaksPage{Frame: v.frame()}
	err := v.read(func(tx *db.Tx) error {
		page.Open, page.Gone = nil, nil
		names, err := staff.Names(tx)
		if err != nil {
			return err
		}
		if page.Check, err = v.dailyCheck(tx); err != nil {
			return err
		}
		open, err := check.ListOpen(tx, opsMax)
		if err != nil {
			return err
		}
		page.More = page.Check.Open > len(open)
		for _, b := range open {
			page.Open = append(page.Open, v.breakOf(tx, names, b))
		}
		gone, err := check.ListGone(tx, v.today().Add(-goneDays).Start(), opsMax)
		for _, b := range gone {
			page.Gone = append(page.Gone, v.breakOf(tx, names, b))
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

func (v *visit) breakOf(tx *db.Tx, names map[id.Staff]string, b check.Break) web.OpsBreak {
	m := check.Meanings[b.Code]
	out := web.OpsBreak{
		Compares: m.Compares.In(string(v.lang)), Do: m.Do.In(string(v.lang)), Partner: m.Side == fault.Partner,
		Subject: b.Subject, Code: b.Code, Said: b.Said, Says: b.Says, First: jst.DayOf(b.First), Last: jst.DayOf(b.Last),
		Days: b.Days(tx.Now()), Earlier: b.Earlier, URL: web.OpsBreakPath(b.ID.String(), ""),
	}
	if !b.Owner.IsZero() {
		out.Owner = who(names, b.Owner.String())
	}
	if b.State() == check.Gone {
		out.Gone = jst.DayOf(b.Gone)
	}
	if b.Earlier > 0 {
		out.Before = jst.DayOf(b.Before)
	}
	return out
}

func (s *Site) opsBreak(v *visit) error { return v.showBreak(web.Form{}) }

// brokenOf is the break that the address names.
func (v *visit) brokenOf() (id.Break, error) {
	which, err := id.Parse[id.BreakKind](v.r.PathValue("break"))
	if err != nil {
		return which, NoPage.New()
	}
	return which, nil
}

// showBreak is O21: one break, who sees to it, and what was noted.
func (v *visit) showBreak(form web.Form) error {
	which, err := v.brokenOf()
	if err != nil {
		return err
	}
	page := web.OpsBreakPage{
		Frame: v.frame(), Form: form, OwnURL: web.OpsBreakPath(which.String(), "own"), NoteURL: web.OpsBreakPath(which.String(), "note"),
	}
	err = v.read(func(tx *db.Tx) error {
		page.Notes = nil
		names, err := staff.Names(tx)
		if err != nil {
			return err
		}
		b, err := check.Find(tx, which)
		if err != nil {
			return err
		}
		page.Break, page.Instead, page.Mine = v.breakOf(tx, names, b), b.Owner.String(), b.Owner == v.session.Person.ID
		if _, ok := objectOf(b.Subject); ok {
			page.Entries = web.OpsEntriesPath(b.Subject)
		}
		notes, err := check.Notes(tx, which)
		for _, n := range notes {
			page.Notes = append(page.Notes, web.OpsNote{Note: n.Note, By: who(names, n.By), At: n.At})
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// opsOwn makes the reader the one who sees to a break.
func (s *Site) opsOwn(v *visit) error {
	which, err := v.brokenOf()
	if err != nil {
		return err
	}
	var instead id.Staff
	if err := instead.UnmarshalText([]byte(v.r.PostFormValue("instead"))); err != nil {
		return check.OwnedBefore.New() // nobody can have been shown to see to it by that number
	}
	err = v.write(func(tx *db.Tx) error {
		_, err := check.Own(tx, which, v.session.Person, instead, v.session.Person.ID.String())
		return err
	})
	if err != nil {
		return err
	}
	v.say(web.SaidOpsOwned)
	return v.to(web.OpsBreakPath(which.String(), ""))
}

// opsNote keeps what the reader found out about a break.
func (s *Site) opsNote(v *visit) error {
	which, err := v.brokenOf()
	if err != nil {
		return err
	}
	err = v.write(func(tx *db.Tx) error {
		_, err := check.Note(tx, which, v.r.PostFormValue("finding"), v.session.Person.ID.String())
		return err
	})
	slips, err := v.slips(err)
	switch {
	case err != nil:
		return err
	case len(slips) > 0:
		return v.showBreak(web.Form{Typed: v.typed("finding"), Slips: slips})
	}
	v.say(web.SaidOpsNoted)
	return v.to(web.OpsBreakPath(which.String(), ""))
}
