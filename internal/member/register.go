package member

import (
	"bytes"
	"fmt"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/lifecycle"
	"tsuke/internal/mask"
	"tsuke/internal/vault"
)

// Waiting is a registration that a person has to look at.
type Waiting struct {
	ID     id.Application
	Reason ReviewReason
	Since  time.Time
}

// Reviews lists the registrations that wait for a person, the oldest first, at most limit. LoadDraft gives the whole of
// one.
func (m *Members) Reviews(tx *db.Tx, limit int) ([]Waiting, error) { return selectWaiting(tx, limit) }

// Clear makes a waiting registration a membership after a person looked at it (rule M17). by says who: a role or an
// operator's id. If the number was taken over, it passes from the member who had it to the new one. Clearing again
// answers the same member. The fault is NoApplication.
func (m *Members) Clear(tx *db.Tx, app id.Application, by string) (id.Member, error) {
	row, err := waitingRow(tx, app, Cleared)
	if err != nil || row.state == Done {
		return row.member, err
	}
	d, s, err := m.openDraft(tx, row)
	if err != nil {
		return id.Member{}, err
	}
	if d.Known && !d.TakenOver { // somebody registered the number while this one waited
		return id.Member{}, PhoneTaken.In("phone")
	}
	row.decidedBy = by
	err = event.Append(tx, event.Fact{
		Kind: "application.cleared", Subject: event.Subject(app), Side: fault.Us, Actor: by,
		Data: map[string]any{"reason": row.reason},
	})
	if err != nil {
		return id.Member{}, err
	}
	d, err = m.register(tx, row, d, s, Cleared)
	return d.Member, err
}

// Refuse ends a waiting registration and erases what was personal in it. Refusing again changes nothing. The fault is
// NoApplication.
func (m *Members) Refuse(tx *db.Tx, app id.Application, by string) error {
	row, err := waitingRow(tx, app, Declined)
	if err != nil || row.state == Refused {
		return err
	}
	row.state, _ = ApplicationLife.Next(row.state, Declined)
	row.decidedBy = by
	if err := m.save(tx, row.erased()); err != nil {
		return err
	}
	return event.Append(tx, event.Fact{
		Kind: "application.refused", Subject: event.Subject(app), Side: fault.Us, Actor: by,
		Data: map[string]any{"reason": row.reason},
	})
}

// waitingRow locks a registration that a person decides on. Its state is review, or what the same decision made of it
// before.
func waitingRow(tx *db.Tx, app id.Application, decision ApplicationEvent) (applicationRow, error) {
	row, found, err := selectApplication(tx, app, true)
	if err != nil {
		return applicationRow{}, err
	}
	if _, verdict := ApplicationLife.Next(row.state, decision); !found || verdict == lifecycle.Refused {
		return applicationRow{}, NoApplication.New().About(app.String())
	}
	return row, nil
}

// register turns a registration into a member: the number's claim, the member's row, what other packages open for each
// member, and the end of the registration, in one transaction.
func (m *Members) register(tx *db.Tx, row applicationRow, d Draft, old vault.Subject, on ApplicationEvent) (Draft, error) {
	next, verdict := ApplicationLife.Next(row.state, on)
	if err := mustMove(verdict, row.state, on); err != nil {
		return Draft{}, err
	}
	member, joins, err := m.claim(tx, d, id.In[id.MemberKind](tx, row.id.Bucket()), row.decidedBy)
	if err != nil {
		return Draft{}, err
	}
	sealed, err := m.sealMember(tx, member, row, d, old)
	if err != nil {
		return Draft{}, err
	}
	if err := m.storeMember(tx, sealed, joins); err != nil {
		return Draft{}, err
	}
	if err := m.indexPayer(tx, member, storedName{FamilyKana: d.Name.FamilyKana.Reveal(), GivenKana: d.Name.GivenKana.Reveal()}); err != nil {
		return Draft{}, err
	}
	row.state, row.member = next, member
	if err := m.save(tx, row.erased()); err != nil {
		return Draft{}, err
	}
	err = event.Append(tx, fact(member, "member.registered", map[string]any{
		"application": row.id, "agreement": row.agreement, "guardian": !row.consented.IsZero(), "was_guest": joins,
	}))
	if err != nil {
		return Draft{}, err
	}
	done, _, err := m.openDraft(tx, *row.erased())
	return done, err
}

// storeMember writes the member's row and opens what each member has. A guest who joins has it already: account, open invoices and
// history are the member's from now on (rule I02).
func (m *Members) storeMember(tx *db.Tx, sealed memberRow, joins bool) error {
	if !joins {
		if err := insertMember(tx, sealed); err != nil {
			return err
		}
		return m.Hooks.Registered(tx, sealed.id)
	}
	next, verdict := Life.Next(Guest, Joined)
	if err := mustMove(verdict, Guest, Joined); err != nil {
		return err
	}
	sealed.state = next
	return updateMember(tx, sealed, Guest)
}

