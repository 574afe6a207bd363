package debit

import "tsuke/internal/fault"

// The faults of this package.
var (
	NotGathered = &fault.Kind{
		Code: "debit_not_gathered", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{day} の口座振替はまだ集計されていません。", EN: "The bills to be debited on {day} are not gathered."},
		Next: fault.Text{JA: "振替日の日付を確かめ、先に集計してください。", EN: "Check the debit day and gather them first."},
	}
	NoDebitDay = &fault.Kind{
		Code: "no_debit_day", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{day} は口座振替日ではありません。", EN: "Nothing is debited on {day}."},
		Next: fault.Text{JA: "振替日（通常27日、休業日は翌営業日）を指定してください。", EN: "Give the debit day: the 27th, or the next day on which banks are open."},
	}
	TooEarly = &fault.Kind{
		Code: "debit_too_early", Status: 409, Side: fault.Us, Retry: fault.RetryLater,
		What: fault.Text{
			JA: "{day} の口座振替は、その月の請求がすべて発行され、{gather} になってから集計します。",
			EN: "The bills to be debited on {day} are gathered once all of their month are issued, from {gather} on.",
		},
		Next: fault.Text{JA: "請求の締めを確かめ、{gather} 以降にもう一度実行してください。", EN: "See that the month is closed, and try again from {gather} on."},
	}
	TooLate = &fault.Kind{
		Code: "debit_too_late", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "{day} は過ぎています。金融機関にはもう依頼できません。", EN: "{day} is over: the bank can't be asked any more."},
		Next: fault.Text{
			JA: "会員は店頭で支払えます。遅れの費用がかからないよう、tsuke late outage で期間を入れてください。",
			EN: "The members can pay at a till. Enter the days with tsuke late outage, so that nobody is charged for them.",
		},
	}
	NotAsked = &fault.Kind{
		Code: "debit_not_asked", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{day} の依頼ファイルはまだ作成されていません。", EN: "No request was written for {day}."},
		Next: fault.Text{JA: "振替日の日付を確かめてください。", EN: "Check the debit day."},
	}
	AccountsChanged = &fault.Kind{
		Code: "debit_request_differs", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "{day} の依頼ファイルは、作成済みのものと同じ内容になりません。口座がその後に変更されています。",
			EN: "The request for {day} would not be the one that was written: an account was changed since.",
		},
		Next: fault.Text{JA: "先に作成したファイルを使ってください。", EN: "Use the file that was written first."},
	}
	OtherRequest = &fault.Kind{
		Code: "debit_other_request", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この依頼ファイルは、{day} に作成したものではありません。", EN: "This is not the request that was written for {day}."},
		Next: fault.Text{JA: "{day} に作成した依頼ファイルを、変更せずに指定してください。", EN: "Give the request file that was written for {day}, unchanged."},
	}
	OtherAnswer = &fault.Kind{
		Code: "debit_answer_differs", Status: 422, Side: fault.Partner, Retry: fault.RetryFixed,
		What: fault.Text{JA: "結果ファイルが依頼と合いません（{count}件）。何も記帳していません。", EN: "The result does not fit the request ({count} differences). Nothing was booked."},
		Next: fault.Text{JA: "下に示した箇所を金融機関に確かめてください。", EN: "Ask the bank about the places listed below."},
	}
	SecondAnswer = &fault.Kind{
		Code: "debit_answered", Status: 409, Side: fault.Partner, Retry: fault.RetryNever,
		What: fault.Text{JA: "{day} には別の結果ファイルを取り込み済みです。何も記帳していません。", EN: "Another result was taken for {day}. Nothing was booked."},
		Next: fault.Text{JA: "どちらが正しいか、金融機関に確かめてください。", EN: "Ask the bank which of the two is right."},
	}
	NotSetUp = &fault.Kind{
		Code: "debit_not_set_up", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "口座振替の設定 {term} がありません。", EN: "The setting {term} of direct debit is missing."},
		Next: fault.Text{JA: "tsuke term set で設定してください。", EN: "Set it with tsuke term set."},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{NotGathered, NoDebitDay, TooEarly, TooLate, NotAsked, AccountsChanged, OtherRequest, OtherAnswer, SecondAnswer, NotSetUp}
