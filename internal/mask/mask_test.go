package mask_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"strings"
	"testing"

	"tsuke/internal/mask"
)

const (
	phone   = "+819012345678"
	mail    = "taro.yamada@example.jp"
	name    = "山田太郎"
	address = "東京都千代田区千代田1-1"
	secret  = "048213"
)

// person stands for any struct that carries masked values.
type person struct {
	Phone   mask.Phone
	Mail    mask.Mail
	Name    mask.Name
	Address mask.Address
	Secret  mask.Secret
	More    []mask.Phone
	ByKey   map[string]mask.Name
	Pointer *mask.Mail
}

func someone() person {
	m := mask.Mail(mail)
	return person{
		Phone: phone, Mail: mail, Name: name, Address: address, Secret: secret,
		More: []mask.Phone{phone}, ByKey: map[string]mask.Name{"name": name}, Pointer: &m,
	}
}

// shown lists the values that a text holds, in plain, quoted, hexadecimal or byte form.
func shown(text string) []string {
	var found []string
	for _, value := range []string{phone, mail, name, address, secret} {
		for _, form := range []string{
			value, fmt.Sprintf("%x", value), fmt.Sprintf("%X", value), fmt.Sprintf("% x", value),
			fmt.Sprint([]byte(value)), strings.Trim(fmt.Sprintf("%+q", value), `"`), value[len(value)/2:],
		} {
			if strings.Contains(text, form) {
				found = append(found, form)
			}
		}
	}
	return found
}

func mustHide(t *testing.T, where, text string) {
	t.Helper()
	if found := shown(text); len(found) > 0 {
		t.Errorf("%s shows %q: %s", where, found, text)
	}
}

// The check itself must be able to fail.
func TestUnmaskedValuesAreFound(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"%v", "%q", "%x", "%+q", "%s"} {
		if len(shown(fmt.Sprintf(verb, name))) == 0 {
			t.Errorf("a plain name printed with %s is not found", verb)
		}
	}
}

func TestFmtPrintsDots(t *testing.T) {
	t.Parallel()
	p := someone()
	values := []any{p.Phone, p.Mail, p.Name, p.Address, p.Secret, &p.Phone, p, &p, []any{p}, map[string]any{"p": p}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10.2s", "%-40v", "%U", "%c", "%t", "%#x"} {
		for _, value := range values {
			mustHide(t, verb, fmt.Sprintf(verb, value))
		}
	}
	mustHide(t, "Sprint", fmt.Sprint(p)+fmt.Sprintln(p.Secret))
	mustHide(t, "error", fmt.Errorf("carrier refused %v: %w", p.Phone, errors.New("busy")).Error())
	if got := fmt.Sprintf("%v %s %q", p.Phone, p.Name, p.Secret); got != "•••• •••• ••••" {
		t.Errorf("printed %s", got)
	}
	if got := p.Secret.GoString(); got != "••••" {
		t.Errorf("GoString is %s", got)
	}
	if got := fmt.Sprintf("[%v]", mask.Phone("")); got != "[]" {
		t.Errorf("an empty value prints as %s", got)
	}
}

func TestSlogWritesDots(t *testing.T) {
	t.Parallel()
	p := someone()
	for handlerName, handler := range map[string]func(*bytes.Buffer) slog.Handler{
		"json": func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
		"text": func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
	} {
		var out bytes.Buffer
		logger := slog.New(handler(&out))
		logger.Info("signed in", "phone", p.Phone, "mail", p.Mail, "secret", p.Secret)
		logger.With("name", p.Name).WithGroup("g").Warn("moved", slog.Any("person", p), slog.Any("pointer", &p))
		logger.Error("list", "more", p.More, "map", p.ByKey)
		mustHide(t, "slog "+handlerName, out.String())
		if lines := strings.Count(out.String(), "\n"); lines != 3 || !strings.Contains(out.String(), "••••") {
			t.Errorf("%s: %d lines: %s", handlerName, lines, out.String())
		}
	}
}

func TestEncodersWriteDots(t *testing.T) {
	t.Parallel()
	p := someone()
	text, err := json.Marshal(map[string]any{"p": p, "pointer": &p})
	if err != nil {
		t.Fatal(err)
	}
	mustHide(t, "json", string(text))
	one, err := json.Marshal(p.Secret)
	if err != nil || string(one) != `"••••"` {
		t.Errorf("a secret is %s, %v", one, err)
	}
	document, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"p"`
		Phone   mask.Phone
		Name    mask.Name `xml:",attr"`
	}{Phone: p.Phone, Name: p.Name})
	if err != nil {
		t.Fatal(err)
	}
	mustHide(t, "xml", string(document))
}

func TestTemplatesWriteDots(t *testing.T) {
	t.Parallel()
	page := template.Must(template.New("page").Parse(
		`<a href="/m/{{.Phone}}?q={{.Mail}}" title="{{.Name}}">{{.Address}} {{.Secret}}</a><script>let p = {{.}}</script>`,
	))
	var out bytes.Buffer
	if err := page.Execute(&out, someone()); err != nil {
		t.Fatal(err)
	}
	mustHide(t, "html/template", out.String())
}

func TestRevealAndMasked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ revealed, want, masked, wantMasked string }{
		{mask.Phone(phone).Reveal(), phone, mask.Phone(phone).Masked(), "•••• 5678"},
		{mask.Phone("09012345678").Reveal(), "09012345678", mask.Phone("09012345678").Masked(), "•••• 5678"},
		{mask.Phone("1234567").Reveal(), "1234567", mask.Phone("1234567").Masked(), "••••"},
		{mask.Phone("０９０１２３４").Reveal(), "０９０１２３４", mask.Phone("０９０１２３４").Masked(), "••••"},
		{mask.Phone("").Reveal(), "", mask.Phone("").Masked(), ""},
		{mask.Mail(mail).Reveal(), mail, mask.Mail(mail).Masked(), "t••••@example.jp"},
		{mask.Mail("太郎@example.jp").Reveal(), "太郎@example.jp", mask.Mail("太郎@example.jp").Masked(), "太••••@example.jp"},
		{mask.Mail("a@example.jp").Reveal(), "a@example.jp", mask.Mail("a@example.jp").Masked(), "••••"},
		{mask.Mail("太@example.jp").Reveal(), "太@example.jp", mask.Mail("太@example.jp").Masked(), "••••"},
		{mask.Mail("nothing").Reveal(), "nothing", mask.Mail("nothing").Masked(), "••••"},
		{mask.Name(name).Reveal(), name, mask.Name(name).Masked(), "••••"},
		{mask.Address(address).Reveal(), address, mask.Address(address).Masked(), "••••"},
		{mask.Secret(secret).Reveal(), secret, mask.Secret(secret).Masked(), "••••"},
	} {
		if c.revealed != c.want {
			t.Errorf("Reveal is %q, want %q", c.revealed, c.want)
		}
		if c.masked != c.wantMasked {
			t.Errorf("Masked is %q, want %q", c.masked, c.wantMasked)
		}
	}
}
