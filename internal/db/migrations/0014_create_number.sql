-- Receipt numbers: how bills are paid at terminals and cash machines and in online banking (rules B31 to B34).

-- Every receipt number that was ever given out, in the bucket of its own hash: no two slips have the same.
CREATE TABLE number_claim (
	bucket BIGINT NOT NULL,
	number TEXT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, number)
);

-- What only a slip with a receipt number has: the confirmation number of Pay-easy, and the files in which the collection agent
-- is told that the number begins and that it ends (0: not yet). In the same file it was neither: the number was dropped.
CREATE TABLE number_slip (
	bucket BIGINT NOT NULL,
	slip BYTEA NOT NULL,
	statement BYTEA NOT NULL,
	code TEXT NOT NULL,
	told_in BIGINT NOT NULL CHECK (told_in >= 0),
	ended_in BIGINT NOT NULL CHECK (ended_in >= 0),
	PRIMARY KEY (bucket, slip)
);

CREATE INDEX number_slip_untold ON number_slip (bucket, slip) WHERE told_in = 0 AND ended_in = 0;
CREATE INDEX number_slip_told ON number_slip (bucket, slip) WHERE told_in <> 0 AND ended_in = 0;
CREATE INDEX number_slip_begins ON number_slip (told_in) WHERE told_in <> 0;
CREATE INDEX number_slip_ends ON number_slip (ended_in) WHERE ended_in <> 0;

-- The files with which the agent is told. At most one is gathered and not written.
CREATE TABLE number_file (
	bucket BIGINT NOT NULL CHECK (bucket = 0),
	number BIGINT NOT NULL CHECK (number > 0),
	made TEXT NOT NULL,
	written BOOLEAN NOT NULL,
	hash BYTEA,
	changed BIGINT NOT NULL,
	PRIMARY KEY (bucket, number),
	CHECK (written = (hash IS NOT NULL))
);

CREATE UNIQUE INDEX number_file_open ON number_file (bucket) WHERE NOT written;
