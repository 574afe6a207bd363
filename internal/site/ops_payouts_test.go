package site_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/approval"
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/id"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
	"tsuke/internal/payout"
	"tsuke/internal/staff"
	"tsuke/internal/web"
	"tsuke/internal/zengin"
)

// B48: finance makes the next file, downloads it, says that it was made and enters what was refused; others see where it stands, and
// nobody sees whose money it is. A download is kept.
func TestPayoutsOnTheConsole(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	s.payer()
	aoki, sato := s.hire("aoki", staff.Finance), s.hire("sato", staff.Support)
	aoki.get(web.OpsPayoutsPath).says(http.StatusOK, "待っている返金はありません", "まだ作っていません")
	s.transfer(18_709, s.bill.Reference().String())
	s.transfer(2_000, s.bill.Reference().String())
	account := zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: "1234567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"}
	var over []billing.Overpaid
	s.write(func(tx *db.Tx) (err error) {
		if err := s.members.RegisterAccount(tx, s.bill.Member, account); err != nil {
			return err
		}
		if over, err = billing.OverpaidOn(tx, s.bill.Member, s.bill.ID); err != nil {
			return err
		}
		_, err = s.billing.ReturnCredit(tx, s.bill.Member, over[0].Receipt, "member")
		return err
	})
	s.at("2026-07-06 10:00")
	aoki.enter(web.OpsPayoutsPath).at(web.OpsPayoutsPath).says(http.StatusOK, "次のファイルに入ります", "1件、2,000円を、7月7日(火)に", over[0].Receipt.String())
	sato.enter(web.OpsPayoutsPath).says(http.StatusOK, "作れるのは、経理の担当者です")
	sato.post(web.OpsPayoutsPath).says(http.StatusForbidden)

	file := web.OpsPayoutPath(1, "")
	aoki.post(web.OpsPayoutsPath).at(file).says(http.StatusOK, "振込ファイルを作りました", "提出前")
	aoki.post(web.OpsPayoutsPath).at(file) // pressed again: the same file
	aoki.get(web.OpsPayoutsPath).says(http.StatusOK, "ファイル 1 に入っています")
	aoki.post(web.OpsPayoutPath(1, "took")).says(http.StatusConflict, "まだ書き出されていません")
	sato.post(web.OpsPayoutPath(1, "file")).says(http.StatusForbidden)
	for range 2 {
		read, err := zengin.ReadTransfers(bytes.NewReader(aoki.fetched(web.OpsPayoutPath(1, "file"))), zengin.Format{})
		if err != nil || len(read.Transfers) != 1 || read.Transfers[0].Amount != 2_000 || read.Transfers[0].Account.Number != "1234567" {
			t.Fatalf("the file: %v %v", read, err)
		}
	}
	aoki.get(web.OpsPayoutPath(1, "file")).at(file).says(http.StatusOK, "になると、銀行の結果を入れられます")
	s.read(func(tx *db.Tx) error {
		told, err := event.Timeline(tx, event.Subject(over[0].Receipt), 20)
		shown := 0
		for _, f := range told {
			if f.Kind == "payout.file_shown" {
				shown++
			}
		}
		if shown != 2 {
			t.Errorf("%d looks are kept", shown)
		}
		return err
	})
	for _, personal := range []string{"1234567", "ﾔﾏﾀﾞ", "山田", "みずほ"} {
		if strings.Contains(aoki.get(file).main()+aoki.get(web.OpsPayoutsPath).main(), personal) {
			t.Errorf("%q is shown", personal)
		}
	}
	aoki.post(web.OpsPayoutPath(1, "took")).says(http.StatusConflict, "2026-07-07")

	s.at("2026-07-07 16:00")
	aoki.enter(file).at(file).says(http.StatusOK, "銀行が振り込んだ")
	for range 2 {
		aoki.post(web.OpsPayoutPath(1, "took")).at(file).says(http.StatusOK, "振込を記帳しました", "振込済み")
	}
	key := textOf(aoki.get(file).one("main tbody th"))
	for name, row := range map[string]struct {
		key, amount, why string
		slip             string
	}{
		"no key":        {"12", "2000", "no_account", "transfer_key"},
		"another key":   {"00000000000000000000", "2000", "no_account", "transfer_key"},
		"another sum":   {key, "2001", "no_account", "transfer_amount"},
		"no sum":        {key, "many", "no_account", "transfer_amount"},
		"nothing typed": {"", "", "no_account", "transfer_key"},
	} {
		p := aoki.post(web.OpsPayoutPath(1, "refused"), "transfer_key", row.key, "transfer_amount", row.amount, "why", row.why).says(http.StatusUnprocessableEntity)
		if got := strings.Join(p.slips(), " "); got != row.slip {
			t.Errorf("%s: slips at %s", name, got)
		}
	}
	aoki.post(web.OpsPayoutPath(1, "refused"), "transfer_key", key, "transfer_amount", "2000", "why", "bored").says(http.StatusUnprocessableEntity)
	for range 2 {
		aoki.post(web.OpsPayoutPath(1, "refused"), "transfer_key", key[:4]+" "+key[4:], "transfer_amount", "２,０００円", "why", "no_account").
			at(file).says(http.StatusOK, "振込不能を入れました", "口座なし")
	}
	p := aoki.post(web.OpsPayoutPath(1, "refused"), "transfer_key", key, "transfer_amount", "2000", "why", "closed").says(http.StatusUnprocessableEntity, "すでに戻っている")
	if got := strings.Join(p.slips(), " "); got != "transfer_key" {
		t.Errorf("slips at %s", got)
	}
	aoki.get(web.OpsPayoutsPath+"?lang=en").says(http.StatusOK, "The bank refused it", "No such account", "Refused: 1")
	aoki.get(web.OpsPayoutPath(2, "") + "?lang=ja").says(http.StatusNotFound)
	aoki.get(web.OpsPayoutsPath + "/x").says(http.StatusNotFound)
	s.clock.Advance(20 * time.Minute)
	aoki.post(web.OpsPayoutPath(1, "file")).at(web.OpsSignInPath) // a fresh code is needed
}

