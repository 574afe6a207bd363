package member

import (
	"bytes"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/mask"
)

// Rekey brings members under the newest keys of the vault, so that older ones can be retired: the row's data key is
// wrapped anew, which brings all that is sealed with it, such as a bank account (account.go), and the keyed hashes of number,
// address and name are written anew. It takes up to limit members after one (zero
// from the first) and answers the last of them; zero when there were none left. Members go on buying meanwhile: rows
// under an older key are found and opened until that key is retired.
func (m *Members) Rekey(tx *db.Tx, after id.Member, limit int) (last id.Member, err error) {
	rows, err := selectMembersAfter(tx, after, limit)
	if err != nil {
		return id.Member{}, err
	}
	for _, row := range rows {
		if err := m.rekeyMember(tx, row); err != nil {
			return id.Member{}, err
		}
		last = row.id
	}
	return last, nil
}

func (m *Members) rekeyMember(tx *db.Tx, row memberRow) error {
	s, err := m.Vault.Subject(tx.Context(), row.id.String(), row.dataKey)
	if err != nil {
		return err
	}
	phone, err := s.Open("phone", row.phone)
	if err != nil {
		return err
	}
	if err := m.moveClaim(tx, mask.Phone(phone), row.id); err != nil {
		return err
	}
	var home storedAddress
	if err := openJSON(s, "address", row.address, &home); err != nil {
		return err
	}
	var name storedName
	if err := openJSON(s, "name", row.name, &name); err != nil {
		return err
	}
	if err := m.indexPayer(tx, row.id, name); err != nil {
		return err
	}
	index := m.Vault.Index("address", addressKey(home))
	wrapped, moved, err := m.Vault.Rewrap(tx.Context(), row.id.String(), row.dataKey)
	if err != nil || !moved && bytes.Equal(index, row.addressIndex) {
		return err
	}
	return updateKeys(tx, row, wrapped, index)
}

// moveClaim moves the claim of a member's number to its place under the newest index key. A number that has passed on
// belongs to another member, with whom it is moved.
func (m *Members) moveClaim(tx *db.Tx, phone mask.Phone, member id.Member) error {
	newest := m.phonePlaces(phone)[0]
	standing, found, err := m.findClaim(tx, phone, true)
	if err != nil || !found || standing.member != member || bytes.Equal(standing.place.index, newest.index) {
		return err
	}
	if _, err := insertClaim(tx, newest, member); err != nil {
		return err
	}
	return deleteClaim(tx, standing.place)
}

// RekeyDrafts does the same for the data keys of registrations that are open or wait for a person. Their number stays under
// the key it was hashed with, because the row's place follows from it: an index key is retired once the registrations
// from before its successor have had their days (term member.application.days).
func (m *Members) RekeyDrafts(tx *db.Tx, after id.Application, limit int) (last id.Application, err error) {
	rows, err := selectDraftsAfter(tx, after, limit)
	if err != nil {
		return id.Application{}, err
	}
	for _, row := range rows {
		wrapped, moved, err := m.Vault.Rewrap(tx.Context(), row.id.String(), row.dataKey)
		if err != nil {
			return id.Application{}, err
		}
		if moved {
			if err := updateDraftKey(tx, row, wrapped); err != nil {
				return id.Application{}, err
			}
		}
		last = row.id
	}
	return last, nil
}
