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

// The faults of how a member pays, and of bank accounts (rules M23 to M26).
var (
	WayUnknown = slip("way_unknown", fault.Text{
		JA: "この支払い方法は選べません", EN: "There is no such way to pay",
	}, fault.Text{JA: "表示されている支払い方法から選んでください。", EN: "Choose one of the ways that are shown."})
	AccountNeeded = &fault.Kind{
		Code: "bank_account_needed", Status: 409, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "引き落とす銀行口座がまだ登録されていません", EN: "There is no bank account to debit yet"},
		Next: fault.Text{JA: "先に銀行口座を登録してから、口座振替を選んでください。", EN: "Add your bank account first, then choose direct debit."},
	}
	AccountInUse = &fault.Kind{
		Code: "bank_account_in_use", Status: 409, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{JA: "口座振替の間は、銀行口座を削除できません", EN: "The account can't be removed while bills are debited from it"},
		Next: fault.Text{JA: "先に別の支払い方法に変えてから、削除してください。", EN: "Change to another way to pay first, then remove it."},
	}
	BankUnknown = slip("bank_unknown", fault.Text{
		JA: "この金融機関は見つかりません", EN: "We don't know this bank",
	}, fault.Text{
		JA: "名前か4桁の金融機関コードで探して、一覧から選んでください。", EN: "Search by its name or four-digit code and pick it from the list.",
	})
	BranchUnknown = slip("branch_unknown", fault.Text{
		JA: "この支店は見つかりません", EN: "We don't know this branch",
	}, fault.Text{
		JA: "名前か3桁の支店コードで探して、一覧から選んでください。統合された支店は、新しい支店名で登録します。",
		EN: "Search by its name or three-digit code and pick it from the list. If it was merged, use the branch it became.",
	})
	AccountKind = slip("account_type_unknown", fault.Text{
		JA: "預金の種類を選んでください", EN: "Choose the kind of account",
	}, fault.Text{
		JA: "普通か当座です。貯蓄預金からは引き落とせません。", EN: "Ordinary or current. Savings accounts can't be debited.",
	})
	AccountNumberMissing = slip("account_number_missing", fault.Text{
		JA: "口座番号を入力してください", EN: "Enter the account number",
	}, fault.Text{JA: "通帳やキャッシュカードにある7桁の数字です。", EN: "It is the seven digits in the passbook or on the card."})
	AccountNumberShape = slip("account_number_shape", fault.Text{
		JA: "口座番号は7桁の数字です", EN: "An account number has seven digits",
	}, fault.Text{
		JA: "7桁より少ないときは、先頭に0を付けて7桁にしてください。", EN: "If yours has fewer, put zeros in front.",
	})
	SymbolShape = slip("passbook_symbol_shape", fault.Text{
		JA: "記号は1で始まる5桁の数字です", EN: "The symbol has five digits and begins with 1",
	}, fault.Text{
		JA: "通帳やカードの「記号」を入力してください。0で始まる振替口座からは引き落とせません。",
		EN: "Enter the 記号 in your passbook or on the card. A transfer account, whose symbol begins with 0, can't be debited.",
	})
	SymbolUnknown = slip("passbook_symbol_unknown", fault.Text{
		JA: "この記号の口座は見つかりません", EN: "There is no such symbol",
	}, fault.Text{JA: "通帳やカードの「記号」をもう一度確かめてください。", EN: "Check the 記号 in your passbook or on the card once more."})
	PassbookNumber = slip("passbook_number_shape", fault.Text{
		JA: "番号は1で終わる8桁までの数字です", EN: "The number has up to eight digits and ends in 1",
	}, fault.Text{
		JA: "通帳やカードの「番号」を、最後の1まで入力してください。", EN: "Enter the 番号 in your passbook or on the card, the last 1 included.",
	})
	HolderMissing = slip("account_holder_missing", fault.Text{
		JA: "口座名義を入力してください", EN: "Enter the account holder",
	}, fault.Text{JA: "通帳にあるお名前をカタカナで入力してください。", EN: "Enter the name in the passbook, in katakana."})
	HolderCharacter = slip("account_holder_character", fault.Text{
		JA: "口座名義に使えない文字があります", EN: "The holder has characters that banks can't use",
	}, fault.Text{JA: "漢字ではなく、カタカナで入力してください。", EN: "Enter it in katakana, not in kanji."})
	HolderOther = slip("account_holder_other", fault.Text{
		JA: "口座名義が、登録されているお名前と違います", EN: "The holder is not the name you registered",
	}, fault.Text{
		JA: "登録できるのは、ご本人の名義の口座だけです。お名前が変わったときはお問い合わせください。",
		EN: "Only an account in your own name can be used. If your name has changed, contact us.",
	})
)

