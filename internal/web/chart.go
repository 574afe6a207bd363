package web

import (
	"strings"

	"tsuke/internal/money"
)

// The chart's units are those of its viewBox; it is drawn as wide as the card.
const (
	chartWidth  = 330
	chartHeight = 150
	chartTop    = 24  // room for the figure over the highest bar
	chartBase   = 126 // the axis; months are written below
	barWidth    = 34
)

type chart struct {
	Title  string
	Width  int
	Height int
	Base   int
	Bars   []bar
}

type bar struct {
	X, Y, Width, Height int
	Middle              int
	Over, Under         int // where figure and month are written
	Sum, Month          string
	Now                 bool
}

// bars draws the sums of some months from zero. The last one is the month that is not over.
func (p phrases) bars(months []MonthUse) chart {
	c := chart{Width: chartWidth, Height: chartHeight, Base: chartBase}
	var most money.Yen
	for _, m := range months {
		most = max(most, m.Sum)
	}
	slot := chartWidth / max(len(months), 1)
	for i, m := range months {
		height := 0
		if most > 0 {
			height = int(max(m.Sum, 0) * (chartBase - chartTop) / most)
		}
		middle := i*slot + slot/2
		c.Bars = append(c.Bars, bar{
			X: middle - barWidth/2, Y: chartBase - height, Width: barWidth, Height: height, Middle: middle,
			Over: chartBase - height - 6, Under: chartBase + 17,
			Sum: plainDigits(m.Sum), Month: p.shortMonth(m), Now: i == len(months)-1,
		})
	}
	if len(months) > 0 {
		last := months[len(months)-1]
		c.Title = p.text("home.chart", "month", last.Month, "sum", last.Sum, "most", most)
	}
	return c
}

// plainDigits writes the sum without its unit: the chart's title names it once.
func plainDigits(y money.Yen) string { return strings.ReplaceAll(y.EN(), "¥", "") }

func (p phrases) shortMonth(m MonthUse) string {
	if p.lang == English {
		return m.Month.EN()[:3]
	}
	return m.Month.JA()
}
