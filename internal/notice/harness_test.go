package notice_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/clock"
	"tsuke/internal/collection"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/money"
	"tsuke/internal/notice"
	"tsuke/internal/term"
	"tsuke/internal/vault"
)

// house is a service with one shop and real members, and carriers that do as they are told.
type house struct {
	t        *testing.T
	db       *db.DB
	clock    *clock.Hand
	members  *member.Members
	checkout *checkout.Checkout
	billing  *billing.Billing
	notices  *notice.Notices
	shop     merchant.Merchant
	relay    *event.Relay
	worker   *job.Worker

	slips map[id.Statement]billing.Slip // as they were when first paid
	files int                           // of the agent, so far

	answers []notice.Outcome // of the carriers, in turn; Done when used up
	sent    []sending
}

// sending is what a carrier was given.
type sending struct {
	Medium           notice.Medium
	To, Subject, Key string
	Body             string
	Lang             string
}

var (
	byMember   = checkout.Actor{Side: fault.Member, Name: "member"}
	byMerchant = checkout.Actor{Side: fault.Merchant, Name: "merchant"}
	errCarrier = errors.New("carrier: no good answer")
)

const family, street, mailbox = "山田", "神宮前1-2-3", "taro.yamada@example.jp"

func open(t *testing.T) *house {
	t.Helper()
	book, err := term.NewBook(slices.Concat(member.Terms, credit.Terms, billing.Terms, collection.Terms, notice.Terms)...)
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.Open(t)
	h := &house{t: t, db: d, clock: dbtest.Clock(d), slips: map[id.Statement]billing.Slip{}}
	accounts := &credit.Credit{Terms: book}
	h.members = &member.Members{Vault: newVault(t), Terms: book, Hooks: member.Hooks{
		Registered: accounts.Open, LockAccount: credit.LockAccount, Owes: func(*db.Tx, []id.Member) (bool, error) { return false, nil },
	}}
	h.checkout = &checkout.Checkout{Terms: book, Grant: h.members.Grant}
	h.billing = &billing.Billing{Terms: book, Ways: h.members.OtherWays, HasAccount: func(*db.Tx, id.Member) (bool, error) { return true, nil }}
	h.billing.NextPart, h.billing.Follow = h.collection().NextPart, h.collection().Follow
	h.notices = &notice.Notices{
		DB: d, Members: h.members, Merchants: &merchant.Merchants{}, Billing: h.billing, Terms: book,
		PublicURL: "https://pay.example.jp", Contact: "03-0000-0000", Late: lateTerms,
		Mail: func(_ context.Context, l notice.Letter) (notice.Outcome, error) {
			return h.take(sending{notice.ByMail, l.To.Reveal(), l.Subject, l.Key, l.Text, l.Lang})
		},
		SMS: func(_ context.Context, x notice.Text) (notice.Outcome, error) {
			return h.take(sending{Medium: notice.BySMS, To: x.To.Reveal(), Key: x.Key, Body: x.Body})
		},
	}
	h.relay = event.NewRelay(d, nil, nil)
	h.worker, err = job.NewWorker(d, job.Config{Kinds: map[string]job.Handler{notice.SendJob: h.notices.Handler()}, Width: 1})
	if err != nil {
		t.Fatal(err)
	}
	h.write(func(tx *db.Tx) (err error) {
		h.shop, err = h.notices.Merchants.Create(tx, merchant.New{
			NameJA: "みどり雑貨オンライン", NameEN: "Midori Goods", Contact: merchant.Contact{Phone: "03-0000-0000"},
		}, "operator")
		return err
	})
	return h
}

func lateTerms(jst.Day) notice.LateTerms {
	return notice.LateTerms{Fee: 100, First: 10, Second: 25, Rate: 1460}
}

