package member

import "tsuke/internal/fault"

// The slips of a phone number, each shape with its own sentence (rule M01).
var (
	PhoneMissing = slip("phone_missing", fault.Text{JA: "電話番号を入力してください", EN: "Enter your phone number"}, fault.Text{
		JA: "SMSを受け取れる携帯電話の番号を入力してください。", EN: "Enter a mobile number that receives SMS.",
	})
	PhoneDigits = slip("phone_digits", fault.Text{JA: "電話番号に数字以外の文字があります", EN: "The number has characters that are not digits"}, fault.Text{
		JA: "数字だけで入力してください。ハイフンや全角の数字はそのままで構いません。", EN: "Enter digits only; hyphens and full-width digits are fine.",
	})
	PhoneForeign = slip("phone_foreign", fault.Text{JA: "日本の電話番号ではありません", EN: "This is not a number of Japan"}, fault.Text{
		JA: "060・070・080・090で始まる日本の携帯電話の番号を入力してください。", EN: "Enter a Japanese mobile number beginning with 060, 070, 080 or 090.",
	})
	PhoneStart = slip("phone_start", fault.Text{JA: "電話番号が0で始まっていません", EN: "The number does not begin with 0"}, fault.Text{
		JA: "先頭の0から入力してください(例 090-1234-5678)。", EN: "Begin with the first 0, as in 090-1234-5678.",
	})
	PhoneLength = slip("phone_length", fault.Text{JA: "電話番号の桁数が違います", EN: "The number has too few or too many digits"}, fault.Text{
		JA: "携帯電話の番号は11桁です。抜けや余分な数字がないか確かめてください。", EN: "A mobile number has 11 digits. Check for one left out or added.",
	})
	PhoneUnassigned = slip("phone_unassigned", fault.Text{JA: "使われていない電話番号です", EN: "No such number is in use"}, fault.Text{
		JA: "番号をもう一度確かめてください。", EN: "Check the number once more.",
	})
	PhoneFixed = slip("phone_fixed_line", fault.Text{JA: "固定電話ではSMSを受け取れません", EN: "A landline can't receive SMS"}, fault.Text{
		JA: "携帯電話の番号を入力してください。", EN: "Enter a mobile number.",
	})
	PhoneIP = slip("phone_ip", fault.Text{JA: "050の番号ではSMSを受け取れません", EN: "A 050 number can't receive SMS"}, fault.Text{
		JA: "060・070・080・090で始まる番号を入力してください。", EN: "Enter a number beginning with 060, 070, 080 or 090.",
	})
	PhoneTollFree = slip("phone_toll_free", fault.Text{JA: "フリーダイヤルの番号は登録できません", EN: "A toll-free number can't be registered"}, fault.Text{
		JA: "ご自分の携帯電話の番号を入力してください。", EN: "Enter your own mobile number.",
	})
	PhoneSpecial = slip("phone_special", fault.Text{JA: "ナビダイヤルなどの番号は登録できません", EN: "A service number can't be registered"}, fault.Text{
		JA: "ご自分の携帯電話の番号を入力してください。", EN: "Enter your own mobile number.",
	})
	PhoneMachine = slip("phone_machine", fault.Text{JA: "020の番号ではSMSを受け取れません", EN: "A 020 number can't receive SMS"}, fault.Text{
		JA: "060・070・080・090で始まる番号を入力してください。", EN: "Enter a number beginning with 060, 070, 080 or 090.",
	})
)

