package credit

import "tsuke/internal/term"

// The figures of credit (rules C01, C02, C05). Amounts are yen.
var (
	LimitOnline     = term.Yen("credit.limit.online", 50_000, "what a member may owe at most over all channels")
	LimitStore      = term.Yen("credit.limit.store", 15_000, "what a member may owe from purchases in stores")
	LimitStoreFirst = term.Yen("credit.limit.store.first", 2_000, "the same for a new member")
	MaxTries        = term.Int("credit.tries.max", 10, "purchases one account may try within the span of tries")
	TriesMinutes    = term.Minutes("credit.tries.minutes", 10, "the span in which tries are counted")
	MerchantMax     = term.Yen("credit.merchant.max", 0, "the most that one purchase at a merchant may cost; 0 is no cap")
)

// Terms lists the figures of this package.
var Terms = []term.Def{LimitOnline, LimitStore, LimitStoreFirst, MaxTries, TriesMinutes, MerchantMax}
