package notice_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/collection"
	"tsuke/internal/db"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
)

func dayOf(t *testing.T, text string) jst.Day {
	t.Helper()
	if text == "" {
		return jst.Day{}
	}
	d, err := jst.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// stops stops dunning of the member until a day.
func stops(reason collection.HoldReason, last string) func(*house, id.Member, billing.Statement) {
	return func(h *house, m id.Member, _ billing.Statement) { h.stop(m, reason, last) }
}

func resumes(h *house, m id.Member, _ billing.Statement) { h.resume(m) }

func stopsAll(h *house, _ id.Member, _ billing.Statement) {
	h.stop(collection.Everybody, collection.Incident, "")
}

func resumesAll(h *house, _ id.Member, _ billing.Statement) { h.resume(collection.Everybody) }

func (h *house) stop(whom id.Member, reason collection.HoldReason, last string) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		_, err := collection.Stop(tx, whom, reason, dayOf(h.t, last), "stf_1")
		return err
	})
}

func (h *house) resume(whom id.Member) {
	h.t.Helper()
	h.write(func(tx *db.Tx) error {
		_, err := collection.Resume(tx, whom, "stf_1")
		return err
	})
}

// TestDunningStopped are diaries of the bills of TestDunning, of which dunning is stopped (rules N14, N15, D01).
func TestDunningStopped(t *testing.T) {
	t.Parallel()
	feeMail := "mail 遅れた分100円が加わりました（8月10日(月)）"
	for name, diary := range map[string][]entry{
		"dunning stopped in hardship, then resumed": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-12", stops(collection.Hardship, ""), nil}, // on Sunday: the text of past due is dropped
			{"2026-07-13", nil, nil},
			{"2026-07-20", nil, nil},
			{"2026-08-09", nil, nil},
			{"2026-08-10", nil, []string{feeMail}}, // what is news is told
			{"2026-08-12", resumes, []string{"mail 担当者からお電話します・6月分30,309円", lastText}},
			{"2026-08-13", nil, nil},
		},
		"stopped before the bill is late: that it is, is news": {
			{"2026-07-10", stops(collection.Died, ""), nil},
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-13", nil, nil},
		},
		"until a day": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-12", stops(collection.InTalks, "2026-07-15"), nil},
			{"2026-07-15", nil, nil},
			{"2026-07-16", nil, []string{firstMail, firstText}},
		},
		"between the letter and the text": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-13", nil, []string{firstMail, firstText, pastDueText}},
			{"2026-07-20", nil, []string{secondMail}},
			{"2026-07-21", stops(collection.InDispute, ""), nil},
		},
		"paid all the same": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-12", stops(collection.OtherHold, ""), nil},
			{"2026-07-19", pays, []string{paidMail}},
		},
		"parts are not reminded of": {
			{"2026-07-11", allowPlans, []string{pastDueMail}},
			{"2026-07-12", agrees("2026-07-20"), []string{"mail 6月分を3回に分けて支払うお約束を受け付けました"}},
			{"2026-07-16", stops(collection.Hardship, "2026-07-18"), nil},
			{"2026-07-17", nil, nil},
			{"2026-07-20", nil, []string{"mail 今日までに10,070円（6月分の分割）"}},
		},
		"everybody": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-12", stopsAll, nil},
			{"2026-07-13", nil, nil},
			{"2026-07-20", nil, nil},
			{"2026-07-22", resumesAll, []string{secondMail, secondText}},
		},
		"everybody goes on, and the member does not": {
			{"2026-07-11", nil, []string{pastDueMail}},
			{"2026-07-12", stopsAll, nil},
			{"2026-07-13", stops(collection.Hardship, ""), nil},
			{"2026-07-22", resumesAll, nil},
			{"2026-07-23", resumes, []string{secondMail, secondText}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, m, st := owing(t)
			for _, e := range diary {
				h.at(e.day, "08:30")
				if e.act != nil {
					e.act(h, m, st)
					h.follow()
				}
				if diff := cmp.Diff(inAnyOrder(e.sent), h.morning(e.day)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", e.day, diff)
				}
			}
		})
	}
}

// TestRemindersStopped: a bill that is coming due is not reminded of either, and what was written before is dropped when it would
// leave (rules N08, N14).
func TestRemindersStopped(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.settled(hanako, "ja")
	h.buy(m, "A", 5000)
	h.at("2026-07-01", "00:30")
	h.bill(m)
	h.run()
	h.took()
	h.at("2026-07-07", "09:00")
	h.write(func(tx *db.Tx) error {
		n, err := h.notices.Remind(tx, today(h), 10)
		if n != 1 {
			t.Errorf("%d reminders are written", n)
		}
		return err
	})
	h.stop(m, collection.Hardship, "")
	h.run()
	if sent := h.took(); len(sent) > 0 {
		t.Errorf("sent although stopped: %v", sent)
	}
	if sent := h.morning("2026-07-10"); len(sent) > 0 {
		t.Errorf("reminded on the day: %v", sent)
	}
}

