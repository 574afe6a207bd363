package notice_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/notice"
)

// byInvoice is a purchase by invoice that the shop has shipped, and its invoice of the next day.
func (h *house) byInvoice(m id.Member, ref string) billing.Statement {
	h.t.Helper()
	h.checkout.TakeRefund = h.billing.TakeRefund
	var st billing.Statement
	h.write(func(tx *db.Tx) error {
		r, err := h.checkout.Authorize(tx, []checkout.Order{{
			Merchant: h.shop.ID, MerchantLive: true, Member: m, OrderRef: ref, Amount: 30_000, Channel: credit.Online,
			Capture: checkout.Automatic, ConfirmWithin: time.Hour, Invoice: true, By: byMember,
		}})
		if err != nil {
			return err
		}
		_, err = h.checkout.Confirm(tx, h.shop.ID, r[0].Value.Payment.ID, time.Hour, byMerchant)
		return err
	})
	h.run()
	h.clock.Advance(24 * time.Hour)
	h.write(func(tx *db.Tx) error {
		if _, err := h.billing.IssueInvoices(tx, today(h), 10); err != nil {
			return err
		}
		all, err := billing.Statements(tx, m)
		st = all[0]
		return err
	})
	h.run()
	return st
}

// links are the addresses in the letters that were sent since the last look.
func (h *house) links() (out []mask.Secret) {
	for _, s := range h.sent {
		for line := range strings.Lines(s.Body) {
			if _, token, found := strings.Cut(strings.TrimSpace(line), notice.InvoicePath); found {
				out = append(out, mask.Secret(token))
			}
		}
	}
	h.sent = nil
	return out
}

// Rules I08, I11: who pays by invoice is told by letters that lead to it without an account, each by an address of its own, and
// what is said to members of a month is not said to them.
func TestInvoiceIsTold(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.at("2026-06-29", "10:00")
	m := h.settled(hanako, "ja")
	st := h.byInvoice(m, "G-1")
	want := []string{"mail 30,000円・みどり雑貨オンライン・請求書払い", "mail みどり雑貨オンラインの請求書・7月14日(火)までに30,209円"}
	if diff := cmp.Diff(want, h.told()); diff != "" {
		t.Error(diff)
	}
	first := h.links()
	if diff := cmp.Diff([]string{"mail あと3日です・みどり雑貨オンラインの請求書30,209円"}, h.toldOn("2026-07-11")); diff != "" {
		t.Error(diff)
	}
	second := h.links()
	if len(first) != 1 || len(second) != 1 || first[0] == second[0] {
		t.Fatalf("%d and %d addresses", len(first), len(second))
	}
	h.read(func(tx *db.Tx) error {
		for _, link := range append(first, second...) {
			who, which, err := billing.FollowLink(tx, link)
			if err != nil || who != m || which != st.ID {
				t.Errorf("the address leads elsewhere: %v", err)
			}
		}
		return nil
	})
	for _, line := range h.inbox(m, "ja") {
		if strings.Contains(line, "0月") || strings.Contains(line, "月分") {
			t.Errorf("the inbox tells of a month: %s", line)
		}
	}
}

func (h *house) toldOn(day string) []string {
	h.t.Helper()
	h.at(day, "09:00")
	h.markPastDue()
	for n := 1; n > 0; {
		h.write(func(tx *db.Tx) (err error) {
			n, err = h.notices.Remind(tx, today(h), 10)
			return err
		})
	}
	h.run()
	return inAnyOrder(h.told())
}

// Rule I09: from the press on nobody is reminded, also by what was on its way.
func TestDisputedIsQuiet(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.at("2026-06-29", "10:00")
	m := h.settled(hanako, "ja")
	st := h.byInvoice(m, "G-1")
	h.sent = nil
	h.at("2026-07-18", "09:00") // a Saturday: the text waits
	h.markPastDue()
	h.run()
	if diff := cmp.Diff([]string{"mail 支払期日を過ぎています・みどり雑貨オンライン"}, h.told()); diff != "" {
		t.Error(diff)
	}
	h.sent = nil
	h.write(func(tx *db.Tx) error {
		_, err := h.billing.Dispute(tx, m, st.ID, billing.NotBought)
		return err
	})
	h.run()
	if diff := cmp.Diff([]string{"mail 請求を止めました（お知らせを受け付けました）"}, h.told()); diff != "" {
		t.Error(diff)
	}
	h.sent = nil
	for _, day := range []string{"2026-07-21", "2026-07-28", "2026-08-13"} {
		if told := h.toldOn(day); len(told) > 0 {
			t.Errorf("on %s: %v", day, told)
		}
	}
	h.write(func(tx *db.Tx) error {
		_, err := h.billing.RejectDispute(tx, st.ID, "operator")
		return err
	})
	h.run()
	if diff := cmp.Diff([]string{"mail 請求書のお支払いが必要です・8月9日(日)まで"}, h.told()); diff != "" {
		t.Error(diff)
	}
}
