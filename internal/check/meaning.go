package check

import "tsuke/internal/fault"

// Meaning is what a person has to know about a check.
type Meaning struct {
	Side     fault.Side // whose files or acts may be the cause; the books are ours in any case
	Compares fault.Text // what with what
	Do       fault.Text // when it breaks
}

// What a person does, by what a check is about. Nobody changes rows by hand: what is wrong has a cause in the program or in a
// file, and is put right by an entry that says so.
var (
	doBooks = fault.Text{
		JA: "この番号の仕訳を帳簿のページで探し、合わない行を確かめます。帳簿は手で直さず、番号と内容を開発担当に渡します。",
		EN: "Search the books for this number and see which line does not agree. Nobody edits the books: give number and words to the developers.",
	}
	doBill = fault.Text{
		JA: "請求の中身を取引と見比べます。多く請求していたら、先に会員の督促を止めてから、番号を開発担当に渡します。",
		EN: "Compare the bill with its purchases. If too much is asked for, stop dunning of its member first, then give the number to the developers.",
	}
	doAccount = fault.Text{
		JA: "会員の購入と支払いを足し直します。多く請求していたら、先に会員の督促を止めてから、番号を開発担当に渡します。",
		EN: "Add up what the member bought and paid. If too much is asked for, stop dunning of the member first, then give the number to the developers.",
	}
	doPayment = fault.Text{
		JA: "お店の注文とこの取引を見比べます。二重に引き受けていたら余分な取引を返金し、番号を開発担当に渡します。",
		EN: "Compare the payment with the shop's order. If an order was taken twice, refund the one too many, then give the number to the developers.",
	}
	doMoney = fault.Text{
		JA: "入金を収納会社のファイルの行と見比べます。違っていたら収納会社に確かめ、番号を開発担当に渡します。",
		EN: "Compare the money with the line of the agent's file. If they differ, ask the agent, then give the number to the developers.",
	}
	doBank = fault.Text{
		JA: "銀行の明細と入金を見比べます。違っていたら銀行の明細を取り直し、番号を開発担当に渡します。",
		EN: "Compare the money with the bank's statement. If they differ, fetch the statement again, then give the number to the developers.",
	}
	doBack = fault.Text{
		JA: "返金の決定と実際の送金を見比べます。合うまでは、この分を送金しないでください。番号は開発担当に渡します。",
		EN: "Compare the decision to send money back with what was sent. Send none of it before they agree, and give the number to the developers.",
	}
	doLate = fault.Text{
		JA: "この請求の遅れた分の記録を見ます。多く請求していたら取り消しを申請し、番号を開発担当に渡します。",
		EN: "Look at what the bill was charged for being late. If it is too much, ask to take it back, then give the number to the developers.",
	}
	doMonth = fault.Text{
		JA: "締めの画面でこの月を確かめ、次の締めの前に、番号と内容を開発担当に渡します。",
		EN: "Look at the close of this month, and give number and words to the developers before the next one.",
	}
	doPlan = fault.Text{
		JA: "分割の約束の内訳を請求と見比べます。合うまでは会員の督促を止め、番号を開発担当に渡します。",
		EN: "Compare the parts of the plan with the bill. Stop dunning of the member until they agree, and give the number to the developers.",
	}
	doGone = fault.Text{
		JA: "放棄した請求と、その後の入金を見比べます。決定をやり直さず、番号を開発担当に渡します。",
		EN: "Compare the bill that was given up with what came in since. Do not decide anew; give the number to the developers.",
	}
)

