package sim

import (
	"errors"
	"strconv"
	"strings"

	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/merchant"
	"tsuke/internal/money"
	"tsuke/internal/run"
)

// op is what a client asks for.
type op string

// The operations.
const (
	opPay     op = "pay"      // a purchase without the member present
	opSession op = "session"  // a shop opens a checkout
	opPress   op = "press"    // a member presses the button
	opConfirm op = "confirm"  // and what follows it
	opCapture op = "capture"  //
	opVoid    op = "void"     //
	opRefund  op = "refund"   //
	opLook    op = "look"     // what became of an order?
	opLookKey op = "look-key" // what became of a key?
	opLeave   op = "leave"    // a member goes back to the shop
	opCancel  op = "cancel"   // whatever became of a key, nobody is to be charged
	opAnswer  op = "answer"   // a member says whether it is the same purchase
)

// request is what is sent. It never changes.
type request struct {
	op       op
	shop     *shop
	key      run.Key // empty for a press and for look-ups
	member   id.Member
	orderRef string
	amount   money.Yen
	final    bool
	capture  checkout.Capture
	session  id.Session
	payment  id.Payment
	repeatOf id.Payment      // the shop says that it is another purchase than this one
	cancels  string          // the key that is cancelled
	same     checkout.Answer // what a member answers about payment
}

// reply is what comes back. Its body is written once, kept with the key, and told again byte by byte.
type reply struct {
	status   int
	body     string
	replayed bool
	charged  fault.Charged // of a refusal
	code     string        // of a refusal
}

// delivery is a request that has arrived, with the number it was given at the door.
type delivery struct {
	*request

	ref    string
	answer func(reply)
}

// receive is the door of the service. A process that is dead answers nothing.
func (h *house) receive(q *request, answer func(reply)) {
	if !h.up {
		return
	}
	h.w.memories.arrivals++
	d := &delivery{request: q, ref: "req-" + strconv.Itoa(h.w.memories.arrivals), answer: answer}
	switch q.op {
	case opPay, opPress:
		h.queue(d)
	case opLook, opLookKey:
		h.look(d)
	case opSession, opConfirm, opCapture, opVoid, opRefund, opCancel:
		h.single(d)
	case opLeave, opAnswer:
		h.leave(d)
	}
}

// queue lets an order wait for the next batch: that of all orders which arrive before it begins.
func (h *house) queue(d *delivery) {
	h.waiting = append(h.waiting, d)
	if len(h.waiting) > 1 {
		return
	}
	life := h.life
	h.w.after(h.w.between(0, 20_000_000), "batch", func() {
		if h.life == life && h.up {
			h.batch()
		}
	})
}

// batch decides the orders that wait, as a lane does.
func (h *house) batch() {
	all := h.waiting
	h.waiting = nil
	orders := make([]run.Order[checkout.Order], 0, len(all))
	kept := all[:0]
	for _, d := range all {
		order, ok := h.orderOf(d)
		if h.store.dead {
			h.died()
			return
		}
		if ok {
			kept = append(kept, d)
			orders = append(orders, run.Order[checkout.Order]{Key: d.key, Input: order})
		}
	}
	if len(orders) == 0 {
		return
	}
	told := h.batcher.Do(background, orders)
	if h.store.dead {
		h.died()
		return
	}
	h.w.checkUsed(orders)
	for i, d := range kept {
		t := told[i]
		if t.Err != nil {
			h.refuse(d, t.Err)
			continue
		}
		if t.Done.Replayed {
			if err := run.Durable(background, h.db); err != nil {
				h.refuse(d, err)
				continue
			}
		}
		h.say(d, t.Done.Outcome)
	}
}

