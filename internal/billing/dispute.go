package billing

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"slices"
	"time"

	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/mask"
	"tsuke/internal/money"
)

// linkBytes is a link's token: two bytes that name the bucket of the invoice, and 256 bits of chance.
const linkBytes = 2 + 32

// NewLink makes a secret address of an invoice: whoever has it can look at the invoice and pay it, without an account. Only a
// hash of it is stored, so each letter carries one of its own (rule I08).
func NewLink(tx *db.Tx, st Statement) (mask.Secret, error) {
	var b [linkBytes]byte
	binary.BigEndian.PutUint16(b[:], uint16(st.ID.Bucket()))
	tx.Chance(b[2:])
	hash := sha256.Sum256(b[:])
	return mask.Secret(base64.RawURLEncoding.EncodeToString(b[:])), insertLink(tx, st, hash[:])
}

// FollowLink answers whose invoice a secret address leads to, and which. It gives NoInvoice for what is no such address.
func FollowLink(tx *db.Tx, token mask.Secret) (id.Member, id.Statement, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(token.Reveal())
	if err != nil || len(b) != linkBytes || int(binary.BigEndian.Uint16(b)) >= id.Buckets {
		return id.Member{}, id.Statement{}, NoInvoice.New()
	}
	hash := sha256.Sum256(b)
	return selectLink(tx, int(binary.BigEndian.Uint16(b)), hash[:])
}

// DisputeReason is why somebody says that an invoice is not theirs to pay.
type DisputeReason string

// The reasons.
const (
	NotBought   DisputeReason = "not_bought"   // nothing was ordered there
	WrongPerson DisputeReason = "wrong_person" // nobody of that name has this number, mail address or home
	NotReceived DisputeReason = "not_received" // the goods have not come
	GoodsBack   DisputeReason = "returned"     // the goods were sent back or cancelled
	WrongAmount DisputeReason = "wrong_amount" // something else was agreed
)

// DisputeReasons lists them in the order in which pages offer them.
func DisputeReasons() []DisputeReason {
	return []DisputeReason{NotBought, WrongPerson, NotReceived, GoodsBack, WrongAmount}
}

// DisputeState is what became of it.
type DisputeState string

// The states.
const (
	DisputeOpen     DisputeState = "open"     // a person looks; nothing is asked for
	DisputeUpheld   DisputeState = "upheld"   // the invoice is not theirs to pay
	DisputeRejected DisputeState = "rejected" // it is; collection went on on the day of the decision
)

// Who bears the loss of an invoice that was not its payer's (rule I10).
const (
	AgainstMerchant = "merchant" // the shop gives the money back
	AgainstUs       = "us"       // it is written off
)

// Dispute is "this bill is not mine", said about an invoice.
type Dispute struct {
	Statement id.Statement
	Member    id.Member
	Reason    DisputeReason
	State     DisputeState
	Against   string // AgainstMerchant or AgainstUs if it was upheld
	Opened    time.Time
	Decided   time.Time // zero while it is open
	By        string    // who decided
}

// FindDispute answers what was said about an invoice. It is false if nothing was.
func FindDispute(tx *db.Tx, st id.Statement) (Dispute, bool, error) { return selectDispute(tx, st) }

// ListDisputes lists what waits for a person, the longest waiting first, at most limit.
func ListDisputes(tx *db.Tx, limit int) ([]Dispute, error) { return selectDisputes(tx, limit) }

// Dispute takes down that an invoice is not its payer's. From this moment nothing is asked for: nobody is reminded, nothing is
// past due or charged, and the account may buy again (rule I09). Saying it again answers what stands, also after it was
// decided. The faults are DisputeReasonUnknown, NoInvoice, and those of an invoice that is paid.
func (b *Billing) Dispute(tx *db.Tx, member id.Member, statement id.Statement, reason DisputeReason) (Dispute, error) {
	account, st, err := lockInvoice(tx, member, statement)
	if err != nil {
		return Dispute{}, err
	}
	if known, found, err := selectDispute(tx, statement); err != nil || found {
		return known, err
	}
	if !slices.Contains(DisputeReasons(), reason) {
		return Dispute{}, DisputeReasonUnknown.In("reason")
	}
	if refused := payable(st); refused != nil {
		return Dispute{}, refused
	}
	d := Dispute{Statement: statement, Member: member, Reason: reason, State: DisputeOpen, Opened: tx.Now()}
	if err := insertDispute(tx, d); err != nil {
		return Dispute{}, err
	}
	st.Awaited, st.PastDue = true, false
	if err := updateFrozen(tx, st); err != nil {
		return Dispute{}, err
	}
	if err := event.Append(tx, st.fact("statement.disputed", fault.Member, "payer", map[string]any{"reason": reason})); err != nil {
		return Dispute{}, err
	}
	if b.Follow != nil { // a plan to pay it in parts asks for it, too
		if err := b.Follow(tx, st); err != nil {
			return Dispute{}, err
		}
	}
	return d, liftIfClear(tx, member, account)
}

// lockInvoice locks an account and its invoice.
func lockInvoice(tx *db.Tx, member id.Member, statement id.Statement) (*credit.Account, Statement, error) {
	accounts, err := credit.Lock(tx, member)
	if err != nil {
		return nil, Statement{}, err
	}
	st, err := lockOfMember(tx, member, statement)
	if err == nil && !st.ByInvoice() {
		err = NoInvoice.New()
	}
	return accounts[member], st, err
}

