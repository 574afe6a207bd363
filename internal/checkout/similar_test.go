package checkout_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/money"
	"tsuke/internal/run"
)

const window = 30 * time.Minute

// similar is an order that is asked about if it looks like one made a moment ago.
func (s *shop) similar(m id.Member, ref string, amount money.Yen) checkout.Order {
	o := s.order(m, ref, amount)
	o.SimilarWithin = window
	return o
}

// pressSimilar presses in a checkout as the page does.
func (s *shop) pressSimilar(m id.Member, ses checkout.Session) run.Result[checkout.Authorization] {
	s.t.Helper()
	o := s.similar(m, ses.OrderRef, ses.Amount)
	o.Session = ses.ID
	return s.authorize(o)[0]
}

func (s *shop) question(m id.Member, ses checkout.Session) (id.Payment, bool) {
	s.t.Helper()
	var p checkout.Payment
	var asks bool
	s.read(func(tx *db.Tx) error {
		now, _, err := checkout.FindSession(tx, ses.ID)
		if err != nil {
			return err
		}
		p, asks, err = checkout.Question(tx, now, m, window)
		return err
	})
	return p.ID, asks
}

func (s *shop) answer(m id.Member, ses checkout.Session, of id.Payment, what checkout.Answer) (checkout.Session, error) {
	var out checkout.Session
	err := s.try(func(tx *db.Tx) (err error) {
		out, err = s.checkout.AnswerSimilar(tx, ses.ID, m, of, what, byMember)
		return err
	})
	return out, err
}

func (s *shop) stopped(what string, r run.Result[checkout.Authorization], by id.Payment) {
	s.t.Helper()
	if !fault.Is(r.Refused, checkout.SimilarPayment) || r.Refused.Object != by.String() || run.Charged(r.Refused).Charged != fault.NotCharged {
		s.t.Errorf("%s was not stopped by %s: %+v, %v", what, by, r.Value, r.Refused)
	}
}

func (s *shop) passed(what string, r run.Result[checkout.Authorization]) checkout.Payment {
	s.t.Helper()
	if r.Refused != nil || r.Value.Payment.State != checkout.Authorized || r.Value.Existing {
		s.t.Fatalf("%s did not pass: %+v, %v", what, r.Value, r.Refused)
	}
	return r.Value.Payment
}

// TestWhatIsSimilar is the rule's table: one purchase at 0:00, and what a second one has to differ in to pass.
func TestWhatIsSimilar(t *testing.T) { // rule P09
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(*shop, *checkout.Order)
		before  func(*shop, checkout.Payment) error
		wait    time.Duration
		stopped bool
	}{
		"the same again":           {stopped: true},
		"just inside the window":   {wait: window - time.Microsecond, stopped: true},
		"the window is over":       {wait: window},
		"another amount":           {change: func(_ *shop, o *checkout.Order) { o.Amount++ }},
		"another shop":             {change: func(_ *shop, o *checkout.Order) { o.Merchant = id.New[id.MerchantKind](o.Merchant.Time(), 2) }},
		"another member":           {change: func(s *shop, o *checkout.Order) { o.Member = s.member(7) }},
		"at a till":                {change: func(_ *shop, o *checkout.Order) { o.Channel, o.Amount = credit.Store, 1_500 }},
		"switched off":             {change: func(_ *shop, o *checkout.Order) { o.SimilarWithin = 0 }},
		"after a void":             {before: func(s *shop, p checkout.Payment) error { return s.void(p.ID) }},
		"after it expired":         {before: func(s *shop, _ checkout.Payment) error { s.lapse(); return nil }},
		"after a full refund":      {before: func(s *shop, p checkout.Payment) error { return s.refunded(p.ID, 0) }},
		"after a refund in part":   {before: func(s *shop, p checkout.Payment) error { return s.refunded(p.ID, 500) }, stopped: true},
		"after it was confirmed":   {before: func(s *shop, p checkout.Payment) error { return s.confirm(p.ID) }, stopped: true},
		"after it was captured":    {before: func(s *shop, p checkout.Payment) error { return s.capture(p.ID, 0, true) }, stopped: true},
		"captured only in part":    {before: func(s *shop, p checkout.Payment) error { return s.capture(p.ID, 500, true) }, stopped: true},
		"the merchant has said so": {change: func(s *shop, o *checkout.Order) { o.RepeatOf = s.newest(o.Member) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			m := s.member(7)
			first := s.authorize(s.similar(m, "A-1", 1_500))[0].Value.Payment
			if c.before != nil {
				if err := c.before(s, first); err != nil {
					t.Fatal(err)
				}
			}
			s.advance(c.wait)
			o := s.similar(m, "A-2", 1_500)
			if c.change != nil {
				c.change(s, &o)
			}
			r := s.authorize(o)[0]
			if c.stopped {
				s.stopped(name, r, first.ID)
			} else if r.Refused != nil || r.Value.Existing || r.Value.Payment.RepeatOf != o.RepeatOf {
				t.Errorf("did not pass: %+v, %v", r.Value, r.Refused)
			}
		})
	}
}

