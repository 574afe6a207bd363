package paper_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tsuke/internal/gateway/paper"
	"tsuke/internal/money"
)

// shelf keeps the files of a batch.
type shelf struct {
	files map[string]*file
	names []string
}

type file struct {
	bytes.Buffer
	closed             bool
	failWrite, failEnd error
}

func (f *file) Write(p []byte) (int, error) {
	if f.failWrite != nil {
		return 0, f.failWrite
	}
	return f.Buffer.Write(p)
}

func (f *file) Close() error { f.closed = true; return f.failEnd }

func newShelf() *shelf { return &shelf{files: map[string]*file{}} }

func (s *shelf) create(name string) (io.WriteCloser, error) {
	f := s.files[name]
	if f == nil {
		f = &file{}
		s.files[name] = f
	}
	s.names = append(s.names, name)
	return f, nil
}

// many are n cards that differ.
func many(t testing.TB, n int) iter.Seq2[paper.Card, error] {
	first := card(t)
	return func(yield func(paper.Card, error) bool) {
		for i := range n {
			c := first
			c.Reference = fmt.Sprintf("R%06d", i+1)
			c.To.Name = fmt.Sprintf("山田 太郎%d", i+1)
			c.Slip = slip(t, c.Total, i+1, false)
			c.DueDay = first.DueDay.Add(i % 7) // every day of the week
			if !yield(c, nil) {
				return
			}
		}
	}
}

