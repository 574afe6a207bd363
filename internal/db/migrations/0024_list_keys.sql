-- The keys under which personal data is sealed and found, and who holds which (rules K01 to K05). No key is in the database.

-- A key by its number, which stands before all that is under it. It is in use from promoted on; retired means that it is in no
-- folder of secrets any more. All rows are in bucket 0.
CREATE TABLE vault_key (
	bucket BIGINT NOT NULL,
	part TEXT NOT NULL CHECK (part IN ('wrapping', 'indexing')),
	number BIGINT NOT NULL,
	id BYTEA NOT NULL,
	added BIGINT NOT NULL,
	promoted BIGINT,
	retired BIGINT,
	PRIMARY KEY (bucket, part, number)
);

-- A running service, when it was last heard of, and which keys of a part it holds since when, one a word: 1a2b3c4d:in_use.
CREATE TABLE vault_holder (
	bucket BIGINT NOT NULL,
	process TEXT NOT NULL CHECK (process <> ''),
	part TEXT NOT NULL CHECK (part IN ('wrapping', 'indexing')),
	holds TEXT NOT NULL,
	since BIGINT NOT NULL,
	seen BIGINT NOT NULL,
	PRIMARY KEY (bucket, process, part)
);
