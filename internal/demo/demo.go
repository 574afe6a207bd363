// Package demo plays the world around the product, so that one command shows all of it: a shop that sells, a telephone
// that texts and mail arrive on, a convenience store that takes cash, a clock that can be moved to the next month, and a
// panel that makes trouble on purpose.
//
// # The story
//
// [Run] starts the real server as a process of its own ([child]) and talks to it as the world does and in no other way:
// the shop through the public API, the members' browsers through its pages, the carriers through SMS and SMTP, the
// collection agent through its file. In front of the server stands a proxy ([line]), so that the public address stays
// while the server is killed and started again. Nothing reaches into the server's memory or database.
//
// Everything listens on this machine only. What the world remembers lies in one folder, next to the server's database;
// the demo started again on the same folder goes on where it was.
package demo

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"tsuke/internal/clock"
	"tsuke/internal/demo/bank"
	"tsuke/internal/demo/child"
	"tsuke/internal/demo/keep"
	"tsuke/internal/demo/line"
	"tsuke/internal/demo/page"
	"tsuke/internal/demo/phone"
	"tsuke/internal/demo/printer"
	"tsuke/internal/demo/shop"
	"tsuke/internal/demo/till"
	"tsuke/internal/demo/trouble"
	"tsuke/internal/jst"
)

const (
	startWithin = 30 * time.Second
	stopWithin  = 25 * time.Second // the server takes up to 20 to finish what it has begun
)

// Who runs the service, as members are told.
const (
	contactName  = "ツケ デモ事務局"
	contactPhone = "03-0000-0000"
	contactHours = "10:00–17:00"
)

// Options say where the demo plays.
type Options struct {
	Addr string       // host and port of the demo's pages, on this machine; the product's own pages are on the next port
	Dir  string       // where everything is kept; empty: a folder that is removed at the end
	Exe  string       // the product's binary
	Out  io.Writer    // tells the visitor where to look
	Log  *slog.Logger // what the demo itself meets; the server's own log is a file in Dir
}

// Run plays the demo until ctx ends, and fails if the server cannot be kept alive.
func Run(ctx context.Context, opt Options) (err error) {
	if opt.Dir == "" {
		if opt.Dir, err = os.MkdirTemp("", "tsuke-demo-"); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(opt.Dir)) }()
	} else if err := os.MkdirAll(opt.Dir, 0o700); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	d := &demo{opt: opt, stop: stopper{log: opt.Log}}
	defer func() { err = errors.Join(err, d.stop.all()) }()
	if err := d.start(ctx); err != nil {
		return err
	}
	d.tell()
	select {
	case <-ctx.Done():
		return nil
	case <-d.server.Ended():
		return fmt.Errorf("demo: the server has ended: %w", d.server.Err())
	case err := <-d.broke:
		return err
	}
}

// demo is one run.
type demo struct {
	opt    Options
	site   *page.Site
	clock  *clock.Offset
	desk   *trouble.Desk
	server *child.Server
	shop   *shop.Shop
	phone  *phone.Phone
	till   *till.Till
	bank   *bank.Bank
	print  *printer.Printer
	book   *page.Book
	broke  chan error
	stop   stopper

	stage  net.Listener // the demo's pages
	public net.Listener // the proxy
	behind string       // the server's own address
	sms    net.Listener
	smtp   net.Listener

	mu    sync.Mutex
	books *booksResult
	hired map[string]hired // by name
}

func (d *demo) path(name string) string { return filepath.Join(d.opt.Dir, name) }

// start builds the stage from the outside in: addresses, carriers, server, shop, pages.
func (d *demo) start(ctx context.Context) error {
	d.broke = make(chan error, 8)
	if err := d.listen(); err != nil {
		return err
	}
	var err error
	if d.clock, err = clock.File(d.path("clock")); err != nil {
		return err
	}
	d.site = &page.Site{Host: d.stage.Addr().String(), Member: "http://" + d.public.Addr().String(), Clock: d.clock, Logger: d.opt.Log}
	if d.desk, err = trouble.Open(d.opt.Dir, d.clock); err != nil {
		return err
	}
	if err := d.openCarriers(); err != nil {
		return err
	}
	if err := d.openServer(ctx); err != nil {
		return err
	}
	if err := d.openStore(); err != nil {
		return err
	}
	if err := d.agreeWithBank(ctx); err != nil {
		return err
	}
	if err := d.openBank(); err != nil {
		return err
	}
	if err := d.openPrinter(); err != nil {
		return err
	}
	return d.openStage()
}

// places are the addresses that a folder belongs to: the shop's is part of what the merchant agreed with the service.
type places struct{ Stage, Public string }