// TestStopAndResume is the table of both verbs (rules N14, N15).
func TestStopAndResume(t *testing.T) {
	t.Parallel()
	h, m, _ := owing(t)
	h.at("2026-07-12", "10:00")
	var stranger id.Member
	h.write(func(tx *db.Tx) error {
		stranger = id.In[id.MemberKind](tx, 3)
		return nil
	})
	for _, c := range []struct {
		name   string
		resume bool
		whom   id.Member
		reason collection.HoldReason
		last   string
		by     string
		want   *fault.Kind
		stands bool // afterwards
	}{
		{"never stopped", true, m, "", "", "stf_1", collection.NoHold, false},
		{"no reason", false, m, "", "", "stf_1", collection.HoldReasonWrong, false},
		{"a reason for everybody", false, m, collection.Incident, "", "stf_1", collection.HoldReasonWrong, false},
		{"a day that is over", false, m, collection.Hardship, "2026-07-11", "stf_1", collection.HoldDay, false},
		{"a name", false, m, collection.Hardship, "", "Sato Hanako", collection.PlanWho, false},
		{"nobody", false, stranger, collection.Hardship, "", "stf_1", collection.HoldWhom, false},
		{"nobody resumes", true, stranger, "", "", "stf_1", collection.HoldWhom, false},
		{"a last day", false, m, collection.Hardship, "2026-07-12", "stf_1", nil, true},
		{"the same again, by another", false, m, collection.Hardship, "2026-07-12", "stf_2", nil, true},
		{"another day", false, m, collection.Hardship, "", "stf_1", collection.HoldStands, true},
		{"another reason", false, m, collection.InTalks, "2026-07-12", "stf_1", collection.HoldStands, true},
		{"resumed by a name", true, m, "", "", "Sato Hanako", collection.PlanWho, true},
		{"resumed", true, m, "", "", "stf_2", nil, false},
		{"resumed again", true, m, "", "", "stf_1", nil, false},
		{"stopped again", false, m, collection.InTalks, "", "stf_1", nil, true},
		{"a reason for a member", false, collection.Everybody, collection.Hardship, "", "stf_1", collection.HoldReasonWrong, false},
		{"everybody", false, collection.Everybody, collection.Incident, "", "stf_1", nil, true},
		{"everybody again", false, collection.Everybody, collection.Incident, "", "stf_2", nil, true},
		{"everybody goes on", true, collection.Everybody, "", "", "stf_1", nil, false},
	} {
		err := h.db.Write(context.Background(), func(tx *db.Tx) (err error) {
			if c.resume {
				_, err = collection.Resume(tx, c.whom, c.by)
			} else {
				_, err = collection.Stop(tx, c.whom, c.reason, dayOf(t, c.last), c.by)
			}
			return err
		})
		if c.want == nil && err != nil || c.want != nil && !fault.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
		h.read(func(tx *db.Tx) error {
			_, stands, err := collection.FindHold(tx, c.whom)
			if stands != c.stands {
				t.Errorf("%s: stands %v", c.name, stands)
			}
			return err
		})
	}
	for whom, want := range map[id.Member][]string{
		m:                    {"dunning.stopped stf_1", "dunning.resumed stf_2", "dunning.stopped stf_1"},
		collection.Everybody: {"dunning.stopped stf_1", "dunning.resumed stf_1"},
	} {
		h.read(func(tx *db.Tx) error {
			facts, err := event.Timeline(tx, event.Subject(whom), 100)
			var got []string
			for _, f := range facts {
				if f.Kind == "dunning.stopped" || f.Kind == "dunning.resumed" {
					got = append(got, f.Kind+" "+f.Actor)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("facts (-want +got):\n%s", diff)
			}
			return err
		})
	}
}

// TestStopAfterItsEnd: a hold whose last day is over holds nobody, is answered when it is lifted, and gives way to another.
func TestStopAfterItsEnd(t *testing.T) {
	t.Parallel()
	h, m, _ := owing(t)
	h.at("2026-07-12", "10:00")
	h.stop(m, collection.Hardship, "2026-07-14")
	h.at("2026-07-15", "10:00")
	h.stop(collection.Everybody, collection.Incident, "")
	h.read(func(tx *db.Tx) error {
		all, err := collection.ListHolds(tx, 10)
		if len(all) != 0 {
			t.Errorf("%+v", all)
		}
		return err
	})
	h.resume(collection.Everybody)
	h.write(func(tx *db.Tx) error {
		over, err := collection.Resume(tx, m, "stf_2")
		if err == nil && (over.Lifted != (time.Time{}) || over.Last != dayOf(t, "2026-07-14")) {
			t.Errorf("%+v", over)
		}
		return err
	})
	h.stop(m, collection.InTalks, "")
	h.read(func(tx *db.Tx) error {
		all, err := collection.ListHolds(tx, 10)
		if err != nil || len(all) != 1 || all[0].Member != m || all[0].Reason != collection.InTalks {
			t.Errorf("%v %+v", err, all)
		}
		got, stands, err := collection.Held(tx, m)
		if !stands || got.Reason != collection.InTalks || got.By != "stf_1" {
			t.Errorf("%v %+v", stands, got)
		}
		return err
	})
}
