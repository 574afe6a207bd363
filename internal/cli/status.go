package cli

import (
	"encoding/json"
	"errors"

	"tsuke/internal/app"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/job"
)

type status struct {
	store
	JSON bool `help:"Print JSON."`
}

// errLook makes the exit status 1; what to look at was printed.
var errLook = errors.New("somebody should look; see above")

// Run tells what waits and what is late.
func (c status) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		all, err := a.Status(sess.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			if err := json.NewEncoder(sess.out).Encode(all); err != nil {
				return err
			}
		}
		look := false
		for _, w := range all {
			look = look || w.Look
			if !c.JSON {
				tellWatch(sess, w)
			}
		}
		if look {
			return errLook
		}
		return nil
	})
}

func tellWatch(sess *session, w app.Watch) {
	verdict := "ok"
	if w.Look {
		verdict = "LOOK"
	}
	say(sess.out, "%-4s %-8s %s\n", verdict, w.Name, w.Text)
	for _, item := range w.Items {
		say(sess.out, "%14s%s\n", "", item)
	}
}

type jobs struct {
	Revive jobRevive `cmd:"" help:"Let a job that was given up be tried again from now on."`
}

type jobRevive struct {
	store
	Job id.Job `arg:"" help:"job_…, as tsuke status lists it."`
}

var errNotDead = errors.New("no job of this id is given up: somebody else has revived it, or it is another id")

// Run revives a job.
func (c jobRevive) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		revived := false
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			revived, err = job.Revive(tx, c.Job)
			return err
		})
		switch {
		case err != nil:
			return err
		case !revived:
			return errNotDead
		}
		say(sess.out, "%s is tried again\n", c.Job)
		return nil
	})
}
