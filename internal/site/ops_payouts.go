package site

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/kana"
	"tsuke/internal/payout"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

// Money that goes back, and the files of transfers by which it does (rule B48). Nothing personal is on these pages: who wants names and
// accounts downloads the file, which is kept.

func opsBackToFile(v *visit) error {
	number, err := v.fileOf()
	if err != nil {
		return err
	}
	return v.to(web.OpsPayoutPath(number, ""))
}

// fileOf is the file that the address names.
func (v *visit) fileOf() (int, error) {
	number, err := strconv.Atoi(v.r.PathValue("file"))
	if err != nil || number < 1 {
		return 0, NoPage.New()
	}
	return number, nil
}

var opsFileStates = map[payout.FileState]web.OpsFileState{
	payout.Gathered: web.OpsFileGathered, payout.Written: web.OpsFileWritten, payout.Taken: web.OpsFileTaken, payout.Released: web.OpsFileReleased,
}

func opsFileOf(f payout.File, refused int) web.OpsFile {
	return web.OpsFile{
		Number: f.Number, Day: f.Day, State: opsFileStates[f.State], Records: f.Records, Refused: refused, Total: f.Total, URL: web.OpsPayoutPath(f.Number, ""),
	}
}

// opsPayouts lists what waits to be sent back, and the files.
func (s *Site) opsPayouts(v *visit) error {
	page := web.OpsPayoutsPage{Frame: v.frame(), May: v.session.Person.May(staff.Send)}
	if named := v.r.URL.Query().Get("payee_reference"); named != "" && page.May {
		form, found, err := v.findGuest(named)
		if err != nil {
			return err
		}
		if found != "" {
			return v.to(found)
		}
		page.Form = form
	}
	err := v.read(func(tx *db.Tx) error {
		page.Waiting, page.Files, page.Ready, page.Sum = nil, nil, 0, 0
		all, err := payout.ListOpen(tx, opsMax)
		if err != nil {
			return err
		}
		page.More = len(all) == opsMax
		for _, o := range all {
			shown, err := v.opsReturn(tx, o)
			if err != nil {
				return err
			}
			if shown.Why == web.OpsStuckReady {
				page.Ready++
				page.Sum += o.Amount
			}
			page.Waiting = append(page.Waiting, shown)
		}
		files, err := payout.Files(tx, opsMax)
		if err != nil {
			return err
		}
		refused, err := payout.Refusals(tx)
		for _, f := range files {
			page.Files = append(page.Files, opsFileOf(f, refused[f.Number]))
		}
		return err
	})
	if err != nil {
		return err
	}
	if page.Ready > 0 {
		if page.Day, err = s.Payouts.Day(s.DB.Now()); err != nil {
			return err
		}
	}
	return v.show(page)
}

// opsReturn tells why money that goes back is not sent.
func (v *visit) opsReturn(tx *db.Tx, o payout.Open) (web.OpsReturn, error) {
	out := web.OpsReturn{
		Name: o.Receipt.String(), Whose: web.OpsWhoseMember, Amount: o.Amount, Days: v.today().Sub(jst.DayOf(o.Decided)), Why: web.OpsStuckReady,
	}
	if o.Member.IsZero() {
		out.Whose, out.URL = web.OpsWhosePayer, web.OpsReceiptPath(o.Receipt.String(), "")
		if v.session.Person.May(staff.Send) {
			out.URL = web.OpsPayeePath(o.Receipt.String())
		}
	}
	switch o.State {
	case payout.InFile:
		out.Why, out.File, out.URL = web.OpsStuckInFile, o.File, web.OpsPayoutPath(o.File, "")
	case payout.Failed:
		out.Why, out.Reason = web.OpsStuckRefused, web.Refusal(o.Reason)
	case payout.Decided, payout.Paid:
		lacks, err := v.site.Payouts.Lacks(tx, o)
		if err != nil {
			return out, err
		}
		if lacks {
			out.Why = web.OpsStuckNone
		}
	}
	if out.Why != web.OpsStuckNone && out.Why != web.OpsStuckRefused || !o.Member.IsZero() {
		return out, nil
	}
	asked, err := askedAbout(tx, nil, o.Receipt.Bucket(), aboutPayee(payout.Payee{Receipt: o.Receipt}))
	if asked != nil {
		out.Why, out.URL = web.OpsStuckSecond, asked.URL
	}
	return out, err
}

