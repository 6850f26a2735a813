# The two commands: `make run` and `make test`. `make help` says what else there is.

.PHONY: help run test build check

help: ## Say what each command does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

run: build ## Start a local registry with sample images, and Onetag beside it
	scripts/run.sh

test: ## Install what the tests need, and run them all
	scripts/setup.sh test
	cargo build -p onetag
	cargo nextest run

build: ## Build the server: one file, target/release/onetag
	scripts/setup.sh build
	cargo build --release -p onetag

check: ## Format and lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
