-- Bills that banks are asked to debit.

-- A run: all bills of a debit day. It gathers until it is asked, and is answered when every bill of it is.
CREATE TABLE debit_run (
	bucket BIGINT NOT NULL,
	day TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('gathered', 'asked', 'answered')),
	bills BIGINT NOT NULL CHECK (bills >= 0),
	total BIGINT NOT NULL CHECK (total >= 0),
	request BYTEA,
	answer BYTEA,
	gathered BIGINT NOT NULL,
	asked BIGINT,
	answered BIGINT,
	PRIMARY KEY (bucket, day),
	CHECK ((state = 'gathered') = (request IS NULL)),
	CHECK ((state = 'answered') = (answer IS NOT NULL))
);

-- A bill of a run. number is the customer number in the files: it comes back unchanged. code is the bank's answer.
CREATE TABLE debit_item (
	bucket BIGINT NOT NULL,
	day TEXT NOT NULL,
	statement BYTEA NOT NULL,
	member BYTEA NOT NULL,
	number TEXT NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	state TEXT NOT NULL CHECK (state IN ('asked', 'debited', 'refused')),
	code TEXT NOT NULL,
	receipt BYTEA,
	created BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	PRIMARY KEY (bucket, day, statement),
	UNIQUE (bucket, number),
	CHECK ((state = 'asked') = (code = '')),
	CHECK ((state = 'debited') = (receipt IS NOT NULL))
);

CREATE INDEX debit_item_day ON debit_item (day, bucket, number);
