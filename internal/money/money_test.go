package money_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/money"
)

func TestText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		yen              money.Yen
		plain, ja, en    string
		outsideTheLimits bool
	}{
		{yen: 0, plain: "0", ja: "0円", en: "¥0"},
		{yen: 1, plain: "1", ja: "1円", en: "¥1"},
		{yen: 999, plain: "999", ja: "999円", en: "¥999"},
		{yen: 1000, plain: "1000", ja: "1,000円", en: "¥1,000"},
		{yen: 8500, plain: "8500", ja: "8,500円", en: "¥8,500"},
		{yen: 123456, plain: "123456", ja: "123,456円", en: "¥123,456"},
		{yen: -500, plain: "-500", ja: "−500円", en: "−¥500"},
		{yen: -1234567, plain: "-1234567", ja: "−1,234,567円", en: "−¥1,234,567"},
		{yen: money.Max, plain: "1000000000000", ja: "1,000,000,000,000円", en: "¥1,000,000,000,000"},
		{
			yen: math.MinInt64, plain: "-9223372036854775808", ja: "−9,223,372,036,854,775,808円",
			en: "−¥9,223,372,036,854,775,808", outsideTheLimits: true,
		},
	} {
		if got := c.yen.String(); got != c.plain {
			t.Errorf("String of %d is %q, want %q", int64(c.yen), got, c.plain)
		}
		if got := c.yen.JA(); got != c.ja {
			t.Errorf("JA of %d is %q, want %q", int64(c.yen), got, c.ja)
		}
		if got := c.yen.EN(); got != c.en {
			t.Errorf("EN of %d is %q, want %q", int64(c.yen), got, c.en)
		}
		if got := c.yen.InRange(); got == c.outsideTheLimits {
			t.Errorf("InRange of %d is %t", int64(c.yen), got)
		}
	}
}

func TestBasisPointsText(t *testing.T) {
	t.Parallel()
	for rate, want := range map[money.BasisPoints]string{
		1460: "14.6 %", 1000: "10 %", 0: "0 %", 5: "0.05 %", 10_000: "100 %", 325: "3.25 %", -50: "−0.5 %",
	} {
		if got := rate.String(); got != want {
			t.Errorf("%d basis points are %q, want %q", int64(rate), got, want)
		}
	}
}

func TestAddSubSum(t *testing.T) {
	t.Parallel()
	const most = money.Max
	for _, c := range []struct {
		a, b, sum, difference money.Yen
		sumFails, subFails    bool
	}{
		{a: 300, b: 209, sum: 509, difference: 91},
		{a: 0, b: -5, sum: -5, difference: 5},
		{a: most, b: 0, sum: most, difference: most},
		{a: most, b: 1, sumFails: true, difference: most - 1},
		{a: -most, b: 1, sum: 1 - most, subFails: true},
		{a: most, b: -most, sum: 0, subFails: true},
		{a: most + 1, b: -1, sumFails: true, subFails: true},
		{a: -1, b: most + 1, sumFails: true, subFails: true},
		{a: math.MaxInt64, b: math.MaxInt64, sumFails: true, subFails: true},
		{a: 0, b: math.MinInt64, sumFails: true, subFails: true},
	} {
		sum, err := money.Add(c.a, c.b)
		if errors.Is(err, money.ErrRange) != c.sumFails || sum != c.sum {
			t.Errorf("%d + %d = %d, %v", c.a, c.b, sum, err)
		}
		difference, err := money.Sub(c.a, c.b)
		if errors.Is(err, money.ErrRange) != c.subFails || difference != c.difference {
			t.Errorf("%d − %d = %d, %v", c.a, c.b, difference, err)
		}
	}
	if got, err := money.Sum(); got != 0 || err != nil {
		t.Errorf("the sum of nothing is %d, %v", got, err)
	}
	if got, err := money.Sum(8500, 209, -500); got != 8209 || err != nil {
		t.Errorf("Sum is %d, %v", got, err)
	}
	if got, err := money.Sum(most, most, -most); got != 0 || !errors.Is(err, money.ErrRange) {
		t.Errorf("a partial sum beyond Max gives %d, %v", got, err)
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		yen  money.Yen
		rate money.BasisPoints
		want money.Yen
	}{
		{2145, 300, 64}, // 64.35
		{9999, 1, 0},    // 0.9999
		{10_000, 1, 1},
		{-2145, 300, -64},
		{-9999, 1, 0},
		{30_000, 1460, 4380},
		{100, 10_000, 100},
		{100, -300, 0},
		{money.Max, 10_000, money.Max},
	} {
		if got := c.yen.Share(c.rate); got != c.want {
			t.Errorf("%v of %d is %d, want %d", c.rate, c.yen, got, c.want)
		}
	}
}

