package web

// Slipped says what is to be put right in a field.
type Slipped string

// What can be wrong. The figures a sentence names are given in Slip.With.
const (
	SlipOther Slipped = "" // said by Slip.Text

	SlipPhoneEmpty    Slipped = "slip.phone.empty"
	SlipPhoneLetters  Slipped = "slip.phone.letters" // something besides digits
	SlipPhoneLength   Slipped = "slip.phone.length"  // not eleven digits: {n}
	SlipPhoneShape    Slipped = "slip.phone.shape"   // no mobile number
	SlipPhoneFixed    Slipped = "slip.phone.fixed"   // a fixed line
	SlipPhoneIP       Slipped = "slip.phone.ip"      // 050
	SlipPhoneFree     Slipped = "slip.phone.free"    // 0120, 0800
	SlipPhoneForeign  Slipped = "slip.phone.foreign"
	SlipCodeEmpty     Slipped = "slip.code.empty"
	SlipCodeShape     Slipped = "slip.code.shape" // not six digits
	SlipCodeWrong     Slipped = "slip.code.wrong" // AUTH-101: {at} sent, {n} tries left
	SlipCodeOld       Slipped = "slip.code.old"
	SlipFamilyEmpty   Slipped = "slip.family.empty"
	SlipGivenEmpty    Slipped = "slip.given.empty"
	SlipNameChars     Slipped = "slip.name.chars" // {chars} cannot be stored and have no standard form
	SlipNameLong      Slipped = "slip.name.long"
	SlipKanaEmpty     Slipped = "slip.kana.empty"
	SlipKanaShape     Slipped = "slip.kana.shape"
	SlipBirthEmpty    Slipped = "slip.birth.empty"
	SlipBirthDate     Slipped = "slip.birth.date" // no such day
	SlipBirthRange    Slipped = "slip.birth.range"
	SlipPostalEmpty   Slipped = "slip.postal.empty"
	SlipPostalShape   Slipped = "slip.postal.shape"
	SlipPostalUnknown Slipped = "slip.postal.unknown" // the button found nothing
	SlipPostalDiffers Slipped = "slip.postal.differs" // {code} is {place}
	SlipPrefecture    Slipped = "slip.prefecture"
	SlipCityEmpty     Slipped = "slip.city.empty"
	SlipCityNumber    Slipped = "slip.city.number" // no house number
	SlipAddressChars  Slipped = "slip.address.chars"
	SlipAddressLong   Slipped = "slip.address.long"
	SlipMailEmpty     Slipped = "slip.mail.empty"
	SlipMailShape     Slipped = "slip.mail.shape"
	SlipMailSlip      Slipped = "slip.mail.slip" // {mail} may be meant
	SlipGuardianEmpty Slipped = "slip.guardian.empty"
	SlipGuardianSame  Slipped = "slip.guardian.same" // the applicant's own number
	SlipRelationEmpty Slipped = "slip.relation.empty"
	SlipAgreeEmpty    Slipped = "slip.agree.empty"
	SlipAgreeGuest    Slipped = "slip.agree.guest"
)

