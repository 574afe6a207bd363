package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/jst"
	"tsuke/internal/money"
	"tsuke/internal/site"
	"tsuke/internal/web"
)

// numberBill is hanako's bill of June, paid by receipt number.
func numberBill(t *testing.T, s *service, amount money.Yen) (*browser, billing.Statement) {
	t.Helper()
	b := s.register(hanako)
	b.post(web.WayPath, "way", "number").at(web.WayPath).says(http.StatusOK, "支払い方法を変更しました", "受付番号・ATM")
	s.sell(hanako, s.shop, sale{"N-1", amount, true})
	s.at("2026-07-01 00:31")
	return s.device(hanako), s.bill(hanako, "2026-06")
}

// tellAgent writes the next file of numbers.
func (s *service) tellAgent() {
	s.t.Helper()
	s.write(func(tx *db.Tx) error {
		file, found, err := billing.GatherNumbers(tx, 100)
		if err != nil || !found {
			return err
		}
		return billing.NumbersWritten(tx, file.Number, []byte{1})
	})
}

// B31 to B33: where, then the steps there with the numbers, once the agent knows them; and never the whole phone number.
func TestPayByNumber(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b, st := numberBill(t, s, 18_500)
	pay := web.PayPath(st.ID.String())
	p := b.get(pay).at(pay).says(http.StatusOK, "18,709円", "番号を用意しています", "7月1日(水) 00:40")
	if len(p.all("main [data-copy]")) != 0 || p.has(pay+"?at=") {
		t.Errorf("shows a number that nobody takes:\n%s", p.main())
	}
	s.tellAgent()
	p = b.get(pay).at(pay).says(http.StatusOK, "支払う場所を選ぶ", "セブン-イレブン", "ローソン", "ATM（現金）", "インターネットバンキング", "2026年10月31日(土)まで使えます")
	if len(p.all("main ol")) != 0 {
		t.Error("shows steps before a place is chosen")
	}
	number := string(s.slip(st).ReceiptNumber())
	for _, c := range []struct {
		at   string
		says []string
		want []string // digits, as copied
	}{
		{"seven_eleven", []string{"インターネット代金の支払い"}, []string{"00" + number}},
		{"lawson", []string{"Loppi", "登録の電話番号", "5678"}, []string{number}},
		{"family_mart", []string{"マルチコピー機", "30分で使えなくなります"}, []string{number}},
		{"daily_yamazaki", []string{"オンライン決済番号"}, []string{number}},
		{"atm_cash", []string{"試験用の番号です", "現金を入れて"}, []string{"00000", number, "?"}},
		{"atm_card", []string{"キャッシュカードで支払う"}, []string{"00000", number, "?"}},
		{"net_bank", []string{"銀行のサイト", "次の営業日"}, []string{"00000", number, "?"}},
	} {
		p := b.get(pay+"?at="+c.at).says(http.StatusOK, c.says...)
		var got []string
		for _, n := range p.all("main dd [data-copy]") {
			digits := strings.ReplaceAll(textOf(n), " ", "")
			if len(digits) == 4 {
				digits = "?"
			}
			got = append(got, digits)
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s: numbers %v, want %v", c.at, got, c.want)
		}
		if strings.Contains(p.main(), "09012345678") || strings.Contains(p.main(), "1234-5678") {
			t.Errorf("%s shows a phone number", c.at)
		}
		if here := p.all("main a[aria-current=true]"); len(here) != 1 || !strings.Contains(attr(here[0], "href"), "at="+c.at) {
			t.Errorf("%s: %d places are marked", c.at, len(here))
		}
	}
	b.get(pay+"?at=lawson&lang=en").says(http.StatusOK, "Choose where to pay", "Type the receipt number", "Your registered phone number")
	b.get(pay+"?at=nowhere&lang=ja").says(http.StatusOK, "支払う場所を選ぶ")

	s.till(billing.LineConfirmed, s.slip(st), jst.DayOf(s.clock.Now()))
	b.get(pay).told(http.StatusConflict, "BILL-103", "影響ありません")
}

// B21, B33: when a number ends, its page makes another, which has to be told first.
func TestNumberIsReplaced(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	_, st := numberBill(t, s, 18_500)
	s.tellAgent()
	old := s.slip(st)
	s.at("2026-11-01 09:03")
	b := s.device(hanako)
	pay := web.PayPath(st.ID.String())
	for range 2 {
		b.get(pay).says(http.StatusOK, "番号を用意しています", "09:10")
	}
	fresh := s.slip(st)
	if fresh.ID == old.ID || fresh.Reissue != 1 {
		t.Errorf("%+v", fresh)
	}
	s.tellAgent()
	b.get(pay+"?at=seven_eleven").says(http.StatusOK, "2027年2月28日(日)まで使えます")
}

// B32: only what takes the sum is offered.
func TestPlacesForASum(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.term(billing.NumberCash, "", "18708")
	s.term(billing.SlipMax, "", "18708")
	b, st := numberBill(t, s, 18_500)
	s.tellAgent()
	pay := web.PayPath(st.ID.String())
	p := b.get(pay).says(http.StatusOK, "ATM（キャッシュカード）", "インターネットバンキング")
	if p.has(pay+"?at=lawson") || p.has(pay+"?at=atm_cash") {
		t.Errorf("offers what does not take the sum:\n%s", p.main())
	}
	if p := b.get(pay + "?at=lawson"); len(p.all("main ol")) != 0 {
		t.Error("shows steps that come to nothing")
	}
}

func TestNextNumbers(t *testing.T) { // rule B33
	t.Parallel()
	for _, c := range []struct {
		after string
		every time.Duration
		want  string
	}{
		{"2026-07-01 00:31", 10 * time.Minute, "2026-07-01 00:40"},
		{"2026-07-01 00:40", 10 * time.Minute, "2026-07-01 00:50"},
		{"2026-07-01 23:55", 10 * time.Minute, "2026-07-02 00:00"},
		{"2026-07-01 23:00", 7 * time.Hour, "2026-07-02 00:00"},
	} {
		at, _ := time.ParseInLocation("2006-01-02 15:04", c.after, jst.Zone())
		if got := jst.In(site.NextNumbers(at, c.every)).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("after %s: %s, want %s", c.after, got, c.want)
		}
	}
}
