package agentfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"
	"pgregory.net/rapid"

	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/jst"
	"tsuke/internal/konbini"
	"tsuke/internal/money"
)

// TestRoundTrip: what is written reads back as itself.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	first, ok := jst.Date(2020, 1, 1)
	if !ok {
		t.Fatal("no such day")
	}
	days := rapid.Custom(func(t *rapid.T) jst.Day { return first.Add(rapid.IntRange(0, 10_000).Draw(t, "day")) })
	lines := rapid.Custom(func(t *rapid.T) agentfile.Line {
		digits, err := konbini.Build(konbini.Code{
			Company: rapid.StringMatching("[0-9]{6}").Draw(t, "company"), Free: rapid.StringMatching("[0-9]{21}").Draw(t, "free"),
			Reissue: rapid.IntRange(0, 9).Draw(t, "reissue"), Yen: rapid.Int64Range(1, 300_000).Draw(t, "asked"),
		}, 300_000)
		if err != nil {
			t.Fatal(err)
		}
		l := agentfile.Line{
			Kind: rapid.SampledFrom([]agentfile.Kind{
				agentfile.Prompt, agentfile.Confirmed, agentfile.Cancelled, agentfile.PostalTransfer, agentfile.PostalCorrection, agentfile.RealTime,
			}).Draw(t, "kind"),
			Day: days.Draw(t, "paid"), Barcode: digits, User1: digits[13:19], User2: digits[19:30],
			Time:  fmt.Sprintf("%02d%02d", rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute")),
			Stamp: rapid.Bool().Draw(t, "stamp"), Amount: money.Yen(rapid.Int64Range(1, 999_999).Draw(t, "paid yen")),
			Chain:     rapid.StringMatching("[0-9]{3}").Draw(t, "chain"),
			ChainName: rapid.StringOf(rapid.SampledFrom([]rune(`ローソン－～ｶﾞ髙①"\,;'A`))).Draw(t, "name"),
			Store:     rapid.StringMatching("[0-9]{0,7}").Draw(t, "store"), CreatedDay: days.Draw(t, "made"),
		}
		if rapid.Bool().Draw(t, "settled") {
			l.PayoutDay = days.Draw(t, "payout")
		}
		return l
	})
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(lines).Draw(t, "lines")
		var out bytes.Buffer
		if err := agentfile.Write(&out, want); err != nil {
			t.Fatal(err)
		}
		f, err := agentfile.Read(&out)
		if err != nil || len(f.Bad) != 0 {
			t.Fatalf("%v, bad %v", err, f.Bad)
		}
		for i := range want {
			want[i].Number = i + 2
			want[i].AmountDiffers = want[i].Barcode[37:43] != fmt.Sprintf("%06d", want[i].Amount)
		}
		if len(want) != len(f.Lines) || len(want) > 0 && cmp.Diff(want, f.Lines) != "" {
			t.Fatalf("(-want +got):\n%s", cmp.Diff(want, f.Lines))
		}
	})
}

// FuzzRead: any bytes are either refused, or read into lines that can be written and read again to the same lines and keys.
func FuzzRead(f *testing.F) {
	encode := func(s string) []byte {
		out, err := japanese.ShiftJIS.NewEncoder().String(s)
		if err != nil {
			f.Fatal(err)
		}
		return []byte(out)
	}
	f.Add(encode(header + notice))
	f.Add(encode(header + "12,20261205,0,EAN" + barcode + ",,,1,30209,910,郵便振替,,20261225,20261208"))
	f.Add(encode("error:\r\nだめ"))
	f.Add([]byte("\ufeff" + header))
	f.Add([]byte("a,b,c,d,e,f,g,h,i,j,k,l,m\n\"\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := agentfile.Read(bytes.NewReader(raw))
		if err != nil {
			var refused *agentfile.FileError
			if !errors.As(err, &refused) || refused.Text().EN == "" {
				t.Fatal(err)
			}
			return
		}
		for _, bad := range file.Bad {
			if bad.Line < 1 || bad.Text().JA == "" {
				t.Fatal(bad)
			}
		}
		var out bytes.Buffer
		if err := agentfile.Write(&out, file.Lines); err != nil {
			t.Fatal(err)
		}
		again, err := agentfile.Read(&out)
		if err != nil || len(again.Bad) != 0 || len(again.Lines) != len(file.Lines) {
			t.Fatalf("%v, bad %v, %d lines for %d", err, again.Bad, len(again.Lines), len(file.Lines))
		}
		for i, line := range file.Lines {
			line.Number = again.Lines[i].Number
			if again.Lines[i] != line || !bytes.Equal(again.Lines[i].Key(), line.Key()) {
				t.Fatalf("(-first +again):\n%s", cmp.Diff(line, again.Lines[i]))
			}
		}
	})
}
