-- Members who are not reminded of what is past due because a person said so, and everybody while dunning as a whole is stopped
-- (rules N14, N15). member is the member or the fixed id that stands for everybody; there is one row each, and facts keep what
-- was before. It stands while lifted is NULL and last_day is not over; last_day is NULL where no end was named.
CREATE TABLE dunning_hold (
	bucket BIGINT NOT NULL,
	member BYTEA NOT NULL,
	reason TEXT NOT NULL CHECK (reason IN ('hardship', 'talks', 'dispute', 'deceased', 'incident', 'other')),
	last_day TEXT,
	stopped_by TEXT NOT NULL CHECK (stopped_by <> ''),
	stopped BIGINT NOT NULL,
	lifted_by TEXT,
	lifted BIGINT,
	PRIMARY KEY (bucket, member),
	CHECK ((lifted IS NULL) = (lifted_by IS NULL))
);

CREATE INDEX dunning_hold_stopped ON dunning_hold (stopped) WHERE lifted IS NULL;
