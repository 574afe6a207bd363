package web

var planTexts = catalogue{
	"plan.title": {"分けて支払う", "Pay in parts"},
	"plan.of":    {"{month}分を分けて支払う", "Pay {month} in parts"},

	"plan.off":      {"分割でのお支払いは受け付けていません", "Paying in parts is not offered"},
	"plan.off.text": {"この請求は、まとめて支払うか、支払える日を選べます。分けて支払いたいときは、お問い合わせください。", "You can pay this bill at once, or choose a day on which you can. If you need to pay in parts, contact us."},

	"plan.choose":      {"回数と1回目の日を選ぶ", "Choose how many parts, and the first day"},
	"plan.again":       {"選び直す", "Choose again"},
	"plan.lead":        {"理由はおたずねしません。次の画面で、それぞれの日と金額を確認してから決められます。", "We don't ask why. The next page shows each day and sum before you decide."},
	"field.parts":      {"回数", "Number of parts"},
	"field.first":      {"1回目を支払う日", "Day of the first part"},
	"plan.times":       {"{n}回", "{n} parts"},
	"plan.hint":        {"今日から{last:full}までの日を選べます。2回目からは{n}日ごとです。", "From today to {last}. The others follow every {n} days."},
	"plan.hint.within": {"最後の回は{day:full}までです（法律により、お買い物から2か月まで）。", " The last part must be by {day}: by law, two months after the purchase."},
	"plan.show":        {"日と金額を見る", "Show days and sums"},
	"slip.first":       {"1回目を支払う日を選んでください", "Choose the day of the first part"},
	"slip.parts":       {"回数を選んでください", "Choose the number of parts"},

	"plan.parts":   {"それぞれの日と金額", "Each day and sum"},
	"plan.by":      {"{n}回目　{day:full}まで", "Part {n}, by {day}"},
	"plan.paid":    {"支払い済み", "Paid"},
	"plan.sum":     {"合計", "Together"},
	"plan.free":    {"分けて支払うことに、手数料はかかりません。", "Paying in parts costs nothing."},
	"plan.fee":     {"お約束のとおりに支払う間、毎月{first}日と{second}日の手数料{fee}は加わりません。", "While you pay as agreed, the fee of {fee} on day {first} and day {second} of each month is not added."},
	"plan.damages": {"年{rate}までの遅延損害金は、まだ払っていない金額に日割りで加わり、次の請求に入ります。", "Late damages of up to {rate} a year are added by the day on what is not paid, and come on the next bill."},
	"plan.stops":   {"お約束のとおりに支払う間、止まるもの", "Stops while you pay as agreed"},
	"plan.stops.1": {"この請求の催促のメール、SMS、電話", "Reminders of this bill by mail, SMS and phone"},
	"plan.stops.2": {"遅れた手数料", "Late fees"},
	"plan.goes.2":  {"それぞれの回の前と当日のお知らせ（メール）", "A letter before each part, and on its day"},
	"plan.opens":   {"すべて支払うと、確認できしだい新しい後払いをまた使えます。残りはいつでもまとめて支払えます。", "Pay later opens again when we see that everything is paid. You may pay the whole rest at any time."},
	"plan.breaks":  {"支払いが{n:day}日を過ぎて遅れると、このお約束は終わります。支払えなくなったときは、早めにお問い合わせください。", "If a part is more than {n:day} late, this ends. If you find that you can't pay one, please contact us early."},
	"plan.agree":   {"このとおりに支払うと約束する", "I will pay like this"},

	"plan.stands":      {"分けて支払うお約束を受け付けています", "You are paying this bill in parts"},
	"plan.stands.text": {"変えたいときや、支払えなくなったときは、お問い合わせください。", "To change it, or if you can't pay a part, please contact us."},
	"plan.due":         {"今回は{due:full}まで", "This part by {due}"},
	"plan.next":        {"今回のお支払い", "This part"},
	"plan.whole":       {"残り{sum}をまとめて支払う", "Pay the whole rest, {sum}"},
	"plan.part":        {"今回の分だけ支払う", "Pay only this part"},
	"said.planned":     {"分けて支払うお約束を受け付けました。", "We have noted that you pay in parts."},
	"hard.parts":       {"{month}分を分けて支払う", "Pay {month} in parts"},
	"hard.parts.text":  {"一度に支払えないときは、回数と1回目の日を選べます。", "If you can't pay at once, choose how many parts and the first day."},

	"bill.written":      {"お支払いを求めない分", "No longer asked for:"},
	"bill.written.text": {"この請求のお支払いは、求めていません。新しい後払いは使えません。お支払いを希望されるときは、お問い合わせください。", "Nothing is asked for on this bill any more, and pay later stays paused. If you would like to pay it after all, contact us."},
}
