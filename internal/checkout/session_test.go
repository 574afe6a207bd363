package checkout_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/money"
	"tsuke/internal/run"
)

const sessionLasts = 30 * time.Minute

func (s *shop) cart(ref string, amount money.Yen) checkout.Session {
	return checkout.Session{
		Merchant: s.merchant, OrderRef: ref, Amount: amount, Capture: checkout.Manual,
		ReturnURL: "https://shop.example.jp/back", CancelURL: "https://shop.example.jp/cart",
		Cart: checkout.Cart{
			Lines:    []checkout.CartLine{{Name: "黒釉の急須", Quantity: 1, UnitAmount: amount - 500, TaxRate: 10}},
			Shipping: 500, Delivery: "3日以内", Cancellation: "8日以内",
		},
	}
}

func (s *shop) session(ref string, amount money.Yen) (checkout.Session, error) {
	var out checkout.Session
	err := s.try(func(tx *db.Tx) (err error) {
		out, err = s.checkout.OpenSession(tx, s.cart(ref, amount), sessionLasts, byMerchant)
		return err
	})
	return out, err
}

func (s *shop) open(ref string, amount money.Yen) checkout.Session {
	s.t.Helper()
	out, err := s.session(ref, amount)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *shop) press(m id.Member, ses checkout.Session) run.Result[checkout.Authorization] {
	s.t.Helper()
	o := s.order(m, ses.OrderRef, ses.Amount)
	o.Session = ses.ID
	return s.authorize(o)[0]
}

func (s *shop) state(ses checkout.Session) checkout.SessionState {
	s.t.Helper()
	var state checkout.SessionState
	s.read(func(tx *db.Tx) error {
		found, _, err := checkout.FindSession(tx, ses.ID)
		state = found.At(tx.Now())
		return err
	})
	return state
}

func TestAPressMakesASessionDone(t *testing.T) {
	t.Parallel()
	s := open(t)
	m := s.member(7)
	ses := s.open("A-1", 8_500)
	first := s.press(m, ses)
	again := s.press(m, ses)
	if first.Refused != nil || again.Refused != nil || !again.Value.Existing || again.Value.Payment.ID != first.Value.Payment.ID {
		t.Fatalf("%+v\n%+v", first, again)
	}
	if s.state(ses) != checkout.SessionDone {
		t.Error(s.state(ses))
	}
}

func TestADeclinedSessionIsDecidedAnew(t *testing.T) { // rule P04
	t.Parallel()
	s := open(t)
	m := s.member(7)
	full := s.buy(m, "X", 50_000)
	ses := s.open("A-1", 8_500)
	if r := s.press(m, ses); r.Value.Payment.State != checkout.Declined || s.state(ses) != checkout.SessionRefused {
		t.Fatalf("%+v, %s", r, s.state(ses))
	}
	if err := s.void(full.ID); err != nil {
		t.Fatal(err)
	}
	if r := s.press(m, ses); r.Value.Payment.State != checkout.Authorized || s.state(ses) != checkout.SessionDone {
		t.Fatalf("%+v, %s", r, s.state(ses))
	}
}

