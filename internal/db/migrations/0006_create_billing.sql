-- Bills: which months are closed, what is owed for one, how it can be paid, and the money that came in.

-- A month that was closed in a bucket, and what came of it. Written in the transaction that issues the bills.
CREATE TABLE month_close (
	bucket BIGINT NOT NULL,
	month TEXT NOT NULL,
	statements BIGINT NOT NULL CHECK (statements >= 0),
	total BIGINT NOT NULL CHECK (total >= 0),
	closed BIGINT NOT NULL,
	PRIMARY KEY (bucket, month)
);

-- One member's bill for one month (rule B01); or, without a month, for one capture (rule I05). The sums never change after it was issued; state, past_due, paid_day,
-- received and certain follow the money. store is the part of purchases less refunds that was bought in stores, for the limit
-- of that channel. lates is what earlier bills left of their late charges; late is what this one was charged for being late,
-- beside its total, and moved what a later bill took of that. received is what live receipts pay of total and late, certain
-- the part of it that is final. awaited says that a bank was asked to debit it and has not answered: nobody is late meanwhile.
CREATE TABLE statement (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	member BYTEA NOT NULL,
	month TEXT,
	purchases BIGINT NOT NULL CHECK (purchases >= 0),
	refunds BIGINT NOT NULL CHECK (refunds >= 0),
	credits BIGINT NOT NULL CHECK (credits >= 0),
	fee BIGINT NOT NULL CHECK (fee >= 0),
	lates BIGINT NOT NULL CHECK (lates >= 0),
	total BIGINT NOT NULL CHECK (total >= 0),
	carried BIGINT NOT NULL CHECK (carried >= 0),
	store BIGINT NOT NULL,
	way TEXT NOT NULL CHECK (way <> ''),
	due TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('issued', 'confirming', 'paid')),
	past_due BOOLEAN NOT NULL,
	paid_day TEXT,
	issued BIGINT NOT NULL,
	awaited BOOLEAN NOT NULL,
	late BIGINT NOT NULL CHECK (late >= 0),
	moved BIGINT NOT NULL CHECK (moved >= 0),
	received BIGINT NOT NULL CHECK (received >= 0),
	certain BIGINT NOT NULL CHECK (certain >= 0),
	PRIMARY KEY (bucket, id),
	UNIQUE (bucket, member, month),
	CHECK (total = purchases - refunds - credits + fee + lates + carried),
	CHECK (carried = 0 OR total = 0),
	CHECK (total > 0 OR (fee = 0 AND lates = 0 AND late = 0 AND state = 'paid')),
	CHECK (NOT past_due OR state = 'issued'),
	CHECK (certain <= received AND received <= total + late - moved),
	CHECK ((state = 'issued') = (received < total)),
	CHECK ((state = 'paid') = (certain >= total)),
	CHECK (moved = 0 OR received >= total)
);

CREATE INDEX statement_due ON statement (due) WHERE state = 'issued' AND NOT past_due;
CREATE INDEX statement_debit ON statement (due, bucket) WHERE state = 'issued' AND way = 'debit';
CREATE INDEX statement_past_due ON statement (bucket, member) WHERE past_due;
CREATE INDEX statement_late ON statement (due, bucket, id) WHERE past_due;
CREATE INDEX statement_late_open ON statement (bucket, member) WHERE late > moved;

-- A barcode with which a statement can be paid. One is open; the closed ones were replaced and can still be paid.
CREATE TABLE slip (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	statement BYTEA NOT NULL,
	member BYTEA NOT NULL,
	kind TEXT NOT NULL,
	number TEXT NOT NULL,
	digits TEXT NOT NULL,
	reissue BIGINT NOT NULL CHECK (reissue >= 0),
	amount BIGINT NOT NULL CHECK (amount > 0),
	valid_from TEXT NOT NULL,
	valid_to TEXT,
	state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, id),
	UNIQUE (bucket, number)
);

CREATE UNIQUE INDEX slip_open ON slip (bucket, statement) WHERE state = 'open';

-- What a bill was charged for being late on a day (rules D01 to D06), and what it was reckoned from, so that anybody can do
-- the sum again. yen_days is the principal that was open on each day since the due day, added up; rate, in hundredths of a
-- percent a year, is the cap of a fee (0 without one) or what damages are asked for. full_amount is what the fee is without
-- the cap. A waived charge is not asked for and is never made again.
CREATE TABLE late_charge (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	statement BYTEA NOT NULL,
	day TEXT NOT NULL,
	kind TEXT NOT NULL CHECK (kind IN ('fee', 'damages', 'fallback')),
	member BYTEA NOT NULL,
	amount BIGINT NOT NULL CHECK (amount >= 0),
	full_amount BIGINT NOT NULL CHECK (full_amount >= amount),
	yen_days BIGINT NOT NULL CHECK (yen_days >= 0),
	rate BIGINT NOT NULL CHECK (rate >= 0),
	state TEXT NOT NULL CHECK (state IN ('charged', 'waived')),
	reason TEXT NOT NULL,
	created BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	PRIMARY KEY (bucket, id),
	UNIQUE (bucket, statement, day, kind),
	CHECK ((state = 'waived') = (reason <> ''))
);

