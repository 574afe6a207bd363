package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"tsuke/internal/app"
	"tsuke/internal/billing"
	"tsuke/internal/checkout"
	"tsuke/internal/clock"
	"tsuke/internal/credit"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/fault"
	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/gateway/transferfile"
	"tsuke/internal/id"
	"tsuke/internal/job"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/member"
	mer "tsuke/internal/merchant"
	"tsuke/internal/money"
	"tsuke/internal/vault"
	"tsuke/internal/zengin"
)

// The test binary plays the product's binary: scripts run "exec tsuke".
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tsuke": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := Run(ctx, os.Args[1:], os.Stdout, os.Stderr)
		stop()
		os.Exit(code)
	}})
}

// TestScripts runs what an operator types, each script on a database and in a folder of its own, at 9:00 on Monday 1 June
// 2026 in Japan. Beside the product's commands a script has these:
//
//	at TIME               moves the clock to a time in Japan: at '2026-07-01 00:30'
//	buy NAME YEN          NAME, who is registered first if need be, buys something that is billed this month
//	pay FILE KIND NAME…   writes the agent's file with a line of KIND for the newest bill of each, which is not paid;
//	                      NAME=YEN pays another amount than the bill's
//	way NAME WAY          NAME's bills are paid that way from the next one on: way taro postcard
//	facts KIND N          there are N facts of a kind
//	relay                 gives the facts so far their places, as a running service does
//	claim NAME            somebody else registers with NAME's number: a review; its id is $APPLICATION
//	account NAME          registers a bank account and chooses direct debit
//	bank FILE ANSWER CODE answers a request file with one result code for all
//	statement FILE TEXT N writes a bank's statement with a transfer of N yen, and further pairs; {NAME} is NAME's bill's reference
//	guest NAME YEN        NAME, who is no member, buys by invoice; invoice makes its bill $STATEMENT, with $REFERENCE, once it is issued
//	wantback NAME         NAME wants back what the newest bill did not need; a refusal's code is $REFUSED
//	bury                  a job is given up; its id is $JOB
//	damage SQL            changes the database behind the product's back
//	grab VAR REGEXP       keeps what the first group matches in the last standard output
//	well URL              waits until a service answers
func TestScripts(t *testing.T) {
	t.Parallel()
	secrets := filepath.Join(t.TempDir(), "secrets")
	if err := vault.Create(secrets); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"), RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error { return setUp(t, env, secrets) },
		Condition: func(cond string) (bool, error) {
			if cond != "postgres" {
				return false, fmt.Errorf("unknown condition %q", cond)
			}
			return dbtest.Postgres(), nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"at": scriptAt, "buy": scriptBuy, "pay": scriptPay, "way": scriptWay, "facts": scriptFacts, "claim": scriptClaim, "bury": scriptBury,
			"statement": scriptStatement, "wantback": scriptWantBack,
			"guest": scriptGuest, "invoice": scriptInvoice,
			"newest": scriptNewest, "account": scriptAccount, "bank": scriptBank, "damage": scriptDamage, "relay": scriptRelay, "grab": scriptGrab, "well": scriptWell,
		},
	})
}

