package site

import (
	"net/http/httptest"
	"testing"
)

func TestAddressBelievesOnlyAProxyOnThisMachine(t *testing.T) { // rule M04
	t.Parallel()
	for _, c := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:4711", "", "203.0.113.9"},
		{"203.0.113.9:4711", "198.51.100.1", "203.0.113.9"},
		{"127.0.0.1:4711", "198.51.100.1", "198.51.100.1"},
		{"127.0.0.1:4711", "192.0.2.1, 198.51.100.1", "198.51.100.1"},
		{"[::1]:4711", "2001:db8::1", "2001:db8::1"},
		{"127.0.0.1:4711", "somebody", "127.0.0.1"},
		{"127.0.0.1:4711", "", "127.0.0.1"},
		{"pipe", "", "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := (&visit{r: r}).address().String(); got != c.want {
			t.Errorf("%s for %q: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
}
