package app

import (
	"context"
	"io"
	"strings"

	"tsuke/internal/billing"
	"tsuke/internal/gateway/transferfile"
	"tsuke/internal/jst"
	"tsuke/internal/term"
)

// transferMapping is what the terms say about the statements of our bank. The account is named by the bank's codes, so that another
// account's lines are never taken for this one's. The fault is TransferNotSetUp.
func (a *App) transferMapping() (transferfile.Mapping, error) {
	terms, day := a.Terms.Current(), jst.DayOf(a.DB.Now())
	var codes []string
	for _, t := range []term.Term[string]{billing.TransferBank, billing.TransferBranch, billing.TransferType, billing.TransferNumber} {
		if t.On(terms, day) == "" {
			return transferfile.Mapping{}, billing.TransferNotSetUp.New().With("term", t.Name())
		}
		codes = append(codes, t.On(terms, day))
	}
	m := transferfile.Mapping{
		Account: strings.Join(codes, "-"), Day: billing.TransferDay.On(terms, day), Amount: billing.TransferIn.On(terms, day),
		Payer: billing.TransferPayer.On(terms, day), Text: billing.TransferText.On(terms, day), Serial: billing.TransferSerial.On(terms, day),
		Out: billing.TransferOut.On(terms, day), Balance: billing.TransferBalance.On(terms, day), Signed: billing.TransferSigned.On(terms, day),
	}
	if after := billing.TransferPayerAfter.On(terms, day); after != "" {
		m.PayerAfter = []string{after + " "}
	}
	return m, nil
}

// ReadTransfers reads a bank's statement of our account. Unless all of its lines can be read it is not to be taken.
func (a *App) ReadTransfers(r io.Reader) (transferfile.File, error) {
	m, err := a.transferMapping()
	if err != nil {
		return transferfile.File{}, err
	}
	return transferfile.Read(r, m)
}

// TakeTransfers makes the deposits in a bank's statement receipts. It can be run again at any time: a file or line that was
// taken before does nothing.
func (a *App) TakeTransfers(ctx context.Context, file transferfile.File) (billing.Report, error) {
	m, err := a.transferMapping()
	if err != nil {
		return billing.Report{}, err
	}
	return a.takeTransfers(ctx, m.Account, file)
}

func (a *App) takeTransfers(ctx context.Context, account string, file transferfile.File) (billing.Report, error) {
	lines := make([]billing.Transfer, len(file.Lines))
	for i, l := range file.Lines {
		lines[i] = billing.Transfer{Number: l.Number, Key: l.Key(), Day: l.Day, Amount: l.Amount, Payer: l.Payer, Text: l.Text}
	}
	return a.Billing.TakeTransfers(ctx, a.DB, billing.TransferFile{Hash: file.Hash[:], Account: account, Lines: lines})
}
