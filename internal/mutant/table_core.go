package mutant

// core are the mutants of credit and checkout.
var core = []Mutant{
	{
		Name: "order-constraint", Bug: "The row of an order is taken over although another transaction has made it live meanwhile.", Always: true,
		Edits: []Edit{{
			"internal/checkout/store.go",
			"return tx.LaterNew(`-- checkout.insertOrders\n\t\tINSERT INTO shop_order (bucket, hash, payment, live, session)\n" +
				"\t\tSELECT r.bucket, r.hash, r.payment, r.live, NULL FROM {rows} WHERE TRUE`, fresh)",
			"return tx.LaterAll(`-- checkout.insertOrders\n\t\tINSERT INTO shop_order (bucket, hash, payment, live, session)\n" +
				"\t\tSELECT r.bucket, r.hash, r.payment, r.live, NULL FROM {rows} WHERE TRUE\n" +
				"\t\tON CONFLICT (bucket, hash) DO UPDATE SET payment = excluded.payment, live = excluded.live`, fresh)",
		}},
		Catchers: []Catcher{onPostgres("G01", "checkout", "TestAnotherProcessIsFaster")},
	},
	{
		Name: "order-level-uniqueness", Bug: "Nothing beneath the keys keeps an order from being paid twice: a new key is a new payment.", Always: true,
		Edits: []Edit{
			{"internal/checkout/store.go", "err := tx.LaterAll(`-- checkout.claimOrders", "err := tx.Later(`-- checkout.claimOrders"},
			{"internal/checkout/authorize.go", "\tif o.live {\n", "\tif o.live && a.earlier.Session == a.Session && !a.Session.IsZero() {\n"},
		},
		Catchers: []Catcher{by("G01", "checkout", "TestOneOrderIsHeldOnce")},
	},
	{
		Name: "capture-of-the-whole-hold", Bug: "A final capture of a part bills, books and lends all that was held; only the payment says the part.",
		Edits: []Edit{
			{
				"internal/checkout/payment.go",
				"\tp.Released += released\n\tp.Changed = tx.Now()\n\tif err := insertCapture(",
				"\tp.Released += released\n\tp.Changed = tx.Now()\n\tdata := map[string]any{\"amount\": amount, \"released\": released, \"capture\": rec.ID, \"bill_month\": rec.BillMonth}\n" +
					"\tamount, released = amount+released, 0\n\trec.Amount = amount\n\tif err := insertCapture(",
			},
			{
				"internal/checkout/payment.go",
				"\treturn Payment{}, err\n\t}\n\tdata := map[string]any{\"amount\": amount, \"released\": released, \"capture\": rec.ID, \"bill_month\": rec.BillMonth}\n",
				"\treturn Payment{}, err\n\t}\n",
			},
		},
		Catchers: []Catcher{seen("G02")},
	},
	{
		Name: "captured-before-it-was-confirmed", Bug: "An automatic capture is recorded before the confirmation that it follows from.",
		Edits: []Edit{
			{
				"internal/checkout/payment.go",
				"\tif err := event.Append(tx, fact(p, \"payment.confirmed\", by, map[string]any{\"amount\": p.Amount})); err != nil {\n\t\treturn Payment{}, err\n\t}\n\tif p.Capture == Automatic {",
				"\tif p.Capture == Automatic {",
			},
			{
				"internal/checkout/payment.go",
				"\t\treturn c.capture(tx, p, p.Amount, true, p.Day(), by)\n\t}\n",
				"\t\tdone, err := c.capture(tx, p, p.Amount, true, p.Day(), by)\n\t\tif err != nil {\n\t\t\treturn Payment{}, err\n\t\t}\n" +
					"\t\treturn done, event.Append(tx, fact(done, \"payment.confirmed\", by, map[string]any{\"amount\": p.Amount}))\n\t}\n" +
					"\tif err := event.Append(tx, fact(p, \"payment.confirmed\", by, map[string]any{\"amount\": p.Amount})); err != nil {\n\t\treturn Payment{}, err\n\t}\n",
			},
		},
		Catchers: []Catcher{seen("G03")},
	},
	{
		Name: "limit-and-its-net-forget-the-bill", Bug: "What was captured and not paid uses no limit, neither in the decision nor in the net that the database keeps under it.",
		Edits: []Edit{
			{"internal/credit/rules.go", `rest := max(a.LimitOnline-a.Exposure()-others, 0)`, `rest := max(a.LimitOnline-a.Held-others, 0)`},
			{
				"internal/credit/rules.go",
				`func (a Account) ceiling() money.Yen { return max(a.LimitOnline, a.Held+a.Unpaid) }`,
				`func (a Account) ceiling() money.Yen { return 100 * max(a.LimitOnline, a.Held+a.Unpaid) }`,
			},
		},
		Catchers: []Catcher{seen("G08")},
	},
	{
		Name: "confirmed-never-expires", Bug: "Only what was never confirmed gives itself back: an order that is confirmed and never shipped occupies the limit for ever.",
		Edits: []Edit{
			{"internal/checkout/payment.go", `if !p.State.Live() || p.State == Captured || p.Due.After(tx.Now()) {`, `if p.State != Authorized || p.Due.After(tx.Now()) {`},
		},
		Catchers: []Catcher{by("G09", "checkout", "TestAnUnconfirmedAuthorizationGivesItselfBack"), seen("G09")},
	},
	{
		Name: "release-told-as-the-whole", Bug: "The timeline says of a rest that was given back that it was the whole amount.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			`because(why, map[string]any{"amount": open})`,
			`because(why, map[string]any{"amount": p.Amount})`,
		}},
		Catchers: []Catcher{seen("G28")},
	},
	{
		Name: "order-of-any-merchant", Bug: "The identity of an order forgets whose it is, so that A-1 of one shop is taken for A-1 of another.",
		Edits: []Edit{{
			"internal/checkout/rules.go",
			"return orderKey{bucket: id.BucketOf(string(merchant[:]), orderRef), hash: string(id.Hash(string(merchant[:]), orderRef))}",
			"return orderKey{bucket: id.BucketOf(orderRef), hash: string(id.Hash(orderRef))}",
		}},
		Catchers: []Catcher{by("G32", "checkout", "TestTwoShopsMayUseOneNumber")},
	},
	{
		Name: "order-of-any-amount", Bug: "A second try of an order is answered with the payment that stands although it asks for another amount.",
		Edits: []Edit{{
			"internal/checkout/rules.go",
			`return p.Amount == o.Amount && p.Member == o.Member && p.Channel == o.Channel`,
			`return p.Member == o.Member && p.Channel == o.Channel`,
		}},
		Catchers: []Catcher{by("G20", "checkout", "TestAnOrderTakenForSomethingElseIsRefused")},
	},
	{
		Name: "order-never-freed", Bug: "A payment that was voided keeps its order, which can never be paid again.",
		Edits: []Edit{{
			"internal/checkout/store.go",
			`UPDATE shop_order SET live = FALSE WHERE bucket = $1 AND hash = $2 AND payment = $3`,
			`UPDATE shop_order SET live = live WHERE bucket = $1 AND hash = $2 AND payment = $3`,
		}},
		Catchers: []Catcher{by("G06", "checkout", "TestVoidGivesEverythingBackOnce")},
	},
	{
		Name: "capture-beyond-the-hold", Bug: "A capture is judged by the order's amount and not by what is still held.",
		Edits: []Edit{{
			"internal/checkout/rules.go",
			`if amount < 0 || (amount > open && (p.State == Authorized || p.State == Confirmed)) {`,
			`if amount < 0 || (amount > p.Amount && (p.State == Authorized || p.State == Confirmed)) {`,
		}},
		Catchers: []Catcher{by("G02", "checkout", "TestPartCapturesKeepOrReleaseTheRest")},
	},
	{
		Name: "refund-beyond-the-capture", Bug: "A refund is judged by all that was captured and not by what is left of it.",
		Edits: []Edit{{
			"internal/checkout/rules.go",
			`rest := p.Captured - p.Refunded`,
			`rest := p.Captured`,
		}},
		Catchers: []Catcher{by("G02", "checkout", "TestRefundsNeverExceedWhatWasCaptured")},
	},
	{
		Name: "credit-leak", Bug: "A void or an expiry does not give the held amount back to the limit.", Always: true,
		Edits: []Edit{{
			"internal/checkout/payment.go",
			`credit.Moved(p.Member, p.Channel, -open, 0)`,
			`credit.Moved(p.Member, p.Channel, 0, 0)`,
		}},
		Catchers: []Catcher{by("G09", "checkout", "TestVoidGivesEverythingBackOnce")},
	},
	{
		Name: "credit-leak-by-part-capture", Bug: "What a final capture releases is not given back to the limit.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			`credit.Moved(p.Member, p.Channel, -(amount+released), amount)`,
			`credit.Moved(p.Member, p.Channel, -amount, amount)`,
		}},
		Catchers: []Catcher{by("G08", "checkout", "TestPartCapturesKeepOrReleaseTheRest")},
	},
	{
		Name: "expiry-after-capture", Bug: "A payment whose time is over expires although it was captured.", Always: true,
		Edits: []Edit{
			{"internal/checkout/store.go", `WHERE state IN ('authorized', 'confirmed') AND due <= $1`, `WHERE state IN ('authorized', 'confirmed', 'captured') AND due <= $1`},
			{"internal/checkout/payment.go", `if !p.State.Live() || p.State == Captured || p.Due.After(tx.Now()) {`, `if !p.State.Live() || p.Due.After(tx.Now()) {`},
			{
				"internal/checkout/state.go",
				"lifecycle.Move[State, Event]{From: Captured, On: RefundPart, To: Captured},",
				"lifecycle.Move[State, Event]{From: Captured, On: RefundPart, To: Captured},\n\tlifecycle.Move[State, Event]{From: Captured, On: Expire, To: Expired},",
			},
		},
		Catchers: []Catcher{by("G03", "checkout", "TestGrids"), by("G03", "checkout", "TestACapturedPaymentNeverExpires")},
	},
	{
		Name: "expiry-records-that-it-ran", Bug: "Each look for what has expired leaves a fact, also when there was nothing: a start that is repeated changes something.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			"\tids, err := selectDue(tx, tx.Now(), limit)\n",
			"\tids, err := selectDue(tx, tx.Now(), limit)\n\tif err == nil {\n\t\terr = event.Append(tx, event.Fact{Kind: \"expiry.ran\", Subject: event.Subject(id.In[id.EventKind](tx, 0)), Side: fault.Us, Actor: \"clock\"})\n\t}\n",
		}},
		Catchers: []Catcher{seen("G22")},
	},
	{
		Name: "expiry-of-what-was-captured", Bug: "A partly captured payment expires as a whole: its order is free again though money was taken.",
		Edits: []Edit{{
			"internal/checkout/rules.go",
			"func expiryOf(p Payment) Event {\n\tif p.State == Confirmed && p.Captured > 0 {",
			"func expiryOf(p Payment) Event {\n\tif p.State == Captured {",
		}},
		Catchers: []Catcher{by("G03", "checkout", "TestAnUncapturedRestGivesItselfBack")},
	},
	{
		Name: "void-of-what-was-captured", Bug: "A void of a partly captured payment calls the whole of it voided.",
		Edits: []Edit{{
			"internal/checkout/rules.go",
			"func voidOf(p Payment) Event {\n\tif p.State == Confirmed && p.Captured > 0 {",
			"func voidOf(p Payment) Event {\n\tif p.State == Captured {",
		}},
		Catchers: []Catcher{by("G03", "checkout", "TestVoidAfterPartCaptureReleasesTheRest")},
	},
	{
		Name: "confirmed-after-it-expired", Bug: "A late confirmation brings back a payment that had given itself back.",
		Edits: []Edit{{
			"internal/checkout/state.go",
			"lifecycle.Move[State, Event]{From: Confirmed, On: Expire, To: Expired},",
			"lifecycle.Move[State, Event]{From: Confirmed, On: Expire, To: Expired},\n\tlifecycle.Move[State, Event]{From: Expired, On: Confirm, To: Confirmed},",
		}},
		Catchers: []Catcher{by("G03", "checkout", "TestGrids")},
	},
	{
		Name: "event-write", Bug: "A void is written and its event is not: no timeline, no feed and no mail knows of it.", Always: true,
		Edits: []Edit{{
			"internal/checkout/payment.go",
			`if err := event.Append(tx, fact(p, kinds[on], by, because(why, map[string]any{"amount": open}))); err != nil {`,
			`if err := error(nil); kinds[on] == why {`,
		}},
		Catchers: []Catcher{by("G24", "checkout", "TestVoidGivesEverythingBackOnce")},
	},
	{
		Name: "event-write-of-a-refund", Bug: "A refund is written and its event is not.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			`if err := event.Append(tx, fact(p, "payment.refunded", by, data)); err != nil {`,
			`if err := error(nil); data == nil {`,
		}},
		Catchers: []Catcher{by("G24", "checkout", "TestRefundsNeverExceedWhatWasCaptured")},
	},
	{
		Name: "repeat-not-on-the-timeline", Bug: "An order that is sent again leaves no trace on the payment's timeline.",
		Edits: []Edit{{
			"internal/checkout/authorize.go",
			"facts = append(facts, a.fact(p))\n\t\tif !a.fresh {\n\t\t\tcontinue\n\t\t}",
			"if !a.fresh {\n\t\t\tcontinue\n\t\t}\n\t\tfacts = append(facts, a.fact(p))",
		}},
		Catchers: []Catcher{by("G28", "checkout", "TestOneOrderIsHeldOnce")},
	},
	{
		Name: "wrong-word-on-the-timeline", Bug: "An expiry is told as a void: the timeline says that the shop did it.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			`Expire: "payment.expired"`,
			`Expire: "payment.voided"`,
		}},
		Catchers: []Catcher{by("G28", "checkout", "TestAnUnconfirmedAuthorizationGivesItselfBack"), seen("G28")},
	},
	{
		Name: "stale-payment-under-the-lock", Bug: "The payment is read before the lock and not again under it, so two captures at once both find it open.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			"\treturn locked[0], nil",
			"\treturn p, nil",
		}},
		Catchers: []Catcher{racing("G02", "checkout", "TestManyProcessesOnePayment")},
	},
	{
		Name: "stale-payment-at-expiry", Bug: "Expiry judges the payment as it was before the lock: a capture in the same instant is undone.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			`for _, p := range locked {`,
			`for _, p := range append(locked[:0:0], seen...) {`,
		}},
		Catchers: []Catcher{racing("G09", "checkout", "TestExpiryRacesTheCapture")},
	},
	{
		Name: "session-told-and-not-kept", Bug: "A checkout for an order that is paid already is answered and not stored.",
		Edits: []Edit{{
			"internal/checkout/session.go",
			"s.State, s.Payment, s.Ended = SessionDone, p.ID, tx.Now()\n",
			"s.State, s.Payment, s.Ended = SessionDone, p.ID, tx.Now()\n\t\treturn s, nil\n",
		}},
		Catchers: []Catcher{by("G15", "checkout", "TestPaidOrdersOpenDoneSessions")},
	},
	{
		Name: "refund-told-and-not-written", Bug: "A part refund is answered and not written.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			"\tp.Refunded += amount\n\tp.Changed = tx.Now()\n\treturn p, c.writeRefund(",
			"\tp.Refunded += amount\n\tp.Changed = tx.Now()\n\tif on == RefundPart {\n\t\treturn p, nil\n\t}\n\treturn p, c.writeRefund(",
		}},
		Catchers: []Catcher{by("G15", "checkout", "TestRefundsNeverExceedWhatWasCaptured"), seen("G15")},
	},
	{
		Name: "replaced-session-still-pays", Bug: "A press in a session that the shop has replaced is charged with the old amount.",
		Edits: []Edit{{
			"internal/checkout/authorize.go",
			`if o.session != s.ID {`,
			`if o.session.IsZero() {`,
		}},
		Catchers: []Catcher{by("G29", "checkout", "TestASessionThatIsOverRefusesThePress"), by("G29", "site", "TestAmountChanged")},
	},
	{
		Name: "expired-session-still-pays", Bug: "A session's end is looked at on its page and not when the button is pressed.",
		Edits: []Edit{{
			"internal/checkout/authorize.go",
			"switch s.At(now) {",
			"switch s.At(s.Created) {",
		}},
		Catchers: []Catcher{by("G29", "checkout", "TestASessionThatIsOverRefusesThePress")},
	},
	{
		Name: "late-confirmation-billed-late", Bug: "An automatic capture is dated on the day of the confirmation and not of the purchase.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			`return c.capture(tx, p, p.Amount, true, p.Day(), by)`,
			`return c.capture(tx, p, p.Amount, true, jst.DayOf(tx.Now()), by)`,
		}},
		Catchers: []Catcher{by("G11", "checkout", "TestAutomaticCaptureComesWithTheConfirmation")},
	},
	{
		Name: "capture-not-in-the-books", Bug: "A part capture is not posted; the books begin with the last one.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			"err = ledger.Post(tx, ledger.Entry{\n\t\tBucket: p.ID.Bucket(), Reason: ledger.Captured,",
			"if on == CapturePart {\n\t\treturn p, updatePayment(tx, p)\n\t}\n\terr = ledger.Post(tx, ledger.Entry{\n\t\tBucket: p.ID.Bucket(), Reason: ledger.Captured,",
		}},
		Catchers: []Catcher{by("G14", "checkout", "TestPartCapturesKeepOrReleaseTheRest")},
	},
	{
		Name: "refund-from-the-wrong-pocket", Bug: "A refund is posted with its sides swapped: the member owes twice and the shop is paid twice.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			"ledger.Debit(ledger.MerchantPayable, p.Merchant[:], amount),\n\t\t\tledger.Credit(ledger.MemberReceivable, p.Member[:], amount),",
			"ledger.Credit(ledger.MerchantPayable, p.Merchant[:], amount),\n\t\t\tledger.Debit(ledger.MemberReceivable, p.Member[:], amount),",
		}},
		Catchers: []Catcher{by("G14", "checkout", "TestRefundsNeverExceedWhatWasCaptured")},
	},
	{
		Name: "revoked-agreement-charged", Bug: "Whether a member still agrees is looked at before the batch and not in it: a revocation in the same instant loses.",
		Edits:    []Edit{{"internal/checkout/token.go", `if !a.Token.IsZero() && !b.tokens[a.Token].Live() {`, `if t := b.tokens[a.Token]; !t.Live() && t.Member != a.Member {`}},
		Catchers: []Catcher{by("G32", "api", "TestARevocationWins")},
	},
	{
		Name: "revoked-beside-a-purchase", Bug: "An agreement is taken back without the lock of the account, so a batch that has read it goes on to charge.",
		Edits: []Edit{{
			"internal/member/token.go",
			`if err := m.Hooks.LockAccount(tx, member); err != nil {`,
			`if err := lockMember(tx, member); err != nil {`,
		}},
		Catchers: []Catcher{by("G32", "member", "TestTokens")},
	},
	{
		Name: "others-payment-found", Bug: "A payment is found by its id alone, whichever merchant asks.",
		Edits: []Edit{{
			"internal/checkout/checkout.go",
			`if !ok || found.Merchant != merchant {`,
			`if !ok {`,
		}},
		Catchers: []Catcher{by("G32", "checkout", "TestAnotherMerchantSeesNothing"), by("G32", "api", "TestEveryRouteByEveryPrincipal")},
	},
	{
		Name: "credit-lock", Bug: "Accounts are read and not locked, so two purchases of one member at once do not see each other.", Always: true,
		Edits: []Edit{{
			"internal/credit/store.go",
			"ORDER BY c.bucket, c.member {forupdate c}`\n\t}\n",
			"ORDER BY c.bucket, c.member`\n\t}\n",
		}},
		Catchers: []Catcher{racing("G08", "checkout", "TestManyProcessesOneMember")},
	},
	{
		Name: "credit-lock-by-token", Bug: "The account of a member who is known by a token only is read and not locked.",
		Edits: []Edit{{
			"internal/credit/store.go",
			"ORDER BY c.bucket, c.member {forupdate c}`, set, scanInto(found))",
			"ORDER BY c.bucket, c.member`, set, scanInto(found))",
		}},
		Catchers: []Catcher{racing("G08", "api", "TestManyCallsOneMember")},
	},
	{
		Name: "limit-forgets-the-bill", Bug: "What can be used is the limit less what is on hold; what was captured and not paid is forgotten.",
		Edits: []Edit{{
			"internal/credit/rules.go",
			`rest := max(a.LimitOnline-a.Exposure()-others, 0)`,
			`rest := max(a.LimitOnline-a.Held-others, 0)`,
		}},
		Catchers: []Catcher{by("G08", "credit", "TestDecide")},
	},
	{
		Name: "second-hold-of-a-batch-lost", Bug: "Of two purchases of one member in one batch only the last is added to what is held.",
		Edits: []Edit{{
			"internal/credit/rules.go",
			`sum.Held += c.Held`,
			`sum.Held = c.Held`,
		}},
		Catchers: []Catcher{by("G06", "credit", "TestApplyAddsUpChangesOfOneMember"), by("G06", "checkout", "TestOneBatchSeesItself")},
	},
	{
		Name: "block-lifts-another", Bug: "Setting one block takes the others off: a late bill ends what a person had put on hold.",
		Edits: []Edit{{
			"internal/credit/store.go",
			`UPDATE credit SET blocks = (blocks | $3) & ~CAST($4 AS BIGINT)`,
			`UPDATE credit SET blocks = $3 & ~CAST($4 AS BIGINT)`,
		}},
		Catchers: []Catcher{by("G08", "credit", "TestBlocksStackAndLift")},
	},
	{
		Name: "tries-not-counted", Bug: "The first try of a span is counted again and again, so nobody ever tries too often.",
		Edits: []Edit{{
			"internal/credit/rules.go",
			`return n + 1, f.TriesSince`,
			`return n, f.TriesSince`,
		}},
		Catchers: []Catcher{by("G08", "checkout", "TestOneBatchSeesItself")},
	},
	{
		Name: "billed-in-a-closed-month", Bug: "What is captured on the last day of a month that is closed is billed in that month, where nobody will look again.",
		Edits: []Edit{{
			"internal/credit/rules.go",
			`if !closed.IsZero() && !month.After(closed) {`,
			`if !closed.IsZero() && month.Before(closed) {`,
		}},
		Catchers: []Catcher{by("G11", "credit", "TestBillMonths"), by("G11", "billing", "TestCaptureAfterTheCloseIsBilledNextMonth")},
	},
}