// listen takes all addresses, those of an earlier run on the same folder if there was one.
func (d *demo) listen() error {
	host, port, err := net.SplitHostPort(d.opt.Addr)
	ip := net.ParseIP(host)
	n, portErr := strconv.Atoi(port)
	if err != nil || ip == nil || !ip.IsLoopback() || portErr != nil || n < 0 || n > 65534 {
		return fmt.Errorf("demo: %q is no address of this machine: write 127.0.0.1:8080; the demo can kill its server and is not for a network", d.opt.Addr)
	}
	want := places{Stage: d.opt.Addr, Public: net.JoinHostPort(host, strconv.Itoa(n+1))}
	if n == 0 {
		want.Public = want.Stage
	}
	var was places
	found, err := keep.Load(d.path("places.json"), &was)
	switch {
	case err != nil:
		return err
	case found && n == 0:
		want = was
	case found && was != want:
		return fmt.Errorf("demo: the folder %s was made at %s: start with that address, or with another folder", d.opt.Dir, was.Stage)
	}
	if d.stage, err = d.take(want.Stage); err != nil {
		return err
	}
	if d.public, err = d.take(want.Public); err != nil {
		return err
	}
	loopback := net.JoinHostPort(host, "0")
	if d.sms, err = d.take(loopback); err != nil {
		return err
	}
	if d.smtp, err = d.take(loopback); err != nil {
		return err
	}
	if d.behind, err = freeAddr(loopback); err != nil {
		return err
	}
	return keep.Save(d.path("places.json"), places{d.stage.Addr().String(), d.public.Addr().String()})
}

