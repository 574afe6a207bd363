package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/jst"
	"tsuke/internal/web"
)

// moments are the timeline of a purchase's page: each entry's sentence with its sum, and its time with its side.
func (p *page) moments() [][2]string {
	p.t.Helper()
	var out [][2]string
	for _, li := range p.all("ol[class=time] li") {
		var two []string
		for _, para := range (&page{t: p.t, doc: li}).all("p") {
			two = append(two, textOf(para))
		}
		if len(two) != 2 {
			p.t.Fatalf("an entry of the timeline is %q", two)
		}
		out = append(out, [2]string{two[0], two[1]})
	}
	return out
}

// M9: everything that happened to a purchase, the newest first, with whose act it was.
func TestPayment(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	slip := s.slip(s.bill)
	s.at("2026-07-07 10:30")
	day := jst.DayOf(s.clock.Now())
	s.till(billing.LinePrompt, slip, day)
	s.at("2026-07-08 12:00")
	s.refund(s.first, 500) // after the bill was paid
	s.at("2026-07-12 05:00")
	s.till(billing.LineConfirmed, slip, day)
	b := s.device(hanako)
	here := web.PaymentPath(s.first.ID.String())
	p := b.get(here).at(here).titled("みどり雑貨").says(http.StatusOK, "8,000円", "返金 −2,000円", "一部返金", "6月10日(水) 10:00", "ネットのお店",
		"同じ注文が2回届き、1回だけ数えました", "6月分", "支払い済み", "2026年7月10日(金)", "リネンのふきん", "注文から2〜4日", "注文番号 J-1", "03-0000-0000",
		s.first.Reference().String())
	want := [][2]string{
		{"返金しました 500円", "7月8日(水) 12:00:00　お店"},
		{"お支払いを確認しました 18,709円", "7月7日(火) 10:24:00　お客様"},
		{"請求に入りました 8,000円", "7月1日(水) 00:10:00　当社"},
		{"返金しました 1,500円", "6月20日(土) 10:00:00　お店"},
		{"お店が発送し、請求の対象になりました 8,000円", "6月10日(水) 10:31:00　お店"},
		{"同じ注文がもう一度届き、請求せずに前の結果を返しました 8,000円", "6月10日(水) 10:01:00　お店"},
		{"後払いを受け付けました 8,000円", "6月10日(水) 10:00:00　お客様"},
	}
	for i := range want {
		want[i][1] = strings.ReplaceAll(want[i][1], "　", " ")
	}
	if diff := cmp.Diff(want, p.moments()); diff != "" {
		t.Error(diff)
	}
	if !p.has(web.BillPath(s.bill.ID.String())) {
		t.Error("does not lead to the bill it is on")
	}
	b.get(here+"?lang=en").at(here).titled("Midori Goods").says(http.StatusOK, "¥8,000", "Refunded −¥2,000", "Partly refunded",
		"Put on a bill", "The shop", "June 2026", "The same order arrived 2 times and was counted once")
}

// What a purchase came to, in a word, and the bill it is or will be on.
func TestPaymentStates(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	b := s.device(hanako)
	const none = "この利用は、どの請求にも含まれません"
	for _, tc := range []struct {
		p    checkout.Payment
		says []string
	}{
		{s.voided, []string{"700円", "取消し", none, "お店が注文を取り消し、利用枠に戻りました"}},
		{s.declined, []string{"60,000円", "失敗", none, "後払いを受け付けませんでした"}},
		{s.second, []string{"12,000円", "完了", "6月分", "お支払い待ち", "2026年7月10日(金)"}},
		{s.fresh, []string{"3,000円", "確認中", "7月分", "集計中", "2026年8月10日(月)"}},
	} {
		p := b.get(web.PaymentPath(tc.p.ID.String())).says(http.StatusOK, tc.says...)
		if strings.Contains(p.main(), "回届き") {
			t.Errorf("%s was sent once:\n%s", tc.p.OrderRef, p.main())
		}
	}
	s.refund(s.second, 0)
	b.get(web.PaymentPath(s.second.ID.String())).says(http.StatusOK, "返金 −12,000円", "返金済み", "6月分")
	s.clock.Advance(time.Minute)
	s.act(s.fresh, func(tx *db.Tx) (checkout.Payment, error) {
		return s.checkout.Capture(tx, s.shop.ID, s.fresh.ID, 1_000, true, 0, byShop)
	})
	b.get(web.PaymentPath(s.fresh.ID.String())).says(http.StatusOK, "完了", "請求の対象になりました 1,000円", "7月分")
}

