-- Who does not pay by e-barcode, the way of a new member: the close of a month asks for all of its members at once, and most of them
-- are found here not to be listed, without a look at their own row (rule B08).
CREATE INDEX member_other_way ON member (bucket, id) WHERE way_to_pay <> 'ebarcode';
