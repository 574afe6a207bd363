package api

import (
	"slices"

	"tsuke/internal/checkout"
	"tsuke/internal/fault"
	"tsuke/internal/member"
	"tsuke/internal/merchant"
	"tsuke/internal/run"
)

// The faults of this package: what can be wrong with a request before any verb sees it. All of them are found before
// the idempotency key is claimed, so nothing is recorded and the key stays free (rule X07).
var (
	KeyMissing = &fault.Kind{
		Code: "idempotency_key_missing", Status: 400, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{JA: "Idempotency-Key ヘッダーがありません。", EN: "There is no Idempotency-Key header."},
		Next: fault.Text{
			JA: "依頼ごとに新しいキーを作り、送る前に保存して、送り直すときも同じキーを付けてください。",
			EN: "Make a new key for each request, store it before the first try, and send the same key with every repeat.",
		},
	}
	KeyMalformed = &fault.Kind{
		Code: "idempotency_key_malformed", Status: 400, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "Idempotency-Key は空白を含まないASCII文字16〜255字です。",
			EN: "An Idempotency-Key is 16 to 255 visible ASCII characters, sent once.",
		},
		Next: fault.Text{JA: "UUIDかULIDを使ってください。", EN: "Use a UUID or a ULID."},
	}
	Paused = &fault.Kind{
		Code: "merchant_paused", Status: 409, Side: fault.Policy, Retry: fault.RetryLater,
		What: fault.Text{
			JA: "この加盟店は今、新しい後払いを受け付けていません。",
			EN: "This merchant takes no new pay-later orders at present.",
		},
		Next: fault.Text{
			JA: "お客さまには別の支払い方法を案内し、再開の時期は運営にお問い合わせください。",
			EN: "Offer your customer another way to pay, and ask us when it resumes.",
		},
	}
	NoRoute = &fault.Kind{
		Code: "not_found", Status: 404, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{JA: "このアドレスはありません。", EN: "There is nothing at this address."},
		Next: fault.Text{JA: "/v1/docs で正しいアドレスを確かめてください。", EN: "Find the right address at /v1/docs."},
	}
	WrongMethod = &fault.Kind{
		Code: "method_not_allowed", Status: 405, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{JA: "このアドレスで使えるのは {allow} です。", EN: "This address takes {allow}."},
		Next: fault.Text{JA: "/v1/docs でメソッドを確かめてください。", EN: "Find the right method at /v1/docs."},
	}
	NotJSON = &fault.Kind{
		Code: "content_type_unsupported", Status: 415, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{JA: "本文は application/json（UTF-8）です。", EN: "The body is application/json in UTF-8."},
		Next: fault.Text{JA: "Content-Type: application/json を付けてください。", EN: "Send Content-Type: application/json."},
	}
	TooLarge = &fault.Kind{
		Code: "body_too_large", Status: 413, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{JA: "本文は64 KiBまでです。", EN: "A body has at most 64 KiB."},
		Next: fault.Text{JA: "明細の行や文章を減らしてください。", EN: "Send fewer lines or shorter texts."},
	}
	BadJSON = &fault.Kind{
		Code: "json_malformed", Status: 400, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{JA: "本文をJSONとして読めません: {problem_ja}。", EN: "The body cannot be read as JSON: {problem_en}."},
		Next: fault.Text{JA: "直して送り直してください。", EN: "Correct it and send it again."},
	}
	FieldUnknown = &fault.Kind{
		Code: "field_unknown", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{field} という項目はありません。", EN: "There is no field {field}."},
		Next: fault.Text{
			JA: "綴りを確かめるか、項目を外してください。使える項目: {known}。",
			EN: "Check the spelling or leave it out. The fields are: {known}.",
		},
	}
	FieldMissing = &fault.Kind{
		Code: "field_missing", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{field} がありません。", EN: "{field} is missing."},
		Next: fault.Text{JA: "値を入れて送り直してください。", EN: "Give it and send it again."},
	}
	FieldType = &fault.Kind{
		Code: "field_type", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{field} は{want_ja}です。", EN: "{field} must be {want_en}."},
		Next: fault.Text{
			JA: "金額や個数は引用符も小数点も付けない整数で送ってください。",
			EN: "Send amounts and counts as whole numbers, without quotes and without a decimal point.",
		},
	}
	FieldRange = &fault.Kind{
		Code: "field_out_of_range", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{field} は{want_ja}です。", EN: "{field} must be {want_en}."},
		Next: fault.Text{JA: "直して送り直してください。", EN: "Correct it and send it again."},
	}
	KeyNotPayment = &fault.Kind{
		Code: "key_not_a_payment", Status: 409, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "このキーは {operation} に使われたもので、支払いの依頼ではありません。何も取り消していません。",
			EN: "This key was used for {operation}, not to charge an order. Nothing was cancelled.",
		},
		Next: fault.Text{
			JA: "支払い画面なら withdraw、支払いなら void か refunds で取り消してください。",
			EN: "Withdraw a checkout session; void or refund a payment.",
		},
	}
	RepeatUnknown = &fault.Kind{
		Code: "repeat_of_unknown", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "repeat_of は、同じ会員・同じ金額で注文番号が違う、自社の支払いのIDです。",
			EN: "repeat_of is the id of your payment of the same member and amount under another order_ref.",
		},
		Next: fault.Text{
			JA: "similar_payment で示された支払い（object）のIDを入れてください。",
			EN: "Give the id of the payment (object) that similar_payment named.",
		},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{
	KeyMissing, KeyMalformed, Paused, NoRoute, WrongMethod, NotJSON, TooLarge, BadJSON, FieldUnknown, FieldMissing,
	FieldType, FieldRange, KeyNotPayment, RepeatUnknown,
}

// every operation can end in one of these; the routes add their own.
var (
	always = []*fault.Kind{
		merchant.KeyMissing, merchant.KeyShape, merchant.KeyUnknown, merchant.KeyRevoked, merchant.KeyExpired,
		run.TooBusy, run.NotDurable, fault.Unclassified,
	}
	onPost = []*fault.Kind{
		KeyMissing, KeyMalformed, NotJSON, TooLarge, BadJSON, FieldUnknown, FieldMissing, FieldType, FieldRange,
		run.KeyReused, run.InFlight, run.Unknown, run.KeyCancelled, run.KeyOld,
	}
	onQuery = []*fault.Kind{FieldUnknown, FieldType, FieldRange}
)

// Documented lists every kind of fault that this API answers with, in the order of their codes. Each has a page.
func Documented() []*fault.Kind {
	all := slices.Concat(always, onPost, onQuery, []*fault.Kind{NoRoute, WrongMethod})
	for _, r := range routes() {
		all = append(all, r.faults()...)
	}
	slices.SortFunc(all, func(a, b *fault.Kind) int {
		if a.Code < b.Code {
			return -1
		}
		if a.Code > b.Code {
			return 1
		}
		return 0
	})
	return slices.Compact(all)
}

// The faults that operations on a payment share.
var (
	onPayment = []*fault.Kind{checkout.NoPayment, checkout.WrongState}
	onOrder   = []*fault.Kind{checkout.BadOrderRef, checkout.BadAmount, checkout.BadCapture, checkout.OrderTaken}
	onToken   = []*fault.Kind{member.NoToken, member.TokenRevoked}
	onSimilar = []*fault.Kind{checkout.SimilarPayment, RepeatUnknown}
)
