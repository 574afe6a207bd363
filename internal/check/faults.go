package check

import "tsuke/internal/fault"

// The faults of this package.
var (
	NoBreak = &fault.Kind{
		Code: "break_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この不一致は見つかりません。", EN: "There is no such break."},
		Next: fault.Text{JA: "不一致の一覧から選んでください。", EN: "Choose it from the list of breaks."},
	}
	BreakGone = &fault.Kind{
		Code: "break_gone", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この不一致はすでになくなっています。", EN: "This break is gone already."},
		Next: fault.Text{JA: "担当は要りません。分かったことはメモに残せます。", EN: "Nobody has to see to it. What you found out can still be noted."},
	}
	OwnedBefore = &fault.Kind{
		Code: "break_owned", Status: 409, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この間に、ほかの担当者に変わりました。", EN: "Somebody else has taken it over in the meantime."},
		Next: fault.Text{JA: "画面を開き直して、今の担当者を確かめてください。", EN: "Open the page again, and see who it is now."},
	}
	NoteWrong = &fault.Kind{
		Code: "break_note_invalid", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "メモは1行、500文字以内で入力してください。", EN: "A note is one line of at most 500 characters."},
		Next: fault.Text{JA: "短くして、もう一度送ってください。氏名や電話番号は書かないでください。", EN: "Make it shorter and send it again. Leave names and phone numbers out."},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{NoBreak, BreakGone, OwnedBefore, NoteWrong}
