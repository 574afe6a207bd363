package mutant

// invoices are the mutants of what is bought without membership.
var invoices = []Mutant{
	{
		Name: "sim-invoice-on-the-months-bill", Bug: "What a guest buys is billed in its month, too.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			"	if p.Invoice {\n		return jst.Month{}, nil\n	}\n	months, err",
			"	if p.Invoice && p.Capture == Automatic {\n		return jst.Month{}, nil\n	}\n	months, err",
		}},
		Catchers: []Catcher{seen("G11")},
	},
	{
		Name: "sim-invoice-of-the-same-day", Bug: "An invoice is issued in the night before the goods are shipped in full, on the day of the capture itself.",
		Edits: []Edit{{
			"internal/billing/invoice.go",
			`waiting, err := selectUnbilled(tx, day, limit)`,
			`waiting, err := selectUnbilled(tx, day.Add(1), limit)`,
		}},
		Catchers: []Catcher{seen("G11")},
	},
	{
		Name: "sim-refund-twice-off", Bug: "A refund that an invoice has taken lowers what the account owes once more.",
		Edits: []Edit{{
			"internal/checkout/payment.go",
			`if taken, err := c.TakeRefund(tx, p.ID, r.ID, r.Amount); err != nil || taken {`,
			`if _, err := c.TakeRefund(tx, p.ID, r.ID, r.Amount); err != nil {`,
		}},
		Catchers: []Catcher{seen("G06")},
	},
	{
		Name: "sim-fee-for-what-went-back", Bug: "Whoever has sent everything back is asked for the fee of the invoice.",
		Edits: []Edit{{
			"internal/billing/invoice.go",
			`if l.purchase <= part.amount && !st.WrittenOff {`,
			`if l.purchase < part.amount && !st.WrittenOff {`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "refund-of-parts-on-one", Bug: "What is given back of a purchase in two parts is taken by the first one's invoice alone, and the other still asks.",
		Edits: []Edit{{
			"internal/billing/invoice.go",
			`if part := min(l.part, amount); part > 0 {`,
			`if part := max(min(l.part, amount), amount); part > 0 {`,
		}},
		Catchers: []Catcher{by("G13", "diary", "TestDiaries")},
	},
	{
		Name: "sim-disputed-and-late", Bug: "An invoice that is not its payer's stays past due, and the account blocked.",
		Edits: []Edit{{
			"internal/billing/dispute.go",
			`st.Awaited, st.PastDue = true, false`,
			`st.Awaited = true`,
		}},
		Catchers: []Catcher{seen("G12")},
	},
	{
		Name: "sim-rejected-and-late-at-once", Bug: "Whoever was wrong about an invoice is charged for the days on which it lay still.",
		Edits: []Edit{{
			"internal/billing/dispute.go",
			"st.Awaited, st.Due = false, st.Due.Add(d.Lay())\n	if err := updateFrozen(tx, st); err != nil {\n		return Statement{}, err\n	}\n	return st, event.Append(tx, st.fact(\"statement.dispute_rejected\"",
			"st.Awaited = false\n	if err := updateFrozen(tx, st); err != nil {\n		return Statement{}, err\n	}\n	return st, event.Append(tx, st.fact(\"statement.dispute_rejected\"",
		}},
		Catchers: []Catcher{seen("G12")},
	},
	{
		Name: "upheld-and-charged", Bug: "An invoice was not its payer's, and the payer is still asked for what it cost to be late with it.",
		Edits: []Edit{{
			"internal/billing/dispute.go",
			`if c.Waived != "" || st.Late-c.Amount < st.Moved {`,
			`if c.Waived != "" || c.Kind == LateFee || st.Late-c.Amount < st.Moved {`,
		}},
		Catchers: []Catcher{by("G12", "diary", "TestDiaries")},
	},
	{
		Name: "upheld-and-late-charges-kept", Bug: "An invoice was not its payer's, and what somebody had paid for being late with it is kept.",
		Edits: []Edit{{
			"internal/billing/dispute.go",
			`if c.Waived != "" || st.Late-c.Amount < st.Moved {`,
			`if c.Waived != "" || st.Late-c.Amount < st.Moved+max(st.Received-st.Total, 0) {`,
		}},
		Catchers: []Catcher{by("G12", "diary", "TestDiaries")},
	},
	{
		Name: "sim-loss-given-to-the-payer", Bug: "We have written off an invoice that was not its payer's, and what the shop gives back of it then is the payer's.",
		Edits: []Edit{{
			"internal/billing/invoice.go",
			`if l.lost > 0 {`,
			`if l.lost < 0 {`,
		}},
		Catchers: []Catcher{seen("G13"), by("G13", "diary", "TestDiaries")},
	},
	{
		Name: "loss-made-good-twice", Bug: "A loss that was made good is made good again, by what the shop gives back of the part that was paid.",
		Edits: []Edit{{
			"internal/billing/invoice.go",
			`fee: st.Fee, lost: -regained, of: of}`,
			`fee: st.Fee, lost: 0, of: of}`,
		}},
		Catchers: []Catcher{by("G13", "diary", "TestDiaries")},
	},
	{
		Name: "upheld-and-the-fee-kept", Bug: "An invoice was not its payer's, and the fee that somebody had paid is kept.",
		Edits: []Edit{{
			"internal/billing/dispute.go",
			`if st, err = b.waiveFee(tx, st, l, l.fee); err != nil {`,
			`if st, err = b.waiveFee(tx, st, l, min(l.fee, st.Total-st.Received)); err != nil {`,
		}},
		Catchers: []Catcher{by("G12", "diary", "TestDiaries")},
	},
	{
		Name: "sim-our-loss-not-booked", Bug: "An invoice that was not its payer's is our loss, and the books still say that the payer owes it.",
		Edits: []Edit{{
			"internal/billing/dispute.go",
			`return r.postAllowance(tx, amount, ledger.Debit(ledger.BadDebt, nil, amount))`,
			`return r.postAllowance(tx, amount, ledger.Debit(ledger.MemberReceivable, r.Member[:], amount-1), ledger.Debit(ledger.BadDebt, nil, 1))`,
		}},
		Catchers: []Catcher{seen("G04")},
	},
	{
		Name: "sim-limit-for-each-number", Bug: "Somebody with two numbers has two limits.",
		Edits: []Edit{{
			"internal/checkout/authorize.go",
			`sum.Exposure += account.Exposure()`,
			`sum.Exposure += 0`,
		}},
		Catchers: []Catcher{seen("G08")},
	},
	{
		Name: "dispute-ends-no-plan", Bug: "Whoever pays an invoice in parts and says that it is not theirs is still asked for the parts.",
		Edits: []Edit{{
			"internal/collection/plan.go",
			`case (st.WrittenOff || st.Awaited) && p.State == Standing:`,
			`case st.WrittenOff && p.State == Standing:`,
		}},
		Catchers: []Catcher{by("G13", "diary", "TestDiaries")},
	},
	{
		Name: "written-off-fee-given-back-twice", Bug: "The fee of an invoice that was given up leaves the income once more, with its tax, when the goods come back.",
		Edits: []Edit{{
			"internal/billing/invoice.go",
			`if l.purchase <= part.amount && !st.WrittenOff {`,
			`if l.purchase <= part.amount {`,
		}},
		Catchers: []Catcher{by("G04", "diary", "TestDiaries")},
	},
}