// take listens at an address; the listener is closed at the end if nobody has done so.
func (d *demo) take(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("demo: %s is taken: choose another --addr (%w)", addr, err)
	}
	d.stop.add("listener", func(context.Context) error {
		if err := l.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return l, nil
}

// freeAddr is an address that nobody listens at now; the server will.
func freeAddr(loopback string) (string, error) {
	l, err := net.Listen("tcp", loopback)
	if err != nil {
		return "", fmt.Errorf("demo: %w", err)
	}
	return l.Addr().String(), l.Close()
}

// openCarriers opens the telephone with its two carriers.
func (d *demo) openCarriers() error {
	var err error
	if d.phone, err = phone.Open(d.opt.Dir, d.site); err != nil {
		return err
	}
	token, err := d.secret("sms-token")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/sms", d.phone.SMS(token))
	d.serve(d.sms, mux)
	server := d.phone.Mail()
	d.stop.add("mail", func(context.Context) error { return server.Close() })
	d.run(func() {
		if err := server.Serve(d.smtp); err != nil && !errors.Is(err, smtp.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			d.broke <- fmt.Errorf("demo: mail: %w", err)
		}
	})
	return nil
}

// secret reads the one line of a file in the folder, made at random if it is not there.
func (d *demo) secret(name string) (string, error) {
	text, err := os.ReadFile(d.path(name))
	if err == nil {
		return string(text), nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("demo: %w", err)
	}
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	made := hex.EncodeToString(b[:])
	return made, keep.Write(d.path(name), []byte(made))
}

// openServer makes what a new installation needs, each once, and starts the server.
func (d *demo) openServer(ctx context.Context) error {
	if _, err := os.Stat(d.path("secrets")); errors.Is(err, os.ErrNotExist) {
		if _, err := d.command(ctx, "secrets", "create", d.path("secrets")); err != nil {
			return err
		}
	}
	key, err := d.merchantKey(ctx)
	if err != nil {
		return err
	}
	log, err := os.OpenFile(d.path("server.log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	d.stop.add("log", func(context.Context) error { return log.Close() })
	args := append([]string{"serve"}, d.database()...)
	args = append(args,
		"--addr", d.behind, "--public-url", d.site.Member, "--mail", "smtp://"+d.smtp.Addr().String(),
		"--mail-from", "no-reply@tsuke.example", "--sms", "http://"+d.sms.Addr().String()+"/sms",
		"--sms-token-file", d.path("sms-token"), "--contact-name", contactName,
		"--contact-mail", "help@tsuke.example", "--contact-phone", contactPhone, "--contact-hours", contactHours,
		"--numbers", till.Numbers(d.path("agent")),
	)
	if err := os.MkdirAll(till.Numbers(d.path("agent")), 0o700); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	d.server = child.Start(child.Command{Exe: d.opt.Exe, Args: args}, "http://"+d.behind+"/healthz", log)
	d.stop.add("server", d.server.Stop)
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	if err := d.server.Ready(ctx); err != nil {
		return err
	}
	d.shop, err = shop.New(shop.Options{
		Dir: d.opt.Dir, Origin: "http://" + d.site.Host, Client: shop.NewClient(d.site.Member, key), Desk: d.desk, Site: d.site,
	})
	return err
}

// database are the flags that every command of the product needs.
func (d *demo) database() []string {
	return []string{"--db", "sqlite:" + d.path("tsuke.db"), "--secrets", d.path("secrets"), "--clock-file", d.path("clock")}
}

// command runs a command of the product to its end.
func (d *demo) command(ctx context.Context, args ...string) ([]byte, error) {
	return child.Output(ctx, child.Command{Exe: d.opt.Exe, Args: args})
}

// contract is what the shop was given when it became a merchant.
type contract struct {
	Merchant string `json:"merchant"`
	Key      string `json:"key"`
}

// merchantKey makes the shop a merchant, once.
func (d *demo) merchantKey(ctx context.Context) (string, error) {
	var c contract
	if found, err := keep.Load(d.path("merchant.json"), &c); found || err != nil {
		return c.Key, err
	}
	args := append([]string{"merchant", "create"}, d.database()...)
	out, err := d.command(ctx, append(args,
		"--name", "あおぞら雑貨店", "--name-en", "Aozora Goods", "--contact", "shop@aozora.example", "--phone", "03-0000-0001",
		"--hours", "平日10〜17時", "--hours-en", "weekdays 10–17", "--return-origin", "http://"+d.site.Host, "--json")...)
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal(out, &c); err != nil || c.Key == "" {
		return "", fmt.Errorf("demo: merchant create gave no key: %w", err)
	}
	return c.Key, keep.Save(d.path("merchant.json"), c)
}

// openStore opens the convenience store, whose agent hands its files to the product's own command.
func (d *demo) openStore() error {
	dir := d.path("agent")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	var err error
	d.till, err = till.Open(dir, d.site, d.desk, func(ctx context.Context, file string) (string, error) {
		out, err := d.command(ctx, append([]string{"receipts", "import", file}, d.database()...)...)
		return string(out), err
	}, func(ctx context.Context, dir string) error {
		_, err := d.command(ctx, append([]string{"numbers", "write", "--out", dir}, d.database()...)...)
		return err
	})
	return err
}

// agreed are the codes that the bank has given the service for its files, and that the shop's customers may pay by invoice.
var agreed = [][2]string{
	{"debit.consignor", "1234567890"},
	{"debit.consignor.name", "ﾂｹﾃﾞﾓ"},
	{"debit.bank", "0000"},
	{"debit.branch", "001"},
	{"billing.transfer.bank", "0000"},
	{"billing.transfer.branch", "001"},
	{"billing.transfer.number", "7654321"},
	{"billing.transfer.holder", "ツケデモ"},
	{"checkout.invoice.allowed", "true"},
}

// agreedOut are the codes for files of transfers out of the service's account.
var agreedOut = [][2]string{
	{"payout.consignor", "1234567890"},
	{"payout.consignor.name", "ﾂｹﾃﾞﾓ"},
	{"payout.bank", "0000"},
	{"payout.branch", "001"},
	{"payout.account.number", "7654321"},
}

// agreeWithBank sets the codes as terms, once.
func (d *demo) agreeWithBank(ctx context.Context) error {
	if err := d.agree(ctx, "bank-codes.json", agreed); err != nil {
		return err
	}
	return d.agree(ctx, "bank-codes-out.json", agreedOut)
}

// agree sets terms, once. They hold from the third day on: a term cannot change on a day that has begun or is about to, and the first
// bill is later than that.
func (d *demo) agree(ctx context.Context, once string, terms [][2]string) error {
	var done bool
	if found, err := keep.Load(d.path(once), &done); found || err != nil {
		return err
	}
	from := jst.DayOf(d.clock.Now()).Add(2)
	for _, term := range terms {
		args := append([]string{"term", "set", term[0], term[1], "--from", from.String()}, d.database()...)
		if _, err := d.command(ctx, args...); err != nil {
			return err
		}
	}
	return keep.Save(d.path(once), true)
}

// openBank opens the bank, to which the product's commands write and from which they read.
func (d *demo) openBank() error {
	dir := d.path("bank")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	var err error
	d.bank, err = bank.Open(dir, d.site, d.desk, bank.Product{
		Request: func(ctx context.Context, month jst.Month, path string) (string, error) {
			day := debitDay(month.Next()).String()
			if out, err := d.command(ctx, append([]string{"debit", "gather", day}, d.database()...)...); err != nil {
				return string(out), err
			}
			if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
				return "", err
			}
			out, err := d.command(ctx, append([]string{"debit", "ask", day, "--out", path}, d.database()...)...)
			return string(out), err
		},
		Answer: func(ctx context.Context, day jst.Day, request, answer string) (string, error) {
			out, err := d.command(ctx, append([]string{"debit", "answer", day.String(), "--request", request, "--answer", answer}, d.database()...)...)
			return string(out), err
		},
		Statement: func(ctx context.Context, path string) (string, error) {
			out, err := d.command(ctx, append([]string{"transfers", "take", path}, d.database()...)...)
			return string(out), err
		},
		Payouts: func(ctx context.Context, dir string) (string, error) {
			out, err := d.command(ctx, append([]string{"payouts", "write", "--out", dir}, d.database()...)...)
			return string(out), err
		},
		Took: func(ctx context.Context, path string) (string, error) {
			out, err := d.command(ctx, append([]string{"payouts", "took", path}, d.database()...)...)
			return string(out), err
		},
		Refused: func(ctx context.Context, path string) (string, error) {
			out, err := d.command(ctx, append([]string{"payouts", "failed", path}, d.database()...)...)
			return string(out), err
		},
	})
	return err
}

// openPrinter opens the printing house.
func (d *demo) openPrinter() error {
	dir := d.path("printer")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	var err error
	d.print, err = printer.Open(dir, d.site, func(ctx context.Context, month jst.Month, dir string) (string, error) {
		out, err := d.command(ctx, append([]string{
			"postcards", "write", "--month", month.String(), "--out", dir, "--name", contactName, "--phone", contactPhone, "--hours", contactHours,
			"--postal-code", "1500002", "--address", "東京都渋谷区渋谷0丁目0-0;デモビル8階", "--agent", "みちくさ収納サービス",
		}, d.database()...)...)
		return string(out), err
	})
	return err
}

// openStage opens the proxy and the pages to visitors.
func (d *demo) openStage() error {
	proxy, err := line.New(d.behind, d.server, d.desk, d.site)
	if err != nil {
		return err
	}
	pages, err := d.pages()
	if err != nil {
		return err
	}
	d.serve(d.public, proxy)
	d.serve(d.stage, pages)
	following, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	d.stop.add("shop", func(context.Context) error { cancel(); <-done; return nil })
	go func() { defer close(done); d.shop.Follow(following) }()
	return nil
}

// serve answers at a listener until the end.
func (d *demo) serve(l net.Listener, h http.Handler) {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		ErrorLog: slog.NewLogLogger(d.opt.Log.Handler(), slog.LevelDebug),
	}
	d.stop.add("pages", func(ctx context.Context) error {
		if server.Shutdown(ctx) != nil {
			return server.Close()
		}
		return nil
	})
	d.run(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			d.broke <- fmt.Errorf("demo: %w", err)
		}
	})
}

