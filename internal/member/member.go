// Package member is membership: who may buy, how they prove their phone number, and which browsers and shops act for
// them.
//
// # The story
//
// The phone number is the id. A code sent by SMS proves it (code.go): six digits, five minutes, once, bound to one purpose
// and to one thing, so that a code asked for to open an account cannot sign anybody in or buy anything. Asking for a code
// tells nobody whether a number is registered; only entering it does.
//
// A registration is an [Draft] that is saved at every step (apply.go). Whoever proves the same number again goes on
// with it, on any device. At its end it becomes a member, or waits for a person: because the applicant says that the
// number was somebody else's before, or because a member at the same address has not paid. The machine refuses nobody for
// another's debt.
//
// A browser is a row behind a random cookie (signin.go). It becomes a member's by entering a code, gets a new cookie then,
// and stays signed in for days; what spends money or changes something personal asks for a code of the last minutes. A
// member token (token.go) is the member's agreement that a shop may buy again without them.
//
// All that is personal is sealed with a key of the row's own (package vault) and leaves this package as values that print
// as dots. A phone number is found by a keyed hash. A member's row, the application it came from and the phone number's
// claim share a bucket; only a number that was passed on, or hashed anew, lies in another one than its member. While keys are
// being changed there are several places at which a number can stand (rekey.go, rule K03).
//
// How a member pays, and the bank account that bills are debited from, are the member's choice (way.go, account.go). An
// account is entered, looked at and confirmed; until then it is an [Entry] that goes away by itself.
//
// # Lock order
//
// Codes and counts (rate), then application, then phone claim, then member, then sign-in, then member token, bank account
// and what was entered of one; within the counts: number, network, prefix. A purchase that ends in [Members.Grant] has
// locked the member's credit row before; what ends an agreement or changes way or account asks for it first, through
// [Hooks]. Nothing else here locks a credit row, and that of a new member is inserted.
package member

import (
	"errors"
	"fmt"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/term"
	"tsuke/internal/vault"
)

// Members is the package's verbs.
type Members struct {
	Vault *vault.Vault
	Terms *term.Book
	Hooks Hooks
}

// Hooks are what other packages do inside this package's transactions. app fills them once.
type Hooks struct {
	// Registered opens what each member has, such as the credit row.
	Registered func(*db.Tx, id.Member) error
	// LockAccount locks what purchases of a member lock first.
	LockAccount func(*db.Tx, id.Member) error
	// Owes tells whether any of these members has something past due.
	Owes func(*db.Tx, []id.Member) (bool, error)
	// AccountChanged is told of a member who has registered another bank account, with the account of purchases locked. May be nil.
	AccountChanged func(*db.Tx, id.Member) error
}

// Name is a person's name as they write it, with its reading in katakana.
type Name struct {
	Family, Given         mask.Name
	FamilyKana, GivenKana mask.Name
}

// Address is where a person lives. PostalCode has seven digits; City is the rest up to the house number.
type Address struct {
	PostalCode, Prefecture, City, Building mask.Address
}

// Relation is what a guardian is to the applicant.
type Relation string

// The relations: who can consent for somebody under age (Civil Code, Art. 5, 818, 838).
const (
	Father        Relation = "father"
	Mother        Relation = "mother"
	LegalGuardian Relation = "legal_guardian"
)

// Guardian is who consents for an applicant under age, and when they did.
type Guardian struct {
	Name      mask.Name
	Relation  Relation
	Phone     mask.Phone
	Consented time.Time // zero before
}

// Profile is a member. Its personal values print as dots.
type Profile struct {
	ID           id.Member
	State        State
	Phone        mask.Phone // E.164; empty if numberless
	Name         Name       // as the member writes it
	NameStandard Name       // with the characters that files and bills can carry (JIS X 0208)
	Birth        jst.Day
	Guardian     Guardian // zero for a member who registered as an adult
	Address      Address
	Mail         mask.Mail
	Lang         string // "ja" or "en"
	WayToPay     string // ByEBarcode, ByNumber, ByPostcard or ByDebit
	Agreement    string // the version of the terms of use agreed to
	Agreed       time.Time
	Created      time.Time
}

// FindByPhone is the member whose number this is, in E.164. It is false if there is none; a guest is none (rule I02).
func (m *Members) FindByPhone(tx *db.Tx, phone mask.Phone) (id.Member, bool, error) {
	claim, found, err := m.findClaim(tx, phone, false)
	if err != nil || !found {
		return id.Member{}, false, err
	}
	if state, err := selectState(tx, claim.member); err != nil || state == Guest {
		return id.Member{}, false, err
	}
	return claim.member, true, nil
}

// LoadProfile reads a member. It answers db.ErrNone if there is none.
func (m *Members) LoadProfile(tx *db.Tx, member id.Member) (Profile, error) {
	row, err := selectMember(tx, member)
	if errors.Is(err, db.ErrNone) {
		return Profile{}, fmt.Errorf("member: %w: %s", db.ErrNone, member)
	}
	if err != nil {
		return Profile{}, err
	}
	return m.openMember(tx, row)
}

// WaysToPay is how members pay their bills, by member. Whoever is no member is left out.
func (m *Members) WaysToPay(tx *db.Tx, members []id.Member) (map[id.Member]string, error) {
	return selectWays(tx, members)
}

// OtherWays is the same for those who do not pay by e-barcode; everybody else is left out, too. It is for many at once.
func (m *Members) OtherWays(tx *db.Tx, members []id.Member) (map[id.Member]string, error) {
	return selectOtherWays(tx, members)
}

// SetLang sets the language that a member is written to in: "ja" or "en".
func (m *Members) SetLang(tx *db.Tx, member id.Member, lang string) error {
	if lang != "ja" && lang != "en" {
		return BadLanguage.In("lang")
	}
	changed, err := updateLang(tx, member, lang)
	if err == nil && changed == 0 {
		err = fmt.Errorf("member: %w: %s", db.ErrNone, member)
	}
	return err
}

// sweepMax bounds how many rows of a kind one Sweep erases.
const sweepMax = 1000

// Sweep erases what has had its time: unfinished registrations, codes, counts, browsers' sessions, and bank accounts that
// nobody confirmed. It answers how many rows went; as long as that is not 0 there can be more.
func (m *Members) Sweep(tx *db.Tx) (int64, error) {
	var total int64
	for _, sweep := range []func(*db.Tx, int) (int64, error){sweepApplications, m.sweepCodes, sweepRates, sweepSignIns, sweepEntries} {
		n, err := sweep(tx, sweepMax)
		if err != nil {
			return total, err
		}
		total += n
	}
	return total, nil
}

// day is the Japan day whose terms hold.
func day(tx *db.Tx) jst.Day { return jst.DayOf(tx.Now()) }
