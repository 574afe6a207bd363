package diary

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/term"
	"tsuke/internal/zengin"
)

func (r *runner) pastDue([]string) ([]string, error) {
	n := 0
	err := r.world.Write(func(tx *db.Tx) (err error) {
		n, err = r.world.Billing.MarkPastDue(tx, jst.DayOf(tx.Now()), 100)
		return err
	})
	return []string{fmt.Sprintf("%d past due", n)}, err
}

// late breaks plans that were not kept and charges bills past due with what the fee days up to today add.
func (r *runner) late([]string) ([]string, error) {
	if _, err := r.pastDue(nil); err != nil {
		return nil, err
	}
	n := 0
	err := r.world.Write(func(tx *db.Tx) (err error) {
		if _, _, err = r.world.Collection.BreakPlans(tx, jst.DayOf(tx.Now()), id.Statement{}, 100); err != nil {
			return err
		}
		_, n, err = r.world.Collection.ChargeLate(tx, jst.DayOf(tx.Now()), billing.Statement{}, 100)
		return err
	})
	return []string{fmt.Sprintf("%d looked at", n)}, err
}

// owes NAME MONTH prints what is owed on a bill and what it was charged for being late, with the sum behind it.
func (r *runner) owes(args []string) ([]string, error) {
	st, ok := r.statement(args[0], args[1])
	if !ok {
		return []string{"no bill"}, nil
	}
	told := []string{fmt.Sprintf("%s owed: %s", st.Owed().JA(), stateOf(st))}
	r.world.Read(func(tx *db.Tx) error {
		d, err := billing.LoadStatement(tx, r.world.Members[args[0]], st.ID)
		for _, c := range d.Charges {
			told = append(told, strings.TrimSpace(fmt.Sprintf("  %s %s %s of %s (%d yen-days, %d/10000 a year) %s", c.Day, c.Kind, c.Amount.JA(),
				c.Full.JA(), c.YenDays, c.Rate, c.Waived)))
		}
		return err
	})
	return told, nil
}

// outage FROM TO enters days on which people could not pay.
func (r *runner) outage(args []string) ([]string, error) {
	from, fromErr := jst.ParseDay(args[0])
	to, toErr := jst.ParseDay(args[1])
	if err := errors.Join(fromErr, toErr); err != nil {
		return nil, err
	}
	return nil, r.world.Write(func(tx *db.Tx) error {
		return collection.AddOutage(tx, collection.Outage{Span: collection.Span{From: from, To: to}, Reason: "outage", By: "operator"})
	})
}

// promise NAME DAY
func (r *runner) promise(args []string) ([]string, error) {
	day, err := jst.ParseDay(args[1])
	if err != nil {
		return nil, err
	}
	var p collection.Promise
	err = r.world.Write(func(tx *db.Tx) (err error) {
		p, err = r.world.Collection.Promise(tx, r.world.Members[args[0]], day)
		return err
	})
	if err != nil {
		return nil, err
	}
	return []string{fmt.Sprintf("promised %s on %s", p.Amount.JA(), p.Day)}, nil
}

