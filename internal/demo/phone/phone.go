// Package phone is the telephone of the demo's people: it takes the texts and letters that the product sends and shows
// them as a phone would. Behind it are the two carriers that the product's gateways talk to: an HTTP endpoint for texts
// and a mail server. Both take a message once per key, as good carriers do, and count how often it came.
package phone

import (
	"crypto/subtle"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tsuke/internal/clock"
	"tsuke/internal/demo/keep"
	"tsuke/internal/demo/page"
	"tsuke/internal/kana"
)

//go:embed templates/*.html
var files embed.FS

const (
	maxMessages   = 500
	maxText       = 16 << 10
	shownMessages = 15 // on one page: letters are long
	smsChannel    = "sms"
	mailChannel   = "mail"
	senderOfText  = "ツケ"
)

// Message is one text or letter.
type Message struct {
	Channel string // "sms" or "mail"
	To      string
	From    string
	Subject string // of a letter
	Body    string
	Key     string // the same for every try of one message
	At      time.Time
	Times   int // how often it came
}

// Phone is the telephone. It is safe for concurrent use.
type Phone struct {
	path  string
	clock clock.Clock
	book  *page.Book

	mu       sync.Mutex
	messages []Message // oldest first
}

// Open reads what has come so far.
func Open(dir string, site *page.Site) (*Phone, error) {
	book, err := page.NewBook(site, files, words)
	if err != nil {
		return nil, err
	}
	p := &Phone{path: filepath.Join(dir, "phone.json"), clock: site.Clock, book: book}
	_, err = keep.Load(p.path, &p.messages)
	return p, err
}

// take keeps a message. One whose key has come before is counted and not kept again.
func (p *Phone) take(m Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	same := func(o Message) bool { return m.Key != "" && o.Key == m.Key && o.Channel == m.Channel && o.To == m.To }
	messages := slices.Clone(p.messages)
	if i := slices.IndexFunc(messages, same); i >= 0 {
		messages[i].Times++
	} else {
		m.At, m.Times = p.clock.Now(), 1
		messages = append(messages, m)
	}
	if over := len(messages) - maxMessages; over > 0 {
		messages = slices.Delete(messages, 0, over)
	}
	if err := keep.Save(p.path, messages); err != nil {
		return err
	}
	p.messages = messages
	return nil
}

// SMS is the carrier's endpoint for texts: POST {"to", "body", "key"} with the bearer token.
func (p *Phone) SMS(token string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if subtle.ConstantTimeCompare([]byte(got), []byte(token)) != 1 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var order struct {
			To   string `json:"to"`
			Body string `json:"body"`
			Key  string `json:"key"`
		}
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxText))
		if r.Method != http.MethodPost || err != nil || json.Unmarshal(text, &order) != nil || order.To == "" || order.Body == "" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if err := p.take(Message{Channel: smsChannel, To: order.To, From: senderOfText, Body: order.Body, Key: order.Key}); err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"id":%q}`, "sms-"+order.Key)
	})
}

// Entry is a message with who it is for.
type Entry struct {
	Message

	Name string // the number or address, as people write it
	Only string // where nothing else is shown but what came there
}

// inbox is what has come, the newest first: everything, or only what came to one number or address. It answers a page of it from the
// nth on, and how many there are.
func (p *Phone) inbox(name string, from int) (shown []Entry, all int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range slices.Backward(p.messages) {
		to := nameOf(m)
		if name != "" && to != name {
			continue
		}
		if all++; all > from && len(shown) < shownMessages {
			shown = append(shown, Entry{Message: m, Name: to, Only: pathTo(to, 0)})
		}
	}
	return shown, all
}

// pathTo is the page of what came to a name, or of everything, from the nth message on.
func pathTo(name string, from int) string {
	q := url.Values{}
	if name != "" {
		q.Set("to", name)
	}
	if from > 0 {
		q.Set("from", strconv.Itoa(from))
	}
	if len(q) == 0 {
		return "/phone"
	}
	return "/phone?" + q.Encode()
}

func nameOf(m Message) string {
	if m.Channel == smsChannel {
		return kana.PhoneDisplay(m.To)
	}
	return m.To
}

type phonePage struct {
	page.Frame
	Only           string // what came to this name alone is shown; empty for everything
	Messages       []Entry
	First, Last, N int    // which of how many
	Newer, Older   string // addresses, or empty
}

// Handler shows the phone.
func (p *Phone) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		show := phonePage{Frame: p.book.Frame(r, "phone", "phone.title"), Only: r.URL.Query().Get("to")}
		show.Live = true
		from, err := strconv.Atoi(r.URL.Query().Get("from"))
		if err != nil || from < 0 {
			from = 0
		}
		show.Messages, show.N = p.inbox(show.Only, from)
		show.First, show.Last = from+1, from+len(show.Messages)
		if from > 0 {
			show.Newer = pathTo(show.Only, max(0, from-shownMessages))
		}
		if show.Last < show.N {
			show.Older = pathTo(show.Only, show.Last)
		}
		p.book.Show(w, http.StatusOK, "phone", show)
	})
}
