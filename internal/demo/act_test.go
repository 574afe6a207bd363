package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tsuke/internal/demo/keep"
	"tsuke/internal/jst"
	"tsuke/internal/zengin"
)

// The test binary plays the product's binary: with TSUKE_ACT in its environment it takes the product's commands. As a
// server it keeps its few objects in the database's file, so that they outlive a kill.
func TestMain(m *testing.M) {
	if os.Getenv("TSUKE_ACT") == "" {
		goleak.VerifyTestMain(m)
		return
	}
	args := strings.Join(os.Args[1:], " ")
	switch {
	case strings.HasPrefix(args, "secrets create "):
		check(os.MkdirAll(os.Args[3], 0o700))
	case strings.HasPrefix(args, "merchant create "):
		fmt.Println(`{"merchant":"mer_1","key":"tsk_live_x","origin":"` + flagValue("--return-origin") + `"}`)
	case strings.HasPrefix(args, "receipts import "):
		_, err := os.Stat(os.Args[3])
		check(err)
		fmt.Println("2 matched")
	case strings.HasPrefix(args, "numbers write "):
		fmt.Println("begin 0, yen 0, end 0, left out 0")
	case strings.HasPrefix(args, "postcards write "):
		fmt.Println("cards 0, yen 0, left out 0")
	case strings.HasPrefix(args, "debit gather "):
		fmt.Println("bills 1")
	case strings.HasPrefix(args, "debit ask "):
		check(actRequest(flagValue("--out")))
		fmt.Println("bills 1")
	case strings.HasPrefix(args, "debit answer "):
		check(actAnswer(flagValue("--request"), flagValue("--answer")))
		fmt.Println("debited 1")
	case strings.HasPrefix(args, "term set debit."), strings.HasPrefix(args, "term set payout."), strings.HasPrefix(args, "term set billing.transfer."), strings.HasPrefix(args, "term set checkout.invoice."):
	case strings.HasPrefix(args, "transfers take "):
		_, err := os.Stat(os.Args[3])
		check(err)
		fmt.Println("applied 1")
	case strings.HasPrefix(args, "verify "):
		if _, err := os.Stat(flagValue("--secrets") + "/broken"); err == nil {
			fmt.Println("statement stm_1: 8500 is not 8709")
			os.Exit(1)
		}
		fmt.Println("OK")
	case strings.HasPrefix(args, "serve "):
		actServer()
	default:
		fmt.Fprintln(os.Stderr, "unknown command", args)
		os.Exit(2)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var actFormat = zengin.Format{NoConsignorAccount: true}

// actRequest writes a request for one debit on the debit day of this month.
func actRequest(path string) error {
	day := debitDay(jst.MonthOf(time.Now()))
	var text bytes.Buffer
	_, err := zengin.WriteRequest(&text, actFormat, zengin.Header{
		Consignor: "1234567890", ConsignorName: "ﾂｹ", Day: zengin.MonthDayOf(day), Bank: "0001", Branch: "001",
	}, func(yield func(zengin.Debit, error) bool) {
		yield(zengin.Debit{
			Account: zengin.Account{Bank: "0001", Branch: "001", Type: zengin.Ordinary, Number: "7654321", Holder: "ﾔﾏﾀﾞ ﾊﾅｺ"},
			Amount:  8_500, Customer: "00000000000000000001",
		}, nil)
	})
	if err != nil {
		return err
	}
	return os.WriteFile(path, text.Bytes(), 0o600)
}

// actAnswer takes an answer that fits its request.
func actAnswer(request, answer string) error {
	var files [2]zengin.File
	for i, path := range []string{request, answer} {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		read := zengin.ReadRequest
		if i == 1 {
			read = zengin.ReadResult
		}
		r, err := read(bytes.NewReader(text), actFormat)
		if err != nil {
			return err
		}
		if files[i], err = r.File(); err != nil {
			return err
		}
	}
	day, err := jst.ParseDay(os.Args[3])
	if err != nil {
		return err
	}
	if bad := zengin.Match(files[0], files[1], day); len(bad) > 0 {
		return fmt.Errorf("%d differences", len(bad))
	}
	return nil
}

func flagValue(name string) string {
	for i, a := range os.Args {
		if a == name && i+1 < len(os.Args) {
			return os.Args[i+1]
		}
	}
	check(fmt.Errorf("no flag %s in %q", name, os.Args))
	return ""
}

// actor is the server: sessions that are paid by a POST to their page, and payments that are confirmed once per key.
type actor struct {
	path string
	mu   sync.Mutex
	mem  struct {
		Sessions []map[string]any
		Payments []map[string]any
		Answers  map[string]string // by key
		Done     int               // acts that were really done
	}
}

func actServer() {
	a := &actor{path: strings.TrimPrefix(flagValue("--db"), "sqlite:")}
	_, err := keep.Load(a.path, &a.mem)
	check(err)
	if a.mem.Answers == nil {
		a.mem.Answers = map[string]string{}
	}
	public := flagValue("--public-url")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /v1/checkout-sessions", a.once(func(body map[string]any, _ string) any {
		s := map[string]any{"id": fmt.Sprintf("ses_%d", len(a.mem.Sessions)+1), "state": "open", "order_ref": body["order_ref"], "amount": body["amount"]}
		s["url"] = public + "/pay/" + s["id"].(string)
		a.mem.Sessions = append(a.mem.Sessions, s)
		return s
	}))
	mux.HandleFunc("POST /v1/payments/{id}/confirm", a.once(func(_ map[string]any, id string) any {
		p := find(a.mem.Payments, id)
		p["state"], p["captured"] = "captured", p["amount"]
		return p
	}))
	mux.HandleFunc("POST /pay/{id}/press", a.press)
	mux.HandleFunc("GET /v1/checkout-sessions/{id}", a.look(func() []map[string]any { return a.mem.Sessions }))
	mux.HandleFunc("GET /v1/payments/{id}", a.look(func() []map[string]any { return a.mem.Payments }))
	mux.HandleFunc("GET /v1/events", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"data":[]}`) })
	mux.HandleFunc("GET /done", func(w http.ResponseWriter, _ *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		fmt.Fprintf(w, "%d payments, %d acts", len(a.mem.Payments), a.mem.Done)
	})
	check(http.ListenAndServe(flagValue("--addr"), mux))
}

func find(all []map[string]any, id string) map[string]any {
	for _, o := range all {
		if o["id"] == id {
			return o
		}
	}
	return nil
}

func (a *actor) look(all func() []map[string]any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if o := find(all(), r.PathValue("id")); o != nil {
			_ = json.NewEncoder(w).Encode(o)
			return
		}
		http.NotFound(w, r)
	}
}

// once does an act once per key.
func (a *actor) once(do func(body map[string]any, id string) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		_ = json.NewDecoder(r.Body).Decode(&body)
		a.mu.Lock()
		defer a.mu.Unlock()
		key := r.Header.Get("Idempotency-Key")
		answer, known := a.mem.Answers[key]
		if !known {
			text, err := json.Marshal(do(body, r.PathValue("id")))
			check(err)
			answer = string(text)
			a.mem.Answers[key] = answer
			a.mem.Done++
			check(keep.Save(a.path, a.mem))
		} else {
			w.Header().Set("Idempotency-Replayed", "true")
		}
		fmt.Fprint(w, answer)
	}
}

// press is the member's button: the session is paid once.
func (a *actor) press(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := find(a.mem.Sessions, r.PathValue("id"))
	if s["payment"] == nil {
		p := map[string]any{
			"id": fmt.Sprintf("pay_%d", len(a.mem.Payments)+1), "reference": "K7F2-9QXM", "order_ref": s["order_ref"],
			"state": "authorized", "amount": s["amount"],
		}
		a.mem.Payments = append(a.mem.Payments, p)
		s["payment"], s["state"] = p, "done"
		check(keep.Save(a.path, a.mem))
	}
	http.Redirect(w, r, "/pay/"+r.PathValue("id"), http.StatusSeeOther)
}

func self(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	exe, err = filepath.Abs(exe)
	if err != nil {
		t.Fatal(err)
	}
	return exe
}
