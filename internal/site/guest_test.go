package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/term"
	"tsuke/internal/web"
)

// allowInvoices lets the shop's customers pay without membership.
func (s *service) allowInvoices() {
	s.t.Helper()
	s.write(func(tx *db.Tx) error {
		return s.terms.Set(tx, term.Change{
			Name: checkout.InvoiceAllowed.Name(), Scope: s.shop.ID.String(), From: jst.DayOf(tx.Now()).Add(1), Value: "true", By: "test",
		})
	})
	if err := s.terms.Reload(s.t.Context(), s.db); err != nil {
		s.t.Fatal(err)
	}
	s.clock.Advance(24 * time.Hour)
}

// guestForm is what a guest fills in, by field and value.
var guestForm = []string{
	"family", "山田", "given", "花子", "family_kana", "ヤマダ", "given_kana", "ハナコ", "year", "1990", "month", "4", "day", "5",
	"postal", "150-0001", "prefecture", "東京都", "city", "渋谷区神宮前1-2-3", "mail", "hanako@example.jp", "agree", "yes", "terms", web.TermsVersion,
}

// proveAt enters the code for a number at a checkout.
func (b *browser) proveAt(path, phone string) *page {
	b.s.t.Helper()
	b.post(path+"/phone", "phone", phone).at(path + "/code")
	return b.post(path+"/code", "code", b.s.code(phone))
}

// newestOf is the newest payment of an order.
func (s *service) newestOf(ref string) (p checkout.Payment) {
	s.t.Helper()
	s.read(func(tx *db.Tx) (err error) {
		p, _, err = checkout.FindByOrder(tx, s.shop.ID, ref)
		return err
	})
	return p
}

// Rules I01, I02, I12: where the shop allows it, a number that is no member's pays by invoice; the browser is nobody's before,
// meanwhile and afterwards.
func TestGuestPays(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.allowInvoices()
	b := s.browser()
	_, path := s.order(orderRef, price)
	b.get(path).says(http.StatusOK, "会員登録をしない方も")
	b.proveAt(path, hanako).at(path+"/guest").says(http.StatusOK, "請求書で支払う（会員登録なし）", "14日以内に", "合わせて8,709円")
	b.get(path+"/guest?lang=en").says(http.StatusOK, "Pay by invoice, without membership", "¥8,709 in all")
	b.get(path+"?lang=ja").at(path).says(http.StatusOK, "電話番号") // nothing is filled in: nobody is known

	p := b.post(path + "/guest")
	for _, field := range []string{"family", "given", "family_kana", "given_kana", "year", "postal", "prefecture", "city", "mail", "agree"} {
		if !strings.Contains(strings.Join(p.slips(), " "), field) {
			t.Errorf("nothing is said about %s: %v", field, p.slips())
		}
	}
	if p.status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", p.status)
	}
	p = b.post(path+"/guest", guestForm...).at(path).says(http.StatusOK, "内容の確認", "請求書が届いてから14日以内", "この注文の請求書")
	for name, want := range map[string]string{"請求書の金額": "8,709円", "このあと使える金額": "41,500円"} {
		if got := p.fact(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
	for _, closed := range []string{web.HomePath, web.BillsPath, web.HistoryPath, web.ProfilePath} {
		if here := b.get(closed).path; !strings.HasPrefix(here, web.SignInPath) {
			t.Errorf("a guest sees %s at %s", closed, here)
		}
	}
	for range 2 {
		b.post(path+"/press").at(path).says(http.StatusOK, "支払い方法が確定しました", "金額は手数料を含めて8,709円、支払期日は届いた日から14日後")
	}
	paid := s.newestOf(orderRef)
	if !paid.Invoice || paid.State != checkout.Authorized || paid.Amount != price {
		t.Errorf("the payment: by invoice %t, %s", paid.Invoice, paid.State)
	}
	s.read(func(tx *db.Tx) error {
		profile, err := s.members.LoadProfile(tx, paid.Member)
		if profile.State != member.Guest || profile.Agreement != web.TermsVersion {
			t.Errorf("the account is %s, agreed to %q", profile.State, profile.Agreement)
		}
		return err
	})

	// A quarter of an hour later the browser may not buy any more; the same number is the same account, and the limit is one.
	s.clock.Advance(16 * time.Minute)
	_, second := s.order("A-2", 45_000)
	b.get(second).at(second).says(http.StatusOK, "電話番号")
	b.proveAt(second, hanako).at(second + "/guest")
	b.post(second+"/guest", guestForm...).at(second)
	b.post(second+"/press").says(http.StatusConflict, "3,500円足りません")
	if s.newestOf("A-2").Member != paid.Member {
		t.Error("another account")
	}
}

// Rule I01: a shop that does not allow it leads to the registration, whatever is typed into the address.
func TestGuestNotAllowed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.browser()
	_, path := s.order(orderRef, price)
	b.proveAt(path, hanako).at(web.RegisterPath)
	b.get(path + "/guest").at(path)
	b.post(path+"/guest", guestForm...).at(path)
	b.post(path + "/press").at(path)
	if p := s.newestOf(orderRef); !p.ID.IsZero() {
		t.Errorf("a payment was made: %s", p.State)
	}
}