// setUp gives a script settings that work; it overrides single ones by flags.
func setUp(t *testing.T, env *testscript.Env, secrets string) error {
	token := filepath.Join(env.WorkDir, "sms-token")
	if err := os.WriteFile(token, []byte("token\n"), 0o600); err != nil {
		return err
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addr := free.Addr().String()
	for name, value := range map[string]string{
		"TSUKE_DB": dbtest.DSN(t), "TSUKE_SECRETS": secrets, "TSUKE_CLOCK_FILE": filepath.Join(env.WorkDir, "clock"), "LANG": "C",
		"TSUKE_ADDR": addr, "TSUKE_PUBLIC_URL": "http://" + addr, "TSUKE_MAIL": "smtp://127.0.0.1:9", "TSUKE_SMS": "http://127.0.0.1:9/send",
		"TSUKE_SMS_TOKEN_FILE": token,
	} {
		env.Setenv(name, value)
	}
	return errors.Join(free.Close(), setClock(env.Getenv("TSUKE_CLOCK_FILE"), "2026-06-01 09:00"))
}

func setClock(file, text string) error {
	at, err := time.ParseInLocation("2006-01-02 15:04", text, jst.Zone())
	if err != nil {
		return err
	}
	return clock.WriteFile(file, time.Until(at))
}

func scriptAt(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(setClock(ts.Getenv("TSUKE_CLOCK_FILE"), args[0]))
}

// scene is a script's service, opened beside its commands.
type scene struct {
	*app.App

	ts *testscript.TestScript
}

func openScene(ts *testscript.TestScript) scene {
	a, err := app.Open(context.Background(), app.Config{
		DB: ts.Getenv("TSUKE_DB"), Secrets: ts.Getenv("TSUKE_SECRETS"), ClockFile: ts.Getenv("TSUKE_CLOCK_FILE"),
	}, slog.New(slog.DiscardHandler))
	ts.Check(err)
	return scene{a, ts}
}

func inScene(ts *testscript.TestScript, do func(scene, *db.Tx) error) {
	s := openScene(ts)
	err := s.DB.Write(context.Background(), func(tx *db.Tx) error { return do(s, tx) })
	ts.Check(errors.Join(err, s.Close()))
}

// phoneOf is NAME's number.
func phoneOf(name string) mask.Phone {
	return mask.Phone(fmt.Sprintf("+8190%08d", id.BucketOf("phone", name)))
}

// apply registers somebody with NAME's number, and takes it over from whoever has it.
func (s scene) apply(tx *db.Tx, name, browser string) (member.Draft, error) {
	sent, err := s.Members.RequestCode(tx, member.CodeRequest{
		Phone: phoneOf(name), Purpose: member.ForRegistration, BoundTo: browser, Address: netip.MustParseAddr("192.0.2.7"),
	})
	if err != nil {
		return member.Draft{}, err
	}
	entered, err := s.Members.EnterCode(tx, member.ForRegistration, browser, sent.Code.Reveal())
	if err != nil {
		return member.Draft{}, err
	}
	d, err := s.Members.Apply(tx, entered, "ja")
	if err == nil && d.Step == member.StepKnown {
		d, err = s.Members.TakeOver(tx, d.ID)
	}
	if err != nil {
		return member.Draft{}, err
	}
	_, errName := s.Members.SaveName(tx, d.ID, member.NameInput{Family: "山田", Given: "太郎", FamilyKana: "ヤマダ", GivenKana: "タロウ"})
	errBirth := s.Members.SaveBirth(tx, d.ID, member.BirthInput{Year: "1990", Month: "4", Day: "1"})
	_, errAddress := s.Members.SaveAddress(tx, d.ID, member.AddressInput{PostalCode: "150-0001", Prefecture: "東京都", City: "渋谷区神宮前1-2-3"})
	errMail := s.Members.SaveMail(tx, d.ID, "taro@example.jp", false)
	if err := errors.Join(errName, errBirth, errAddress, errMail); err != nil {
		return member.Draft{}, err
	}
	return s.Members.Agree(tx, d.ID, member.Agreement.Default())
}

func scriptBuy(ts *testscript.TestScript, _ bool, args []string) {
	yen, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	inScene(ts, func(s scene, tx *db.Tx) error {
		m, known, err := s.Members.FindByPhone(tx, phoneOf(args[0]))
		if err == nil && !known {
			var d member.Draft
			d, err = s.apply(tx, args[0], "browser of "+args[0])
			m = d.Member
		}
		if err != nil {
			return err
		}
		return s.buy(tx, m, money.Yen(yen))
	})
}

func (s scene) buy(tx *db.Tx, m id.Member, amount money.Yen) error {
	_, err := s.order(tx, checkout.Order{Member: m, Amount: amount})
	return err
}

// order is a purchase at a shop of its own that the shop confirms.
func (s scene) order(tx *db.Tx, o checkout.Order) (id.Payment, error) {
	shop, err := s.Merchants.Create(tx, mer.New{NameJA: "みどり雑貨", NameEN: "Midori", Contact: mer.Contact{Phone: "03-0000-0000"}}, "operator")
	if err != nil {
		return id.Payment{}, err
	}
	by := checkout.Actor{Side: fault.Merchant, Name: "merchant"}
	o.Merchant, o.MerchantLive, o.OrderRef, o.Channel, o.Capture, o.ConfirmWithin, o.By = shop.ID, true, "A-1", credit.Online, checkout.Automatic, time.Hour, by
	done, err := s.Checkout.Authorize(tx, []checkout.Order{o})
	if err != nil {
		return id.Payment{}, err
	}
	p := done[0].Value.Payment.ID
	_, err = s.Checkout.Confirm(tx, shop.ID, p, 30*24*time.Hour, by)
	return p, err
}

// scriptGuest buys by invoice without membership.
func scriptGuest(ts *testscript.TestScript, _ bool, args []string) {
	yen, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	var bought id.Payment
	inScene(ts, func(s scene, tx *db.Tx) error {
		guest, err := s.guest(tx, args[0])
		if err == nil {
			bought, err = s.order(tx, checkout.Order{Member: guest, Amount: money.Yen(yen), Invoice: true})
		}
		return err
	})
	ts.Setenv("PAYMENT", bought.String())
}

// guest is somebody with NAME's number who fills in what a purchase by invoice asks for.
func (s scene) guest(tx *db.Tx, name string) (id.Member, error) {
	browser := "browser of " + name
	sent, err := s.Members.RequestCode(tx, member.CodeRequest{
		Phone: phoneOf(name), Purpose: member.ForCheckout, BoundTo: browser, Address: netip.MustParseAddr("192.0.2.7"),
	})
	if err != nil {
		return id.Member{}, err
	}
	entered, err := s.Members.EnterCode(tx, member.ForCheckout, browser, sent.Code.Reveal())
	if err != nil {
		return id.Member{}, err
	}
	d, err := s.Members.ApplyGuest(tx, entered, "ja")
	if err != nil {
		return id.Member{}, err
	}
	err = s.Members.SaveGuest(tx, d.ID, member.GuestInput{
		Name:  member.NameInput{Family: "山田", Given: "花子", FamilyKana: "ヤマダ", GivenKana: "ハナコ"},
		Birth: member.BirthInput{Year: "1990", Month: "4", Day: "1"}, Mail: "hanako@example.jp",
		Address: member.AddressInput{PostalCode: "150-0001", Prefecture: "東京都", City: "渋谷区神宮前1-2-3"},
	})
	if err != nil {
		return id.Member{}, err
	}
	d, err = s.Members.BecomeGuest(tx, d.ID, member.Agreement.Default())
	return d.Member, err
}

// scriptInvoice names the invoice of what the guest has bought.
func scriptInvoice(ts *testscript.TestScript, _ bool, _ []string) {
	bought, err := id.Parse[id.PaymentKind](ts.Getenv("PAYMENT"))
	ts.Check(err)
	var all []billing.Statement
	inScene(ts, func(_ scene, tx *db.Tx) (err error) {
		all, err = billing.InvoicesOf(tx, bought)
		return err
	})
	if len(all) != 1 {
		ts.Fatalf("%d invoices", len(all))
	}
	ts.Setenv("STATEMENT", all[0].ID.String())
	ts.Setenv("REFERENCE", all[0].Reference().String())
}

func scriptPay(ts *testscript.TestScript, _ bool, args []string) {
	var lines []agentfile.Line
	inScene(ts, func(s scene, tx *db.Tx) error {
		for _, name := range args[2:] {
			line, err := s.line(tx, agentfile.Kind(args[1]), name)
			if err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return nil
	})
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(errors.Join(agentfile.Write(f, lines), f.Close()))
}

// line is a payment of somebody's newest bill at a till, today at 10:24.
func (s scene) line(tx *db.Tx, kind agentfile.Kind, name string) (agentfile.Line, error) {
	name, other, differs := strings.Cut(name, "=")
	m, _, err := s.Members.FindByPhone(tx, phoneOf(name))
	if err != nil {
		return agentfile.Line{}, err
	}
	all, err := billing.Statements(tx, m)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s has no bill", name)
	}
	if err != nil {
		return agentfile.Line{}, err
	}
	slip, err := s.Billing.SlipFor(tx, m, all[0].ID)
	if err != nil {
		return agentfile.Line{}, err
	}
	amount := slip.Amount
	if differs {
		n, err := strconv.ParseInt(other, 10, 64)
		if err != nil {
			return agentfile.Line{}, err
		}
		amount = money.Yen(n)
	}
	day := jst.DayOf(tx.Now())
	return agentfile.Line{
		Kind: kind, Day: day, Time: "1024", Barcode: slip.Digits, User1: slip.Digits[13:19], User2: slip.Digits[19:30],
		Amount: amount, Chain: "010", ChainName: "コンビニ", Store: "000123", CreatedDay: day,
	}, nil
}

func scriptStatement(ts *testscript.TestScript, _ bool, args []string) {
	reference := regexp.MustCompile(`\{([a-z]+)\}`)
	var lines []transferfile.Line
	inScene(ts, func(s scene, tx *db.Tx) error {
		for i := 1; i+1 < len(args); i += 2 {
			text := args[i]
			for _, name := range reference.FindAllStringSubmatch(text, -1) {
				_, st, err := s.newest(tx, name[1])
				if err != nil {
					return err
				}
				text = strings.ReplaceAll(text, name[0], st.Reference().String())
			}
			amount, err := strconv.ParseInt(args[i+1], 10, 64)
			if err != nil {
				return err
			}
			lines = append(lines, transferfile.Line{Day: jst.DayOf(tx.Now()), Amount: money.Yen(amount), Payer: mask.Name(text), Text: "振込"})
		}
		return nil
	})
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(errors.Join(transferfile.Write(f, transferfile.Deposits(""), transferfile.ShiftJIS, lines), f.Close()))
}

// newest is somebody's newest bill.
func (s scene) newest(tx *db.Tx, name string) (id.Member, billing.Statement, error) {
	m, _, err := s.Members.FindByPhone(tx, phoneOf(name))
	if err != nil {
		return m, billing.Statement{}, err
	}
	all, err := billing.Statements(tx, m)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s has no bill", name)
	}
	if err != nil {
		return m, billing.Statement{}, err
	}
	return m, all[0], nil
}

