package memory

import (
	"bytes"
	"fmt"
	"slices"

	"tsuke/internal/db"
)

// lineKey, and the other keys that are not a bucket and an id.
type (
	lineKey struct {
		bucket int64
		entry  ID
		number int64
	}
	turnKey struct {
		subject ID
		turn    int64
	}
	feedKey struct {
		merchant ID
		last     int64
	}
	changeKey struct {
		member  ID
		at      int64
		channel string
	}
	monthKey struct {
		bucket int64
		month  string
	}
	refKey struct {
		bucket int64
		reason string
		ref    ID
	}
	textKey struct {
		bucket int64
		text   string
	}
	billKey struct {
		member ID
		month  string
	}
	chargeKey struct {
		statement ID
		day, kind string
	}
	planKey struct {
		statement ID
		number    int64
	}
	partKey struct {
		statement    ID
		number, part int64
	}
	termKey   struct{ name, scope, from string }
	numberKey struct {
		bucket int64
		number string
	}
)

// Tables are all rows.
type Tables struct {
	Answers  Table[Key, Answered]
	Entries  Table[Key, Entry]
	Lines    Table[lineKey, Line]
	Events   Table[turnKey, Event]
	Log      Table[int64, Page]
	Feed     Table[feedKey, FeedPage]
	Cursors  Table[string, Cursor]
	Accounts Table[Key, Account]
	Limits   Table[changeKey, LimitChange]
	Fences   Table[int64, Fence]
	Orders   Table[Key, Order]
	Payments Table[Key, Payment]
	Captures Table[Key, Capture]
	Refunds  Table[Key, Refund]
	Sessions Table[Key, Session]
	Closes   Table[monthKey, Close]
	Bills    Table[Key, Statement]
	Slips    Table[Key, Slip]
	Credits  Table[Key, BillCredit]
	Files    Table[Key, File]
	Receipts Table[Key, Receipt]
	Told     Table[Key, ReceiptLine]
	Charges  Table[Key, Charge]
	Outages  Table[string, Outage]
	Promises Table[Key, Promise]
	Terms    Table[termKey, Term]

	DebitRuns    Table[string, DebitRun]
	DebitItems   Table[numberKey, DebitItem]
	Payers       Table[Key, Payer]
	BankAccounts Table[Key, BankAccount]
	Decisions    Table[Key, Decision]
	Origins      Table[Key, Origin]
	LineCloses   Table[Key, LineClose]
	WriteOffs    Table[Key, WriteOff]
	Waivers      Table[Key, LateWaiver]
	Plans        Table[planKey, Plan]
	PlanParts    Table[partKey, PlanPart]

	payoutTables
	wayTables
	Disputes Table[Key, Dispute]

	Outbox []Waiting // sorted by turn, bucket, id
	Relay  int64     // the row of event_relay

	// Indexes.
	timelines  map[ID][]*Event // by subject, by turn
	byRef      map[refKey]ID   // entries
	byEntry    map[ID][]*Line
	open       map[ID]*Payment // authorized or confirmed
	ofPayment  map[ID][]*Capture
	backOf     map[ID][]*Refund
	feeds      map[ID][]*FeedPage // by merchant
	byMonth    map[billKey]ID
	byNumber   map[textKey]*Slip
	openSlip   map[ID]*Slip
	byHash     map[textKey]*File
	byTill     map[ID]*Receipt
	receiptsOf map[ID][]*Receipt // of a statement
	closesOf   map[int64][]*Close
	captured   months           // of captures
	refunded   months           // of refunds
	chargesOf  map[ID][]*Charge // of a statement, in the order in which they were made
	charged    map[chargeKey]bool
	itemOf     map[ID][]*DebitItem // of a statement

	writeOffsOf map[ID][]*WriteOff // of a statement, in the order in which they were decided
	byCapture   map[ID]ID          // invoices
}

func table[K comparable, R any](s *Store, name string, keyOf func(*R) K) Table[K, R] {
	return Table[K, R]{Name: name, at: map[K]int{}, keyOf: keyOf, store: s}
}

