package cli

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tsuke/internal/app"
	"tsuke/internal/jst"
	"tsuke/internal/keys"
	"tsuke/internal/vault"
)

type keysCmd struct {
	List    keysList    `cmd:"" help:"List the keys, since when each is used, how many rows are under each, and whether the running services hold them. It shows no key."`
	Add     keysAdd     `cmd:"" help:"Make a key. Nothing is under it until it is promoted. The parts are wrapping (what seals) and indexing (what finds)."`
	Promote keysPromote `cmd:"" help:"Use the key that was added for all that is new. It is refused while a running service does not hold the key."`
	Rekey   keysRekey   `cmd:"" help:"Bring what is under older keys under those in use, beside a running service. It can be ended anywhere and run again."`
	Retire  keysRetire  `cmd:"" help:"Remove older keys for good. It is refused while anything is under them. Backups from before then need a copy of the folder from before."`
}

type keysList struct {
	store
	JSON bool `help:"Print JSON."`
}

// keyJSON is a key as it is printed with --json.
type keyJSON struct {
	Part     string         `json:"part"`
	Key      string         `json:"key"`
	Standing string         `json:"standing"`
	Added    *time.Time     `json:"added"`
	Promoted *time.Time     `json:"promoted"`
	Rows     map[string]int `json:"rows"`
}

// Run lists them.
func (c keysList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		s, err := a.Keys.Survey(sess.ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(sess.out).Encode(surveyJSON(s))
		}
		for _, k := range s.Keys {
			say(sess.out, "%s %s %s%s\n", k.Part, k.ID, standings[k.Standing], since(k, a.DB.Now()))
			for _, count := range s.Under(k.Part, k.ID) {
				say(sess.out, "  %s %d\n", count.Place, count.Rows)
			}
		}
		for _, count := range s.Lost() {
			say(sess.out, "%s %s is not in the folder; under it: %s %d\n", count.Part, count.Key, count.Place, count.Rows)
		}
		say(sess.out, "services that run: %d; of them without exactly these keys: %d\n", s.Services, s.Behind)
		return nil
	})
}

var standings = map[vault.Standing]string{vault.Waiting: "waits to be promoted", vault.InUse: "in use", vault.Older: "older"}

// since tells how old a key is. One that no service and no command has met yet has no age.
func since(k keys.Key, now time.Time) string {
	at, what := k.Added, "added"
	if !k.Promoted.IsZero() {
		at, what = k.Promoted, "used"
	}
	if at.IsZero() {
		return ""
	}
	return fmt.Sprintf(", %s since %s (%d days)", what, at.In(jst.Zone()).Format("2006-01-02 15:04"), int(now.Sub(at)/(24*time.Hour)))
}

func surveyJSON(s keys.Survey) any {
	all := []keyJSON{}
	for _, k := range s.Keys {
		one := keyJSON{Part: string(k.Part), Key: k.ID.String(), Standing: string(k.Standing), Added: orNull(k.Added), Promoted: orNull(k.Promoted), Rows: map[string]int{}}
		for _, count := range s.Under(k.Part, k.ID) {
			one.Rows[count.Place] = count.Rows
		}
		all = append(all, one)
	}
	lost := map[string]int{}
	for _, count := range s.Lost() {
		lost[string(count.Part)+" "+count.Key.String()+" "+count.Place] = count.Rows
	}
	return map[string]any{"keys": all, "lost": lost, "services": s.Services, "behind": s.Behind}
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type keysAdd struct {
	store
	Part string `arg:"" enum:"wrapping,indexing" help:"wrapping or indexing"`
}

// Run makes a key.
func (c keysAdd) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		k, err := a.Keys.Add(sess.ctx, vault.Part(c.Part), operator)
		if err == nil {
			say(sess.out, "%s %s %s\n", k.Part, k.ID, standings[k.Standing])
		}
		return err
	})
}

type keysPromote struct {
	store
	Part string        `arg:"" enum:"wrapping,indexing" help:"wrapping or indexing"`
	Wait time.Duration `default:"20s" help:"How long to wait for running services to take the key up."`
}

// Run uses the key that was added.
func (c keysPromote) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return app.UntilTakenUp(sess.ctx, c.Wait, func() error {
			k, err := a.Keys.Promote(sess.ctx, vault.Part(c.Part), operator)
			if err == nil {
				say(sess.out, "%s %s %s\n", k.Part, k.ID, standings[k.Standing])
			}
			return err
		})
	})
}

type keysRekey struct {
	store
	JSON bool `help:"Print JSON."`
}

// Run moves what is under older keys, with visible progress.
func (c keysRekey) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		b := &bar{to: sess.err, drawn: terminal(sess.err), now: a.DB.Now}
		p, err := a.Keys.Rekey(sess.ctx, operator, func(p keys.Progress) {
			b.step("keys: ", p.Done, p.Of, fmt.Sprintf("%d of %d, %s, %d rows moved", p.Done, p.Of, p.Place, p.Moved))
		})
		b.end()
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(sess.out).Encode(map[string]int{"moved": p.Moved, "left": p.Left, "sealed": p.Sealed})
		}
		say(sess.out, "%d rows moved, %d left that end by themselves, %d that do not open\n", p.Moved, p.Left, p.Sealed)
		return nil
	})
}

type keysRetire struct {
	store
	Part string        `arg:"" enum:"wrapping,indexing" help:"wrapping or indexing"`
	Wait time.Duration `default:"20s" help:"How long to wait for running services to take up the key in use."`
}

// Run removes older keys.
func (c keysRetire) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return app.UntilTakenUp(sess.ctx, c.Wait, func() error {
			gone, err := a.Keys.Retire(sess.ctx, vault.Part(c.Part), operator)
			if err != nil {
				return err
			}
			var names []string
			for _, k := range gone {
				names = append(names, k.ID.String())
			}
			if names == nil {
				say(sess.out, "%s has no older key\n", c.Part)
				return nil
			}
			say(sess.out, "%s %s retired\n", c.Part, strings.Join(names, " "))
			return nil
		})
	})
}