// The faults of buying without membership (rules I01 to I03).
var (
	GuestTooYoung = slip("guest_too_young", fault.Text{
		JA: "会員登録なしの後払いは、18歳以上の方が使えます", EN: "Paying by invoice without membership is for people of 18 or older",
	}, fault.Text{
		JA: "生年月日を確かめてください。18歳未満の方は、保護者の同意を得て会員登録をすると使えます。",
		EN: "Check the date. If you are under 18, register as a member with your guardian's consent.",
	})
	GuestNumberOther = &fault.Kind{
		Code: "guest_number_other", Status: 409, Side: fault.Policy, Retry: fault.RetryNever,
		What: fault.Text{
			JA: "この電話番号では、会員登録なしの後払いを使えません", EN: "This number cannot pay by invoice without membership",
		},
		Next: fault.Text{
			JA: "入力した名前か生年月日が、この番号の以前の利用と違います。入力が正しいときは、会員登録をすると担当者が確認します。お急ぎのときは、お店でほかの支払い方法を選んでください。",
			EN: "The name or birth date differs from an earlier use of this number. If yours is right, register as a member: a person will check. To buy right away, choose another way to pay at the shop.",
		},
	}
	GuestIsMember = &fault.Kind{
		Code: "guest_is_member", Status: 409, Side: fault.Policy, Retry: fault.RetryFixed,
		What: fault.Text{
			JA: "同じ名前・生年月日・住所の会員登録があります", EN: "There is a membership with this name, birth date and address",
		},
		Next: fault.Text{
			JA: "会員登録した電話番号でお支払いください。番号が変わったときは、会員登録の画面で新しい番号を登録すると担当者が確認します。",
			EN: "Pay with the number of your membership. If your number changed, register the new one and a person will check.",
		},
	}
)

// Kinds lists the faults of this package for the catalogue.
var Kinds = []*fault.Kind{
	CodeShape, CodeWrong, CodeBlocked, CodeExpired, CodeSoon, CodeManyShort, CodeManyDay, CodeManyNetwork, CodeManyPrefix,
	PhoneTaken, NotRegistered, ApplicationGone, ApplicationEnded, ApplicationIncomplete, AgreementChanged, NoApplication,
	NoToken, TokenRevoked, NoSignIn, BadLanguage,
	WayUnknown, AccountNeeded, AccountInUse, BankUnknown, BranchUnknown, AccountKind, AccountNumberMissing, AccountNumberShape,
	SymbolShape, SymbolUnknown, PassbookNumber, HolderMissing, HolderCharacter, HolderOther,
	PhoneMissing, PhoneDigits, PhoneForeign, PhoneStart, PhoneLength, PhoneUnassigned, PhoneFixed, PhoneIP, PhoneTollFree,
	PhoneSpecial, PhoneMachine,
	NameMissing, NameLong, NameSymbol, NameCharacter, KanaMissing, KanaLong, KanaCharacter,
	BirthMissing, BirthYear, BirthDay, BirthEra, BirthEarly, BirthFuture,
	GuardianRelation, GuardianSame, GuardianNotNeeded,
	GuestTooYoung, GuestNumberOther, GuestIsMember,
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
