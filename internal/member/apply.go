package member

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/kana"
	"tsuke/internal/mask"
	"tsuke/internal/postal"
	"tsuke/internal/vault"
)

// Draft is a registration on its way (rule M07).
type Draft struct {
	ID        id.Application
	State     ApplicationState
	Step      Step // what the applicant does next
	Phone     mask.Phone
	Known     bool // the number is a member's
	TakenOver bool // the applicant says that it was somebody else's before
	Name      Name
	Standard  Name // as files and bills can carry it
	Birth     jst.Day
	Guardian  Guardian
	Address   Address
	Mail      mask.Mail
	Agreement string // the version agreed to
	Agreed    time.Time
	Reason    ReviewReason // why a person looks at it
	Member    id.Member    // what it became
	Lang      string
	Opened    time.Time
	Expires   time.Time // when an open one is erased
}

// Reference is the number by which people speak about the registration.
func (d Draft) Reference() id.Reference { return id.ReferenceOf(d.ID) }

// ReviewReason says why a person looks at a registration.
type ReviewReason string

// The reasons.
const (
	NoReview      ReviewReason = ""
	ReviewNumber  ReviewReason = "number"  // the number is a member's, and the applicant says it was taken over (M15)
	ReviewAddress ReviewReason = "address" // a member at the same address has something past due (M16)
)

// What is typed into the steps of a registration.
type (
	// NameInput is a name with its reading.
	NameInput struct{ Family, Given, FamilyKana, GivenKana string }
	// BirthInput is a birth date; the year may be of an era (「平成2」, "H2").
	BirthInput struct{ Year, Month, Day string }
	// GuardianInput is who is to consent.
	GuardianInput struct {
		Name     string
		Relation Relation
		Phone    string
	}
	// AddressInput is a postal address; City is all from the city to the house number.
	AddressInput struct{ PostalCode, Prefecture, City, Building string }
)

// Apply begins a registration, or answers the one that the same number has begun, on whatever device. It takes the
// result of entering a code for a registration, so that nobody applies with a number they cannot read messages of. A
// number that is a member's leads to StepKnown and not to an error: the proof is kept (rule M15).
func (m *Members) Apply(tx *db.Tx, e Entered, lang string) (Draft, error) {
	if !e.OK || e.Purpose != ForRegistration {
		return Draft{}, errors.New("member: a registration needs a number proven for it")
	}
	return m.goOn(tx, e.Phone, lang)
}

// goOn answers what was begun with a proven number, or begins.
func (m *Members) goOn(tx *db.Tx, phone mask.Phone, lang string) (Draft, error) {
	for _, p := range m.phonePlaces(phone) {
		row, found, err := lockLiveApplication(tx, p)
		switch {
		case err != nil:
			return Draft{}, err
		case !found:
			continue
		case row.gone(tx.Now()):
			if err := deleteApplication(tx, row.id); err != nil {
				return Draft{}, err
			}
			continue
		}
		if row.state == Open {
			if err := m.save(tx, &row); err != nil {
				return Draft{}, err
			}
		}
		d, _, err := m.openDraft(tx, row)
		return d, err
	}
	return m.begin(tx, phone, lang)
}

func (m *Members) begin(tx *db.Tx, phone mask.Phone, lang string) (Draft, error) {
	if lang != "en" {
		lang = "ja"
	}
	p := m.phonePlaces(phone)[0]
	row := applicationRow{
		id: id.In[id.ApplicationKind](tx, p.bucket), state: Open, phoneIndex: p.index, lang: lang,
		opened: tx.Now(), changed: tx.Now(), expires: m.draftEnd(tx),
	}
	s, wrapped, err := m.Vault.NewSubject(tx.Context(), row.id.String())
	if err != nil {
		return Draft{}, err
	}
	row.dataKey, row.phone = wrapped, s.Seal("phone", phone.Reveal())
	inserted, err := insertApplication(tx, row)
	if err != nil {
		return Draft{}, err
	}
	if !inserted { // two devices at once: the other one's stands
		var found bool
		if row, found, err = lockLiveApplication(tx, p); err != nil || !found {
			return Draft{}, errors.Join(err, db.ErrSerialization)
		}
	}
	d, _, err := m.openDraft(tx, row)
	return d, err
}

