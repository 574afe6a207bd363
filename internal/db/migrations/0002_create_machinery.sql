-- The machinery beneath the domain: facts, due-dated work, terms.

-- What happened. Insert-only: no statement of this program updates or deletes a row of this table.
-- turn orders the facts of one subject whatever the machines' clocks say; it is never shown.
CREATE TABLE event (
	bucket BIGINT NOT NULL,
	turn BIGINT NOT NULL,
	at BIGINT NOT NULL,
	subject BYTEA NOT NULL,
	id BYTEA NOT NULL,
	kind TEXT NOT NULL CHECK (kind <> ''),
	member BYTEA,
	merchant BYTEA,
	side TEXT NOT NULL,
	actor TEXT NOT NULL CHECK (actor <> ''),
	data TEXT NOT NULL,
	request TEXT NOT NULL,
	PRIMARY KEY (subject, bucket, turn)
);

-- Facts that have no place in the log yet, as they were committed: those of one commit about new subjects stand in one
-- row, any other fact in a row of its own. facts lists subject, merchant and step of each (package event); the turn of
-- a fact is that of its row plus its step. Emptied by the relay.
CREATE TABLE event_outbox (
	bucket BIGINT NOT NULL,
	turn BIGINT NOT NULL,
	id BYTEA NOT NULL,
	facts BYTEA NOT NULL,
	PRIMARY KEY (bucket, turn, id)
);

CREATE INDEX event_outbox_turn ON event_outbox (turn, bucket, id);

-- One row, locked by whichever relay is giving places.
CREATE TABLE event_relay (
	bucket BIGINT NOT NULL,
	position BIGINT NOT NULL,
	PRIMARY KEY (bucket)
);

INSERT INTO event_relay (bucket, position) VALUES (0, 0);

-- The log: every fact once, at a gapless position. A row is a page of it: the facts up to position last that got their
-- places together. facts lists subject, turn, and number in the feed of each, the number 0 without a merchant.
CREATE TABLE event_log (
	bucket BIGINT NOT NULL,
	last BIGINT NOT NULL CHECK (last > 0),
	facts BYTEA NOT NULL,
	PRIMARY KEY (bucket, last)
);

-- The same facts once more for the merchant they concern, numbered from 1 without gaps, in pages as well.
CREATE TABLE merchant_event (
	bucket BIGINT NOT NULL,
	merchant BYTEA NOT NULL,
	last BIGINT NOT NULL CHECK (last > 0),
	facts BYTEA NOT NULL,
	PRIMARY KEY (bucket, merchant, last)
);

-- How far each reader of the log has come.
CREATE TABLE event_cursor (
	bucket BIGINT NOT NULL,
	reader TEXT NOT NULL CHECK (reader <> ''),
	position BIGINT NOT NULL,
	PRIMARY KEY (bucket, reader)
);

-- Work that is due at an instant. claim_at is when a worker may take it: the due instant, the next try, or the end of
-- the lease under which it runs now.
CREATE TABLE job (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	kind TEXT NOT NULL CHECK (kind <> ''),
	ref TEXT NOT NULL CHECK (ref <> ''),
	payload TEXT NOT NULL,
	due BIGINT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'dead')),
	attempts BIGINT NOT NULL,
	claim_at BIGINT NOT NULL,
	lease_token BIGINT NOT NULL,
	last_fault TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	finished_at BIGINT,
	PRIMARY KEY (bucket, id),
	UNIQUE (bucket, kind, ref)
);

CREATE INDEX job_claim ON job (kind, claim_at, bucket, id) WHERE state IN ('waiting', 'running');
CREATE INDEX job_dead ON job (finished_at) WHERE state = 'dead';
CREATE INDEX job_done ON job (finished_at) WHERE state = 'done';

-- One row, locked while a worker claims or a recurring chain is started.
CREATE TABLE job_gate (
	bucket BIGINT NOT NULL,
	claims BIGINT NOT NULL,
	PRIMARY KEY (bucket)
);

INSERT INTO job_gate (bucket, claims) VALUES (0, 0);

-- The numbers of the domain where they differ from the defaults in the code, each from a Japan day on. A value of NULL
-- ends the override: what is more general applies again.
CREATE TABLE term (
	bucket BIGINT NOT NULL,
	name TEXT NOT NULL CHECK (name <> ''),
	scope TEXT NOT NULL,
	from_day TEXT NOT NULL,
	value TEXT,
	set_by TEXT NOT NULL CHECK (set_by <> ''),
	set_at BIGINT NOT NULL,
	PRIMARY KEY (bucket, name, scope, from_day)
);
