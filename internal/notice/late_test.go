package notice_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/notice"
	"tsuke/internal/term"
)

// morning is the run at 9:00 of a day: bills become past due, are charged and reminded of, and all that is due is sent.
// It answers what the carriers were given, without the name, the reference and the host in texts.
func (h *house) morning(day string) []string {
	h.t.Helper()
	h.at(day, "09:00")
	h.markPastDue()
	h.write(func(tx *db.Tx) error {
		if _, _, err := h.collection().BreakPlans(tx, today(h), id.Statement{}, 10); err != nil {
			return err
		}
		_, _, err := h.collection().ChargeLate(tx, today(h), billing.Statement{}, 10)
		return err
	})
	for n := 1; n > 0; {
		h.write(func(tx *db.Tx) (err error) {
			n, err = h.notices.Remind(tx, today(h), 10)
			return err
		})
	}
	h.run()
	return h.took()
}

// took empties the carriers.
func (h *house) took() []string {
	told := inAnyOrder(h.told())
	for i, s := range told {
		if text, _, found := strings.Cut(s, "お問い合わせ番号"); found {
			told[i] = text
		}
	}
	h.sent = nil
	return told
}

func (h *house) collection() *collection.Collection {
	return &collection.Collection{Terms: h.billing.Terms, Billing: h.billing}
}

func (h *house) promise(m id.Member, day string) {
	h.t.Helper()
	d, err := jst.ParseDay(day)
	if err != nil {
		h.t.Fatal(err)
	}
	h.write(func(tx *db.Tx) error {
		_, err := h.collection().Promise(tx, m, d)
		return err
	})
}

// What is said, by its name in the diaries.
const (
	pastDueMail = "mail 支払期日を過ぎています・6月分30,209円"
	pastDueText = "sms 【ツケ】6月分の支払期日を過ぎています。金額と方法はログインして「請求」へ。無料相談188。"
	firstMail   = "mail 6月分のお支払いの確認ができていません・30,209円"
	firstText   = "sms 【ツケ】6月分のお支払いを確認できていません。ログインして「請求」をご覧ください。無料相談188。"
	secondMail  = "mail 支払える日を教えてください・6月分30,209円"
	secondText  = "sms 【ツケ】6月分について、支払える日を教えてください。ログインして「請求」で選べます。無料相談188。"
	lastMail    = "mail 担当者からお電話します・6月分30,209円"
	lastText    = "sms 【ツケ】6月分の件で担当者がお電話します。先に支払える日を「請求」で選べます。無料相談188。"
	paidMail    = "mail 30,209円を確認しました。使える金額は50,000円です"
)

// entry is a day of a diary: what happens before its morning, and what is sent since the entry before it.
type entry struct {
	day  string
	act  func(*house, id.Member, billing.Statement)
	sent []string
}

func promises(day string) func(*house, id.Member, billing.Statement) {
	return func(h *house, m id.Member, _ billing.Statement) { h.promise(m, day) }
}

// takesBack takes all late charges of the bill back, as two people do (rule O12).
func takesBack(h *house, _ id.Member, st billing.Statement) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		charges, err := billing.ChargesOf(tx, st.ID)
		if err != nil {
			return err
		}
		which := make([]id.LateCharge, len(charges))
		for i, c := range charges {
			which[i] = c.ID
		}
		return h.billing.WaiveCharges(tx, which, "stf_1", "stf_2", billing.OurFault)
	})
}

// endsPlan ends the plan, as a person says.
func endsPlan(h *house, m id.Member, st billing.Statement) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		_, err := h.collection().EndPlan(tx, m, st.ID, "stf_1")
		return err
	})
}

func pays(h *house, _ id.Member, st billing.Statement) { h.tell(st, billing.LinePrompt, 1) }

