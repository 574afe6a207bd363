-- What a shop gives back of an invoice that was written off because it was not its payer's: it makes that loss good and is nobody's
-- credit (rule I10). source is the receipt of the refund, whose credit is used in itself.
CREATE TABLE loss_regained (
	bucket BIGINT NOT NULL,
	source BYTEA NOT NULL,
	member BYTEA NOT NULL,
	statement BYTEA NOT NULL,
	amount BIGINT NOT NULL CHECK (amount > 0),
	created BIGINT NOT NULL,
	PRIMARY KEY (bucket, source)
);

CREATE INDEX loss_regained_statement ON loss_regained (bucket, statement);
