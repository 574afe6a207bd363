package mutant

// payouts are the mutants of package payout: what is sent back, and how often.
var payouts = []Mutant{
	{
		Name: "payout-by-hand-too", Bug: "What is in a file of transfers whose outcome is not told can be entered as sent by hand: both are made.",
		Edits: []Edit{{
			"internal/payout/payout.go",
			`return now.state == InFile, err`,
			`return now.state == Paid, err`,
		}},
		Catchers: []Catcher{by("G13", "payout", "TestOnce")},
	},
	{
		Name: "payout-refused-stays-sent", Bug: "A refused transfer that had left our account is open again, and the books still have it as sent.",
		Edits: []Edit{{
			"internal/payout/refuse.go",
			`if r.outcome == paid {`,
			`if r.outcome == open {`,
		}},
		Catchers: []Catcher{by("G13", "payout", "TestRefused")},
	},
	{
		Name: "payout-handed-out-too-early", Bug: "A bank gets a file although a takeover can still undo that it was made: the same is gathered and sent once more.",
		Edits: []Edit{{
			"internal/app/numbers.go",
			`if err := surely(); err != nil {`,
			`if err := surely(); err != nil && name == "" {`,
		}},
		Catchers: []Catcher{by("G13", "app", "TestNoFileTellsWhatCouldBeUndone")},
	},
}
