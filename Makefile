# What a person types. `make run` and `make test` install what is missing on a Debian machine.

PACKAGES = libpcap-dev libsqlite3-dev libyaml-dev libsodium-dev zlib1g-dev libzstd-dev liblz4-dev liblzma-dev sqlite3 iproute2 make libjs-codemirror libjs-chart.js
TEST_PACKAGES = tcpreplay chromium curl tshark graphviz postgresql strace nginx-light libcap2-bin zstd lz4 xz-utils \
  python3 binutils dpkg-dev file fontconfig openssl zip clickhouse-server libzookeeper-java default-jre-headless \
  python3-venv python3-pymodbus python3-serial python3-serial-asyncio mosquitto mosquitto-clients dnsmasq-base bind9-dnsutils
# Services that come with these. Debian starts and enables what it installs, and asks /usr/sbin/policy-rc.d before it does;
# but that counts for every package, and may be somebody else's. A unit that is masked it leaves alone too: so those that
# are not there yet are masked in /run while they are installed, and disabled then. (A preset does not keep invoke-rc.d
# from starting a service, and it no longer looks at RUNLEVEL.)
TEST_SERVICES = mosquitto.service nginx.service postgresql.service clickhouse-server.service
CONFIGURATION ?= debug
# SwiftPM writes options in the order of a hash table, and compiles again what has them in another.
export SWIFT_DETERMINISTIC_HASHING = 1
# For `swift build`; a folder that was built with others is built anew.
BUILD_OPTIONS ?=
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)
SOURCES = Sources Plugins Tests Benchmarks/Sources Package.swift \
  Examples/dns/Package.swift Examples/dns/Sources Examples/modbus/Package.swift Examples/modbus/Sources \
  Examples/mqtt/Package.swift Examples/mqtt/Sources

.PHONY: setup setup-tests build deb run test test-fast test-threads mutants bench screenshots bench-author bench-live bench-store bench-console fuzz lint format check-captures check-current-dialect clean

setup: ## install the system's packages that are missing
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  new=""; if [ -d /run/systemd/system ]; then for service in $(SERVICES); do \
	    systemctl cat $$service >/dev/null 2>&1 || new="$$new $$service"; \
	  done; fi; \
	  if [ -n "$$new" ]; then $(SUDO) systemctl --runtime mask $$new; \
	    trap '$(SUDO) systemctl --runtime unmask $$new; $(SUDO) systemctl disable $$new' EXIT; fi; \
	  $(SUDO) apt-get update && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing; fi
	@command -v swift >/dev/null || { echo "Swift 6.2 or later is needed: https://www.swift.org/install/linux/"; exit 1; }

setup-tests: PACKAGES += $(TEST_PACKAGES)
setup-tests: SERVICES = $(TEST_SERVICES)
setup-tests: setup ## the same, and what tests need besides
	@[ -x .build-schemathesis/bin/schemathesis ] || { python3 -m venv .build-schemathesis && \
	  .build-schemathesis/bin/python3 -m pip install --quiet --disable-pip-version-check 'schemathesis>=4.32,<5'; }
	@# Of this package the tests need the script axe.min.js alone.
	@[ -f .build-axe/axe_playwright_python/axe.min.js ] || .build-schemathesis/bin/python3 -m pip install --quiet \
	  --disable-pip-version-check --no-deps --target .build-axe 'axe-playwright-python==0.1.8'

build: setup ## build everything
	swift build -c $(CONFIGURATION)

deb: PACKAGES += binutils dpkg-dev
deb: setup ## a Debian package of the program, in this folder
	swift build -c release --product nanocap --static-swift-stdlib --scratch-path .build-deb
	Packaging/deb .build-deb/release/nanocap