// The slips of a name and its reading (rules M08, M09). {characters} are those to be replaced.
var (
	NameMissing = slip("name_missing", fault.Text{JA: "お名前が入力されていません", EN: "A part of the name is missing"}, fault.Text{
		JA: "姓と名をそれぞれ入力してください。", EN: "Enter both the family name and the given name.",
	})
	NameLong = slip("name_long", fault.Text{JA: "お名前が長すぎます", EN: "The name is too long"}, fault.Text{
		JA: "姓・名をそれぞれ{max}文字以内で入力してください。", EN: "Use at most {max} characters in each part.",
	})
	NameSymbol = slip("name_symbol", fault.Text{JA: "お名前に使えない文字「{characters}」があります", EN: "The name has characters that are no letters: {characters}"}, fault.Text{
		JA: "数字や記号を除いて、本人確認書類と同じお名前を入力してください。", EN: "Leave out digits and symbols; write the name as on your documents.",
	})
	NameCharacter = slip("name_character", fault.Text{JA: "「{characters}」は請求書に印刷できない文字です", EN: "“{characters}” can't be printed on a bill"}, fault.Text{
		JA: "この文字だけ、ひらがな・カタカナか、ふだん代わりに使っている漢字で入力してください。",
		EN: "Write this character in kana, or with the character you use in its place.",
	})
	KanaMissing = slip("kana_missing", fault.Text{JA: "フリガナが入力されていません", EN: "The reading is missing"}, fault.Text{
		JA: "姓と名のフリガナをそれぞれ入力してください。", EN: "Enter the reading of both parts in kana.",
	})
	KanaLong = slip("kana_long", fault.Text{JA: "フリガナが長すぎます", EN: "The reading is too long"}, fault.Text{
		JA: "それぞれ{max}文字以内で入力してください。", EN: "Use at most {max} characters in each part.",
	})
	KanaCharacter = slip("kana_character", fault.Text{JA: "フリガナに使えない文字「{characters}」があります", EN: "The reading has characters that are no kana: {characters}"}, fault.Text{
		JA: "カタカナかひらがなで入力してください(例 ヤマダ)。", EN: "Use katakana or hiragana, such as ヤマダ.",
	})
)

// The slips of a birth date (rule M10).
var (
	BirthMissing = slip("birth_missing", fault.Text{JA: "生年月日に入力していない欄があります", EN: "A part of the birth date is missing"}, fault.Text{
		JA: "年・月・日をすべて入力してください。", EN: "Enter year, month and day.",
	})
	BirthYear = slip("birth_year", fault.Text{JA: "生まれた年を読み取れません", EN: "The year can't be read"}, fault.Text{
		JA: "西暦4桁(例 1990)か、和暦(例 平成2、H2)で入力してください。", EN: "Use four digits, such as 1990, or an era and its year, such as H2.",
	})
	BirthDay = slip("birth_day", fault.Text{JA: "暦にない日付です", EN: "There is no such day"}, fault.Text{
		JA: "月と日を確かめてください。", EN: "Check month and day.",
	})
	BirthEra = slip("birth_era", fault.Text{JA: "その元号にこの日はありません", EN: "The era did not include that day"}, fault.Text{
		JA: "元号と年を確かめるか、西暦で入力してください。", EN: "Check the era and its year, or use the Western year.",
	})
	BirthEarly = slip("birth_too_early", fault.Text{JA: "生年月日が古すぎます", EN: "The birth date is too long ago"}, fault.Text{
		JA: "1900年1月1日以降の日付を入力してください。", EN: "Enter a date from 1 January 1900 on.",
	})
	BirthFuture = slip("birth_future", fault.Text{JA: "生年月日が未来の日付です", EN: "The birth date is in the future"}, fault.Text{
		JA: "生まれた年を確かめてください。", EN: "Check the year.",
	})
)

// The slips of a guardian's consent (rule M11).
var (
	GuardianRelation = slip("guardian_relation", fault.Text{JA: "保護者との続柄が選ばれていません", EN: "The guardian's relation is not chosen"}, fault.Text{
		JA: "父・母・その他の法定代理人から選んでください。", EN: "Choose father, mother or another legal guardian.",
	})
	GuardianSame = slip("guardian_same_phone", fault.Text{JA: "保護者の番号がご本人と同じです", EN: "The guardian's number is the applicant's"}, fault.Text{
		JA: "同意のコードを受け取る、保護者ご自身の携帯電話の番号を入力してください。", EN: "Enter the guardian's own mobile number, which receives the code for the consent.",
	})
	GuardianNotNeeded = slip("guardian_not_needed", fault.Text{JA: "保護者の同意は必要ありません", EN: "No guardian's consent is needed"}, fault.Text{
		JA: "次の項目へお進みください。", EN: "Go on to the next step.",
	})
)

