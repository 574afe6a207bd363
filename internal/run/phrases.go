package run

import (
	"bytes"
	"strings"
)

// An answer is kept with each purchase, byte by byte, so its size is written twice (log and table) for each. Most of it
// is always the same. What is always the same is kept as one byte: a control character, which JSON never holds as it is.
//
// The byte 1 stands for the id of the answer's object, 2 and up for the phrases in their order. The list is part of what
// is stored: it is only ever added to at its end, up to 30 phrases. An answer that no phrase fits is kept as it is, so
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
	return []byte(packer.Replace(text))
}

// unpack is the body that pack stored.
func unpack(packed []byte, object string) []byte {
	switch {
	case packed == nil:
		return nil
	case len(packed) > 0 && packed[0] == verbatim:
		return packed[1:]
	}
	return []byte(strings.ReplaceAll(unpacker.Replace(string(packed)), "\x01", object))
}
