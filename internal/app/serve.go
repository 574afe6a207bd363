package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"tsuke/internal/api"
	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/gateway"
	"tsuke/internal/run"
	"tsuke/internal/site"
	"tsuke/internal/web"
)

// The bounds of a connection. A client that sends one byte a second keeps a connection and nothing else.
const (
	headerWithin  = 5 * time.Second
	requestWithin = 30 * time.Second
	idleWithin    = 2 * time.Minute
	stopWithin    = 20 * time.Second
)

// TuneMemory has the garbage collector of this process come at five times what is in use instead of twice, unless GOGC
// says otherwise. A service's heap is small and what requests leave is short-lived: at twice, a tenth of the processor
// would go into collecting.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// Serve runs the service until ctx ends: it listens, then says so through ready, and works. When ctx ends it takes no
// new connection, finishes the requests it has, and stops the workers. It leaves no goroutine behind. It does the same when
// the store broke, and answers db.ErrBroken: the process is to end and to be started again, which finds out what is stored.
func (a *App) Serve(ctx context.Context, ready func(addr string)) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	defer a.endWhenBroken(ctx, end)()
	var err error
	if a.public, err = a.Config.publicURL(); err != nil {
		return err
	}
	mail, sms, err := a.carriers()
	if err != nil {
		return err
	}
	defer sms.Close()
	listener, err := net.Listen("tcp", a.Config.Addr)
	if err != nil {
		return &SettingError{Setting: "--addr", Cure: "choose an address of this machine that is free, such as 127.0.0.1:8081", Cause: err}
	}
	lanes := a.lanes()
	defer lanes.Stop()
	handler, console, err := a.handlers(lanes, sms)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	desk, err := a.listenForStaff()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	a.Notices.Mail, a.Notices.SMS = sendMail(mail), sendSMS(sms)
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	var workers sync.WaitGroup
	if err := a.work(working, &workers); err != nil {
		err = errors.Join(err, listener.Close())
		if desk != nil {
			err = errors.Join(err, desk.Close())
		}
		return err
	}
	err = a.answerBoth(ctx, listener, handler, desk, console, ready)
	lanes.Stop()
	stopWork()
	workers.Wait()
	if cause := context.Cause(ctx); errors.Is(cause, db.ErrBroken) {
		err = errors.Join(cause, err)
	}
	return err
}

// endWhenBroken ends the service when the store breaks, until done is called.
func (a *App) endWhenBroken(ctx context.Context, end context.CancelCauseFunc) (done func()) {
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-a.DB.Broken():
			a.Log.Error("the store failed to flush: the service ends, so that a new start finds out what is stored")
			end(db.ErrBroken)
		case <-ctx.Done():
		}
	})
	return func() { end(nil); watching.Wait() }
}

// listenForStaff opens the console's own door, if it has one.
func (a *App) listenForStaff() (net.Listener, error) {
	if a.Config.OpsAddr == "" {
		return nil, nil //nolint:nilnil // no door of its own is no failure
	}
	desk, err := net.Listen("tcp", a.Config.OpsAddr)
	if err != nil {
		return nil, &SettingError{Setting: "--ops-addr", Cure: "choose an address of this machine that is free, such as 127.0.0.1:8083, or leave it out", Cause: err}
	}
	return desk, nil
}

// answerBoth answers members and shops at one door and, if it has one of its own, staff at another, until ctx ends or one of
// them fails.
func (a *App) answerBoth(ctx context.Context, listener net.Listener, handler http.Handler, desk net.Listener, console http.Handler, ready func(addr string)) error {
	if desk == nil {
		return a.answer(ctx, listener, handler, ready)
	}
	both, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() {
		ended <- a.answer(both, desk, console, func(addr string) { a.Log.Info("the console is served", "addr", addr) })
		stop()
	}()
	err := a.answer(both, listener, handler, ready)
	stop()
	return errors.Join(err, <-ended)
}

// Start runs the service without its doors: lanes that take orders, and the workers. It is for who embeds or measures it;
// stop ends both and waits.
func (a *App) Start(ctx context.Context) (lanes *run.Lanes[checkout.Order, checkout.Authorization], stop func(), err error) {
	working, stopWork := context.WithCancel(ctx)
	var workers sync.WaitGroup
	if err := a.work(working, &workers); err != nil {
		stopWork()
		return nil, nil, err
	}
	lanes = a.lanes()
	return lanes, func() { lanes.Stop(); stopWork(); workers.Wait() }, nil
}

