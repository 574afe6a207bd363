package zengin_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/zengin"
)

// The worked example as transfers: the same accounts are paid.
var (
	transferHeader  = "121" + exampleHeader[3:]
	transferFirst   = "20005ﾐﾂﾋﾞｼﾕ-ｴﾌｼﾞｴｲ__001ﾎﾝﾃﾝ_______________10123456ﾔﾏﾀﾞ_ﾀﾛｳ______________________00000300001000000000000000000017Y_______"
	transferSecond  = "29900ﾕｳﾁﾖ___________018ｾﾞﾛｲﾁﾊﾁ____________17654321ｻﾄｳ_ﾊﾅｺ_______________________00000123450000000000000000000027Y_______"
	transferTrailer = "8000002000000042345" + strings.Repeat("_", 101)
)

func exampleTransfers() []string {
	return []string{transferHeader, transferFirst, transferSecond, transferTrailer, exampleEnd}
}

func transfers() []zengin.Transfer {
	var all []zengin.Transfer
	for _, d := range debits() {
		all = append(all, zengin.Transfer{Account: d.Account, Amount: d.Amount, New: d.New, Key: d.Customer})
	}
	return all
}

func eachTransfer(ts []zengin.Transfer) iter.Seq2[zengin.Transfer, error] {
	return func(yield func(zengin.Transfer, error) bool) {
		for _, t := range ts {
			if !yield(t, nil) {
				return
			}
		}
	}
}

// TestTransferExample: the file of transfers, byte for byte.
func TestTransferExample(t *testing.T) {
	t.Parallel()
	for file, crlf := range map[string]bool{"transfer.txt": false, "transfer-crlf.txt": true} {
		end, format := "", zengin.Format{CRLF: crlf}
		if crlf {
			end = "\r\n"
		}
		var out bytes.Buffer
		written, err := zengin.WriteTransfers(&out, format, header(), eachTransfer(transfers()))
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join("testdata", file)
		if *update {
			if err := os.WriteFile(golden, out.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		onDisk, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), onDisk) || !bytes.Equal(onDisk, encoded(t, end, exampleTransfers()...)) {
			t.Errorf("%s is not the example:\n%q", file, out.Bytes())
		}
		if want := (zengin.Summary{Totals: zengin.Totals{Count: 2, Amount: 42_345}, Hash: sha256.Sum256(onDisk)}); written != want {
			t.Errorf("%s: %+v, want %+v", file, written, want)
		}
		got, err := zengin.ReadTransfers(bytes.NewReader(onDisk), zengin.Format{})
		if diff := cmp.Diff(zengin.TransferFile{Header: header(), Transfers: transfers(), Summary: written}, got); err != nil || diff != "" {
			t.Errorf("%s: %v, read as (-want +got):\n%s", file, err, diff)
		}
	}
	var out bytes.Buffer
	if _, err := zengin.WriteTransfers(&out, zengin.Format{CustomerCodes: true}, header(), eachTransfer(transfers())); err != nil || out.Bytes()[120+112] != ' ' {
		t.Errorf("customer codes: %v, %q", err, out.Bytes())
	}
}

