package notice_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/notice"
)

// TestOutcomes plays carriers that do not say yes at once (rules N05 and N06).
func TestOutcomes(t *testing.T) {
	t.Parallel()
	lost, notSent, refused, done := notice.Lost, notice.NotSent, notice.Refused, notice.Done
	nine := func(last, rest notice.Outcome) []notice.Outcome {
		return append(slices.Repeat([]notice.Outcome{rest}, 8), last)
	}
	tests := []struct {
		name    string
		answers []notice.Outcome
		want    notice.State
		tries   int
	}{
		{"taken", []notice.Outcome{done}, notice.Sent, 1},
		{"refused: no retry", []notice.Outcome{refused}, notice.Rejected, 1},
		{"not reached, then taken", []notice.Outcome{notSent, notSent, done}, notice.Sent, 3},
		{"answer lost, then taken", []notice.Outcome{lost, done}, notice.Sent, 2},
		{"answer lost, then refused: the carrier knows that it has none", []notice.Outcome{lost, refused}, notice.Rejected, 2},
		{"never reached", nine(notSent, notSent), notice.Dead, 9},
		{"always lost", nine(lost, lost), notice.Unknown, 9},
		{"lost once, never reached again: it may have arrived", append([]notice.Outcome{lost}, slices.Repeat([]notice.Outcome{notSent}, 8)...), notice.Unknown, 9},
		{"taken at the last try", nine(done, notSent), notice.Sent, 9},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			m := h.settled(taro, "ja")
			h.buy(m, "A", 8500)
			h.answers = test.answers
			h.run()
			for range 30 { // hours
				h.clock.Advance(time.Hour)
				h.work()
			}
			got := h.messages(m)[0]
			if got.State != test.want || got.Tries != test.tries || len(h.sent) != len(test.answers) {
				t.Errorf("%s after %d tries, %d sends; want %s after %d", got.State, got.Tries, len(h.sent), test.want, test.tries)
			}
			for _, s := range h.sent {
				if s.Key != got.ID.String() || s.Body != h.sent[0].Body {
					t.Errorf("a try with key %q and another text", s.Key)
				}
			}
		})
	}
}

// TestLostIsSeenAtOnce shows an answer that was lost before the message is tried again.
func TestLostIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.settled(taro, "ja")
	h.buy(m, "A", 8500)
	h.answers = []notice.Outcome{notice.Lost}
	h.run()
	if got := h.messages(m)[0]; got.State != notice.Unknown || got.Tries != 1 {
		t.Errorf("%s after %d tries", got.State, got.Tries)
	}
}

// TestTextPutOff lets the tries of a text run into the evening: it goes on in the next hours, and not for ever (rule N07).
func TestTextPutOff(t *testing.T) {
	t.Parallel()
	h, m, _ := owing(t)
	h.at("2026-07-13", "19:30") // a Monday
	h.markPastDue()
	h.follow()
	h.answers = slices.Repeat([]notice.Outcome{notice.NotSent}, 100)
	seen := 0
	for range 24 * 14 { // hours
		h.work()
		for _, s := range h.sent[seen:] {
			if at := h.clock.Now().Add(9 * time.Hour); s.Medium == notice.BySMS && (at.Hour() < 9 || at.Hour() >= 20 || at.Weekday() == time.Saturday || at.Weekday() == time.Sunday) {
				t.Errorf("a text at %s", at.Format("Mon 15:04"))
			}
		}
		seen = len(h.sent)
		h.clock.Advance(time.Hour)
	}
	for _, msg := range h.messages(m) {
		if msg.Medium == notice.BySMS && msg.State != notice.Dead {
			t.Errorf("the text is %s after two weeks", msg.State)
		}
	}
}