func each(cards []paper.Card) iter.Seq2[paper.Card, error] {
	return func(yield func(paper.Card, error) bool) {
		for _, c := range cards {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	var before map[string]*file
	for range 2 {
		s := newShelf()
		result, err := paper.Batch(form(), paper.Job{Name: "2026-11", PerFile: 4}, many(t, 7), s.create)
		if err != nil {
			t.Fatal(err)
		}
		if want := []string{"2026-11-001.pdf", "2026-11-002.pdf", "2026-11.csv"}; !slices.Equal(s.names, want) {
			t.Fatalf("files %v, want %v", s.names, want)
		}
		list, err := paper.ReadManifest(&s.files["2026-11.csv"].Buffer)
		if diff := cmp.Diff(result.Manifest, list); err != nil || diff != "" {
			t.Errorf("the list reads back with %v, %s", err, diff)
		}
		for i, e := range list.Entries {
			pdf := s.files[e.File]
			sum := sha256.Sum256(pdf.Bytes())
			want := paper.Entry{
				Number: i + 1, Reference: fmt.Sprintf("R%06d", i+1), File: fmt.Sprintf("2026-11-%03d.pdf", i/4+1), FirstPage: i%4*2 + 1,
				Area: "100", Amount: 30_209, SHA256: hex.EncodeToString(sum[:]),
			}
			if e != want || !pdf.closed {
				t.Errorf("entry %+v, want %+v; closed %v", e, want, pdf.closed)
			}
			if err := list.Verify(e.File, bytes.NewReader(pdf.Bytes())); err != nil {
				t.Error(err)
			}
		}
		if err := list.Verify("2026-11-001.pdf", strings.NewReader("%PDF")); !errors.Is(err, paper.ErrOtherPDF) {
			t.Error(err)
		}
		if err := list.Verify("2026-11-009.pdf", strings.NewReader("")); !errors.Is(err, paper.ErrNotListed) {
			t.Error(err)
		}
		for name, f := range before {
			if !bytes.Equal(f.Bytes(), s.files[name].Bytes()) && strings.HasSuffix(name, ".pdf") {
				t.Errorf("the second %s differs", name)
			}
		}
		before = s.files
		for page, text := range texts(t, s.files["2026-11-002.pdf"].Bytes()) {
			if mark := fmt.Sprintf("No.%06dR%06d", page/2+5, page/2+5); !strings.Contains(squeezed(text), mark) {
				t.Errorf("page %d of the second file is not marked %s", page+1, mark)
			}
		}
	}
}

func TestBatchRefuses(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	twice := func(change func(*paper.Card)) iter.Seq2[paper.Card, error] {
		return func(yield func(paper.Card, error) bool) {
			for c, err := range many(t, 3) {
				if c.Reference == "R000003" {
					change(&c)
				}
				if !yield(c, err) {
					return
				}
			}
		}
	}
	job := paper.Job{Name: "job", PerFile: 2}
	for name, row := range map[string]struct {
		job   paper.Job
		cards iter.Seq2[paper.Card, error]
		files map[string]*file
		want  error
	}{
		"no name":        {paper.Job{}, many(t, 1), nil, paper.ErrJob},
		"a path":         {paper.Job{Name: "../a"}, many(t, 1), nil, paper.ErrJob},
		"size":           {paper.Job{Name: "a", PerFile: 5_001}, many(t, 1), nil, paper.ErrJob},
		"negative size":  {paper.Job{Name: "a", PerFile: -1}, many(t, 1), nil, paper.ErrJob},
		"no cards":       {job, many(t, 0), nil, paper.ErrEmpty},
		"source":         {job, func(yield func(paper.Card, error) bool) { yield(paper.Card{}, broken) }, nil, broken},
		"reference":      {job, twice(func(c *paper.Card) { c.Reference = "R000001" }), nil, &paper.CardError{Number: 3, Reference: "R000001", Field: paper.FieldReference, Problem: paper.Repeated}},
		"barcode":        {job, twice(func(c *paper.Card) { c.Slip = slip(t, c.Total, 1, false) }), nil, &paper.CardError{Number: 3, Reference: "R000003", Field: paper.FieldSlip, Problem: paper.Repeated}},
		"card":           {job, twice(func(c *paper.Card) { c.To.Name = "" }), nil, &paper.CardError{Number: 3, Reference: "R000003", Field: paper.FieldName, Problem: paper.Missing}},
		"full disk":      {job, many(t, 3), map[string]*file{"job-002.pdf": {failWrite: broken}}, broken},
		"late failure":   {job, many(t, 3), map[string]*file{"job-001.pdf": {failEnd: broken}}, broken},
		"list not saved": {job, many(t, 3), map[string]*file{"job.csv": {failWrite: broken}}, broken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShelf()
			for name, f := range row.files {
				s.files[name] = f
			}
			_, err := paper.Batch(form(), row.job, row.cards, s.create)
			var got, want *paper.CardError
			if errors.As(row.want, &want) {
				if !errors.As(err, &got) || *got != *want {
					t.Errorf("%v, want %v", err, want)
				}
			} else if !errors.Is(err, row.want) {
				t.Errorf("%v, want %v", err, row.want)
			}
			if list := s.files["job.csv"]; list != nil && strings.Contains(list.String(), "total") {
				t.Error("a list with its last line, although the batch is not whole")
			}
		})
	}
	if _, err := paper.Batch(form(), job, many(t, 1), func(string) (io.WriteCloser, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	f := form()
	f.Limit = 0
	var refused *paper.CardError
	if _, err := paper.Batch(f, job, many(t, 1), newShelf().create); !errors.As(err, &refused) || refused.Field != paper.FieldLimit {
		t.Error(err)
	}
}

// TestFormReplacementsOnce: what the form's texts lack is told once and not with each file.
func TestFormReplacementsOnce(t *testing.T) {
	t.Parallel()
	f := form()
	f.Back = append(f.Back, "😀")
	result, err := paper.Batch(f, paper.Job{Name: "job", PerFile: 1}, many(t, 2), newShelf().create)
	if diff := cmp.Diff([]paper.Replacement{{Field: paper.FieldBack, Char: '😀'}}, result.Replaced); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func list() paper.Manifest {
	one, two := strings.Repeat("0a", 32), strings.Repeat("ff", 32)
	return paper.Manifest{Entries: []paper.Entry{
		{Number: 1, Reference: "K7F2-9QXM", File: "2026-11-001.pdf", FirstPage: 1, Area: "100", Amount: 30_209, SHA256: one},
		{Number: 2, Reference: "K7F2-9QXN", File: "2026-11-001.pdf", FirstPage: 3, Area: "060", Amount: 1, SHA256: one},
		{Number: 3, Reference: "K7F2-9QXP", File: "2026-11-002.pdf", FirstPage: 1, Area: "999", Amount: 300_000, SHA256: two},
	}}
}

func TestManifestFile(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := list().Write(&out); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "manifest.csv")
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("%s (go test -update): %s", golden, diff)
	}
}

func TestManifestRefuses(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := list().Write(&out); err != nil {
		t.Fatal(err)
	}
	whole := out.String()
	lines := strings.SplitAfter(whole, "\r\n")
	without := func(n int) string { return strings.Join(slices.Delete(slices.Clone(lines), n-1, n), "") }
	for name, row := range map[string]struct {
		file string
		want paper.ManifestError
	}{
		"nothing":         {"", paper.ManifestError{Line: 1, Problem: paper.NoTotal}},
		"no header":       {without(1), paper.ManifestError{Line: 1, Problem: paper.BadHeader}},
		"first missing":   {without(2), paper.ManifestError{Line: 4, Problem: paper.WrongTotal}},
		"last missing":    {without(4), paper.ManifestError{Line: 4, Problem: paper.WrongTotal}},
		"cut off":         {without(5), paper.ManifestError{Line: 5, Problem: paper.NoTotal}},
		"other sum":       {strings.Replace(whole, "330210", "330211", 1), paper.ManifestError{Line: 5, Problem: paper.WrongTotal}},
		"other amount":    {strings.Replace(whole, ",300000,", ",300001,", 1), paper.ManifestError{Line: 5, Problem: paper.WrongTotal}},
		"after the end":   {whole + lines[1], paper.ManifestError{Line: 6, Problem: paper.AfterTotal}},
		"renumbered":      {strings.Replace(whole, "2,K7F2", "4,K7F2", 1), paper.ManifestError{Line: 3, Problem: paper.Gap}},
		"other page":      {strings.Replace(whole, ",3,4,", ",5,6,", 1), paper.ManifestError{Line: 3, Problem: paper.Gap}},
		"pages apart":     {strings.Replace(whole, ",3,4,", ",3,5,", 1), paper.ManifestError{Line: 3, Problem: paper.BadRow}},
		"twice":           {strings.Replace(whole, "9QXP", "9QXM", 1), paper.ManifestError{Line: 4, Problem: paper.Twice}},
		"file comes back": {strings.Replace(strings.ReplaceAll(whole, strings.Repeat("ff", 32), strings.Repeat("0a", 32)), "002.pdf", "001.pdf", 1), paper.ManifestError{Line: 4, Problem: paper.Gap}},
		"leading zero":    {strings.Replace(whole, ",060,", ",60,", 1), paper.ManifestError{Line: 3, Problem: paper.BadRow}},
		"capitals":        {strings.Replace(whole, strings.Repeat("ff", 32), strings.Repeat("FF", 32), 1), paper.ManifestError{Line: 4, Problem: paper.BadRow}},
		"two sums":        {strings.Replace(whole, "0a", "0b", 1), paper.ManifestError{Line: 3, Problem: paper.BadRow}},
		"no number":       {strings.Replace(whole, "2,K7F2", "x,K7F2", 1), paper.ManifestError{Line: 3, Problem: paper.BadRow}},
		"column missing":  {strings.Replace(whole, ",060", "", 1), paper.ManifestError{Line: 3, Problem: paper.BadRow}},
		"open quote":      {strings.Replace(whole, "2,K7F2", `2,"K7F2`, 1), paper.ManifestError{Line: 3, Problem: paper.BadRow}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := paper.ReadManifest(strings.NewReader(row.file))
			var got *paper.ManifestError
			if !errors.As(err, &got) || *got != row.want {
				t.Fatalf("%v, %+v; want %v", err, m, &row.want)
			}
			if text := got.Text(); text.JA == "" || !strings.Contains(err.Error(), text.EN) || !strings.HasPrefix(text.JA, fmt.Sprint(row.want.Line)) {
				t.Errorf("texts %v", text)
			}
		})
	}
	bad := list()
	bad.Entries[1].Number = 3
	out.Reset()
	var refused *paper.ManifestError
	if err := bad.Write(&out); !errors.As(err, &refused) || refused.Problem != paper.Gap || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
}

// TestManifestRoundTrip: what is written reads back as itself.
func TestManifestRoundTrip(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var m paper.Manifest
		for file := range rapid.IntRange(0, 4).Draw(t, "files") {
			sum := hex.EncodeToString(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "sum"))
			for i := range rapid.IntRange(1, 5).Draw(t, "cards") {
				m.Entries = append(m.Entries, paper.Entry{
					Number: len(m.Entries) + 1, Reference: fmt.Sprintf("%s-%d", rapid.StringMatching("[A-Z0-9]{1,12}").Draw(t, "reference"), len(m.Entries)),
					File: fmt.Sprintf("job-%03d.pdf", file), FirstPage: 2*i + 1, Area: rapid.StringMatching("[0-9]{3}").Draw(t, "area"),
					Amount: money.Yen(rapid.Int64Range(1, 999_999).Draw(t, "yen")), SHA256: sum,
				})
			}
		}
		var out bytes.Buffer
		if err := m.Write(&out); err != nil {
			t.Fatal(err)
		}
		got, err := paper.ReadManifest(&out)
		if diff := cmp.Diff(m, got); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
	})
}

