package api

import (
	"encoding/json"

	"tsuke/internal/money"
)

// The shapes of the contract. The names and comments of these types are published: they become the schemas of the
// OpenAPI document, which is also what requests are judged by. Requests refuse unknown fields; answers may get new ones.

// openSession is the body of POST /v1/checkout-sessions.
type openSession struct {
	OrderRef     string    `json:"order_ref" minLength:"1" maxLength:"64" pattern:"^[!-~]+$" doc:"The shop's number for the order. One order has at most one live payment."`
	Amount       money.Yen `json:"amount" minimum:"1" maximum:"10000000" doc:"The total in yen, tax and postage included. Must be the sum of lines and shipping."`
	Currency     string    `json:"currency" enum:"JPY"`
	Lines        []line    `json:"lines" minItems:"1" maxItems:"100" nullable:"false" doc:"What is bought, as the final confirmation shows it (Act on Specified Commercial Transactions, Art. 12-6)."`
	Shipping     money.Yen `json:"shipping,omitempty" minimum:"0" maximum:"10000000" default:"0" doc:"Postage in yen, tax included."`
	Delivery     string    `json:"delivery" minLength:"1" maxLength:"500" doc:"When the goods are delivered, as the member reads it."`
	Cancellation string    `json:"cancellation" minLength:"1" maxLength:"500" doc:"How the order can be cancelled or returned, as the member reads it."`
	Period       string    `json:"application_period,omitempty" minLength:"1" maxLength:"500" doc:"Until when the offer holds, if it is limited."`
	ReturnURL    string    `json:"return_url" minLength:"1" maxLength:"2000" doc:"Where the browser goes after the press, with ?checkout_session=ses_… appended. Its origin must be registered. Fetch the result; never trust the browser."`
	CancelURL    string    `json:"cancel_url" minLength:"1" maxLength:"2000" doc:"Where the browser goes when the member leaves, with ?checkout_session=ses_… appended."`
	Capture      string    `json:"capture,omitempty" enum:"manual,automatic" default:"manual" doc:"manual: the shop captures when it ships. automatic: confirming captures the whole amount."`
	ExpiresIn    *int64    `json:"expires_in,omitempty" nullable:"false" doc:"How many seconds the session stays open, from 300; the default and the maximum are terms of the merchant."`
	OfferToken   bool      `json:"offer_token,omitempty" default:"false" doc:"Offer the member to agree to later purchases without being present."`
	Confirmation string    `json:"final_confirmation,omitempty" enum:"tsuke,shop" default:"tsuke" doc:"Whose page is the final confirmation that the law asks for."`
}

// line is one kind of goods in openSession.
type line struct {
	Name       string    `json:"name" minLength:"1" maxLength:"120"`
	Quantity   int       `json:"quantity" minimum:"1" maximum:"10000"`
	UnitAmount money.Yen `json:"unit_amount" minimum:"0" maximum:"10000000" doc:"The price of one in yen, tax included."`
	TaxRate    int       `json:"tax_rate" enum:"8,10" doc:"The consumption tax in it, in percent."`
}

// pay is the body of POST /v1/payments.
type pay struct {
	OrderRef string    `json:"order_ref" minLength:"1" maxLength:"64" pattern:"^[!-~]+$" doc:"The shop's number for the order. One order has at most one live payment."`
	Amount   money.Yen `json:"amount" minimum:"1" maximum:"10000000" doc:"The total in yen, tax and postage included."`
	Currency string    `json:"currency" enum:"JPY"`
	Token    string    `json:"member_token" minLength:"1" maxLength:"64" doc:"The member's agreement, fetched from a checkout session."`
	Capture  string    `json:"capture,omitempty" enum:"manual,automatic" default:"manual" doc:"manual: the shop captures when it ships. automatic: confirming captures the whole amount."`
	RepeatOf string    `json:"repeat_of,omitempty" minLength:"1" maxLength:"64" doc:"The payment that this is another purchase than, although member and amount are the same: the one that similar_payment named. Say it only if you know it."`
}

// capturing is the body of POST /v1/payments/{id}/captures.
type capturing struct {
	Amount money.Yen `json:"amount" minimum:"1" maximum:"10000000" doc:"How much becomes billable, in yen."`
	Final  bool      `json:"final,omitempty" default:"true" doc:"true: the rest is released to the member. false: the rest stays held for further captures."`
}

// refunding is the body of POST /v1/payments/{id}/refunds.
type refunding struct {
	Amount money.Yen `json:"amount" minimum:"1" maximum:"10000000" doc:"How much is given back, in yen."`
	Reason string    `json:"reason,omitempty" minLength:"1" maxLength:"200" doc:"The shop's words; the member reads them."`
}

// empty is the body of the verbs that need nothing but their address.
type empty struct{}