// TestTransferRefuses: what a file of transfers cannot hold is named by the transfer's own fields, and nothing of it is written.
func TestTransferRefuses(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change func(*zengin.Transfer)
		field  zengin.Field
		want   zengin.Problem
	}{
		"bank":             {func(x *zengin.Transfer) { x.Account.Bank = "1" }, zengin.FieldPayeeBank, zengin.BadDigits},
		"bank name":        {func(x *zengin.Transfer) { x.Account.BankName = "銀行" }, zengin.FieldPayeeBankName, zengin.BadText},
		"branch":           {func(x *zengin.Transfer) { x.Account.Branch = "1" }, zengin.FieldPayeeBranch, zengin.BadDigits},
		"branch name":      {func(x *zengin.Transfer) { x.Account.BranchName = "ｬ" }, zengin.FieldPayeeBranchName, zengin.BadText},
		"type":             {func(x *zengin.Transfer) { x.Account.Type = 3 }, zengin.FieldPayeeType, zengin.BadAccount},
		"number":           {func(x *zengin.Transfer) { x.Account.Number = "123456" }, zengin.FieldPayeeNumber, zengin.BadDigits},
		"no payee":         {func(x *zengin.Transfer) { x.Account.Holder = "" }, zengin.FieldPayee, zengin.Empty},
		"payee in kanji":   {func(x *zengin.Transfer) { x.Account.Holder = "山田" }, zengin.FieldPayee, zengin.BadText},
		"payee of 31":      {func(x *zengin.Transfer) { x.Account.Holder = mask.Name(strings.Repeat("ｱ", 31)) }, zengin.FieldPayee, zengin.TooLong},
		"nothing":          {func(x *zengin.Transfer) { x.Amount = 0 }, zengin.FieldTransferAmount, zengin.BadAmount},
		"eleven digits":    {func(x *zengin.Transfer) { x.Amount = 10_000_000_000 }, zengin.FieldTransferAmount, zengin.BadAmount},
		"new code":         {func(x *zengin.Transfer) { x.New = 3 }, zengin.FieldTransferNew, zengin.BadNew},
		"no key":           {func(x *zengin.Transfer) { x.Key = "" }, zengin.FieldTransferKey, zengin.Empty},
		"key of 21":        {func(x *zengin.Transfer) { x.Key = strings.Repeat("0", 21) }, zengin.FieldTransferKey, zengin.TooLong},
		"the key of first": {func(x *zengin.Transfer) { x.Key = transfers()[0].Key }, zengin.FieldTransferKey, zengin.PaidTwice},
	} {
		all := transfers()
		row.change(&all[1])
		var out bytes.Buffer
		_, err := zengin.WriteTransfers(&out, zengin.Format{}, header(), eachTransfer(all))
		want := zengin.FieldError{Record: 3, Field: row.field, Problem: row.want}
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
		if out.Len() > 240 {
			t.Errorf("%s: %d bytes are written", name, out.Len())
		}
	}
	wrong := header()
	wrong.Day = "0230"
	if _, err := zengin.WriteTransfers(&bytes.Buffer{}, zengin.Format{}, wrong, eachTransfer(nil)); !errors.Is(err, zengin.FieldError{Record: 1, Field: zengin.FieldTransferDay, Problem: zengin.BadDay}) {
		t.Errorf("30 February: %v", err)
	}
	most := make([]zengin.Transfer, 0, 101)
	for i := range 101 {
		x := transfers()[0]
		x.Amount, x.Key = 9_999_999_999, strings.Repeat("A", 17)+string([]byte{'0' + byte(i/100), '0' + byte(i/10%10), '0' + byte(i%10)})
		most = append(most, x)
	}
	if _, err := zengin.WriteTransfers(&bytes.Buffer{}, zengin.Format{}, header(), eachTransfer(most)); !errors.Is(err, zengin.FieldError{Record: 102, Field: zengin.FieldTransferAmount, Problem: zengin.SumTooLarge}) {
		t.Errorf("a sum of thirteen digits: %v", err)
	}
	stopped := errors.New("no more")
	if _, err := zengin.WriteTransfers(&bytes.Buffer{}, zengin.Format{}, header(), func(yield func(zengin.Transfer, error) bool) { yield(zengin.Transfer{}, stopped) }); !errors.Is(err, stopped) {
		t.Errorf("a sequence that ends: %v", err)
	}
}

