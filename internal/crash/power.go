package crash

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"tsuke/internal/app"
	"tsuke/internal/clock"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest/disk"
	"tsuke/internal/load"
	"tsuke/internal/vault"
)

// Power says how often the power is cut.
type Power struct {
	Cycles  int
	Round   int // cycles on one database; 25 if zero
	Callers int // 8 if zero
	Seed    uint64
	Deaf    bool // the disk ignores every fsync: acknowledged effects must be found to be lost
}

// PowerLoss runs the service in this process on SQLite over a disk that can lose power (package disk). In each cycle a
// crowd works, the power is cut at a random moment, and the service is opened on what the disk then holds: a random part
// of everything that was not synced. A third of the time it is cut once more while the service is coming up. The crowd
// forgets what it was told after the cut, asks again, and looks everything up; and the books must agree.
func PowerLoss(ctx context.Context, o Power) (_ Report, err error) {
	o.Round, o.Callers = orDefault(o.Round, 25), orDefault(o.Callers, 8)
	p := &plant{Power: o, clock: clock.System(), rand: rand.New(rand.NewPCG(o.Seed, 2))} //nolint:gosec // can be repeated
	p.report.Kills = map[string]int{}
	if p.dir, err = os.MkdirTemp("", "tsuke-power-"); err != nil {
		return p.report, err
	}
	defer func() { err = errors.Join(err, p.close(), os.RemoveAll(p.dir)) }()
	if err := vault.Create(p.secrets()); err != nil {
		return p.report, err
	}
	began := p.clock.Now()
	for p.report.Cycles < p.Cycles && len(p.report.Findings()) == 0 && err == nil {
		err = p.round(ctx, min(p.Round, p.Cycles-p.report.Cycles))
		p.report.Took, p.report.Start = p.clock.Now().Sub(began), median(p.report.starts)
	}
	return p.report, err
}

// plant is the machine whose power is cut.
type plant struct {
	Power

	report Report
	rand   *rand.Rand
	clock  clock.Clock
	dir    string
	folder int // numbers the databases
	rounds int
	people load.Population
	disk   *disk.Disk
	up     *service // nil while there is none
	before *load.Load
}

func (p *plant) secrets() string { return filepath.Join(p.dir, "secrets") }
func (p *plant) token() string   { return filepath.Join(p.dir, "token") }
func (p *plant) data() string    { return filepath.Join(p.dir, fmt.Sprint(p.folder)) }

func (p *plant) close() error {
	if p.up == nil {
		return nil
	}
	return p.stop()
}

// round is a number of cycles that begin with a new database.
func (p *plant) round(ctx context.Context, cycles int) error {
	if err := errors.Join(p.close(), p.next(disk.Image{})); err != nil {
		return err
	}
	p.rounds++
	p.people = load.Population{Seed: p.Seed + uint64(p.rounds), Members: 500, Merchants: 3}
	p.before = nil
	if err := p.seed(ctx); err != nil {
		return err
	}
	if err := p.start(ctx); err != nil {
		return err
	}
	for range cycles {
		if err := p.cycle(ctx); err != nil {
			return err
		}
		p.report.Cycles++
		if len(p.report.Findings()) > 0 {
			return nil
		}
	}
	return nil
}

// next puts what is left of a disk into a new folder, and throws the old one away.
func (p *plant) next(image disk.Image) error {
	old := p.data()
	p.folder++
	if err := os.Mkdir(p.data(), 0o700); err != nil {
		return err
	}
	return errors.Join(image.Write(p.data()), os.RemoveAll(old))
}

func (p *plant) seed(ctx context.Context) (err error) {
	d, err := db.Open(ctx, p.dsn(), db.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	return load.Seed(ctx, d, p.people)
}

func (p *plant) dsn() string { return "sqlite:" + filepath.Join(p.data(), "tsuke.db") }

// cutMost is after how many answers the power is cut at most.
const cutMost = 100

// cycle lets a crowd work, cuts the power, and compares.
func (p *plant) cycle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, cycleWithin)
	defer cancel()
	crowd := load.New(load.Options{
		Name: fmt.Sprintf("p%dc%d", p.rounds, p.report.Cycles), Addr: p.up.addr, People: p.people, Callers: p.Callers,
		Mix: load.Mix{Life: 70, Twins: 25}, Seed: p.rand.Uint64(),
	})
	defer crowd.Close()
	if p.before != nil {
		crowd.Follow(p.before)
	} else if err := crowd.Mark(ctx); err != nil {
		return err
	}
	image, at := p.cutDuring(ctx, crowd)
	crowd.Forget(at)
	if err := p.reopen(ctx, image); err != nil {
		return err
	}
	if p.up == nil { // it does not open, which was reported
		return nil
	}
	crowd.Turn(p.up.addr)
	return p.compare(ctx, crowd)
}

