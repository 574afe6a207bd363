package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/gateway/paper"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/member"
	"tsuke/internal/money"
)

// Sender is what stands on every postcard, and on copies of bills, about who sends it, beside [Contact]: the name, phone and hours are those that the
// pages tell.
type Sender struct {
	PostalCode   string   // seven digits
	Address      []string // one to four lines
	Registration string   // the number of an issuer of qualified invoices (登録番号); "" when there is none
	Agent        string   // who collects for the sender; "" prints no line
	Postage      []string // what stands where a stamp would; nil leaves the place to a stamp
}

// Postcards says which postcards are written, and where to.
type Postcards struct {
	Month   jst.Month // of the purchases
	PerFile int       // cards in one PDF at most; 0 means as many as package paper does
	Sender  Sender

	// Create opens a file of the batch by its name, each once, the list last; see [paper.Batch].
	Create func(name string) (io.WriteCloser, error)
	// Keep makes the files stay, under these names. They are told as written only after it.
	Keep func(names []string) error
}

// PostcardReport is what became of the bills.
type PostcardReport struct {
	Batch   string
	Cards   int
	Amount  money.Yen
	Files   []string // PDFs, then the list
	Refused []PostcardNote
	Replace []PostcardNote // printed, with 〓 in the place of a character: a person looks at the card before it is sent
}

// PostcardNote is what a person should know of a card. It holds nothing personal.
type PostcardNote struct {
	Reference string
	Reason    fault.Text
}

const (
	postcardsPage = 100 // bills that are read, or told as written, in one transaction
	billFactsMax  = 500 // facts of a bill that are looked through; a bill has a dozen
	factWritten   = "statement.postcard_written"
)

// WritePostcards writes the bills of a month that are paid with a postcard and are neither paid nor being confirmed, in
// bucket, id order (rule B30). A card that cannot be printed is told in the report and keeps no other from being printed. The
// time in the files is that from which the bills can be issued, so the same bills make the same bytes. Each bill is
// told as written once, however often it is written.
func (a *App) WritePostcards(ctx context.Context, p Postcards) (PostcardReport, error) {
	b := &postcards{app: a, Postcards: p, form: a.postcardForm(p), report: PostcardReport{Batch: p.Month.String()}, shops: map[id.Merchant]string{}}
	var err error
	if b.trial, err = paper.NewTrial(b.form); err != nil {
		return b.report, err
	}
	result, err := paper.Batch(b.form, paper.Job{Name: b.report.Batch, PerFile: p.PerFile}, b.cards(ctx), p.Create)
	if errors.Is(err, paper.ErrEmpty) {
		return b.report, p.Keep(nil)
	}
	if err != nil {
		return b.report, err
	}
	if b.report.Cards, b.report.Amount, err = result.Manifest.Total(); err != nil {
		return b.report, err
	}
	b.report.Files = filesOf(result.Manifest, b.report.Batch)
	if err := p.Keep(b.report.Files); err != nil {
		return b.report, err
	}
	return b.report, b.tellWritten(ctx)
}

func filesOf(m paper.Manifest, batch string) []string {
	var files []string
	for _, e := range m.Entries {
		if len(files) == 0 || files[len(files)-1] != e.File {
			files = append(files, e.File)
		}
	}
	return append(files, batch+".csv")
}

// postcardForm is what all cards of a month share, by the terms of the day on which its bills are issued.
func (a *App) postcardForm(p Postcards) paper.Form {
	return paper.Form{
		From:  a.sender(p.Sender),
		Agent: p.Sender.Agent, Postage: p.Sender.Postage, Back: postcardBack,
		Limit: billing.SlipMax.On(a.Terms.Current(), p.Month.Next().First()), Made: p.Month.End(),
	}
}

// sender is who sends bills, on cards and on copies to keep.
func (a *App) sender(s Sender) paper.Sender {
	c := a.Config.Contact
	return paper.Sender{
		Name: orDefault(c.Name, a.Config.Brand), PostalCode: s.PostalCode, Lines: s.Address, Phone: c.Phone, Hours: c.Hours,
		Registration: s.Registration,
	}
}

// postcardBack stands on the back of the slip, which the till keeps: what to do, and nothing of anybody.
var postcardBack = []string{
	"1. このはがきを開き、下の払込票を切り離さずに、お近くのコンビニエンスストアのレジへお持ちください。",
	"2. お支払い後、受領証をお受け取りください。お支払いの証明になりますので、大切に保管してください。",
	"3. 行き違いでお支払い済みのときは、このはがきではお支払いにならないでください。",
	"Take the opened card to the till of a convenience store. Keep the stamped receipt.",
}

