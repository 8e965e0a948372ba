#!/bin/sh
# Builds ../reactor.wasm. With rustup: rustup target add wasm32-unknown-unknown. Debian, without a network:
# apt-get install rustc-web cargo-web rust-web-src lld-19
set -eu
cd "$(dirname "$0")"
source=/usr/lib/rustlib/src/rust/library
if [ -d "$source/vendor" ]; then
  # Debian has the sources of the standard library instead of a compiled one for wasm.
  export RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=/usr/bin/wasm-ld-19
  /usr/bin/cargo --config 'source.crates-io.replace-with="debian"' --config "source.debian.directory=\"$source/vendor\"" \
    build --offline --release --target wasm32-unknown-unknown -Zbuild-std=std,panic_abort
else
  cargo build --release --target wasm32-unknown-unknown
fi
cp target/wasm32-unknown-unknown/release/reactor.wasm ../reactor.wasm
ls -l ../reactor.wasm
