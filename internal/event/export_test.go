package event

// Give is one step of the relay inside a transaction that the test may break off.
var Give = give
