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
	"path/filepath"
	"slices"
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
	maxMessages  = 500
	maxText      = 16 << 10
	shownPerBox  = 12
	shownBoxes   = 6
	smsChannel   = "sms"
	mailChannel  = "mail"
	senderOfText = "ツケ"
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

// Box is what has come to one number or address, newest first.
type Box struct {
	Channel  string
	Name     string // the number or address as people write it
	Messages []Message
}

// boxes sorts what has come: the box with the newest message first.
func (p *Phone) boxes() []Box {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Box
	for _, m := range slices.Backward(p.messages) {
		i := slices.IndexFunc(out, func(b Box) bool { return b.Channel == m.Channel && b.Name == nameOf(m) })
		if i < 0 && len(out) == shownBoxes {
			continue
		}
		if i < 0 {
			i = len(out)
			out = append(out, Box{Channel: m.Channel, Name: nameOf(m)})
		}
		if len(out[i].Messages) < shownPerBox {
			out[i].Messages = append(out[i].Messages, m)
		}
	}
	return out
}

func nameOf(m Message) string {
	if m.Channel == smsChannel {
		return kana.PhoneDisplay(m.To)
	}
	return m.To
}

type phonePage struct {
	page.Frame
	Boxes []Box
}

// Handler shows the phone.
func (p *Phone) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := p.book.Frame(r, "phone", "phone.title")
		f.Live = true
		p.book.Show(w, http.StatusOK, "phone", phonePage{f, p.boxes()})
	})
}
