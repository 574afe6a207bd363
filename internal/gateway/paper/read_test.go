package paper_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"

	"tsuke/internal/gateway/paper"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

// tool finds a program of others that reads what this package writes. On the build machine it must be installed.
func tool(t testing.TB, name, from string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed (Debian: %s)", name, from)
		}
		t.Skipf("%s is not installed", name)
	}
	return path
}

func run(t testing.TB, input []byte, name string, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Stdin = bytes.NewReader(input)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, complaints.String())
	}
	return out
}

func printed(t testing.TB, f paper.Form, c paper.Card) []byte {
	t.Helper()
	var out bytes.Buffer
	if _, err := paper.Postcard(&out, f, c); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Two cards that several tests read; each is printed once.
var samples struct{ plain, rich sample }

type sample struct {
	once sync.Once
	pdf  []byte
}

func (s *sample) of(t testing.TB, c paper.Card) []byte {
	t.Helper()
	s.once.Do(func() { s.pdf = printed(t, form(), c) })
	if s.pdf == nil {
		t.Fatal("the sample could not be printed")
	}
	return s.pdf
}

func plainPDF(t testing.TB) []byte { t.Helper(); return samples.plain.of(t, card(t)) }
func richPDF(t testing.TB) []byte  { t.Helper(); return samples.rich.of(t, rich(t)) }

// texts is what pdftotext finds on each page.
func texts(t testing.TB, pdf []byte) []string {
	t.Helper()
	out := run(t, pdf, tool(t, "pdftotext", "poppler-utils"), "-layout", "-", "-")
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

// squeezed is a text without its blanks, of which a layout says nothing.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

type word struct {
	page                int
	x, y, right, bottom float64 // points from the upper left corner
	text                string
}

var (
	pageTag = regexp.MustCompile(`<page width="[0-9.]+" height="[0-9.]+">`)
	wordTag = regexp.MustCompile(`<word xMin="([-0-9.]+)" yMin="([-0-9.]+)" xMax="([-0-9.]+)" yMax="([-0-9.]+)">(.*)</word>`)
)

func words(t testing.TB, pdf []byte) []word {
	t.Helper()
	number := func(s string) float64 {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	var out []word
	var now word
	for line := range strings.Lines(string(run(t, pdf, tool(t, "pdftotext", "poppler-utils"), "-bbox", "-", "-"))) {
		if pageTag.MatchString(line) {
			now.page++
		}
		if m := wordTag.FindStringSubmatch(line); m != nil {
			now.x, now.y, now.right, now.bottom, now.text = number(m[1]), number(m[2]), number(m[3]), number(m[4]), m[5]
			out = append(out, now)
		}
	}
	return out
}

const (
	dpi    = 600
	toDots = dpi / 25.4
	margin = 14.0 // from the page's edge to the sheet, in mm
)

// slipPicture is the part of the second page around the bars, in millimetres of the sheet.
func slipPicture(t testing.TB, pdf []byte, page int, x, y, width, height float64) image.Image {
	t.Helper()
	at := func(mm float64) string { return strconv.Itoa(int(mm * toDots)) }
	out := run(t, pdf, tool(t, "pdftoppm", "poppler-utils"), "-png", "-gray", "-r", strconv.Itoa(dpi),
		"-f", strconv.Itoa(page), "-l", strconv.Itoa(page), "-x", at(margin+x), "-y", at(margin+y), "-W", at(width), "-H", at(height), "-")
	picture, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// TestBarsReadBack: what is printed, two readers of others read as the digits it was printed from.
func TestBarsReadBack(t *testing.T) {
	t.Parallel()
	zbar := tool(t, "zbarimg", "zbar-tools")
	cards := []paper.Card{card(t), rich(t)}
	for i, row := range []struct {
		yen   money.Yen
		stamp bool
	}{{1, false}, {54_999, true}, {300_000, true}} {
		c := card(t)
		c.Reference = fmt.Sprint("R", i)
		c.Purchases, c.Fees, c.Taxes, c.Total = c.Purchases[:1], nil, nil, row.yen
		c.Purchases[0].Amount = row.yen
		c.Slip = slip(t, row.yen, 987_654_321*i, row.stamp)
		cards = append(cards, c)
	}
	cards[1].Reference = "RICH"
	s := newShelf()
	if _, err := paper.Batch(form(), paper.Job{Name: "job"}, each(cards), s.create); err != nil {
		t.Fatal(err)
	}
	for i, c := range cards {
		picture := slipPicture(t, s.files["job-001.pdf"].Bytes(), 2*i+2, 84, 149, 62, 10)
		bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
		if err != nil {
			t.Fatal(err)
		}
		result, err := oned.NewCode128Reader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_ASSUME_GS1: true})
		if err != nil {
			t.Fatalf("card %d: %v", i, err)
		}
		// ]C1 is the function character that makes it GS1-128; a check word of 102 is the same character.
		if got := strings.TrimSuffix(result.GetText(), "\x1d"); got != "]C1"+c.Slip {
			t.Errorf("gozxing reads %q, want %s", got, c.Slip)
		}
		file := filepath.Join(t.TempDir(), "slip.png")
		var out bytes.Buffer
		if err := png.Encode(&out, picture); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(run(t, nil, zbar, "--quiet", "--raw", file))); got != c.Slip {
			t.Errorf("zbarimg reads %q, want %s", got, c.Slip)
		}
	}
}

// TestBarsMeasure: the symbol as it lies on the paper: module, height, quiet zones, and the guideline's 60 mm.
func TestBarsMeasure(t *testing.T) {
	t.Parallel()
	const x, y, width, height = 84.0, 147.0, 58.0, 14.0 // white all around the symbol
	picture := slipPicture(t, plainPDF(t), 2, x, y, width, height)
	bounds := picture.Bounds()
	dark := func(px, py int) bool {
		r, _, _, _ := picture.At(px, py).RGBA()
		return r < 0x8000
	}
	columns := []int{bounds.Max.X, 0}
	rows := []int{bounds.Max.Y, 0}
	for py := bounds.Min.Y; py < bounds.Max.Y; py++ {
		for px := bounds.Min.X; px < bounds.Max.X; px++ {
			if dark(px, py) {
				columns = []int{min(columns[0], px), max(columns[1], px+1)}
				rows = []int{min(rows[0], py), max(rows[1], py+1)}
			}
		}
	}
	symbol, tall := float64(columns[1]-columns[0])/toDots, float64(rows[1]-rows[0])/toDots
	module := symbol / konbini.Modules
	quietLeft, quietRight := float64(columns[0])/toDots, width-float64(columns[1])/toDots
	if module < 0.1685 || module > 0.1695 || tall < 10 || min(quietLeft, quietRight) < 10*module || symbol+20*module > 60 {
		t.Errorf("module %.4f mm, height %.2f mm, %.2f and %.2f mm of white beside it, %.2f mm altogether",
			module, tall, quietLeft, quietRight, symbol+20*module)
	}
}

// TestTextReadsBack: a person who copies from the PDF, and a printer who searches in it, get what stands there.
func TestTextReadsBack(t *testing.T) {
	t.Parallel()
	c := rich(t)
	upper, lower, err := konbini.Readable(c.Slip)
	if err != nil {
		t.Fatal(err)
	}
	pages := texts(t, richPDF(t))
	if len(pages) != paper.Pages {
		t.Fatalf("%d pages", len(pages))
	}
	for page, want := range [][]string{
		append([]string{c.To.Name + "様", "1000001", c.Reference, "郵便はがき", "ツケ払い株式会社", "重要・親展", "料金後納"}, c.To.Lines...),
		{
			c.To.Name + "様", "90,187円", upper, lower, c.Reference, "2026年11月ご利用分", "2026年12月10日(木)", "ほか21件", "75,663円", "請求手数料",
			"Billingfee", "209円", "遅延損害金（10月分）", "うち消費税（10%対象209円）", "年14.6%", "収入印紙", "払込受領証", "払込票", "登録番号T1234567890123",
			c.Postal.Account, c.Postal.Upper, c.Postal.Lower, "みほん収納サービス株式会社", "髙島スポーツ札幌駅前店",
		},
	} {
		found := squeezed(pages[page])
		for _, text := range want {
			if page == 0 { // its address is turned, so its words come in the order of its columns
				for _, part := range strings.Fields(text) {
					if !strings.Contains(found, part) && text != "1000001" {
						t.Errorf("page 1 has no %q", part)
					}
				}
				continue
			}
			if !strings.Contains(found, squeezed(text)) {
				t.Errorf("page %d has no %q", page+1, text)
			}
		}
	}
	if strings.Contains(texts(t, plainPDF(t))[1], "収入印紙") {
		t.Error("a place for a revenue stamp although the barcode has no flag")
	}
}

// TestNothingToSeeOutside: who carries the card learns neither amount nor shop nor day.
func TestNothingToSeeOutside(t *testing.T) {
	t.Parallel()
	for _, pdf := range [][]byte{plainPDF(t), richPDF(t)} {
		outside := squeezed(texts(t, pdf)[0])
		for _, secret := range []string{"円", "請求", "30209", "90187", "90,187", "30,209", "12月10日", "10Dec", "カメラのみほん", "スポーツ", "Éclair", "遅延", "912345", "000000"} {
			if strings.Contains(outside, secret) {
				t.Errorf("the outside says %q", secret)
			}
		}
	}
}

// TestBoxes: the page tells machines where to cut.
func TestBoxes(t *testing.T) {
	t.Parallel()
	out := string(run(t, plainPDF(t), tool(t, "pdfinfo", "poppler-utils"), "-box", "-"))
	for _, want := range []string{
		`Pages: +2\n`, `TrimBox: +39\.69 +39\.69 +459\.21 +606\.61\n`, `BleedBox: +31\.18 +31\.18 +467\.72 +615\.12\n`,
		`CreationDate: +Fri Nov 27 00:00:00 2026 UTC\n`,
	} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
}

// TestPostalBoxes: each figure of the postal code stands in the middle of its box of the postcard held upright, whose
// corner is the lower left one of the upper panel, 8 mm high boxes 12 mm from its edge.
func TestPostalBoxes(t *testing.T) {
	t.Parallel()
	const mm = 72 / 25.4
	c := card(t)
	c.To.PostalCode = "9876543"
	all := words(t, printed(t, form(), c))
	for i, middle := range []float64{47.15, 54.15, 61.15, 68.75, 75.55, 82.35, 89.15} {
		figure := c.To.PostalCode[i : i+1]
		found := slices.ContainsFunc(all, func(w word) bool {
			up := margin + 100 - (w.y+w.bottom)/2/mm // from the left edge of the card held upright
			return w.page == 1 && w.text == figure && up > middle-0.3 && up < middle+0.3 && w.x/mm-margin > 12 && w.right/mm-margin < 21
		})
		if !found {
			t.Errorf("no %s at %.2f mm", figure, middle)
		}
	}
}

// TestInside: no word leaves the safe area of its panel, however long names are. Words beyond the sheet belong to the marks.
func TestInside(t *testing.T) {
	t.Parallel()
	const mm, safe = 72 / 25.4, 3.0
	c := rich(t)
	c.To.Name = "アレクサンドリーナ・ヴィクトリア・エリザベート・フォン・ホーエンツォレルン＝ジークマリンゲン"
	c.To.Lines = []string{strings.Repeat("長い町名の", 12), "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch"}
	for _, pdf := range [][]byte{plainPDF(t), richPDF(t), printed(t, form(), c)} {
		all := words(t, pdf)
		if len(all) < 100 {
			t.Fatalf("only %d words were found", len(all))
		}
		for _, w := range all {
			x, y, right, bottom := w.x/mm-margin, w.y/mm-margin, w.right/mm-margin, w.bottom/mm-margin
			mark := right < -2 || bottom < -2 || x > 150 || y > 202
			within := x > safe && right < 148-safe && (y > safe && bottom < 100 || y > 100 && bottom < 200-safe)
			if !mark && !within {
				t.Errorf("page %d: a word at %.1f to %.1f, %.1f to %.1f mm", w.page, x, right, y, bottom)
			}
		}
	}
}

// TestPlaces compares where each word stands, to a point, with a golden file.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for name, pdf := range map[string][]byte{"plain": plainPDF(t), "rich": richPDF(t)} {
		var got strings.Builder
		for _, w := range words(t, pdf) {
			fmt.Fprintf(&got, "%d\t%.0f\t%.0f\t%s\n", w.page, w.x, w.y, w.text)
		}
		golden := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
			t.Errorf("%s: page, x, y, word (go test -update; -want +got):\n%s", golden, diff)
		}
	}
}
