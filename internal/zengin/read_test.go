package zengin_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"tsuke/internal/zengin"
)

// readAll reads a file of either direction to its end.
func readAll(r io.Reader, f zengin.Format, result bool) (zengin.File, error) {
	begin := zengin.ReadRequest
	if result {
		begin = zengin.ReadResult
	}
	reader, err := begin(r, f)
	if err != nil {
		return zengin.File{}, err
	}
	return reader.File()
}

// TestReadForgives: what differs between banks without saying anything else.
func TestReadForgives(t *testing.T) {
	t.Parallel()
	requested, resulted := encoded(t, "", exampleRequest()...), encoded(t, "", exampleResult()...)
	bare := header()
	bare.AccountType, bare.AccountNumber = 0, ""
	withoutAccount := func(filler string) []byte {
		return append(append(bytes.Clone(resulted[:95]), strings.Repeat(filler, 8)...), resulted[103:]...)
	}
	blankResults := bytes.Clone(requested)
	blankResults[120+111], blankResults[240+111] = ' ', ' '
	crlf := encoded(t, "\r\n", exampleResult()...)
	for name, row := range map[string]struct {
		raw    []byte
		result bool
		header zengin.Header
	}{
		"no line ends":           {resulted, true, header()},
		"line ends":              {crlf, true, header()},
		"no last line end":       {crlf[:len(crlf)-2], true, header()},
		"end byte":               {append(bytes.Clone(resulted), 0x1A), true, header()},
		"line ends and end byte": {append(bytes.Clone(crlf), 0x1A), true, header()},
		"end byte for line end":  {append(bytes.Clone(crlf[:len(crlf)-2]), 0x1A), true, header()},
		"account of spaces":      {withoutAccount(" "), true, bare},
		"account of zeros":       {withoutAccount("0"), true, bare},
		"request":                {requested, false, header()},
		"blank results":          {blankResults, false, header()},
	} {
		want := debits()
		if row.result {
			want = answers(zengin.Debited, zengin.InsufficientFunds)
		}
		for _, r := range []io.Reader{bytes.NewReader(row.raw), iotest.OneByteReader(bytes.NewReader(row.raw)), iotest.DataErrReader(bytes.NewReader(row.raw))} {
			f, err := readAll(r, zengin.Format{}, row.result)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if diff := cmp.Diff(want, f.Debits); diff != "" || f.Header != row.header {
				t.Errorf("%s: header %v (-want +got):\n%s", name, f.Header, diff)
			}
			if f.Hash != sha256.Sum256(row.raw) {
				t.Errorf("%s: the hash is not that of the bytes as received", name)
			}
		}
	}
}