// Late damages: 14.6 % a year, a year of 365 days, rounded down once for the whole period.
func TestPortionAsLateDamages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ principal, days, want int64 }{
		{30_000, 365, 4380},
		{30_000, 366, 4392},
		{12_345, 17, 83},
		{30_000, 31, 372},
		{30_000, 1, 12},
		{30_000, 0, 0},
		{-30_000, 365, -4380},
	} {
		if got := money.Yen(c.principal).Portion(1460*c.days, 10_000*365); got != money.Yen(c.want) {
			t.Errorf("%d yen for %d days: %d, want %d", c.principal, c.days, got, c.want)
		}
	}
}

func TestPortionWithoutAnswerIsRefusedByAdd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		yen      money.Yen
		num, den int64
	}{
		{1, 1, 0},
		{1, 1, -1},
		{1, -1, 1},
		{-1, -1, 1},
		{money.Max, 2, 1},
		{-money.Max, 2, 1},
		{math.MaxInt64, math.MaxInt64, 1},
		{math.MinInt64, math.MaxInt64, 3},
	} {
		got := c.yen.Portion(c.num, c.den)
		if got.InRange() {
			t.Errorf("%d × %d ÷ %d is %d, an amount that counts", c.yen, c.num, c.den, got)
		}
		if _, err := money.Add(got, 0); !errors.Is(err, money.ErrRange) {
			t.Errorf("%d × %d ÷ %d may be added: %v", c.yen, c.num, c.den, err)
		}
	}
}

func TestPortionEqualsExactArithmetic(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		yen := rapid.Int64Range(-int64(money.Max), int64(money.Max)).Draw(t, "yen")
		num := rapid.Int64Range(0, math.MaxInt64).Draw(t, "num")
		den := rapid.Int64Range(1, math.MaxInt64).Draw(t, "den")
		exact := new(big.Int).Mul(big.NewInt(yen), big.NewInt(num))
		exact.Quo(exact, big.NewInt(den)) // towards zero
		got := money.Yen(yen).Portion(num, den)
		if exact.CmpAbs(big.NewInt(int64(money.Max))) > 0 {
			if got.InRange() || (got < 0) != (yen < 0) {
				t.Fatalf("beyond Max: %d", got)
			}
			return
		}
		if exact.Int64() != int64(got) {
			t.Fatalf("got %d, exactly %s", got, exact)
		}
	})
}

