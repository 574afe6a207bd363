package app

import (
	"context"

	"tsuke/internal/billing"
	"tsuke/internal/gateway"
	"tsuke/internal/gateway/agentfile"
	"tsuke/internal/notice"
)

// ImportReceipts matches the lines of a collection agent's file. It can be run again at any time: a file or line that
// was taken before does nothing.
func (a *App) ImportReceipts(ctx context.Context, file agentfile.File) (billing.Report, error) {
	lines := make([]billing.Line, len(file.Lines))
	for i, l := range file.Lines {
		lines[i] = billingLine(l)
	}
	return a.Billing.ImportFile(ctx, a.DB, billing.File{Hash: file.Hash[:], Agent: "agent", Lines: lines, Unread: len(file.Bad)})
}

func billingLine(l agentfile.Line) billing.Line {
	return billing.Line{
		Number: l.Number, Kind: billing.LineKind(l.Kind), Day: l.Day, Time: l.Time, Digits: l.Barcode, Amount: l.Amount,
		Chain: l.Chain, Store: l.Store,
	}
}

// sendMail adapts the mail carrier to what the notices ask for.
func sendMail(mail gateway.Mail) func(context.Context, notice.Letter) (notice.Outcome, error) {
	return func(ctx context.Context, l notice.Letter) (notice.Outcome, error) {
		out, err := mail.Send(ctx, gateway.Letter{To: l.To, Subject: l.Subject, Text: l.Text, Key: l.Key})
		return outcomes[out], err
	}
}

// sendSMS adapts the SMS carrier.
func sendSMS(sms gateway.SMS) func(context.Context, notice.Text) (notice.Outcome, error) {
	return func(ctx context.Context, t notice.Text) (notice.Outcome, error) {
		out, err := sms.Send(ctx, gateway.Text{To: t.To, Body: t.Body, Key: t.Key})
		return outcomes[out], err
	}
}

var outcomes = map[gateway.Outcome]notice.Outcome{
	gateway.Done: notice.Done, gateway.Refused: notice.Refused, gateway.SurelyNotSent: notice.NotSent, gateway.Unknown: notice.Lost,
}
