#!/bin/sh
# Builds guest-in-assemblyscript.wasm. First: npm install --ignore-scripts
set -eu
cd "$(dirname "$0")"
npx --no-install asc guest.ts -O3 --runtime incremental --use abort= -o guest-in-assemblyscript.wasm
ls -l guest-in-assemblyscript.wasm
