package site

import (
	"time"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/jst"
	"tsuke/internal/kiosk"
	"tsuke/internal/money"
	"tsuke/internal/web"
)

// payPlace is a place that takes numbers, with the name that its address has.
type payPlace struct {
	key   string
	name  kiosk.Words
	way   kiosk.Way
	store bool
}

// payPlaces are the places that take a sum (rule B32): stores, then banks.
func (v *visit) payPlaces(owed money.Yen) []payPlace {
	terms, today := v.site.Terms.Current(), v.today()
	means := billing.MeansFor(terms, today, owed)
	var places []payPlace
	if means.Till {
		for _, chain := range billing.Chains(terms, today) {
			way, _ := kiosk.Guide(chain, kiosk.Number)
			places = append(places, payPlace{string(chain), chain.Name(), way, true})
		}
	}
	for _, bank := range []struct {
		key string
		by  kiosk.Means
		ok  bool
	}{{"atm_cash", kiosk.ATMCash, means.Cash}, {"atm_card", kiosk.ATMCard, means.Account}, {"net_bank", kiosk.NetBank, means.Account}} {
		if bank.ok {
			places = append(places, payPlace{bank.key, bank.by.Name(), kiosk.PayEasyGuide(bank.by), false})
		}
	}
	return places
}

// showNumbers is M6 for a bill that is paid by receipt number: where, then the steps there. Until the agent knows the number
// nobody could pay with it, so it is not shown (rule B33).
func (v *visit) showNumbers(b toPay) error {
	n := b.numbers
	page := web.NumberPage{Frame: v.frame(), Bill: b.head, Until: n.Slip.ValidTo, Minutes: tellsWithinMinutes}
	page.Paying, page.Return = v.paying(b)
	if !n.Told {
		page.ReadyAt = v.numbersReady()
		return v.show(page)
	}
	joint := b.address() + "?"
	if b.whole {
		joint = b.address() + "&"
	}
	for _, place := range v.payPlaces(n.Slip.Amount) {
		shown := web.PayPlace{
			Name: place.name.In(string(v.lang)), URL: joint + "at=" + place.key + "#steps-h", Here: v.r.URL.Query().Get("at") == place.key,
		}
		if place.store {
			page.Stores = append(page.Stores, shown)
		} else {
			page.Banks = append(page.Banks, shown)
		}
		if !shown.Here {
			continue
		}
		guide, err := v.payGuide(place, n)
		if err != nil {
			return err
		}
		page.Chosen = &guide
	}
	return v.show(page)
}

// numbersReady is when the next file tells the agent of numbers.
func (v *visit) numbersReady() time.Time {
	every := time.Duration(billing.NumberMinutes.On(v.site.Terms.Current(), v.today())) * time.Minute
	return NextNumbers(v.site.DB.Now(), every)
}

// NextNumbers is the first instant after another that is a whole number of spans after midnight in Japan. At each of them the
// agent is told of new numbers (rule B33).
func NextNumbers(after time.Time, every time.Duration) time.Time {
	midnight := jst.DayOf(after).Start()
	next := midnight.Add(after.Sub(midnight).Truncate(every) + every)
	if tomorrow := jst.DayOf(after).Add(1).Start(); next.After(tomorrow) {
		return tomorrow
	}
	return next
}

// payGuide fills the steps at a place with a bill's numbers.
func (v *visit) payGuide(place payPlace, n billing.Numbers) (web.PayGuide, error) {
	lang, terms, today := string(v.lang), v.site.Terms.Current(), v.today()
	collector := billing.Collector.On(terms, today)
	guide := web.PayGuide{
		Name: place.name.In(lang), Machine: place.way.Machine.In(lang), Minutes: place.way.SlipMinutes, Stored: place.store,
		Test: !place.store && collector == kiosk.TestCollector,
	}
	for _, step := range place.way.Steps {
		shown := web.PayStep{Do: step.Do.In(lang), Label: step.Needs.Label().In(lang)}
		switch step.Needs {
		case kiosk.TheReceiptNumber, kiosk.TheCustomer:
			shown.Number = string(n.Slip.ReceiptNumber())
		case kiosk.TheOnlineNumber:
			shown.Number = string(kiosk.OnlineNumberOf(n.Slip.ReceiptNumber()))
		case kiosk.TheSlipNumber:
			number, err := kiosk.SlipNumberOf(billing.NumberSeven.On(terms, today), n.Slip.ReceiptNumber())
			if err != nil {
				return guide, err
			}
			shown.Number = string(number)
		case kiosk.TheCollector:
			shown.Number = collector
		case kiosk.TheCode:
			shown.Number = n.Code
		case kiosk.TheConfirmation:
			err := v.read(func(tx *db.Tx) error {
				profile, err := v.site.Members.LoadProfile(tx, v.signIn.Member)
				shown.Phone = profile.Phone.Masked()
				return err
			})
			if err != nil {
				return guide, err
			}
		case kiosk.Nothing, kiosk.TheBarcode, kiosk.ThePaper:
		}
		guide.Steps = append(guide.Steps, shown)
	}
	return guide, nil
}
