package browser

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// quiet is how long nothing must happen before a page counts as at rest. A click that leads somewhere begins to do so
// within a few milliseconds.
const quiet = 200 * time.Millisecond

// Request is one request that a page made. A redirect makes one for each address.
type Request struct {
	Method string
	URL    string
	Kind   string // Document, Stylesheet, Script, Image, Fetch, …
	Status int    // of the answer; 0 if there was none
	Bytes  int    // that came over the network, headers included; 0 if it came from the cache
	Failed string // why there was no answer

	frame, loader string // the frame that asked, and which of its documents for
}

// record is what has happened on a page. The browser's events arrive on a goroutine of chromedp.
type record struct {
	mu       sync.Mutex
	requests []*Request
	open     map[network.RequestID]*Request
	loading  map[string]bool // frames
	errors   []string
	changed  chan struct{} // closed and renewed with each event
	sent     chan struct{} // closed and renewed with each request
}

func newRecord() *record {
	return &record{open: map[network.RequestID]*Request{}, loading: map[string]bool{}, changed: make(chan struct{}), sent: make(chan struct{})}
}

// see takes down one event.
func (r *record) see(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		r.begin(e)
	case *network.EventResponseReceived:
		if q := r.open[e.RequestID]; q != nil {
			q.Status = int(e.Response.Status)
		}
	case *network.EventLoadingFinished:
		if q := r.open[e.RequestID]; q != nil {
			q.Bytes = int(e.EncodedDataLength)
			delete(r.open, e.RequestID)
		}
	case *network.EventLoadingFailed:
		if q := r.open[e.RequestID]; q != nil {
			q.Failed = e.ErrorText
			delete(r.open, e.RequestID)
		}
	case *page.EventFrameStartedLoading:
		r.loading[string(e.FrameID)] = true
	case *page.EventFrameStoppedLoading:
		delete(r.loading, string(e.FrameID))
	case *page.EventFrameDetached:
		delete(r.loading, string(e.FrameID))
	case *page.EventFrameRequestedNavigation:
		if e.Disposition == page.ClientNavigationDispositionCurrentTab {
			r.loading[string(e.FrameID)] = true // on its way, though nothing has been sent yet
		}
	case *page.EventNavigatedWithinDocument:
		delete(r.loading, string(e.FrameID))
	case *page.EventFrameNavigated:
		r.leave(string(e.Frame.ID), string(e.Frame.LoaderID))
	case *runtime.EventExceptionThrown, *runtime.EventConsoleAPICalled, *log.EventEntryAdded:
		r.complain(e)
	default:
		return
	}
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *record) begin(e *network.EventRequestWillBeSent) {
	if before := r.open[e.RequestID]; before != nil && e.RedirectResponse != nil {
		before.Status = int(e.RedirectResponse.Status)
		before.Bytes = int(e.RedirectResponse.EncodedDataLength)
	}
	q := &Request{
		Method: e.Request.Method, URL: e.Request.URL, Kind: string(e.Type), frame: string(e.FrameID), loader: string(e.LoaderID),
	}
	r.requests = append(r.requests, q)
	close(r.sent)
	r.sent = make(chan struct{})
	if !strings.HasPrefix(q.URL, "data:") {
		r.open[e.RequestID] = q
	}
}

// leave gives up what a frame's earlier documents still had open when the next one took their place. The browser does not
// always tell how such requests ended.
func (r *record) leave(frame, loader string) {
	for id, q := range r.open {
		if q.frame == frame && q.loader != loader {
			q.Failed = "its page was left"
			delete(r.open, id)
		}
	}
}

// complain keeps errors of scripts, of the console, and of the browser itself, such as a style that the page's security
// policy forbids. What the network says stands in the requests.
func (r *record) complain(event any) {
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		r.errors = append(r.errors, text)
	case *runtime.EventConsoleAPICalled:
		if e.Type != runtime.ConsoleAPICalledTypeError && e.Type != runtime.ConsoleAPICalledTypeAssert {
			return
		}
		var words []string
		for _, arg := range e.Args {
			words = append(words, strings.Trim(string(arg.Value), `"`)+arg.Description)
		}
		r.errors = append(r.errors, strings.Join(words, " "))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			r.errors = append(r.errors, e.Entry.Text)
		}
	}
}

// next is closed when the next request is sent.
func (r *record) next() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sent
}

// rest waits until no request is open, no frame is loading, and nothing has happened for a moment.
func (r *record) rest(ctx context.Context) error {
	timer := time.NewTimer(quiet)
	defer timer.Stop()
	for {
		r.mu.Lock()
		changed, busy := r.changed, r.busy()
		r.mu.Unlock()
		timer.Reset(quiet)
		elapsed := timer.C
		if len(busy) > 0 {
			elapsed = nil
		}
		select {
		case <-changed:
		case <-elapsed:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("the page does not come to rest: %s: %w", strings.Join(busy, ", "), ctx.Err())
		}
	}
}

func (r *record) busy() []string {
	var out []string
	for _, q := range r.open {
		// The icon in the tab is the browser's own affair: it does not always tell how that ended.
		if q.Kind != string(network.ResourceTypeOther) {
			out = append(out, q.Method+" "+q.URL)
		}
	}
	for range r.loading {
		out = append(out, "a frame is loading")
	}
	slices.Sort(out)
	return out
}

// Requests are all requests since the page was opened, or since Forget.
func (p *Page) Requests() []Request {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	out := make([]Request, len(p.log.requests))
	for i, q := range p.log.requests {
		out[i] = *q
	}
	return out
}

// Sent are the requests of one method to one path, such as "POST", "/pay".
func (p *Page) Sent(method, path string) []Request {
	var out []Request
	for _, q := range p.Requests() {
		if u, err := url.Parse(q.URL); err == nil && u.Path == path && q.Method == method {
			out = append(out, q)
		}
	}
	return out
}

// Forget empties the list of requests and of errors, so that what follows can be looked at by itself.
func (p *Page) Forget() {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	p.log.requests, p.log.errors = nil, nil
}

// Strangers are the requests that went to another origin than the given ones, such as "http://127.0.0.1:8080". What a page
// carries in itself (data:, blob:, about:) goes nowhere.
func (p *Page) Strangers(origins ...string) []Request {
	var out []Request
	for _, q := range p.Requests() {
		u, err := url.Parse(q.URL)
		if err == nil && (u.Host == "" || slices.Contains(origins, u.Scheme+"://"+u.Host)) {
			continue
		}
		out = append(out, q)
	}
	return out
}

// Weight is the number of bytes that came over the network, headers included.
func (p *Page) Weight() int {
	sum := 0
	for _, q := range p.Requests() {
		sum += q.Bytes
	}
	return sum
}

// Errors are what the console shows in red: errors of scripts, console.error, breaches of the security policy. An answer with
// an error status is none of these; see Requests.
func (p *Page) Errors() []string {
	p.log.mu.Lock()
	defer p.log.mu.Unlock()
	return slices.Clone(p.log.errors)
}
