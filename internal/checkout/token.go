package checkout

import (
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/member"
)

// tokensOf lists the agreements under which orders of a batch are charged without the member present.
func tokensOf(all []*attempt) []id.Token {
	var tokens []id.Token
	for _, a := range all {
		if !a.Token.IsZero() {
			tokens = append(tokens, a.Token)
		}
	}
	return tokens
}

// resolve finds out who buys, if only an agreement says so. To another shop the agreement does not exist (rule M22).
func (a *attempt) resolve(b *book) *fault.Error {
	if a.Token.IsZero() {
		return nil
	}
	t, ok := b.tokens[a.Token]
	if !ok || t.Merchant != a.Merchant || !a.Member.IsZero() && t.Member != a.Member {
		return member.NoToken.In("member_token")
	}
	a.Member = t.Member
	return nil
}

// judgeToken refuses an order whose agreement was taken back, be it an instant ago (rule M22). Whoever takes one back
// locks the member's account first, as the batch does.
func (a *attempt) judgeToken(b *book) *fault.Error {
	if !a.Token.IsZero() && !b.tokens[a.Token].Live() {
		return member.TokenRevoked.New()
	}
	return nil
}
