package kiosk

import "slices"

// Chain is a chain of convenience stores, or what takes its place.
type Chain string

// The chains.
const (
	SevenEleven   Chain = "seven_eleven"
	Lawson        Chain = "lawson"
	FamilyMart    Chain = "family_mart"
	Ministop      Chain = "ministop"
	DailyYamazaki Chain = "daily_yamazaki"
	Seicomart     Chain = "seicomart"
	Poplar        Chain = "poplar"
	ThreeF        Chain = "three_f"
	WalletApp     Chain = "wallet_app" // no store: a payment app that reads the postcard's barcode
)

// Chains are all chains, in the order in which pages list them.
func Chains() []Chain {
	return []Chain{SevenEleven, Lawson, FamilyMart, Ministop, DailyYamazaki, Seicomart, Poplar, ThreeF, WalletApp}
}

// Name is what a chain is called; empty for none of the chains.
func (c Chain) Name() Words { return names[c] }

var names = map[Chain]Words{
	SevenEleven:   {"セブン-イレブン", "Seven-Eleven"},
	Lawson:        {"ローソン", "Lawson"},
	FamilyMart:    {"ファミリーマート", "FamilyMart"},
	Ministop:      {"ミニストップ", "Ministop"},
	DailyYamazaki: {"デイリーヤマザキ", "Daily Yamazaki"},
	Seicomart:     {"セイコーマート", "Seicomart"},
	Poplar:        {"ポプラ", "Poplar"},
	ThreeF:        {"スリーエフ", "Three F"},
	WalletApp:     {"スマホ決済アプリ", "payment app"},
}

// Channel is what a payer brings to a store.
type Channel string

// The channels.
const (
	AppBarcode Channel = "app_barcode" // 電子バーコード on a phone, for the till's scanner
	Number     Channel = "number"      // numbers, typed or told
	Postcard   Channel = "postcard"    // the bill on paper with its barcode
)

// Channels are all channels, in the order in which pages list them.
func Channels() []Channel { return []Channel{AppBarcode, Number, Postcard} }

// Acceptance says which chain takes which channel. It is what the contract with the collection agent says.
type Acceptance map[Chain][]Channel

// Accepts says whether a chain takes a channel.
func (a Acceptance) Accepts(chain Chain, channel Channel) bool {
	return slices.Contains(a[chain], channel)
}

// By lists the chains that take a channel, in the order of Chains.
func (a Acceptance) By(channel Channel) []Chain {
	var out []Chain
	for _, chain := range Chains() {
		if a.Accepts(chain, channel) {
			out = append(out, chain)
		}
	}
	return out
}

// Published2020 is what one operator published in August 2020, as a place to start: chains change their minds, so hold it
// against the contract before a page shows it.
func Published2020() Acceptance {
	return Acceptance{
		SevenEleven:   {AppBarcode, Postcard},
		Lawson:        {AppBarcode, Number, Postcard},
		FamilyMart:    {Number, Postcard},
		Ministop:      {AppBarcode, Number, Postcard},
		DailyYamazaki: {Number, Postcard},
		Seicomart:     {AppBarcode, Number, Postcard},
		Poplar:        {Postcard},
		ThreeF:        {Postcard},
		WalletApp:     {Postcard},
	}
}

// Input is what a payer types, tells or shows in a step.
type Input string

// The inputs.
const (
	Nothing          Input = ""
	TheReceiptNumber Input = "receipt_number" // a ReceiptNumber, or the agent's
	TheConfirmation  Input = "confirmation"   // the telephone number, see Confirmation
	TheSlipNumber    Input = "slip_number"    // a SlipNumber
	TheOnlineNumber  Input = "online_number"  // an OnlineNumber
	TheBarcode       Input = "barcode"        // the 44 digits as bars
	ThePaper         Input = "paper"          // the postcard
	TheCollector     Input = "collector"      // 収納機関番号 of Pay-easy
	TheCustomer      Input = "customer"       // お客様番号 of Pay-easy
	TheCode          Input = "code"           // 確認番号 of Pay-easy
)

// Label is what the store calls an input; empty where there is none.
func (i Input) Label() Words { return labels[i] }

var labels = map[Input]Words{
	TheReceiptNumber: {"受付番号", "receipt number (受付番号)"},
	TheConfirmation:  {"確認番号（電話番号）", "confirmation number (確認番号, your telephone number)"},
	TheSlipNumber:    {"払込票番号", "slip number (払込票番号)"},
	TheOnlineNumber:  {"オンライン決済番号", "online payment number (オンライン決済番号)"},
	TheBarcode:       {"バーコード", "barcode"},
	ThePaper:         {"払込票", "payment slip"},
	TheCollector:     {"収納機関番号", "collector number (収納機関番号)"},
	TheCustomer:      {"お客様番号", "customer number (お客様番号)"},
	TheCode:          {"確認番号", "confirmation number (確認番号)"},
}

// Step is one thing to do. What stands in 「」 is what the machine's button says or what to tell the clerk.
type Step struct {
	Do    Words
	Needs Input
}

// Way is how a bill is paid at a chain by a channel.
type Way struct {
	Machine Words // where it begins: the kiosk's name, the till, the app
	Steps   []Step
	// SlipMinutes is how long what the kiosk prints can be paid at the till; 0 where nothing is printed or it is not published.
	SlipMinutes int
}

// Needs are the inputs of all steps, once each and in order: what a page has to show beside them.
func (w Way) Needs() []Input {
	var out []Input
	for _, s := range w.Steps {
		if s.Needs != Nothing && !slices.Contains(out, s.Needs) {
			out = append(out, s.Needs)
		}
	}
	return out
}

// Guide is the steps for a chain and a channel, whether or not the contract has them: Acceptance decides that. ok is false
// where a chain cannot have the channel. Machines change their menus; the words on the buttons are those that sellers' guides of
// recent years agree on.
func Guide(chain Chain, channel Channel) (way Way, ok bool) {
	if _, known := names[chain]; !known {
		return Way{}, false
	}
	switch {
	case channel == Number:
		way, ok = numberWays()[chain]
		return way, ok
	case chain == WalletApp && channel == Postcard:
		return walletWay(), true
	case chain == WalletApp:
		return Way{}, false
	case channel == AppBarcode:
		return barcodeWay(), true
	case channel == Postcard:
		return paperWay(), true
	}
	return Way{}, false
}
