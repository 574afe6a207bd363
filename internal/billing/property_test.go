package billing_test

import (
	"flag"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// life is two members of one bucket who buy, return, pay, pay again, pay late, or do not pay.
type life struct {
	*house
	bucket  int
	members []id.Member
	bought  []checkout.Payment
	open    jst.Month // the oldest month that is not closed
	told    []billing.Line
}

// TestWhateverHappensTheSumsAgree lets random lives pass and proves every check on the way (rules B01 to B29).
func TestWhateverHappensTheSumsAgree(t *testing.T) {
	d := dbtest.Open(t)
	count := 0
	rapid.Check(t, func(rt *rapid.T) {
		h := openOn(t, d)
		if len(h.broken()) > 0 { // of a run that failed before
			d = dbtest.Open(t)
			h = openOn(t, d)
		}
		h.t = rt
		h.count.Store(int64(count) * 10_000)
		l := &life{house: h, bucket: count % id.Buckets}
		count++
		for len(l.members) < 2 {
			m := h.member(l.bucket)
			h.write(func(tx *db.Tx) error {
				_, err := tx.Exec("-- billing_test.verify\nUPDATE credit SET verified = TRUE, limit_store = 15000 WHERE member = $1", m)
				return err
			})
			l.members = append(l.members, m)
		}
		l.open = jst.MonthOf(d.Now())
		rt.Repeat(map[string]func(*rapid.T){
			"buy": l.buyOne, "give back": l.giveBack, "let time pass": l.pass, "close": l.close, "tell": l.tellOne, "again": l.tellAgain,
			"late": l.late, "decide": l.decide,
		})
		h.verify()
	})
}

func (l *life) buyOne(rt *rapid.T) {
	m := rapid.SampledFrom(l.members).Draw(rt, "member")
	channel := rapid.SampledFrom([]credit.Channel{credit.Online, credit.Online, credit.Store}).Draw(rt, "channel")
	amount := money.Yen(rapid.IntRange(1, 20_000).Draw(rt, "amount"))
	dbtest.Clock(l.db).Advance(time.Minute)
	if p, ok := l.tryAuthorize(m, channel, amount); ok {
		if rapid.Bool().Draw(rt, "next day") { // perhaps in the next month
			dbtest.Clock(l.db).Advance(20 * time.Hour)
		}
		l.confirm(p)
		l.bought = append(l.bought, p)
	}
}

func (l *life) giveBack(rt *rapid.T) {
	if len(l.bought) == 0 {
		return
	}
	i := rapid.IntRange(0, len(l.bought)-1).Draw(rt, "which")
	p := l.bought[i]
	amount := p.Amount
	if rapid.Bool().Draw(rt, "part") {
		amount = (p.Amount + 1) / 2
	}
	err := l.try(func(tx *db.Tx) error {
		_, err := l.checkout.Refund(tx, l.merchant, p.ID, amount, "returned", byMerchant)
		return err
	})
	if err != nil { // given back before
		l.bought = append(l.bought[:i], l.bought[i+1:]...)
	}
}

func (l *life) pass(rt *rapid.T) {
	days := rapid.IntRange(1, 40).Draw(rt, "days")
	dbtest.Clock(l.db).Advance(time.Duration(days) * 24 * time.Hour)
}

func (l *life) close(*rapid.T) {
	if l.db.Now().Before(l.open.End()) {
		return
	}
	l.closeIn(l.members[0], l.open.String())
	l.open = l.open.Next()
	l.verify()
}

func (l *life) tellOne(rt *rapid.T) {
	m := rapid.SampledFrom(l.members).Draw(rt, "member")
	var statements []billing.Statement
	l.read(func(tx *db.Tx) (err error) {
		statements, err = billing.Statements(tx, m)
		return err
	})
	if len(statements) == 0 {
		return
	}
	st := rapid.SampledFrom(statements).Draw(rt, "statement")
	if st.Settled() {
		return
	}
	kind := rapid.SampledFrom([]billing.LineKind{billing.LinePrompt, billing.LineConfirmed, billing.LineCancelled}).Draw(rt, "kind")
	at := rapid.SampledFrom([]string{"0900", "1000"}).Draw(rt, "time")
	told := line(kind, slipOf(l.house, st), st.Due, at)
	if rapid.IntRange(0, 4).Draw(rt, "odd") == 0 {
		told.Amount++
	}
	l.tell(told)
	l.told = append(l.told, told)
}

func (l *life) tellAgain(rt *rapid.T) {
	if len(l.told) == 0 {
		return
	}
	again := rapid.SampledFrom(l.told).Draw(rt, "line")
	if out := l.tell(again); out[0].Result != billing.Repeated {
		rt.Errorf("a line that came again is %s", out[0].Result)
	}
}

// decide matches money in suspense with anybody's statement, or lets it be sent back.
func (l *life) decide(rt *rapid.T) {
	var odd []billing.Waiting
	for _, w := range l.waiting() {
		if w.State.Live() && w.Reason != "" && w.Receipt.Bucket() == l.bucket {
			odd = append(odd, w)
		}
	}
	var statements []billing.Statement
	l.read(func(tx *db.Tx) error {
		for _, m := range l.members {
			all, err := billing.Statements(tx, m)
			if err != nil {
				return err
			}
			statements = append(statements, all...)
		}
		return nil
	})
	if len(odd) == 0 || len(statements) == 0 {
		return
	}
	r := rapid.SampledFrom(odd).Draw(rt, "money").Receipt
	st := rapid.SampledFrom(statements).Draw(rt, "of")
	back := rapid.IntRange(0, 3).Draw(rt, "back") == 0
	err := l.try(func(tx *db.Tx) (err error) {
		if back {
			_, err = l.billing.ReturnReceipt(tx, r, billing.ReturnByBank, "7", "8")
		} else {
			_, err = l.billing.MatchReceipt(tx, r, st.ID, "7")
		}
		return err
	})
	if err != nil && !(back && fault.Is(err, billing.ReceiptUncertain)) {
		rt.Errorf("deciding about money in suspense: %v", err)
	}
	l.verify()
}

func (l *life) late(*rapid.T) {
	l.markPastDue(jst.DayOf(l.db.Now()).String())
	l.verify()
}

// TestMain makes fewer lives than rapid would by itself, unless told otherwise: each is a database's work.
func TestMain(m *testing.M) {
	flag.Parse()
	told := false
	flag.Visit(func(f *flag.Flag) { told = told || f.Name == "rapid.checks" })
	if !told {
		if err := flag.Set("rapid.checks", "25"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
