package site

import (
	"slices"
	"strconv"
	"strings"

	"tsuke/internal/approval"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/journal"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

// manualReasons are the reasons of entries by hand, as they are offered.
func manualReasons() []web.OpsReason {
	var out []web.OpsReason
	for _, r := range journal.Reasons() {
		out = append(out, web.OpsReason{Value: string(r), Key: web.OpsManualKey(string(r))})
	}
	return out
}

// opsJournal lists entries by hand, narrowed by day, reason and reference (rule O17). What it does not understand of the address
// it leaves out, as if it had not been typed.
func (s *Site) opsJournal(v *visit) error {
	query := v.r.URL.Query()
	page := web.OpsJournalPage{Frame: v.frame(), Typed: map[string]string{}, Reasons: manualReasons(), Today: v.today()}
	if v.session.Person.May(staff.Journal) {
		page.NewURL = web.OpsJournalNewPath
	}
	var search journal.Search
	if day, err := jst.ParseDay(query.Get("from")); err == nil {
		search.First, page.Typed["from"] = day, day.String()
	}
	if day, err := jst.ParseDay(query.Get("to")); err == nil {
		search.Last, page.Typed["to"] = day, day.String()
	}
	if reason := journal.Reason(query.Get("reason")); slices.Contains(journal.Reasons(), reason) {
		search.Reason, page.Typed["reason"] = reason, string(reason)
	}
	search.Reference = strings.TrimSpace(query.Get("reference"))
	page.Typed["reference"] = search.Reference
	err := v.read(func(tx *db.Tx) error {
		page.Entries = nil
		names, err := staff.Names(tx)
		if err != nil {
			return err
		}
		found, err := journal.List(tx, search, opsMax)
		page.More = len(found) == opsMax
		for _, e := range found {
			page.Entries = append(page.Entries, opsManual(names, e))
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

func opsDraftOf(d journal.Draft) *web.OpsManual {
	m := web.OpsManual{Reference: d.Reference, Reason: web.OpsManualKey(string(d.Reason)), Note: d.Note, Day: d.Day, Sum: d.Sum()}
	for _, l := range d.Lines {
		m.Lines = append(m.Lines, opsMove(l.Account, l.Amount))
	}
	return &m
}

func opsManual(names map[id.Staff]string, e journal.Entry) web.OpsManual {
	m := *opsDraftOf(e.Draft)
	m.Name, m.URL = e.ID.String(), web.OpsEntryPath(e.ID.String(), "")
	m.By, m.Second, m.At = who(names, e.By), who(names, e.Second), e.Decided
	if !e.Stands() {
		m.Undone = &web.OpsUndone{By: who(names, e.UndoneBy), Second: who(names, e.UndoneSecond), Note: e.UndoneNote, At: e.Undone}
	}
	return m
}

// opsDraft is where an entry is asked for.
func (s *Site) opsDraft(v *visit) error { return v.showDraft(web.Form{}) }

func (v *visit) showDraft(form web.Form) error {
	page := web.OpsDraftPage{
		Frame: v.frame(), Form: form, Reasons: manualReasons(), Action: web.OpsJournalNewPath,
		First: v.today().Add(-journal.BackDays.On(v.site.Terms.Current(), v.today())),
		Day:   web.OpsDay{Name: "day", Label: "ops.entry.day", Value: form.Typed["day"], Last: v.today(), Slip: form.SlipOf("day")},
	}
	var accounts []web.OpsReason
	for _, h := range journal.Hands() {
		key := web.OpsAccountKey(string(h.Account))
		if h.Touchable() {
			accounts = append(accounts, web.OpsReason{Value: string(h.Account), Key: key})
		}
		if h.Instead != nil {
			page.Others = withOther(page.Others, key, web.OpsOther{Half: h.Touchable(), Instead: h.Instead.Next.In(string(v.lang))})
		}
	}
	page.Rows, page.Rest = web.OpsRows(form, accounts, journal.LinesMax)
	return v.show(page)
}

// withOther adds an account to those for which the same is to be used.
func withOther(all []web.OpsOther, account string, like web.OpsOther) []web.OpsOther {
	for i := range all {
		if all[i].Half == like.Half && all[i].Instead == like.Instead {
			all[i].Accounts = append(all[i].Accounts, account)
			return all
		}
	}
	like.Accounts = []string{account}
	return append(all, like)
}

// opsAskEntry asks a second person to book an entry by hand (rules O16, O17).
func (s *Site) opsAskEntry(v *visit) error {
	typed := v.typed("reference", "reason", "note", "day")
	day, _ := jst.ParseDay(strings.TrimSpace(typed["day"])) // the zero day is told to be unclear
	command := approval.Command{
		Kind: approval.PostJournal, Reference: strings.ToUpper(strings.TrimSpace(typed["reference"])), Reason: typed["reason"],
		Note: strings.TrimSpace(typed["note"]), Day: day, Lines: v.typedLines(typed),
	}
	asked, err := s.Approvals.Ask(v.r.Context(), v.session.Person, command)
	if err == nil {
		v.say(web.SaidOpsAsked)
		return v.to(web.OpsApprovalPath(asked.ID.String(), ""))
	}
	slips, err := v.slips(err)
	if err != nil {
		return err
	}
	return v.showDraft(web.Form{Typed: typed, Slips: slips})
}

// typedLines reads the lines, and keeps what was typed by their numbers: a row in which nothing was entered is none, so that the
// faults name the rows that the form shows next.
func (v *visit) typedLines(typed map[string]string) []journal.Line {
	var lines []journal.Line
	for i := 1; i <= journal.LinesMax; i++ {
		row := strconv.Itoa(i)
		account, side, amount := v.r.PostFormValue("account"+row), v.r.PostFormValue("side"+row), v.r.PostFormValue("amount"+row)
		if account == "" && strings.TrimSpace(amount) == "" {
			continue
		}
		yen := readYen(amount)
		if side == "credit" {
			yen = -yen
		}
		lines = append(lines, journal.Line{Account: ledger.Account(account), Amount: yen})
		row = strconv.Itoa(len(lines))
		typed["account"+row], typed["side"+row], typed["amount"+row] = account, side, amount
	}
	return lines
}

// readYen reads an amount as people type it: with commas, a sign of the yen, in full width. What is none is no yen.
func readYen(text string) money.Yen {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case strings.ContainsRune(" 　,，円¥￥", r):
			return -1
		}
		return r
	}, text)
	yen, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || yen < 0 {
		return 0
	}
	return money.Yen(yen)
}

// entryOf is the entry that the address names.
func (v *visit) entryOf() (id.Journal, error) {
	which, err := id.Parse[id.JournalKind](v.r.PathValue("entry"))
	if err != nil {
		return id.Journal{}, NoPage.New()
	}
	return which, nil
}

func (s *Site) opsEntryPage(v *visit) error { return v.showEntry(web.Form{}) }

func (v *visit) showEntry(form web.Form) error {
	which, err := v.entryOf()
	if err != nil {
		return err
	}
	page := web.OpsEntryPage{
		Frame: v.frame(), Form: form, MayReverse: v.session.Person.May(staff.Journal), ReverseURL: web.OpsEntryPath(which.String(), "reverse"),
	}
	err = v.read(func(tx *db.Tx) error {
		e, err := journal.Load(tx, which)
		if err != nil {
			return err
		}
		names, err := staff.Names(tx)
		if err != nil {
			return err
		}
		page.Entry = opsManual(names, e)
		page.Asked, err = askedAbout(tx, names, which.Bucket(), func(c approval.Command) bool {
			return c.Kind == approval.ReverseJournal && c.Journal == which
		})
		return err
	})
	if fault.Is(err, journal.NoEntry) {
		return NoPage.New()
	}
	if err != nil {
		return err
	}
	return v.show(page)
}

// opsAskReversal asks a second person to reverse an entry by hand (rule O18).
func (s *Site) opsAskReversal(v *visit) error {
	which, err := v.entryOf()
	if err != nil {
		return err
	}
	typed := v.typed("note")
	_, err = s.Approvals.Ask(v.r.Context(), v.session.Person, approval.Command{
		Kind: approval.ReverseJournal, Journal: which, Note: strings.TrimSpace(typed["note"]),
	})
	if fault.Is(err, journal.NoteWrong) || fault.Is(err, journal.NotePersonal) {
		slips, err := v.slips(err)
		if err != nil {
			return err
		}
		return v.showEntry(web.Form{Typed: typed, Slips: slips})
	}
	if err != nil {
		return err
	}
	v.say(web.SaidOpsAsked)
	return v.to(web.OpsEntryPath(which.String(), ""))
}
