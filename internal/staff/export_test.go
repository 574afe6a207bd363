package staff

import (
	"time"

	"github.com/pquerna/otp/totp"

	"tsuke/internal/mask"
)

// CodeAt is the code that an authenticator shows, by the library's own reckoning of time.
func CodeAt(key mask.Secret, at time.Time) string {
	code, err := totp.GenerateCode(key.Reveal(), at)
	if err != nil {
		panic(err)
	}
	return code
}

// ReadCode is readCode.
func ReadCode(typed string) (string, bool) {
	code, ok := readCode(typed)
	return code.Reveal(), ok
}
