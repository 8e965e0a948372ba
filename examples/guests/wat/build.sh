#!/bin/sh
# Builds guest-in-wat.wasm. Debian: apt-get install wabt
set -eu
cd "$(dirname "$0")"
wat2wasm guest.wat -o guest-in-wat.wasm
ls -l guest-in-wat.wasm
