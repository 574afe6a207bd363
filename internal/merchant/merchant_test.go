package merchant_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tsuke/internal/db"
	"tsuke/internal/db/dbtest"
	"tsuke/internal/event"
	"tsuke/internal/fault"
	"tsuke/internal/id"
	"tsuke/internal/jst"
	"tsuke/internal/mask"
	"tsuke/internal/merchant"
	"tsuke/internal/term"
)

var verbs merchant.Merchants

// aozora is a merchant that is entered correctly.
func aozora() merchant.New {
	return merchant.New{
		NameJA: "あおぞら雑貨店", NameEN: "Aozora Goods",
		Contact: merchant.Contact{
			Phone: "03-0000-0000", Mail: "help@aozora.example.jp", URL: "https://aozora.example.jp/help",
			HoursJA: "平日10〜17時", HoursEN: "Mon–Fri 10–17",
		},
		ReturnOrigins: []string{"https://aozora.example.jp"},
	}
}

func write(t *testing.T, d *db.DB, fn func(*db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func created(t *testing.T, d *db.DB, n merchant.New) merchant.Merchant {
	t.Helper()
	var m merchant.Merchant
	write(t, d, func(tx *db.Tx) (err error) {
		m, err = verbs.Create(tx, n, "operator")
		return err
	})
	return m
}

func kinds(err error) []string {
	var out []string
	if e := fault.From(err); e != nil {
		for _, one := range e.All() {
			out = append(out, one.Kind.Code+" "+one.Field)
		}
	}
	return out
}

// S01, S02.
func TestCreate(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	m := created(t, d, aozora())
	write(t, d, func(tx *db.Tx) error {
		loaded, err := verbs.Load(tx, m.ID)
		if diff := cmp.Diff(m, loaded); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
		shops, err := verbs.Shops(tx, m.ID)
		if err != nil || len(shops) != 1 || shops[0].Name != merchant.OnlineShop || shops[0].Merchant != m.ID {
			t.Errorf("shops %v, %v", shops, err)
		}
		timeline, err := event.Timeline(tx, event.Subject(m.ID), 10)
		if err != nil || len(timeline) != 1 || timeline[0].Kind != "merchant.created" || timeline[0].Actor != "operator" {
			t.Errorf("timeline %v, %v", timeline, err)
		}
		if _, err := verbs.Load(tx, id.New[id.MerchantKind](tx.Now(), 7)); !fault.Is(err, merchant.NoMerchant) {
			t.Errorf("a merchant that does not exist: %v", err)
		}
		return nil
	})
	if m.Name("en") != "Aozora Goods" || m.Name("ja") != "あおぞら雑貨店" || m.Name("fr") != "あおぞら雑貨店" {
		t.Error("names by language")
	}
}

// S01, S06: each slip with its field.
func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	for _, row := range []struct {
		name   string
		change func(*merchant.New)
		want   []string
	}{
		{"no name", func(n *merchant.New) { n.NameJA = " 　" }, []string{"merchant_name_missing name_ja"}},
		{"no English name", func(n *merchant.New) { n.NameEN = "" }, []string{"merchant_name_missing name_en"}},
		{"long name", func(n *merchant.New) { n.NameEN = strings.Repeat("a", 61) }, []string{"merchant_name_missing name_en"}},
		{"no contact", func(n *merchant.New) { n.Contact.Phone, n.Contact.Mail = "", "" }, []string{"merchant_contact_missing contact_phone"}},
		{"phone alone", func(n *merchant.New) { n.Contact.Mail = "" }, nil},
		{"mail alone", func(n *merchant.New) { n.Contact.Phone = "" }, nil},
		{"toll-free", func(n *merchant.New) { n.Contact.Phone = "0120-000-000" }, nil},
		{"no phone number", func(n *merchant.New) { n.Contact.Phone = "call us" }, []string{"merchant_contact_malformed contact_phone"}},
		{"no mail address", func(n *merchant.New) { n.Contact.Mail = "help@aozora" }, []string{"merchant_contact_malformed contact_mail"}},
		{"page over http", func(n *merchant.New) { n.Contact.URL = "http://aozora.example.jp" }, []string{"merchant_contact_malformed contact_url"}},
		{"script for a page", func(n *merchant.New) { n.Contact.URL = "javascript:alert(1)" }, []string{"merchant_contact_malformed contact_url"}},
		{"long hours", func(n *merchant.New) { n.Contact.HoursJA = strings.Repeat("時", 201) }, []string{"merchant_contact_malformed hours_ja"}},
		{"origin with a path", func(n *merchant.New) { n.ReturnOrigins = []string{"https://a.example/shop"} }, []string{"return_origin_malformed return_origins"}},
		{"origin over http", func(n *merchant.New) { n.ReturnOrigins = []string{"http://a.example"} }, []string{"return_url_not_https return_origins"}},
		{"no origin yet", func(n *merchant.New) { n.ReturnOrigins = nil }, nil},
		{"several slips", func(n *merchant.New) { n.NameJA, n.Contact.Mail = "", "x" }, []string{"merchant_name_missing name_ja", "merchant_contact_malformed contact_mail"}},
	} {
		n := aozora()
		row.change(&n)
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			_, err := verbs.Create(tx, n, "operator")
			return err
		})
		if diff := cmp.Diff(row.want, kinds(err)); diff != "" {
			t.Errorf("%s:\n%s", row.name, diff)
		}
	}
}

