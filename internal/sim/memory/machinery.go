package memory

import (
	"slices"
	"sort"
)

// The statements of packages run, ledger and event.
var _ = teach(map[string]handler{
	"run.selectKey": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		return s.answer(v, out, false)
	}},
	"run.selectKeys": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		return s.answer(v, out, true)
	}},
	"run.insertKeys": {9, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Answers.insert(&Answered{
			Bucket: v.n(0), Key: v.id(1), Operation: v.text(2), Fingerprint: v.bytes(3), Parts: v.bytes(4), Status: v.n(5),
			Answer: v.bytes(6), Object: v.text(7), FirstSeen: v.n(8), LSN: s.lsn + 1,
		})
	}},
	"ledger.insertHeads": {6, func(s *Store, v values, out func(*row) error) (int64, error) {
		e := &Entry{Bucket: v.n(0), ID: v.id(1), Reason: v.text(2), Ref: v.id(3), Day: v.text(4), At: v.n(5)}
		if _, stands := s.EntryOf(e.Bucket, e.Reason, e.Ref); stands {
			return 0, nil
		}
		if err := s.Entries.insert(e); err != nil {
			return 0, err
		}
		return 1, out(s.fresh().id(e.ID))
	}},
	"ledger.insertNewHeads": {6, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Entries.insert(&Entry{Bucket: v.n(0), ID: v.id(1), Reason: v.text(2), Ref: v.id(3), Day: v.text(4), At: v.n(5)})
	}},
	"ledger.insertLines": {6, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Lines.insert(&Line{
			Bucket: v.n(0), Entry: v.id(1), Number: v.n(2), Account: v.text(3), Holder: v.id(4), Amount: v.n(5),
		})
	}},
	"event.insertFirst": {12, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Events.insert(factOf(v, v.n(11)+v.n(2)))
	}},
	"event.insertFirstOutbox": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.addWaiting(Waiting{Bucket: v.n(0), Turn: v.n(2), ID: v.id(3), Facts: string(v.bytes(4))})
	}},
	"event.insertFurther": {12, insertFurther},
	"event.insertFurtherOutbox": {5, func(s *Store, v values, _ func(*row) error) (int64, error) {
		for _, e := range s.timelines[v.id(1)] {
			if e.Turn >= v.n(2) && e.ID == v.id(3) {
				return 1, s.addWaiting(Waiting{Bucket: e.Bucket, Turn: e.Turn, ID: e.ID, Facts: string(v.bytes(4))})
			}
		}
		return 0, nil
	}},
	"event.loadTimeline": {3, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := s.Timeline(v.id(1))
		var n int64
		for i := len(all) - 1; i >= 0 && n < v.n(2); i-- {
			n++
			if err := out(s.factRow(all[i])); err != nil {
				return n, err
			}
		}
		return n, nil
	}},
	"event.loadMerchantPages": {4, func(s *Store, v values, out func(*row) error) (int64, error) {
		var n int64
		for _, p := range s.feeds[v.id(1)] {
			if p.Last <= v.n(2) || n == v.n(3) {
				continue
			}
			n++
			if err := out(s.fresh().int(p.Last).bytes([]byte(p.Facts))); err != nil {
				return n, err
			}
		}
		return n, nil
	}},
	"event.loadPages": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := s.Log.Rows()
		i := sort.Search(len(all), func(i int) bool { return all[i].Last > v.n(0) })
		all = all[i:min(len(all), i+int(v.n(1)))]
		for _, p := range all {
			if err := out(s.fresh().int(p.Last).bytes([]byte(p.Facts))); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"event.loadFacts": {4, func(s *Store, v values, out func(*row) error) (int64, error) {
		e := s.Event(v.id(1), v.n(2))
		if e == nil {
			return 0, nil
		}
		return 1, out(s.factRow(e).int(v.n(3)))
	}},
	"event.lockRelay": {0, func(s *Store, _ values, out func(*row) error) (int64, error) {
		return 1, out(s.fresh().int(s.Relay))
	}},
	"event.lastPosition": {0, func(s *Store, _ values, out func(*row) error) (int64, error) {
		return 1, out(s.fresh().int(s.Relay))
	}},
	"event.moveRelay": {1, func(s *Store, v values, _ func(*row) error) (int64, error) {
		old := s.Relay
		s.Relay = v.n(0)
		s.log = append(s.log, func() { s.Relay = old })
		return 1, nil
	}},
	"event.findOldestTurn": {0, func(s *Store, _ values, out func(*row) error) (int64, error) {
		if len(s.Outbox) == 0 {
			return 0, nil
		}
		return 1, out(s.fresh().int(s.Outbox[0].Turn))
	}},
	"event.loadOutbox": {1, func(s *Store, v values, out func(*row) error) (int64, error) {
		all := s.Outbox[:min(len(s.Outbox), int(v.n(0)))]
		for _, w := range all {
			if err := out(s.fresh().int(w.Bucket).int(w.Turn).id(w.ID).bytes([]byte(w.Facts))); err != nil {
				return 0, err
			}
		}
		return int64(len(all)), nil
	}},
	"event.loadLastNumbers": {2, func(s *Store, v values, out func(*row) error) (int64, error) {
		last := int64(0)
		for _, p := range s.feeds[v.id(1)] {
			last = max(last, p.Last)
		}
		return 1, out(s.fresh().id(v.id(1)).int(last))
	}},
	"event.insertLog": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Log.insert(&Page{Last: v.n(0), Facts: string(v.bytes(1))})
	}},
	"event.insertMerchantEvents": {4, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return 1, s.Feed.insert(&FeedPage{Bucket: v.n(0), Merchant: v.id(1), Last: v.n(2), Facts: string(v.bytes(3))})
	}},
	"event.deleteOutbox": {3, func(s *Store, v values, _ func(*row) error) (int64, error) {
		return counted(s.removeWaiting(Waiting{Bucket: v.n(0), Turn: v.n(1), ID: v.id(2)})), nil
	}},
	"event.insertCursor": {1, func(s *Store, v values, _ func(*row) error) (int64, error) {
		if s.Cursors.Find(v.text(0)) != nil {
			return 0, nil
		}
		return 1, s.Cursors.insert(&Cursor{Reader: v.text(0)})
	}},
	"event.lockCursor": {1, (*Store).cursor},
	"event.findCursor": {1, (*Store).cursor},
	"event.moveCursor": {2, func(s *Store, v values, _ func(*row) error) (int64, error) {
		c := s.Cursors.Find(v.text(0))
		if c == nil {
			return 0, nil
		}
		return 1, s.Cursors.update(c, func(c *Cursor) { c.Position = v.n(1) })
	}},
})

