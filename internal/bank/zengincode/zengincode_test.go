package zengincode_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/bank"
	"tsuke/internal/bank/zengincode"
)

const about = `{"name": "zengin-code", "version": "1.0.0-p20260824", "license": "MIT"}`

const script = `module.exports = {
  "0005": {"code": "0005", "name": "三菱ＵＦＪ", "kana": "ミツビシユ－エフジエイ", "hira": "みつびしゆ－えふじえい", "roma": "mitsubishiyu-efujiei", "branches": {
    "002": {"code": "002", "name": "丸の内", "kana": "マルノウチ", "hira": "まるのうち", "roma": "marunouchi"},
    "001": {"code": "001", "name": "本店", "kana": "ホンテン", "hira": "ほんてん", "roma": "honten"}
  }},
  "0001": {"code": "0001", "name": "みずほ", "kana": "ミズホ", "hira": "みずほ", "roma": "mizuho", "branches": {}}
};
`

// TestDirectory goes the generator's whole way: the package's files, the packed form, and back.
func TestDirectory(t *testing.T) {
	t.Parallel()
	made, err := zengincode.Directory([]byte(about), []byte(script))
	if err != nil {
		t.Fatal(err)
	}
	var packed, again bytes.Buffer
	if err := made.Pack(&packed); err != nil {
		t.Fatal(err)
	}
	first := bytes.Clone(packed.Bytes())
	d, err := bank.Read(&packed)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Pack(&again); err != nil || !bytes.Equal(first, again.Bytes()) {
		t.Errorf("what was read packs to other bytes: %v", err)
	}
	if source, day := d.Snapshot(); source != "zengin-code 1.0.0-p20260824" || day != "2026-08-24" {
		t.Errorf("Snapshot = %q, %q", source, day)
	}
	wantBanks := []bank.Bank{{Code: "0001", Name: "みずほ", Kana: "ミズホ"}, {Code: "0005", Name: "三菱ＵＦＪ", Kana: "ミツビシユーエフジエイ"}}
	if diff := cmp.Diff(wantBanks, d.Banks()); diff != "" {
		t.Errorf("Banks (-want +got):\n%s", diff)
	}
	wantBranches := []bank.Branch{{Bank: "0005", Code: "001", Name: "本店", Kana: "ホンテン"}, {Bank: "0005", Code: "002", Name: "丸の内", Kana: "マルノウチ"}}
	if diff := cmp.Diff(wantBranches, d.Branches("0005")); diff != "" {
		t.Errorf("Branches (-want +got):\n%s", diff)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	change := func(text, from, to string) string {
		if !strings.Contains(text, from) {
			t.Fatalf("no %q to change", from)
		}
		return strings.Replace(text, from, to, 1)
	}
	for _, row := range []struct {
		name, about, script string
		want                error
	}{
		{"no package.json", "", script, zengincode.ErrAbout},
		{"another package", change(about, "zengin-code", "zengin"), script, zengincode.ErrAbout},
		{"a version without a day", change(about, "-p20260824", ""), script, zengincode.ErrAbout},
		{"a version with an impossible day", change(about, "0824", "0832"), script, zengincode.ErrAbout},
		{"an empty script", about, "", zengincode.ErrScript},
		{"another assignment", about, change(script, "module.exports", "exports"), zengincode.ErrScript},
		{"no JSON", about, change(script, `"0005": {`, `0005: {`), zengincode.ErrScript},
		{"more after the object", about, script + "more();", zengincode.ErrScript},
		{"a bank under another code", about, change(script, `"code": "0005"`, `"code": "0006"`), zengincode.ErrScript},
		{"a branch under another code", about, change(script, `"code": "002"`, `"code": "003"`), zengincode.ErrScript},
		{"a bank without a reading", about, change(script, `"kana": "ミズホ"`, `"yomi": "ミズホ"`), bank.ErrEntry},
		{"a reading in kanji", about, change(script, "マルノウチ", "丸の内"), bank.ErrEntry},
		{"a reading that does not fit", about, change(script, "マルノウチ", "ガギグゲゴガギグ"), bank.ErrEntry},
		{"a code of two digits", about, strings.ReplaceAll(script, `"002"`, `"02"`), bank.ErrEntry},
	} {
		if d, err := zengincode.Directory([]byte(row.about), []byte(row.script)); !errors.Is(err, row.want) || d != nil {
			t.Errorf("%s: %v, want %v", row.name, err, row.want)
		}
	}
}

// FuzzDirectory: no script does harm; one that is taken can be packed and read.
func FuzzDirectory(f *testing.F) {
	f.Add(script)
	f.Add("module.exports = {};")
	f.Add("module.exports =")
	f.Fuzz(func(t *testing.T, script string) {
		d, err := zengincode.Directory([]byte(about), []byte(script))
		if err != nil {
			return
		}
		var packed bytes.Buffer
		if err := d.Pack(&packed); err != nil {
			t.Fatal(err)
		}
		if _, err := bank.Read(&packed); err != nil {
			t.Fatalf("%q: %v", script, err)
		}
	})
}
