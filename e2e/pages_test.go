package e2e_test

import (
	"net/http"
	"testing"

	"tsuke/e2e/browser"
)

const slips = http.StatusUnprocessableEntity

// walks are all pages, by who can see them.
func (a *audit) walks(t *testing.T) []walk {
	t.Helper()
	return []walk{
		{name: "public", who: a.nobody, stops: a.publicStops},
		{name: "codes", who: a.coder, stops: a.codeStops},
		{name: "register", who: a.applicant, stops: a.registerStops},
		{name: "guardian", who: a.minor, stops: a.guardianStops},
		{name: "known", who: a.known, stops: a.knownStops},
		{name: "review", who: a.reviewed, stops: a.reviewStops},
		{name: "member", who: a.member, stops: a.memberStops},
		{name: "paying", who: a.paying, stops: a.payingStops},
		{name: "number", who: a.number, stops: a.numberStops},
		{name: "paid", who: a.paid, stops: a.paidStops},
		{name: "checkout", who: a.fresh, stops: a.checkoutStops},
		{name: "guest", who: a.guest, stops: a.guestStops},
		{name: "staff", who: a.aoki, stops: a.staffStops},
		{name: "admin", who: a.kubo, stops: a.adminStops},
		{name: "stranger", who: a.stranger, stops: a.strangerStops},
		{name: "demo", who: a.nobody, ready: a.fillTheShop, stops: a.demoStops},
	}
}

// at is a page of the service.
func (a *audit) at(name, pattern string) stop {
	return stop{name: name, pattern: pattern, url: a.d.public + pattern}
}

// wrong is a form sent as it stands, which is not good enough.
func (a *audit) wrong(name, path, press string) stop {
	return stop{name: name, url: a.d.public + path, press: press, status: slips}
}

func (a *audit) publicStops() []stop {
	return []stop{
		a.at("how", "/how"), a.at("help", "/help"), a.at("terms", "/terms"), a.at("privacy", "/privacy"),
		a.at("accessibility", "/accessibility"), a.at("licenses", "/licenses"),
		a.at("signin", "/signin"), a.wrong("signin-slips", "/signin", `form[action="/signin"] button`),
		a.at("register", "/register"), a.wrong("register-slips", "/register", `form[action="/register"] button`),
		{name: "enter", url: a.open.URL},
		a.wrong("enter-slips", "/pay/"+a.open.ID, `form[action$="/phone"] button`),
		{name: "absent", url: a.d.public + "/no-such-page", status: http.StatusNotFound},
		{name: "absent-checkout", url: a.d.public + "/pay/ses_0", status: http.StatusNotFound},
		{name: "api", pattern: "/v1/docs", url: a.d.public + "/v1/docs", theirs: true, long: true},
		{name: "api-retries", pattern: "/v1/docs/retries", url: a.d.public + "/v1/docs/retries", theirs: true},
		{name: "api-problems", pattern: "/v1/docs/problems", url: a.d.public + "/v1/docs/problems", theirs: true},
		{name: "api-problem", url: a.d.public + "/v1/docs/problems/idempotency_key_missing", theirs: true},
	}
}

func (a *audit) codeStops() []stop {
	checkout := stop{name: "checkout-code", pattern: "/pay/{session}/code", url: a.codeAsked.URL + "/code"}
	return []stop{
		a.at("signin-code", "/signin/code"), a.at("register-code", "/register/code"), checkout,
		a.wrong("register-code-slips", "/register/code", `form[action="/register/code"] button`),
	}
}

func (a *audit) registerStops() []stop {
	return []stop{
		a.at("register-name", "/register/name"), a.at("register-birth", "/register/birth"),
		a.at("register-address", "/register/address"), a.at("register-mail", "/register/mail"),
		a.at("register-agree", "/register/agree"),
		a.wrong("register-agree-slips", "/register/agree", `form[action="/register/agree"] button.big`),
	}
}

func (a *audit) guardianStops() []stop {
	return []stop{
		a.at("guardian", "/register/guardian"), a.at("consent", "/register/consent"),
		a.wrong("consent-slips", "/register/consent", `form[action="/register/consent"] button`),
	}
}

func (a *audit) knownStops() []stop {
	known := a.at("known", "/register/known")
	known.status = slips
	return []stop{known}
}

func (a *audit) reviewStops() []stop { return []stop{a.at("review", "/register/review")} }

func (a *audit) memberStops() []stop {
	bill := stop{name: "bill", pattern: "/bills/{statement}", url: a.d.public + a.billed}
	pay := stop{name: "pay", pattern: "/bills/{statement}/pay", url: a.d.public + a.billed + "/pay"}
	bought := stop{name: "payment", pattern: "/payments/{payment}", url: a.d.public + "/payments/" + a.bought.ID}
	return []stop{
		a.at("home", "/"), a.at("bills", "/bills"), bill, pay, a.at("hard", "/bills/hard"), a.at("history", "/history"),
		{name: "history-none", url: a.d.public + "/history?state=failed"},
		bought, a.at("menu", "/menu"),
		a.at("profile", "/menu/profile"), a.at("shops-none", "/menu/shops"), a.at("devices", "/menu/devices"),
		{name: "messages", pattern: "/menu/messages", url: a.d.public + "/menu/messages", theirs: true},
		a.at("notices", "/notices"),
		{name: "way-member", url: a.d.public + "/account/way"},
		{name: "help-member", url: a.d.public + "/help"},
		{name: "others-bill", url: a.d.public + a.paidBill, status: http.StatusNotFound},
	}
}

