package run

import (
	"bytes"
	"strings"
	"time"
)

// An answer is kept with each purchase, byte by byte, so its size is written twice (log and table) for each. Most of it
// is always the same. What is always the same is kept as one byte: a control character, which JSON never holds as it is.
//
// The byte 1 stands for the id of the answer's object, 2 to 30 for the phrases in their order, and 31 says that eight bytes
// follow which are an instant. The list is part of what
// is stored: it is only ever added to at its end, up to 29 phrases. An answer that no phrase fits is kept as it is, so
// when the answers change, old rows stay readable and new ones only take more room until phrases are added for them.
var phrases = []string{
	`{"id":"`,
	`","reference":"`,
	`","order_ref":"`,
	`","state":"authorized","amount":`,
	`","state":"declined","amount":`,
	`,"captured":0,"refunded":0,"released":0,"currency":"JPY","capture":"manual","created_at":"`,
	`,"captured":0,"refunded":0,"released":0,"currency":"JPY","capture":"automatic","created_at":"`,
	`","confirm_by":"`,
	`","capture_by":null,"decline":null,"captures":[],"refunds":[],"retry_of":`,
	`","confirm_by":null,"capture_by":null,"decline":{"code":"`,
	`"},"captures":[],"refunds":[],"retry_of":`,
	`,"checkout_session":null}`,
	`null,"checkout_session":"`,
	`","confirm_by":null,"capture_by":"`,
	`","confirm_by":null,"capture_by":null,"decline":null,"captures":[`,
	`,"refunded":0,"released":0,"currency":"JPY","capture":"manual","created_at":"`,
	`{"ja":{"type":"/v1/docs/problems/`,
	`},"en":{"type":"/v1/docs/problems/`,
	`","title":"`,
	`","status":409,"code":"`,
	`","detail":"`,
	`","side":"merchant","charged":"`,
	`","next":"`,
	`","retry":"never"`,
	`,"object":"`,
	`,"repeat_of":null,"checkout_session":null}`,
	`,"repeat_of":null,"checkout_session":"`,
}

// verbatim is the first byte of an answer that holds control characters and is kept as it is.
const verbatim = 0

var packer, unpacker = tables()

func tables() (packer, unpacker *strings.Replacer) {
	var in, out []string
	for i, p := range phrases {
		code := string(rune(i + 2))
		in, out = append(in, p, code), append(out, code, p)
	}
	return strings.NewReplacer(in...), strings.NewReplacer(out...)
}

// pack is an answer's body as it is stored.
func pack(a Answer) []byte {
	if a.Body == nil {
		return nil
	}
	if bytes.ContainsFunc(a.Body, func(r rune) bool { return r < ' ' }) {
		return append([]byte{verbatim}, a.Body...)
	}
	text := string(a.Body)
	if a.Object != "" {
		text = strings.ReplaceAll(text, a.Object, "\x01")
	}
	return packInstants(packer.Replace(text))
}

// unpack is the body that pack stored.
func unpack(packed []byte, object string) []byte {
	switch {
	case packed == nil:
		return nil
	case len(packed) > 0 && packed[0] == verbatim:
		return packed[1:]
	}
	return []byte(strings.ReplaceAll(unpacker.Replace(unpackInstants(packed)), "\x01", object))
}

// instantMark begins an instant: its microseconds since 1970 follow in eight bytes of seven bits, each with its highest bit
// set, so that none of them is taken for a phrase.
const instantMark = 31

// instantLayout is how the answers write an instant; what is written otherwise is kept as it is.
const instantLayout = "2006-01-02T15:04:05.000000Z"

func packInstants(text string) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		micros, ok := instantAt(text)
		if !ok {
			out, text = append(out, text[0]), text[1:]
			continue
		}
		out = append(out, instantMark)
		for shift := 49; shift >= 0; shift -= 7 {
			out = append(out, byte(micros>>shift)|0x80)
		}
		text = text[len(instantLayout):]
	}
	return out
}

// instantAt reads the instant that a text begins with, if it does and eight bytes hold it.
func instantAt(text string) (micros int64, ok bool) {
	if len(text) < len(instantLayout) || text[10] != 'T' || text[26] != 'Z' {
		return 0, false
	}
	t, err := time.Parse(instantLayout, text[:len(instantLayout)])
	if err != nil || t.UnixMicro() < 0 || t.UnixMicro() >= 1<<56 || t.Format(instantLayout) != text[:len(instantLayout)] {
		return 0, false
	}
	return t.UnixMicro(), true
}

func unpackInstants(packed []byte) string {
	var out strings.Builder
	for len(packed) > 0 {
		if packed[0] != instantMark || len(packed) < 9 {
			out.WriteByte(packed[0])
			packed = packed[1:]
			continue
		}
		var micros int64
		for _, b := range packed[1:9] {
			micros = micros<<7 | int64(b&0x7f)
		}
		out.WriteString(time.UnixMicro(micros).UTC().Format(instantLayout))
		packed = packed[9:]
	}
	return out.String()
}
