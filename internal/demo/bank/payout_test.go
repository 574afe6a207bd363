package bank

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/billing"
	"tsuke/internal/db"
	"tsuke/internal/id"
	"tsuke/internal/money"
	"tsuke/internal/payout"
	"tsuke/internal/zengin"
)

// payouts is the product's side: it gathers and writes.
func (v *town) payouts(_ context.Context, dir string) (string, error) {
	var f payout.File
	var found bool
	var text bytes.Buffer
	err := v.world.Write(func(tx *db.Tx) (err error) {
		if f, _, found, err = v.world.Payouts.Gather(tx, "7"); err != nil || !found {
			return err
		}
		text.Reset()
		sum, err := v.world.Payouts.WriteFile(tx, f.Number, &text)
		if err != nil {
			return err
		}
		return v.world.Payouts.Wrote(tx, f.Number, sum.Hash[:])
	})
	if err != nil || !found {
		return "nothing to send", err
	}
	return "written", os.WriteFile(filepath.Join(dir, fmt.Sprintf("payouts-%08d.txt", f.Number)), text.Bytes(), 0o600)
}

func (v *town) took(ctx context.Context, path string) (string, error) {
	var number int
	if _, err := fmt.Sscanf(filepath.Base(path), "payouts-%d.txt", &number); err != nil {
		return "", err
	}
	_, err := v.world.Payouts.Took(ctx, number, "7")
	return "took", err
}

func (v *town) refused(_ context.Context, path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	all, err := payout.ReadRefusals(bytes.NewReader(text))
	if err != nil {
		return "", err
	}
	var fresh int
	err = v.world.Write(func(tx *db.Tx) (err error) {
		fresh, err = v.world.Payouts.Refuse(tx, all, "7")
		return err
	})
	return fmt.Sprintf("refused %d; ", fresh), err
}

// sendBack decides that money of a sum goes back to an account.
func (v *town) sendBack(amount money.Yen, digit string) id.Receipt {
	v.t.Helper()
	out, err := v.world.Transfer(amount, "ダレカ")
	must(v.t, err)
	must(v.t, v.world.Write(func(tx *db.Tx) error {
		if _, err := v.world.Billing.ReturnReceipt(tx, out.Receipt, billing.ReturnByBank, "7", "12"); err != nil {
			return err
		}
		return v.world.Payouts.NameAccount(tx, out.Receipt, zengin.Account{
			Bank: "0001", BankName: "ﾐｽﾞﾎ", Branch: "001", BranchName: "ﾄｳｷﾖｳ", Type: zengin.Ordinary, Number: zengin.AccountNumber(strings.Repeat(digit, 7)), Holder: "ﾀﾞﾚｶ",
		}, "7", "12")
	}))
	return out.Receipt
}

// unsent tells what is not sent, and holds the books.
func (v *town) unsent() (out []string) {
	v.t.Helper()
	v.world.Read(func(tx *db.Tx) error {
		out = nil
		all, err := payout.ListOpen(tx, 10)
		for _, o := range all {
			out = append(out, fmt.Sprint(o.Amount, " ", o.State, " ", o.Reason))
		}
		return err
	})
	for _, broken := range v.world.Verify() {
		v.t.Error(broken)
	}
	slices.Sort(out) // of one instant, so in any order
	return out
}

