package bank

import (
	"bytes"
	"compress/gzip"
	_ "embed" // for directory.gz
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"tsuke/internal/kana"
)

//go:embed directory.gz
var packed []byte

// What New and Read refuse.
var (
	ErrEntry   = errors.New("bank: an entry of the directory is not usable")
	ErrDamaged = errors.New("bank: the packed directory is damaged")
)

// Directory is the banks and their branches on one day. It does not change, so any number of callers may ask it at once.
//
// Branches stay in the text they came in, about a megabyte, and are cut out of it when asked for: there are 29,000, and
// a page shows the ones of one bank.
type Directory struct {
	source, day string
	banks       []institution // in the order of their codes
}

type institution struct {
	Bank
	count    int    // of branches
	branches string // count lines "001\t東京営業部\tトウキヨウ\n" in the order of their codes
}

// Embedded is the directory inside the binary. It is unpacked at the first call, which takes some milliseconds. The data
// is part of the binary, so damage is a broken build and not a condition that a caller could handle; a test unpacks it.
func Embedded() *Directory { return embedded() }

var embedded = sync.OnceValue(func() *Directory {
	d, err := Read(bytes.NewReader(packed))
	if err != nil {
		panic(err.Error())
	}
	return d
})

// New makes a directory. source and day say where the data is from and how old it is ("zengin-code 1.0.0-p20260824",
// "2026-08-24"). The order of banks and branches does not matter. The error is ErrEntry with the code and the cure: a code
// of another shape, one that occurs twice, a branch of no bank, an empty name, a reading that does not fit FileName.
func New(source, day string, banks []Bank, branches []Branch) (*Directory, error) {
	d := &Directory{source: source, day: day}
	lines := map[string][]string{}
	for _, b := range branches {
		if err := check(b.Bank+"-", b.Code, 3, b.Name, b.Kana); err != nil {
			return nil, err
		}
		lines[b.Bank] = append(lines[b.Bank], b.Code+"\t"+b.Name+"\t"+b.Kana+"\n")
	}
	for _, b := range banks {
		if err := check("", b.Code, 4, b.Name, b.Kana); err != nil {
			return nil, err
		}
		own := lines[b.Code]
		delete(lines, b.Code)
		slices.Sort(own)
		if code := twice(own, func(line string) string { return line[:3] }); code != "" {
			return nil, fmt.Errorf("%w: %s-%s occurs twice: keep one", ErrEntry, b.Code, code)
		}
		d.banks = append(d.banks, institution{b, len(own), strings.Join(own, "")})
	}
	for code := range lines {
		return nil, fmt.Errorf("%w: there are branches of %q but no such bank, or it occurs twice: keep one", ErrEntry, code)
	}
	slices.SortFunc(d.banks, func(a, b institution) int { return strings.Compare(a.Code, b.Code) })
	if code := twice(d.banks, func(b institution) string { return b.Code }); code != "" {
		return nil, fmt.Errorf("%w: %s occurs twice: keep one", ErrEntry, code)
	}
	return d, nil
}

// check judges one entry. Names and readings are no personal data, so the error may show them.
func check(before, code string, digits int, name, reading string) error {
	half, bad := kana.HalfWidth(reading)
	switch {
	case len(code) != digits || !allDigits(code):
		return fmt.Errorf("%w: %s%s: a code has %d digits", ErrEntry, before, code, digits)
	case name == "" || strings.ContainsAny(name, "\t\n"):
		return fmt.Errorf("%w: %s%s: the name %q is empty or has a tab or line break", ErrEntry, before, code, name)
	case half == "" || strings.ContainsAny(reading, "\t\n"):
		return fmt.Errorf("%w: %s%s: the reading %q is empty or has a tab or line break", ErrEntry, before, code, reading)
	case len(bad) > 0:
		return fmt.Errorf("%w: %s%s: %q of the reading have no half-width form: write katakana", ErrEntry, before, code, bad)
	case utf8.RuneCountInString(half) > fileNameBytes:
		return fmt.Errorf("%w: %s%s: the reading %q has more than %d half-width characters: cut it", ErrEntry, before, code, half, fileNameBytes)
	}
	return nil
}

// twice is the first key that two neighbours share, or "".
func twice[T any](sorted []T, key func(T) string) string {
	for i := 1; i < len(sorted); i++ {
		if key(sorted[i]) == key(sorted[i-1]) {
			return key(sorted[i])
		}
	}
	return ""
}

