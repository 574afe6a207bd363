package site

import "tsuke/internal/fault"

// The faults of this package.
var (
	// NoPage is an address that leads nowhere, or to something of somebody else.
	NoPage = &fault.Kind{
		Code: "page_not_found", Page: "GEN-404", Status: 404, Side: fault.Member, Retry: fault.RetryNever,
		What: fault.Text{JA: "ページが見つかりません", EN: "Page not found"},
		Next: fault.Text{JA: "ホームか履歴から開いてください。", EN: "Open it from home or history."},
	}
	// DayWrong is a day that cannot be read.
	DayWrong = &fault.Kind{
		Code: "day_unreadable", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "日付を読み取れません。", EN: "The day can't be read."},
		Next: fault.Text{JA: "2026-08-10 の形で入れてください。", EN: "Enter it as 2026-08-10."},
	}
	// DaysTurned is a last day before the first.
	DaysTurned = &fault.Kind{
		Code: "days_turned", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "最後の日が、最初の日より前です。", EN: "The last day is before the first."},
		Next: fault.Text{JA: "同じ日か、後の日を入れてください。", EN: "Enter the same day, or a later one."},
	}
	// NoObject is a number about which the books hold no entries.
	NoObject = &fault.Kind{
		Code: "object_unknown", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この番号では仕訳を探せません。", EN: "Entries can't be searched for by this."},
		Next: fault.Text{
			JA: "cap_、ref_、stm_、rct_、lch_ で始まる番号を入れてください。",
			EN: "Enter a number that begins with cap_, ref_, stm_, rct_ or lch_.",
		},
	}
	// ForeignForm is a form that another site sent in the member's name.
	ForeignForm = &fault.Kind{
		Code: "foreign_form", Status: 403, Side: fault.Network, Retry: fault.RetryFixed,
		What: fault.Text{JA: "別のサイトからの送信を止めました", EN: "We stopped a form sent from another site"},
		Next: fault.Text{
			JA: "このサービスのページを開き直して、そこから操作してください。",
			EN: "Open the page of this service again and go on from there.",
		},
	}
	// NotSent is a code that the SMS carrier did not take.
	NotSent = &fault.Kind{
		Code: "sms_not_sent", Status: 503, Side: fault.Partner, Retry: fault.RetryLater,
		What: fault.Text{JA: "確認コードを送れませんでした", EN: "The code could not be sent"},
		Next: fault.Text{
			JA: "SMSの送信会社が受け付けませんでした。30秒ほどおいて、もう一度お試しください。",
			EN: "The SMS carrier did not take it. Try again in about 30 seconds.",
		},
	}
	// GivenBack is a payment that the shop voided.
	GivenBack = &fault.Kind{
		Code: "payment_given_back", Page: "PAY-304", Status: 200, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{JA: "この支払いは取消しになりました", EN: "This payment was cancelled"},
		Next: fault.Text{
			JA: "お店が注文を取り消しました。使える金額は元に戻っています。買い直すときは、お店でもう一度注文してください。",
			EN: "The shop cancelled the order and your limit is back. To buy again, order at the shop once more.",
		},
	}
	// NeverConfirmed is a payment that gave itself back because the shop was silent.
	NeverConfirmed = &fault.Kind{
		Code: "payment_never_confirmed", Page: "PAY-305", Status: 200, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{JA: "お店の確認がなく、取消しになりました", EN: "The shop never confirmed, so it was cancelled"},
		Next: fault.Text{
			JA: "お店から注文の確認が届かなかったため、自動で取り消しました。使える金額は元に戻っています。注文があるかどうかは、お店に確かめてください。",
			EN: "The shop did not confirm the order in time, so it was cancelled by itself and your limit is back. Ask the shop whether it has your order.",
		},
	}
	// AllRefunded is a payment that was charged and given back in full.
	AllRefunded = &fault.Kind{
		Code: "payment_all_refunded", Page: "PAY-306", Status: 200, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{JA: "この支払いは全額返金されました", EN: "This payment was refunded in full"},
		Next: fault.Text{
			JA: "使える金額は元に戻っています。請求済みの分は、次の請求から差し引きます。注文がどうなったかは、お店に確かめてください。",
			EN: "Your limit is back. What was billed already is taken off your next bill. Ask the shop what became of the order.",
		},
	}
)

// GuestPastDue is a purchase by invoice of somebody with another invoice past due (rules C03, I04).
var GuestPastDue = &fault.Kind{
	Code: "guest_past_due", Status: 200, Side: fault.Member, Retry: fault.RetryLater,
	What: fault.Text{JA: "支払期日を過ぎた請求書があるため、後払いは使えません", EN: "You have an invoice past due, so you cannot pay later now"},
	Next: fault.Text{
		JA: "請求書のメールに書かれたアドレスを開くと、金額と支払い方法がわかります。支払うと、確認できしだいまた使えます。お急ぎのときは、お店でほかの支払い方法を選んでください。",
		EN: "Open the address in the invoice's letter to see the amount and how to pay. Once it is paid you can use pay later again. To buy right away, choose another way to pay at the shop.",
	},
}

// TooMuchForAStore is a bill of more than stores take at once, where no account is set to which it could be transferred (rules B10,
// B40).
var TooMuchForAStore = &fault.Kind{
	Code: "bill_beyond_stores", Page: "BILL-104", Status: 409, Side: fault.Us, Retry: fault.RetryLater,
	What: fault.Text{JA: "コンビニで支払える金額を超えています", EN: "More than a store can take"},
	Next: fault.Text{
		JA: "お問い合わせ番号を添えてご連絡ください。担当者が支払い方法をご案内します。",
		EN: "Contact us with the reference number; a person will find a way to pay with you.",
	},
}

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{NoPage, DayWrong, DaysTurned, NoObject, ForeignForm, NotSent, GivenBack, NeverConfirmed, AllRefunded, GuestPastDue, TooMuchForAStore}
