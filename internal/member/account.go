package member

import (
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"tsuke/internal/bank"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/kana"
	"tsuke/internal/mask"
	"tsuke/internal/vault"
	"tsuke/internal/zengin"
)

// AccountInput is a bank account as a person types it. Bank and branch are codes that were picked from package bank's
// directory; at Japan Post Bank, Symbol (記号) and Number (番号) stand for branch, type and number.
type AccountInput struct {
	Bank, Branch   string
	Type           string // "1" ordinary, "2" current
	Symbol, Number string
	Holder         string
}

// AccountTypes are the kinds of account that bills can be debited from: savings deposits (貯蓄預金) are not, by the banks'
// own rules.
var AccountTypes = []zengin.AccountType{zengin.Ordinary, zengin.Current}

// Entry is a bank account that its member has entered and not confirmed yet (rule M28).
type Entry struct {
	Form    string // the key of the page that shows it: confirming names it, so that what is registered is what was seen
	Account zengin.Account
	Expires time.Time
}

// entryFor is how long an account that was entered waits to be confirmed: as long as somebody looks for a passbook, and
// not as long as a number lies about.
const entryFor = time.Hour

// EnterAccount judges an account as it was typed, by rules M25 and M26, and keeps it for an hour, in the place of one that was
// entered before. Nothing is debited from it. Slips come joined, one per field: bank, branch, type, symbol, number, holder.
func (m *Members) EnterAccount(tx *db.Tx, member id.Member, in AccountInput) (Entry, error) {
	account, slips := readAccount(in)
	if err := lockMember(tx, member); err != nil {
		return Entry{}, fmt.Errorf("member: %w: %s", err, member)
	}
	own, s, err := m.nameOf(tx, member)
	if err != nil {
		return Entry{}, err
	}
	holder, slip := readHolder(in.Holder, own)
	if slip != nil {
		slips = append(slips, slip)
	}
	if len(slips) > 0 {
		return Entry{}, fault.Join(slips)
	}
	account.Holder = holder
	e := Entry{Form: rand.Text(), Account: account, Expires: tx.Now().Add(entryFor)}
	return e, upsertEntry(tx, member, entryRow{form: e.Form, accountRow: sealAccount(s, entered, account), expires: e.Expires})
}

// FindEntry is the account that a member has entered last and not confirmed yet. It is false if there is none, or its
// hour is over.
func (m *Members) FindEntry(tx *db.Tx, member id.Member) (Entry, bool, error) {
	row, found, err := selectEntry(tx, member)
	if err != nil || !found || !tx.Now().Before(row.expires) {
		return Entry{}, false, err
	}
	account, err := m.openAccount(tx, member, entered, row.accountRow)
	return Entry{Form: row.form, Account: account, Expires: row.expires}, err == nil, err
}

// RegisterAccount makes an account the one that a member's bills are debited from, in the place of one registered before.
// What was entered and not confirmed ends with it. The same account again changes nothing and is no fact. The faults are
// those of the fields bank, branch, type, number and holder (rules M25, M26).
func (m *Members) RegisterAccount(tx *db.Tx, member id.Member, account zengin.Account) error {
	if slips := judgeAccount(account); len(slips) > 0 {
		return fault.Join(slips)
	}
	if _, err := m.lockWay(tx, member); err != nil {
		return err
	}
	own, s, err := m.nameOf(tx, member)
	if err != nil {
		return err
	}
	holder, slip := readHolder(account.Holder.Reveal(), own)
	if slip != nil {
		return slip
	}
	account.Holder = holder
	account = named(account)
	before, found, err := m.FindAccount(tx, member)
	if err != nil {
		return err
	}
	if err := deleteEntry(tx, member); err != nil || found && before == account {
		return err
	}
	if err := upsertAccount(tx, member, sealAccount(s, registered, account)); err != nil {
		return err
	}
	err = event.Append(tx, fact(member, "member.account_registered", map[string]any{"bank": account.Bank, "replaced": found}))
	if err != nil || m.Hooks.AccountChanged == nil {
		return err
	}
	return m.Hooks.AccountChanged(tx, member)
}

// FindAccount is the account that a member has registered, with the names of bank and branch as files carry them.
func (m *Members) FindAccount(tx *db.Tx, member id.Member) (zengin.Account, bool, error) {
	row, found, err := selectAccount(tx, member)
	if err != nil || !found {
		return zengin.Account{}, false, err
	}
	account, err := m.openAccount(tx, member, registered, row)
	return account, err == nil, err
}

// AccountSince is when the account that a member has registered took the place of the one before, or of none.
func (m *Members) AccountSince(tx *db.Tx, member id.Member) (since time.Time, found bool, err error) {
	return selectAccountSince(tx, member)
}

// RemoveAccount forgets a member's account and what was entered. There being none is no error. The fault is AccountInUse
// while bills are to be debited from it.
func (m *Members) RemoveAccount(tx *db.Tx, member id.Member) error {
	way, err := m.lockWay(tx, member)
	if err != nil {
		return err
	}
	row, found, err := selectAccount(tx, member)
	if err != nil {
		return err
	}
	if found && way == ByDebit {
		return AccountInUse.In("account")
	}
	if err := deleteEntry(tx, member); err != nil || !found {
		return err
	}
	if err := deleteAccount(tx, member); err != nil {
		return err
	}
	return event.Append(tx, fact(member, "member.account_removed", map[string]any{"bank": row.bank}))
}

