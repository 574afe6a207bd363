package kiosk_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/kiosk"
)

var update = flag.Bool("update", false, "write the golden files")

// TestPublished2020: the table as it was published, by channel.
func TestPublished2020(t *testing.T) {
	t.Parallel()
	for channel, want := range map[kiosk.Channel][]kiosk.Chain{
		kiosk.AppBarcode: {kiosk.SevenEleven, kiosk.Lawson, kiosk.Ministop, kiosk.Seicomart},
		kiosk.Number:     {kiosk.Lawson, kiosk.FamilyMart, kiosk.Ministop, kiosk.DailyYamazaki, kiosk.Seicomart},
		kiosk.Postcard:   kiosk.Chains(),
		"by_pigeon":      nil,
	} {
		if diff := cmp.Diff(want, kiosk.Published2020().By(channel)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", channel, diff)
		}
	}
	changed := kiosk.Published2020()
	changed[kiosk.SevenEleven] = append(changed[kiosk.SevenEleven], kiosk.Number)
	if !changed.Accepts(kiosk.SevenEleven, kiosk.Number) || kiosk.Published2020().Accepts(kiosk.SevenEleven, kiosk.Number) {
		t.Error("one contract changes another")
	}
}

// TestGuideHasWhatIsAccepted: whatever a contract can say, there are steps for it, in both languages, with what they need.
func TestGuideHasWhatIsAccepted(t *testing.T) {
	t.Parallel()
	for _, chain := range kiosk.Chains() {
		if name := chain.Name(); name.JA == "" || name.EN == "" {
			t.Errorf("%s has no name", chain)
		}
		for _, channel := range kiosk.Channels() {
			way, ok := kiosk.Guide(chain, channel)
			if !ok {
				if kiosk.Published2020().Accepts(chain, channel) || len(way.Steps) > 0 {
					t.Errorf("%s by %s: no steps", chain, channel)
				}
				continue
			}
			if way.Machine.JA == "" || way.Machine.EN == "" || len(way.Needs()) == 0 {
				t.Errorf("%s by %s: %+v", chain, channel, way)
			}
			for _, s := range way.Steps {
				if s.Do.JA == "" || s.Do.EN == "" {
					t.Errorf("%s by %s: a step without words", chain, channel)
				}
			}
			for _, input := range way.Needs() {
				if label := input.Label(); label.JA == "" || label.EN == "" {
					t.Errorf("%s has no label", input)
				}
			}
		}
	}
	for _, row := range []struct {
		chain   kiosk.Chain
		channel kiosk.Channel
	}{
		{"corner_shop", kiosk.Postcard},
		{kiosk.Poplar, kiosk.Number},
		{kiosk.ThreeF, kiosk.Number},
		{kiosk.WalletApp, kiosk.Number},
		{kiosk.WalletApp, kiosk.AppBarcode},
		{kiosk.Lawson, "by_pigeon"},
	} {
		if _, ok := kiosk.Guide(row.chain, row.channel); ok {
			t.Errorf("%s by %s has steps", row.chain, row.channel)
		}
	}
}

func TestNeeds(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		chain kiosk.Chain
		want  []kiosk.Input
	}{
		{kiosk.SevenEleven, []kiosk.Input{kiosk.TheSlipNumber}},
		{kiosk.Lawson, []kiosk.Input{kiosk.TheReceiptNumber, kiosk.TheConfirmation}},
		{kiosk.FamilyMart, []kiosk.Input{kiosk.TheReceiptNumber, kiosk.TheConfirmation}},
		{kiosk.Ministop, []kiosk.Input{kiosk.TheReceiptNumber, kiosk.TheConfirmation}},
		{kiosk.Seicomart, []kiosk.Input{kiosk.TheReceiptNumber, kiosk.TheConfirmation}},
		{kiosk.DailyYamazaki, []kiosk.Input{kiosk.TheOnlineNumber}},
	} {
		way, ok := kiosk.Guide(row.chain, kiosk.Number)
		if !ok || !slices.Equal(way.Needs(), row.want) {
			t.Errorf("%s needs %v", row.chain, way.Needs())
		}
	}
}

// TestGolden: every step of every way, as people read it.
func TestGolden(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for _, chain := range kiosk.Chains() {
		for _, channel := range kiosk.Channels() {
			way, ok := kiosk.Guide(chain, channel)
			if !ok {
				continue
			}
			fmt.Fprintf(&out, "%s / %s: %s\n%s / %s", chain.Name().JA, channel, way.Machine.JA, chain.Name().EN, way.Machine.EN)
			if way.SlipMinutes > 0 {
				fmt.Fprintf(&out, " (%d minutes)", way.SlipMinutes)
			}
			out.WriteString("\n")
			for i, s := range way.Steps {
				fmt.Fprintf(&out, "  %d %s\n    %s\n", i+1, s.Do.JA, s.Do.EN)
				if s.Needs != kiosk.Nothing {
					fmt.Fprintf(&out, "    → %s / %s\n", s.Needs.Label().JA, s.Needs.Label().EN)
				}
			}
		}
	}
	for _, means := range []kiosk.Means{kiosk.ATMCash, kiosk.ATMCard, kiosk.NetBank} {
		way := kiosk.PayEasyGuide(means)
		fmt.Fprintf(&out, "%s: %s\n%s / %s\n", means.Name().JA, way.Machine.JA, means.Name().EN, way.Machine.EN)
		for i, s := range way.Steps {
			fmt.Fprintf(&out, "  %d %s\n    %s\n", i+1, s.Do.JA, s.Do.EN)
			if s.Needs != kiosk.Nothing {
				fmt.Fprintf(&out, "    → %s / %s\n", s.Needs.Label().JA, s.Needs.Label().EN)
			}
		}
		if want := []kiosk.Input{kiosk.TheCollector, kiosk.TheCustomer, kiosk.TheCode}; !slices.Equal(way.Needs(), want) {
			t.Errorf("Pay-easy needs %v", way.Needs())
		}
	}
	golden := filepath.Join("testdata", "guide.txt")
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("the steps (-golden +now; go test -update):\n%s", diff)
	}
}
