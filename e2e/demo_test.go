package e2e_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// tokyo is where the demonstration's days begin and end.
var tokyo = time.FixedZone("JST", 9*60*60)

// opening is when every demonstration of these tests begins: the morning of Wednesday, 10 June 2026.
var opening = time.Date(2026, 6, 10, 10, 0, 0, 0, tokyo)

// patience bounds what the service does by itself within moments: closing a month, reading a file, giving back.
const patience = 2 * time.Minute

// demo is one running demonstration.
type demo struct {
	dir    string
	stage  string // origin of the shop, the telephone, the till, the clock and the trouble panel
	public string // origin of the service
	key    string // the shop's
	shop   string // the shop's merchant id
}

var anAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// openDemo starts a demonstration on free ports. It ends with the test. The terms, each a name and a value, hold from the
// opening day on.
func openDemo(t *testing.T, terms ...[2]string) *demo {
	t.Helper()
	d := &demo{dir: t.TempDir()}
	d.prepare(t, terms)
	command := exec.Command(binary, "demo", "--addr", "127.0.0.1:0", "--data", d.dir)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.end(t, command) })
	var addresses []string
	lines := bufio.NewScanner(out)
	for len(addresses) < 3 && lines.Scan() { // the start, the shop, the service
		addresses = append(addresses, anAddress.FindAllString(lines.Text(), -1)...)
	}
	if len(addresses) < 3 {
		t.Fatalf("the demonstration does not say where it is: %v", lines.Err())
	}
	d.stage, d.public = addresses[0], addresses[2]
	go func() { _, _ = io.Copy(io.Discard, out) }()
	var contract struct{ Merchant, Key string }
	text, err := os.ReadFile(filepath.Join(d.dir, "merchant.json"))
	if err == nil {
		err = json.Unmarshal(text, &contract)
	}
	if err != nil || contract.Key == "" {
		t.Fatalf("the shop has no key: %v", err)
	}
	d.shop, d.key = contract.Merchant, contract.Key
	return d
}

// prepare makes a demonstration's folder in which it is the opening day. All these tests' members come from one
// network, so the bound on codes asked for from one network is raised, as an operator would, before that day.
func (d *demo) prepare(t *testing.T, terms [][2]string) {
	t.Helper()
	d.must(t, "secrets", "create", filepath.Join(d.dir, "secrets"))
	d.setClock(t, opening.AddDate(0, 0, -3))
	for _, term := range append(terms, [2]string{"member.code.network_max", "1000"}) {
		args := append([]string{"term", "set"}, d.database()...)
		d.must(t, append(args, "--from", opening.Format(time.DateOnly), term[0], term[1])...)
	}
	d.setClock(t, opening)
}

func (d *demo) end(t *testing.T, command *exec.Cmd) {
	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	late := time.AfterFunc(patience, func() { _ = command.Process.Kill() })
	defer late.Stop()
	if err := command.Wait(); err != nil {
		t.Errorf("the demonstration ended with %v", err)
	}
	text, err := os.ReadFile(filepath.Join(d.dir, "server.log"))
	if err != nil {
		t.Error(err)
	}
	for line := range strings.Lines(string(text)) {
		if t.Failed() && strings.Contains(line, "level=WARN") {
			t.Logf("the server's log: %s", line) // what was tried again may be why something came late
		}
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, `"level":"ERROR"`) {
			t.Errorf("the server's log: %s", line)
		}
	}
}

// database are the flags that every command on the demonstration's database needs.
func (d *demo) database() []string {
	return []string{
		"--db", "sqlite:" + filepath.Join(d.dir, "tsuke.db"), "--secrets", filepath.Join(d.dir, "secrets"),
		"--clock-file", filepath.Join(d.dir, "clock"),
	}
}

