#!/bin/sh
# Builds hostile.wasm. Debian: apt-get install wabt
set -eu
cd "$(dirname "$0")"
wat2wasm hostile.wat -o hostile.wasm
ls -l hostile.wasm