// TestReadTransferRefuses: damage is found in its record and field.
func TestReadTransferRefuses(t *testing.T) {
	t.Parallel()
	good := encoded(t, "", exampleTransfers()...)
	at := func(record, column int, b string) []byte {
		raw := bytes.Clone(good)
		copy(raw[(record-1)*120+column-1:], b)
		return raw
	}
	for name, row := range map[string]struct {
		raw    []byte
		record int
		field  zengin.Field
		want   zengin.Problem
	}{
		"direct debit":       {encoded(t, "", exampleRequest()...), 1, zengin.FieldType, zengin.NotTransfer},
		"no such day":        {at(1, 55, "1131"), 1, zengin.FieldTransferDay, zengin.BadDay},
		"letter for digit":   {at(2, 44, "A"), 2, zengin.FieldPayeeNumber, zengin.BadDigits},
		"clearing house":     {at(2, 39, "1234"), 2, zengin.FieldClearing, zengin.NotBlank},
		"by letter":          {at(2, 112, "8"), 2, zengin.FieldDesignation, zengin.BadDesignation},
		"no mark":            {at(2, 113, " "), 2, zengin.FieldMark, zengin.BadMark},
		"filler":             {at(2, 114, "X"), 2, 0, zengin.NotBlank},
		"nothing":            {at(2, 81, "0000000000"), 2, zengin.FieldTransferAmount, zengin.BadAmount},
		"new code":           {at(2, 91, "3"), 2, zengin.FieldTransferNew, zengin.BadNew},
		"another sum":        {at(4, 19, "6"), 4, zengin.FieldSum, zengin.WrongCount},
		"another count":      {at(4, 7, "3"), 4, zengin.FieldCount, zengin.WrongCount},
		"more in the sums":   {at(4, 20, "000001"), 4, 0, zengin.NotBlank},
		"the same key twice": {at(3, 92, "00000000000000000001"), 3, zengin.FieldTransferKey, zengin.PaidTwice},
		"cut off":            {good[:480], 5, 0, zengin.CutOff},
		"empty":              {nil, 0, 0, zengin.EmptyFile},
	} {
		_, err := zengin.ReadTransfers(bytes.NewReader(row.raw), zengin.Format{})
		var got zengin.FieldError
		if !errors.As(err, &got) || got.Record != row.record || got.Problem != row.want || row.field != 0 && got.Field != row.field {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := zengin.ReadTransfers(bytes.NewReader(at(2, 39, "0000")), zengin.Format{}); err != nil {
		t.Errorf("a clearing house of zeros: %v", err)
	}
	if _, err := zengin.ReadRequest(bytes.NewReader(good), zengin.Format{}); !errors.Is(err, zengin.FieldError{Record: 1, Field: zengin.FieldType, Problem: zengin.NotDebit}) {
		t.Errorf("transfers read as debits: %v", err)
	}
}

// TestTransferRoundTrip: what is to be paid reads back as itself.
func TestTransferRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := zengin.Format{CRLF: rapid.Bool().Draw(t, "CRLF"), EndByte: rapid.Bool().Draw(t, "end byte"), Extra: extras, CustomerCodes: rapid.Bool().Draw(t, "codes")}
		h, ds := drawFile(t, f)
		var want []zengin.Transfer
		var sum money.Yen
		for _, d := range ds {
			want = append(want, zengin.Transfer{Account: d.Account, Amount: d.Amount, New: d.New, Key: d.Customer})
			sum += d.Amount
		}
		var out bytes.Buffer
		told, err := zengin.WriteTransfers(&out, f, h, eachTransfer(want))
		if err != nil || told.Totals != (zengin.Totals{Count: len(want), Amount: sum}) {
			t.Fatalf("%+v, %v", told, err)
		}
		got, err := zengin.ReadTransfers(&out, f)
		if diff := cmp.Diff(zengin.TransferFile{Header: h, Transfers: want, Summary: told}, got); err != nil || diff != "" {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
	})
}

// FuzzReadTransfers: any bytes are either refused in words, or are exactly what a writer makes of what was read.
func FuzzReadTransfers(f *testing.F) {
	for _, lines := range [][]string{exampleTransfers(), exampleRequest(), {transferHeader, "8" + strings.Repeat("0", 18) + strings.Repeat("_", 101), exampleEnd}} {
		f.Add(encoded(f, "", lines...))
		f.Add(append(encoded(f, "\r\n", lines...), 0x1A))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		format := zengin.Format{Extra: extras}
		file, err := zengin.ReadTransfers(bytes.NewReader(raw), format)
		if err != nil {
			var refused zengin.FieldError
			if !errors.As(err, &refused) || refused.Text().JA == "" || refused.Text().EN == "" {
				t.Fatal(err)
			}
			return
		}
		format.CRLF, format.EndByte = len(raw) > 121 && raw[120] == '\r', raw[len(raw)-1] == 0x1A
		format.NoConsignorAccount = file.Header.AccountType == 0
		var out bytes.Buffer
		told, err := zengin.WriteTransfers(&out, format, file.Header, eachTransfer(file.Transfers))
		if err != nil || told.Totals != file.Totals {
			t.Fatalf("%+v, %v; read were %+v", told.Totals, err, file.Totals)
		}
		if got, want := forgiven(out.Bytes(), len(file.Transfers)), forgiven(raw, len(file.Transfers)); !bytes.Equal(got, want) {
			t.Fatalf("written %q\nread    %q", got, want)
		}
	})
}

// forgiven is a file of transfers without what a reader forgives.
func forgiven(raw []byte, transfers int) []byte {
	out := plain(raw, nil)
	for i := range transfers {
		copy(out[120*(i+1)+38:], "    ")
	}
	return out
}
