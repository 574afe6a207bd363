package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/web"
	"tsuke/internal/zengin"
)

// transfer is a deposit with a text that comes in at the bank today.
func (s *service) transfer(amount money.Yen, text string) {
	s.t.Helper()
	day := jst.DayOf(s.clock.Now())
	key := id.Hash("transfer", text, amount.String(), s.clock.Now().String())
	_, err := s.billing.TakeTransfers(s.t.Context(), s.db, billing.TransferFile{Hash: key, Account: string(key), Lines: []billing.Transfer{
		{Number: 2, Key: key, Day: day, Amount: amount, Payer: mask.Name(text)},
	}})
	if err != nil {
		s.t.Fatal(err)
	}
}

// B10, B40: a bill of more than a store takes has neither a barcode nor a number. It is paid by transfer, and its page is no fault.
func TestABillTooLargeForAStore(t *testing.T) {
	t.Parallel()
	s := &story{service: newSite(t)}
	s.register(hanako)
	s.write(func(tx *db.Tx) error {
		return credit.SetLimit(tx, s.memberOf(hanako), credit.Online, 500_000, "test", "operator")
	})
	s.at("2026-06-10 10:00")
	s.sell(hanako, s.shop, sale{"J-1", 300_000, true})
	s.at("2026-07-01 00:10")
	s.bill = s.service.bill(hanako, "2026-06")
	pay := web.PayPath(s.bill.ID.String())
	here := s.device(hanako)
	here.get(pay).told(http.StatusConflict, "BILL-104", "影響ありません", "コンビニで支払える金額を超えています")
	here.get(pay).says(http.StatusConflict, "300,209円", "300,000円まで", "振込先の口座もまだ用意できていません", s.bill.Reference().String())
	here.get(pay+"?lang=en").told(http.StatusConflict, "BILL-104", "not affected", "More than a store can take")
	here.get(pay + "?lang=ja")
	s.term(billing.TransferBank, "", "0001")
	s.term(billing.TransferBranch, "", "001")
	s.term(billing.TransferNumber, "", "7654321")
	s.term(billing.TransferHolder, "", "ツケ（カ")
	s.at("2026-07-06 09:00")
	b := s.device(hanako)
	p := b.get(pay).at(pay).says(http.StatusOK, "300,209円", "コンビニでは支払えません", "ちょうど300,209円", "7654321")
	if strings.Contains(p.main(), "レジで見せる") || len(p.all("main section[class=code]")) != 0 {
		t.Errorf("a barcode is shown: %s", p.main())
	}
	b.get(pay+"?lang=en").says(http.StatusOK, "can't be paid at a store", "exactly ¥300,209")
}

