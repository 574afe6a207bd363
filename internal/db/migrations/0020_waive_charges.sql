-- Late charges that people take back (rules O12, O13).

-- A decision of two people not to ask for a late charge. They are numbers of staff. The charge itself is waived with the reason;
-- one that took itself back, because the payment was made before it (rule D05), has no row here.
CREATE TABLE late_waiver (
	bucket BIGINT NOT NULL,
	charge BYTEA NOT NULL,
	decided_by TEXT NOT NULL CHECK (decided_by <> ''),
	second_by TEXT NOT NULL CHECK (second_by <> ''),
	decided BIGINT NOT NULL,
	PRIMARY KEY (bucket, charge),
	CHECK (second_by <> decided_by)
);
