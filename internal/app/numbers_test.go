package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/gateway/numberfile"
	"tsuke/internal/member"
)

// TestNumbersAreTold: with the close of a month the agent finds the numbers of its bills in the folder of the configuration, by
// itself and once (rule B33).
func TestNumbersAreTold(t *testing.T) {
	t.Parallel()
	h := buildAt(t, dsn(t), "2026-06-05 10:00")
	h.Config.Numbers = t.TempDir()
	h.serve()
	s, m := h.newShop(), h.newMember()
	h.write(func(tx *db.Tx) error { return h.Members.ChooseWay(tx, m, member.ByNumber, "member") })
	h.buy(s, "A-1", 5000, h.grant(m, s))
	h.at("2026-07-01 00:35")
	name := filepath.Join(h.Config.Numbers, "numbers-00000001.csv")
	h.until("the file", func() bool { _, err := os.Stat(name); return err == nil })
	raw, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	file, err := numberfile.Read(raw)
	if err != nil || len(file.Records) != 1 {
		t.Fatalf("%+v, %v", file, err)
	}
	st := h.statement(m)
	r := file.Records[0]
	if st.Way != billing.Number || r.Amount != st.Total || r.Last.String() != "2026-10-31" || r.Payer != "山田 太郎" || r.Product != "Tsuke 2026年6月分" {
		t.Errorf("%+v", r)
	}
	h.until("the note", func() bool {
		told := 0
		h.read(func(tx *db.Tx) error {
			facts, err := event.Timeline(tx, event.Subject(st.ID), 10)
			told = 0
			for _, f := range facts {
				if f.Kind == "statement.number_told" {
					told++
				}
			}
			return err
		})
		return told == 1
	})
	report, err := h.WriteNumbers(t.Context(), h.Config.Numbers)
	if err != nil || len(report.Files) != 0 {
		t.Errorf("again: %+v, %v", report, err)
	}
	left, err := os.ReadDir(h.Config.Numbers)
	if err != nil || len(left) != 1 {
		t.Errorf("in the folder: %v, %v", left, err)
	}
	if strings.Contains(h.log.String(), "level=ERROR") {
		t.Error(h.log.String())
	}
	h.verify()
}
