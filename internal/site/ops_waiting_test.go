package site_test

import (
	"net/http"
	"strings"
	"testing"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/staff"
	"tsuke/internal/web"
	"tsuke/internal/zengin"
)

// B36, B39, B44: the console lists transfers that fit no bill, and money that is to go back with where that stands; a page of such
// money offers no bill for it.
func TestMoneyThatWaits(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	s.payer()
	s.at("2026-07-06 10:00")
	aoki := s.hire("aoki", staff.Finance)
	s.transfer(777, "ﾀﾞﾚｶ")
	s.transfer(18_709, s.bill.Reference().String())
	s.transfer(2_000, s.bill.Reference().String())
	var over []billing.Overpaid
	s.write(func(tx *db.Tx) error {
		account := zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: "1234567", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"}
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
	here := web.OpsReceiptPath(over[0].Receipt.String(), "")
	aoki.get(web.OpsReceiptsPath).says(http.StatusOK, "777円", "お問い合わせ番号がありません", "銀行振込", "会員が返金を選び", "2,000円", "まだ振込のファイルに入っていません")
	p := aoki.get(here).says(http.StatusOK, "会員が返金を選びました", s.bill.Reference().String(), "まだ振込のファイルに入っていません", "銀行振込")
	if len(p.all("main form")) != 0 || strings.Contains(p.main(), "収納会社") || strings.Contains(p.main(), "近い請求") {
		t.Errorf("offers what can't be done, or speaks of the agent:\n%s", p.main())
	}
	s.sendBack()
	aoki.get(web.OpsReceiptsPath).says(http.StatusOK, "振込のファイル1に入っています（振込日 7月7日(火)）")
	aoki.get(here+"?lang=en").says(http.StatusOK, "In file 1 of transfers, for Tue 7 Jul 2026", "tsuke payouts took")
	aoki.get(web.OpsReceiptsPath).says(http.StatusOK, "No reference is in the transfer's text", "A member wants it back")
}
