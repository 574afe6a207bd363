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
		amount, wrong := strconv.ParseInt(fields[1], 10, 64)
		l := Refusal{Line: n, Key: fields[0], Amount: money.Yen(amount), Reason: Reason(fields[2])}
		_, ours := bucketIn(l.Key)
		if wrong != nil || n == 1 || !ours || amount < 1 || !slices.Contains(Reasons, l.Reason) || seen[l.Key] {
			return nil, LineWrong.New().With("line", fmt.Sprint(n))
		}
		seen[l.Key] = true
		all = append(all, l)
	}
}