// build makes empty tables with their constraints and indexes.
func (t *Tables) build(s *Store) {
	t.buildMachinery(s)
	t.buildCheckout(s)
	t.buildBilling(s)
	t.buildCollection(s)
	t.buildDebit(s)
	t.buildSuspense(s)
	t.buildGivenUp(s)
	t.buildPlans(s)
	t.buildPayouts(s)
	t.buildWays(s)
	t.buildInvoices(s)
}

func (t *Tables) buildMachinery(s *Store) {
	t.Answers = table(s, "idempotency", func(r *Answered) Key { return Key{r.Bucket, r.Key} })
	t.Answers.check = func(r *Answered) bool { return r.Operation != "" }
	t.byRef = map[refKey]ID{}
	t.Entries = table(s, "entry", func(r *Entry) Key { return Key{r.Bucket, r.ID} })
	t.Entries.moved = func(old, r *Entry) {
		if r == nil {
			delete(t.byRef, refKey{old.Bucket, old.Reason, old.Ref})
			return
		}
		t.byRef[refKey{r.Bucket, r.Reason, r.Ref}] = r.ID
	}
	t.byEntry = map[ID][]*Line{}
	t.Lines = table(s, "line", func(r *Line) lineKey { return lineKey{r.Bucket, r.Entry, r.Number} })
	t.Lines.check = func(r *Line) bool { return r.Amount != 0 }
	t.Lines.moved = func(old, r *Line) { listed(t.byEntry, old, r, func(r *Line) ID { return r.Entry }) }
	t.timelines = map[ID][]*Event{}
	t.Events = table(s, "event", func(r *Event) turnKey { return turnKey{r.Subject, r.Turn} })
	t.Events.check = func(r *Event) bool { return r.Kind != "" && r.Actor != "" }
	t.Events.moved = func(old, r *Event) { listed(t.timelines, old, r, func(r *Event) ID { return r.Subject }) }
	t.Log = table(s, "event_log", func(r *Page) int64 { return r.Last })
	t.Log.check = func(r *Page) bool { return r.Last > 0 }
	t.feeds = map[ID][]*FeedPage{}
	t.Feed = table(s, "merchant_event", func(r *FeedPage) feedKey { return feedKey{r.Merchant, r.Last} })
	t.Feed.check = func(r *FeedPage) bool { return r.Last > 0 }
	t.Feed.moved = func(old, r *FeedPage) { listed(t.feeds, old, r, func(r *FeedPage) ID { return r.Merchant }) }
	t.Cursors = table(s, "event_cursor", func(r *Cursor) string { return r.Reader })
	t.Cursors.check = func(r *Cursor) bool { return r.Reader != "" }
	t.Accounts = table(s, "credit", func(r *Account) Key { return Key{r.Bucket, r.Member} })
	t.Accounts.check = func(r *Account) bool {
		return r.LimitOnline >= 0 && r.LimitStore >= 0 && r.Held >= 0 && r.HeldStore >= 0 && r.Held+r.Unpaid <= r.Ceiling
	}
	t.Limits = table(s, "limit_change", func(r *LimitChange) changeKey { return changeKey{r.Member, r.At, r.Channel} })
	t.Fences = table(s, "month_fence", func(r *Fence) int64 { return r.Bucket })
}

