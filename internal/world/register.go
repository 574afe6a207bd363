package world

import (
	"errors"
	"fmt"
	"net/netip"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/mask"
	"tsuke/internal/member"
)

// Register makes the nth member from the phone number to the end, as the pages do, and agrees with a merchant that it may
// buy without them.
func Register(tx *db.Tx, members *member.Members, n int, merchant id.Merchant) (m id.Member, token id.Token, err error) {
	phone := mask.Phone(fmt.Sprintf("+8190%08d", n*100_003%100_000_000)) // no two begin alike too often (rule M04)
	browser := "browser " + phone.Reveal()
	sent, err := members.RequestCode(tx, member.CodeRequest{
		Phone: phone, Purpose: member.ForRegistration, BoundTo: browser, Address: netip.AddrFrom4([4]byte{10, byte(n >> 8), byte(n), 1}),
	})
	if err != nil {
		return m, token, err
	}
	entered, err := members.EnterCode(tx, member.ForRegistration, browser, sent.Code.Reveal())
	if err != nil {
		return m, token, err
	}
	draft, err := members.Apply(tx, entered, "ja")
	if err != nil {
		return m, token, err
	}
	_, errName := members.SaveName(tx, draft.ID, member.NameInput{Family: "山田", Given: "太郎", FamilyKana: "ヤマダ", GivenKana: "タロウ"})
	errBirth := members.SaveBirth(tx, draft.ID, member.BirthInput{Year: "1990", Month: "4", Day: "1"})
	_, errAddress := members.SaveAddress(tx, draft.ID, member.AddressInput{PostalCode: "150-0001", Prefecture: "東京都", City: "渋谷区神宮前1-2-3"})
	errMail := members.SaveMail(tx, draft.ID, "taro.yamada@example.jp", false)
	if err := errors.Join(errName, errBirth, errAddress, errMail); err != nil {
		return m, token, err
	}
	if draft, err = members.Agree(tx, draft.ID, member.Agreement.Default()); err != nil {
		return m, token, err
	}
	token, err = members.Grant(tx, draft.Member, merchant, id.Session{})
	return draft.Member, token, err
}
