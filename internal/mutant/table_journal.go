package mutant

// journals are the mutants of entries by hand.
var journals = []Mutant{
	{
		Name: "hand-on-suspense", Bug: "Money in suspense can be booked away by hand, and the receipts still say that it waits.",
		Edits: []Edit{{
			"internal/journal/rules.go",
			`{Account: ledger.Suspense, Instead: ReceiptsAccount},`,
			`{Account: ledger.Suspense, Debit: true, Instead: ReceiptsAccount},`,
		}},
		Catchers: []Catcher{by("G13", "journal", "TestHands")},
	},
	{
		Name: "entry-of-other-people", Bug: "Who books what others have decided is told that they decided it.",
		Edits: []Edit{{
			"internal/journal/journal.go",
			`case found && known.same(d) && samePeople(known.By, known.Second, by, second):`,
			`case found && known.same(d):`,
		}},
		Catchers: []Catcher{by("G04", "journal", "TestOnceForEachReference")},
	},
	{
		Name: "mirror-that-is-a-copy", Bug: "Reversing an entry by hand books it once more.",
		Edits: []Edit{{
			"internal/journal/journal.go",
			`e.booked(ledger.ManualReversed, jst.DayOf(tx.Now()), -1)`,
			`e.booked(ledger.ManualReversed, jst.DayOf(tx.Now()), 1)`,
		}},
		Catchers: []Catcher{by("G04", "journal", "TestReversedOnce")},
	},
	{
		Name: "reversed-and-still-at-the-bank", Bug: "The check of our account counts an entry by hand that was reversed.",
		Edits: []Edit{{
			"internal/billing/store_transfer.go",
			`WHERE j.undone IS NULL AND h.account = 'bank') x`,
			`WHERE h.account = 'bank') x`,
		}},
		Catchers: []Catcher{by("G13", "billing", "TestHandsOnTheBank")},
	},
}
