-- What looks like the same purchase under another order number (rule P09): what a payment was said to be another of, and
-- what a checkout asked about and was told. answer is '', asked, same or another.
ALTER TABLE payment ADD COLUMN repeat_of BYTEA;
ALTER TABLE checkout_session ADD COLUMN similar_payment BYTEA;
ALTER TABLE checkout_session ADD COLUMN answer TEXT NOT NULL DEFAULT '';
