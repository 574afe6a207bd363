package gateway

import (
	"context"
	"slices"
	"sync"

	"tsuke/internal/mask"
)

// Answer is how a local carrier treats one message.
type Answer int

// The answers. The zero Answer is the good one.
const (
	Take       Answer = iota // takes it and says so
	Refuse                   // says that it will not
	NotNow                   // cannot be reached
	TakeSilent               // takes it, and its answer is lost
	DropSilent               // loses it, and its answer is lost
	Hold                     // says nothing until Release or until the caller gives up; then as Take or TakeSilent
)

// local is the memory of a carrier: what it took, by key, and how it will treat the next messages.
type local[M any] struct {
	channel string
	key     func(M) string
	good    func(M) bool

	mu      sync.Mutex
	plan    []Answer
	taken   []M
	keys    map[string]bool
	tries   int
	release chan struct{}
}

func newLocal[M any](channel string, key func(M) string, good func(M) bool) local[M] {
	return local[M]{channel: channel, key: key, good: good, keys: map[string]bool{}, release: make(chan struct{})}
}

// Next says how the next messages are treated, one answer for each; after them all are taken.
func (c *local[M]) Next(answers ...Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.plan = append(c.plan, answers...)
}

// Release lets go what is held now.
func (c *local[M]) Release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.release)
	c.release = make(chan struct{})
}

// Tries is how often something was sent, taken or not.
func (c *local[M]) Tries() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tries
}

func (c *local[M]) all() []M {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.taken)
}

// Send implements SMS and Mail. A message whose key was taken before is not taken again, as a good carrier does.
func (c *local[M]) Send(ctx context.Context, m M) (Outcome, error) {
	if !c.good(m) {
		return Refused, c.fail("prepare", BadMessage, nil)
	}
	if err := ctx.Err(); err != nil {
		what, is := cause(err)
		return SurelyNotSent, c.fail("connect", what, is)
	}
	answer, release := c.begin()
	if answer == Hold {
		answer = Take
		select {
		case <-release:
		case <-ctx.Done():
			answer = TakeSilent
		}
	}
	if answer == Take || answer == TakeSilent {
		c.take(m)
	}
	switch answer {
	case Take:
		return Done, nil
	case Refuse:
		return Refused, c.fail("send", Answered, nil)
	case NotNow:
		return SurelyNotSent, c.fail("connect", NoConnection, nil)
	default:
		return Unknown, c.fail("send", Late, context.Cause(ctx))
	}
}

func (c *local[M]) begin() (Answer, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tries++
	answer := Take
	if len(c.plan) > 0 {
		answer, c.plan = c.plan[0], c.plan[1:]
	}
	return answer, c.release
}

func (c *local[M]) take(m M) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.keys[c.key(m)] {
		c.keys[c.key(m)] = true
		c.taken = append(c.taken, m)
	}
}

func (c *local[M]) fail(step string, what What, is error) error {
	return &Error{Channel: c.channel, Step: step, What: what, is: is}
}

// LocalSMS is a carrier in memory, for tests.
type LocalSMS struct{ local[Text] }

// NewLocalSMS makes a carrier that takes everything until told otherwise.
func NewLocalSMS() *LocalSMS {
	return &LocalSMS{newLocal("sms", func(t Text) string { return t.Key }, func(t Text) bool {
		return t.To != "" && t.Body != "" && ValidKey(t.Key)
	})}
}

// Texts are the texts taken so far, oldest first.
func (s *LocalSMS) Texts() []Text { return s.all() }

// Last is the newest text taken for a phone.
func (s *LocalSMS) Last(to mask.Phone) (Text, bool) {
	for _, t := range slices.Backward(s.all()) {
		if t.To == to {
			return t, true
		}
	}
	return Text{}, false
}

// LocalMail is a mail server in memory, for tests.
type LocalMail struct{ local[Letter] }

// NewLocalMail makes a mail server that takes everything until told otherwise.
func NewLocalMail() *LocalMail {
	return &LocalMail{newLocal("mail", func(l Letter) string { return l.Key }, func(l Letter) bool {
		return l.To != "" && l.Text != "" && ValidKey(l.Key)
	})}
}

// Letters are the letters taken so far, oldest first.
func (m *LocalMail) Letters() []Letter { return m.all() }

// Last is the newest letter taken for an address.
func (m *LocalMail) Last(to mask.Mail) (Letter, bool) {
	for _, l := range slices.Backward(m.all()) {
		if l.To == to {
			return l, true
		}
	}
	return Letter{}, false
}