// B44 to B46 through the bank: it makes what it does not refuse, on the day; what comes back later is told then; the same again changes
// nothing.
func TestPayouts(t *testing.T) {
	t.Parallel()
	v := newTown(t)
	must(t, v.bank.collect(t.Context()))
	if mem := v.bank.look(); len(mem.Payouts) != 0 || mem.Asked.Said != "nothing to send" || mem.Asked.Failed {
		t.Errorf("nothing to send: %+v", mem)
	}
	v.sendBack(777, "1")
	v.sendBack(888, "2")
	must(t, v.bank.collect(t.Context()))
	must(t, v.bank.collect(t.Context())) // pressed again
	v.open()                             // and a restart forgets nothing
	mem := v.bank.look()
	if len(mem.Payouts) != 1 || len(mem.Payouts[0].Lines) != 2 || mem.Payouts[0].Total() != 1_665 || mem.Payouts[0].Day != "2026-07-16" {
		t.Fatalf("collected: %+v", mem.Payouts)
	}
	f := mem.Payouts[0]
	line := func(amount money.Yen) PayoutLine {
		for _, l := range v.bank.look().Payouts[0].Lines {
			if l.Amount == amount {
				return l
			}
		}
		t.Fatalf("no line over %d", amount)
		return PayoutLine{}
	}
	if l := line(777); l.Account != "0001-001 ••••111" {
		t.Errorf("the bank shows %q", l.Account)
	}
	if err := v.bank.payOut(t.Context(), f.File); !errors.Is(err, errPayDay) {
		t.Errorf("before the day: %v", err)
	}
	must(t, v.bank.refuse(t.Context(), f.File, line(777).Key, ClosedThere))
	must(t, v.bank.refuse(t.Context(), f.File, line(777).Key, NoAccount)) // changed one's mind
	v.at("2026-07-16")
	for range 2 {
		must(t, v.bank.payOut(t.Context(), f.File))
	}
	if p := v.bank.look().Payouts[0]; !p.Made || p.Failed || p.Said != "refused 0; took" {
		t.Errorf("made: %+v", p)
	}
	if diff := cmp.Diff([]string{"777 failed no_account"}, v.unsent()); diff != "" {
		t.Error(diff)
	}
	must(t, v.bank.refuse(t.Context(), f.File, line(777).Key, OtherCause)) // too late: what was told stays
	must(t, v.bank.refuse(t.Context(), f.File, line(888).Key, ClosedThere))
	if diff := cmp.Diff([]string{"777 failed no_account", "888 failed closed"}, v.unsent()); diff != "" {
		t.Error(diff)
	}
	if !line(777).Told || line(777).Refusal != NoAccount || !line(888).Told {
		t.Errorf("%+v", v.bank.look().Payouts[0].Lines)
	}
	for name, err := range map[string]error{
		"another file":   v.bank.payOut(t.Context(), "payouts-00000009.txt"),
		"its line":       v.bank.refuse(t.Context(), "payouts-00000009.txt", line(777).Key, NoAccount),
		"another line":   v.bank.refuse(t.Context(), f.File, "1", NoAccount),
		"another reason": v.bank.refuse(t.Context(), f.File, line(777).Key, "bored"),
	} {
		if !errors.Is(err, errAbsent) && !errors.Is(err, errState) {
			t.Errorf("%s: %v", name, err)
		}
	}
	srv := httptest.NewServer(v.bank.Handler())
	defer srv.Close()
	resp, err := srv.Client().Get(srv.URL + "/bank")
	must(t, err)
	var shown bytes.Buffer
	_, err = shown.ReadFrom(resp.Body)
	must(t, errors.Join(err, resp.Body.Close()))
	for _, want := range []string{"総合振込", "0001-001 ••••111", "口座がない"} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	if strings.Contains(shown.String(), "ﾀﾞﾚｶ") {
		t.Error("the page names somebody")
	}
}

// What the product does not take is told on the page, and can be told again.
func TestPayoutNotTaken(t *testing.T) {
	t.Parallel()
	v := newTown(t)
	v.sendBack(777, "1")
	v.bank.product.Payouts = func(ctx context.Context, dir string) (string, error) {
		said, _ := v.payouts(ctx, dir)
		return said, errors.New("left out")
	}
	must(t, os.WriteFile(filepath.Join(v.dir, "payouts-00000000.txt"), []byte("hello"), 0o600))
	must(t, v.bank.collect(t.Context()))
	if mem := v.bank.look(); len(mem.Payouts) != 1 || !mem.Asked.Failed || !strings.HasPrefix(mem.Asked.Said, "written\nleft out\n") {
		t.Errorf("%+v", mem)
	}
	f := v.bank.look().Payouts[0]
	v.at("2026-07-16")
	v.bank.product.Took = func(context.Context, string) (string, error) { return "", errors.New("asleep") }
	must(t, v.bank.payOut(t.Context(), f.File))
	if p := v.bank.look().Payouts[0]; p.Made || !p.Failed || p.Said != "asleep" {
		t.Errorf("%+v", p)
	}
	v.bank.product.Took = v.took
	must(t, v.bank.payOut(t.Context(), f.File))
	if p := v.bank.look().Payouts[0]; !p.Made || p.Failed || len(v.unsent()) != 0 {
		t.Errorf("%+v", p)
	}
}
