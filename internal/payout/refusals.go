package payout

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"tsuke/internal/money"
)

// refusalsMax is how many lines are read.
const refusalsMax = 10_000

// ReadRefusals reads what the bank refused, as it is entered from the bank's notices: a first line key,amount,reason and a line for
// each transfer, in CSV. Banks tell it each in their own way, on paper or on a page, so this form is ours. The key is the
// EDI information of the record; the amount that was sent proves that the right one was copied. All lines are right, or the
// fault LineWrong names the first that is not.
func ReadRefusals(r io.Reader) ([]Refusal, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = 3
	var all []Refusal
	seen := map[string]bool{}
	for n := 1; ; n++ {
		fields, err := in.Read()
		switch {
		case errors.Is(err, io.EOF) && n > 1:
			return all, nil
		case err != nil || n > refusalsMax:
			return nil, LineWrong.New().With("line", fmt.Sprint(n))
		case n == 1 && slices.Equal(fields, []string{"key", "amount", "reason"}):
			continue
		}
		l, wrong := ReadRefusal(n, fields[0], fields[1], fields[2])
		if wrong != nil || n == 1 || seen[l.Key] {
			return nil, LineWrong.New().With("line", fmt.Sprint(n))
		}
		seen[l.Key] = true
		all = append(all, l)
	}
}

// ReadRefusal reads one refusal. The faults are NoRecord for what is no key of ours, OtherAmount for what is no sum, and LineWrong for a
// reason that there is not.
func ReadRefusal(line int, key, amount, reason string) (Refusal, error) {
	l := Refusal{Line: line, Key: key, Reason: Reason(reason)}
	if _, ours := bucketIn(key); !ours {
		return l, NoRecord.New().With("line", fmt.Sprint(line))
	}
	yen, err := strconv.ParseInt(amount, 10, 64)
	if err != nil || yen < 1 {
		return l, OtherAmount.New().With("line", fmt.Sprint(line))
	}
	l.Amount = money.Yen(yen)
	if !slices.Contains(Reasons, l.Reason) {
		return l, LineWrong.New().With("line", fmt.Sprint(line))
	}
	return l, nil
}
