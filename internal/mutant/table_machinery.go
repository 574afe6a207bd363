package mutant

// machinery are the mutants of db, event, job, ledger, check and run.
var machinery = []Mutant{
	{
		Name: "break-gone-unseen", Bug: "A check that shows only a part of what it found ends the breaks that it did not show, so that the books look mended.",
		Edits:    []Edit{{"internal/check/rules.go", `case to == Gone && whole:`, `case to == Gone:`}},
		Catchers: []Catcher{by("G04", "check", "TestCompare"), by("G04", "check", "TestMoreThanIsKept")},
	},
	{
		Name: "overtaken-check-writes", Bug: "A daily check that another has overtaken goes on to write, and ends what the other one found.",
		Edits:    []Edit{{"internal/check/store.go", `if err == nil && (!found || r.ID != which) {`, `if err == nil && (!found || r.ID.IsZero()) {`}},
		Catchers: []Catcher{by("G22", "check", "TestCutOff")},
	},
	{
		Name: "db-savepoint-kept", Bug: "A function that failed in a group is not rolled back to its savepoint, so what it wrote before stands.",
		Edits: []Edit{{
			"internal/db/sqlite.go",
			`_, undo := s.exec("ROLLBACK TO one", nil)`,
			`var undo error`,
		}},
		Catchers: []Catcher{by("G16", "db", "TestOneFailureOfAGroupTakesNobodyElseDown")},
	},
	{
		Name: "db-failure-swallowed", Bug: "A transaction commits although a statement failed and left half of what it was to do.",
		Edits: []Edit{{
			"internal/db/sqlite.go",
			"\tif err == nil {\n\t\terr = s.failed\n\t}\n",
			"",
		}},
		Catchers: []Catcher{by("G16", "db", "TestAFailedStatementFailsItsTransaction")},
	},
	{
		Name: "db-log-never-moved", Bug: "Nobody moves the log into the file, so that it grows for as long as somebody writes.",
		Edits: []Edit{{
			"internal/db/sqlite.go",
			"case !b.moving && b.logged < b.due, b.moving && !b.moved.Swap(false):",
			"case !b.moving, b.moving && !b.moved.Swap(false):",
		}},
		Catchers: []Catcher{by("G15", "db", "TestTheLogOfSQLiteBeginsAgain")},
	},
	{
		Name: "db-dead-caller-served", Bug: "A caller whose deadline passed in the queue is served all the same: it was told no, and the work is done.",
		Edits: []Edit{{
			"internal/db/sqlite.go",
			`if w.err = w.ctx.Err(); w.err != nil {`,
			`if w.err != nil {`,
		}},
		Catchers: []Catcher{by("G16", "db", "TestACallerWhoGaveUpInTheQueueIsNotServed")},
	},
	{
		Name: "db-deadlock-not-retried", Bug: "A deadlock is handed to the caller as a failure of ours instead of being run again.",
		Edits: []Edit{{
			"internal/db/errors.go",
			`case "40001", "40P01":`,
			`case "40001":`,
		}},
		Catchers: []Catcher{by("G17", "db", "TestCodesOfPostgres")},
	},
	{
		Name: "db-told-before-commit", Bug: "What waits for a commit is told although the transaction failed.",
		Edits: []Edit{{
			"internal/db/db.go",
			"if err := fn(tx); err != nil {\n\t\t\t\treturn err\n\t\t\t}\n\t\t\tafter = tx.after",
			"err := fn(tx)\n\t\t\tfor _, f := range tx.after {\n\t\t\t\tf()\n\t\t\t}\n\t\t\tif err != nil {\n\t\t\t\treturn err\n\t\t\t}",
		}},
		Catchers: []Catcher{by("G16", "db", "TestAfterCommitRunsOnceAndOnlyAfterACommit")},
	},
	{
		Name: "failed-flush-shrugged-off", Bug: "When the system says that what was moved out of SQLite's log is not on the disk, the log begins again all the same.",
		Edits:    []Edit{{"internal/db/sqlite.go", "if b.held.Sync() != nil {", "if b.held.Sync() != nil && b.broken.Load() {"}},
		Catchers: []Catcher{by("G15", "db", "TestAFlushOfTheCheckpointerThatFailsBreaksTheDatabase")},
	},
	{
		Name: "descriptor-closed-with-the-first", Bug: "The first database on a file that is closed takes the descriptor with it, and with that the locks of the others.",
		Edits:    []Edit{{"internal/db/sqlite_flush.go", "if d.users--; d.users > 0 {", "if d.users--; d.users > 1 {"}},
		Catchers: []Catcher{by("G15", "db", "TestAFileIsHeldOpenUntilItsLastDatabaseIsClosed")},
	},
	{
		Name: "ack-before-fsync", Bug: "The callers of a group are told that it stands before it is committed.", Always: true,
		Edits: []Edit{
			{
				"internal/db/sqlite.go",
				"func (b *sqliteDB) group(group []*waiting) {\n\tdefer func() {\n\t\tfor _, w := range group {\n\t\t\tclose(w.done)\n\t\t}\n\t}()\n",
				"func (b *sqliteDB) group(group []*waiting) {\n",
			},
			{
				"internal/db/sqlite.go",
				"\tend := \"COMMIT\"\n",
				"\tfor _, w := range group {\n\t\tclose(w.done)\n\t}\n\tend := \"COMMIT\"\n",
			},
		},
		Catchers: []Catcher{by("G15", "db", "TestWhatIsAcknowledgedIsThere"), chancy("G15", "crash", "TestNothingIsLostWithThePower")},
	},
	{
		Name: "fsync-failure-forgotten", Bug: "After a flush that failed the store is asked again, and says that all is well.",
		Edits: []Edit{{
			"internal/db/sqlite.go",
			"\t\t\tb.breaks()\n\t\t\terr = errors.Join(ErrCommitUnknown, err)",
			"\t\t\terr = errors.Join(ErrCommitUnknown, err)",
		}},
		Catchers: []Catcher{by("G15", "crash", "TestADiskThatFails")},
	},
	{
		Name: "fatal-taken-for-a-refusal", Bug: "A server that ends the session during a commit is taken for one that has refused it.",
		Edits:    []Edit{{"internal/db/pgsession.go", `pg.SeverityUnlocalized == "ERROR"`, `pg.SeverityUnlocalized != ""`}},
		Catchers: []Catcher{by("G17", "db", "TestOnlyARefusedCommitIsKnown")},
	},
	{
		Name: "unknown-commit-run-again", Bug: "A transaction whose commit may stand runs again because the line broke: what it did is done twice.",
		Edits: []Edit{{
			"internal/db/db.go",
			`return !errors.Is(err, ErrCommitUnknown) && (errors.Is(err, ErrSerialization) || errors.Is(err, ErrConnection))`,
			`return errors.Is(err, ErrSerialization) || errors.Is(err, ErrConnection)`,
		}},
		Catchers: []Catcher{by("G18", "db", "TestOnlyARefusedCommitIsKnown")},
	},
	{
		Name: "db-weak-store-accepted", Bug: "The check at the start lets through a store that flushes now and then.",
		Edits: []Edit{{
			"internal/db/sqlite.go",
			`&_pragma=synchronous(FULL)`,
			`&_pragma=synchronous(NORMAL)`,
		}},
		Catchers: []Catcher{by("G15", "db", "TestDurabilityIsCheckedAtStart")},
	},
	{
		Name: "event-turn-of-the-clock", Bug: "A fact's turn is the clock's instant alone, so facts of one microsecond, or of two machines, change places.",
		Edits: []Edit{{
			"internal/event/store.go",
			`n.step + CASE WHEN n.next > n.at THEN n.next ELSE n.at END`,
			`n.at`,
		}},
		Catchers: []Catcher{by("G25", "event", "TestOrderOfOneSubject")},
	},
	{
		Name: "event-numbers-with-gaps", Bug: "A merchant's number is the position in the whole log, so its feed has gaps.",
		Edits: []Edit{{
			"internal/event/relay.go",
			`w.number = last[w.merchant]`,
			`w.number = position`,
		}},
		Catchers: []Catcher{by("G25", "event", "TestFeedIsGaplessAndPaged")},
	},
	{
		Name: "event-outbox-in-order-of-ids", Bug: "The relay takes facts in the order of their ids, which is chance within a millisecond.",
		Edits: []Edit{{
			"internal/event/store.go",
			`SELECT bucket, turn, id, facts FROM event_outbox ORDER BY turn, bucket, id LIMIT $1`,
			`SELECT bucket, turn, id, facts FROM event_outbox ORDER BY id DESC LIMIT $1`,
		}},
		Catchers: []Catcher{by("G25", "event", "TestOrderOfOneSubject")},
	},
	{
		Name: "event-members-facts-not-sent", Bug: "Only facts that concern a merchant get into the outbox, so readers never see the others.",
		Edits: []Edit{{
			"internal/event/event.go",
			"waiting.Add(f.Subject.Bucket(), f.Subject, now, fid, appendOutboxFact(nil, f.Subject, f.Merchant, 0))",
			"if !f.Merchant.IsZero() {\n\t\t\t\twaiting.Add(f.Subject.Bucket(), f.Subject, now, fid, appendOutboxFact(nil, f.Subject, f.Merchant, 0))\n\t\t\t}",
		}},
		Catchers: []Catcher{by("G26", "event", "TestReaderMissesNothing")},
	},
	{
		Name: "event-reader-jumps", Bug: "A reader's cursor moves by what it asked for and not to what it got.",
		Edits: []Edit{{
			"internal/event/reader.go",
			`moveCursor(tx, r.Name, facts[len(facts)-1].Position)`,
			`moveCursor(tx, r.Name, cursor+int64(limit))`,
		}},
		Catchers: []Catcher{by("G26", "event", "TestReaderMissesNothing")},
	},
	{
		Name: "event-reader-moves-by-one", Bug: "A reader's cursor moves to the first fact that it was handed, so that it is handed the others again.",
		Edits: []Edit{{
			"internal/event/reader.go",
			`moveCursor(tx, r.Name, facts[len(facts)-1].Position)`,
			`moveCursor(tx, r.Name, facts[0].Position)`,
		}},
		Catchers: []Catcher{by("G26", "event", "TestReaderHasItsEffectOnce"), seen("G26")},
	},
	{
		Name: "event-reader-stands-still", Bug: "A reader's cursor does not move, so its effects happen at each look.",
		Edits: []Edit{{
			"internal/event/store.go",
			`UPDATE event_cursor SET position = r.position FROM {rows}`,
			`UPDATE event_cursor SET position = event_cursor.position FROM {rows}`,
		}},
		Catchers: []Catcher{by("G23", "event", "TestReaderHasItsEffectOnce")},
	},
	{
		Name: "event-relay-without-lock", Bug: "Two relays give places at the same time, because the relay's row is read and not locked.",
		Edits: []Edit{{
			"internal/event/store.go",
			`SELECT position FROM event_relay WHERE bucket = 0 {forupdate}`,
			`SELECT position FROM event_relay WHERE bucket = 0`,
		}},
		Catchers: []Catcher{racing("G25", "event", "TestConcurrentWritersAndRelays")},
	},
	{
		Name: "event-page-off-by-one", Bug: "The places in a page of the log are counted from the place before it.",
		Edits:    []Edit{{"internal/event/place.go", `all[i].position = last - n + 1 + int64(i)`, `all[i].position = last - n + int64(i)`}},
		Catchers: []Catcher{by("G26", "event", "TestReaderHasItsEffectOnce")},
	},
	{
		Name: "event-corrected-in-place", Bug: "A statement corrects facts in place instead of adding one.",
		Edits: []Edit{{
			"internal/event/store.go",
			"const loadFactsSQL = `-- event.loadFacts\n",
			"const hideFactsSQL = `-- event.hideFacts\nUPDATE event SET data = '{}' WHERE bucket = $1 AND subject = $2`\n\nconst loadFactsSQL = `-- event.loadFacts\n",
		}},
		Catchers: []Catcher{reading("G05", "event", "TestNoStatementChangesAFact")},
	},
	{
		Name: "feed-begins-again", Bug: "A feed read on after a number begins with that number again.",
		Edits: []Edit{{
			"internal/event/store.go",
			`if p.position > after {`,
			`if p.position >= after {`,
		}},
		Catchers: []Catcher{by("G26", "event", "TestFeedIsGaplessAndPaged")},
	},
	{
		Name: "job-missed-days-skipped", Bug: "A chain that has fallen behind goes on from now: the month that fell into the downtime is never closed.",
		Edits: []Edit{{
			"internal/job/recurring.go",
			`if r.SkipMissed && due.Before(tx.Now()) {`,
			`if due.Before(tx.Now()) {`,
		}},
		Catchers: []Catcher{by("G22", "job", "TestMissedDaysAreMadeUpForInOrder")},
	},
	{
		Name: "job-without-fence", Bug: "Whoever outlived their lease may still write the job's end, and the effect happens twice.",
		Edits: []Edit{{
			"internal/job/store.go",
			`WHERE bucket = $1 AND id = $2 AND lease_token = $3 AND state = 'running'`,
			`WHERE bucket = $1 AND id = $2 AND lease_token >= $3 AND state = 'running'`,
		}},
		Catchers: []Catcher{by("G23", "job", "TestLateFinisherMeetsTheNext")},
	},
	{
		Name: "job-enqueued-again", Bug: "Enqueuing a job that is done makes it due again.",
		Edits: []Edit{{
			"internal/job/store.go",
			`ON CONFLICT (bucket, kind, ref) DO NOTHING`,
			`ON CONFLICT (bucket, kind, ref) DO UPDATE SET state = 'waiting', claim_at = excluded.claim_at`,
		}},
		Catchers: []Catcher{by("G23", "job", "TestJobRunsOnceWhenDue")},
	},
	{
		Name: "job-tried-for-ever", Bug: "A job whose run was cut off does not count as tried, so one that kills its process never ends.",
		Edits: []Edit{{
			"internal/job/store.go",
			"r.Attempt++\n\t\tr.token++",
			"if r.state == Waiting {\n\t\t\tr.Attempt++\n\t\t}\n\t\tr.token++",
		}},
		Catchers: []Catcher{by("G17", "job", "TestJobThatKillsItsWorkerEnds")},
	},
	{
		Name: "job-chain-ends-with-a-failure", Bug: "A daily run that was given up ends the chain: no month is closed any more.",
		Edits: []Edit{{
			"internal/job/worker.go",
			"if out.state != Dead {\n\t\t\treturn nil\n\t\t}\n\t\treturn w.follow(tx, run)",
			"return nil",
		}},
		Catchers: []Catcher{by("G17", "job", "TestDeadRunDoesNotStopTheChain")},
	},
	{
		Name: "job-given-up-is-swept", Bug: "Jobs that were given up are removed with those that are done, and nobody hears of them.",
		Edits: []Edit{{
			"internal/job/store.go",
			`WHERE j.state = 'done' AND j.finished_at < $1`,
			`WHERE j.state IN ('done', 'dead') AND j.finished_at < $1`,
		}},
		Catchers: []Catcher{by("G26", "job", "TestSweepKeepsWhatIsNotDone")},
	},
	{
		Name: "ledger-half-an-entry", Bug: "The last line of each entry is not written.",
		Edits: []Edit{{
			"internal/ledger/ledger.go",
			`for i, l := range e.Lines {`,
			`for i, l := range e.Lines[:len(e.Lines)-1] {`,
		}},
		Catchers: []Catcher{by("G04", "ledger", "TestPostingTwiceIsOneEntry")},
	},
	{
		Name: "ledger-out-of-balance", Bug: "An entry whose lines do not add up to nothing is taken.",
		Edits: []Edit{{
			"internal/ledger/ledger.go",
			`if sum != 0 {`,
			`if sum > 0 && len(e.Lines) == 1 {`,
		}},
		Catchers: []Catcher{by("G04", "ledger", "TestPostRefusesWhatDoesNotBalance")},
	},
	{
		Name: "ledger-posted-twice", Bug: "Posting the same fact again makes a second entry.",
		Edits: []Edit{
			{
				"internal/ledger/ledger.go",
				`heads.Add(e.Bucket, eid, string(e.Reason), e.Ref, e.Day, db.Micros(tx.Now()))`,
				`heads.Add(e.Bucket, eid, string(e.Reason), eid[:], e.Day, db.Micros(tx.Now()))`,
			},
		},
		Catchers: []Catcher{by("G04", "ledger", "TestPostingTwiceIsOneEntry")},
	},
	{
		Name: "ledger-verify-is-blind", Bug: "The proof of the books counts lines and forgets to add them up.",
		Edits: []Edit{{
			"internal/ledger/store.go",
			`HAVING SUM(l.amount) <> 0 OR COUNT(*) < 2`,
			`HAVING COUNT(*) < 2`,
		}},
		Catchers: []Catcher{by("G06", "ledger", "TestVerifyFindsWhatIsBroken")},
	},
	{
		Name: "key-not-looked-up", Bug: "The key is not looked up before the work, and a conflict at the end is taken for an answer that was kept.", Always: true,
		Edits: []Edit{
			{
				"internal/run/run.go",
				"defer leave()\n\tvar out Outcome\n\terr = r.db.Write(ctx, func(tx *db.Tx) error {\n\t\tfound, ok, err := find(tx, key)\n\t\tif err != nil || ok {",
				"defer leave()\n\tvar out Outcome\n\terr = r.db.Write(ctx, func(tx *db.Tx) error {\n\t\tfound, _, err := find(tx, key)\n\t\tif err != nil {",
			},
			{"internal/run/store.go", "return tx.LaterNew(`-- run.insertKeys", "return tx.Later(`-- run.insertKeys"},
			{"internal/run/store.go", "FROM {rows} WHERE TRUE`, set)", "FROM {rows} WHERE TRUE ON CONFLICT (bucket, key) DO NOTHING`, set)"},
		},
		Catchers: []Catcher{by("G18", "run", "TestAKeyExecutesOnce")},
	},
	{
		Name: "key-for-anything", Bug: "A key is taken for the same request whatever is asked for with it.",
		Edits: []Edit{{
			"internal/run/key.go",
			`case len(s.sum) == 0 || bytes.Equal(s.sum, k.Print.sum[:printLen]):`,
			`case len(s.sum) >= 0 || bytes.Equal(s.sum, k.Print.sum[:printLen]):`,
		}},
		Catchers: []Catcher{by("G20", "run", "TestAnotherInputUnderTheSameKeyDoesNothing"), by("G20", "run", "TestTheSameKeyInOneBatchForSomethingElseIsRefused")},
	},
	{
		Name: "key-of-any-merchant", Bug: "The hash of a key forgets whose it is: one merchant is answered with another's payment.",
		Edits: []Edit{
			{
				"internal/run/key.go",
				"func (k Key) hash() []byte { return id.Hash(k.Scope, k.Value) }",
				"func (k Key) hash() []byte { return id.Hash(k.Value) }",
			},
			{
				"internal/run/key.go",
				"func (k Key) bucket() int { return id.BucketOf(k.Scope, k.Value) }",
				"func (k Key) bucket() int { return id.BucketOf(k.Value) }",
			},
		},
		Catchers: []Catcher{by("G32", "run", "TestMerchantsNeverMeet"), by("G32", "api", "TestKeysBelongToTheMerchant")},
	},
	{
		Name: "print-of-values-only", Bug: "The fingerprint forgets the names of the fields, so that two values can change places unnoticed.",
		Edits:    []Edit{{"internal/run/canonical.go", "\t\tcanonicalText(b, name)\n\t\tb.WriteByte(':')\n", "\t\tb.WriteByte(':')\n"}},
		Catchers: []Catcher{by("G20", "run", "TestAnotherInputUnderTheSameKeyDoesNothing")},
	},
	{
		Name: "failure-kept-with-the-key", Bug: "A malformed request is kept with its key, and the corrected one is answered with the old refusal.",
		Edits: []Edit{{
			"internal/run/run.go",
			`return e.Kind.Status == 409 && e.Kind.Retry == fault.RetryNever`,
			`return e.Kind.Status >= 400 && e.Kind.Status < 500`,
		}},
		Catchers: []Catcher{by("G18", "run", "TestWhatAKeyKeeps")},
	},
	{
		Name: "barrier", Bug: "An answer that is found is repeated at once, though the machine that would be lost is the only one that has it.", Always: true,
		Edits:    []Edit{{"internal/run/barrier.go", `if !out.Replayed {`, `if out.Replayed || !out.Replayed {`}},
		Catchers: []Catcher{onPostgres("G19", "api", "TestNothingIsToldThatATakeoverCanUndo")},
	},
	{
		Name: "cancelled-key-executes", Bug: "A cancellation that comes before its request leaves nothing behind, and the request is executed when it comes.",
		Edits:    []Edit{{"internal/run/cancel.go", `return insertKeys(tx, []keyed{{key, answer}})`, `return insertKeys(tx, []keyed{{key, answer}}[:0])`}},
		Catchers: []Catcher{by("G21", "api", "TestACancelledKeyNeverExecutes")},
	},
	{
		Name: "unknown-taken-for-yes", Bug: "A commit whose answer was lost is taken for one that stands.",
		Edits: []Edit{{
			"internal/db/db.go",
			"\t\tif err == nil {\n\t\t\td.reach(AfterCommit)",
			"\t\tif err == nil || errors.Is(err, ErrCommitUnknown) {\n\t\t\td.reach(AfterCommit)",
		}},
		Catchers: []Catcher{onPostgres("G15", "db", "TestABrokenLineIsOnlyUnknownDuringTheCommit"), seen("G15")},
	},
	{
		Name: "refusal-in-flight-for-ever", Bug: "A key that keeps a refusal is told as being worked on whenever it comes again.",
		Edits: []Edit{{
			"internal/run/run.go",
			"\treturn row.outcome(), true, nil\n}",
			"\tif row.answer.Status >= 400 {\n\t\treturn Outcome{}, false, InFlight.New().After(1)\n\t}\n\treturn row.outcome(), true, nil\n}",
		}},
		Catchers: []Catcher{by("G17", "run", "TestWhatAKeyKeeps"), seen("G17")},
	},
	{
		Name: "replay-is-always-200", Bug: "What a key kept is told with status 200, whatever it was told with first.",
		Edits: []Edit{{
			"internal/run/key.go",
			`Answer: s.answer, Operation: s.operation,`,
			`Answer: Answer{Status: 200, Body: s.answer.Body, Object: s.answer.Object}, Operation: s.operation,`,
		}},
		Catchers: []Catcher{by("G18", "run", "TestAKeyExecutesOnce"), seen("G18")},
	},
	{
		Name: "unknown-told-as-no", Bug: "A commit whose answer was lost is told as a failure that charged nobody.",
		Edits: []Edit{{
			"internal/run/run.go",
			"e = *Unknown.Because(err)\n\t\te.Charged = fault.Checking",
			"e = *Unknown.Because(err)\n\t\te.Charged = fault.NotCharged",
		}},
		Catchers: []Catcher{by("G29", "run", "TestChargedIsReadOffTheOutcome"), by("G29", "site", "TestCommitUnknown")},
	},
}
