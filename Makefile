# The two commands: `make run` and `make test`. `make help` says what else there is.

.DEFAULT_GOAL := help
.PHONY: help run test build check fuzz bench setup page

# What setup.sh installed is found on the PATH that tools.sh makes.
SHELL := /bin/bash
tools := . scripts/tools.sh &&

# Folders are among the sources, so that a file that went counts as a change.
page := target/site/index.html
page_sources := $(shell find frontend shared Cargo.toml Cargo.lock Trunk.toml scripts/tools.sh scripts/wasm.sh scripts/pack.sh scripts/join.mjs)

help: ## Say what each command does
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/  make \1\t\2/p' Makefile

run: goal := run
run: build ## Start a local registry with sample images, and Onetag beside it
	scripts/run.sh

test: goal := test
test: page ## Install what the tests need, and run them all
	CHROMEDRIVER=$$(command -v chromedriver) \
	CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner \
	scripts/wasm.sh cargo test --target wasm32-unknown-unknown -p onetag-shared --lib
	cargo build -p onetag
	@# Each test is a process of its own: told where the server is, none asks cargo whether it is built.
	$(tools) ONETAG_BIN=$${CARGO_TARGET_DIR:-$$PWD/target}/debug/onetag cargo nextest run --workspace --no-fail-fast

build: page ## Build the server with the page inside: one file, target/release/onetag
	cargo build --release -p onetag

check: goal := check
check: setup ## Format, lints, and what is known of the dependencies
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	$(tools) cargo deny check bans licenses sources
	@# The database of advisories is on the web, and a machine without it can still check the rest.
	@$(tools) if timeout 60 cargo deny fetch db >/dev/null 2>&1; then cargo deny check advisories; \
	else echo "Skipped: advisories, because their database cannot be had here."; fi

fuzz: ## Feed the parsers mutations of nasty inputs, each for FUZZ_SECONDS (60), from a seed that FUZZ_SEED repeats
	FUZZ_SECONDS=$${FUZZ_SECONDS:-60} cargo test --no-fail-fast -p onetag-shared -p onetag --lib --test fuzz fuzz_ \
	-- --nocapture

bench: goal := test
bench: build ## Measure: the pure parts, round trips of 50 ms, a list of 500 in Chromium, and a copy of 1 GiB beside other clients
	cargo bench -p onetag-shared --bench pure
	@# The server is built for speed. What measures it need not be.
	$(tools) ONETAG_BIN=$${CARGO_TARGET_DIR:-$$PWD/target}/release/onetag \
	cargo bench --profile dev -p onetag-tests --bench network

# `make run` and the others install what they need; it is looked for first, in about a second.
goal := build
setup:
	scripts/setup.sh $(goal)

page: $(page)

# Trunk is told to stay offline because it would download tools that setup.sh brings; so the crates are fetched before.
$(page): $(page_sources) | setup
	scripts/wasm.sh cargo fetch --locked --target wasm32-unknown-unknown
	scripts/wasm.sh trunk build --release --offline
