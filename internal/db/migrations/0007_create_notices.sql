-- What members are told, and what became of each message on its way.

-- One thing that a member is told. fact is what it follows from: with bucket and kind it names the notice for ever, so
-- that nobody is told the same thing twice. data holds figures and ids; no name, number or address of the member.
-- place orders the inbox as the log orders the facts, whatever the machines' clocks say; it is 0 for what follows from
-- the calendar, which is in no inbox.
CREATE TABLE notice (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	member BYTEA NOT NULL,
	kind TEXT NOT NULL CHECK (kind <> ''),
	subject BYTEA NOT NULL,
	fact BYTEA NOT NULL,
	data TEXT NOT NULL,
	inbox BOOLEAN NOT NULL,
	place BIGINT NOT NULL CHECK (place > 0 OR NOT inbox),
	created BIGINT NOT NULL,
	read BIGINT,
	PRIMARY KEY (bucket, id),
	UNIQUE (bucket, fact, kind)
);

CREATE INDEX notice_inbox ON notice (bucket, member, place) WHERE inbox;
CREATE INDEX notice_unread ON notice (bucket, member) WHERE inbox AND read IS NULL;

-- One letter or text that carries a notice. copy is 1, and counts up when the member asks for it again. changed is when
-- the state was reached; lang is what it was written in, empty before.
CREATE TABLE message (
	bucket BIGINT NOT NULL,
	notice BYTEA NOT NULL,
	medium TEXT NOT NULL CHECK (medium IN ('mail', 'sms')),
	copy BIGINT NOT NULL CHECK (copy > 0),
	member BYTEA NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'refused', 'unknown', 'dead', 'dropped')),
	tries BIGINT NOT NULL,
	lang TEXT NOT NULL,
	created BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	PRIMARY KEY (bucket, notice, medium, copy)
);

CREATE INDEX message_member ON message (bucket, member, created);
CREATE INDEX message_troubled ON message (changed) WHERE state IN ('refused', 'unknown', 'dead');