// sealMember seals what the registration knows with the member's own key.
func (m *Members) sealMember(tx *db.Tx, member id.Member, row applicationRow, d Draft, old vault.Subject) (memberRow, error) {
	s, wrapped, err := m.Vault.NewSubject(tx.Context(), member.String())
	if err != nil {
		return memberRow{}, err
	}
	out := memberRow{
		id: member, state: Active, dataKey: wrapped, lang: row.lang,
		agreement: row.agreement, agreed: row.agreed, created: tx.Now(), consented: row.consented,
		phone: s.Seal("phone", d.Phone.Reveal()), birth: s.Seal("birth", d.Birth.String()), mail: s.Seal("mail", d.Mail.Reveal()),
	}
	var names storedNames
	if err := openJSON(old, "name", row.name, &names); err != nil {
		return memberRow{}, err
	}
	if out.name, err = sealJSON(s, "name", names.Typed); err != nil {
		return memberRow{}, err
	}
	if out.nameNorm, err = sealJSON(s, "name_norm", names.Standard); err != nil {
		return memberRow{}, err
	}
	if out.address, err = resealed(old, s, "address", row.address); err != nil {
		return memberRow{}, err
	}
	if out.addressIndex, err = m.addressIndex(s, out.address); err != nil { // the draft's may be under an older key
		return memberRow{}, err
	}
	out.guardian, err = resealed(old, s, "guardian", row.guardian)
	return out, err
}

func resealed(from, to vault.Subject, field string, sealed []byte) ([]byte, error) {
	if sealed == nil {
		return nil, nil
	}
	text, err := from.Open(field, sealed)
	if err != nil {
		return nil, err
	}
	return to.Seal(field, text), nil
}

// claim makes the number the member's, and answers which that is: a guest with this number who is the same person joins under
// the id that they have (rule I02). A number that was taken over passes on, and so does one whose guest was somebody else, which a
// person has decided; one that became another member's in the meantime is PhoneTaken: the claim's row is what makes one member
// per number (rule M01).
func (m *Members) claim(tx *db.Tx, d Draft, member id.Member, by string) (_ id.Member, joins bool, err error) {
	standing, found, err := m.findClaim(tx, d.Phone, true)
	if err != nil {
		return member, false, err
	}
	if !found {
		inserted, err := m.insertClaim(tx, d.Phone, member)
		if err == nil && !inserted {
			err = PhoneTaken.In("phone")
		}
		return member, false, err
	}
	state, err := selectState(tx, standing.member)
	if err != nil {
		return member, false, err
	}
	switch {
	case state == Guest:
		if same, err := m.isSame(tx, standing.member, d); err != nil || same {
			return standing.member, same, err
		}
	case !d.TakenOver:
		return member, false, PhoneTaken.In("phone")
	}
	if err := updateClaim(tx, standing.place, member); err != nil {
		return member, false, err
	}
	return member, false, passOn(tx, standing.member, by)
}

// passOn leaves the former holder of a number without one. The account stays, and so do its bills (rule M17).
func passOn(tx *db.Tx, former id.Member, by string) error {
	state, err := lockMemberState(tx, former)
	if err != nil {
		return err
	}
	next, verdict := Life.Next(state, NumberPassedOn)
	if err := mustMove(verdict, state, NumberPassedOn); err != nil {
		return err
	}
	if err := updateState(tx, former, state, next); err != nil {
		return err
	}
	return event.Append(tx, event.Fact{
		Kind: "member.number_passed_on", Subject: event.Subject(former), Member: former, Side: fault.Us, Actor: by,
	})
}

// insertClaim claims a number that nobody has, and is false if somebody has it after all. While index keys are being changed, another
// process may claim it under another of them at the same instant: so all places are taken, in one order for all, and those that are
// not to stay are left again.
func (m *Members) insertClaim(tx *db.Tx, phone mask.Phone, member id.Member) (bool, error) {
	stays := m.phonePlaces(phone)[0]
	for _, p := range m.placesByAge(phone) {
		if inserted, err := insertClaim(tx, p, member); err != nil || !inserted {
			return false, err
		}
	}
	for _, p := range m.placesByAge(phone) {
		if bytes.Equal(p.index, stays.index) {
			continue
		}
		if err := deleteClaim(tx, p); err != nil {
			return false, err
		}
	}
	return true, nil
}

// findClaim looks for the member of a number under each index key.
func (m *Members) findClaim(tx *db.Tx, phone mask.Phone, lock bool) (claim, bool, error) {
	for _, p := range m.placesByAge(phone) {
		member, found, err := selectClaim(tx, p, lock)
		if err != nil || found {
			return claim{place: p, member: member}, found, err
		}
	}
	return claim{}, false, nil
}

type claim struct {
	place  place
	member id.Member
}

// mustMove turns a step that the callers have made sure of into an error if it is none after all.
func mustMove[S, E ~string](verdict lifecycle.Verdict, from S, on E) error {
	if verdict == lifecycle.Moved {
		return nil
	}
	return fmt.Errorf("member: %s in state %s: %s", on, from, verdict)
}