func (t *Tables) buildCheckout(s *Store) {
	t.Orders = table(s, "shop_order", func(r *Order) Key { return Key{r.Bucket, r.Hash} })
	t.Orders.check = func(r *Order) bool { return r.Payment != ID{} || !r.Live }
	t.open = map[ID]*Payment{}
	t.Payments = table(s, "payment", func(r *Payment) Key { return Key{r.Bucket, r.ID} })
	t.Payments.check = func(r *Payment) bool {
		return r.Amount > 0 && r.Captured >= 0 && r.Released >= 0 && r.Refunded >= 0 &&
			r.Captured+r.Released <= r.Amount && r.Refunded <= r.Captured
	}
	t.Payments.moved = func(old, r *Payment) {
		if r != nil && (r.State == "authorized" || r.State == "confirmed") {
			t.open[r.ID] = r
		} else if r != nil {
			delete(t.open, r.ID)
		} else {
			delete(t.open, old.ID)
		}
	}
	t.ofPayment = map[ID][]*Capture{}
	t.Captures = table(s, "capture", func(r *Capture) Key { return Key{r.Bucket, r.ID} })
	t.Captures.check = func(r *Capture) bool { return r.Amount > 0 }
	t.captured, t.refunded = months{}, months{}
	t.Captures.moved = func(old, r *Capture) {
		relisted(t.ofPayment, old, r, func(r *Capture) ID { return r.Payment })
		if old != nil {
			t.captured.count(old.Bucket, old.BillMonth, -1)
		}
		if r != nil {
			t.captured.count(r.Bucket, r.BillMonth, 1)
		}
	}
	t.backOf = map[ID][]*Refund{}
	t.Refunds = table(s, "refund", func(r *Refund) Key { return Key{r.Bucket, r.ID} })
	t.Refunds.check = func(r *Refund) bool { return r.Amount > 0 }
	t.Refunds.moved = func(old, r *Refund) {
		relisted(t.backOf, old, r, func(r *Refund) ID { return r.Payment })
		if old != nil {
			t.refunded.count(old.Bucket, old.BillMonth, -1)
		}
		if r != nil {
			t.refunded.count(r.Bucket, r.BillMonth, 1)
		}
	}
	t.Sessions = table(s, "checkout_session", func(r *Session) Key { return Key{r.Bucket, r.ID} })
	t.Sessions.check = func(r *Session) bool { return r.Amount > 0 }
}

func (t *Tables) buildBilling(s *Store) {
	t.closesOf = map[int64][]*Close{}
	t.Closes = table(s, "month_close", func(r *Close) monthKey { return monthKey{r.Bucket, r.Month} })
	t.Closes.check = func(r *Close) bool { return r.Statements >= 0 && r.Total >= 0 }
	t.Closes.moved = func(old, r *Close) {
		if r == nil {
			all := t.closesOf[old.Bucket]
			t.closesOf[old.Bucket] = all[:len(all)-1]
			return
		}
		t.closesOf[r.Bucket] = append(t.closesOf[r.Bucket], r)
	}
	t.byMonth = map[billKey]ID{}
	t.Bills = table(s, "statement", func(r *Statement) Key { return Key{r.Bucket, r.ID} })
	t.Bills.check = billable
	t.Bills.clash, t.Bills.moved = t.billed, t.billMoved
	t.byNumber, t.openSlip = map[textKey]*Slip{}, map[ID]*Slip{}
	t.Slips = table(s, "slip", func(r *Slip) Key { return Key{r.Bucket, r.ID} })
	t.Slips.check = func(r *Slip) bool { return r.Reissue >= 0 && r.Amount > 0 && oneOf(r.State, "open", "closed") }
	t.Slips.clash = func(r *Slip) bool {
		return t.byNumber[textKey{r.Bucket, r.Number}] != nil || (r.State == "open" && t.openSlip[r.Statement] != nil)
	}
	t.Slips.moved = t.slipMoved
	t.Credits = table(s, "bill_credit", func(r *BillCredit) Key { return Key{r.Bucket, r.Source} })
	t.Credits.check = func(r *BillCredit) bool {
		return r.Amount > 0 && oneOf(r.Reason, "surplus", "carried") && oneOf(r.State, "open", "used", "withdrawn") &&
			(r.State == "used") == (r.UsedIn != ID{})
	}
	t.byHash = map[textKey]*File{}
	t.Files = table(s, "receipt_file", func(r *File) Key { return Key{r.Bucket, r.ID} })
	t.Files.check = func(r *File) bool { return oneOf(r.State, "open", "done") }
	t.Files.moved = func(old, r *File) {
		if r == nil {
			delete(t.byHash, textKey{old.Bucket, old.Hash})
			return
		}
		t.byHash[textKey{r.Bucket, r.Hash}] = r
	}
	t.byTill, t.receiptsOf = map[ID]*Receipt{}, map[ID][]*Receipt{}
	t.Receipts = table(s, "receipt", func(r *Receipt) Key { return Key{r.Bucket, r.ID} })
	t.Receipts.check = receivable
	t.Receipts.moved = func(old, r *Receipt) {
		if r == nil {
			delete(t.byTill, old.TillKey)
			t.receiptsOf[old.Statement] = slices.DeleteFunc(t.receiptsOf[old.Statement], func(have *Receipt) bool { return have.ID == old.ID })
			return
		}
		if old == nil {
			t.receiptsOf[r.Statement] = append(t.receiptsOf[r.Statement], r)
		} else if i := slices.Index(t.receiptsOf[r.Statement], old); i >= 0 {
			t.receiptsOf[r.Statement][i] = r
		}
		t.byTill[r.TillKey] = r
	}
	t.Told = table(s, "receipt_line", func(r *ReceiptLine) Key { return Key{r.Bucket, r.LineKey} })
	t.Told.check = func(r *ReceiptLine) bool {
		return oneOf(r.Result, "applied", "surplus", "suspense", "superseded") && (r.Result != "suspense" || r.Reason != "")
	}
}

