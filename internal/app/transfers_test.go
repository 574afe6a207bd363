package app

import (
	"bytes"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"tsuke/internal/billing"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/gateway/transferfile"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/money"
	"tsuke/internal/term"
	"tsuke/internal/vault"
)

// TestStatementsOverlap exports the statement of an account again and again, each time from another day on and with what came in since:
// every deposit is a receipt once, also those that are alike, and none is left out.
func TestStatementsOverlap(t *testing.T) { // rule B35
	t.Parallel()
	dir := t.TempDir()
	if err := vault.Create(dir); err != nil {
		t.Fatal(err)
	}
	keys, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	book, err := term.NewBook(billing.Terms...)
	if err != nil {
		t.Fatal(err)
	}
	a := &App{DB: dbtest.Open(t), Billing: &billing.Billing{Terms: book, Vault: keys}}
	first := jst.DayOf(a.DB.Now()).Add(-10)
	accounts := 0
	rapid.Check(t, func(t *rapid.T) {
		accounts++
		m := transferfile.Deposits(fmt.Sprint(accounts))
		var all []transferfile.Line
		day := 0
		for range rapid.IntRange(0, 12).Draw(t, "deposits") {
			day = min(day+rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "later"), 5)
			all = append(all, transferfile.Line{
				Day: first.Add(day), Amount: money.Yen(rapid.IntRange(1, 2).Draw(t, "yen")), Payer: mask.Name(rapid.SampledFrom([]string{"", "ア", "イ"}).Draw(t, "payer")),
			})
		}
		booked, known := 0, 0
		export := func(from int) {
			t.Helper()
			var lines []transferfile.Line
			for _, l := range all[:known] {
				if !l.Day.Before(first.Add(from)) {
					lines = append(lines, l)
				}
			}
			var text bytes.Buffer
			if err := transferfile.Write(&text, m, transferfile.UTF8, lines); err != nil {
				t.Fatal(err)
			}
			file, err := transferfile.Read(&text, m)
			if err != nil || len(file.Bad) > 0 {
				t.Fatalf("%v, %v", err, file.Bad)
			}
			report, err := a.takeTransfers(t.Context(), m.Account, file)
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range report.Outcomes {
				if o.Result != billing.Repeated {
					booked++
				}
			}
		}
		for range rapid.IntRange(0, 5).Draw(t, "exports") {
			known = rapid.IntRange(known, len(all)).Draw(t, "known")
			export(rapid.IntRange(0, 5).Draw(t, "from"))
		}
		known = len(all)
		export(0)
		export(0)
		if booked != len(all) {
			t.Fatalf("%d of %d deposits were booked", booked, len(all))
		}
	})
}
