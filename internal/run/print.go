package run

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Print is the fingerprint of a request's input: one hash to compare by, and for each field a few bytes by which a
// mismatch can name it without its value having been kept.
type Print struct {
	sum   [sha256.Size]byte
	parts string // of each field partLen bytes, sorted
	names string // of all fields that the operation has, sorted and parted by zeros; only in memory
}

// partLen is two bytes of a hash of the field's name and three of a hash of its value. If two names or two values of one
// field collide, a mismatch names one field less; that there is a mismatch is decided by the whole hash.
const partLen = 5

// partsMax is how many fields are told apart. A longer request is told apart by its outermost fields only.
const partsMax = 64

// PrintOf fingerprints an operation on a decoded body, a JSON object: the meaning, not the bytes (rule X02). The order of
// members on any level, white space and escapes do not matter. A field that has its default stands in optional and not in
// body, so that leaving it out means the same, and so that a request fingerprinted today has the same fingerprint when
// the operation has got another optional field.
func PrintOf(operation string, body any, optional ...string) (Print, error) {
	object, err := asObject(operation, body)
	if err != nil {
		return Print{}, err
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "%d:%s", len(operation), operation)
	if err := canonical(&text, object); err != nil {
		return Print{}, err
	}
	fields := map[string]any{}
	leaves(fields, "", object)
	if len(fields) > partsMax {
		fields = object
	}
	var parts []string
	for name, value := range fields {
		part, err := partOf(name, value)
		if err != nil {
			return Print{}, err
		}
		parts = append(parts, part)
	}
	slices.Sort(parts)
	names := slices.Sorted(maps.Keys(fields))
	for _, name := range optional {
		if _, given := fields[name]; !given {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return Print{sum: sha256.Sum256(text.Bytes()), parts: strings.Join(parts, ""), names: strings.Join(names, "\x00")}, nil
}

// asObject gives the body as decoded JSON.
func asObject(operation string, body any) (map[string]any, error) {
	if object, ok := body.(map[string]any); ok {
		return object, nil
	}
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil || object == nil {
		return nil, fmt.Errorf("run: the input of %s is no JSON object: %w", operation, err)
	}
	return object, nil
}

// leaves collects the innermost values by their place, such as lines[0].name, and the length of each list.
func leaves(into map[string]any, at string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if at != "" {
				name = at + "." + name
			}
			leaves(into, name, value)
		}
	case []any:
		into[at] = len(v)
		for i, value := range v {
			leaves(into, at+"["+strconv.Itoa(i)+"]", value)
		}
	default:
		into[at] = v
	}
}

func partOf(name string, value any) (string, error) {
	var text bytes.Buffer
	if err := canonical(&text, value); err != nil {
		return "", err
	}
	hash := sha256.New()
	fmt.Fprintf(hash, "%d:%s", len(name), name)
	hash.Write(text.Bytes())
	return nameHash(name) + string(hash.Sum(nil)[:partLen-2]), nil
}

func nameHash(name string) string {
	hash := sha256.Sum256([]byte(name))
	return string(hash[:2])
}

// differing names the fields in which a request differs from an earlier one of the same operation, sorted. An entry of a
// list that only the earlier one had is named by its list, whose length differs.
func (p Print) differing(earlier string) []string {
	before, now := byName(earlier), byName(p.parts)
	var names []string
	for name := range strings.SplitSeq(p.names, "\x00") {
		if hash := nameHash(name); before[hash] != now[hash] {
			names = append(names, name)
		}
	}
	if len(names) == 0 && len(before) != len(now) {
		names = append(names, "…") // only fields that are not sent now
	}
	return names
}

// byName gives the parts by the hash of their name.
func byName(parts string) map[string]string {
	all := map[string]string{}
	for len(parts) >= partLen {
		all[parts[:2]] = parts[2:partLen]
		parts = parts[partLen:]
	}
	return all
}
