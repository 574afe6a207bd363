// Package lifecycle makes state machines out of tables.
//
// # The story
//
// The states an object can be in, and what moves it from one to the next, stand in one table per object:
// lifecycle.New(Move{From, On, To}, …). Nothing else in the program names a step. A test prints the whole grid, refusals
// included, and the same table draws the picture in the documents.
//
// An event that finds its object already where it would have brought it is told apart from one that may not happen:
// whoever sends the same event again is answered with the object, not with an error.
package lifecycle

import (
	"fmt"
	"slices"
	"strings"
)

// Move is one step: in state From, the event On brings the object to state To. From and To may be the same.
type Move[S, E ~string] struct {
	From S
	On   E
	To   S
}

// Verdict tells what an event means for an object in some state.
type Verdict int

// The verdicts.
const (
	Refused Verdict = iota // the table has no such step
	Moved                  // the object goes to the new state
	Already                // the event has happened before: the object is where it leads
)

// String is "refused", "moved" or "already".
func (v Verdict) String() string {
	switch v {
	case Moved:
		return "moved"
	case Already:
		return "already"
	case Refused:
		return "refused"
	}
	return fmt.Sprintf("verdict %d", int(v))
}

// Machine is a table of moves. It does not change and is safe for use by several goroutines.
type Machine[S, E ~string] struct {
	moves  []Move[S, E]
	steps  map[step[S, E]]S
	leads  map[step[S, E]]bool // {state, event}: the event leads to the state from some other
	states []S
	events []E
}

type step[S, E ~string] struct {
	state S
	event E
}

// New makes a machine. It panics if the table is empty, if a name is, or if one event leads to two states from the same
// one: tables are written by hand and checked when the program starts.
func New[S, E ~string](moves ...Move[S, E]) *Machine[S, E] {
	m := &Machine[S, E]{
		moves: slices.Clone(moves),
		steps: make(map[step[S, E]]S, len(moves)),
		leads: make(map[step[S, E]]bool, len(moves)),
	}
	if len(moves) == 0 {
		panic("lifecycle: a table without moves")
	}
	for _, move := range moves {
		if move.From == "" || move.On == "" || move.To == "" {
			panic(fmt.Sprintf("lifecycle: an empty name in %q on %q to %q", move.From, move.On, move.To))
		}
		at := step[S, E]{move.From, move.On}
		if to, twice := m.steps[at]; twice {
			panic(fmt.Sprintf("lifecycle: %q on %q leads to %q and to %q", move.From, move.On, to, move.To))
		}
		m.steps[at] = move.To
		m.leads[step[S, E]{move.To, move.On}] = true
		m.states = appendNew(m.states, move.From, move.To)
		m.events = appendNew(m.events, move.On)
	}
	return m
}

func appendNew[T comparable](list []T, items ...T) []T {
	for _, item := range items {
		if !slices.Contains(list, item) {
			list = append(list, item)
		}
	}
	return list
}

// Next tells what an event does to an object in a state: the state afterwards and the verdict. If the verdict is
// Already or Refused the state is the one it was. A state or event that the table does not know is Refused.
func (m *Machine[S, E]) Next(from S, on E) (S, Verdict) {
	at := step[S, E]{from, on}
	if to, ok := m.steps[at]; ok {
		return to, Moved
	}
	if m.leads[at] {
		return from, Already
	}
	return from, Refused
}

// Sources lists the states from which the event moves an object, in the order of the table: what a guarded update may
// name after WHERE state.
func (m *Machine[S, E]) Sources(on E) []S {
	var out []S
	for _, move := range m.moves {
		if move.On == on {
			out = append(out, move.From)
		}
	}
	return out
}

// States lists the states in the order in which the table first names them; the first is where an object begins.
func (m *Machine[S, E]) States() []S { return slices.Clone(m.states) }

// Events lists the events in the order in which the table first names them.
func (m *Machine[S, E]) Events() []E { return slices.Clone(m.events) }

// Final tells whether the table knows the state and no event leads out of it.
func (m *Machine[S, E]) Final(state S) bool {
	return slices.Contains(m.states, state) &&
		!slices.ContainsFunc(m.moves, func(move Move[S, E]) bool { return move.From == state && move.To != state })
}

// Grid is the whole truth as a Markdown table, states down and events across: the state that follows, "=" where the
// event has already happened, "·" where it is refused.
func (m *Machine[S, E]) Grid() string {
	rows := make([][]string, 0, len(m.states)+1)
	head := []string{""}
	for _, event := range m.events {
		head = append(head, string(event))
	}
	rows = append(rows, head)
	for _, state := range m.states {
		row := []string{string(state)}
		for _, event := range m.events {
			row = append(row, m.cell(state, event))
		}
		rows = append(rows, row)
	}
	return markdown(rows)
}

func (m *Machine[S, E]) cell(state S, event E) string {
	switch to, verdict := m.Next(state, event); verdict {
	case Moved:
		return string(to)
	case Already:
		return "="
	default:
		return "·"
	}
}

// markdown lays a table out in columns of equal width; its first row is the head.
func markdown(rows [][]string) string {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], len([]rune(cell)), 3)
		}
	}
	var b strings.Builder
	for n, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(&b, "| %-*s ", width[i], cell)
		}
		b.WriteString("|\n")
		if n > 0 {
			continue
		}
		for _, w := range width {
			b.WriteString("|" + strings.Repeat("-", w+2))
		}
		b.WriteString("|\n")
	}
	return b.String()
}

// Mermaid is the picture of the machine in Mermaid's notation, stateDiagram-v2. The table's first state is the entrance;
// states that nothing leads out of are exits.
func (m *Machine[S, E]) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	fmt.Fprintf(&b, "    [*] --> %s\n", m.states[0])
	for _, move := range m.moves {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", move.From, move.To, move.On)
	}
	for _, state := range m.states {
		if m.Final(state) {
			fmt.Fprintf(&b, "    %s --> [*]\n", state)
		}
	}
	return b.String()
}
