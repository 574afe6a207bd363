package history

import (
	"fmt"
	"slices"
	"strings"
)

// Keys is the model of idempotency: the first answer of a key is its answer for ever, whatever comes under it is told the
// same, and nothing else is done under it (rules X03, X05, X08).
func Keys() Model {
	return Model{
		name: "keys",
		take: func(all []Attempt) []Attempt {
			return slices.DeleteFunc(slices.Clone(all), func(a Attempt) bool { return a.Key == "" || a.Answer.Told == Nothing })
		},
		part: func(a Attempt) string { return a.Key },
		step: stepKey,
	}
}

// stepKey: the state is empty while the key is free, then "meaning", and "meaning\nstatus body" once its answer is known.
func stepKey(state string, a Attempt) (string, bool) {
	meaning, answer, known := strings.Cut(state, "\n")
	free := state == ""
	told := fmt.Sprintf("%d %s", a.Answer.Status, a.Answer.Body)
	switch {
	case a.Ask.Verb == Find && a.Answer.State == "running": // begun, and perhaps already done
		return state, true
	case a.Ask.Verb == Find:
		return state, (a.Answer.State == "absent") == free
	case a.Answer.Told == Unknown && free:
		return a.Ask.meaning(), true
	case a.Answer.Told == Unknown:
		return state, true
	case a.reused():
		return state, !free && meaning != a.Ask.meaning()
	case free:
		return a.Ask.meaning() + "\n" + told, !a.Answer.Replayed
	case !known:
		return state + "\n" + told, a.Answer.Replayed && meaning == a.Ask.meaning()
	}
	return state, a.Answer.Replayed && meaning == a.Ask.meaning() && told == answer
}
