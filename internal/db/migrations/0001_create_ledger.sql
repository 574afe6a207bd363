-- An answered request: the key's hash, what was asked, and what was answered. A key that executed once never executes
-- again (rule X03), so rows are not deleted; old ones lose answer, fingerprint and parts, and keep the object (rule X14).
-- An empty fingerprint marks them. Each purchase writes a row here, so it is kept small: package run packs the answer, and
-- keeps of each field of the request five bytes in parts.
CREATE TABLE idempotency (
	bucket BIGINT NOT NULL,
	first_seen BIGINT NOT NULL,
	status BIGINT NOT NULL,
	key BYTEA NOT NULL,
	fingerprint BYTEA NOT NULL,
	parts BYTEA NOT NULL,
	operation TEXT NOT NULL CHECK (operation <> ''),
	object TEXT NOT NULL,
	answer BYTEA,
	PRIMARY KEY (bucket, key)
);

-- The books. Insert only; a correction is a new entry.
CREATE TABLE entry (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	reason TEXT NOT NULL,
	ref BYTEA NOT NULL,
	day TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (bucket, id),
	UNIQUE (bucket, reason, ref)
);

CREATE TABLE line (
	bucket BIGINT NOT NULL,
	entry BYTEA NOT NULL,
	number BIGINT NOT NULL,
	account TEXT NOT NULL,
	holder BYTEA NOT NULL,
	amount BIGINT NOT NULL CHECK (amount <> 0),
	PRIMARY KEY (bucket, entry, number)
);

CREATE INDEX line_holder ON line (holder, account);
