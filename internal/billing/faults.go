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
			JA: "この請求のバーコードや受付番号は発行できませんでした。",
			EN: "No barcode or receipt number could be made for this bill.",
		},
		Next: fault.Text{
			JA: "担当者に知らせてあります。別の支払い方法をこちらからご案内します。",
			EN: "Our staff know and will offer you another way to pay.",
		},
	}
	NoReceipt = &fault.Kind{
		Code: "receipt_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この入金は見つかりません。", EN: "There is no such payment received."},
		Next: fault.Text{JA: "tsuke receipts waiting の一覧から選んでください。", EN: "Choose it from the list: tsuke receipts waiting."},
	}
	NotInSuspense = &fault.Kind{
		Code: "receipt_not_in_suspense", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この入金は仮受けではありません。", EN: "This money is not in suspense."},
		Next: fault.Text{
			JA: "請求に充てられたか、取り消されています。tsuke receipts waiting で確かめてください。",
			EN: "It paid a bill or was taken back. See what waits: tsuke receipts waiting.",
		},
	}
	ReceiptMoved = &fault.Kind{
		Code: "receipt_moved", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この入金はすでに別の請求に充てられています。", EN: "This money was matched to another bill already."},
		Next: fault.Text{
			JA: "その請求の支払いを確かめてください。",
			EN: "Look at what was paid on that bill.",
		},
	}
	ReceiptReturned = &fault.Kind{
		Code: "receipt_returned", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この入金はすでに返金と決まっています。", EN: "It was decided already to send this money back."},
		Next: fault.Text{
			JA: "誰がいつ決めたかを記録で確かめてください。",
			EN: "The records tell who decided so, when and how.",
		},
	}
	ReceiptUncertain = &fault.Kind{
		Code: "receipt_uncertain", Status: 409, Side: fault.Partner, Retry: fault.RetryLater,
		What: fault.Text{JA: "この入金は速報だけで、まだ確定していません。", EN: "This money is only reported and not certain yet."},
		Next: fault.Text{
			JA: "収納会社の確報を待ってから返金してください。",
			EN: "Send it back once the collection agent has confirmed it.",
		},
	}
	NoAccount = &fault.Kind{
		Code: "account_closed", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この請求の会員には口座がありません。", EN: "The member of this bill has no account any more."},
		Next: fault.Text{JA: "入金は返金してください。", EN: "Send the money back instead."},
	}
	WhoUnclear = &fault.Kind{
		Code: "who_unclear", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "担当者の番号が正しくありません。", EN: "That is no number of staff."},
		Next: fault.Text{
			JA: "氏名ではなく、半角英数字32文字以内の番号を入れてください。",
			EN: "Give up to 32 letters and digits, and no name: it is kept for ever.",
		},
	}
	SamePerson = &fault.Kind{
		Code: "same_person_twice", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "二人目が一人目と同じです。", EN: "The second person is the first one."},
		Next: fault.Text{JA: "返金は二人で決めます。別の担当者の番号を入れてください。", EN: "Two people decide to send money back. Give the number of another one."},
	}
	ReturnWayUnknown = &fault.Kind{
		Code: "return_way_unknown", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "返金の方法が正しくありません。", EN: "Money can't be sent back that way."},
		Next: fault.Text{JA: "agent、bank、post のどれかを選んでください。", EN: "Choose agent, bank or post."},
	}
	ReturnByBankOnly = &fault.Kind{
		Code: "return_by_bank_only", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "銀行振込の入金は、振込でしか返金できません。", EN: "Money that came by bank transfer goes back by bank."},
		Next: fault.Text{JA: "返金の方法に bank を選んでください。", EN: "Choose bank."},
	}
	TransferNotSetUp = &fault.Kind{
		Code: "transfer_not_set_up", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "銀行振込の設定 {term} がありません。", EN: "The setting {term} of bank transfers is missing."},
		Next: fault.Text{
			JA: "tsuke term set で、当社の口座を先に設定してください。どの口座の明細かがわからないと、同じ入金を二度取り込むおそれがあります。",
			EN: "Set our account first with tsuke term set: unless it is known whose statement it is, a deposit could be taken twice.",
		},
	}
	TransferLineWrong = &fault.Kind{
		Code: "transfer_line_wrong", Status: 422, Side: fault.Partner, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "入金明細の{line}行目の金額か日付がありえない値です（1円未満、桁あふれ、未来の日付、行の重複）。何も記帳していません。",
			EN: "Line {line} has an amount or a day that cannot be: less than a yen, too large, in the future, or the line twice. Nothing was booked.",
		},
		Next: fault.Text{JA: "銀行から明細をもう一度受け取ってください。", EN: "Fetch the statement from the bank again."},
	}
	TransferLacking = &fault.Kind{
		Code: "transfer_lines_lacking", Status: 422, Side: fault.Partner, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "取り込み済みの入金（{count}件）が、その日を含むこのファイルにありません。何も記帳していません。",
			EN: "The file spans days of which {count} deposits taken before are not in it. Nothing was booked.",
		},
		Next: fault.Text{
			JA: "下に示した日を初めから終わりまで含む最新の明細を、絞り込まずに銀行から受け取ってください。それでも足りなければ、摘要や依頼人名の書き方が変わっていないか銀行に確かめてください。",
			EN: "Fetch the newest statement, unfiltered, with the days listed below from beginning to end. If they are still missing, ask the bank whether it words its lines in another way now.",
		},
	}
	NoPayer = &fault.Kind{
		Code: "payer_not_kept", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この入金の振込依頼人名は保管していません。", EN: "Who paid this is not kept."},
		Next: fault.Text{
			JA: "振込の入金が仮受けである間と、返金が済むまでの間だけ保管します。銀行の明細で確かめてください。",
			EN: "It is kept of transfers that wait or are to be sent back. Look at the bank's statement.",
		},
	}
	NoCredit = &fault.Kind{
		Code: "credit_not_found", Page: "GEN-404", Status: 404, Side: fault.Member, Retry: fault.RetryNever,
		What: fault.Text{JA: "返金できるお金は見つかりません。", EN: "There is no money here that can be sent back."},
		Next: fault.Text{JA: "請求の画面で、いまの状態を確かめてください。", EN: "See on the page of the bill where it stands."},
	}
	CreditUsed = &fault.Kind{
		Code: "credit_used", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "多く支払った分は、すでに{month}分の請求から差し引きました。",
			EN: "What you paid too much was taken off your bill for {month} already.",
		},
		Next: fault.Text{JA: "何もする必要はありません。その請求が差し引いた金額になっています。", EN: "There is nothing to do: that bill is lower by this sum."},
	}
	CreditUnsettled = &fault.Kind{
		Code: "credit_unsettled", Status: 409, Side: fault.Partner, Retry: fault.RetryLater,
		What: fault.Text{
			JA: "最初のお支払いがまだ確認中のため、返金を選べません。",
			EN: "Your first payment is still being confirmed, so the second can't be sent back yet.",
		},
		Next: fault.Text{
			JA: "確認が終わると、請求の画面で選べます。",
			EN: "Once it is confirmed you can choose so on the page of the bill.",
		},
	}
	AccountNeeded = &fault.Kind{
		Code: "account_needed", Status: 409, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "返金先の銀行口座が登録されていません。", EN: "No bank account is registered to which the money can go."},
		Next: fault.Text{JA: "銀行口座を登録してから、もう一度選んでください。", EN: "Register your bank account, then choose again."},
	}
	NotToReturn = &fault.Kind{
		Code: "receipt_not_to_return", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この入金を返金するとは決まっていません。", EN: "Nobody decided to send this money back."},
		Next: fault.Text{JA: "先に二人で決めてください。", EN: "Let two people decide so first."},
	}
	ReturnPaidBefore = &fault.Kind{
		Code: "return_paid", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この返金は {day} に済んでいます。", EN: "This was sent back on {day}."},
		Next: fault.Text{JA: "二重に振り込んでいないか確かめてください。", EN: "Make sure that it was not sent twice."},
	}
	ReturnInFile = &fault.Kind{
		Code: "return_in_file", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この返金は振込ファイルに入っていて、結果がまだ入力されていません。", EN: "This return is in a file of transfers, and nobody has entered what came of it."},
		Next: fault.Text{JA: "二重に振り込まないよう、先に tsuke payouts で結果を入れてください。", EN: "Enter that first with tsuke payouts, so that it is not sent twice."},
	}
	ReturnDayWrong = &fault.Kind{
		Code: "return_day_wrong", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "返金の日が正しくありません。", EN: "That can't be the day on which it was sent back."},
		Next: fault.Text{JA: "{decided} から今日までの日を入れてください。", EN: "Give a day from {decided} to today."},
	}
	NoLine = &fault.Kind{
		Code: "receipt_line_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この行は担当者を待っていません。", EN: "No line of this name waits for a person."},
		Next: fault.Text{JA: "tsuke receipts waiting の一覧から選んでください。", EN: "Choose it from the list: tsuke receipts waiting."},
	}
	LineIsMoney = &fault.Kind{
		Code: "receipt_line_is_money", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この行の入金は仮受けになっています。", EN: "The money of this line is in suspense."},
		Next: fault.Text{JA: "請求に充てるか、返金してください。", EN: "Match it to a bill or send it back."},
	}
	LineClosed = &fault.Kind{
		Code: "receipt_line_closed", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この行はすでに処理済みです。", EN: "This line was closed already."},
		Next: fault.Text{JA: "何もする必要はありません。", EN: "There is nothing more to do about it."},
	}
	StatementWrittenOff = &fault.Kind{
		Code: "statement_written_off", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{JA: "この請求のお支払いは、求めていません。", EN: "Nothing is asked for on this bill any more."},
		Next: fault.Text{
			JA: "お支払いを希望されるときは、お問い合わせください。",
			EN: "If you would like to pay it after all, contact us.",
		},
	}
	NotPastDue = &fault.Kind{
		Code: "statement_not_past_due", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この請求は期日を過ぎていません。", EN: "This bill is not past due."},
		Next: fault.Text{
			JA: "貸倒れにできるのは、期日を過ぎて支払われていない請求だけです。",
			EN: "Only a bill past due can be written off.",
		},
	}
	WrittenOffBefore = &fault.Kind{
		Code: "written_off_before", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この請求は {day} に貸倒れと決まっています。", EN: "This bill was written off on {day}."},
		Next: fault.Text{
			JA: "誰がどの理由で決めたかを tsuke late writeoff list で確かめてください。",
			EN: "See who decided so and why: tsuke late writeoff list.",
		},
	}
	WriteOffUnknown = &fault.Kind{
		Code: "write_off_reason", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "貸倒れの理由が正しくありません。", EN: "A bill can't be written off for that reason."},
		Next: fault.Text{
			JA: "bankrupt、deceased、untraceable、time_barred、too_small、other のどれかを選んでください。",
			EN: "Choose bankrupt, deceased, untraceable, time_barred, too_small or other.",
		},
	}
	TwoNeeded = &fault.Kind{
		Code: "two_people_needed", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "二人目が一人目と同じです。", EN: "The second person is the first one."},
		Next: fault.Text{
			JA: "これは二人で決めます。別の担当者の番号を入れてください。",
			EN: "Two people decide this. Give the number of another one.",
		},
	}
	NotWrittenOff = &fault.Kind{
		Code: "not_written_off", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この請求は貸倒れになっていません。", EN: "This bill is not written off."},
		Next: fault.Text{JA: "tsuke late writeoff list の一覧から選んでください。", EN: "Choose it from the list: tsuke late writeoff list."},
	}
	NoteWrong = &fault.Kind{
		Code: "note_wrong", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "メモが空か、長すぎるか、改行を含んでいます。", EN: "The note is empty, too long or more than one line."},
		Next: fault.Text{JA: "個人情報を含まない200文字以内の1行で書いてください。", EN: "Write one line of up to 200 characters, without personal data."},
	}
)