func (m *Members) draftEnd(tx *db.Tx) time.Time {
	days := ApplicationDays.On(m.Terms.Current(), day(tx))
	return tx.Now().Add(time.Duration(days) * 24 * time.Hour)
}

// LoadDraft reads a registration. It answers ApplicationGone if there is none or its time is over.
func (m *Members) LoadDraft(tx *db.Tx, app id.Application) (Draft, error) {
	row, err := m.loadApplication(tx, app, false)
	if err != nil {
		return Draft{}, err
	}
	d, _, err := m.openDraft(tx, row)
	return d, err
}

func (m *Members) loadApplication(tx *db.Tx, app id.Application, lock bool) (applicationRow, error) {
	row, found, err := selectApplication(tx, app, lock)
	if err != nil {
		return applicationRow{}, err
	}
	if !found || row.gone(tx.Now()) {
		days := ApplicationDays.On(m.Terms.Current(), day(tx))
		return applicationRow{}, ApplicationGone.New().With("days", fmt.Sprint(days))
	}
	return row, nil
}

// edit locks an open registration and hands it to change, which fills fields in; then it is saved for as long again.
func (m *Members) edit(tx *db.Tx, app id.Application, change func(*applicationRow, *Draft, vault.Subject) error) error {
	row, err := m.loadApplication(tx, app, true)
	if err != nil {
		return err
	}
	if row.state != Open {
		return ApplicationEnded.New().About(app.String())
	}
	d, s, err := m.openDraft(tx, row)
	if err != nil {
		return err
	}
	if d.Step == StepKnown {
		return PhoneTaken.In("phone")
	}
	if err := change(&row, &d, s); err != nil {
		return err
	}
	return m.save(tx, &row)
}

func (m *Members) save(tx *db.Tx, row *applicationRow) error {
	row.changed, row.expires = tx.Now(), m.draftEnd(tx)
	return updateApplication(tx, *row)
}

// SaveName saves the name. It answers the characters that bills will show in another form, such as 髙 as 高 (rules M08,
// M09). Slips come joined, one per field.
func (m *Members) SaveName(tx *db.Tx, app id.Application, in NameInput) ([]kana.Change, error) {
	name, standard, changes, slips := readName(in)
	if len(slips) > 0 {
		return nil, fault.Join(slips)
	}
	return changes, m.edit(tx, app, func(row *applicationRow, _ *Draft, s vault.Subject) (err error) {
		row.name, err = sealJSON(s, "name", storedNames{Typed: name, Standard: standard})
		return err
	})
}

// SaveBirth saves the birth date (rule M10). An adult's registration forgets a guardian named before.
func (m *Members) SaveBirth(tx *db.Tx, app id.Application, in BirthInput) error {
	birth, slip := readBirth(in, day(tx))
	if slip != nil {
		return slip
	}
	return m.edit(tx, app, func(row *applicationRow, _ *Draft, s vault.Subject) error {
		row.birth = s.Seal("birth", birth.String())
		if ageOn(birth, day(tx)) >= m.ageAlone(tx) {
			row.guardian, row.consented = nil, time.Time{}
		}
		return nil
	})
}

func (m *Members) ageAlone(tx *db.Tx) int { return AgeAlone.On(m.Terms.Current(), day(tx)) }

// SaveGuardian saves who is to consent for an applicant under age (rule M11). A consent given before falls with another
// guardian or number. The faults are slips and GuardianNotNeeded.
func (m *Members) SaveGuardian(tx *db.Tx, app id.Application, in GuardianInput) error {
	return m.edit(tx, app, func(row *applicationRow, d *Draft, s vault.Subject) error {
		if d.Birth.IsZero() {
			return ApplicationIncomplete.In(string(StepBirth))
		}
		if ageOn(d.Birth, day(tx)) >= m.ageAlone(tx) {
			return GuardianNotNeeded.In("guardian_name")
		}
		g, slips := readGuardian(in, d.Phone)
		if len(slips) > 0 {
			return fault.Join(slips)
		}
		if given := g.masked(); given.Name != d.Guardian.Name || given.Phone != d.Guardian.Phone || given.Relation != d.Guardian.Relation {
			row.consented = time.Time{}
		}
		var err error
		row.guardian, err = sealJSON(s, "guardian", g)
		return err
	})
}

