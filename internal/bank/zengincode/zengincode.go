// Package zengincode makes a bank.Directory of the npm package zengin-code (MIT), a weekly copy of the banks' own directory
// as a script that is one JSON object. It is used when the embedded directory is renewed, never by the service.
package zengincode

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"tsuke/internal/bank"
)

// Reasons to refuse the package. They mean that it has another form than the one known here.
var (
	ErrAbout  = errors.New("zengincode: package.json does not name zengin-code and a version with its day")
	ErrScript = errors.New("zengincode: zengin-data.js is not one assignment of banks with their branches")
)

type entry struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Kana string `json:"kana"`
}

// Directory reads package.json and lib/zengin-data.js of the package. The day of the data is the one in its version
// (1.0.0-p20260824). The errors are ErrAbout, ErrScript and bank.ErrEntry.
func Directory(about, script []byte) (*bank.Directory, error) {
	var names struct{ Name, Version string }
	if err := json.Unmarshal(about, &names); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAbout, err)
	}
	_, patch, _ := strings.Cut(names.Version, "-p")
	day, err := time.Parse("20060102", patch)
	if err != nil || names.Name != "zengin-code" {
		return nil, fmt.Errorf("%w: %q %q", ErrAbout, names.Name, names.Version)
	}
	banks, branches, err := entries(script)
	if err != nil {
		return nil, err
	}
	return bank.New(names.Name+" "+names.Version, day.Format(time.DateOnly), banks, branches)
}

func entries(script []byte) (banks []bank.Bank, branches []bank.Branch, err error) {
	object, ok := strings.CutPrefix(strings.TrimSpace(string(script)), "module.exports =")
	if !ok {
		return nil, nil, fmt.Errorf("%w: it does not begin with module.exports =", ErrScript)
	}
	var all map[string]struct {
		entry
		Branches map[string]entry `json:"branches"`
	}
	if err := json.Unmarshal([]byte(strings.TrimSuffix(object, ";")), &all); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrScript, err)
	}
	for code, b := range all {
		if code != b.Code {
			return nil, nil, fmt.Errorf("%w: bank %q stands under %q", ErrScript, b.Code, code)
		}
		banks = append(banks, bank.Bank{Code: b.Code, Name: b.Name, Kana: reading(b.Kana)})
		for code, o := range b.Branches {
			if code != o.Code {
				return nil, nil, fmt.Errorf("%w: branch %q of bank %s stands under %q", ErrScript, o.Code, b.Code, code)
			}
			branches = append(branches, bank.Branch{Bank: b.Code, Code: o.Code, Name: o.Name, Kana: reading(o.Kana)})
		}
	}
	return banks, branches, nil
}

// reading writes the long sound as a long sound. The package has a full-width minus sign, the wide form of the hyphen that
// stands for it in files.
func reading(kana string) string { return strings.ReplaceAll(kana, "－", "ー") }
