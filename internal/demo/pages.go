package demo

import (
	"embed"
	"net/http"
	"slices"
	"strings"
	"time"

	"tsuke/internal/demo/page"
	"tsuke/internal/demo/shop"
	"tsuke/internal/demo/trouble"
	"tsuke/internal/jst"
)

//go:embed templates/*.html
var files embed.FS

// pages puts the demo's pages under one roof.
func (d *demo) pages() (http.Handler, error) {
	var err error
	if d.book, err = page.NewBook(d.site, files, stageWords, troubleWords); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/assets/", page.Assets())
	mux.Handle("/shop", d.shop.Handler())
	mux.Handle("/shop/", d.shop.Handler())
	mux.Handle("GET /phone", d.phone.Handler())
	mux.Handle("/till", d.till.Handler())
	mux.Handle("/till/", d.till.Handler())
	mux.Handle("/bank", d.bank.Handler())
	mux.Handle("/bank/", d.bank.Handler())
	mux.Handle("/printer", d.print.Handler())
	mux.Handle("/printer/", d.print.Handler())
	mux.HandleFunc("GET /{$}", d.getStart)
	mux.HandleFunc("GET /staff", d.getStaff)
	mux.HandleFunc("POST /staff", d.postStaff)
	mux.HandleFunc("GET /clock", d.getClock)
	mux.HandleFunc("POST /clock", d.postClock)
	mux.HandleFunc("GET /trouble", d.getTrouble)
	mux.HandleFunc("POST /trouble", d.postTrouble)
	mux.HandleFunc("POST /trouble/files", d.postFiles)
	mux.HandleFunc("POST /trouble/kill", d.postKill)
	mux.HandleFunc("POST /trouble/verify", d.postVerify)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { d.book.NotFound(w, r, "start") })
	return localhost(d.site.Host, d.site.Wrap(mux)), nil
}

type startPage struct{ page.Frame }

func (d *demo) getStart(w http.ResponseWriter, r *http.Request) {
	d.book.Show(w, http.StatusOK, "start", startPage{d.book.Frame(r, "start", "start.title")})
}

// Leap is a place in time that the clock can be moved to.
type Leap struct {
	Name string // as the form sends it; its words are "leap." and the name
	To   time.Time
}

// leaps are the next places in time, all of them later than now.
func leaps(now time.Time) []Leap {
	morning := func(day jst.Day) time.Time { return day.Start().Add(9 * time.Hour) }
	today := jst.DayOf(now)
	month := today.Month()
	next := func(of func(jst.Month) time.Time) time.Time {
		if t := of(month); t.After(now) {
			return t
		}
		return of(month.Next())
	}
	return []Leap{
		{"hour", now.Add(65 * time.Minute)},
		{"tomorrow", morning(today.Add(1))},
		{"monthend", next(func(m jst.Month) time.Time { return m.Last().Start().Add(20 * time.Hour) })},
		{"first", next(func(m jst.Month) time.Time { return morning(m.Next().First()) })},
		{"due", next(func(m jst.Month) time.Time { return morning(m.Day(10)) })},
		{"late", next(func(m jst.Month) time.Time { return morning(m.Day(11)) })},
		{"debit", next(func(m jst.Month) time.Time { return morning(debitDay(m)) })},
	}
}

// debitDay is the month's day of direct debit: the 27th, or the next bank day. Beyond the bank calendar it is the 27th.
func debitDay(m jst.Month) jst.Day {
	day, err := jst.Japan().NextBankDay(m.Day(27))
	if err != nil {
		return m.Day(27)
	}
	return day
}

type clockPage struct {
	page.Frame
	Leaps []Leap
	Ahead time.Duration // of the machine's clock
}

// AheadDays is how far ahead the demo is, in whole days.
func (c clockPage) AheadDays() int { return int(c.Ahead.Hours() / 24) }

func (d *demo) getClock(w http.ResponseWriter, r *http.Request) {
	d.book.Show(w, http.StatusOK, "clock", clockPage{
		Frame: d.book.Frame(r, "clock", "clock.title"), Leaps: leaps(d.clock.Now()), Ahead: d.clock.By(),
	})
}

// postClock moves the clock, forward only: what is dated stays in order. The server and its commands read the same file.
func (d *demo) postClock(w http.ResponseWriter, r *http.Request) {
	now := d.clock.Now()
	all := leaps(now)
	i := slices.IndexFunc(all, func(l Leap) bool { return l.Name == r.PostFormValue("to") })
	if i < 0 {
		page.Go(w, r, "/clock")
		return
	}
	if err := d.clock.Advance(all[i].To.Sub(now)); err != nil {
		d.failed(w, r, err)
		return
	}
	if err := d.till.Release(r.Context()); err != nil {
		d.failed(w, r, err)
		return
	}
	page.Go(w, r, "/clock")
}

