package site

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/web"
)

func (s *Site) menu(v *visit) error {
	page := web.MenuPage{Frame: v.frame()}
	err := v.read(func(tx *db.Tx) error {
		profile, err := s.Members.LoadProfile(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		way := v.wayTerms(web.Way(profile.WayToPay), v.today().Month())
		page.Phone, page.Way, page.WayFee = profile.Phone.Masked(), way.Way, way.Fee
		agreed, err := s.Members.ListTokens(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		page.Shops = len(agreed)
		browsers, err := s.Members.ListSignIns(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		page.Devices = len(browsers)
		page.Unread, err = s.Notices.Unread(tx, v.signIn.Member)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// profile shows enough of what is registered for its owner to recognise it, and too little for anybody who looks over
// their shoulder.
func (s *Site) profile(v *visit) error {
	p, err := v.profile()
	if err != nil {
		return err
	}
	return v.show(web.ProfilePage{
		Frame: v.frame(), Name: firstOfName(p.Name.Family), Phone: p.Phone.Masked(), Birth: v.maskedBirth(p.Birth),
		Address: p.Address.Prefecture.Reveal() + hidden, Mail: p.Mail.Masked(),
		Way: v.wayTerms(web.Way(p.WayToPay), v.today().Month()), Since: p.Created,
	})
}

const hidden = "••••"

func firstOfName(name mask.Name) string {
	_, size := utf8.DecodeRuneInString(name.Reveal())
	return name.Reveal()[:size] + hidden
}

// maskedBirth shows the century and decade only.
func (v *visit) maskedBirth(d jst.Day) string {
	decade := d.String()[:3]
	if v.lang == web.English {
		return decade + "•-••-••"
	}
	return decade + "•年••月••日"
}

// language is set for what is sent to a member and, by the address it goes on to, for the pages of this browser.
func (s *Site) language(v *visit) error {
	lang := v.r.PostFormValue("lang")
	if !v.signIn.Member.IsZero() {
		err := v.write(func(tx *db.Tx) error { return s.Members.SetLang(tx, v.signIn.Member, lang) })
		if err != nil {
			return err
		}
	}
	here, err := url.Parse(ownPath(v.r.PostFormValue("return")))
	if err != nil || here.Path == "" {
		here = &url.URL{Path: web.HomePath}
	}
	q := here.Query()
	q.Set("lang", string(web.ParseLang(lang)))
	here.RawQuery = q.Encode()
	return v.to(here.String())
}

// shops lists what the member has agreed with shops.
func (s *Site) shops(v *visit) error {
	page := web.ShopsPage{Frame: v.frame()}
	err := v.read(func(tx *db.Tx) error {
		agreed, err := s.Members.ListTokens(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		page.Shops = page.Shops[:0]
		for _, t := range agreed {
			shop, err := v.agreedShop(tx, t)
			if err != nil {
				return err
			}
			page.Shops = append(page.Shops, shop)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

func (v *visit) agreedShop(tx *db.Tx, t member.Token) (web.AgreedShop, error) {
	m, err := v.site.Merchants.Load(tx, t.Merchant)
	if err != nil {
		return web.AgreedShop{}, err
	}
	used, err := lastUse(tx, t)
	return web.AgreedShop{
		Name: m.Name(string(v.lang)), Since: t.Granted, LastUsed: used, URL: web.RevokePath(t.ID.String()),
	}, err
}

// lastUse is when a shop last bought by an agreement, as far back as the newest purchases there go; zero if it has not.
func lastUse(tx *db.Tx, t member.Token) (time.Time, error) {
	bought, err := checkout.ListOfMember(tx, t.Member, checkout.Filter{Merchant: t.Merchant})
	if err != nil {
		return time.Time{}, err
	}
	for _, p := range bought {
		if p.Token == t.ID {
			return p.Created, nil
		}
	}
	return time.Time{}, nil
}

// revokePage asks once more before an agreement ends.
func (s *Site) revokePage(v *visit) error {
	which, err := id.Parse[id.TokenKind](v.r.PathValue("token"))
	if err != nil {
		return NoPage.New()
	}
	page := web.RevokePage{Frame: v.frame(), Action: web.RevokePath(which.String())}
	err = v.read(func(tx *db.Tx) error {
		agreed, err := s.Members.ListTokens(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		for _, t := range agreed {
			if t.ID == which {
				page.Shop, err = v.agreedShop(tx, t)
				return err
			}
		}
		return NoPage.New() // somebody else's, or ended already
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

func (s *Site) revoke(v *visit) error {
	which, err := id.Parse[id.TokenKind](v.r.PathValue("token"))
	if err != nil {
		return NoPage.New()
	}
	err = v.write(func(tx *db.Tx) error { return s.Members.RevokeToken(tx, v.signIn.Member, which) })
	if fault.Is(err, member.NoToken) {
		return NoPage.New()
	}
	if err != nil {
		return err
	}
	v.say(web.SaidShopEnded)
	return v.to(web.ShopsPath)
}

// devices lists the browsers that are signed in.
func (s *Site) devices(v *visit) error {
	page := web.DevicesPage{Frame: v.frame()}
	err := v.read(func(tx *db.Tx) error {
		browsers, err := s.Members.ListSignIns(tx, v.signIn.Member)
		page.Devices = page.Devices[:0]
		for _, b := range browsers {
			page.Devices = append(page.Devices, web.Device{
				Browser: deviceName(b.Device), Since: b.Created, LastSeen: b.LastSeen, Here: b.ID == v.signIn.ID,
				EndURL: web.EndDevicePath(b.ID.String()),
			})
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// deviceNames are the names of browsers and systems by the words of member.Device.
var deviceNames = map[string]string{
	"edge": "Edge", "opera": "Opera", "samsung": "Samsung Internet", "firefox": "Firefox", "chrome": "Chrome", "safari": "Safari",
	"ios": "iPhone", "ipados": "iPad", "android": "Android", "windows": "Windows", "chromeos": "ChromeOS", "macos": "macOS",
	"linux": "Linux",
}

// deviceName is a browser as its owner knows it, such as "Safari, iPhone", as far as it told; empty if it did not.
func deviceName(device string) string {
	var known []string
	for word := range strings.FieldsSeq(device) {
		if name := deviceNames[word]; name != "" {
			known = append(known, name)
		}
	}
	return strings.Join(known, ", ")
}

// endDevice signs one browser out. If it is this one, it is as if the member had signed out here.
func (s *Site) endDevice(v *visit) error {
	which, err := id.Parse[id.SignInKind](v.r.PathValue("device"))
	if err != nil {
		return NoPage.New()
	}
	err = v.write(func(tx *db.Tx) error { return s.Members.EndSignIn(tx, v.signIn.Member, which) })
	switch {
	case fault.Is(err, member.NoSignIn):
		return NoPage.New()
	case err != nil:
		return err
	case which == v.signIn.ID:
		return v.signedOut(web.SaidSignedOut)
	}
	v.say(web.SaidDeviceEnded)
	return v.to(web.DevicesPath)
}
