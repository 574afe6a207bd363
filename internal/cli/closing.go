package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"tsuke/internal/app"
	"tsuke/internal/billing"
	"tsuke/internal/jst"
)

type closeCmd struct {
	store
	Month jst.Month `arg:"" help:"The month to close: 2026-06"`
}

// Run closes a month with visible progress.
func (c closeCmd) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		b := &bar{to: sess.err, drawn: terminal(sess.err), now: a.DB.Now}
		issued, err := a.Billing.CloseAll(sess.ctx, a.DB, c.Month, b.show)
		b.end()
		if err == nil {
			say(sess.out, "%d bills\n", issued)
		}
		return err
	})
}

// barParts is in how many parts a bar is drawn, and how many lines tell of it where none can be drawn.
const barParts = 16

// bar shows how far a long command has come: on a terminal one line that is written over, elsewhere a line for every sixteenth
// of it.
type bar struct {
	to    io.Writer
	drawn bool // on a terminal
	now   func() time.Time

	begun time.Time
	first int // statements that stood when it began
	told  int // parts that a line was written for, plus one
}

func (b *bar) show(p billing.Progress) {
	if b.begun.IsZero() {
		b.begun, b.first = b.now(), p.Statements
	}
	b.step("buckets closed: ", p.Closed, p.Buckets,
		fmt.Sprintf("%d of %d, %d bills over %s%s", p.Closed, p.Buckets, p.Statements, p.Total.EN(), b.rate(p.Statements)))
}

// step tells how far something has come. Only where no bar can be drawn it says of what.
func (b *bar) step(what string, done, of int, text string) {
	part := done * barParts / max(of, 1)
	switch {
	case b.drawn:
		say(b.to, "\r[%s%s] %s\x1b[K", strings.Repeat("#", part), strings.Repeat(".", barParts-part), text)
		b.told = barParts + 1
	case part >= b.told:
		say(b.to, "%s%s\n", what, text)
		b.told = part + 1
	}
}

// end leaves the line of a bar.
func (b *bar) end() {
	if b.drawn && b.told > 0 {
		say(b.to, "\n")
	}
}

// rate is how many bills a second were issued since it began, once that is more than nothing.
func (b *bar) rate(statements int) string {
	took := b.now().Sub(b.begun)
	if statements == b.first || took <= 0 {
		return ""
	}
	return fmt.Sprintf(", %.0f a second", float64(statements-b.first)/took.Seconds())
}

// terminal tells whether somebody sees what is written.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
