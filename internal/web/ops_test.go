package web

import (
	"strings"
	"testing"

	"tsuke/internal/jst"
)

func opsFrame(here string) Frame {
	return Frame{Here: here, Token: "x", Desk: &Desk{Name: "aoki", Books: true, Audit: true}}
}

func testMoney() OpsMoney {
	return OpsMoney{
		Name: "rct_01k0000000000000000000000a", Why: OpsWhyKey("amount_differs"), Amount: 6300, Certain: true, Money: true, Paid: june.Next().Day(7),
		Time: "10:24", Place: "ローソン", Store: "0123456", Since: noon, Days: 3, URL: OpsReceiptPath("rct_1", ""),
	}
}

func testRequest(state OpsState) OpsRequest {
	r := OpsRequest{
		What: OpsKindKey("receipt_return"), Way: OpsWayKey("bank"), Amount: 6300, State: state, By: "aoki", Asked: noon,
		Until: noon.AddDate(0, 0, 1), URL: OpsApprovalPath("apr_1", ""),
	}
	if state == OpsApproved || state == OpsRefused {
		r.Decider, r.Decided = "baba", noon
	}
	return r
}

func opsExamples() []example {
	const uri = "otpauth://totp/Tsuke:aoki?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Tsuke"
	slip := func(field string) Form {
		return Form{Typed: map[string]string{field: "12345"}, Slips: []Slip{{Field: field, What: SlipOther, Text: "これは使えません。もう一度入れてください。"}}}
	}
	outside := Frame{Here: OpsSignInPath, Token: "x", Desk: &Desk{}}
	prompt, notice, long := testMoney(), testMoney(), testMoney()
	prompt.Certain, prompt.Days, prompt.Place, prompt.Store = false, 0, "", ""
	notice.URL, notice.Money, notice.Name = "", false, "rcf_01k0000000000000000000000a/12"
	long.Amount = biggest
	next, inFile, failed := testMoney(), testMoney(), testMoney()
	next.Back, inFile.Back = &OpsBack{State: OpsBackOpen}, &OpsBack{State: OpsBackInFile, File: 3, Day: june.Next().Day(9)}
	failed.Back = &OpsBack{State: OpsBackFailed, Reason: RefusedName}
	for _, m := range []*OpsMoney{&next, &inFile, &failed} {
		m.Why, m.Bank, m.Time, m.Place, m.Store = OpsWhyKey("credit_return"), true, "", "", ""
	}
	suggestion := OpsSuggestion{
		Statement: "stm_1", Reference: "K7F2-9QXM", Month: june, Owed: 6209, Due: june.Next().Day(10),
		Why: "この請求のバーコードの番号と一致します（他の桁または金額が違います）",
	}
	receipt := OpsReceiptPage{
		Frame: opsFrame(OpsReceiptPath("rct_1", "")), Money: testMoney(), Suggested: []OpsSuggestion{suggestion, suggestion}, MayMatch: true, MayAsk: true,
		MatchURL: OpsReceiptPath("rct_1", "match"), ReturnURL: OpsReceiptPath("rct_1", "return"),
	}
	asked, matched, returned, sent, wrong := receipt, receipt, receipt, receipt, receipt
	asked.Asked, asked.Said = ptr(testRequest(OpsWaiting)), SaidOpsAsked
	matched.Decided, matched.Said = &OpsDecided{Matched: true, Reference: "K7F2-9QXM", By: "aoki", At: noon}, SaidOpsMatched
	returned.Decided = &OpsDecided{Way: OpsWayKey("post"), By: "aoki", Second: "baba", At: noon}
	sent.Decided = &OpsDecided{Way: OpsWayKey("agent"), By: "aoki", Second: "baba", At: noon, Paid: june.Next().Day(8)}
	wrong.Form = slip("statement")
	wanted, given, sending := receipt, receipt, returned
	wanted.Money, wanted.Wanted = inFile, &OpsWanted{Bill: "K7F2-9QXM", Chosen: june.Next().Day(8)}
	given.Money, given.Wanted = testMoney(), &OpsWanted{Bill: "K7F2-9QXM", Chosen: june.Next().Day(8), Paid: june.Next().Day(9)}
	sending.Money = failed
	invoiced := suggestion
	invoiced.Month = jst.Month{}
	receipt.Suggested = append(receipt.Suggested, invoiced)
	moves := []OpsMove{{OpsAccountKey("suspense"), 6300}, {OpsAccountKey("returns_payable"), -6300}}
	approval := OpsApprovalPage{
		Frame: opsFrame(OpsApprovalPath("apr_1", "")), Request: testRequest(OpsWaiting), Moves: moves, About: OpsReceiptPath("rct_1", ""),
		MayApprove: true, ApproveURL: OpsApprovalPath("apr_1", "approve"), RefuseURL: OpsApprovalPath("apr_1", "refuse"),
	}
	own, may, done := approval, approval, approval
	own.Own, may.MayApprove = true, false
	done.Request, done.Said, done.Bill = testRequest(OpsApproved), SaidOpsApproved, true
	late := OpsLate{
		Reference: "K7F2-9QXM", Month: june, Due: june.Next().Day(10), Days: 12, Owed: 30309, Next: OpsStepLast, NextDay: june.Add(2).Day(9), URL: OpsContactPath("stm_1"),
	}
	promised, called, bank, huge := late, late, late, late
	promised.Promise, promised.Next = june.Add(2).Day(1), OpsStepFirst
	called.NextDay, called.Next = jst.Day{}, OpsStepCall
	bank.Awaited, bank.Next = true, OpsStepSecond
	huge.Owed = biggest
	hold := OpsHold{Member: "mem_01k0000000000000000000000a", Reason: OpsHoldKey("hardship"), Last: june.Add(2).Day(1), By: "sato", At: noon, ResumeURL: OpsResumePath("stm_1")}
	holdAll := OpsHold{All: true, Reason: OpsHoldKey("incident"), By: "sato", At: noon, ResumeURL: OpsResumePath(OpsEverybody)}
	held, heldAll := late, late
	held.Hold = &hold
	heldAll.Hold, heldAll.Next, heldAll.NextDay = &holdAll, OpsStepNone, jst.Day{}
	everybody := OpsHolding{Token: opsFrame("").Token, All: true, May: true, StopURL: OpsStopPath(OpsEverybody), Reasons: []OpsReason{{"incident", OpsHoldKey("incident")}}}
	stoppedAll, wrongAll := everybody, everybody
	stoppedAll.Hold, wrongAll.Form = &holdAll, slip("last")
	contact := OpsContactPage{
		Frame: opsFrame(OpsContactPath("stm_1")), Late: promised, Name: "髙••••", Phone: "•••• 5678", Mail: "h••••@example.jp", MayReveal: true,
		Action: OpsContactPath("stm_1"), Sent: []SentMessage{{Subject: "30,209円・7月10日(金)まで", At: noon, Medium: ByMail, To: "h••••@example.jp", State: DeliverySent}},
	}
	for reason, key := range opsReasons {
		contact.Reasons = append(contact.Reasons, OpsReason{reason, key})
	}
	contact.WriteURL = OpsContactPath("stm_1") + "/write"
	contact.Preview = &OpsPreview{
		Step: OpsStepFirst, Day: june.Add(2).Day(9), Subject: "6月分のお支払いの確認ができていません・30,209円", Letter: "6月分の30,209円のお支払いを、まだ確認できていません。\n\nお問い合わせ番号: K7F2-9QXM\n",
		Text: "【ツケ】6月分のお支払いを確認できていません。", Lang: "ja",
	}
	for reason, key := range opsExcuses {
		contact.Excuses = append(contact.Excuses, OpsReason{reason, key})
	}
	contact.WaiveURL = OpsWaivePath("stm_1")
	contact.Charges = []OpsCharge{
		{"lch_1", "ops.charge.fee", june.Add(2).Day(10), 100, false, false},
		{"lch_2", "ops.charge.fallback", june.Add(2).Day(10), 209, true, true},
		{"lch_3", "ops.charge.damages", june.Add(2).Day(25), 552, true, false},
	}
	unchosen, waiving := contact, contact
	unchosen.Form, unchosen.ChargeErr = slip("charge"), slip("charge").SlipOf("charge")
	waiving.Waive = ptr(testRequest(OpsWaiting))
	many := OpsLatePage{Frame: opsFrame(OpsLatePath), Bills: []OpsLate{late}, Reasons: contact.Excuses, WaiveURL: OpsWaiveManyPath, Form: slip("to")}
	many.Days = OpsDays(many.Form, june.Add(3).Day(1))
	manyAsked := testRequest(OpsWaiting)
	manyAsked.What, manyAsked.Way, manyAsked.Count = "ops.kind.waive_charges", "ops.excuse.our_fault", 200
	bulk := approval
	bulk.Request, bulk.About = manyAsked, ""
	noRight, why, giveUp := contact, contact, contact
	giveUp.Asked = ptr(testRequest(OpsWaiting))
	noRight.Reasons, noRight.Excuses, noRight.Preview = nil, nil, nil
	contact.Holding = OpsHolding{Token: opsFrame("").Token, May: true, StopURL: OpsStopPath("stm_1")}
	for reason, key := range opsHolds {
		contact.Holding.Reasons = append(contact.Holding.Reasons, OpsReason{reason, key})
	}
	stopped, stopWrong := contact, contact
	stopped.Late, stopped.Holding.Hold, stopped.Said = held, &hold, SaidOpsStopped
	stopWrong.Form, stopWrong.Holding.Form = slip("last"), slip("last")
	noRight.MayReveal, noRight.Sent = false, nil
	why.Form = slip("reason")
	books := OpsBooksPage{
		Frame: opsFrame(OpsBooksPath), Check: OpsCheck{Complete: noon, Hours: 12}, Month: june, Billed: 700, Of: 1024, Asked: "rct_1", Entries: []OpsEntry{{Reason: "receipt_returned", Day: june.Next().Day(7), At: noon, Lines: moves}},
	}
	for account := range opsAccounts {
		books.Accounts = append(books.Accounts, OpsMove{OpsAccountKey(account), biggest})
	}
	broken := books
	broken.Check, broken.Entries, broken.Form = OpsCheck{Complete: noon, Hours: 12, Open: 12}, nil, slip("object")
	open := OpsBreak{
		Compares: "会員の未払いの額を、購入から返金と支払いを引いた額と比べます。", Subject: "mem_01k0000000000000000000000a", Code: "billing.checkUnpaid",
		Do:   "会員の購入と支払いを足し直します。多く請求していたら、先に会員の督促を止めてから、番号を開発担当に渡します。",
		Said: "an account in bucket 1023 is out by 1", Says: "an account in bucket 1023 is out by 123456", First: june.Day(2), Last: june.Day(14), Days: 12, URL: OpsBreakPath("brk_1", ""),
	}
	fresh, back := open, open
	fresh.Subject, fresh.Days, fresh.First, fresh.Said, fresh.Partner = "", 0, june.Day(14), open.Says, true
	back.Gone, back.Owner, back.Earlier, back.Before = june.Day(14), "aoki", 3, june.Prev().Day(30)
	mine, others := open, back
	mine.Owner, others.Gone = "aoki", jst.Day{}
	noted := []OpsNote{{"入金の取り込みが途中で止まっていた。", "aoki", noon}, {"再取り込み済み。次の点検で消えるはず。", "kubo", noon}}
	onBreak := func(b OpsBreak) OpsBreakPage {
		return OpsBreakPage{Frame: opsFrame(b.URL), Break: b, OwnURL: b.URL + "/own", NoteURL: b.URL + "/note"}
	}
	seen, taken, over, ended, noteWrong := onBreak(open), onBreak(mine), onBreak(others), onBreak(back), onBreak(fresh)
	seen.Entries, taken.Mine, taken.Notes, taken.Said, over.Instead, ended.Notes = OpsEntriesPath("stm_1"), true, noted, SaidOpsOwned, "stf_1", noted
	noteWrong.Form, over.Said = slip("finding"), SaidOpsNoted
	return []example{
		{"ops-signin", OpsSignInPage{Frame: outside, Name: "aoki", Return: OpsReceiptsPath}},
		{"ops-signin-wrong", OpsSignInPage{Frame: outside, Name: "aoki", Form: slip("totp")}},
		{"ops-signin-fresh", OpsSignInPage{Frame: opsFrame(OpsSignInPath), Name: "aoki", Fresh: true}},
		{"ops-signin-empty", OpsSignInPage{Frame: func() Frame { f := outside; f.Said = SaidOpsSignedOut; return f }()}},
		{"ops-enrol", OpsEnrolPage{Frame: outside, Name: "aoki", URI: uri, Key: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Until: noon, Action: OpsEnrolPath + "t"}},
		{"ops-enrol-wrong", OpsEnrolPage{Frame: outside, Name: "aoki", URI: uri, Key: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Until: noon, Action: OpsEnrolPath + "t", Form: slip("totp")}},
		{"ops-receipts-full", OpsReceiptsPage{Frame: opsFrame(OpsReceiptsPath), Waiting: []OpsMoney{testMoney(), prompt, notice, long, next, inFile, failed}, More: true}},
		{"ops-receipts-empty", OpsReceiptsPage{Frame: opsFrame(OpsReceiptsPath)}},
		{"ops-receipt-full", receipt},
		{"ops-receipt-asked", asked},
		{"ops-receipt-matched", matched},
		{"ops-receipt-returned", returned},
		{"ops-receipt-sent", sent},
		{"ops-receipt-wanted", wanted},
		{"ops-receipt-given", given},
		{"ops-receipt-sending", sending},
		{"ops-receipt-wrong", wrong},
		{"ops-receipt-empty", OpsReceiptPage{Frame: opsFrame(OpsReceiptPath("rct_1", "")), Money: prompt}},
		{"ops-approvals-full", OpsApprovalsPage{
			Frame: opsFrame(OpsApprovalsPath), Waiting: []OpsRequest{testRequest(OpsWaiting)},
			Ended: []OpsRequest{testRequest(OpsApproved), testRequest(OpsRefused), testRequest(OpsExpired)},
		}},
		{"ops-approvals-empty", OpsApprovalsPage{Frame: func() Frame { f := opsFrame(OpsApprovalsPath); f.Said = SaidOpsRefused; return f }()}},
		{"ops-approval-full", approval},
		{"ops-approval-own", own},
		{"ops-approval-no", may},
		{"ops-approval-done", done},
		{"ops-late-full", OpsLatePage{Frame: opsFrame(OpsLatePath), Bills: []OpsLate{late, promised, called, bank, huge}, More: true, All: everybody}},
		{"ops-late-stopped", OpsLatePage{
			Frame: func() Frame { f := opsFrame(OpsLatePath); f.Said = SaidOpsResumed; return f }(), Bills: []OpsLate{held, heldAll}, All: stoppedAll, Held: []OpsHold{hold},
		}},
		{"ops-late-wrong", OpsLatePage{Frame: opsFrame(OpsLatePath), Form: slip("last"), All: wrongAll}},
		{"ops-late-empty", OpsLatePage{Frame: opsFrame(OpsLatePath)}},
		{"ops-contact-full", contact},
		{"ops-contact-stopped", stopped},
		{"ops-contact-nostop", stopWrong},
		{"ops-contact-empty", noRight},
		{"ops-contact-wrong", why},
		{"ops-contact-asked", giveUp},
		{"ops-contact-unchosen", unchosen},
		{"ops-contact-waiving", waiving},
		{"ops-late-many", many},
		{"ops-approval-many", bulk},
		{"ops-look", OpsLookPage{
			Frame: opsFrame(OpsLooksPath), Name: "髙橋 花子", Kana: "タカハシ ハナコ", Phone: "09012345678", Mail: "hanako@example.jp", Reason: "電話で問い合わせ", Until: noon,
		}},
		{"ops-books-full", books},
		{"ops-books-broken", broken},
		{"ops-books-empty", OpsBooksPage{Frame: opsFrame(OpsBooksPath), Month: june, Billed: 1024, Of: 1024}},
		{"ops-breaks-full", OpsBreaksPage{
			Frame: opsFrame(OpsBreaksPath), Check: OpsCheck{Complete: noon, Hours: 30, Missed: true, Open: 210, Failed: []string{"billing.checkLines"}, More: []string{"billing.checkUnpaid"}},
			Open: []OpsBreak{open, mine, fresh}, More: true, Gone: []OpsBreak{back},
		}},
		{"ops-breaks-never", OpsBreaksPage{Frame: opsFrame(OpsBreaksPath), Check: OpsCheck{Missed: true}}},
		{"ops-breaks-empty", OpsBreaksPage{Frame: opsFrame(OpsBreaksPath), Check: OpsCheck{Complete: noon, Hours: 5}}},
		{"ops-breaks-now", OpsBreaksPage{Frame: opsFrame(OpsBreaksPath), Check: OpsCheck{Complete: noon}}},
		{"ops-break-open", seen},
		{"ops-break-mine", taken},
		{"ops-break-others", over},
		{"ops-break-gone", ended},
		{"ops-break-wrong", noteWrong},
		{"ops-looks-full", OpsLooksPage{Frame: opsFrame(OpsLooksPath), Looks: []OpsLook{{noon, "aoki", "mem_01k0000000000000000000000a", "電話で問い合わせ"}}, Older: OpsLooksPath + "?before=1"}},
		{"ops-looks-empty", OpsLooksPage{Frame: opsFrame(OpsLooksPath)}},
		{"ops-error", ErrorPage{Frame: opsFrame("/ops/x"), Code: "", What: "自分の申請は承認できません。", Next: "別の担当者に頼んでください。", Side: SideOffice, Reference: "K7F2-9QXM", GoURL: OpsPath}},
	}
}

