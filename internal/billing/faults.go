package billing

import "tsuke/internal/fault"

// The faults of this package.
var (
	MonthOpen = &fault.Kind{
		Code: "month_not_over", Status: 409, Side: fault.Us, Retry: fault.RetryLater,
		What: fault.Text{JA: "{month} はまだ終わっていないため、締められません。", EN: "{month} is not over and cannot be closed."},
		Next: fault.Text{JA: "翌月1日0時（日本時間）以降に締めてください。", EN: "Close it from midnight of the 1st of the next month, Japan time."},
	}
	EarlierOpen = &fault.Kind{
		Code: "earlier_month_open", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "{earlier} の請求がまだ締められていないため、{month} を締められません。",
			EN: "{month} cannot be closed because {earlier} is still open.",
		},
		Next: fault.Text{JA: "先に {earlier} を締めてください。", EN: "Close {earlier} first."},
	}
	NoStatement = &fault.Kind{
		Code: "statement_not_found", Page: "GEN-404", Status: 404, Side: fault.Member, Retry: fault.RetryNever,
		What: fault.Text{JA: "この請求は見つかりません。", EN: "There is no such bill."},
		Next: fault.Text{JA: "請求の一覧から選んでください。", EN: "Choose it from the list of bills."},
	}
	StatementPaid = &fault.Kind{
		Code: "statement_paid", Page: "BILL-103", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{JA: "この請求は支払い済みです。", EN: "This bill is paid."},
		Next: fault.Text{
			JA: "何もする必要はありません。レジで二度支払った場合は、次の請求から差し引きます。",
			EN: "There is nothing to do. If you paid twice at a till, the second payment is taken off your next bill.",
		},
	}
	StatementConfirming = &fault.Kind{
		Code: "statement_confirming", Page: "BILL-101", Status: 409, Side: fault.Partner, Retry: fault.RetryLater,
		What: fault.Text{
			JA: "お支払いの連絡を受けました。収納会社の確認を待っています。",
			EN: "Your payment was reported and is being confirmed by the collection agent.",
		},
		Next: fault.Text{
			JA: "もう一度支払わないでください。確認できるとこの画面に表示されます。",
			EN: "Please don't pay again. This page will show it when it is confirmed.",
		},
	}
	NoSlip = &fault.Kind{
		Code: "slip_unavailable", Status: 409, Side: fault.Us, Retry: fault.RetryLater,
		What: fault.Text{
			JA: "この請求のバーコードは発行できませんでした。",
			EN: "No barcode could be made for this bill.",
		},
		Next: fault.Text{
			JA: "担当者に知らせてあります。別の支払い方法をこちらからご案内します。",
			EN: "Our staff know and will offer you another way to pay.",
		},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{MonthOpen, EarlierOpen, NoStatement, StatementPaid, StatementConfirming, NoSlip}