// Pack writes the directory as Read reads it: a gzip file of one line with source and day and, for each bank, a line of
// code, name, reading and number of branches and a line for each branch, fields separated by tabs. The same directory
// gives the same bytes.
func (d *Directory) Pack(w io.Writer) error {
	zip, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s\t%s\n", d.source, d.day)
	for _, b := range d.banks {
		fmt.Fprintf(&text, "%s\t%s\t%s\t%d\n", b.Code, b.Name, b.Kana, b.count)
		text.WriteString(b.branches)
	}
	if _, err := io.WriteString(zip, text.String()); err != nil {
		return err
	}
	return zip.Close()
}

// Read unpacks what Pack wrote. The error is ErrDamaged with what is wrong, or the reader's. Only the shape is judged;
// that the names are usable was judged by New before they were packed.
func Read(r io.Reader) (*Directory, error) {
	zip, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	text, err := io.ReadAll(zip)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	head, rest, _ := strings.Cut(string(text), "\n")
	d := &Directory{}
	var ok bool
	if d.source, d.day, ok = strings.Cut(head, "\t"); !ok {
		return nil, fmt.Errorf("%w: no line with source and day", ErrDamaged)
	}
	for last := ""; rest != ""; last = d.banks[len(d.banks)-1].Code {
		var b institution
		if b, rest, err = section(rest); err != nil {
			return nil, err
		}
		if b.Code <= last {
			return nil, fmt.Errorf("%w: bank %s after %s", ErrDamaged, b.Code, last)
		}
		d.banks = append(d.banks, b)
	}
	return d, nil
}

// section takes a bank and its branches off the text.
func section(text string) (b institution, rest string, err error) {
	head, rest, _ := strings.Cut(text, "\n")
	fields := strings.Split(head, "\t")
	if len(fields) != 4 || len(fields[0]) != 4 || !allDigits(fields[0]) {
		return b, "", fmt.Errorf("%w: %q is no line of a bank", ErrDamaged, head)
	}
	b.Bank = Bank{fields[0], fields[1], fields[2]}
	if b.count, err = strconv.Atoi(fields[3]); err != nil || b.count < 0 {
		return b, "", fmt.Errorf("%w: bank %s without its number of branches", ErrDamaged, b.Code)
	}
	whole, last := rest, ""
	for range b.count {
		line, after, ok := strings.Cut(rest, "\n")
		if !ok || len(line) < 4 || !allDigits(line[:3]) || strings.Count(line, "\t") != 2 || line[3] != '\t' || line[:3] <= last {
			return b, "", fmt.Errorf("%w: bank %s: %q is no line of a branch that follows %q", ErrDamaged, b.Code, line, last)
		}
		last, rest = line[:3], after
	}
	b.branches = whole[:len(whole)-len(rest)]
	return b, rest, nil
}

// Snapshot names the data and its day, as "zengin-code 1.0.0-p20260824" and "2026-08-24".
func (d *Directory) Snapshot() (source, day string) { return d.source, d.day }

// Banks lists all banks in the order of their codes.
func (d *Directory) Banks() []Bank {
	out := make([]Bank, len(d.banks))
	for i, b := range d.banks {
		out[i] = b.Bank
	}
	return out
}

// Find is the bank with a code of four ASCII digits.
func (d *Directory) Find(code string) (Bank, bool) {
	b, ok := d.institution(code)
	return b.Bank, ok
}

func (d *Directory) institution(code string) (institution, bool) {
	i, ok := slices.BinarySearchFunc(d.banks, code, func(b institution, code string) int { return strings.Compare(b.Code, code) })
	if !ok {
		return institution{}, false
	}
	return d.banks[i], true
}

// Branches lists a bank's branches in the order of their codes; nil when there is no such bank.
func (d *Directory) Branches(bank string) []Branch {
	b, _ := d.institution(bank)
	var out []Branch
	b.each(func(branch Branch) bool {
		out = append(out, branch)
		return true
	})
	return out
}

// Branch is the branch with a bank's code and one of three ASCII digits.
func (d *Directory) Branch(bank, code string) (Branch, bool) {
	b, _ := d.institution(bank)
	var out Branch
	b.each(func(branch Branch) bool {
		if branch.Code == code {
			out = branch
		}
		return branch.Code < code
	})
	return out, out.Code != ""
}

// each cuts the branches out of the text, one by one, until more says no.
func (b institution) each(more func(Branch) bool) {
	for text := b.branches; text != ""; {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		code, rest, _ := strings.Cut(line, "\t")
		name, reading, _ := strings.Cut(rest, "\t")
		if !more(Branch{Bank: b.Code, Code: code, Name: name, Kana: reading}) {
			return
		}
	}
}

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
