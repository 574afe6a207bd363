package kana_test

import (
	"testing"

	"tsuke/internal/kana"
)

func TestPhone(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		in, want string
		kind     kana.PhoneKind
		err      error
	}{
		{"０９０－１２３４－５６７８", "+819012345678", kana.Mobile, nil},
		{"060-1234-5678", "+816012345678", kana.Mobile, nil}, // assigned since July 2026
		{"070-1234-5678", "+817012345678", kana.Mobile, nil},
		{"080 1234 5678", "+818012345678", kana.Mobile, nil},
		{"090.1234.5678", "+819012345678", kana.Mobile, nil},
		{"090ー1234ー5678", "+819012345678", kana.Mobile, nil},
		{"+81 90-1234-5678", "+819012345678", kana.Mobile, nil},
		{"＋８１９０１２３４５６７８", "+819012345678", kana.Mobile, nil},
		{"+81(0)90-1234-5678", "+819012345678", kana.Mobile, nil},
		{"0081-90-1234-5678", "+819012345678", kana.Mobile, nil},
		{"010-81-90-1234-5678", "+819012345678", kana.Mobile, nil},

		{"050-1234-5678", "+815012345678", kana.IP, kana.ErrPhoneIP},
		{"03-1234-5678", "+81312345678", kana.Fixed, kana.ErrPhoneFixed},
		{"0467-12-3456", "+81467123456", kana.Fixed, kana.ErrPhoneFixed},
		{"0120-123-456", "+81120123456", kana.TollFree, kana.ErrPhoneTollFree},
		{"0800-123-4567", "+818001234567", kana.TollFree, kana.ErrPhoneTollFree},
		{"0570-012-345", "+81570012345", kana.Special, kana.ErrPhoneSpecial},
		{"020-1234-5678", "+812012345678", kana.Machine, kana.ErrPhoneMachine},
		{"0200-12345-67890", "+812001234567890", kana.Machine, kana.ErrPhoneMachine},

		{"", "", kana.NoPhone, kana.ErrPhoneEmpty},
		{" - ", "", kana.NoPhone, kana.ErrPhoneEmpty},
		{"090-1234-567a", "", kana.NoPhone, kana.ErrPhoneDigits},
		{"九〇", "", kana.NoPhone, kana.ErrPhoneDigits},
		{"090+12345678", "", kana.NoPhone, kana.ErrPhoneDigits},
		{"+", "", kana.NoPhone, kana.ErrPhoneDigits},
		{"+1 212 555 0123", "", kana.NoPhone, kana.ErrPhoneForeign},
		{"9012345678", "", kana.NoPhone, kana.ErrPhoneStart}, // a spreadsheet ate the zero
		{"819012345678", "", kana.NoPhone, kana.ErrPhoneStart},
		{"090-1234-567", "", kana.NoPhone, kana.ErrPhoneLength}, // ten digits, and still no fixed line
		{"090-1234-56789", "", kana.NoPhone, kana.ErrPhoneLength},
		{"03-1234-567", "", kana.NoPhone, kana.ErrPhoneLength},
		{"03-1234-56789", "", kana.NoPhone, kana.ErrPhoneLength},
		{"0", "", kana.NoPhone, kana.ErrPhoneLength},
		{"+81", "", kana.NoPhone, kana.ErrPhoneLength},
		{"0120-123-4567", "", kana.NoPhone, kana.ErrPhoneLength},
		{"0800-123-456", "", kana.NoPhone, kana.ErrPhoneLength},
		{"090-0123-4567", "", kana.NoPhone, kana.ErrPhoneUnassigned},
		{"060-0123-4567", "", kana.NoPhone, kana.ErrPhoneUnassigned},
		{"070-0123-4567", "", kana.NoPhone, kana.ErrPhoneUnassigned},
		{"050-0123-4567", "", kana.NoPhone, kana.ErrPhoneUnassigned},
		{"00-9012-3456", "", kana.NoPhone, kana.ErrPhoneUnassigned},
	} {
		got, kind, err := kana.Phone(row.in)
		if got != row.want || kind != row.kind || err != row.err {
			t.Errorf("Phone(%q) = %q, %d, %v; want %q, %d, %v", row.in, got, kind, err, row.want, row.kind, row.err)
		}
	}
}

func TestPhoneDisplay(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ in, want string }{
		{"+819012345678", "090-1234-5678"},
		{"+815012345678", "050-1234-5678"},
		{"+81120123456", "0120-123-456"},
		{"+818001234567", "0800-123-4567"},
		{"+81312345678", "03-1234-5678"},
		{"+81467123456", "0467123456"}, // the length of an area code follows no rule
		{"+812012345678", "02012345678"},
		{"+12125550123", "+12125550123"},
		{"+81", "+81"},
		{"+819", "+819"},
		{"", ""},
	} {
		if got := kana.PhoneDisplay(row.in); got != row.want {
			t.Errorf("PhoneDisplay(%q) = %q, want %q", row.in, got, row.want)
		}
	}
}

// FuzzPhone: an accepted number has the one shape that the member's unique index relies on, and reads back as itself.
func FuzzPhone(f *testing.F) {
	for _, s := range []string{"０９０－１２３４－５６７８", "+81(0)90-1234-5678", "0081", "03-1234-5678", "0800", "", "+"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e164, kind, err := kana.Phone(s)
		if (kind == kana.NoPhone) != (e164 == "") || (err == nil) != (kind == kana.Mobile) {
			t.Fatalf("Phone(%q) = %q, %d, %v", s, e164, kind, err)
		}
		if kind == kana.Mobile && len(e164) != 13 {
			t.Fatalf("Phone(%q) = %q", s, e164)
		}
		if kind == kana.NoPhone {
			return
		}
		for _, again := range []string{e164, kana.PhoneDisplay(e164)} {
			if back, _, _ := kana.Phone(again); back != e164 {
				t.Fatalf("%q reads back as %q, not %q", again, back, e164)
			}
		}
	})
}