// TestDunning are diaries of bills of June over 30,209 yen that were due on Friday 10 July (rules N07, N11, N12, D08).
func TestDunning(t *testing.T) {
	t.Parallel()
	for name, diary := range map[string][]entry{
		"nothing happens": {
			{"2026-07-11", nil, []string{pastDueMail}}, // a Saturday
			{"2026-07-12", nil, nil},
			{"2026-07-13", nil, []string{firstMail, firstText, pastDueText}},
			{"2026-07-14", nil, nil},
			{"2026-07-19", nil, nil},
			{"2026-07-20", nil, []string{secondMail}}, // Marine Day
			{"2026-07-21", nil, []string{secondText}},
			{"2026-08-08", nil, nil},
			{"2026-08-09", nil, []string{lastMail}}, // a Sunday
			{"2026-08-10", nil, []string{"mail 遅れた分100円が加わりました（8月10日(月)）", lastText}},
			{"2026-08-25", nil, []string{"mail 遅れた分100円が加わりました（8月25日(火)）"}},
			{"2026-09-09", nil, nil},
		},
		"a promise that is kept": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-12", promises("2026-07-25"), []string{"mail 7月25日(土)に支払うというお約束を受け付けました"}}, // on Sunday: the text of past due is dropped
			{"2026-07-13", nil, nil},
			{"2026-07-20", nil, nil},
			{"2026-07-24", pays, []string{paidMail}},
			{"2026-07-26", nil, nil},
			{"2026-08-10", nil, nil},
		},
		"a promise that is broken": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-13", nil, []string{firstMail, firstText, pastDueText}},
			{"2026-07-14", promises("2026-07-22"), []string{"mail 7月22日(水)に支払うというお約束を受け付けました"}},
			{"2026-07-20", nil, nil},
			{"2026-07-22", nil, nil}, // the day is not over
			{"2026-07-23", nil, []string{secondMail, secondText}},
			{"2026-08-09", nil, []string{lastMail}},
		},
		"a promise moved to a later day, past a step": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-12", promises("2026-07-15"), []string{"mail 7月15日(水)に支払うというお約束を受け付けました"}},
			{"2026-07-15", promises("2026-07-21"), []string{"mail 7月21日(火)に支払うというお約束を受け付けました"}},
			{"2026-07-16", nil, nil},
			{"2026-07-22", nil, []string{secondMail, secondText}}, // the first step is not made up for
			{"2026-07-23", nil, nil},
		},
		"a fee is told while a promise stands": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-13", nil, []string{firstMail, firstText, pastDueText}},
			{"2026-07-20", nil, []string{secondMail}},
			{"2026-07-31", promises("2026-08-20"), []string{"mail 8月20日(木)に支払うというお約束を受け付けました"}}, // the text of the second step is dropped
			{"2026-08-10", nil, []string{"mail 遅れた分100円が加わりました（8月10日(月)）"}},
			{"2026-08-20", nil, nil},
			{"2026-08-21", nil, []string{"mail 担当者からお電話します・6月分30,309円", lastText}},
		},
		"what was added is taken back": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-31", promises("2026-08-20"), []string{"mail 8月20日(木)に支払うというお約束を受け付けました"}},
			{"2026-08-10", nil, []string{"mail 遅れた分100円が加わりました（8月10日(月)）"}},
			{"2026-08-11", takesBack, []string{"mail 遅れた分100円を取り消しました（6月分）"}},
			{"2026-08-12", nil, nil},
		},
		"paid meanwhile": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-13", nil, []string{firstMail, firstText, pastDueText}},
			{"2026-07-19", pays, []string{paidMail}},
			{"2026-07-20", nil, nil},
			{"2026-08-10", nil, nil},
		},
		"paid between the letter and the text": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-13", nil, []string{firstMail, firstText, pastDueText}},
			{"2026-07-20", nil, []string{secondMail}},
			{"2026-07-21", pays, []string{paidMail}},
		},
		"a bank was asked": {
			{"2026-07-10", func(h *house, _ id.Member, st billing.Statement) {
				h.write(func(tx *db.Tx) error { return billing.Await(tx, []billing.Statement{st}) })
			}, nil},
			{"2026-07-11", nil, nil},
			{"2026-07-14", nil, nil},
			{"2026-07-31", func(h *house, m id.Member, st billing.Statement) { h.notDebited(m, st, "2026-08-07", 0, "2") }, []string{
				"mail 引き落とせませんでした・8月7日(金)までに30,209円（6月分）", "sms 【ツケ】6月分を口座から引き落とせませんでした。8月7日(金)までにコンビニでお支払いください。",
			}},
			{"2026-08-04", nil, []string{"mail あと3日です・8月7日(金)までに30,209円"}},
		},
		"the machine stood still for a fortnight": {
			{"2026-07-25", nil, []string{pastDueMail, secondMail}}, // a Saturday
			{"2026-07-27", nil, []string{pastDueText, secondText}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, m, st := owing(t)
			for _, e := range diary {
				h.at(e.day, "08:30")
				if e.act != nil {
					e.act(h, m, st)
					h.follow()
				}
				if diff := cmp.Diff(inAnyOrder(e.sent), h.morning(e.day)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", e.day, diff)
				}
			}
		})
	}
}