// B48: money whose payer named no account, and money of another's, is told apart.
func TestPayoutsTellWhatIsMissing(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	aoki := s.hire("aoki", staff.Finance)
	s.transfer(777, "ﾔﾏﾀﾞ ﾊﾅｺ")
	receipt := s.waits(777)
	s.write(func(tx *db.Tx) error {
		_, err := s.billing.ReturnReceipt(tx, receipt, billing.ReturnByBank, "7", "12")
		return err
	})
	p := aoki.get(web.OpsPayoutsPath).says(http.StatusOK, "口座がわかりません", "請求に合わない入金の支払い者", "777円")
	if len(p.all("main form[method=post]")) != 0 {
		t.Error("a file of nothing can be made")
	}
	aoki.post(web.OpsPayoutsPath).says(http.StatusConflict, payout.Consignor.Name())
}

// waits is the money of a sum that waits for a person.
func (s *service) waits(amount money.Yen) (r id.Receipt) {
	s.t.Helper()
	s.read(func(tx *db.Tx) error {
		all, err := s.billing.ListWaiting(tx, 10)
		for _, w := range all {
			if w.Amount == amount {
				r = w.Receipt
			}
		}
		return err
	})
	if r.IsZero() {
		s.t.Fatalf("%d yen do not wait", amount)
	}
	return r
}

// fetched is a file that is handed out for a press.
func (b *browser) fetched(path string) []byte {
	b.s.t.Helper()
	res, err := b.client.Post(b.s.url.String()+path, "application/x-www-form-urlencoded", http.NoBody)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
		b.s.t.Fatalf("%s: %d %v", path, res.StatusCode, err)
	}
	return text
}

// namePayee names an account, as the program's wiring does.
func (s *service) namePayee(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	return nil, s.payouts.NameProposed(tx, c.Receipt, c.Account, by, second)
}

// returnGuest sends back what an invoice did not need, as the program's wiring does.
func (s *service) returnGuest(tx *db.Tx, c approval.Command, by, second string) (approval.Effect, error) {
	back, err := s.payouts.ReturnProposed(tx, c.Statement, c.Account, by, second)
	var moved []ledger.Line
	for _, o := range back {
		if o.Chosen.Equal(tx.Now()) {
			moved = append(moved, ledger.Debit(ledger.MemberReceivable, nil, o.Amount), ledger.Credit(ledger.ReturnsPayable, nil, o.Amount))
		}
	}
	return approval.EffectOf(ledger.Posted{Entry: ledger.Entry{Lines: moved}}), err
}

// payeeForm is an account as staff type it, with changes by field.
func payeeForm(changes ...string) []string {
	typed := []string{"payee_bank", "0001", "payee_branch", "001", "type", "1", "payee_symbol", "", "payee_number", "１２３４５６７", "payee_holder", "ヤマダ ハナコ"}
	for i := 0; i < len(changes); i += 2 {
		for j := 0; j < len(typed); j += 2 {
			if typed[j] == changes[i] {
				typed[j+1] = changes[i+1]
			}
		}
	}
	return typed
}

