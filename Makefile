# What can be done with this repository. `make` or `make help` lists it.

GO       ?= go
LINT     := $(GO) tool -modfile=$(CURDIR)/tools/go.mod golangci-lint
GOFUMPT  := $(GO) tool -modfile=$(CURDIR)/tools/go.mod gofumpt
PG       := $(GO) run ./internal/db/dbtest/pgcluster/pgserve
FUZZTIME ?= 10s
ARGS     ?=

export CGO_ENABLED ?= 0

.PHONY: help
help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: build ## the service with a shop, a telephone, a till and a trouble panel around it: http://127.0.0.1:8080
	bin/tsuke demo $(ARGS)

.PHONY: run
run: build ## the service alone; its settings are TSUKE_… variables or ARGS="--flag=…" (see bin/tsuke serve --help)
	bin/tsuke serve $(ARGS)

.PHONY: build
build: ## one static binary: bin/tsuke
	$(GO) build -trimpath -o bin/tsuke ./cmd/tsuke

.PHONY: check
check: fmt lint vet test-sqlite ## what to run before each commit

.PHONY: test
test: ## everything, as CI does it; installs what is missing
	bash .ci/run

.PHONY: test-sqlite
test-sqlite: ## all tests on SQLite
	$(GO) test -shuffle=on ./...

.PHONY: test-pg
test-pg: ## all tests on a private PostgreSQL server that is started for them
	$(PG) $(GO) test -shuffle=on ./...

.PHONY: race
race: ## all tests with the race detector (needs a C compiler)
	CGO_ENABLED=1 $(GO) test -race "-gcflags=modernc.org/sqlite/lib=-race=false" -shuffle=on ./...

.PHONY: sim
sim: build ## seeded years with faults, every guarantee checked; ARGS="--seeds 2000", or ARGS="--replay 1" for a story
	bin/tsuke sim $(ARGS)

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (10s)
	bash .ci/fuzz $(FUZZTIME)

.PHONY: crash
crash: ## the service killed under load, its disk without power; for long runs: go run ./internal/crash/killer --help
	TSUKE_CRASH=25 TSUKE_TEST_DB=sqlite $(GO) test -count=1 ./internal/crash/
	TSUKE_CRASH=5 TSUKE_TEST_DB=postgres $(GO) test -count=1 -run=Killing ./internal/crash/

.PHONY: mutants
mutants: ## plant every bug of the table and see which check finds it; ARGS="-n 10 -seed 7" takes a sample, ARGS="-only NAME" one
	$(PG) $(GO) run ./internal/mutant/hunt -jobs 2 $(ARGS)

.PHONY: bench
bench: ## how many orders a second, beside pgbench and bare inserts in the same run (an hour and a half); ARGS="-rounds 1 -for 3s -members 50000"; ARGS="-soak 10m": does it wear out
	$(GO) run ./internal/bench $(ARGS)

.PHONY: e2e
e2e: e2e/node_modules ## browser tests in Chromium; TSUKE_SHOTS=folder keeps pictures
	cd e2e && $(GO) test -count=1 ./...

e2e/node_modules: e2e/package-lock.json
	cd e2e && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

.PHONY: golden
golden: ## write the golden files anew; read the difference before committing it
	for d in $$(grep -rl --include='*_test.go' 'flag.Bool("update"' internal cmd | xargs -n 1 dirname | sort -u); do \
		$(GO) test -count=1 ./$$d -update || exit 1; done

.PHONY: lint
lint: ## golangci-lint, both modules
	$(LINT) run ./...
	cd e2e && $(LINT) run --config ../.golangci.yml ./...

.PHONY: fmt
fmt: ## format all Go files
	$(GOFUMPT) -extra -l -w cmd internal e2e

.PHONY: vet
vet: ## go vet, both modules
	$(GO) vet ./...
	cd e2e && $(GO) vet ./...
