package run

import "tsuke/internal/fault"

// The faults of this package.
var (
	// KeyReused is the same key with another input (rule X05).
	KeyReused = &fault.Kind{
		Code: "idempotency_key_reused", Status: 422, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "この Idempotency-Key は {first_seen} に別の内容で使われています（違う項目: {fields}）。",
			EN: "This Idempotency-Key was used at {first_seen} for another request (differing fields: {fields}).",
		},
		Next: fault.Text{
			JA: "同じ依頼の再送なら、最初と同じ内容で送ってください。別の依頼なら、新しいキーを使ってください。",
			EN: "To repeat the first request send it unchanged; for another request use a new key.",
		},
	}
	// InFlight is a duplicate while the first request of its key is still being worked on (rule X06).
	InFlight = &fault.Kind{
		Code: "idempotency_in_flight", Status: 409, Side: fault.Merchant, Retry: fault.RetryLater,
		What: fault.Text{
			JA: "同じ Idempotency-Key の依頼を処理しています。",
			EN: "A request with this Idempotency-Key is being worked on.",
		},
		Next: fault.Text{
			JA: "1秒ほどおいて、同じキーで送り直してください。二重にはなりません。",
			EN: "Send it again with the same key in about a second; it is done once.",
		},
	}
	// NotDurable is an answer that was found and could still be undone by a takeover (rule X12).
	NotDurable = &fault.Kind{
		Code: "outcome_not_yet_durable", Page: "PAY-203", Status: 503, Side: fault.Us, Retry: fault.RetryLater,
		What: fault.Text{
			JA: "結果は出ていますが、確実に保存されたことをまだ確かめられません。",
			EN: "There is a result, but it is not yet certain to be kept.",
		},
		Next: fault.Text{
			JA: "少しおいて、同じキーで送り直してください。請求されるとしても1回だけです。",
			EN: "Send it again with the same key in a moment. If it is charged, it is charged once.",
		},
	}
	// KeyCancelled is a request whose key was cancelled before it came (rule X13). It is what is kept with such a key.
	KeyCancelled = &fault.Kind{
		Code: "key_cancelled", Status: 409, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "この Idempotency-Key は取り消されているため、実行しませんでした。",
			EN: "This Idempotency-Key was cancelled, so nothing was done.",
		},
		Next: fault.Text{
			JA: "取り消しのままでよければ、何もする必要はありません。改めて依頼するなら、新しいキーを使ってください。",
			EN: "If it is to stay cancelled there is nothing to do. To ask anew use a new key.",
		},
	}
	// KeyOld is a repeat of a request whose answer is no longer kept and was no success (rule X14).
	KeyOld = &fault.Kind{
		Code: "idempotency_key_old", Status: 409, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "この Idempotency-Key は {first_seen} に使われ、状態 {status} で答えました。その内容はもう保存していません。",
			EN: "This Idempotency-Key was used at {first_seen} and answered with status {status}; what was answered is no longer kept.",
		},
		Next: fault.Text{
			JA: "何も実行していません。注文番号で今の状態を確かめ、改めて依頼するなら新しいキーを使ってください。",
			EN: "Nothing was done. Look the order up by its number; to ask anew use a new key.",
		},
	}
	// TooBusy is work that was dropped before it began, because the caller's time was up or the queue was full.
	TooBusy = &fault.Kind{
		Code: "too_busy", Page: "PAY-501", Status: 503, Side: fault.Us, Retry: fault.RetryLater,
		What: fault.Text{
			JA: "混み合っているため、受け付ける前に止めました。",
			EN: "We are busy and stopped before taking this.",
		},
		Next: fault.Text{
			JA: "少しおいて、同じキーで送り直してください。何も記録されていません。",
			EN: "Send it again with the same key in a moment. Nothing was recorded.",
		},
	}
	// Unknown is a commit whose answer was lost. The same key finds out what became of it.
	Unknown = &fault.Kind{
		Code: "outcome_unknown", Page: "PAY-203", Status: 503, Side: fault.Us, Retry: fault.RetryLater,
		What: fault.Text{
			JA: "結果を確認しています。",
			EN: "We are finding out the result.",
		},
		Next: fault.Text{
			JA: "同じキーで送り直すと結果がわかります。請求されるとしても1回だけです。",
			EN: "Send it again with the same key to learn the result. If it is charged, it is charged once.",
		},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{KeyReused, InFlight, NotDurable, KeyCancelled, KeyOld, TooBusy, Unknown}
