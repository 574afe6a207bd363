package app

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"tsuke/internal/check"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/jst"
	"tsuke/internal/staff"
)

// checkWaits is when a daily check that did not make every check is begun anew. After that a person looks, and the next day's is
// made in any case.
var checkWaits = []time.Duration{10 * time.Minute, time.Hour}

// errUnmade makes the job be tried again: the daily check tells only what it could look at.
var errUnmade = errors.New("app: a check could not be made")

// checkBooks is the daily check (rule O20).
func (a *App) checkBooks(ctx context.Context, _ job.Run) (func(*db.Tx) error, error) {
	r, err := a.Proof.Run(ctx)
	if errors.Is(err, check.ErrOvertaken) {
		return nil, nil //nolint:nilnil // another one goes on with it
	}
	if err == nil && r.State != check.Complete {
		err = fmt.Errorf("%w: %s", errUnmade, strings.Join(r.Failed, " "))
	}
	return nil, err
}

// nextCheck is when the daily check is made next.
func (a *App) nextCheck(after time.Time) time.Time {
	return check.Next(after, func(day jst.Day) int { return check.Hour.On(a.Terms.Current(), day) })
}

// buildName is what the build knows of this program: its version and revision.
func buildName() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	name := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			name += " " + s.Value
		}
	}
	return orDefault(name, "unknown")
}

// OwnBreak makes the person of staff whom a name calls the one who sees to a break, whoever did before.
func (a *App) OwnBreak(tx *db.Tx, which id.Break, name, by string) (check.Break, error) {
	all, err := a.Staff.List(tx)
	if err != nil {
		return check.Break{}, err
	}
	b, err := check.Find(tx, which)
	if err != nil {
		return check.Break{}, err
	}
	for _, p := range all {
		if strings.EqualFold(p.Name, name) {
			return check.Own(tx, which, p, b.Owner, by)
		}
	}
	return check.Break{}, staff.NoPerson.New()
}

// watchBreaks tells of the last complete check, and of what does not agree (rules O19, O20).
func (a *App) watchBreaks(tx *db.Tx) (Watch, error) {
	w := Watch{Name: "checks"}
	now := tx.Now()
	stale := time.Duration(check.StaleHours.On(a.Terms.Current(), jst.DayOf(now))) * time.Hour
	made, err := db.Made(tx)
	if err != nil {
		return w, err
	}
	complete, found, err := check.FindComplete(tx)
	switch {
	case err != nil:
		return w, err
	case found:
		made = complete.Ended
		w.Text = fmt.Sprintf("the last complete check is of %s, %d hours ago", clockText(made), int(now.Sub(made).Hours()))
	default:
		w.Text = "no check was completed yet"
	}
	if missed := now.Sub(made) > stale; missed {
		w.Look = true
		w.Text += ", and one is missed: is the service running? tsuke verify --keep makes one now"
	}
	if err := tellLast(tx, &w); err != nil {
		return w, err
	}
	open, err := check.ListOpen(tx, itemsMax)
	if len(open) == 0 {
		return w, err
	}
	w.Look = true
	w.Text += fmt.Sprintf("; %s, the oldest for %d days: tsuke breaks list", counted(len(open), "breaks are open"), open[0].Days(now))
	for _, b := range open {
		w.Items = append(w.Items, fmt.Sprintf("%s %s %s, %d days: %s", b.ID, b.Code, orDefault(b.Subject, "no object"), b.Days(now), b.Says))
	}
	return w, err
}

// tellLast adds what became of the run that began last, if it made not every check.
func tellLast(tx *db.Tx, w *Watch) error {
	last, found, err := check.FindLast(tx)
	if err == nil && found && last.State == check.Failed {
		w.Look = true
		w.Text += fmt.Sprintf("; in that of %s could not be made: %s", clockText(last.Begun), strings.Join(last.Failed, " "))
	}
	return err
}
