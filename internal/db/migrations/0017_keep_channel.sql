-- A capture and a refund say themselves in which channel their payment was made, and the index of what is billed holds all
-- that a close adds up, so that closing a month reads nothing else.
ALTER TABLE capture ADD COLUMN channel TEXT NOT NULL DEFAULT 'online';
ALTER TABLE refund ADD COLUMN channel TEXT NOT NULL DEFAULT 'online';

UPDATE capture SET channel = (SELECT p.channel FROM payment p WHERE p.bucket = capture.bucket AND p.id = capture.payment);
UPDATE refund SET channel = (SELECT p.channel FROM payment p WHERE p.bucket = refund.bucket AND p.id = refund.payment);

DROP INDEX capture_bill;
CREATE INDEX capture_bill ON capture (bucket, bill_month, member, amount, channel);
DROP INDEX refund_bill;
CREATE INDEX refund_bill ON refund (bucket, bill_month, member, amount, channel);

-- What stands to members' credit, for a close.
CREATE INDEX bill_credit_open ON bill_credit (bucket, member) WHERE state = 'open';

-- With the holder in front, each of a member's lines went to a place of its own in the whole index; now all lines of a slice
-- of a close, and of a capture, go to the places of their buckets.
DROP INDEX line_holder;
CREATE INDEX line_holder ON line (bucket, holder, account);