// Rules I02, I03: a number with another name, and a member under another number, are told why and where to go.
func TestGuestIsTold(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.allowInvoices()
	s.register(hanako)
	_, path := s.order(orderRef, price)
	b := s.browser()
	b.proveAt(path, taro).at(path + "/guest")
	b.post(path+"/guest", guestForm...).says(http.StatusConflict, "同じ名前・生年月日・住所の会員登録があります", "請求はありません", "会員登録した電話番号でお支払いください")
	other := append([]string{}, guestForm...)
	other[1+2*3] = "ジロウ"
	b.post(path+"/guest", other...).at(path).says(http.StatusOK, "内容の確認")
	s.clock.Advance(16 * time.Minute)
	b.proveAt(path, taro).at(path + "/guest")
	other[1+2*3] = "サブロウ"
	b.post(path+"/guest", other...).says(http.StatusConflict, "この電話番号では、会員登録なしの後払いを使えません", "請求はありません")
}

// invoiced is a guest's purchase with its invoice issued, and the secret address of that.
func (s *service) invoiced() (billing.Statement, string) {
	s.t.Helper()
	s.allowInvoices()
	b := s.browser()
	_, path := s.order(orderRef, price)
	b.proveAt(path, hanako).at(path + "/guest")
	b.post(path+"/guest", guestForm...).at(path)
	b.post(path + "/press").at(path)
	var st billing.Statement
	var link mask.Secret
	p := s.newestOf(orderRef)
	s.write(func(tx *db.Tx) error {
		_, err := s.checkout.Capture(tx, s.shop.ID, p.ID, 0, true, time.Hour, byShop)
		return err
	})
	s.clock.Advance(24 * time.Hour)
	s.write(func(tx *db.Tx) error {
		if _, err := s.billing.IssueInvoices(tx, jst.DayOf(tx.Now()), 10); err != nil {
			return err
		}
		issued, err := billing.InvoicesOf(tx, p.ID)
		if err != nil {
			return err
		}
		st = issued[0]
		link, err = billing.NewLink(tx, st)
		return err
	})
	return st, web.InvoicePath(link.Reveal())
}

// Rule I08: whoever has the address sees what is to be paid and how, and nothing about whose it is. Nobody else sees anything.
func TestInvoicePage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	st, path := s.invoiced()
	b := s.browser()
	p := b.get(path).at(path).says(http.StatusOK, "みどり雑貨 の請求書", "8,709円", "2026年6月17日(水)まで", "レジで見せるバーコード", "毎月10日と25日に100円", st.Reference().String(), "この請求に心当たりがないとき")
	for _, personal := range []string{"山田", "花子", "ヤマダ", "神宮前", "150-0001", "hanako@", "5678"} {
		if strings.Contains(p.main(), personal) {
			t.Errorf("the page shows %q", personal)
		}
	}
	b.get(path+"?lang=en").says(http.StatusOK, "Your invoice for Midori Goods", "¥8,709", "By Wed 17 Jun 2026")
	for _, wrong := range []string{web.InvoicePath("x"), path[:len(path)-1], path[:len(path)-2] + "AA", web.InvoicesPath + st.ID.String()} {
		b.get(wrong).says(http.StatusNotFound)
		b.post(wrong+"/not-mine", "reason", "not_bought").says(http.StatusNotFound)
	}
	if strings.Contains(s.log.String(), strings.TrimPrefix(path, web.InvoicesPath)) {
		t.Error("the secret address is in the log")
	}
}

// Rules I09, I10: one press and a reason, without any account; then the page tells what became of it.
func TestNotMine(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	st, path := s.invoiced()
	b := s.browser()
	if p := b.post(path+"/not-mine").says(http.StatusUnprocessableEntity, "あてはまるものを1つ選んでください"); len(p.slips()) != 1 {
		t.Errorf("slips: %v", p.slips())
	}
	b.post(path+"/not-mine", "reason", "because").says(http.StatusUnprocessableEntity)
	for _, reason := range []string{"not_bought", "not_bought", "not_received"} {
		p := b.post(path+"/not-mine", "reason", reason).at(path).says(http.StatusOK, "請求を止めました", "支払う必要はありません", st.Reference().String())
		if strings.Contains(p.main(), "レジで見せるバーコード") || len(p.all("form[action="+path+"/not-mine]")) != 0 {
			t.Error("the page still asks for the money")
		}
	}
	b.get(path + "/not-mine").at(path)
	s.write(func(tx *db.Tx) error {
		open, err := billing.ListDisputes(tx, 10)
		if len(open) != 1 || open[0].Reason != billing.NotBought {
			t.Errorf("work for a person: %+v", open)
		}
		return err
	})
	s.clock.Advance(72 * time.Hour)
	s.write(func(tx *db.Tx) error {
		_, err := s.billing.RejectDispute(tx, st.ID, "operator")
		return err
	})
	b.get(path).says(http.StatusOK, "この請求はお支払いが必要です", "2026年6月20日(土)", "レジで見せるバーコード")
	b.post(path+"/not-mine", "reason", "not_bought").at(path).says(http.StatusOK, "この請求はお支払いが必要です")
	s.read(func(tx *db.Tx) error {
		account, err := credit.Load(tx, st.Member)
		if account.Unpaid != price {
			t.Errorf("unpaid are %d", account.Unpaid)
		}
		return err
	})
}