func TestASessionThatIsOverRefusesThePress(t *testing.T) { // rule P06
	t.Parallel()
	s := open(t)
	m := s.member(7)
	late, withdrawn, old := s.open("A-1", 8_500), s.open("A-2", 8_500), s.open("A-3", 8_500)
	if err := s.try(func(tx *db.Tx) error {
		_, err := s.checkout.WithdrawSession(tx, s.merchant, withdrawn.ID, byMerchant)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	newer := s.open("A-3", 9_200)
	if r := s.press(m, withdrawn); !fault.Is(r.Refused, checkout.SessionTakenBack) {
		t.Errorf("withdrawn: %v", r.Refused)
	}
	if r := s.press(m, old); !fault.Is(r.Refused, checkout.SessionReplaced) || r.Refused.Object != newer.ID.String() {
		t.Errorf("replaced: %v", r.Refused)
	}
	s.advance(sessionLasts)
	if r := s.press(m, late); !fault.Is(r.Refused, checkout.SessionOver) || s.state(late) != checkout.SessionExpired {
		t.Errorf("expired: %v", r.Refused)
	}
	if s.account(m).Held != 0 {
		t.Error("a session that is over held something")
	}
}

func TestWithdrawAgainstPress(t *testing.T) { // one of them wins, and both know
	t.Parallel()
	s := open(t)
	m := s.member(7)
	for i := range 10 {
		ses := s.open(fmt.Sprint("A-", i), 1_000)
		var pressed run.Result[checkout.Authorization]
		var withdrawal error
		var both sync.WaitGroup
		both.Go(func() { pressed = s.press(m, ses) })
		both.Go(func() {
			withdrawal = s.try(func(tx *db.Tx) error {
				_, err := s.checkout.WithdrawSession(tx, s.merchant, ses.ID, byMerchant)
				return err
			})
		})
		both.Wait()
		switch {
		case pressed.Refused == nil && fault.Is(withdrawal, checkout.SessionPaid) && s.state(ses) == checkout.SessionDone:
		case fault.Is(pressed.Refused, checkout.SessionTakenBack) && withdrawal == nil && s.state(ses) == checkout.SessionWithdrawn:
		default:
			t.Fatalf("press %+v, withdrawal %v, session %s", pressed, withdrawal, s.state(ses))
		}
	}
}

func TestPaidOrdersOpenDoneSessions(t *testing.T) { // rule P01
	t.Parallel()
	s := open(t)
	p := s.buy(s.member(7), "A-1", 8_500)
	if ses := s.open("A-1", 8_500); ses.State != checkout.SessionDone || ses.Payment != p.ID || s.state(ses) != checkout.SessionDone {
		t.Errorf("%+v", ses)
	}
	if _, err := s.session("A-1", 9_000); !fault.Is(err, checkout.OrderTaken) || fault.From(err).Charged != fault.ChargedOnce {
		t.Errorf("another amount: %v", err)
	}
}

func TestLeaveReopenExtend(t *testing.T) {
	t.Parallel()
	s := open(t)
	ses := s.open("A-1", 8_500)
	move := func(do func(tx *db.Tx) (checkout.Session, error)) {
		t.Helper()
		if err := s.try(func(tx *db.Tx) error { _, err := do(tx); return err }); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		do   func(tx *db.Tx) (checkout.Session, error)
		want checkout.SessionState
	}{
		{func(tx *db.Tx) (checkout.Session, error) { return s.checkout.LeaveSession(tx, ses.ID, byMember) }, checkout.SessionLeft},
		{func(tx *db.Tx) (checkout.Session, error) { return s.checkout.LeaveSession(tx, ses.ID, byMember) }, checkout.SessionLeft},
		{func(tx *db.Tx) (checkout.Session, error) { return s.checkout.ReopenSession(tx, ses.ID, byMember) }, checkout.SessionOpen},
	} {
		move(step.do)
		if got := s.state(ses); got != step.want {
			t.Fatalf("%s, want %s", got, step.want)
		}
	}
	s.advance(25 * time.Minute)
	move(func(tx *db.Tx) (checkout.Session, error) { return s.checkout.ExtendSession(tx, ses.ID, sessionLasts) })
	s.advance(25 * time.Minute)
	if got := s.state(ses); got != checkout.SessionOpen {
		t.Errorf("extended, and %s", got)
	}
	s.advance(10 * time.Minute)
	move(func(tx *db.Tx) (checkout.Session, error) { return s.checkout.ExtendSession(tx, ses.ID, sessionLasts) })
	if got := s.state(ses); got != checkout.SessionExpired {
		t.Errorf("an expired session came back: %s", got)
	}
}

func TestWhatAShopAsksForIsJudged(t *testing.T) { // rule P02
	t.Parallel()
	s := open(t)
	for name, c := range map[string]struct {
		change func(*checkout.Session)
		field  string
		kind   *fault.Kind
	}{
		"no order":          {func(x *checkout.Session) { x.OrderRef = "" }, "order_ref", checkout.BadOrderRef},
		"blank in order":    {func(x *checkout.Session) { x.OrderRef = "A 1" }, "order_ref", checkout.BadOrderRef},
		"long order":        {func(x *checkout.Session) { x.OrderRef = strings.Repeat("A", 65) }, "order_ref", checkout.BadOrderRef},
		"nothing":           {func(x *checkout.Session) { x.Amount = 0 }, "amount", checkout.BadAmount},
		"too much":          {func(x *checkout.Session) { x.Amount = 10_000_001 }, "amount", checkout.BadAmount},
		"capture":           {func(x *checkout.Session) { x.Capture = "later" }, "capture", checkout.BadCapture},
		"no lines":          {func(x *checkout.Session) { x.Cart.Lines = nil }, "lines", checkout.BadCart},
		"nameless":          {func(x *checkout.Session) { x.Cart.Lines[0].Name = "" }, "lines[0].name", checkout.BadCart},
		"none of it":        {func(x *checkout.Session) { x.Cart.Lines[0].Quantity = 0 }, "lines[0].quantity", checkout.BadCart},
		"negative price":    {func(x *checkout.Session) { x.Cart.Lines[0].UnitAmount = -1 }, "lines[0].unit_amount", checkout.BadCart},
		"tax":               {func(x *checkout.Session) { x.Cart.Lines[0].TaxRate = 9 }, "lines[0].tax_rate", checkout.BadCart},
		"does not add up":   {func(x *checkout.Session) { x.Cart.Shipping = 501 }, "amount", checkout.BadCart},
		"negative shipping": {func(x *checkout.Session) { x.Cart.Shipping = -1 }, "shipping", checkout.BadCart},
		"no delivery":       {func(x *checkout.Session) { x.Cart.Delivery = "" }, "delivery", checkout.BadCart},
		"no cancellation":   {func(x *checkout.Session) { x.Cart.Cancellation = "" }, "cancellation", checkout.BadCart},
	} {
		t.Run(name, func(t *testing.T) {
			x := s.cart("A-1", 8_500)
			c.change(&x)
			err := s.try(func(tx *db.Tx) error {
				_, err := s.checkout.OpenSession(tx, x, sessionLasts, byMerchant)
				return err
			})
			for _, one := range fault.From(err).All() {
				if one.Kind == c.kind && one.Field == c.field {
					return
				}
			}
			t.Errorf("%v", err)
		})
	}
}

func TestAnAgreementIsMadeWithThePurchase(t *testing.T) { // rule M22
	t.Parallel()
	s := open(t)
	m := s.member(7)
	token := id.New[id.TokenKind](dbtest.Start, 7)
	granted := 0
	s.checkout.Grant = func(*db.Tx, id.Member, id.Merchant, id.Session) (id.Token, error) {
		granted++
		return token, nil
	}
	declined, bought := s.open("A-1", 50_001), s.open("A-2", 8_500)
	for _, ses := range []checkout.Session{declined, bought, bought} {
		o := s.order(m, ses.OrderRef, ses.Amount)
		o.Session, o.Grant = ses.ID, true
		s.authorize(o)
	}
	if granted != 1 {
		t.Errorf("agreed %d times", granted)
	}
	s.read(func(tx *db.Tx) error {
		found, _, err := checkout.FindSession(tx, bought.ID)
		if found.Token != token {
			t.Errorf("token %s", found.Token)
		}
		return err
	})
}

// TestManyProcessesOneOrder lets transactions race for one order and one limit, as two processes on one database do.
func TestManyProcessesOneOrder(t *testing.T) { // rules P01, C02
	t.Parallel()
	s := open(t)
	m, other := s.member(7), s.member(8)
	var all sync.WaitGroup
	results := make([]run.Result[checkout.Authorization], 24)
	for i := range results {
		all.Go(func() {
			o := s.order(m, fmt.Sprint("A-", i%3), 20_000) // three orders, two fit
			if i%6 == 5 {
				o = s.order(other, "A-0", 20_000) // and somebody else tries one of them
			}
			results[i] = s.authorize(o)[0]
		})
	}
	all.Wait()
	live := map[id.Payment]bool{}
	for _, r := range results {
		if r.Refused == nil && r.Value.Payment.State.Live() {
			live[r.Value.Payment.ID] = true
		}
	}
	held := s.account(m).Held + s.account(other).Held
	if held != money.Yen(len(live))*20_000 || s.account(m).Held > 50_000 || len(live) > 3 || len(live) < 2 {
		t.Errorf("%d live payments, %d held, %d of them hers", len(live), held, s.account(m).Held)
	}
}
