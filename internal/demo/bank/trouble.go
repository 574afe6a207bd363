package bank

import (
	"context"
	"slices"

	"tsuke/internal/demo/keep"
	"tsuke/internal/demo/trouble"
	"tsuke/internal/zengin"
)

// misbehave sends the answer to a request, in the way that was armed for it. In a request without a debit nothing can go wrong.
func (b *Bank) misbehave(ctx context.Context, run Run, request zengin.File) error {
	if len(request.Debits) == 0 {
		return b.answerRightly(ctx, run, request)
	}
	kind, record, err := b.desk.Take(trouble.Bank, run.Day)
	if err != nil {
		return err
	}
	way, armed := map[trouble.Kind]struct {
		step string
		do   func(context.Context, Run, zengin.File) error
	}{
		trouble.BankTwice:   {"step.bank_twice", b.answerThrice},
		trouble.BankAmount:  {"step.bank_amount", b.answerOtherAmount},
		trouble.BankMissing: {"step.bank_missing", b.answerAllButOne},
		trouble.BankCut:     {"step.bank_cut", b.answerHalf},
		trouble.BankSilent:  {"step.bank_silent", func(context.Context, Run, zengin.File) error { return nil }},
	}[kind]
	if !armed {
		return b.answerRightly(ctx, run, request)
	}
	b.desk.NoteFile(record, way.step)
	return way.do(ctx, run, request)
}

func (b *Bank) answerRightly(ctx context.Context, run Run, request zengin.File) error {
	if err := b.write(run.answer(0), request.Header, request.Debits); err != nil {
		return err
	}
	return b.send(ctx, run, run.answer(0))
}

func (b *Bank) answerOtherAmount(ctx context.Context, run Run, request zengin.File) error {
	request.Debits = slices.Clone(request.Debits)
	request.Debits[0].Amount++
	return b.answerRightly(ctx, run, request)
}

func (b *Bank) answerAllButOne(ctx context.Context, run Run, request zengin.File) error {
	request.Debits = request.Debits[1:]
	return b.answerRightly(ctx, run, request)
}

func (b *Bank) answerHalf(ctx context.Context, run Run, request zengin.File) error {
	text, err := written(request.Header, request.Debits)
	if err != nil {
		return err
	}
	if err := keep.Write(b.path(run.answer(0)), text[:len(text)/2]); err != nil {
		return err
	}
	return b.send(ctx, run, run.answer(0))
}

// answerThrice sends the answer, the same file again, and another file with another result for the first debit.
func (b *Bank) answerThrice(ctx context.Context, run Run, request zengin.File) error {
	if err := b.write(run.answer(0), request.Header, request.Debits); err != nil {
		return err
	}
	other := slices.Clone(request.Debits)
	if other[0].Result == zengin.Debited {
		other[0].Result = zengin.InsufficientFunds
	} else {
		other[0].Result = zengin.Debited
	}
	if err := b.write(run.answer(1), request.Header, other); err != nil {
		return err
	}
	for _, name := range []string{run.answer(0), run.answer(0), run.answer(1)} {
		if err := b.send(ctx, run, name); err != nil {
			return err
		}
	}
	return nil
}
