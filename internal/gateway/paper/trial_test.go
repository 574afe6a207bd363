package paper_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"tsuke/internal/gateway/paper"
)

// What a trial lets through, a batch takes; what it refuses keeps no other card from being tried.
func TestTrial(t *testing.T) {
	t.Parallel()
	trial, err := paper.NewTrial(form())
	if err != nil {
		t.Fatal(err)
	}
	numbered := func(n int, change func(*paper.Card)) paper.Card {
		c := card(t)
		c.Reference, c.Slip = fmt.Sprintf("A%03d", n), slip(t, c.Total, n, false)
		if change != nil {
			change(&c)
		}
		return c
	}
	var right []paper.Card
	for n, row := range []struct {
		change   func(*paper.Card)
		field    paper.Field
		problem  paper.Problem
		refused  bool
		replaced int
	}{
		{},
		{change: func(c *paper.Card) { c.To.Name = strings.Repeat("名", 300) }, refused: true, field: paper.FieldName, problem: paper.TooLong},
		{change: func(c *paper.Card) { c.To.Name = "山田 ส" }, refused: true, field: paper.FieldName, problem: paper.Unprintable},
		{change: func(c *paper.Card) { c.To.Name = "葛\U000E0100城" }, refused: true, field: paper.FieldName, problem: paper.Unprintable},
		{change: func(c *paper.Card) { c.To.Lines[1] = "ส荘" }, replaced: 1},
		{change: func(c *paper.Card) { c.Slip = "" }, refused: true, field: paper.FieldSlip, problem: paper.Missing},
		{change: func(c *paper.Card) { c.Reference = "A000" }, refused: true, field: paper.FieldReference, problem: paper.Repeated},
		{change: func(c *paper.Card) { c.Slip = slip(t, c.Total, 0, false) }, refused: true, field: paper.FieldSlip, problem: paper.Repeated},
		{},
	} {
		c := numbered(n, row.change)
		replaced, err := trial.Card(c)
		e, refused := paper.Refused(err)
		if refused != row.refused || !refused && err != nil {
			t.Errorf("card %d: %v", n, err)
			continue
		}
		if refused {
			if e.Field != row.field || e.Problem != row.problem {
				t.Errorf("card %d: %v", n, e)
			}
			continue
		}
		if len(replaced) != row.replaced {
			t.Errorf("card %d: %d replaced, want %d", n, len(replaced), row.replaced)
		}
		for _, r := range replaced {
			if text := r.Reason(); !strings.Contains(text.JA, "住所") || !strings.Contains(text.EN, "address") || strings.ContainsRune(text.EN, 'ส') {
				t.Errorf("card %d: %q", n, text)
			}
		}
		right = append(right, c)
	}
	cards := func(yield func(paper.Card, error) bool) {
		for _, c := range right {
			if !yield(c, nil) {
				return
			}
		}
	}
	result, err := paper.Batch(form(), paper.Job{Name: "trial"}, cards, func(string) (io.WriteCloser, error) { return memory{&bytes.Buffer{}}, nil })
	if err != nil || len(result.Manifest.Entries) != 3 {
		t.Errorf("the batch: %v, %d cards", err, len(result.Manifest.Entries))
	}
}

type memory struct{ *bytes.Buffer }

func (memory) Close() error { return nil }

func TestTrialRefusesTheForm(t *testing.T) {
	t.Parallel()
	f := form()
	f.From.Name = ""
	_, err := paper.NewTrial(f)
	if _, refused := paper.Refused(err); err == nil || refused {
		t.Errorf("a form without a sender: %v", err)
	}
}
