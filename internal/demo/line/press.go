package line

import (
	"path"
	"strings"

	"tsuke/internal/web"
)

// isPress tells whether a POST to this address is the member's press of the button that pays. The other forms of a
// checkout (phone number, code, leaving) charge nothing.
func isPress(address string) bool {
	session, act, _ := strings.Cut(strings.TrimPrefix(address, web.CheckoutPath), "/")
	return strings.HasPrefix(address, web.CheckoutPath) && session != "" && act == "press"
}

// lookAt is the page that shows what became of a form: the checkout that the form belongs to, or the form's own page.
func lookAt(address string) string {
	if !strings.HasPrefix(address, web.CheckoutPath) {
		return path.Clean("/" + address)
	}
	session, _, _ := strings.Cut(strings.TrimPrefix(address, web.CheckoutPath), "/")
	return web.SessionPath(session, "")
}
