#!/bin/sh
# Builds endpoint-in-wat.wasm. Debian: apt-get install wabt
set -eu
cd "$(dirname "$0")"
wat2wasm endpoint.wat -o endpoint-in-wat.wasm
ls -l endpoint-in-wat.wasm