func TestListGoesOnAfterTheLastSeen(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	var want []id.Merchant
	for i := range 5 {
		n := aozora()
		n.NameEN = fmt.Sprintf("Shop %d", i)
		want = append(want, created(t, d, n).ID)
		dbtest.Clock(d).Advance(time.Millisecond)
	}
	var got []id.Merchant
	write(t, d, func(tx *db.Tx) error {
		var after id.Merchant
		for {
			page, err := verbs.List(tx, after, 2)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, m := range page {
				got = append(got, m.ID)
			}
			after = page[len(page)-1].ID
		}
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// S06.
func TestAllowsReturn(t *testing.T) {
	t.Parallel()
	m := merchant.Merchant{ReturnOrigins: []string{
		"https://shop.example.jp", "https://shop.example.jp:8443", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080", "https://xn--r8jz45g.jp",
	}}
	const allowed = ""
	for _, row := range []struct{ address, want string }{
		{"https://shop.example.jp/done?order=1", allowed},
		{"https://shop.example.jp", allowed},
		{"https://SHOP.example.jp:443/done", allowed}, // the same origin (RFC 6454, section 6.2)
		{"HTTPS://shop.example.jp/", allowed},
		{"https://shop.example.jp:8443/", allowed},
		{"http://127.0.0.1:8080/back", allowed},
		{"http://localhost/back", allowed},
		{"http://localhost:80/back", allowed},
		{"http://[::1]:8080/back", allowed},
		{"http://[0:0:0:0:0:0:0:1]:8080/back", allowed},
		{"https://xn--r8jz45g.jp/%E5%AE%8C", allowed},

		{"https://shop.example.jp:9443/", "return_url_origin_not_registered"},
		{"https://evil.example/?https://shop.example.jp", "return_url_origin_not_registered"},
		{"https://shop.example.jp.evil.example/", "return_url_origin_not_registered"},
		{"https://evilshop.example.jp/", "return_url_origin_not_registered"},
		{"https://127.0.0.1:8080/", "return_url_origin_not_registered"},
		{"http://localhost:8081/", "return_url_origin_not_registered"},

		{"http://shop.example.jp/", "return_url_not_https"},
		{"http://192.168.0.1/", "return_url_not_https"},
		{"http://localhost.evil.example/", "return_url_not_https"},
		{"ftp://shop.example.jp/", "return_url_not_https"},
		{"javascript://shop.example.jp/%0aalert(1)", "return_url_not_https"},

		{"https://user@shop.example.jp/", "return_url_has_userinfo"},
		{"https://shop.example.jp@evil.example/", "return_url_has_userinfo"},
		{"https://shop.example.jp/#done", "return_url_has_fragment"},
		{"https://shop.example.jp/#", "return_url_has_fragment"},

		{"", "return_url_malformed"},
		{"/done", "return_url_malformed"},
		{"//shop.example.jp/done", "return_url_not_https"},
		{"shop.example.jp/done", "return_url_malformed"},
		{"https:shop.example.jp", "return_url_malformed"},
		{"https:///done", "return_url_malformed"},
		{"https://shop.example.jp\\@evil.example/", "return_url_malformed"},
		{"https://shop.example.jp/\nSet-Cookie:x", "return_url_malformed"},
		{" https://shop.example.jp/", "return_url_malformed"},
		{"https://お店.jp/", "return_url_malformed"},
		{"https://shop.example.jp:/", "return_url_malformed"},
		{"https://shop.example.jp:0443/", "return_url_malformed"},
		{"https://shop.example.jp:99999/", "return_url_malformed"},
		{"https://shop..example.jp/", "return_url_malformed"},
		{"https://[fe80::1%25eth0]/", "return_url_malformed"},
		{"https://shop.example.jp/" + strings.Repeat("a", 2000), "return_url_malformed"},
	} {
		err := merchant.AllowsReturn(m, "return_url", row.address)
		got := ""
		if e := fault.From(err); e != nil {
			got = e.Kind.Code
			if e.Field != "return_url" {
				t.Errorf("%s: field %q", row.address, e.Field)
			}
		}
		if got != row.want {
			t.Errorf("%s: %q, want %q", row.address, got, row.want)
		}
	}
}

// FuzzAllowsReturn: whatever is allowed has exactly the registered origin's text in front, ends it there, and cannot
// leave the line of a header.
func FuzzAllowsReturn(f *testing.F) {
	for _, s := range []string{
		"https://shop.example.jp/a?b=c", "https://shop.example.jp", "https://SHOP.example.jp:443", "https://shop.example.jp@x", "//x", "https://shop.example.jp\\x",
	} {
		f.Add(s)
	}
	m := merchant.Merchant{ReturnOrigins: []string{"https://shop.example.jp"}}
	f.Fuzz(func(t *testing.T, address string) {
		if merchant.AllowsReturn(m, "return_url", address) != nil {
			return
		}
		rest, ok := strings.CutPrefix(strings.ToLower(address), "https://shop.example.jp")
		rest = strings.TrimPrefix(rest, ":443")
		if !ok || rest != "" && rest[0] != '/' && rest[0] != '?' || strings.ContainsAny(address, "\r\n\\# ") {
			t.Errorf("%q is allowed", address)
		}
	})
}

// S03, S04.
func TestKeys(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	m := created(t, d, aozora())
	issue := func(env merchant.Environment, expires time.Time) merchant.Issued {
		var k merchant.Issued
		write(t, d, func(tx *db.Tx) (err error) {
			k, err = verbs.IssueKey(tx, m.ID, env, expires, "operator")
			return err
		})
		return k
	}
	authenticate := func(plain mask.Secret) (merchant.Principal, error) {
		var p merchant.Principal
		err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
			p, err = verbs.Authenticate(tx, plain)
			return err
		})
		return p, err
	}
	lives := issue(merchant.LiveKeys, time.Time{})
	tests := issue(merchant.TestKeys, time.Time{})
	expires := issue(merchant.LiveKeys, dbtest.Start.Add(time.Hour))

	plain := lives.Plain.Reveal()
	if !strings.HasPrefix(plain, "tsk_live_") || len(plain) != len("tsk_live_")+40 || !strings.HasPrefix(plain, lives.Key.Prefix) || len(lives.Key.Prefix) != len("tsk_live_")+4 {
		t.Errorf("a key of %d characters, prefix %q", len(plain), lives.Key.Prefix)
	}
	for _, k := range []merchant.Issued{lives, tests, expires} {
		p, err := authenticate(k.Plain)
		want := merchant.Principal{Merchant: m.ID, Key: k.Key.ID, Environment: k.Key.Environment}
		if diff := cmp.Diff(want, p); diff != "" || err != nil {
			t.Errorf("%v\n%s", err, diff)
		}
	}

	write(t, d, func(tx *db.Tx) error { return verbs.RevokeKey(tx, tests.Key.ID, "operator") })
	write(t, d, func(tx *db.Tx) error { return verbs.RevokeKey(tx, tests.Key.ID, "operator") }) // again: no error
	dbtest.Clock(d).Advance(time.Hour)
	other := "0"
	if strings.HasSuffix(plain, other) {
		other = "1"
	}
	for _, row := range []struct {
		name  string
		plain mask.Secret
		want  *fault.Kind
	}{
		{"none", "", merchant.KeyMissing},
		{"another text", "hello", merchant.KeyShape},
		{"an id", mask.Secret(lives.Key.ID.String()), merchant.KeyShape},
		{"cut off", mask.Secret(plain[:len(plain)-1]), merchant.KeyShape},
		{"a blank behind", mask.Secret(plain + " "), merchant.KeyShape},
		{"capitals", mask.Secret(strings.ToUpper(plain)), merchant.KeyShape},
		{"a letter that keys do not have", mask.Secret(plain[:len(plain)-1] + "u"), merchant.KeyShape},
		{"another environment", mask.Secret("tsk_test_" + strings.TrimPrefix(plain, "tsk_live_")), merchant.KeyUnknown},
		{"one character off", mask.Secret(plain[:len(plain)-1] + other), merchant.KeyUnknown},
		{"revoked", tests.Plain, merchant.KeyRevoked},
		{"expired", expires.Plain, merchant.KeyExpired},
	} {
		if _, err := authenticate(row.plain); !fault.Is(err, row.want) {
			t.Errorf("%s: %v, want %s", row.name, err, row.want.Code)
		}
	}
	if _, err := authenticate(lives.Plain); err != nil {
		t.Errorf("the others' end is not this one's: %v", err)
	}

	write(t, d, func(tx *db.Tx) error {
		keys, err := verbs.Keys(tx, m.ID)
		if err != nil || len(keys) != 3 {
			t.Fatalf("%d keys, %v", len(keys), err)
		}
		for _, k := range keys {
			if live := k.Live(tx.Now()); live != (k.ID == lives.Key.ID) {
				t.Errorf("%s lives: %t", k.Prefix, live)
			}
		}
		timeline, err := event.Timeline(tx, event.Subject(tests.Key.ID), 10)
		if err != nil || len(timeline) != 2 || timeline[1].Kind != "merchant.key_revoked" {
			t.Errorf("timeline %v, %v", timeline, err)
		}
		return nil
	})
}

// S03: the secret is nowhere in the database.
func TestKeyIsNotStored(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	m := created(t, d, aozora())
	write(t, d, func(tx *db.Tx) error {
		k, err := verbs.IssueKey(tx, m.ID, merchant.LiveKeys, time.Time{}, "operator")
		if err != nil {
			return err
		}
		secret := strings.TrimPrefix(k.Plain.Reveal(), "tsk_live_")
		var prefix string
		var hash []byte
		err = tx.Row("-- test.key\nSELECT prefix, key_hash FROM api_key").Scan(&prefix, &hash)
		if strings.Contains(prefix, secret[4:]) || strings.Contains(string(hash), secret) || len(hash) != 32 {
			t.Error("the row gives the key away")
		}
		timeline, errTimeline := event.Timeline(tx, event.Subject(k.Key.ID), 10)
		if strings.Contains(string(timeline[0].Data), secret[4:]) {
			t.Error("the timeline gives the key away")
		}
		if strings.Contains(fmt.Sprintf("%v %+v %s", k, k, k.Plain), secret) {
			t.Error("printing gives the key away")
		}
		return errors.Join(err, errTimeline)
	})
}

func TestIssueKeyRefuses(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	m := created(t, d, aozora())
	for _, row := range []struct {
		name     string
		merchant id.Merchant
		env      merchant.Environment
		expires  time.Time
		want     *fault.Kind
	}{
		{"no such merchant", id.New[id.MerchantKind](dbtest.Start, 9), merchant.LiveKeys, time.Time{}, merchant.NoMerchant},
		{"no such environment", m.ID, "prod", time.Time{}, merchant.EnvironmentUnknown},
		{"expiry now", m.ID, merchant.LiveKeys, dbtest.Start, merchant.ExpiryPast},
	} {
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			_, err := verbs.IssueKey(tx, row.merchant, row.env, row.expires, "operator")
			return err
		})
		if !fault.Is(err, row.want) {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	err := d.Write(context.Background(), func(tx *db.Tx) error {
		return verbs.RevokeKey(tx, id.New[id.APIKeyKind](tx.Now(), 3), "operator")
	})
	if !fault.Is(err, merchant.NoKey) {
		t.Errorf("revoking a key that does not exist: %v", err)
	}
}

// S07, and what an operator changes is on the merchant's timeline.
func TestPauseAndOrigins(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	m := created(t, d, aozora())
	move := func(on merchant.Event) merchant.State {
		var s merchant.State
		write(t, d, func(tx *db.Tx) error {
			moved, err := verbs.Move(tx, m.ID, on, "operator")
			s = moved.State
			return err
		})
		return s
	}
	for _, row := range []struct {
		on   merchant.Event
		want merchant.State
	}{{merchant.Resume, merchant.Live}, {merchant.Pause, merchant.Paused}, {merchant.Pause, merchant.Paused}, {merchant.Resume, merchant.Live}} {
		if got := move(row.on); got != row.want {
			t.Errorf("%s: %s, want %s", row.on, got, row.want)
		}
	}
	write(t, d, func(tx *db.Tx) error {
		changed, err := verbs.SetReturnOrigins(tx, m.ID, []string{"https://New.example.jp/", "http://localhost:3000", "https://new.example.jp:443"}, "operator")
		if err != nil {
			return err
		}
		if diff := cmp.Diff([]string{"https://new.example.jp", "http://localhost:3000"}, changed.ReturnOrigins); diff != "" {
			t.Error(diff)
		}
		loaded, err := verbs.Load(tx, m.ID)
		if diff := cmp.Diff(changed, loaded); diff != "" {
			t.Error(diff)
		}
		return err
	})
	var got []string
	write(t, d, func(tx *db.Tx) error {
		timeline, err := event.Timeline(tx, event.Subject(m.ID), 10)
		for _, e := range timeline {
			got = append(got, e.Kind)
		}
		return err
	})
	want := []string{"merchant.created", "merchant.paused", "merchant.live", "merchant.return_origins_set"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestGrid(t *testing.T) {
	t.Parallel()
	want := `|        | pause  | resume |
|--------|--------|--------|
| live   | paused | =      |
| paused | =      | live   |
`
	if diff := cmp.Diff(want, merchant.Life.Grid()); diff != "" {
		t.Error(diff)
	}
}

// S08.
func TestConditionsAreTheMerchantsOwn(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t)
	book, err := term.NewBook(merchant.Terms...)
	if err != nil {
		t.Fatal(err)
	}
	a, b := created(t, d, aozora()), created(t, d, aozora())
	today := jst.DayOf(dbtest.Start)
	write(t, d, func(tx *db.Tx) error {
		for name, value := range map[string]string{
			"merchant.confirm.minutes": "10", "merchant.capture.days": "14", "merchant.fee": "300", "merchant.session.minutes": "15",
			"merchant.session.max_minutes": "60",
		} {
			err := book.Set(tx, term.Change{Name: name, Scope: a.ID.String(), From: today.Add(1), Value: value, By: "operator"})
			if err != nil {
				return err
			}
		}
		err := book.Set(tx, term.Change{Name: "merchant.confirm.minutes", Scope: a.ID.String(), From: today.Add(1), Value: "1441", By: "operator"})
		if !fault.Is(err, term.BadValue) {
			t.Errorf("a window of more than a day: %v", err)
		}
		return nil
	})
	if err := book.Reload(context.Background(), d); err != nil {
		t.Fatal(err)
	}
	usual := merchant.Conditions{
		ConfirmWithin: time.Hour, CaptureWithin: 30 * 24 * time.Hour, Fee: 250, Session: 30 * time.Minute, SessionMax: 24 * time.Hour,
	}
	own := merchant.Conditions{
		ConfirmWithin: 10 * time.Minute, CaptureWithin: 14 * 24 * time.Hour, Fee: 300, Session: 15 * time.Minute, SessionMax: time.Hour,
	}
	terms := book.Current()
	for _, row := range []struct {
		merchant merchant.Merchant
		day      jst.Day
		want     merchant.Conditions
	}{{a, today, usual}, {a, today.Add(1), own}, {b, today.Add(1), usual}} {
		if diff := cmp.Diff(row.want, merchant.ConditionsOn(terms, row.day, row.merchant.ID)); diff != "" {
			t.Error(diff)
		}
	}
	for _, row := range []struct {
		seconds int64
		want    time.Duration
	}{{0, 15 * time.Minute}, {300, 5 * time.Minute}, {3600, time.Hour}, {299, 0}, {3601, 0}, {-1, 0}, {1 << 62, 0}} {
		got, err := own.SessionFor(row.seconds)
		if got != row.want || (row.want == 0) != fault.Is(err, merchant.BadExpiry) {
			t.Errorf("%d s: %s, %v", row.seconds, got, err)
		}
	}
}

// Every sentence is there in both languages, and codes are unlike each other.
func TestKinds(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range merchant.Kinds {
		if seen[k.Code] || k.What.JA == "" || k.What.EN == "" || k.Next.JA == "" || k.Next.EN == "" || k.Status < 400 {
			t.Errorf("%s is incomplete or stands twice", k.Code)
		}
		seen[k.Code] = true
	}
}
