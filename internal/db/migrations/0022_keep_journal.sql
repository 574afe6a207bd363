-- Entries of the books that two people decide because no verb knows why the money moved (rules O16 to O18).

-- A decision, and that of taking it back. People are numbers of staff. reference is the voucher that the entry is about, such as
-- a line of the bank's statement: each has one entry. day is the day of value. undone is NULL while the entry stands.
CREATE TABLE journal (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	reference TEXT NOT NULL CHECK (reference <> ''),
	reason TEXT NOT NULL CHECK (reason IN ('bank_fee', 'interest', 'agent_payout', 'agent_difference', 'correction', 'other')),
	note TEXT NOT NULL CHECK (note <> ''),
	day TEXT NOT NULL,
	decided_by TEXT NOT NULL CHECK (decided_by <> ''),
	second_by TEXT NOT NULL CHECK (second_by <> ''),
	decided BIGINT NOT NULL,
	undone_by TEXT NOT NULL,
	undone_second TEXT NOT NULL,
	undone_note TEXT NOT NULL,
	undone BIGINT,
	PRIMARY KEY (bucket, id),
	UNIQUE (bucket, reference),
	CHECK (second_by <> decided_by),
	CHECK ((undone IS NULL) = (undone_by = '')),
	CHECK ((undone IS NULL) = (undone_second = '')),
	CHECK ((undone IS NULL) = (undone_note = '')),
	CHECK (undone IS NULL OR undone_second <> undone_by)
);

CREATE INDEX journal_day ON journal (day, decided);

-- What was decided, beside the books, so that each can be proved by the other. Debits are positive.
CREATE TABLE journal_line (
	bucket BIGINT NOT NULL,
	journal BYTEA NOT NULL,
	number BIGINT NOT NULL,
	account TEXT NOT NULL,
	amount BIGINT NOT NULL CHECK (amount <> 0),
	PRIMARY KEY (bucket, journal, number)
);
