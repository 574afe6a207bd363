-- Bank transfers that pay bills, and money to a member's credit that goes back (rules B35 to B40).

-- Each line of our account's statements that brought money in, once, whichever file it comes in. Its bucket is that of its key;
-- the receipt is where its money is: in a bill's bucket, or here in suspense. account is a hash of which of our accounts it is.
CREATE TABLE transfer_line (
	bucket BIGINT NOT NULL,
	line_key BYTEA NOT NULL,
	file BYTEA NOT NULL,
	number BIGINT NOT NULL,
	account BYTEA NOT NULL,
	day TEXT NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	result TEXT NOT NULL CHECK (result IN ('applied', 'surplus', 'suspense')),
	reason TEXT NOT NULL,
	receipt_bucket BIGINT NOT NULL,
	receipt BYTEA NOT NULL,
	statement BYTEA,
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, line_key),
	CHECK ((result = 'suspense') = (reason <> ''))
);

CREATE INDEX transfer_line_day ON transfer_line (account, day);

-- What the bank wrote about who paid, while the money is in suspense or has to go back. It is sealed with a key of its own, and
-- the row is deleted when it is needed no more.
CREATE TABLE transfer_payer (
	bucket BIGINT NOT NULL,
	receipt BYTEA NOT NULL,
	data_key BYTEA NOT NULL,
	sealed BYTEA NOT NULL,
	PRIMARY KEY (bucket, receipt)
);

-- A member's name as banks write it, as a blind index: finds whose transfer it may be without opening a name.
CREATE TABLE member_payer (
	bucket BIGINT NOT NULL,
	member BYTEA NOT NULL,
	payer_index BYTEA NOT NULL,
	PRIMARY KEY (bucket, member)
);

CREATE INDEX member_payer_index ON member_payer (payer_index);

-- Money to a member's credit that goes back to the member's own account, as the member chose. source is the receipt it is of,
-- whose credit is then used in itself. paid_day is the day of the transfer.
CREATE TABLE credit_return (
	bucket BIGINT NOT NULL,
	source BYTEA NOT NULL,
	member BYTEA NOT NULL,
	statement BYTEA NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	chosen BIGINT NOT NULL,
	paid_day TEXT,
	paid_by TEXT NOT NULL,
	PRIMARY KEY (bucket, source),
	CHECK ((paid_day IS NOT NULL) = (paid_by <> ''))
);

CREATE INDEX credit_return_statement ON credit_return (bucket, statement);
CREATE INDEX credit_return_unpaid ON credit_return (chosen) WHERE paid_day IS NULL;

-- A bill by its reference, and by what is owed on it.
CREATE INDEX statement_reference ON statement (bucket, substr(id, 14, 3));
CREATE INDEX statement_owing ON statement ((total + late - moved - received), issued) WHERE state = 'issued';
