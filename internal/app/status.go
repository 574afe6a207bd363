package app

import (
	"context"
	"fmt"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/job"
	"tsuke/internal/jst"
	"tsuke/internal/term"
)

// Watch is one thing that an operator keeps an eye on.
type Watch struct {
	Name  string   `json:"name"`            // one word: "relay"
	Look  bool     `json:"look"`            // a person should look at it
	Text  string   `json:"text"`            // what is the case, in one line
	Items []string `json:"items,omitempty"` // what waits, a line each, at most itemsMax of them
}

// What is still in order.
const (
	lagMax    = time.Minute // a fact waits at most so long for its place while a service runs
	behindMax = 1000        // facts of the log that the notices' reader may have before it
	closedBy  = 2 * time.Hour
	itemsMax  = 20
)

// Status answers what waits and what is late, all of one instant: the relay of facts, the notices' reader, jobs that were
// given up, money that waits for a person, payments that are not confirmed, registrations to be decided, months that are
// not billed, the codes on the barcodes, receipt numbers that the agent was not told of, dunning that is stopped, returns that are not sent, the daily check and what it found, and what a commit survives. It changes nothing, and works whether a service runs or not.
func (a *App) Status(ctx context.Context) ([]Watch, error) {
	var all []Watch
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		all = nil
		for _, look := range []func(*db.Tx) (Watch, error){
			watchRelay, a.watchNotices, watchJobs, a.watchReceipts, a.watchPrompts, a.watchReviews, watchMonths, a.watchCodes, a.watchNumbers, watchDunning, a.watchPayouts, a.watchBreaks,
		} {
			w, err := look(tx)
			if err != nil {
				return err
			}
			all = append(all, w)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	commits, err := a.watchCommits(ctx)
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	return append(all, commits), nil
}

// watchCommits tells what an acknowledged commit survives.
func (a *App) watchCommits(ctx context.Context) (Watch, error) {
	profile, err := a.DB.Profile(ctx)
	w := Watch{Name: "commits"}
	switch profile {
	case db.Single:
		w.Text = "single: what is acknowledged survives everything but the loss of the machine"
	case db.Replicated:
		w.Text = "replicated: what is acknowledged survives the loss of any one machine"
	case db.Evaluation:
		w.Text = "eval: what is acknowledged may be lost; not for money"
	}
	return w, err
}

func watchRelay(tx *db.Tx) (Watch, error) {
	w := Watch{Name: "relay", Text: "no fact waits for its place"}
	oldest, waits, err := event.Oldest(tx)
	if waits {
		lag := tx.Now().Sub(oldest)
		w.Text = "the oldest fact waits for its place since " + age(lag)
		if w.Look = lag > lagMax; w.Look {
			w.Text += ": is the service running?"
		}
	}
	return w, err
}

func (a *App) watchNotices(tx *db.Tx) (Watch, error) {
	n, err := event.Behind(tx, a.Notices.Reader().Name)
	return Watch{Name: "notices", Look: n > behindMax, Text: fmt.Sprintf("%d facts are not read yet", n)}, err
}

func watchJobs(tx *db.Tx) (Watch, error) {
	dead, err := job.ListDead(tx, itemsMax)
	w := Watch{Name: "jobs", Look: len(dead) > 0, Text: "none was given up"}
	if w.Look {
		w.Text = counted(len(dead), "given up; when the cause is gone: tsuke job revive ID")
	}
	for _, j := range dead {
		w.Items = append(w.Items, fmt.Sprintf("%s %s %s after %d tries: %s, %s", j.ID, j.Kind, j.Ref, j.Attempts, j.LastFault, clockText(j.FinishedAt)))
	}
	return w, err
}

func (a *App) watchReceipts(tx *db.Tx) (Watch, error) {
	waiting, err := a.Billing.ListWaiting(tx, itemsMax)
	w := Watch{Name: "receipts", Look: len(waiting) > 0, Text: "nothing waits for a person"}
	if w.Look {
		w.Text = counted(len(waiting), "wait for a person: tsuke receipts waiting")
	}
	for _, r := range waiting {
		why := orDefault(string(r.Reason), "reported and never confirmed")
		w.Items = append(w.Items, fmt.Sprintf("%s %s yen paid %s %s at %s/%s: %s, since %s",
			r.Name(), r.Amount, r.PaidDay, r.PaidTime, r.Chain, r.Store, why, clockText(r.Since)))
	}
	return w, err
}

func (a *App) watchPrompts(tx *db.Tx) (Watch, error) {
	w := Watch{Name: "prompts", Text: "every payment that was reported is confirmed"}
	since, waits, err := billing.OldestPrompt(tx)
	if waits {
		today := jst.DayOf(tx.Now())
		patience := billing.PromptDays.On(a.Terms.Current(), today)
		w.Look = jst.DayOf(since).Before(today.Add(-patience))
		w.Text = fmt.Sprintf("the oldest report waits for the agent's confirmation since %s; %d days are usual at most", clockText(since), patience)
	}
	return w, err
}

func (a *App) watchReviews(tx *db.Tx) (Watch, error) {
	waiting, err := a.Members.Reviews(tx, itemsMax)
	w := Watch{Name: "reviews", Look: len(waiting) > 0, Text: "no registration waits"}
	if w.Look {
		w.Text = counted(len(waiting), "registrations wait: tsuke review list")
	}
	for _, r := range waiting {
		w.Items = append(w.Items, fmt.Sprintf("%s %s since %s", r.ID, r.Reason, clockText(r.Since)))
	}
	return w, err
}

func watchMonths(tx *db.Tx) (Watch, error) {
	month := jst.MonthOf(tx.Now()).Prev()
	w := Watch{Name: "months", Text: "everything up to " + month.String() + " is billed"}
	n, err := billing.Unbilled(tx, month)
	if n > 0 {
		w.Look = tx.Now().After(month.End().Add(closedBy))
		w.Text = fmt.Sprintf("purchases up to %s are not billed in %d buckets", month, n)
		if w.Look {
			w.Text += ": tsuke close " + month.String()
		}
	}
	return w, err
}

// watchCodes tells of codes on the barcodes that nobody was assigned: no till takes them.
func (a *App) watchCodes(tx *db.Tx) (Watch, error) {
	w := Watch{Name: "barcodes", Text: "company and client code are set"}
	terms, today := a.Terms.Current(), jst.DayOf(tx.Now())
	for _, code := range []interface {
		Name() string
		Default() string
		On(terms term.Terms, day jst.Day) string
	}{billing.SlipCompany, billing.SlipClient} {
		if code.On(terms, today) == code.Default() {
			w.Look = a.Config.Durability != "eval"
			w.Text = "barcodes carry codes that nobody was assigned, and no till takes them: tsuke term set"
			w.Items = append(w.Items, code.Name()+" is still "+code.Default())
		}
	}
	return w, nil
}

// watchNumbers tells of receipt numbers that wait to be told: their members cannot pay (rule B33).
func (a *App) watchNumbers(tx *db.Tx) (Watch, error) {
	w := Watch{Name: "numbers", Text: "the agent knows every receipt number"}
	since, waits, err := billing.OldestUntold(tx)
	if waits {
		every := billing.NumberMinutes.On(a.Terms.Current(), jst.DayOf(tx.Now()))
		w.Look = tx.Now().Sub(since) > time.Duration(every)*time.Minute+lagMax
		w.Text = "the agent was not told of a receipt number since " + clockText(since)
		if w.Look {
			w.Text += ": tsuke numbers write"
		}
	}
	return w, err
}

// watchDunning tells that nobody is reminded (rule N15), and how many members are not. The first is for an incident, and is easily
// forgotten after it.
func watchDunning(tx *db.Tx) (Watch, error) {
	w := Watch{Name: "dunning", Text: "dunning goes on"}
	all, stopped, err := collection.FindHold(tx, collection.Everybody)
	if err != nil {
		return w, err
	}
	held, err := collection.ListHolds(tx, itemsMax)
	switch {
	case stopped:
		w.Look = true
		w.Text = fmt.Sprintf("all dunning is stopped since %s (%s): tsuke late resume all", clockText(all.Stopped), all.Reason)
	case len(held) > 0:
		w.Text += "; " + counted(len(held), "members are held: tsuke late stops")
	}
	return w, err
}

// counted words a number of things of which at most itemsMax were listed.
func counted(n int, what string) string {
	if n == itemsMax {
		return fmt.Sprintf("%d or more %s", n, what)
	}
	return fmt.Sprintf("%d %s", n, what)
}

func age(d time.Duration) string { return d.Round(time.Second).String() }

func clockText(at time.Time) string { return jst.In(at).Format("2006-01-02 15:04") }
