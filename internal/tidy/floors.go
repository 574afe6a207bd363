package tidy

import "strings"

// Layout is the order that the rules check the repository against.
type Layout struct {
	Packages []Package
	Planned  []string // folders of Packages that are not written yet
	Modules  []Module
}

// Package is one entry of the floor table. Folders below it count as the package itself, unless they have an entry.
type Package struct {
	Dir   string // from the root of the repository
	Floor int    // it may import only what stands lower
	Role  string // what it is for, in one line
}

// Module is a third-party module that may be used.
type Module struct {
	Path      string
	Why       string
	Only      []string // folders that may import it; empty: everybody above floor 0
	TestsOnly bool     // only test files and the packages of the tests floor
}

// floorTests is where packages stand that only tests import, and that may import anything.
const floorTests = 99

// House is the layout of this repository.
func House() Layout { return Layout{Packages: packages, Planned: planned, Modules: modules} }

var packages = []Package{
	{"internal/money", 0, "whole yen, checked arithmetic, shares, tax, split by largest remainder"},
	{"internal/jst", 0, "days and months of Japan, the bank-day calendar with its table and its end"},
	{"internal/id", 0, "one type per kind of object: prefix, bucket, time, random; reference numbers for people"},
	{"internal/fault", 0, "the error type, its catalogue, its sides, and whether anybody was charged"},
	{"internal/lifecycle", 0, "state machines as tables"},
	{"internal/clock", 0, "now, and a twin set by hand"},
	{"internal/mask", 0, "personal data that prints as dots"},
	{"internal/kana", 0, "width, kana, variant characters, phone numbers, postal codes, birth dates as people type them"},
	{"internal/postal", 0, "which town a postal code belongs to"},
	{"internal/konbini", 0, "the 44 digits on a convenience-store slip and their bars, the post office's two lines"},
	{"internal/kiosk", 0, "the numbers that stand for a bill at stores, cash machines and banks, and where which is typed"},

	{"internal/db", 1, "both engines, transactions, batches, migrations"},
	{"internal/db/dbtest", floorTests, "a migrated database for each test"},
	{"internal/db/dbtest/pgcluster", floorTests, "a private PostgreSQL server for a test run"},
	{"internal/db/dbtest/disk", floorTests, "a disk that loses power, or fails"},
	{"internal/db/dbtest/twin", floorTests, "rows written once more, to measure what keeping them costs"},
	{"internal/zengin", 1, "the fixed records in which banks are asked to debit accounts, and answer"},
	{"internal/bank", 1, "the banks of Japan and their branches: codes, names as files carry them, search"},

	{"internal/event", 2, "append-only facts: timeline, outbox, audit; relay and readers"},
	{"internal/job", 2, "due-dated work: leased, retried, bounded"},
	{"internal/term", 2, "effective-dated configuration: every number of the domain"},
	{"internal/vault", 2, "encrypted personal fields, blind index, key rotation"},

	{"internal/keys", 3, "the vault's keys as operators change them: who holds which, what is under which, moving it"},

	{"internal/run", 3, "runner: idempotency key, batch, transaction, outcome"},
	{"internal/ledger", 3, "accounts, entries, lines; post, balance, verify"},

	{"internal/member", 4, "membership, contact, sign-in"},
	{"internal/merchant", 4, "merchants, shops, keys, fee terms"},
	{"internal/credit", 4, "limit, exposure, holds, blocks, decision"},
	{"internal/staff", 4, "who works for the operator: roles, sign-in with an authenticator, looks at personal data"},
	{"internal/journal", 4, "entries of the books that two people decide, and which accounts they may touch"},

	{"internal/approval", 5, "commands that two people decide about"},
	{"internal/check", 5, "the daily check: what does not agree, with an age, an owner and an end"},
	{"internal/checkout", 5, "sessions and payments: authorize, confirm, capture, void, refund, expire"},

	{"internal/billing", 6, "statement, slip, receipt, matching"},

	{"internal/debit", 7, "bills that banks are asked to debit: gathered, asked for, answered"},
	{"internal/payout", 7, "money that goes back: gathered into files of bank transfers, sent once, or refused and sent again"},
	{"internal/collection", 7, "bills past due: what being late costs, promises, days of our own fault"},

	{"internal/notice", 8, "messages to members and their delivery"},

	{"internal/api", 9, "the JSON contract, keys, webhooks"},
	{"internal/web", 9, "pages: forms, sessions, sentences in ja and en"},
	{"internal/web/barcode", 9, "the slip's bars as inline SVG"},
	{"internal/gateway", 9, "the outside: a real adapter and a local one for each"},
	{"internal/gateway/agentfile", 9, "the collection agent's file, in three layouts"},
	{"internal/gateway/transferfile", 9, "a bank's statement with the transfers that came in"},
	{"internal/gateway/numberfile", 9, "the file with which the collection agent is told of receipt numbers"},
	{"internal/gateway/orderfile", 9, "a merchant's list of its orders"},
	{"internal/gateway/paper", 9, "the bill as a postcard to be printed, and batches with a list that proves them; as PDF and CSV to be kept"},

	{"internal/site", 10, "handlers of the pages: sessions, forms, the verbs behind them"},

	{"internal/app", 11, "wiring: construct, connect hooks, roles"},
	{"internal/demo", 11, "the world around the product for trying it out: shops, tills, agents"},
	{"internal/sim", 11, "seeded years with faults, every guarantee checked; replays a violation as a story"},

	{"internal/cli", 12, "commands, flags, environment"},

	{"cmd/tsuke", 13, "start and signals"},

	{"internal/bench", floorTests, "how many orders a second, beside references of the same run"},
	{"internal/world", floorTests, "builds members, shops and days"},
	{"internal/load", floorTests, "a crowd of shops that calls a service and remembers what it was told"},
	{"internal/crash", floorTests, "kills the service under load and compares what was told with what is stored"},
	{"internal/diary", floorTests, "runs scenarios written as dated diaries"},
	{"internal/tidy", floorTests, "rules about the code itself"},
	{"internal/mutant", floorTests, "planted bugs, and whether the tests notice them"},
	{"internal/netfault", floorTests, "a TCP proxy that breaks the line on command"},
	{"internal/history", floorTests, "records what callers were told, and checks that one order of it all explains it"},
}

