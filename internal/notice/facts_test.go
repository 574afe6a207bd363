package notice_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/notice"
	"tsuke/internal/zengin"
)

const taro, hanako = "+819012345678", "+818023456789"

// TestFacts holds each fact against what its member is told (rules N02 and N03): by mail and text, and in the inbox.
func TestFacts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		act  func(*house, id.Member)
		sent []string // by carrier, oldest first
		read []string // the inbox, newest first
	}{
		{
			"an authorization alone is not fixed yet",
			func(h *house, m id.Member) { h.order(m, "A", 8500, checkout.Manual) },
			nil, nil,
		},
		{
			"N03 confirmed and captured are one purchase",
			func(h *house, m id.Member) { h.buy(m, "A", 8500) },
			[]string{"mail 8,500円・みどり雑貨オンライン・7月10日(金)まで"},
			[]string{"8,500円・みどり雑貨オンライン・7月10日(金)まで"},
		},
		{
			"N03 a purchase that ships later, told when confirmed",
			func(h *house, m id.Member) {
				p := h.order(m, "A", 8500, checkout.Manual)
				h.confirm(p)
				h.follow()
				h.capture(p, 8500, true)
			},
			[]string{"mail 8,500円・みどり雑貨オンライン"},
			[]string{"8,500円・みどり雑貨オンライン"},
		},
		{
			"captured without a confirmation, and only in part",
			func(h *house, m id.Member) { h.capture(h.order(m, "A", 8500, checkout.Manual), 6000, true) },
			[]string{"mail 8,500円・みどり雑貨オンライン・7月10日(金)まで"},
			[]string{"2,500円分は請求しません・みどり雑貨オンライン", "8,500円・みどり雑貨オンライン・7月10日(金)まで"},
		},
		{
			"N03 sent three times: merged, told once and only in the inbox",
			func(h *house, m id.Member) {
				h.buy(m, "A", 8500)
				h.order(m, "A", 8500, checkout.Automatic)
				h.order(m, "A", 8500, checkout.Automatic)
			},
			[]string{"mail 8,500円・みどり雑貨オンライン・7月10日(金)まで"},
			[]string{"同じ支払いを1回にまとめました・8,500円・みどり雑貨オンライン", "8,500円・みどり雑貨オンライン・7月10日(金)まで"},
		},
		{
			"voided by the shop",
			func(h *house, m id.Member) {
				p := h.order(m, "A", 8500, checkout.Manual)
				h.write(func(tx *db.Tx) error {
					_, err := h.checkout.Void(tx, h.shop.ID, p.ID, byMerchant)
					return err
				})
			},
			[]string{"mail 8,500円の支払いは取り消されました・みどり雑貨オンライン"},
			[]string{"8,500円の支払いは取り消されました・みどり雑貨オンライン"},
		},
		{
			"the shop never confirmed",
			func(h *house, m id.Member) {
				h.order(m, "A", 8500, checkout.Manual)
				h.clock.Advance(2 * time.Hour)
				h.write(func(tx *db.Tx) error {
					_, err := h.checkout.ExpireDue(tx, 10)
					return err
				})
			},
			[]string{"mail 支払いは行われませんでした・8,500円・みどり雑貨オンライン"},
			[]string{"支払いは行われませんでした・8,500円・みどり雑貨オンライン"},
		},
		{
			"refunded twice, told twice",
			func(h *house, m id.Member) {
				p := h.buy(m, "A", 8500)
				h.follow()
				h.refund(p, 1200)
				h.refund(p, 300)
			},
			[]string{
				"mail 8,500円・みどり雑貨オンライン・7月10日(金)まで", "mail 返金1,200円・みどり雑貨オンライン", "mail 返金300円・みどり雑貨オンライン",
			},
			[]string{"返金300円・みどり雑貨オンライン", "返金1,200円・みどり雑貨オンライン", "8,500円・みどり雑貨オンライン・7月10日(金)まで"},
		},
		{
			"P11 held only, and the shop has no such order",
			func(h *house, m id.Member) { h.disown(h.order(m, "A", 8500, checkout.Manual)) },
			[]string{"mail 8,500円を戻しました（お店に注文がありませんでした）・みどり雑貨オンライン"},
			[]string{"8,500円を戻しました（お店に注文がありませんでした）・みどり雑貨オンライン"},
		},
		{
			"P11 captured, and the shop has no such order: told once, twice said",
			func(h *house, m id.Member) {
				p := h.buy(m, "A", 8500)
				h.disown(p)
				h.disown(p)
			},
			[]string{
				"mail 8,500円・みどり雑貨オンライン・7月10日(金)まで", "mail 8,500円を戻しました（お店に注文がありませんでした）・みどり雑貨オンライン",
			},
			[]string{"8,500円を戻しました（お店に注文がありませんでした）・みどり雑貨オンライン", "8,500円・みどり雑貨オンライン・7月10日(金)まで"},
		},
		{
			"a shop is agreed with, and no more",
			func(h *house, m id.Member) {
				var which id.Token
				h.write(func(tx *db.Tx) (err error) {
					which, err = h.members.Grant(tx, m, h.shop.ID, id.Session{})
					return err
				})
				h.clock.Advance(time.Hour)
				h.write(func(tx *db.Tx) error { return h.members.RevokeToken(tx, m, which) })
			},
			[]string{"mail 次回からの確認を省くことに同意しました・みどり雑貨オンライン", "mail 事前の同意を取り消しました・みどり雑貨オンライン"},
			[]string{"事前の同意を取り消しました・みどり雑貨オンライン", "次回からの確認を省くことに同意しました・みどり雑貨オンライン"},
		},
		{
			"N03 the sign-in of the registration is no news, a new device is, the same again is not",
			func(h *house, m id.Member) {
				for _, s := range []struct {
					device string
					after  time.Duration
				}{{"safari ios", time.Minute}, {"chrome windows", time.Hour}, {"chrome windows", time.Hour}} {
					h.clock.Advance(s.after)
					h.write(func(tx *db.Tx) error {
						_, _, err := h.members.Prove(tx, "", s.device, m)
						return err
					})
				}
			},
			[]string{"mail 新しい端末からログインがありました"},
			nil,
		},
		{
			"N20 a bank account, the same once more, and another one",
			func(h *house, m id.Member) {
				for _, number := range []string{"1234567", "1234567", "7654321"} {
					h.clock.Advance(time.Minute)
					h.registerAccount(m, number)
				}
			},
			[]string{"mail 銀行口座を登録しました", "mail 銀行口座を変更しました"},
			[]string{"銀行口座を変更しました", "銀行口座を登録しました"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			m := h.settled(taro, "ja")
			test.act(h, m)
			h.run()
			if diff := cmp.Diff(inAnyOrder(test.sent), inAnyOrder(h.told())); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.read, h.inbox(m, "ja")); diff != "" {
				t.Errorf("inbox (-want +got):\n%s", diff)
			}
		})
	}
}

