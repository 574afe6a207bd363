package mutant

// bills are the mutants of billing.
var bills = []Mutant{
	{
		Name: "month-closed-early", Bug: "A month can be closed during its last day.",
		Edits: []Edit{{
			"internal/billing/close.go",
			"func (b *Billing) Close(tx *db.Tx, month jst.Month, buckets ...int) (int, error) {\n\tif tx.Now().Before(month.End()) {",
			"func (b *Billing) Close(tx *db.Tx, month jst.Month, buckets ...int) (int, error) {\n\tif tx.Now().Before(month.Last().Start()) {",
		}},
		Catchers: []Catcher{by("G11", "billing", "TestCloseWaitsForTheMonthsLastMicrosecond")},
	},
	{
		Name: "month-without-fence", Bug: "Closing a month writes its bills and forgets the fence: what is captured late is billed on none.",
		Edits: []Edit{{
			"internal/billing/close.go",
			`if err := credit.CloseMonth(tx, month, buckets...); err != nil {`,
			`if err := credit.CloseMonth(tx, month.Add(-12), buckets...); err != nil {`,
		}},
		Catchers: []Catcher{by("G11", "billing", "TestCaptureAfterTheCloseIsBilledNextMonth")},
	},
	{
		Name: "month-closed-beside-a-capture", Bug: "A month is closed without its accounts locked: a capture in the same instant is on no bill.",
		Edits: []Edit{{
			"internal/credit/store.go",
			"ORDER BY c.bucket, c.member {forupdate c}) x`, set",
			"ORDER BY c.bucket, c.member) x`, set",
		}},
		Catchers: []Catcher{racing("G11", "billing", "TestCloseWaitsForACapture")},
	},
	{
		Name: "fee-for-nothing", Bug: "A bill on which nothing remains to pay charges its fee all the same.",
		Edits: []Edit{{
			"internal/billing/rules.go",
			`if rest <= 0 {`,
			`if rest < 0 {`,
		}},
		Catchers: []Catcher{by("G12", "billing", "TestDrawUp")},
	},
	{
		Name: "fee-uses-the-limit", Bug: "A payment gives the limit back with the fee in it, which never used any.",
		Edits: []Edit{{
			"internal/billing/billing.go",
			`func (s Statement) Principal() money.Yen { return s.Total - s.Fee - s.Lates }`,
			`func (s Statement) Principal() money.Yen { return s.Total }`,
		}},
		Catchers: []Catcher{by("G06", "billing", "TestPromptGivesTheLimitBack")},
	},
	{
		Name: "rest-not-carried", Bug: "A refund that is larger than the bill is forgotten with the bill that it exceeds.",
		Edits: []Edit{{
			"internal/billing/rules.go",
			"\t\tst.Carried = -rest\n",
			"",
		}},
		Catchers: []Catcher{by("G11", "billing", "TestDrawUp")},
	},
	{
		Name: "credit-used-again", Bug: "What stands to a member's credit is taken off every bill, because nothing marks it as used.",
		Edits: []Edit{{
			"internal/billing/store.go",
			`UPDATE bill_credit SET state = 'used', used_in = r.statement`,
			`UPDATE bill_credit SET used_in = r.statement`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestPaidTwice")},
	},
	{
		Name: "till-payment-known-by-its-line", Bug: "A payment at a till is known by the number of its line, so the same one in another file is a second one.",
		Edits: []Edit{{
			"internal/billing/rules.go",
			`return id.Hash("receipt", l.Digits, l.Day.String(), l.Time, strings.TrimLeft(l.Store, "0"), l.Amount.String())`,
			`return id.Hash("receipt", strconv.Itoa(l.Number), l.Digits, l.Day.String(), l.Time, strings.TrimLeft(l.Store, "0"), l.Amount.String())`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestLineKeys"), by("G13", "billing", "TestFileTwice")},
	},
	{
		Name: "two-tills-in-a-minute", Bug: "Two payments of one bill in the same minute count as one, whatever shop took them.",
		Edits: []Edit{{
			"internal/billing/rules.go",
			`return id.Hash("receipt", l.Digits, l.Day.String(), l.Time, strings.TrimLeft(l.Store, "0"), l.Amount.String())`,
			`return id.Hash("receipt", l.Digits, l.Day.String(), l.Time, l.Amount.String())`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestLineKeys")},
	},
	{
		Name: "import-cut-off-counts-as-repeated", Bug: "A file whose import was cut off is taken for one that came before: its report says that nothing in it was new.",
		Edits: []Edit{{
			"internal/billing/store_receipt.go",
			`if k.file != file || k.number != l.Number {`,
			`if k.number > 0 {`,
		}},
		Catchers: []Catcher{by("G22", "billing", "TestImportGoesOnAfterACrash")},
	},
	{
		Name: "certain-surplus-forgotten", Bug: "A second payment that becomes certain after its first report never stands to the member's credit.",
		Edits: []Edit{{
			"internal/billing/receipt.go",
			"err = giveCredit(tx, creditOf(r)) // only now that it is certain (rule B15)",
			"err = nil",
		}},
		Catchers: []Catcher{by("G13", "billing", "TestPaidTwice"), seen("G13")},
	},
	{
		Name: "bill-of-nothing-untold", Bug: "A bill on which nothing remains to pay is issued without a fact: nobody is told of it.",
		Edits: []Edit{{
			"internal/billing/close.go",
			"facts = append(facts, issued(st))\n",
			"if !st.Settled() {\n\t\t\tfacts = append(facts, issued(st))\n\t\t}\n",
		}},
		Catchers: []Catcher{seen("G24")},
	},
	{
		Name: "promoted-credit-kept", Bug: "A second payment steps into the first one's place and still stands to the member's credit.",
		Edits: []Edit{{
			"internal/billing/receipt.go",
			`err = withdrawCredit(tx, r.ID)`,
			`err = nil`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestSecondPaymentStepsIn")},
	},
	{
		Name: "surplus-not-owed-less", Bug: "The second payment of a bill does not reduce what the member owes.",
		Edits: []Edit{{
			"internal/billing/receipt.go",
			`unpaid += s.all[i].Principal + s.all[i].Surplus - r.Principal - r.Surplus`,
			`unpaid += s.all[i].Principal - r.Principal`,
		}},
		Catchers: []Catcher{by("G08", "billing", "TestPaidTwice")},
	},
	{
		Name: "another-amount-accepted", Bug: "A bill counts as paid whatever was paid for it.",
		Edits: []Edit{{
			"internal/billing/rules.go",
			`case slip.Amount != l.Amount:`,
			`case slip.Amount > 10*l.Amount:`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestJudge"), by("G13", "billing", "TestSuspense")},
	},
	{
		Name: "cancel-after-confirm-obeyed", Bug: "A report that is taken back after the agent's final word is undone without anybody looking.",
		Edits: []Edit{{
			"internal/billing/state.go",
			"lifecycle.Move[ReceiptState, News]{From: Cancelled, On: Confirm, To: Confirmed},",
			"lifecycle.Move[ReceiptState, News]{From: Cancelled, On: Confirm, To: Confirmed},\n\tlifecycle.Move[ReceiptState, News]{From: Confirmed, On: Cancel, To: Cancelled},",
		}},
		Catchers: []Catcher{by("G03", "billing", "TestReceiptGrid"), by("G03", "billing", "TestCancelAfterConfirmWaits")},
	},
	{
		Name: "block-lifted-too-soon", Bug: "Paying one of two late bills lifts the block.",
		Edits: []Edit{{
			"internal/billing/pastdue.go",
			`if err != nil || n > 0 {`,
			`if err != nil || n > 1 {`,
		}},
		Catchers: []Catcher{by("G08", "billing", "TestTwoBillsPastDue")},
	},
	{
		Name: "late-while-confirming", Bug: "A bill whose payment is being confirmed becomes past due and blocks the member who has paid.",
		Edits: []Edit{
			{"internal/billing/store.go", `WHERE s.state = 'issued' AND NOT s.past_due AND NOT s.awaited AND s.due < $1`, `WHERE s.state <> 'paid' AND NOT s.past_due AND NOT s.awaited AND s.due < $1`},
			{"internal/billing/pastdue.go", `if st.State == Issued && !st.PastDue && !st.Awaited && st.Due.Before(day) {`, `if st.State != Paid && !st.PastDue && !st.Awaited && st.Due.Before(day) {`},
		},
		Catchers: []Catcher{by("G12", "billing", "TestConfirmingIsNotPastDue")},
	},
	{
		Name: "late-judged-before-the-lock", Bug: "A bill becomes past due as it was before the lock: one that is paid in the same instant blocks its member.",
		Edits: []Edit{{
			"internal/billing/pastdue.go",
			`for _, st := range locked {`,
			`for _, st := range append(locked[:0:0], seen...) {`,
		}},
		Catchers: []Catcher{racing("G12", "billing", "TestDueDayWaitsForAPayment")},
	},
	{
		Name: "late-charge-kept", Bug: "What a bill was charged for days after its payment is taken back only while it is not paid: never.",
		Edits: []Edit{{
			"internal/billing/late.go",
			`if c.Waived == "" && c.Day.After(day) {`,
			`if c.Waived == "" && c.Day.After(day) && st.State == Issued {`,
		}},
		Catchers: []Catcher{seen("G12")},
	},
	{
		Name: "late-fee-for-each-bill", Bug: "Somebody with two bills past due is charged a fee for each of them on the same day.",
		Edits: []Edit{{
			"internal/collection/collection.go",
			`withFee := !slices.Contains(charged, day)`,
			`withFee := true`,
		}},
		Catchers: []Catcher{seen("G12")},
	},
	{
		Name: "sim-fee-for-another-reason", Bug: "Whoever a bank did not debit for a reason of its own pays the fee of a till.",
		Edits: []Edit{{
			"internal/debit/debit.go",
			`if reaction == zengin.RetryBySlip || reaction == zengin.RegisterAgain {`,
			`if reaction != zengin.CalledOff {`,
		}},
		Catchers: []Catcher{seen("G12")},
	},
	{
		Name: "sim-matched-as-reported", Bug: "Money in suspense that is certain is matched as if it were only reported, and nobody ever confirms it again.",
		Edits: []Edit{{
			"internal/billing/suspense.go",
			`Member: st.Member, State: r.State, Use: Matched,`,
			`Member: st.Member, State: Prompted, Use: Matched,`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "late-fee-without-cap", Bug: "The legal cap cuts late damages and forgets the fees.",
		Edits: []Edit{{
			"internal/collection/rules.go",
			`c.Amount = min(f.fee, max(perYear(yenDays, f.capRate)-fees-damages, 0))`,
			`c.Full = max(c.Amount, perYear(yenDays, f.capRate)-fees-damages)`,
		}},
		Catchers: []Catcher{by("G12", "collection", "TestTheCapHolds"), seen("G12")},
	},
	{
		Name: "late-fee-after-an-outage", Bug: "Who could not pay until yesterday is charged today.",
		Edits: []Edit{{
			"internal/collection/rules.go",
			`return Span{s.From, s.To.Add(outageRest)}.holds(d)`,
			`return s.holds(d)`,
		}},
		Catchers: []Catcher{by("G12", "collection", "TestOurs"), seen("G12")},
	},
	{
		Name: "late-charge-waived-and-owed", Bug: "A charge that was taken back stays in the books, and the member owes it there for ever.",
		Edits: []Edit{{
			"internal/billing/late.go",
			`if err := waiveCharge(tx, c.ID, why); err != nil || c.Amount == 0 {`,
			`if err := waiveCharge(tx, c.ID, why); err != nil || c.Amount < 1_000 {`,
		}},
		Catchers: []Catcher{seen("G04")},
	},
	{
		Name: "waived-charge-made-again", Bug: "Damages that people took back are charged again on the next fee day.",
		Edits: []Edit{{
			"internal/collection/rules.go",
			`case c.Waived == billing.PaidBefore:`,
			`case c.Waived != "":`,
		}},
		Catchers: []Catcher{by("G12", "collection", "TestChargesTakenBackCount")},
	},
	{
		Name: "part-told-late-exceeds-the-cap", Bug: "A part payment that is told of late leaves charges that exceed the legal cap.",
		Edits: []Edit{{
			"internal/billing/late.go",
			`if b.Excess == nil {`,
			`if b.Excess == nil || st.State == Issued {`,
		}},
		Catchers: []Catcher{by("G12", "diary", "TestDiaries")},
	},
	{
		Name: "match-leaves-suspense-full", Bug: "Money in suspense that is matched pays a bill and leaves suspense as full as it was.",
		Edits: []Edit{{
			"internal/billing/suspense.go",
			`ledger.Debit(ledger.Suspense, nil, old.Amount), ledger.Credit(paying, nil, old.Amount))`,
			`ledger.Debit(ledger.AgentPrompt, nil, old.Amount), ledger.Credit(paying, nil, old.Amount))`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestMatch")},
	},
	{
		Name: "later-line-not-followed", Bug: "What the agent tells of a payment after it was matched does not find where its money went.",
		Edits: []Edit{{
			"internal/billing/store_suspense.go",
			`WHERE t.bucket = $1 AND t.till_key = $2 AND d.act = 'matched'`,
			`WHERE t.bucket = $1 AND t.till_key = $2 AND d.act = 'returned'`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestLaterLinesFollow")},
	},
	{
		Name: "report-sent-back", Bug: "Money that is only reported can be sent back, and is then taken back by the agent as well.",
		Edits: []Edit{{
			"internal/billing/state.go",
			"lifecycle.Move[ReceiptState, News]{From: Confirmed, On: SendBack, To: SentBack},",
			"lifecycle.Move[ReceiptState, News]{From: Confirmed, On: SendBack, To: SentBack},\n\tlifecycle.Move[ReceiptState, News]{From: Prompted, On: SendBack, To: SentBack},",
		}},
		Catchers: []Catcher{by("G13", "billing", "TestReceiptGrid"), by("G13", "billing", "TestActsOnEveryState")},
	},
	{
		Name: "sent-back-by-one", Bug: "One person alone can send money back.",
		Edits: []Edit{{
			"internal/billing/suspense.go",
			`if strings.EqualFold(by, second) {`,
			`if by == "" && strings.EqualFold(by, second) {`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestActsRefuse")},
	},
	{
		Name: "plan-over-two-months", Bug: "A bill past due can be paid over any time, which makes it regulated credit.",
		Edits: []Edit{{
			"internal/collection/plan_rules.go",
			`if long && !f.beyond {`,
			`if long && !f.beyond && !f.enabled {`,
		}},
		Catchers: []Catcher{by("G12", "collection", "TestPlanParts"), by("G12", "collection", "TestAnyPlanFits")},
	},
	{
		Name: "plan-broken-unseen", Bug: "A part that was paid but for a yen, or not at all, never breaks a plan: no fee is ever charged again.",
		Edits: []Edit{{
			"internal/collection/plan_rules.go",
			`return next, last.Add(1), last.Before(today)`,
			`return next, last.Add(1), last.Before(p.Parts[0].Day)`,
		}},
		Catchers: []Catcher{by("G12", "collection", "TestMissed")},
	},
	{
		Name: "plan-days-charged", Bug: "A plan that is broken is charged for the fee days on which it was kept.",
		Edits: []Edit{{
			"internal/collection/plan_rules.go",
			`(p.Until.IsZero() || day.Before(p.Until))`,
			`p.Until.IsZero()`,
		}},
		Catchers: []Catcher{by("G12", "collection", "TestKeeps")},
	},
	{
		Name: "written-off-by-one", Bug: "One person alone can give a bill up.",
		Edits: []Edit{{
			"internal/billing/writeoff.go",
			`if strings.EqualFold(by, second) {`,
			`if by == "" && strings.EqualFold(by, second) {`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestTwoPeopleWriteOff")},
	},
	{
		Name: "copy-with-todays-way", Bug: "The copy of a bill that members keep shows the way and the due day that the bill has now, and not those it was issued with.",
		Edits: []Edit{{
			"internal/billing/views.go",
			"\td.Way, d.Due = told.Way, told.Due\n",
			"",
		}},
		Catchers: []Catcher{by("G11", "site", "TestCopiesAfterTheClose")},
	},
	{
		Name: "copy-that-does-not-add-up", Bug: "Money that came in and was not needed by a bill is counted as paid on its copy.",
		Edits: []Edit{{
			"internal/site/bills.go",
			`taken := r.Principal + r.Fee + r.Late`,
			`taken := r.Amount`,
		}},
		Catchers: []Catcher{by("G13", "site", "TestCopiesOfABillPaidTwice")},
	},
	{
		Name: "equal-deposits-are-one", Bug: "Two equal transfers of one day are taken for one that comes twice.",
		Edits: []Edit{{
			"internal/gateway/transferfile/transferfile.go",
			`l.Serial, strconv.Itoa(l.Ordinal))`,
			`l.Serial, strconv.Itoa(min(l.Ordinal, 1)))`,
		}},
		Catchers: []Catcher{by("G13", "gateway/transferfile", "TestKey"), by("G13", "app", "TestStatementsOverlap")},
	},
	{
		Name: "reference-without-its-check", Bug: "A reference in a transfer counts whatever its check letter is: a slip pays another's bill.",
		Edits: []Edit{{
			"internal/id/reference.go",
			`if check != 0 || r == 0 {`,
			`if r == 0 {`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestReferencesIn"), by("G13", "billing", "TestTransferPays")},
	},
	{
		Name: "sent-back-and-taken-off", Bug: "Money that a member wants back stays to the member's credit, and the next bill takes it off as well.",
		Edits: []Edit{{
			"internal/billing/store_surplus.go",
			`UPDATE bill_credit SET state = 'used', used_in = source WHERE`,
			`UPDATE bill_credit SET state = 'open', used_in = NULL WHERE`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestSentBackByChoice")},
	},
	{
		Name: "given-up-lates-asked-for", Bug: "The late charges of a bill that was given up and paid all the same are asked for by each later bill.",
		Edits: []Edit{{
			"internal/billing/store.go",
			"AND s.state = 'paid' AND NOT s.awaited AND NOT s.written_off GROUP BY s.member`, setOf(buckets), scanAmounts(found))",
			"AND s.state = 'paid' AND NOT s.awaited GROUP BY s.member`, setOf(buckets), scanAmounts(found))",
		}},
		Catchers: []Catcher{by("G11", "diary", "TestDiaries")},
	},
	{
		Name: "sim-recovery-not-booked", Bug: "What comes in for a bill that was given up is taken off what the member owes otherwise.",
		Edits: []Edit{{
			"internal/billing/writeoff.go",
			`if !s.after.WrittenOff || more == 0 || s.changed == none {`,
			`if !s.after.WrittenOff || more != 0 || s.changed == none {`,
		}},
		Catchers: []Catcher{seen("G04")},
	},
	{
		Name: "sim-given-up-without-late-charges", Bug: "A bill is given up and its late charges are forgotten.",
		Edits: []Edit{{
			"internal/billing/writeoff.go",
			`Member: st.Member, Amount: st.Owed(), Reason: why,`,
			`Member: st.Member, Amount: st.Total - st.Received, Reason: why,`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "sim-owed-again-told-as-late", Bug: "That a bill is owed again is told as if it had just become late.",
		Edits: []Edit{{
			"internal/billing/writeoff.go",
			`told := st.fact("statement.write_off_undone", fault.Us, by, map[string]any{"amount": st.Written(), "second": second})
	st.WrittenOff = false`,
			`told := st.fact("statement.past_due", fault.Us, by, map[string]any{"amount": st.Written(), "second": second})
	st.WrittenOff = false`,
		}},
		Catchers: []Catcher{seen("G24")},
	},
	{
		Name: "sim-waived-and-still-asked-for", Bug: "Late charges that two people took back leave the books, and the bill still asks for them.",
		Edits: []Edit{{
			"internal/billing/waive.go",
			`		sum += c.Amount
		days[i] = c.Day`,
			`		days[i] = c.Day`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "sim-fee-while-a-plan-is-kept", Bug: "Somebody who pays in parts as agreed is charged the fees of being late.",
		Edits: []Edit{{
			"internal/collection/collection.go",
			` && !slices.ContainsFunc(plans, func(p Plan) bool { return p.keeps(day) })`,
			` && len(plans) < 100`,
		}},
		Catchers: []Catcher{seen("G12")},
	},
	{
		Name: "sim-plan-broken-late", Bug: "What was agreed stands for a month after the time of a part that was not paid.",
		Edits: []Edit{{
			"internal/collection/plan_rules.go",
			`return next, last.Add(1), last.Before(today)`,
			`return next, last.Add(1), last.Add(30).Before(today)`,
		}},
		Catchers: []Catcher{seen("G17")},
	},
	{
		Name: "sim-plan-not-followed", Bug: "A bill that is paid in parts is paid, and its plan stands.",
		Edits: []Edit{{
			"internal/billing/receipt.go",
			`if b.Follow != nil && s.before.State != s.after.State {`,
			`if b.Follow != nil && s.before.State == s.after.State {`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
}