func (t *Tables) buildCollection(s *Store) {
	t.chargesOf, t.charged = map[ID][]*Charge{}, map[chargeKey]bool{}
	t.Charges = table(s, "late_charge", func(r *Charge) Key { return Key{r.Bucket, r.ID} })
	t.Charges.check = func(r *Charge) bool {
		return oneOf(r.Kind, "fee", "damages", "fallback") && oneOf(r.State, "charged", "waived") && r.Amount >= 0 && r.FullAmount >= r.Amount &&
			r.YenDays >= 0 && r.Rate >= 0 && (r.State == "waived") == (r.Reason != "")
	}
	t.Charges.clash = func(r *Charge) bool { return t.charged[chargeKey{r.Statement, r.Day, r.Kind}] }
	t.Charges.moved = func(old, r *Charge) {
		switch {
		case r == nil:
			delete(t.charged, chargeKey{old.Statement, old.Day, old.Kind})
			all := t.chargesOf[old.Statement]
			t.chargesOf[old.Statement] = all[:len(all)-1]
		case old == nil:
			t.charged[chargeKey{r.Statement, r.Day, r.Kind}] = true
			t.chargesOf[r.Statement] = append(t.chargesOf[r.Statement], r)
		default:
			all := t.chargesOf[r.Statement]
			all[slices.Index(all, old)] = r
		}
	}
	t.Outages = table(s, "collection_outage", func(r *Outage) string { return r.From })
	t.Outages.check = func(r *Outage) bool { return r.EnteredBy != "" && r.To >= r.From }
	t.Promises = table(s, "promise", func(r *Promise) Key { return Key{r.Bucket, r.Member} })
	t.Promises.check = func(r *Promise) bool { return r.Amount > 0 }
	t.Terms = table(s, "term", func(r *Term) termKey { return termKey{r.Name, r.Scope, r.From} })
	t.Terms.check = func(r *Term) bool { return r.Name != "" && r.SetBy != "" }
}

func (t *Tables) buildDebit(s *Store) {
	t.DebitRuns = table(s, "debit_run", func(r *DebitRun) string { return r.Day })
	t.DebitRuns.check = func(r *DebitRun) bool {
		return oneOf(r.State, "gathered", "asked", "answered") && r.Bills >= 0 && r.Total >= 0 &&
			(r.State == "gathered") == (r.Request == nil) && (r.State == "answered") == (r.Answer != nil)
	}
	t.itemOf = map[ID][]*DebitItem{}
	t.DebitItems = table(s, "debit_item", func(r *DebitItem) numberKey { return numberKey{r.Bucket, r.Number} })
	t.DebitItems.check = func(r *DebitItem) bool {
		return r.Amount > 0 && oneOf(r.State, "asked", "debited", "refused") && (r.State == "asked") == (r.Code == "") &&
			(r.State == "debited") == (r.Receipt != ID{})
	}
	t.DebitItems.clash = func(r *DebitItem) bool {
		return slices.ContainsFunc(t.itemOf[r.Statement], func(have *DebitItem) bool { return have.Day == r.Day })
	}
	t.DebitItems.moved = func(old, r *DebitItem) {
		switch {
		case r == nil:
			all := t.itemOf[old.Statement]
			t.itemOf[old.Statement] = all[:len(all)-1]
		case old == nil:
			t.itemOf[r.Statement] = append(t.itemOf[r.Statement], r)
		default:
			all := t.itemOf[r.Statement]
			all[slices.Index(all, old)] = r
		}
	}
	t.Payers = table(s, "member", func(r *Payer) Key { return Key{r.Bucket, r.ID} })
	t.BankAccounts = table(s, "bank_account", func(r *BankAccount) Key { return Key{r.Bucket, r.Member} })
	t.BankAccounts.check = func(r *BankAccount) bool {
		return len(r.Bank) == 4 && len(r.Branch) == 3 && (r.Type == 1 || r.Type == 2)
	}
}

