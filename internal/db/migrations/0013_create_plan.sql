-- Bills past due that their members pay in parts (rules D09 to D13).

-- An agreement to pay a bill in parts. number counts those of a bill: one at a time stands. sum is what was owed when it was
-- agreed, before what had come in for the bill by then; what has come in since pays the parts, the earliest first. long says
-- that its last part is more than two months after the purchase. until_day is the first day on which it is not kept any more.
CREATE TABLE bill_plan (
	bucket BIGINT NOT NULL,
	statement BYTEA NOT NULL,
	number BIGINT NOT NULL CHECK (number > 0),
	member BYTEA NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('standing', 'broken', 'done', 'ended')),
	sum BIGINT NOT NULL CHECK (sum > 0),
	before BIGINT NOT NULL CHECK (before >= 0),
	long BOOLEAN NOT NULL,
	made_by TEXT NOT NULL CHECK (made_by <> ''),
	made BIGINT NOT NULL,
	until_day TEXT,
	changed BIGINT NOT NULL,
	PRIMARY KEY (bucket, statement, number),
	CHECK ((state IN ('broken', 'ended')) = (until_day IS NOT NULL))
);

CREATE UNIQUE INDEX bill_plan_standing ON bill_plan (bucket, statement) WHERE state = 'standing';

-- A part: what is to be paid by the end of a day, and together with the parts before it.
CREATE TABLE bill_plan_part (
	bucket BIGINT NOT NULL,
	statement BYTEA NOT NULL,
	number BIGINT NOT NULL,
	part BIGINT NOT NULL CHECK (part > 0),
	id BYTEA NOT NULL,
	day TEXT NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	upto BIGINT NOT NULL CHECK (upto >= amount),
	PRIMARY KEY (bucket, statement, number, part)
);

CREATE INDEX bill_plan_part_day ON bill_plan_part (day);