func (a *audit) payingStops() []stop {
	return []stop{
		{name: "home-confirming", url: a.d.public + "/"},
		{name: "bill-confirming", url: a.d.public + a.payingBill},
		{name: "pay-confirming", url: a.d.public + a.payingBill + "/pay"},
	}
}

// numberStops are the places to choose from, then the steps at one of each kind, whose words on buttons are as machines have them.
func (a *audit) numberStops() []stop {
	pay := a.d.public + a.numberBill + "/pay"
	return []stop{
		{name: "number", url: pay},
		{name: "number-seven", url: pay + "?at=seven_eleven", theirs: true},
		{name: "number-kiosk", url: pay + "?at=family_mart", theirs: true},
		{name: "number-atm", url: pay + "?at=atm_cash", theirs: true},
		{name: "number-bank", url: pay + "?at=net_bank", theirs: true},
	}
}

func (a *audit) paidStops() []stop {
	return []stop{
		{name: "home-paid", url: a.d.public + "/"},
		{name: "bills-paid", url: a.d.public + "/bills"},
		{name: "bill-paid", url: a.d.public + a.paidBill},
		{name: "return", pattern: "/bills/{statement}/return", url: a.d.public + a.paidBill + "/return"},
		{name: "pay-paid", url: a.d.public + a.paidBill + "/pay", status: http.StatusConflict},
	}
}

func (a *audit) checkoutStops() []stop {
	return []stop{
		{name: "confirm", pattern: "/pay/{session}", url: a.open.URL},
		{name: "changed", url: a.changed.URL},
		{name: "left", url: a.left.URL},
		{name: "withdrawn", url: a.gone.URL, status: http.StatusGone},
		{name: "refused", url: a.refused.URL, status: http.StatusConflict},
		{name: "done", url: a.done.URL},
		{name: "similar", url: a.similar.URL},
		{name: "merged", url: a.merged.URL},
		a.at("registered", "/register/done"),
		{name: "shops", url: a.d.public + "/menu/shops"},
		{name: "revoke", pattern: "/menu/shops/{token}", url: a.d.public + a.token},
		{name: "home-new", url: a.d.public + "/"},
		a.at("way", "/account/way"), namesOf(a.at("pick-bank", "/account/bank")),
		{name: "pick-bank-row", url: a.d.public + "/account/bank?row=ka", theirs: true},
		{name: "pick-bank-none", url: a.d.public + "/account/bank?q=zzz", theirs: true},
		{name: "pick-branch", pattern: "/account/bank/{bank}", url: a.d.public + "/account/bank/0001?q=001", theirs: true},
		{name: "account", pattern: "/account/bank/{bank}/{branch}", url: a.d.public + "/account/bank/0001/001", theirs: true},
		namesOf(a.wrong("account-slips", "/account/bank/0001/001", `main form[action="/account/bank/0001/001"] button`)),
		{name: "account-post", url: a.d.public + "/account/bank/9900", theirs: true},
		namesOf(a.wrong("account-post-slips", "/account/bank/9900", `main form[action="/account/bank/9900"] button`)),
	}
}

// fillTheShop makes one order that waits and so leaves the cart as it is.
func (a *audit) fillTheShop(t *testing.T, w *browser.Page) []stop {
	t.Helper()
	s := a.d.order(t, w, "sencha")
	return []stop{{name: "shop-order", pattern: "/shop/orders/{ref}", url: a.d.stage + "/shop/orders/" + s.OrderRef}}
}

func (a *audit) demoStops() []stop {
	on := func(name, pattern string) stop { return stop{name: name, pattern: pattern, url: a.d.stage + pattern} }
	empty := stop{name: "shop-address-slips", url: a.d.stage + "/shop/address", press: `form[action="/shop/address"] button`}
	return []stop{
		on("start", "/"), on("shop", "/shop"),
		{name: "goods", pattern: "/shop/goods/{slug}", url: a.d.stage + "/shop/goods/tenugui"},
		on("cart", "/shop/cart"),
		on("address", "/shop/address"), empty, on("payment", "/shop/payment"), on("shop-confirm", "/shop/confirm"),
		on("orders", "/shop/orders"), on("staff", "/shop/staff"),
		{name: "staff-order", pattern: "/shop/staff/{ref}", url: a.d.stage + "/shop/staff/A-1001"},
		on("phone", "/phone"), on("till", "/till"),
		{name: "slip", pattern: "/till/slips/{number}", url: a.d.stage + a.slip},
		{name: "till-slips", url: a.d.stage + "/till", press: `form[action="/till/scan"] button`, status: slips},
		on("clock", "/clock"), on("trouble", "/trouble"), on("bank", "/bank"), on("printer", "/printer"),
		{name: "office", pattern: "/staff", url: a.d.stage + "/staff"},
		{name: "absent-stage", url: a.d.stage + "/no-such-page", status: http.StatusNotFound},
		{name: "absent-shop", url: a.d.stage + "/shop/no-such-page", status: http.StatusNotFound},
	}
}

// namesOf is a page that names banks and branches, which have their names in Japanese only.
func namesOf(s stop) stop {
	s.theirs = true
	return s
}
