package member

import "tsuke/internal/fault"

// The faults of codes sent by SMS.
var (
	CodeShape = slip("code_shape", fault.Text{
		JA: "確認コードは6桁の数字です", EN: "A code has six digits",
	}, fault.Text{
		JA: "SMSに届いた6桁の数字を入力してください。入力回数には数えていません。",
		EN: "Enter the six digits from the SMS. This did not count as a try.",
	})
	CodeWrong = &fault.Kind{
		Code: "code_wrong", Page: "AUTH-101", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "確認コードが違います", EN: "That code doesn't match"},
		Next: fault.Text{
			JA: "{sent}に送った一番新しいSMSの6桁を入力してください(あと{left}回)。",
			EN: "Enter the six digits of the newest SMS, sent at {sent} ({left} tries left).",
		},
	}
	CodeBlocked = &fault.Kind{
		Code: "code_blocked", Page: "AUTH-103", Status: 429, Side: fault.Policy, Retry: fault.RetryLater,
		What: fault.Text{JA: "{until}まで確認コードの入力を止めています", EN: "Code entry is paused until {until}"},
		Next: fault.Text{
			JA: "違うコードが続けて入力されたため止めました。{until}を過ぎたら、新しいコードを受け取ってください。心当たりがなければご連絡ください。",
			EN: "Several wrong codes were entered in a row. After {until}, ask for a new code. If it wasn't you, contact us.",
		},
	}
	CodeExpired = &fault.Kind{
		Code: "code_expired", Page: "AUTH-105", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この確認コードはもう使えません", EN: "This code can no longer be used"},
		Next: fault.Text{
			JA: "確認コードは{minutes}分間、1回だけ使えます。新しいコードを送ってください。",
			EN: "A code works once and for {minutes} minutes. Ask for a new one.",
		},
	}
	CodeSoon = tooMany("code_resend_wait", fault.Text{
		JA: "たった今、確認コードを送りました", EN: "A code was sent just now",
	}, fault.Text{
		JA: "届くまで少し時間がかかることがあります。{seconds}秒たつと送り直せます。",
		EN: "It can take a moment to arrive. You can resend in {seconds} seconds.",
	})
	CodeManyShort = tooMany("code_limit_number", fault.Text{
		JA: "この番号には短い間に何度も送りました", EN: "Several codes were sent to this number",
	}, fault.Text{
		JA: "{until}を過ぎると送り直せます。届かないときは、電波の状態とSMSの受信拒否の設定を確かめてください。",
		EN: "You can resend after {until}. If none arrived, check reception and whether SMS is blocked.",
	})
	CodeManyDay = tooMany("code_limit_day", fault.Text{
		JA: "この番号に1日に送れる回数に達しました", EN: "This number has reached its codes for a day",
	}, fault.Text{
		JA: "{until}を過ぎると送れます。心当たりのないSMSが届いているときはご連絡ください。",
		EN: "More can be sent after {until}. If you did not ask for these messages, contact us.",
	})
	CodeManyNetwork = tooMany("code_limit_network", fault.Text{
		JA: "お使いのネットワークからの送信が多すぎます", EN: "Too many codes were asked for from your network",
	}, fault.Text{
		JA: "{until}を過ぎると送れます。お急ぎのときは、Wi-Fiを切るなど別の回線でお試しください。",
		EN: "More can be sent after {until}. If it is urgent, use another connection, such as mobile data.",
	})
	CodeManyPrefix = tooMany("code_limit_prefix", fault.Text{
		JA: "確認コードの送信を一時的に止めています", EN: "Sending codes is paused for a while",
	}, fault.Text{
		JA: "近い番号への送信が急に増えたため止めています。{until}を過ぎたらもう一度お試しください。",
		EN: "Requests for numbers like this one rose suddenly. Try again after {until}.",
	})
)