run: CONFIGURATION = release
run: setup ## build, import the sample captures, and open the console on them, until ctrl-c
	swift build -c release --product nanocap
	rm -f sample.db sample.db-wal sample.db-shm
	.build/release/nanocap import Samples/*.pcap --database sample.db
	@echo 'Open http://127.0.0.1:8077/ in a browser; ctrl-c ends the console.'
	@[ -z "$$DISPLAY$$WAYLAND_DISPLAY" ] || ! command -v xdg-open >/dev/null || (sleep 1; xdg-open http://127.0.0.1:8077/) &
	.build/release/nanocap serve --database sample.db

test: setup-tests ## build and run all tests
	swift build --build-tests $(BUILD_OPTIONS)
	Tests/run

test-fast: setup ## the tests that take seconds: those of one target each
	swift build --build-tests
	Tests/run units

mutants: setup-tests ## try small faults against the tests that must notice them; NAMES="gap flow" tries some
	Tests/Mutants/run $(NAMES)

bench: setup ## measure parser and import; FILE=capture.pcap uses a capture of yours
	Benchmarks/run $(FILE)

FUZZ_TARGETS = parser packets encapsulations reassembly file capture description expression configuration statement filter
TIME ?= 60

fuzz: setup ## TIME=seconds for each of FUZZ_TARGETS="packets capture": libFuzzer with the address sanitizer, from the seeds in Tests
	NANOCAP_FUZZ=1 ASAN_OPTIONS=detect_leaks=0 swift build -c release --product fuzz --scratch-path .build-fuzz \
	  -Xswiftc -enable-testing -Xswiftc -sanitize=fuzzer,address -Xswiftc -parse-as-library -Xswiftc -use-ld=lld
	@for target in $(FUZZ_TARGETS); do \
	  case $$target in encapsulations) length=512;; *) length=16384;; esac; \
	  echo "== $$target"; mkdir -p .build-fuzz/corpus/$$target .build-fuzz/found; \
	  FUZZ_TARGET=$$target ASAN_OPTIONS=detect_leaks=0 .build-fuzz/release/fuzz -max_total_time=$(TIME) -timeout=20 \
	    -detect_leaks=0 -rss_limit_mb=2048 -max_len=$$length -print_final_stats=1 -artifact_prefix=.build-fuzz/found/$$target- \
	    .build-fuzz/corpus/$$target Tests/FuzzTests/Corpus/$$target > .build-fuzz/$$target.log 2>&1 \
	    || { tail -40 .build-fuzz/$$target.log; exit 1; }; \
	  grep -E 'number_of_executed_units|new_units_added' .build-fuzz/$$target.log; \
	done

test-threads: setup-tests ## the tests that drive the program, with a program that the thread sanitizer watches
	swift build -c release --product nanocap --sanitize=thread --scratch-path .build-tsan
	swift build --build-tests
	TESTED_PROGRAMS="$(CURDIR)/.build-tsan/release" TSAN_OPTIONS=exitcode=66 swift test --skip-build \
	  --filter "LifeCycle|LiveCapture|ImportCommand|QueryCommand|Configuration|FaultsOf|KillTests"

screenshots: setup-tests ## pictures of the console's pages, in DIR
	swift build --build-tests
	SCREENSHOTS="$(abspath $(or $(DIR),screenshots))" swift test --skip-build --filter ConsolePageTests/screenshots

bench-author: setup ## seconds from saving an edit of the description to the validation report; FILE=capture.pcap
	Benchmarks/author $(FILE)

bench-live: setup-tests ## a live capture at RATE packets a second while CLIENTS query (root)
	Benchmarks/live $(RATE) $(CLIENTS) $(FILE)

bench-console: setup ## what the console's pages take on a million messages; MESSAGES=100000 of a smaller database
	Benchmarks/console

bench-store: setup-tests ## what a store on a server takes, needs and answers; MESSAGES=1000000 in a smaller one
	Benchmarks/store

check-captures: setup-tests ## DIR=folder: import every capture there and compare it with its truth and with tshark, and validate the description
	@[ -n "$(DIR)" ] || { echo 'usage: make check-captures DIR=folder'; exit 1; }
	swift build --build-tests
	CAPTURES="$(abspath $(DIR))" swift test --skip-build --filter "TruthTests|WiresharkTests|ValidateTests"

check-current-dialect: PACKAGES += python3-venv
check-current-dialect: setup-tests ## what the store makes and asks, against ClickHouse of today: chdb-core of PyPI, 900 MB in .build-chdb
	[ -x .build-chdb/bin/python3 ] || python3 -m venv .build-chdb
	.build-chdb/bin/python3 -m pip install --quiet --disable-pip-version-check 'chdb-core>=26.9'
	swift build --build-tests
	CHDB_PYTHON="$(CURDIR)/.build-chdb/bin/python3" swift test --skip-build --filter CurrentDialectTests

lint: ## check the style
	swift format lint --strict --recursive --parallel $(wildcard $(SOURCES))

format: ## mend the style
	swift format --in-place --recursive --parallel $(wildcard $(SOURCES))

clean:
	rm -rf .build Examples/*/.build sample.db sample.db-wal sample.db-shm