// lapse lets every authorization give itself back and sets the clock back to where it was, so that only the state differs.
func (s *shop) lapse() {
	s.t.Helper()
	s.advance(confirmWithin)
	s.write(func(tx *db.Tx) error {
		_, err := s.checkout.ExpireDue(tx, 10)
		return err
	})
	s.advance(-confirmWithin)
}

func (s *shop) refunded(p id.Payment, amount money.Yen) error {
	if err := s.capture(p, 0, true); err != nil {
		return err
	}
	return s.refund(p, amount)
}

func (s *shop) newest(m id.Member) id.Payment {
	s.t.Helper()
	var p id.Payment
	s.read(func(tx *db.Tx) error {
		list, err := checkout.ListOfMember(tx, m, checkout.Filter{Limit: 1})
		p = list[0].ID
		return err
	})
	return p
}

func TestAStoppedPressIsAskedAboutOnce(t *testing.T) { // rules P09, P10
	t.Parallel()
	s := open(t)
	m := s.member(7)
	first := s.passed("the first", s.pressSimilar(m, s.open("A-1", 8_500)))
	ses := s.open("A-2", 8_500)
	if _, asks := s.question(m, ses); asks {
		t.Error("it asks before the press")
	}
	for range 3 {
		s.stopped("the press", s.pressSimilar(m, ses), first.ID)
	}
	if of, asks := s.question(m, ses); !asks || of != first.ID {
		t.Errorf("it asks %t, about %s", asks, of)
	}
	if got := s.kinds(first.ID); !slices.Equal(got, []string{"payment.authorized", "payment.similar_stopped"}) {
		t.Errorf("timeline %v", got)
	}
	if a := s.account(m); a.Held != 8_500 || a.Tries != 1 {
		t.Errorf("held %d after %d tries", a.Held, a.Tries)
	}
	if _, asks := s.question(s.member(8), ses); asks {
		t.Error("another member is asked about it")
	}
	s.advance(window)
	if _, asks := s.question(m, ses); asks {
		t.Error("it asks after the window")
	}
}

func TestSaidToBeTheSame(t *testing.T) { // rule P10
	t.Parallel()
	s := open(t)
	m := s.member(7)
	first := s.passed("the first", s.pressSimilar(m, s.open("A-1", 8_500)))
	ses := s.open("A-2", 8_500)
	s.stopped("the press", s.pressSimilar(m, ses), first.ID)
	for range 2 {
		got, err := s.answer(m, ses, first.ID, checkout.Same)
		if err != nil || got.State != checkout.SessionDuplicate || got.Similar != first.ID || !got.Payment.IsZero() {
			t.Fatalf("%+v, %v", got, err)
		}
	}
	if got, _ := s.answer(m, ses, first.ID, checkout.Another); got.State != checkout.SessionDuplicate {
		t.Errorf("a second answer moved it to %s", got.State)
	}
	if r := s.pressSimilar(m, ses); !fault.Is(r.Refused, checkout.SessionMerged) || r.Refused.Object != first.ID.String() {
		t.Errorf("%+v", r)
	}
	if got := s.kinds(first.ID); !slices.Equal(got, []string{"payment.authorized", "payment.similar_stopped", "payment.similar_same"}) {
		t.Errorf("timeline %v", got)
	}
	if got := s.kinds(id.Payment(ses.ID)); !slices.Equal(got, []string{"checkout_session.opened", "checkout_session.asked", "checkout_session.duplicate"}) {
		t.Errorf("the checkout's timeline %v", got)
	}
	if a := s.account(m); a.Held != 8_500 {
		t.Errorf("held %d", a.Held)
	}
}

