package member

import (
	"bytes"
	"strings"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/kana"
	"tsuke/internal/mask"
)

// Named answers the members whose name in kana is a payer's, as banks write names: large kana, blanks aside, and whatever else
// the payer wrote around it. It opens no name: it looks a blind index up.
func (m *Members) Named(tx *db.Tx, payer mask.Name) ([]id.Member, error) {
	key := payerKey(payer)
	if key == "" {
		return nil, nil
	}
	return selectPayers(tx, m.Vault.Indexes(payerField, key))
}

// HasAccount tells whether a member has registered a bank account.
func (m *Members) HasAccount(tx *db.Tx, member id.Member) (bool, error) {
	_, found, err := selectAccount(tx, member)
	return found, err
}

const payerField = "payer"

// indexPayer writes the index of a member's name, if it is not there already.
func (m *Members) indexPayer(tx *db.Tx, member id.Member, name storedName) error {
	index := m.Vault.Index(payerField, payerKey(mask.Name(name.FamilyKana+name.GivenKana)))
	known, err := selectPayerIndex(tx, member)
	if err != nil || bytes.Equal(known, index) {
		return err
	}
	return upsertPayerIndex(tx, member, index)
}

// payerKey is the form in which names are compared: the files' kana, and the long vowel mark behind them.
func payerKey(name mask.Name) string {
	half, _ := kana.HalfWidth(name.Reveal())
	var b strings.Builder
	after := false
	for _, r := range half {
		letter := '\uff66' <= r && r <= '\uff9f'
		if letter || r == '-' && after {
			b.WriteRune(r)
		}
		after = letter
	}
	return b.String()
}
