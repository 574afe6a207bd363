package site_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/member"
	"tsuke/internal/payout"
	"tsuke/internal/web"
	"tsuke/internal/zengin"
)

// payer sets the account from which money is sent back.
func (s *service) payer() {
	s.t.Helper()
	s.term(payout.Consignor, "", "1234567890")
	s.term(payout.ConsignorName, "", "ﾂｹ")
	s.term(payout.BankCode, "", "0001")
	s.term(payout.BranchCode, "", "001")
	s.term(payout.AccountNumber, "", "7654321")
}

// sendBack gathers what is to be sent back and writes it; it answers the number of the file and what the bank reads.
func (s *service) sendBack() (payout.File, zengin.TransferFile) {
	s.t.Helper()
	var f payout.File
	var raw bytes.Buffer
	s.write(func(tx *db.Tx) error {
		var found bool
		var err error
		if f, _, found, err = s.payouts.Gather(tx, "7"); err != nil || !found {
			s.t.Fatal("nothing to send", err)
		}
		return nil
	})
	s.write(func(tx *db.Tx) error {
		raw.Reset()
		sum, err := s.payouts.WriteFile(tx, f.Number, &raw)
		if err != nil {
			return err
		}
		return s.payouts.Wrote(tx, f.Number, sum.Hash[:])
	})
	read, err := zengin.ReadTransfers(&raw, zengin.Format{})
	if err != nil {
		s.t.Fatal(err)
	}
	return f, read
}

// B44 to B46: the member sees when money is sent and where to, and what to do if it could not be; another account is enough.
func TestMoneyBackByFile(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	s.payer()
	here := web.BillPath(s.bill.ID.String())
	s.transfer(18_709, s.bill.Reference().String())
	s.transfer(2_000, s.bill.Reference().String())
	account := zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: "1234567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"}
	var over []billing.Overpaid
	s.write(func(tx *db.Tx) error {
		if err := s.members.RegisterAccount(tx, s.bill.Member, account); err != nil {
			return err
		}
		var err error
		if over, err = billing.OverpaidOn(tx, s.bill.Member, s.bill.ID); err != nil {
			return err
		}
		_, err = s.billing.ReturnCredit(tx, s.bill.Member, over[0].Receipt, "member")
		return err
	})
	s.at("2026-07-06 10:00")
	b := s.device(hanako)
	b.get(here).says(http.StatusOK, "登録の銀行口座に返金します")
	f, read := s.sendBack()
	b.get(here).says(http.StatusOK, "7月7日(火)に、銀行口座（みずほ ••••567）に振り込みます")
	b.get(here+"?lang=en").says(http.StatusOK, "It will be sent to your bank account (みずほ ••••567) on Tue 7 Jul 2026")

	s.at("2026-07-07 16:00")
	if _, err := s.payouts.Took(context.Background(), f.Number, "7"); err != nil {
		t.Fatal(err)
	}
	b = s.device(hanako)
	b.get(here+"?lang=ja").says(http.StatusOK, "7月7日(火)に、銀行口座（みずほ ••••567）に振り込みました")

	s.write(func(tx *db.Tx) error {
		_, err := s.payouts.Refuse(tx, []payout.Refusal{{Line: 2, Key: read.Transfers[0].Key, Amount: read.Transfers[0].Amount, Reason: payout.NoAccount}}, "7")
		return err
	})
	p := b.get(here).says(http.StatusOK, "銀行口座（みずほ ••••567）に振り込めませんでした", "見つかりませんでした", "お金は当社でお預かりしています", "別の口座を登録する")
	p.one("main a[href=" + web.BankPath + "]")
	b.get(web.ReturnPath(s.bill.ID.String())).says(http.StatusOK, "振り込めませんでした")
	b.get(here+"?lang=en").says(http.StatusOK, "could not be sent to your bank account", "did not find this account", "Register another account")
	account.Number = "7654321"
	s.write(func(tx *db.Tx) error { return s.members.RegisterAccount(tx, s.bill.Member, account) })
	b.get(here+"?lang=ja").says(http.StatusOK, "登録の銀行口座に返金します")
	_, again := s.sendBack()
	if len(again.Transfers) != 1 || again.Transfers[0].Account.Number != "7654321" {
		t.Errorf("%+v", again.Transfers)
	}
	b.get(here).says(http.StatusOK, "7月9日(木)に、銀行口座（みずほ ••••321）に振り込みます")
}