func counted(done bool) int64 {
	if done {
		return 1
	}
	return 0
}

func (s *Store) answer(v values, out func(*row) error, withKey bool) (int64, error) {
	a := s.Answers.Find(Key{v.n(0), v.id(1)})
	if a == nil {
		return 0, nil
	}
	r := s.fresh()
	if withKey {
		r.id(a.Key)
	}
	return 1, out(r.text(a.Operation).bytes(a.Fingerprint).bytes(a.Parts).int(a.Status).bytes(a.Answer).text(a.Object).int(a.FirstSeen))
}

func (s *Store) factRow(e *Event) *row {
	return s.fresh().id(e.ID).text(e.Kind).id(e.Subject).id(e.Member).id(e.Merchant).text(e.Side).text(e.Actor).text(e.Request).
		text(e.Data).int(e.At)
}

func (s *Store) cursor(v values, out func(*row) error) (int64, error) {
	c := s.Cursors.Find(v.text(0))
	if c == nil {
		return 0, nil
	}
	return 1, out(s.fresh().int(c.Position))
}

func factOf(v values, turn int64) *Event {
	return &Event{
		Bucket: v.n(0), ID: v.id(1), Turn: turn, Kind: v.text(3), Subject: v.id(4), Member: v.id(5), Merchant: v.id(6),
		Side: v.text(7), Actor: v.text(8), Data: v.text(9), Request: v.text(10), At: v.n(11),
	}
}

// insertFurther gives a fact its turn: the later of now and the one after its subject's last.
func insertFurther(s *Store, v values, _ func(*row) error) (int64, error) {
	subject := v.id(4)
	last, known := s.turns[subject]
	if !known {
		last = 0
		for _, e := range s.timelines[subject] {
			last = max(last, e.Turn)
		}
		s.turns[subject] = last
	}
	return 1, s.Events.insert(factOf(v, v.n(2)+max(last+1, v.n(11))))
}

// byTime sorts captures and refunds as they are listed.
func byTime[R any](all []*R, created func(*R) (int64, ID)) []*R {
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b *R) int {
		at, ai := created(a)
		bt, bi := created(b)
		if at != bt {
			return int(max(-1, min(1, at-bt)))
		}
		return slices.Compare(ai[:], bi[:])
	})
	return out
}
