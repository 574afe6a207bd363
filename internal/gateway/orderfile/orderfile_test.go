package orderfile_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/gateway/orderfile"
)

func TestRead(t *testing.T) { // rule P12
	t.Parallel()
	got, err := orderfile.Read(strings.NewReader("\ufefforder_ref,amount,state\r\nA-1,8500,\r\n\r\n\"A,2\", 300 ,cancelled\r\nA-3,1,placed"))
	want := []orderfile.Order{{Line: 2, Ref: "A-1", Amount: 8500}, {Line: 4, Ref: "A,2", Amount: 300, Cancelled: true}, {Line: 5, Ref: "A-3", Amount: 1}}
	if diff := cmp.Diff(want, got.Orders); diff != "" || err != nil || len(got.Bad) > 0 {
		t.Errorf("%v %v\n%s", err, got.Bad, diff)
	}
	if got, err := orderfile.Read(strings.NewReader("order_ref,amount\n")); err != nil || len(got.Orders)+len(got.Bad) > 0 {
		t.Errorf("a list without orders: %v %v", got, err)
	}
}

func TestBadLines(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"A-1":                       "Line 3: Not as many columns",
		"A-1,1,placed,x":            "Line 3: Not as many columns",
		`A-1,"1,placed`:             "Line 3: Not as many columns",
		",1,":                       "Line 3, order_ref: Not an order reference",
		"A 1,1,":                    "Line 3, order_ref: Not an order reference",
		"注文1,1,":                    "Line 3, order_ref: Not an order reference",
		"A-1,,":                     "Line 3, amount: Not an amount",
		"A-1,0,":                    "Line 3, amount: Not an amount",
		"A-1,-5,":                   "Line 3, amount: Not an amount",
		"A-1,\"8,500\",":            "Line 3, amount: Not an amount",
		"A-1,8500円,":                "Line 3, amount: Not an amount",
		"A-1,1e3,":                  "Line 3, amount: Not an amount",
		"A-1,007,":                  "Line 3, amount: Not an amount",
		"A-1,10000001,":             "Line 3, amount: Not an amount",
		"A-1,99999999999999999999,": "Line 3, amount: Not an amount",
		"A-1,1,open":                "Line 3, state: Neither placed nor cancelled",
		"A-0,1,":                    "Line 3, order_ref: The same order stands in line 2",
	} {
		got, err := orderfile.Read(strings.NewReader("order_ref,amount,state\nA-0,5,\n" + line + "\n"))
		if err != nil || len(got.Bad) == 0 || !strings.HasPrefix(got.Bad[0].Text().EN, want) || len(got.Orders) != 1 {
			t.Errorf("%q: %v %v, want %s", line, got.Bad, err, want)
			continue
		}
		if !strings.Contains(got.Bad[0].Text().JA, "3行目") {
			t.Errorf("%q: %s", line, got.Bad[0].Text().JA)
		}
	}
}

func TestNoList(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]orderfile.Reason{
		"": orderfile.NoHeader, "A-1,8500\n": orderfile.NoHeader, "amount,order_ref\n": orderfile.NoHeader, "order_ref\n": orderfile.NoHeader,
		"order_ref,amount,state,x\n": orderfile.NoHeader, "order_ref,amount\nA-1,\x82\xa0\n": orderfile.NotUTF8,
	} {
		_, err := orderfile.Read(strings.NewReader(text))
		var refused *orderfile.FileError
		if !errors.As(err, &refused) || refused.Reason != want || refused.Text().JA == "" {
			t.Errorf("%q: %v", text, err)
		}
	}
	_, err := orderfile.Read(bytes.NewReader(make([]byte, orderfile.MaxBytes+1)))
	var refused *orderfile.FileError
	if !errors.As(err, &refused) || refused.Reason != orderfile.TooLarge {
		t.Error(err)
	}
}

// FuzzRead: every line of any file is an order or a slip that says where it stands, and no order stands twice.
func FuzzRead(f *testing.F) {
	f.Add([]byte("order_ref,amount\nA-1,8500\nA-2,300\n"))
	f.Add([]byte("\ufefforder_ref,amount,state\r\nA-1,8500,cancelled\r\n\"A-2\",\"3\n00\",\r\n"))
	f.Add([]byte("order_ref,amount\nA-1,1\nA-1,2\n\"\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := orderfile.Read(bytes.NewReader(raw))
		if err != nil {
			var refused *orderfile.FileError
			if !errors.As(err, &refused) || refused.Text().EN == "" {
				t.Fatal(err)
			}
			return
		}
		for _, bad := range file.Bad {
			if bad.Line < 2 || bad.Text().JA == "" || bad.Text().EN == "" {
				t.Fatalf("%+v", bad)
			}
		}
		seen := map[string]bool{}
		for _, o := range file.Orders {
			if o.Ref == "" || o.Amount < 1 || o.Line < 2 || seen[o.Ref] {
				t.Fatalf("%+v", o)
			}
			seen[o.Ref] = true
		}
	})
}
