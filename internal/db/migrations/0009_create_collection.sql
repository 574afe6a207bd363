-- Bills that are not paid in time.

-- Days, both ends included, on which we kept people from paying (rule D07).
CREATE TABLE collection_outage (
	bucket BIGINT NOT NULL,
	from_day TEXT NOT NULL,
	to_day TEXT NOT NULL,
	reason TEXT NOT NULL,
	entered_by TEXT NOT NULL CHECK (entered_by <> ''),
	at BIGINT NOT NULL,
	PRIMARY KEY (bucket, from_day),
	CHECK (to_day >= from_day)
);

-- The day on which a member will pay what is past due (rule D08): the latest one that was named.
CREATE TABLE promise (
	bucket BIGINT NOT NULL,
	member BYTEA NOT NULL,
	day TEXT NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	made BIGINT NOT NULL,
	PRIMARY KEY (bucket, member)
);
