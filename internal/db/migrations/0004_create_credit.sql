-- One row per member holds all that a decision needs. ceiling is the last net: it follows the limit and is raised to
-- what is in use when the limit is lowered beneath that.
CREATE TABLE credit (
	bucket BIGINT NOT NULL,
	limit_online BIGINT NOT NULL CHECK (limit_online >= 0),
	limit_store BIGINT NOT NULL CHECK (limit_store >= 0),
	held BIGINT NOT NULL CHECK (held >= 0),
	unpaid BIGINT NOT NULL,
	held_store BIGINT NOT NULL CHECK (held_store >= 0),
	unpaid_store BIGINT NOT NULL,
	ceiling BIGINT NOT NULL,
	blocks BIGINT NOT NULL,
	tries BIGINT NOT NULL,
	tries_since BIGINT NOT NULL,
	opened BIGINT NOT NULL,
	verified BOOLEAN NOT NULL,
	member BYTEA NOT NULL,
	PRIMARY KEY (bucket, member),
	CHECK (held + unpaid <= ceiling)
);

-- Why a limit is what it is.
CREATE TABLE limit_change (
	bucket BIGINT NOT NULL,
	member BYTEA NOT NULL,
	at BIGINT NOT NULL,
	channel TEXT NOT NULL,
	old_limit BIGINT NOT NULL,
	new_limit BIGINT NOT NULL,
	reason TEXT NOT NULL,
	actor TEXT NOT NULL,
	PRIMARY KEY (bucket, member, at, channel)
);

-- The newest month that is closed in a bucket. What is written after it is billed in a later month.
CREATE TABLE month_fence (
	bucket BIGINT NOT NULL,
	closed TEXT NOT NULL,
	PRIMARY KEY (bucket)
);
