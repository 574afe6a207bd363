package id_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/id"
)

var now = time.Date(2026, 7, 10, 1, 24, 0, 123_456_000, time.UTC)

func TestNewCarriesTimeAndBucket(t *testing.T) {
	t.Parallel()
	for bucket := range id.Buckets {
		i := id.New[id.PaymentKind](now, bucket)
		if i.Bucket() != bucket {
			t.Fatalf("bucket %d comes back as %d", bucket, i.Bucket())
		}
		if want := now.Truncate(time.Millisecond); i.Time() != want {
			t.Fatalf("made at %v, says %v", want, i.Time())
		}
	}
}

func TestNewIsNeverTheSame(t *testing.T) {
	t.Parallel()
	seen := map[id.Payment]bool{}
	ones := make([]int, 128) // how often each bit is set
	const count = 4096
	for range count {
		i := id.New[id.PaymentKind](now, 7)
		if seen[i] {
			t.Fatal("twice the same id")
		}
		seen[i] = true
		for bit := range ones {
			ones[bit] += int(i[bit/8] >> (7 - bit%8) & 1)
		}
	}
	for bit := 58; bit < 128; bit++ { // 48 bits of time, 10 of bucket, then chance
		if ones[bit] < count/3 || ones[bit] > count*2/3 {
			t.Errorf("bit %d is set %d times of %d: not chance", bit, ones[bit], count)
		}
	}
}

func TestOrderIsTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(0, 1<<48-2)
		a, b := at.Draw(t, "a"), at.Draw(t, "b")
		bucket := rapid.IntRange(0, id.Buckets-1)
		i := id.New[id.EventKind](time.UnixMilli(a), bucket.Draw(t, "bucket of a"))
		j := id.New[id.EventKind](time.UnixMilli(b), bucket.Draw(t, "bucket of b"))
		if a != b {
			if got := i.Compare(j) < 0; got != (a < b) {
				t.Fatalf("ids of %d and %d compare as %d", a, b, i.Compare(j))
			}
		}
		if strings.Compare(i.String(), j.String()) != i.Compare(j) || bytes.Compare(i[:], j[:]) != i.Compare(j) {
			t.Fatalf("%s and %s: text and bytes are ordered differently", i, j)
		}
	})
}

func TestNewPanicsOutsideItsRange(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(){
		"bucket -1":     func() { id.New[id.MemberKind](now, -1) },
		"bucket 1024":   func() { id.New[id.MemberKind](now, id.Buckets) },
		"before 1970":   func() { id.New[id.MemberKind](time.Time{}, 0) },
		"after 10889":   func() { id.New[id.MemberKind](time.UnixMilli(1<<48), 0) },
		"reference -1":  func() { id.NewReference(-1) },
		"reference 1k ": func() { id.NewReference(id.Buckets) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if recover() == nil {
					t.Error("it was accepted")
				}
			}()
			call()
		})
	}
}

func TestTextIsFixed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		id   id.Payment
		text string
	}{
		{id.Payment{}, ""},
		{id.Payment{15: 1}, "pay_00000000000000000000000001"},
		{id.Payment{0: 0x80}, "pay_40000000000000000000000000"},
		{id.Payment(bytes.Repeat([]byte{0xff}, 16)), "pay_7zzzzzzzzzzzzzzzzzzzzzzzzz"},
		{
			id.Payment{0x01, 0x9f, 0x4a, 0x6b, 0x2c, 0x80, 0xab, 0xcd, 0xef, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd},
			"pay_01kx56pb40nf6yy0938nkrkayd",
		},
	} {
		if got := c.id.String(); got != c.text {
			t.Errorf("% x is written %q, want %q", c.id[:], got, c.text)
		}
		if c.text == "" {
			continue
		}
		for _, text := range []string{c.text, strings.ToUpper(c.text)} {
			if got, err := id.Parse[id.PaymentKind](text); err != nil || got != c.id {
				t.Errorf("%s is read as % x, %v", text, got[:], err)
			}
		}
	}
}

