package web

import (
	"net/url"
	"time"

	"tsuke/internal/jst"
)

// OpsBreakPath is the page of something that does not agree, or of an act about it.
func OpsBreakPath(id, act string) string { return below(OpsBreaksPath, id, act) }

// OpsEntriesPath is where the books show the entries about an object.
func OpsEntriesPath(object string) string {
	return OpsBooksPath + "?" + url.Values{"object": {object}}.Encode()
}

// OpsCheck is what there is to say of the daily check as a whole (rule O20).
type OpsCheck struct {
	Complete time.Time // when all checks were made last; zero if they never were
	Hours    int       // since then
	Missed   bool      // it is too long ago, or was never
	Failed   []string  // checks that could not be made when it was tried last
	More     []string  // checks that found more than is kept
	Open     int       // what does not agree
}

// Fine tells whether there is nothing to look at.
func (c OpsCheck) Fine() bool { return !c.Missed && len(c.Failed) == 0 && c.Open == 0 }

// OpsBreaksPage (O19) lists what does not agree, the oldest first, and what agrees again.
type OpsBreaksPage struct {
	Frame
	Check OpsCheck
	Open  []OpsBreak
	More  bool // there are more than are listed
	Gone  []OpsBreak
}

// OpsBreak is one place where a check does not hold.
type OpsBreak struct {
	Compares string // what the check compares, in the page's language
	Do       string // what a person does, likewise
	Partner  bool   // a file of the agent or a bank may be the cause
	Subject  string // what it is about: an id, or words of the check; may be empty
	Code     string // of the check
	Said     string // by the check, first
	Says     string // by the check, last
	First    jst.Day
	Last     jst.Day
	Gone     jst.Day // zero while it is open
	Days     int     // it is old, or was
	Earlier  int     // how often it was there before
	Before   jst.Day // when that ended
	Owner    string  // who sees to it; empty for nobody
	URL      string
}

func (o OpsBreaksPage) spec(p phrases) spec {
	return spec{template: "ops/breaks", title: p.text("ops.breaks.title"), area: opsArea, tab: OpsBooksTab, live: true}
}

// OpsBreakPage (O21) is one place where a check does not hold, with who sees to it and what they noted.
type OpsBreakPage struct {
	Frame
	Form    Form
	Break   OpsBreak
	Mine    bool   // the reader sees to it
	Instead string // number of who does; goes with the form, so that nobody takes it from another unseen
	Entries string // address of the entries about its subject; empty if there is none
	OwnURL  string
	NoteURL string
	Notes   []OpsNote
}

// OpsNote is what somebody noted.
type OpsNote struct {
	Note string
	By   string
	At   time.Time
}

// Status is 422 for a form with slips.
func (o OpsBreakPage) Status() int { return formStatus(o.Form) }

func (o OpsBreakPage) spec(p phrases) spec {
	return spec{template: "ops/break", title: p.text("ops.break.title"), area: opsArea, tab: OpsBooksTab, live: true, wrong: o.Form.Wrong()}
}
