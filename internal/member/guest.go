package member

import (
	"errors"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/vault"
)

// Guests buy by invoice without membership (rules I01 to I04). A guest is a member's row with another mark: the same id, credit
// account and sealed data, found by the proven number. The form is a registration that ends sooner: what is filled in is judged
// by the same rules, and [Members.BecomeGuest] makes an account of it or finds the one that the number has.

// GuestInput is what a guest fills in.
type GuestInput struct {
	Name    NameInput
	Birth   BirthInput
	Address AddressInput
	Mail    string
	Insists bool // the mail address is right although it looks like a slip
}

// ApplyGuest is Apply for who has proven a number at a checkout and wants to pay by invoice.
func (m *Members) ApplyGuest(tx *db.Tx, e Entered, lang string) (Draft, error) {
	if !e.OK || e.Purpose != ForCheckout {
		return Draft{}, errors.New("member: a guest needs a number proven for a checkout")
	}
	return m.goOn(tx, e.Phone, lang)
}

// SaveGuest saves what a guest filled in, as the steps of a registration do. Slips come joined, in the order of the fields;
// besides those of the steps it is GuestTooYoung (rule I01).
func (m *Members) SaveGuest(tx *db.Tx, app id.Application, in GuestInput) error {
	name, standard, _, slips := readName(in.Name)
	birth, slip := readBirth(in.Birth, day(tx))
	switch {
	case slip != nil:
		slips = append(slips, slip)
	case ageOn(birth, day(tx)) < m.ageAlone(tx):
		slips = append(slips, GuestTooYoung.In("year"))
	}
	address, _, more := readAddress(in.Address)
	slips = append(slips, more...)
	mail, slip := readMail(in.Mail, in.Insists)
	if slip != nil {
		slips = append(slips, slip)
	}
	if len(slips) > 0 {
		return fault.Join(slips)
	}
	return m.edit(tx, app, func(row *applicationRow, _ *Draft, s vault.Subject) (err error) {
		row.guardian, row.consented = nil, db.FromMicros(0)
		row.birth, row.mail = s.Seal("birth", birth.String()), s.Seal("mail", mail)
		row.addressIndex = m.Vault.Index("address", addressKey(address))
		if row.address, err = sealJSON(s, "address", address); err != nil {
			return err
		}
		row.name, err = sealJSON(s, "name", storedNames{Typed: name, Standard: standard})
		return err
	})
}

// BecomeGuest ends what was filled in with the agreement to a version of the terms of use: there is a new guest, or the one that
// the number has (rule I02). Doing it again answers what became of it. The faults are AgreementChanged, ApplicationIncomplete,
// PhoneTaken for a member's number, ApplicationEnded while a person looks at a registration of the number, GuestNumberOther if
// the number was somebody else's, and GuestIsMember if the same person is a member under another number (rule I03).
func (m *Members) BecomeGuest(tx *db.Tx, app id.Application, version string) (Draft, error) {
	row, err := m.loadApplication(tx, app, true)
	if err != nil {
		return Draft{}, err
	}
	d, s, err := m.openDraft(tx, row)
	if err != nil || row.state == BecameGuest {
		return d, err
	}
	switch {
	case row.state != Open:
		return Draft{}, ApplicationEnded.New().About(app.String())
	case d.Step == StepKnown:
		return Draft{}, PhoneTaken.In("phone")
	case d.Step != StepAgree:
		return Draft{}, ApplicationIncomplete.In(string(d.Step))
	case version != Agreement.On(m.Terms.Current(), day(tx)):
		return Draft{}, AgreementChanged.In("agreement")
	}
	row.agreement, row.agreed = version, tx.Now()
	standing, found, err := m.findClaim(tx, d.Phone, true)
	if err != nil {
		return Draft{}, err
	}
	if found {
		if same, err := m.isSame(tx, standing.member, d); err != nil || !same {
			return Draft{}, orNil(err, GuestNumberOther.New())
		}
	}
	if _, isMember, err := m.elsewhere(tx, d.Name, d.Birth, d.Address, standing.member); err != nil || isMember {
		return Draft{}, orNil(err, GuestIsMember.New())
	}
	return m.openGuest(tx, row, d, s, standing.member)
}

