package mutant

// debits are the mutants of package debit: what banks are asked, and what is done with their answer.
var debits = []Mutant{
	{
		Name: "debit-any-request", Bug: "The answer is taken together with any request that looks like one of ours, although it is not the file that was sent.",
		Edits: []Edit{{
			"internal/debit/debit.go",
			`if string(sent.Hash[:]) != string(report.Run.Request) {`,
			`if len(sent.Hash) != len(report.Run.Request) {`,
		}},
		Catchers: []Catcher{by("G13", "debit", "TestNothingIsBooked")},
	},
	{
		Name: "debit-not-awaited", Bug: "A bank is asked, and the bill does not know: it becomes late while the bank has the money in its hands.",
		Edits: []Edit{{
			"internal/debit/debit.go",
			`if err := billing.Await(tx, asked); err != nil {`,
			`if err := billing.Await(tx, asked[:0]); err != nil {`,
		}},
		Catchers: []Catcher{by("G12", "debit", "TestNothingIsBooked")},
	},
	{
		Name: "debit-second-answer", Bug: "After one answer was taken, another one for the same run counts as a repetition of it.",
		Edits: []Edit{{
			"internal/debit/debit.go",
			`if string(result.Hash[:]) != string(report.Run.Answer) {`,
			`if len(report.Run.Answer) == 0 {`,
		}},
		Catchers: []Catcher{by("G13", "debit", "TestOrderOfSteps")},
	},
	{
		Name: "debit-taken-twice", Bug: "An answer that was cut off begins anew: who was charged the fee of paying at a till is charged it again on another day.",
		Edits: []Edit{{
			"internal/debit/debit.go",
			`if it, err = lockItem(tx, bucket, r.Customer); err != nil || it.state != itemAsked {`,
			`if it, err = lockItem(tx, bucket, r.Customer); err != nil {`,
		}},
		Catchers: []Catcher{by("G12", "debit", "TestAnswerGoesOn")},
	},
	{
		Name: "debit-amounts-not-compared", Bug: "What the bank says that it has debited is not held against what it was asked for.",
		Edits: []Edit{{
			"internal/debit/debit.go",
			`if report.Mismatches = zengin.Match(sent, result, day); len(report.Mismatches) > 0 {`,
			`if report.Mismatches = zengin.Match(sent, result, day); len(report.Mismatches) > len(sent.Debits) {`,
		}},
		Catchers: []Catcher{by("G13", "debit", "TestNothingIsBooked")},
	},
	{
		Name: "debit-fee-for-our-own-call", Bug: "A bill whose debit we called off ourselves, or that the bank refused for its own reasons, costs the fee of paying at a till.",
		Edits: []Edit{{
			"internal/debit/debit.go",
			`if reaction == zengin.RetryBySlip || reaction == zengin.RegisterAgain {`,
			`if r.Result != zengin.Debited {`,
		}},
		Catchers: []Catcher{by("G12", "debit", "TestAnswers")},
	},
	{
		Name: "debit-account-kept", Bug: "An account that is of no use is asked for again the next month.",
		Edits: []Edit{{
			"internal/debit/debit.go",
			`if reaction == zengin.RegisterAgain && d.Unusable != nil {`,
			`if reaction == zengin.RetryBySlip && d.Unusable != nil {`,
		}},
		Catchers: []Catcher{by("G12", "debit", "TestAnswers")},
	},
	{
		Name: "debit-uncounted", Bug: "A bill that was taken out of a run after it was gathered stays in the run's count and total, so that no request ever adds up.",
		Edits: []Edit{{
			"internal/debit/debit.go",
			"\treturn recountRun(tx, day)\n",
			"\treturn nil\n",
		}},
		Catchers: []Catcher{by("G13", "debit", "TestAccountRemovedMeanwhile")},
	},
	{
		Name: "debit-gathered-unbilled", Bug: "A run is gathered while something of its month is not billed: those bills are never asked for.",
		Edits: []Edit{{
			"internal/debit/debit.go",
			`if err == nil && open > 0 {`,
			`if err == nil && open < 0 {`,
		}},
		Catchers: []Catcher{by("G11", "debit", "TestWhenItIsGathered")},
	},
	{
		Name: "sim-awaited-for-ever", Bug: "A bill that was paid at a till while a bank was asked awaits the bank for ever after it has refused: once the payment is taken back, nobody asks for it.",
		Edits: []Edit{{
			"internal/billing/debit.go",
			"\tst.Awaited = false\n\tif st.State == Issued {\n",
			"\tst.Awaited = st.State != Issued\n\tif st.State == Issued {\n",
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "sim-late-before-the-bank-answers", Bug: "A bill whose payment at a till is taken back becomes past due although a bank is asked for it and has not answered.",
		Edits: []Edit{{
			"internal/billing/receipt.go",
			`case st.State == Issued && s.before.State != Issued && !st.Awaited && st.Due.Before(s.day):`,
			`case st.State == Issued && s.before.State != Issued && st.Due.Before(s.day):`,
		}},
		Catchers: []Catcher{seen("G12")},
	},
}
