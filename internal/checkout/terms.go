package checkout

import "tsuke/internal/term"

// SimilarMinutes can differ by merchant: its scope is the merchant's id (rule P09).
var SimilarMinutes = term.Minutes("checkout.similar.minutes", 30,
	"how long after a purchase another one of the same amount at the same shop is asked about before it is charged; 0 asks nothing")

// InvoiceAllowed can differ by merchant: its scope is the merchant's id (rule I01).
var InvoiceAllowed = term.Bool("checkout.invoice.allowed", false,
	"whether a shop's customers can pay by invoice without membership")

// Terms lists the figures of this package.
var Terms = []term.Def{SimilarMinutes, InvoiceAllowed}