// orNil is the first error if there is one, and the second otherwise.
func orNil(err error, otherwise *fault.Error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// openGuest makes the account, or brings what it knows of the guest up to date.
func (m *Members) openGuest(tx *db.Tx, row applicationRow, d Draft, s vault.Subject, known id.Member) (Draft, error) {
	next, verdict := ApplicationLife.Next(row.state, GuestAgreed)
	if err := mustMove(verdict, row.state, GuestAgreed); err != nil {
		return Draft{}, err
	}
	row.state, row.member = next, known
	if known.IsZero() {
		row.member = id.In[id.MemberKind](tx, row.id.Bucket())
		inserted, err := m.insertClaim(tx, d.Phone, row.member)
		if err == nil && !inserted {
			err = db.ErrSerialization // two browsers at once: the other one's account stands
		}
		if err != nil {
			return Draft{}, err
		}
	}
	sealed, err := m.sealMember(tx, row.member, row, d, s)
	if err != nil {
		return Draft{}, err
	}
	sealed.state = Guest
	if err := m.storeGuest(tx, sealed, known.IsZero(), row.id); err != nil {
		return Draft{}, err
	}
	if err := m.save(tx, row.erased()); err != nil {
		return Draft{}, err
	}
	done, _, err := m.openDraft(tx, *row.erased())
	return done, err
}

func (m *Members) storeGuest(tx *db.Tx, sealed memberRow, fresh bool, app id.Application) error {
	if !fresh {
		return updateMember(tx, sealed, Guest)
	}
	if err := insertMember(tx, sealed); err != nil {
		return err
	}
	if err := m.Hooks.Registered(tx, sealed.id); err != nil {
		return err
	}
	return event.Append(tx, fact(sealed.id, "member.guest_opened", map[string]any{"application": app, "agreement": sealed.agreement}))
}

// ProvenGuest is the guest for whom this browser may buy: the number was proven in it lately, for a checkout (rule I12). It is
// false for a browser of anybody else.
func (m *Members) ProvenGuest(tx *db.Tx, s SignIn) (id.Member, bool, error) {
	span := FreshMinutes.On(m.Terms.Current(), day(tx))
	if !s.Member.IsZero() || s.Application.IsZero() || s.Proven.IsZero() || tx.Now().Sub(s.Proven) > span {
		return id.Member{}, false, nil
	}
	row, found, err := selectApplication(tx, s.Application, false)
	if err != nil || !found || row.state != BecameGuest {
		return id.Member{}, false, err
	}
	state, err := selectState(tx, row.member)
	return row.member, err == nil && state == Guest, err
}

// ProvenPayer tells whether the number with which a guest bought was proven lately for the return of money, by a code for what boundTo
// names: a browser and an invoice (rule I13).
func (m *Members) ProvenPayer(tx *db.Tx, guest id.Member, boundTo string) (bool, error) {
	p, err := m.LoadProfile(tx, guest)
	if err != nil || p.Phone == "" {
		return false, err
	}
	return m.proves(tx, ForReturn, boundTo, p.Phone)
}

// IsGuest tells whether an account is a guest's.
func (m *Members) IsGuest(tx *db.Tx, member id.Member) (bool, error) {
	state, err := selectState(tx, member)
	return state == Guest, err
}

// SamePerson lists the other accounts of a guest's person that are no membership: what they use counts with the guest's
// (rule I04).
func (m *Members) SamePerson(tx *db.Tx, guest id.Member) ([]id.Member, error) {
	p, err := m.LoadProfile(tx, guest)
	if err != nil {
		return nil, err
	}
	others, _, err := m.elsewhere(tx, p.Name, p.Birth, p.Address, guest)
	return others, err
}

// elsewhere looks for the same person's accounts under other numbers, and whether one of them is a membership.
func (m *Members) elsewhere(tx *db.Tx, name Name, birth jst.Day, at Address, except id.Member) (others []id.Member, isMember bool, err error) {
	home := storedAddress{
		PostalCode: at.PostalCode.Reveal(), Prefecture: at.Prefecture.Reveal(), City: at.City.Reveal(), Building: at.Building.Reveal(),
	}
	neighbours, err := selectMembersAt(tx, m.Vault.Indexes("address", addressKey(home)))
	if err != nil {
		return nil, false, err
	}
	for _, n := range neighbours {
		if n == except {
			continue
		}
		p, err := m.LoadProfile(tx, n)
		if err != nil {
			return nil, false, err
		}
		if !samePerson(p.Name, p.Birth, name, birth) {
			continue
		}
		if p.State == Active {
			isMember = true
		} else {
			others = append(others, n)
		}
	}
	return others, isMember, nil
}

// isSame tells whether an account is of the person who filled in a draft (rule I02).
func (m *Members) isSame(tx *db.Tx, account id.Member, d Draft) (bool, error) {
	p, err := m.LoadProfile(tx, account)
	return err == nil && samePerson(p.Name, p.Birth, d.Name, d.Birth), err
}

// guestOf is the guest that has a number, if one has.
func (m *Members) guestOf(tx *db.Tx, phone mask.Phone) (id.Member, bool, error) {
	c, found, err := m.findClaim(tx, phone, false)
	if err != nil || !found {
		return id.Member{}, false, err
	}
	state, err := selectState(tx, c.member)
	return c.member, state == Guest, err
}