func (t *Tables) buildSuspense(s *Store) {
	t.Decisions = table(s, "receipt_decision", func(r *Decision) Key { return Key{r.Bucket, r.Receipt} })
	t.Decisions.check = func(r *Decision) bool {
		matched, returned := r.Act == "matched", r.Act == "returned"
		return (matched || returned) && r.By != "" && matched == (r.Carried != ID{}) && matched == (r.Statement != ID{}) &&
			matched == (r.Member != ID{}) && returned == (r.Way != "") && returned == (r.Second != "") && r.Second != r.By &&
			(returned || r.PaidDay == "") && (r.PaidDay != "") == (r.PaidBy != "")
	}
	t.Origins = table(s, "receipt_origin", func(r *Origin) Key { return Key{r.Bucket, r.Receipt} })
	t.LineCloses = table(s, "receipt_line_close", func(r *LineClose) Key { return Key{r.Bucket, r.LineKey} })
	t.LineCloses.check = func(r *LineClose) bool { return r.Note != "" && r.ClosedBy != "" }
}

func (t *Tables) slipMoved(old, r *Slip) {
	if old != nil {
		delete(t.byNumber, textKey{old.Bucket, old.Number})
		if old.State == "open" {
			delete(t.openSlip, old.Statement)
		}
	}
	if r != nil {
		t.byNumber[textKey{r.Bucket, r.Number}] = r
		if r.State == "open" {
			t.openSlip[r.Statement] = r
		}
	}
}

// billable are the CHECKs of a statement.
func billable(r *Statement) bool {
	return r.Purchases >= 0 && r.Refunds >= 0 && r.Credits >= 0 && r.Fee >= 0 && r.Total >= 0 && r.Carried >= 0 && r.Way != "" &&
		oneOf(r.State, "issued", "confirming", "paid") && r.Total == r.Purchases-r.Refunds-r.Credits+r.Fee+r.Lates+r.Carried &&
		(r.Carried == 0 || r.Total == 0) && (r.Total > 0 || (r.Fee == 0 && r.State == "paid")) &&
		(!r.PastDue || r.State == "issued") && r.Lates >= 0 && r.Late >= 0 && r.Moved >= 0 && r.Certain >= 0 &&
		(r.Total > 0 || r.Lates+r.Late == 0) && r.Certain <= r.Received && r.Received <= r.Total+r.Late-r.Moved &&
		(r.State == "issued") == (r.Received < r.Total) && (r.State == "paid") == (r.Certain >= r.Total) &&
		(r.Moved == 0 || r.Received >= r.Total) && (!r.WrittenOff || !r.PastDue)
}

// receivable are the CHECKs of a receipt.
func receivable(r *Receipt) bool {
	return oneOf(r.State, "prompt", "confirmed", "cancelled", "moved", "returned") && oneOf(r.Use, "matched", "surplus", "suspense") &&
		r.Amount > 0 && r.Principal >= 0 && r.Fee >= 0 && r.Late >= 0 && r.Surplus >= 0 &&
		(r.Use == "suspense" || (r.Statement != ID{} && r.Member != ID{} &&
			(r.State == "cancelled" || r.Principal+r.Fee+r.Late+r.Surplus == r.Amount))) &&
		(r.State == "cancelled" || (r.Use == "surplus") == (r.Surplus == r.Amount)) &&
		(r.Use == "suspense" || !oneOf(r.State, "moved", "returned"))
}