// B49: one of finance enters the account of money in suspense, another one looks at it, which is kept, and approves.
func TestTwoPeopleNameAnAccount(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	s.payer()
	aoki, baba, kubo := s.hire("aoki", staff.Finance), s.hire("baba", staff.Finance), s.hire("kubo", staff.Admin)
	s.transfer(777, "ﾔﾏﾀﾞ ﾊﾅｺ")
	receipt := s.waits(777)
	form := web.OpsPayeePath(receipt.String())
	aoki.post(form, payeeForm()...).says(http.StatusConflict) // nobody has decided to send it back
	s.write(func(tx *db.Tx) error {
		_, err := s.billing.ReturnReceipt(tx, receipt, billing.ReturnByBank, "7", "12")
		return err
	})
	aoki.get(web.OpsPayoutsPath).says(http.StatusOK, "口座がわかりません").one("main a[href=" + form + "]")
	aoki.get(form).says(http.StatusOK, "返金先の口座を入力する", "777円", receipt.String())
	kubo.get(form).says(http.StatusForbidden)
	for field, wrong := range map[string]string{"payee_bank": "9998", "payee_branch": "999", "type": "9", "payee_number": "12", "payee_holder": "山田"} {
		p := aoki.post(form, payeeForm(field, wrong)...).says(http.StatusUnprocessableEntity)
		if got := strings.Join(p.slips(), " "); got != field {
			t.Errorf("%s: slips at %s", field, got)
		}
	}
	aoki.post(form, payeeForm()...).at(form).says(http.StatusOK, "承認を求めました", "口座の承認を待っています")
	request := attr(aoki.get(web.OpsApprovalsPath).says(http.StatusOK, "返金先の口座を決める").one("main li a"), "href")
	aoki.post(form, payeeForm()...).at(form)
	aoki.get(web.OpsApprovalsPath).one("main li a") // asked twice is once
	aoki.get(web.OpsPayoutsPath).says(http.StatusOK, "口座が二人目の承認を待っています").one("main a[href=" + request + "]")
	aoki.post(request + "/approve").says(http.StatusForbidden)

	p := baba.get(request).says(http.StatusOK, "承認の前に、口座を確かめてください", "帳簿には何も起きません")
	p.one("main form[action=" + request + "/account]")
	baba.get(request + "/account").at(request) // who did not ask sees nothing
	baba.post(request+"/account").at(request+"/account").says(http.StatusOK, "1234567", "ﾔﾏﾀﾞ ﾊﾅｺ", "みずほ", "見たことは記録に残りました")
	aoki.get(request + "/account").at(request)
	kubo.get(request).says(http.StatusOK, "口座を見て承認できるのは、経理の担当者です")
	kubo.post(request + "/account").says(http.StatusForbidden)
	kubo.post(request + "/approve").says(http.StatusForbidden)
	s.read(func(tx *db.Tx) error {
		told, err := event.Timeline(tx, event.Subject(receipt), 20)
		if last := told[len(told)-1]; last.Kind != "payout.account_shown" || strings.Contains(string(last.Data), "1234567") {
			t.Errorf("%s %s", last.Kind, last.Data)
		}
		return err
	})

	// Another account takes the place of the first: what was asked for cannot be approved any more.
	aoki.post(form, payeeForm("payee_number", "7654321")...).at(form)
	baba.post(request+"/approve").says(http.StatusConflict, "別の口座が入力されたか")
	baba.post(request + "/refuse").at(request)
	newer := attr(baba.get(form).says(http.StatusOK, "口座の承認を待っています").all("main a")[0], "href")
	baba.post(newer+"/approve").at(newer).says(http.StatusOK, "承認し、実行しました")
	baba.post(newer+"/account").says(http.StatusConflict, "申請のあとで") // it is not kept twice
	s.at("2026-07-06 10:00")
	if _, read := s.sendBack(); len(read.Transfers) != 1 || read.Transfers[0].Account.Number != "7654321" || read.Transfers[0].Amount != 777 {
		t.Errorf("%+v", read.Transfers)
	}
}

// I13, B49: an account that a guest has told by telephone is found by the reference, entered by one and approved by another.
func TestTwoPeopleReturnToGuest(t *testing.T) {
	t.Parallel()
	s, st, path := paidTooMuch(t)
	aoki, baba := s.hire("aoki", staff.Finance), s.hire("baba", staff.Finance)
	form := web.OpsGuestPath(st.ID.String())
	p := aoki.get(web.OpsPayoutsPath+"?payee_reference=K7F2-9QXM").says(http.StatusUnprocessableEntity, "このお問い合わせ番号の請求書はありません")
	if got := strings.Join(p.slips(), " "); got != "payee_reference" {
		t.Errorf("slips at %s", got)
	}
	aoki.get(web.OpsPayoutsPath+"?payee_reference="+strings.ToLower(st.Reference().String())).at(form).says(http.StatusOK, "1,000円", st.Reference().String(), "電話で聞いた口座")
	p = aoki.post(form, payeeForm("payee_holder", "サトウ タロウ")...).says(http.StatusUnprocessableEntity)
	if got := strings.Join(p.slips(), " "); got != "payee_holder" {
		t.Errorf("slips at %s", got)
	}
	aoki.post(form, payeeForm()...).at(form).says(http.StatusOK, "口座の承認を待っています")
	request := attr(baba.get(web.OpsApprovalsPath).says(http.StatusOK, "請求書の返金を、聞いた口座に送る", "1,000円").one("main li a"), "href")
	baba.get(request).says(http.StatusOK, "会員への請求", "返金")
	baba.post(request+"/account").at(request+"/account").says(http.StatusOK, "1234567")
	baba.post(request+"/approve").at(request).says(http.StatusOK, "承認し、実行しました")
	s.browser().get(path).says(http.StatusOK, "お知らせいただいた銀行口座に返金します")
	if _, read := s.sendBack(); len(read.Transfers) != 1 || read.Transfers[0].Account.Number != "1234567" {
		t.Errorf("%+v", read.Transfers)
	}
	aoki.post(form, payeeForm()...).at(form) // asked once more, it answers what stands
	aoki.get(web.OpsGuestPath("stm_1")).says(http.StatusNotFound)
}