func (h *house) registerAccount(m id.Member, number string) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		return h.members.RegisterAccount(tx, m, zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: zengin.AccountNumber(number), Holder: "ﾔﾏﾀﾞ ﾀﾛｳ"})
	})
}

// TestAccountRegistered: the letter names no part of the account, says what to do if it was not its reader, and sends nobody without
// membership to a page that they cannot open (rule N20).
func TestAccountRegistered(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		"ja": {"何もする必要はありません", "ログイン中の端末", "お問い合わせ番号: "},
		"en": {"there is nothing to do", "log out everywhere", "Reference number: "},
	} {
		h, between := open(t), "" // lines
		if lang == "en" {
			between = " "
		}
		m := h.settled(taro, lang)
		h.registerAccount(m, "1234567")
		h.run()
		if len(h.sent) != 1 {
			t.Fatalf("%s: %q", lang, h.told())
		}
		for _, s := range want {
			if !strings.Contains(strings.ReplaceAll(h.sent[0].Body, "\n", between), s) {
				t.Errorf("%s: the letter lacks %q:\n%s", lang, s, h.sent[0].Body)
			}
		}
		for _, s := range []string{"1234567", "ﾔﾏﾀﾞ", "みずほ"} {
			if strings.Contains(h.sent[0].Body, s) {
				t.Errorf("%s: the letter tells %q:\n%s", lang, s, h.sent[0].Body)
			}
		}
	}
}

