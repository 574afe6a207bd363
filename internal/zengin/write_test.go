package zengin_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/zengin"
)

// written is the bytes of a request.
func written(t testing.TB, f zengin.Format, h zengin.Header, ds []zengin.Debit) string {
	t.Helper()
	var out bytes.Buffer
	if _, err := zengin.WriteRequest(&out, f, h, each(ds)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestFormats: each clause of the contract shows in its bytes and nowhere else.
func TestFormats(t *testing.T) {
	t.Parallel()
	plain := written(t, zengin.Format{}, header(), debits())
	record := func(s string, n int) string { return s[(n-1)*120 : n*120] }
	if got := written(t, zengin.Format{Code: zengin.JIS}, header(), debits()); got != plain {
		t.Errorf("JIS by name: %q", got)
	}
	if got := written(t, zengin.Format{EndByte: true}, header(), debits()); got != plain+"\x1a" {
		t.Errorf("with an end byte: %q", got)
	}
	crlf := written(t, zengin.Format{CRLF: true, EndByte: true}, header(), debits())
	if len(crlf) != 611 || strings.ReplaceAll(crlf, "\r\n", "") != plain+"\x1a" || !strings.HasSuffix(crlf, "\r\n\x1a") {
		t.Errorf("with line ends: %q", crlf)
	}
	bare := header()
	bare.AccountType, bare.AccountNumber = 0, ""
	want := plain[:95] + strings.Repeat(" ", 8) + plain[103:]
	for _, h := range []zengin.Header{header(), bare} {
		if got := written(t, zengin.Format{NoConsignorAccount: true}, h, debits()); got != want {
			t.Errorf("without the consignor's account: %q", got)
		}
	}
	blank := written(t, zengin.Format{BlankResult: true}, header(), debits())
	if record(blank, 2)[111] != ' ' || record(plain, 2)[111] != '0' || strings.ReplaceAll(blank, "  ", "") == strings.ReplaceAll(plain, "  ", "") {
		t.Errorf("with blank results: %q", blank)
	}
	if got := written(t, zengin.Format{}, header(), answers(zengin.OtherReason, zengin.Debited)); got != plain {
		t.Errorf("a request of debits that have results: %q", got)
	}
	ds := debits()
	ds[0].Account.Holder = "ｱ/,'+:?｢｣¥ｦ"
	extra := written(t, zengin.Format{Extra: "/,'+:?｢｣¥ｦ"}, header(), ds)
	if got := record(extra, 2)[50:62]; got != "\xb1/,'+:?\xa2\xa3\x5c\xa6 " {
		t.Errorf("extra characters: %q", got)
	}
	if got := written(t, zengin.Format{}, header(), nil); len(got) != 360 || record(got, 2) != "8"+strings.Repeat("0", 54)+strings.Repeat(" ", 65) {
		t.Errorf("a request without debits: %q", got)
	}
}

// TestWriteRefuses: what the format cannot hold is named, and not a byte of its record is written.
func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	type change func(*zengin.Format, *zengin.Header, *zengin.Debit)
	h := func(f func(*zengin.Header)) change {
		return func(_ *zengin.Format, h *zengin.Header, _ *zengin.Debit) { f(h) }
	}
	d := func(f func(*zengin.Debit)) change {
		return func(_ *zengin.Format, _ *zengin.Header, d *zengin.Debit) { f(d) }
	}
	for name, row := range map[string]struct {
		change change
		record int
		field  zengin.Field
		want   zengin.Problem
	}{
		"EBCDIC":            {func(f *zengin.Format, _ *zengin.Header, _ *zengin.Debit) { f.Code = zengin.EBCDIC }, 1, zengin.FieldCode, zengin.IsEBCDIC},
		"another code":      {func(f *zengin.Format, _ *zengin.Header, _ *zengin.Debit) { f.Code = '2' }, 1, zengin.FieldCode, zengin.BadCode},
		"an unknown extra":  {func(f *zengin.Format, _ *zengin.Header, _ *zengin.Debit) { f.Extra = "/&" }, 0, 0, zengin.BadExtra},
		"consignor":         {h(func(h *zengin.Header) { h.Consignor = "123456789" }), 1, zengin.FieldConsignor, zengin.BadDigits},
		"consignor's name":  {h(func(h *zengin.Header) { h.ConsignorName = "アトバライ" }), 1, zengin.FieldConsignorName, zengin.BadText},
		"no name":           {h(func(h *zengin.Header) { h.ConsignorName = "" }), 1, zengin.FieldConsignorName, zengin.Empty},
		"name of 41":        {h(func(h *zengin.Header) { h.ConsignorName = strings.Repeat("ﾊﾞ", 20) + "ｱ" }), 1, zengin.FieldConsignorName, zengin.TooLong},
		"no day":            {h(func(h *zengin.Header) { h.Day = "" }), 1, zengin.FieldDay, zengin.BadDigits},
		"31 November":       {h(func(h *zengin.Header) { h.Day = "1131" }), 1, zengin.FieldDay, zengin.BadDay},
		"our bank":          {h(func(h *zengin.Header) { h.Bank = "1" }), 1, zengin.FieldOurBank, zengin.BadDigits},
		"our bank's name":   {h(func(h *zengin.Header) { h.BankName = strings.Repeat("ｱ", 16) }), 1, zengin.FieldOurBankName, zengin.TooLong},
		"our branch":        {h(func(h *zengin.Header) { h.Branch = "01" }), 1, zengin.FieldOurBranch, zengin.BadDigits},
		"our branch's name": {h(func(h *zengin.Header) { h.BranchName = " ｱ" }), 1, zengin.FieldOurBranchName, zengin.BadSpace},
		"our account type":  {h(func(h *zengin.Header) { h.AccountType = 0 }), 1, zengin.FieldOurAccountType, zengin.BadAccount},
		"our account":       {h(func(h *zengin.Header) { h.AccountNumber = "" }), 1, zengin.FieldOurAccountNumber, zengin.BadDigits},

		"bank":             {d(func(d *zengin.Debit) { d.Account.Bank = "" }), 3, zengin.FieldBank, zengin.BadDigits},
		"bank name":        {d(func(d *zengin.Debit) { d.Account.BankName = "銀行" }), 3, zengin.FieldBankName, zengin.BadText},
		"branch":           {d(func(d *zengin.Debit) { d.Account.Branch = "1" }), 3, zengin.FieldBranch, zengin.BadDigits},
		"branch name":      {d(func(d *zengin.Debit) { d.Account.BranchName = "ｬ" }), 3, zengin.FieldBranchName, zengin.BadText},
		"account type":     {d(func(d *zengin.Debit) { d.Account.Type = 3 }), 3, zengin.FieldAccountType, zengin.BadAccount},
		"account type 14":  {d(func(d *zengin.Debit) { d.Account.Type = 14 }), 3, zengin.FieldAccountType, zengin.BadAccount},
		"account number":   {d(func(d *zengin.Debit) { d.Account.Number = "123456" }), 3, zengin.FieldAccountNumber, zengin.BadDigits},
		"holder":           {d(func(d *zengin.Debit) { d.Account.Holder = "" }), 3, zengin.FieldHolder, zengin.Empty},
		"holder with /":    {d(func(d *zengin.Debit) { d.Account.Holder = "ｱ/" }), 3, zengin.FieldHolder, zengin.BadText},
		"holder of 31":     {d(func(d *zengin.Debit) { d.Account.Holder = mask.Name(strings.Repeat("ｱ", 31)) }), 3, zengin.FieldHolder, zengin.TooLong},
		"nothing":          {d(func(d *zengin.Debit) { d.Amount = 0 }), 3, zengin.FieldAmount, zengin.BadAmount},
		"less":             {d(func(d *zengin.Debit) { d.Amount = -1 }), 3, zengin.FieldAmount, zengin.BadAmount},
		"eleven digits":    {d(func(d *zengin.Debit) { d.Amount = 10_000_000_000 }), 3, zengin.FieldAmount, zengin.BadAmount},
		"new code":         {d(func(d *zengin.Debit) { d.New = 3 }), 3, zengin.FieldNew, zengin.BadNew},
		"new code below":   {d(func(d *zengin.Debit) { d.New = -1 }), 3, zengin.FieldNew, zengin.BadNew},
		"no customer":      {d(func(d *zengin.Debit) { d.Customer = "" }), 3, zengin.FieldCustomer, zengin.Empty},
		"customer of 21":   {d(func(d *zengin.Debit) { d.Customer = strings.Repeat("0", 21) }), 3, zengin.FieldCustomer, zengin.TooLong},
		"customer below":   {d(func(d *zengin.Debit) { d.Customer = "mem-1" }), 3, zengin.FieldCustomer, zengin.BadText},
		"the same one":     {d(func(d *zengin.Debit) { d.Customer = debits()[0].Customer }), 3, zengin.FieldCustomer, zengin.Doubled},
		"a result unknown": {d(func(d *zengin.Debit) { d.Result = '5' }), 3, zengin.FieldResult, zengin.BadResult},
		"a result too few": {d(func(d *zengin.Debit) { d.Result = 0 }), 3, zengin.FieldResult, zengin.BadResult},
	} {
		format, head, ds := zengin.Format{}, header(), answers(zengin.Debited, zengin.Debited)
		row.change(&format, &head, &ds[1])
		var out bytes.Buffer
		summary, err := zengin.WriteResult(&out, format, head, each(ds))
		var got zengin.FieldError
		want := zengin.FieldError{Record: row.record, Field: row.field, Problem: row.want}
		if !errors.As(err, &got) || got != want || summary != (zengin.Summary{}) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
		if most := max(row.record-1, 0) * 120; out.Len() > most {
			t.Errorf("%s: %d bytes were written, at most %d are good", name, out.Len(), most)
		}
	}
}

// many are n debits that fit, made as they are asked for.
func many(n int, each money.Yen, code func(i int) zengin.ResultCode) iter.Seq2[zengin.Debit, error] {
	return func(yield func(zengin.Debit, error) bool) {
		d := zengin.Debit{Account: account()}
		for i := range n {
			d.Amount, d.Result = each, code(i)
			d.Customer = fmt.Sprintf("%020d", i)
			if !yield(d, nil) {
				return
			}
		}
	}
}

func unanswered(int) zengin.ResultCode { return 0 }

// TestLimits: the trailer counts to 999,999 and sums to twelve digits, and the record that would go beyond is refused.
func TestLimits(t *testing.T) {
	t.Parallel()
	const most = money.Yen(9_999_999_999)
	got, err := zengin.WriteRequest(io.Discard, zengin.Format{}, header(), many(100, most, unanswered))
	if want := (zengin.Totals{Count: 100, Amount: 100 * most}); err != nil || got.Totals != want {
		t.Errorf("100 of the largest debits: %+v, %v", got.Totals, err)
	}
	_, err = zengin.WriteRequest(io.Discard, zengin.Format{}, header(), many(101, most, unanswered))
	if want := (zengin.FieldError{Record: 102, Field: zengin.FieldAmount, Problem: zengin.SumTooLarge}); !errors.Is(err, want) {
		t.Errorf("101 of the largest debits: %v, want %v", err, want)
	}
	for name, row := range map[string]struct {
		before zengin.Totals
		amount money.Yen
		field  zengin.Field
		want   zengin.Problem
	}{
		"the last record":     {zengin.Totals{Count: 999_998, Amount: 999_998}, 1, 0, zengin.Fine},
		"one record too many": {zengin.Totals{Count: 999_999, Amount: 999_999}, 1, 0, zengin.TooMany},
		"the last yen":        {zengin.Totals{Count: 1, Amount: 999_999_999_998}, 1, 0, zengin.Fine},
		"one yen too many":    {zengin.Totals{Count: 1, Amount: 999_999_999_999}, 1, zengin.FieldAmount, zengin.SumTooLarge},
		"beyond all money":    {zengin.Totals{Count: 1, Amount: 999_999_999_999}, most, zengin.FieldAmount, zengin.SumTooLarge},
	} {
		after, f, p := zengin.Add(row.before, zengin.Debit{Amount: row.amount})
		if f != row.field || p != row.want || (after == row.before) != (row.want != zengin.Fine) {
			t.Errorf("%s: %+v, field %d, problem %d", name, after, f, p)
		}
	}
}

func TestWriteFailures(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk full")
	if _, err := zengin.WriteRequest(failing{broken}, zengin.Format{CRLF: true, EndByte: true}, header(), each(debits())); !errors.Is(err, broken) {
		t.Errorf("a writer that fails at the end: %v", err)
	}
	if _, err := zengin.WriteRequest(failing{broken}, zengin.Format{}, header(), many(10_000, 1, unanswered)); !errors.Is(err, broken) {
		t.Errorf("a writer that fails in the middle: %v", err)
	}
	lost := errors.New("connection lost")
	source := func(yield func(zengin.Debit, error) bool) {
		if yield(debits()[0], nil) {
			yield(zengin.Debit{}, lost)
		}
	}
	var out bytes.Buffer
	if _, err := zengin.WriteRequest(&out, zengin.Format{}, header(), source); !errors.Is(err, lost) || out.Len() >= 360 {
		t.Errorf("debits that end in an error: %v after %d bytes", err, out.Len())
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestHundredThousand: a request as large as a real one, answered by the bank and read back, all by streaming.
func TestHundredThousand(t *testing.T) {
	t.Parallel()
	const n = 100_000
	amount := func(i int) money.Yen { return money.Yen(100 + i%49_900) }
	codes := zengin.ResultCodes()
	asked := func(yield func(zengin.Debit, error) bool) {
		i := 0
		for d, err := range many(n, 1, unanswered) {
			d.Amount = amount(i)
			if i++; !yield(d, err) {
				return
			}
		}
	}
	var request, result bytes.Buffer
	sent, err := zengin.WriteRequest(&request, zengin.Format{CRLF: true}, header(), asked)
	if err != nil {
		t.Fatal(err)
	}
	want := zengin.Totals{Count: n}
	for i := range n {
		want.Amount += amount(i)
	}
	if sent.Totals != want {
		t.Errorf("sent %+v, want %+v", sent.Totals, want)
	}
	bank, err := zengin.ReadRequest(bytes.NewReader(request.Bytes()), zengin.Format{})
	if err != nil {
		t.Fatal(err)
	}
	i, asBankRead := 0, zengin.File{Header: bank.Header()}
	answering := func(yield func(zengin.Debit, error) bool) {
		for d, err := range bank.Debits() {
			asBankRead.Debits = append(asBankRead.Debits, d)
			d.Result = codes[i%len(codes)]
			if d.Result == zengin.Debited {
				want.DoneCount, want.DoneAmount = want.DoneCount+1, want.DoneAmount+d.Amount
			} else {
				want.FailedCount, want.FailedAmount = want.FailedCount+1, want.FailedAmount+d.Amount
			}
			i++
			if !yield(d, err) {
				return
			}
		}
	}
	answered, err := zengin.WriteResult(&result, zengin.Format{CRLF: true}, bank.Header(), answering)
	if err != nil {
		t.Fatal(err)
	}
	received, err := bank.Summary()
	if err != nil || received != sent || sent.Hash != sha256.Sum256(request.Bytes()) {
		t.Errorf("the bank received %+v, %v; sent was %+v", received, err, sent)
	}
	ours, err := zengin.ReadResult(&result, zengin.Format{})
	if err != nil {
		t.Fatal(err)
	}
	file, err := ours.File()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, file.Totals); diff != "" || file.Summary != answered {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	if want.DoneCount+want.FailedCount != n || want.DoneAmount+want.FailedAmount != want.Amount || want.DoneCount != 14_286 {
		t.Errorf("the parts do not make up all: %+v", want)
	}
	if bad := zengin.Match(asBankRead, file, day(t, "2026-11-27")); len(bad) != 0 {
		t.Errorf("%d mismatches, the first %v", len(bad), bad[0].Text())
	}
}

func BenchmarkWrite(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := zengin.WriteRequest(io.Discard, zengin.Format{}, header(), many(100_000, 1, unanswered)); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(100_003 * 120)
}

func BenchmarkRead(b *testing.B) {
	var file bytes.Buffer
	if _, err := zengin.WriteResult(&file, zengin.Format{}, header(), many(100_000, 1, func(int) zengin.ResultCode { return zengin.Debited })); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		r, err := zengin.ReadResult(bytes.NewReader(file.Bytes()), zengin.Format{})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range r.Debits() {
			if err != nil {
				b.Fatal(err)
			}
		}
		if _, err := r.Summary(); err != nil {
			b.Fatal(err)
		}
	}
}