// TestReadRefuses: every kind of damage in a result is found in its record and field.
func TestReadRefuses(t *testing.T) {
	t.Parallel()
	at := func(record int, f zengin.Field, p zengin.Problem) zengin.FieldError {
		return zengin.FieldError{Record: record, Field: f, Problem: p}
	}
	for _, row := range []struct {
		record, from int // from 1, where text is written over the example
		text         string
		want         zengin.FieldError
	}{
		{1, 1, "2", at(1, zengin.FieldKind, zengin.BadOrder)},
		{1, 1, "\xf1", at(1, 0, zengin.IsEBCDIC)},
		{1, 2, "21", at(1, zengin.FieldType, zengin.NotDebit)},
		{1, 2, "9 ", at(1, zengin.FieldType, zengin.BadDigits)},
		{1, 4, "1", at(1, zengin.FieldCode, zengin.IsEBCDIC)},
		{1, 4, " ", at(1, zengin.FieldCode, zengin.BadCode)},
		{1, 5, " ", at(1, zengin.FieldConsignor, zengin.BadDigits)},
		{1, 15, strings.Repeat(" ", 40), at(1, zengin.FieldConsignorName, zengin.Empty)},
		{1, 15, " ", at(1, zengin.FieldConsignorName, zengin.BadSpace)},
		{1, 15, "\xef\xbd\xb6", at(1, zengin.FieldConsignorName, zengin.NotJIS)}, // ｶ as UTF-8 has it
		{1, 55, "1131", at(1, zengin.FieldDay, zengin.BadDay)},
		{1, 55, "0000", at(1, zengin.FieldDay, zengin.BadDay)},
		{1, 55, "11 7", at(1, zengin.FieldDay, zengin.BadDigits)},
		{1, 59, "A", at(1, zengin.FieldOurBank, zengin.BadDigits)},
		{1, 63, "a", at(1, zengin.FieldOurBankName, zengin.BadText)},
		{1, 78, "-", at(1, zengin.FieldOurBranch, zengin.BadDigits)},
		{1, 81, "\x00", at(1, zengin.FieldOurBranchName, zengin.NotJIS)},
		{1, 96, "3", at(1, zengin.FieldOurAccountType, zengin.BadAccount)},
		{1, 96, " ", at(1, zengin.FieldOurAccountType, zengin.BadAccount)},
		{1, 97, " ", at(1, zengin.FieldOurAccountNumber, zengin.BadDigits)},
		{1, 104, "0", at(1, zengin.FieldOurAccountNumber+1, zengin.NotBlank)},
		{1, 120, "X", at(1, zengin.FieldOurAccountNumber+1, zengin.NotBlank)},

		{2, 1, "1", at(2, zengin.FieldKind, zengin.BadOrder)},
		{2, 1, "9", at(2, zengin.FieldKind, zengin.BadOrder)},
		{2, 1, " ", at(2, zengin.FieldKind, zengin.BadOrder)},
		{2, 2, " ", at(2, zengin.FieldBank, zengin.BadDigits)},
		{2, 6, "\xa6", at(2, zengin.FieldBankName, zengin.BadText)},
		{2, 21, "x", at(2, zengin.FieldBranch, zengin.BadDigits)},
		{2, 24, "\x7e", at(2, zengin.FieldBranchName, zengin.BadText)},
		{2, 39, "0000", at(2, zengin.FieldBranchName+1, zengin.NotBlank)},
		{2, 43, "0", at(2, zengin.FieldAccountType, zengin.BadAccount)},
		{2, 43, " ", at(2, zengin.FieldAccountType, zengin.BadAccount)},
		{2, 44, " 123456", at(2, zengin.FieldAccountNumber, zengin.BadDigits)},
		{2, 51, strings.Repeat(" ", 30), at(2, zengin.FieldHolder, zengin.Empty)},
		{2, 51, "\x8eR", at(2, zengin.FieldHolder, zengin.NotJIS)}, // 山 in Shift_JIS
		{2, 51, "\x5c", at(2, zengin.FieldHolder, zengin.BadText)},
		{2, 81, "0000000000", at(2, zengin.FieldAmount, zengin.BadAmount)},
		{2, 81, "     30000", at(2, zengin.FieldAmount, zengin.BadDigits)},
		{2, 81, "-000030000", at(2, zengin.FieldAmount, zengin.BadDigits)},
		{2, 91, "3", at(2, zengin.FieldNew, zengin.BadNew)},
		{2, 91, " ", at(2, zengin.FieldNew, zengin.BadDigits)},
		{2, 92, strings.Repeat(" ", 20), at(2, zengin.FieldCustomer, zengin.Empty)},
		{2, 92, " 1", at(2, zengin.FieldCustomer, zengin.BadSpace)},
		{2, 112, "5", at(2, zengin.FieldResult, zengin.BadResult)},
		{2, 112, " ", at(2, zengin.FieldResult, zengin.BadResult)},
		{2, 113, "0", at(2, zengin.FieldResult+1, zengin.NotBlank)},

		{3, 1, "8", at(3, zengin.FieldCount, zengin.BadDigits)},
		{3, 112, "0", at(4, zengin.FieldDoneCount, zengin.WrongCount)}, // a result that the sums do not know
		{3, 112, "2", zengin.FieldError{}},                             // another reason: the sums do not tell
		{2, 81, "0000030001", at(4, zengin.FieldSum, zengin.WrongCount)},
		{4, 1, "9", at(4, zengin.FieldKind, zengin.BadOrder)},
		{4, 2, "000001", at(4, zengin.FieldCount, zengin.WrongCount)},
		{4, 8, "000000042344", at(4, zengin.FieldSum, zengin.WrongCount)},
		{4, 20, "000002", at(4, zengin.FieldDoneCount, zengin.WrongCount)},
		{4, 26, "000000030001", at(4, zengin.FieldDoneSum, zengin.WrongCount)},
		{4, 38, "000000", at(4, zengin.FieldFailedCount, zengin.WrongCount)},
		{4, 44, "000000012344", at(4, zengin.FieldFailedSum, zengin.WrongCount)},
		{4, 44, "       12345", at(4, zengin.FieldFailedSum, zengin.BadDigits)},
		{4, 56, "0", at(4, zengin.FieldFailedSum+1, zengin.NotBlank)},
		{5, 1, "2", at(5, zengin.FieldKind, zengin.BadOrder)},
		{5, 1, "8", at(5, zengin.FieldKind, zengin.BadOrder)},
		{5, 2, "9", at(5, zengin.FieldFailedSum+2, zengin.NotBlank)},
	} {
		raw := encoded(t, "", exampleResult()...)
		copy(raw[(row.record-1)*120+row.from-1:], row.text)
		f, err := readAll(bytes.NewReader(raw), zengin.Format{}, true)
		var got zengin.FieldError
		if errors.As(err, &got); got != row.want || err != nil && f.Debits != nil {
			t.Errorf("record %d, %q at %d: %v, want %v", row.record, row.text, row.from, err, row.want)
		}
	}
}