// run runs f beside everything else; the end waits for it.
func (d *demo) run(f func()) { d.stop.running.Go(f) }

// tell says where to look.
func (d *demo) tell() {
	_, _ = fmt.Fprintf(d.opt.Out, `
ツケのデモ / Tsuke demo

  はじめに / start here   http://%s/
  お店 / shop             http://%s/shop
  会員ページ / member app  %s/
  データ / data           %s

Ctrl-C で終わります / ends it
`, d.site.Host, d.site.Host, d.site.Member, d.opt.Dir) // a terminal that is gone is no reason to end
}

// stopper ends what was begun, the last first.
type stopper struct {
	log     *slog.Logger
	ends    []end
	running sync.WaitGroup
}

type end struct {
	name string
	do   func(context.Context) error
}

func (s *stopper) add(name string, do func(context.Context) error) {
	s.ends = append(s.ends, end{name, do})
}

// all ends everything and waits for it.
func (s *stopper) all() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	var errs []error
	for i := len(s.ends) - 1; i >= 0; i-- {
		if err := s.ends[i].do(ctx); err != nil {
			errs = append(errs, fmt.Errorf("demo: ending %s: %w", s.ends[i].name, err))
		}
	}
	s.running.Wait()
	return errors.Join(errs...)
}

// localhost sends visitors who typed the machine's name to the address that cookies and links are made for.
func localhost(host string, next http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(host)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "localhost:"+port && r.Method == http.MethodGet {
			to := url.URL{Scheme: "http", Host: host, Path: r.URL.Path, RawQuery: r.URL.RawQuery}
			http.Redirect(w, r, to.String(), http.StatusFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}
