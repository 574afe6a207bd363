package site

import (
	"net/url"

	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/notice"
	"tsuke/internal/web"
)

// forMember lets a page be seen by a signed-in member only. Others sign in first and come back to the same address.
func forMember(h func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		if v.signIn.Member.IsZero() {
			return v.to(web.SignInPath + "?return=" + url.QueryEscape(v.r.URL.RequestURI()))
		}
		return h(v)
	}
}

// Numbers of the home page.
const (
	monthsShown  = 6
	latestShown  = 3
	noticesShown = 3
)

// home is M3: what can be used, what is to be paid, what happened last.
func (s *Site) home(v *visit) error {
	page := web.HomePage{Frame: v.frame()}
	err := v.read(func(tx *db.Tx) error {
		var err error
		if page.Usable, err = v.usable(tx); err != nil {
			return err
		}
		next, found, err := v.nextBill(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		if found {
			page.Bill = &next
		}
		if page.Month, err = v.monthSoFar(tx); err != nil {
			return err
		}
		if page.Bars, err = v.bars(tx); err != nil {
			return err
		}
		latest, err := checkout.ListOfMember(tx, v.signIn.Member, checkout.Filter{Limit: latestShown})
		if err != nil {
			return err
		}
		if page.Latest, err = v.paymentLines(tx, latest); err != nil {
			return err
		}
		page.Notices, page.Unread, err = v.newNotices(tx, noticesShown)
		return err
	})
	if err != nil {
		return err
	}
	return v.show(page)
}

// bars are the sums of the last months. A member without any purchase is shown none.
func (v *visit) bars(tx *db.Tx) ([]web.MonthUse, error) {
	sums, err := billing.Usage(tx, v.signIn.Member, monthsShown)
	if err != nil {
		return nil, err
	}
	used := false
	out := make([]web.MonthUse, len(sums))
	for i, m := range sums {
		out[i] = web.MonthUse{Month: m.Month, Sum: max(m.Amount, 0)}
		used = used || m.Amount != 0
	}
	if !used {
		return nil, nil
	}
	return out, nil
}

// newNotices are the newest notices that were not read yet, and how many there are.
func (v *visit) newNotices(tx *db.Tx, limit int) ([]web.NoticeLine, int, error) {
	unread, err := v.site.Notices.Unread(tx, v.signIn.Member)
	if err != nil || unread == 0 {
		return nil, 0, err
	}
	found, err := v.site.Notices.Inbox(tx, v.signIn.Member, string(v.lang), id.Notice{}, limit)
	if err != nil {
		return nil, 0, err
	}
	var fresh []notice.Line
	for _, l := range found {
		if l.New {
			fresh = append(fresh, l)
		}
	}
	return inboxLines(fresh), unread, nil
}
