package cli

import (
	"tsuke/internal/app"
	"tsuke/internal/db"
	"tsuke/internal/jst"
	"tsuke/internal/staff"
)

type people struct {
	Add     staffAdd     `cmd:"" help:"Invite a person and print the link by which they make a browser and an authenticator theirs. It is shown this once."`
	Link    staffLink    `cmd:"" help:"Make a new link, for who lost browser or authenticator or was suspended. What was enrolled before ends."`
	List    staffList    `cmd:"" help:"List everybody with their roles."`
	Suspend staffSuspend `cmd:"" help:"End all that a person can do, at once."`
}

// console is where links lead: the address of the pages of staff.
type console struct {
	PublicURL string `env:"TSUKE_PUBLIC_URL" required:"" placeholder:"URL" help:"The address of the console, such as https://pay.example.jp"`
}

type staffAdd struct {
	store
	console
	Name string   `arg:"" help:"What they are called at work: 2 to 20 letters and digits. It need not be a full name."`
	Role []string `required:"" enum:"support,collection,finance,admin" help:"What they work as: support, collection, finance or admin; repeat for more."`
}

// Run invites the person.
func (c staffAdd) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		roles := make([]staff.Role, len(c.Role))
		for i, r := range c.Role {
			roles[i] = staff.Role(r)
		}
		return c.tell(sess, a, func(tx *db.Tx) (staff.Link, error) { return a.Staff.Add(tx, c.Name, roles, operator) })
	})
}

// tell prints the link that a verb makes.
func (c console) tell(sess *session, a *app.App, make func(*db.Tx) (staff.Link, error)) error {
	var link staff.Link
	err := a.DB.Write(sess.ctx, func(tx *db.Tx) (err error) {
		link, err = make(tx)
		return err
	})
	if err != nil {
		return err
	}
	say(sess.out, "%s %s\n%s\nThe link is shown this once. It can be used once, until %s.\n", link.Person.ID, link.Person.Name,
		app.EnrolURL(c.PublicURL, link), jst.In(link.Expires).Format("2006-01-02 15:04"))
	return nil
}

type staffLink struct {
	store
	console
	Name string `arg:"" help:"Who."`
}

// Run makes the link.
func (c staffLink) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return c.tell(sess, a, func(tx *db.Tx) (staff.Link, error) { return a.Staff.Invite(tx, c.Name, operator) })
	})
}

type staffList struct{ store }

// Run lists everybody.
func (c staffList) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Read(sess.ctx, func(tx *db.Tx) error {
			all, err := a.Staff.List(tx)
			for _, p := range all {
				say(sess.out, "%s %s %s %v\n", p.ID, p.Name, p.State, p.Roles)
			}
			return err
		})
	})
}

type staffSuspend struct {
	store
	Name string `arg:"" help:"Who."`
}

// Run suspends the person.
func (c staffSuspend) Run(sess *session) error {
	return c.open(sess, func(a *app.App) error {
		return a.DB.Write(sess.ctx, func(tx *db.Tx) error {
			p, err := a.Staff.Suspend(tx, c.Name, operator)
			if err == nil {
				say(sess.out, "%s %s is suspended\n", p.ID, p.Name)
			}
			return err
		})
	})
}
