-- Bills that are given up (rules D14 to D16).

-- Nothing is asked for on a bill that was written off: what is not paid of it is the sum that was given up.
ALTER TABLE statement ADD COLUMN written_off BOOLEAN NOT NULL DEFAULT FALSE CHECK (NOT written_off OR NOT past_due);

CREATE INDEX statement_written_off ON statement (bucket, member) WHERE written_off;

-- A decision of two people to give up what was owed on a bill then, and of two people to take that back. They are numbers of
-- staff; reason is a word of the program's.
CREATE TABLE write_off (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	statement BYTEA NOT NULL,
	member BYTEA NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	reason TEXT NOT NULL CHECK (reason <> ''),
	decided_by TEXT NOT NULL CHECK (decided_by <> ''),
	second_by TEXT NOT NULL CHECK (second_by <> ''),
	decided BIGINT NOT NULL,
	undone_by TEXT NOT NULL,
	undone_second TEXT NOT NULL,
	undone BIGINT,
	PRIMARY KEY (bucket, id),
	CHECK (second_by <> decided_by),
	CHECK ((undone IS NULL) = (undone_by = '')),
	CHECK ((undone IS NULL) = (undone_second = '')),
	CHECK (undone IS NULL OR undone_second <> undone_by)
);

CREATE INDEX write_off_statement ON write_off (bucket, statement, decided);
CREATE UNIQUE INDEX write_off_standing ON write_off (bucket, statement) WHERE undone IS NULL;
