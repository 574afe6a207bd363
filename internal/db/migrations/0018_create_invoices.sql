-- Purchases without membership: each is billed by an invoice of its own (rules I01 to I12).

-- invoice says that the payment is billed so. What it captures and what is given back of it has no month; invoice is then the
-- statement on which it stands, NULL until that is issued. A refund that comes after the invoice is a receipt on it.
ALTER TABLE payment ADD COLUMN invoice BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE capture ADD COLUMN invoice BYTEA;
ALTER TABLE refund ADD COLUMN invoice BYTEA;
ALTER TABLE refund ADD COLUMN receipt BYTEA;
CREATE INDEX capture_unbilled ON capture (day, bucket, id) WHERE bill_month IS NULL AND invoice IS NULL;

-- capture is what an invoice is for; NULL on a month's statement.
ALTER TABLE statement ADD COLUMN capture BYTEA;
CREATE UNIQUE INDEX statement_capture ON statement (bucket, capture) WHERE capture IS NOT NULL;

-- A secret address of an invoice, as its letters carry it: the token itself is stored nowhere.
CREATE TABLE invoice_link (
	bucket BIGINT NOT NULL,
	token_hash BYTEA NOT NULL,
	statement BYTEA NOT NULL,
	member BYTEA NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, token_hash)
);

-- What somebody said who got an invoice: it is not mine. While it is open nothing is asked for. against is who bears the loss.
CREATE TABLE invoice_dispute (
	bucket BIGINT NOT NULL,
	statement BYTEA NOT NULL,
	member BYTEA NOT NULL,
	reason TEXT NOT NULL CHECK (reason IN ('not_bought', 'wrong_person', 'not_received', 'returned', 'wrong_amount')),
	state TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'rejected')),
	against TEXT NOT NULL CHECK (against IN ('', 'merchant', 'us')),
	opened BIGINT NOT NULL,
	decided BIGINT,
	decided_by TEXT NOT NULL,
	PRIMARY KEY (bucket, statement),
	CHECK ((state = 'open') = (decided IS NULL)),
	CHECK ((state = 'open') = (decided_by = '')),
	CHECK ((state = 'upheld') = (against <> ''))
);

CREATE INDEX invoice_dispute_open ON invoice_dispute (opened) WHERE state = 'open';
