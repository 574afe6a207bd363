package sim

import (
	"math/rand/v2"
	"time"
)

// plan is the town's character: which faults there are, and how often. About half of them are off in each seed, so that
// rare ones are not always covered by common ones.
type plan struct {
	members, shops int
	everyOrder     time.Duration // from one order to the next, on average
	burst          int           // in 100: the next order follows at once

	loss, double, late int // in 1,000 messages
	conflict, unknown  int // in 1,000 transactions
	kills, powerCuts   int // in a run
	killInRecovery     int // in 100 restarts
	clockSteps         int // in a run
	failovers          int // in a run, with a standby

	newKey, changed, reused, silent, lateCapture, twice, greedy, amnesia, down, parts, startAgain, cancels, monthEnd int // in 100: habits of shops
	doubleClick, tabs, leave, twoShops                                                                               int // in 100: habits of members
	payLate, payTwice, payNever, takenBack, wrongMoney                                                               int // in 100: how bills are paid
	fileDouble, lineDouble, partial, shuffled, fileLate                                                              int // in 100: the agent's files
	limits, holds                                                                                                    int // in a run: the operator
	pauses                                                                                                           int

	payMonths, payShown, payOld, promises int // in 100: members who pay months late, with a new barcode, with an old one; who name a day
	tellLate                              int // in 100: payments of which the agent tells days or weeks late
	outages                               int // in a run: days that the operator enters
	damages, uncapped                     bool

	regrets                                                                     int // in 100: who has paid at a till what a bank is asked for, and takes it back
	debits, wayChanges, notDebited, payAnyway, tardy                            int // members who pay by debit, change, are not debited, pay all the same; who are always months late
	bankLate, bankSilent, bankTwice, bankOther, bankShort, bankChanged, bankCut int // in 100: the bank's results
	askTwice                                                                    int // in 100: the clerk's requests
	wrongDigits, cancelLate, recalls, cutFiles, agentAway                       int // in 100: the agent's lines and files
	inParts                                                                     int // in 100: members with a bill past due who agree to pay in parts
	longParts                                                                   bool
	writeOffs, waivers                                                          int // in a run: what two people give up, and take back
	deskSlow, deskWrong, deskAgain                                              int // in 100: the operator and money in suspense
}

// draw chooses a number up to most with a chance of one half, and 0 otherwise.
func draw(r *rand.Rand, most int) int {
	if r.IntN(2) == 0 {
		return 0
	}
	return 1 + r.IntN(most)
}

func newPlan(r *rand.Rand, o Options) plan {
	p := plan{
		members: 1 + r.IntN(4), shops: 1 + r.IntN(3), everyOrder: time.Duration(6+r.IntN(15)) * 24 * time.Hour, burst: draw(r, 60),
		loss: draw(r, 300), double: draw(r, 500), late: draw(r, 50), conflict: draw(r, 50), unknown: draw(r, 30),
		kills: draw(r, 50), powerCuts: draw(r, 10), killInRecovery: draw(r, 40), clockSteps: draw(r, 3),
		newKey: draw(r, 60), changed: draw(r, 30), reused: draw(r, 20), silent: draw(r, 30), lateCapture: draw(r, 30),
		twice: draw(r, 40), greedy: draw(r, 40), amnesia: draw(r, 20), down: draw(r, 10), parts: draw(r, 60),
		startAgain: draw(r, 50), cancels: draw(r, 60), monthEnd: draw(r, 40),
		doubleClick: draw(r, 80), tabs: draw(r, 50), leave: draw(r, 30), twoShops: draw(r, 30),
		payLate: draw(r, 40), payTwice: draw(r, 30), payNever: draw(r, 20), takenBack: draw(r, 30), wrongMoney: draw(r, 10),
		fileDouble: draw(r, 60), lineDouble: draw(r, 60), partial: draw(r, 60), shuffled: draw(r, 100), fileLate: draw(r, 40),
		limits: draw(r, 12), holds: draw(r, 6), pauses: draw(r, 4),
	}
	p.payMonths, p.payShown, p.payOld, p.promises = draw(r, 95), draw(r, 100), draw(r, 40), draw(r, 60)
	p.tellLate, p.outages = draw(r, 80), draw(r, 12)
	p.damages, p.uncapped = r.IntN(3) == 0, r.IntN(4) == 0
	p.debits, p.wayChanges, p.notDebited, p.payAnyway, p.regrets = draw(r, 100), draw(r, 6), r.IntN(60), draw(r, 100), draw(r, 90)
	p.tardy = draw(r, 60)
	p.bankLate, p.bankSilent, p.bankTwice, p.bankOther = draw(r, 50), draw(r, 30), draw(r, 60), draw(r, 60)
	p.bankShort, p.bankChanged, p.bankCut, p.askTwice = draw(r, 60), draw(r, 60), draw(r, 50), draw(r, 60)
	p.wrongDigits, p.cancelLate, p.recalls = draw(r, 15), draw(r, 20), draw(r, 20)
	p.cutFiles, p.agentAway = draw(r, 40), draw(r, 10)
	p.deskSlow, p.deskWrong, p.deskAgain = draw(r, 80), draw(r, 40), draw(r, 60)
	p.writeOffs, p.waivers = draw(r, 6), draw(r, 6)
	p.inParts, p.longParts = draw(r, 90), r.IntN(2) == 0
	if o.Lazy {
		p.powerCuts = 10
	}
	if standby := r.IntN(4) == 0; o.Replicated || (standby && !o.Alone) {
		p.failovers = 1 + r.IntN(3)
	}
	return p
}

// quiet is the town after the faults have stopped.
func (p plan) quiet() plan {
	q := plan{members: p.members, shops: p.shops, everyOrder: p.everyOrder, payShown: 100, damages: p.damages, uncapped: p.uncapped}
	return q
}
