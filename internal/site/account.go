package site

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tsuke/internal/bank"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/member"
	"tsuke/internal/web"
	"tsuke/internal/zengin"
)

// forFresh lets on only a member who has entered a code lately (rule M20). Another one is asked for a code first, on the
// same address; a form that was open for too long leads there.
func forFresh(h func(*visit) error) func(*visit) error {
	return forMember(func(v *visit) error {
		switch {
		case v.fresh():
			return h(v)
		case v.r.Method == http.MethodPost:
			return v.to(v.r.URL.Path)
		}
		profile, err := v.profile()
		if err != nil {
			return err
		}
		return v.show(web.ProvePage{Frame: v.frame(), Phone: profile.Phone.Masked(), Return: v.r.URL.RequestURI()})
	})
}

func (v *visit) profile() (p member.Profile, err error) {
	err = v.read(func(tx *db.Tx) (err error) {
		p, err = v.site.Members.LoadProfile(tx, v.signIn.Member)
		return err
	})
	return p, err
}

// accountCode is the code that a member who is signed in proves their own number with once more.
func (v *visit) accountCode() codeAsked {
	return codeAsked{purpose: member.ForSignIn, boundTo: v.binding(), here: web.AccountCodePath, change: web.WayPath, own: true}
}

func (v *visit) askAccountCode(ask func(tx *db.Tx) (member.Sent, error)) error {
	words := "銀行口座の手続き"
	if v.lang == web.English {
		words = "for your bank account"
	}
	return v.askCode(ask, words)
}

// sendAccountCode sends a code to the member's own number. Without a number the page before says what to do.
func (s *Site) sendAccountCode(v *visit) error {
	goal := v.goal()
	profile, err := v.profile()
	if err != nil {
		return err
	}
	if profile.Phone == "" {
		return v.to(web.BankPath)
	}
	err = v.askAccountCode(func(tx *db.Tx) (member.Sent, error) {
		return s.Members.RequestCode(tx, member.CodeRequest{
			Phone: profile.Phone, Purpose: member.ForSignIn, BoundTo: v.binding(), Address: v.address(),
		})
	})
	if err != nil {
		return err
	}
	return v.to(withGoal(web.AccountCodePath, goal))
}

func (s *Site) accountCodePage(v *visit) error {
	if v.fresh() {
		return v.arrive()
	}
	return v.codePage(v.accountCode(), web.Form{})
}

// enterAccountCode renews the proof and goes on where the member was. A press that arrives twice comes with the cookie of
// before, whose code it enters again, and ends at the same page.
func (s *Site) enterAccountCode(v *visit) error {
	who, known, err := v.enterCode()
	if err != nil {
		return v.codeAgain(v.accountCode(), err)
	}
	if !known || !v.signIn.Member.IsZero() && who != v.signIn.Member { // the number has passed on
		return v.to(web.WayPath)
	}
	if err := v.become(who); err != nil {
		return err
	}
	return v.arrive()
}

func (s *Site) resendAccountCode(v *visit) error {
	err := v.askAccountCode(func(tx *db.Tx) (member.Sent, error) {
		return s.Members.ResendCode(tx, member.ForSignIn, v.binding(), v.address())
	})
	return v.codeSentAgain(v.accountCode(), err)
}

// Numbers of the lists to pick from.
const (
	foundMax  = 30 // of a search: more tell that the words were too few
	rowMax    = 50 // of a row on one page
	listedMax = 30 // branches that are listed without being asked for
	queryMax  = 60 // characters of a search that are shown again
)

// pickBank finds the bank: those that most people have, by a search, or by leafing.
func (s *Site) pickBank(v *visit) error {
	directory := bank.Embedded()
	here := v.place().Bank()
	page := v.pickPage(web.PickPage{}, here, heads(directory.BanksByKana()))
	choose := func(banks []bank.Bank) (all []web.PickChoice) {
		for _, b := range banks {
			all = append(all, web.PickChoice{Name: b.Name, Code: b.Code, URL: v.place().Branches(b.Code)})
		}
		return all
	}
	switch {
	case page.Query != "":
		page.Why, page.Choices = web.PickFound, choose(directory.SearchBanks(page.Query, foundMax))
	case v.pickedRow() != "":
		pickRow(v, &page, here, directory.BanksByKana(), choose)
	default:
		page.Why, page.Choices = web.PickEveryday, choose(directory.Everyday())
	}
	return v.show(page)
}