var registerTexts = catalogue{
	"field.phone":               {"携帯電話番号", "Mobile number"},
	"field.phone.hint":          {"例: 090-1234-5678。ハイフンや全角でもかまいません。", "For example 090-1234-5678, with or without hyphens."},
	"field.code":                {"確認コード（6桁）", "Code (6 digits)"},
	"field.code.hint":           {"一番新しいSMSの数字です。", "The digits of the latest SMS."},
	"field.family":              {"姓", "Family name"},
	"field.given":               {"名", "Given name"},
	"field.family_kana":         {"姓のフリガナ", "Family name in kana"},
	"field.given_kana":          {"名のフリガナ", "Given name in kana"},
	"field.kana.hint":           {"ひらがなで入力しても、カタカナに直します。", "Hiragana is turned into katakana for you."},
	"field.year":                {"年", "Year"},
	"field.year.hint":           {"西暦（1990）でも和暦（昭和63、平成2、H2）でもかまいません。", "A year such as 1990, or a Japanese one such as 平成2 or H2."},
	"field.month":               {"月", "Month"},
	"field.day":                 {"日", "Day"},
	"field.postal":              {"郵便番号", "Postal code"},
	"field.postal.hint":         {"7桁。ハイフンはあってもなくてもかまいません。", "7 digits, with or without a hyphen."},
	"field.prefecture":          {"都道府県", "Prefecture"},
	"field.city":                {"市区町村・番地", "City, town and number"},
	"field.city.hint":           {"例: 渋谷区神宮前1-2-3", "For example 渋谷区神宮前1-2-3"},
	"field.building":            {"建物名・部屋番号", "Building and room"},
	"field.mail":                {"メールアドレス", "Mail address"},
	"field.mail.hint":           {"利用と請求のお知らせを送ります。広告は送りません。", "For notices of purchases and bills. No advertising."},
	"field.guardian_name":       {"保護者のお名前", "Your guardian's name"},
	"field.guardian_phone":      {"保護者の携帯電話番号", "Your guardian's mobile number"},
	"field.guardian_phone.hint": {"ご自分の番号とは別の番号です。", "Not your own number."},
	"field.relation":            {"ご本人との関係", "Who they are to you"},
	"field.choose":              {"選んでください", "Choose"},
	"relation.father":           {"父", "Father"},
	"relation.mother":           {"母", "Mother"},
	"relation.guardian":         {"未成年後見人", "Court-appointed guardian"},

	"register.title": {"{step}（{n}/{of}） - 会員登録", "{step} ({n}/{of}) - Register"},
	"register.step":  {"{n}/{of}", "Step {n} of {of}"},
	"register.start": {"会員登録をはじめる", "Register"},
	"register.next":  {"次へ進む", "Next"},
	"register.back":  {"前に戻る", "Back"},
	"register.saved": {"ここまでの入力は保存しました。7日間、続きから再開できます。", "Saved so far. You can go on within 7 days."},

	"register.phone.title": {"携帯電話番号", "Your mobile number"},
	"register.phone.text":  {"電話番号が会員番号の代わりになります。SMSで確認コードを送ります。", "Your number is your membership. We send a code to it by SMS."},
	"register.member":      {"登録がお済みの方は", "Registered already?"},

	"register.name.title":    {"お名前", "Your name"},
	"register.name.text":     {"戸籍や住民票のとおりに入力してください。旧字体や異体字のままでかまいません。", "As in your official documents."},
	"register.spelling":      {"標準の字に置きかえて記録します", "We store the standard form"},
	"register.spelling.line": {"{typed} → {stored}", "{typed} → {stored}"},
	"register.spelling.text": {"書類のあて名などでは標準の字を使います。入力した字も残します。よければ「次へ進む」を押してください。", "Letters use the standard form; what you typed is kept too. If that is fine, press Next."},

	"register.birth.title": {"生年月日", "Your date of birth"},
	"register.birth.text":  {"18歳未満の方は、このあと保護者の同意を確認します。", "If you are under 18, we will ask your guardian for consent."},

	"register.guardian.title": {"保護者の同意", "Your guardian's consent"},
	"register.guardian.why":   {"18歳未満の方の登録には、法律で保護者の同意が必要です。登録を断るものではありません。", "By law, we need your guardian's consent if you are under 18. You are not being turned away."},
	"register.guardian.1":     {"保護者に、この画面と「しくみと費用」のページを見せます。", "Show your guardian this page and \"How it works\"."},
	"register.guardian.2":     {"保護者の電話にSMSで確認コードを送ります。", "We send a code to their phone."},
	"register.guardian.3":     {"同意する場合に、保護者がコードを入力します。", "If they agree, they enter the code."},
	"register.guardian.send":  {"保護者にコードを送る", "Send them the code"},
	"register.guardian.code":  {"保護者の方へ: 内容を確かめ、同意する場合だけ、お手元に届いたコードを入力してください。入力が同意になり、日時を記録します。", "To the guardian: read how it works and enter the code you received only if you agree. Entering it is your consent, and we record when you gave it."},
	"register.guardian.later": {"今いっしょにいないときは、画面を閉じてかまいません。7日のあいだ、同じ電話番号でここから続けられます。", "If they are not with you now, you can close this page and go on from here within 7 days, with the same phone number."},

	"register.address.title": {"住所", "Your address"},
	"register.address.text":  {"今お住まいの住所です。", "Where you live now."},
	"register.fill":          {"郵便番号から入力する", "Fill in from the code"},
	"register.places":        {"この郵便番号の住所", "Addresses with this code"},
	"register.place":         {"{place} にする", "Use {place}"},

	"register.mail.title": {"メールアドレス", "Your mail address"},
	"register.mail.text":  {"請求が決まったときと期日の前に、メールでお知らせします。", "We write when a bill is ready and before it is due."},

	"register.agree.title":  {"しくみと費用の確認", "How it works"},
	"register.agree.text":   {"使える金額、支払いの時期、費用、遅れたときのことを、このページで確かめてください。", "Limit, dates, costs, and what happens if you are late, on one page."},
	"register.agree.check":  {"しくみと費用を確かめ、会員規約とプライバシーの取り扱いに同意します", "I have read how it works, and agree to the terms and the privacy notice"},
	"register.agree.button": {"同意して登録する", "Agree and register"},

	"registered.title":  {"登録が終わりました", "You are registered"},
	"registered.text":   {"今日から後払いを使えます。", "You can use pay later from today."},
	"registered.way":    {"使った分は翌月{n}日までに、{way}でお支払いください。手数料は請求1回につき{fee}です。", "Pay what you use by the {n}th of the next month: {way}. The fee is {fee} per bill."},
	"registered.return": {"{shop}の支払いに戻る", "Go on paying {shop}"},
	"registered.home":   {"ホームを開く", "Open home"},

	"known.title":        {"この電話番号は登録があります", "This number is registered already"},
	"known.text":         {"{phone:whole} には、すでに会員の登録があります。どちらに当てはまりますか。請求は何も起きていません。", "There is a membership with {phone:whole}. Which of these is it? Nothing has been charged."},
	"known.mine":         {"自分の登録です", "It is mine"},
	"known.mine.text":    {"確認コードで、ご本人であることはもう確かめました。そのままログインできます。", "Your code has already shown that the number is yours, so you can log in right away."},
	"known.mine.button":  {"ログインする", "Log in"},
	"known.taken":        {"番号を引き継いだので、自分の登録ではありません", "I took over this number; it isn't mine"},
	"known.taken.text":   {"番号が、前に使っていた方の登録のままになっていることがあります。当社の担当者が1営業日以内に確かめ、登録を続けられるようにします。", "It may be left from the former owner. Somebody here looks at it within one business day so that you can go on."},
	"known.taken.button": {"引き継いだことを伝えて続ける", "Tell us and go on"},

	"review.title":     {"登録内容を確かめています", "We are looking at your registration"},
	"review.when":      {"1営業日以内に、結果をSMSでお知らせします。", "You will have the result by SMS within one business day."},
	"review.number":    {"電話番号に以前の持ち主の登録があったため、担当者が確かめています。お客様が支払うものはありません。", "The number had a former owner's membership. There is nothing for you to pay."},
	"review.address":   {"同じ住所に別の登録があるため、担当者が確かめています。ほかの方の利用分をお客様に請求することはありません。", "There is another membership at the same address. You are never billed for somebody else."},
	"review.next":      {"次にすること", "What to do"},
	"review.next.text": {"このままお待ちください。入力はすべて残してあります。結果が届いたら、同じ電話番号で続けられます。", "Just wait. What you entered is kept; when the result comes, go on with the same number."},

	"slip.phone.empty":    {"携帯電話番号を入力してください", "Enter your mobile number"},
	"slip.phone.letters":  {"携帯電話番号は、数字で入力してください（ハイフンはあってもかまいません）", "Use digits for the mobile number; hyphens are fine"},
	"slip.phone.length":   {"携帯電話番号は11桁です。今は{n}桁です", "A mobile number has 11 digits; this has {n}"},
	"slip.phone.shape":    {"060、070、080、090で始まる、11桁の携帯電話番号を入力してください", "Enter an 11-digit mobile number that starts with 060, 070, 080 or 090"},
	"slip.phone.fixed":    {"固定電話ではSMSを受け取れません。携帯電話の番号を入力してください", "A fixed line can't receive SMS. Enter a mobile number"},
	"slip.phone.ip":       {"050で始まる番号ではSMSを受け取れません。携帯電話の番号を入力してください", "A number starting with 050 can't receive SMS. Enter a mobile number"},
	"slip.phone.free":     {"フリーダイヤルの番号です。ご自分の携帯電話の番号を入力してください", "This is a toll-free number. Enter your own mobile number"},
	"slip.phone.foreign":  {"日本の携帯電話番号を入力してください（+81で始まる形でもかまいません）", "Enter a Japanese mobile number; +81 is fine"},
	"slip.code.empty":     {"確認コードを入力してください", "Enter the code"},
	"slip.code.shape":     {"確認コードは6桁の数字です。SMSの数字だけを入力してください", "The code has 6 digits. Enter only the digits of the SMS"},
	"slip.code.wrong":     {"{at}に送ったコードと違います。最後に届いたSMSの6桁を入力してください（残り{n}回）", "This isn't the code sent at {at}. Enter the 6 digits of the latest SMS; attempts left: {n}"},
	"slip.code.old":       {"このコードは有効時間が過ぎました。「新しいコードを送る」を押してください", "This code is too old. Press \"Send a new code\""},
	"slip.family.empty":   {"姓を入力してください", "Enter your family name"},
	"slip.given.empty":    {"名を入力してください", "Enter your given name"},
	"slip.name.chars":     {"「{chars}」は記録できません。別の字か、カタカナで入力してください", "\"{chars}\" can't be stored. Use another character or katakana"},
	"slip.name.long":      {"お名前が長すぎます。姓と名をそれぞれ{n}字以内で入力してください", "The name is too long. Use at most {n} characters each"},
	"slip.kana.empty":     {"フリガナを入力してください", "Enter the reading in kana"},
	"slip.kana.shape":     {"フリガナは、カタカナかひらがなで入力してください。漢字や数字は使えません", "Use katakana or hiragana for the reading, no kanji or digits"},
	"slip.birth.empty":    {"生年月日の年、月、日を入力してください", "Enter year, month and day of birth"},
	"slip.birth.date":     {"その日付は暦にありません。年、月、日を確かめてください", "There is no such day. Check year, month and day"},
	"slip.birth.range":    {"生年月日には、1900年1月1日より前の日や、これから先の日は入力できません", "The date must be 1 January 1900 or later, and not in the future"},
	"slip.postal.empty":   {"郵便番号を入力してください", "Enter your postal code"},
	"slip.postal.shape":   {"郵便番号は7桁の数字で入力してください。例: 150-0001", "Enter 7 digits, for example 150-0001"},
	"slip.postal.unknown": {"この郵便番号の住所は見つかりませんでした。番号を確かめるか、住所をそのまま入力してください", "No address found for this code. Check it, or type the address yourself"},
	"slip.postal.differs": {"郵便番号と住所が別の場所です。〒{code}は{place}です", "Postal code and address don't belong together: 〒{code} is {place}"},
	"slip.prefecture":     {"都道府県を入力してください。例: 東京都", "Enter the prefecture, for example 東京都"},
	"slip.city.empty":     {"市区町村と番地を入力してください", "Enter city, town and number"},
	"slip.city.number":    {"番地まで入力してください。番地がないときは「番地なし」と入力してください", "Add the house number, or write 番地なし if there is none"},
	"slip.address.chars":  {"「{chars}」は記録できません。別の字で入力してください", "\"{chars}\" can't be stored. Use another character"},
	"slip.address.long":   {"住所が長すぎます。{n}字以内で入力してください", "The address is too long. Use at most {n} characters"},
	"slip.mail.empty":     {"メールアドレスを入力してください", "Enter your mail address"},
	"slip.mail.shape":     {"メールアドレスの形になっていません。例: hanako@example.jp", "This isn't a mail address. It looks like hanako@example.jp"},
	"slip.mail.slip":      {"もしかして {mail} ですか。このままでよければ、もう一度「次へ進む」を押してください", "Did you mean {mail}? If yours is right, press Next once more"},
	"slip.guardian.empty": {"保護者のお名前を入力してください", "Enter your guardian's name"},
	"slip.guardian.same":  {"ご自分とは別の番号を入力してください。保護者の電話にコードを送ります", "Enter another number than your own; the code goes to your guardian's phone"},
	"slip.relation.empty": {"ご本人との関係を選んでください", "Choose who they are to you"},
	"slip.agree.guest":    {"請求書で支払うには、同意のところを選んでください", "Tick the box to pay by invoice"},
	"slip.agree.empty":    {"登録するには、同意のところを選んでください", "Tick the box to register"},
}
