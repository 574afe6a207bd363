package journal

import "tsuke/internal/fault"

// The faults of what was typed (rule O16).
var (
	ReferenceWrong = &fault.Kind{
		Code: "journal_reference_wrong", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "証憑番号が正しくありません。", EN: "That can't be the reference of a voucher."},
		Next: fault.Text{
			JA: "半角の英数字と . _ / - を40文字まで使えます。例: BANK-2026-11-3",
			EN: "Give up to 40 letters, digits and . _ / - such as BANK-2026-11-3.",
		},
	}
	ReasonUnknown = &fault.Kind{
		Code: "journal_reason_unknown", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "仕訳の理由が正しくありません。", EN: "There is no such reason for an entry."},
		Next: fault.Text{
			JA: "bank_fee、interest、agent_payout、agent_difference、correction、other から選んでください。",
			EN: "Choose bank_fee, interest, agent_payout, agent_difference, correction or other.",
		},
	}
	NoteWrong = &fault.Kind{
		Code: "journal_note_wrong", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "摘要が空か、長すぎるか、改行を含んでいます。", EN: "The note is empty, too long or more than one line."},
		Next: fault.Text{JA: "個人情報を含まない{max}文字以内の1行で書いてください。", EN: "Write one line of up to {max} characters, without personal data."},
	}
	NotePersonal = &fault.Kind{
		Code: "journal_note_personal", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "摘要に、電話番号、メールアドレス、口座や会員の番号のようなものがあります。",
			EN: "The note has something like a telephone number, a mail address or the number of an account or a member.",
		},
		Next: fault.Text{
			JA: "帳簿は消せません。人がわかることを除いて書いてください。証憑の番号は証憑番号の欄に入れます。",
			EN: "Books can't be erased: leave out what tells who it is. The number of a voucher goes into the field for the reference.",
		},
	}
	DayUnclear = &fault.Kind{
		Code: "journal_day_unclear", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "取引日がわかりません。", EN: "The day of value is not clear."},
		Next: fault.Text{JA: "お金が動いた日を、2026-11-25 のように入れてください。", EN: "Give the day on which the money moved, as in 2026-11-25."},
	}
	DayAhead = &fault.Kind{
		Code: "journal_day_ahead", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "取引日がまだ来ていません。", EN: "The day of value is still to come."},
		Next: fault.Text{JA: "{last}までの日を入れてください。", EN: "Give a day until {last}."},
	}
	DayOld = &fault.Kind{
		Code: "journal_day_old", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "取引日が古すぎます。", EN: "The day of value is too long ago."},
		Next: fault.Text{
			JA: "{first}からの日を入れてください。それより前のものは、摘要に日を書いて今の日で記帳します。",
			EN: "Give a day from {first}. What happened before is booked on a day of now, with its day in the note.",
		},
	}
	LinesWrong = &fault.Kind{
		Code: "journal_lines_wrong", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "行の数が正しくありません。", EN: "That is not a number of lines that an entry can have."},
		Next: fault.Text{JA: "借方と貸方を合わせて{min}行から{max}行で入れてください。", EN: "Give {min} to {max} lines, debits and credits together."},
	}
	AmountWrong = &fault.Kind{
		Code: "journal_amount_wrong", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "金額が正しくありません。", EN: "That amount can't be booked by hand."},
		Next: fault.Text{JA: "1円から{max}円までの整数で入れてください。", EN: "Give whole yen, from 1 to {max}."},
	}
	NotBalanced = &fault.Kind{
		Code: "journal_not_balanced", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "借方の合計{debits}円と貸方の合計{credits}円が合いません。", EN: "Debits are {debits} yen and credits {credits} yen."},
		Next: fault.Text{JA: "同じ金額になるように直してください。", EN: "Make them the same sum."},
	}
	BothSides = &fault.Kind{
		Code: "journal_both_sides", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "同じ勘定が借方と貸方の両方にあります。", EN: "The same account stands on both sides."},
		Next: fault.Text{JA: "差し引いた金額を片方に入れるか、仕訳を分けてください。", EN: "Enter the difference on one side, or make two entries of it."},
	}
	AccountUnknown = &fault.Kind{
		Code: "journal_account_unknown", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "勘定がわかりません。", EN: "There is no such account."},
		Next: fault.Text{JA: "一覧から選んでください（tsuke journal accounts）。", EN: "Choose one of the list: tsuke journal accounts."},
	}
)

