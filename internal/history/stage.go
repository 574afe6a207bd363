package history

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tsuke/internal/api"
	"tsuke/internal/app"
	"tsuke/internal/checkout"
	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/id"
	"tsuke/internal/merchant"
	"tsuke/internal/netfault"
	"tsuke/internal/run"
	"tsuke/internal/vault"
	"tsuke/internal/world"
)

// Stage is two processes of the product on one database, on which histories are played side by side: each has a shop and
// members of its own.
type Stage struct {
	t         testing.TB
	processes [2]*process
	database  *netfault.Proxy // between the second process and PostgreSQL; nil on SQLite
	people    atomic.Int64
}

// process is what one process of the product would hold: lanes, runner, and the API's handler.
type process struct {
	*app.App

	lanes  *run.Lanes[checkout.Order, checkout.Authorization]
	runner *run.Runner
	host   string // of its server
}

// OpenStage opens both processes on a new database. When the test ends the books must be right.
func OpenStage(t testing.TB) *Stage {
	t.Helper()
	secrets := filepath.Join(t.TempDir(), "secrets")
	if err := vault.Create(secrets); err != nil {
		t.Fatal(err)
	}
	s := &Stage{t: t}
	address := dbtest.DSN(t)
	s.processes[0] = s.open(address, secrets)
	if dbtest.Postgres() {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		s.database = listen(t, u.Host)
		u.Host = s.database.Addr()
		address = u.String()
	}
	s.processes[1] = s.open(address, secrets)
	t.Cleanup(func() {
		broken, err := s.processes[0].Verify(context.Background())
		if err != nil {
			t.Error(err)
		}
		for _, b := range broken {
			t.Error(b)
		}
	})
	return s
}

func listen(t testing.TB, target string) *netfault.Proxy {
	t.Helper()
	line, err := netfault.Listen(target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(line.Close)
	return line
}

func (s *Stage) open(address, secrets string) *process {
	s.t.Helper()
	a, err := app.Open(s.t.Context(), app.Config{DB: address, Secrets: secrets}, slog.New(slog.DiscardHandler))
	if err != nil {
		s.t.Fatal(err)
	}
	p := &process{App: a, runner: run.New(a.DB)}
	batcher := run.Batcher[checkout.Order, checkout.Authorization]{DB: a.DB, Batch: a.Checkout.Batch, Render: api.Render}
	p.lanes = run.NewLanes(batcher, 2, checkout.Order.Bucket)
	server := httptest.NewServer(api.New(api.Options{
		DB: a.DB, Runner: p.runner, Lanes: p.lanes, Checkout: a.Checkout, Merchants: *a.Merchants, Members: a.Members,
		Terms: a.Terms, PublicURL: "https://pay.tsuke.example",
	}))
	p.host = strings.TrimPrefix(server.URL, "http://")
	s.t.Cleanup(func() {
		server.Close()
		p.lanes.Stop()
		if err := a.Close(); err != nil {
			s.t.Error(err)
		}
	})
	return p
}

// shop is the merchant of one history with the members who buy there.
type shop struct {
	id      id.Merchant
	apiKey  string
	members []id.Member
	tokens  []id.Token
}

func (s *Stage) newShop(members int) (*shop, error) {
	made := &shop{}
	p := s.processes[0]
	err := p.DB.Write(context.Background(), func(tx *db.Tx) error {
		m, err := p.Merchants.Create(tx, merchant.New{
			NameJA: "みどり雑貨", NameEN: "Midori Goods", Contact: merchant.Contact{Mail: "help@shop.example.jp"},
			ReturnOrigins: []string{"https://shop.example.jp"},
		}, "operator")
		if err != nil {
			return err
		}
		key, err := p.Merchants.IssueKey(tx, m.ID, merchant.LiveKeys, time.Time{}, "operator")
		made.id, made.apiKey = m.ID, key.Plain.Reveal()
		return err
	})
	for range members {
		var m id.Member
		var token id.Token
		err = errors.Join(err, p.DB.Write(context.Background(), func(tx *db.Tx) (err error) {
			m, token, err = world.Register(tx, p.Members, int(s.people.Add(1)), made.id)
			return err
		}))
		made.members, made.tokens = append(made.members, m), append(made.tokens, token)
	}
	return made, err
}
