-- Members, their registration and their browsers; merchants and their keys. Personal data is sealed (BYTEA); what it is
-- looked up by is a keyed hash (…_index).

-- How often something was done since the first time of a span, under a keyed hash of what is counted.
CREATE TABLE rate (
	bucket BIGINT NOT NULL,
	name BYTEA NOT NULL,
	count BIGINT NOT NULL CHECK (count > 0),
	ends BIGINT NOT NULL,
	PRIMARY KEY (bucket, name)
);

CREATE INDEX rate_ends ON rate (ends);

-- The newest code sent by SMS for a purpose and what it is bound to. The code itself is a keyed hash.
CREATE TABLE code (
	bucket BIGINT NOT NULL,
	binding BYTEA NOT NULL,
	purpose TEXT NOT NULL,
	data_key BYTEA NOT NULL,
	phone BYTEA NOT NULL,
	hash BYTEA NOT NULL,
	sent BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	used BIGINT NOT NULL,
	PRIMARY KEY (bucket, binding)
);

CREATE INDEX code_expires ON code (expires);

-- A registration on its way: saved at each step, resumable on another device. Its bucket is the phone number's, which the
-- member's row will share. What is personal is gone from the row when it ends.
CREATE TABLE application (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('open', 'review', 'done', 'refused', 'guest')),
	phone_index BYTEA NOT NULL,
	data_key BYTEA,
	phone BYTEA,
	name BYTEA,
	birth BYTEA,
	guardian BYTEA,
	consented BIGINT NOT NULL,
	address BYTEA,
	address_index BYTEA,
	mail BYTEA,
	taken_over BOOLEAN NOT NULL,
	agreement TEXT NOT NULL,
	agreed BIGINT NOT NULL,
	reason TEXT NOT NULL,
	decided_by TEXT NOT NULL,
	member BYTEA,
	lang TEXT NOT NULL,
	opened BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (bucket, id)
);

CREATE UNIQUE INDEX application_live ON application (bucket, phone_index) WHERE state IN ('open', 'review');
CREATE INDEX application_review ON application (id) WHERE state = 'review';
CREATE INDEX application_expires ON application (expires) WHERE state = 'open';

CREATE TABLE member (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('active', 'guest', 'numberless')),
	data_key BYTEA NOT NULL,
	phone BYTEA NOT NULL,
	name BYTEA NOT NULL,
	name_norm BYTEA NOT NULL,
	birth BYTEA NOT NULL,
	guardian BYTEA,
	consented BIGINT NOT NULL,
	address BYTEA NOT NULL,
	address_index BYTEA NOT NULL,
	mail BYTEA NOT NULL,
	lang TEXT NOT NULL CHECK (lang IN ('ja', 'en')),
	way_to_pay TEXT NOT NULL DEFAULT 'ebarcode',
	agreement TEXT NOT NULL,
	agreed BIGINT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, id)
);

CREATE INDEX member_id ON member (id);
CREATE INDEX member_address ON member (address_index);

-- One member per phone number: this row is what makes it so. Its bucket is the phone number's.
CREATE TABLE phone_claim (
	bucket BIGINT NOT NULL,
	phone_index BYTEA NOT NULL,
	member BYTEA NOT NULL,
	claimed BIGINT NOT NULL,
	PRIMARY KEY (bucket, phone_index)
);

-- A browser. The cookie's token is stored as its SHA-256; the token carries the bucket. member and application are empty
-- until a code was entered. origin is the hash of the token that this one replaced.
CREATE TABLE sign_in (
	bucket BIGINT NOT NULL,
	token_hash BYTEA NOT NULL,
	origin BYTEA,
	id BYTEA NOT NULL,
	member BYTEA,
	application BYTEA,
	device TEXT NOT NULL,
	created BIGINT NOT NULL,
	last_seen BIGINT NOT NULL,
	proven BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	ended BIGINT NOT NULL,
	PRIMARY KEY (bucket, token_hash),
	UNIQUE (bucket, id)
);

CREATE INDEX sign_in_member ON sign_in (bucket, member, id) WHERE ended = 0;
CREATE INDEX sign_in_expires ON sign_in (expires);

-- A member's agreement that a shop may buy again without the member present: one live per member and shop.
CREATE TABLE member_token (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	member BYTEA NOT NULL,
	merchant BYTEA NOT NULL,
	session BYTEA,
	granted BIGINT NOT NULL,
	revoked BIGINT NOT NULL,
	PRIMARY KEY (bucket, id)
);

CREATE UNIQUE INDEX member_token_live ON member_token (bucket, member, merchant) WHERE revoked = 0;

-- contact_… is shown to members. return_origins holds one origin a line.
CREATE TABLE merchant (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('live', 'paused')),
	name_ja TEXT NOT NULL CHECK (name_ja <> ''),
	name_en TEXT NOT NULL CHECK (name_en <> ''),
	contact_phone TEXT NOT NULL,
	contact_mail TEXT NOT NULL,
	contact_url TEXT NOT NULL,
	hours_ja TEXT NOT NULL,
	hours_en TEXT NOT NULL,
	return_origins TEXT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, id)
);

CREATE INDEX merchant_id ON merchant (id);

CREATE TABLE shop (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	merchant BYTEA NOT NULL,
	name TEXT NOT NULL CHECK (name <> ''),
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, id),
	UNIQUE (bucket, merchant, name)
);

-- A merchant's key for the API, found by the SHA-256 of the whole key. Its bucket is taken from that hash.
CREATE TABLE api_key (
	bucket BIGINT NOT NULL,
	key_hash BYTEA NOT NULL,
	id BYTEA NOT NULL,
	merchant BYTEA NOT NULL,
	environment TEXT NOT NULL CHECK (environment IN ('test', 'live')),
	prefix TEXT NOT NULL,
	created BIGINT NOT NULL,
	expires BIGINT,
	revoked BIGINT,
	PRIMARY KEY (bucket, key_hash),
	UNIQUE (bucket, id)
);

CREATE INDEX api_key_merchant ON api_key (merchant, id);