// opsGather makes the next file and leads to it; the one that is made and not handed over is answered again (rule B44).
func (s *Site) opsGather(v *visit) error {
	var f payout.File
	var found bool
	err := v.write(func(tx *db.Tx) (err error) {
		f, _, found, err = s.Payouts.Gather(tx, v.session.Person.ID.String())
		return err
	})
	switch {
	case err != nil:
		return err
	case !found:
		v.say(web.SaidOpsNothing)
		return v.to(web.OpsPayoutsPath)
	}
	v.say(web.SaidOpsGathered)
	return v.to(web.OpsPayoutPath(f.Number, ""))
}

func (s *Site) opsFile(v *visit) error { return v.showFile(web.Form{}) }

func (v *visit) showFile(form web.Form) error {
	number, err := v.fileOf()
	if err != nil {
		return err
	}
	page := web.OpsFilePage{Frame: v.frame(), Form: form, May: v.session.Person.May(staff.Send), Reasons: web.OpsRefusals()}
	err = v.read(func(tx *db.Tx) error {
		page.Lines = nil
		f, lines, err := payout.Lines(tx, number)
		refused := 0
		for _, l := range lines {
			page.Lines = append(page.Lines, web.OpsFileLine{Key: l.Key, Sent: l.Sent, Outcome: web.OpsOutcome(l.Outcome), Reason: web.Refusal(l.Reason)})
			if l.Outcome == payout.LineRefused {
				refused++
			}
		}
		page.File, page.Due = opsFileOf(f, refused), !v.today().Before(f.Day)
		return err
	})
	if fault.Is(err, payout.NoFile) {
		return NoPage.New()
	}
	if err != nil {
		return err
	}
	return v.show(page)
}

// opsDownload hands the file to whoever takes it to the bank, which is kept.
func (s *Site) opsDownload(v *visit) error {
	number, err := v.fileOf()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	err = v.write(func(tx *db.Tx) error {
		text.Reset()
		return s.Payouts.Show(tx, number, &text, v.session.Person.ID.String())
	})
	if err != nil {
		return err
	}
	v.wrote = true
	h := v.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=payouts-%08d.txt", number))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, err = v.w.Write(text.Bytes())
	return err
}

// opsTook says that the bank made the transfers of a file (rule B45).
func (s *Site) opsTook(v *visit) error {
	number, err := v.fileOf()
	if err != nil {
		return err
	}
	if _, err := s.Payouts.Took(v.detached(), number, v.session.Person.ID.String()); err != nil {
		return err
	}
	v.say(web.SaidOpsTook)
	return v.to(web.OpsPayoutPath(number, ""))
}

// refusalSlips say what is wrong about a refusal, by fault and field.
var refusalSlips = map[*fault.Kind]web.Slip{
	payout.NoRecord:      {Field: "transfer_key", What: web.SlipTransferKey},
	payout.OtherAmount:   {Field: "transfer_amount", What: web.SlipTransferAmount},
	payout.RefusedBefore: {Field: "transfer_key", What: web.SlipTransferOver},
}

// opsRefused enters what the bank refused, as its notice has it (rule B46).
func (s *Site) opsRefused(v *visit) error {
	number, err := v.fileOf()
	if err != nil {
		return err
	}
	typed := v.typed("transfer_key", "transfer_amount", "why")
	err = v.refuse(number, typed)
	if f := fault.From(err); f != nil && refusalSlips[f.Kind].Field != "" {
		return v.showFile(web.Form{Typed: typed, Slips: []web.Slip{refusalSlips[f.Kind]}})
	}
	if err != nil {
		return err
	}
	v.say(web.SaidOpsFailed)
	return v.to(web.OpsPayoutPath(number, ""))
}

// refuse reads a refusal as it was typed, and enters it if it is of this file.
func (v *visit) refuse(number int, typed map[string]string) error {
	amount := strings.TrimSuffix(strings.ReplaceAll(kana.Digits(typed["transfer_amount"]), ",", ""), "円")
	l, err := payout.ReadRefusal(1, kana.Digits(typed["transfer_key"]), amount, typed["why"])
	if err != nil {
		return err
	}
	return v.write(func(tx *db.Tx) error {
		_, lines, err := payout.Lines(tx, number)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(lines, func(o payout.Line) bool { return o.Key == l.Key }) {
			return payout.NoRecord.New().With("line", "1")
		}
		_, err = v.site.Payouts.Refuse(tx, []payout.Refusal{l}, v.session.Person.ID.String())
		return err
	})
}
