package zengin

import (
	"bytes"
	"io"
	"iter"

	"tsuke/internal/money"
)

// Transfer is one record of a file of transfers (総合振込): what is to be paid into which account.
type Transfer struct {
	Account Account
	Amount  money.Yen // 1 to 9,999,999,999
	New     NewCode
	Key     string // our key, at most 20 characters of the file's set; once in a file; the bank names it when it sends money back
}

// TransferFile is a whole file of transfers in memory.
type TransferFile struct {
	Header    Header
	Transfers []Transfer // record i+2 of the file is Transfers[i]
	Summary              // Totals has Count and Amount only
}

// WriteTransfers writes a file of transfers, record by record as they come, as [WriteRequest] does: what the format cannot hold
// is refused with a FieldError, and a key that stands in the file already with PaidTwice. They are sent by wire (電信).
func WriteTransfers(w io.Writer, f Format, h Header, transfers iter.Seq2[Transfer, error]) (Summary, error) {
	return write(w, f, h, func(yield func(Debit, error) bool) {
		for t, err := range transfers {
			if !yield(Debit{Account: t.Account, Amount: t.Amount, New: t.New, Customer: t.Key}, err) {
				return
			}
		}
	}, transfer)
}

// ReadTransfers reads a whole file of transfers, as [ReadRequest] does, and gives it if it is proven.
func ReadTransfers(r io.Reader, f Format) (TransferFile, error) {
	reader, err := begin(r, f, transfer)
	if err != nil {
		return TransferFile{}, err
	}
	read, err := reader.File()
	if err != nil {
		return TransferFile{}, err
	}
	out := TransferFile{Header: read.Header, Summary: read.Summary}
	seen := make(map[string]bool, len(read.Debits))
	for i, d := range read.Debits {
		if seen[d.Customer] {
			return TransferFile{}, FieldError{Record: i + FirstDebit, Field: FieldTransferKey, Problem: PaidTwice}
		}
		seen[d.Customer] = true
		out.Transfers = append(out.Transfers, Transfer{Account: d.Account, Amount: d.Amount, New: d.New, Key: d.Customer})
	}
	return out, nil
}

// form is what the records of debits and of transfers have under other names, or otherwise.
type form struct {
	kind             string  // 種別コード
	another, doubled Problem // a file of another type; a key that stands twice

	day, bank, bankName, branch, branchName, accountType, number, holder, amount, isNew, key Field
}

var (
	debitForm = form{
		kind: typeDebit, another: NotDebit, doubled: Doubled,
		day: FieldDay, bank: FieldBank, bankName: FieldBankName, branch: FieldBranch, branchName: FieldBranchName,
		accountType: FieldAccountType, number: FieldAccountNumber, holder: FieldHolder, amount: FieldAmount, isNew: FieldNew, key: FieldCustomer,
	}
	transferForm = form{
		kind: typeTransfer, another: NotTransfer, doubled: PaidTwice,
		day: FieldTransferDay, bank: FieldPayeeBank, bankName: FieldPayeeBankName, branch: FieldPayeeBranch, branchName: FieldPayeeBranchName,
		accountType: FieldPayeeType, number: FieldPayeeNumber, holder: FieldPayee, amount: FieldTransferAmount, isNew: FieldTransferNew, key: FieldTransferKey,
	}
)

func (d direction) form() *form {
	if d == transfer {
		return &transferForm
	}
	return &debitForm
}

// named is what the form calls a field of the sums.
func (f *form) named(field Field) Field {
	if field == FieldAmount {
		return f.amount
	}
	return field
}

const (
	byWire = '7' // 電信
	isEDI  = 'Y'
)

// mark is the 識別表示 of the contract.
func (f Format) mark() byte {
	if f.CustomerCodes {
		return ' '
	}
	return isEDI
}

// wire writes how the transfer is sent, and what its key is.
func (s *scribe) wire() {
	FieldDesignation.of(s.line[:])[0] = byWire
	FieldMark.of(s.line[:])[0] = s.format.mark()
}

// wire reads what stands behind the key of a transfer, and the clearing house before its account, which nobody uses any more.
func (r *Reader) wire() {
	if len(bytes.Trim(FieldClearing.of(r.line[:]), "0")) > 0 {
		r.blank(FieldClearing)
	}
	if FieldDesignation.of(r.line[:])[0] != byWire {
		r.refuse(FieldDesignation, BadDesignation)
	}
	if FieldMark.of(r.line[:])[0] != r.format.mark() {
		r.refuse(FieldMark, BadMark)
	}
	r.blank(fieldTransferFiller)
}
