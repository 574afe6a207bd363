package crash

import (
	"fmt"
	"math/rand/v2"

	"tsuke/internal/db"
)

// point is a failpoint and the highest count at which a short load still reaches it.
type point struct {
	name string
	most int
}

// points are where a service is ended from inside: around each commit, and in the middle of each kind of transaction that
// a load makes. A statement's name is the point at which it is about to run.
var points = []point{
	{db.BeforeCommit, 300},
	{db.AfterCommit, 300},
	{"checkout.insertPayments", 40},
	{"checkout.claimOrders", 40},
	{"credit.updateAccounts", 100},
	{"run.insertKeys", 100},
	{"checkout.insertCapture", 30},
	{"checkout.insertRefund", 20},
	{"ledger.insertLines", 40},
	{"checkout.updatePayment", 60},
	{"checkout.freeOrder", 20},
	{"event.insertLog", 30},
	{"event.insertMerchantEvents", 30},
	{"event.deleteOutbox", 30},
	{"event.moveRelay", 30},
	{"event.moveCursor", 20},
	{"notice.insertNotices", 20},
	{"job.insertJobs", 20},
	{"job.lease", 10},
}

// birth are the points at which the first start is ended, in the middle of the schema's migrations.
var birth = []point{{db.BeforeCommit, 8}, {db.AfterCommit, 8}, {"db.recordMigration", 7}}

// pick chooses a failpoint as TSUKE_FAILPOINT wants it.
func pick(r *rand.Rand, from []point) (name, spec string) {
	p := from[r.IntN(len(from))]
	return p.name, fmt.Sprintf("%s:%d", p.name, 1+r.IntN(p.most))
}