// I13: two people send back what a guest paid too much; the page tells what became of it, and nothing of the account.
func TestGuestsMoneyBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	st, path := s.invoiced()
	s.payer()
	s.clock.Advance(24 * time.Hour)
	account := zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: "1234567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"}
	back := func(a zengin.Account, second string) error {
		return s.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := s.payouts.ReturnToGuest(tx, st.ID, a, "7", second)
			return err
		})
	}
	if err := back(account, "12"); !fault.Is(err, billing.NoCredit) {
		t.Errorf("nothing is too much yet: %v", err)
	}
	s.transfer(st.Owed()+1_000, st.Reference().String())
	b := s.browser()
	b.get(path).says(http.StatusOK, "多く支払った分", "1,000円", "ご本人の銀行口座に返金できます", "携帯電話が手元にないときは、お問い合わせ番号を添えてご連絡ください")
	other := account
	other.Holder = "ｻﾄｳ ﾀﾛｳ"
	if err := back(other, "12"); !fault.Is(err, member.HolderOther) {
		t.Errorf("to somebody else: %v", err)
	}
	if err := back(account, "7"); !fault.Is(err, billing.SamePerson) {
		t.Errorf("by one person: %v", err)
	}
	for range 2 {
		if err := back(account, "12"); err != nil {
			t.Fatal(err)
		}
	}
	b.get(path).says(http.StatusOK, "お知らせいただいた銀行口座に返金します")
	f, read := s.sendBack()
	b.get(path).says(http.StatusOK, "お知らせいただいた銀行口座に振り込みます")
	s.clock.Set(f.Day.Start().Add(16 * time.Hour))
	if _, err := s.payouts.Took(t.Context(), f.Number, "7"); err != nil {
		t.Fatal(err)
	}
	b.get(path).says(http.StatusOK, "お知らせいただいた銀行口座に振り込みました")
	s.write(func(tx *db.Tx) error {
		_, err := s.payouts.Refuse(tx, []payout.Refusal{{Line: 2, Key: read.Transfers[0].Key, Amount: 1_000, Reason: payout.NameDiffers}}, "7")
		return err
	})
	p := b.get(path).says(http.StatusOK, "お知らせいただいた銀行口座に振り込めませんでした", "口座の名義が", "別の口座を入力してください")
	for _, personal := range []string{"567", "みずほ", "ヤマダ", "ﾔﾏﾀﾞ", "山田"} {
		if strings.Contains(p.main(), personal) {
			t.Errorf("the page shows %q", personal)
		}
	}
	b.get(path+"?lang=en").says(http.StatusOK, "could not be sent to the bank account that you told us", "Please give another account", "contact us with the reference number")
	account.Number = "7654321"
	if err := back(account, "12"); err != nil {
		t.Fatal(err)
	}
	if _, again := s.sendBack(); len(again.Transfers) != 1 || again.Transfers[0].Account.Number != "7654321" {
		t.Errorf("%+v", again.Transfers)
	}
}

