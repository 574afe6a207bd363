package approval

import "tsuke/internal/fault"

// The faults of this package.
var (
	NoSuchKind = &fault.Kind{
		Code: "approval_kind_unknown", Status: 422, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この種類の申請はありません。", EN: "This can't be asked for."},
		Next: fault.Text{JA: "画面のボタンから申請してください。", EN: "Ask for it with the button of its page."},
	}
	NoRequest = &fault.Kind{
		Code: "approval_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この申請は見つかりません。", EN: "There is no such request."},
		Next: fault.Text{JA: "承認の一覧から選んでください。", EN: "Choose it from the list of approvals."},
	}
	SamePerson = &fault.Kind{
		Code: "approval_same_person", Status: 403, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{JA: "自分の申請は承認できません。", EN: "You can't approve what you asked for."},
		Next: fault.Text{JA: "承認は二人目が行います。別の担当者に頼んでください。", EN: "A second person approves it. Ask a colleague."},
	}
	RequestOver = &fault.Kind{
		Code: "approval_expired", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{JA: "この申請は期限が過ぎました。", EN: "The time of this request is over."},
		Next: fault.Text{JA: "必要なら、もう一度申請してください。", EN: "If it is still needed, ask for it once more."},
	}
	DecidedBefore = &fault.Kind{
		Code: "approval_decided", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この申請はすでに決まっています。", EN: "This was decided already."},
		Next: fault.Text{JA: "承認の一覧で、誰がいつ決めたかを確かめられます。", EN: "The list of approvals tells who decided, and when."},
	}
	Changed = &fault.Kind{
		Code: "approval_changed", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "申請のあとで中身が変わったため、実行しませんでした。", EN: "What it would do has changed since it was asked for, so it was not done."},
		Next: fault.Text{JA: "この申請を却下して、今の内容で申請し直してください。", EN: "Refuse this request, and ask anew for what is to be done now."},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{NoSuchKind, NoRequest, SamePerson, RequestOver, DecidedBefore, Changed}
