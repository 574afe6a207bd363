package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/pquerna/otp/totp"

	"tsuke/internal/demo/keep"
	"tsuke/internal/demo/page"
)

// colleagues are the people of staff that a visitor can be, with what they work as. Their words are "staff." and the name.
var colleagues = []struct{ name, role string }{{"aoki", "finance"}, {"baba", "finance"}, {"sato", "support"}, {"kubo", "admin"}}

// hired is a person who was invited: the link, and the key that their authenticator app has read from its page.
type hired struct {
	Link string `json:"link"`
	Key  string `json:"key"`
}

// Colleague is a person on the office's page.
type Colleague struct {
	Name string
	Link string // empty until they are invited
	Code string // what the app shows now
}

type staffPage struct {
	page.Frame
	People []Colleague
}

func (d *demo) getStaff(w http.ResponseWriter, r *http.Request) {
	p := staffPage{Frame: d.book.Frame(r, "start", "staff.title")}
	all, err := d.office()
	if err != nil {
		d.failed(w, r, err)
		return
	}
	for _, c := range colleagues {
		h := all[c.name]
		one := Colleague{Name: c.name, Link: h.Link}
		if h.Key != "" {
			if one.Code, err = totp.GenerateCode(h.Key, d.clock.Now()); err != nil {
				d.failed(w, r, err)
				return
			}
		}
		p.People = append(p.People, one)
	}
	d.book.Show(w, http.StatusOK, "staff", p)
}

// office is who was invited, also in an earlier run on the same folder.
func (d *demo) office() (map[string]hired, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hired == nil {
		d.hired = map[string]hired{}
		if _, err := keep.Load(d.path("staff.json"), &d.hired); err != nil {
			return nil, err
		}
	}
	return maps.Clone(d.hired), nil
}

// postStaff invites a person, anew if they were before, with the product's own command.
func (d *demo) postStaff(w http.ResponseWriter, r *http.Request) {
	i := slices.IndexFunc(colleagues, func(c struct{ name, role string }) bool { return c.name == r.PostFormValue("name") })
	if i < 0 {
		page.Go(w, r, "/staff")
		return
	}
	if err := d.invite(r.Context(), colleagues[i].name, colleagues[i].role); err != nil {
		d.failed(w, r, err)
		return
	}
	page.Go(w, r, "/staff")
}

func (d *demo) invite(ctx context.Context, name, role string) error {
	all, err := d.office()
	if err != nil {
		return err
	}
	args := []string{"staff", "add", name, "--role", role}
	if _, known := all[name]; known {
		args = []string{"staff", "link", name}
	}
	out, err := d.command(ctx, append(append(args, "--public-url", d.site.Member), d.database()...)...)
	if err != nil {
		return err
	}
	h := hired{Link: linkIn.FindString(string(out))}
	if h.Key, err = scan(ctx, h.Link); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hired[name] = h
	return keep.Save(d.path("staff.json"), d.hired)
}

var (
	linkIn = regexp.MustCompile(`https?://\S+`)
	keyIn  = regexp.MustCompile(`(?s)<p class="digits">(.*?)</p>`)
	tagIn  = regexp.MustCompile(`<[^>]*>`)
)

const pageMax = 1 << 20

// scan reads the key off the page that a link leads to, as a person types it into an app.
func scan(ctx context.Context, link string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return "", fmt.Errorf("demo: the command printed no link: %w", err)
	}
	resp, err := (&http.Client{Timeout: startWithin}).Do(r)
	if err != nil {
		return "", fmt.Errorf("demo: the enrolment page: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, pageMax))
	m := keyIn.FindSubmatch(text)
	if err = errors.Join(err, resp.Body.Close()); err != nil || m == nil {
		return "", fmt.Errorf("demo: the enrolment page answers %s and shows no key: %w", resp.Status, err)
	}
	return strings.ReplaceAll(tagIn.ReplaceAllString(string(m[1]), ""), " ", ""), nil
}
