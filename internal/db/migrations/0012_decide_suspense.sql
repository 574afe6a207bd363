-- What people decided about money that fits no bill, and about notices that are no money (rules B24 to B29).

-- What was decided about the money of a receipt in suspense: it was matched to a bill, and another receipt, in that bill's
-- bucket, carries it on; or it is sent back to whoever paid, and paid_day is the day of the transfer. by and second are
-- numbers of staff, way is how it is sent. Who is paid, and on which account, is kept outside.
CREATE TABLE receipt_decision (
	bucket BIGINT NOT NULL,
	receipt BYTEA NOT NULL,
	act TEXT NOT NULL CHECK (act IN ('matched', 'returned')),
	carried_bucket BIGINT,
	carried BYTEA,
	statement BYTEA,
	member BYTEA,
	way TEXT NOT NULL,
	decided_by TEXT NOT NULL CHECK (decided_by <> ''),
	second_by TEXT NOT NULL,
	decided BIGINT NOT NULL,
	paid_day TEXT,
	paid_by TEXT NOT NULL,
	PRIMARY KEY (bucket, receipt),
	CHECK ((act = 'matched') = (carried IS NOT NULL)),
	CHECK ((carried IS NULL) = (carried_bucket IS NULL)),
	CHECK ((carried IS NULL) = (statement IS NULL)),
	CHECK ((carried IS NULL) = (member IS NULL)),
	CHECK ((act = 'returned') = (way <> '')),
	CHECK ((act = 'returned') = (second_by <> '')),
	CHECK (second_by <> decided_by),
	CHECK (act = 'returned' OR paid_day IS NULL),
	CHECK ((paid_day IS NOT NULL) = (paid_by <> ''))
);

CREATE INDEX receipt_decision_unpaid ON receipt_decision (decided) WHERE act = 'returned' AND paid_day IS NULL;

-- Where the money of a receipt comes from that a match made: the way back from the bill's bucket.
CREATE TABLE receipt_origin (
	bucket BIGINT NOT NULL,
	receipt BYTEA NOT NULL,
	source_bucket BIGINT NOT NULL,
	source BYTEA NOT NULL,
	PRIMARY KEY (bucket, receipt)
);

-- A line of the agent's files that waited for a person and was dealt with. The note holds no personal data.
CREATE TABLE receipt_line_close (
	bucket BIGINT NOT NULL,
	line_key BYTEA NOT NULL,
	note TEXT NOT NULL CHECK (note <> ''),
	closed_by TEXT NOT NULL CHECK (closed_by <> ''),
	closed BIGINT NOT NULL,
	PRIMARY KEY (bucket, line_key)
);

CREATE INDEX receipt_line_name ON receipt_line (file, number) WHERE result = 'suspense';
CREATE INDEX receipt_line_receipt ON receipt_line (bucket, receipt) WHERE result = 'suspense';
