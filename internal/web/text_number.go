package web

var numberTexts = catalogue{
	"number.where":      {"支払う場所を選ぶ", "Choose where to pay"},
	"number.stores":     {"コンビニ", "Convenience stores"},
	"number.banks":      {"銀行・ATM（ペイジー）", "Banks and ATMs (Pay-easy)"},
	"number.steps":      {"{place}での手順", "How to pay: {place}"},
	"number.machine":    {"使うもの: {machine}", "Where to begin: {machine}"},
	"number.phone":      {"登録の電話番号", "Your registered phone number"},
	"number.paper":      {"印刷された紙は{n:minute}分で使えなくなります。過ぎたときは、同じ番号でもう一度印刷できます。", "What is printed can be used for {n:minute}. After that, print it again with the same number."},
	"number.wait":       {"番号を用意しています", "Your numbers are being made"},
	"number.wait.text":  {"{at:moment}ごろから、ここに表示します。", "They will be here at about {at:moment}."},
	"number.wait.why":   {"番号は、お店や銀行に知らせてから使えるようになります。期日を過ぎる前に表示されないときは、お問い合わせください。", "Stores and banks have to know the numbers before they take them. If they are not here before the due date, please contact us."},
	"number.wait.look":  {"もう一度見る", "Look again"},
	"number.test":       {"試験用の番号です", "These numbers are for testing"},
	"number.test.text":  {"収納機関番号00000は試験用です。実際の銀行やATMでは支払えません。", "The collector number 00000 is for tests. No bank or ATM takes it."},
	"number.after.bank": {"通常は{n:minute}分以内に、この画面と履歴に表示されます。銀行の夜間や休日の受付分は、次の営業日になることがあります。", "It usually shows here within {n:minute}. What a bank takes at night or on a holiday can show on the next bank day."},
}
