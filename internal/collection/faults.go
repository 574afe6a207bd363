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
	PlanOff = &fault.Kind{
		Code: "plan_not_offered", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{JA: "分割でのお支払いは受け付けていません。", EN: "Paying in parts is not offered."},
		Next: fault.Text{
			JA: "お支払いできる日を選ぶか、お問い合わせください。いっしょに考えます。",
			EN: "Choose a day on which you can pay, or contact us and we will find a way together.",
		},
	}
	PlanPartsWrong = &fault.Kind{
		Code: "plan_parts", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "回数は2回から{most}回までで選んでください。", EN: "The bill can be paid in 2 to {most} parts."},
		Next: fault.Text{JA: "回数を選び直してください。", EN: "Choose another number of parts."},
	}
	PlanFirstDay = &fault.Kind{
		Code: "plan_first_day", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "1回目の日は、今日から {last} までの日で選んでください。", EN: "The day of the first part must be from today to {last}."},
		Next: fault.Text{
			JA: "それより後になるときは、お問い合わせください。いっしょに考えます。",
			EN: "If it will be later, contact us and we will find a way together.",
		},
	}
	PlanTooSmall = &fault.Kind{
		Code: "plan_part_too_small", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "1回あたり{least}円より少なくなります。", EN: "A part would be less than {least} yen."},
		Next: fault.Text{JA: "回数を減らしてください。", EN: "Choose fewer parts."},
	}
	PlanTooLong = &fault.Kind{
		Code: "plan_over_two_months", Status: 422, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "最後の回が {within} より後になります。法律により、お買い物から2か月を超える分割は受け付けていません。",
			EN: "The last part would be after {within}. By law we can't take parts more than two months after the purchase.",
		},
		Next: fault.Text{
			JA: "1回目を早くするか、回数を減らしてください。それでも難しいときは、お問い合わせください。",
			EN: "Choose an earlier first part or fewer parts. If that is too soon, contact us.",
		},
	}
	PlanStands = &fault.Kind{
		Code: "plan_stands", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "この請求は、{first} から{parts}回に分けてお支払いいただくお約束になっています。",
			EN: "This bill is being paid in {parts} parts from {first} on.",
		},
		Next: fault.Text{
			JA: "お約束のとおりにお支払いください。変えたいときは、お問い合わせください。",
			EN: "Pay as was agreed. To change it, contact us.",
		},
	}
	PlanOnce = &fault.Kind{
		Code: "plan_had", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{JA: "この請求の分割のお約束は、すでに一度終わっています。", EN: "An earlier plan for this bill was not kept or has ended."},
		Next: fault.Text{
			JA: "あらためて分割をご希望のときは、お問い合わせください。",
			EN: "Contact us if you need to pay in parts again.",
		},
	}
	NoPlan = &fault.Kind{
		Code: "plan_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この請求に、続いている分割のお約束はありません。", EN: "No plan stands for this bill."},
		Next: fault.Text{JA: "tsuke late plan list の一覧から選んでください。", EN: "Choose it from the list: tsuke late plan list."},
	}
	PlanWho = &fault.Kind{
		Code: "plan_who_unclear", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "担当者の番号が正しくありません。", EN: "That is no number of staff."},
		Next: fault.Text{
			JA: "氏名ではなく、半角英数字32文字以内の番号を入れてください。",
			EN: "Give up to 32 letters and digits, and no name: it is kept for ever.",
		},
	}
)

// The faults of stopping dunning.
var (
	HoldReasonWrong = &fault.Kind{
		Code: "dunning_reason", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "督促を止める理由が一覧にありません。", EN: "That is no reason to stop dunning."},
		Next: fault.Text{JA: "一覧から理由を選んでください。", EN: "Choose a reason from the list."},
	}
	HoldDay = &fault.Kind{
		Code: "dunning_last_day", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "督促を止める最終日が、今日以降の日付ではありません。", EN: "The last day without dunning is not today or a later day."},
		Next: fault.Text{JA: "日付を入れ直すか、空のままにしてください。", EN: "Enter another day, or leave it empty."},
	}
	HoldWhom = &fault.Kind{
		Code: "dunning_no_member", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この会員は見つかりません。", EN: "There is no such member."},
		Next: fault.Text{JA: "tsuke late list の請求の番号を使ってください。", EN: "Use the number of a bill as tsuke late list names it."},
	}
	HoldStands = &fault.Kind{
		Code: "dunning_stopped", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "督促はすでに、別の理由（{reason}）か別の最終日で止まっています。何も変わっていません。",
			EN: "Dunning is stopped already, for another reason ({reason}) or until another day. Nothing has changed.",
		},
		Next: fault.Text{JA: "変えるときは、再開してから止め直してください。", EN: "To change it, resume dunning and stop it again."},
	}
	NoHold = &fault.Kind{
		Code: "dunning_not_stopped", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "督促は止められていません。", EN: "Dunning was not stopped."},
		Next: fault.Text{JA: "何もする必要はありません。", EN: "There is nothing to do."},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{
	NoSpan, NothingLate, PromiseDay,
	PlanOff, PlanPartsWrong, PlanFirstDay, PlanTooSmall, PlanTooLong, PlanStands, PlanOnce, NoPlan, PlanWho,
	HoldReasonWrong, HoldDay, HoldWhom, HoldStands, NoHold,
}