// orderOf is what the door knows of an order before it is decided. The amount of a press is its session's.
func (h *house) orderOf(d *delivery) (checkout.Order, bool) {
	o := checkout.Order{
		Merchant: d.shop.id, MerchantLive: !d.shop.paused, Member: d.member, OrderRef: d.orderRef, Amount: d.amount,
		Channel: credit.Online, Capture: d.capture, Session: d.session,
		By: checkout.Actor{Side: fault.Merchant, Name: "merchant", Request: d.ref},
	}
	o.ConfirmWithin, o.RepeatOf = h.conditions(d).ConfirmWithin, d.repeatOf
	o.SimilarWithin = checkout.SimilarMinutes.On(h.book.Current(), jst.DayOf(h.Now()))
	if d.op == opPay {
		return o, true
	}
	o.By = checkout.Actor{Side: fault.Member, Name: "member", Request: d.ref}
	var s checkout.Session
	found := false
	err := h.db.Read(background, func(tx *db.Tx) (err error) {
		s, found, err = checkout.FindSession(tx, d.session)
		return err
	})
	if err != nil || !found {
		h.refuse(d, errOr(err, checkout.NoSession))
		return o, false
	}
	o.OrderRef, o.Amount, o.Capture = s.OrderRef, s.Amount, s.Capture
	if err := h.byInvoice(&o); err != nil {
		h.refuse(d, err)
		return o, false
	}
	return o, true
}

func errOr(err error, kind *fault.Kind) error {
	if err != nil {
		return err
	}
	return kind.New()
}

func (h *house) conditions(d *delivery) merchant.Conditions {
	return merchant.ConditionsOn(h.book.Current(), jst.DayOf(h.Now()), d.shop.id)
}

// single runs one verb in one transaction, with its key.
func (h *house) single(d *delivery) {
	out, err := h.runner.Do(background, d.key, refusal, func(tx *db.Tx) (run.Answer, error) { return h.verb(tx, d) })
	if h.store.dead {
		h.died()
		return
	}
	if err != nil {
		h.refuse(d, err)
		return
	}
	h.say(d, out)
}

func (h *house) verb(tx *db.Tx, d *delivery) (run.Answer, error) {
	by := checkout.Actor{Side: fault.Merchant, Name: "merchant", Request: d.ref}
	within := h.conditions(d).CaptureWithin
	var p checkout.Payment
	var err error
	switch d.op {
	case opSession:
		return h.openSession(tx, d, by)
	case opCancel:
		return h.cancel(tx, d, by)
	case opConfirm:
		p, err = h.checkout.Confirm(tx, d.shop.id, d.payment, within, by)
	case opCapture:
		p, err = h.checkout.Capture(tx, d.shop.id, d.payment, d.amount, d.final, within, by)
	case opVoid:
		p, err = h.checkout.Void(tx, d.shop.id, d.payment, by)
	case opRefund:
		p, err = h.checkout.Refund(tx, d.shop.id, d.payment, d.amount, "returned", by)
	case opPay, opPress, opLook, opLookKey, opLeave, opAnswer:
		panic("sim: " + d.op + " is no single verb")
	}
	if err != nil {
		return run.Answer{}, err
	}
	return paymentAnswer(200, p), nil
}

func (h *house) openSession(tx *db.Tx, d *delivery, by checkout.Actor) (run.Answer, error) {
	s, err := h.checkout.OpenSession(tx, checkout.Session{
		Merchant: d.shop.id, OrderRef: d.orderRef, Amount: d.amount, Capture: d.capture,
		Cart: checkout.Cart{
			Lines:    []checkout.CartLine{{Name: "tea", Quantity: 1, UnitAmount: d.amount, TaxRate: 8}},
			Delivery: "in three days", Cancellation: "within a week",
		},
		ReturnURL: "https://shop.example.jp/done", CancelURL: "https://shop.example.jp/cart",
	}, h.conditions(d).Session, by)
	if err != nil {
		return run.Answer{}, err
	}
	return run.Answer{Status: 201, Body: []byte(s.ID.String() + " " + string(s.State)), Object: s.ID.String()}, nil
}

// cancel gives back what the request with a key did, or keeps it from ever doing anything.
func (h *house) cancel(tx *db.Tx, d *delivery, by checkout.Actor) (run.Answer, error) {
	cancelled := run.Answer{Status: 200, Body: []byte("key_cancelled")}
	found, answered, err := run.Find(tx, d.key.Scope, d.cancels)
	switch {
	case err != nil:
		return run.Answer{}, err
	case !answered:
		return cancelled, run.Cancel(tx, d.key.Scope, d.cancels, refusal(run.KeyCancelled.New()))
	case found.Operation == run.CancelledKey:
		return cancelled, nil
	case found.Status >= 400:
		return run.Answer{Status: 200, Body: []byte("nothing_live")}, nil
	}
	pid, err := id.Parse[id.PaymentKind](found.Object)
	if err != nil {
		return run.Answer{}, err
	}
	p, _, err := h.checkout.Undo(tx, d.shop.id, pid, "cancelled", by)
	if err != nil {
		return run.Answer{}, err
	}
	return paymentAnswer(200, p), nil
}

