package member

import (
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/mask"
)

// Claim claims a number that nobody has, as a registration does.
func (m *Members) Claim(tx *db.Tx, phone mask.Phone, member id.Member) error {
	inserted, err := m.insertClaim(tx, phone, member)
	if err == nil && !inserted {
		err = PhoneTaken.New()
	}
	return err
}