// TestOpsTabs: who has no right to a page is not offered it, and members' pages are led to from none.
func TestOpsTabs(t *testing.T) {
	t.Parallel()
	v := testViews(t)
	for _, c := range []struct {
		desk Desk
		want []string
	}{
		{Desk{}, nil},
		{Desk{Name: "sato"}, []string{OpsReceiptsPath, OpsApprovalsPath, OpsLatePath}},
		{Desk{Name: "aoki", Books: true}, []string{OpsReceiptsPath, OpsApprovalsPath, OpsLatePath, OpsBooksPath}},
		{Desk{Name: "kubo", Books: true, Audit: true}, []string{OpsReceiptsPath, OpsApprovalsPath, OpsLatePath, OpsBooksPath, OpsLooksPath}},
	} {
		text := render(t, v, English, OpsLatePage{Frame: Frame{Here: OpsLatePath, Desk: &c.desk}})
		for _, path := range []string{OpsReceiptsPath, OpsApprovalsPath, OpsLatePath, OpsBooksPath, OpsLooksPath} {
			want := strings.Contains(strings.Join(c.want, " "), path)
			if got := strings.Contains(text, `<li><a href="`+path+`"`); got != want {
				t.Errorf("%s: offers %s: %t", c.desk.Name, path, got)
			}
		}
		if strings.Contains(text, `href="/"`) || strings.Contains(text, `href="/terms"`) {
			t.Errorf("%s: leads to members' pages", c.desk.Name)
		}
	}
}

// TestOpsWords: every account, reason and way has words, and a bar of the close is full only when all is done.
func TestOpsWords(t *testing.T) {
	t.Parallel()
	for _, all := range []map[string]string{opsAccounts, opsWhys, opsWays, opsKinds, opsReasons, opsExcuses, opsCharges, opsManuals} {
		for name, key := range all {
			if _, ok := texts[key]; !ok {
				t.Errorf("%s: no text %q", name, key)
			}
		}
	}
	for billed, want := range map[int]int{0: 0, 127: 0, 128: 1, 1023: 7, 1024: 8} {
		n := 0
		for _, on := range (OpsBooksPage{Billed: billed, Of: 1024}).Marks() {
			if on {
				n++
			}
		}
		if n != want {
			t.Errorf("%d of 1024: %d marks", billed, n)
		}
	}
}