// failed is the page for what the demo itself could not do.
func (d *demo) failed(w http.ResponseWriter, r *http.Request, err error) {
	d.opt.Log.Error("demo failed", "err", err)
	d.book.Show(w, http.StatusInternalServerError, "stagefailed", startPage{d.book.Frame(r, "start", "failed.title")})
}

// booksResult is what "verify" said last.
type booksResult struct {
	At   time.Time
	Good bool
	Said string
}

const storiesMax = 10

// Told is a trouble with what became of its order.
type Told struct {
	trouble.Record
	Story shop.Story
	Known bool
}

// Office is who sends files, with what can go wrong with the next one.
type Office struct {
	Name  trouble.Office
	Kinds []trouble.Kind
	Armed trouble.Kind
}

type troublePage struct {
	page.Frame
	Offices  []Office
	Files    []trouble.Record // what files have met, newest first
	Kinds    []trouble.Kind
	Armed    trouble.Kind
	Told     []Told
	Books    *booksResult
	Restarts int
	AwayMS   int64
}

func (d *demo) getTrouble(w http.ResponseWriter, r *http.Request) {
	p := troublePage{Frame: d.book.Frame(r, "trouble", "trouble.title"), Kinds: trouble.Kinds(), Armed: d.desk.Armed()}
	p.Live = true
	for _, record := range d.desk.Records() {
		story, known := d.shop.Story(record.Order)
		p.Told = append(p.Told, Told{record, story, known})
		if len(p.Told) == storiesMax {
			break
		}
	}
	for _, o := range trouble.Offices() {
		p.Offices = append(p.Offices, Office{o, trouble.KindsOf(o), d.desk.Waits(o)})
	}
	p.Files = d.desk.FileRecords()
	p.Files = p.Files[:min(len(p.Files), storiesMax)]
	restarts, away := d.server.Gap()
	p.Restarts, p.AwayMS = restarts, away.Milliseconds()
	d.mu.Lock()
	p.Books = d.books
	d.mu.Unlock()
	d.book.Show(w, http.StatusOK, "trouble", p)
}

func (d *demo) postTrouble(w http.ResponseWriter, r *http.Request) {
	kind := trouble.Kind(r.PostFormValue("kind"))
	var err error
	switch {
	case kind == "":
		err = d.desk.Disarm()
	case slices.Contains(trouble.Kinds(), kind):
		err = d.desk.Arm(kind)
	}
	if err != nil {
		d.failed(w, r, err)
		return
	}
	page.Go(w, r, "/trouble")
}

// postFiles arms what goes wrong with an office's next file.
func (d *demo) postFiles(w http.ResponseWriter, r *http.Request) {
	office, kind := trouble.Office(r.PostFormValue("office")), trouble.Kind(r.PostFormValue("kind"))
	if slices.Contains(trouble.Offices(), office) && (kind == "" || slices.Contains(trouble.KindsOf(office), kind)) {
		if err := d.desk.Set(office, kind); err != nil {
			d.failed(w, r, err)
			return
		}
	}
	page.Go(w, r, "/trouble#files")
}

// postKill kills the server now, whatever it is doing.
func (d *demo) postKill(w http.ResponseWriter, r *http.Request) {
	if err := d.server.Kill(); err != nil {
		d.failed(w, r, err)
		return
	}
	page.Go(w, r, "/trouble#server")
}

// postVerify has the product prove its books.
func (d *demo) postVerify(w http.ResponseWriter, r *http.Request) {
	out, err := d.command(r.Context(), append([]string{"verify"}, d.database()...)...)
	result := &booksResult{At: d.clock.Now(), Good: err == nil, Said: strings.TrimSpace(string(out))}
	if err != nil {
		result.Said = strings.TrimSpace(result.Said + "\n" + err.Error())
	}
	d.mu.Lock()
	d.books = result
	d.mu.Unlock()
	page.Go(w, r, "/trouble#books")
}

// Args translates a step's figures: what begins with "verb." names a call and is a key of the words.
func (t troublePage) Args(s trouble.Step) string {
	args := make([]any, len(s.Args))
	for i, a := range s.Args {
		args[i] = a
		if strings.HasPrefix(a, "verb.") {
			args[i] = t.T(a)
		}
	}
	return t.T(s.Key, args...)
}
