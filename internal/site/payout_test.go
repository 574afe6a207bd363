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
	b.get(path).says(http.StatusOK, "多く支払った分", "1,000円", "受付番号を添えてお問い合わせください。ご本人の銀行口座に返金します")
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
	p := b.get(path).says(http.StatusOK, "お知らせいただいた銀行口座に振り込めませんでした", "口座の名義が", "別の口座に振り込みます")
	for _, personal := range []string{"567", "みずほ", "ヤマダ", "ﾔﾏﾀﾞ", "山田"} {
		if strings.Contains(p.main(), personal) {
			t.Errorf("the page shows %q", personal)
		}
	}
	b.get(path+"?lang=en").says(http.StatusOK, "could not be sent to the bank account that you told us", "Contact us with the reference number")
	account.Number = "7654321"
	if err := back(account, "12"); err != nil {
		t.Fatal(err)
	}
	if _, again := s.sendBack(); len(again.Transfers) != 1 || again.Transfers[0].Account.Number != "7654321" {
		t.Errorf("%+v", again.Transfers)
	}
}
