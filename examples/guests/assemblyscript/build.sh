#!/bin/sh
# Builds guest-in-assemblyscript.wasm. First: npm install --ignore-scripts; or have asc on the path.
set -eu
cd "$(dirname "$0")"
PATH=$PWD/node_modules/.bin:$PATH asc guest.ts -O3 --runtime incremental --use abort= -o guest-in-assemblyscript.wasm
ls -l guest-in-assemblyscript.wasm
