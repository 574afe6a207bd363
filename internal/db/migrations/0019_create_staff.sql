-- Who works for the operator, and what two of them decide (rules O01 to O11).

-- A person of staff. name is what they are called at work, letters and digits, never a full name; name_key is the same in
-- small letters. totp is the key of the authenticator, sealed; step is the last 30 seconds of which a code was taken.
CREATE TABLE staff (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	name TEXT NOT NULL,
	name_key TEXT NOT NULL,
	roles TEXT NOT NULL CHECK (roles <> ''),
	state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'suspended')),
	data_key BYTEA NOT NULL,
	totp BYTEA,
	step BIGINT NOT NULL,
	wrong BIGINT NOT NULL CHECK (wrong >= 0),
	paused BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, id),
	CHECK (state <> 'active' OR totp IS NOT NULL)
);

CREATE UNIQUE INDEX staff_name ON staff (bucket, name_key);

-- A link by which a person makes a browser and an authenticator theirs, once. totp is the key that it shows, sealed.
CREATE TABLE staff_link (
	bucket BIGINT NOT NULL,
	token_hash BYTEA NOT NULL,
	staff BYTEA NOT NULL,
	totp BYTEA NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (bucket, token_hash)
);

CREATE INDEX staff_link_of ON staff_link (bucket, staff);

-- The browser that a person enrolled, and whether they are signed in with it: session_hash is that of the cookie of the
-- running session, NULL if there is none. proven is when a code was last entered in it.
CREATE TABLE staff_browser (
	bucket BIGINT NOT NULL,
	token_hash BYTEA NOT NULL,
	staff BYTEA NOT NULL,
	device TEXT NOT NULL,
	created BIGINT NOT NULL,
	session_hash BYTEA,
	opened BIGINT NOT NULL,
	seen BIGINT NOT NULL,
	proven BIGINT NOT NULL,
	PRIMARY KEY (bucket, token_hash)
);

CREATE INDEX staff_browser_of ON staff_browser (bucket, staff);
CREATE UNIQUE INDEX staff_browser_session ON staff_browser (bucket, session_hash) WHERE session_hash IS NOT NULL;

-- Every look of staff at a member's personal data: who, whose, what, why (rule O08). It is in the member's bucket.
CREATE TABLE access_log (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	staff BYTEA NOT NULL,
	member BYTEA NOT NULL,
	what TEXT NOT NULL CHECK (what <> ''),
	reason TEXT NOT NULL CHECK (reason <> ''),
	at BIGINT NOT NULL,
	PRIMARY KEY (bucket, id)
);

CREATE INDEX access_log_at ON access_log (at);

-- A command that waits for a second person, or was decided about. command is its canonical text and hash that text's, effect
-- is what it did when it was tried and rolled back. Its bucket is that of what it is about.
CREATE TABLE approval (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	kind TEXT NOT NULL,
	command TEXT NOT NULL,
	hash BYTEA NOT NULL,
	effect TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'expired')),
	asked_by BYTEA NOT NULL,
	asked BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	decided_by BYTEA,
	decided BIGINT NOT NULL,
	PRIMARY KEY (bucket, id),
	CHECK ((state IN ('approved', 'refused')) = (decided_by IS NOT NULL)),
	CHECK (state <> 'approved' OR decided_by <> asked_by)
);

CREATE UNIQUE INDEX approval_waiting ON approval (bucket, hash) WHERE state = 'waiting';
CREATE INDEX approval_asked ON approval (asked);
