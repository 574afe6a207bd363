package billing

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/kiosk"
	"tsuke/internal/money"
	"tsuke/internal/term"
)

// A bill that is paid by receipt number has a slip like every other: 44 digits, by which the agent's files tell of the
// payment. Twelve of them are 0 and the 11 digits of the receipt number (rule B31), which the member types. The agent has
// to be told of it first: in a file that is gathered, written, and then known as written (rule B33).

// ReceiptNumber is what the member types to pay with the slip; empty for a slip of another way.
func (s Slip) ReceiptNumber() kiosk.ReceiptNumber {
	if s.Kind != Number {
		return ""
	}
	return kiosk.ReceiptNumber(s.Number[len(s.Number)-receiptDigits:])
}

const receiptDigits = 11

// numbersFor draws the number of a slip for each statement. Receipt numbers are claimed, so that no other slip ever has
// the same one (rule B31).
func numbersFor(tx *db.Tx, statements []Statement) ([]string, error) {
	wanted := 0
	for _, st := range statements {
		if st.Way == Number && !st.Settled() {
			wanted++
		}
	}
	receipts, err := claimNumbers(tx, wanted)
	if err != nil {
		return nil, err
	}
	numbers := make([]string, len(statements))
	for i, st := range statements {
		switch {
		case st.Settled():
		case st.Way == Number:
			numbers[i] = fmt.Sprintf("%04d0%s", st.ID.Bucket(), receipts[0])
			receipts = receipts[1:]
		default:
			numbers[i] = drawNumber(tx, st.ID.Bucket())
		}
	}
	return numbers, nil
}

// claimRounds is how often receipt numbers are drawn again that are taken. With a hundred million taken, one in a hundred is.
const claimRounds = 8

// errNumbers means that draw after draw was taken: the source of chance repeats itself.
var errNumbers = errors.New("billing: every receipt number that is drawn is taken")

// claimNumbers draws receipt numbers that nobody had before.
func claimNumbers(tx *db.Tx, wanted int) ([]kiosk.ReceiptNumber, error) {
	var claimed []kiosk.ReceiptNumber
	for range claimRounds {
		if len(claimed) == wanted {
			return claimed, nil
		}
		drawn := make([]kiosk.ReceiptNumber, 0, wanted-len(claimed))
		for range wanted - len(claimed) {
			n, err := kiosk.New(chance{tx})
			if err != nil {
				return nil, err
			}
			if !slices.Contains(drawn, n) {
				drawn = append(drawn, n)
			}
		}
		got, err := insertClaims(tx, drawn)
		if err != nil {
			return nil, err
		}
		for _, n := range drawn {
			if got[n] {
				claimed = append(claimed, n)
			}
		}
	}
	if len(claimed) < wanted {
		return nil, errNumbers
	}
	return claimed, nil
}

// chance reads the randomness of a transaction.
type chance struct{ m id.Moment }

func (c chance) Read(b []byte) (int, error) {
	c.m.Chance(b)
	return len(b), nil
}

// claimBucket is where a receipt number is claimed, whichever bucket its slip is in.
func claimBucket(n kiosk.ReceiptNumber) int { return id.BucketOf("receipt_number", string(n)) }

const (
	codeDigits = 4
	codes      = 10_000
)

// drawCode makes the confirmation number of Pay-easy (確認番号).
func drawCode(m id.Moment) string {
	var b [8]byte
	m.Chance(b[:])
	return fmt.Sprintf("%0*d", codeDigits, binary.BigEndian.Uint64(b[:])%codes)
}

// Numbers are what a slip of the way Number is paid with.
type Numbers struct {
	Slip  Slip
	Code  string // 確認番号 of Pay-easy, four digits
	Told  bool   // the agent knows them: they can be paid with (rule B33)
	Ended bool   // the agent was told that they end: the bill needs others
}

// NumbersOf answers the numbers of a slip. A slip of another way has none.
func NumbersOf(tx *db.Tx, slip Slip) (Numbers, error) {
	n := Numbers{Slip: slip}
	row, found, err := selectNumbered(tx, slip)
	if err != nil || !found {
		return n, err
	}
	n.Code, n.Ended = row.code, row.endedIn != 0
	if row.toldIn != 0 {
		n.Told, err = fileWritten(tx, row.toldIn)
	}
	return n, err
}