// payment is one order's money as a whole.
type payment struct {
	_         struct{}   `additionalProperties:"true"`
	ID        string     `json:"id" pattern:"^pay_[0-9a-z]{26}$"`
	Reference string     `json:"reference" pattern:"^[0-9A-Z]{4}-[0-9A-Z]{4}$" doc:"The number that people read to each other about this payment."`
	OrderRef  string     `json:"order_ref"`
	State     string     `json:"state" enum:"authorized,confirmed,partially_captured,captured,partially_refunded,refunded,voided,expired,declined"`
	Amount    money.Yen  `json:"amount" doc:"Authorized, or asked for if declined; yen, tax included."`
	Captured  money.Yen  `json:"captured" doc:"Billable so far, in yen."`
	Refunded  money.Yen  `json:"refunded" doc:"Given back after capture, in yen."`
	Released  money.Yen  `json:"released" doc:"Given back without having been captured, in yen."`
	Currency  string     `json:"currency" enum:"JPY"`
	Capture   string     `json:"capture" enum:"manual,automatic"`
	CreatedAt string     `json:"created_at" format:"date-time"`
	ConfirmBy *string    `json:"confirm_by" format:"date-time" doc:"While authorized: without a confirmation until then it is given back by itself."`
	CaptureBy *string    `json:"capture_by" format:"date-time" doc:"While confirmed: what is not captured until then is given back by itself."`
	Decline   *decline   `json:"decline"`
	Captures  []captured `json:"captures" nullable:"true" doc:"In their order. null in the answer to a repeated order that has captures: fetch the payment."`
	Refunds   []refunded `json:"refunds" nullable:"true" doc:"In their order. null in the answer to a repeated order that has refunds: fetch the payment."`
	RetryOf   *string    `json:"retry_of" doc:"The earlier payment of the same order that came to nothing."`
	RepeatOf  *string    `json:"repeat_of" doc:"The similar payment that it was said to be another purchase than, by the member in the checkout or by the shop."`
	Session   *string    `json:"checkout_session" doc:"The checkout it was pressed in."`
}

// decline says why a payment was declined, as far as a shop may know.
type decline struct {
	_     struct{} `additionalProperties:"true"`
	Code  string   `json:"code" enum:"limit,account,assessment,velocity,shop"`
	Retry string   `json:"retry" enum:"never,other_amount,later" doc:"What could help: nothing, a smaller amount, or a later try with a new key."`
}

// captured is one capture.
type captured struct {
	_         struct{}  `additionalProperties:"true"`
	ID        string    `json:"id" pattern:"^cap_[0-9a-z]{26}$"`
	Amount    money.Yen `json:"amount"`
	Day       string    `json:"day" format:"date" doc:"The day in Japan that it counts for."`
	CreatedAt string    `json:"created_at" format:"date-time"`
}

// refunded is one refund.
type refunded struct {
	_         struct{}  `additionalProperties:"true"`
	ID        string    `json:"id" pattern:"^ref_[0-9a-z]{26}$"`
	Amount    money.Yen `json:"amount"`
	Reason    string    `json:"reason"`
	CreatedAt string    `json:"created_at" format:"date-time"`
}

// checkoutSession is an order on its way to a payment.
type checkoutSession struct {
	_           struct{}  `additionalProperties:"true"`
	ID          string    `json:"id" pattern:"^ses_[0-9a-z]{26}$"`
	URL         string    `json:"url" format:"uri" doc:"Send the member's browser here."`
	State       string    `json:"state" enum:"open,done,refused,left,withdrawn,duplicate,expired" doc:"done: it has its payment. refused: declined, the member may try again. left: the member went back to the shop and may return. duplicate: the member said that it is the purchase in similar; nothing is charged for this order."`
	OrderRef    string    `json:"order_ref"`
	Amount      money.Yen `json:"amount"`
	Currency    string    `json:"currency" enum:"JPY"`
	Capture     string    `json:"capture" enum:"manual,automatic"`
	Payment     *payment  `json:"payment"`
	Similar     *similar  `json:"similar" doc:"A payment that this order looked like, so that the member was asked before anything was charged."`
	MemberToken *string   `json:"member_token" doc:"Granted in this session, if it was offered and agreed to."`
	ExpiresAt   string    `json:"expires_at" format:"date-time"`
	CreatedAt   string    `json:"created_at" format:"date-time"`
}

// similar is the payment that a checkout asked about.
type similar struct {
	_         struct{} `additionalProperties:"true"`
	Payment   string   `json:"payment" pattern:"^pay_[0-9a-z]{26}$"`
	Reference string   `json:"reference" pattern:"^[0-9A-Z]{4}-[0-9A-Z]{4}$"`
	OrderRef  string   `json:"order_ref" doc:"The order that it pays. If the answer is same, treat this order as that one."`
	CreatedAt string   `json:"created_at" format:"date-time"`
	Answer    string   `json:"answer" enum:"asked,same,another" doc:"asked: the member has not answered. same: it is that purchase. another: it is a purchase of its own."`
}

