# `make` alone lists what there is. Everything here is a few commands that can be run by hand.
SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules
export MAKECMDGOALS

TARGET := $(or $(CARGO_TARGET_DIR),target)
# Not quiet: the first time it is downloaded and built, which takes a while.
XTASK := cargo run --package xtask --
# The console is for wasm and has builds of its own. The same selection of packages everywhere means the
# same features of their dependencies, so that check and test share what they have built.
NATIVE := --workspace --exclude deskwarden-console

# The pages are for whoever works on this: private items are in them; doc comments of options are help texts, too.
DOC_LINTS := -D warnings -A rustdoc::private_intra_doc_links -A rustdoc::bare_urls

say = @printf '\n==> %s\n' "$(1)"

.PHONY: help run demo dev check test bench openapi console build build-quick build-dev

help: ## This list
	@echo 'Deskwarden: one console for every session that an institution delivers.'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo 'Begin with: make run'

run: build-quick ## Build, then run a server and an agent on this machine (./data); Ctrl-C stops both
	@DESKWARDEN_PROGRAMS=$(TARGET)/quick scripts/run.sh

demo: build-quick ## The same with 50,000 made-up sessions and a simulated fleet (./data-demo)
	@DESKWARDEN_PROGRAMS=$(TARGET)/quick scripts/demo.sh

dev: ## Like run, and build again whenever a source file changes
	@scripts/dev.sh

check: ## Format, lints, layers, tenants, file sizes, links, API description, documentation
	@scripts/setup.sh check
	$(call say,Format)
	cargo fmt --all --check
	$(call say,Layers$(comma) tenants$(comma) files$(comma) links)
	$(XTASK) check-layers
	$(XTASK) check-tenants
	$(XTASK) check-files
	$(XTASK) check-docs
	$(call say,Lints)
	cargo clippy --locked $(NATIVE) --all-targets -- -D warnings
	$(XTASK) console-clippy
	$(call say,The console$(comma) as the programs embed it)
	$(XTASK) console --quick
	@$(MAKE) --no-print-directory build-dev
	$(call say,API description)
	$(TARGET)/debug/deskwarden openapi --check api-spec
	$(call say,Documentation)
	RUSTDOCFLAGS='$(DOC_LINTS)' cargo doc --locked $(NATIVE) --no-deps --document-private-items --quiet
	$(call say,All checks passed)

test: ## All tests, with a real browser, real agents, SQLite and PostgreSQL
	@scripts/setup.sh test
	$(call say,The console)
	$(XTASK) console --quick
	@$(MAKE) --no-print-directory build-dev
	@scripts/test.sh

bench: ## Figures of the released programs, beside yardsticks of the same run (PARTS="reads rows=1000000")
	@scripts/setup.sh bench
	$(XTASK) console --release
	cargo build --locked --release -p deskwarden-server -p deskwarden-agent -p deskwarden-tests --bins
	PATH="$$PATH:$(abspath $(TARGET))/peers/bin" $(TARGET)/release/bench $(PARTS)

openapi: ## Write the API description to api-spec/
	cargo run --locked --package deskwarden-server --bin deskwarden -- openapi --out api-spec

console: ## The console's files for any web server, small over the wire (dist/console)
	@scripts/setup.sh release
	$(XTASK) console --release

build: console ## The programs for installing, with the console inside (target/release)
	cargo build --locked --release -p deskwarden-server -p deskwarden-agent

# The server embeds the console, so the console comes first.
build-quick:
	@scripts/setup.sh run
	$(call say,The console)
	$(XTASK) console --quick
	$(call say,Server and agent)
	cargo build --locked --profile quick -p deskwarden-server -p deskwarden-agent

# Programs and test programs at once: with one set of features nothing is built twice.
build-dev:
	$(call say,Server$(comma) agent and tests)
	cargo build --locked $(NATIVE) --bins --tests

comma := ,
