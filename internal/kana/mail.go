package kana

import (
	"errors"
	"strings"
	"unicode"
)

// The shapes Mail refuses.
var (
	ErrMailEmpty     = errors.New("kana: no mail address")
	ErrMailAt        = errors.New("kana: a mail address has exactly one @ with something on both sides")
	ErrMailSpace     = errors.New("kana: a blank inside the mail address")
	ErrMailCharacter = errors.New("kana: a character that mail addresses cannot have")
	ErrMailDots      = errors.New("kana: a dot at the edge of, or two dots in, the part before the @")
	ErrMailDomain    = errors.New("kana: the part after the @ is no domain name")
	ErrMailLong      = errors.New("kana: the mail address is too long")
)

// Mail is the normal form of a mail address to which something can be delivered: full-width characters folded, "mailto:" and
// surrounding angle brackets dropped, the domain in lower case. The part before the @ keeps its case. suggestion is
// the address the person probably meant when the domain is one slip away from one that many people in Japan have
// ("gmial.com", "docomo.ne.jo"), else ""; it can come with or without an error.
//
// The rule is neither that of RFC 5322, which allows comments and quotes nobody types, nor that of a browser, which
// accepts "taro@gmail". Japanese carriers gave out addresses such as a..b@docomo.ne.jp and .c.@ezweb.ne.jp; their
// owners have no other, so dots anywhere are accepted for carriers' domains. To send there, use MailPath.
func Mail(s string) (mail, suggestion string, err error) {
	text := trimFrame(Text(s))
	switch {
	case text == "":
		return "", "", ErrMailEmpty
	case strings.Contains(text, " "):
		joined, _, _ := Mail(strings.ReplaceAll(text, " ", ""))
		return "", joined, ErrMailSpace
	}
	local, domain, ok := strings.Cut(text, "@")
	if !ok || local == "" || domain == "" || strings.Contains(domain, "@") {
		return "", "", ErrMailAt
	}
	local = unquote(local)
	domain = strings.ToLower(domain)
	if meant := suggestDomain(domain); meant != "" && judgeLocal(local, meant) == nil {
		suggestion = local + "@" + meant
	}
	if len(local) > 64 || len(local)+1+len(domain) > 254 { // RFC 5321 4.5.3.1; a path of 256 has its two brackets
		return "", "", ErrMailLong
	}
	if err := judgeLocal(local, domain); err != nil {
		return "", suggestion, err
	}
	if err := judgeDomain(domain); err != nil {
		return "", suggestion, err
	}
	return local + "@" + domain, suggestion, nil
}

// MailPath is a normalised address as SMTP wants it: the part before the @ is quoted when its dots make it no dot-atom
// (RFC 5321 4.1.2), so "a..b@docomo.ne.jp" becomes "\"a..b\"@docomo.ne.jp".
func MailPath(mail string) string {
	local, domain, ok := strings.Cut(mail, "@")
	if !ok || !oddDots(local) {
		return mail
	}
	return `"` + local + `"@` + domain
}

func trimFrame(s string) string {
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	if len(s) > 2 && s[0] == '<' && s[len(s)-1] == '>' {
		s = s[1 : len(s)-1]
	}
	return strings.TrimSpace(s)
}

// unquote drops quotes that were only written for the dots inside.
func unquote(local string) string {
	if len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"' {
		return local[1 : len(local)-1]
	}
	return local
}

func judgeLocal(local, domain string) error {
	for _, r := range local {
		if r > unicode.MaxASCII || !isAtom(byte(r)) && r != '.' {
			return ErrMailCharacter
		}
	}
	if oddDots(local) && !isCarrier(domain) {
		return ErrMailDots
	}
	return nil
}

// isAtom is atext of RFC 5322 3.2.3.
func isAtom(c byte) bool {
	return isAlphanumeric(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func oddDots(local string) bool {
	return strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..")
}

// judgeDomain wants two labels or more of letters, digits and inner hyphens, the last one a name and no number.
func judgeDomain(domain string) error {
	labels := strings.Split(domain, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return ErrMailDomain
		}
		for _, r := range label {
			switch {
			case r > unicode.MaxASCII, r == ',', r == ';':
				return ErrMailCharacter
			case !isAlphanumeric(byte(r)) && r != '-':
				return ErrMailDomain
			}
		}
	}
	last := labels[len(labels)-1]
	if len(labels) < 2 || len(last) < 2 || last[0] >= '0' && last[0] <= '9' {
		return ErrMailDomain
	}
	return nil
}

// isCarrier says whether a domain belongs to a Japanese carrier that gave out addresses with dots anywhere. Vodafone
// (now SoftBank) had one domain for each region: t.vodafone.ne.jp.
func isCarrier(domain string) bool {
	for _, carrier := range []string{
		"docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "i.softbank.jp", "vodafone.ne.jp", "disney.ne.jp",
		"ymobile.ne.jp", "ymobile1.ne.jp", "yahoo.ne.jp", "emnet.ne.jp", "willcom.com", "pdx.ne.jp", "wcm.ne.jp", "uqmobile.jp", "rakumail.jp",
	} {
		if domain == carrier || strings.HasSuffix(domain, "."+carrier) {
			return true
		}
	}
	return false
}
