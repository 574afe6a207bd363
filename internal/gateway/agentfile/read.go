package agentfile

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
)

// MaxBytes is the largest file that Read takes: about 400,000 notices.
const MaxBytes = 64 << 20

// Read reads a file of any layout without a contract: what the contract would say is not checked.
func Read(r io.Reader) (File, error) { return Contract{}.Read(r) }

// Read finds the layout of a file out and reads it. The error is a *FileError when the bytes are no such file, a file of
// somebody else or one of which a part is missing; a *ContractError; or what r failed with. Bad lines are no error but stand
// in File.Bad.
//
// It forgives what happens on the way and cannot be misread: line ends of LF alone, a missing last one, a final 0x1A,
// empty lines, leading zeros that times and codes have lost, and blanks that the end of a record has lost.
func (c Contract) Read(r io.Reader) (File, error) {
	raw, err := c.take(r)
	if err != nil {
		return File{}, err
	}
	layout, err := detect(raw)
	if err != nil {
		return File{}, err
	}
	return c.read(layout, raw)
}

// ReadAs is Read of a file whose layout is known, as it has to be for a file without payments in fixed records.
func (c Contract) ReadAs(layout Layout, r io.Reader) (File, error) {
	if layout < 0 || int(layout) >= layouts {
		return File{}, &ContractError{Field: "Layout"}
	}
	raw, err := c.take(r)
	if err != nil {
		return File{}, err
	}
	return c.read(layout, raw)
}

func (c Contract) take(r io.Reader) ([]byte, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("agentfile: read: %w", err)
	}
	if len(raw) > MaxBytes {
		return nil, &FileError{Reason: TooLarge}
	}
	return raw, nil
}

func (c Contract) read(layout Layout, raw []byte) (File, error) {
	if err := judgeFile(layout, raw); err != nil {
		return File{}, err
	}
	var file File
	var err error
	if layout == CSV {
		file, err = readCSV(raw)
	} else {
		file, err = c.readFixed(layout, raw)
	}
	if err != nil {
		return File{}, err
	}
	if err := c.judgeIssuers(file.Lines); err != nil {
		return File{}, err
	}
	file.Layout, file.Hash = layout, sha256.Sum256(raw)
	return file, nil
}

// judgeIssuers refuses a file in which a line whose check digit fits was issued by a company that is not ours: such a
// file went to the wrong receiver, and none of it is ours to match.
func (c Contract) judgeIssuers(lines []Line) error {
	for _, l := range lines {
		if issuer := l.Barcode[2:8]; len(c.Issuers) > 0 && !slices.Contains(c.Issuers, issuer) {
			return &FileError{Reason: OtherCompany, Line: l.Number, Code: issuer}
		}
	}
	return nil
}

// judgeFile refuses what is no file of the agent, before any line of it is believed.
func judgeFile(layout Layout, raw []byte) error {
	body, marked := bytes.CutPrefix(raw, []byte("\ufeff"))
	if len(bytes.TrimSpace(bytes.TrimRight(body, "\x1a"))) == 0 {
		return &FileError{Reason: Empty}
	}
	if told, ok := bytes.CutPrefix(bytes.TrimSpace(body), []byte("error:")); ok {
		return &FileError{Reason: AgentFault, Message: message(told)}
	}
	utf16 := bytes.HasPrefix(raw, []byte{0xFF, 0xFE}) || bytes.HasPrefix(raw, []byte{0xFE, 0xFF})
	if marked || utf16 || layout == CSV && utf8Text(raw) {
		return &FileError{Reason: NotShiftJIS}
	}
	return nil
}
