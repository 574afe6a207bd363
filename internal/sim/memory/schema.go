package memory

import "slices"

// The rows, field by field as in the migrations. A text that is empty where the column allows NULL is NULL; so is a zero
// ID.

// Answered is a row of idempotency.
type Answered struct {
	Bucket      int64
	Key         ID
	Operation   string
	Fingerprint []byte
	Parts       []byte
	Status      int64
	Answer      []byte
	Object      string
	FirstSeen   int64

	LSN int64 // of the transaction that wrote it; not a column
}

// Entry is a row of entry.
type Entry struct {
	Bucket int64
	ID     ID
	Reason string
	Ref    ID
	Day    string
	At     int64
}

// Line is a row of line.
type Line struct {
	Bucket  int64
	Entry   ID
	Number  int64
	Account string
	Holder  ID
	Amount  int64
}

// Event is a row of event.
type Event struct {
	Bucket   int64
	ID       ID
	Turn     int64
	Kind     string
	Subject  ID
	Member   ID
	Merchant ID
	Side     string
	Actor    string
	Data     string
	Request  string
	At       int64
}

// Waiting is a row of event_outbox. Facts lists subject, merchant and step of each.
type Waiting struct {
	Bucket int64
	Turn   int64
	ID     ID
	Facts  string
}

// Page is a row of event_log. Facts lists subject, turn and number of each.
type Page struct {
	Last  int64
	Facts string
}

// FeedPage is a row of merchant_event.
type FeedPage struct {
	Bucket   int64
	Merchant ID
	Last     int64
	Facts    string
}

// Cursor is a row of event_cursor.
type Cursor struct {
	Reader   string
	Position int64
}

// Account is a row of credit.
type Account struct {
	Bucket      int64
	Member      ID
	LimitOnline int64
	LimitStore  int64
	Held        int64
	Unpaid      int64
	HeldStore   int64
	UnpaidStore int64
	Ceiling     int64
	Blocks      int64
	Verified    bool
	Tries       int64
	TriesSince  int64
	Opened      int64
}

// LimitChange is a row of limit_change.
type LimitChange struct {
	Bucket   int64
	Member   ID
	At       int64
	Channel  string
	OldLimit int64
	NewLimit int64
	Reason   string
	Actor    string
}

// Fence is a row of month_fence.
type Fence struct {
	Bucket int64
	Closed string
}

// Order is a row of shop_order.
type Order struct {
	Bucket  int64
	Hash    ID
	Payment ID
	Live    bool
	Session ID
}

// Payment is a row of payment.
type Payment struct {
	Bucket   int64
	ID       ID
	Merchant ID
	Member   ID
	OrderRef string
	Session  ID
	Token    ID
	RetryOf  ID
	RepeatOf ID
	Channel  string
	Capture  string
	State    string
	Amount   int64
	Captured int64
	Released int64
	Refunded int64
	Reasons  string
	Facts    string
	Due      int64
	Created  int64
	Changed  int64
	Invoice  bool
}

// Capture is a row of capture.
type Capture struct {
	Bucket    int64
	ID        ID
	Payment   ID
	Member    ID
	Merchant  ID
	Amount    int64
	Channel   string
	Day       string
	BillMonth string
	Created   int64
	Invoice   ID
}

// Refund is a row of refund.
type Refund struct {
	Bucket    int64
	ID        ID
	Payment   ID
	Member    ID
	Merchant  ID
	Amount    int64
	Channel   string
	Reason    string
	Day       string
	BillMonth string
	Created   int64
	Invoice   ID
	Receipt   ID
}

// Session is a row of checkout_session.
type Session struct {
	Bucket     int64
	ID         ID
	Merchant   ID
	OrderRef   string
	Amount     int64
	Capture    string
	Cart       string
	ReturnURL  string
	CancelURL  string
	OfferToken bool
	State      string
	Payment    ID
	Token      ID
	Similar    ID
	Answer     string
	Created    int64
	Expires    int64
	Ended      int64
}

// Close is a row of month_close.
type Close struct {
	Bucket     int64
	Month      string
	Statements int64
	Total      int64
	Closed     int64
}

// Statement is a row of statement.
type Statement struct {
	Bucket    int64
	ID        ID
	Member    ID
	Month     string
	Purchases int64
	Refunds   int64
	Credits   int64
	Fee       int64
	Lates     int64
	Total     int64
	Carried   int64
	Store     int64
	Way       string
	Due       string
	State     string
	PastDue   bool
	PaidDay   string
	Issued    int64
	Awaited   bool
	Late      int64
	Moved     int64
	Received  int64
	Certain   int64

	WrittenOff bool
	Capture    ID
}

// Slip is a row of slip.
type Slip struct {
	Bucket    int64
	ID        ID
	Statement ID
	Member    ID
	Kind      string
	Number    string
	Digits    string
	Reissue   int64
	Amount    int64
	ValidFrom string
	ValidTo   string
	State     string
	Created   int64
}

