package billing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"tsuke/internal/db"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/money"
)

// Likeness says why money probably belongs to a statement (rule B27).
type Likeness string

// The likenesses, the strongest first.
const (
	SameNumber  Likeness = "same_number"     // a barcode of this statement has the number; the other digits or the amount differ
	OldBarcode  Likeness = "replaced_number" // the same, and the barcode was replaced by a newer one
	CloseNumber Likeness = "close_number"    // one digit of the number is another, or two neighbours are swapped

	SameReference  Likeness = "same_reference"  // of a transfer: the bill's reference is in its text, beside another bill's
	CloseReference Likeness = "close_reference" // of a transfer: one letter of a reference in its text is another, or two neighbours are swapped
	SamePayer      Likeness = "same_payer"      // of a transfer: its payer has the name of the bill's member

	SameAmount Likeness = "same_amount" // exactly this was to be paid on it, and nothing else is known
)

// likenesses is the order in which suggestions are told, with what each means.
var likenesses = []struct {
	likeness Likeness
	text     fault.Text
}{
	{SameNumber, fault.Text{JA: "この請求のバーコードの番号と一致します（他の桁または金額が違います）", EN: "a barcode of this bill has the number; other digits or the amount differ"}},
	{OldBarcode, fault.Text{JA: "この請求の差し替え前のバーコードの番号と一致します", EN: "a barcode of this bill that was replaced has the number"}},
	{CloseNumber, fault.Text{JA: "番号が1桁違うか、隣り合う2桁が入れ替わっています", EN: "one digit of the number differs, or two neighbours are swapped"}},
	{SameReference, fault.Text{JA: "振込の文面に、この請求のお問い合わせ番号があります", EN: "the reference of this bill is in the transfer's text"}},
	{CloseReference, fault.Text{JA: "振込の文面のお問い合わせ番号と1文字違うか、隣り合う2文字が入れ替わっています", EN: "one letter of a reference in the transfer's text differs, or two neighbours are swapped"}},
	{SamePayer, fault.Text{JA: "振込依頼人名が、この請求の会員の氏名（カナ）と一致します", EN: "the payer has the name of this bill's member"}},
	{SameAmount, fault.Text{JA: "未払いの請求で、金額だけが一致します", EN: "exactly this amount is to be paid on it; nothing else is known"}},
}

// Text says in words why.
func (l Likeness) Text() fault.Text {
	for _, known := range likenesses {
		if known.likeness == l {
			return known.text
		}
	}
	return fault.Text{}
}

func (l Likeness) rank() int {
	for i, known := range likenesses {
		if known.likeness == l {
			return i
		}
	}
	return len(likenesses)
}

// Suggestion is a statement to which money in suspense probably belongs.
type Suggestion struct {
	Statement id.Statement
	Month     jst.Month
	Due       jst.Day
	State     State
	Owed      money.Yen
	Why       Likeness
}

// suggestMax is how many statements are suggested at most.
const suggestMax = 10

// Suggest lists statements to which money in suspense probably belongs, the likeliest first, never more than ten. It
// matches nothing: a person compares and decides. The faults are NoReceipt and NotInSuspense.
func (b *Billing) Suggest(tx *db.Tx, receipt id.Receipt) ([]Suggestion, error) {
	r, err := selectReceipt(tx, receipt)
	if err != nil {
		return nil, err
	}
	if err := r.refuses(Match); err != nil {
		return nil, err
	}
	alike, err := b.byWords(tx, r)
	if err != nil || len(alike) >= suggestMax {
		return likeliest(alike), err
	}
	owing, err := selectOwing(tx, r.Amount, r.PaidDay, suggestMax)
	for _, st := range owing {
		alike = append(alike, suggestionOf(st, SameAmount))
	}
	return likeliest(alike), err
}

// byWords suggests statements by what was told with the money: digits, or the text of a transfer.
func (b *Billing) byWords(tx *db.Tx, r Receipt) ([]Suggestion, error) {
	if r.Chain != TransferChain {
		digits, err := selectToldDigits(tx, r.ID)
		if err != nil {
			return nil, err
		}
		return byNumber(tx, digits)
	}
	payer, _, err := b.payerOf(tx, r.ID)
	if err != nil {
		return nil, err
	}
	alike, err := byReference(tx, payer)
	if err != nil {
		return nil, err
	}
	named, err := b.byPayer(tx, payer)
	return append(alike, named...), err
}

// byNumber suggests statements by the number in the digits that were told.
func byNumber(tx *db.Tx, digits string) ([]Suggestion, error) {
	number, ok := numberLikely(digits)
	if !ok {
		return nil, nil
	}
	found, err := selectByNumbers(tx, neighbours(number))
	var alike []Suggestion
	for _, n := range found {
		why := CloseNumber
		switch {
		case n.number == number && n.replaced:
			why = OldBarcode
		case n.number == number:
			why = SameNumber
		}
		alike = append(alike, suggestionOf(n.statement, why))
	}
	return alike, err
}

func suggestionOf(st Statement, why Likeness) Suggestion {
	return Suggestion{Statement: st.ID, Month: st.Month, Due: st.Due, State: st.State, Owed: st.Owed(), Why: why}
}

// likeliest orders suggestions, names each statement once, and cuts the list.
func likeliest(all []Suggestion) []Suggestion {
	slices.SortStableFunc(all, func(a, b Suggestion) int {
		return cmp.Or(cmp.Compare(a.Why.rank(), b.Why.rank()), b.Month.First().Compare(a.Month.First()), a.Statement.Compare(b.Statement))
	})
	seen := map[id.Statement]bool{}
	all = slices.DeleteFunc(all, func(s Suggestion) bool {
		twice := seen[s.Statement]
		seen[s.Statement] = true
		return twice
	})
	return all[:min(len(all), suggestMax)]
}

// slipNumber is a slip's number with its bucket.
type slipNumber struct {
	bucket int
	number string
}

// numbered is a statement with a slip of it that has a number.
type numbered struct {
	statement Statement
	number    string
	replaced  bool
}

const (
	digitsLength = 44
	freeStart    = 8 // identifier and company code stand before the free field
)

// numberLikely reads the slip's number where it stands in 44 digits, whether the check digit fits or not.
func numberLikely(digits string) (string, bool) {
	if len(digits) != digitsLength || strings.ContainsFunc(digits, func(r rune) bool { return r < '0' || r > '9' }) {
		return "", false
	}
	start := freeStart + clientLength
	return digits[start : start+numberLength], true
}

// neighbours lists a number and those that differ from it by one digit, or by two neighbours swapped: what goes wrong when
// digits are typed in by hand. It leaves out those in no bucket.
func neighbours(number string) []slipNumber {
	seen := map[string]bool{}
	var all []slipNumber
	add := func(n []byte) {
		bucket, err := strconv.Atoi(string(n[:bucketLength]))
		if err == nil && bucket < id.Buckets && !seen[string(n)] {
			seen[string(n)] = true
			all = append(all, slipNumber{bucket, string(n)})
		}
	}
	add([]byte(number))
	for i := range number {
		for digit := byte('0'); digit <= '9'; digit++ {
			n := []byte(number)
			n[i] = digit
			add(n)
		}
		if i > 0 {
			n := []byte(number)
			n[i-1], n[i] = n[i], n[i-1]
			add(n)
		}
	}
	return all
}
