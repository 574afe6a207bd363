// Package gateway is the way out of the program: texts to phones and letters to mailboxes. For each channel there is an
// adapter that talks to a real carrier ([HTTPSMS], [SMTPMail]) and one that keeps what it was given in memory and can be
// told to misbehave ([LocalSMS], [LocalMail]).
//
// # The story
//
// A call that leaves the process can end in more ways than "worked" and "failed". What decides about the next step is
// not the error's text but one question: could the other side have acted? Every Send answers it with an [Outcome]:
//
//   - [Done]: the carrier said that it took the message.
//   - [Refused]: the carrier said that it will not take this message. Sending it again gets the same answer.
//   - [SurelyNotSent]: the message cannot have been taken: no connection, no end of data, or an answer that says
//     "not now". Sending it again is of use.
//   - [Unknown]: it may have been taken, and the answer is lost. Sending it again with the same key is right, because
//     every message carries a key that is made from what it is about and not from the try: a text's key goes to the
//     carrier as Idempotency-Key, a letter's key is its Message-ID, by which mailboxes drop a copy.
//
// The zero Outcome is Unknown, so that what nobody classified is treated with the greatest care.
//
// An error of this package is an [Error]: which channel, in which step, what kind of failure, and the status the other
// side gave. It holds nothing of the message and nothing the other side wrote, because carriers repeat numbers and
// addresses in their answers; it can be logged as it is.
//
// Everything here has a deadline and a size limit. Nothing here may be called inside a database transaction.
package gateway

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"runtime"
	"strings"

	"tsuke/internal/mask"
)

// Outcome answers "did the other side act?".
type Outcome int

// The outcomes.
const (
	Unknown       Outcome = iota // it may have acted
	Done                         // it said that it did
	Refused                      // it said that it will not
	SurelyNotSent                // it cannot have acted
)

// String is the outcome as it stands in logs and in the delivery state: "unknown", "done", "refused", "not_sent".
func (o Outcome) String() string {
	switch o {
	case Done:
		return "done"
	case Refused:
		return "refused"
	case SurelyNotSent:
		return "not_sent"
	default:
		return "unknown"
	}
}

// Text is one short message to a phone.
type Text struct {
	To   mask.Phone // E.164: "+819012345678"
	Body string     // as the phone shows it
	Key  string     // what the text is about, the same for every try; see ValidKey
}

// SMS sends texts. It is safe for concurrent use. The error is nil exactly when the outcome is Done.
type SMS interface {
	Send(ctx context.Context, t Text) (Outcome, error)
}

// Letter is one message to a mailbox.
type Letter struct {
	To      mask.Mail // an address, without a name
	Subject string
	Text    string // the whole message in plain text; every letter has it
	HTML    string // the same for readers who prefer it, or empty
	Lang    string // "ja" or "en", for the header Content-Language; may be empty
	Key     string // what the letter is about, the same for every try; becomes the Message-ID; see ValidKey
}

// Mail sends letters. It is safe for concurrent use. The error is nil exactly when the outcome is Done.
type Mail interface {
	Send(ctx context.Context, l Letter) (Outcome, error)
}

// What is the kind of a failure.
type What string

// The kinds of failures.
const (
	BadMessage    What = "bad message"            // the message itself cannot be sent: no key, no body, no address
	BadSecret     What = "secret not readable"    // the file with the token or password
	NoConnection  What = "no connection"          // name, dial, greeting
	NotSecure     What = "no secure connection"   // TLS or a safe way to sign in is not offered, or the certificate is wrong
	SignInRefused What = "sign-in refused"        // the carrier does not know us
	Late          What = "no answer in time"      // the deadline passed
	Cut           What = "connection cut"         // after something was sent
	Answered      What = "answered with a status" // see Status
	WrongAnswer   What = "answer not understood"  // it answered, but not what was agreed
)

// Error is a failure of a call. It holds no personal data; see the package comment.
type Error struct {
	Channel string // "sms" or "mail"
	Step    string // what was being done: "connect", "send", "recipient", …
	What    What
	Status  int // the status the other side gave (HTTP or SMTP), or 0

	is error // a context's error or os.ErrPermission, for errors.Is
}

// Error is for logs.
func (e *Error) Error() string {
	s := e.Channel + ": " + e.Step + ": " + string(e.What)
	if e.Status != 0 {
		s += fmt.Sprintf(" %d", e.Status)
	}
	return s
}

// Unwrap gives context.Canceled, context.DeadlineExceeded or the file's error, if one of them was the cause.
func (e *Error) Unwrap() error { return e.is }

// ValidKey tells whether a key can go to every carrier: 1 to 64 ASCII letters, digits, dots, hyphens and underscores.
func ValidKey(key string) bool {
	if key == "" || len(key) > 64 {
		return false
	}
	for i := range len(key) {
		c := key[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (c < '0' || '9' < c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// cause names the kind of a transport error without keeping its text.
func cause(err error) (What, error) {
	var timeout net.Error
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.Is(err, context.Canceled):
		return Cut, context.Canceled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return Late, context.DeadlineExceeded
	case errors.As(err, &certificate):
		return NotSecure, nil
	default:
		return Cut, nil
	}
}

// LooseSecret tells that a file with a secret may be read by others.
type LooseSecret struct{ Path string }

// Error names the file and the cure.
func (e *LooseSecret) Error() string {
	return fmt.Sprintf("gateway: %s may be read by others: run chmod 600 %s", e.Path, e.Path)
}

// readSecret reads the one line of a secret's file. It is read at every use, so that a changed file counts at once.
func readSecret(path string) (mask.Secret, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 { // there the bits say nothing about who may read
		return "", &LooseSecret{path}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	line := strings.TrimSpace(string(text))
	if line == "" || strings.ContainsAny(line, "\r\n") {
		return "", &fs.PathError{Op: "read secret", Path: path, Err: errors.New("must hold one line")}
	}
	return mask.Secret(line), nil
}