func FuzzReadManifest(f *testing.F) {
	var out bytes.Buffer
	if err := list().Write(&out); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Add([]byte("number,reference\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := paper.ReadManifest(bytes.NewReader(data))
		if err != nil {
			var refused *paper.ManifestError
			if !errors.As(err, &refused) {
				t.Fatal(err)
			}
			return
		}
		var again bytes.Buffer
		if err := m.Write(&again); err != nil {
			t.Fatal(err)
		}
		if got, err := paper.ReadManifest(&again); err != nil || cmp.Diff(m, got) != "" {
			t.Fatal(err, got)
		}
	})
}

// BenchmarkBatch prints cards in PDFs of the usual size. live-MB is what is held when a file has just been filled: it
// must not grow with the number of cards by more than their lines of the list.
func BenchmarkBatch(b *testing.B) {
	for _, n := range []int{1_000, 4_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				written, most := 0, uint64(0)
				_, err := paper.Batch(form(), paper.Job{Name: "bench"}, many(b, n), func(string) (io.WriteCloser, error) {
					var memory runtime.MemStats
					runtime.GC()
					runtime.ReadMemStats(&memory)
					most = max(most, memory.HeapAlloc)
					return counter{&written}, nil
				})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(written)/float64(n), "bytes/card")
				b.ReportMetric(float64(most)/1e6, "live-MB")
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "cards/s")
		})
	}
}

type counter struct{ n *int }

func (c counter) Write(p []byte) (int, error) { *c.n += len(p); return len(p), nil }
func (c counter) Close() error                { return nil }