// pickBranch finds the branch of a bank. Japan Post Bank has none to find: the passbook's symbol names it.
func (s *Site) pickBranch(v *visit) error {
	directory := bank.Embedded()
	of, ok := directory.Find(v.r.PathValue("bank"))
	switch {
	case !ok:
		return NoPage.New()
	case of.Code == zengin.JapanPostBank:
		return v.accountPage()
	}
	here := v.place().Branches(of.Code)
	page := v.pickPage(web.PickPage{Bank: of.Name, Code: of.Code}, here, heads(directory.BranchesByKana(of.Code)))
	choose := func(branches []bank.Branch) (all []web.PickChoice) {
		for _, b := range branches {
			all = append(all, web.PickChoice{Name: b.Name, Code: b.Code, URL: v.place().Number(of.Code, b.Code)})
		}
		return all
	}
	all := directory.Branches(of.Code)
	switch {
	case page.Query != "":
		page.Why, page.Choices = web.PickFound, choose(directory.SearchBranches(of.Code, page.Query, foundMax))
	case len(all) <= listedMax:
		page.Why, page.Choices, page.Heads = web.PickAll, choose(all), nil
	case v.pickedRow() != "":
		pickRow(v, &page, here, directory.BranchesByKana(of.Code), choose)
	}
	return v.show(page)
}

func heads[T bank.Bank | bank.Branch](rows []bank.Row[T]) (all []string) {
	for _, r := range rows {
		all = append(all, r.Head)
	}
	return all
}

func (v *visit) pickedRow() string { return web.RowOf(v.r.URL.Query().Get("row")) }

func (v *visit) pickPage(page web.PickPage, here string, heads []string) web.PickPage {
	page.Frame, page.Place = v.frame(), v.place()
	page.Query = strings.TrimSpace(v.r.URL.Query().Get("q"))
	if typed := []rune(page.Query); len(typed) > queryMax {
		page.Query = string(typed[:queryMax])
	}
	for _, h := range heads {
		page.Heads = append(page.Heads, web.PickHead{
			Head: h, URL: web.PickRowPath(here, h, 0), Current: page.Query == "" && h == v.pickedRow(),
		})
	}
	return page
}

// pickRow lists a part of the row that was picked.
func pickRow[T bank.Bank | bank.Branch](v *visit, page *web.PickPage, here string, rows []bank.Row[T], choose func([]T) []web.PickChoice) {
	page.Why = web.PickRow
	i := slices.IndexFunc(rows, func(r bank.Row[T]) bool { return r.Head == v.pickedRow() })
	if i < 0 {
		return // no reading begins so
	}
	all := rows[i].Entries
	from, err := strconv.Atoi(v.r.URL.Query().Get("from"))
	if err != nil || from < 0 || from >= len(all) {
		from = 0
	}
	if from > 0 {
		page.Newer = web.PickRowPath(here, rows[i].Head, max(from-rowMax, 0))
	}
	if from+rowMax < len(all) {
		page.Older = web.PickRowPath(here, rows[i].Head, from+rowMax)
	}
	page.Choices = choose(all[from:min(from+rowMax, len(all))])
}

// branchNames are a bank's and its branch's names by the directory. Of what it has no longer, the code is the name.
func branchNames(bankCode, branchCode string) (bankName, branchName string) {
	bankName, branchName = bankCode, branchCode
	if b, ok := bank.Embedded().Find(bankCode); ok {
		bankName = b.Name
	}
	if b, ok := bank.Embedded().Branch(bankCode, branchCode); ok {
		branchName = b.Name
	}
	return bankName, branchName
}

// accountForm is the page that asks for number and holder at the bank and branch of the address. It is false if there
// are none such.
func (v *visit) accountForm() (web.AccountPage, bool) {
	page := web.AccountPage{Frame: v.frame(), Place: v.place(), BankCode: v.r.PathValue("bank"), BranchCode: v.r.PathValue("branch")}
	b, ok := bank.Embedded().Find(page.BankCode)
	page.Bank = b.Name
	if !ok || page.BankCode == zengin.JapanPostBank {
		return page, ok && page.BranchCode == ""
	}
	branch, ok := bank.Embedded().Branch(page.BankCode, page.BranchCode)
	page.Branch = branch.Name
	return page, ok
}

