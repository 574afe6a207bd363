package billing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/keys"
	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/run"
	"tsuke/internal/vault"
)

// Bank transfers.
//
// A member can pay a bill by a transfer to our account, with the bill's reference in the payer's text. The bank's statement of that
// account is taken as a file ([Billing.TakeTransfers]): every line in it that brought money in is a receipt that is final at once, on its
// value day, and stands in the books at the bank itself. A reference whose check letter fits and that is a bill's makes it pay that
// bill (rule B36); otherwise it waits in suspense for a person, like any money that fits nothing (rule B16).
//
// Statements overlap, so a line is known by a key that is the same in whichever file it comes (rule B35), and lives in the key's
// bucket; its receipt lives in the bill's, or there too. A file has to hold every line that is known of the days which it
// spans: one that lacks some is cut, or its bank words its lines anew, and then the rest of its lines could be taken twice.
//
// What the bank wrote about who paid is personal. It is not kept of money that pays its bill. While money waits it is
// sealed under a key of its own, and gone with its row once the money is matched or was sent back (rule B37).
//
// Locks: those of the package, in its order. A line takes no lock of its own: who comes second finds it at the insert and runs again.

// Transfer is one amount that came into our account.
type Transfer struct {
	Number int    // of its line in the file
	Key    []byte // names the line in whichever file it comes
	Day    jst.Day
	Amount money.Yen
	Payer  mask.Name // in katakana, as package kana gives it; may hold the bill's reference
	Text   mask.Name // the bank's words, which may hold both
}

// bucket is where the line lives, and its receipt while it is in suspense.
func (l Transfer) bucket() int { return id.BucketOf("transfer", string(l.Key)) }

// words is all that may hold a reference.
func (l Transfer) words() string { return l.Payer.Reveal() + "\n" + l.Text.Reveal() }

// TransferFile is a bank's statement of our account, read.
type TransferFile struct {
	Hash    []byte // of its bytes: with the account, the file's identity
	Account string // which of our accounts
	Lines   []Transfer
}

// account names which of our accounts a file is of.
func (f TransferFile) account() []byte { return id.Hash("transfer_account", f.Account) }

// span is the first and last day of a file that has lines.
func (f TransferFile) span() (first, last jst.Day) {
	for _, l := range f.Lines {
		if first.IsZero() || l.Day.Before(first) {
			first = l.Day
		}
		if l.Day.After(last) {
			last = l.Day
		}
	}
	return first, last
}

// Lacking is a line that was taken before and that a file lacks, although it spans the line's day.
type Lacking struct {
	Line   LineRef // in the file that brought it
	Day    jst.Day
	Amount money.Yen
}

// Text says which it is.
func (l Lacking) Text() fault.Text {
	return fault.Text{
		JA: fmt.Sprintf("%s の %s円（%s で取り込み済み）がこのファイルにありません", l.Day, l.Amount, l.Line),
		EN: fmt.Sprintf("%s yen of %s, taken before as %s, are not in this file", l.Amount, l.Day, l.Line),
	}
}

// TransferChain stands where a receipt has the code of a chain of stores, when the money came by bank transfer.
const TransferChain = "transfer"

// The reasons for which a transfer waits for a person.
const (
	ReferenceMissing Reason = "reference_missing" // nothing in its text can be a reference
	ReferenceUnknown Reason = "reference_unknown" // no bill has the reference
	ReferenceSeveral Reason = "reference_several" // it can be more than one bill's
	PayerGone        Reason = "account_closed"    // the bill's member has no account any more
)

// TakeTransfers takes a file, each line in a transaction of its own: the same file again takes what failed and leaves the others as they
// are, and one that was taken to its end does nothing (rule B35). A file that lacks lines of its days, or has an amount or day
// that cannot be, is refused whole: TransferLacking with Report.Lacking, TransferLineWrong.
func (b *Billing) TakeTransfers(ctx context.Context, d *db.DB, f TransferFile) (Report, error) {
	var report Report
	err := d.Write(ctx, func(tx *db.Tx) (err error) {
		report, err = openTransfers(tx, f)
		return err
	})
	if err != nil {
		return report, err
	}
	if report.Repeated {
		return report, run.Durable(ctx, d) // who is told so throws the file away (rule X12)
	}
	report.Outcomes, report.Counts = make([]Outcome, len(f.Lines)), Counts{}
	var failed error
	for i, l := range f.Lines {
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			report.Outcomes[i], err = b.takeTransfer(tx, report.File, f.account(), l)
			return err
		})
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("billing: line %d of file %s: %w", l.Number, report.File, err))
			continue
		}
		report.Counts.add(report.Outcomes[i].Result)
	}
	if failed != nil {
		return report, failed
	}
	return report, d.Write(ctx, func(tx *db.Tx) error { return finishFile(tx, report.File, report.Counts) })
}

