package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/gateway/numberfile"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/jst"
	"tsuke/internal/kiosk"
	"tsuke/internal/money"
	"tsuke/internal/run"
	"tsuke/internal/site"
)

// NumbersReport is what the agent was told.
type NumbersReport struct {
	Files   []string // in the folder, in the order in which they were written
	Begin   int      // numbers that begin
	Amount  money.Yen
	End     int          // numbers that end
	Refused []NumberNote // numbers that the agent cannot be told of
}

// NumberNote is why the agent was not told of a bill's number. It holds nothing personal.
type NumberNote struct {
	Reference string
	Reason    fault.Text
}

// numbersMax is how many numbers one file tells of at most.
const numbersMax = 500

// WriteNumbers tells the agent of every number that begins or ends, in files in a folder (rule B33). A file that was gathered
// and cut off before it was known as written is written first, with the same name and bytes. What cannot be told is in
// the report, and keeps no other from being told.
func (a *App) WriteNumbers(ctx context.Context, dir string) (NumbersReport, error) {
	var report NumbersReport
	for {
		var file billing.NumberFile
		var found bool
		err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
			file, found, err = billing.GatherNumbers(tx, numbersMax)
			return err
		})
		if err != nil || !found {
			return report, err
		}
		if err := a.writeNumberFile(ctx, dir, file, &report); err != nil {
			return report, err
		}
	}
}

// writeNumberFile writes a file that is gathered, drops from it what cannot be told, and notes it as written.
func (a *App) writeNumberFile(ctx context.Context, dir string, file billing.NumberFile, report *NumbersReport) error {
	var records []billing.NumberRecord
	var told numberfile.File
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if records, err = billing.NumberRecords(tx, file.Number); err == nil {
			told, err = a.numberFile(tx, file, records)
		}
		return err
	})
	if err != nil {
		return err
	}
	kept, whole := records[:0:0], told.Records[:0:0]
	var dropped []billing.NumberRecord
	for i, r := range told.Records {
		var refused *numberfile.Error
		switch err := numberfile.Check(r); {
		case err == nil:
			kept, whole = append(kept, records[i]), append(whole, r)
		case errors.As(err, &refused):
			dropped = append(dropped, records[i])
			report.Refused = append(report.Refused, NumberNote{Reference: id.ReferenceOf(records[i].Slip.Statement).String(), Reason: refused.Text()})
		}
	}
	told.Records = whole
	name := fmt.Sprintf("numbers-%08d.csv", file.Number)
	sum, err := writeWhole(dir, name, func(w io.Writer) error { return numberfile.Write(w, told) }, a.surely(ctx))
	if err != nil {
		return err
	}
	if err := a.DB.Write(ctx, func(tx *db.Tx) error { return noteNumbers(tx, file, kept, dropped, sum) }); err != nil {
		return err
	}
	report.Files = append(report.Files, name)
	for _, r := range told.Records {
		if r.Ends {
			report.End++
			continue
		}
		report.Begin++
		report.Amount += r.Amount
	}
	return nil
}

// numberFile fills a file's records with what the agent needs of their members.
func (a *App) numberFile(tx *db.Tx, file billing.NumberFile, records []billing.NumberRecord) (numberfile.File, error) {
	terms := a.Terms.Current()
	out := numberfile.File{
		Serial: file.Number, Made: file.Made, Issuer: billing.SlipCompany.On(terms, file.Made), Client: billing.SlipClient.On(terms, file.Made),
	}
	for _, r := range records {
		n := r.Slip.ReceiptNumber()
		record := numberfile.Record{Ends: r.Ends, Number: n, Digits: r.Slip.Digits}
		if r.Ends {
			out.Records = append(out.Records, record)
			continue
		}
		profile, err := a.Members.LoadProfile(tx, r.Slip.Member)
		if err != nil {
			return out, err
		}
		st, err := billing.LoadStatement(tx, r.Slip.Member, r.Slip.Statement)
		if err != nil {
			return out, err
		}
		if record.Slip, err = kiosk.SlipNumberOf(billing.NumberSeven.On(terms, file.Made), n); err != nil {
			return out, err
		}
		// A member without a phone number is judged with the rest of the record.
		record.Confirmation, _ = kiosk.Confirmation(profile.Phone.Reveal())
		record.Amount, record.Last, record.Code = r.Slip.Amount, r.Slip.ValidTo, r.Code
		record.Product = a.product(st.Month)
		record.Payer = numberfile.Text(profile.NameStandard.Family.Reveal()+" "+profile.NameStandard.Given.Reveal(), numberfile.MaxPayer)
		out.Records = append(out.Records, record)
	}
	return out, nil
}

