package merchant

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tsuke/internal/fault"
	"tsuke/internal/kana"
)

// The longest texts, in characters.
const (
	nameMax    = 60
	contactMax = 200
	urlMax     = 2000
)

// AllowsReturn judges an address that a member is sent back to (rule S06): https, or http on the machine itself; no user
// name, no fragment; of an origin that is registered for the merchant. field is its name in the request.
func AllowsReturn(m Merchant, field, address string) error {
	u, slip := readURL(field, address)
	if slip != nil {
		return slip
	}
	origin, ok := originOf(u)
	if !ok {
		return returnShape(field)
	}
	if !slices.Contains(m.ReturnOrigins, origin) {
		return ReturnOrigin.In(field).With("origin", origin).With("origins", strings.Join(m.ReturnOrigins, ", "))
	}
	return nil
}

func returnShape(field string) *fault.Error {
	return ReturnShape.In(field).With("max", strconv.Itoa(urlMax))
}

// readURL reads an absolute URL that a browser and this program understand alike: printable ASCII, no backslash, which
// browsers take for a slash.
func readURL(field, address string) (*url.URL, *fault.Error) {
	for i := range len(address) {
		if c := address[i]; c <= ' ' || c > '~' || c == '\\' {
			return nil, returnShape(field)
		}
	}
	u, err := url.Parse(address)
	if err != nil || len(address) > urlMax || u.Opaque != "" || u.Hostname() == "" {
		return nil, returnShape(field)
	}
	switch {
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return nil, ReturnScheme.In(field)
	case u.User != nil:
		return nil, ReturnUser.In(field)
	case strings.Contains(address, "#"):
		return nil, ReturnFragment.In(field)
	}
	return u, nil
}

func isLoopback(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.IsLoopback()
	}
	return strings.EqualFold(host, "localhost")
}

// originOf is scheme, host and port in the one form in which origins are kept (RFC 6454, section 6.2): lower case, and
// without the scheme's own port.
func originOf(u *url.URL) (string, bool) {
	host := strings.ToLower(u.Hostname())
	if strings.Contains(host, ":") {
		address, err := netip.ParseAddr(host)
		if err != nil || address.Zone() != "" {
			return "", false
		}
		host = "[" + address.String() + "]"
	} else if !isHost(host) {
		return "", false
	}
	port := u.Port()
	if port == "" && strings.HasSuffix(u.Host, ":") {
		return "", false
	}
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0 || strconv.FormatUint(n, 10) != port) {
		return "", false
	}
	if port == "" || u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		return u.Scheme + "://" + host, true
	}
	return u.Scheme + "://" + host + ":" + port, true
}

// isHost tells whether a name consists of what host names consist of. A name in Japanese is written in its ASCII form.
func isHost(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.' {
			return false
		}
	}
	return s != "" && !strings.HasPrefix(s, ".") && !strings.Contains(s, "..")
}

// readOrigin reads an origin as an operator registers it.
func readOrigin(typed string) (string, *fault.Error) {
	u, slip := readURL("return_origins", strings.TrimSuffix(strings.TrimSpace(typed), "/"))
	if slip != nil {
		if slip.Kind == ReturnScheme {
			return "", slip
		}
		return "", OriginShape.In("return_origins")
	}
	origin, ok := originOf(u)
	if !ok || u.Path != "" || u.RawQuery != "" || u.ForceQuery {
		return "", OriginShape.In("return_origins")
	}
	return origin, nil
}

// check brings a new merchant to the form in which it is kept and judges it (rule S01).
func (n *New) check() []*fault.Error {
	var slips []*fault.Error
	for _, f := range []struct {
		field string
		text  *string
	}{{"name_ja", &n.NameJA}, {"name_en", &n.NameEN}} {
		*f.text = oneLine(*f.text)
		if *f.text == "" || utf8.RuneCountInString(*f.text) > nameMax {
			slips = append(slips, NameMissing.In(f.field).With("max", strconv.Itoa(nameMax)))
		}
	}
	slips = append(slips, n.Contact.check()...)
	var origins []string
	for _, typed := range n.ReturnOrigins {
		origin, slip := readOrigin(typed)
		if slip != nil {
			slips = append(slips, slip)
			continue
		}
		if !slices.Contains(origins, origin) {
			origins = append(origins, origin)
		}
	}
	n.ReturnOrigins = origins
	return slips
}

func (c *Contact) check() []*fault.Error {
	var slips []*fault.Error
	wrong := func(field string) {
		slips = append(slips, ContactShape.In(field).With("max", strconv.Itoa(contactMax)))
	}
	for _, f := range []struct {
		field string
		text  *string
	}{
		{"contact_phone", &c.Phone},
		{"contact_mail", &c.Mail},
		{"contact_url", &c.URL},
		{"hours_ja", &c.HoursJA},
		{"hours_en", &c.HoursEN},
	} {
		if *f.text = oneLine(*f.text); utf8.RuneCountInString(*f.text) > contactMax {
			wrong(f.field)
		}
	}
	if c.Phone == "" && c.Mail == "" {
		slips = append(slips, ContactMissing.In("contact_phone"))
	}
	// A shop may be called on any number; it is kept as the shop writes it.
	if _, kind, _ := kana.Phone(c.Phone); c.Phone != "" && kind == kana.NoPhone {
		wrong("contact_phone")
	}
	if c.Mail != "" {
		mail, _, err := kana.Mail(c.Mail)
		if err != nil {
			wrong("contact_mail")
		}
		c.Mail = mail
	}
	if c.URL != "" {
		if _, slip := readURL("contact_url", c.URL); slip != nil {
			wrong("contact_url")
		}
	}
	return slips
}

// oneLine is a text of an operator without what shows nothing; full-width letters stay, as names may have them.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

func plain(n int64) string { return strconv.FormatInt(n, 10) }