func TestHistoryFilters(t *testing.T) {
	t.Parallel()
	s := tellStory(t)
	b := s.device(hanako)
	all := []checkout.Payment{s.fresh, s.declined, s.voided, s.second, s.first}
	for _, tc := range []struct {
		month, state, shop string
		want               []checkout.Payment
	}{
		{want: all},
		{month: "2026-06", want: all[1:]},
		{month: "2026-07", want: all[:1]},
		{month: "2026-05"},
		{state: "complete", want: []checkout.Payment{s.second}},
		{state: "checking", want: []checkout.Payment{s.fresh}},
		{state: "failed", want: []checkout.Payment{s.declined}},
		{state: "cancelled", want: []checkout.Payment{s.voided}},
		{state: "partly_refunded", want: []checkout.Payment{s.first}},
		{state: "refunded"},
		{shop: s.shoes.ID.String(), want: []checkout.Payment{s.second}},
		{month: "2026-06", state: "failed", shop: s.service.shop.ID.String(), want: []checkout.Payment{s.declined}},
		{month: "2026-07", state: "failed", shop: s.service.shop.ID.String()},
		{month: "not a month", state: "lost", shop: "pay_1", want: all}, // as if nothing had been chosen
	} {
		p := b.get(web.HistoryPath + "?" + url.Values{"month": {tc.month}, "state": {tc.state}, "shop": {tc.shop}}.Encode())
		var want []string
		for _, pay := range tc.want {
			want = append(want, web.PaymentPath(pay.ID.String()))
		}
		if diff := cmp.Diff(want, p.at(web.HistoryPath).links("/payments/")); diff != "" {
			t.Errorf("%+v: %s", tc, diff)
		}
		count := "0件です"
		if n := len(want); n > 0 {
			count = fmt.Sprintf("%d件のうち1〜%d件目", n, n)
		}
		p.says(http.StatusOK, count)
		if len(p.all("nav a[rel=next]"))+len(p.all("nav a[rel=prev]")) != 0 {
			t.Errorf("%+v: there is another page", tc)
		}
	}
	p := b.get(web.HistoryPath+"?month=2026-06&state=cancelled&lang=en").says(http.StatusOK, "1–1 of 1", "Midori Goods", "¥700", "Cancelled", "Clear")
	for name, want := range map[string]string{"month": "2026-06", "state": "cancelled"} {
		if got := attr(p.one("select[name="+name+"] option[selected]"), "value"); got != want {
			t.Errorf("%s stands at %q", name, got)
		}
	}
	if got := len(p.all("select[name=shop] option")); got != 3 {
		t.Errorf("%d shops to choose from", got-1)
	}
	if got := len(p.all("select[name=month] option")); got != 3 {
		t.Errorf("%d months to choose from", got-1)
	}
	b.get(web.HistoryPath+"?lang=ja").says(http.StatusOK, "同じ注文が2回届き", "返金 −1,500円", "一部返金")
}

// The pager goes through all that matches, both ways, and says where it stands.
func TestHistoryPager(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.register(hanako)
	shoes := s.newShop("あおい靴店", "Aoi Shoes")
	var want []string // the newest first
	for n := range 45 {
		s.clock.Advance(11 * time.Minute)
		p := s.sell(hanako, s.shop, sale{refOf(n), 100, false})
		want = append([]string{web.PaymentPath(p.ID.String())}, want...)
		if n%15 == 0 {
			s.sell(hanako, shoes, sale{refOf(1000 + n), 100, false})
		}
	}
	b := s.device(hanako)
	start := web.HistoryPath + "?shop=" + s.shop.ID.String()
	places := []string{"45件のうち1〜20件目", "45件のうち21〜40件目", "45件のうち41〜45件目"}
	p := b.get(start)
	for i, place := range places {
		p.says(http.StatusOK, place)
		if diff := cmp.Diff(want[i*20:min(i*20+20, 45)], p.links("/payments/")); diff != "" {
			t.Errorf("page %d: %s", i+1, diff)
		}
		if next := p.all("a[rel=next]"); len(next) > 0 {
			p = b.get(attr(next[0], "href"))
		} else if i != len(places)-1 {
			t.Fatalf("page %d is the last", i+1)
		}
	}
	if len(p.all("a[rel=next]")) != 0 {
		t.Error("the last page leads on")
	}
	for i := len(places) - 2; i >= 0; i-- {
		p = b.get(attr(p.one("a[rel=prev]"), "href")).says(http.StatusOK, places[i])
		if diff := cmp.Diff(want[i*20:i*20+20], p.links("/payments/")); diff != "" {
			t.Errorf("back to page %d: %s", i+1, diff)
		}
	}
	if len(p.all("a[rel=prev]")) != 0 {
		t.Error("the first page leads to a newer one")
	}
	b.get(web.HistoryPath).says(http.StatusOK, "48件のうち1〜20件目")
}
