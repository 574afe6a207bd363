package history

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// Model says what attempts would have been told, one after the other.
type Model struct {
	name string
	// take chooses the attempts that the model is about.
	take func([]Attempt) []Attempt
	// part is what an attempt is about: only attempts of one part meet each other.
	part func(Attempt) string
	// step is the state after an attempt, and false if it would not have been told this.
	step func(state string, a Attempt) (string, bool)
}

// operations are what porcupine orders.
func (m Model) operations(all []Attempt) []porcupine.Operation {
	var out []porcupine.Operation
	for i, a := range m.take(all) {
		out = append(out, porcupine.Operation{ClientId: i, Input: a, Call: a.Call, Output: a.Answer, Return: a.Return})
	}
	return out
}

func (m Model) model() porcupine.Model {
	return porcupine.Model{
		Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
			at := map[string]int{}
			var parts [][]porcupine.Operation
			for _, op := range history {
				part := m.part(op.Input.(Attempt))
				i, seen := at[part]
				if !seen {
					i = len(parts)
					at[part] = i
					parts = append(parts, nil)
				}
				parts[i] = append(parts[i], op)
			}
			return parts
		},
		Init: func() any { return "" },
		Step: func(state, input, _ any) (bool, any) {
			next, ok := m.step(state.(string), input.(Attempt))
			return ok, next
		},
		DescribeOperation: func(input, _ any) string { return input.(Attempt).String() },
	}
}

// String is an attempt as a line of a story.
func (a Attempt) String() string {
	told := fmt.Sprintf("%d %s %s %s", a.Answer.Status, a.Answer.Payment, a.Answer.State, a.Answer.Decline)
	switch {
	case a.Answer.Told == Unknown:
		told = "nothing"
	case a.Answer.Told == Nothing:
		told = "not done"
	case a.Ask.Verb == Used:
		told = fmt.Sprintf("%d held, %d unpaid", a.Answer.Held, a.Answer.Unpaid)
	}
	if a.Answer.Replayed {
		told += " again"
	}
	until := fmt.Sprint(a.Return)
	if a.Return == never {
		until = "…"
	}
	return fmt.Sprintf("%d–%s %s [%s] is told %s", a.Call, until, a.Ask.meaning(), a.Key, told)
}