func (h *house) notDebited(m id.Member, st billing.Statement, due string, fee int64, code string) {
	h.t.Helper()
	d, err := jst.ParseDay(due)
	if err != nil {
		h.t.Fatal(err)
	}
	h.write(func(tx *db.Tx) error { return h.billing.NotDebited(tx, m, st.ID, d, yen(fee), code) })
}

// agrees makes a plan of three parts from a day on, where the operator has a registration for regulated credit.
func agrees(first string) func(*house, id.Member, billing.Statement) {
	return func(h *house, m id.Member, st billing.Statement) {
		h.t.Helper()
		d, err := jst.ParseDay(first)
		if err != nil {
			h.t.Fatal(err)
		}
		h.write(func(tx *db.Tx) error {
			_, err := h.collection().Agree(tx, m, st.ID, collection.PlanWish{First: d, Parts: 3}, "member")
			return err
		})
	}
}

// paysPart pays what the page's barcode is over.
func paysPart(minute int) func(*house, id.Member, billing.Statement) {
	return func(h *house, m id.Member, st billing.Statement) {
		h.t.Helper()
		h.write(func(tx *db.Tx) (err error) {
			h.slips[st.ID], err = h.billing.Reissue(tx, m, st.ID)
			return err
		})
		h.tell(st, billing.LinePrompt, minute)
	}
}

// allowPlans turns paying in parts on.
func allowPlans(h *house, _ id.Member, _ billing.Statement) {
	h.t.Helper()
	for _, name := range []string{collection.PlanEnabled.Name(), collection.PlanBeyond.Name()} {
		h.write(func(tx *db.Tx) error {
			return h.billing.Terms.Set(tx, term.Change{Name: name, From: today(h).Add(1), Value: "true", By: "operator"})
		})
	}
	if err := h.billing.Terms.Reload(context.Background(), h.db); err != nil {
		h.t.Fatal(err)
	}
}

