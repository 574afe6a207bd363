package gateway

import (
	"context"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	_ SMS  = (*LocalSMS)(nil)
	_ SMS  = (*HTTPSMS)(nil)
	_ Mail = (*LocalMail)(nil)
	_ Mail = (*SMTPMail)(nil)
)

func TestLocalAnswers(t *testing.T) {
	t.Parallel()
	for answer, want := range map[Answer]struct {
		outcome Outcome
		taken   int
	}{
		Take: {Done, 1}, Refuse: {Refused, 0}, NotNow: {SurelyNotSent, 0}, TakeSilent: {Unknown, 1}, DropSilent: {Unknown, 0},
	} {
		c := NewLocalSMS()
		c.Next(answer)
		outcome, err := c.Send(t.Context(), testText)
		checkTold(t, outcome, err, testPhone)
		if outcome != want.outcome || len(c.Texts()) != want.taken {
			t.Errorf("answer %d: %v and %d taken, want %v and %d", answer, outcome, len(c.Texts()), want.outcome, want.taken)
		}
		if outcome, err = c.Send(t.Context(), testText); outcome != Done {
			t.Errorf("answer %d, sent again: %v (%v)", answer, outcome, err)
		}
		if len(c.Texts()) != 1 || c.Tries() != 2 {
			t.Errorf("answer %d, sent again with the same key: %d taken in %d tries", answer, len(c.Texts()), c.Tries())
		}
	}
}

func TestLocalHold(t *testing.T) {
	t.Parallel()
	c := NewLocalMail()
	c.Next(Hold)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if outcome, err := c.Send(ctx, testLetter); outcome != SurelyNotSent {
		t.Errorf("given up before: %v (%v)", outcome, err)
	}
	done := make(chan Outcome)
	go func() { outcome, _ := c.Send(t.Context(), testLetter); done <- outcome }()
	for c.Tries() == 0 {
		c.Release() // before the letter is held this releases nothing
	}
	c.Release()
	if outcome := <-done; outcome != Done || len(c.Letters()) != 1 {
		t.Errorf("released: %v, %d letters", outcome, len(c.Letters()))
	}
	got, found := c.Last(testLetter.To)
	if diff := cmp.Diff(testLetter.Subject, got.Subject); diff != "" || !found {
		t.Error(diff, found)
	}
	if _, found := c.Last("nobody@example.jp"); found {
		t.Error("a letter nobody sent")
	}
}

func TestLocalHoldGivenUp(t *testing.T) {
	t.Parallel()
	c := NewLocalSMS()
	c.Next(Hold)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan Outcome)
	go func() { outcome, _ := c.Send(ctx, testText); done <- outcome }()
	for c.Tries() == 0 {
		runtime.Gosched()
	}
	cancel()
	if outcome := <-done; outcome != Unknown || len(c.Texts()) != 1 {
		t.Errorf("given up while held: %v, %d taken", outcome, len(c.Texts()))
	}
}

func TestOutcomeString(t *testing.T) {
	t.Parallel()
	var zero Outcome
	if zero != Unknown {
		t.Error("the zero outcome must be the careful one")
	}
	for outcome, want := range map[Outcome]string{Unknown: "unknown", Done: "done", Refused: "refused", SurelyNotSent: "not_sent", 99: "unknown"} {
		if outcome.String() != want {
			t.Errorf("%d: %q, want %q", outcome, outcome, want)
		}
	}
}
