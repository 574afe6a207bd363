package id

// Kind is what an id identifies. The kinds are the ones of this file and no others.
type Kind interface {
	prefix() string
}

// The kinds, one per object that people or programs name from outside. A prefix, once given out, is never changed.
type (
	// MemberKind is a member (会員).
	MemberKind struct{}
	// MerchantKind is a merchant (加盟店).
	MerchantKind struct{}
	// ShopKind is one of a merchant's shops.
	ShopKind struct{}
	// APIKeyKind is a merchant's key for the API; the id is public, the secret is not part of it.
	APIKeyKind struct{}
	// PaymentKind is one order's money as a whole, from authorization to its last refund.
	PaymentKind struct{}
	// CaptureKind is one capture (売上確定) of a payment.
	CaptureKind struct{}
	// RefundKind is one refund (返金) of a payment.
	RefundKind struct{}
	// SessionKind is one checkout: an order on its way to a payment.
	SessionKind struct{}
	// TokenKind is a member's agreement that a shop may buy again without the member present.
	TokenKind struct{}
	// StatementKind is one month's bill (請求).
	StatementKind struct{}
	// SlipKind is one way to pay a statement: a payment slip, receipt number or e-barcode.
	SlipKind struct{}
	// ReceiptKind is money that came in (入金).
	ReceiptKind struct{}
	// EntryKind is one entry of the ledger.
	EntryKind struct{}
	// EventKind is one fact of the append-only list.
	EventKind struct{}
	// JobKind is one piece of due-dated work.
	JobKind struct{}
	// NoticeKind is one message to a member.
	NoticeKind struct{}
	// SignInKind is one browser's signed-in session.
	SignInKind struct{}
	// DecisionKind is one credit decision.
	DecisionKind struct{}
	// ApplicationKind is the draft of a registration.
	ApplicationKind struct{}
	// LateChargeKind is one charge of a statement for being late.
	LateChargeKind struct{}
	// ReceiptFileKind is one file of receipts that a collection agent sent.
	ReceiptFileKind struct{}
	// WriteOffKind is one decision to give up what is owed on a statement.
	WriteOffKind struct{}
	// PlanPartKind is one part of a plan by which a late statement is paid.
	PlanPartKind struct{}
	// StaffKind is a person who works for the operator.
	StaffKind struct{}
	// ApprovalKind is a command that two people decide about.
	ApprovalKind struct{}
	// LookKind is one look of staff at a member's personal data.
	LookKind struct{}
	// JournalKind is one entry of the books that two people decided.
	JournalKind struct{}
	// CheckRunKind is one run of the daily check.
	CheckRunKind struct{}
	// BreakKind is one place where a check does not hold, for as long as it does not.
	BreakKind struct{}
	// VaultKeyKind is a key under which personal data is sealed or found, without its material.
	VaultKeyKind struct{}
)

func (MemberKind) prefix() string      { return "mem" }
func (MerchantKind) prefix() string    { return "mer" }
func (ShopKind) prefix() string        { return "shp" }
func (APIKeyKind) prefix() string      { return "key" }
func (PaymentKind) prefix() string     { return "pay" }
func (CaptureKind) prefix() string     { return "cap" }
func (RefundKind) prefix() string      { return "ref" }
func (SessionKind) prefix() string     { return "ses" }
func (TokenKind) prefix() string       { return "tok" }
func (StatementKind) prefix() string   { return "stm" }
func (SlipKind) prefix() string        { return "slp" }
func (ReceiptKind) prefix() string     { return "rct" }
func (EntryKind) prefix() string       { return "ent" }
func (EventKind) prefix() string       { return "evt" }
func (JobKind) prefix() string         { return "job" }
func (NoticeKind) prefix() string      { return "ntc" }
func (SignInKind) prefix() string      { return "sgn" }
func (DecisionKind) prefix() string    { return "dec" }
func (ApplicationKind) prefix() string { return "apl" }
func (LateChargeKind) prefix() string  { return "lch" }
func (ReceiptFileKind) prefix() string { return "rcf" }
func (PlanPartKind) prefix() string    { return "plp" }
func (WriteOffKind) prefix() string    { return "wof" }
func (StaffKind) prefix() string       { return "stf" }
func (ApprovalKind) prefix() string    { return "apr" }
func (LookKind) prefix() string        { return "lok" }
func (JournalKind) prefix() string     { return "jnl" }
func (CheckRunKind) prefix() string    { return "chk" }
func (BreakKind) prefix() string       { return "brk" }

func (VaultKeyKind) prefix() string { return "vky" }

// The id of each kind. Ids of two kinds are two types: one cannot be handed over for the other.
type (
	Member      = ID[MemberKind]      // mem_…
	Merchant    = ID[MerchantKind]    // mer_…
	Shop        = ID[ShopKind]        // shp_…
	APIKey      = ID[APIKeyKind]      // key_…
	Payment     = ID[PaymentKind]     // pay_…
	Capture     = ID[CaptureKind]     // cap_…
	Refund      = ID[RefundKind]      // ref_…
	Session     = ID[SessionKind]     // ses_…
	Token       = ID[TokenKind]       // tok_…
	Statement   = ID[StatementKind]   // stm_…
	Slip        = ID[SlipKind]        // slp_…
	Receipt     = ID[ReceiptKind]     // rct_…
	Entry       = ID[EntryKind]       // ent_…
	Event       = ID[EventKind]       // evt_…
	Job         = ID[JobKind]         // job_…
	Notice      = ID[NoticeKind]      // ntc_…
	SignIn      = ID[SignInKind]      // sgn_…
	Decision    = ID[DecisionKind]    // dec_…
	Application = ID[ApplicationKind] // apl_…
	LateCharge  = ID[LateChargeKind]  // lch_…
	ReceiptFile = ID[ReceiptFileKind] // rcf_…
	PlanPart    = ID[PlanPartKind]    // plp_…
	WriteOff    = ID[WriteOffKind]    // wof_…
	Staff       = ID[StaffKind]       // stf_…
	Approval    = ID[ApprovalKind]    // apr_…
	Look        = ID[LookKind]        // lok_…
	Journal     = ID[JournalKind]     // jnl_…
	CheckRun    = ID[CheckRunKind]    // chk_…
	Break       = ID[BreakKind]       // brk_…
)

// kinds lists every kind, so that an id of the wrong kind can be told from a text that is no id.
var kinds = []Kind{
	MemberKind{},
	MerchantKind{},
	ShopKind{},
	APIKeyKind{},
	PaymentKind{},
	CaptureKind{},
	RefundKind{},
	SessionKind{},
	TokenKind{},
	StatementKind{},
	SlipKind{},
	ReceiptKind{},
	EntryKind{},
	EventKind{},
	JobKind{},
	NoticeKind{},
	SignInKind{},
	DecisionKind{},
	ApplicationKind{},
	LateChargeKind{},
	ReceiptFileKind{},
	PlanPartKind{},
	WriteOffKind{},
	StaffKind{},
	ApprovalKind{},
	LookKind{},
	JournalKind{},
	CheckRunKind{},
	BreakKind{},
}