// leave is a member who goes back to the shop, or comes back from it.
func (h *house) leave(d *delivery) {
	by := checkout.Actor{Side: fault.Member, Name: "member", Request: d.ref}
	err := h.db.Write(background, func(tx *db.Tx) (err error) {
		if d.op == opAnswer {
			_, err = h.checkout.AnswerSimilar(tx, d.session, d.member, d.payment, d.same, by)
			return err
		}
		if d.final {
			_, err = h.checkout.ReopenSession(tx, d.session, by)
			return err
		}
		_, err = h.checkout.LeaveSession(tx, d.session, by)
		return err
	})
	if h.store.dead {
		h.died()
		return
	}
	if err != nil {
		h.refuse(d, err)
		return
	}
	h.send(d, reply{status: 200})
}

// look answers what became of an order or a key, and changes nothing.
func (h *house) look(d *delivery) {
	var r reply
	err := h.db.Read(background, func(tx *db.Tx) error {
		if d.op == opLookKey {
			out, ok, err := run.Find(tx, d.key.Scope, d.key.Value)
			r = reply{status: 404}
			if ok {
				r = reply{status: 200, body: out.Object}
			}
			return err
		}
		p, ok, err := checkout.FindByOrder(tx, d.shop.id, d.orderRef)
		r = reply{status: 404}
		if ok {
			r = reply{status: 200, body: string(paymentAnswer(200, p).Body)}
		}
		return err
	})
	if err == nil {
		err = run.Durable(background, h.db)
	}
	if err != nil {
		h.refuse(d, err)
		return
	}
	h.send(d, r)
}

// say tells what is kept, or what was kept before.
func (h *house) say(d *delivery, out run.Outcome) {
	if out.Replayed && out.Status < 300 {
		h.w.checkDurable(d.key)
	}
	r := reply{status: out.Status, body: string(out.Body), replayed: out.Replayed}
	if out.Status >= 400 {
		r.code, _, _ = strings.Cut(r.body, " ")
		r.charged = fault.NotCharged
		if !out.Replayed {
			h.w.refusedAt(d)
		}
	}
	h.send(d, r)
}

// refuse tells what was not done. Nothing but what the product foresees may be told.
func (h *house) refuse(d *delivery, err error) {
	if h.store.dead {
		h.died()
		return
	}
	e := run.Charged(err)
	h.foreseen(string(d.op), err)
	if e.Charged == fault.NotCharged {
		h.w.refusedAt(d)
	}
	h.send(d, reply{status: e.Kind.Status, body: e.Kind.Code, charged: e.Charged, code: e.Kind.Code})
}

// foreseen breaks on errors that nobody foresaw: a constraint of the database, a statement without a handler, a transaction
// that lost eight times in a row.
func (h *house) foreseen(what string, err error) {
	switch {
	case errors.Is(err, errKilled), errors.Is(err, db.ErrCommitUnknown), errors.Is(err, db.ErrNotDurable):
	case fault.From(err).Kind != fault.Unclassified:
	default:
		h.w.breaks("errors", "%s: %v", what, err)
	}
}

// render words the result of an order. It is kept with the key.
func render(r run.Result[checkout.Authorization]) run.Answer {
	if r.Refused != nil {
		return refusal(r.Refused)
	}
	status := 201
	if r.Value.Existing {
		status = 200
	}
	return paymentAnswer(status, r.Value.Payment)
}

func refusal(e *fault.Error) run.Answer {
	return run.Answer{Status: e.Kind.Status, Body: []byte(e.Kind.Code + " " + e.Object), Object: e.Object}
}

// paymentAnswer is a payment in one line: id, state, and the four amounts.
func paymentAnswer(status int, p checkout.Payment) run.Answer {
	body := make([]byte, 0, 80)
	object := p.ID.String()
	body = append(append(append(body, object...), ' '), p.State...)
	for _, yen := range []money.Yen{p.Amount, p.Captured, p.Released, p.Refunded} {
		body = strconv.AppendInt(append(body, ' '), int64(yen), 10)
	}
	return run.Answer{Status: status, Body: body, Object: object}
}