// postcards is a batch in the making.
type postcards struct {
	Postcards

	app    *App
	form   paper.Form
	trial  *paper.Trial
	shops  map[id.Merchant]string
	report PostcardReport
	drawn  []postcardBill // the bills of the batch, in its order
}

// cards are the cards of the batch, those left out that cannot be printed.
func (b *postcards) cards(ctx context.Context) iter.Seq2[paper.Card, error] {
	return func(yield func(paper.Card, error) bool) {
		var after id.Statement
		for {
			found, last, err := b.read(ctx, after)
			if err != nil {
				yield(paper.Card{}, err)
				return
			}
			for _, c := range found {
				if !yield(c, nil) {
					return
				}
			}
			if last.IsZero() {
				return
			}
			after = last
		}
	}
}

// read reads the next cards. last is the last bill that was looked at, zero if there was none.
func (b *postcards) read(ctx context.Context, after id.Statement) (cards []paper.Card, last id.Statement, err error) {
	var drafts []draft
	err = b.app.DB.Read(ctx, func(tx *db.Tx) error {
		bills, err := selectPostcards(tx, b.Month, after, postcardsPage)
		if err != nil {
			return err
		}
		drafts, last = nil, id.Statement{}
		for _, bill := range bills {
			d, err := b.draft(tx, bill)
			if err != nil {
				return fmt.Errorf("postcard of %s: %w", bill.statement, err)
			}
			drafts, last = append(drafts, d), bill.statement
		}
		return nil
	})
	for _, d := range drafts {
		if err != nil {
			break
		}
		var ok bool
		if ok, err = b.try(d); ok {
			cards = append(cards, d.card)
			b.drawn = append(b.drawn, d.bill)
		}
	}
	return cards, last, err
}

// draft is a card, or why there is none.
type draft struct {
	bill    postcardBill
	card    paper.Card
	refused fault.Text
}

// try tells whether a card can be printed, and reports what a person should know of it.
func (b *postcards) try(d draft) (bool, error) {
	refuse := func(why fault.Text) (bool, error) {
		b.report.Refused = append(b.report.Refused, PostcardNote{Reference: d.card.Reference, Reason: why})
		return false, nil
	}
	if d.refused != (fault.Text{}) {
		return refuse(d.refused)
	}
	replaced, err := b.trial.Card(d.card)
	if e, ok := paper.Refused(err); ok {
		return refuse(e.Reason())
	}
	for i, r := range replaced {
		if i == 0 || r.Field != replaced[i-1].Field {
			b.report.Replace = append(b.report.Replace, PostcardNote{Reference: r.Reference, Reason: r.Reason()})
		}
	}
	return err == nil, err
}

// lapsed is a bill whose barcode tills refuse today.
var lapsed = fault.Text{
	JA: "バーコードの有効期限が過ぎています。会員ページで新しい番号を出してお支払いいただいてください",
	EN: "its barcode can no longer be paid with: ask the member to pay with a new one from the member's page",
}

// draft reads what is to stand on a card.
func (b *postcards) draft(tx *db.Tx, bill postcardBill) (draft, error) {
	d := draft{bill: bill}
	st, err := billing.LoadStatement(tx, bill.member, bill.statement)
	if err != nil {
		return d, err
	}
	d.card = paper.Card{Reference: st.Reference().String(), Month: st.Month, DueDay: st.Due, LateNote: b.app.lateNote(st.Due)}
	slip, err := b.app.Billing.SlipFor(tx, bill.member, bill.statement)
	var refused *fault.Error
	switch {
	case errors.As(err, &refused) && refused.Kind == billing.NoSlip:
		d.refused = refused.Kind.What
		return d, nil
	case err != nil:
		return d, err
	case slip.Lapsed(jst.DayOf(tx.Now())):
		d.refused = lapsed
		return d, nil
	}
	profile, err := b.app.Members.LoadProfile(tx, bill.member)
	if err != nil {
		return d, err
	}
	d.card.To, d.card.Slip, d.card.Total = addressee(profile), slip.Digits, slip.Amount
	return d, b.fill(tx, &d.card, st)
}

// addressee is the member, with the characters that the member was told bills are written with (rule M09).
func addressee(p member.Profile) paper.Addressee {
	lines := []string{p.Address.Prefecture.Reveal() + p.Address.City.Reveal()}
	if building := p.Address.Building.Reveal(); building != "" {
		lines = append(lines, building)
	}
	return paper.Addressee{
		PostalCode: p.Address.PostalCode.Reveal(), Lines: lines,
		Name: p.NameStandard.Family.Reveal() + " " + p.NameStandard.Given.Reveal(),
	}
}