// TestPlans are diaries of the same bills, which are paid in parts (rules D11, D12, N13).
func TestPlans(t *testing.T) {
	t.Parallel()
	for name, diary := range map[string][]entry{
		"kept": {
			{"2026-07-11", allowPlans, []string{pastDueMail}},
			{"2026-07-12", agrees("2026-07-20"), []string{"mail 6月分を3回に分けて支払うお約束を受け付けました"}}, // the text of past due is dropped
			{"2026-07-13", nil, nil},
			{"2026-07-17", nil, []string{"mail 7月20日(月)までに10,070円（6月分の分割）"}},
			{"2026-07-20", nil, []string{"mail 今日までに10,070円（6月分の分割）"}},
			{"2026-07-21", paysPart(1), []string{"mail 一部のお支払いを確認しました・残り20,139円（6月分）"}},
			{"2026-07-31", nil, []string{"mail 8月3日(月)までに10,070円（6月分の分割）"}},
			{"2026-08-01", paysPart(2), []string{"mail 一部のお支払いを確認しました・残り10,069円（6月分）"}},
			{"2026-08-03", nil, nil}, // paid: not reminded of
			{"2026-08-10", nil, nil},
			{"2026-08-14", nil, []string{"mail 8月17日(月)までに10,069円（6月分の分割）"}},
			{"2026-08-15", paysPart(3), []string{paidMail}},
			{"2026-08-17", nil, nil},
		},
		"ended by a person": {
			{"2026-07-11", allowPlans, []string{pastDueMail}},
			{"2026-07-12", agrees("2026-07-20"), []string{"mail 6月分を3回に分けて支払うお約束を受け付けました"}},
			{"2026-07-13", nil, nil},
			{"2026-07-16", endsPlan, []string{"mail 分割のお約束を終わりにしました・残り30,209円（6月分）", firstMail, firstText}},
			{"2026-07-20", nil, []string{secondMail}}, // Marine Day
			{"2026-07-21", nil, []string{secondText}},
		},
		"broken": {
			{"2026-07-11", allowPlans, []string{pastDueMail}},
			{"2026-07-12", agrees("2026-07-20"), []string{"mail 6月分を3回に分けて支払うお約束を受け付けました"}},
			{"2026-07-20", nil, []string{"mail 今日までに10,070円（6月分の分割）"}},
			{"2026-07-23", nil, nil}, // the last day of grace
			{"2026-07-24", nil, []string{"mail 分割のお約束が終わりました・残り30,209円（6月分）", secondMail, secondText}},
			{"2026-08-03", nil, nil},
			{"2026-08-10", nil, []string{"mail 遅れた分100円が加わりました（8月10日(月)）", "mail 担当者からお電話します・6月分30,309円", lastText}},
		},
		"paid between the reminder and its sending": {
			{"2026-07-11", allowPlans, []string{pastDueMail}},
			{"2026-07-13", agrees("2026-07-20"), []string{"mail 6月分を3回に分けて支払うお約束を受け付けました"}},
			{"2026-07-17", func(h *house, m id.Member, st billing.Statement) {
				h.at("2026-07-17", "09:00")
				h.write(func(tx *db.Tx) error {
					_, err := h.notices.Remind(tx, today(h), 10)
					return err
				})
				paysPart(1)(h, m, st)
			}, []string{"mail 一部のお支払いを確認しました・残り20,139円（6月分）"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, m, st := owing(t)
			for _, e := range diary {
				h.at(e.day, "08:30")
				if e.act != nil {
					e.act(h, m, st)
					h.follow()
				}
				if diff := cmp.Diff(inAnyOrder(e.sent), h.morning(e.day)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", e.day, diff)
				}
			}
			if name == "kept" && h.inbox(m, "ja")[0] != "分割のお支払いが終わりました（6月分）" {
				t.Errorf("inbox: %s", h.inbox(m, "ja")[0])
			}
		})
	}
}

// TestPromiseStopsReminders holds reminders of a later bill back while a promise for an earlier one stands (rule N12), and
// leaves other members alone.
func TestPromiseStopsReminders(t *testing.T) {
	t.Parallel()
	h, m, _ := owing(t)
	other := h.settled(hanako, "ja")
	h.buy(m, "B", 5000)
	h.buy(other, "C", 5000)
	h.run()
	h.morning("2026-07-11")
	h.at("2026-08-01", "00:30")
	h.bill(m)
	h.bill(other)
	h.run()
	h.morning("2026-08-01")
	h.promise(m, "2026-08-09")
	h.run()
	h.took()
	if diff := cmp.Diff([]string{"mail あと3日です・8月10日(月)までに5,209円"}, h.morning("2026-08-07")); diff != "" {
		t.Errorf("three days before (-want +got):\n%s", diff)
	}
	got := h.morning("2026-08-10")
	want := inAnyOrder([]string{
		"mail 今日が支払期日です・5,209円（7月分）", "mail 今日が支払期日です・5,209円（7月分）", "mail 遅れた分100円が加わりました（8月10日(月)）",
		"mail 担当者からお電話します・6月分30,309円", lastText,
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after the day (-want +got):\n%s", diff)
	}
}

// TestNotDebited says why, what is to be paid with the fee, and by when, in the words of the bank's answer; a copy of the
// fee's own fact is not told beside it.
func TestNotDebited(t *testing.T) {
	t.Parallel()
	for code, why := range map[string]string{
		"1": "残高が足りず、引き落とせませんでした。", "no_account": "口座の登録がないため、引き落とせませんでした。", "9": "金融機関で引き落としができませんでした。",
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			h, m, st := owing(t)
			h.at("2026-07-08", "10:00")
			h.notDebited(m, st, "2026-07-31", 209, code)
			h.run()
			if len(h.sent) != 2 {
				t.Fatalf("sent %q", h.told())
			}
			for _, s := range h.sent {
				if s.Medium != notice.ByMail {
					continue
				}
				letter := strings.ReplaceAll(s.Body, "\n", "")
				for _, part := range []string{why, "お支払い金額: 30,418円（コンビニ払いの手数料209円を含みます。税込）", "支払期日: 2026年7月31日(金)"} {
					if !strings.Contains(letter, part) {
						t.Errorf("%q is missing in\n%s", part, s.Body)
					}
				}
			}
			if got := h.inbox(m, "ja")[0]; got != "引き落とせませんでした・7月31日(金)までに30,418円（6月分）" {
				t.Errorf("inbox: %s", got)
			}
		})
	}
}

