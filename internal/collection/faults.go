package collection

import "tsuke/internal/fault"

// The faults of this package.
var (
	NoSpan = &fault.Kind{
		Code: "outage_days", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "停止期間の初日と最終日が正しくありません。", EN: "The first and last day of the outage make no period."},
		Next: fault.Text{JA: "初日から最終日までの日付を、順に入力してください。", EN: "Enter the first day and a last day that is not before it."},
	}
	NothingLate = &fault.Kind{
		Code: "nothing_past_due", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{JA: "期日を過ぎた請求はありません。", EN: "No bill is past its due date."},
		Next: fault.Text{JA: "何もする必要はありません。", EN: "There is nothing to do."},
	}
	PromiseDay = &fault.Kind{
		Code: "promise_day", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "お約束の日は、今日から {last} までの日で選んでください。", EN: "The day must be from today to {last}."},
		Next: fault.Text{
			JA: "それより後になるときは、お問い合わせください。いっしょに考えます。",
			EN: "If it will be later, contact us and we will find a way together.",
		},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{NoSpan, NothingLate, PromiseDay}