// fill writes the lines of a bill. What the barcode asks for beyond the bill's total is what it was charged for being late, and
// what it asks for less was paid.
func (b *postcards) fill(tx *db.Tx, card *paper.Card, st billing.Detail) error {
	sums := map[billing.ItemKind]money.Yen{}
	for _, item := range st.Items {
		if item.Kind != billing.ItemPurchase && item.Kind != billing.ItemRefund {
			sums[item.Kind] += item.Amount
			continue
		}
		shop, err := b.shop(tx, item.Merchant)
		if err != nil {
			return err
		}
		card.Purchases = append(card.Purchases, paper.Purchase{Day: item.Day, Shop: shop, Amount: item.Amount})
	}
	add := func(ja, en string, amount money.Yen) {
		if amount != 0 {
			card.Fees = append(card.Fees, paper.Item{JA: ja, EN: en, Amount: amount})
		}
	}
	late := card.Total - st.Total
	add("請求手数料", "Billing fee", sums[billing.ItemFee])
	add("前の請求の支払いが遅れたための費用", "Earlier bills paid late", sums[billing.ItemLates])
	add("お支払いの遅れによる費用", "Late charges", max(late, 0))
	add("お預かりしていた金額・お支払い済みの金額", "Credit and paid", sums[billing.ItemCredit]+min(late, 0))
	if fee := sums[billing.ItemFee]; fee > 0 {
		rate := billing.FeeTax.On(b.app.Terms.Current(), jst.DayOf(st.Issued))
		_, tax := money.TaxIncluded(fee, rate)
		card.Taxes = []paper.Item{{JA: fmt.Sprintf("手数料のうち消費税（%s）", rate), EN: "Tax in the fee", Amount: tax}}
	}
	return nil
}

func (b *postcards) shop(tx *db.Tx, merchant id.Merchant) (string, error) {
	if name, known := b.shops[merchant]; known {
		return name, nil
	}
	m, err := b.app.Merchants.Load(tx, merchant)
	if err != nil {
		return "", err
	}
	b.shops[merchant] = m.NameJA
	return m.NameJA, nil
}

// lateNote says what happens when a bill that is due on a day is paid late (rules D01 to D03).
func (a *App) lateNote(due jst.Day) string {
	terms, from := a.Terms.Current(), due.Month().Next().First()
	late := a.late(from)
	var s strings.Builder
	if late.Fee > 0 {
		fmt.Fprintf(&s, "お支払期限を過ぎると、翌月から%d日と%d日に%sずつ加わります。", late.First, late.Second, late.Fee.JA())
	}
	if collection.DamagesOn.On(terms, from) {
		fmt.Fprintf(&s, "お支払いの日まで年%sの遅延損害金もかかります。", late.Rate)
	}
	if collection.Capped.On(terms, from) && s.Len() > 0 {
		fmt.Fprintf(&s, "合わせて年%sを超えることはありません。", collection.CapRate.On(terms, from))
	}
	s.WriteString("お支払いがあるまで、新しい後払いは使えません。お支払いが難しいときは、期限の前にご相談ください。")
	return s.String()
}

// tellWritten tells of each bill that it was written, once. Running it again after a crash tells of the rest.
func (b *postcards) tellWritten(ctx context.Context) error {
	for i := 0; i < len(b.drawn); i += postcardsPage {
		some := b.drawn[i:min(i+postcardsPage, len(b.drawn))]
		err := b.app.DB.Write(ctx, func(tx *db.Tx) error {
			members := make([]id.Member, len(some))
			for j, bill := range some {
				members[j] = bill.member
			}
			if _, err := credit.Lock(tx, members...); err != nil {
				return err
			}
			for _, bill := range some {
				if err := tellOne(tx, bill, b.report.Batch); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("postcards: %w", err)
		}
	}
	return nil
}

func tellOne(tx *db.Tx, bill postcardBill, batch string) error {
	facts, err := event.Timeline(tx, event.Subject(bill.statement), billFactsMax)
	if err != nil {
		return err
	}
	for _, f := range facts {
		if f.Kind == factWritten {
			return nil
		}
	}
	return event.Append(tx, event.Fact{
		Kind: factWritten, Subject: event.Subject(bill.statement), Member: bill.member, Side: fault.Us, Actor: "operator",
		Data: map[string]any{"batch": batch},
	})
}