// cutDuring cuts the power while the crowd works, and answers what the disk holds and when that was.
func (p *plant) cutDuring(ctx context.Context, crowd *load.Load) (image disk.Image, at time.Time) {
	enough := crowd.After(p.rand.Int64N(cutMost))
	over := make(chan struct{})
	working, stop := context.WithCancel(ctx)
	go func() {
		defer close(over)
		select {
		case <-enough:
		case <-ctx.Done():
		}
		linger(ctx, p.rand)
		at = p.clock.Now() // what was told before this moment is promised
		image = p.disk.Cut(p.rand)
		stop()
	}()
	crowd.Work(working)
	<-over
	p.report.Kills["under load"]++
	return image, at
}

// reopen opens the service on what a disk held. Sometimes the power fails again while it is coming up.
func (p *plant) reopen(ctx context.Context, image disk.Image) error {
	if err := errors.Join(p.stop(), p.next(image)); err != nil {
		return err
	}
	err := p.start(ctx)
	if err == nil && p.rand.IntN(3) == 0 {
		p.report.Kills["starting"]++
		again := p.disk.Cut(p.rand)
		if err := errors.Join(p.stop(), p.next(again)); err != nil {
			return err
		}
		err = p.start(ctx)
	}
	if err != nil && ctx.Err() == nil {
		p.report.Verdict.Lost = append(p.report.Verdict.Lost, "the database does not open: "+err.Error())
		return nil
	}
	return err
}

func (p *plant) compare(ctx context.Context, crowd *load.Load) error {
	if open := crowd.Settle(ctx); open > 0 {
		return fmt.Errorf("crash: %d requests got no answer: %w", open, context.Cause(ctx))
	}
	p.report.Verdict.Add(crowd.Verify(ctx, load.Look{Replay: true}))
	p.report.Tally.Add(crowd.Tally())
	p.before = crowd
	p.report.Books++
	broken, err := p.up.app.Verify(ctx)
	for _, b := range broken {
		p.report.Broken = append(p.report.Broken, b.String())
	}
	return err
}

// Failing says how the disk fails on the service.
type Failing string

// The failures.
const (
	NoSync Failing = "fsync fails"
	Full   Failing = "the disk is full"
)

// DiskFails lets the disk fail while a crowd works. The service must acknowledge nothing that is not stored, and must not
// say of anything that it is not done if it could be. After a full disk has room again the same process goes on; after an
// fsync that failed it takes nothing more, and is started again: on what the kernel still knows if power stayed on, or on
// what was synced if it did not.
func DiskFails(ctx context.Context, seed uint64, how Failing, powerStays bool) (_ Report, err error) {
	p := &plant{Power: Power{Callers: 8, Seed: seed}, clock: clock.System(), rand: rand.New(rand.NewPCG(seed, 3))} //nolint:gosec // can be repeated
	p.report.Kills = map[string]int{}
	if p.dir, err = os.MkdirTemp("", "tsuke-disk-"); err != nil {
		return p.report, err
	}
	defer func() { err = errors.Join(err, p.close(), os.RemoveAll(p.dir)) }()
	if err := vault.Create(p.secrets()); err != nil {
		return p.report, err
	}
	if err := p.round(ctx, 0); err != nil {
		return p.report, err
	}
	crowd := load.New(load.Options{
		Name: "failing", Addr: p.up.addr, People: p.people, Callers: p.Callers, Mix: load.Mix{Life: 70, Twins: 25}, Seed: seed,
	})
	defer crowd.Close()
	p.workOnFailing(ctx, crowd, how)
	if how == Full {
		p.disk.Fill(-1)
		return p.report, p.compare(ctx, crowd)
	}
	if err := p.up.app.DB.Write(ctx, func(*db.Tx) error { return nil }); !errors.Is(err, db.ErrBroken) {
		p.report.Broken = append(p.report.Broken, fmt.Sprintf("writes are still taken after an fsync failed: %v", err))
	}
	if err := p.endsItself(ctx); !errors.Is(err, db.ErrBroken) {
		p.report.Broken = append(p.report.Broken, fmt.Sprintf("the service does not end after an fsync failed: %v", err))
	}
	image := p.disk.Cut(p.rand)
	if powerStays {
		if image, err = p.disk.Kernel(); err != nil {
			return p.report, err
		}
	}
	if err := p.reopen(ctx, image); err != nil || p.up == nil {
		return p.report, err
	}
	crowd.Turn(p.up.addr)
	return p.report, p.compare(ctx, crowd)
}