// TestReadLimits: a file whose sum the trailer could not tell is refused where it goes beyond.
func TestReadLimits(t *testing.T) {
	t.Parallel()
	large := strings.Replace(exampleFirst, "0000030000", "9999999999", 1)
	raw := encoded(t, "", append([]string{exampleHeader}, slices.Repeat([]string{large}, 101)...)...)
	_, err := readAll(bytes.NewReader(raw), zengin.Format{}, true)
	if want := (zengin.FieldError{Record: 102, Field: zengin.FieldAmount, Problem: zengin.SumTooLarge}); !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

// TestLeapDay: a header may name 29 February, because no year stands beside it.
func TestLeapDay(t *testing.T) {
	t.Parallel()
	h := header()
	h.Day = "0229"
	f, err := readAll(strings.NewReader(written(t, zengin.Format{}, h, debits())), zengin.Format{}, false)
	if err != nil || f.Header != h {
		t.Errorf("%v, %v", f.Header, err)
	}
}

func TestReadRefusesRequests(t *testing.T) {
	t.Parallel()
	answered := encoded(t, "", exampleResult()...)
	f, err := readAll(bytes.NewReader(answered), zengin.Format{}, false)
	if want := (zengin.FieldError{Record: 3, Field: zengin.FieldResult, Problem: zengin.BadResult}); !errors.Is(err, want) {
		t.Errorf("a result read as a request: %v, %v", err, f.Debits)
	}
	allDone := encoded(t, "", exampleRequest()...)
	copy(allDone[360+19:], "000002000000042345")
	_, err = readAll(bytes.NewReader(allDone), zengin.Format{}, false)
	if want := (zengin.FieldError{Record: 4, Field: zengin.FieldDoneCount, Problem: zengin.NotZero}); !errors.Is(err, want) {
		t.Errorf("a result without failures read as a request: %v", err)
	}
	if f, err := readAll(bytes.NewReader(allDone), zengin.Format{}, true); err != nil || f.Totals.DoneCount != 2 {
		t.Errorf("the same read as a result: %+v, %v", f.Totals, err)
	}
	_, err = readAll(bytes.NewReader(encoded(t, "", exampleRequest()...)), zengin.Format{}, true)
	if want := (zengin.FieldError{Record: 4, Field: zengin.FieldDoneCount, Problem: zengin.WrongCount}); !errors.Is(err, want) {
		t.Errorf("a request read as a result: %v", err)
	}
}

// TestReadRefusesFiles: damage to the file as a whole.
func TestReadRefusesFiles(t *testing.T) {
	t.Parallel()
	lines := exampleResult()
	plain, crlf := encoded(t, "", lines...), encoded(t, "\r\n", lines...)
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.Join(lines, "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for name, row := range map[string]struct {
		raw  []byte
		want zengin.FieldError
	}{
		"nothing":                   {nil, zengin.FieldError{Problem: zengin.EmptyFile}},
		"an end byte alone":         {[]byte{0x1A}, zengin.FieldError{Record: 1, Problem: zengin.CutOff}},
		"a page":                    {[]byte("<html>\r\n"), zengin.FieldError{Record: 1, Problem: zengin.BadLineEnd}},
		"UTF-8":                     {[]byte("\ufeff" + strings.Join(lines, "")), zengin.FieldError{Record: 1, Problem: zengin.NotJIS}},
		"UTF-16":                    {[]byte(utf16), zengin.FieldError{Record: 1, Problem: zengin.NotJIS}},
		"header alone":              {plain[:120], zengin.FieldError{Record: 2, Problem: zengin.CutOff}},
		"cut in a record":           {plain[:300], zengin.FieldError{Record: 3, Problem: zengin.CutOff}},
		"no end record":             {plain[:480], zengin.FieldError{Record: 5, Problem: zengin.CutOff}},
		"one byte short":            {plain[:599], zengin.FieldError{Record: 5, Problem: zengin.CutOff}},
		"no trailer":                {join(plain[:360], plain[480:]), zengin.FieldError{Record: 4, Field: zengin.FieldKind, Problem: zengin.BadOrder}},
		"two headers":               {join(plain[:120], plain), zengin.FieldError{Record: 2, Field: zengin.FieldKind, Problem: zengin.BadOrder}},
		"two trailers":              {join(plain[:480], plain[360:]), zengin.FieldError{Record: 5, Field: zengin.FieldKind, Problem: zengin.BadOrder}},
		"a record after the sums":   {join(plain[:480], plain[120:240], plain[480:]), zengin.FieldError{Record: 5, Field: zengin.FieldKind, Problem: zengin.BadOrder}},
		"a record lost":             {join(plain[:240], plain[360:]), zengin.FieldError{Record: 3, Field: zengin.FieldCount, Problem: zengin.WrongCount}},
		"a record doubled":          {join(plain[:240], plain[120:]), zengin.FieldError{Record: 5, Field: zengin.FieldCount, Problem: zengin.WrongCount}},
		"two files":                 {join(plain, plain), zengin.FieldError{Record: 5, Problem: zengin.MoreAfter}},
		"two end bytes":             {join(plain, []byte{0x1A, 0x1A}), zengin.FieldError{Record: 5, Problem: zengin.MoreAfter}},
		"a space after the end":     {join(plain, []byte{' '}), zengin.FieldError{Record: 5, Problem: zengin.MoreAfter}},
		"a line end after none":     {join(plain, []byte("\r\n")), zengin.FieldError{Record: 5, Problem: zengin.BadLineEnd}},
		"line feeds alone":          {bytes.ReplaceAll(crlf, []byte("\r"), nil), zengin.FieldError{Record: 1, Problem: zengin.BadLineEnd}},
		"carriage returns alone":    {bytes.ReplaceAll(crlf, []byte("\n"), nil), zengin.FieldError{Record: 1, Problem: zengin.BadLineEnd}},
		"a line end left out":       {join(crlf[:242], crlf[244:]), zengin.FieldError{Record: 2, Problem: zengin.BadLineEnd}},
		"a line end too many":       {join(plain[:240], []byte("\r\n"), plain[240:]), zengin.FieldError{Record: 2, Problem: zengin.BadLineEnd}},
		"an empty line":             {join(crlf[:122], []byte("\r\n"), crlf[122:]), zengin.FieldError{Record: 2, Problem: zengin.BadLineEnd}},
		"spaces trimmed at an end":  {join(crlf[:100], crlf[120:]), zengin.FieldError{Record: 1, Problem: zengin.BadLineEnd}},
		"a line feed after the end": {join(crlf, []byte("\n")), zengin.FieldError{Record: 5, Problem: zengin.MoreAfter}},
	} {
		f, err := readAll(bytes.NewReader(row.raw), zengin.Format{}, true)
		var got zengin.FieldError
		if !errors.As(err, &got) || got != row.want || f.Debits != nil {
			t.Errorf("%s: %v, want %v", name, err, row.want)
		}
	}
	for _, f := range []zengin.Format{{Code: zengin.EBCDIC}, {Code: 'x'}, {Extra: "a"}} {
		if _, err := zengin.ReadResult(bytes.NewReader(plain), f); !errors.As(err, new(zengin.FieldError)) {
			t.Errorf("format %+v: %v", f, err)
		}
	}
}

// TestReadExtra: what the agent allows is read, and nothing else of the extra characters.
func TestReadExtra(t *testing.T) {
	t.Parallel()
	raw := encoded(t, "", exampleResult()...)
	copy(raw[120+50:], "A/\xa6\x5c")
	if f, err := readAll(bytes.NewReader(raw), zengin.Format{Extra: "¥ｦ/"}, true); err != nil || !strings.HasPrefix(f.Debits[0].Account.Holder.Reveal(), "A/ｦ¥") {
		t.Errorf("allowed: %v", err)
	}
	if _, err := readAll(bytes.NewReader(raw), zengin.Format{Extra: "ｦ/"}, true); !errors.Is(err, zengin.FieldError{Record: 2, Field: zengin.FieldHolder, Problem: zengin.BadText}) {
		t.Errorf("not allowed: %v", err)
	}
}

// TestSummaryWaits: nothing is proven before the end, and an error stays.
func TestSummaryWaits(t *testing.T) {
	t.Parallel()
	raw := encoded(t, "", exampleResult()...)
	r, err := zengin.ReadResult(bytes.NewReader(raw), zengin.Format{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Summary(); !errors.Is(err, zengin.ErrUnread) {
		t.Errorf("after the header: %v", err)
	}
	for d, err := range r.Debits() {
		if err != nil || d.Customer != debits()[0].Customer {
			t.Errorf("%v, %v", d, err)
		}
		break
	}
	if _, err := r.Summary(); !errors.Is(err, zengin.ErrUnread) {
		t.Errorf("after one record: %v", err)
	}
	if f, err := r.File(); err != nil || len(f.Debits) != 1 || f.Totals.Count != 2 {
		t.Errorf("the rest: %d debits, %v", len(f.Debits), err)
	}
	if _, err := r.Summary(); err != nil {
		t.Errorf("at the end: %v", err)
	}
	for d, err := range r.Debits() {
		t.Errorf("after the end: %v, %v", d, err)
	}

	broken := errors.New("connection lost")
	for _, cut := range []int{0, 60, 120, 200, 240, 480, 600} {
		_, err := readAll(io.MultiReader(bytes.NewReader(raw[:cut]), iotest.ErrReader(broken)), zengin.Format{}, true)
		if !errors.Is(err, broken) {
			t.Errorf("a reader that fails after %d bytes: %v", cut, err)
		}
	}
	crlf := encoded(t, "\r\n", exampleResult()...)
	for _, cut := range []int{120, 121, 122, 608, 609, 610} {
		_, err := readAll(io.MultiReader(bytes.NewReader(crlf[:cut]), iotest.ErrReader(broken)), zengin.Format{}, true)
		if !errors.Is(err, broken) {
			t.Errorf("a reader that fails after %d bytes with line ends: %v", cut, err)
		}
	}
	short, err := zengin.ReadResult(bytes.NewReader(raw[:360]), zengin.Format{})
	if err != nil {
		t.Fatal(err)
	}
	want := zengin.FieldError{Record: 4, Problem: zengin.CutOff}
	for range 2 {
		last := error(nil)
		for _, err := range short.Debits() {
			last = err
		}
		if _, err := short.Summary(); !errors.Is(last, want) || !errors.Is(err, want) {
			t.Errorf("a file that was cut: %v, %v", last, err)
		}
	}
}