func scriptWantBack(ts *testscript.TestScript, _ bool, args []string) {
	refused := ""
	inScene(ts, func(s scene, tx *db.Tx) error {
		m, st, err := s.newest(tx, args[0])
		if err != nil {
			return err
		}
		all, err := billing.OverpaidOn(tx, m, st.ID)
		if err != nil || len(all) != 1 {
			return fmt.Errorf("%d payments too much: %w", len(all), err)
		}
		_, err = s.Billing.ReturnCredit(tx, m, all[0].Receipt, "member")
		var f *fault.Error
		if errors.As(err, &f) {
			refused, err = f.Kind.Code, nil
		}
		return err
	})
	ts.Setenv("REFUSED", refused)
}

// scriptNewest names the newest bill of somebody, as STATEMENT.
func scriptNewest(ts *testscript.TestScript, _ bool, args []string) {
	named := ""
	inScene(ts, func(s scene, tx *db.Tx) error {
		_, st, err := s.newest(tx, args[0])
		named = st.ID.String()
		return err
	})
	ts.Setenv("STATEMENT", named)
}

func scriptWay(ts *testscript.TestScript, _ bool, args []string) {
	inScene(ts, func(s scene, tx *db.Tx) error {
		m, _, err := s.Members.FindByPhone(tx, phoneOf(args[0]))
		if err != nil {
			return err
		}
		n, err := tx.Exec("-- cli.way\nUPDATE member SET way_to_pay = $3 WHERE bucket = $1 AND id = $2", m.Bucket(), m, args[1])
		if err == nil && n == 0 {
			err = errors.New("no such member")
		}
		return err
	})
}