func TestTaxIncluded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		total    money.Yen
		rate     money.BasisPoints
		net, tax money.Yen
	}{
		{209, 1000, 190, 19},
		{108, 800, 100, 8},
		{110, 1000, 100, 10},
		{100, 1000, 91, 9},              // 9.09…
		{54_999, 1000, 50_000, 4999},    // 4999.9
		{54_545, 1000, 49_587, 4958},    // 4958.6
		{-209, 1000, -190, -19},         // a refund takes out the tax that the sale put in
		{1, 1000, 1, 0},                 // 0.09
		{0, 1000, 0, 0},                 //
		{500, 0, 500, 0},                // not taxed
		{500, -1000, 500, 0},            //
		{money.Max, 10_000, 5e11, 5e11}, //
		{money.Max - 1, 1000, 909090909090, 90909090909},
	} {
		net, tax := money.TaxIncluded(c.total, c.rate)
		if net != c.net || tax != c.tax {
			t.Errorf("%d at %v: net %d, tax %d; want %d, %d", c.total, c.rate, net, tax, c.net, c.tax)
		}
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		total   money.Yen
		weights []int64
		want    []money.Yen
	}{
		{"nobody", 100, nil, nil},
		{"one", 100, []int64{7}, []money.Yen{100}},
		{"thirds: the first gets the yen", 100, []int64{1, 1, 1}, []money.Yen{34, 33, 33}},
		{"two yen over", 101, []int64{1, 1, 1}, []money.Yen{34, 34, 33}},
		{"largest remainder first", 10, []int64{333, 333, 334}, []money.Yen{3, 3, 4}},
		{"without weight, without yen", 100, []int64{0, 3, 0, 3}, []money.Yen{0, 50, 0, 50}},
		{"negative counts as 0", 100, []int64{-5, 1}, []money.Yen{0, 100}},
		{"all 0: equal", 5, []int64{0, 0}, []money.Yen{3, 2}},
		{"less than one each", 2, []int64{1, 1, 1, 1}, []money.Yen{1, 1, 0, 0}},
		{"a refund mirrors the sale", -100, []int64{1, 1, 1}, []money.Yen{-34, -33, -33}},
		{"nothing", 0, []int64{1, 2}, []money.Yen{0, 0}},
		{"weights above Max", 100, []int64{math.MaxInt64, math.MaxInt64, math.MaxInt64}, []money.Yen{34, 33, 33}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, money.Split(c.total, c.weights)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Each part is its exact share rounded down or up, the parts add up, and a heavier part never gets less.
func TestSplitIsFair(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(-int64(money.Max), int64(money.Max)).Draw(t, "total")
		weights := rapid.SliceOfN(rapid.OneOf(
			rapid.Int64Range(0, 5), rapid.Int64Range(0, int64(money.Max)),
		), 1, 40).Draw(t, "weights")
		parts := money.Split(money.Yen(total), weights)
		var sumOfWeights, sum int64
		for i, w := range weights {
			sumOfWeights += w
			sum += int64(parts[i])
		}
		if sum != total || len(parts) != len(weights) {
			t.Fatalf("%d parts add up to %d", len(parts), sum)
		}
		for i, part := range parts {
			size := max(part, -part)
			if sumOfWeights > 0 {
				floor := money.Yen(max(total, -total)).Portion(weights[i], sumOfWeights)
				if size != floor && size != floor+1 || weights[i] == 0 && size != 0 {
					t.Fatalf("part %d is %d, its share rounded down %d", i, part, floor)
				}
			}
			for j, other := range parts {
				if weights[i] > weights[j] && size < max(other, -other) {
					t.Fatalf("weight %d gets %d, weight %d gets %d", weights[i], part, weights[j], other)
				}
			}
		}
	})
}

func TestJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(struct{ Amount money.Yen }{8500})
	if err != nil || string(text) != `{"Amount":8500}` {
		t.Errorf("written as %s, %v", text, err)
	}
	for _, c := range []struct {
		text string
		want money.Yen
		err  error
	}{
		{"8500", 8500, nil},
		{"0", 0, nil},
		{"-500", -500, nil},
		{"1000000000000", money.Max, nil},
		{"1000000000001", 0, money.ErrRange},
		{"-1000000000001", 0, money.ErrRange},
		{"9223372036854775808", 0, money.ErrRange},
		{"1.0", 0, money.ErrForm},
		{"1.5", 0, money.ErrForm},
		{"1e3", 0, money.ErrForm},
		{"-0", 0, money.ErrForm},
		{`"8500"`, 0, money.ErrForm},
		{"null", 0, money.ErrForm},
		{"true", 0, money.ErrForm},
		{"[1]", 0, money.ErrForm},
	} {
		var got money.Yen
		if err := json.Unmarshal([]byte(c.text), &got); got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s is read as %d, %v; want %d, %v", c.text, got, err, c.want, c.err)
		}
	}
}

func FuzzYenJSON(f *testing.F) {
	for _, seed := range []string{"8500", "-1", "1.0", "1e3", `"1"`, "null", "00", " 1", "1 ", "+1", "1000000000001"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var yen money.Yen
		if err := yen.UnmarshalJSON(text); err != nil {
			if yen != 0 {
				t.Fatalf("refused with %v and yet read as %d", err, yen)
			}
			return
		}
		if again, err := json.Marshal(yen); err != nil || string(again) != string(text) || !yen.InRange() {
			t.Fatalf("%q is read as %d and written as %s, %v", text, yen, again, err)
		}
	})
}