func (h *house) capture(p checkout.Payment, amount int64, final bool) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		_, err := h.checkout.Capture(tx, h.shop.ID, p.ID, yen(amount), final, 30*24*time.Hour, byMerchant)
		return err
	})
}

func (h *house) refund(p checkout.Payment, amount int64) {
	h.t.Helper()
	h.clock.Advance(time.Minute)
	h.write(func(tx *db.Tx) error {
		_, err := h.checkout.Refund(tx, h.shop.ID, p.ID, yen(amount), "returned", byMerchant)
		return err
	})
}

// owing is a member with a bill for June of 30,000 yen and the fee, of which everything is told.
func owing(t *testing.T) (*house, id.Member, billing.Statement) {
	t.Helper()
	h := open(t)
	m := h.settled(taro, "ja")
	h.buy(m, "A", 30_000)
	h.at("2026-07-01", "00:30")
	st := h.bill(m)
	h.run()
	want := []string{"mail 30,000円・みどり雑貨オンライン・7月10日(金)まで", "mail 7月10日(金)までに30,209円（6月分）"}
	if diff := cmp.Diff(inAnyOrder(want), inAnyOrder(h.told())); diff != "" {
		t.Fatalf("told of the bill (-want +got):\n%s", diff)
	}
	h.sent = nil
	return h, m, st
}

