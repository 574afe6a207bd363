package crash

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"tsuke/internal/clock"
	"tsuke/internal/db"
	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/jst"
)

// commandKills is how often a command is killed at most before it is let through.
const commandKills = 6

// monthEnd moves the clock into the next month and does what an operator does then, with commands that are killed again
// and again: closes the month, and imports the file that says that everybody has paid. Whoever bought has one bill, each
// bill is paid once, and doing either again does nothing (rules B01, B03, B14).
func (k *killer) monthEnd(ctx context.Context) error {
	now := k.clock.Now()
	month := jst.MonthOf(now)
	if err := clock.WriteFile(k.product.path("clock"), month.End().Add(2*time.Hour).Sub(now)); err != nil {
		return err
	}
	if err := k.persist("closing", []point{{db.BeforeCommit, 16}, {db.AfterCommit, 16}, {"billing.insertStatements", 4}, {"billing.insertCloses", 12}}, "close", month.String()); err != nil {
		return err
	}
	if out, _, err := k.product.do("", "close", month.String()); err != nil || !strings.Contains(out, "\n0 bills") {
		k.broken("closing again: %s, %v", out, err)
	}
	bills, err := k.bills(ctx, month)
	if err != nil {
		return err
	}
	file := k.product.path("receipts.csv")
	if err := writeReceipts(file, bills, jst.DayOf(month.End())); err != nil {
		return err
	}
	if err := k.persist("importing", []point{{db.BeforeCommit, 60}, {db.AfterCommit, 60}, {"billing.insertReceipt", 40}}, "receipts", "import", file); err != nil {
		return err
	}
	if out, _, err := k.product.do("", "receipts", "import", file); err != nil || !strings.Contains(out, "imported before") {
		k.broken("importing again: %s, %v", out, err)
	}
	if err := k.checkPaid(ctx, month, len(bills)); err != nil {
		return err
	}
	return k.verifyBooks()
}

func (k *killer) broken(format string, args ...any) {
	k.report.Broken = append(k.report.Broken, fmt.Sprintf(format, args...))
}

// persist runs a command until it comes to its end, killing it on the way.
func (k *killer) persist(what string, at []point, args ...string) error {
	for range commandKills {
		name, spec := pick(k.rand, at)
		_, killed, err := k.product.do(spec, args...)
		if err != nil || !killed {
			return err
		}
		k.report.Kills[what+": "+name]++
	}
	_, _, err := k.product.do("", args...)
	return err
}

// read runs fn on a snapshot of the installation's database.
func (k *killer) read(ctx context.Context, fn func(*db.Tx) error) (err error) {
	d, err := db.Open(ctx, k.product.dsn, db.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Read(ctx, fn)
}

func (k *killer) bills(ctx context.Context, month jst.Month) (all []bill, err error) {
	unbilled := 0
	err = k.read(ctx, func(tx *db.Tx) (err error) {
		if all, err = selectBills(tx, month); err != nil {
			return err
		}
		unbilled, err = countUnbilled(tx, month)
		return err
	})
	if unbilled > 0 {
		k.broken("%d members bought and have no bill of %s", unbilled, month)
	}
	return all, err
}

func (k *killer) checkPaid(ctx context.Context, month jst.Month, bills int) error {
	return k.read(ctx, func(tx *db.Tx) error {
		statements, receipts, err := countPaid(tx, month)
		if err == nil && (statements != bills || receipts != bills) {
			k.broken("of %d bills of %s %d are paid, with %d receipts", bills, month, statements, receipts)
		}
		return err
	})
}

// writeReceipts writes the agent's file in which all bills were paid on a day.
func writeReceipts(path string, bills []bill, day jst.Day) error {
	lines := make([]agentfile.Line, len(bills))
	for i, b := range bills {
		lines[i] = agentfile.Line{
			Kind: agentfile.Confirmed, Day: day, Time: "1024", Barcode: b.digits, User1: b.digits[13:19], User2: b.digits[19:30],
			Amount: b.amount, Chain: "010", ChainName: "コンビニ", Store: "000123", CreatedDay: day,
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(agentfile.Write(f, lines), f.Close())
}
