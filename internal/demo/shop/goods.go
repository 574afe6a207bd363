package shop

import (
	"tsuke/internal/demo/page"
	"tsuke/internal/money"
)

// Article is one thing on sale. Prices include tax.
type Article struct {
	Slug      string
	Name      page.Word
	About     page.Word
	Contents  page.Word // how much one piece is
	Price     money.Yen
	TaxRate   int  // percent: 8 for food, else 10
	ToOrder   bool // made after the order and shipped days later; the rest leaves the shop at once
	MonthOnly bool // offered until the end of the month
}

// Goods is what the shop sells, as it stands on the shelf.
func Goods() []Article {
	return []Article{
		{
			Slug: "kyusu", Price: 8_500, TaxRate: 10,
			Name:     page.Word{JA: "黒釉の急須", EN: "Black-glazed teapot"},
			About:    page.Word{JA: "手になじむ横手の急須です。茶こしは陶製で、細かな茶葉まで受けとめます。", EN: "A side-handled teapot that sits well in the hand. Its ceramic strainer holds back even fine leaves."},
			Contents: page.Word{JA: "1個（約320ml）", EN: "1 piece (about 320 ml)"},
		},
		{
			Slug: "tenugui", Price: 1_980, TaxRate: 10, ToOrder: true,
			Name:     page.Word{JA: "手ぬぐい 青海波", EN: "Tenugui cloth, waves"},
			About:    page.Word{JA: "ご注文をいただいてから注染で染め、5日ほどで発送します。使うほどにやわらかくなります。", EN: "Dyed by hand after you order, and sent in about five days. It grows softer with use."},
			Contents: page.Word{JA: "1枚（約36×90cm）", EN: "1 piece (about 36 × 90 cm)"},
		},
		{
			Slug: "sencha", Price: 1_296, TaxRate: 8, MonthOnly: true,
			Name:     page.Word{JA: "一番茶の煎茶", EN: "First-flush sencha"},
			About:    page.Word{JA: "その年いちばんに摘んだ葉だけの煎茶です。今月末までの申込み分で終わります。", EN: "Sencha from the first leaves of the year. Orders close at the end of this month."},
			Contents: page.Word{JA: "1袋（100g）", EN: "1 bag (100 g)"},
		},
		{
			Slug: "kiriko", Price: 30_000, TaxRate: 10,
			Name:     page.Word{JA: "切子のグラス 二客", EN: "Pair of cut-glass tumblers"},
			About:    page.Word{JA: "藍と紅の二客組です。手で切り込んだ面が光を受けてきらめきます。", EN: "One blue, one red, cut by hand so that every face catches the light."},
			Contents: page.Word{JA: "1組（2客、木箱入り）", EN: "1 set (2 pieces in a wooden box)"},
		},
		{
			Slug: "tansu", Price: 52_000, TaxRate: 10, ToOrder: true,
			Name:     page.Word{JA: "桐の小だんす", EN: "Small paulownia chest"},
			About:    page.Word{JA: "引き出し三段の小だんすです。はじめての方の利用枠（50,000円）を超える品として置いています。", EN: "A chest with three drawers. It stands here because it costs more than a first limit of ¥50,000."},
			Contents: page.Word{JA: "1台（幅36×奥行28×高さ40cm）", EN: "1 piece (36 × 28 × 40 cm)"},
		},
	}
}

// articleOf finds an article by its slug.
func articleOf(slug string) (Article, bool) {
	for _, a := range Goods() {
		if a.Slug == slug {
			return a, true
		}
	}
	return Article{}, false
}

const (
	maxQuantity    = 9
	shippingFee    = money.Yen(550)
	freeFrom       = money.Yen(5_000) // goods worth this much are sent free of charge
	onDeliveryFee  = money.Yen(330)   // added when the carrier collects the money
	billFee        = money.Yen(209)   // what the pay-later service adds to a month's bill, as its terms say
	sessionSeconds = 1800
)
