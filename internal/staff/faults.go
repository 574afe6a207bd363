package staff

import "tsuke/internal/fault"

// The faults of this package.
var (
	NameTaken = &fault.Kind{
		Code: "staff_name_taken", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この名前の担当者はすでにいます。", EN: "There is a person of this name already."},
		Next: fault.Text{JA: "別の名前を選ぶか、tsuke staff link で新しいリンクを出してください。", EN: "Choose another name, or make a new link: tsuke staff link."},
	}
	NameWrong = &fault.Kind{
		Code: "staff_name_wrong", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "担当者の名前が正しくありません。", EN: "That can't be a name of staff."},
		Next: fault.Text{JA: "半角の英字で始まる2〜20文字の英数字にしてください。氏名である必要はありません。", EN: "Give 2 to 20 letters and digits that begin with a letter. It need not be a full name."},
	}
	RolesWrong = &fault.Kind{
		Code: "staff_role_wrong", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "役割が正しくありません。", EN: "There is no such role."},
		Next: fault.Text{JA: "support、collection、finance、admin から選んでください。", EN: "Choose from support, collection, finance and admin."},
	}
	NoPerson = &fault.Kind{
		Code: "staff_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この担当者は見つかりません。", EN: "There is no such person."},
		Next: fault.Text{JA: "tsuke staff list の一覧から選んでください。", EN: "Choose from the list: tsuke staff list."},
	}
	LinkOver = &fault.Kind{
		Code: "staff_link_over", Status: 410, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{JA: "このリンクはもう使えません。", EN: "This link can't be used any more."},
		Next: fault.Text{
			JA: "一度だけ、発行から24時間使えるリンクです。管理者に新しいリンクを頼んでください。",
			EN: "It can be used once, within its time. Ask an admin for a new one.",
		},
	}
	CodeForm = &fault.Kind{
		Code: "staff_code_form", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "確認コードは数字6桁です。", EN: "The code has six digits."},
		Next: fault.Text{JA: "認証アプリに表示されている数字を入れてください。", EN: "Enter the digits that your authenticator app shows."},
	}
	CodeWrong = &fault.Kind{
		Code: "staff_code_wrong", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "確認コードが違うか、一度使ったものです。", EN: "The code is wrong, or it was used before."},
		Next: fault.Text{JA: "認証アプリの次の数字（30秒ごとに変わります）を入れてください。", EN: "Enter the next one that your app shows; it changes every 30 seconds."},
	}
	CodePaused = &fault.Kind{
		Code: "staff_code_paused", Status: 429, Side: fault.Policy, Retry: fault.RetryLater,
		What: fault.Text{JA: "違うコードが続いたため、入力を止めています。", EN: "Entry is paused after several wrong codes."},
		Next: fault.Text{JA: "15分ほどおいて、認証アプリの時計が合っているかを確かめてからお試しください。", EN: "Check that the clock of your app's device is right, and try again in about 15 minutes."},
	}
	NotAllowed = &fault.Kind{
		Code: "staff_not_allowed", Status: 403, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{JA: "あなたの役割では、これはできません。", EN: "Your role does not allow this."},
		Next: fault.Text{JA: "権限のある担当者に頼んでください。", EN: "Ask a person who has the right."},
	}
	ReasonWrong = &fault.Kind{
		Code: "staff_reason_wrong", Status: 422, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "理由が空か、長すぎるか、改行を含んでいます。", EN: "The reason is empty, too long or more than one line."},
		Next: fault.Text{JA: "個人情報を含まない200文字以内の1行で書いてください。", EN: "Write one line of up to 200 characters, without personal data."},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{NameTaken, NameWrong, RolesWrong, NoPerson, LinkOver, CodeForm, CodeWrong, CodePaused, NotAllowed, ReasonWrong}
