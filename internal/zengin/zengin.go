// Package zengin reads and writes the files with which Japanese banks are asked to debit accounts and tell what came of it
// (direct debit, 口座振替, type 91), and to pay into accounts (transfers, 総合振込, type 21), in the fixed records of the Zengin
// convention (全銀協標準フォーマット).
//
// # The story
//
// Some bank days before the 27th the biller sends a request: one record per account. The bank debits, and some bank
// days after it returns the same records with a result code in each and with sums of what was debited and what was not
// ([WriteRequest], [ReadResult]). There is no second try with the same bill. The bank that the demo plays stands on the
// other side ([ReadRequest], [WriteResult]).
//
// A file proves itself by its sums only, so nothing that is read may be believed before its end: [Reader.Summary]
// answers after the last byte, and only if kinds, counts and sums were right. [Match] then holds the result
// against the request it answers. Both are strict, because what they let through is booked as money.
//
// # The records
//
// Every record has 120 bytes of JIS X 0201: A–Z, 0–9, half-width kana, each voiced mark a byte of its own. N fields are
// digits, right-aligned, filled up with zeros; C fields are text, left-aligned, filled up with spaces. Records follow
// each other without line ends or with CR LF; the byte 0x1A may end the file.
//
//	header   1 kind 1 · 2–3 type 91 · 4 code, 0 JIS or 1 EBCDIC · 5–14 consignor · 15–54 its name · 55–58 debit day MMDD
//	         59–62 bank · 63–77 its name · 78–80 branch · 81–95 its name · 96 account type · 97–103 account number
//	         104–120 spaces; where the agent says so, 96–103 are spaces too
//	data     1 kind 2 · 2–5 bank · 6–20 its name · 21–23 branch · 24–38 its name · 39–42 spaces · 43 account type
//	         44–50 account number · 51–80 holder · 81–90 amount · 91 new code · 92–111 customer number · 112 result code
//	         113–120 spaces
//	trailer  1 kind 8 · 2–7, 8–19 count and sum of all · 20–25, 26–37 of what was debited · 38–43, 44–55 of what was not
//	         (both zero in a request) · 56–120 spaces
//	end      1 kind 9 · 2–120 spaces
//
// The header's day has no year. It is told from the run that is expected ([MonthDay.Near]), never from today: results of
// December are read in January.
//
// Transfers (総合振込) have the same header with type 21 and, in 55–58, the day on which they are to be made. No file answers
// them: what could not be paid in comes back as a notice of the bank ([WriteTransfers], [ReadTransfers]).
//
//	data     1–38, 43–91 as above, of who is paid · 39–42 clearing house, spaces or zeros · 92–111 EDI information: our key
//	         112 how it is sent, 7 by wire · 113 Y where 92–111 are EDI information, a space where they are customer codes
//	         114–120 spaces
//	trailer  1 kind 8 · 2–7, 8–19 count and sum · 20–120 spaces
//
// Sources: the record layouts that Miyagin (宮城), Hokkoku and Gunma banks publish for their customers.
package zengin

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"tsuke/internal/jst"
	"tsuke/internal/money"
)

const (
	recordBytes = 120
	endOfFile   = 0x1A

	maxCount            = 999_999         // data records that the trailer can count
	maxAmount money.Yen = 9_999_999_999   // one debit: ten digits
	maxSum    money.Yen = 999_999_999_999 // the trailer's sum: twelve digits
)

// The kinds of records (データ区分).
const (
	kindHeader  = '1'
	kindData    = '2'
	kindTrailer = '8'
	kindEnd     = '9'
)

// 種別コード.
const (
	typeDebit    = "91" // 口座振替
	typeTransfer = "21" // 総合振込
)

// Code is the header's コード区分: in which code the file's bytes are.
type Code byte

// The codes. EBCDIC is named so that it can be refused by name: its kana differ between the tables that banks use.
const (
	JIS    Code = '0'
	EBCDIC Code = '1'
)

// Format is what the contract with a bank or agent says about its files. The zero Format has no line ends, JIS code, the
// consignor's account in the header, 0 as a request's result codes, no end byte, and no characters beyond the common
// ones.
type Format struct {
	CRLF               bool // CR LF after each record
	EndByte            bool // 0x1A after the last record
	Code               Code // 0 stands for JIS
	NoConsignorAccount bool // columns 96–103 of the header are spaces
	BlankResult        bool // a request carries a space, not 0, where the result will stand
	CustomerCodes      bool // 92–111 of a transfer are two customer codes, and not EDI information
	// Extra lists the characters that the agent takes besides A–Z, 0–9, ｱ–ﾝ, ﾞ, ﾟ, space and ( ) - . They can be any of
	// / , ' + : ? ｢ ｣ ¥ ｦ; others are refused.
	Extra string
}

