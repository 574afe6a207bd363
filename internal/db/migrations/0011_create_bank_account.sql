-- Where a member's bills are debited. Number and holder are sealed with the member's own data key.

CREATE TABLE bank_account (
	bucket BIGINT NOT NULL,
	member BYTEA NOT NULL,
	bank TEXT NOT NULL CHECK (LENGTH(bank) = 4),
	branch TEXT NOT NULL CHECK (LENGTH(branch) = 3),
	type BIGINT NOT NULL CHECK (type IN (1, 2)),
	number BYTEA NOT NULL,
	holder BYTEA NOT NULL,
	registered BIGINT NOT NULL,
	PRIMARY KEY (bucket, member)
);

-- An account that was entered and not confirmed yet: the latest one of a member. form is the key of the page that shows it.
CREATE TABLE bank_account_entry (
	bucket BIGINT NOT NULL,
	member BYTEA NOT NULL,
	form TEXT NOT NULL CHECK (form <> ''),
	bank TEXT NOT NULL CHECK (LENGTH(bank) = 4),
	branch TEXT NOT NULL CHECK (LENGTH(branch) = 3),
	type BIGINT NOT NULL CHECK (type IN (1, 2)),
	number BYTEA NOT NULL,
	holder BYTEA NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (bucket, member)
);

CREATE INDEX bank_account_entry_expires ON bank_account_entry (expires);
