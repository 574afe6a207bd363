package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"tsuke/internal/app"
	"tsuke/internal/check"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/staff"
)

type breaks struct {
	List breaksList `cmd:"" help:"List what does not agree, the oldest first, and what each check compares and what to do. The exit status is 0 also if there is something."`
	Own  breaksOwn  `cmd:"" help:"Somebody sees to a break."`
	Note breaksNote `cmd:"" help:"Note what was found out about a break. The note must not hold personal data: no name, number or address."`
}

// errUnmade makes the exit status 1; which checks was told.
var errUnmade = errors.New("some checks could not be made; see above")

// keepBreaks makes the daily check now.
func keepBreaks(sess *session, a *app.App) error {
	r, err := a.Proof.Run(sess.ctx)
	if err != nil {
		return err
	}
	var open []check.Break
	err = a.DB.Read(sess.ctx, func(tx *db.Tx) (err error) {
		open, err = check.ListOpen(tx, r.Breaks)
		return err
	})
	if err != nil {
		return err
	}
	for _, b := range open {
		say(sess.out, "%s %s %s: %s\n", b.ID, b.Code, b.Subject, b.Says)
	}
	for _, code := range r.Failed {
		say(sess.out, "%s could not be made\n", code)
	}
	say(sess.out, "checks %d, open breaks %d, new %d, gone %d\n", r.Checks, r.Breaks, r.Found, r.Gone)
	switch {
	case len(r.Failed) > 0:
		return errUnmade
	case r.Breaks > 0:
		return errBroken
	}
	return nil
}

type breaksList struct {
	store
	Days  int  `default:"30" help:"Also those that went away in so many days."`
	Limit int  `default:"100" help:"How many of each."`
	JSON  bool `help:"Print JSON."`
}

// breakLine is a break as it is listed.
type breakLine struct {
	ID       id.Break `json:"id"`
	Check    string   `json:"check"`
	About    string   `json:"about"`
	Says     string   `json:"says"`
	First    jst.Day  `json:"first_seen"`
	Last     jst.Day  `json:"last_seen"`
	Gone     string   `json:"gone,omitempty"` // a day
	Days     int      `json:"days"`
	Earlier  int      `json:"earlier"` // how often it was there before
	Owner    string   `json:"owner,omitempty"`
	Compares string   `json:"compares"`
	Do       string   `json:"do"`
}

// Run lists breaks.
func (c breaksList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		lines := []breakLine{}
		err := a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			open, err := check.ListOpen(tx, c.Limit)
			if err != nil {
				return err
			}
			gone, err := check.ListGone(tx, jst.DayOf(tx.Now()).Add(-c.Days).Start(), c.Limit)
			if err != nil {
				return err
			}
			names, err := staff.Names(tx)
			lines = lines[:0]
			for _, b := range append(open, gone...) {
				m := check.Meanings[b.Code]
				l := breakLine{
					ID: b.ID, Check: b.Code, About: b.Subject, Says: b.Says, First: jst.DayOf(b.First), Last: jst.DayOf(b.Last), Days: b.Days(tx.Now()),
					Earlier: b.Earlier, Owner: names[b.Owner], Compares: m.Compares.In(language()), Do: m.Do.In(language()),
				}
				if b.State() == check.Gone {
					l.Gone = jst.DayOf(b.Gone).String()
				}
				lines = append(lines, l)
			}
			return err
		})
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(sess.out).Encode(lines)
		}
		for _, l := range lines {
			l.tell(sess)
		}
		return nil
	})
}

func (l breakLine) tell(sess *session) {
	state := fmt.Sprintf("open for %d days since %s", l.Days, l.First)
	if l.Gone != "" {
		state = fmt.Sprintf("gone on %s after %d days", l.Gone, l.Days)
	}
	owner := "nobody sees to it"
	if l.Owner != "" {
		owner = l.Owner + " sees to it"
	}
	back := ""
	if l.Earlier > 0 {
		back = fmt.Sprintf(", was there before: %d", l.Earlier)
	}
	say(sess.out, "%s %s, %s%s\n", l.ID, state, owner, back)
	say(sess.out, "    %s: %s\n", strings.TrimSpace(l.Check+" "+l.About), l.Says)
	if l.Gone == "" {
		say(sess.out, "    %s\n    %s\n", l.Compares, l.Do)
	}
}

type breaksOwn struct {
	store
	Break id.Break `arg:"" help:"brk_…, as tsuke breaks list tells it."`
	Name  string   `arg:"" help:"Who, as tsuke staff list tells it. They must have the right to see the books."`
}

// Run says who sees to a break. The same again changes nothing.
func (c breaksOwn) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var b check.Break
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			b, err = a.OwnBreak(tx, c.Break, c.Name, operator)
			return err
		})
		if err == nil {
			say(sess.out, "%s: %s sees to it\n", b.ID, c.Name)
		}
		return err
	})
}

type breaksNote struct {
	store
	Break id.Break `arg:"" help:"brk_…, as tsuke breaks list tells it."`
	Note  string   `arg:"" help:"One line of at most 500 characters."`
}

// Run keeps a note. The same again changes nothing.
func (c breaksNote) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var n check.Noted
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			n, err = check.Note(tx, c.Break, c.Note, operator)
			return err
		})
		if err == nil {
			say(sess.out, "%s: note %d is kept\n", c.Break, n.Number)
		}
		return err
	})
}