// B40: nothing is offered until our account is set; then the page tells all that a transfer needs, and a payment shows on the bill.
func TestPayByTransfer(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	b := s.device(hanako)
	here, pay := web.BillPath(s.bill.ID.String()), web.PayPath(s.bill.ID.String())
	if p := b.get(pay).at(pay); strings.Contains(p.main(), "銀行振込") {
		t.Error("a transfer to no account is offered")
	}
	s.term(billing.TransferBank, "", "0001")
	s.term(billing.TransferBranch, "", "001")
	s.term(billing.TransferNumber, "", "7654321")
	s.term(billing.TransferHolder, "", "ツケ（カ")
	s.at("2026-07-06 09:00")
	b = s.device(hanako)
	p := b.get(pay).at(pay).says(http.StatusOK, "銀行振込でも支払えます", "ちょうど18,709円", s.bill.Reference().String(), "ご負担", "次の銀行営業日")
	for name, want := range map[string]string{"金融機関": "みずほ", "支店": "東京営業部", "口座番号": "7654321", "口座名義": "ツケ（カ"} {
		if got := p.fact(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	b.get(pay+"?lang=en").says(http.StatusOK, "Or pay by bank transfer", "exactly ¥18,709", "Your bank's fee", "next day on which banks are open")
	st := s.bill
	st.Way = billing.Debit
	s.write(func(tx *db.Tx) error { return billing.Await(tx, []billing.Statement{st}) })
	if p := b.get(pay + "?lang=ja"); strings.Contains(p.main(), "7654321") {
		t.Error("a bill that a bank was asked to debit is paid by transfer")
	}
	st.Awaited, st.Way = false, billing.EBarcode
	s.write(func(tx *db.Tx) error {
		return s.billing.NotDebited(tx, st.Member, st.ID, jst.DayOf(tx.Now()).Add(10), 0, "1")
	})
	s.transfer(18_709, s.bill.Reference().String()+" ヤマダ ハナコ")
	p = b.get(here).at(here).says(http.StatusOK, "支払い済み", "銀行振込", "18,709円", "7月6日(月)")
	if strings.Contains(p.main(), "0:00") {
		t.Error("a time of which the bank tells nothing")
	}
	b.get(here+"?lang=en").says(http.StatusOK, "Bank transfer")
}

// B38, M20: what was paid twice is taken off the next bill, or sent back once the member has an account, a fresh code, and says so; a
// press that arrives twice is one choice.
func TestMoneyBack(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	here, back := web.BillPath(s.bill.ID.String()), web.ReturnPath(s.bill.ID.String())
	s.device(hanako).get(back).at(back).says(http.StatusOK, "返金を選べるお金はありません")
	s.transfer(18_709, s.bill.Reference().String())
	s.clock.Advance(time.Minute)
	s.transfer(18_709, s.bill.Reference().String())
	b := s.device(hanako)
	p := b.get(here).at(here).says(http.StatusOK, "多く支払った分", "次の請求から差し引きます", "銀行口座に返してもらう")
	p.one("main a[href=" + back + "]")

	p = b.get(back).at(back).says(http.StatusOK, "18,709円", "ご本人の銀行口座の登録が必要です")
	p.one("main a[href=" + web.BankPath + "]")
	if len(p.all("main form")) != 0 {
		t.Error("it can be sent back to no account")
	}
	s.write(func(tx *db.Tx) error {
		return s.members.RegisterAccount(tx, s.bill.Member, zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: "1234567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"})
	})
	p = b.get(back).says(http.StatusOK, "みずほ", "東京営業部", "••••567", "18,709円を返してもらう")
	receipt := p.value("receipt")
	b.get(back+"?lang=en").says(http.StatusOK, "Send back ¥18,709", "Leave it: take it off my next bill")
	b.get(back + "?lang=ja").at(back)

	s.clock.Advance(16 * time.Minute)
	b.post(back, "receipt", receipt).at(back).says(http.StatusOK, "ご本人の確認")
	if got := s.account(hanako).Unpaid; got != -18_709 {
		t.Fatalf("sent back without a code: owes %d", got)
	}
	b = s.device(hanako)
	b.post(back, "receipt", "rct_1").at(back)
	b.post(back, "receipt", id.New[id.ReceiptKind](s.clock.Now(), 1).String()).at(back)
	b.post(back).at(here)
	b.post(back, "receipt", receipt).at(here).says(http.StatusOK, "返金を受け付けました", "登録の銀行口座に返金します")
	p = b.post(back, "receipt", receipt).at(here) // pressed again
	if p.has(back) {
		t.Error("what goes back can be chosen again")
	}
	b.get(back).at(back).says(http.StatusOK, "返金を選べるお金はありません", "登録の銀行口座に返金します")
	r, err := id.Parse[id.ReceiptKind](receipt)
	if err != nil {
		t.Fatal(err)
	}
	s.write(func(tx *db.Tx) error {
		_, err := s.billing.ReturnPaid(tx, r, jst.DayOf(tx.Now()), "7")
		return err
	})
	b.get(here).says(http.StatusOK, "7月5日(日)に、登録の銀行口座に返金しました")
	b.get(here+"?lang=en").says(http.StatusOK, "It was sent back to your registered bank account on Sun 5 Jul 2026")
	s.browser().get(back).at(web.SignInPath)
}

// B38: the bill was open in a tab while the month closed and its bill took the money off. The page says so, and nothing is sent.
func TestMoneyBackTooLate(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	back := web.ReturnPath(s.bill.ID.String())
	s.transfer(18_709, s.bill.Reference().String())
	s.clock.Advance(time.Minute)
	s.transfer(2_000, s.bill.Reference().String())
	s.write(func(tx *db.Tx) error {
		return s.members.RegisterAccount(tx, s.bill.Member, zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: "1234567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"})
	})
	receipt := s.device(hanako).get(back).at(back).value("receipt")
	s.sell(hanako, s.shop, sale{"J-9", 5_000, true})
	s.at("2026-08-01 00:10")
	s.service.bill(hanako, "2026-07")
	b := s.device(hanako)
	p := b.post(back, "receipt", receipt).at(back).says(http.StatusOK, "7月分の請求から差し引きました", "返金を選べるお金はありません")
	if len(p.all("main form")) != 0 {
		t.Error("it can be chosen still")
	}
}
