package zengin_test

import (
	"errors"
	"testing"

	"tsuke/internal/jst"
	"tsuke/internal/zengin"
)

// TestPlan: the published table of a collecting bank.
func TestPlan(t *testing.T) {
	t.Parallel()
	lead := zengin.Lead{CutOff: 7, Results: 4, Funds: 6}
	for _, row := range []struct{ month, debit, cutOff, results, funds string }{
		{"2026-11", "2026-11-27", "2026-11-17", "2026-12-03", "2026-12-07"},
		{"2026-12", "2026-12-28", "2026-12-17", "2027-01-05", "2027-01-07"},
		{"2027-01", "2027-01-27", "2027-01-18", "2027-02-02", "2027-02-04"},
		{"2027-02", "2027-03-01", "2027-02-17", "2027-03-05", "2027-03-09"},
	} {
		got, err := zengin.Plan(jst.Japan(), month(t, row.month), 27, lead)
		want := zengin.Run{CutOff: day(t, row.cutOff), Debit: day(t, row.debit), Results: day(t, row.results), Funds: day(t, row.funds)}
		if err != nil || got != want {
			t.Errorf("%s: %v, %v; want %v", row.month, got, err, want)
		}
	}
}

// TestDebitDays: every 27th from May 2026 to the end of 2027; those not listed stay.
func TestDebitDays(t *testing.T) {
	t.Parallel()
	moved := map[string]string{
		"2026-06": "2026-06-29", "2026-09": "2026-09-28", "2026-12": "2026-12-28", "2027-02": "2027-03-01",
		"2027-03": "2027-03-29", "2027-06": "2027-06-28", "2027-11": "2027-11-29",
	}
	for m := month(t, "2026-05"); !m.After(month(t, "2027-12")); m = m.Next() {
		want, ok := moved[m.String()]
		if !ok {
			want = m.String() + "-27"
		}
		got, err := zengin.Plan(jst.Japan(), m, 27, zengin.Lead{})
		if err != nil || got.Debit != day(t, want) || got.CutOff != got.Debit || got.Results != got.Debit || got.Funds != got.Debit {
			t.Errorf("%s: %v, %v; want %s", m, got, err, want)
		}
	}
	got, err := zengin.Plan(jst.Japan(), month(t, "2027-02"), 31, zengin.Lead{})
	if err != nil || got.Debit != day(t, "2027-03-01") {
		t.Errorf("the 31st of February: %v, %v", got, err)
	}
}

func TestPlanRefuses(t *testing.T) {
	t.Parallel()
	for _, lead := range []zengin.Lead{{CutOff: -1}, {Results: -1}, {Funds: -1}} {
		if _, err := zengin.Plan(jst.Japan(), month(t, "2026-11"), 27, lead); !errors.Is(err, zengin.ErrLead) {
			t.Errorf("%+v: %v", lead, err)
		}
	}
	for text, lead := range map[string]zengin.Lead{
		"2051-01": {}, "2050-12": {Funds: 6}, "2020-01": {CutOff: 30}, "2019-12": {},
	} {
		if run, err := zengin.Plan(jst.Japan(), month(t, text), 27, lead); !errors.Is(err, jst.ErrBeyond) || run != (zengin.Run{}) {
			t.Errorf("%s: %v, %v", text, run, err)
		}
	}
	if _, err := zengin.Plan(jst.Japan(), jst.Month{}, 27, zengin.Lead{}); !errors.Is(err, jst.ErrBeyond) {
		t.Errorf("no month: %v", err)
	}
}