// openTransfers judges a file as a whole and registers it, or finds out that it was taken before.
func openTransfers(tx *db.Tx, f TransferFile) (Report, error) {
	today := jst.DayOf(tx.Now())
	keys := make(map[string]bool, len(f.Lines))
	for _, l := range f.Lines {
		if l.Amount <= 0 || !l.Amount.InRange() || l.Day.IsZero() || l.Day.After(today) || keys[string(l.Key)] {
			return Report{}, TransferLineWrong.New().With("line", fmt.Sprint(l.Number))
		}
		keys[string(l.Key)] = true
	}
	first, last := f.span()
	known, err := selectTransferLines(tx, f.account(), first, last)
	if err != nil {
		return Report{}, err
	}
	var report Report
	for _, k := range known {
		if !keys[string(k.key)] {
			report.Lacking = append(report.Lacking, k.Lacking)
		}
	}
	if len(report.Lacking) > 0 {
		return report, TransferLacking.New().With("count", fmt.Sprint(len(report.Lacking)))
	}
	hash := id.Hash("transfer_file", f.Account, string(f.Hash)) // two accounts can have the same bytes
	return openFile(tx, File{Hash: hash, Agent: byBank, Lines: make([]Line, len(f.Lines))})
}

// takeTransfer takes one line: all of it, or nothing.
func (b *Billing) takeTransfer(tx *db.Tx, file id.ReceiptFile, account []byte, l Transfer) (Outcome, error) {
	known, found, err := selectTransferLine(tx, l)
	if err != nil {
		return Outcome{}, err
	}
	if found {
		return known.again(file, Line{Number: l.Number}), nil
	}
	a, err := meetTransfer(tx, l)
	if err != nil {
		return Outcome{}, err
	}
	r, err := b.takeFinal(tx, a, byBank)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{Number: l.Number, Receipt: r.ID, Statement: r.Statement}
	out.Result, out.Reason = resultOf(r)
	if r.Use == Suspense {
		if err := b.keepPayer(tx, r, l); err != nil {
			return Outcome{}, err
		}
	}
	return out, insertTransferLine(tx, file, account, l, out)
}

// meetTransfer finds out which bill a transfer pays and locks it.
func meetTransfer(tx *db.Tx, l Transfer) (arrival, error) {
	a := arrival{bucket: l.bucket(), day: jst.DayOf(tx.Now()), fresh: true}
	references := ReferencesIn(l.words())
	bills, err := selectByReferences(tx, references)
	if err != nil {
		return arrival{}, err
	}
	switch {
	case len(references) == 0:
		a.odd = ReferenceMissing
	case len(bills) == 0:
		a.odd = ReferenceUnknown
	case len(bills) > 1:
		a.odd = ReferenceSeveral
	default:
		a.account, a.statement, err = lockForMoney(tx, bills[0].Member, bills[0].ID)
		if fault.Is(err, NoAccount) {
			a.odd, a.statement, err = PayerGone, Statement{}, nil
		}
	}
	if err != nil {
		return arrival{}, err
	}
	use := Suspense
	if a.odd == "" {
		a.bucket, use = a.statement.ID.Bucket(), Matched
	}
	a.receipt = Receipt{
		ID: id.In[id.ReceiptKind](tx, a.bucket), Statement: a.statement.ID, Member: a.statement.Member, State: Confirmed, Use: use, Reason: a.odd,
		Amount: l.Amount, PaidDay: l.Day, PaidTime: "0000", Chain: TransferChain, Created: tx.Now(), Changed: tx.Now(),
		tillKey: id.Hash("transfer", string(l.Key)),
	}
	return a, nil
}

// takeFinal takes money that is certain from the beginning.
func (b *Billing) takeFinal(tx *db.Tx, a arrival, by string) (Receipt, error) {
	if err := a.book(tx, Unheard, Confirmed); err != nil {
		return Receipt{}, err
	}
	if a.receipt.Use == Suspense {
		told := event.Fact{
			Kind: "receipt.suspended", Subject: event.Subject(a.receipt.ID), Side: fault.Member, Actor: by,
			Data: map[string]any{"reason": a.receipt.Reason, "amount": a.receipt.Amount, "kind": a.receipt.Chain, "receipt": a.receipt.ID},
		}
		if err := event.Append(tx, told); err != nil {
			return Receipt{}, err
		}
		return a.receipt, insertReceipt(tx, a.receipt)
	}
	after, err := b.settle(tx, a.account, a.statement, a.receipt, by)
	if err != nil {
		return Receipt{}, err
	}
	return after, insertReceipt(tx, after)
}

