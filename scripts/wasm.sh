#!/usr/bin/env bash
# Runs a command that compiles for WebAssembly, such as `scripts/wasm.sh trunk build`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

# A folder of its own: native builds may have another compiler, and two that share a folder undo each other's work.
export CARGO_TARGET_DIR=$PWD/target/wasm

# Cargo builds the standard library with the rest, so that what people download is made for its size throughout. That is
# an unstable feature, like the switches below: for this one command alone, native builds stay on stable Rust.
export RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort

# Leptos then makes one type of all views: a fraction of the code, and of the time to compile it.
export RUSTFLAGS="--cfg=erase_components"
if [[ "$*" == "trunk build"*" --release"* ]]; then
    # What people download stops where it would panic, without words, and knows no values as a programmer sees them: all of
    # that is a fifth of it. Hashing is half as fast and a fifth of the code: documents are small.
    RUSTFLAGS+=" -Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none"
    RUSTFLAGS+=" --cfg=sha2_backend_soft=\"compact\""
    export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
fi

if ! has_std_source; then
    # Only a source of the compiler's own version will do, so that both are Debian's.
    export PATH="$tools_path:/usr/bin:$debian_linker:$PATH" RUSTC=/usr/bin/rustc
    # By its whole path: another version may be on the PATH.
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$debian_linker/wasm-ld
fi
exec "$@"