// plan NAME MONTH FIRST PARTS [STAFF] agrees that a bill is paid in parts.
func (r *runner) plan(args []string) ([]string, error) {
	st, billErr := r.billOf(args)
	first, dayErr := jst.ParseDay(args[2])
	parts, err := strconv.Atoi(args[3])
	if err := errors.Join(billErr, dayErr, err); err != nil {
		return nil, err
	}
	by := "member"
	if len(args) > 4 {
		by = args[4]
	}
	err = r.world.Write(func(tx *db.Tx) error {
		_, err := r.world.Collection.Agree(tx, st.Member, st.ID, collection.PlanWish{First: first, Parts: parts}, by)
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.parts(args)
}

// parts NAME MONTH tells where the plan of a bill stands, and what its barcode asks for.
func (r *runner) parts(args []string) ([]string, error) {
	st, err := r.billOf(args)
	if err != nil {
		return nil, err
	}
	var told []string
	r.world.Read(func(tx *db.Tx) error {
		p, found, err := collection.FindPlan(tx, st.ID)
		if err != nil || !found {
			told = []string{"no plan"}
			return err
		}
		told = []string{fmt.Sprintf("plan %d is %s: %s of %s", p.Number, p.State, p.Paid(st.Received).JA(), p.Sum.JA())}
		if !p.Until.IsZero() {
			told[0] += ", kept until " + p.Until.String()
		}
		for _, part := range p.Parts {
			word := "open"
			if part.Upto <= p.Paid(st.Received) {
				word = "paid"
			}
			told = append(told, fmt.Sprintf("  %s %s %s", part.Day, part.Amount.JA(), word))
		}
		asked, err := r.world.Billing.Asks(tx, st)
		if st.State == billing.Issued {
			told = append(told, "asks for "+asked.JA())
		}
		return err
	})
	return told, nil
}

// unplan NAME MONTH STAFF ends the plan of a bill.
func (r *runner) unplan(args []string) ([]string, error) {
	st, err := r.billOf(args)
	if err != nil {
		return nil, err
	}
	err = r.world.Write(func(tx *db.Tx) error {
		_, err := r.world.Collection.EndPlan(tx, st.Member, st.ID, args[2])
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.parts(args)
}

// writeoff NAME MONTH STAFF STAFF gives a bill up.
func (r *runner) writeOff(args []string) ([]string, error) {
	st, err := r.billOf(args)
	if err != nil {
		return nil, err
	}
	err = r.world.Write(func(tx *db.Tx) error {
		_, err := r.world.Billing.WriteOff(tx, st.ID, args[2], args[3], billing.Untraceable)
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.owes(args)
}

// waive NAME MONTH FIRST LAST STAFF STAFF [REASON] takes back what a bill was charged on the days from the first to the last.
func (r *runner) waive(args []string) ([]string, error) {
	st, err := r.billOf(args)
	if err != nil {
		return nil, err
	}
	why := billing.OurFault
	if len(args) > 6 {
		why = billing.Waiver(args[6])
	}
	err = r.world.Write(func(tx *db.Tx) error {
		all, err := billing.ChargesOf(tx, st.ID)
		if err != nil {
			return err
		}
		var which []id.LateCharge
		for _, c := range all {
			if day := c.Day.String(); day >= args[2] && day <= args[3] {
				which = append(which, c.ID)
			}
		}
		return r.world.Billing.WaiveCharges(tx, which, args[4], args[5], why)
	})
	if err != nil {
		return nil, err
	}
	return r.owes(args)
}

// writeback NAME MONTH STAFF STAFF takes that back.
func (r *runner) writeBack(args []string) ([]string, error) {
	st, err := r.billOf(args)
	if err != nil {
		return nil, err
	}
	err = r.world.Write(func(tx *db.Tx) error {
		_, err := r.world.Billing.UndoWriteOff(tx, st.ID, args[2], args[3])
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.owes(args)
}

// unblock NAME MONTH STAFF lets the member of a bill that was given up buy again.
func (r *runner) unblock(args []string) ([]string, error) {
	st, err := r.billOf(args)
	if err != nil {
		return nil, err
	}
	return nil, r.world.Write(func(tx *db.Tx) error { return r.world.Billing.UnblockWrittenOff(tx, st.ID, args[2]) })
}

// billOf is the bill of NAME MONTH, or the invoice of NAME ORDER.
func (r *runner) billOf(args []string) (billing.Statement, error) {
	st, ok := r.statement(args[0], args[1])
	if !ok {
		return billing.Statement{}, errors.New("no bill")
	}
	return st, nil
}

// term NAME DAY VALUE plans a change of a figure.
func (r *runner) term(args []string) ([]string, error) {
	from, err := jst.ParseDay(args[1])
	if err != nil {
		return nil, err
	}
	err = r.world.Write(func(tx *db.Tx) error {
		return r.world.Terms.Set(tx, term.Change{Name: args[0], From: from, Value: args[2], By: "operator"})
	})
	if err != nil {
		return nil, err
	}
	return nil, r.world.Terms.Reload(context.Background(), r.world.DB)
}

// way NAME ebarcode|number|postcard|debit
func (r *runner) way(args []string) ([]string, error) {
	r.world.Ways[r.world.Members[args[0]]] = args[1]
	return nil, nil
}

// account NAME gives a member a bank account.
func (r *runner) account(args []string) ([]string, error) {
	number := fmt.Sprintf("%07d", 1_234_567+len(r.world.Accounts))
	r.world.Accounts[r.world.Members[args[0]]] = zengin.Account{
		Bank: "0001", BankName: "ﾐｽﾞﾎ", Branch: "001", BranchName: "ﾄｳｷﾖｳ", Type: zengin.Ordinary, Number: zengin.AccountNumber(number), Holder: "ﾔﾏﾀﾞ ﾊﾅｺ",
	}
	return nil, nil
}

// gather DAY gathers the bills to be debited on a day.
func (r *runner) gather(args []string) ([]string, error) {
	day, err := jst.ParseDay(args[0])
	if err != nil {
		return nil, err
	}
	run, err := r.world.Debits.Gather(context.Background(), day)
	return []string{fmt.Sprintf("%d bills, %s: %s", run.Bills, run.Total.JA(), run.State)}, err
}

// ask DAY writes the request.
func (r *runner) ask(args []string) ([]string, error) {
	day, err := jst.ParseDay(args[0])
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	run, err := r.world.Debits.Ask(context.Background(), day, &file)
	if err != nil {
		return nil, err
	}
	r.request = file.Bytes()
	return []string{fmt.Sprintf("%d bytes, %d bills, %s: %s", file.Len(), run.Bills, run.Total.JA(), run.State)}, nil
}

// answer DAY [NAME=CODE…] is the bank's word: what is not named was debited.
func (r *runner) answer(args []string) ([]string, error) {
	day, err := jst.ParseDay(args[0])
	if err != nil {
		return nil, err
	}
	codes := map[string]zengin.ResultCode{}
	for _, a := range args[1:] {
		name, code, _ := strings.Cut(a, "=")
		codes[r.world.Accounts[r.world.Members[name]].Number.Reveal()] = zengin.ResultCode(code[0])
	}
	file, err := r.bank(codes)
	if err != nil {
		return nil, err
	}
	report, err := r.world.Debits.Answer(context.Background(), day, bytes.NewReader(r.request), bytes.NewReader(file))
	if err != nil {
		return nil, err
	}
	told := fmt.Sprintf("debited %d, %s; not %d, %s: %s", report.Totals.DoneCount, report.Totals.DoneAmount.JA(), report.Totals.FailedCount,
		report.Totals.FailedAmount.JA(), report.Run.State)
	if report.Repeated {
		told += ", repeated"
	}
	return []string{told}, nil
}

// bank answers the request as banks do: the same records with a result in each.
func (r *runner) bank(codes map[string]zengin.ResultCode) ([]byte, error) {
	format := zengin.Format{NoConsignorAccount: true}
	request, err := zengin.ReadRequest(bytes.NewReader(r.request), format)
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	_, err = zengin.WriteResult(&file, format, request.Header(), func(yield func(zengin.Debit, error) bool) {
		for d, err := range request.Debits() {
			d.Result = zengin.Debited
			if code, named := codes[d.Account.Number.Reveal()]; named {
				d.Result = code
			}
			if !yield(d, err) {
				return
			}
		}
	})
	return file.Bytes(), err
}

// match NAME MONTH: the money that went to suspense last belongs to this bill.
func (r *runner) match(args []string) ([]string, error) {
	st, ok := r.statement(args[0], args[1])
	if !ok {
		return nil, errors.New("no bill")
	}
	var err error
	var paid billing.Receipt
	err = r.world.Write(func(tx *db.Tx) (err error) {
		paid, err = r.world.Billing.MatchReceipt(tx, r.odd, st.ID, "operator")
		return err
	})
	if err != nil {
		return nil, err
	}
	return []string{fmt.Sprintf("%s, %s: %s principal, %s fee, %s late, %s over", paid.State, paid.Use, paid.Principal.JA(), paid.Fee.JA(),
		paid.Late.JA(), paid.Surplus.JA())}, nil
}

// return WHO SECOND: the money that went to suspense last goes back to whoever paid.
func (r *runner) giveBack(args []string) ([]string, error) {
	return nil, r.world.Write(func(tx *db.Tx) error {
		_, err := r.world.Billing.ReturnReceipt(tx, r.odd, billing.ReturnByBank, args[0], args[1])
		return err
	})
}

// returned DAY: it was sent back.
func (r *runner) returned(args []string) ([]string, error) {
	day, err := jst.ParseDay(args[0])
	if err != nil {
		return nil, err
	}
	return nil, r.world.Write(func(tx *db.Tx) error {
		_, err := r.world.Billing.ReturnPaid(tx, r.odd, day, "operator")
		return err
	})
}

// agent tells prompt|confirmed|cancelled NAME MONTH|ORDER DAYTIME [slip new|whole] [as before] [store CODE] [amount YEN]: agent confirmed hanako 2026-06 2026-07-07T10:05
func (r *runner) agent(args []string) ([]string, error) {
	kind, ok := lineKinds[args[0]]
	at, err := time.ParseInLocation("2006-01-02T15:04", args[3], jst.Zone())
	if err != nil || !ok {
		return nil, fmt.Errorf("write agent prompt NAME 2026-06 2026-07-07T10:05: %w", err)
	}
	st, ok := r.statement(args[1], args[2])
	if !ok {
		return nil, errors.New("no bill")
	}
	before, slip := r.last, r.world.FirstSlip(st)
	r.last = billing.Line{
		Number: 2, Kind: kind, Day: jst.DayOf(at), Time: at.Format("1504"), Digits: slip.Digits, Amount: slip.Amount,
		Chain: "010", Store: "000123",
	}
	for i := 4; i+1 < len(args); i += 2 {
		switch args[i] {
		case "slip": // slip new: the one that the member's page shows now; slip whole: the one over all that is owed
			show := r.world.Slip
			if args[i+1] == "whole" {
				show = r.world.WholeSlip
			}
			if slip, err = show(args[1], st); err != nil {
				return nil, err
			}
			r.last.Digits, r.last.Amount = slip.Digits, slip.Amount
		case "as": // as before: of the slip that was told of last
			r.last.Digits, r.last.Amount = before.Digits, before.Amount
		case "store":
			r.last.Store = args[i+1]
		case "amount":
			amount, err := yen(args[i+1])
			if err != nil {
				return nil, err
			}
			r.last.Amount = amount
		}
	}
	return r.resend(nil)
}

// resend hands in the agent's last line once more, in a file of its own.
func (r *runner) resend([]string) ([]string, error) {
	report, err := r.world.Import(r.last)
	if err != nil {
		return nil, err
	}
	told := make([]string, len(report.Outcomes))
	for i, o := range report.Outcomes {
		told[i] = strings.TrimSpace(string(o.Result) + " " + string(o.Reason))
		if o.Result == billing.Suspended && o.Reason != billing.CancelLate {
			r.odd = o.Receipt
		}
	}
	return told, nil
}

// transfer NAME MONTH YEN: so much comes in at the bank today with the bill's reference; transfer nobody - YEN: without one.
func (r *runner) transfer(args []string) ([]string, error) {
	amount, err := yen(args[2])
	if err != nil {
		return nil, err
	}
	text := "ヤマダ ハナコ"
	if month, err := jst.ParseMonth(args[1]); err == nil {
		st, ok := r.world.Statement(args[0], month)
		if !ok {
			return nil, errors.New("no bill")
		}
		text = st.Reference().String() + " " + text
	}
	out, err := r.world.Transfer(amount, text)
	if err != nil {
		return nil, err
	}
	if out.Result == billing.Suspended {
		r.odd = out.Receipt
	}
	return []string{strings.TrimSpace(string(out.Result) + " " + string(out.Reason))}, nil
}

// wantback NAME MONTH: the member wants back what the bill did not need.
func (r *runner) wantBack(args []string) ([]string, error) {
	month, err := jst.ParseMonth(args[1])
	if err != nil {
		return nil, err
	}
	st, ok := r.world.Statement(args[0], month)
	if !ok {
		return nil, errors.New("no bill")
	}
	var told []string
	err = r.world.Write(func(tx *db.Tx) error {
		told = nil
		all, err := billing.OverpaidOn(tx, st.Member, st.ID)
		for _, o := range all {
			if o, err = r.world.Billing.ReturnCredit(tx, st.Member, o.Receipt, "member"); err != nil {
				return err
			}
			told, r.odd = append(told, fmt.Sprintf("%s: %s", o.Amount.JA(), o.Fate)), o.Receipt
		}
		return err
	})
	return told, err
}
