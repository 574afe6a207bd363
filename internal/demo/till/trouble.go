package till

import (
	"context"
	"slices"
	"strconv"
	"time"

	"tsuke/internal/demo/trouble"
	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/money"
)

const (
	silence   = 24 * time.Hour
	tooLittle = 1_000 // yen that the agent's wrong amount is off by
)

// report tells of a payment for the first time, in the way that was armed for it.
func (t *Till) report(ctx context.Context, number int) error {
	kind, record, err := t.desk.Take(trouble.Agent, slipName(number))
	if err != nil {
		return err
	}
	way, armed := map[trouble.Kind]struct {
		step string
		do   func(context.Context, int) error
	}{
		trouble.AgentTwice:  {"step.agent_twice", t.reportTwice},
		trouble.AgentAmount: {"step.agent_amount", t.reportWrong},
		trouble.AgentCancel: {"step.agent_cancel", t.reportAndCancel},
		trouble.AgentSilent: {"step.agent_silent", t.reportLater},
	}[kind]
	if !armed {
		return t.tell(ctx, agentfile.Prompt, number)
	}
	t.desk.NoteFile(record, way.step, strconv.Itoa(tooLittle))
	return way.do(ctx, number)
}

// reportAndCancel takes the report back although the cash is in the till.
func (t *Till) reportAndCancel(ctx context.Context, number int) error {
	if err := t.tell(ctx, agentfile.Prompt, number); err != nil {
		return err
	}
	return t.tell(ctx, agentfile.Cancelled, number)
}

// reportLater begins a day's silence with this notice.
func (t *Till) reportLater(ctx context.Context, number int) error {
	err := t.change(func(m *memory) error {
		m.SilentUntil = t.clock.Now().Add(silence)
		return nil
	})
	if err != nil {
		return err
	}
	return t.tell(ctx, agentfile.Prompt, number)
}

func slipName(number int) string { return strconv.Itoa(number) }

// reportTwice sends a notice, the same file again, and its line twice in another file.
func (t *Till) reportTwice(ctx context.Context, number int) error {
	notice, err := t.write(agentfile.Prompt, number)
	if err != nil {
		return err
	}
	for range 2 {
		if err := t.deliver(ctx, notice.Number); err != nil {
			return err
		}
	}
	return t.tell(ctx, agentfile.Prompt, number, number)
}

// reportWrong tells another amount than was paid, now and with the final word.
func (t *Till) reportWrong(ctx context.Context, number int) error {
	err := t.change(func(m *memory) error {
		s := m.slip(number)
		s.Told = max(s.Amount()-money.Yen(tooLittle), 1)
		return nil
	})
	if err != nil {
		return err
	}
	return t.tell(ctx, agentfile.Prompt, number)
}

// Release sends what was kept back, once the agent's silence is over. The demo calls it when its clock has moved.
func (t *Till) Release(ctx context.Context) error {
	mem := t.look()
	if t.clock.Now().Before(mem.SilentUntil) {
		return nil
	}
	for _, n := range slices.Clone(mem.Notices) {
		if !n.Held {
			continue
		}
		if err := t.deliver(ctx, n.Number); err != nil {
			return err
		}
	}
	return nil
}
