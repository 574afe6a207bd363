package member_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	"tsuke/internal/vault"
	"tsuke/internal/zengin"
)

// The account of Yamada Taro, as he types it and as it is kept.
var (
	typedAccount = member.AccountInput{Bank: "0001", Branch: "001", Type: "1", Number: "１２３-４５６７", Holder: "やまだ　たろう"}
	yamadas      = zengin.Account{
		Bank: "0001", BankName: "ﾐｽﾞﾎ", Branch: "001", BranchName: "ﾄｳｷﾖｳ", Type: zengin.Ordinary, Number: "1234567", Holder: "ﾔﾏﾀﾞ ﾀﾛｳ",
	}
)

func (h *house) choose(m id.Member, way string) error {
	h.t.Helper()
	return h.try(func(tx *db.Tx) error { return h.members.ChooseWay(tx, m, way, "member") })
}

func (h *house) registerAccount(m id.Member, a zengin.Account) error {
	h.t.Helper()
	return h.try(func(tx *db.Tx) error { return h.members.RegisterAccount(tx, m, a) })
}

func (h *house) enterAccount(m id.Member, in member.AccountInput) (e member.Entry, err error) {
	h.t.Helper()
	err = h.try(func(tx *db.Tx) (err error) {
		e, err = h.members.EnterAccount(tx, m, in)
		return err
	})
	return e, err
}

func (h *house) removeAccount(m id.Member) error {
	h.t.Helper()
	return h.try(func(tx *db.Tx) error { return h.members.RemoveAccount(tx, m) })
}

// account is the one that is registered; zero if none is.
func (h *house) account(m id.Member) (a zengin.Account) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		found, ok, err := h.members.FindAccount(tx, m)
		if a = found; err == nil && ok == (a == zengin.Account{}) {
			h.t.Errorf("found is %v for %v", ok, a)
		}
		return err
	})
	return a
}

func (h *house) entry(m id.Member) (e member.Entry, found bool) {
	h.t.Helper()
	h.write(func(tx *db.Tx) (err error) {
		e, found, err = h.members.FindEntry(tx, m)
		return err
	})
	return e, found
}

func (h *house) wayOf(m id.Member) string {
	h.t.Helper()
	var ways map[id.Member]string
	h.write(func(tx *db.Tx) (err error) {
		ways, err = h.members.WaysToPay(tx, []id.Member{m})
		return err
	})
	if own := h.profile(m).WayToPay; own != ways[m] {
		h.t.Errorf("the profile says %s, bills %s", own, ways[m])
	}
	return ways[m]
}

// M23, M24, B08.
func TestChooseWay(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.join(taro, flat)
	for _, row := range []struct {
		name, way string
		want      *fault.Kind
		after     string
	}{
		{"what stands", "ebarcode", nil, "ebarcode"},
		{"paper", "postcard", nil, "postcard"},
		{"paper again", "postcard", nil, "postcard"},
		{"debit without an account", "debit", member.AccountNeeded, "postcard"},
		{"nothing", "", member.WayUnknown, "postcard"},
		{"another word", "cash", member.WayUnknown, "postcard"},
		{"back", "ebarcode", nil, "ebarcode"},
	} {
		h.is(row.name, h.choose(m, row.way), row.want)
		if got := h.wayOf(m); got != row.after {
			t.Errorf("%s: pays by %s", row.name, got)
		}
	}
	h.is("an account", h.registerAccount(m, yamadas), nil)
	h.is("debit", h.choose(m, "debit"), nil)
	if got := h.wayOf(m); got != member.ByDebit {
		t.Errorf("pays by %s", got)
	}
	h.told(event.Subject(m), "member.registered", "member.way_changed", "member.way_changed", "member.account_registered", "member.way_changed")
	if len(h.locked) == 0 || h.locked[0] != m {
		t.Error("the credit row is not locked first")
	}
	nobody := id.New[id.MemberKind](h.clock.Now(), 1)
	if err := h.choose(nobody, "postcard"); !errors.Is(err, db.ErrNone) {
		t.Errorf("of nobody: %v", err)
	}
}