// numberServes tells whether the agent takes money for a slip, or will: it was not told that its number ends.
func numberServes(tx *db.Tx, slip Slip) (bool, error) {
	if slip.Kind != Number {
		return true, nil
	}
	row, found, err := selectNumbered(tx, slip)
	return found && row.endedIn == 0, err
}

// Means is where a sum can be paid with a receipt number (rule B32).
type Means struct {
	Till    bool // in cash at a store
	Cash    bool // in cash at a cash machine
	Account bool // from a bank account, at a cash machine or online
}

// None tells that nothing takes the sum.
func (m Means) None() bool { return m == Means{} }

// MeansFor says where a sum can be paid with a receipt number on a day.
func MeansFor(terms term.Terms, day jst.Day, yen money.Yen) Means {
	m := Means{Till: yen <= SlipMax.On(terms, day) && len(Chains(terms, day)) > 0}
	if Collector.On(terms, day) == "" {
		return m
	}
	limits := kiosk.Limits{Least: 1, Cash: int64(NumberCash.On(terms, day)), Account: int64(NumberAccount.On(terms, day))}
	m.Cash = limits.Check(int64(yen), kiosk.ATMCash) == nil
	m.Account = limits.Check(int64(yen), kiosk.NetBank) == nil
	return m
}

// Chains are the chains that take receipt numbers, in the order in which pages list them. Names that are none are left out.
func Chains(terms term.Terms, day jst.Day) []kiosk.Chain {
	taken := strings.Fields(NumberChains.On(terms, day))
	var out []kiosk.Chain
	for _, c := range kiosk.Chains() {
		if _, way := kiosk.Guide(c, kiosk.Number); way && slices.Contains(taken, string(c)) {
			out = append(out, c)
		}
	}
	return out
}

// NumberFile is a file with which the agent is told of receipt numbers (rule B33).
type NumberFile struct {
	Number  int
	Made    jst.Day // the day on which it was gathered
	Written bool
}

// OldestUntold is since when the receipt number waits that has waited longest to be told to the agent. It is false if none does.
func OldestUntold(tx *db.Tx) (since time.Time, found bool, err error) {
	since, err = selectOldestUntold(tx, jst.DayOf(tx.Now()))
	if errors.Is(err, db.ErrNone) {
		return time.Time{}, false, nil
	}
	return since, err == nil, err
}

// NumberRecord is one record of such a file.
type NumberRecord struct {
	Slip Slip
	Code string
	Ends bool // the number ends; otherwise it begins
}

// FindNumberFile answers the file that is gathered and not written, if there is one: whoever was cut off goes on with it.
func FindNumberFile(tx *db.Tx) (NumberFile, bool, error) { return selectOpenNumberFile(tx) }

// GatherNumbers makes the next file of at most limit numbers that the agent has to be told of: those of open slips that it
// does not know, and those that it knows and that end, because their slip was replaced or its time is over, or because the
// bill is paid or being confirmed by other means. A number that was paid with itself is left: the agent knows. It is false
// if there is nothing to tell. Another file that is gathered and not written has to be written first.
func GatherNumbers(tx *db.Tx, limit int) (NumberFile, bool, error) {
	if open, found, err := selectOpenNumberFile(tx); err != nil || found {
		return open, found, err
	}
	today := jst.DayOf(tx.Now())
	begin, err := selectUntold(tx, today, limit)
	if err != nil {
		return NumberFile{}, false, err
	}
	end, err := selectEnding(tx, today, limit-len(begin))
	if err != nil || len(begin)+len(end) == 0 {
		return NumberFile{}, false, err
	}
	file, err := insertNumberFile(tx, today)
	if err != nil {
		return NumberFile{}, false, err
	}
	if err := markTold(tx, file.Number, begin); err != nil {
		return NumberFile{}, false, err
	}
	return file, true, markEnded(tx, file.Number, end)
}

// NumberRecords lists the records of a file in the order of buckets and ids, those that begin before those that end. They
// are the same whenever they are listed.
func NumberRecords(tx *db.Tx, file int) ([]NumberRecord, error) { return selectRecords(tx, file) }

// NumbersWritten notes that a file is where the agent finds it. hash is that of its bytes.
func NumbersWritten(tx *db.Tx, file int, hash []byte) error { return updateNumberFile(tx, file, hash) }

// DropNumber takes a number out of a file that is not written yet, because the agent cannot be told of it. Its slip is
// replaced when the member next looks for one.
func DropNumber(tx *db.Tx, file int, slip Slip) error { return markEnded(tx, file, []Slip{slip}) }
