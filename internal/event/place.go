package event

import (
	"encoding/binary"
	"fmt"

	"tsuke/internal/id"
)

// Facts that wait and facts that have their places are listed in bytes: a row for each, with its entries in indexes,
// would cost the database more than the fact itself.

// outboxFact is how one fact stands in a row of the outbox: subject, merchant (zeros for none) and step.
const outboxFact = 16 + 16 + 2

func appendOutboxFact(to []byte, subject Subject, merchant id.Merchant, step int64) []byte {
	to = append(to, subject[:]...)
	to = append(to, merchant[:]...)
	return binary.BigEndian.AppendUint16(to, uint16(step))
}

// waitingFact is a fact on its way from the outbox to its places.
type waitingFact struct {
	subject  Subject
	turn     int64
	merchant id.Merchant
	position int64 // in the log
	number   int64 // in the merchant's feed, 0 without a merchant
}

// unpack lists the facts of a row of the outbox in their order.
func (w waitingRow) unpack() ([]waitingFact, error) {
	if len(w.facts) == 0 || len(w.facts)%outboxFact != 0 {
		return nil, fmt.Errorf("event: outbox row %s holds %d bytes", w.id, len(w.facts))
	}
	all := make([]waitingFact, 0, len(w.facts)/outboxFact)
	for b := w.facts; len(b) > 0; b = b[outboxFact:] {
		f := waitingFact{turn: w.turn + int64(binary.BigEndian.Uint16(b[32:]))}
		copy(f.subject[:], b)
		copy(f.merchant[:], b[16:])
		all = append(all, f)
	}
	return all, nil
}

// place says where a fact stands, and which it is.
type place struct {
	position int64 // in the log, or in the feed if a feed was read
	number   int64 // in its merchant's feed; 0 without a merchant
	subject  Subject
	turn     int64
}

// pageFact is how one fact stands in a page of the log or of a feed: subject, turn, number in the feed.
const pageFact = 16 + 8 + 8

// pageMax is how many facts a page holds: about as many as PostgreSQL keeps in one row without a side table.
const pageMax = 48

func (w waitingFact) appendPlace(to []byte) []byte {
	to = append(to, w.subject[:]...)
	to = binary.BigEndian.AppendUint64(to, uint64(w.turn))
	return binary.BigEndian.AppendUint64(to, uint64(w.number))
}

// placesOf unpacks a page whose last fact stands at last.
func placesOf(last int64, facts []byte) ([]place, error) {
	if len(facts) == 0 || len(facts)%pageFact != 0 {
		return nil, fmt.Errorf("event: the page up to %d holds %d bytes", last, len(facts))
	}
	n := int64(len(facts) / pageFact)
	all := make([]place, n)
	for i := range all {
		b := facts[i*pageFact:]
		copy(all[i].subject[:], b)
		all[i].turn = int64(binary.BigEndian.Uint64(b[16:]))
		all[i].number = int64(binary.BigEndian.Uint64(b[24:]))
		all[i].position = last - n + 1 + int64(i)
	}
	return all, nil
}

// byMerchant sorts facts into the feeds they belong to, each in its order; the feeds stand in the order of their first
// facts.
func byMerchant(given []waitingFact) [][]waitingFact {
	at := map[id.Merchant]int{}
	var feeds [][]waitingFact
	for _, w := range given {
		if w.number == 0 {
			continue
		}
		i, known := at[w.merchant]
		if !known {
			i = len(feeds)
			at[w.merchant] = i
			feeds = append(feeds, nil)
		}
		feeds[i] = append(feeds[i], w)
	}
	return feeds
}