// Payer is what the bank wrote about who made a transfer.
type Payer struct {
	Name mask.Name
	Text mask.Name
}

// storedPayer is how it is sealed.
type storedPayer struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

const payerField = "payer"

// keepPayer keeps who paid for the person who has to find out whose the money is.
func (b *Billing) keepPayer(tx *db.Tx, r Receipt, l Transfer) error {
	s, wrapped, err := b.Vault.NewSubject(tx.Context(), r.ID.String())
	if err != nil {
		return err
	}
	text, err := json.Marshal(storedPayer{l.Payer.Reveal(), l.Text.Reveal()})
	if err != nil {
		return errors.New("billing: a payer cannot be written") // the cause could repeat the name
	}
	return insertPayer(tx, r.ID, wrapped, s.Seal(payerField, string(text)))
}

// payerOf opens who made a transfer. It is false where that is not kept.
func (b *Billing) payerOf(tx *db.Tx, receipt id.Receipt) (Payer, bool, error) {
	wrapped, sealed, found, err := selectPayer(tx, receipt)
	if err != nil || !found {
		return Payer{}, false, err
	}
	s, err := b.Vault.Subject(tx.Context(), receipt.String(), wrapped)
	if err != nil {
		return Payer{}, false, err
	}
	text, err := s.Open(payerField, sealed)
	if err != nil {
		return Payer{}, false, err
	}
	var p storedPayer
	if json.Unmarshal([]byte(text), &p) != nil {
		return Payer{}, false, errors.New("billing: a sealed payer has a shape this program does not know")
	}
	return Payer{mask.Name(p.Name), mask.Name(p.Text)}, true, nil
}

// ShowPayer opens who made a transfer, for the person who has to find out whose money it is. That it was looked at is a fact, with
// the number of who did (rule B37). The faults are NoReceipt, NoPayer (it is not kept, or no more) and WhoUnclear.
func (b *Billing) ShowPayer(tx *db.Tx, receipt id.Receipt, by string) (Payer, error) {
	if err := checkWho("by", by); err != nil {
		return Payer{}, err
	}
	r, err := lockReceiptByID(tx, receipt)
	if err != nil {
		return Payer{}, err
	}
	p, found, err := b.payerOf(tx, receipt)
	if err != nil {
		return Payer{}, err
	}
	if !found {
		return Payer{}, NoPayer.New().About(receipt.String())
	}
	return p, event.Append(tx, r.fact("receipt.payer_shown", by, map[string]any{"amount": r.Amount}))
}

// forgetPayer deletes who paid, once nobody has to find it out any more.
func (r Receipt) forgetPayer(tx *db.Tx) error {
	if r.Chain != TransferChain {
		return nil
	}
	return deletePayer(tx, r.ID)
}

// byReference suggests bills whose reference is in the payer's text, or is like something in it.
func byReference(tx *db.Tx, p Payer) ([]Suggestion, error) {
	words := Transfer{Payer: p.Name, Text: p.Text}.words()
	var alike []Suggestion
	for _, try := range []struct {
		references []id.Reference
		why        Likeness
	}{{ReferencesIn(words), SameReference}, {referencesLike(words), CloseReference}} {
		bills, err := selectByReferences(tx, try.references)
		if err != nil {
			return nil, err
		}
		for _, st := range bills {
			alike = append(alike, suggestionOf(st, try.why))
		}
	}
	return alike, nil
}

// byPayer suggests open bills of members with the payer's name.
func (b *Billing) byPayer(tx *db.Tx, p Payer) ([]Suggestion, error) {
	if b.Named == nil || p.Name == "" {
		return nil, nil
	}
	members, err := b.Named(tx, p.Name)
	if err != nil {
		return nil, err
	}
	bills, err := selectOpenOf(tx, members, suggestMax)
	var alike []Suggestion
	for _, st := range bills {
		alike = append(alike, suggestionOf(st, SamePayer))
	}
	return alike, err
}

// Keyed lists what this package keeps under keys of the vault: who made a transfer, while that is needed.
func (b *Billing) Keyed() []keys.Place {
	return []keys.Place{{
		Name: "transfer_payer.data_key", Part: vault.Wrapping, Count: countPayerKeys, Old: selectOldPayerKeys, Move: b.movePayerKey,
	}}
}

func (b *Billing) movePayerKey(tx *db.Tx, r keys.Row) (bool, error) {
	receipt := id.Receipt(r.Name)
	key, found, err := lockPayerKey(tx, receipt)
	if err != nil || !found {
		return false, err
	}
	wrapped, moved, err := b.Vault.Rewrap(tx.Context(), receipt.String(), key)
	if err != nil || !moved {
		return false, err
	}
	return true, updatePayerKey(tx, receipt, wrapped)
}