// product is what stores print: whose bill it is, and of which month.
func (a *App) product(month jst.Month) string {
	of := " " + month.JAFull() + "分"
	brand := numberfile.Text(orDefault(a.Config.Brand, "Tsuke"), numberfile.MaxProduct-len([]rune(of)))
	return brand + of
}

// noteNumbers notes a file as written, and tells on each bill that the agent knows its number, or that it ended.
func noteNumbers(tx *db.Tx, file billing.NumberFile, kept, dropped []billing.NumberRecord, sum []byte) error {
	var members []id.Member
	var facts []event.Fact
	for _, r := range kept {
		kind := "statement.number_told"
		if r.Ends {
			kind = "statement.number_ended"
		}
		members = append(members, r.Slip.Member)
		facts = append(facts, numberFact(kind, file, r.Slip))
	}
	for _, r := range dropped {
		members = append(members, r.Slip.Member)
		facts = append(facts, numberFact("statement.number_refused", file, r.Slip))
	}
	if _, err := credit.Lock(tx, members...); err != nil {
		return err
	}
	open, found, err := billing.FindNumberFile(tx)
	if err != nil || !found || open.Number != file.Number { // somebody else was faster, with the same bytes
		return err
	}
	for _, r := range dropped {
		if err := billing.DropNumber(tx, file.Number, r.Slip); err != nil {
			return err
		}
	}
	if err := billing.NumbersWritten(tx, file.Number, sum); err != nil {
		return err
	}
	return event.Append(tx, facts...)
}

func numberFact(kind string, file billing.NumberFile, slip billing.Slip) event.Fact {
	return event.Fact{
		Kind: kind, Subject: event.Subject(slip.Statement), Member: slip.Member, Side: fault.Us, Actor: "clock",
		Data: map[string]any{"file": file.Number, "reissue": slip.Reissue},
	}
}

// writeWhole writes a file that has its name only when all of it is on the disk, and when nothing that it tells can be undone any
// more, which surely says (rule X12). It is readable by its owner only.
func writeWhole(dir, name string, write func(io.Writer) error, surely func() error) (sum []byte, err error) {
	f, err := os.CreateTemp(dir, ".numbers-*")
	if err != nil {
		return nil, err
	}
	defer func() {
		if gone := os.Remove(f.Name()); gone != nil && !errors.Is(gone, os.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	h := sha256.New()
	if err := errors.Join(write(io.MultiWriter(f, h)), f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := surely(); err != nil {
		return nil, err
	}
	return h.Sum(nil), os.Rename(f.Name(), filepath.Join(dir, name))
}

// surely asks whether all that was read can no longer be undone: a bank or an agent that has a file cannot be asked to forget it.
func (a *App) surely(ctx context.Context) func() error {
	return func() error { return run.Durable(ctx, a.DB) }
}

// tellNumbers writes what is to be told, where the configuration says where to.
func (a *App) tellNumbers(ctx context.Context, _ job.Run) (func(*db.Tx) error, error) {
	if a.Config.Numbers == "" {
		return nil, nil
	}
	report, err := a.WriteNumbers(ctx, a.Config.Numbers)
	for _, n := range report.Refused {
		a.Log.Error("a receipt number cannot be told", "ref", n.Reference, "why", n.Reason.EN)
	}
	return nil, err
}

// nextNumbers is when the agent is told next.
func (a *App) nextNumbers(after time.Time) time.Time {
	minutes := billing.NumberMinutes.On(a.Terms.Current(), jst.DayOf(after))
	return site.NextNumbers(after, time.Duration(minutes)*time.Minute)
}
