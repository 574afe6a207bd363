package kana_test

import (
	"net/mail"
	"strings"
	"testing"

	"tsuke/internal/kana"
)

func TestMail(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		in, want, suggestion string
		err                  error
	}{
		{"taro@example.com", "taro@example.com", "", nil},
		{" Taro.Yamada+tsuke@Example.CO.JP ", "Taro.Yamada+tsuke@example.co.jp", "", nil},
		{"ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "taro@example.jp", "", nil},
		{"mailto:taro@example.jp", "taro@example.jp", "", nil},
		{"<taro@example.jp>", "taro@example.jp", "", nil},
		{"a..b@docomo.ne.jp", "a..b@docomo.ne.jp", "", nil}, // carriers gave such addresses out
		{"ab.@ezweb.ne.jp", "ab.@ezweb.ne.jp", "", nil},
		{".ab@t.vodafone.ne.jp", ".ab@t.vodafone.ne.jp", "", nil},
		{`"a..b"@docomo.ne.jp`, "a..b@docomo.ne.jp", "", nil},
		{"taro@ymail.com", "taro@ymail.com", "", nil}, // close to gmail.com and real
		{"taro@line.jp", "taro@line.jp", "", nil},
		{"taro@xn--wgv71a.jp", "taro@xn--wgv71a.jp", "", nil},

		{"taro@gmial.com", "taro@gmial.com", "taro@gmail.com", nil},
		{"taro@gmai.con", "taro@gmai.con", "taro@gmail.com", nil},
		{"taro@docomo.ne.jo", "taro@docomo.ne.jo", "taro@docomo.ne.jp", nil},
		{"taro@docmo.ne.jp", "taro@docmo.ne.jp", "taro@docomo.ne.jp", nil},
		{"taro@yaho.co.jp", "taro@yaho.co.jp", "taro@yahoo.co.jp", nil},
		{"taro@shop.example.con", "taro@shop.example.con", "taro@shop.example.com", nil},
		{"taro@example.co.jo", "taro@example.co.jo", "taro@example.co.jp", nil},

		{"", "", "", kana.ErrMailEmpty},
		{"taro", "", "", kana.ErrMailAt},
		{"taro@", "", "", kana.ErrMailAt},
		{"@gmail.com", "", "", kana.ErrMailAt},
		{"taro@@gmail.com", "", "", kana.ErrMailAt},
		{"a@b@gmail.com", "", "", kana.ErrMailAt},
		{"ta ro@gmail.com", "", "taro@gmail.com", kana.ErrMailSpace},
		{"taro@gmail. com", "", "taro@gmail.com", kana.ErrMailSpace},
		{"taro yamada", "", "", kana.ErrMailSpace},
		{"太郎@example.jp", "", "", kana.ErrMailCharacter},
		{"ta,ro@example.jp", "", "", kana.ErrMailCharacter},
		{"taro@gmail,com", "", "taro@gmail.com", kana.ErrMailCharacter},
		{"taro@日本.jp", "", "", kana.ErrMailCharacter},
		{"ta..ro@gmail.com", "", "", kana.ErrMailDots},
		{".taro@gmail.com", "", "", kana.ErrMailDots},
		{"taro.@example.jp", "", "", kana.ErrMailDots},
		{"taro@gmail", "", "taro@gmail.com", kana.ErrMailDomain},
		{"taro@gmailcom", "", "taro@gmail.com", kana.ErrMailDomain},
		{"taro@localhost", "", "", kana.ErrMailDomain},
		{"taro@gmail..com", "", "taro@gmail.com", kana.ErrMailDomain},
		{"taro@example.jp.", "", "", kana.ErrMailDomain},
		{"taro@-example.jp", "", "", kana.ErrMailDomain},
		{"taro@ex_ample.jp", "", "", kana.ErrMailDomain},
		{"taro@[127.0.0.1]", "", "", kana.ErrMailDomain},
		{"taro@127.0.0.1", "", "", kana.ErrMailDomain},
		{"taro@example.j", "", "", kana.ErrMailDomain},
		{strings.Repeat("a", 65) + "@example.jp", "", "", kana.ErrMailLong},
		{"a@" + strings.Repeat("a.", 130) + "jp", "", "", kana.ErrMailLong},
		{"a@" + strings.Repeat("a", 64) + ".jp", "", "", kana.ErrMailDomain},
	} {
		got, suggestion, err := kana.Mail(row.in)
		if got != row.want || suggestion != row.suggestion || err != row.err {
			t.Errorf("Mail(%q) = %q, %q, %v; want %q, %q, %v", row.in, got, suggestion, err, row.want, row.suggestion, row.err)
		}
	}
}

func TestMailPath(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ in, want string }{
		{"taro@example.jp", "taro@example.jp"},
		{"a..b@docomo.ne.jp", `"a..b"@docomo.ne.jp`},
		{"ab.@ezweb.ne.jp", `"ab."@ezweb.ne.jp`},
		{"nothing", "nothing"},
	} {
		if got := kana.MailPath(row.in); got != row.want {
			t.Errorf("MailPath(%q) = %q, want %q", row.in, got, row.want)
		}
	}
}

// FuzzMail: what is accepted is plain ASCII that a strict RFC 5322 parser takes as one bare address, so nothing can be smuggled into
// a mail header; suggestions are accepted themselves.
func FuzzMail(f *testing.F) {
	for _, s := range []string{"taro@example.com", "a..b@docomo.ne.jp", "ｔ＠ｇｍａｉｌ．ｃｏｍ", "a@b\r\nBcc: c@d.jp", `"a b"@c.jp`, "a@gmail,com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, suggestion, err := kana.Mail(s)
		if (err == nil) != (got != "") {
			t.Fatalf("Mail(%q) = %q, %v", s, got, err)
		}
		for _, address := range []string{got, suggestion} {
			if address == "" {
				continue
			}
			if again, _, err := kana.Mail(address); err != nil || again != address {
				t.Fatalf("Mail(%q) gave %q, which gives %q, %v", s, address, again, err)
			}
			parsed, err := mail.ParseAddress(kana.MailPath(address))
			if err != nil || parsed.Name != "" {
				t.Fatalf("Mail(%q) gave %q: %v", s, address, err)
			}
		}
	})
}
