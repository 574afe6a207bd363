package site

import (
	"bytes"
	"net/http"
	"slices"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/gateway/paper"
	"tsuke/internal/jst"
	"tsuke/internal/web"
)

// drawnAtOnce is how many PDFs are drawn at the same time. Each takes some megabytes for its fonts; who comes later waits.
const drawnAtOnce = 2

// billPDF is a bill as a PDF to keep (rule B42).
func (s *Site) billPDF(v *visit) error {
	st, err := v.copyOfBill()
	if err != nil {
		return err
	}
	select {
	case s.drawing <- struct{}{}:
		defer func() { <-s.drawing }()
	case <-v.r.Context().Done():
		return v.r.Context().Err()
	}
	var out bytes.Buffer // an error while it is drawn becomes a page
	if err := paper.WritePDF(&out, st); err != nil {
		return err
	}
	v.beginFile(st, "pdf", "application/pdf")
	_, err = out.WriteTo(v.w)
	return err
}

// billCSV is a bill as a table to keep (rule B42). Its rows are sent as they are made.
func (s *Site) billCSV(v *visit) error {
	st, err := v.copyOfBill()
	if err != nil {
		return err
	}
	v.beginFile(st, "csv", "text/csv; charset=utf-8; header=present")
	return paper.WriteCSV(v.w, st)
}

// beginFile begins a file that is kept by whoever asked for it and by nobody on the way. Its name holds nothing personal.
func (v *visit) beginFile(st paper.Statement, ending, mediaType string) {
	v.wrote = true
	h := v.w.Header()
	h.Set("Content-Type", mediaType)
	name := st.Reference
	if !st.Month.IsZero() { // of a month's bill
		name = st.Month.String() + "-" + name
	}
	h.Set("Content-Disposition", `attachment; filename="`+name+"."+ending+`"`)
	h.Set("Content-Language", string(v.lang))
	h.Add("Vary", "Cookie, Accept-Language")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	v.w.WriteHeader(http.StatusOK)
}

// copyOfBill reads the bill that the address names, in the page's language, with the name of the member who asks.
func (v *visit) copyOfBill() (st paper.Statement, err error) {
	err = v.read(func(tx *db.Tx) error {
		d, err := v.statementOf(tx)
		if err != nil {
			return err
		}
		// Money that fits nothing yet (rule B16) has paid nothing.
		d.Receipts = slices.DeleteFunc(d.Receipts, func(r billing.Receipt) bool { return r.Use == billing.Suspense })
		issued, err := billing.AsIssued(tx, d)
		if err != nil {
			return err
		}
		d.Items = issued.Items
		page, err := v.billPage(tx, d)
		if err != nil {
			return err
		}
		profile, err := v.site.Members.LoadProfile(tx, v.signIn.Member)
		if err != nil {
			return err
		}
		views, from := v.site.Views, v.site.Sender
		if from.Name == "" {
			from.Name = views.Brand(v.lang)
		}
		words := views.Copy(v.lang, page, d.Carried, d.Moved)
		st = paper.Statement{
			English: v.lang == web.English, Brand: views.Brand(v.lang), From: from,
			To:        profile.NameStandard.Family.Reveal() + " " + profile.NameStandard.Given.Reveal(),
			Reference: d.Reference().String(), Month: d.Month, Issued: jst.DayOf(d.Issued), Due: issued.Due,
			Way: views.WayName(v.lang, web.Way(issued.Way)), Lines: paperLines(words.Lines), Total: d.Total,
			AsOf: v.today(), State: words.State, Since: paperLines(words.Since), Owed: d.Owed(),
		}
		return st.Check()
	})
	return st, err
}

func paperLines(in []web.CopyLine) []paper.Line {
	out := make([]paper.Line, len(in))
	for i, l := range in {
		out[i] = paper.Line(l)
	}
	return out
}