// BillCredit is a row of bill_credit.
type BillCredit struct {
	Bucket  int64
	Source  ID
	Member  ID
	Amount  int64
	Reason  string
	State   string
	UsedIn  ID
	Created int64
}

// File is a row of receipt_file.
type File struct {
	Bucket     int64
	ID         ID
	Hash       string
	Agent      string
	State      string
	Lines      int64
	Unread     int64
	Applied    int64
	Repeated   int64
	Surplus    int64
	Suspense   int64
	Superseded int64
	Received   int64
	Finished   int64
}

// Receipt is a row of receipt.
type Receipt struct {
	Bucket    int64
	ID        ID
	TillKey   ID
	Slip      ID
	Statement ID
	Member    ID
	State     string
	Use       string
	Reason    string
	Amount    int64
	Principal int64
	Fee       int64
	Late      int64
	Surplus   int64
	PaidDay   string
	PaidTime  string
	Chain     string
	Store     string
	Created   int64
	Changed   int64
}

// ReceiptLine is a row of receipt_line.
type ReceiptLine struct {
	Bucket    int64
	LineKey   ID
	File      ID
	Number    int64
	Kind      string
	Result    string
	Reason    string
	Receipt   ID
	Statement ID
	Digits    string
	Amount    int64
	PaidDay   string
	PaidTime  string
	Chain     string
	Store     string
	Created   int64
}

// Charge is a row of late_charge.
type Charge struct {
	Bucket     int64
	ID         ID
	Statement  ID
	Day        string
	Kind       string
	Member     ID
	Amount     int64
	FullAmount int64
	YenDays    int64
	Rate       int64
	State      string
	Reason     string
	Created    int64
	Changed    int64
}

// Outage is a row of collection_outage.
type Outage struct {
	From      string
	To        string
	Reason    string
	EnteredBy string
	At        int64
}

// Promise is a row of promise.
type Promise struct {
	Bucket int64
	Member ID
	Day    string
	Amount int64
	Made   int64
}

// Term is a row of term.
type Term struct {
	Name  string
	Scope string
	From  string
	Value string
	SetBy string
	SetAt int64
}

// DebitRun is a row of debit_run.
type DebitRun struct {
	Day      string
	State    string
	Bills    int64
	Total    int64
	Request  []byte
	Answer   []byte
	Gathered int64
	Asked    int64
	Answered int64
}

// DebitItem is a row of debit_item.
type DebitItem struct {
	Bucket    int64
	Day       string
	Statement ID
	Member    ID
	Number    string
	Amount    int64
	State     string
	Code      string
	Receipt   ID
	Created   int64
	Changed   int64
}

// Payer is what the simulator knows of a row of member.
type Payer struct {
	Bucket int64
	ID     ID
	State  string
	Way    string
}

// BankAccount is a row of bank_account. The simulator keeps number and holder unsealed.
type BankAccount struct {
	Bucket     int64
	Member     ID
	Bank       string
	Branch     string
	Type       int64
	Number     []byte
	Holder     []byte
	Registered int64
}

// Decision is a row of receipt_decision.
type Decision struct {
	Bucket        int64
	Receipt       ID
	Act           string
	CarriedBucket int64
	Carried       ID
	Statement     ID
	Member        ID
	Way           string
	By            string
	Second        string
	Decided       int64
	PaidDay       string
	PaidBy        string
}

// Origin is a row of receipt_origin.
type Origin struct {
	Bucket       int64
	Receipt      ID
	SourceBucket int64
	Source       ID
}

// LineClose is a row of receipt_line_close.
type LineClose struct {
	Bucket   int64
	LineKey  ID
	Note     string
	ClosedBy string
	Closed   int64
}

// WriteOff is a row of write_off. Undone is 0 while it stands.
type WriteOff struct {
	Bucket       int64
	ID           ID
	Statement    ID
	Member       ID
	Amount       int64
	Reason       string
	By           string
	Second       string
	Decided      int64
	UndoneBy     string
	UndoneSecond string
	Undone       int64
}

// LateWaiver is a row of late_waiver.
type LateWaiver struct {
	Bucket  int64
	Charge  ID
	By      string
	Second  string
	Decided int64
}

// Plan is a row of bill_plan.
type Plan struct {
	Bucket    int64
	Statement ID
	Number    int64
	Member    ID
	State     string
	Sum       int64
	Before    int64
	Long      bool
	By        string
	Made      int64
	Until     string
	Changed   int64
}

// PlanPart is a row of bill_plan_part.
type PlanPart struct {
	Bucket    int64
	Statement ID
	Number    int64
	Part      int64
	ID        ID
	Day       string
	Amount    int64
	Upto      int64
}

func oneOf(s string, all ...string) bool { return slices.Contains(all, s) }