// GuardianBinding is what a guardian's code is bound to, for FindCode and ResendCode.
func GuardianBinding(app id.Application) string { return "consent " + app.String() }

// AskGuardian makes the code that the guardian consents with, to be sent to the guardian's number. The text of the
// message says what entering it means.
func (m *Members) AskGuardian(tx *db.Tx, app id.Application, r CodeRequest) (Sent, error) {
	d, err := m.LoadDraft(tx, app)
	if err != nil {
		return Sent{}, err
	}
	if d.Step != StepConsent {
		return Sent{}, ApplicationIncomplete.In(string(d.Step))
	}
	r.Phone, r.Purpose, r.BoundTo = d.Guardian.Phone, ForGuardian, GuardianBinding(app)
	return m.RequestCode(tx, r)
}

// EnterGuardianCode is the guardian's consent: their code, entered. Who consented and when is kept with the membership.
// As with EnterCode, the result must be committed whether it is OK or not.
func (m *Members) EnterGuardianCode(tx *db.Tx, app id.Application, typed string) (Entered, error) {
	var e Entered
	err := m.edit(tx, app, func(row *applicationRow, d *Draft, _ vault.Subject) (err error) {
		if e, err = m.EnterCode(tx, ForGuardian, GuardianBinding(app), typed); err != nil || !e.OK {
			return err
		}
		if e.Phone != d.Guardian.Phone { // sent before another guardian was named
			return m.expired(tx)
		}
		if row.consented.IsZero() {
			row.consented = tx.Now()
		}
		return nil
	})
	return e, err
}

// SaveAddress saves the address (rule M12). It answers where the postal code belongs if that is another town: it is
// saved all the same, and the page can show it.
func (m *Members) SaveAddress(tx *db.Tx, app id.Application, in AddressInput) (hint postal.Place, err error) {
	address, hint, slips := readAddress(in)
	if len(slips) > 0 {
		return postal.Place{}, fault.Join(slips)
	}
	return hint, m.edit(tx, app, func(row *applicationRow, _ *Draft, s vault.Subject) (err error) {
		row.address, err = sealJSON(s, "address", address)
		row.addressIndex = m.Vault.Index("address", addressKey(address))
		return err
	})
}

// SaveMail saves the mail address (rule M13). One that looks like a slip is MailLikelySlip until the applicant insists.
func (m *Members) SaveMail(tx *db.Tx, app id.Application, typed string, insists bool) error {
	mail, slip := readMail(typed, insists)
	if slip != nil {
		return slip
	}
	return m.edit(tx, app, func(row *applicationRow, _ *Draft, s vault.Subject) error {
		row.mail = s.Seal("mail", mail)
		return nil
	})
}

// TakeOver notes that the applicant says the number was somebody else's before. The registration then goes on, and a
// person looks at it at its end (rule M15).
func (m *Members) TakeOver(tx *db.Tx, app id.Application) (Draft, error) {
	row, err := m.loadApplication(tx, app, true)
	if err != nil {
		return Draft{}, err
	}
	if row.state != Open {
		return Draft{}, ApplicationEnded.New().About(app.String())
	}
	row.takenOver = true
	if err := m.save(tx, &row); err != nil {
		return Draft{}, err
	}
	d, _, err := m.openDraft(tx, row)
	return d, err
}

// Agree ends a registration with the applicant's agreement to a version of the terms of use (rule M14): it becomes a
// member, or waits for a person (rules M15, M16). Agreeing again answers what became of it. The faults are
// AgreementChanged, ApplicationIncomplete with the step as its field, and PhoneTaken.
func (m *Members) Agree(tx *db.Tx, app id.Application, version string) (Draft, error) {
	row, err := m.loadApplication(tx, app, true)
	if err != nil {
		return Draft{}, err
	}
	d, s, err := m.openDraft(tx, row)
	if err != nil || row.state != Open {
		return d, err
	}
	switch {
	case d.Step == StepKnown:
		return Draft{}, PhoneTaken.In("phone")
	case d.Step != StepAgree:
		return Draft{}, ApplicationIncomplete.In(string(d.Step))
	case version != Agreement.On(m.Terms.Current(), day(tx)):
		return Draft{}, AgreementChanged.In("agreement")
	}
	row.agreement, row.agreed = version, tx.Now()
	if row.reason, err = m.whyReview(tx, row, d, s); err != nil {
		return Draft{}, err
	}
	if row.reason == NoReview {
		return m.register(tx, row, d, s, Agreed)
	}
	return m.askReview(tx, row)
}

