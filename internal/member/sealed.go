package member

import (
	"encoding/json"
	"errors"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/vault"
)

// The shapes in which personal data is sealed. They are written as JSON, so a field can be added and must never be
// renamed.
type (
	storedName struct {
		Family     string `json:"family"`
		Given      string `json:"given"`
		FamilyKana string `json:"family_kana"`
		GivenKana  string `json:"given_kana"`
	}
	storedGuardian struct {
		Name     string   `json:"name"`
		Relation Relation `json:"relation"`
		Phone    string   `json:"phone"`
	}
	storedAddress struct {
		PostalCode string `json:"postal_code"`
		Prefecture string `json:"prefecture"`
		City       string `json:"city"`
		Building   string `json:"building,omitempty"`
	}
	// storedNames is the name as it is written and in its standard form.
	storedNames struct {
		Typed    storedName `json:"typed"`
		Standard storedName `json:"standard"`
	}
)

func (n storedName) masked() Name {
	return Name{
		Family: mask.Name(n.Family), Given: mask.Name(n.Given),
		FamilyKana: mask.Name(n.FamilyKana), GivenKana: mask.Name(n.GivenKana),
	}
}

func (a storedAddress) masked() Address {
	return Address{
		PostalCode: mask.Address(a.PostalCode), Prefecture: mask.Address(a.Prefecture),
		City: mask.Address(a.City), Building: mask.Address(a.Building),
	}
}

func (g storedGuardian) masked() Guardian {
	return Guardian{Name: mask.Name(g.Name), Relation: g.Relation, Phone: mask.Phone(g.Phone)}
}

// sealJSON seals a value of one of the shapes above.
func sealJSON(s vault.Subject, field string, value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, errors.New("member: a personal value cannot be written") // the cause could repeat the value
	}
	return s.Seal(field, string(text)), nil
}

// openJSON opens a field into a shape; a field that was never filled in leaves it as it is.
func openJSON(s vault.Subject, field string, sealed []byte, into any) error {
	if sealed == nil {
		return nil
	}
	text, err := s.Open(field, sealed)
	if err != nil {
		return err
	}
	if json.Unmarshal([]byte(text), into) != nil {
		return errors.New("member: the sealed " + field + " has a shape this program does not know")
	}
	return nil
}

// openText opens a field of plain text; one that was never filled in is empty.
func openText(s vault.Subject, field string, sealed []byte) (string, error) {
	if sealed == nil {
		return "", nil
	}
	return s.Open(field, sealed)
}

// openDay opens a sealed day.
func openDay(s vault.Subject, field string, sealed []byte) (jst.Day, error) {
	text, err := openText(s, field, sealed)
	if err != nil || text == "" {
		return jst.Day{}, err
	}
	return jst.ParseDay(text)
}

// openMember opens a member's row.
func (m *Members) openMember(tx *db.Tx, row memberRow) (Profile, error) {
	p := Profile{
		ID: row.id, State: row.state, Lang: row.lang, WayToPay: row.wayToPay,
		Agreement: row.agreement, Agreed: row.agreed, Created: row.created,
	}
	s, err := m.Vault.Subject(tx.Context(), row.id.String(), row.dataKey)
	if err != nil {
		return Profile{}, err
	}
	var name, standard storedName
	var guardian storedGuardian
	var address storedAddress
	phone, errPhone := openText(s, "phone", row.phone)
	mail, errMail := openText(s, "mail", row.mail)
	birth, errBirth := openDay(s, "birth", row.birth)
	err = errors.Join(
		errPhone, errMail, errBirth,
		openJSON(s, "name", row.name, &name),
		openJSON(s, "name_norm", row.nameNorm, &standard),
		openJSON(s, "guardian", row.guardian, &guardian),
		openJSON(s, "address", row.address, &address),
	)
	if err != nil {
		return Profile{}, err
	}
	if row.state == Numberless {
		phone = "" // somebody else reads what is sent there (rule M17)
	}
	p.Phone, p.Mail, p.Birth = mask.Phone(phone), mask.Mail(mail), birth
	p.Name, p.NameStandard, p.Address, p.Guardian = name.masked(), standard.masked(), address.masked(), guardian.masked()
	p.Guardian.Consented = row.consented
	return p, nil
}

// phonePlaces are the buckets and keyed hashes under which a number's claim can stand: one, and more while the index keys
// are being changed.
func (m *Members) phonePlaces(phone mask.Phone) []place {
	var out []place
	for _, index := range m.Vault.Indexes("phone", phone.Reveal()) {
		out = append(out, placeOf(index))
	}
	return out
}

// placesByAge are the same places in the order of their keys' age. A claim only ever moves to a younger key, so that whoever looks
// in this order cannot miss one that is moved meanwhile, and two who claim a number at once meet at the first place.
func (m *Members) placesByAge(phone mask.Phone) []place {
	var out []place
	for _, index := range m.Vault.IndexesByAge("phone", phone.Reveal()) {
		out = append(out, placeOf(index))
	}
	return out
}

func placeOf(index []byte) place {
	return place{bucket: id.BucketOf("phone", string(index)), index: index}
}

type place struct {
	bucket int
	index  []byte
}
