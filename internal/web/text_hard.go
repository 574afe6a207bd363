package web

var hardTexts = catalogue{
	"hard.title": {"支払いが難しいとき", "If paying is hard"},
	"hard.owed":  {"支払期日を過ぎている金額", "Past due"},
	"hard.late":  {"支払いが遅れて加わった分を含みます。", "With what was added for being late."},
	"hard.lead":  {"支払える日を教えてください。理由はおたずねしません。", "Tell us a day on which you can pay. We don't ask why."},

	"hard.none":      {"支払期日を過ぎた請求はありません", "Nothing is past due"},
	"hard.none.text": {"今、お客様が行うことはありません。これから支払う請求で心配なことがあるときも、下の窓口で相談できます。", "There is nothing to do now. If a bill to come worries you, you can get advice below."},

	"hard.stands":      {"{day:full}に支払うお約束を受け付けています", "You have told us that you will pay on {day}"},
	"hard.stands.text": {"この日が終わるまで、お支払いのご案内を送りません。日にちを変えるときは、下で選び直してください。", "Until that day is over we send no reminder. To change it, choose another day below."},

	"hard.choose":  {"支払える日を選ぶ", "Choose a day"},
	"hard.change":  {"日にちを変える", "Change the day"},
	"field.payday": {"支払う日", "Day of payment"},
	"hard.hint":    {"今日から{last:full}までの日を選べます。それより後になるときは、お問い合わせください。", "From today to {last}. If it will be later, please contact us."},
	"hard.button":  {"この日に支払うと伝える", "Tell us this day"},
	"slip.payday":  {"支払う日を選んでください", "Choose the day on which you will pay"},

	"hard.costs":       {"その日までにかかるもの", "What it costs until then"},
	"hard.fee":         {"支払期日の翌月から、毎月{first}日と{second}日に手数料{fee}（税込）が加わります。期日を過ぎた請求がいくつあっても、1日に{fee}です。", "From the month after the due date, a fee of {fee}, tax included, is added on day {first} and day {second} of each month: once a day, however many bills are past due."},
	"hard.fee.none":    {"{last:full}までに、手数料が加わる日はありません。", "No fee is added up to {last}."},
	"hard.fee.on":      {"{day:full}の時点で残っているとき", "If it is not paid before {day}"},
	"hard.fee.upto":    {"{fee}まで", "up to {fee}"},
	"hard.cap":         {"遅れたことで加わる金額は、合わせて法律の上限（まだ払っていない元金の年{rate}）を超えません。上限のほうが少ないときは、そこまで下げます。", "All that is added for being late stays within the legal limit of {rate} a year of what you used and have not paid. A fee that would exceed it is lowered."},
	"hard.damages":     {"このほかに、年{rate}の遅延損害金が日割りで加わります。", "Besides, late damages of {rate} a year are added by the day."},
	"hard.no.more":     {"日にちを選ぶこと自体に、手数料はかかりません。", "Choosing a day costs nothing."},
	"hard.stop":        {"止まるもの、止まらないもの", "What stops, and what does not"},
	"hard.stops":       {"選んだ日が終わるまで止まるもの", "Stops until the day is over"},
	"hard.stops.1":     {"お支払いのご案内のメール、SMS、電話", "Reminders by mail, SMS and phone"},
	"hard.goes":        {"止まらないもの", "Does not stop"},
	"hard.goes.fees":   {"遅れた手数料（上のとおり加わります）", "Late fees, as above"},
	"hard.goes.buy":    {"新しい後払いは、支払うまで使えません", "Pay later stays paused until you pay"},
	"hard.opens":       {"支払うと、確認できしだい新しい後払いをまた使えます。約束の日より前に支払ってもかまいません。", "Pay later opens again when we see your payment. You may pay before the day."},
	"hard.talk":        {"相談する", "Talk about it"},
	"hard.advice":      {"無料で相談できるところ", "Free advice"},
	"hard.188":         {"消費者ホットライン（公的な窓口）", "Consumer hotline, a public service"},
	"hard.188.text":    {"局番なし。お近くの消費生活センターにつながります。相談に料金はかかりません（通話料はかかります）。", "No area code, in Japan. It leads to your local consumer centre. The advice is free, the call is charged."},
	"hard.person":      {"人と話す", "Talk to a person"},
	"hard.person.text": {"どうしたらよいか迷うときは、ご連絡ください。いっしょに考えます。", "If you are not sure what to do, contact us. We will find a way together."},

	"said.promised": {"支払う日を受け付けました。", "We have noted the day."},
}