func (d *demo) must(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), binary, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("tsuke %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

// verify has the product prove its books.
func (d *demo) verify(t *testing.T) {
	t.Helper()
	if said := d.must(t, append([]string{"verify"}, d.database()...)...); !strings.HasPrefix(said, "OK") {
		t.Errorf("the books: %s", said)
	}
}

// moveClock moves the demonstration's clock, and comes back when the server goes by it: processes read the file anew only
// after a while. What the server thinks the time is, a new checkout tells.
func (d *demo) moveClock(t *testing.T, to time.Time) {
	t.Helper()
	d.setClock(t, to)
	until(t, "the clock", func() bool {
		return !d.ask(t, fmt.Sprintf("clock-%d", numbers.Add(1)), 1_000).Created.Before(to)
	})
}

// setClock writes the file that the demonstration's processes take their offset from.
func (d *demo) setClock(t *testing.T, to time.Time) {
	t.Helper()
	path := filepath.Join(d.dir, "clock")
	err := os.WriteFile(path+".new", []byte(time.Until(to).String()+"\n"), 0o600)
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (d *demo) now(t *testing.T) time.Time {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(d.dir, "clock"))
	if err != nil {
		t.Fatal(err)
	}
	by, err := time.ParseDuration(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return time.Now().Add(by)
}

// until looks again and again until something has become true.
func until(t *testing.T, what string, true func() bool) {
	t.Helper()
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for end := time.Now().Add(patience); !true(); {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, patience)
		}
		select {
		case <-again.C:
		case <-t.Context().Done():
			t.Fatal(what, t.Context().Err())
		}
	}
}

var caller = &http.Client{Timeout: time.Minute}

// payment is one order's money as the API tells it.
type payment struct {
	ID        string `json:"id"`
	Reference string `json:"reference"`
	State     string `json:"state"`
	Amount    int64  `json:"amount"`
	Captured  int64  `json:"captured"`
	Refunded  int64  `json:"refunded"`
}

// standing tells whether the payment takes money from the member now.
func (p payment) standing() bool {
	switch p.State {
	case "declined", "voided", "expired", "refunded":
		return false
	default:
		return true
	}
}

// session is a checkout as the API tells it.
type session struct {
	ID       string    `json:"id"`
	URL      string    `json:"url"`
	State    string    `json:"state"`
	OrderRef string    `json:"order_ref"`
	Amount   int64     `json:"amount"`
	Created  time.Time `json:"created_at"`
	Payment  *payment  `json:"payment"`
}

var keys atomic.Int64

// call is one call of the API with the shop's key; body is nil for a look.
func (d *demo) call(t *testing.T, path string, body, into any) (status int) {
	t.Helper()
	method, content := http.MethodGet, io.Reader(nil)
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		method, content = http.MethodPost, bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, d.public+path, content)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+d.key)
	req.Header.Set("Content-Type", "application/json")
	if body != nil {
		req.Header.Set("Idempotency-Key", fmt.Sprintf("e2e-%016d", keys.Add(1)))
	}
	resp, err := caller.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err == nil && into != nil && resp.StatusCode < 300 {
		err = json.Unmarshal(text, into)
	}
	if err != nil || resp.StatusCode >= 300 && into == nil {
		t.Fatalf("%s %s: %s: %v\n%s", method, path, resp.Status, err, text)
	}
	return resp.StatusCode
}

// payments are all payments that an order has had.
func (d *demo) payments(t *testing.T, ref string) []payment {
	t.Helper()
	var list struct{ Data []payment }
	d.call(t, "/v1/payments?order_ref="+url.QueryEscape(ref), nil, &list)
	return list.Data
}

// charged asks the API in both ways what an order costs the member, and the books whether they agree. want is the state in
// which the one payment stands, or empty if none may stand.
func (d *demo) charged(t *testing.T, ref, want string) payment {
	t.Helper()
	var standing []payment
	for _, p := range d.payments(t, ref) {
		if p.standing() {
			standing = append(standing, p)
		}
	}
	var now payment
	status := d.call(t, "/v1/orders/"+url.PathEscape(ref)+"/payment", nil, &now)
	switch {
	case want == "" && (len(standing) > 0 || now.standing() && status == http.StatusOK):
		t.Errorf("order %s is charged: %v", ref, standing)
	case want != "" && (len(standing) != 1 || status != http.StatusOK || now.ID != standing[0].ID || now.State != want):
		t.Errorf("order %s: %v, and %d %v as its payment; want one, %s", ref, standing, status, now, want)
	}
	d.verify(t)
	return now
}

// sessionAt asks for the checkout whose page has this address.
func (d *demo) sessionAt(t *testing.T, address string) session {
	t.Helper()
	below, ok := strings.CutPrefix(address, d.public+"/pay/")
	if !ok {
		t.Fatalf("%s is no page of a checkout", address)
	}
	id, _, _ := strings.Cut(strings.SplitN(below, "?", 2)[0], "/")
	var s session
	if status := d.call(t, "/v1/checkout-sessions/"+id, nil, &s); status != http.StatusOK {
		t.Fatalf("checkout %s: %d", id, status)
	}
	return s
}
