package web

import (
	"strings"
	"testing"
)

func testManual() OpsManual {
	return OpsManual{
		Name: "jnl_01k0000000000000000000000a", Reference: "BANK-2026-7-3", Reason: OpsManualKey("bank_fee"), Note: "振込手数料 7月分", Day: june.Next().Day(9),
		Lines: []OpsMove{{OpsAccountKey("bank_fees"), 500}, {OpsAccountKey("input_tax"), 50}, {OpsAccountKey("bank"), -550}}, Sum: 550,
		By: "aoki", Second: "baba", At: noon, URL: OpsEntryPath("jnl_1", ""),
	}
}

func journalExamples() []example {
	entry, long := testManual(), testManual()
	undone := entry
	undone.Undone = &OpsUndone{By: "aoki", Second: "baba", Note: "銀行が返してくれたため", At: noon}
	long.Sum, long.Reference, long.Note = biggest, "BANK-2026-07-09/0000000000000000000000001", "収納会社からの7月前半の精算。1円の過不足があり、手数料と消費税を差し引いた金額が振り込まれました。"
	long.Lines = nil
	var reasons, accounts []OpsReason
	for reason, key := range opsManuals {
		reasons = append(reasons, OpsReason{reason, key})
	}
	for account, key := range opsAccounts {
		if hand := account; !strings.Contains("member_receivable agent_prompt merchant_payable billing_fee late_fee late_damages consumption_tax suspense returns_payable bad_debt recoveries", hand) {
			accounts = append(accounts, OpsReason{hand, key})
		}
		long.Lines = append(long.Lines, OpsMove{key, -biggest})
	}
	instead := strings.Repeat("入金は tsuke receipts で記録してください。", 5)
	day := func(f Form) OpsDay {
		return OpsDay{"day", "ops.entry.day", f.Typed["day"], june.Add(2).Day(1), f.SlipOf("day")}
	}
	draft := OpsDraftPage{
		Frame: opsFrame(OpsJournalNewPath), Day: day(Form{}), First: june.Day(1), Reasons: reasons, Action: OpsJournalNewPath,
		Others: []OpsOther{
			{[]string{OpsAccountKey("suspense"), OpsAccountKey("agent_prompt")}, false, instead},
			{[]string{OpsAccountKey("member_receivable"), OpsAccountKey("billing_fee"), OpsAccountKey("late_fee"), OpsAccountKey("late_damages")}, false, instead},
			{[]string{OpsAccountKey("bad_debt"), OpsAccountKey("recoveries")}, false, instead},
			{[]string{OpsAccountKey("agent_receivable")}, true, ""},
		},
	}
	draft.Rows, draft.Rest = OpsRows(Form{}, accounts, 10)
	wrong := draft
	wrong.Form = Form{Typed: map[string]string{"account1": "bank", "amount1": "550", "side1": "debit", "account6": "interest", "amount6": "x"}}
	for _, field := range []string{"reference", "reason", "note", "day", "account1", "amount6", "lines"} {
		wrong.Form.Slips = append(wrong.Form.Slips, Slip{Field: field, What: SlipOther, Text: "これは使えません。もう一度入れてください。"})
	}
	wrong.Day = day(wrong.Form)
	wrong.Rows, wrong.Rest = OpsRows(wrong.Form, accounts, 10)
	page := OpsEntryPage{Frame: opsFrame(OpsEntryPath("jnl_1", "")), Entry: entry, MayReverse: true, ReverseURL: OpsEntryPath("jnl_1", "reverse")}
	asked, gone, slip, may := page, page, page, page
	asked.Asked, asked.Said = ptr(testRequest(OpsWaiting)), SaidOpsAsked
	gone.Entry, may.MayReverse = undone, false
	slip.Form = Form{Slips: []Slip{{Field: "note", What: SlipOther, Text: "摘要が空です。"}}}
	request := testRequest(OpsWaiting)
	request.What, request.Way, request.Lines = OpsKindKey("journal_post"), OpsManualKey("bank_fee"), entry.Lines
	post := OpsApprovalPage{
		Frame: opsFrame(OpsApprovalPath("apr_1", "")), Request: request, Moves: entry.Lines, Manual: ptr(entry), MayApprove: true,
		ApproveURL: OpsApprovalPath("apr_1", "approve"), RefuseURL: OpsApprovalPath("apr_1", "refuse"),
	}
	reverse := post
	reverse.Manual, reverse.Note, reverse.Entry, reverse.About = nil, "銀行が返してくれたため", true, OpsEntryPath("jnl_1", "")
	reverse.Request.What, reverse.Request.Way = OpsKindKey("journal_reverse"), ""
	return []example{
		{"ops-journal-full", OpsJournalPage{Frame: opsFrame(OpsJournalPath), Reasons: reasons, Today: june.Day(30), Entries: []OpsManual{entry, undone, long}, More: true, NewURL: OpsJournalNewPath}},
		{"ops-journal-empty", OpsJournalPage{Frame: opsFrame(OpsJournalPath), Reasons: reasons, Today: june.Day(30)}},
		{"ops-journal-zero", OpsJournalPage{Frame: opsFrame(OpsJournalPath), Reasons: reasons, Today: june.Day(30), Typed: map[string]string{"reason": "interest", "from": "2026-06-01"}}},
		{"ops-draft", draft},
		{"ops-draft-wrong", wrong},
		{"ops-entry-full", page},
		{"ops-entry-asked", asked},
		{"ops-entry-reversed", gone},
		{"ops-entry-wrong", slip},
		{"ops-entry-empty", may},
		{"ops-entry-long", OpsEntryPage{Frame: opsFrame(OpsEntryPath("jnl_1", "")), Entry: long}},
		{"ops-approvals-entry", OpsApprovalsPage{Frame: opsFrame(OpsApprovalsPath), Waiting: []OpsRequest{request}}},
		{"ops-approval-entry", post},
		{"ops-approval-reverse", reverse},
	}
}

// TestOpsRows: the first line is a debit unless it was typed otherwise, and further lines are open only if one of them was typed.
func TestOpsRows(t *testing.T) {
	t.Parallel()
	var page OpsDraftPage
	page.Rows, page.Rest = OpsRows(Form{Typed: map[string]string{"account2": "bank", "side2": "debit", "amount2": "1"}}, nil, 10)
	if len(page.Rows) != opsRowsShown || len(page.Rest) != 10-opsRowsShown || page.Open() {
		t.Errorf("%d and %d lines, open: %t", len(page.Rows), len(page.Rest), page.Open())
	}
	for i, want := range []string{"", "debit", "credit", "credit"} {
		if page.Rows[i].Side != want || page.Rows[i].Number != i+1 {
			t.Errorf("%d: %+v", i, page.Rows[i])
		}
	}
	page.Rows, page.Rest = OpsRows(Form{Typed: map[string]string{"amount10": "1"}}, nil, 10)
	if !page.Open() {
		t.Error("what was typed is not shown")
	}
}
