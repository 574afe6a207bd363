package notice_test

import (
	"slices"
	"strings"
	"testing"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/notice"
)

// TestPreview: each step is sent in the very words in which it was shown just before (rules N11, O15).
func TestPreview(t *testing.T) {
	t.Parallel()
	h, _, st := owing(t)
	h.morning("2026-07-11")
	for _, step := range []struct {
		kind notice.Kind
		day  string
	}{{notice.DunFirst, "2026-07-13"}, {notice.DunSecond, "2026-07-21"}, {notice.DunLast, "2026-08-12"}} {
		h.at(step.day, "09:00")
		h.markPastDue()
		var shown notice.Preview
		h.read(func(tx *db.Tx) error {
			bill, err := billing.Find(tx, st.ID)
			if err != nil {
				return err
			}
			var found bool
			if shown, found, err = h.notices.Preview(tx, bill, step.kind, "ja"); err != nil || !found || shown.Lang != "ja" {
				t.Errorf("%s: %+v, %v", step.kind, shown, err)
			}
			english, _, err := h.notices.Preview(tx, bill, step.kind, "en")
			if english.Lang != "en" || !strings.Contains(english.Letter, "Reference number: "+st.Reference().String()) {
				t.Errorf("%s: %+v", step.kind, english)
			}
			return err
		})
		h.write(func(tx *db.Tx) error {
			_, err := h.notices.Remind(tx, today(h), 10)
			return err
		})
		h.sent = nil
		h.run()
		letter := slices.ContainsFunc(h.sent, func(s sending) bool { return s.Subject == shown.Subject && s.Body == shown.Letter })
		text := slices.ContainsFunc(h.sent, func(s sending) bool { return s.Medium == notice.BySMS && s.Body == shown.Text })
		if !letter || !text {
			t.Errorf("%s was shown as\n%s\n%s\nand went out as %+v", step.kind, shown.Letter, shown.Text, h.sent)
		}
	}
	h.read(func(tx *db.Tx) error {
		_, found, err := h.notices.Preview(tx, st, notice.BillPaid, "ja")
		if found {
			t.Error("that is no step")
		}
		return err
	})
}

// TestPreviewOfAnInvoice: its words are those of an invoice, and the secret part of its address is masked (rules I08, O15).
func TestPreviewOfAnInvoice(t *testing.T) {
	t.Parallel()
	h := open(t)
	st := h.byInvoice(h.settled(taro, "ja"), "A")
	h.read(func(tx *db.Tx) error {
		for _, lang := range []string{"ja", "en"} {
			p, _, err := h.notices.Preview(tx, st, notice.DunFirst, lang)
			if err != nil {
				return err
			}
			if !strings.Contains(p.Letter, notice.InvoicePath+"••••\n") {
				t.Errorf("%s: %s", lang, p.Letter)
			}
		}
		return nil
	})
}
