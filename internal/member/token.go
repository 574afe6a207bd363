package member

import (
	"time"

	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
)

// Token is a member's agreement that a shop may buy again without the member present (rule M22).
type Token struct {
	ID       id.Token
	Member   id.Member
	Merchant id.Merchant
	Session  id.Session // the checkout in which it was agreed; zero if none
	Granted  time.Time
	Revoked  time.Time // zero while it lives
}

// Live tells whether the shop may still use it.
func (t Token) Live() bool { return t.Revoked.IsZero() }

// Grant agrees with a shop. A member has one live token per shop: agreeing again answers the one that stands.
func (m *Members) Grant(tx *db.Tx, member id.Member, merchant id.Merchant, session id.Session) (id.Token, error) {
	if err := lockMember(tx, member); err != nil {
		return id.Token{}, err
	}
	t := Token{
		ID: id.In[id.TokenKind](tx, member.Bucket()), Member: member, Merchant: merchant, Session: session,
		Granted: tx.Now(),
	}
	inserted, err := insertToken(tx, t)
	if err != nil {
		return id.Token{}, err
	}
	if !inserted {
		return findLiveToken(tx, member, merchant)
	}
	return t.ID, event.Append(tx, t.fact("member_token.granted"))
}

// RevokeToken ends an agreement, at once and for good. One that is ended is no error; NoToken is one that the member
// never gave.
func (m *Members) RevokeToken(tx *db.Tx, member id.Member, which id.Token) error {
	if err := m.Hooks.LockAccount(tx, member); err != nil { // a purchase comes before it or after it
		return err
	}
	if err := lockMember(tx, member); err != nil { // grants and revokes of one member take turns
		return err
	}
	t, found, err := selectToken(tx, which)
	if err != nil {
		return err
	}
	if !found || t.Member != member {
		return NoToken.New()
	}
	if !t.Live() {
		return nil
	}
	if err := updateRevoked(tx, which); err != nil {
		return err
	}
	return event.Append(tx, t.fact("member_token.revoked"))
}

// QueueTokens reads agreements that shops present: the map is filled when the queue runs. One that does not exist is left
// out. Whoever has locked the member's account before knows that none is revoked until the transaction ends.
func QueueTokens(q *db.Queue, which ...id.Token) map[id.Token]Token { return queueTokens(q, which) }

// ListTokens lists a member's live agreements, the newest first.
func (m *Members) ListTokens(tx *db.Tx, member id.Member) ([]Token, error) {
	return selectTokens(tx, member)
}

// FindToken looks up whose a token is that a merchant presents; whether it lives is judged when it is used. Another
// merchant's token is NoToken, like one that does not exist.
func (m *Members) FindToken(tx *db.Tx, which id.Token, merchant id.Merchant) (id.Member, error) {
	t, found, err := selectToken(tx, which)
	if err == nil && (!found || t.Merchant != merchant) {
		err = NoToken.New()
	}
	return t.Member, err
}

// fact is on the member's timeline and in the merchant's feed.
func (t Token) fact(kind string) event.Fact {
	return event.Fact{
		Kind: kind, Subject: event.Subject(t.ID), Member: t.Member, Merchant: t.Merchant, Side: fault.Member,
		Actor: "member", Data: map[string]any{"checkout_session": t.Session},
	}
}
