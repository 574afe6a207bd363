package notice

import "tsuke/internal/fault"

// The faults of this package.
var (
	NoMessage = &fault.Kind{
		Code: "message_not_found", Page: "GEN-404", Status: 404, Side: fault.Member, Retry: fault.RetryNever,
		What: fault.Text{JA: "このメッセージは見つかりません", EN: "There is no such message"},
		Next: fault.Text{JA: "送ったメッセージの一覧から選んでください。", EN: "Choose it from the list of messages sent to you."},
	}
	OnItsWay = &fault.Kind{
		Code: "message_waiting", Status: 409, Side: fault.Us, Retry: fault.RetryLater,
		What: fault.Text{JA: "このメッセージは送信を待っています", EN: "This message is waiting to be sent"},
		Next: fault.Text{
			JA: "もう一度送る必要はありません。同じ内容をお知らせの一覧で読めます。",
			EN: "You don't need to send it again. The same is in your list of notices.",
		},
	}
	TooSoon = &fault.Kind{
		Code: "message_just_sent", Status: 409, Side: fault.Member, Retry: fault.RetryLater,
		What: fault.Text{JA: "このメッセージは送ったばかりです", EN: "This message was sent just now"},
		Next: fault.Text{
			JA: "{seconds}秒たっても届かないときは、もう一度送ってください。迷惑メールの中も確かめてください。",
			EN: "If it has not arrived after {seconds} seconds, send it again. Look among junk mail too.",
		},
	}
	TooOften = &fault.Kind{
		Code: "message_copies_used_up", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{JA: "このメッセージは{max}回送りました", EN: "This message was sent {max} times"},
		Next: fault.Text{
			JA: "同じ内容をお知らせの一覧で読めます。届かない原因は、登録の連絡先にあることがあります。お問い合わせください。",
			EN: "The same is in your list of notices. Your mail address or number may be the cause: please contact us.",
		},
	}
	// Undelivered is why the job of a message is tried again. Nobody is shown it but whoever reads the list of jobs.
	Undelivered = &fault.Kind{
		Code: "message_not_delivered", Status: 503, Side: fault.Partner, Retry: fault.RetryLater,
		What: fault.Text{JA: "メッセージを届けられませんでした", EN: "The message could not be delivered"},
		Next: fault.Text{JA: "自動でもう一度送ります。", EN: "It is sent again by itself."},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{NoMessage, OnItsWay, TooSoon, TooOften, Undelivered}