// The faults of a registration and of what a member may do.
var (
	PhoneTaken = &fault.Kind{
		Code: "phone_taken", Page: "AUTH-104", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この電話番号はすでに登録されています", EN: "This number is registered already"},
		Next: fault.Text{
			JA: "ご自分の登録ならログインしてください。覚えがなければ「番号を引き継いだ」を選ぶと、担当者が確認します。",
			EN: "Sign in if it is yours. If not, choose “I took over this number” and a person will check.",
		},
	}
	NotRegistered = &fault.Kind{
		Code: "not_registered", Status: 422, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "この電話番号はまだ登録されていません", EN: "This number is not registered yet"},
		Next: fault.Text{
			JA: "新しく登録するか、登録した番号でログインし直してください。",
			EN: "Register now, or sign in with the number you registered.",
		},
	}
	ApplicationGone = &fault.Kind{
		Code: "application_gone", Status: 410, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "保存していた登録の続きはありません", EN: "There is no saved registration to go on with"},
		Next: fault.Text{
			JA: "途中の入力は{days}日間だけ保存し、そのあと消しています。電話番号の入力からやり直してください。",
			EN: "What you enter is kept for {days} days and then erased. Begin again with your phone number.",
		},
	}
	ApplicationEnded = &fault.Kind{
		Code: "application_ended", Status: 409, Side: fault.Member, Retry: fault.RetryNever,
		What: fault.Text{JA: "この登録の入力は終わっています", EN: "This registration has been sent already"},
		Next: fault.Text{
			JA: "登録の状態を開いて確かめてください。内容の変更はご連絡ください。",
			EN: "Open its state to see where it stands. To change something, contact us.",
		},
	}
	ApplicationIncomplete = &fault.Kind{
		Code: "application_incomplete", Status: 409, Side: fault.Member, Retry: fault.RetryFixed,
		What: fault.Text{JA: "まだ入力していない項目があります", EN: "Something has not been filled in yet"},
		Next: fault.Text{JA: "残っている項目を入力してから、もう一度お進みください。", EN: "Fill in what is left, then go on."},
	}
	AgreementChanged = &fault.Kind{
		Code: "agreement_changed", Status: 409, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "表示中に規約が新しくなりました", EN: "The terms changed while the page was open"},
		Next: fault.Text{JA: "新しい規約を表示します。確かめてから同意してください。", EN: "Read the new terms, then agree."},
	}
	NoApplication = &fault.Kind{
		Code: "application_not_found", Status: 404, Side: fault.Us, Retry: fault.RetryFixed,
		What: fault.Text{JA: "確認待ちの登録申し込みが見つかりません", EN: "No registration with this id waits for a person"},
		Next: fault.Text{JA: "確認待ちの一覧でIDを確かめてください。", EN: "Check the id in the list of those that wait."},
	}
	NoToken = &fault.Kind{
		Code: "member_token_not_found", Status: 404, Side: fault.Merchant, Retry: fault.RetryNever,
		What: fault.Text{JA: "この会員トークンは見つかりません", EN: "There is no such member token"},
		Next: fault.Text{
			JA: "IDを確かめるか、新しい注文手続きで会員の同意を取り直してください。",
			EN: "Check the id, or ask the member again in a new checkout.",
		},
	}
	TokenRevoked = &fault.Kind{
		Code: "member_token_revoked", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "会員がこの会員トークンの同意を取り消しています。",
			EN: "The member has taken back this agreement.",
		},
		Next: fault.Text{
			JA: "新しい注文手続き（checkout session）で会員の同意を取り直してください。",
			EN: "Ask the member again in a new checkout session.",
		},
	}
	NoSignIn = &fault.Kind{
		Code: "sign_in_not_found", Status: 404, Side: fault.Member, Retry: fault.RetryNever,
		What: fault.Text{JA: "このログインは見つかりません", EN: "There is no such sign-in"},
		Next: fault.Text{JA: "一覧を開き直して、今のログインを確かめてください。", EN: "Open the list again to see what is signed in now."},
	}
	BadLanguage = slip("language_unknown", fault.Text{
		JA: "この言語は選べません", EN: "This language is not offered",
	}, fault.Text{JA: "日本語(ja)か英語(en)を選んでください。", EN: "Choose Japanese (ja) or English (en)."})
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{
	CodeShape, CodeWrong, CodeBlocked, CodeExpired, CodeSoon, CodeManyShort, CodeManyDay, CodeManyNetwork, CodeManyPrefix,
	PhoneTaken, NotRegistered, ApplicationGone, ApplicationEnded, ApplicationIncomplete, AgreementChanged, NoApplication,
	NoToken, TokenRevoked, NoSignIn, BadLanguage,
	PhoneMissing, PhoneDigits, PhoneForeign, PhoneStart, PhoneLength, PhoneUnassigned, PhoneFixed, PhoneIP, PhoneTollFree,
	PhoneSpecial, PhoneMachine,
	NameMissing, NameLong, NameSymbol, NameCharacter, KanaMissing, KanaLong, KanaCharacter,
	BirthMissing, BirthYear, BirthDay, BirthEra, BirthEarly, BirthFuture,
	GuardianRelation, GuardianSame, GuardianNotNeeded,
	PostalShape, PrefectureUnknown, CityMissing, AddressLong, AddressCharacter, AddressMismatch,
	MailMissing, MailAt, MailSpace, MailCharacter, MailDots, MailDomain, MailLong, MailLikelySlip,
}

// slip is a kind of what was typed: nothing was taken, and the sentence names the cure.
func slip(code string, what, next fault.Text) *fault.Kind {
	return &fault.Kind{
		Code: code, Status: 422, Side: fault.Member, Retry: fault.RetryFixed, What: what, Next: next,
	}
}

// tooMany is a kind of asking too often (rule M04): a rule of ours, which passes by itself.
func tooMany(code string, what, next fault.Text) *fault.Kind {
	return &fault.Kind{
		Code: code, Page: "AUTH-102", Status: 429, Side: fault.Policy, Retry: fault.RetryLater, What: what, Next: next,
	}
}