const extras = "/,'+:?｢｣¥ｦ"

// judge refuses a format that this package does not write or read.
func (f Format) judge() error {
	switch {
	case f.Code == EBCDIC:
		return FieldError{Record: 1, Field: FieldCode, Problem: IsEBCDIC}
	case f.Code != 0 && f.Code != JIS:
		return FieldError{Record: 1, Field: FieldCode, Problem: BadCode}
	case strings.Trim(f.Extra, extras) != "":
		return FieldError{Problem: BadExtra}
	}
	return nil
}

// Header is who asks whom, and for which day.
type Header struct {
	Consignor     string   // 委託者コード: ten digits, given by the agent
	ConsignorName string   // half-width kana, at most 40 characters; see Name
	Day           MonthDay // 引落日
	Bank          string   // 取引銀行番号: four digits
	BankName      string   // half-width kana, at most 15 characters, or empty
	Branch        string   // 取引支店番号: three digits
	BranchName    string   // half-width kana, at most 15 characters, or empty

	// Where the money goes. Neither written nor needed with Format.NoConsignorAccount; zero if the file read has spaces.
	AccountType   AccountType
	AccountNumber AccountNumber
}

// NewCode tells the bank whether it has debited this account for this biller before (新規コード).
type NewCode int

// The codes.
const (
	NotNew  NewCode = 0
	First   NewCode = 1 // the first debit of the account
	Changed NewCode = 2 // the account was changed since the last one
)

// Debit is one record: what is to be taken from which account, and in a result what came of it.
type Debit struct {
	Account  Account
	Amount   money.Yen // 1 to 9,999,999,999
	New      NewCode
	Customer string     // 顧客番号: our key, at most 20 characters of the file's set; comes back unchanged; once in a file
	Result   ResultCode // 0 in a request
}

// Totals are what the trailer tells. In a request all but Count and Amount are 0.
type Totals struct {
	Count        int
	Amount       money.Yen
	DoneCount    int // debited (振替済)
	DoneAmount   money.Yen
	FailedCount  int // not debited (振替不能)
	FailedAmount money.Yen
}

// Summary is what is known of a file at its end.
type Summary struct {
	Totals Totals
	Hash   [sha256.Size]byte // of the bytes as received or written, line ends included: the same file comes twice
}

// File is a whole file in memory, as Match takes it: about 300 bytes a debit.
type File struct {
	Header Header
	Debits []Debit // record i+2 of the file is Debits[i]
	Summary
}

// FirstDebit is the number of a file's first data record: the header is record 1.
const FirstDebit = 2

// MonthDay is a day as the header has it, "1127" for 27 November: it does not tell its year.
type MonthDay string

// MonthDayOf drops the year. The zero Day gives an empty MonthDay, which no file can hold.
func MonthDayOf(d jst.Day) MonthDay {
	if d.IsZero() {
		return ""
	}
	_, month, day := d.Date()
	return MonthDay(fmt.Sprintf("%02d%02d", int(month), day))
}

// Near is the day that is meant if about the expected day is spoken of: of the years before, at and after it the one that
// brings the two closest. It is false if those years have no such day (29 February), or if either is no day.
func (m MonthDay) Near(expected jst.Day) (jst.Day, bool) {
	if len(m) != 4 || !allDigits(string(m)) || expected.IsZero() {
		return jst.Day{}, false
	}
	year, _, _ := expected.Date()
	var best jst.Day
	for y := year - 1; y <= year+1; y++ {
		d, err := jst.ParseDay(fmt.Sprintf("%04d-%s-%s", y, m[:2], m[2:]))
		if err == nil && (best.IsZero() || distance(d, expected) < distance(best, expected)) {
			best = d
		}
	}
	return best, !best.IsZero()
}

// exists tells whether some year has the day.
func (m MonthDay) exists() bool {
	_, err := jst.ParseDay("2000-" + string(m[:min(2, len(m))]) + "-" + string(m[min(2, len(m)):])) // a leap year
	return err == nil
}

func distance(a, b jst.Day) int {
	n := a.Sub(b)
	return max(n, -n)
}
