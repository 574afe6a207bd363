package db

import (
	"time"

	"github.com/jackc/pgx/v5"
)

// planned are the ways to join and read that no statement of the service may use: each finds its rows by an index, one by
// one. A plan is made once for a connection, maybe while a table is still empty, and PostgreSQL then finds it cheapest to
// read that table whole, however it grows. See Tx.Survey for the statements that do read whole tables.
var planned = []string{"enable_seqscan", "enable_hashjoin", "enable_mergejoin"}

// plansFor is how long a connection keeps its plans. What planned forbids leaves one way to read a table whole: along its
// index, with the rows that are looked for as the inner side. For a table that was empty when it was last vacuumed that is
// the cheapest plan, and unless somebody analyzes the table it stays when there are millions of rows: each batch then reads
// all of them. A new plan goes by the table's present size. To make those of the hot path anew takes some milliseconds, by estimate.
const plansFor = 2 * time.Second

const plansKey = "tsuke.plans"

// begin is what a transaction on a connection begins with.
func (b *postgresDB) begin(c *pgx.Conn, begin string) []statement {
	data, now := c.PgConn().CustomData(), time.Now()
	since, known := data[plansKey].(time.Time)
	if known && now.Sub(since) < b.plansFor {
		return []statement{{text: begin}}
	}
	data[plansKey] = now
	return []statement{{text: begin}, {text: "DISCARD PLANS"}}
}
