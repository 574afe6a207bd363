package mutant

// edges are the mutants of values, parties, notices, the API, the pages and the wiring.
var edges = []Mutant{
	{
		Name: "sum-beyond-the-range", Bug: "A sum is judged by its parts alone, so that many large amounts overflow.",
		Edits: []Edit{{
			"internal/money/money.go",
			`if !a.InRange() || !b.InRange() || !(a + b).InRange() {`,
			`if !a.InRange() || !b.InRange() {`,
		}},
		Catchers: []Catcher{by("G07", "money", "TestAddSubSum")},
	},
	{
		Name: "amount-in-floating-point", Bug: "The tax within a fee is computed with fractions.",
		Edits: []Edit{{
			"internal/billing/close.go",
			`net, tax := money.TaxIncluded(st.Fee, rate)`,
			"net := money.Yen(float64(st.Fee) * 10_000 / float64(10_000+rate))\n\ttax := st.Fee - net",
		}},
		Catchers: []Catcher{reading("G07", "tidy", "TestHouse")},
	},
	{
		Name: "our-fault-told-as-theirs", Bug: "A failure that nobody foresaw is told as the shop's.",
		Edits: []Edit{{
			"internal/fault/fault.go",
			`Code: "internal", Page: "PAY-501", Status: 500, Side: Us,`,
			`Code: "internal", Page: "PAY-501", Status: 500, Side: Merchant,`,
		}},
		Catchers: []Catcher{by("G30", "fault", "TestUnclassifiedIsOurs")},
	},
	{
		Name: "expiry-told-as-the-members", Bug: "The timeline says that the member gave an authorization back which expired by itself.",
		Edits: []Edit{{
			"internal/checkout/checkout.go",
			`var Clock = Actor{Side: fault.Us, Name: "clock"}`,
			`var Clock = Actor{Side: fault.Member, Name: "clock"}`,
		}},
		Catchers: []Catcher{by("G30", "checkout", "TestAnUncapturedRestGivesItselfBack")},
	},
	{
		Name: "erased-but-for-the-key", Bug: "What is personal is erased and the key that opens it in backups is not.",
		Edits: []Edit{{
			"internal/member/store_application.go",
			`r.dataKey, r.phone, r.name, r.birth, r.guardian = nil, nil, nil, nil, nil`,
			`r.phone, r.name, r.birth, r.guardian = nil, nil, nil, nil`,
		}},
		Catchers: []Catcher{by("G36", "member", "TestEndedRegistrationHoldsNothingPersonal")},
	},
	{
		Name: "blocked-an-hour-late", Bug: "For an hour after a due day a member who has not paid may still buy.",
		Edits: []Edit{{
			"internal/app/work.go",
			`pastDueAt      = time.Second`,
			`pastDueAt      = time.Hour`,
		}},
		Catchers: []Catcher{by("G08", "app", "TestPastDueRunsWhenADueDayIsOver")},
	},
	{
		Name: "past-due-before-the-bill", Bug: "After downtime the due day is looked at before the month is closed, and looks past its bills.",
		Edits: []Edit{{
			"internal/app/work.go",
			"if err := a.closeBefore(ctx, day); err != nil {\n\t\treturn nil, err\n\t}\n\treturn nil, a.inBatches(",
			"return nil, a.inBatches(",
		}},
		Catchers: []Catcher{by("G12", "app", "TestPastDueWaitsForTheClose")},
	},
	{
		Name: "code-used-twice", Bug: "A code can be entered again as long as it lives.",
		Edits: []Edit{{
			"internal/member/code.go",
			`if !row.used.IsZero() && tx.Now().After(row.used.Add(samePress)) {`,
			`if !row.used.IsZero() && tx.Now().After(row.expires) {`,
		}},
		Catchers: []Catcher{by("G32", "member", "TestCodeProvesANumberOnce")},
	},
	{
		Name: "token-of-any-merchant", Bug: "An agreement with one shop lets every other one charge the member.",
		Edits: []Edit{{
			"internal/checkout/token.go",
			`if !ok || t.Merchant != a.Merchant || !a.Member.IsZero() && t.Member != a.Member {`,
			`if !ok || !a.Member.IsZero() && t.Member != a.Member {`,
		}},
		Catchers: []Catcher{by("G32", "api", "TestEveryRouteByEveryPrincipal")},
	},
	{
		Name: "revoked-api-key", Bug: "An API key that was revoked goes on to work until it expires.",
		Edits: []Edit{{
			"internal/merchant/key.go",
			"case !k.Revoked.IsZero():\n",
			"case !k.Revoked.IsZero() && !k.Live(tx.Now()) && k.Expires.After(tx.Now().AddDate(1, 0, 0)):\n",
		}},
		Catchers: []Catcher{by("G32", "merchant", "TestKeys")},
	},
	{
		Name: "callers-believed-for-ever", Bug: "Who calls with a key is read once and never again, so that revoking it stops nobody before a restart.",
		Edits:    []Edit{{"internal/merchant/callers.go", `if ok && now.Before(k.until) {`, `if ok {`}},
		Catchers: []Catcher{by("G32", "merchant", "TestCallersAreBelievedForAMoment")},
	},
	{
		Name: "personal-data-in-the-log", Bug: "A masked value prints itself, so that a phone number reaches logs and errors.",
		Edits: []Edit{{
			"internal/mask/mask.go",
			"\treturn dots\n}\n\n// GoString",
			"\treturn string(t)\n}\n\n// GoString",
		}},
		Catchers: []Catcher{by("G35", "mask", "TestFmtPrintsDots")},
	},
	{
		Name: "notice-twice", Bug: "A fact that is read again makes a second notice.",
		Edits: []Edit{{
			"internal/notice/store.go",
			`ON CONFLICT (bucket, fact, kind) DO NOTHING RETURNING id`,
			`ON CONFLICT (bucket, fact, kind) DO UPDATE SET id = excluded.id RETURNING id`,
		}},
		Catchers: []Catcher{by("G23", "notice", "TestOnce")},
	},
	{
		Name: "key-of-the-api-key", Bug: "A key belongs to the API key that it was sent with, so a rotated key repeats the charge.",
		Edits: []Edit{{
			"internal/api/idempotency.go",
			`return fmt.Sprintf("%s %s", c.who.Environment, c.who.Merchant)`,
			`return fmt.Sprintf("%s %s", c.who.Environment, c.who.Key)`,
		}},
		Catchers: []Catcher{by("G18", "api", "TestKeysBelongToTheMerchant")},
	},
	{
		Name: "object-not-in-the-print", Bug: "The fingerprint forgets which payment a verb is about: a void of one is answered with that of another.",
		Edits: []Edit{{
			"internal/api/idempotency.go",
			"\t\tall[\"id\"] = object\n",
			"\t\tall[\"id\"] = \"\"\n",
		}},
		Catchers: []Catcher{by("G20", "api", "TestAKeyIsForOneRequest")},
	},
	{
		Name: "replay-tells-the-old-state", Bug: "A replay does not say what became of the payment since.",
		Edits: []Edit{{
			"internal/api/idempotency.go",
			"if state != \"\" {\n\t\t\theader.Set(\"Payment-State\", state)\n\t\t}",
			"if state == \"authorized\" {\n\t\t\theader.Set(\"Payment-State\", state)\n\t\t}",
		}},
		Catchers: []Catcher{by("G18", "api", "TestAReplayTellsThePresentState")},
	},
	{
		Name: "look-up-writes", Bug: "Asking what became of a key claims it.",
		Edits: []Edit{{
			"internal/api/idempotency.go",
			"out := keyState{State: \"absent\"}\n\tif c.Runner.Running(",
			"out := keyState{State: \"absent\"}\n\t_, _ = c.Runner.Do(c.ctx, run.Key{Scope: c.scope(), Value: value, Operation: \"findKey\"}, nil, func(*db.Tx) (run.Answer, error) {\n\t\treturn run.Answer{Status: http.StatusOK}, nil\n\t})\n\tif c.Runner.Running(",
		}},
		Catchers: []Catcher{by("G16", "api", "TestLookUps")},
	},
	{
		Name: "paid-elsewhere-unseen", Bug: "The checkout's page does not look whether the order was paid in another session.",
		Edits: []Edit{{
			"internal/site/checkout.go",
			`if ok && p.State.Live() && p.Session != t.session.ID {`,
			`if ok && p.State.Live() && p.Session == t.session.ID {`,
		}},
		Catchers: []Catcher{by("G29", "site", "TestPaidElsewhere")},
	},
	{
		Name: "given-back-told-as-paid", Bug: "The page of a purchase that was given back goes on to say that it is paid.",
		Edits: []Edit{{
			"internal/site/checkout.go",
			"if !t.payment.State.Live() {\n\t\tif paid, err := v.paidElsewhere(t)",
			"if !t.payment.State.Live() && t.payment.State != checkout.Expired {\n\t\tif paid, err := v.paidElsewhere(t)",
		}},
		Catchers: []Catcher{by("G29", "site", "TestStages")},
	},
	{
		Name: "others-bill-shown", Bug: "Whoever holds the address of a checkout sees the bill of the member who paid.",
		Edits: []Edit{{
			"internal/site/checkout.go",
			`if err != nil || v.signIn.Member != t.payment.Member {`,
			`if err != nil {`,
		}},
		Catchers: []Catcher{by("G32", "site", "TestLoggedOutMeanwhile")},
	},

	// Replacing keys.
	{
		Name: "code-of-the-older-key", Bug: "A code that was sent before the keys were changed is called wrong, and counted.",
		Edits: []Edit{{
			"internal/member/code.go",
			`for _, hash := range m.Vault.Indexes("code", codeText(b, row.sent, digits)) {`,
			`for _, hash := range m.Vault.Indexes("code", codeText(b, row.sent, digits))[:1] {`,
		}},
		Catchers: []Catcher{by("G36", "member", "TestCodesAndCountsOutliveAKey")},
	},
	{
		Name: "claimed-under-one-key", Bug: "A number is claimed under the key in use alone, so that another process claims it under another.",
		Edits: []Edit{{
			"internal/member/register.go",
			`for _, p := range m.placesByAge(phone) {
		if inserted, err := insertClaim(`,
			`for _, p := range []place{stays} {
		if inserted, err := insertClaim(`,
		}, {
			"internal/member/register.go",
			`if bytes.Equal(p.index, stays.index) {`,
			`if !bytes.Equal(p.index, nil) {`,
		}},
		Catchers: []Catcher{by("G36", "member", "TestOneNumberUnderTwoKeys")},
	},
	{
		Name: "looked-for-from-the-youngest", Bug: "A number is looked for under the youngest key first, and missed if it is moved meanwhile.",
		Edits: []Edit{{
			"internal/member/register.go",
			`for _, p := range m.placesByAge(phone) {
		member, found, err`,
			`for _, p := range m.phonePlaces(phone) {
		member, found, err`,
		}},
		Catchers: []Catcher{racing("G36", "member", "TestFoundWhileItIsMoved")},
	},
	{
		Name: "retired-with-rows", Bug: "A key is retired though something is under it.",
		Edits: []Edit{{
			"internal/keys/keys.go",
			`if under != nil {`,
			`if len(under) > 1 {`,
		}},
		Catchers: []Catcher{by("G36", "keys", "TestRetireWaitsForEveryRow")},
	},
	{
		Name: "promoted-before-it-is-known", Bug: "A key is promoted when one of the running services knows it.",
		Edits: []Edit{{
			"internal/keys/keys.go",
			`if err == nil && without > 0 {`,
			`if err == nil && without > 1 {`,
		}},
		Catchers: []Catcher{by("G36", "keys", "TestPromoteWaitsForEveryService")},
	},
}
