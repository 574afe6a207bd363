package till

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tsuke/internal/gateway/numberfile"
	"tsuke/internal/jst"
	"tsuke/internal/kiosk"
	"tsuke/internal/money"
)

const (
	phoneNumber  = "090-1234-5678"
	firstNumber  = kiosk.ReceiptNumber("79927398713")
	secondNumber = kiosk.ReceiptNumber("00000000018")
)

// begins is a record that begins a number.
func begins(t *testing.T, n kiosk.ReceiptNumber, yen money.Yen) numberfile.Record {
	t.Helper()
	last, err := jst.ParseDay("2026-10-31")
	if err != nil {
		t.Fatal(err)
	}
	return numberfile.Record{
		Number: n, Digits: digits(t, "0000000070"+string(n), last.String(), int64(yen), false), Confirmation: "09012345678",
		Slip: "00" + kiosk.SlipNumber(n), Amount: yen, Last: last, Code: "0412", Product: "Tsuke 2026年6月分", Payer: "山田 花子",
	}
}

// numbers writes the next file of numbers as the product does.
func (c *counter) numbers(serial int, records ...numberfile.Record) {
	c.t.Helper()
	made := jst.DayOf(c.hand.Now())
	c.numbersFile(serial, numberfile.File{Serial: serial, Made: made, Issuer: "912345", Client: "00000", Records: records})
}

func (c *counter) numbersFile(serial int, f numberfile.File) {
	c.t.Helper()
	if err := os.MkdirAll(Numbers(c.dir), 0o700); err != nil {
		c.t.Fatal(err)
	}
	var text strings.Builder
	if err := numberfile.Write(&text, f); err != nil {
		c.t.Fatal(err)
	}
	name := filepath.Join(Numbers(c.dir), "numbers-0000000"+string(rune('0'+serial))+".csv")
	if err := os.WriteFile(name, []byte(text.String()), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// wrong makes sure that the terminal says no.
func (c *counter) wrong(number, phone string, want error) {
	c.t.Helper()
	if _, err := c.till.scanNumber(Stores()[0].Code, number, phone); !errors.Is(err, want) {
		c.t.Errorf("%s with %s: %v, want %v", number, phone, err, want)
	}
}

// TestPayByNumber: number and phone number lead to the bill, and the agent tells of it as of a barcode (rule B34).
func TestPayByNumber(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.wrong("7992-7398-713", phoneNumber, errUnknown) // the agent was not told (rule B33)
	c.numbers(1, begins(t, firstNumber, 8_709))
	c.wrong("7992-7398-714", phoneNumber, errNumber)
	c.wrong("", phoneNumber, errNumber)
	c.wrong("7992-7398-713", "090-1234-5679", errUnknown)
	c.wrong("7992-7398-713", "", errUnknown)
	c.wrong(string(secondNumber), phoneNumber, errUnknown)
	n, err := c.till.scanNumber(Stores()[0].Code, "７９９２-7398 713", phoneNumber)
	if err != nil {
		t.Fatal(err)
	}
	mem := c.till.look()
	if slip := mem.slip(n); slip.Amount() != 8_709 || slip.Due().String() != "2026-10-31" {
		t.Errorf("%+v", slip)
	}
	if err := c.till.pay(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if got := string(c.file("notice-0001.csv")); !strings.Contains(got, "EAN"+begins(t, firstNumber, 8_709).Digits) {
		t.Errorf("the agent tells\n%s", got)
	}
	c.wrong(string(firstNumber), phoneNumber, errPaid)
	if err := c.till.cancel(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if _, err := c.till.scanNumber(Stores()[1].Code, "00"+string(firstNumber), ""); err != nil { // the slip number needs no phone
		t.Error(err)
	}
}

// TestNumberEnds: replaced or over.
func TestNumberEnds(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	first := begins(t, firstNumber, 8_709)
	c.numbers(1, first)
	c.numbers(2, begins(t, secondNumber, 8_809), numberfile.Record{Ends: true, Number: first.Number, Digits: first.Digits})
	c.wrong(string(firstNumber), phoneNumber, errEnded)
	if _, err := c.till.scanNumber(Stores()[0].Code, string(secondNumber), phoneNumber); err != nil {
		t.Error(err)
	}
	c.hand.Set(time.Date(2026, 10, 31, 15, 0, 0, 0, time.UTC)) // midnight in Japan
	c.wrong(string(secondNumber), phoneNumber, errEnded)
	c.open() // what was taken is kept
	if got := c.till.look().Taken; got != 2 {
		t.Errorf("%d files were taken", got)
	}
}

// TestNumbersInOrder: a file that is missing, or wrong, holds up those after it, and the page says so.
func TestNumbersInOrder(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.numbers(2, begins(t, secondNumber, 8_809))
	c.wrong(string(secondNumber), phoneNumber, errUnknown)
	c.numbersFile(1, numberfile.File{Serial: 7, Made: jst.DayOf(c.hand.Now()), Issuer: "912345", Client: "00000"})
	c.wrong(string(secondNumber), phoneNumber, errUnknown)
	page := func(method, path string, form url.Values) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		c.till.Handler().ServeHTTP(w, r)
		return w
	}
	if w := page(http.MethodGet, "/till", nil); !strings.Contains(w.Body.String(), "次のファイルは受け取れません") {
		t.Errorf("the page says nothing:\n%s", w.Body)
	}
	c.numbers(1, begins(t, firstNumber, 8_709))
	if w := page(http.MethodPost, "/till/numbers", nil); w.Code != http.StatusSeeOther || c.fetched != 1 {
		t.Errorf("asked %d times: %d", c.fetched, w.Code)
	}
	if w := page(http.MethodGet, "/till", nil); !strings.Contains(w.Body.String(), "支払える番号: 2件") {
		t.Errorf("the page does not count:\n%s", w.Body)
	}
	w := page(http.MethodPost, "/till/number", url.Values{"store": {Stores()[0].Code}, "number": {"1"}, "phone": {phoneNumber}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "番号が違います") {
		t.Errorf("%d:\n%s", w.Code, w.Body)
	}
	w = page(http.MethodPost, "/till/number", url.Values{"store": {Stores()[0].Code}, "number": {string(firstNumber)}, "phone": {phoneNumber}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/till/slips/1" {
		t.Errorf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := page(http.MethodGet, "/till/number", nil); w.Header().Get("Location") != "/till" {
		t.Errorf("reloaded: %d", w.Code)
	}
	c.refuse = errors.New("no disk")
	if w := page(http.MethodPost, "/till/numbers", nil); w.Code != http.StatusInternalServerError {
		t.Errorf("%d", w.Code)
	}
}
