package kiosk

import "fmt"

// PayEasy is what a payer types at a cash machine or in online banking (Pay-easy, マルチペイメントネットワーク, online method):
// the bank fetches the amount from the biller by it. The three or four numbers stand on the notice in this order.
type PayEasy struct {
	Collector string // 収納機関番号, 5 digits
	Customer  string // お客様番号 or 納付番号, 1 to 20 digits
	Code      string // 確認番号, 4 to 6 digits
	Category  string // 納付区分 of taxes: 3 digits (municipal) or 10 (national); "" for everybody else
}

// TestCollector is the 収納機関番号 of tests. No real one is used for them.
const TestCollector = "00000"

// Mode says whether numbers are for paying or for trying out.
type Mode bool

// The modes.
const (
	Live Mode = false // TestCollector is refused
	Test Mode = true  // only TestCollector is taken
)

// ParsePayEasy reads the numbers as typed, with blanks and hyphens between the digits. The error is an *Error and names the
// first field that is wrong.
func ParsePayEasy(typed PayEasy, mode Mode) (PayEasy, error) {
	var out PayEasy
	for _, row := range []struct {
		field       Field
		typed       string
		into        *string
		least, most int
	}{
		{FieldCollector, typed.Collector, &out.Collector, 5, 5},
		{FieldCustomer, typed.Customer, &out.Customer, 1, 20},
		{FieldPayEasyCode, typed.Code, &out.Code, 4, 6},
		{FieldCategory, typed.Category, &out.Category, 3, 10},
	} {
		if row.field == FieldCategory && row.typed == "" {
			continue
		}
		digits, err := number(row.field, row.typed, row.least, row.most)
		if err != nil {
			return PayEasy{}, err
		}
		*row.into = digits
	}
	switch {
	case out.Category != "" && len(out.Category) != 3 && len(out.Category) != 10:
		return PayEasy{}, &Error{Field: FieldCategory, Problem: BadLength, Least: 3, Most: 10}
	case mode == Live && out.Collector == TestCollector:
		return PayEasy{}, &Error{Field: FieldCollector, Problem: TestNumber}
	case mode == Test && out.Collector != TestCollector:
		return PayEasy{}, &Error{Field: FieldCollector, Problem: RealNumber}
	}
	return out, nil
}

// Grouped are the numbers as people read them.
func (p PayEasy) Grouped() PayEasy {
	return PayEasy{Collector: p.Collector, Customer: grouped(p.Customer), Code: p.Code, Category: p.Category}
}

// Means is how a Pay-easy payment is made.
type Means int

// The means.
const (
	ATMCash Means = iota // cash at a cash machine
	ATMCard              // from an account, at a cash machine
	NetBank              // online banking
)

// Name is what a means is called; empty for none of them.
func (m Means) Name() Words {
	return map[Means]Words{
		ATMCash: {"ATM（現金）", "ATM, in cash"}, ATMCard: {"ATM（キャッシュカード）", "ATM, by cash card"},
		NetBank: {"インターネットバンキング", "Online banking"},
	}[m]
}

// Limits are the amounts that Pay-easy takes, in yen. They are those of the contract; PublishedLimits is where to start.
type Limits struct {
	Least   int64 // for all means
	Cash    int64 // the most in cash
	Account int64 // the most from an account
}

// PublishedLimits are what gateways publish: 99,000 yen in cash (above 100,000 a bank has to identify the payer, 犯罪収益移転防止法),
// 999,999 otherwise.
func PublishedLimits() Limits { return Limits{Least: 1, Cash: 99_000, Account: 999_999} }

// Check says whether an amount can be paid by a means. The error is an *Error with the limit.
func (l Limits) Check(yen int64, by Means) error {
	most := l.Account
	if by == ATMCash {
		most = l.Cash
	}
	switch {
	case yen < l.Least:
		return &Error{Field: FieldAmount, Problem: TooSmall, Yen: l.Least}
	case yen > most:
		return &Error{Field: FieldAmount, Problem: TooLarge, Yen: most}
	}
	return nil
}

// Valid says whether the limits make sense: from 1 yen, and no means whose most is below the least.
func (l Limits) Valid() error {
	if l.Least < 1 || l.Cash < l.Least || l.Account < l.Least {
		return fmt.Errorf("kiosk: limits from %d to %d in cash and %d from an account: the least is 1 yen or more, and no most is below it", l.Least, l.Cash, l.Account)
	}
	return nil
}