// Meanings are the checks by their codes. Those of package app, which knows all checks, must be the same.
var Meanings = map[string]Meaning{
	"ledger.checkEntries":         {fault.Us, fault.Text{JA: "どの仕訳も、借方と貸方の合計が同じかを比べます。", EN: "Compares the debits of each entry of the books with its credits."}, doBooks},
	"ledger.checkHeads":           {fault.Us, fault.Text{JA: "どの仕訳にも行があるかを見ます。", EN: "Looks at each entry of the books, and whether it has lines."}, doBooks},
	"ledger.checkLines":           {fault.Us, fault.Text{JA: "帳簿のどの行も、仕訳に属しているかを見ます。", EN: "Looks at each line of the books, and whether it belongs to an entry."}, doBooks},
	"ledger.checkTotal":           {fault.Us, fault.Text{JA: "帳簿全体の借方と貸方を比べます。", EN: "Compares all debits of the books with all credits."}, doBooks},
	"credit.checkCeiling":         {fault.Us, fault.Text{JA: "会員が使っている額と、その上限を比べます。", EN: "Compares what a member uses with the ceiling of the account."}, doAccount},
	"checkout.checkHeld":          {fault.Us, fault.Text{JA: "会員の利用枠で押さえている額と、確定前の取引の合計を比べます。", EN: "Compares what is held of a member's limit with the payments that are not captured yet."}, doPayment},
	"checkout.checkChannels":      {fault.Us, fault.Text{JA: "取引と、その売上・返金が、同じ買い場（店頭か通販）かを比べます。", EN: "Compares the channel of a payment (store or online) with that of its captures and refunds."}, doPayment},
	"checkout.checkSums":          {fault.Us, fault.Text{JA: "取引にある売上と返金の額を、売上と返金の記録の合計と比べます。", EN: "Compares what a payment says was captured and refunded with its captures and refunds."}, doPayment},
	"checkout.checkOrders":        {fault.Us, fault.Text{JA: "一つの注文に、生きている取引が二つ以上ないかを見ます。", EN: "Looks at each order, and whether more than one payment of it is live."}, doPayment},
	"checkout.checkLive":          {fault.Us, fault.Text{JA: "生きている注文に、生きている取引があるかを見ます。", EN: "Looks at each live order, and whether it has a live payment."}, doPayment},
	"checkout.checkClaims":        {fault.Us, fault.Text{JA: "生きている取引が、その注文のものかを見ます。", EN: "Looks at each live payment, and whether it is its order's."}, doPayment},
	"checkout.checkBooks":         {fault.Us, fault.Text{JA: "売上と返金の一つ一つが、同じ額で帳簿にあるかを比べます。", EN: "Compares each capture and refund with the books."}, doPayment},
	"checkout.checkEvents":        {fault.Us, fault.Text{JA: "取引の状態と、その記録（できごと）の最後を比べます。", EN: "Compares the state of each payment with the facts that are kept about it."}, doPayment},
	"collection.checkParts":       {fault.Us, fault.Text{JA: "分割の約束の各回の合計と、全体の額を比べます。", EN: "Compares the parts of each plan with its sum."}, doPlan},
	"collection.checkPlans":       {fault.Us, fault.Text{JA: "分割の約束の状態と、その請求の状態を比べます。", EN: "Compares the state of each plan with that of its bill."}, doPlan},
	"billing.checkLines":          {fault.Us, fault.Text{JA: "締めた月の購入と返金を、会員の請求と比べます。", EN: "Compares what a member bought and got back in a closed month with the bill of it."}, doBill},
	"billing.checkCloses":         {fault.Us, fault.Text{JA: "締めた月の請求の数と合計を、締めの記録と比べます。", EN: "Compares the number and sum of a closed month's bills with what its close kept."}, doMonth},
	"billing.checkFences":         {fault.Us, fault.Text{JA: "どの月まで締めたかの二つの記録を比べます。", EN: "Compares the two records of how far months are closed."}, doMonth},
	"billing.checkCredits":        {fault.Us, fault.Text{JA: "請求で差し引いた額と、会員の預かり分を比べます。", EN: "Compares what a bill took off with the credits that it used."}, doBill},
	"billing.checkSources":        {fault.Us, fault.Text{JA: "会員の預かり分に元があり、使った分に請求があるかを見ます。", EN: "Compares each credit of a member with where it comes from and the bill that used it."}, doAccount},
	"billing.checkSlips":          {fault.Us, fault.Text{JA: "払える請求に払込番号があり、その額が請求を超えないかを見ます。", EN: "Compares each bill that can be paid with its slip, and the sum on it."}, doBill},
	"billing.checkLates":          {fault.Us, fault.Text{JA: "前の請求から移した遅れた分が、次の請求で一度だけ請求されるかを比べます。", EN: "Compares what bills left of their late charges with what later bills ask for."}, doLate},
	"billing.checkCharges":        {fault.Us, fault.Text{JA: "請求にある遅れた分と、その明細の合計を比べます。", EN: "Compares what a bill says it was charged for being late with its charges."}, doLate},
	"billing.checkChargeBooks":    {fault.Us, fault.Text{JA: "遅れた分の一つ一つが帳簿にあり、取り消した分がないかを比べます。", EN: "Compares each late charge with the books, in which one that was taken back stands no more."}, doLate},
	"billing.checkStates":         {fault.Us, fault.Text{JA: "請求の支払い状況と、その入金を比べます。", EN: "Compares where a bill stands with the money that came in for it."}, doMoney},
	"billing.checkReceipts":       {fault.Us, fault.Text{JA: "入金と、その払込番号が、同じ請求のものかを比べます。", EN: "Compares the bill of a receipt with that of its slip."}, doMoney},
	"billing.checkSurplus":        {fault.Us, fault.Text{JA: "払いすぎの入金と、会員の預かり分を比べます。", EN: "Compares money paid twice with the member's credit."}, doMoney},
	"billing.checkReceiptBooks":   {fault.Us, fault.Text{JA: "入金の一つ一つが、その状態のとおりに帳簿にあるかを比べます。", EN: "Compares each receipt with the books, as far as it has come."}, doMoney},
	"billing.checkAgent":          {fault.Partner, fault.Text{JA: "収納会社と仮受金の残高を、入金の合計と比べます。", EN: "Compares what the books say of the agent and of suspense with all receipts."}, doMoney},
	"billing.checkTold":           {fault.Partner, fault.Text{JA: "収納会社のファイルの、お金の行の一つ一つに、入金があるかを見ます。", EN: "Compares each line of the agent's files that told of money with its receipt."}, doMoney},
	"billing.checkFees":           {fault.Us, fault.Text{JA: "請求手数料の一つ一つが、帳簿にあるかを比べます。", EN: "Compares each billing fee with the books."}, doBill},
	"billing.checkUnpaid":         {fault.Us, fault.Text{JA: "会員の未払いの額を、購入から返金と支払いを引いた額と比べます。", EN: "Compares what an account owes with what was bought, refunded and paid."}, doAccount},
	"billing.checkUnpaidStore":    {fault.Us, fault.Text{JA: "店頭での未払いの額を、店頭の購入・返金・支払いと比べます。", EN: "Compares what an account owes from stores with what was bought, refunded and paid there."}, doAccount},
	"billing.checkReceivable":     {fault.Us, fault.Text{JA: "帳簿にある会員の未払いと、会員の口座の未払いを比べます。", EN: "Compares what the books say a member owes with the account, its fees and its late charges."}, doAccount},
	"billing.checkBlocks":         {fault.Us, fault.Text{JA: "支払いの遅れで止めている会員に、遅れた請求があるかを比べます。", EN: "Compares the accounts that are blocked as past due with the bills that are."}, doAccount},
	"billing.checkDecisions":      {fault.Us, fault.Text{JA: "仮受金から出たお金と、その決定を比べます。", EN: "Compares money that left suspense with the decision about it."}, doBack},
	"billing.checkCarried":        {fault.Us, fault.Text{JA: "請求に充てたお金が、新しい入金として一度だけ続いているかを比べます。", EN: "Compares money that was matched with the receipt that carries it on."}, doMoney},
	"billing.checkReturns":        {fault.Us, fault.Text{JA: "返すと決めたお金と、返すまでの帳簿の額を比べます。", EN: "Compares each return that was decided with what the books owe and sent."}, doBack},
	"billing.checkReturnsTotal":   {fault.Us, fault.Text{JA: "返すことになっているお金の合計を、帳簿と比べます。", EN: "Compares all that is to be sent back with the books."}, doBack},
	"billing.checkClosed":         {fault.Us, fault.Text{JA: "メモで終えた行が、お金でない知らせだったかを見ます。", EN: "Looks at each line that was closed with a note, and whether it is money."}, doMoney},
	"billing.checkTransfers":      {fault.Partner, fault.Text{JA: "銀行の明細の行と、振込の入金を、一つずつ比べます。", EN: "Compares each line of the bank's statements with a receipt."}, doBank},
	"billing.checkPayers":         {fault.Us, fault.Text{JA: "振込人の記録が、必要な間だけあるかを見ます。", EN: "Looks at who made a transfer, which is kept exactly while its money waits."}, doBank},
	"billing.checkBank":           {fault.Partner, fault.Text{JA: "帳簿にある預金の額と、振込と返金の合計を比べます。", EN: "Compares what the books say is in our account with transfers and what was sent back."}, doBank},
	"billing.checkCreditReturns":  {fault.Us, fault.Text{JA: "会員が返してほしいと言った預かり分が、請求に使われていないかを比べます。", EN: "Compares money that a member wanted back with what bills used of it."}, doBack},
	"billing.checkWaivers":        {fault.Us, fault.Text{JA: "取り消した遅れた分に、決めた二人の記録があるかを比べます。", EN: "Compares each late charge that was taken back with the two who decided it."}, doLate},
	"billing.checkInvoiceKinds":   {fault.Us, fault.Text{JA: "請求が、月のものか一つの売上のものか、どちらか一つかを見ます。", EN: "Looks at each bill, and whether it is of a month or of one capture."}, doBill},
	"billing.checkInvoices":       {fault.Us, fault.Text{JA: "都度払いの請求と、その売上・返金を比べます。", EN: "Compares each invoice with its capture and refunds."}, doBill},
	"billing.checkInvoiced":       {fault.Us, fault.Text{JA: "都度払いの売上と、その請求を比べます。", EN: "Compares each capture by invoice with the invoice that it names."}, doBill},
	"billing.checkInvoiceRefunds": {fault.Us, fault.Text{JA: "都度払いの返金が、一度だけ数えられているかを見ます。", EN: "Looks at each refund by invoice, and whether it counts once."}, doBill},
	"billing.checkTakenBack":      {fault.Us, fault.Text{JA: "都度払いの請求を出したあとの返金と、その請求から引いた額を比べます。", EN: "Compares what was refunded after invoices were issued with what these ask for less."}, doBill},
	"billing.checkAllowances":     {fault.Us, fault.Text{JA: "都度払いの請求から引いた額が、帳簿にあるかを比べます。", EN: "Compares what invoices ask for less with the books."}, doBill},
	"billing.checkDisputes":       {fault.Us, fault.Text{JA: "申し立て中の請求書を、請求していないかを見ます。", EN: "Looks at each disputed invoice, and whether nothing is asked for meanwhile."}, doBill},
	"billing.checkWrittenOff":     {fault.Us, fault.Text{JA: "放棄した請求と、その決定を比べます。", EN: "Compares each bill that was given up with the decision."}, doGone},
	"billing.checkWriteOffBooks":  {fault.Us, fault.Text{JA: "放棄の一つ一つが帳簿にあり、取り消した分が戻っているかを比べます。", EN: "Compares each write-off with the books."}, doGone},
	"billing.checkRegained":       {fault.Us, fault.Text{JA: "こちらの損失とした請求の返品分が、損失より多くないか、払う方の預かりになっていないかを比べます。", EN: "Compares what shops gave back of invoices that were our loss with the loss, and that it is no payer's credit."}, doGone},
	"billing.checkRecoveries":     {fault.Us, fault.Text{JA: "放棄した請求への入金と、帳簿の回収額を比べます。", EN: "Compares what came in for bills that were given up with the books."}, doGone},

	"journal.checkBooked":   {fault.Us, fault.Text{JA: "手入力の仕訳が、決めたとおりに帳簿にあるかを、行ごとに比べます。", EN: "Compares each entry by hand, line by line, with what two people decided."}, doBooks},
	"journal.checkDecided":  {fault.Us, fault.Text{JA: "手入力の仕訳に、決めた二人と日付の記録があるかを比べます。", EN: "Compares each entry by hand with the two who decided it, and its day."}, doBooks},
	"journal.checkAccounts": {fault.Us, fault.Text{JA: "手入力の仕訳が、触れてよい勘定だけを動かしたかを見ます。", EN: "Looks at each entry by hand, and whether it touches only the accounts that are theirs."}, doBooks},

	"payout.checkFiles":   {fault.Us, fault.Text{JA: "送金ファイルの件数と合計を、中の送金と比べます。", EN: "Compares each file of transfers with the transfers in it."}, doBack},
	"payout.checkStates":  {fault.Us, fault.Text{JA: "返金の一つ一つが、一つの送金ファイルだけに入っているかを見ます。", EN: "Looks at each return, and whether it is on its way once at most."}, doBack},
	"payout.checkReturns": {fault.Us, fault.Text{JA: "送金した返金と、返金の決定を比べます。", EN: "Compares what was sent by file with what was decided to be sent back."}, doBack},
	"payout.checkBooks":   {fault.Partner, fault.Text{JA: "銀行が行った送金の一つ一つが、帳簿にあるかを比べます。", EN: "Compares each transfer that the bank made with the books."}, doBack},
}