// The fact of a change names both ways, and who did it on which side.
func TestWayFacts(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.join(taro, flat)
	h.is("by the member", h.choose(m, "postcard"), nil)
	h.later(time.Second)
	h.write(func(tx *db.Tx) error { return h.members.ChooseWay(tx, m, "ebarcode", "support op_7") })
	var got []string
	for _, f := range h.facts(m)[1:] {
		got = append(got, fmt.Sprint(f.Kind, " ", f.Side, " ", f.Actor, " ", string(f.Data)))
	}
	want := []string{
		`member.way_changed member member {"new":"postcard","old":"ebarcode"}`,
		`member.way_changed us support op_7 {"new":"ebarcode","old":"postcard"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func (h *house) facts(m id.Member) (all []event.Recorded) {
	h.t.Helper()
	h.write(func(tx *db.Tx) (err error) {
		all, err = event.Timeline(tx, event.Subject(m), 100)
		return err
	})
	return all
}

// M24, M25: there is one account; what is debited cannot lose it.
func TestAccount(t *testing.T) {
	t.Parallel()
	h := open(t)
	m, other := h.join(taro, flat), h.join(hanako, member.AddressInput{PostalCode: "150-0001", Prefecture: "東京都", City: "渋谷区神宮前9-9-9"})
	h.is("none to remove", h.removeAccount(m), nil)
	h.is("register", h.registerAccount(m, yamadas), nil)
	h.is("register again", h.registerAccount(m, yamadas), nil)
	if diff := cmp.Diff(yamadas, h.account(m)); diff != "" {
		t.Error(diff)
	}
	if got := h.account(other); got != (zengin.Account{}) {
		t.Errorf("somebody else has %v", got)
	}
	h.is("debit", h.choose(m, member.ByDebit), nil)
	h.is("in use", h.removeAccount(m), member.AccountInUse)
	moved := yamadas
	moved.Number = "7654321"
	h.is("replaced while in use", h.registerAccount(m, moved), nil)
	if got := h.account(m); got != moved {
		t.Errorf("the account is %v, number %s", got, got.Number.Reveal())
	}
	h.is("another way", h.choose(m, member.ByPostcard), nil)
	h.is("removed", h.removeAccount(m), nil)
	h.is("removed again", h.removeAccount(m), nil)
	if got := h.account(m); got != (zengin.Account{}) {
		t.Errorf("left behind: %v", got)
	}
	h.is("debit after that", h.choose(m, member.ByDebit), member.AccountNeeded)
	h.told(event.Subject(m), "member.registered", "member.account_registered", "member.way_changed", "member.account_registered",
		"member.way_changed", "member.account_removed")
	for _, f := range h.facts(m) { // rule M27
		for _, personal := range []string{"1234567", "7654321", "567", "ﾔﾏﾀﾞ", "ヤマダ", "branch"} {
			if strings.Contains(string(f.Data), personal) && f.Kind != "member.registered" {
				t.Errorf("%s says %s", f.Kind, f.Data)
			}
		}
	}
}

// M25, M26: each slip has its own sentence, on its own field.
func TestEnterAccountSlips(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.join(taro, flat)
	with := func(change func(*member.AccountInput)) member.AccountInput {
		in := typedAccount
		change(&in)
		return in
	}
	post := func(symbol, number string) member.AccountInput {
		return member.AccountInput{Bank: "9900", Symbol: symbol, Number: number, Holder: "ヤマダ タロウ"}
	}
	long := strings.Repeat("1", 5000)
	for _, row := range []struct {
		name string
		in   member.AccountInput
		want []string
	}{
		{"right", typedAccount, nil},
		{"right, current", with(func(in *member.AccountInput) { in.Type = "2" }), nil},
		{"right, at the post office", post("１０１８０", "12345671"), nil},
		{"holder in half width", with(func(in *member.AccountInput) { in.Holder = "ﾔﾏﾀﾞﾀﾛｳ" }), nil},
		{"no such bank", with(func(in *member.AccountInput) { in.Bank = "9998" }), []string{"bank_unknown bank"}},
		{"no such branch", with(func(in *member.AccountInput) { in.Branch = "999" }), []string{"branch_unknown branch"}},
		{"no kind", with(func(in *member.AccountInput) { in.Type = "" }), []string{"account_type_unknown type"}},
		{"savings", with(func(in *member.AccountInput) { in.Type = "4" }), []string{"account_type_unknown type"}},
		{"no number", with(func(in *member.AccountInput) { in.Number = " " }), []string{"account_number_missing number"}},
		{"six digits", with(func(in *member.AccountInput) { in.Number = "123456" }), []string{"account_number_shape number"}},
		{"eight digits", with(func(in *member.AccountInput) { in.Number = "12345678" }), []string{"account_number_shape number"}},
		{"a letter", with(func(in *member.AccountInput) { in.Number = "123456a" }), []string{"account_number_shape number"}},
		{"a book", with(func(in *member.AccountInput) { in.Number = long }), []string{"account_number_shape number"}},
		{"no holder", with(func(in *member.AccountInput) { in.Holder = "　" }), []string{"account_holder_missing holder"}},
		{"kanji", with(func(in *member.AccountInput) { in.Holder = "山田太郎" }), []string{"account_holder_character holder"}},
		{"somebody else", with(func(in *member.AccountInput) { in.Holder = "ヤマダ ハナコ" }), []string{"account_holder_other holder"}},
		{"a book of a name", with(func(in *member.AccountInput) { in.Holder = long }), []string{"account_holder_other holder"}},
		{"all at once", member.AccountInput{Bank: "0001"}, []string{
			"branch_unknown branch", "account_type_unknown type", "account_number_missing number", "account_holder_missing holder",
		}},
		{"symbol of a transfer account", post("01234", "12345671"), []string{"passbook_symbol_shape symbol"}},
		{"number that does not end in 1", post("10180", "12345678"), []string{"passbook_number_shape number"}},
		{"both", post("", ""), []string{"passbook_symbol_shape symbol", "passbook_number_shape number"}},
		{"no such symbol", post("11580", "12345671"), []string{"passbook_symbol_unknown symbol"}},
		{"a book of a symbol", post(long, "12345671"), []string{"passbook_symbol_shape symbol"}},
	} {
		_, err := h.enterAccount(m, row.in)
		if diff := cmp.Diff(row.want, slips(err)); diff != "" {
			t.Errorf("%s:\n%s", row.name, diff)
		}
		if err != nil && strings.ContainsAny(err.Error(), "山ヤﾔ") {
			t.Errorf("%s: the fault repeats a name", row.name)
		}
	}
}

// The verb itself judges what it registers, whoever calls it.
func TestRegisterAccountSlips(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.join(taro, flat)
	with := func(change func(*zengin.Account)) zengin.Account {
		a := yamadas
		change(&a)
		return a
	}
	for _, row := range []struct {
		name string
		a    zengin.Account
		want []string
	}{
		{"empty", zengin.Account{}, []string{"bank_unknown bank", "account_type_unknown type", "account_number_missing number"}},
		{"branch", with(func(a *zengin.Account) { a.Branch = "999" }), []string{"branch_unknown branch"}},
		{"number", with(func(a *zengin.Account) { a.Number = "１２３４５６７" }), []string{"account_number_shape number"}},
		{"holder", with(func(a *zengin.Account) { a.Holder = "ｻﾄｳ ﾊﾅｺ" }), []string{"account_holder_other holder"}},
		{"no holder", with(func(a *zengin.Account) { a.Holder = "" }), []string{"account_holder_missing holder"}},
	} {
		if diff := cmp.Diff(row.want, slips(h.registerAccount(m, row.a))); diff != "" {
			t.Errorf("%s:\n%s", row.name, diff)
		}
	}
	if got := h.account(m); got != (zengin.Account{}) {
		t.Errorf("kept: %v", got)
	}
	forged := with(func(a *zengin.Account) {
		a.BankName, a.BranchName, a.Holder = "ﾅﾆｶ", "ﾄﾞｺｶ", "ﾔﾏﾀﾞﾀﾛｳ"
	})
	h.is("with other names of bank and branch", h.registerAccount(m, forged), nil)
	if got := h.account(m); got != yamadas {
		t.Errorf("kept as %s %s", got.BankName, got.BranchName)
	}
}

// A name that is longer than files hold is cut there, and compared whole or cut.
func TestLongHolder(t *testing.T) {
	t.Parallel()
	h := open(t)
	app := h.apply(taro).ID
	h.fill(app, flat)
	long := yamada
	long.FamilyKana = strings.Repeat("ガ", 14)
	h.write(func(tx *db.Tx) error {
		_, err := h.members.SaveName(tx, app, long)
		return err
	})
	d, err := h.agree(app)
	if err != nil {
		t.Fatal(err)
	}
	for _, holder := range []string{long.FamilyKana + "タロウ", strings.Repeat("ｶﾞ", 14) + " ﾀ"} {
		in := typedAccount
		in.Holder = holder
		e, err := h.enterAccount(d.Member, in)
		if err != nil || len([]rune(e.Account.Holder.Reveal())) != zengin.HolderLength || len(e.Account.Validate()) > 0 {
			t.Errorf("kept as %q, %v", e.Account.Holder.Reveal(), err)
		}
	}
}

// M28.
func TestEntry(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.join(taro, flat)
	if _, found := h.entry(m); found {
		t.Error("found before anything was entered")
	}
	first, err := h.enterAccount(m, typedAccount)
	h.is("first", err, nil)
	second, err := h.enterAccount(m, member.AccountInput{Bank: "9900", Symbol: "10180", Number: "12345671", Holder: "ヤマダタロウ"})
	h.is("second", err, nil)
	if first.Form == second.Form || first.Account != yamadas {
		t.Errorf("forms %s and %s, account %v", first.Form, second.Form, first.Account)
	}
	got, found := h.entry(m)
	if !found || got.Form != second.Form || got.Account.Branch != "018" || got.Account.Number != "1234567" || got.Account.BankName != "ﾕｳﾁﾖ" {
		t.Errorf("waits: %+v", got)
	}
	if got := h.account(m); got != (zengin.Account{}) {
		t.Error("registered before it was confirmed")
	}
	h.is("confirmed", h.registerAccount(m, got.Account), nil)
	if _, found := h.entry(m); found {
		t.Error("it still waits")
	}
	_, err = h.enterAccount(m, typedAccount)
	h.is("entered once more", err, nil)
	h.later(time.Hour)
	if _, found := h.entry(m); found {
		t.Error("it waits for longer than an hour")
	}
	if n := h.rows("bank_account_entry"); n != 1 {
		t.Errorf("%d rows before the sweep", n)
	}
	h.write(func(tx *db.Tx) error {
		_, err := h.members.Sweep(tx)
		return err
	})
	if n := h.rows("bank_account_entry"); n != 0 {
		t.Errorf("%d rows after the sweep", n)
	}
	if got := h.account(m); got.Bank != "9900" {
		t.Errorf("the sweep took the account: %v", got)
	}
	_, err = h.enterAccount(m, typedAccount)
	h.is("entered and then removed", err, nil)
	h.is("removed", h.removeAccount(m), nil)
	if n := h.rows("bank_account_entry"); n != 0 {
		t.Error("what was entered outlives its account")
	}
}

func (h *house) rows(table string) (n int) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error { return tx.Row("-- test\nSELECT COUNT(*) FROM " + table).Scan(&n) })
	return n
}

// M27: neither number nor holder stands in a column, an account does not open for another member or as what was entered,
// and it is lost with its member's key.
func TestAccountIsSealed(t *testing.T) {
	t.Parallel()
	h := open(t)
	m, other := h.join(taro, flat), h.join(hanako, member.AddressInput{PostalCode: "150-0001", Prefecture: "東京都", City: "渋谷区神宮前9-9-9"})
	h.is("register", h.registerAccount(m, yamadas), nil)
	_, err := h.enterAccount(m, typedAccount)
	h.is("enter", err, nil)
	seen := 0
	h.write(func(tx *db.Tx) error {
		for _, table := range []string{"bank_account", "bank_account_entry"} {
			err := tx.Rows("-- test\nSELECT bank, branch, number, holder FROM "+table, nil, func(row db.Row) error {
				var bank, branch string
				var number, holder []byte
				err := row.Scan(&bank, &branch, &number, &holder)
				for _, clear := range []string{"1234567", "567", "ﾔﾏﾀﾞ", "ﾀﾛｳ", "ヤマダ"} {
					if bytes.Contains(number, []byte(clear)) || bytes.Contains(holder, []byte(clear)) || strings.Contains(bank+branch, clear) {
						t.Errorf("%s has %s in clear", table, clear)
					}
				}
				seen++
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if seen != 2 {
		t.Fatalf("%d rows", seen)
	}
	for name, statement := range map[string]string{
		"what was entered as an account": "UPDATE bank_account SET number = (SELECT number FROM bank_account_entry) WHERE member = $1",
		"the holder as the number":       "UPDATE bank_account SET number = holder WHERE member = $1",
		"without the member's key":       "UPDATE member SET data_key = $2 WHERE id = $1",
		"another member's":               "UPDATE bank_account SET bucket = $2, member = $3 WHERE member = $1",
	} {
		want := vault.ErrSealed
		err := h.db.Write(context.Background(), func(tx *db.Tx) error {
			args, of := []any{m}, m
			switch strings.Count(statement, "$") {
			case 2:
				args, want = append(args, []byte{}), vault.ErrErased
			case 3:
				args, of = append(args, other.Bucket(), other), other
			}
			if _, err := tx.Exec("-- test\n"+statement, args...); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
			_, _, err := h.members.FindAccount(tx, of)
			return err
		})
		if !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Keys are replaced, the old ones retired, and the account still opens.
func TestRekeyKeepsAccounts(t *testing.T) {
	t.Parallel()
	h := open(t)
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	reopen := func() {
		v, err := vault.Open(dir)
		must(err)
		h.members.Vault = v
	}
	must(vault.Create(dir))
	reopen()
	m := h.join(taro, flat)
	h.is("register", h.registerAccount(m, yamadas), nil)
	_, err := h.enterAccount(m, typedAccount)
	h.is("enter", err, nil)
	must(vault.Add(dir, vault.Wrapping))
	must(vault.Promote(dir, vault.Wrapping))
	reopen()
	if p := h.rekey(); p.Moved == 0 {
		t.Error("nothing was moved")
	}
	must(vault.Retire(dir, vault.Wrapping))
	reopen()
	if got := h.account(m); got != yamadas {
		t.Errorf("reads %v", got)
	}
	if e, found := h.entry(m); !found || e.Account != yamadas {
		t.Errorf("what was entered reads %v", e)
	}
}

// M17: the account stays with whoever loses the number, as the bills do.
func TestAccountOfTheNumberless(t *testing.T) {
	t.Parallel()
	h := open(t)
	former := h.join(taro, flat)
	h.is("register", h.registerAccount(former, yamadas), nil)
	h.later(time.Hour)
	app := h.apply(taro).ID
	h.write(func(tx *db.Tx) error {
		_, err := h.members.TakeOver(tx, app)
		return err
	})
	h.fill(app, member.AddressInput{PostalCode: "150-0001", Prefecture: "東京都", City: "渋谷区神宮前9-9-9"})
	if _, err := h.agree(app); err != nil {
		t.Fatal(err)
	}
	var heir id.Member
	h.write(func(tx *db.Tx) (err error) {
		heir, err = h.members.Clear(tx, app, "operator")
		return err
	})
	if got := h.account(former); got != yamadas {
		t.Errorf("the former holder has %v", got)
	}
	if got := h.account(heir); got != (zengin.Account{}) {
		t.Errorf("the heir has %v", got)
	}
	if got := mask.Name(fmt.Sprintf("%+v", h.account(former))); strings.Contains(got.Reveal(), "1234567") {
		t.Error("an account prints its number")
	}
}