func scriptFacts(ts *testscript.TestScript, _ bool, args []string) {
	inScene(ts, func(_ scene, tx *db.Tx) error {
		var n int
		if err := tx.Row("-- cli.facts\nSELECT COUNT(*) FROM event WHERE kind = $1", args[0]).Scan(&n); err != nil {
			return err
		}
		if strconv.Itoa(n) != args[1] {
			return fmt.Errorf("%d facts %s, want %s", n, args[0], args[1])
		}
		return nil
	})
}

func scriptClaim(ts *testscript.TestScript, _ bool, args []string) {
	inScene(ts, func(s scene, tx *db.Tx) error {
		d, err := s.apply(tx, args[0], "another's browser")
		if err == nil && d.State != member.Review {
			err = fmt.Errorf("the registration is %s", d.State)
		}
		ts.Setenv("APPLICATION", d.ID.String())
		return err
	})
}

func scriptAccount(ts *testscript.TestScript, _ bool, args []string) {
	number := zengin.AccountNumber("1234567")
	if len(args) > 1 {
		number = zengin.AccountNumber(args[1])
	}
	inScene(ts, func(s scene, tx *db.Tx) error {
		m, _, err := s.Members.FindByPhone(tx, phoneOf(args[0]))
		if err != nil {
			return err
		}
		err = s.Members.RegisterAccount(tx, m, zengin.Account{
			Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: number, Holder: "ﾔﾏﾀﾞ ﾀﾛｳ",
		})
		if err != nil {
			return err
		}
		return s.Members.ChooseWay(tx, m, string(billing.Debit), "member")
	})
}