func newVault(t *testing.T) *vault.Vault {
	t.Helper()
	dir := t.TempDir()
	if err := vault.Create(dir); err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// take is the carrier.
func (h *house) take(s sending) (notice.Outcome, error) {
	h.sent = append(h.sent, s)
	if len(h.answers) == 0 {
		return notice.Done, nil
	}
	answer := h.answers[0]
	h.answers = h.answers[1:]
	if answer == notice.Done {
		return answer, nil
	}
	return answer, errCarrier
}

func (h *house) write(fn func(*db.Tx) error) {
	h.t.Helper()
	if err := h.db.Write(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) read(fn func(*db.Tx) error) {
	h.t.Helper()
	if err := h.db.Read(context.Background(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// register makes a member out of a number, step by step as the pages do. A number that is a member's is taken over.
func (h *house) register(phone mask.Phone, lang string) id.Member {
	h.t.Helper()
	browser := "browser " + phone.Reveal()
	var m id.Member
	h.write(func(tx *db.Tx) error {
		sent, err := h.members.RequestCode(tx, member.CodeRequest{
			Phone: phone, Purpose: member.ForRegistration, BoundTo: browser, Address: netip.MustParseAddr("192.0.2.7"),
		})
		if err != nil {
			return err
		}
		e, err := h.members.EnterCode(tx, member.ForRegistration, browser, sent.Code.Reveal())
		if err != nil {
			return err
		}
		d, err := h.members.Apply(tx, e, lang)
		if err != nil {
			return err
		}
		if d.Step == member.StepKnown {
			if d, err = h.members.TakeOver(tx, d.ID); err != nil {
				return err
			}
		}
		_, errName := h.members.SaveName(tx, d.ID, member.NameInput{Family: family, Given: "太郎", FamilyKana: "ヤマダ", GivenKana: "タロウ"})
		errBirth := h.members.SaveBirth(tx, d.ID, member.BirthInput{Year: "1990", Month: "4", Day: "1"})
		_, errAddress := h.members.SaveAddress(tx, d.ID, member.AddressInput{PostalCode: "150-0001", Prefecture: "東京都", City: "渋谷区" + street})
		errMail := h.members.SaveMail(tx, d.ID, mailbox, false)
		d, err = h.members.Agree(tx, d.ID, member.Agreement.Default())
		m = d.Member
		if d.State == member.Review {
			m, err = h.members.Clear(tx, d.ID, "operator")
		}
		return errors.Join(errName, errBirth, errAddress, errMail, err)
	})
	return m
}

// settled is a member whose welcome has been read and sent.
func (h *house) settled(phone mask.Phone, lang string) id.Member {
	h.t.Helper()
	m := h.register(phone, lang)
	h.run()
	h.sent = nil
	h.clock.Advance(time.Minute)
	return m
}

// order buys something that is approved.
func (h *house) order(m id.Member, ref string, amount money.Yen, capture checkout.Capture) checkout.Payment {
	h.t.Helper()
	var p checkout.Payment
	h.write(func(tx *db.Tx) error {
		r, err := h.checkout.Authorize(tx, []checkout.Order{{
			Merchant: h.shop.ID, MerchantLive: true, Member: m, OrderRef: ref, Amount: amount, Channel: credit.Online,
			Capture: capture, ConfirmWithin: time.Hour, By: byMember,
		}})
		if err == nil && r[0].Refused != nil {
			err = r[0].Refused
		}
		if err == nil {
			p = r[0].Value.Payment
		}
		return err
	})
	if p.State != checkout.Authorized && p.State != checkout.Captured {
		h.t.Fatalf("%s is %s: %v", ref, p.State, p.Reasons)
	}
	return p
}

// buy is an order that the shop has and that is billed at once.
func (h *house) buy(m id.Member, ref string, amount money.Yen) checkout.Payment {
	h.t.Helper()
	p := h.order(m, ref, amount, checkout.Automatic)
	h.confirm(p)
	return p
}

func (h *house) confirm(p checkout.Payment) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		_, err := h.checkout.Confirm(tx, h.shop.ID, p.ID, 30*24*time.Hour, byMerchant)
		return err
	})
}

// bill closes the month before the present one for a member and answers their bill.
func (h *house) bill(m id.Member) billing.Statement {
	h.t.Helper()
	var st billing.Statement
	h.write(func(tx *db.Tx) error {
		if _, err := h.billing.Close(tx, jst.MonthOf(tx.Now()).Prev(), m.Bucket()); err != nil {
			return err
		}
		all, err := billing.Statements(tx, m)
		if err == nil && len(all) > 0 {
			st = all[0]
		}
		return err
	})
	return st
}

// tell is a line of the agent's file about a payment at the till at a minute of an hour.
func (h *house) tell(st billing.Statement, kind billing.LineKind, minute int) {
	h.t.Helper()
	slip, known := h.slips[st.ID]
	if !known {
		h.read(func(tx *db.Tx) (err error) {
			slip, err = h.billing.SlipFor(tx, st.Member, st.ID)
			return err
		})
		h.slips[st.ID] = slip
	}
	h.files++
	_, err := h.billing.ImportFile(context.Background(), h.db, billing.File{
		Hash: id.Hash("file", fmt.Sprint(h.files)), Agent: "agent", Lines: []billing.Line{{
			Number: 1, Kind: kind, Day: jst.DayOf(st.Issued), Time: fmt.Sprintf("09%02d", minute), Digits: slip.Digits,
			Amount: slip.Amount, Chain: "010", Store: "000123",
		}},
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

// follow relays facts and lets the reader take them, without sending anything.
func (h *house) follow() {
	h.t.Helper()
	for {
		n, err := h.relay.Step(context.Background())
		if err != nil {
			h.t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	for {
		n, err := event.RunReader(context.Background(), h.db, h.notices.Reader(), 3)
		if err != nil {
			h.t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
}

// work sends all that is due.
func (h *house) work() {
	h.t.Helper()
	for {
		n, err := h.worker.Step(context.Background())
		if err != nil {
			h.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// run follows and works.
func (h *house) run() {
	h.t.Helper()
	h.follow()
	h.work()
}

// at sets the clock to a time of a day in Japan.
func (h *house) at(day, clockText string) {
	h.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clockText, jst.Zone())
	if err != nil {
		h.t.Fatal(err)
	}
	h.clock.Set(at)
}

func (h *house) inbox(m id.Member, lang string) []string {
	h.t.Helper()
	var out []string
	h.read(func(tx *db.Tx) error {
		lines, err := h.notices.Inbox(tx, m, lang, id.Notice{}, 100)
		for _, l := range lines {
			out = append(out, l.Text)
		}
		return err
	})
	return out
}

// told lists what the carriers were given: medium and subject.
func (h *house) told() []string {
	var out []string
	for _, s := range h.sent {
		if s.Medium == notice.BySMS {
			out = append(out, "sms "+s.Body)
		} else {
			out = append(out, "mail "+s.Subject)
		}
	}
	return out
}

func (h *house) messages(m id.Member) []notice.Message {
	h.t.Helper()
	var out []notice.Message
	h.read(func(tx *db.Tx) (err error) {
		out, err = h.notices.Messages(tx, m, "ja", notice.MessageID{}, 100)
		return err
	})
	return out
}

// inAnyOrder sorts what carriers were given: what is due at one instant leaves in any order.
func inAnyOrder(sent []string) []string {
	out := slices.Clone(sent)
	slices.Sort(out)
	return out
}

func yen(n int64) money.Yen { return money.Yen(n) }

// withReference puts the number of the case in the place of REF.
func withReference(s string, r id.Reference) string { return strings.ReplaceAll(s, "REF", r.String()) }

func today(h *house) jst.Day { return jst.DayOf(h.clock.Now()) }
