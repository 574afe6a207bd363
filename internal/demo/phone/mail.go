package phone

import (
	"encoding/base64"
	"errors"
	"io"
	"log"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"

	"github.com/emersion/go-smtp"
)

const (
	maxLetter = 1 << 20
	maxParts  = 20
	maxDepth  = 5
)

// Mail is the mail server. The caller gives it a listener and closes it.
func (p *Phone) Mail() *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &delivery{phone: p}, nil }))
	server.Domain = "phone.demo"
	server.MaxMessageBytes = maxLetter
	server.MaxRecipients = 10
	server.ErrorLog = log.New(io.Discard, "", 0)
	return server
}

// delivery is one conversation with the product.
type delivery struct {
	phone *Phone
	to    []string
}

// Reset implements smtp.Session.
func (d *delivery) Reset() { d.to = nil }

// Logout implements smtp.Session.
func (*delivery) Logout() error { return nil }

// Mail implements smtp.Session.
func (*delivery) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt implements smtp.Session.
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = append(d.to, to)
	return nil
}

// Data implements smtp.Session.
func (d *delivery) Data(r io.Reader) error {
	m, err := readLetter(r)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "not a letter"}
	}
	for _, to := range d.to {
		m.To = to
		if err := d.phone.take(m); err != nil {
			return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "not stored"}
		}
	}
	return nil
}

// readLetter takes from a message what a phone shows: sender, subject, and the text of it that is plain.
func readLetter(r io.Reader) (Message, error) {
	msg, err := mail.ReadMessage(r)
	if err != nil {
		return Message{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(msg.Header.Get("Subject"))
	if err != nil {
		return Message{}, err
	}
	from := msg.Header.Get("From")
	if a, err := mail.ParseAddress(from); err == nil {
		from = a.Address
		if a.Name != "" {
			from = a.Name + " <" + a.Address + ">"
		}
	}
	text, err := plainText(msg.Header.Get("Content-Type"), msg.Header.Get("Content-Transfer-Encoding"), msg.Body, 0)
	if err != nil {
		return Message{}, err
	}
	return Message{
		Channel: mailChannel, From: from, Subject: subject, Key: strings.Trim(msg.Header.Get("Message-ID"), "<>"),
		Body: strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n"),
	}, nil
}

// errNoText is a letter without any plain text.
var errNoText = errors.New("phone: no plain text")

// plainText finds the first text/plain part, in depth.
func plainText(kind, encoding string, body io.Reader, depth int) (string, error) {
	if kind == "" {
		kind = "text/plain"
	}
	media, params, err := mime.ParseMediaType(kind)
	switch {
	case err != nil:
		return "", err
	case media == "text/plain":
		text, err := io.ReadAll(io.LimitReader(decoded(encoding, body), maxLetter))
		return strings.ToValidUTF8(string(text), "�"), err
	case !strings.HasPrefix(media, "multipart/") || depth == maxDepth:
		return "", errNoText
	}
	parts := multipart.NewReader(body, params["boundary"])
	for range maxParts {
		part, err := parts.NextRawPart()
		if err != nil {
			break
		}
		text, err := plainText(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part, depth+1)
		if !errors.Is(err, errNoText) {
			return text, err
		}
	}
	return "", errNoText
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	default:
		return body
	}
}
