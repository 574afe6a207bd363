package member

import (
	"bytes"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/keys"
	"tsuke/internal/mask"
	"tsuke/internal/vault"
)

func (m *Members) moveMemberKey(tx *db.Tx, r keys.Row) (bool, error) {
	row, found, err := lockMemberRow(tx, r)
	if err != nil || !found {
		return false, err
	}
	wrapped, moved, err := m.Vault.Rewrap(tx.Context(), row.id.String(), row.dataKey)
	if err != nil || !moved {
		return false, err
	}
	return true, updateMemberKey(tx, row.id, wrapped)
}

// moveClaim moves a number's claim to its place under the index key in use. What stands there already is another's and stays.
func (m *Members) moveClaim(tx *db.Tx, r keys.Row) (bool, error) {
	from := place{bucket: r.Bucket, index: r.Name}
	member, claimed, found, err := lockClaimRow(tx, from)
	if err != nil || !found {
		return false, err
	}
	row, err := selectMember(tx, member)
	if err != nil {
		return false, err
	}
	s, err := m.Vault.Subject(tx.Context(), row.id.String(), row.dataKey)
	if err != nil {
		return false, err
	}
	phone, err := s.Open("phone", row.phone)
	if err != nil {
		return false, err
	}
	to := m.phonePlaces(mask.Phone(phone))[0]
	if bytes.Equal(from.index, to.index) {
		return false, nil
	}
	if moved, err := insertMovedClaim(tx, to, member, claimed); err != nil || !moved {
		return false, err
	}
	return true, deleteClaim(tx, from)
}

func (m *Members) moveAddress(tx *db.Tx, r keys.Row) (bool, error) {
	row, found, err := lockMemberRow(tx, r)
	if err != nil || !found {
		return false, err
	}
	s, err := m.Vault.Subject(tx.Context(), row.id.String(), row.dataKey)
	if err != nil {
		return false, err
	}
	index, err := m.addressIndex(s, row.address)
	if err != nil || bytes.Equal(index, row.addressIndex) {
		return false, err
	}
	return true, updateAddressIndex(tx, row.id, index)
}

// addressIndex is the index of a sealed address.
func (m *Members) addressIndex(s vault.Subject, address []byte) ([]byte, error) {
	var at storedAddress
	if err := openJSON(s, "address", address, &at); err != nil {
		return nil, err
	}
	return m.Vault.Index("address", addressKey(at)), nil
}

func (m *Members) movePayer(tx *db.Tx, r keys.Row) (bool, error) {
	row, found, err := lockMemberRow(tx, r)
	if err != nil || !found {
		return false, err
	}
	s, err := m.Vault.Subject(tx.Context(), row.id.String(), row.dataKey)
	if err != nil {
		return false, err
	}
	var name storedName
	if err := openJSON(s, "name", row.name, &name); err != nil {
		return false, err
	}
	return true, m.indexPayer(tx, row.id, name)
}

func (m *Members) moveDraftKey(tx *db.Tx, r keys.Row) (bool, error) {
	row, found, err := selectApplication(tx, id.Application(r.Name), true)
	if err != nil || !found || row.dataKey == nil {
		return false, err
	}
	wrapped, moved, err := m.Vault.Rewrap(tx.Context(), row.id.String(), row.dataKey)
	if err != nil || !moved {
		return false, err
	}
	return true, updateDraftKey(tx, row.id, wrapped)
}

func (m *Members) moveDraftAddress(tx *db.Tx, r keys.Row) (bool, error) {
	row, found, err := selectApplication(tx, id.Application(r.Name), true)
	if err != nil || !found || row.addressIndex == nil {
		return false, err
	}
	s, err := m.Vault.Subject(tx.Context(), row.id.String(), row.dataKey)
	if err != nil {
		return false, err
	}
	index, err := m.addressIndex(s, row.address)
	if err != nil || bytes.Equal(index, row.addressIndex) {
		return false, err
	}
	return true, updateDraftAddress(tx, row.id, index)
}

// endDraftNumber takes the number's index from a registration that has ended, by which nobody looks for it any more, and removes
// one whose time is over. One that is open or waits for a person stays.
func (m *Members) endDraftNumber(tx *db.Tx, r keys.Row) (bool, error) {
	row, found, err := selectApplication(tx, id.Application(r.Name), true)
	switch {
	case err != nil || !found:
		return false, err
	case row.gone(tx.Now()):
		return true, deleteApplication(tx, row.id)
	case row.state == Open || row.state == Review:
		return false, nil
	}
	return true, updateDraftNumber(tx, row.id, []byte{})
}

func (m *Members) moveCodeKey(tx *db.Tx, r keys.Row) (bool, error) {
	b := binding{bucket: r.Bucket, hash: r.Name}
	row, found, err := lockCode(tx, b)
	if err != nil || !found {
		return false, err
	}
	if !tx.Now().Before(row.expires) {
		return true, deleteCode(tx, b)
	}
	wrapped, moved, err := m.Vault.Rewrap(tx.Context(), b.owner(), row.dataKey)
	if err != nil || !moved {
		return false, err
	}
	return true, updateCodeKey(tx, b, wrapped)
}

func endCode(tx *db.Tx, r keys.Row) (bool, error) {
	b := binding{bucket: r.Bucket, hash: r.Name}
	row, found, err := lockCode(tx, b)
	if err != nil || !found || tx.Now().Before(row.expires) {
		return false, err
	}
	return true, deleteCode(tx, b)
}

func endRate(tx *db.Tx, r keys.Row) (bool, error) {
	c := counted{bucket: r.Bucket, name: r.Name}
	row, err := lockRate(tx, c)
	if err != nil || row.count == 0 || tx.Now().Before(row.ends) {
		return false, err
	}
	return true, deleteRate(tx, c)
}