// I13, I14: a payer without membership gives the account on the page of the invoice, with a code to the number of the purchase. Nobody
// else is needed; the browser of the code sees where the money goes, any other one nothing of a person.
func TestPayerGivesAccount(t *testing.T) {
	t.Parallel()
	for lang, said := range map[string][]string{
		"ja": {"返金先の口座を入力する", "返金先の口座の入力", "確認コードをSMSで送ります", "確認コード", "この口座に返金します", "返金先の口座を受け付けました", "早ければ", "振込先: みずほ ••••567"},
		"en": {"Give an account for the money", "Where to send your money", "We send a code by SMS", "code", "We send the money to this account", "We have the account for your money", "at the earliest", "To: みずほ ••••567"},
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			s, st, path := paidTooMuch(t)
			b := s.browser()
			give := path + web.InvoiceAccountBelow
			b.get(path+"?lang="+lang).says(http.StatusOK, said[0]).one("main a[href=" + give + "]")
			p := b.get(give).at(give).says(http.StatusOK, said[1], said[2], st.Reference().String())
			impersonal(t, p, "5678")
			b.post(give+"/send").at(give+"/code").says(http.StatusOK, said[3], "•••• 5678")
			b.post(give + "/send").at(give + "/code") // pressed again
			b.post(give+"/code", "code", s.code(hanako)).at(give)
			b.get(give + "?q=みずほ").one("main a[href=" + give + "/0001]")
			b.get(give + "/0001?q=東京営業").one("main a[href=" + give + "/0001/001]")
			p = b.get(give + "/0001/001").at(give + "/0001/001")
			if got := p.value("payer_holder"); got != "" {
				t.Errorf("%q is filled in", got)
			}
			form := []string{"type", "1", "account_number", "１２３４５６７", "payer_holder", "サトウ タロウ"}
			p = b.post(give+"/0001/001", form...).says(http.StatusUnprocessableEntity)
			if got := strings.Join(p.slips(), " "); got != "payer_holder" {
				t.Errorf("slips at %s", got)
			}
			form[5] = "やまだ はなこ"
			key := b.post(give+"/0001/001", form...).at(give+"/confirm").says(http.StatusOK, said[4], "••••567").value("account")
			for range 2 { // the second press finds it done
				b.post(give+"/confirm", "account", key).at(path)
			}
			b.get(path).says(http.StatusOK, said[6], said[7])
			b.get(give).at(path)
			s.browser().get(path+"?lang="+lang).says(http.StatusOK, said[6])
			impersonal(t, s.browser().get(path), "5678", "567", "みずほ")
			if _, read := s.sendBack(); len(read.Transfers) != 1 || read.Transfers[0].Account.Number != "1234567" || read.Transfers[0].Amount != 1_000 {
				t.Errorf("%+v", read.Transfers)
			}
			s.clock.Advance(16 * time.Minute)
			impersonal(t, b.get(path), "567", "みずほ")
		})
	}
}

// paidTooMuch is a guest's invoice that was paid with a thousand yen more than it asks for.
func paidTooMuch(t *testing.T) (*service, billing.Statement, string) {
	t.Helper()
	s := newSite(t)
	st, path := s.invoiced()
	s.payer()
	s.clock.Advance(24 * time.Hour)
	s.transfer(st.Owed()+1_000, st.Reference().String())
	return s, st, path
}

// impersonal holds that a page says nothing of the payer, nor of these.
func impersonal(t *testing.T, p *page, more ...string) {
	t.Helper()
	for _, personal := range append(more, "ヤマダ", "ﾔﾏﾀﾞ", "山田", "hanako@") {
		if strings.Contains(p.main(), personal) {
			t.Errorf("%s shows %q", p.path, personal)
		}
	}
}

// proven is a browser in which a payer's number was proven for an invoice.
func (s *service) proven(path string) *browser {
	s.t.Helper()
	b := s.browser()
	give := path + web.InvoiceAccountBelow
	b.post(give + "/send").at(give + "/code")
	b.post(give+"/code", "code", s.code(hanako)).at(give)
	return b
}