// TestBills follows the facts of a bill that was told of: what comes in at the till, and what does not.
func TestBills(t *testing.T) {
	t.Parallel()
	const paid = "30,209円を確認しました。使える金額は50,000円です"
	tests := []struct {
		name string
		act  func(*house, billing.Statement)
		sent []string
	}{
		{
			"N03 reported, then confirmed: paid once",
			func(h *house, st billing.Statement) {
				h.tell(st, billing.LinePrompt, 1)
				h.follow()
				h.clock.Advance(48 * time.Hour)
				h.tell(st, billing.LineConfirmed, 1)
			},
			[]string{"mail " + paid},
		},
		{
			"reported, taken back: mail and text",
			func(h *house, st billing.Statement) {
				h.tell(st, billing.LinePrompt, 1)
				h.run()
				h.tell(st, billing.LineCancelled, 1)
			},
			[]string{
				"mail " + paid, "mail お支払いが取り消されました・6月分30,209円",
				"sms 【ツケ】6月分のお支払いがコンビニで取り消されました。まだ支払い済みではありません。お問い合わせ番号REF",
			},
		},
		{
			"N03 taken back and confirmed after all: told again",
			func(h *house, st billing.Statement) {
				h.tell(st, billing.LinePrompt, 1)
				h.run()
				h.tell(st, billing.LineCancelled, 1)
				h.follow()
				h.tell(st, billing.LineConfirmed, 1)
			},
			[]string{"mail " + paid, "mail " + paid},
		},
		{
			"N04 taken back while a second payment stands: nobody is asked to pay a third time",
			func(h *house, st billing.Statement) {
				h.tell(st, billing.LinePrompt, 1)
				h.run()
				h.tell(st, billing.LinePrompt, 2)
				h.run()
				h.tell(st, billing.LineCancelled, 1)
			},
			[]string{"mail " + paid, "mail 6月分が二度支払われました・30,209円", "mail " + paid},
		},
		{
			"B39 paid twice, and sent back by choice: told when chosen and when sent, once each",
			func(h *house, st billing.Statement) {
				h.tell(st, billing.LineConfirmed, 1)
				h.tell(st, billing.LineConfirmed, 2)
				h.run()
				var all []billing.Overpaid
				for range 2 {
					h.write(func(tx *db.Tx) (err error) {
						if all, err = billing.OverpaidOn(tx, st.Member, st.ID); err != nil {
							return err
						}
						_, err = h.billing.ReturnCredit(tx, st.Member, all[0].Receipt, "member")
						return err
					})
					h.run()
				}
				for range 2 {
					h.write(func(tx *db.Tx) error {
						_, err := h.billing.ReturnPaid(tx, all[0].Receipt, jst.DayOf(tx.Now()), "7")
						return err
					})
					h.run()
				}
			},
			[]string{
				"mail " + paid, "mail 6月分が二度支払われました・30,209円", "mail 30,209円を銀行口座に返金します・6月分", "mail 30,209円を銀行口座に返金しました・6月分",
			},
		},
		{
			"B46 sent back by choice, and the bank did not take it: told why and what to do",
			func(h *house, st billing.Statement) {
				h.tell(st, billing.LineConfirmed, 1)
				h.tell(st, billing.LineConfirmed, 2)
				h.run()
				for _, reason := range []string{"no_account", "other"} {
					h.write(func(tx *db.Tx) error {
						all, err := billing.OverpaidOn(tx, st.Member, st.ID)
						if err != nil {
							return err
						}
						if _, err := h.billing.ReturnCredit(tx, st.Member, all[0].Receipt, "member"); err != nil {
							return err
						}
						back, err := billing.LockReturn(tx, all[0].Receipt)
						if err != nil {
							return err
						}
						return back.Refused(tx, reason, "7")
					})
					h.run()
				}
			},
			[]string{
				"mail " + paid, "mail 6月分が二度支払われました・30,209円", "mail 30,209円を銀行口座に返金します・6月分",
				"mail 30,209円を振り込めませんでした・6月分", "mail 30,209円を振り込めませんでした・6月分",
			},
		},
		{
			"paid twice, the second taken back",
			func(h *house, st billing.Statement) {
				h.tell(st, billing.LineConfirmed, 1)
				h.run()
				h.tell(st, billing.LinePrompt, 2)
				h.run()
				h.tell(st, billing.LineCancelled, 2)
			},
			[]string{"mail " + paid, "mail 6月分が二度支払われました・30,209円", "mail 2回目のお支払いは取り消されました・6月分30,209円"},
		},
		{
			"past due: mail at once, text in the hours of a bank day",
			func(h *house, _ billing.Statement) {
				h.at("2026-07-11", "01:00") // a Saturday
				h.markPastDue()
				h.run()
				h.at("2026-07-13", "08:59")
				h.work()
				if len(h.sent) != 1 {
					h.t.Errorf("before the hours begin: %q", h.told())
				}
				h.at("2026-07-13", "09:00")
			},
			[]string{
				"mail 支払期日を過ぎています・6月分30,209円",
				"sms 【ツケ】6月分の支払期日を過ぎています。金額と方法はログインして「請求」へ。無料相談188。お問い合わせ番号REF",
			},
		},
		{
			"N04 past due, and paid before the text may go out",
			func(h *house, st billing.Statement) {
				h.at("2026-07-11", "01:00")
				h.markPastDue()
				h.run()
				h.tell(st, billing.LinePrompt, 1)
				h.run()
				h.at("2026-07-13", "09:00")
			},
			[]string{"mail 支払期日を過ぎています・6月分30,209円", "mail " + paid},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h, m, st := owing(t)
			test.act(h, st)
			h.run()
			for i := range test.sent {
				test.sent[i] = withReference(test.sent[i], st.Reference())
			}
			if diff := cmp.Diff(inAnyOrder(test.sent), inAnyOrder(h.told())); diff != "" {
				t.Errorf("sent (-want +got):\n%s", diff)
			}
			for _, msg := range h.messages(m) {
				if msg.State != notice.Sent {
					t.Errorf("%s by %s is %s", msg.Head, msg.Medium, msg.State)
				}
			}
		})
	}
}

// TestPaidWhileBlocked pays one of two late bills: no amount is promised that cannot be used yet.
func TestPaidWhileBlocked(t *testing.T) {
	t.Parallel()
	h, m, first := owing(t)
	h.buy(m, "B", 5000)
	h.at("2026-07-11", "01:00")
	h.markPastDue()
	h.at("2026-08-01", "00:30")
	second := h.bill(m)
	h.follow()
	h.tell(second, billing.LineConfirmed, 1)
	h.follow()
	h.clock.Advance(time.Minute)
	h.tell(first, billing.LineConfirmed, 1)
	h.follow()
	want := []string{"30,209円を確認しました。使える金額は50,000円です", "5,209円を確認しました"}
	if diff := cmp.Diff(want, h.inbox(m, "ja")[:2]); diff != "" {
		t.Errorf("inbox (-want +got):\n%s", diff)
	}
}

