# A front door: every target is one script of tools/ (bench: of bench/) and works from nothing.

.DEFAULT_GOAL := help
.PHONY: help run test build wheel bench demo fmt tidy fuzz soak clean

help:   ## this text
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' Makefile

run:    ## build and start the server; ARGS="--port 4000" passes arguments on
	@tools/setup run
	@tools/build release winnowd
	@exec build/release/bin/winnowd $(ARGS)

build:  ## the programs, optimised, in build/release/bin
	@tools/setup run
	@tools/build release

wheel:  ## the Python package, into dist/
	@tools/setup wheel
	@tools/wheel

test:   ## everything that CI runs; ONLY=golden runs one step, see tools/test --help
	@tools/setup test
	@tools/test $(addprefix --only ,$(ONLY))

bench:  ## speed and memory beside Redis and an echo server
	@tools/setup bench
	@bench/run $(ARGS)

demo:   ## all of nycflights13 (flights, airports, planes, weather), loaded and queried with the shell
	@tools/setup demo
	@tools/build release winnowd winnow
	@tools/demo $(ARGS)

fmt:    ## format the code
	@tools/setup test
	@tools/fmt

tidy:   ## layers, sizes, names, leftovers; and the format
	@tools/setup test
	@tools/tidy.py
	@tools/fmt --check

fuzz:   ## every fuzzer for SECONDS (600)
	@tools/setup test
	@tools/fuzz --seconds $(or $(SECONDS),600)

soak:   ## races and simulation again and again for SECONDS (3600)
	@tools/setup test
	@tools/soak $(or $(SECONDS),3600)

clean:  ## remove all builds; .venv, node_modules and data stay
	@rm -rf build
