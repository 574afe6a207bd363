package paper_test

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"tsuke/internal/gateway/paper"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

var update = flag.Bool("update", false, "write the golden files")

func day(t testing.TB, s string) jst.Day {
	t.Helper()
	d, err := jst.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func form() paper.Form {
	return paper.Form{
		From: paper.Sender{
			Name: "ツケ払い株式会社", PostalCode: "1500002", Lines: []string{"東京都渋谷区渋谷2丁目21-1", "渋谷ツケビル8階"},
			Phone: "0120-000-123", Hours: "平日 9:00〜18:00", Registration: "T1234567890123",
		},
		Agent:   "みほん収納サービス株式会社",
		Postage: []string{"渋谷局", "料金後納", "郵　便"},
		Back: []string{
			"1. このはがきを開き、下の払込票を切り離さずに、お近くのコンビニエンスストアのレジへお持ちください。",
			"2. お支払い後、受領証をお受け取りください。お支払いの証明になりますので、大切に保管してください。",
			"3. お支払期限を過ぎた払込票も、レジで受け付けられる間はお使いいただけます。",
			"Take the opened card to the till of a convenience store. Keep the stamped receipt.",
		},
		Limit: 300_000,
		Made:  time.Date(2026, 11, 27, 9, 0, 0, 0, jst.Zone()),
	}
}

// slip is a barcode for an amount, n making it a different one.
func slip(t testing.TB, yen money.Yen, n int, stamp bool) string {
	t.Helper()
	digits, err := konbini.Build(konbini.Code{
		Company: "912345", Free: fmt.Sprintf("%021d", n), Due: "2026-12-31", Stamp: stamp, Yen: int64(yen),
	}, 999_999)
	if err != nil {
		t.Fatal(err)
	}
	return digits
}

func card(t testing.TB) paper.Card {
	t.Helper()
	c := paper.Card{
		To: paper.Addressee{
			PostalCode: "1000001", Lines: []string{"東京都千代田区千代田1丁目1番1号", "コーポみほん203号室"}, Name: "山田 太郎",
		},
		Reference: "K7F2-9QXM",
		Month:     jst.Month{},
		Purchases: []paper.Purchase{
			{Day: day(t, "2026-11-03"), Shop: "カメラのみほん", Amount: 12_800},
			{Day: day(t, "2026-11-09"), Shop: "本とコーヒー 青い鳥書店", Amount: 2_310},
			{Day: day(t, "2026-11-18"), Shop: "Kitchen & Table", Amount: 14_890},
		},
		Fees:     []paper.Item{{JA: "請求手数料", EN: "Billing fee", Amount: 209}},
		Taxes:    []paper.Item{{JA: "うち消費税（10%対象 209円）", Amount: 19}},
		Total:    30_209,
		DueDay:   day(t, "2026-12-10"),
		LateNote: "お支払期限を過ぎると、期限の翌日からお支払いの日まで年14.6%の遅延損害金がかかります。お支払いが難しいときは、期限の前にご相談ください。",
	}
	c.Month = c.Purchases[0].Day.Month()
	c.Slip = slip(t, c.Total, 1, false)
	return c
}

// rich has everything that a card can have.
func rich(t testing.TB) paper.Card {
	t.Helper()
	c := card(t)
	c.To.Lines = []string{"北海道虻田郡喜茂別町字中里一丁目二番地三号", "グランドハイツ喜茂別中央リバーサイド・レジデンス弐番館", "1203号室（山田方）"}
	c.To.Name = "勅使河原 﨑之介・髙橋 Élisabeth"
	c.Purchases, c.Total = nil, 0
	for i := range 30 {
		shop := []string{"髙島スポーツ 札幌駅前店", "Shop “Éclair”", "ドラッグストアみほん 新千歳空港国際線ターミナルビル出発ロビー店"}[i%3]
		c.Purchases = append(c.Purchases, paper.Purchase{Day: day(t, "2026-11-01").Add(i), Shop: shop, Amount: money.Yen(1_000 + 137*i)})
		c.Total += money.Yen(1_000 + 137*i)
	}
	c.Fees = append(c.Fees, paper.Item{JA: "遅延損害金（10月分）", EN: "Late damages", Amount: 383})
	c.Taxes = append(c.Taxes, paper.Item{JA: "うち消費税（8%対象 1,080円）", Amount: 80})
	c.Total += 209 + 383
	c.Slip = slip(t, c.Total, 2, true)
	c.Postal = &paper.Postal{Account: "00160-9-123456", Upper: "610000000000000000003600226000033421101", Lower: "22100250881102000000061050501000000000000000"}
	return c
}