CREATE INDEX late_charge_member ON late_charge (bucket, member, day);

-- Money that stands to a member's credit until a later statement takes it: paid twice, or more given back than bought.
-- source is the receipt or the statement that it comes from.
CREATE TABLE bill_credit (
	bucket BIGINT NOT NULL,
	source BYTEA NOT NULL,
	member BYTEA NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	reason TEXT NOT NULL CHECK (reason IN ('surplus', 'carried')),
	state TEXT NOT NULL CHECK (state IN ('open', 'used', 'withdrawn')),
	used_in BYTEA,
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, source),
	CHECK ((state = 'used') = (used_in IS NOT NULL))
);

CREATE INDEX bill_credit_member ON bill_credit (bucket, member, created);

-- A file of the collection agent, known by the hash of its bytes.
CREATE TABLE receipt_file (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	hash BYTEA NOT NULL,
	agent TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('open', 'done')),
	lines BIGINT NOT NULL,
	unread BIGINT NOT NULL,
	applied BIGINT NOT NULL,
	repeated BIGINT NOT NULL,
	surplus BIGINT NOT NULL,
	suspense BIGINT NOT NULL,
	superseded BIGINT NOT NULL,
	received BIGINT NOT NULL,
	finished BIGINT,
	PRIMARY KEY (bucket, id),
	UNIQUE (bucket, hash)
);

-- One payment at one till, which the agent tells about in up to three lines. till_key names it: digits, day, minute,
-- store and amount. principal and fee are the parts of a statement's total that it pays, late the part of what the statement
-- was charged for being late; surplus is what remains to the member's credit.
CREATE TABLE receipt (
	bucket BIGINT NOT NULL,
	id BYTEA NOT NULL,
	till_key BYTEA NOT NULL,
	slip BYTEA,
	statement BYTEA,
	member BYTEA,
	state TEXT NOT NULL CHECK (state IN ('prompt', 'confirmed', 'cancelled', 'moved', 'returned')),
	use TEXT NOT NULL CHECK (use IN ('matched', 'surplus', 'suspense')),
	reason TEXT NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	principal BIGINT NOT NULL CHECK (principal >= 0),
	fee BIGINT NOT NULL CHECK (fee >= 0),
	late BIGINT NOT NULL CHECK (late >= 0),
	surplus BIGINT NOT NULL CHECK (surplus >= 0),
	paid_day TEXT NOT NULL,
	paid_time TEXT NOT NULL,
	chain TEXT NOT NULL,
	store TEXT NOT NULL,
	created BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	PRIMARY KEY (bucket, id),
	UNIQUE (bucket, till_key),
	CHECK (use = 'suspense' OR (statement IS NOT NULL AND member IS NOT NULL AND (state = 'cancelled' OR principal + fee + late + surplus = amount))),
	CHECK (state = 'cancelled' OR (use = 'surplus') = (surplus = amount)),
	CHECK (use = 'suspense' OR state NOT IN ('moved', 'returned'))
);

CREATE INDEX receipt_statement ON receipt (bucket, statement);
CREATE INDEX receipt_member ON receipt (bucket, member);
CREATE INDEX receipt_suspense ON receipt (created) WHERE use = 'suspense';
CREATE INDEX receipt_prompt ON receipt (created) WHERE state = 'prompt';

-- Each line of the agent's files, once. A line in suspense waits for a person.
CREATE TABLE receipt_line (
	bucket BIGINT NOT NULL,
	line_key BYTEA NOT NULL,
	file BYTEA NOT NULL,
	number BIGINT NOT NULL,
	kind TEXT NOT NULL,
	result TEXT NOT NULL CHECK (result IN ('applied', 'surplus', 'suspense', 'superseded')),
	reason TEXT NOT NULL,
	receipt BYTEA,
	statement BYTEA,
	digits TEXT NOT NULL,
	amount BIGINT NOT NULL,
	paid_day TEXT,
	paid_time TEXT NOT NULL,
	chain TEXT NOT NULL,
	store TEXT NOT NULL,
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, line_key),
	CHECK (result <> 'suspense' OR reason <> '')
);

CREATE INDEX receipt_line_suspense ON receipt_line (created) WHERE result = 'suspense';
