package api

import (
	"net/http"
	"strconv"

	"tsuke/internal/db"
	"tsuke/internal/event"
)

// listEvents is GET /v1/events: everything that happened to what is this merchant's, in one gapless order. A shop that
// keeps the last number it has worked through misses nothing and sees nothing twice.
func listEvents(c *call) (reply, error) {
	after, _ := strconv.ParseInt(c.query("after"), 10, 64) // judged already; none is 0
	out := eventList{Data: []happening{}, Next: after}
	err := c.DB.Read(c.ctx, func(tx *db.Tx) error {
		facts, err := event.Feed(tx, c.who.Merchant, after, c.limit())
		if err != nil {
			return err
		}
		for _, f := range facts {
			one, err := happeningOf(f)
			if err != nil {
				return err
			}
			out.Data = append(out.Data, one)
			out.Next = f.Number
		}
		return nil
	})
	return reply{status: http.StatusOK, body: encode(out)}, err
}