func TestSaidToBeAnother(t *testing.T) { // rule P10
	t.Parallel()
	s := open(t)
	m := s.member(7)
	first := s.passed("the first", s.pressSimilar(m, s.open("A-1", 8_500)))
	ses := s.open("A-2", 8_500)
	s.stopped("the press", s.pressSimilar(m, ses), first.ID)
	if _, err := s.answer(s.member(8), ses, first.ID, checkout.Another); !fault.Is(err, checkout.NoPayment) {
		t.Errorf("somebody else answered: %v", err)
	}
	if got, err := s.answer(m, ses, first.ID, checkout.Another); err != nil || got.State != checkout.SessionOpen || got.Answer != checkout.Another {
		t.Fatalf("%+v, %v", got, err)
	}
	s.advance(time.Second)
	second := s.passed("the press after the answer", s.pressSimilar(m, ses))
	if second.RepeatOf != first.ID {
		t.Errorf("a repeat of %s", second.RepeatOf)
	}
	third := s.open("A-3", 8_500)
	s.stopped("a third order", s.pressSimilar(m, third), second.ID)
	if got, _ := s.answer(m, third, first.ID, checkout.Another); got.Answer != checkout.Asked {
		t.Errorf("an answer about what is not asked counted: %+v", got)
	}
	s.stopped("it again", s.pressSimilar(m, third), second.ID)
	if got := s.kinds(first.ID); !slices.Equal(got, []string{"payment.authorized", "payment.similar_stopped", "payment.similar_another"}) {
		t.Errorf("timeline %v", got)
	}
}

// TestAnAnswerIsAboutOnePayment: between the answer and the press another tab bought the same once more.
func TestAnAnswerIsAboutOnePayment(t *testing.T) { // rule P10
	t.Parallel()
	s := open(t)
	m := s.member(7)
	first := s.passed("the first", s.pressSimilar(m, s.open("A-1", 8_500)))
	two, three := s.open("A-2", 8_500), s.open("A-3", 8_500)
	for _, ses := range []checkout.Session{two, three} {
		s.stopped(ses.OrderRef, s.pressSimilar(m, ses), first.ID)
		if _, err := s.answer(m, ses, first.ID, checkout.Another); err != nil {
			t.Fatal(err)
		}
	}
	s.advance(time.Second)
	second := s.passed("A-2", s.pressSimilar(m, two))
	s.stopped("A-3", s.pressSimilar(m, three), second.ID)
}

// TestAnAnswerStaysWithItsOrder: an order that was said to be another one and came to nothing is not asked about again.
func TestAnAnswerStaysWithItsOrder(t *testing.T) { // rule P10
	t.Parallel()
	s := open(t)
	m := s.member(7)
	first := s.passed("the first", s.authorize(s.similar(m, "A-1", 8_500))[0])
	o := s.similar(m, "A-2", 8_500)
	o.RepeatOf = first.ID
	second := s.passed("the second", s.authorize(o)[0])
	if err := s.void(second.ID); err != nil {
		t.Fatal(err)
	}
	again := s.passed("the second again", s.pressSimilar(m, s.open("A-2", 8_500)))
	if again.RepeatOf != first.ID || again.RetryOf != second.ID {
		t.Errorf("%+v", again)
	}
	if got := s.kinds(first.ID); !slices.Equal(got, []string{"payment.authorized", "payment.similar_another"}) {
		t.Errorf("timeline %v", got)
	}
}

func TestOrdersOfOneBatchFindEachOther(t *testing.T) { // rule P09
	t.Parallel()
	s := open(t)
	m := s.member(7)
	out := s.authorize(s.similar(m, "A-1", 8_500), s.similar(m, "A-2", 8_500), s.similar(m, "A-1", 8_500), s.similar(m, "A-3", 8_501))
	first := s.passed("the first", out[0])
	s.stopped("the second", out[1], first.ID)
	if !out[2].Value.Existing || out[2].Value.Payment.ID != first.ID {
		t.Errorf("the same order again: %+v", out[2])
	}
	s.passed("another amount", out[3])
}

// TestTwoTabsAtOnce: batches that run side by side take turns at the member's account.
func TestTwoTabsAtOnce(t *testing.T) { // rule P09
	t.Parallel()
	s := open(t)
	m := s.member(7)
	results := make([]run.Result[checkout.Authorization], 6)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() {
			o := s.similar(m, "A-"+string(rune('1'+i)), 8_500)
			results[i] = s.authorize(o)[0]
		})
	}
	all.Wait()
	passed := 0
	for _, r := range results {
		if r.Refused == nil {
			passed++
		}
	}
	if a := s.account(m); passed != 1 || a.Held != 8_500 {
		t.Errorf("%d passed, %d held", passed, a.Held)
	}
}

// TestAMootQuestion: what was asked about was given back meanwhile.
func TestAMootQuestion(t *testing.T) { // rule P09
	t.Parallel()
	s := open(t)
	m := s.member(7)
	first := s.passed("the first", s.pressSimilar(m, s.open("A-1", 8_500)))
	ses := s.open("A-2", 8_500)
	s.stopped("the press", s.pressSimilar(m, ses), first.ID)
	if err := s.void(first.ID); err != nil {
		t.Fatal(err)
	}
	if of, asks := s.question(m, ses); asks {
		t.Errorf("it asks about %s, which was voided", of)
	}
	s.passed("the press after that", s.pressSimilar(m, ses))
}
