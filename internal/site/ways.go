package site

import (
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/jst"
	"tsuke/internal/member"
	"tsuke/internal/web"
	"tsuke/internal/zengin"
)

// wayTerms are the terms of a way to pay for a bill of a month's purchases: those of the day on which that is issued.
func (v *visit) wayTerms(way web.Way, month jst.Month) web.WayTerms {
	fee, due := billing.WayFigures(v.site.Terms.Current(), billing.Way(way), month.Next().First())
	return web.WayTerms{Way: way, DueDay: due, Fee: fee}
}

// newcomersWay is how a member pays who has not chosen (rule M23).
func (v *visit) newcomersWay() web.WayTerms { return v.wayTerms(web.EBarcode, v.today().Month()) }

// allWays are the terms of all ways to pay for a bill of this month's purchases.
func (v *visit) allWays() []web.WayTerms { return v.waysFor(v.today().Month()) }

func (v *visit) waysFor(month jst.Month) []web.WayTerms {
	var all []web.WayTerms
	for _, way := range web.Ways() {
		all = append(all, v.wayTerms(way, month))
	}
	return all
}

// ways is M12: how the member's bills are paid, and what else there is.
func (s *Site) ways(v *visit) error { return v.waysPage(web.Form{}) }

func (v *visit) waysPage(form web.Form) error {
	page := web.WayPage{Frame: v.frame(), Form: form}
	err := v.read(func(tx *db.Tx) error {
		profile, err := v.site.Members.LoadProfile(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		if page.From, err = billing.NextMonth(tx, v.signIn.Member); err != nil { // rule B08
			return err
		}
		page.Now, page.Others, page.Account = v.wayTerms(web.Way(profile.WayToPay), page.From), nil, nil
		for _, way := range v.waysFor(page.From) {
			if way.Way != page.Now.Way {
				page.Others = append(page.Others, way)
			}
		}
		account, found, err := v.site.Members.FindAccount(tx, v.signIn.Member)
		if found {
			shown := accountView(account)
			page.Account = &shown
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// accountView is an account as pages show it; its holder is left out.
func accountView(a zengin.Account) web.BankAccount {
	shown := web.BankAccount{Kind: accountKinds[a.Type], Number: a.MaskedNumber()}
	shown.Bank, shown.Branch = branchNames(a.Bank, a.Branch)
	return shown
}

var accountKinds = map[zengin.AccountType]web.AccountKind{
	zengin.Ordinary: web.OrdinaryAccount, zengin.Current: web.CurrentAccount,
}

// chooseWay changes how the member pays. Pressed twice it changes nothing more.
func (s *Site) chooseWay(v *visit) error {
	way, changed := v.r.PostFormValue("way"), false
	err := v.write(func(tx *db.Tx) error {
		before, err := s.Members.LoadProfile(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		changed = before.WayToPay != way
		return s.Members.ChooseWay(tx, v.signIn.Member, way, "member")
	})
	if err != nil {
		slips, err := v.slips(err)
		if err != nil {
			return err
		}
		return v.waysPage(web.Form{Slips: slips})
	}
	if changed {
		v.say(web.SaidWayChanged)
	}
	return v.to(web.WayPath)
}

// removePage asks once more before an account is forgotten. Without one there is nothing to ask.
func (s *Site) removePage(v *visit) error {
	page := web.RemoveAccountPage{Frame: v.frame()}
	var found bool
	err := v.read(func(tx *db.Tx) error {
		profile, err := s.Members.LoadProfile(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		account, ok, err := s.Members.FindAccount(tx, v.signIn.Member)
		found, page.Account, page.InUse = ok, accountView(account), profile.WayToPay == member.ByDebit
		return err
	})
	switch {
	case err != nil:
		return err
	case !found:
		return v.to(web.WayPath)
	}
	return v.show(page)
}

// remove forgets the account. If bills are debited from it by now, the page says so.
func (s *Site) remove(v *visit) error {
	err := v.write(func(tx *db.Tx) error { return s.Members.RemoveAccount(tx, v.signIn.Member) })
	if fault.Is(err, member.AccountInUse) {
		return v.to(web.AccountRemovePath)
	}
	if err != nil {
		return err
	}
	v.say(web.SaidAccountRemoved)
	return v.to(web.WayPath)
}