// listed keeps an index of rows that are inserted and never updated.
func listed[R any](index map[ID][]*R, old, r *R, of func(*R) ID) {
	if r == nil {
		all := index[of(old)]
		index[of(old)] = all[:len(all)-1]
		return
	}
	index[of(r)] = append(index[of(r)], r)
}

// Timeline is what happened to a subject, in the order of turns.
func (t *Tables) Timeline(subject ID) []*Event {
	all := t.timelines[subject]
	byTurn := func(a, b *Event) int { return int(max(-1, min(1, a.Turn-b.Turn))) }
	if slices.IsSortedFunc(all, byTurn) {
		return all
	}
	return slices.SortedFunc(slices.Values(all), byTurn) // a copy: the index is undone in the order of the inserts
}

// Event is a subject's fact of a turn.
func (t *Tables) Event(subject ID, turn int64) *Event { return t.Events.Find(turnKey{subject, turn}) }

// NextDue is the earliest due instant of what is authorized or confirmed, in microseconds; 0 if there is nothing.
func (t *Tables) NextDue() int64 {
	var due int64
	for _, p := range t.open {
		if due == 0 || p.Due < due {
			due = p.Due
		}
	}
	return due
}

// Bill is a member's statement for a month, nil if there is none.
func (t *Tables) Bill(bucket int64, member ID, month string) *Statement {
	return t.Bills.Find(Key{bucket, t.byMonth[billKey{member, month}]})
}

// LinesOf are the lines of an entry.
func (t *Tables) LinesOf(entry ID) []*Line { return t.byEntry[entry] }

// EntryOf is the entry of a reason and what it is about.
func (t *Tables) EntryOf(bucket int64, reason string, ref ID) (ID, bool) {
	e, ok := t.byRef[refKey{bucket, reason, ref}]
	return e, ok
}

// ReceiptsOf are the receipts of a statement, in no order.
func (t *Tables) ReceiptsOf(statement ID) []*Receipt { return t.receiptsOf[statement] }

// ChargesOf are the late charges of a statement, as they were made. They belong to the index.
func (t *Tables) ChargesOf(statement ID) []*Charge { return t.chargesOf[statement] }

// DebitItem is the bill of a run that has a number, nil if there is none.
func (t *Tables) DebitItem(bucket int64, number string) *DebitItem {
	return t.DebitItems.Find(numberKey{bucket, number})
}

// ItemsOf are the debits of a statement. They belong to the index.
func (t *Tables) ItemsOf(statement ID) []*DebitItem { return t.itemOf[statement] }

// CapturesOf are the captures of a payment.
func (t *Tables) CapturesOf(payment ID) []*Capture { return t.ofPayment[payment] }

// RefundsOf are the refunds of a payment.
func (t *Tables) RefundsOf(payment ID) []*Refund { return t.backOf[payment] }

func compareWaiting(a, b Waiting) int {
	switch {
	case a.Turn != b.Turn:
		return int(max(-1, min(1, a.Turn-b.Turn)))
	case a.Bucket != b.Bucket:
		return int(a.Bucket - b.Bucket)
	}
	return bytes.Compare(a.ID[:], b.ID[:])
}

// addWaiting puts a fact into the outbox.
func (s *Store) addWaiting(w Waiting) error {
	i, found := slices.BinarySearchFunc(s.Outbox, w, compareWaiting)
	if found {
		return fmt.Errorf("%w (event_outbox)", db.ErrUnique)
	}
	s.Outbox = slices.Insert(s.Outbox, i, w)
	s.log = append(s.log, func() { s.takeWaiting(w) })
	return nil
}

func (s *Store) takeWaiting(w Waiting) (Waiting, bool) {
	i, found := slices.BinarySearchFunc(s.Outbox, w, compareWaiting)
	if !found {
		return w, false
	}
	w = s.Outbox[i]
	s.Outbox = slices.Delete(s.Outbox, i, i+1)
	return w, true
}

// removeWaiting takes a fact out of the outbox.
func (s *Store) removeWaiting(w Waiting) bool {
	w, found := s.takeWaiting(w)
	if found {
		s.log = append(s.log, func() {
			i, _ := slices.BinarySearchFunc(s.Outbox, w, compareWaiting)
			s.Outbox = slices.Insert(s.Outbox, i, w)
		})
	}
	return found
}