// answer answers requests until ctx ends and the last of them is done.
func (a *App) answer(ctx context.Context, listener net.Listener, handler http.Handler, ready func(addr string)) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerWithin, ReadTimeout: requestWithin, WriteTimeout: requestWithin,
		IdleTimeout: idleWithin, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(a.Log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	ready(listener.Addr().String())
	select {
	case err := <-failed:
		return errors.Join(err, server.Close())
	case <-ctx.Done():
	}
	a.Log.Info("stopping: finishing what was begun")
	within, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err := server.Shutdown(within)
	if ended := <-failed; !errors.Is(ended, http.ErrServerClosed) {
		a.Log.Warn("the server ended otherwise than asked", "err", ended)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("requests were still running after %s: %w", stopWithin, err), server.Close())
	}
	return nil
}

// laneCount is how many batches may be under way at once. Two keep the database busy while the next one gathers.
const laneCount = 2

func (a *App) lanes() *run.Lanes[checkout.Order, checkout.Authorization] {
	return run.NewLanes(run.Batcher[checkout.Order, checkout.Authorization]{DB: a.DB, Batch: a.Checkout.Batch, Render: api.Render}, laneCount, checkout.Order.Bucket)
}

// handlers puts API, pages, and health under one roof, and the console too, unless it has a door of its own.
func (a *App) handlers(lanes *run.Lanes[checkout.Order, checkout.Authorization], sms gateway.SMS) (public, console http.Handler, err error) {
	views, err := web.NewViews(web.Settings{Brand: a.Config.Brand, Operator: web.Operator{
		Name: a.Config.Contact.Name, Mail: a.Config.Contact.Mail, Phone: a.Config.Contact.Phone,
		HoursJA: a.Config.Contact.Hours, HoursEN: a.Config.Contact.Hours,
	}})
	if err != nil {
		return nil, nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/v1/", api.New(api.Options{
		DB: a.DB, Runner: run.New(a.DB), Lanes: lanes, Checkout: a.Checkout, Merchants: *a.Merchants, Members: a.Members,
		Terms: a.Terms, PublicURL: a.public.String(), Log: a.Log,
	}))
	mux.HandleFunc("GET /healthz", a.health)
	pages := site.Options{
		DB: a.DB, Views: views, Lanes: lanes, Checkout: a.Checkout, Credit: a.Credit, Members: a.Members,
		Merchants: a.Merchants, Payouts: a.Payouts, Billing: a.Billing, Notices: a.Notices, Terms: a.Terms, SMS: sms, PublicURL: a.public, Log: a.Log,
		Collection: a.Collection, Sender: a.sender(a.Config.Sender), Staff: a.Staff, Approvals: a.Approvals,
	}
	mux.Handle("/", site.New(pages))
	desk := site.NewConsole(pages)
	if a.Config.OpsAddr == "" {
		mux.Handle(web.OpsPath, desk)
		mux.Handle(web.OpsPath+"/", desk)
	}
	https := a.public.Scheme == "https"
	return compressed(secured(mux, https)), compressed(secured(desk, https)), nil
}

// carriers are the ways out: letters and texts. The caller closes the latter.
func (a *App) carriers() (gateway.Mail, *gateway.HTTPSMS, error) {
	mail, err := a.mail()
	if err != nil {
		return nil, nil, err
	}
	sms, err := gateway.NewHTTPSMS(gateway.SMSSettings{URL: a.Config.SMS, TokenFile: a.Config.SMSToken})
	if err != nil {
		return nil, nil, &SettingError{Setting: "--sms", Cure: "write the carrier's https address, and its token's file as --sms-token-file", Cause: err}
	}
	return mail, sms, nil
}

func (a *App) mail() (gateway.Mail, error) {
	set, err := gateway.ParseMailURL(a.Config.Mail)
	if err != nil {
		return nil, &SettingError{Setting: "--mail", Cure: "write smtp://HOST:PORT?user=NAME&password_file=FILE", Cause: err}
	}
	set.From, set.FromName = a.Config.MailFrom, orDefault(a.Config.Brand, "Tsuke")
	mail, err := gateway.NewSMTPMail(set, a.Clock)
	if err != nil {
		return nil, &SettingError{Setting: "--mail, --mail-from", Cure: "name the sender's address and a password file that only its owner can read", Cause: err}
	}
	return mail, nil
}

// health answers 200 when the database can be read.
func (a *App) health(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if err := a.Terms.Reload(r.Context(), a.DB); err != nil {
		a.Log.Error("health", "err", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = io.WriteString(w, "ok\n") // the client is gone then
}

// secured adds the headers that each answer carries.
func secured(h http.Handler, https bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		if https {
			head.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		h.ServeHTTP(w, r)
	})
}
