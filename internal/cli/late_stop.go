package cli

import (
	"errors"

	"tsuke/internal/app"
	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

// whom is of whom dunning is stopped: all, a member, or the member of a bill.
type whom struct {
	all       bool
	member    id.Member
	statement id.Statement
}

var errWhom = errors.New("give mem_…, stm_… or all")

// UnmarshalText reads an argument.
func (w *whom) UnmarshalText(text []byte) error {
	var err error
	*w = whom{all: string(text) == "all"}
	if w.all {
		return nil
	}
	if w.member, err = id.Parse[id.MemberKind](string(text)); err == nil {
		return nil
	}
	if w.statement, err = id.Parse[id.StatementKind](string(text)); err != nil {
		return errWhom
	}
	return nil
}

func (w *whom) find(tx *db.Tx) (id.Member, error) {
	switch {
	case w.all:
		return collection.Everybody, nil
	case w.statement.IsZero():
		return w.member, nil
	}
	return billing.Owner(tx, w.statement)
}

// holdName names of whom dunning is stopped.
func holdName(h collection.Hold) string {
	if h.Member == collection.Everybody {
		return "all"
	}
	return h.Member.String()
}

type lateStop struct {
	store
	Whom   whom    `arg:"" help:"mem_…, stm_… for the member of that bill, or all for everybody."`
	Reason string  `required:"" enum:"hardship,talks,dispute,deceased,incident,other" help:"Why: hardship, talks (with the member, a lawyer or an adviser), dispute, deceased or other; for all: incident or other."`
	Last   jst.Day `placeholder:"DAY" help:"Last day of it: 2026-08-31. Without one it stands until it is resumed."`
	By     string  `default:"operator" help:"Number of who decides; no name."`
}

// Run stops dunning. The same again does nothing.
func (c lateStop) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var h collection.Hold
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) error {
			member, err := c.Whom.find(tx)
			if err == nil {
				h, err = collection.Stop(tx, member, collection.HoldReason(c.Reason), c.Last, c.By)
			}
			return err
		})
		if err == nil {
			say(sess.out, "dunning of %s is stopped %s; fees and damages go on\n", holdName(h), holdEnd(h))
		}
		return err
	})
}

func holdEnd(h collection.Hold) string {
	if h.Last.IsZero() {
		return "until it is resumed"
	}
	return "until " + h.Last.String()
}

type lateResume struct {
	store
	Whom whom   `arg:"" help:"mem_…, stm_… or all, as it was stopped."`
	By   string `default:"operator" help:"Number of who decides; no name."`
}

// Run lets dunning go on. Where it does already, nothing changes.
func (c lateResume) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var h collection.Hold
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) error {
			member, err := c.Whom.find(tx)
			if err == nil {
				h, err = collection.Resume(tx, member, c.By)
			}
			return err
		})
		if err == nil {
			say(sess.out, "dunning of %s goes on\n", holdName(h))
		}
		return err
	})
}

type lateStops struct {
	store
	Limit int `default:"100" help:"How many members."`
}

// Run lists the holds that stand: that of everybody, then members, the oldest first.
func (c lateStops) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			all, found, err := collection.FindHold(tx, collection.Everybody)
			if err != nil {
				return err
			}
			holds, err := collection.ListHolds(tx, c.Limit)
			if found {
				holds = append([]collection.Hold{all}, holds...)
			}
			for _, h := range holds {
				say(sess.out, "%s %s %s, by %s %s\n", holdName(h), h.Reason, holdEnd(h), h.By, jst.In(h.Stopped).Format("2006-01-02 15:04"))
			}
			return err
		})
	})
}
