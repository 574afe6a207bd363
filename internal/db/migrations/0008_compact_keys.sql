-- Keys take less room: each purchase writes one, twice (log and table). fields, a text with the name of each field, becomes
-- parts, five bytes for each (package run). What was kept as fields cannot be turned into parts; a mismatch with a key of
-- before is still refused, and names no field.
--
-- An empty fingerprint marks a key whose answer is no longer kept (rule X14).
CREATE TABLE idempotency_compact (
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

INSERT INTO idempotency_compact (bucket, first_seen, status, key, fingerprint, parts, operation, object, answer)
SELECT bucket, first_seen, status, key, fingerprint, substr(key, 1, 0), operation, object, answer
FROM idempotency;

DROP TABLE idempotency;

ALTER TABLE idempotency_compact RENAME TO idempotency;