func (h *house) markPastDue() {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		_, err := h.billing.MarkPastDue(tx, jst.DayOf(tx.Now()), 10)
		return err
	})
}

// TestReminders plays the days before a due day (rule N08): three days before and on the day, once each, and not to who
// has paid.
func TestReminders(t *testing.T) {
	t.Parallel()
	h, m, st := owing(t)
	other := h.settled(hanako, "en")
	remind := func(day, clockText string) int {
		h.at(day, clockText)
		n := 0
		h.write(func(tx *db.Tx) (err error) {
			d, err := jst.ParseDay(day)
			if err != nil {
				return err
			}
			n, err = h.notices.Remind(tx, d, 10)
			return err
		})
		h.run()
		return n
	}
	for _, step := range []struct {
		day  string
		want int
	}{{"2026-07-06", 0}, {"2026-07-07", 1}, {"2026-07-07", 0}, {"2026-07-08", 0}, {"2026-07-10", 1}, {"2026-07-10", 0}, {"2026-07-11", 0}} {
		if got := remind(step.day, "09:00"); got != step.want {
			t.Errorf("%s: %d reminders, want %d", step.day, got, step.want)
		}
	}
	want := []string{"mail あと3日です・7月10日(金)までに30,209円", "mail 今日が支払期日です・30,209円（6月分）"}
	if diff := cmp.Diff(inAnyOrder(want), inAnyOrder(h.told())); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if got := h.inbox(other, "en"); len(got) != 0 {
		t.Errorf("somebody else was told: %q", got)
	}
	if lines := h.inbox(m, "ja"); len(lines) != 2 { // the purchase and the bill: reminders are not news
		t.Errorf("inbox: %q", lines)
	}
	h.tell(st, billing.LineConfirmed, 1)
	if n := remind("2026-07-10", "10:00"); n != 0 {
		t.Errorf("%d reminders of a paid bill", n)
	}
}

// TestRemindOnlyToday makes up for no missed reminder: a day that is over cannot be reminded of (rule N08).
func TestRemindOnlyToday(t *testing.T) {
	t.Parallel()
	h, _, st := owing(t)
	h.at("2026-07-11", "09:00")
	h.write(func(tx *db.Tx) error {
		n, err := h.notices.Remind(tx, st.Due, 10)
		if n != 0 {
			t.Errorf("%d reminders for yesterday", n)
		}
		return err
	})
}

// TestOnce lets the reader fail after its writes, run twice, and start again from the first fact under another name: each
// member is told once (rule N01).
func TestOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.settled(taro, "ja")
	h.buy(m, "A", 8500)
	for n := 1; n > 0; {
		var err error
		if n, err = h.relay.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	crash := errors.New("crash")
	reader := h.notices.Reader()
	failing := event.Reader{Name: reader.Name, Step: func(tx *db.Tx, facts []event.Numbered) error {
		return errors.Join(reader.Step(tx, facts), crash)
	}}
	if _, err := event.RunReader(context.Background(), h.db, failing, 100); !errors.Is(err, crash) {
		t.Fatalf("the failing reader: %v", err)
	}
	h.work()
	if len(h.sent) != 0 {
		t.Fatalf("a rolled back reader sent %q", h.told())
	}
	h.run()
	h.run()
	again := event.Reader{Name: "notice again", Step: reader.Step}
	if n, err := event.RunReader(context.Background(), h.db, again, 100); err != nil || n == 0 {
		t.Fatalf("from the first fact: %d, %v", n, err)
	}
	h.work()
	want := []string{"mail 8,500円・みどり雑貨オンライン・7月10日(金)まで"}
	if diff := cmp.Diff(inAnyOrder(want), inAnyOrder(h.told())); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
}

func (h *house) disown(p checkout.Payment) {
	h.write(func(tx *db.Tx) error {
		_, err := h.checkout.Disown(tx, h.shop.ID, p.ID, byMerchant)
		return err
	})
}
