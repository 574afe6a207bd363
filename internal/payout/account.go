package payout

import (
	"encoding/json"
	"errors"
	"fmt"

	"tsuke/internal/bank"
	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/kana"
	"tsuke/internal/keys"
	"tsuke/internal/mask"
	"tsuke/internal/vault"
	"tsuke/internal/zengin"
)

// AccountInput is an account as an operator enters it, from what the payer of money in suspense has said. At Japan Post Bank Symbol
// (記号) can stand for branch and type; Number is then the passbook's.
type AccountInput struct {
	Bank   string `json:"bank"`
	Branch string `json:"branch"`
	Type   string `json:"type"`
	Symbol string `json:"symbol"`
	Number string `json:"number"`
	Holder string `json:"holder"`
}

// typedMax is how long a part may be, in bytes: more than anybody types.
const typedMax = 256

// ReadAccount judges an account: bank and branch are in the directory that banks exchange, and a file can hold the rest. The fault
// is AccountWrong, with its field.
func ReadAccount(in AccountInput) (zengin.Account, error) {
	for _, s := range []string{in.Bank, in.Branch, in.Type, in.Symbol, in.Number, in.Holder} {
		if len(s) > typedMax {
			return zengin.Account{}, AccountWrong.New()
		}
	}
	a := zengin.Account{Bank: kana.Digits(in.Bank), Branch: kana.Digits(in.Branch), Number: zengin.AccountNumber(kana.Digits(in.Number))}
	for _, t := range []zengin.AccountType{zengin.Ordinary, zengin.Current, zengin.Savings} {
		if in.Type == fmt.Sprint(int(t)) {
			a.Type = t
		}
	}
	if in.Symbol != "" && a.Bank == zengin.JapanPostBank {
		var err error
		if a, err = zengin.JapanPost(in.Symbol, in.Number); err != nil {
			return zengin.Account{}, AccountWrong.In("symbol")
		}
	}
	holder, bad := zengin.Name(in.Holder, zengin.HolderLength)
	if len(bad) > 0 {
		return zengin.Account{}, AccountWrong.In("holder")
	}
	a.Holder = mask.Name(holder)
	of, known := bank.Embedded().Find(a.Bank)
	if !known {
		return zengin.Account{}, AccountWrong.In("bank")
	}
	branch, known := bank.Embedded().Branch(a.Bank, a.Branch)
	if !known {
		return zengin.Account{}, AccountWrong.In("branch")
	}
	a.BankName, a.BranchName = of.FileName(), branch.FileName()
	for _, wrong := range a.Validate() {
		return zengin.Account{}, AccountWrong.In(parts[wrong.Field])
	}
	return a, nil
}

// parts are the fields of an account as they are entered.
var parts = map[zengin.Field]string{
	zengin.FieldAccountType: "type", zengin.FieldAccountNumber: "number", zengin.FieldHolder: "holder",
}

// NameAccount says to which account money in suspense goes back: two people say so (rule B44). The next file takes it, also if the bank
// refused another account before. The same account again changes nothing. The faults are NoReceipt, NotToReturn, OwnAccount,
// NotOpen, WhoUnclear and SamePerson.
func (p *Payouts) NameAccount(tx *db.Tx, receipt id.Receipt, account zengin.Account, by, second string) error {
	if err := billing.CheckTwo(by, second); err != nil {
		return err
	}
	ret, err := billing.LockReturn(tx, receipt)
	if err != nil {
		return err
	}
	now, err := lockPayout(tx, receipt)
	switch {
	case err != nil:
		return err
	case !ret.Member.IsZero():
		return OwnAccount.New().About(receipt.String())
	case now.state == InFile || !ret.PaidDay.IsZero():
		return NotOpen.New().About(receipt.String())
	}
	was, found, err := p.named(tx, receipt)
	if err != nil || found && sameAccount(was, account) {
		return err
	}
	key, sealed, err := p.seal(tx, receipt.String(), account)
	if err != nil {
		return err
	}
	if err := upsertAccount(tx, receipt, key, sealed); err != nil {
		return err
	}
	err = event.Append(tx, fact("payout.account_named", receipt, id.Member{}, fault.Us, by, map[string]any{"bank": account.Bank, "second": second, "replaced": found}))
	if err != nil || now.state != Failed {
		return err
	}
	return again(tx, ret, now.file, by, fault.Us)
}

