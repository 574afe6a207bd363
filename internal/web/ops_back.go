package web

import "tsuke/internal/jst"

// OpsBack is where the sending back of money by bank stands (rules B44 to B46).
type OpsBack struct {
	State  OpsBackState
	File   int     // of transfers, that it is in
	Day    jst.Day // on which the bank makes them
	Reason Refusal // for which the bank did not
}

// OpsBackState says where it stands.
type OpsBackState string

// The states.
const (
	OpsBackOpen   OpsBackState = "open" // in no file
	OpsBackInFile OpsBackState = "in_file"
	OpsBackFailed OpsBackState = "failed"
)

// OpsWanted is that a member wants money back that a bill did not need.
type OpsWanted struct {
	Bill   string  // reference of the bill
	Chosen jst.Day // when
	Paid   jst.Day // when it was sent; zero before
}