// planned names entries of the table whose packages are still to come. While there are any, an unused entry of modules
// is no problem.
var planned []string

var modules = []Module{
	{Path: "github.com/pquerna/otp", Why: "codes of authenticators (RFC 6238)", Only: []string{"internal/staff", "internal/demo"}},
	{Path: "golang.org/x/text", Why: "normal forms, widths, Shift_JIS, numbers in sentences; kept with Go"},
	{Path: "golang.org/x/sync", Why: "errgroup; kept with Go"},
	{Path: "github.com/jackc/pgx/v5", Why: "PostgreSQL: pipelines and arrays", Only: []string{"internal/db"}},
	{Path: "modernc.org/sqlite", Why: "SQLite without cgo", Only: []string{"internal/db"}},
	{Path: "modernc.org/libc", Why: "the C library beneath it: memory for SQLite's pages, and in tests a file layer of our own", Only: []string{"internal/db", "internal/db/dbtest/disk"}},
	{Path: "github.com/tink-crypto/tink-go/v2", Why: "authenticated encryption and key rotation", Only: []string{"internal/vault"}},
	{Path: "github.com/danielgtaylor/huma/v2", Why: "OpenAPI 3.1 from the code", Only: []string{"internal/api"}},
	{Path: "github.com/wneessen/go-mail", Why: "MIME and SMTP", Only: []string{"internal/gateway"}},
	{Path: "github.com/emersion/go-smtp", Why: "a mail server for the demo's post box", Only: []string{"internal/demo"}},
	{Path: "github.com/emersion/go-sasl", Why: "how that server is signed in to", Only: []string{"internal/demo"}},
	{Path: "codeberg.org/go-pdf/fpdf", Why: "PDF with embedded Japanese fonts", Only: []string{"internal/gateway/paper"}},
	{Path: "github.com/rivo/uniseg", Why: "where a Japanese line may break", Only: []string{"internal/gateway/paper"}},
	{Path: "github.com/alecthomas/kong", Why: "flags, environment and file in one struct", Only: []string{"internal/cli", "internal/app"}},
	{Path: "github.com/google/go-cmp", Why: "readable differences", TestsOnly: true},
	{Path: "pgregory.net/rapid", Why: "property tests", TestsOnly: true},
	{Path: "github.com/rogpeppe/go-internal", Why: "testscript and txtar", TestsOnly: true},
	{Path: "go.uber.org/goleak", Why: "goroutines that outlive a test", TestsOnly: true},
	{Path: "github.com/getkin/kin-openapi", Why: "answers against the published contract", TestsOnly: true},
	{Path: "github.com/jba/templatecheck", Why: "templates against their structs", TestsOnly: true},
	{Path: "golang.org/x/net", Why: "reads our pages back as HTML; kept with Go", TestsOnly: true},
	{Path: "github.com/anishathalye/porcupine", Why: "linearizability of what callers were told", TestsOnly: true},
	{Path: "github.com/makiuchi-d/gozxing", Why: "reads our barcodes back", TestsOnly: true},
	{Path: "github.com/boombuler/barcode", Why: "QR codes; a second opinion on our bars", Only: []string{"internal/web/barcode", "internal/konbini"}},
}

// entry is the table's line for a folder: its own, or that of the nearest folder above it.
func (l Layout) entry(dir string) (Package, bool) {
	var best Package
	for _, p := range l.Packages {
		if inside(dir, p.Dir) && len(p.Dir) > len(best.Dir) {
			best = p
		}
	}
	return best, best.Dir != ""
}

// module is the allow-list's line for an import path.
func (l Layout) module(importPath string) (Module, bool) {
	for _, m := range l.Modules {
		if inside(importPath, m.Path) {
			return m, true
		}
	}
	return Module{}, false
}

// related says whether two entries are one family: a folder and one below it may import each other as Go allows.
func related(a, b Package) bool {
	return strings.HasPrefix(a.Dir+"/", b.Dir+"/") || strings.HasPrefix(b.Dir+"/", a.Dir+"/")
}