// The slips of an address (rule M12).
var (
	PostalShape = slip("postal_code_shape", fault.Text{JA: "郵便番号は7桁の数字です", EN: "A postal code has seven digits"}, fault.Text{
		JA: "7桁の数字で入力してください(例 150-0001)。", EN: "Enter seven digits, such as 150-0001.",
	})
	PrefectureUnknown = slip("prefecture_unknown", fault.Text{JA: "都道府県を読み取れません", EN: "The prefecture can't be read"}, fault.Text{
		JA: "東京都・大阪府のように、都道府県名を省略せずに入力してください。", EN: "Write its full name, such as 東京都 or 大阪府.",
	})
	CityMissing = slip("city_missing", fault.Text{JA: "市区町村と番地が入力されていません", EN: "City and street number are missing"}, fault.Text{
		JA: "市区町村から番地まで入力してください。", EN: "Enter the city, the town and the number.",
	})
	AddressLong = slip("address_long", fault.Text{JA: "住所が長すぎます", EN: "The address is too long"}, fault.Text{
		JA: "{max}文字以内で入力してください。", EN: "Use at most {max} characters.",
	})
	AddressCharacter = slip("address_character", fault.Text{JA: "「{characters}」は請求書に印刷できない文字です", EN: "“{characters}” can't be printed on a bill"}, fault.Text{
		JA: "この文字を、かなか別の漢字で入力してください。", EN: "Write it in kana or with another character.",
	})
	AddressMismatch = slip("postal_code_address_mismatch", fault.Text{JA: "郵便番号と住所が合っていません", EN: "Postal code and address do not belong together"}, fault.Text{
		JA: "この郵便番号は「{place}」です。郵便番号か住所を直してください。", EN: "This postal code belongs to {place}. Correct the code or the address.",
	})
)

// The slips of a mail address (rule M13).
var (
	MailMissing = slip("mail_missing", fault.Text{JA: "メールアドレスを入力してください", EN: "Enter your mail address"}, fault.Text{
		JA: "請求のお知らせを受け取るアドレスを入力してください。", EN: "Enter the address that is to receive your bills.",
	})
	MailAt = slip("mail_at", fault.Text{JA: "メールアドレスの形ではありません", EN: "This is not a mail address"}, fault.Text{
		JA: "「@」をちょうど1つ、前後の文字とともに入力してください。", EN: "It has exactly one @, with something on both sides.",
	})
	MailSpace = slip("mail_space", fault.Text{JA: "メールアドレスの途中に空白があります", EN: "There is a blank inside the mail address"}, fault.Text{
		JA: "空白を取り除いてください。", EN: "Take the blank out.",
	})
	MailCharacter = slip("mail_character", fault.Text{JA: "メールアドレスに使えない文字があります", EN: "The mail address has a character it can't have"}, fault.Text{
		JA: "半角の英数字と「.」「-」「_」などで入力し、かなや漢字、読点を取り除いてください。", EN: "Use letters, digits and signs such as . - _ and take out others, such as commas.",
	})
	MailDots = slip("mail_dots", fault.Text{JA: "「.」の位置が正しくありません", EN: "A dot is where none can be"}, fault.Text{
		JA: "「@」の前の先頭や末尾の「.」、続いた「..」を確かめてください。", EN: "Check for a dot at the beginning, before the @, or two in a row.",
	})
	MailDomain = slip("mail_domain", fault.Text{JA: "「@」より後ろが正しくありません", EN: "The part after the @ is incomplete"}, fault.Text{
		JA: "example.jp のように最後まで入力してください。", EN: "Write it to the end, such as example.jp.",
	})
	MailLong = slip("mail_long", fault.Text{JA: "メールアドレスが長すぎます", EN: "The mail address is too long"}, fault.Text{
		JA: "254文字以内のアドレスを入力してください。", EN: "Enter an address of at most 254 characters.",
	})
	MailLikelySlip = slip("mail_likely_slip", fault.Text{JA: "「@{domain}」の間違いではありませんか", EN: "Did you mean @{domain}?"}, fault.Text{
		JA: "正しいアドレスに直すか、このままでよければ「このまま使う」を選んでください。", EN: "Correct it, or choose to use the address as it is.",
	})
)
