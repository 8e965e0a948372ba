#!/bin/sh
# Builds calls.wasm. Debian: apt-get install wabt
set -eu
cd "$(dirname "$0")"
wat2wasm calls.wat -o calls.wasm
ls -l calls.wasm