func TestParseNamesBothKinds(t *testing.T) {
	t.Parallel()
	refund := id.New[id.RefundKind](now, 3)
	_, err := id.Parse[id.PaymentKind](refund.String())
	var kind *id.KindError
	if !errors.As(err, &kind) {
		t.Fatalf("a refund's id for a payment's: %v", err)
	}
	if diff := cmp.Diff(&id.KindError{Want: "pay", Found: "ref"}, kind); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !strings.Contains(err.Error(), "pay_") || !strings.Contains(err.Error(), "ref_") {
		t.Errorf("the error does not name both: %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	const tail = "0000000000000000000000000"
	for name, text := range map[string]string{
		"empty":                "",
		"no prefix":            tail + "1",
		"unknown prefix":       "xyz_" + tail + "1",
		"prefix alone":         "pay_",
		"too short":            "pay_" + tail,
		"too long":             "pay_" + tail + "01",
		"more than 128 bits":   "pay_8" + tail,
		"letter i":             "pay_" + tail + "i",
		"letter l":             "pay_" + tail + "l",
		"letter o":             "pay_" + tail + "o",
		"letter u":             "pay_" + tail + "u",
		"space":                "pay_" + tail + " ",
		"surrounding space":    " pay_" + tail + "1",
		"hyphen for the line":  "pay-" + tail + "1",
		"full-width character": "pay_00000000000000000000000１",
		"zero":                 "pay_" + tail + "0",
		"a phone number":       "090-1234-5678",
	} {
		got, err := id.Parse[id.PaymentKind](text)
		if !errors.Is(err, id.ErrForm) || !got.IsZero() {
			t.Errorf("%s: read as %s, %v", name, got, err)
		}
	}
}

func TestStored(t *testing.T) {
	t.Parallel()
	for _, want := range []id.Member{{}, id.New[id.MemberKind](now, 1023)} {
		stored, err := want.Value()
		if err != nil || want.IsZero() != (stored == nil) {
			t.Fatalf("%s is stored as %v, %v", want, stored, err)
		}
		got := id.New[id.MemberKind](now, 0)
		if err := got.Scan(stored); err != nil || got != want {
			t.Errorf("%s comes back as %s, %v", want, got, err)
		}
	}
	row := bytes.Repeat([]byte{9}, 16)
	var got id.Member
	if err := got.Scan(row); err != nil {
		t.Fatal(err)
	}
	row[15] = 0 // a driver may use its buffer again
	if got[15] != 9 {
		t.Error("the id shares memory with the row")
	}
	for _, src := range []any{"mem_00000000000000000000000001", []byte{}, make([]byte, 15), make([]byte, 17), int64(1)} {
		if err := got.Scan(src); err == nil {
			t.Errorf("read from %T", src)
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	type payment struct {
		ID        id.Payment             `json:"id"`
		Refund    id.Refund              `json:"refund"`
		Left      id.Refund              `json:"left,omitzero"`
		Reference id.Reference           `json:"reference"`
		None      id.Reference           `json:"none"`
		ByMember  map[id.Member]struct{} `json:"by_member"`
	}
	in := payment{
		ID: id.New[id.PaymentKind](now, 5), Reference: id.NewReference(5),
		ByMember: map[id.Member]struct{}{id.New[id.MemberKind](now, 5): {}},
	}
	text, err := json.Marshal(in)
	if err != nil || !bytes.Contains(text, []byte(`{"id":"pay_`)) || !bytes.Contains(text, []byte(`"refund":"",`)) ||
		bytes.Contains(text, []byte(`"left"`)) || !bytes.Contains(text, []byte(`"none":"",`)) {
		t.Fatalf("%s, %v", text, err)
	}
	var out payment
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for _, wrong := range []string{`{"id":"x"}`, `{"id":7}`, `{"reference":"K7F2"}`, `{"reference":7}`} {
		if err := json.Unmarshal([]byte(wrong), &out); err == nil {
			t.Errorf("%s was read", wrong)
		}
	}
}

// Stored hashes and buckets must never change: these values are of the first version.
func TestHashAndBucketAreStable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		parts  []string
		bucket int
	}{
		{nil, 292},
		{[]string{""}, 527},
		{[]string{"mer_00000000000000000000000001", "order-1"}, 165},
	} {
		if got := id.BucketOf(c.parts...); got != c.bucket {
			t.Errorf("the bucket of %q is %d, want %d", c.parts, got, c.bucket)
		}
		if got := len(id.Hash(c.parts...)); got != 16 {
			t.Errorf("the hash of %q has %d bytes", c.parts, got)
		}
	}
	different := [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"abc", ""}, {"", "abc"}, {}, {""}, {"", ""}}
	for i, a := range different {
		for _, b := range different[i+1:] {
			if bytes.Equal(id.Hash(a...), id.Hash(b...)) {
				t.Errorf("%q and %q have one hash", a, b)
			}
		}
	}
}

func TestBucketsAreEven(t *testing.T) {
	t.Parallel()
	counts := make([]int, id.Buckets)
	const each = 64
	for n := range each * id.Buckets {
		counts[id.BucketOf("merchant", string(rune('a'+n%26)), time.UnixMilli(int64(n)).UTC().String())]++
	}
	if least, most := slices.Min(counts), slices.Max(counts); least < each/2 || most > each*2 {
		t.Errorf("buckets hold %d to %d of %d each", least, most, each)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "pay_", "pay_01kx56pb40nf6yy0938nkrkayd", "PAY_7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "ref_00000000000000000000000001",
		"pay_80000000000000000000000000", "pay_0000000000000000000000000i", "pay_00000000000000000000000000",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		i, err := id.Parse[id.PaymentKind](text)
		if (err != nil) != i.IsZero() {
			t.Fatalf("%q is read as %s, %v", text, i, err)
		}
		if err == nil && !strings.EqualFold(i.String(), text) {
			t.Fatalf("%q is written again as %s", text, i)
		}
	})
}
