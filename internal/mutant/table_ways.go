package mutant

// otherWays are mutants of receipt numbers, bank transfers and what goes back by bank, which the simulator has to find.
var otherWays = []Mutant{
	{
		Name: "sim-fee-of-a-member", Bug: "The bank's fee is taken off what members want back, and not off money in suspense.",
		Edits: []Edit{{
			"internal/payout/payout.go",
			`if ret.Member.IsZero() { // a member is promised that the fee is ours`,
			`if !ret.Member.IsZero() { // a member is promised that the fee is ours`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "sim-refused-and-sent-there-again", Bug: "What the bank refuses to pay into a member's account is in the next file again, for the same account.",
		Edits: []Edit{{
			"internal/payout/refuse.go",
			`if err != nil || known && sameAccount(was, has) {`,
			`if err != nil || !known && sameAccount(was, has) {`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "sim-came-back-and-counts-as-sent", Bug: "A transfer of money in suspense that the bank gives back to us is booked, and the money still counts as sent.",
		Edits: []Edit{{
			"internal/billing/payout.go",
			`return reopenReturn(tx, r.Receipt)`,
			`return nil`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "sim-wanted-back-and-carried-on", Bug: "What a member wants back is still taken off the next bill.",
		Edits: []Edit{{
			"internal/billing/surplus.go",
			`if err := withdrawToReturn(tx, o); err != nil {`,
			`if err := error(nil); err != nil {`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "sim-handed-in-after-the-cut-off", Bug: "A file of transfers that is gathered in the hour after the cut-off counts as handed in that day.",
		Edits: []Edit{{
			"internal/payout/payout.go",
			`if !isOpen || jst.In(now).Hour() >= CutOff.On(terms, today) {`,
			`if !isOpen || jst.In(now).Hour() > CutOff.On(terms, today) {`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "sim-two-references-pay-the-first", Bug: "A transfer with the references of two bills pays the first that is found.",
		Edits: []Edit{{
			"internal/billing/transfer.go",
			`case len(bills) > 1:`,
			`case len(bills) > 2:`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "sim-statement-with-a-gap", Bug: "A bank's statement that lacks a line which was taken before is taken all the same.",
		Edits: []Edit{{
			"internal/billing/transfer.go",
			`if len(report.Lacking) > 0 {`,
			`if len(report.Lacking) > len(f.Lines) {`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "sim-payer-kept", Bug: "Who made a transfer is kept after its money was matched or sent back.",
		Edits: []Edit{{
			"internal/billing/transfer.go",
			`if r.Chain != TransferChain {`,
			`if r.Chain == TransferChain {`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
	{
		Name: "sim-number-never-ends", Bug: "The agent is never told that a receipt number ends: whoever has it can pay a bill again that was paid otherwise.",
		Edits: []Edit{{
			"internal/billing/number.go",
			`selectEnding(tx, today, limit-len(begin))`,
			`selectEnding(tx, today, 0)`,
		}},
		Catchers: []Catcher{seen("G13")},
	},
}
