package app

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tsuke/internal/db"
	"tsuke/internal/jst"
	"tsuke/internal/vault"
)

// dayOne is some instant.
var dayOne = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func TestPublicURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"https://pay.example.jp":       "https://pay.example.jp",
		"https://pay.example.jp/":      "https://pay.example.jp",
		"https://pay.example.jp:8443":  "https://pay.example.jp:8443",
		"http://127.0.0.1:8081":        "http://127.0.0.1:8081",
		"http://127.9.9.9":             "http://127.9.9.9",
		"http://[::1]:8081":            "http://[::1]:8081",
		"http://localhost:8081":        "http://localhost:8081",
		"http://pay.example.jp":        "use https",
		"http://127.example.jp":        "use https",
		"http://localhost.example.jp":  "use https",
		"ftp://pay.example.jp":         "use https",
		"":                             "write the address",
		"pay.example.jp":               "write the address",
		"https://":                     "write the address",
		"https://pay.example.jp/tsuke": "scheme, host and port only",
		"https://pay.example.jp/?a=1":  "scheme, host and port only",
		"https://pay.example.jp/#a":    "scheme, host and port only",
		"https://me@pay.example.jp":    "scheme, host and port only",
		"https://pay.example.jp:port":  "write the address",
	} {
		u, err := Config{PublicURL: text}.publicURL()
		switch {
		case err == nil && u.String() != want:
			t.Errorf("%q is %s", text, u)
		case err != nil && (!strings.HasPrefix(err.Error(), "--public-url: ") || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestDurability(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]db.Durability{"": db.Live, "live": db.Live, "eval": db.Eval} {
		if got, err := (Config{Durability: word}).durability(); err != nil || got != want {
			t.Errorf("%q: %v, %v", word, got, err)
		}
	}
	if _, err := (Config{Durability: "LIVE"}).durability(); err == nil {
		t.Error("LIVE is taken")
	}
}

// TestVaultError tells keys that are missing, for which new ones may be made, from keys that are there.
func TestVaultError(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "secrets")
	c := Config{Secrets: dir}
	_, err := vault.Open(dir)
	if err := c.vaultError(err); !strings.Contains(err.Error(), "--secrets: ") || !strings.Contains(err.Error(), "tsuke secrets create "+dir) {
		t.Errorf("missing: %v", err)
	}
	if err := vault.Create(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, vault.FileName), 0o640); err != nil { // that it is refused is the test
		t.Fatal(err)
	}
	_, err = vault.Open(dir)
	err = c.vaultError(err)
	if text := err.Error(); !strings.Contains(text, "chmod 600") || strings.Contains(text, "create") || strings.Contains(text, "\n") {
		t.Errorf("readable by the group: %v", err)
	}
	var setting *SettingError
	if !errors.As(err, &setting) || setting.Setting != "--secrets" {
		t.Errorf("%T", err)
	}
}

// TestRecurrence reads the instants at which work recurs, around midnight and the ends of months in Japan.
func TestRecurrence(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04:05", text, jst.Zone())
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC()
	}
	for _, test := range []struct{ after, daily, monthly string }{
		{"2026-06-30 23:59:59", "2026-07-01 00:30:00", "2026-07-01 00:30:00"},
		{"2026-07-01 00:29:59", "2026-07-01 00:30:00", "2026-07-01 00:30:00"},
		{"2026-07-01 00:30:00", "2026-07-02 00:30:00", "2026-08-01 00:30:00"},
		{"2026-12-31 12:00:00", "2027-01-01 00:30:00", "2027-01-01 00:30:00"},
		{"2028-02-28 12:00:00", "2028-02-29 00:30:00", "2028-03-01 00:30:00"},
	} {
		if got := nextDaily(at(test.after), closeAt); !got.Equal(at(test.daily)) {
			t.Errorf("daily after %s: %s", test.after, jst.In(got))
		}
		if got := nextMonthly(at(test.after), closeAt); !got.Equal(at(test.monthly)) {
			t.Errorf("monthly after %s: %s", test.after, jst.In(got))
		}
	}
}
