package kiosk

// Luhn is the check digit over digits.
func Luhn(digits string) byte { return luhn(digits) }