// nameOf is a member's name in kana, and what seals the member's fields.
func (m *Members) nameOf(tx *db.Tx, member id.Member) (mask.Name, vault.Subject, error) {
	row, err := selectMember(tx, member)
	if err != nil {
		return "", vault.Subject{}, err
	}
	s, err := m.Vault.Subject(tx.Context(), member.String(), row.dataKey)
	if err != nil {
		return "", vault.Subject{}, err
	}
	var name storedName
	err = openJSON(s, "name", row.name, &name)
	return mask.Name(name.FamilyKana + " " + name.GivenKana), s, err
}

// readAccount judges all but the holder (rule M25).
func readAccount(in AccountInput) (zengin.Account, []*fault.Error) {
	if in.Bank == zengin.JapanPostBank {
		return readPassbook(in)
	}
	a := zengin.Account{Bank: in.Bank, Branch: in.Branch, Number: zengin.AccountNumber(digits(in.Number))}
	for _, t := range AccountTypes {
		if in.Type == fmt.Sprint(int(t)) {
			a.Type = t
		}
	}
	return named(a), judgeAccount(a)
}

// readPassbook judges symbol and number of Japan Post Bank.
func readPassbook(in AccountInput) (zengin.Account, []*fault.Error) {
	symbol, number := digits(in.Symbol), digits(in.Number)
	var slips []*fault.Error
	// The number is judged beside a right symbol and the symbol beside a right number, so that both slips are told at once.
	if _, err := zengin.JapanPost(symbol, "11"); err != nil {
		slips = append(slips, SymbolShape.In("symbol"))
	}
	if _, err := zengin.JapanPost("10010", number); err != nil {
		slips = append(slips, PassbookNumber.In("number"))
	}
	if len(slips) > 0 {
		return zengin.Account{}, slips
	}
	a, err := zengin.JapanPost(symbol, number)
	if _, known := bank.Embedded().Branch(a.Bank, a.Branch); err != nil || !known {
		return zengin.Account{}, []*fault.Error{SymbolUnknown.In("symbol")}
	}
	return named(a), nil
}

// judgeAccount judges all but the holder.
func judgeAccount(a zengin.Account) []*fault.Error {
	var slips []*fault.Error
	if _, known := bank.Embedded().Find(a.Bank); !known {
		slips = append(slips, BankUnknown.In("bank"))
	} else if _, known := bank.Embedded().Branch(a.Bank, a.Branch); !known {
		slips = append(slips, BranchUnknown.In("branch"))
	}
	if !slices.Contains(AccountTypes, a.Type) {
		slips = append(slips, AccountKind.In("type"))
	}
	switch number := a.Number.Reveal(); {
	case number == "":
		slips = append(slips, AccountNumberMissing.In("number"))
	case !isAccountNumber(number):
		slips = append(slips, AccountNumberShape.In("number"))
	}
	return slips
}

func isAccountNumber(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(s) == 7
}

// digits is a number as it was typed, in its normal form; more than anybody types is not looked at.
func digits(typed string) string {
	if len(typed) > typedMax {
		return "x"
	}
	return kana.Digits(typed)
}

// readHolder judges whether the holder is the member (rule M26), and answers the holder as files carry it.
func readHolder(typed string, own mask.Name) (mask.Name, *fault.Error) {
	if len(typed) > typedMax {
		return "", HolderOther.In("holder")
	}
	holder, bad := zengin.Name(typed, zengin.HolderLength)
	short, _ := zengin.Name(own.Reveal(), zengin.HolderLength)
	switch {
	case len(bad) > 0:
		return "", HolderCharacter.In("holder") // which ones is not said: they can be the whole name
	case holder == "":
		return "", HolderMissing.In("holder")
	case !zengin.SameHolder(typed, own.Reveal()) && !zengin.SameHolder(typed, short):
		return "", HolderOther.In("holder")
	}
	return mask.Name(short), nil
}

// named fills in the names of bank and branch by the directory of today.
func named(a zengin.Account) zengin.Account {
	a.BankName, a.BranchName = "", ""
	if b, ok := bank.Embedded().Find(a.Bank); ok {
		a.BankName = b.FileName()
	}
	if b, ok := bank.Embedded().Branch(a.Bank, a.Branch); ok {
		a.BranchName = b.FileName()
	}
	return a
}

// The places in which an account is sealed: what lies in one does not open in the other.
const (
	registered = "account"
	entered    = "entry"
)

func sealAccount(s vault.Subject, place string, a zengin.Account) accountRow {
	return accountRow{
		bank: a.Bank, branch: a.Branch, kind: a.Type,
		number: s.Seal(place+"_number", a.Number.Reveal()), holder: s.Seal(place+"_holder", a.Holder.Reveal()),
	}
}

func (m *Members) openAccount(tx *db.Tx, member id.Member, place string, row accountRow) (zengin.Account, error) {
	owner, err := selectMember(tx, member)
	if err != nil {
		return zengin.Account{}, err
	}
	s, err := m.Vault.Subject(tx.Context(), member.String(), owner.dataKey)
	if err != nil {
		return zengin.Account{}, err
	}
	number, err := s.Open(place+"_number", row.number)
	if err != nil {
		return zengin.Account{}, err
	}
	holder, err := s.Open(place+"_holder", row.holder)
	return named(zengin.Account{
		Bank: row.bank, Branch: row.branch, Type: row.kind, Number: zengin.AccountNumber(number), Holder: mask.Name(holder),
	}), err
}
