package memory

import (
	"fmt"
	"slices"
	"strings"
)

// Dump is every row as text, by table and sorted, for comparing two databases.
func (t *Tables) Dump() string {
	var b strings.Builder
	dump(&b, &t.Answers, func(r Answered) Answered { r.LSN = 0; return r })
	dump(&b, &t.Entries, nil)
	dump(&b, &t.Lines, nil)
	dump(&b, &t.Events, nil)
	dump(&b, &t.Log, nil)
	dump(&b, &t.Feed, nil)
	dump(&b, &t.Cursors, nil)
	dump(&b, &t.Accounts, nil)
	dump(&b, &t.Limits, nil)
	dump(&b, &t.Fences, nil)
	dump(&b, &t.Orders, nil)
	dump(&b, &t.Payments, nil)
	dump(&b, &t.Captures, nil)
	dump(&b, &t.Refunds, nil)
	dump(&b, &t.Sessions, nil)
	dump(&b, &t.Closes, nil)
	dump(&b, &t.Bills, nil)
	dump(&b, &t.Slips, nil)
	dump(&b, &t.Credits, nil)
	dump(&b, &t.Files, nil)
	dump(&b, &t.Receipts, nil)
	dump(&b, &t.Told, nil)
	dump(&b, &t.Charges, nil)
	dump(&b, &t.Outages, nil)
	dump(&b, &t.Promises, nil)
	dump(&b, &t.Terms, nil)
	dump(&b, &t.DebitRuns, nil)
	dump(&b, &t.DebitItems, nil)
	dump(&b, &t.Payers, nil)
	dump(&b, &t.BankAccounts, nil)
	dump(&b, &t.Decisions, nil)
	dump(&b, &t.Origins, nil)
	dump(&b, &t.LineCloses, nil)
	dump(&b, &t.WriteOffs, nil)
	dump(&b, &t.Waivers, nil)
	dump(&b, &t.Plans, nil)
	dump(&b, &t.PlanParts, nil)
	t.dumpWays(&b)
	dump(&b, &t.Disputes, nil)
	for _, w := range t.Outbox {
		fmt.Fprintf(&b, "event_outbox %+v\n", w)
	}
	fmt.Fprintf(&b, "event_relay %d\n", t.Relay)
	return b.String()
}

func dump[K comparable, R any](b *strings.Builder, t *Table[K, R], plain func(R) R) {
	var rows []string
	for _, r := range t.rows {
		if plain != nil {
			c := plain(*r)
			r = &c
		}
		rows = append(rows, fmt.Sprintf("%s %+v\n", t.Name, *r))
	}
	slices.Sort(rows)
	for _, r := range rows {
		b.WriteString(r)
	}
}

// dumpWays leaves out what is sealed, which is another text each time, and tells only whether it is there.
func (t *Tables) dumpWays(b *strings.Builder) {
	dump(b, &t.CreditReturns, nil)
	dump(b, &t.Regained, nil)
	dump(b, &t.PayoutFiles, nil)
	dump(b, &t.Payouts, nil)
	dump(b, &t.PayoutRecords, func(r PayoutRecord) PayoutRecord {
		r.Reason += fmt.Sprintf(" sealed: %v", r.Account != nil && r.DataKey != nil)
		r.DataKey, r.Account = nil, nil
		return r
	})
	dump(b, &t.PayoutAccounts, func(r PayoutAccount) PayoutAccount {
		r.DataKey, r.Account = nil, nil
		return r
	})
	dump(b, &t.TransferLines, nil)
	dump(b, &t.TransferPayers, func(r TransferPayer) TransferPayer {
		r.DataKey, r.Sealed = nil, nil
		return r
	})
	dump(b, &t.NumberClaims, nil)
	dump(b, &t.NumberSlips, nil)
	dump(b, &t.NumberFiles, nil)
}
