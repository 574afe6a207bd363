-- What a shop may charge once: its order. The row is found by a hash of merchant and order reference, and bucketed by
-- the same, so that no route and no process can make a second live payment (rule P01). payment is the newest one. Whose
-- order it is stands there, or in the session.
CREATE TABLE shop_order (
	bucket BIGINT NOT NULL,
	hash BYTEA NOT NULL,
	payment BYTEA,
	live BOOLEAN NOT NULL,
	session BYTEA,
	PRIMARY KEY (bucket, hash),
	CHECK (payment IS NOT NULL OR NOT live)
);

-- One order's money as a whole, and declines, which are results. What is written with each purchase begins with its
-- numbers: PostgreSQL puts them at multiples of eight bytes and fills up what lies before.
CREATE TABLE payment (
	bucket BIGINT NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	captured BIGINT NOT NULL CHECK (captured >= 0),
	released BIGINT NOT NULL CHECK (released >= 0),
	refunded BIGINT NOT NULL CHECK (refunded >= 0),
	due BIGINT NOT NULL,
	created BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	id BYTEA NOT NULL,
	merchant BYTEA NOT NULL,
	member BYTEA NOT NULL,
	order_ref TEXT NOT NULL,
	session BYTEA,
	token BYTEA,
	retry_of BYTEA,
	channel TEXT NOT NULL,
	capture TEXT NOT NULL,
	state TEXT NOT NULL,
	reasons TEXT NOT NULL,
	facts TEXT NOT NULL,
	PRIMARY KEY (id, bucket),
	CHECK (captured + released <= amount),
	CHECK (refunded <= captured)
);

CREATE INDEX payment_member ON payment (member, id);
CREATE INDEX payment_merchant ON payment (merchant, id);
CREATE INDEX payment_due ON payment (due) WHERE state IN ('authorized', 'confirmed');

-- A capture makes money billable. bill_month is decided when it is written; closing a month only adds up. It is NULL for what
-- is billed by an invoice of its own (rule I05).
CREATE TABLE capture (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	payment BYTEA NOT NULL,
	member BYTEA NOT NULL,
	merchant BYTEA NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	day TEXT NOT NULL,
	bill_month TEXT,
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, id)
);

CREATE INDEX capture_payment ON capture (bucket, payment);
CREATE INDEX capture_bill ON capture (bucket, bill_month, member);

CREATE TABLE refund (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	payment BYTEA NOT NULL,
	member BYTEA NOT NULL,
	merchant BYTEA NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	reason TEXT NOT NULL,
	day TEXT NOT NULL,
	bill_month TEXT,
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, id)
);

CREATE INDEX refund_payment ON refund (bucket, payment);
CREATE INDEX refund_bill ON refund (bucket, bill_month, member);

-- An order on its way to a payment: what the shop asked for and what the member sees. The price stands here and never
-- comes from a browser.
CREATE TABLE checkout_session (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	merchant BYTEA NOT NULL,
	order_ref TEXT NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	capture TEXT NOT NULL,
	cart TEXT NOT NULL,
	return_url TEXT NOT NULL,
	cancel_url TEXT NOT NULL,
	offer_token BOOLEAN NOT NULL,
	state TEXT NOT NULL,
	payment BYTEA,
	token BYTEA,
	created BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	ended BIGINT NOT NULL,
	PRIMARY KEY (bucket, id)
);
