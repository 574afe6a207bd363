package app

import (
	"errors"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"

	"tsuke/internal/clock"
	"tsuke/internal/db"
	"tsuke/internal/vault"
)

// Config is everything that an installation decides. Secrets are given by reference: the name of a file, never a value.
type Config struct {
	DB         string // "sqlite:FILE" or "postgres://…"
	Durability string // "live" refuses a store that can lose an acknowledged commit; "eval" accepts any
	Secrets    string // the folder that "tsuke secrets create" made
	ClockFile  string // a file that shifts the clock, for demonstrations; never with live money
	Brand      string
	Failpoint  string // "NAME:COUNT" ends the process when a point of the database is reached, for crash tests; see failpoint

	Addr      string // where to listen: "127.0.0.1:8081"
	OpsAddr   string // where the console listens, and then nowhere else; empty: at Addr, below /ops
	PublicURL string // the address that members and merchants know: "https://pay.example.jp"
	Mail      string // "smtp://host:port", see gateway.ParseMailURL
	MailFrom  string
	SMS       string // the HTTP address of the SMS carrier
	SMSToken  string // file with its token
	Contact   Contact

	Numbers string // the folder for files with receipt numbers, for the collection agent; "" writes none by itself
	Sender  Sender // what stands on bills about who sends them; serving uses its address and registration
}

// Contact is how members reach the operator of this installation.
type Contact struct{ Name, Mail, Phone, Hours string }

// SettingError tells which setting cannot be used and what to write instead.
type SettingError struct {
	Setting string // as on the command line: "--public-url"
	Cure    string
	Cause   error
}

// Error names the setting and the cure.
func (e *SettingError) Error() string {
	s := e.Setting + ": " + e.Cure
	if e.Cause != nil {
		s += " (" + e.Cause.Error() + ")"
	}
	return s
}

// Unwrap gives the cause.
func (e *SettingError) Unwrap() error { return e.Cause }

func (c Config) durability() (db.Durability, error) {
	switch c.Durability {
	case "", "live":
		return db.Live, nil
	case "eval":
		return db.Eval, nil
	}
	return 0, &SettingError{Setting: "--durability", Cure: "write live or eval"}
}

func (c Config) clock() (clock.Clock, error) {
	if c.ClockFile == "" {
		return clock.System(), nil
	}
	shifted, err := clock.File(c.ClockFile)
	if err != nil {
		return nil, &SettingError{Setting: "--clock-file", Cure: "the file holds one duration such as 24h, or does not exist yet", Cause: err}
	}
	return shifted, nil
}

// publicURL judges the address that links and cookies are made from: https, or plain http on this machine only.
func (c Config) publicURL() (*url.URL, error) {
	u, err := url.Parse(c.PublicURL)
	bad := func(cure string) error { return &SettingError{Setting: "--public-url", Cure: cure, Cause: err} }
	switch {
	case err != nil || u.Host == "":
		return nil, bad("write the address that members open, such as https://pay.example.jp")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return nil, bad("write scheme, host and port only")
	case u.Scheme == "https":
	case u.Scheme == "http" && isLoopback(u.Hostname()):
	default:
		return nil, bad("use https; plain http is for this machine only (127.0.0.1, localhost)")
	}
	u.Path = ""
	return u, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// vaultError names the setting of the secrets. What is wrong with a key file that exists, the vault says with its cure.
func (c Config) vaultError(err error) error {
	if _, missing := os.Stat(filepath.Join(c.Secrets, vault.FileName)); errors.Is(missing, fs.ErrNotExist) {
		return &SettingError{
			Setting: "--secrets", Cause: missing,
			Cure: "restore the folder from its backup, or for a new installation run: tsuke secrets create " + orDefault(c.Secrets, "DIR"),
		}
	}
	return &SettingError{Setting: "--secrets", Cure: err.Error()}
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
