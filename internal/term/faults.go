package term

import (
	"errors"

	"tsuke/internal/fault"
)

// The slips of an operator who changes a term.
var (
	Unknown = &fault.Kind{
		Code: "term_unknown", Status: 404, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "「{name}」という設定項目はありません", EN: "There is no term named {name}"},
		Next: fault.Text{JA: "一覧で名前を確かめて、もう一度指定してください。", EN: "Look up its name in the list of terms and give it again."},
	}
	BadValue = &fault.Kind{
		Code: "term_value_invalid", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{name} に使えない値です", EN: "This value is not allowed for {name}"},
		Next: fault.Text{
			JA: "{range}(単位: {unit})の値を、区切り記号や余分な0をつけずに指定してください。",
			EN: "Give a value in {range} ({unit}), without separators or leading zeros.",
		},
	}
	TooEarly = &fault.Kind{
		Code: "term_day_too_early", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{name} の変更は、すでに始まった日や始まる直前の日からは適用できません", EN: "{name} can't change on a day that has begun or is about to"},
		Next: fault.Text{JA: "{day} 以降の日を指定してください。", EN: "Give {day} or a later day."},
	}
	BadScope = &fault.Kind{
		Code: "term_scope_invalid", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "{name} の適用先の書き方が正しくありません", EN: "The scope given for {name} is malformed"},
		Next: fault.Text{
			JA: "加盟店のIDなど、64文字以内の1行で指定してください。全体に適用するときは空にします。",
			EN: "Give an id, such as a merchant's, in one line of at most 64 bytes; leave it empty for everybody.",
		},
	}
)

// Why a text is no value of its term.
var (
	errValue = errors.New("not written as a value of this term")
	errRange = errors.New("outside the range of this term")
)
