#!/bin/sh
# Builds guest-in-c.wasm. Debian: apt-get install clang-19 lld-19 wasi-libc libclang-rt-14-dev-wasm32
set -eu
cd "$(dirname "$0")"
CC=${CC:-clang-19}
# clang 19 does not find the compiler runtime of Debian's older package by itself.
BUILTINS=${BUILTINS:-/usr/lib/llvm-14/lib/clang/14.0.6/lib/wasi/libclang_rt.builtins-wasm32.a}
"$CC" --target=wasm32-wasi -std=c11 -O2 -Wall -Wextra -Werror -mexec-model=reactor -nodefaultlibs -Wl,--strip-all \
  -o guest-in-c.wasm guest.c -lc "$BUILTINS"
ls -l guest-in-c.wasm