// accountPage asks for the number. The holder is the member, whose name in kana is filled in; that of an invoice's payer is not: a
// number that was proven may be somebody else's by now, who is told of nobody (rule I02).
func (v *visit) accountPage() error {
	page, ok := v.accountForm()
	switch {
	case !ok:
		return v.noAccountForm()
	case page.Place.Payer():
		return v.show(page)
	}
	profile, err := v.profile()
	if err != nil {
		return err
	}
	page.Form.Typed = map[string]string{"holder": profile.Name.FamilyKana.Reveal() + " " + profile.Name.GivenKana.Reveal()}
	return v.show(page)
}

// noAccountForm answers for a branch that is none. Those of Japan Post Bank are told by the passbook's symbol.
func (v *visit) noAccountForm() error {
	if v.r.PathValue("bank") == zengin.JapanPostBank {
		return v.to(v.place().Branches(zengin.JapanPostBank))
	}
	return NoPage.New()
}

func (s *Site) accountNumberPage(v *visit) error { return v.accountPage() }

// accountField is the name in a page's form of the field that a fault names.
func accountField(name string, page web.AccountPage) string {
	switch {
	case name == "number" && page.Post():
		return "passbook_number"
	case name == "number":
		return "account_number"
	case name == "holder":
		return page.Holder()
	}
	return name
}

// enterAccount keeps what was typed, to be looked at once more. It registers nothing, so it needs no fresh code: who took
// long loses nothing of what was typed.
func (s *Site) enterAccount(v *visit) error {
	page, ok := v.accountForm()
	if !ok {
		return v.noAccountForm()
	}
	in := member.AccountInput{
		Bank: page.BankCode, Branch: page.BranchCode, Type: v.r.PostFormValue("type"), Symbol: v.r.PostFormValue("symbol"),
		Number: v.r.PostFormValue(accountField("number", page)), Holder: v.r.PostFormValue(page.Holder()),
	}
	err := v.write(func(tx *db.Tx) error {
		_, err := s.Members.EnterAccount(tx, v.holder(), in)
		return err
	})
	if err == nil {
		return v.to(page.Place.Confirm())
	}
	slips, err := v.slips(err)
	if err != nil {
		return err
	}
	for i := range slips {
		slips[i].Field = accountField(slips[i].Field, page)
	}
	page.Form = web.Form{Typed: v.typed("type", "account_number", "symbol", "passbook_number", page.Holder()), Slips: slips}
	return v.show(page)
}

// confirmPage shows the account that was entered. If none waits, because it is registered or its hour is over, the page
// of ways and account tells where things stand.
func (s *Site) confirmPage(v *visit) error {
	page := web.ConfirmAccountPage{Frame: v.frame(), Place: v.place()}
	var waits bool
	err := v.read(func(tx *db.Tx) error {
		entry, found, err := s.Members.FindEntry(tx, v.holder())
		if waits = found; err != nil || !found {
			return err
		}
		page.Account, page.Key, page.Again = accountView(entry.Account), entry.Form, againPath(page.Place, entry.Account)
		page.Account.Holder = entry.Account.Holder.Reveal()
		_, page.Replaces, err = s.Members.FindAccount(tx, v.holder())
		return err
	})
	if err != nil {
		return err
	}
	if !waits {
		return v.to(page.Place.Home())
	}
	return v.show(page)
}

// againPath is where an account is entered anew.
func againPath(at web.AccountPlace, a zengin.Account) string {
	if a.Bank == zengin.JapanPostBank {
		return at.Branches(a.Bank)
	}
	return at.Number(a.Bank, a.Branch)
}

// confirmAccount registers the account that the page showed (rule M28); a payer's gets the money of the invoice (rule I13). If
// another one was entered meanwhile, in another tab, that one is shown first. Pressed again, there is nothing left to confirm.
func (s *Site) confirmAccount(v *visit) error {
	at, shown, said := v.place(), v.r.PostFormValue("account"), web.SaidAccountAdded
	if at.Payer() {
		said = web.SaidAccountGiven
	}
	var added, waits bool
	err := v.write(func(tx *db.Tx) error {
		entry, found, err := s.Members.FindEntry(tx, v.holder())
		added, waits = found && entry.Form == shown, found
		if err != nil || !added {
			return err
		}
		return v.takeAccount(tx, entry.Account)
	})
	switch {
	case fault.From(err) != nil && fault.From(err).Field != "": // the member's name has changed since it was entered
		return v.to(at.Bank())
	case err != nil:
		return err
	case added:
		v.say(said)
	case waits:
		return v.to(at.Confirm())
	}
	return v.to(at.Home())
}