// The faults of accounts that a verb moves: which it is (rule O16).
var (
	MembersAccount = &fault.Kind{
		Code: "journal_account_of_members", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この勘定は会員の請求から決まるため、手では記帳できません。", EN: "Members' bills make this account up, so it can't be booked by hand."},
		Next: fault.Text{
			JA: "入金は tsuke receipts、遅延の費用の取消しは運営画面の督促、貸倒れは tsuke late writeoff、返品はお店の返金で記録してください。",
			EN: "Use tsuke receipts for money, the console's page of a late bill for charges taken back, tsuke late writeoff for a loss, and the shop's refund for a return.",
		},
	}
	ReceiptsAccount = &fault.Kind{
		Code: "journal_account_of_receipts", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この勘定のこの側は入金の記録から決まるため、手では記帳できません。", EN: "Receipts make up this side of this account, so it can't be booked by hand."},
		Next: fault.Text{
			JA: "収納会社の連絡は tsuke receipts import、仮受の入金は tsuke receipts match または return で記録してください。",
			EN: "Use tsuke receipts import for what the agent says, and tsuke receipts match or return for money in suspense.",
		},
	}
	ReturnsAccount = &fault.Kind{
		Code: "journal_account_of_returns", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この勘定は返すと決まった入金から決まるため、手では記帳できません。", EN: "Money that is to be sent back makes this account up, so it can't be booked by hand."},
		Next: fault.Text{
			JA: "返すと決めるのは tsuke receipts return、送ったことは tsuke receipts returned で記録してください。",
			EN: "Use tsuke receipts return to decide it, and tsuke receipts returned once it was sent.",
		},
	}
	ShopsAccount = &fault.Kind{
		Code: "journal_account_of_shops", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この勘定はお店の売上と返金から決まるため、手では記帳できません。", EN: "Shops' captures and refunds make this account up, so it can't be booked by hand."},
		Next: fault.Text{JA: "売上の確定と返金は、お店が API または管理画面から行います。", EN: "Shops capture and refund by the API or on their pages."},
	}
	LossAccount = &fault.Kind{
		Code: "journal_account_of_losses", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この勘定は貸倒れにした請求から決まるため、手では記帳できません。", EN: "Bills that were given up make this account up, so it can't be booked by hand."},
		Next: fault.Text{
			JA: "貸倒れは tsuke late writeoff decide、取消しは tsuke late writeoff undo で記録してください。",
			EN: "Use tsuke late writeoff decide, and tsuke late writeoff undo to take it back.",
		},
	}
)

// The faults of decisions (rules O17, O18).
var (
	TwoNeeded = &fault.Kind{
		Code: "journal_two_people_needed", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "二人目が一人目と同じです。", EN: "The second person is the first one."},
		Next: fault.Text{JA: "仕訳は二人で決めます。別の担当者の番号を入れてください。", EN: "Two people decide an entry. Give the number of another one."},
	}
	WhoUnclear = &fault.Kind{
		Code: "journal_who_unclear", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "担当者の番号が正しくありません。", EN: "That is no number of staff."},
		Next: fault.Text{JA: "氏名ではなく、半角英数字32文字以内の番号を入れてください。", EN: "Give up to 32 letters and digits, and no name: it is kept for ever."},
	}
	ReferenceTaken = &fault.Kind{
		Code: "journal_reference_taken", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この証憑番号の仕訳はすでにあります（{day}、{entry}）。", EN: "There is an entry of this reference already: {entry} of {day}."},
		Next: fault.Text{
			JA: "一つの証憑の仕訳は一つです。別の証憑ならその番号を、誤りならその仕訳の取消しを使ってください。",
			EN: "Each voucher has one entry. Give the reference of this one; if that entry is wrong, reverse it.",
		},
	}
	NoEntry = &fault.Kind{
		Code: "journal_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この仕訳は見つかりません。", EN: "There is no such entry."},
		Next: fault.Text{JA: "仕訳の一覧から選んでください（tsuke journal list）。", EN: "Choose it from the list: tsuke journal list."},
	}
	ReversedBefore = &fault.Kind{
		Code: "journal_reversed", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この仕訳は{day}に取り消されています。", EN: "This entry was reversed on {day}."},
		Next: fault.Text{JA: "取消しは一度だけです。必要なら、新しい仕訳を求めてください。", EN: "An entry is reversed once. If one is needed, ask for a new entry."},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{
	ReferenceWrong, ReasonUnknown, NoteWrong, NotePersonal, DayUnclear, DayAhead, DayOld, LinesWrong, AmountWrong, NotBalanced, BothSides,
	AccountUnknown, MembersAccount, ReceiptsAccount, ReturnsAccount, ShopsAccount, LossAccount, TwoNeeded, WhoUnclear, ReferenceTaken,
	NoEntry, ReversedBefore,
}