func scriptBank(ts *testscript.TestScript, _ bool, args []string) {
	format := zengin.Format{NoConsignorAccount: true}
	request, err := zengin.ReadRequest(strings.NewReader(ts.ReadFile(args[0])), format)
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[1]))
	ts.Check(err)
	_, err = zengin.WriteResult(f, format, request.Header(), func(yield func(zengin.Debit, error) bool) {
		for d, err := range request.Debits() {
			d.Result = zengin.ResultCode(args[2][0])
			if !yield(d, err) {
				return
			}
		}
	})
	ts.Check(errors.Join(err, f.Close()))
}

func scriptBury(ts *testscript.TestScript, _ bool, _ []string) {
	s, ctx := openScene(ts), context.Background()
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		return job.Enqueue(tx, job.Job{Bucket: 7, Kind: "test.hopeless", Ref: "1", Due: tx.Now()})
	})
	ts.Check(err)
	worker, err := job.NewWorker(s.DB, job.Config{Kinds: map[string]job.Handler{"test.hopeless": {InTx: func(*db.Tx, job.Run) error {
		return job.Permanent(errors.New("hopeless"))
	}}}})
	ts.Check(err)
	_, err = worker.Step(ctx)
	ts.Check(err)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		record, err := job.Load(tx, 7, "test.hopeless", "1")
		ts.Setenv("JOB", record.ID.String())
		return err
	})
	ts.Check(errors.Join(err, s.Close()))
}

func scriptRelay(ts *testscript.TestScript, _ bool, _ []string) {
	s := openScene(ts)
	_, err := s.Relay.Step(context.Background())
	ts.Check(errors.Join(err, s.Close()))
}

func scriptDamage(ts *testscript.TestScript, _ bool, args []string) {
	inScene(ts, func(_ scene, tx *db.Tx) error {
		n, err := tx.Exec("-- cli.damage\n" + args[0])
		if err == nil && n == 0 {
			err = errors.New("nothing was damaged")
		}
		return err
	})
}

func scriptGrab(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("%s is not in the output", args[1])
	}
	ts.Setenv(args[0], found[1])
}

func scriptWell(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, args[0]+"/healthz", nil)
		ts.Check(err)
		if resp, err := client.Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("%s does not answer", args[0])
		case <-look.C:
		}
	}
}