// TestOneNoticeForAFeeDay adds up the charges of a day on all bills of a member (rule N03).
func TestOneNoticeForAFeeDay(t *testing.T) {
	t.Parallel()
	h, m, _ := owing(t)
	h.buy(m, "B", 5000)
	h.morning("2026-07-11")
	h.at("2026-08-01", "00:30")
	h.bill(m)
	h.run()
	h.morning("2026-08-12")
	charge := func(tx *db.Tx, on jst.Day, after billing.Statement) {
		all, err := billing.ListLate(tx, on, after, 10)
		if err != nil {
			t.Fatal(err)
		}
		late, err := billing.LockLate(tx, all)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range late {
			if _, err := h.billing.AddCharges(tx, l, billing.Charge{Day: on, Kind: billing.Damages, Amount: 30, Full: 30}); err != nil {
				t.Fatal(err)
			}
		}
	}
	h.at("2026-08-24", "09:00")
	h.write(func(tx *db.Tx) error {
		charge(tx, today(h), billing.Statement{})
		return nil
	})
	h.run()
	if diff := cmp.Diff([]string{"mail 遅れた分60円が加わりました（8月24日(月)）"}, h.took()); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if got := h.inbox(m, "en")[0]; got != "¥60 was added for being late (Mon 24 Aug 2026)" {
		t.Errorf("inbox: %s", got)
	}
}

// TestPartPaid pays a late bill with the barcode it was issued with, before a fee: the fee is left, the bill is paid. A fact
// of money that is not enough is told with what is left.
func TestPartPaid(t *testing.T) {
	t.Parallel()
	h, m, st := owing(t)
	h.at("2026-07-05", "10:00")
	h.write(func(tx *db.Tx) error {
		_, err := h.billing.Debited(tx, m, st.ID, 10_000, today(h), id.Hash("part"), "0001")
		return err
	})
	h.run()
	if diff := cmp.Diff([]string{"mail 一部のお支払いを確認しました・残り20,209円（6月分）"}, h.took()); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if got := h.inbox(m, "en")[0]; got != "We received a part · ¥20,209 left for June 2026" {
		t.Errorf("inbox: %s", got)
	}
}

// TestPromised is told by letter and in the inbox, where its line leads to the promise.
func TestPromised(t *testing.T) {
	t.Parallel()
	h, m, _ := owing(t)
	h.morning("2026-07-11")
	h.promise(m, "2026-07-20")
	h.run()
	var letter string
	for _, s := range h.sent {
		letter += strings.ReplaceAll(s.Body, "\n", "")
	}
	for _, part := range []string{"2026年7月20日(月)に支払うというお約束", "30,209円でした", "お支払いのご案内を送りません", "支払いが難しいとき"} {
		if !strings.Contains(letter, part) {
			t.Errorf("%q is missing in\n%s", part, letter)
		}
	}
	h.read(func(tx *db.Tx) error {
		lines, err := h.notices.Inbox(tx, m, "en", id.Notice{}, 1)
		if err == nil && (lines[0].About != notice.AboutPromise || lines[0].Text != "You will pay on Mon 20 Jul 2026: we have noted it") {
			t.Errorf("the inbox begins with %+v", lines[0])
		}
		return err
	})
}
