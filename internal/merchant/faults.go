package merchant

import "tsuke/internal/fault"

// The faults of keys.
var (
	KeyMissing = key("key_missing", fault.Text{
		JA: "APIキーがありません", EN: "There is no API key",
	}, fault.Text{
		JA: "Authorization: Bearer tsk_… の形で送ってください。", EN: "Send it as Authorization: Bearer tsk_….",
	})
	KeyShape = key("key_malformed", fault.Text{
		JA: "APIキーの形ではありません", EN: "This is not an API key",
	}, fault.Text{
		JA: "tsk_live_ か tsk_test_ に40文字が続きます。途中で切れたり、空白が混ざったりしていないか確かめてください。",
		EN: "It is tsk_live_ or tsk_test_ and 40 characters. Check that none was cut off and no blank got in.",
	})
	KeyUnknown = key("key_unknown", fault.Text{
		JA: "このAPIキーは登録されていません", EN: "This API key is not known here",
	}, fault.Text{
		JA: "別の環境のキーではないか確かめ、わからなければ新しいキーを発行してください。",
		EN: "Check that it belongs to this installation; if in doubt, issue a new one.",
	})
	KeyRevoked = key("key_revoked", fault.Text{
		JA: "このAPIキーは取り消されています", EN: "This API key was revoked",
	}, fault.Text{JA: "今のキーに置き換えてください。", EN: "Replace it by a current key."})
	KeyExpired = key("key_expired", fault.Text{
		JA: "このAPIキーは期限が切れています", EN: "This API key has expired",
	}, fault.Text{JA: "新しいキーを発行して置き換えてください。", EN: "Issue a new key and replace it."})
)

// The faults of a merchant's data and requests.
var (
	NoMerchant = &fault.Kind{
		Code: "merchant_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "この加盟店は見つかりません", EN: "There is no such merchant"},
		Next: fault.Text{JA: "加盟店のIDを一覧で確かめてください。", EN: "Check its id in the list of merchants."},
	}
	NoKey = &fault.Kind{
		Code: "key_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryNever,
		What: fault.Text{JA: "このAPIキーは見つかりません", EN: "There is no such API key"},
		Next: fault.Text{JA: "key_ で始まるIDを一覧で確かめてください。", EN: "Check its id, which begins with key_, in the list of keys."},
	}
	NameMissing = bad("merchant_name_missing", fault.Text{
		JA: "加盟店名がありません", EN: "The merchant's name is missing",
	}, fault.Text{JA: "日本語名と英語名をそれぞれ{max}文字以内で入れてください。", EN: "Give it in Japanese and in English, at most {max} characters each."})
	ContactMissing = bad("merchant_contact_missing", fault.Text{
		JA: "会員が問い合わせる先がありません", EN: "There is no contact for members",
	}, fault.Text{JA: "電話番号かメールアドレスの少なくとも一方を入れてください。", EN: "Give a phone number or a mail address, or both."})
	ContactShape = bad("merchant_contact_malformed", fault.Text{
		JA: "問い合わせ先の書き方が正しくありません", EN: "A contact is malformed",
	}, fault.Text{
		JA: "電話は 03-0000-0000、メールは help@example.jp、ウェブは https:// で始まる形で、{max}文字以内で入れてください。",
		EN: "Write phones as 03-0000-0000, mail as help@example.jp, pages with https://, at most {max} characters.",
	})
	EnvironmentUnknown = bad("key_environment_unknown", fault.Text{
		JA: "キーの環境がわかりません", EN: "The key's environment is unknown",
	}, fault.Text{JA: "live か test を指定してください。", EN: "Give live or test."})
	ExpiryPast = bad("key_expiry_past", fault.Text{
		JA: "キーの期限が過去の日時です", EN: "The key's expiry is in the past",
	}, fault.Text{JA: "これから先の日時を指定するか、期限なしにしてください。", EN: "Give an instant in the future, or none."})
	BadExpiry = bad("expires_in_out_of_range", fault.Text{
		JA: "{field} が範囲の外です", EN: "{field} is out of range",
	}, fault.Text{JA: "{min}〜{max}秒で指定するか、省いてください。", EN: "Give {min} to {max} seconds, or leave it out."})
)

// The faults of an address to return to (rule S06).
var (
	ReturnShape = bad("return_url_malformed", fault.Text{
		JA: "{field} をURLとして読めません", EN: "{field} can't be read as a URL",
	}, fault.Text{
		JA: "https:// で始まる{max}文字以内のURLを、ASCII文字だけで(日本語の部分はエンコードして)指定してください。",
		EN: "Give a URL beginning with https://, at most {max} characters, in ASCII (encode the rest).",
	})
	ReturnScheme = bad("return_url_not_https", fault.Text{
		JA: "{field} が https ではありません", EN: "{field} is not https",
	}, fault.Text{
		JA: "https:// のURLを指定してください。http:// は自分のパソコン(localhost、127.0.0.1、[::1])で試すときだけ使えます。",
		EN: "Use https://. http:// is for trying out on your own machine (localhost, 127.0.0.1, [::1]).",
	})
	ReturnUser = bad("return_url_has_userinfo", fault.Text{
		JA: "{field} にユーザー名やパスワードが含まれています", EN: "{field} contains a user name or password",
	}, fault.Text{JA: "「@」とその前の部分を取り除いてください。", EN: "Take out the @ and what stands before it."})
	ReturnFragment = bad("return_url_has_fragment", fault.Text{
		JA: "{field} に「#」以降の部分があります", EN: "{field} has a part after #",
	}, fault.Text{JA: "「#」以降を取り除いてください。お店のサーバーには届きません。", EN: "Take it out; it never reaches the shop's server."})
	ReturnOrigin = bad("return_url_origin_not_registered", fault.Text{
		JA: "{field} の {origin} は登録されていません", EN: "{origin} of {field} is not registered",
	}, fault.Text{
		JA: "登録済みの戻り先({origins})を使うか、この戻り先の登録を依頼してください。",
		EN: "Use a registered origin ({origins}), or ask to have this one registered.",
	})
	OriginShape = bad("return_origin_malformed", fault.Text{
		JA: "戻り先の書き方が正しくありません", EN: "An origin to return to is malformed",
	}, fault.Text{
		JA: "https://shop.example.jp のように、パスを付けずに指定してください。", EN: "Write it without a path, such as https://shop.example.jp.",
	})
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{
	KeyMissing, KeyShape, KeyUnknown, KeyRevoked, KeyExpired,
	NoMerchant, NoKey, NameMissing, ContactMissing, ContactShape, EnvironmentUnknown, ExpiryPast, BadExpiry,
	ReturnShape, ReturnScheme, ReturnUser, ReturnFragment, ReturnOrigin, OriginShape,
}

// key is a kind of a request that cannot be told whose it is.
func key(code string, what, next fault.Text) *fault.Kind {
	return &fault.Kind{Code: code, Status: 401, Side: fault.Merchant, Retry: fault.RetryFixed, What: what, Next: next}
}

// bad is a kind of what was given: nothing was taken.
func bad(code string, what, next fault.Text) *fault.Kind {
	return &fault.Kind{Code: code, Status: 422, Side: fault.Merchant, Retry: fault.RetryFixed, What: what, Next: next}
}