// The faults of invoices (rules I08 to I10).
var (
	NoInvoice = &fault.Kind{
		Code: "invoice_not_found", Page: "GEN-404", Status: 404, Side: fault.Member, Retry: fault.RetryNever,
		What: fault.Text{JA: "このアドレスの請求書は見つかりません。", EN: "There is no invoice at this address."},
		Next: fault.Text{
			JA: "メールに書かれたアドレスを、最後まで正しく開いてください。",
			EN: "Open the whole address as it stands in the letter.",
		},
	}
	DisputeReasonUnknown = &fault.Kind{
		Code: "dispute_reason", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "あてはまるものを1つ選んでください。", EN: "Choose what fits."},
		Next: fault.Text{JA: "選ぶと、すぐにご案内を止めます。", EN: "We stop asking for the money as soon as you choose."},
	}
	NoDispute = &fault.Kind{
		Code: "dispute_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この請求書について、申し出はありません。", EN: "Nobody has said that this invoice is not theirs."},
		Next: fault.Text{JA: "tsuke invoices disputes の一覧から選んでください。", EN: "Choose it from the list: tsuke invoices disputes."},
	}
	DisputeDecided = &fault.Kind{
		Code: "dispute_decided", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この申し出は、すでに{state}と決まっています（{by}）。", EN: "This was decided already: {state}, by {by}."},
		Next: fault.Text{
			JA: "取り消すには、お店の返金か入金の処理で直してください。",
			EN: "Correct it with a refund or with the money that came in.",
		},
	}
	AgainstUnknown = &fault.Kind{
		Code: "dispute_against", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "誰が負担するかは merchant か us です。", EN: "Who bears the loss is merchant or us."},
		Next: fault.Text{
			JA: "お店の返金なら merchant、当社の負担なら us と書いてください。",
			EN: "Write merchant for a refund by the shop, us for a loss of ours.",
		},
	}
	NoCharges = &fault.Kind{
		Code: "waiver_empty", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "取り消す費用がありません。", EN: "There is no charge to take back."},
		Next: fault.Text{JA: "取り消す費用か、費用のついた日を選び直してください。", EN: "Choose charges, or days on which bills were charged."},
	}
	TooManyCharges = &fault.Kind{
		Code: "waiver_too_many", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "一度に取り消せる費用は{max}件までです。", EN: "At most {max} charges can be taken back at once."},
		Next: fault.Text{JA: "期間を短くして、分けて申請してください。", EN: "Choose fewer days, and ask more than once."},
	}
	ChargeUnknown = &fault.Kind{
		Code: "charge_unknown", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "選んだ費用が見つかりません。", EN: "There is no such charge."},
		Next: fault.Text{JA: "請求の画面で選び直してください。", EN: "Choose on the page of the bill."},
	}
	ChargeWaived = &fault.Kind{
		Code: "charge_waived", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "{day} の費用は、すでに請求していません。", EN: "The charge of {day} is not asked for any more."},
		Next: fault.Text{JA: "請求の画面で、残っている費用を選び直してください。", EN: "Choose among the charges that are left on the page of the bill."},
	}
	ChargeMoved = &fault.Kind{
		Code: "charge_moved", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この費用は、すでに後の請求に移っています。", EN: "A later bill asks for this charge."},
		Next: fault.Text{JA: "移った費用は取り消せません。ほかの費用を選んでください。", EN: "What has moved can't be taken back. Choose others."},
	}
	ChargeSettled = &fault.Kind{
		Code: "charge_settled", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "期日を過ぎて未払いの請求ではなくなっています。", EN: "A bill is not past due any more: it was paid or given up."},
		Next: fault.Text{JA: "費用を取り消せるのは、期日を過ぎて未払いの請求だけです。選び直してください。", EN: "Charges are taken back while their bill is past due. Choose others."},
	}
	WaiverUnknown = &fault.Kind{
		Code: "waiver_reason", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "取り消す理由が正しくありません。", EN: "A charge can't be taken back for that reason."},
		Next: fault.Text{JA: "一覧から理由を選んでください。", EN: "Choose a reason from the list."},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{
	MonthOpen, EarlierOpen, NoStatement, StatementPaid, StatementConfirming, NoSlip,
	NoReceipt, NotInSuspense, ReceiptMoved, ReceiptReturned, ReceiptUncertain, NoAccount, WhoUnclear, SamePerson, ReturnWayUnknown,
	NotToReturn, ReturnPaidBefore, ReturnInFile, ReturnDayWrong, NoLine, LineIsMoney, LineClosed, NoteWrong,
	ReturnByBankOnly, TransferNotSetUp, TransferLineWrong, TransferLacking, NoPayer, NoCredit, CreditUsed, CreditUnsettled, AccountNeeded,
	StatementWrittenOff, NotPastDue, WrittenOffBefore, WriteOffUnknown, TwoNeeded, NotWrittenOff,
	NoInvoice, DisputeReasonUnknown, NoDispute, DisputeDecided, AgainstUnknown,
	NoCharges, TooManyCharges, ChargeUnknown, ChargeWaived, ChargeMoved, ChargeSettled, WaiverUnknown,
}
