-- How money that goes back is sent: by files of bank transfers (rules B44 to B47).

-- A file of transfers. At most one is gathered and not written; its transfer day is told when it is gathered. hash is that of
-- the bytes that were written.
CREATE TABLE payout_file (
	bucket BIGINT NOT NULL CHECK (bucket = 0),
	number BIGINT NOT NULL CHECK (number > 0),
	day TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('gathered', 'written', 'taken', 'released')),
	records BIGINT NOT NULL CHECK (records > 0),
	total BIGINT NOT NULL CHECK (total > 0),
	hash BYTEA,
	gathered BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	PRIMARY KEY (bucket, number),
	CHECK ((state = 'gathered') = (hash IS NULL))
);

CREATE UNIQUE INDEX payout_file_open ON payout_file (bucket) WHERE state = 'gathered';

-- Where the sending of one return stands. A return that was in no file yet has no row. member is whose choice it was, NULL where
-- two people decided; file is the last one it was in.
CREATE TABLE payout (
	bucket BIGINT NOT NULL,
	receipt BYTEA NOT NULL,
	member BYTEA,
	state TEXT NOT NULL CHECK (state IN ('decided', 'in_file', 'paid', 'failed')),
	file BIGINT NOT NULL CHECK (file > 0),
	reason TEXT NOT NULL,
	changed BIGINT NOT NULL,
	PRIMARY KEY (bucket, receipt),
	CHECK ((state = 'failed') = (reason <> ''))
);

CREATE INDEX payout_member ON payout (bucket, member) WHERE state = 'failed';

-- A record of a file: one try to send one return. number is the key in the file, by which the bank names it; ref is the key of its
-- entries in the books. sent is what the account gets, the rest of amount is the bank's fee where that is the holder's. account is
-- where it goes, as it was when it was gathered, sealed with a key of its own and erased some time after the end.
CREATE TABLE payout_record (
	bucket BIGINT NOT NULL,
	receipt BYTEA NOT NULL,
	file BIGINT NOT NULL,
	number TEXT NOT NULL,
	ref BYTEA NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	sent BIGINT NOT NULL CHECK (sent > 0 AND sent <= amount),
	outcome TEXT NOT NULL CHECK (outcome IN ('open', 'paid', 'failed', 'released')),
	reason TEXT NOT NULL,
	data_key BYTEA,
	account BYTEA,
	changed BIGINT NOT NULL,
	PRIMARY KEY (bucket, receipt, file),
	UNIQUE (bucket, number),
	CHECK ((outcome = 'failed') = (reason <> '')),
	CHECK ((data_key IS NULL) = (account IS NULL))
);

CREATE INDEX payout_record_file ON payout_record (file, bucket, number);
CREATE UNIQUE INDEX payout_record_once ON payout_record (bucket, receipt) WHERE outcome IN ('open', 'paid');
CREATE INDEX payout_record_sealed ON payout_record (changed) WHERE account IS NOT NULL;

-- The account that the payer of money in suspense named, sealed with a key of its own.
CREATE TABLE payout_account (
	bucket BIGINT NOT NULL,
	receipt BYTEA NOT NULL,
	data_key BYTEA NOT NULL,
	account BYTEA NOT NULL,
	changed BIGINT NOT NULL,
	PRIMARY KEY (bucket, receipt)
);
