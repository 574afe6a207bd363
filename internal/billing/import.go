package billing

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/run"
)

// File is a file of the collection agent, read.
type File struct {
	Hash   []byte // of its bytes: the file's identity
	Agent  string // whose file it is
	Lines  []Line
	Unread int // lines that could not be read; whoever read the file has told of them
}

// Report is what became of a file.
type Report struct {
	File     id.ReceiptFile
	Repeated bool // this file was imported before; nothing was done, and the counts are those of then
	Counts   Counts
	Outcomes []Outcome // one for each line, in the file's order; none if Repeated
	Lacking  []Lacking // of a bank's statement that was refused: lines of its days that it lacks
}

// Counts are how many lines of a file had each result.
type Counts struct {
	Applied, Repeated, Surplus, Suspense, Superseded int
}

func (c *Counts) add(r Result) {
	switch r {
	case Applied:
		c.Applied++
	case Repeated:
		c.Repeated++
	case Over:
		c.Surplus++
	case Suspended:
		c.Suspense++
	case Superseded:
		c.Superseded++
	}
}

// importLanes is how many lines are taken at once. Lines of one bucket keep the order of the file.
const importLanes = 8

// ImportFile takes every line of a file, each in a transaction of its own, so that one that fails keeps no other from
// being taken. The error joins those of all lines that failed; importing the same file again takes these and leaves the
// others as they are. A file that was taken to its end does nothing when it comes again (rule B14).
func (b *Billing) ImportFile(ctx context.Context, d *db.DB, f File) (Report, error) {
	var report Report
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		report, err = openFile(tx, f)
		return err
	})
	if err != nil {
		return report, err
	}
	if report.Repeated {
		return report, run.Durable(ctx, d) // who is told so throws the file away (rule X12)
	}
	report.Outcomes = make([]Outcome, len(f.Lines))
	failed := make([]error, importLanes)
	var lanes errgroup.Group
	for lane := range importLanes {
		lanes.Go(func() error {
			failed[lane] = b.importLane(ctx, d, f, report, lane)
			return nil
		})
	}
	if err := errors.Join(lanes.Wait(), errors.Join(failed...)); err != nil {
		return report, err
	}
	report.Counts = Counts{}
	for _, o := range report.Outcomes {
		report.Counts.add(o.Result)
	}
	return report, d.Write(ctx, func(tx *db.Tx) error { return finishFile(tx, report.File, report.Counts) })
}

// importLane takes the lines of the buckets of one lane.
func (b *Billing) importLane(ctx context.Context, d *db.DB, f File, report Report, lane int) error {
	var failed error
	for i, l := range f.Lines {
		if l.bucket()%importLanes != lane {
			continue
		}
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			report.Outcomes[i], err = b.take(tx, report.File, l)
			return err
		})
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("billing: line %d of file %s: %w", l.Number, report.File, err))
		}
	}
	return failed
}

// openFile registers a file, or finds out that it was imported before.
func openFile(tx *db.Tx, f File) (Report, error) {
	bucket := id.BucketOf("receipt_file", string(f.Hash))
	if len(f.Hash) == 0 {
		return Report{}, errors.New("billing: a file without a hash")
	}
	err := insertFile(tx, id.In[id.ReceiptFileKind](tx, bucket), f)
	if err != nil {
		return Report{}, err
	}
	return selectFile(tx, bucket, f.Hash)
}