// whyReview finds what a person has to look at before this becomes a membership.
func (m *Members) whyReview(tx *db.Tx, row applicationRow, d Draft, s vault.Subject) (ReviewReason, error) {
	if row.takenOver {
		return ReviewNumber, nil
	}
	guest, found, err := m.guestOf(tx, d.Phone)
	if err != nil {
		return NoReview, err
	}
	if found { // whoever bought with this number without membership becomes this member, if it is the same person (rule I02)
		if same, err := m.isSame(tx, guest, d); err != nil || !same {
			return ReviewNumber, err
		}
	}
	var home storedAddress
	if err := openJSON(s, "address", row.address, &home); err != nil {
		return NoReview, err
	}
	neighbours, err := selectMembersAt(tx, m.Vault.Indexes("address", addressKey(home)))
	neighbours = slices.DeleteFunc(neighbours, func(n id.Member) bool { return n == guest })
	if err != nil || len(neighbours) == 0 {
		return NoReview, err
	}
	owes, err := m.Hooks.Owes(tx, neighbours)
	if err != nil || !owes {
		return NoReview, err
	}
	return ReviewAddress, nil
}

func (m *Members) askReview(tx *db.Tx, row applicationRow) (Draft, error) {
	next, verdict := ApplicationLife.Next(row.state, NeedsCheck)
	if err := mustMove(verdict, row.state, NeedsCheck); err != nil {
		return Draft{}, err
	}
	row.state = next
	if err := m.save(tx, &row); err != nil {
		return Draft{}, err
	}
	err := event.Append(tx, event.Fact{
		Kind: "application.review_asked", Subject: event.Subject(row.id), Side: fault.Policy, Actor: "rule",
		Data: map[string]any{"reason": row.reason},
	})
	if err != nil {
		return Draft{}, err
	}
	d, _, err := m.openDraft(tx, row)
	return d, err
}

// openDraft opens a registration's row.
func (m *Members) openDraft(tx *db.Tx, row applicationRow) (Draft, vault.Subject, error) {
	d := Draft{
		ID: row.id, State: row.state, TakenOver: row.takenOver, Agreement: row.agreement, Agreed: row.agreed,
		Reason: row.reason, Member: row.member, Lang: row.lang, Opened: row.opened, Expires: row.expires,
	}
	if row.state == Done || row.state == Refused || row.state == BecameGuest {
		d.Step = stepOf(&d, day(tx), m.ageAlone(tx))
		return d, vault.Subject{}, nil // what was personal is erased (rule M18)
	}
	s, err := m.Vault.Subject(tx.Context(), row.id.String(), row.dataKey)
	if err != nil {
		return Draft{}, vault.Subject{}, err
	}
	var names storedNames
	var guardian storedGuardian
	var address storedAddress
	phone, errPhone := openText(s, "phone", row.phone)
	mail, errMail := openText(s, "mail", row.mail)
	birth, errBirth := openDay(s, "birth", row.birth)
	err = errors.Join(
		errPhone, errMail, errBirth,
		openJSON(s, "name", row.name, &names),
		openJSON(s, "guardian", row.guardian, &guardian),
		openJSON(s, "address", row.address, &address),
	)
	if err != nil {
		return Draft{}, vault.Subject{}, err
	}
	d.Phone, d.Mail, d.Birth = mask.Phone(phone), mask.Mail(mail), birth
	d.Name, d.Standard, d.Address, d.Guardian = names.Typed.masked(), names.Standard.masked(), address.masked(), guardian.masked()
	d.Guardian.Consented = row.consented
	if _, d.Known, err = m.FindByPhone(tx, d.Phone); err != nil {
		return Draft{}, vault.Subject{}, err
	}
	d.Step = stepOf(&d, day(tx), m.ageAlone(tx))
	return d, s, nil
}
