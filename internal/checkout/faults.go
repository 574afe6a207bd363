package checkout

import "tsuke/internal/fault"

// The faults of this package.
var (
	NoPayment = &fault.Kind{
		Code: "payment_not_found", Status: 404, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{JA: "この支払いは見つかりません。", EN: "There is no such payment."},
		Next: fault.Text{
			JA: "IDを確かめるか、GET /v1/orders/{order_ref}/payment で注文番号から探してください。",
			EN: "Check the id, or look it up by order number with GET /v1/orders/{order_ref}/payment.",
		},
	}
	NoSession = &fault.Kind{
		Code: "checkout_session_not_found", Page: "GEN-404", Status: 404, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{JA: "この支払い画面は見つかりません。", EN: "There is no such checkout session."},
		Next: fault.Text{JA: "IDを確かめてください。", EN: "Check the id."},
	}
	OrderTaken = &fault.Kind{
		Code: "order_already_has_payment", Page: "PAY-201", Status: 409, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "この注文番号には、金額または会員が違う支払いがすでにあります。",
			EN: "This order already has a payment with another amount or member.",
		},
		Next: fault.Text{
			JA: "既存の支払い（object）を確かめ、変更するなら先に取消してください。別の注文なら、新しい注文番号を使ってください。",
			EN: "Look at the existing payment (object); to change it, void it first. For another order use another order_ref.",
		},
	}
	WrongState = &fault.Kind{
		Code: "payment_state_conflict", Status: 409, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "支払いは {state} の状態なので、{event} はできません。",
			EN: "The payment is {state}, so it cannot {event}.",
		},
		Next: fault.Text{
			JA: "GET /v1/payments/{id} で今の状態を確かめてください。",
			EN: "Look at its present state with GET /v1/payments/{id}.",
		},
	}
	OverOpen = &fault.Kind{
		Code: "amount_over_open", Status: 409, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "売上確定できるのは {open} 円までです。",
			EN: "At most {open} yen can be captured.",
		},
		Next: fault.Text{JA: "金額を確かめてください。", EN: "Check the amount."},
	}
	OverCaptured = &fault.Kind{
		Code: "amount_over_captured", Status: 409, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "返金できるのは {rest} 円までです。",
			EN: "At most {rest} yen can be refunded.",
		},
		Next: fault.Text{JA: "金額を確かめてください。", EN: "Check the amount."},
	}
	SessionOver = &fault.Kind{
		Code: "checkout_session_expired", Page: "PAY-301", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{JA: "支払い画面の有効時間が過ぎました。", EN: "The checkout session has expired."},
		Next: fault.Text{
			JA: "お店に戻り、もう一度後払いを選んでください。",
			EN: "Go back to the shop and choose pay later again.",
		},
	}
	SessionTakenBack = &fault.Kind{
		Code: "checkout_session_withdrawn", Page: "PAY-302", Status: 409, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{JA: "お店がこの支払いを取り下げました。", EN: "The shop withdrew this payment."},
		Next: fault.Text{JA: "お店に注文の状態を確かめてください。", EN: "Ask the shop about the order."},
	}
	SessionReplaced = &fault.Kind{
		Code: "checkout_session_replaced", Page: "PAY-407", Status: 409, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "お店がこの注文の内容を変更しました。",
			EN: "The shop has changed this order.",
		},
		Next: fault.Text{JA: "新しい内容を確かめてください。", EN: "Look at the new details."},
	}
	SessionPaid = &fault.Kind{
		Code: "checkout_session_done", Status: 409, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "支払いがすでに確定しているため、取り下げられません。",
			EN: "The session has its payment and cannot be withdrawn.",
		},
		Next: fault.Text{
			JA: "支払い（object）を void で取消してください。",
			EN: "Void the payment (object) instead.",
		},
	}
	SessionMerged = &fault.Kind{
		Code: "checkout_session_duplicate", Status: 409, Side: fault.Member, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "会員が、この注文は既存の支払い（object）と同じ買い物だと答えています。",
			EN: "The member said that this order is the same purchase as a payment made before (object).",
		},
		Next: fault.Text{
			JA: "この注文番号には請求されていません。既存の支払いの注文として扱ってください。",
			EN: "Nothing is charged for this order number. Treat it as the order of that payment.",
		},
	}
	SimilarPayment = &fault.Kind{
		Code: "similar_payment", Status: 409, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "同じ会員・同じ金額の支払い（お問い合わせ番号 {reference}、注文番号 {order_ref}、{at}）が直前にあるため、請求する前に止めました。",
			EN: "There is a payment of the same member and amount from a moment ago (reference {reference}, order_ref {order_ref}, {at}), so this one was stopped before it was charged.",
		},
		Next: fault.Text{
			JA: "同じ買い物なら、その支払い（object）を使ってください。別の買い物なら、repeat_of にその支払いのIDを入れ、新しい Idempotency-Key で送ってください。",
			EN: "If it is the same purchase, use that payment (object). If it is another one, send it with repeat_of set to that payment's id, under a new Idempotency-Key.",
		},
	}
	BadOrderRef = &fault.Kind{
		Code: "order_ref_malformed", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "order_ref は空白を含まないASCII文字1〜64字です。",
			EN: "order_ref is 1 to 64 visible ASCII characters.",
		},
		Next: fault.Text{JA: "注文番号を確かめてください。", EN: "Check the order number."},
	}
	BadAmount = &fault.Kind{
		Code: "amount_out_of_range", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "金額は1円以上{max}円以下の整数です。",
			EN: "An amount is a whole number of yen from 1 to {max}.",
		},
		Next: fault.Text{JA: "金額を確かめてください。", EN: "Check the amount."},
	}
	BadCapture = &fault.Kind{
		Code: "capture_unknown", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{JA: "capture は manual か automatic です。", EN: "capture is manual or automatic."},
		Next: fault.Text{JA: "どちらかを指定してください。", EN: "Give one of the two."},
	}
	BadSpan = &fault.Kind{
		Code: "days_not_over", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "期間は、日本時間で終わった日だけを、古い日から新しい日へ指定します。",
			EN: "The days run from the earlier to the later and are over in Japan.",
		},
		Next: fault.Text{
			JA: "終わった日を指定してください。今日の注文は、明日の一覧で照合できます。",
			EN: "Give days that are over. The orders of today can be compared tomorrow.",
		},
	}
	BadCart = &fault.Kind{
		Code: "cart_malformed", Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "{field} が正しくありません: {problem_ja}",
			EN: "{field} is not right: {problem_en}",
		},
		Next: fault.Text{JA: "直して送り直してください。", EN: "Correct it and send it again."},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{
	NoPayment, NoSession, OrderTaken, WrongState, OverOpen, OverCaptured, SessionOver, SessionTakenBack, SessionReplaced,
	SessionPaid, SessionMerged, SimilarPayment, BadOrderRef, BadAmount, BadCapture, BadSpan, BadCart,
}
