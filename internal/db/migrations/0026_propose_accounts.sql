-- An account that one person has entered for money that goes back, until a second one has looked at it and approved (rule B49). about is
-- what it is for: a receipt in suspense, or a guest's invoice. key is the name by which the request knows it; another account for the
-- same gets another one. account is sealed with a key of its own and erased with the approval, or some days later. seen tells who looked
-- at it last, and when.
CREATE TABLE payout_proposal (
	bucket BIGINT NOT NULL,
	about TEXT NOT NULL,
	key TEXT NOT NULL,
	data_key BYTEA NOT NULL,
	account BYTEA NOT NULL,
	made BIGINT NOT NULL,
	seen_by TEXT NOT NULL,
	seen BIGINT NOT NULL,
	PRIMARY KEY (bucket, about)
);