// paymentList is one page of payments, newest first.
type paymentList struct {
	_    struct{}  `additionalProperties:"true"`
	Data []payment `json:"data" nullable:"false"`
	Next *string   `json:"next" doc:"Give it as after for the next page; null after the last."`
}

// happening is one fact of the merchant's feed.
type happening struct {
	_       struct{}        `additionalProperties:"true"`
	Number  int64           `json:"number" minimum:"1" doc:"Counts from 1 without gaps."`
	ID      string          `json:"id" pattern:"^evt_[0-9a-z]{26}$" doc:"The same at every delivery: act on it once."`
	Type    string          `json:"type" doc:"Object, dot, what happened. New types may come: skip those you do not know."`
	At      string          `json:"at" format:"date-time"`
	Payment *string         `json:"payment,omitempty" nullable:"false"`
	Session *string         `json:"checkout_session,omitempty" nullable:"false"`
	Token   *string         `json:"member_token,omitempty" nullable:"false"`
	Data    json.RawMessage `json:"data" doc:"Figures of the fact, as they were then. For the state now fetch the object."`
}

// eventList is one page of the feed.
type eventList struct {
	_    struct{}    `additionalProperties:"true"`
	Data []happening `json:"data" nullable:"false"`
	Next int64       `json:"next" doc:"Give it as after next time, now or later; it stays the same while nothing new has happened."`
}

// keyState is what became of an idempotency key.
type keyState struct {
	_         struct{} `additionalProperties:"true"`
	State     string   `json:"state" enum:"absent,running,done,cancelled" doc:"absent: no answer is stored; sending the request now does it once. running: it is being worked on by the process that was asked; ask again. done: sending it again replays the answer. cancelled: it was cancelled before it came and is never done."`
	Operation *string  `json:"operation" doc:"What it was used for, by operationId."`
	Status    *int     `json:"status" doc:"The HTTP status that was answered."`
	Object    *string  `json:"object" doc:"The id of what it made or found."`
	Link      *string  `json:"link" doc:"Where that object can be fetched."`
	FirstSeen *string  `json:"first_seen" format:"date-time"`
}

// cancelling is the body of POST /v1/payments/cancel-by-key.
type cancelling struct {
	Key    string `json:"key" minLength:"16" maxLength:"257" pattern:"^[!-~]+$" doc:"The Idempotency-Key of the POST /v1/payments to be cancelled, not of this request."`
	Reason string `json:"reason,omitempty" minLength:"1" maxLength:"200" doc:"The shop's words, if it comes to a refund; the member reads them."`
}

// cancellation is what a cancellation by key came to.
type cancellation struct {
	_       struct{} `additionalProperties:"true"`
	Outcome string   `json:"outcome" enum:"key_cancelled,given_back,nothing_live" doc:"key_cancelled: no request with the key was done, and none ever will be. given_back: its payment was voided or refunded in full. nothing_live: it was declined, refused, or given back before."`
	Payment *payment `json:"payment"`
}

// problem is an error (RFC 9457).
type problem struct {
	_         struct{} `additionalProperties:"true"`
	Type      string   `json:"type" format:"uri-reference" doc:"The page about this code."`
	Title     string   `json:"title" doc:"What happened."`
	Status    int      `json:"status"`
	Code      string   `json:"code" doc:"Stable; program against this."`
	Detail    string   `json:"detail" doc:"What happened and what to do, for a log."`
	Side      string   `json:"side" enum:"member,merchant,us,network,partner,policy" doc:"Where it arose."`
	Charged   string   `json:"charged" enum:"no,once,checking" doc:"Whether anybody was charged. checking: once at most; the same key finds out."`
	Next      string   `json:"next" doc:"What to do."`
	Reference string   `json:"reference" pattern:"^[0-9A-Z]{4}-[0-9A-Z]{4}$" doc:"What to tell support: of the payment if the problem is about one, otherwise of this request."`
	Retry     string   `json:"retry" enum:"never,later,fixed" doc:"Whether the same request, with the same key, is of use again: never, later (Retry-After), or once it is fixed."`
	Object    string   `json:"object,omitempty" doc:"The id of what the problem is about."`
	Errors    []slips  `json:"errors,omitempty" nullable:"false" doc:"Each field that is wrong."`
}

// slips is one wrong field of a request.
type slips struct {
	_       struct{} `additionalProperties:"true"`
	Field   string   `json:"field" doc:"Where it stands, such as lines[0].quantity."`
	Code    string   `json:"code"`
	Message string   `json:"message"`
}