// I14: a code opens one invoice in one browser for a quarter of an hour, and is refused like any other.
func TestPayersCode(t *testing.T) {
	t.Parallel()
	s, _, path := paidTooMuch(t)
	give := path + web.InvoiceAccountBelow
	b := s.browser()
	b.post(give + "/send").at(give + "/code")
	other := s.browser()
	for _, page := range []string{"", "/0001", "/0001/001", "/confirm"} {
		other.get(give+page).at(give+page).says(http.StatusOK, "返金先の口座の入力", "確認コードをSMSで送ります")
	}
	other.post(give+"/0001/001", "type", "1", "account_number", "1234567", "payer_holder", "ヤマダハナコ").at(give)
	other.post(give+"/confirm", "account", "").at(give)
	other.get(give + "/code").at(give)
	other.post(give+"/code", "code", s.code(hanako)).says(http.StatusOK, "返金先の口座の入力") // it was sent for another browser
	b.post(give+"/code", "code", wrongCode(s.code(hanako))).says(http.StatusUnprocessableEntity, "確認コードが違います")
	b.post(give + "/code/resend").at(give + "/code")
	b.post(give+"/code", "code", "12").says(http.StatusUnprocessableEntity)
	for range 4 {
		b.post(give+"/code", "code", wrongCode(s.code(hanako))).says(http.StatusUnprocessableEntity)
	}
	b.post(give+"/code", "code", s.code(hanako)).says(http.StatusUnprocessableEntity) // entry pauses
	s.clock.Advance(31 * time.Minute)
	b.post(give + "/send").at(give + "/code")
	late := s.code(hanako)
	s.clock.Advance(6 * time.Minute)
	b.post(give+"/code", "code", late).says(http.StatusUnprocessableEntity)
	fresh := s.proven(path)
	fresh.get(give).says(http.StatusOK, "金融機関を選ぶ")
	s.clock.Advance(14 * time.Minute)
	s.write(func(tx *db.Tx) error {
		_, err := s.members.Sweep(tx)
		return err
	})
	fresh.get(give).says(http.StatusOK, "金融機関を選ぶ")
	s.clock.Advance(2 * time.Minute)
	fresh.get(give).says(http.StatusOK, "確認コードをSMSで送ります")
	s.browser().get("/i/nonsense" + web.InvoiceAccountBelow).says(http.StatusNotFound)
}

// I14: what the bank refused is given anew, and not the same; when nothing is left, that is said.
func TestPayersOtherAccount(t *testing.T) {
	t.Parallel()
	s, st, path := paidTooMuch(t)
	give := path + web.InvoiceAccountBelow
	enter := func(b *browser, number string) *page {
		key := b.post(give+"/0001/001", "type", "1", "account_number", number, "payer_holder", "ヤマダハナコ").at(give + "/confirm").value("account")
		return b.post(give+"/confirm", "account", key)
	}
	b := s.proven(path)
	enter(b, "1234567").at(path)
	f, read := s.sendBack()
	s.clock.Set(f.Day.Start().Add(16 * time.Hour))
	if _, err := s.payouts.Took(t.Context(), f.Number, "7"); err != nil {
		t.Fatal(err)
	}
	b.get(give).at(path) // nothing waits
	s.write(func(tx *db.Tx) error {
		_, err := s.payouts.Refuse(tx, []payout.Refusal{{Line: 2, Key: read.Transfers[0].Key, Amount: 1_000, Reason: payout.NoAccount}}, "7")
		return err
	})
	b.get(path).says(http.StatusOK, "別の口座を入力してください").one("main a[href=" + give + "]")
	b.get(give).says(http.StatusOK, "前にお知らせいただいた口座には、振り込めませんでした", "見つかりませんでした")
	b = s.proven(path)
	enter(b, "1234567").says(http.StatusConflict, "金融機関が振り込めなかった口座です").one("main a[href=" + path + "]")
	stale := b.post(give+"/0001/001", "type", "1", "account_number", "7777777", "payer_holder", "ヤマダハナコ").value("account")
	s.write(func(tx *db.Tx) error {
		_, err := s.payouts.ReturnToGuest(tx, st.ID, zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: "7654321", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"}, "7", "12")
		return err
	})
	b.post(give+"/confirm", "account", stale).at(path) // what was typed ended with it
	var entered member.Entry
	s.write(func(tx *db.Tx) (err error) {
		entered, err = s.members.EnterAccount(tx, st.Member, member.AccountInput{Bank: "0001", Branch: "001", Type: "1", Number: "7777777", Holder: "ヤマダハナコ"})
		return err
	})
	b.post(give+"/confirm", "account", entered.Form).says(http.StatusConflict, "これから返金するお金がもうありません")
	if _, again := s.sendBack(); len(again.Transfers) != 1 || again.Transfers[0].Account.Number != "7654321" {
		t.Errorf("%+v", again.Transfers)
	}
}
