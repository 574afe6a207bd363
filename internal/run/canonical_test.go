package run

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// decode reads JSON as requests are read.
func decode(t testing.TB, text string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func canonicalOf(v any) (string, error) {
	var b bytes.Buffer
	err := canonical(&b, v)
	return b.String(), err
}

// TestCanonicalFormOfRFC8785 holds texts and objects against the examples of that RFC, and numbers against its appendix B.
func TestCanonicalFormOfRFC8785(t *testing.T) { // rule X02
	t.Parallel()
	for name, c := range map[string]struct{ in, want string }{
		"3.2.2, without its fractions": {
			`{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "numbers": [333333333, 0], "literals": [null, true, false]}`,
			`{"literals":[null,true,false],"numbers":[333333333,0],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		},
		"3.2.3, order of UTF-16 code units": {
			`{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
			  "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}`,
			`{"\r":"Carriage Return","1":"One","` + "\u0080" + `":"Control","ö":"Latin Small Letter O With Diaeresis",` +
				`"€":"Euro Sign","` + "\U0001F600" + `":"Emoji: Grinning Face","` + "\ufb33" + `":"Hebrew Letter Dalet With Dagesh"}`,
		},
		"all short escapes": {`"\b\t\n\f\r\u0000\u001f\u007f\u2028<>&"`, `"\b\t\n\f\r\u0000\u001f` + "\u007f\u2028" + `<>&"`},
		"nested":            {`[{"b": {"d": 1, "c": []}, "a": {}}]`, `[{"a":{},"b":{"c":[],"d":1}}]`},
	} {
		if got, err := canonicalOf(decode(t, c.in)); got != c.want || err != nil {
			t.Errorf("%s: %s, %v\nwant %s", name, got, err, c.want)
		}
	}
}

// TestNumbersOfRFC8785 shows what of appendix B a contract of whole numbers needs: those it prints as they are. Its other
// numbers are none here (rule A05), so that no double comes near an amount.
func TestNumbersOfRFC8785(t *testing.T) { // rules X02, A05
	t.Parallel()
	for text, taken := range map[string]bool{
		"0": true, "9007199254740992": true, "-9007199254740992": true, "295147905179352830000": true,
		"999999999999999700000": true, "999999999999999900000": true,
		"-0": false, "5e-324": false, "-5e-324": false, "1.7976931348623157e+308": false, "-1.7976931348623157e+308": false,
		"9.999999999999997e+22": false, "1e+23": false, "1.0000000000000001e+23": false, "1e+21": false,
		"9.999999999999997e-7": false, "0.000001": false, "333333333.3333332": false, "333333333.33333325": false,
		"333333333.3333333": false, "333333333.3333334": false, "333333333.33333343": false, "-0.0000033333333333333333": false,
		"1424953923781206.2": false,
	} {
		got, err := canonicalOf(json.Number(text))
		if taken != (err == nil) || taken && got != text {
			t.Errorf("%s: %q, %v", text, got, err)
		}
	}
	// Beyond 2^53 the RFC would print these two alike.
	one, _ := canonicalOf(json.Number("9007199254740992"))
	two, _ := canonicalOf(json.Number("9007199254740993"))
	if one == two {
		t.Error("two numbers have one form")
	}
	for _, text := range []string{"", "-", "01", "+1", " 1", "1 ", "NaN", "--1"} {
		if got, err := canonicalOf(json.Number(text)); err == nil {
			t.Errorf("%q was taken as %s", text, got)
		}
	}
	if _, err := canonicalOf(struct{}{}); err == nil {
		t.Error("a struct was taken")
	}
}

// FuzzCanonical: the form of a form is itself, and it means the same.
func FuzzCanonical(f *testing.F) { // rule X02
	for _, s := range []string{`{"b":[1,{"d":"\u0001","c":null}],"a":true}`, `"\ud83d\ude00"`, `[]`, `-12`, `{"\ufb33":1,"\ud83d\ude00":2}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var v any
		if d.Decode(&v) != nil {
			return
		}
		once, err := canonicalOf(v)
		if err != nil {
			return // a fraction
		}
		twice, err := canonicalOf(decode(t, once))
		if err != nil || once != twice {
			t.Errorf("%q becomes %q becomes %q, %v", text, once, twice, err)
		}
	})
}

// TestAnswersArePacked and unpacked to the same bytes, whatever they hold.
func TestAnswersArePacked(t *testing.T) { // rule X08
	t.Parallel()
	for name, a := range map[string]Answer{
		"nothing": {}, "empty": {Body: []byte{}}, "plain": {Body: []byte("x"), Object: "x"},
		"control characters": {Body: []byte("a\x01b\x02\n"), Object: "b"}, "a zero": {Body: []byte{0}},
		"not UTF-8":   {Body: []byte("\xff\x80")},
		"the object":  {Body: []byte(`{"id":"pay_1","again":"pay_1"}`), Object: "pay_1"},
		"all phrases": {Body: []byte(strings.Join(phrases, "")), Object: "pay_1"},
		"instants":    {Body: []byte(`{"a":"2026-06-01T00:00:00.123456Z","b":"2026-06-01T00:00:00Z","c":"2026-06-01T00:00:00.1234567Z"}`)},
		"no instants": {Body: []byte(`1969-06-01T00:00:00.123456Z 2026-02-30T00:00:00.000000Z 2026-06-01T00:00:00,000000Z 9999-12-31T23:59:59.999999Z`)},
	} {
		packed := pack(a)
		if got := unpack(packed, a.Object); !bytes.Equal(got, a.Body) || (got == nil) != (a.Body == nil) {
			t.Errorf("%s: %q became %q", name, a.Body, got)
		}
	}
	if n := len(pack(Answer{Body: []byte(strings.Join(phrases, ""))})); n != len(phrases) {
		t.Errorf("%d phrases take %d bytes", len(phrases), n)
	}
}

// TestPhrasesAreOnlyAdded: what is stored is read with this list.
func TestPhrasesAreOnlyAdded(t *testing.T) {
	t.Parallel()
	if len(phrases) > 29 {
		t.Errorf("%d phrases; there are 29 bytes for them", len(phrases))
	}
	stored := "\x02\x01\x03K7F2-9QXM\x04A-1\x05100\x072026-06-01T00:00:00.000000Z\x092026-06-01T01:00:00.000000Z\x0anull\x0d"
	want := `{"id":"pay_1","reference":"K7F2-9QXM","order_ref":"A-1","state":"authorized","amount":100,"captured":0,"refunded":0,` +
		`"released":0,"currency":"JPY","capture":"manual","created_at":"2026-06-01T00:00:00.000000Z","confirm_by":` +
		`"2026-06-01T01:00:00.000000Z","capture_by":null,"decline":null,"captures":[],"refunds":[],"retry_of":null,"checkout_session":null}`
	if got := string(unpack([]byte(stored), "pay_1")); got != want {
		t.Errorf("an answer that was stored reads now as\n%s", got)
	}
	packed := pack(Answer{Body: []byte(want), Object: "pay_1"})
	if short := "\x02\x01\x03K7F2-9QXM\x04A-1\x05100\x07\x1f\x83\x94\xe4\xde\x81\xa7\xc0\x80\x09"; !strings.HasPrefix(string(packed), short) {
		t.Errorf("the same answer is stored as %q", packed)
	}
	if got := string(unpack(packed, "pay_1")); got != want {
		t.Errorf("an answer stored with its instants in few bytes reads now as\n%s", got)
	}
}

func FuzzPack(f *testing.F) {
	f.Add([]byte(`{"id":"pay_1","reference":"`), "pay_1")
	f.Add([]byte("\x01\x00"), "")
	f.Add([]byte(`"2026-06-01T00:00:00.123456Z"`), "pay_1")
	f.Fuzz(func(t *testing.T, body []byte, object string) {
		if strings.ContainsFunc(object, func(r rune) bool { return r < ' ' }) {
			return // an id
		}
		if got := unpack(pack(Answer{Body: body, Object: object}), object); !bytes.Equal(got, body) {
			t.Errorf("%q with %q became %q", body, object, got)
		}
	})
}

// TestDifferencesAreNamed: on every level, what was left out too, and never a value.
func TestDifferencesAreNamed(t *testing.T) { // rule X05
	t.Parallel()
	print := func(text string) Print {
		p, err := PrintOf("op", decode(t, text), "note", "capture")
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	base := `{"amount":1,"lines":[{"name":"a","n":1},{"name":"b","n":2}]}`
	for now, want := range map[string]string{
		base: "",
		`{"lines":[{"n":1,"name":"a"},{"n":2,"name":"b"}],"amount":1}`:                    "",
		`{"amount":2,"lines":[{"name":"a","n":1},{"name":"b","n":2}]}`:                    "amount",
		`{"amount":1,"lines":[{"name":"a","n":1},{"name":"b","n":3}]}`:                    "lines[1].n",
		`{"amount":1,"lines":[{"name":"b","n":2},{"name":"a","n":1}]}`:                    "lines[0].n lines[0].name lines[1].n lines[1].name",
		`{"amount":1,"lines":[{"name":"a","n":1}]}`:                                       "lines",
		`{"amount":1,"note":"x","lines":[{"name":"a","n":1},{"name":"b","n":2}]}`:         "note",
		`{"amount":"1","lines":[{"name":"a","n":1},{"name":"b","n":2}],"capture":"auto"}`: "amount capture",
	} {
		p := print(now)
		if got := strings.Join(p.differing(print(base).parts), " "); got != want {
			t.Errorf("%s: %q, want %q", now, got, want)
		}
		if same := p.sum == print(base).sum; same != (want == "") {
			t.Errorf("%s: the same is %v", now, same)
		}
	}
	if got := strings.Join(print(base).differing(print(`{"amount":1,"note":"x","lines":[]}`).parts), " "); !strings.Contains(got, "note") {
		t.Errorf("what was left out is not named: %s", got)
	}
	long := `{"amount":%,"lines":[` + strings.TrimSuffix(strings.Repeat(`{"name":"a","n":1},`, 100), ",") + `]}`
	p, q := print(strings.Replace(long, "%", "1", 1)), print(strings.Replace(long, "%", "2", 1))
	if got := p.differing(q.parts); len(got) != 1 || got[0] != "amount" || len(p.parts) != 2*partLen {
		t.Errorf("a long request: %v, %d bytes", got, len(p.parts))
	}
	if strings.Contains(p.parts, "name") {
		t.Error("parts hold text")
	}
}
