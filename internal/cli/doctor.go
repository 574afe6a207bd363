package cli

import (
	"encoding/json"

	"tsuke/internal/app"
	"tsuke/internal/db"
)

type doctor struct {
	store
	JSON bool `help:"Print JSON."`
}

// Run tells which settings of the database do not suit a busy service.
func (c doctor) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		findings, err := a.DB.Examine(sess.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			if err := json.NewEncoder(sess.out).Encode(findings); err != nil {
				return err
			}
		}
		well := true
		for _, f := range findings {
			well = well && f.Well()
			if !c.JSON {
				tellFinding(sess, f)
			}
		}
		if !well {
			return errLook
		}
		return nil
	})
}

func tellFinding(sess *session, f db.Finding) {
	if f.Well() {
		say(sess.out, "ok   %s: %s\n", f.Name, f.Value)
		return
	}
	say(sess.out, "LOOK %s: %s; better %s. Otherwise %s.\n", f.Name, f.Value, f.Wanted, f.Why)
}