// undecided answers an open dispute, or one that was decided in the same way before; otherwise DisputeDecided.
func undecided(tx *db.Tx, statement id.Statement, state DisputeState, against string) (d Dispute, again bool, err error) {
	d, found, err := selectDispute(tx, statement)
	switch {
	case err != nil:
		return d, false, err
	case !found:
		return d, false, NoDispute.New().About(statement.String())
	case d.State == DisputeOpen:
		return d, false, nil
	case d.State == state && d.Against == against:
		return d, true, nil
	}
	return d, false, DisputeDecided.New().With("state", string(d.State)).With("by", d.By).About(statement.String())
}

// RejectDispute decides that an invoice is its payer's to pay. It goes on from that day: it is due later by as many days as
// nothing was asked for, so that these count for no fee and no damages (rule I10). The same again answers what stands.
func (b *Billing) RejectDispute(tx *db.Tx, statement id.Statement, by string) (Statement, error) {
	st, err := FindInvoice(tx, statement)
	if err != nil {
		return Statement{}, err
	}
	if _, st, err = lockInvoice(tx, st.Member, statement); err != nil {
		return Statement{}, err
	}
	d, again, err := undecided(tx, statement, DisputeRejected, "")
	if err != nil || again {
		return st, err
	}
	d.State, d.Decided, d.By = DisputeRejected, tx.Now(), by
	if err := updateDispute(tx, d); err != nil {
		return Statement{}, err
	}
	st.Awaited, st.Due = false, st.Due.Add(d.Lay())
	if err := updateFrozen(tx, st); err != nil {
		return Statement{}, err
	}
	return st, event.Append(tx, st.fact("statement.dispute_rejected", fault.Us, by, map[string]any{"owed": st.Owed()}))
}

// Lay is for how many days nothing was asked for, once it is decided: from the one after the invoice was disputed to that of the
// decision. By so many the invoice is due later (rule I10).
func (d Dispute) Lay() int {
	if d.Decided.IsZero() {
		return 0
	}
	return max(jst.DayOf(d.Decided).Sub(jst.DayOf(d.Opened)), 0) // clocks are set back
}

// disputeOf is what was said about a statement if it is an invoice; zero if nothing was.
func disputeOf(tx *db.Tx, st Statement) (Dispute, error) {
	if !st.ByInvoice() {
		return Dispute{}, nil
	}
	d, _, err := selectDispute(tx, st.ID)
	return d, err
}

// UpholdDispute decides that an invoice is not its payer's to pay: what was bought goes back against the shop, or is written off
// by us, and the fee and what it was charged for being late are not asked for (rule I10). What somebody had paid of it stands
// to their credit, the fee and late charges included. What earlier bills left of their late charges stays to be paid, later by as
// many days as nothing was asked for. The same again answers what stands.
func (b *Billing) UpholdDispute(tx *db.Tx, statement id.Statement, against, by string) (Statement, error) {
	if against != AgainstMerchant && against != AgainstUs {
		return Statement{}, AgainstUnknown.In("against")
	}
	st, err := FindInvoice(tx, statement)
	if err != nil {
		return Statement{}, err
	}
	if _, err := credit.Lock(tx, st.Member); err != nil { // orders and payments come before statements
		return Statement{}, err
	}
	d, again, err := undecided(tx, statement, DisputeUpheld, against)
	if err != nil || again {
		return st, err
	}
	if st, err = relock(tx, st); err != nil {
		return st, err
	}
	d.State, d.Against, d.Decided, d.By = DisputeUpheld, against, tx.Now(), by
	if err := updateDispute(tx, d); err != nil { // before its purchase goes back: by it the refund finds this invoice
		return Statement{}, err
	}
	if st, err = b.clear(tx, st, against, by); err != nil {
		return Statement{}, err
	}
	st.Awaited, st.Due = false, st.Due.Add(d.Lay())
	if err := updateFrozen(tx, st); err != nil {
		return Statement{}, err
	}
	return st, event.Append(tx, st.fact("statement.dispute_upheld", fault.Us, by, map[string]any{"against": against}))
}

// clear brings a locked invoice to nothing.
func (b *Billing) clear(tx *db.Tx, st Statement, against, by string) (Statement, error) {
	l, err := leftOf(tx, st)
	if err != nil {
		return st, err
	}
	if st, err = b.waiveLate(tx, st); err != nil {
		return st, err
	}
	if st, err = b.waiveFee(tx, st, l, l.fee); err != nil {
		return st, err
	}
	switch {
	case l.purchase == 0: // the shop has given all of it back meanwhile
	case against == AgainstMerchant:
		err = b.Return(tx, l.of.Payment, l.purchase, by)
	default:
		err = b.writeOff(tx, st, l.purchase)
	}
	if err != nil {
		return st, err
	}
	return relock(tx, st)
}

func (b *Billing) writeOff(tx *db.Tx, st Statement, amount money.Yen) error {
	r, err := b.allow(tx, st, WriteOffChain, amount, id.Hash("written off", st.ID.String()))
	if err != nil {
		return err
	}
	return r.postAllowance(tx, amount, ledger.Debit(ledger.BadDebt, nil, amount))
}

// waiveLate stops asking for what a locked invoice was charged for being late. What somebody has paid of that is over. It answers the
// invoice as it is then.
func (b *Billing) waiveLate(tx *db.Tx, st Statement) (Statement, error) {
	charges, err := selectCharges(tx, st.ID)
	if err != nil {
		return st, err
	}
	for _, c := range charges {
		if c.Waived != "" || st.Late-c.Amount < st.Moved {
			continue
		}
		if err := b.waive(tx, c, Goodwill); err != nil {
			return st, err
		}
		st.Late -= c.Amount
	}
	if st.Received <= st.capacity() {
		return st, updateFrozen(tx, st)
	}
	if err := b.refold(tx, st); err != nil {
		return st, err
	}
	return relock(tx, st)
}
