-- The daily check: what its runs found, and who sees to it (rules O19 to O21).

-- A run of all checks, in bucket 0. One is running at most; one that was cut off stays as it was. failed and more name checks
-- by their codes, with a space between them: those that could not be made, and those that found more than is kept.
CREATE TABLE check_run (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('running', 'complete', 'failed', 'cut')),
	version TEXT NOT NULL,
	begun BIGINT NOT NULL,
	ended BIGINT,
	checks BIGINT NOT NULL CHECK (checks >= 0),
	failed TEXT NOT NULL,
	more TEXT NOT NULL,
	breaks BIGINT NOT NULL CHECK (breaks >= 0),
	found BIGINT NOT NULL CHECK (found >= 0),
	gone BIGINT NOT NULL CHECK (gone >= 0),
	PRIMARY KEY (bucket, id),
	CHECK ((state = 'running') = (ended IS NULL)),
	CHECK (state <> 'complete' OR failed = '')
);

CREATE UNIQUE INDEX check_run_running ON check_run (bucket) WHERE state = 'running';
CREATE INDEX check_run_ended ON check_run (ended) WHERE state = 'complete';

-- A place where a check does not hold, from the run that found it first to the one that found it no more. code is the check and
-- subject what it is about: an id, or words of the check; never personal data. said is what the check said first, says what it
-- said last. earlier counts how often the same was there before, and before is when that ended.
CREATE TABLE check_break (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	code TEXT NOT NULL CHECK (code <> ''),
	subject TEXT NOT NULL,
	said TEXT NOT NULL,
	says TEXT NOT NULL,
	first_seen BIGINT NOT NULL,
	last_seen BIGINT NOT NULL,
	gone BIGINT,
	earlier BIGINT NOT NULL CHECK (earlier >= 0),
	before BIGINT,
	owner BYTEA,
	owned BIGINT,
	PRIMARY KEY (bucket, id),
	CHECK (first_seen <= last_seen),
	CHECK ((owner IS NULL) = (owned IS NULL)),
	CHECK ((earlier = 0) = (before IS NULL))
);

CREATE UNIQUE INDEX check_break_open ON check_break (bucket, code, subject) WHERE gone IS NULL;
CREATE INDEX check_break_age ON check_break (first_seen) WHERE gone IS NULL;
CREATE INDEX check_break_gone ON check_break (gone) WHERE gone IS NOT NULL;
CREATE INDEX check_break_code ON check_break (code, subject);

-- What people noted on a break, in their order. It holds no personal data.
CREATE TABLE check_note (
	bucket BIGINT NOT NULL,
	about BYTEA NOT NULL,
	number BIGINT NOT NULL CHECK (number >= 1),
	note TEXT NOT NULL CHECK (note <> ''),
	noted_by TEXT NOT NULL CHECK (noted_by <> ''),
	at BIGINT NOT NULL,
	PRIMARY KEY (bucket, about, number)
);
