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

// judgeToken refuses an order whose agreement was taken back, be it an instant ago (rule M22).
func (a *attempt) judgeToken(b *book) *fault.Error {
	if a.Token.IsZero() {
		return nil
	}
	t, ok := b.tokens[a.Token]
	switch {
	case !ok || t.Member != a.Member || t.Merchant != a.Merchant:
		return member.NoToken.New()
	case !t.Live():
		return member.TokenRevoked.New()
	}
	return nil
}
