package site

import (
	"strconv"
	"strings"
	"time"

	"tsuke/internal/approval"
	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/mask"
	"tsuke/internal/notice"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

// opsLate is O7: bills past due, the longest first.
func (s *Site) opsLate(v *visit) error { return v.showLate(web.Form{}) }

func (v *visit) showLate(form web.Form) error {
	page := web.OpsLatePage{Frame: v.frame(), Form: form, Reasons: v.excuses(), Days: web.OpsDays(form, v.today()), WaiveURL: web.OpsWaiveManyPath}
	err := v.read(func(tx *db.Tx) error {
		page.Bills = nil
		var err error
		if page.All, err = v.holdingOf(tx, collection.Everybody, web.OpsEverybody, form); err != nil {
			return err
		}
		if page.Held, err = heldMembers(tx); err != nil {
			return err
		}
		all, err := billing.ListLate(tx, v.today(), billing.Statement{}, opsMax)
		page.More = len(all) == opsMax
		for _, st := range all {
			bill, errBill := v.opsLateOf(tx, st)
			if errBill != nil {
				return errBill
			}
			page.Bills = append(page.Bills, bill)
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

func (v *visit) opsLateOf(tx *db.Tx, st billing.Statement) (web.OpsLate, error) {
	promise, _, err := collection.FindPromise(tx, st.Member)
	if err != nil {
		return web.OpsLate{}, err
	}
	hold, held, err := collection.Held(tx, st.Member)
	l := web.OpsLate{
		Reference: st.Reference().String(), Month: st.Month, Due: st.Due, Days: v.today().Sub(st.Due), Owed: st.Owed(), Promise: promise.Day,
		Awaited: st.Awaited, URL: web.OpsContactPath(st.ID.String()),
	}
	quiet := promise.Day
	if held {
		l.Hold = opsHold(hold, nil, "")
		if hold.Last.After(quiet) {
			quiet = hold.Last
		}
	}
	l.Next, l.NextDay = web.OpsStepNone, jst.Day{}
	if !held || !hold.Last.IsZero() {
		l.Next, l.NextDay = v.nextStep(tx, st.Due, quiet)
	}
	return l, err
}

// stepsAt is when the day's steps are written (rule N11).
const stepsAt = 9 * time.Hour

// nextStep is what is written next by itself about a bill past due, and when (rules N11, N12, N14), where nothing is until a day is
// over; a person calls after the last.
func (v *visit) nextStep(tx *db.Tx, due, quiet jst.Day) (web.OpsStep, jst.Day) {
	terms, from := v.site.Terms.Current(), v.today()
	if tx.Now().After(from.Start().Add(stepsAt)) {
		from = from.Add(1)
	}
	if !quiet.IsZero() && !quiet.Before(from) {
		from = quiet.Add(1)
	}
	for _, step := range []struct {
		step web.OpsStep
		days int
	}{
		{web.OpsStepFirst, notice.DunFirstDays.On(terms, from)},
		{web.OpsStepSecond, notice.DunSecondDays.On(terms, from)},
		{web.OpsStepLast, notice.DunLastDays.On(terms, from)},
	} {
		if day := due.Add(step.days); !day.Before(from) {
			return step.step, day
		}
	}
	return web.OpsStepCall, jst.Day{}
}

func (s *Site) opsContact(v *visit) error { return v.showContact(web.Form{}) }

// lateBillOf is the bill that the address names. One that is not past due is none of the console's.
func (v *visit) lateBillOf(tx *db.Tx) (billing.Statement, error) {
	which, err := id.Parse[id.StatementKind](v.r.PathValue("statement"))
	if err != nil {
		return billing.Statement{}, NoPage.New()
	}
	st, err := billing.Find(tx, which)
	if fault.Is(err, billing.NoStatement) || err == nil && !st.PastDue && !st.WrittenOff {
		err = NoPage.New()
	}
	return st, err
}

// showContact is a bill past due with what was sent about it. Who it is about is masked (rule O08).
func (v *visit) showContact(form web.Form) error {
	page := web.OpsContactPage{Frame: v.frame(), Form: form, MayReveal: v.session.Person.May(staff.Reveal), Action: v.r.URL.Path}
	err := v.read(func(tx *db.Tx) error {
		page.Sent, page.Reasons = nil, nil
		st, err := v.lateBillOf(tx)
		if err != nil {
			return err
		}
		names, err := staff.Names(tx)
		if err != nil {
			return err
		}
		page.Asked, err = askedAbout(tx, names, st.ID.Bucket(), func(c approval.Command) bool {
			return c.Kind == approval.WriteOff && c.Statement == st.ID
		})
		if err != nil {
			return err
		}
		if err := v.waivable(tx, names, st, &page); err != nil {
			return err
		}
		page.WriteURL = web.OpsWritePath(st.ID.String())
		if st.PastDue && v.session.Person.May(staff.Ask) {
			for _, r := range billing.WriteOffReasons() {
				page.Reasons = append(page.Reasons, web.OpsReason{Value: string(r), Key: web.OpsReasonKey(string(r))})
			}
		}
		if page.Late, err = v.opsLateOf(tx, st); err != nil {
			return err
		}
		if page.Holding, err = v.holdingOf(tx, st.Member, st.ID.String(), form); err != nil {
			return err
		}
		p, err := v.site.Members.LoadProfile(tx, st.Member)
		if err != nil {
			return err
		}
		if page.Preview, err = v.previewOf(tx, st, page.Late, p.Lang); err != nil {
			return err
		}
		page.Name, page.Phone, page.Mail = firstOfName(p.Name.Family), p.Phone.Masked(), p.Mail.Masked()
		sent, err := v.site.Notices.Messages(tx, st.Member, string(v.lang), notice.MessageID{}, opsMax)
		for _, m := range sent {
			if m.Reference == st.Reference() {
				page.Sent = append(page.Sent, sentMessage(m))
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// stepKinds are the notices of the steps that are written by themselves.
var stepKinds = map[web.OpsStep]notice.Kind{
	web.OpsStepFirst: notice.DunFirst, web.OpsStepSecond: notice.DunSecond, web.OpsStepLast: notice.DunLast,
}

// previewOf words the next step of a bill. There is none where a bank was asked for it, and while it is paid in parts (rules N11,
// N13).
func (v *visit) previewOf(tx *db.Tx, st billing.Statement, late web.OpsLate, lang string) (*web.OpsPreview, error) {
	kind, written := stepKinds[late.Next]
	if !written || st.Awaited || !st.PastDue {
		return nil, nil //nolint:nilnil // a page without a preview
	}
	if p, found, err := collection.FindPlan(tx, st.ID); err != nil || found && p.State == collection.Standing {
		return nil, err
	}
	p, _, err := v.site.Notices.Preview(tx, st, kind, lang)
	return &web.OpsPreview{Step: late.Next, Day: late.NextDay, Subject: p.Subject, Letter: p.Letter, Text: p.Text, Lang: p.Lang}, err
}

// opsAskWriteOff asks a second person to give a bill up (rule O09).
func (s *Site) opsAskWriteOff(v *visit) error {
	var which id.Statement
	err := v.read(func(tx *db.Tx) error {
		st, err := v.lateBillOf(tx)
		which = st.ID
		return err
	})
	if err != nil {
		return err
	}
	_, err = s.Approvals.Ask(v.r.Context(), v.session.Person, approval.Command{Kind: approval.WriteOff, Statement: which, Reason: v.r.PostFormValue("why")})
	if err != nil {
		return err
	}
	v.say(web.SaidOpsAsked)
	return v.to(web.OpsContactPath(which.String()))
}

// opsReveal keeps why somebody looks at a member's contact, and leads to it (rule O08).
func (s *Site) opsReveal(v *visit) error {
	var look staff.Look
	err := v.write(func(tx *db.Tx) error {
		st, err := v.lateBillOf(tx)
		if err != nil {
			return err
		}
		look, err = s.Staff.Look(tx, v.session.Person, st.Member, "contact", v.r.PostFormValue("reason"))
		return err
	})
	if fault.Is(err, staff.ReasonWrong) {
		slips, err := v.slips(err)
		if err != nil {
			return err
		}
		return v.showContact(web.Form{Typed: v.typed("reason"), Slips: slips})
	}
	if err != nil {
		return err
	}
	return v.to(web.OpsLookPath(look.ID.String()))
}

// lookFor is how long what was asked for is shown (rule O08).
const lookFor = 10 * time.Minute

// opsLook shows a contact to the one who asked for it. To everybody else, and later, there is no such page.
func (s *Site) opsLook(v *visit) error {
	which, err := id.Parse[id.LookKind](v.r.PathValue("look"))
	if err != nil {
		return NoPage.New()
	}
	var page web.OpsLookPage
	err = v.read(func(tx *db.Tx) error {
		look, err := staff.FindLook(tx, which)
		if err != nil || look.By != v.session.Person.ID || tx.Now().Sub(look.At) >= lookFor {
			return NoPage.Because(err)
		}
		p, err := s.Members.LoadProfile(tx, look.Member)
		page = web.OpsLookPage{
			Frame: v.frame(), Name: fullName(p.Name.Family, p.Name.Given), Kana: fullName(p.Name.FamilyKana, p.Name.GivenKana),
			Phone: strings.Replace(p.Phone.Reveal(), "+81", "0", 1), Mail: p.Mail.Reveal(), Reason: look.Reason, Until: look.At.Add(lookFor),
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

func fullName(family, given mask.Name) string { return family.Reveal() + " " + given.Reveal() }

// opsBooks is O11: the books of this instant, what the daily check says, how far the last month is closed, and the entries about one
// object.
func (s *Site) opsBooks(v *visit) error {
	page := web.OpsBooksPage{Frame: v.frame(), Of: id.Buckets, Form: web.Form{Typed: map[string]string{"object": strings.TrimSpace(v.r.URL.Query().Get("object"))}}}
	asked := page.Form.Typed["object"]
	var ref []byte
	if asked != "" {
		var ok bool
		if ref, ok = objectOf(asked); ok {
			page.Asked = asked
		} else {
			slips, err := v.slips(NoObject.In("object"))
			if err != nil {
				return err
			}
			page.Form.Slips = slips
		}
	}
	err := v.read(func(tx *db.Tx) error {
		page.Month, page.Accounts, page.Entries = jst.MonthOf(tx.Now()).Prev(), nil, nil
		var err error
		if page.Check, err = v.dailyCheck(tx); err != nil {
			return err
		}
		totals, err := ledger.Trial(tx)
		for _, t := range totals {
			page.Accounts = append(page.Accounts, opsMove(t.Account, t.Amount))
		}
		if err != nil {
			return err
		}
		open, err := billing.Unbilled(tx, page.Month)
		page.Billed = id.Buckets - open
		if err != nil || ref == nil {
			return err
		}
		found, err := ledger.About(tx, ref)
		for _, e := range found {
			page.Entries = append(page.Entries, opsEntry(e))
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

func opsEntry(e ledger.Posted) web.OpsEntry {
	out := web.OpsEntry{Reason: string(e.Reason), Day: e.Day, At: e.At}
	for _, l := range e.Lines {
		out.Lines = append(out.Lines, opsMove(l.Account, l.Amount))
	}
	return out
}

// objectOf reads an id of any kind about which entries are posted.
func objectOf(text string) ([]byte, bool) {
	text = strings.ToLower(text)
	if c, err := id.Parse[id.CaptureKind](text); err == nil {
		return c[:], true
	}
	if r, err := id.Parse[id.RefundKind](text); err == nil {
		return r[:], true
	}
	if s, err := id.Parse[id.StatementKind](text); err == nil {
		return s[:], true
	}
	if r, err := id.Parse[id.ReceiptKind](text); err == nil {
		return r[:], true
	}
	if l, err := id.Parse[id.LateChargeKind](text); err == nil {
		return l[:], true
	}
	if j, err := id.Parse[id.JournalKind](text); err == nil {
		return j[:], true
	}
	if w, err := id.Parse[id.WriteOffKind](text); err == nil {
		return w[:], true
	}
	return nil, false
}

// opsLooks is O14: who looked at whose data, the latest first.
func (s *Site) opsLooks(v *visit) error {
	page := web.OpsLooksPage{Frame: v.frame()}
	var before time.Time
	if micros, err := strconv.ParseInt(v.r.URL.Query().Get("before"), 10, 64); err == nil {
		before = db.FromMicros(micros)
	}
	err := v.read(func(tx *db.Tx) error {
		page.Looks = nil
		names, err := staff.Names(tx)
		if err != nil {
			return err
		}
		all, err := staff.Looks(tx, before, opsMax)
		for _, l := range all {
			page.Looks = append(page.Looks, web.OpsLook{At: l.At, By: who(names, l.By.String()), Member: l.Member.String(), Reason: l.Reason})
		}
		if len(all) == opsMax {
			page.Older = web.OpsLooksPath + "?before=" + strconv.FormatInt(db.Micros(all[opsMax-1].At), 10)
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}