// named is the account that was given for money in suspense.
func (p *Payouts) named(tx *db.Tx, receipt id.Receipt) (zengin.Account, bool, error) {
	key, sealed, err := selectAccount(tx, receipt)
	if err != nil || len(sealed) == 0 {
		return zengin.Account{}, false, err
	}
	return p.unseal(tx, receipt.String(), key, sealed)
}

// storedAccount is how an account is sealed.
type storedAccount struct {
	Bank       string             `json:"bank"`
	BankName   string             `json:"bank_name"`
	Branch     string             `json:"branch"`
	BranchName string             `json:"branch_name"`
	Type       zengin.AccountType `json:"type"`
	Number     string             `json:"number"`
	Holder     string             `json:"holder"`
}

const accountField = "payout_account"

// seal seals an account with a key of its own, under the name of what it is kept for.
func (p *Payouts) seal(tx *db.Tx, owner string, a zengin.Account) (key, sealed []byte, err error) {
	s, key, err := p.Vault.NewSubject(tx.Context(), owner)
	if err != nil {
		return nil, nil, err
	}
	text, err := json.Marshal(storedAccount{a.Bank, a.BankName, a.Branch, a.BranchName, a.Type, a.Number.Reveal(), a.Holder.Reveal()})
	if err != nil {
		return nil, nil, errors.New("payout: an account cannot be written") // the cause could repeat it
	}
	return key, s.Seal(accountField, string(text)), nil
}

// unseal opens an account. It is false if it was erased.
func (p *Payouts) unseal(tx *db.Tx, owner string, key, sealed []byte) (zengin.Account, bool, error) {
	if len(sealed) == 0 {
		return zengin.Account{}, false, nil
	}
	s, err := p.Vault.Subject(tx.Context(), owner, key)
	if err != nil {
		return zengin.Account{}, false, err
	}
	text, err := s.Open(accountField, sealed)
	if err != nil {
		return zengin.Account{}, false, err
	}
	var a storedAccount
	if json.Unmarshal([]byte(text), &a) != nil {
		return zengin.Account{}, false, errors.New("payout: a sealed account has a shape this program does not know")
	}
	return zengin.Account{
		Bank: a.Bank, BankName: a.BankName, Branch: a.Branch, BranchName: a.BranchName, Type: a.Type,
		Number: zengin.AccountNumber(a.Number), Holder: mask.Name(a.Holder),
	}, true, nil
}

// Sweep erases accounts that nobody needs any more: those of transfers that are over for some time (rule B47).
func (p *Payouts) Sweep(tx *db.Tx) error {
	today := jst.DayOf(tx.Now())
	before := today.Add(-KeepDays.On(p.Terms.Current(), today)).Start()
	if err := eraseRecords(tx, before); err != nil {
		return err
	}
	if err := deleteAccounts(tx, before); err != nil {
		return err
	}
	return deleteProposals(tx, tx.Now().Add(-proposedFor))
}

// Keyed lists what this package keeps under keys of the vault: the accounts in records, and those named for money in suspense.
func (p *Payouts) Keyed() []keys.Place {
	return []keys.Place{
		{Name: "payout_record.data_key", Part: vault.Wrapping, Count: countRecordKeys, Old: selectOldRecordKeys, Move: p.moveRecordKey},
		{Name: "payout_account.data_key", Part: vault.Wrapping, Count: countAccountKeys, Old: selectOldAccountKeys, Move: p.moveAccountKey},
		{Name: "payout_proposal.data_key", Part: vault.Wrapping, Count: countProposalKeys, Old: selectOldProposalKeys, Move: p.moveProposalKey},
	}
}

func (p *Payouts) moveRecordKey(tx *db.Tx, r keys.Row) (bool, error) {
	number, key, found, err := lockRecordKey(tx, r)
	if err != nil || !found {
		return false, err
	}
	wrapped, moved, err := p.Vault.Rewrap(tx.Context(), number, key)
	if err != nil || !moved {
		return false, err
	}
	return true, updateRecordKey(tx, r, wrapped)
}

func (p *Payouts) moveAccountKey(tx *db.Tx, r keys.Row) (bool, error) {
	receipt := id.Receipt(r.Name)
	key, found, err := lockAccountKey(tx, receipt)
	if err != nil || !found {
		return false, err
	}
	wrapped, moved, err := p.Vault.Rewrap(tx.Context(), receipt.String(), key)
	if err != nil || !moved {
		return false, err
	}
	return true, updateAccountKey(tx, receipt, wrapped)
}