// TestLanguage words a message in the language that its member has when it is sent, and shows it so afterwards (rule N09).
func TestLanguage(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.settled(taro, "ja")
	h.buy(m, "A", 8500)
	h.follow()
	setLang := func(lang string) {
		h.write(func(tx *db.Tx) error { return h.members.SetLang(tx, m, lang) })
	}
	setLang("en")
	h.work()
	setLang("ja")
	const want = "¥8,500 · Midori Goods · due Fri 10 Jul 2026"
	if got := h.sent[0]; got.Lang != "en" || got.Subject != want || got.To != mailbox || !strings.Contains(got.Body, "Reference number: ") {
		t.Errorf("sent %+v", got)
	}
	if got := h.messages(m)[0].Head; got != want {
		t.Errorf("listed as %q", got)
	}
	if got := h.inbox(m, "ja")[0]; got != "8,500円・みどり雑貨オンライン・7月10日(金)まで" {
		t.Errorf("inbox: %q", got)
	}
}

// TestNumberless takes a member's number away, because it is somebody else's now: the member is told by mail, and a text
// that was waiting is shown as not delivered.
func TestNumberless(t *testing.T) {
	t.Parallel()
	h, m, _ := owing(t)
	h.at("2026-07-11", "01:00")
	h.markPastDue()
	h.run()
	h.at("2026-07-12", "10:00")
	if taker := h.register(taro, "ja"); taker == m || taker.IsZero() {
		t.Fatalf("the number is still %s's", taker)
	}
	h.at("2026-07-13", "09:00")
	h.run()
	got := map[string]notice.State{}
	for _, msg := range h.messages(m) {
		got[string(msg.Medium)+" "+string(msg.Kind)] = msg.State
	}
	want := map[string]notice.State{
		"mail registered": notice.Sent, "mail purchase": notice.Sent, "mail bill_issued": notice.Sent,
		"mail past_due": notice.Sent, "sms past_due": notice.Rejected, "mail number_passed_on": notice.Sent,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

// TestResend asks for copies (rule N10).
func TestResend(t *testing.T) {
	t.Parallel()
	h := open(t)
	m, other := h.settled(taro, "ja"), h.settled(hanako, "ja")
	h.buy(m, "A", 8500)
	h.follow()
	first := h.messages(m)[0]
	resend := func(who id.Member, which notice.MessageID) (notice.MessageID, error) {
		var out notice.MessageID
		err := h.db.Write(t.Context(), func(tx *db.Tx) (err error) {
			out, err = h.notices.Resend(tx, who, which)
			return err
		})
		return out, err
	}
	refused := func(what string, err error, want *fault.Kind) {
		if !fault.Is(err, want) {
			t.Errorf("%s: %v, want %s", what, err, want.Code)
		}
	}
	_, err := resend(m, first.ID)
	refused("not sent yet", err, notice.OnItsWay)
	h.work()
	_, err = resend(m, first.ID)
	refused("sent just now", err, notice.TooSoon)
	if e := fault.From(err); e.RetryAfterSeconds != 60 {
		t.Errorf("try again after %d s", e.RetryAfterSeconds)
	}
	h.clock.Advance(time.Minute)
	_, err = resend(other, first.ID)
	refused("another member's", err, notice.NoMessage)
	_, err = resend(m, notice.MessageID{Notice: first.ID.Notice, Medium: notice.BySMS, Copy: 1})
	refused("a medium it has not", err, notice.NoMessage)
	_, err = resend(m, notice.MessageID{Notice: first.ID.Notice, Medium: notice.ByMail, Copy: 7})
	refused("a copy that is not there", err, notice.NoMessage)
	keys := map[string]bool{h.sent[0].Key: true}
	for range notice.ResendMax.On(h.members.Terms.Current(), today(h)) - 1 {
		which, err := resend(m, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		h.work()
		last := h.sent[len(h.sent)-1]
		if last.Key != which.String() || keys[last.Key] || last.Subject != h.sent[0].Subject || last.Body != h.sent[0].Body {
			t.Errorf("copy %s: %+v", which, last)
		}
		keys[last.Key] = true
		h.clock.Advance(time.Minute)
	}
	_, err = resend(m, first.ID)
	refused("once more", err, notice.TooOften)
	again := 0
	for _, msg := range h.messages(m) {
		if msg.Again {
			again++
		}
	}
	if again != 1 { // the welcome's
		t.Errorf("%d messages can be sent again", again)
	}
}

// TestInbox reads, pages and marks.
func TestInbox(t *testing.T) {
	t.Parallel()
	h := open(t)
	m, other := h.settled(taro, "ja"), h.settled(hanako, "ja")
	for _, ref := range []string{"A", "B", "C", "D"} {
		h.buy(m, ref, 1000)
		h.clock.Advance(time.Minute)
	}
	h.buy(other, "E", 2000)
	h.run()
	var pages [][]notice.Line
	var messages []notice.Message
	h.read(func(tx *db.Tx) error {
		after, last := id.Notice{}, notice.MessageID{}
		for {
			page, err := h.notices.Inbox(tx, m, "en", after, 3)
			if err != nil || len(page) == 0 {
				break
			}
			pages = append(pages, page)
			after = page[len(page)-1].ID
		}
		for {
			page, err := h.notices.Messages(tx, m, "ja", last, 2)
			if err != nil || len(page) == 0 {
				return err
			}
			messages = append(messages, page...)
			last = page[len(page)-1].ID
		}
	})
	if len(pages) != 2 || len(pages[0]) != 3 || len(pages[1]) != 1 || len(messages) != 5 {
		t.Fatalf("%d pages, %d messages: %+v", len(pages), len(messages), pages)
	}
	newest, oldest := pages[0][0], pages[1][0]
	if !newest.At.After(oldest.At) || newest.About != notice.AboutPayment || !strings.HasPrefix(newest.Object, "pay_") || !newest.New {
		t.Errorf("newest %+v, oldest %+v", newest, oldest)
	}
	if p, err := id.Parse[id.PaymentKind](newest.Object); err != nil || id.ReferenceOf(p) != newest.Reference {
		t.Errorf("the reference %s is not that of %s", newest.Reference, newest.Object)
	}
	if got := messages[0]; got.To != "t••••@example.jp" || got.State != notice.Sent || got.Kind != notice.Purchase {
		t.Errorf("newest message %+v", got)
	}
	mark := func(who id.Member, upTo id.Notice) {
		h.write(func(tx *db.Tx) error { return h.notices.MarkRead(tx, who, upTo) })
	}
	mark(other, newest.ID)
	mark(m, pages[0][2].ID)
	if diff := cmp.Diff([]int{2, 1}, []int{h.unread(m), h.unread(other)}); diff != "" {
		t.Errorf("unread (-want +got):\n%s", diff)
	}
}

func (h *house) unread(m id.Member) int {
	h.t.Helper()
	n := 0
	h.read(func(tx *db.Tx) (err error) {
		n, err = h.notices.Unread(tx, m)
		return err
	})
	return n
}

// TestNothingPersonalIsStored looks for the member in all that this package keeps (rule N09).
func TestNothingPersonalIsStored(t *testing.T) {
	t.Parallel()
	h, m, st := owing(t)
	h.tell(st, billing.LinePrompt, 1)
	h.run()
	h.tell(st, billing.LineCancelled, 1)
	h.run()
	var kept []string
	h.read(func(tx *db.Tx) error {
		for _, text := range []string{
			`-- notice.testNotices
			SELECT kind || ' ' || data FROM notice`,
			`-- notice.testMessages
			SELECT medium || ' ' || state || ' ' || lang FROM message`,
			`-- notice.testJobs
			SELECT kind || ' ' || ref || ' ' || payload || ' ' || last_fault FROM job`,
		} {
			err := tx.Rows(text, nil, func(row db.Row) error {
				var s string
				err := row.Scan(&s)
				kept = append(kept, s)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if len(kept) < 10 {
		t.Fatalf("only %d rows of %s were looked at", len(kept), m)
	}
	for _, row := range kept {
		for _, personal := range []string{family, "太郎", "ヤマダ", street, mailbox, "12345678", "1990", "みどり"} {
			if strings.Contains(row, personal) {
				t.Errorf("%q stands in %q", personal, row)
			}
		}
	}
}
