package site

import (
	"tsuke/internal/approval"
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/payout"
	"tsuke/internal/staff"
	"tsuke/internal/web"
)

// opsMax is how many lines a list of the console has at most.
const opsMax = 100

// opsReceipts is O6: what waits for a person, the oldest first.
func (s *Site) opsReceipts(v *visit) error {
	page := web.OpsReceiptsPage{Frame: v.frame()}
	err := v.read(func(tx *db.Tx) error {
		all, err := s.Billing.ListWaiting(tx, opsMax)
		page.Waiting, page.More = nil, len(all) == opsMax
		for _, w := range all {
			m := v.opsWaiting(w)
			if w.Reason == billing.ReturnUnpaid || w.Reason == billing.CreditReturn {
				var err error
				if m.Back, err = opsBack(tx, w.Receipt); err != nil {
					return err
				}
			}
			page.Waiting = append(page.Waiting, m)
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

func (v *visit) opsWaiting(w billing.Waiting) web.OpsMoney {
	m := web.OpsMoney{
		Bank: w.Chain == billing.TransferChain, Name: w.Name(), Why: web.OpsWhyKey(string(w.Reason)), Amount: w.Amount, Certain: w.State != billing.Prompted, Money: w.Line.IsZero(),
		Paid: w.PaidDay, Time: clockOf(w.PaidTime), Place: v.chain(w.Chain), Store: w.Store, Since: w.Since, Days: v.today().Sub(jst.DayOf(w.Since)),
	}
	if m.Money {
		m.URL = web.OpsReceiptPath(w.Receipt.String(), "")
	}
	if m.Bank { // which tells no time
		m.Time = ""
	}
	return m
}

// opsBack is where the sending back of money stands.
func opsBack(tx *db.Tx, receipt id.Receipt) (*web.OpsBack, error) {
	p, found, err := payout.Where(tx, receipt)
	out := &web.OpsBack{State: web.OpsBackOpen}
	switch {
	case !found:
	case p.State == payout.InFile:
		out.State, out.File, out.Day = web.OpsBackInFile, p.File, p.Day
	case p.State == payout.Failed:
		out.State, out.Reason = web.OpsBackFailed, web.Refusal(p.Reason)
	}
	return out, err
}

// opsWanted is that a member wants back what a bill did not need of money; nil if nobody does.
func opsWanted(tx *db.Tx, r billing.Receipt) (*web.OpsWanted, error) {
	if r.Member.IsZero() || r.Statement.IsZero() {
		return nil, nil //nolint:nilnil // it belongs to nobody
	}
	over, err := billing.OverpaidOn(tx, r.Member, r.Statement)
	for _, o := range over {
		if o.Receipt == r.ID && (o.Fate == billing.SendingBack || o.Fate == billing.WasSentBack) {
			return &web.OpsWanted{Bill: id.ReferenceOf(o.Statement).String(), Chosen: jst.DayOf(o.Chosen), Paid: o.PaidDay}, err
		}
	}
	return nil, err
}

// clockOf writes "1024" as 10:24.
func clockOf(paid string) string {
	if len(paid) != 4 {
		return ""
	}
	return paid[:2] + ":" + paid[2:]
}

// receiptOf is the money that the address names.
func (v *visit) receiptOf() (id.Receipt, error) {
	r, err := id.Parse[id.ReceiptKind](v.r.PathValue("receipt"))
	if err != nil {
		return id.Receipt{}, NoPage.New()
	}
	return r, nil
}

func (s *Site) opsReceipt(v *visit) error { return v.showReceipt(web.Form{}) }

// showReceipt is the page of money: what is known of it, the bills that are like it, and what may be done or was.
func (v *visit) showReceipt(form web.Form) error {
	which, err := v.receiptOf()
	if err != nil {
		return err
	}
	p := v.session.Person
	page := web.OpsReceiptPage{
		Frame: v.frame(), Form: form, MayMatch: p.May(staff.Match), MayAsk: p.May(staff.Ask),
		MatchURL: web.OpsReceiptPath(which.String(), "match"), ReturnURL: web.OpsReceiptPath(which.String(), "return"),
	}
	err = v.read(func(tx *db.Tx) error {
		page.Suggested, page.Asked, page.Decided, page.Wanted = nil, nil, nil, nil
		r, err := billing.LoadReceipt(tx, which)
		if err != nil {
			return err
		}
		page.Money = v.opsMoney(r)
		if page.Wanted, err = opsWanted(tx, r); err != nil {
			return err
		}
		page.MayAsk = page.MayAsk && r.State == billing.Confirmed
		names, err := staff.Names(tx)
		if err != nil {
			return err
		}
		if page.Decided, err = opsDecided(tx, names, which); err != nil {
			return err
		}
		if page.Wanted != nil && page.Wanted.Paid.IsZero() || page.Decided != nil && page.Decided.Way == web.OpsWayKey(string(billing.ReturnByBank)) {
			page.Money.Back, err = opsBack(tx, which)
		}
		if err != nil || page.Decided != nil || page.Wanted != nil {
			return err
		}
		if page.Asked, err = askedAbout(tx, names, which.Bucket(), func(c approval.Command) bool { return c.Receipt == which }); err != nil {
			return err
		}
		all, err := v.site.Billing.Suggest(tx, which)
		if fault.Is(err, billing.NotInSuspense) { // it pays a bill
			page.MayMatch, page.MayAsk, err = false, false, nil
		}
		for _, b := range all {
			page.Suggested = append(page.Suggested, web.OpsSuggestion{
				Statement: b.Statement.String(), Reference: id.ReferenceOf(b.Statement).String(), Month: b.Month, Owed: b.Owed, Due: b.Due,
				Why: b.Why.Text().In(string(v.lang)),
			})
		}
		return err
	})
	if fault.Is(err, billing.NoReceipt) {
		return NoPage.New()
	}
	if err != nil {
		return err
	}
	return v.show(page)
}

func (v *visit) opsMoney(r billing.Receipt) web.OpsMoney {
	m := web.OpsMoney{
		Bank: r.Chain == billing.TransferChain, Name: r.ID.String(), Amount: r.Amount, Certain: r.State != billing.Prompted, Money: true, Paid: r.PaidDay, Time: clockOf(r.PaidTime),
		Place: v.chain(r.Chain), Store: r.Store, Since: r.Created, Days: v.today().Sub(jst.DayOf(r.Created)),
	}
	if r.Reason != "" {
		m.Why = web.OpsWhyKey(string(r.Reason))
	}
	if m.Bank {
		m.Time = ""
	}
	return m
}

// opsDecided is what was decided about money, or nil.
func opsDecided(tx *db.Tx, names map[id.Staff]string, which id.Receipt) (*web.OpsDecided, error) {
	d, found, err := billing.LoadDecision(tx, which)
	if err != nil || !found {
		return nil, err
	}
	out := &web.OpsDecided{
		Matched: d.Act == billing.ActMatched, By: who(names, d.By), Second: who(names, d.Second), At: d.Decided, Paid: d.PaidDay,
		Way: web.OpsWayKey(string(d.Way)),
	}
	if out.Matched {
		out.Reference = id.ReferenceOf(d.Statement).String()
	}
	return out, nil
}

// askedAbout is the request of a bucket about one thing that waits, or nil.
func askedAbout(tx *db.Tx, names map[id.Staff]string, bucket int, about func(approval.Command) bool) (*web.OpsRequest, error) {
	all, err := approval.WaitingIn(tx, bucket)
	for _, a := range all {
		if about(a.Command) && !a.Over(tx.Now()) {
			r := opsRequest(tx, names, a)
			return &r, err
		}
	}
	return nil, err
}

// opsMatch says to which bill money belongs.
func (s *Site) opsMatch(v *visit) error {
	which, err := v.receiptOf()
	if err != nil {
		return err
	}
	typed := v.typed("statement")
	statement, err := id.Parse[id.StatementKind](typed["statement"])
	if err != nil {
		err = billing.NoStatement.In("statement")
	} else {
		err = v.write(func(tx *db.Tx) error {
			_, err := s.Billing.MatchReceipt(tx, which, statement, v.session.Person.ID.String())
			return err
		})
	}
	if fault.Is(err, billing.NoStatement) {
		slips, err := v.slips(billing.NoStatement.In("statement"))
		if err != nil {
			return err
		}
		return v.showReceipt(web.Form{Typed: typed, Slips: slips})
	}
	if err != nil {
		return err
	}
	v.say(web.SaidOpsMatched)
	return v.to(web.OpsReceiptPath(which.String(), ""))
}

// opsAskReturn asks a second person to send money back (rule O09).
func (s *Site) opsAskReturn(v *visit) error {
	which, err := v.receiptOf()
	if err != nil {
		return err
	}
	_, err = s.Approvals.Ask(v.r.Context(), v.session.Person, approval.Command{Kind: approval.ReturnReceipt, Receipt: which, Way: v.r.PostFormValue("way")})
	if err != nil {
		return err
	}
	v.say(web.SaidOpsAsked)
	return v.to(web.OpsReceiptPath(which.String(), ""))
}

var opsStates = map[approval.State]web.OpsState{
	approval.Waiting: web.OpsWaiting, approval.Approved: web.OpsApproved, approval.Refused: web.OpsRefused, approval.Expired: web.OpsExpired,
}

func opsRequest(tx *db.Tx, names map[id.Staff]string, a approval.Approval) web.OpsRequest {
	r := web.OpsRequest{
		What: web.OpsKindKey(string(a.Command.Kind)), Way: web.OpsWayKey(a.Command.Way), Amount: moved(a.Effect), State: opsStates[a.State],
		By: who(names, a.AskedBy.String()), Asked: a.Asked, Until: a.Expires, Decided: a.Decided, URL: web.OpsApprovalPath(a.ID.String(), ""),
	}
	switch a.Command.Kind {
	case approval.WriteOff:
		r.Way = web.OpsReasonKey(a.Command.Reason)
	case approval.WaiveCharges:
		r.Way, r.Count = web.OpsExcuseKey(a.Command.Reason), len(a.Command.Charges)
	case approval.PostJournal:
		r.Way = web.OpsManualKey(a.Command.Reason)
		for _, l := range a.Command.Lines {
			r.Lines = append(r.Lines, opsMove(l.Account, l.Amount))
		}
	case approval.ReverseJournal:
		for _, m := range a.Effect {
			r.Lines = append(r.Lines, opsMove(m.Account, m.Amount))
		}
	case approval.ReturnReceipt, approval.NamePayee, approval.ReturnGuest:
	}
	if a.Over(tx.Now()) {
		r.State = web.OpsExpired
	}
	if !a.By.IsZero() {
		r.Decider = who(names, a.By.String())
	}
	return r
}

// moved is the sum that a command moves: what it debits.
func moved(e approval.Effect) (sum money.Yen) {
	for _, m := range e {
		sum += max(m.Amount, 0)
	}
	return sum
}

func (s *Site) opsApprovals(v *visit) error {
	page := web.OpsApprovalsPage{Frame: v.frame()}
	err := v.read(func(tx *db.Tx) error {
		page.Waiting, page.Ended = nil, nil
		names, err := staff.Names(tx)
		if err != nil {
			return err
		}
		all, err := approval.List(tx, opsMax)
		for _, a := range all {
			r := opsRequest(tx, names, a)
			if r.State == web.OpsWaiting {
				page.Waiting = append(page.Waiting, r)
			} else {
				page.Ended = append(page.Ended, r)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// requestOf is the request that the address names.
func (v *visit) requestOf() (id.Approval, error) {
	a, err := id.Parse[id.ApprovalKind](v.r.PathValue("approval"))
	if err != nil {
		return id.Approval{}, NoPage.New()
	}
	return a, nil
}

func (s *Site) opsApproval(v *visit) error {
	which, err := v.requestOf()
	if err != nil {
		return err
	}
	page := web.OpsApprovalPage{
		Frame: v.frame(), MayApprove: v.session.Person.May(staff.Approve),
		ApproveURL: web.OpsApprovalPath(which.String(), "approve"), RefuseURL: web.OpsApprovalPath(which.String(), "refuse"),
	}
	err = v.read(func(tx *db.Tx) error {
		a, err := approval.Load(tx, which)
		if err != nil {
			return err
		}
		names, err := staff.Names(tx)
		page.Request, page.Moves = opsRequest(tx, names, a), moves(a.Effect)
		page.Own = a.AskedBy == v.session.Person.ID
		page.Payee = a.Command.Kind.Payee()
		page.Bill = !a.Command.Statement.IsZero() && !page.Payee
		if page.Payee {
			page.MayApprove = page.MayApprove && v.session.Person.May(staff.Send)
			if v.session.Person.May(staff.Send) {
				page.AccountURL = web.OpsProposedPath(which.String())
			}
		}
		switch {
		case page.Bill:
			page.About = web.OpsContactPath(a.Command.Statement.String())
		case a.Command.Kind == approval.PostJournal:
			page.Manual = opsDraftOf(a.Command.Draft())
			if a.State == approval.Approved {
				page.Entry, page.About = true, web.OpsJournalOf(a.Command.Reference)
			}
		case a.Command.Kind == approval.ReverseJournal:
			page.Entry, page.About, page.Note = true, web.OpsEntryPath(a.Command.Journal.String(), ""), a.Command.Note
		case a.Command.Kind == approval.ReturnReceipt || a.Command.Kind == approval.NamePayee:
			page.About = web.OpsReceiptPath(a.Command.Receipt.String(), "")
		}
		return err
	})
	if fault.Is(err, approval.NoRequest) {
		return NoPage.New()
	}
	if err != nil {
		return err
	}
	return v.show(page)
}

func moves(e approval.Effect) []web.OpsMove {
	out := make([]web.OpsMove, len(e))
	for i, m := range e {
		out[i] = opsMove(m.Account, m.Amount)
	}
	return out
}

func opsMove(account ledger.Account, amount money.Yen) web.OpsMove {
	return web.OpsMove{Account: web.OpsAccountKey(string(account)), Amount: amount}
}

func (s *Site) opsApprove(v *visit) error {
	return v.decideRequest(s.Approvals.Approve, web.SaidOpsApproved)
}

func (s *Site) opsRefuse(v *visit) error {
	return v.decideRequest(s.Approvals.Refuse, web.SaidOpsRefused)
}

// decideRequest carries out a decision about a request and shows where it stands.
func (v *visit) decideRequest(act func(*db.Tx, staff.Person, id.Approval) (approval.Approval, error), said web.Said) error {
	which, err := v.requestOf()
	if err != nil {
		return err
	}
	err = v.write(func(tx *db.Tx) error {
		_, err := act(tx, v.session.Person, which)
		return err
	})
	if err != nil {
		return err
	}
	v.say(said)
	return v.to(web.OpsApprovalPath(which.String(), ""))
}