// endsItself waits for the service to end by itself, and answers with what.
func (p *plant) endsItself(ctx context.Context) error {
	within, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	select {
	case <-p.up.gone:
	case <-within.Done():
		return within.Err()
	}
	err := <-p.up.done
	p.up.done <- nil // for who stops it
	return err
}

// failAfter is after how many answers the disk fails, and with how many more the crowd gives up.
const failAfter = 60

// workOnFailing lets the crowd work, the disk fail, and the crowd go on for a while.
func (p *plant) workOnFailing(ctx context.Context, crowd *load.Load, how Failing) {
	p.workFor(ctx, crowd, failAfter)
	if how == Full {
		p.disk.Fill(p.rand.Int64N(50_000))
	} else {
		p.disk.FailSync(true)
	}
	p.workFor(ctx, crowd, failAfter)
}

// workFor lets the crowd work for so many answers, or until the service ends.
func (p *plant) workFor(ctx context.Context, crowd *load.Load, answers int64) {
	enough := crowd.After(answers)
	ctx, stop := context.WithCancel(ctx)
	go func() {
		defer stop()
		select {
		case <-enough:
		case <-p.up.gone:
		case <-ctx.Done():
		}
	}()
	crowd.Work(ctx)
}

// service is the product running in this process.
type service struct {
	app  *app.App
	addr string
	end  context.CancelFunc
	done chan error    // what it ended with
	gone chan struct{} // closed when it has ended
	log  *tail
}

// start opens the service on the disk of the present folder.
func (p *plant) start(ctx context.Context) (err error) {
	began := p.clock.Now()
	if p.disk, err = disk.Watch(p.data()); err != nil {
		return err
	}
	if p.Deaf {
		p.disk.Deaf()
	}
	if err := os.WriteFile(p.token(), []byte("none\n"), 0o600); err != nil {
		return err
	}
	s := &service{done: make(chan error, 1), gone: make(chan struct{}), log: &tail{}}
	s.app, err = app.Open(ctx, app.Config{
		DB: p.dsn(), Secrets: p.secrets(), Addr: "127.0.0.1:0", PublicURL: "http://127.0.0.1:8081", Mail: "smtp://127.0.0.1:1",
		MailFrom: "no-reply@localhost.localdomain", SMS: "http://127.0.0.1:1/", SMSToken: p.token(),
	}, slog.New(slog.NewTextHandler(s.log, nil)))
	if err != nil {
		p.disk.Release()
		return err
	}
	serving, end := context.WithCancel(context.WithoutCancel(ctx))
	s.end = end
	ready := make(chan string, 1)
	go func() {
		defer close(s.gone)
		s.done <- s.app.Serve(serving, func(addr string) { ready <- addr })
	}()
	select {
	case s.addr = <-ready:
	case err := <-s.done:
		end()
		p.disk.Release()
		return errors.Join(err, s.app.Close())
	}
	p.up = s
	p.report.Starts++
	p.report.starts = append(p.report.starts, p.clock.Now().Sub(began))
	return nil
}

// stop ends the service. What it still does to its folder is of no interest any more.
func (p *plant) stop() error {
	s := p.up
	p.up = nil
	s.end()
	err := <-s.done
	_ = s.app.Close() // a disk that failed makes it fail
	p.disk.Release()
	return err
}
