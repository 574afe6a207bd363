package cli

import (
	"errors"
	"strconv"
	"strings"

	"tsuke/internal/app"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/journal"
	"tsuke/internal/jst"
	"tsuke/internal/ledger"
	"tsuke/internal/money"
)

type journals struct {
	Accounts journalAccounts `cmd:"" help:"List the accounts of the books, on which side each may be booked by hand, and what to use otherwise."`
	Post     journalPost     `cmd:"" help:"Book an entry by hand. Each reference has one."`
	Reverse  journalReverse  `cmd:"" help:"Book the exact mirror of such an entry, once. It is how a mistake is put right."`
	List     journalList     `cmd:"" help:"List these entries, the latest day first."`
	Show     journalShow     `cmd:"" help:"Show one with its lines and who decided."`
}

type journalAccounts struct{}

// Run lists the accounts. It needs no database.
func (journalAccounts) Run(sess *session) error {
	for _, h := range journal.Hands() {
		side := "-"
		switch {
		case h.Debit && h.Credit:
			side = "debit, credit"
		case h.Credit:
			side = "credit"
		case h.Debit:
			side = "debit"
		}
		say(sess.out, "%-18s %s\n", h.Account, side)
		if h.Instead != nil {
			say(sess.out, "%-18s %s\n", "", h.Instead.Next.In(language()))
		}
	}
	return nil
}

// side is one line of an entry, as it is typed: ACCOUNT=YEN.
type side struct {
	account ledger.Account
	amount  money.Yen
}

var errSide = errors.New("give an account and whole yen: bank_fees=500")

// UnmarshalText reads an argument.
func (s *side) UnmarshalText(text []byte) error {
	account, figure, ok := strings.Cut(string(text), "=")
	yen, err := strconv.ParseInt(figure, 10, 64)
	if !ok || err != nil || yen <= 0 {
		return errSide
	}
	*s = side{ledger.Account(account), money.Yen(yen)}
	return nil
}

type journalPost struct {
	store
	Reference string  `required:"" help:"The voucher, such as a line of the bank's statement: BANK-2026-11-3"`
	Reason    string  `required:"" enum:"bank_fee,interest,agent_payout,agent_difference,correction,other" help:"Why the money moved: bank_fee, interest, agent_payout, agent_difference, correction or other."`
	Debit     []side  `required:"" placeholder:"ACCOUNT=YEN" help:"A line on the debit side: bank_fees=500; repeat for more."`
	Credit    []side  `required:"" placeholder:"ACCOUNT=YEN" help:"A line on the credit side: bank=500; repeat for more. Lines are counted debits first."`
	Note      string  `required:"" help:"One line for whoever reads the books later. No names, no telephone or account numbers: books can't be erased."`
	Day       jst.Day `required:"" placeholder:"DAY" help:"Day of value, on which the money moved: 2026-11-25"`
	By        string  `required:"" help:"Number of who decides; no name."`
	Second    string  `required:"" help:"Number of who agrees: another person."`
}

// Run books the entry.
func (c journalPost) Run(sess *session) error {
	d := journal.Draft{Reference: c.Reference, Reason: journal.Reason(c.Reason), Note: c.Note, Day: c.Day}
	for _, s := range c.Debit {
		d.Lines = append(d.Lines, journal.Line{Account: s.account, Amount: s.amount})
	}
	for _, s := range c.Credit {
		d.Lines = append(d.Lines, journal.Line{Account: s.account, Amount: -s.amount})
	}
	return c.open(sess, func(a *app.App) error {
		var e journal.Entry
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			e, err = a.Journal.Post(tx, d, c.By, c.Second)
			return err
		})
		if err == nil {
			say(sess.out, "%s is booked: %s yen on %s\n", e.ID, e.Sum(), e.Day)
		}
		return err
	})
}

type journalReverse struct {
	store
	Entry  id.Journal `arg:"" help:"jnl_… as tsuke journal list names it"`
	Note   string     `required:"" help:"What was wrong with it. No names, no telephone or account numbers."`
	By     string     `required:"" help:"Number of who decides; no name."`
	Second string     `required:"" help:"Number of who agrees: another person."`
}

// Run reverses the entry.
func (c journalReverse) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		var e journal.Entry
		err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
			e, err = a.Journal.Reverse(tx, c.Entry, c.Note, c.By, c.Second)
			return err
		})
		if err == nil {
			say(sess.out, "%s is reversed: %s yen on %s\n", e.ID, e.Sum(), jst.DayOf(e.Undone))
		}
		return err
	})
}

type journalList struct {
	store
	From      jst.Day `placeholder:"DAY" help:"First day of value."`
	To        jst.Day `placeholder:"DAY" help:"Last day of value."`
	Reason    string  `help:"Only entries of this reason."`
	Reference string  `help:"Only the entry of this voucher."`
	Limit     int     `default:"100" help:"How many entries."`
}

// Run lists entries.
func (c journalList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			found, err := journal.List(tx, journal.Search{First: c.From, Last: c.To, Reason: journal.Reason(c.Reason), Reference: c.Reference}, c.Limit)
			for _, e := range found {
				ended := ""
				if !e.Stands() {
					ended = ", reversed " + jst.DayOf(e.Undone).String()
				}
				say(sess.out, "%s %s %s %s yen, %s%s\n", e.Day, e.ID, e.Reference, e.Sum(), e.Reason, ended)
			}
			return err
		})
	})
}

type journalShow struct {
	store
	Entry id.Journal `arg:"" help:"jnl_… as tsuke journal list names it"`
}

// Run shows the entry.
func (c journalShow) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			e, err := journal.Load(tx, c.Entry)
			if err != nil {
				return err
			}
			say(sess.out, "%s %s, %s of %s: %s\n", e.ID, e.Reference, e.Reason, e.Day, e.Note)
			for _, l := range e.Lines {
				word := "debit"
				if l.Amount < 0 {
					word = "credit"
				}
				say(sess.out, "  %-6s %-18s %s yen\n", word, l.Account, max(l.Amount, -l.Amount))
			}
			say(sess.out, "booked by %s and %s, %s\n", e.By, e.Second, jst.In(e.Decided).Format("2006-01-02 15:04"))
			if !e.Stands() {
				say(sess.out, "reversed by %s and %s, %s: %s\n", e.UndoneBy, e.UndoneSecond, jst.In(e.Undone).Format("2006-01-02 15:04"), e.UndoneNote)
			}
			return nil
		})
	})
}
