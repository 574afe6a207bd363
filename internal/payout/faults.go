package payout

import "tsuke/internal/fault"

// The faults of this package.
var (
	NotSetUp = &fault.Kind{
		Code: "payout_not_set_up", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "振込の設定 {term} がありません。", EN: "The setting {term} of transfers is missing."},
		Next: fault.Text{JA: "tsuke term set で設定してください。", EN: "Set it with tsuke term set."},
	}
	NoFile = &fault.Kind{
		Code: "payout_file_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この番号の振込ファイルはありません。", EN: "There is no file of transfers with this number."},
		Next: fault.Text{JA: "tsuke payouts list で番号を確かめてください。", EN: "Look the number up: tsuke payouts list."},
	}
	NotWritten = &fault.Kind{
		Code: "payout_file_not_written", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "このファイルはまだ書き出されていません。", EN: "This file is not written yet."},
		Next: fault.Text{JA: "先に tsuke payouts write で書き出してください。", EN: "Write it first: tsuke payouts write."},
	}
	OtherBytes = &fault.Kind{
		Code: "payout_file_differs", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "このファイルは、書き出したものと同じではありません。", EN: "This is not the file that was written."},
		Next: fault.Text{JA: "書き出したファイルを、変更せずに指定してください。", EN: "Give the file as it was written, unchanged."},
	}
	TooEarly = &fault.Kind{
		Code: "payout_too_early", Status: 409, Side: fault.Us, Retry: fault.RetryLater,
		What: fault.Text{JA: "このファイルの振込は {day} に行われます。", EN: "The bank makes the transfers of this file on {day}."},
		Next: fault.Text{JA: "その日に、金融機関で振込を確かめてから入れてください。", EN: "Enter it on that day, when the bank shows them as made."},
	}
	FileOver = &fault.Kind{
		Code: "payout_file_over", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "このファイルの結果は、別の内容ですでに入っています。", EN: "Something else was entered about this file before."},
		Next: fault.Text{JA: "二重に振り込んでいないか、金融機関に確かめてください。", EN: "Ask the bank, so that nothing is sent twice."},
	}
	NoRecord = &fault.Kind{
		Code: "payout_record_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{line}行目の番号の振込はありません。何も記帳していません。", EN: "Line {line} names no transfer of ours. Nothing was booked."},
		Next: fault.Text{JA: "ファイルにある20桁の番号を、金融機関の通知と照らし合わせてください。", EN: "Compare the 20 digits in the file with the bank's notice."},
	}
	OtherAmount = &fault.Kind{
		Code: "payout_amount_differs", Status: 422, Side: fault.Partner, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{line}行目の金額が、振り込んだ金額と違います。何も記帳していません。", EN: "Line {line} has another amount than was sent. Nothing was booked."},
		Next: fault.Text{JA: "金融機関に確かめてください。", EN: "Ask the bank."},
	}
	RefusedBefore = &fault.Kind{
		Code: "payout_refused", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "{line}行目の振込は、別の理由ですでに戻っているか、取り下げられています。何も記帳していません。", EN: "The transfer of line {line} came back for another reason before, or was withdrawn. Nothing was booked."},
		Next: fault.Text{JA: "tsuke payouts list で、入っている内容を確かめてください。", EN: "See what was entered: tsuke payouts list."},
	}
	LineWrong = &fault.Kind{
		Code: "payout_refusal_wrong", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{line}行目が読めません。何も記帳していません。", EN: "Line {line} can't be read. Nothing was booked."},
		Next: fault.Text{
			JA: "1行目を key,amount,reason とし、番号（20桁）、金額、理由（no_account・name_differs・closed・other）を書いてください。同じ番号は一度だけです。",
			EN: "Begin with the line key,amount,reason; then give the key of 20 digits, the amount, and no_account, name_differs, closed or other. A key stands once.",
		},
	}
	NotOpen = &fault.Kind{
		Code: "payout_not_open", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この返金は振込ファイルに入っているか、振込済みです。", EN: "This return is in a file of transfers, or was sent."},
		Next: fault.Text{JA: "tsuke payouts list で状態を確かめてください。", EN: "See where it stands: tsuke payouts list."},
	}
	NotRefused = &fault.Kind{
		Code: "payout_not_refused", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この返金は、金融機関から戻っていません。", EN: "No bank has refused this return."},
		Next: fault.Text{JA: "tsuke payouts list で状態を確かめてください。", EN: "See where it stands: tsuke payouts list."},
	}
	OwnAccount = &fault.Kind{
		Code: "payout_own_account", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この返金は会員が選んだもので、会員の登録口座に振り込みます。", EN: "A member chose this return: it goes to the account that the member registered."},
		Next: fault.Text{JA: "口座の変更は会員にお願いしてください。", EN: "Ask the member to change the account."},
	}
	NotProven = &fault.Kind{
		Code: "payout_not_proven", Status: 403, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "電話番号の確認が済んでいないか、確認してから時間がたちました。", EN: "The phone number was not confirmed, or that was some time ago."},
		Next: fault.Text{JA: "請求書のページから、もう一度確認コードを受け取ってください。", EN: "Ask for a code again on the page of the invoice."},
	}
	NothingBack = &fault.Kind{
		Code: "payout_nothing_back", Status: 409, Side: fault.Member, Retry: fault.RetryNever,
		What: fault.Text{JA: "この請求書には、これから返金するお金がもうありません。", EN: "There is no money of this invoice left to send back."},
		Next: fault.Text{JA: "返金の状態は、請求書のページで確かめてください。", EN: "The page of the invoice says what became of it."},
	}
	AccountRefused = &fault.Kind{
		Code: "payout_account_refused", Status: 409, Side: fault.Partner, Retry: fault.RetryFixed,
		What: fault.Text{JA: "これは、金融機関が振り込めなかった口座です。", EN: "This is the account to which the bank could not send the money."},
		Next: fault.Text{JA: "別の口座を入力してください。この口座のままでよいときは、お問い合わせ番号を添えてご連絡ください。", EN: "Give another account. If it has to be this one, contact us with the reference number."},
	}
	ProposalGone = &fault.Kind{
		Code: "payout_proposal_gone", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "申請のあとで別の口座が入力されたか、時間がたって消えたため、実行しませんでした。", EN: "Another account was entered since, or this one was erased after some time. Nothing was done."},
		Next: fault.Text{JA: "この申請を却下して、口座を入力し直してください。", EN: "Refuse this request, and enter the account anew."},
	}
	AccountWrong = &fault.Kind{
		Code: "payout_account", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "口座のこの欄が正しくありません。", EN: "This part of the account can't be right."},
		Next: fault.Text{
			JA: "金融機関4桁、支店3桁、種目（1普通・2当座・4貯蓄）、番号7桁、名義（カナ）を確かめてください。",
			EN: "Check bank (4 digits), branch (3 digits), type (1 ordinary, 2 current, 4 savings), number (7 digits) and holder (kana).",
		},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{
	NotSetUp, NoFile, NotWritten, OtherBytes, TooEarly, FileOver, NoRecord, OtherAmount, RefusedBefore, LineWrong, NotOpen, NotRefused, OwnAccount,
	AccountWrong, NotProven, NothingBack, AccountRefused, ProposalGone,
}
