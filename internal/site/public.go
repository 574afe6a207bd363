package site

import (
	"tsuke/internal/checkout"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/merchant"
	"tsuke/internal/web"
)

// how is what the service costs and when, by the figures of today. It stands in the same words in the registration, in
// the terms of use and on a page of its own.
func (v *visit) how() web.HowItWorks {
	late := v.lateTerms()
	return web.HowItWorks{
		Limit:   credit.LimitOnline.On(v.site.Terms.Current(), v.today()),
		Ways:    v.allWays(),
		LateFee: late.Fee, LateDays: late.Days, DamagesRate: late.DamagesRate,
		Example: lateExample(v.today().Month(), v.newcomersWay().DueDay, late),
	}
}

// contact is how a shop is reached, in the language of the page.
func (v *visit) contact(m merchant.Merchant) web.ShopContact {
	c := web.ShopContact{
		Name: m.Name(string(v.lang)), Phone: m.Contact.Phone, Mail: m.Contact.Mail, Hours: m.Contact.HoursJA, URL: m.Contact.URL,
	}
	if v.lang == web.English {
		c.Hours = m.Contact.HoursEN
	}
	return c
}

func (s *Site) howItWorks(v *visit) error { return v.show(web.HowPage{Frame: v.frame(), How: v.how()}) }

func (s *Site) terms(v *visit) error { return v.show(web.TermsPage{Frame: v.frame(), How: v.how()}) }

func (s *Site) privacy(v *visit) error { return v.show(web.PrivacyPage{Frame: v.frame()}) }

func (s *Site) accessibility(v *visit) error { return v.show(web.AccessibilityPage{Frame: v.frame()}) }

func (s *Site) licenses(v *visit) error { return v.show(web.LicensesPage{Frame: v.frame()}) }

// help answers the commonest questions; a member's begins with their latest purchase, which most of them are about.
func (s *Site) help(v *visit) error {
	page := web.HelpPage{Frame: v.frame(), Minutes: tellsWithinMinutes, Fee: v.newcomersWay().Fee}
	if v.signIn.Member.IsZero() {
		return v.show(page)
	}
	err := v.read(func(tx *db.Tx) error {
		latest, err := checkout.ListOfMember(tx, v.signIn.Member, checkout.Filter{Limit: 1})
		if err != nil || len(latest) == 0 {
			return err
		}
		lines, err := v.paymentLines(tx, latest)
		if err == nil {
			page.Last = &lines[0]
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// noPage answers every address that leads nowhere.
func (s *Site) noPage(*visit) error { return NoPage.New() }
