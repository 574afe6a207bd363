package page

import (
	"bytes"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"
)

const (
	langCookie = "demo_lang"
	maxForm    = 64 << 10
)

// Lang is the language a request asks for: what was chosen in this browser, else Japanese.
func Lang(r *http.Request) string {
	if c, err := r.Cookie(langCookie); err == nil && c.Value == "en" {
		return "en"
	}
	return "ja"
}

// Wrap puts around the demo's pages what all of them need. The demo can kill a server and move its clock, so a page of
// another site must reach nothing: only requests that name this host are answered (a name that someone else points at
// this machine is refused), and what changes something must come from the demo's own pages.
func (s *Site) Wrap(next http.Handler) http.Handler {
	policy := strings.Join([]string{
		"default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self'", "connect-src 'self'",
		"form-action 'self' " + s.Member, "base-uri 'none'", "frame-ancestors 'none'",
	}, "; ")
	inner := http.NewCrossOriginProtection().Handler(switchLang(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != s.Host {
			http.Error(w, "The demo is at http://"+s.Host+"/", http.StatusMisdirectedRequest)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Language", Lang(r))
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		inner.ServeHTTP(w, r)
	})
}

// switchLang keeps the language that ?lang= names and shows the same page in it.
func switchLang(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.Method != http.MethodGet || !q.Has("lang") {
			next.ServeHTTP(w, r)
			return
		}
		lang := "ja"
		if q.Get("lang") == "en" {
			lang = "en"
		}
		http.SetCookie(w, &http.Cookie{
			Name: langCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode,
		})
		q.Del("lang")
		to := url.URL{Path: path.Clean("/" + r.URL.Path), RawQuery: q.Encode()}
		http.Redirect(w, r, to.RequestURI(), http.StatusSeeOther)
	})
}

// Assets serves the stylesheet, the script and the pictures below /assets/.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sum, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/assets/"), "/")
		want, err := assetSum(name)
		if err != nil || sum != want {
			http.NotFound(w, r)
			return
		}
		text, err := fs.ReadFile(assetFiles, "assets/"+name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(text))
	})
}

// Go answers a POST with the page that shows what became of it.
func Go(w http.ResponseWriter, r *http.Request, to string) {
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// NotFound is the page for an address that leads nowhere.
func (b *Book) NotFound(w http.ResponseWriter, r *http.Request, here string) {
	b.Show(w, http.StatusNotFound, "absent", Absent{b.Frame(r, here, "absent.title")})
}

// Absent is the page of [Book.NotFound].
type Absent struct{ Frame }
