package kiosk_test

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"tsuke/internal/kiosk"
)

// bytesOf is a source that gives numbers one after the other.
func bytesOf(numbers ...uint64) io.Reader {
	var out bytes.Buffer
	for _, n := range numbers {
		_ = binary.Write(&out, binary.BigEndian, n) // a buffer takes everything
	}
	return &out
}

func TestNew(t *testing.T) {
	t.Parallel()
	const most = ^uint64(0)
	for _, row := range []struct {
		random io.Reader
		want   kiosk.ReceiptNumber
	}{
		{bytesOf(0), "00000000000"},
		{bytesOf(7992739871), "79927398713"}, // the number of the standard's own example
		{bytesOf(7992739871 + 10_000_000_000), "79927398713"},
		{bytesOf(1), "00000000018"},
		{bytesOf(most, most, 1), "00000000018"}, // what would favour small numbers is passed over
	} {
		if got, err := kiosk.New(row.random); got != row.want || err != nil {
			t.Errorf("New = %s, %v; want %s", got, err, row.want)
		}
	}
	if _, err := kiosk.New(bytes.NewReader(bytes.Repeat([]byte{0xFF}, 1000))); !errors.Is(err, kiosk.ErrRandom) {
		t.Errorf("a source of ones: %v", err)
	}
	if _, err := kiosk.New(strings.NewReader("short")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a source that ends: %v", err)
	}
	broken := errors.New("no entropy")
	if _, err := kiosk.New(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a source that fails: %v", err)
	}
	for range 100 {
		n, err := kiosk.New(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := kiosk.Parse(n.Grouped()); again != n || err != nil {
			t.Fatalf("%s reads back as %s, %v", n, again, err)
		}
	}
}

// TestLuhn: the check digit is that of the card numbers everybody tests with.
func TestLuhn(t *testing.T) {
	t.Parallel()
	for number, ok := range map[string]bool{
		"4111111111111111": true,
		"5555555555554444": true,
		"3530111333300000": true,
		"3158990079242943": true,
		"1234567890123458": false,
		"79927398713":      true,
		"79927398710":      false,
	} {
		last := len(number) - 1
		if (kiosk.Luhn(number[:last]) == number[last]) != ok {
			t.Errorf("%s: the check digit is %c", number, kiosk.Luhn(number[:last]))
		}
	}
}

func TestGrouped(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ got, want string }{
		{kiosk.ReceiptNumber("79927398713").Grouped(), "7992-7398-713"},
		{kiosk.SlipNumber("7211560921558").Grouped(), "7211-5609-21558"},
		{kiosk.OnlineNumber("37319058040").Grouped(), "3731-9058-040"},
		{kiosk.ReceiptNumber("").Grouped(), ""},
	} {
		if row.got != row.want {
			t.Errorf("%s, want %s", row.got, row.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	receipt := func(s string) (string, error) { n, err := kiosk.Parse(s); return string(n), err }
	slip := func(s string) (string, error) { n, err := kiosk.ParseSlipNumber(s); return string(n), err }
	online := func(s string) (string, error) { n, err := kiosk.ParseOnlineNumber(s); return string(n), err }
	for _, row := range []struct {
		name, typed string
		parse       func(string) (string, error)
		want        string
		err         kiosk.Error
	}{
		{"receipt", "79927398713", receipt, "79927398713", kiosk.Error{}},
		{"grouped", "7992-7398 713", receipt, "79927398713", kiosk.Error{}},
		{"nothing", "", receipt, "", kiosk.Error{Field: kiosk.FieldReceipt, Problem: kiosk.Missing, Least: 11, Most: 11}},
		{"hyphens", " - ", receipt, "", kiosk.Error{Field: kiosk.FieldReceipt, Problem: kiosk.Missing, Least: 11, Most: 11}},
		{"ten", "7992739871", receipt, "", kiosk.Error{Field: kiosk.FieldReceipt, Problem: kiosk.BadLength, Least: 11, Most: 11}},
		{"twelve", "799273987130", receipt, "", kiosk.Error{Field: kiosk.FieldReceipt, Problem: kiosk.BadLength, Least: 11, Most: 11}},
		{"letter", "7992739871x", receipt, "", kiosk.Error{Field: kiosk.FieldReceipt, Problem: kiosk.NotDigits}},
		{"full width", "７９９２７３９８７１３", receipt, "", kiosk.Error{Field: kiosk.FieldReceipt, Problem: kiosk.NotDigits}},
		{"exponent", "7.99E+10", receipt, "", kiosk.Error{Field: kiosk.FieldReceipt, Problem: kiosk.NotDigits}},
		{"check digit", "79927398714", receipt, "", kiosk.Error{Field: kiosk.FieldReceipt, Problem: kiosk.BadCheckDigit}},
		{"swapped", "97927398713", receipt, "", kiosk.Error{Field: kiosk.FieldReceipt, Problem: kiosk.BadCheckDigit}},
		{"slip", "7211560921558", slip, "7211560921558", kiosk.Error{}},
		{"slip of zeros in front", "0011560921558", slip, "0011560921558", kiosk.Error{}},
		{"no slip", "", slip, "", kiosk.Error{Field: kiosk.FieldSlip, Problem: kiosk.Missing, Least: 13, Most: 13}},
		{"short slip", "721156092155", slip, "", kiosk.Error{Field: kiosk.FieldSlip, Problem: kiosk.BadLength, Least: 13, Most: 13}},
		{"letters", "721156092155a", slip, "", kiosk.Error{Field: kiosk.FieldSlip, Problem: kiosk.NotDigits}},
		{"online", "37319058040", online, "37319058040", kiosk.Error{}},
		{"no online", "-", online, "", kiosk.Error{Field: kiosk.FieldOnline, Problem: kiosk.Missing, Least: 11, Most: 11}},
		{"long online", "373190580400", online, "", kiosk.Error{Field: kiosk.FieldOnline, Problem: kiosk.BadLength, Least: 11, Most: 11}},
		{"online of signs", "+7319058040", online, "", kiosk.Error{Field: kiosk.FieldOnline, Problem: kiosk.NotDigits}},
		{"mobile", "090-1234-5678", kiosk.Confirmation, "09012345678", kiosk.Error{}},
		{"060", "06012345678", kiosk.Confirmation, "06012345678", kiosk.Error{}},
		{"landline", "03 1234 5678", kiosk.Confirmation, "0312345678", kiosk.Error{}},
		{"international", "+819012345678", kiosk.Confirmation, "09012345678", kiosk.Error{}},
		{"no phone", "", kiosk.Confirmation, "", kiosk.Error{Field: kiosk.FieldConfirmation, Problem: kiosk.Missing, Least: 10, Most: 11}},
		{"nine", "031234567", kiosk.Confirmation, "", kiosk.Error{Field: kiosk.FieldConfirmation, Problem: kiosk.BadLength, Least: 10, Most: 11}},
		{"twelve digits", "090123456789", kiosk.Confirmation, "", kiosk.Error{Field: kiosk.FieldConfirmation, Problem: kiosk.BadLength, Least: 10, Most: 11}},
		{"abroad", "+12125550123", kiosk.Confirmation, "", kiosk.Error{Field: kiosk.FieldConfirmation, Problem: kiosk.NotDigits}},
		{"without its zero", "9012345678", kiosk.Confirmation, "", kiosk.Error{Field: kiosk.FieldConfirmation, Problem: kiosk.NotPhone}},
	} {
		got, err := row.parse(row.typed)
		judge(t, row.name, err, row.err)
		if got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

// judge compares an error with the one that is wanted, its zero value standing for none, and its words with what was typed.
func judge(t *testing.T, name string, err error, want kiosk.Error) {
	t.Helper()
	if err == nil {
		if want != (kiosk.Error{}) {
			t.Errorf("%s was accepted", name)
		}
		return
	}
	var got *kiosk.Error
	if !errors.As(err, &got) || *got != want {
		t.Errorf("%s: %+v, want %+v", name, err, want)
	}
}

func TestErrorWords(t *testing.T) {
	t.Parallel()
	for f := kiosk.FieldReceipt; f <= kiosk.FieldAmount; f++ {
		for p := kiosk.Missing; p <= kiosk.TooLarge; p++ {
			text := (&kiosk.Error{Field: f, Problem: p, Least: 4, Most: 6, Yen: 99_000}).Text()
			for _, s := range []string{text.JA, text.EN} {
				if strings.HasPrefix(s, ": ") || strings.HasSuffix(s, ": ") || strings.Contains(s, "%") {
					t.Errorf("field %d, problem %d: %q", f, p, s)
				}
			}
		}
	}
	for _, row := range []struct {
		err    kiosk.Error
		ja, en string
	}{
		{
			kiosk.Error{Field: kiosk.FieldReceipt, Problem: kiosk.BadLength, Least: 11, Most: 11},
			"受付番号: 桁数が違います。11桁の数字です", "receipt number: another number of digits. It has 11",
		},
		{
			kiosk.Error{Field: kiosk.FieldPayEasyCode, Problem: kiosk.Missing, Least: 4, Most: 6},
			"確認番号: 入力してください（4〜6桁の数字）", "confirmation number: missing. Type 4 to 6 digits",
		},
		{
			kiosk.Error{Field: kiosk.FieldCategory, Problem: kiosk.BadLength, Least: 3, Most: 10},
			"納付区分: 桁数が違います。3または10桁の数字です", "payment category: another number of digits. It has 3 or 10",
		},
		{
			kiosk.Error{Field: kiosk.FieldAmount, Problem: kiosk.TooLarge, Yen: 99_000},
			"金額: 99000円まで支払えます。ほかの支払い方法を選んでください", "amount: payable up to 99000 yen. Choose another way to pay",
		},
	} {
		if got := row.err.Text(); got.JA != row.ja || got.EN != row.en || row.err.Error() != "kiosk: "+row.en {
			t.Errorf("%q", got)
		}
	}
	w := kiosk.Words{JA: "札", EN: "note"}
	if w.In("en") != "note" || w.In("ja") != "札" || w.In("fr") != "札" {
		t.Error("In gives another language")
	}
}

// TestOneSlip: with any one digit mistyped, a number does not read at all.
func TestOneSlip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, err := kiosk.New(bytesOf(rapid.Uint64Range(0, 1<<62).Draw(t, "random")))
		if err != nil {
			t.Fatal(err)
		}
		if back, err := kiosk.Parse(n.Grouped()); err != nil || back != n {
			t.Fatalf("%s reads back as %s, %v", n, back, err)
		}
		wrong := []byte(n)
		at := rapid.IntRange(0, 10).Draw(t, "at")
		wrong[at] = '0' + (wrong[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "by")))%10
		if _, err := kiosk.Parse(string(wrong)); err == nil {
			t.Fatalf("%s was accepted for %s", wrong, n)
		}
	})
}

// FuzzNumbers: what is accepted is digits of its length, and reads back from its groups.
func FuzzNumbers(f *testing.F) {
	f.Add("7992-7398-713")
	f.Add("7211560921558")
	f.Add("+819012345678")
	f.Add("")
	f.Fuzz(func(t *testing.T, typed string) {
		if n, err := kiosk.Parse(typed); err == nil {
			if again, err := kiosk.Parse(n.Grouped()); err != nil || again != n || len(n) != 11 {
				t.Fatalf("%s, %v", again, err)
			}
		}
		if n, err := kiosk.ParseSlipNumber(typed); err == nil {
			if again, err := kiosk.ParseSlipNumber(n.Grouped()); err != nil || again != n || len(n) != 13 {
				t.Fatalf("%s, %v", again, err)
			}
		}
		if n, err := kiosk.ParseOnlineNumber(typed); err == nil {
			if again, err := kiosk.ParseOnlineNumber(n.Grouped()); err != nil || again != n || len(n) != 11 {
				t.Fatalf("%s, %v", again, err)
			}
		}
		if n, err := kiosk.Confirmation(typed); err == nil {
			if again, err := kiosk.Confirmation(n); err != nil || again != n || len(n) < 10 || len(n) > 11 {
				t.Fatalf("%s, %v", again, err)
			}
		}
	})
}

// TestMadeOfReceiptNumbers: where the agent's contract lets us, tills are told a number that the receipt number is part of.
func TestMadeOfReceiptNumbers(t *testing.T) {
	t.Parallel()
	if got, err := kiosk.SlipNumberOf("72", "79927398713"); got != "7279927398713" || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if got := kiosk.OnlineNumberOf("79927398713"); got != "79927398713" {
		t.Errorf("%s", got)
	}
	_, err := kiosk.SlipNumberOf("7", "79927398713")
	judge(t, "one digit", err, kiosk.Error{Field: kiosk.FieldSlip, Problem: kiosk.BadLength, Least: 13, Most: 13})
	_, err = kiosk.SlipNumberOf("7a", "79927398713")
	judge(t, "no digits", err, kiosk.Error{Field: kiosk.FieldSlip, Problem: kiosk.NotDigits})
}
