#!/usr/bin/env bash
# Runs a command that compiles for WebAssembly, such as `scripts/wasm.sh trunk build`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

# A folder of its own: native builds may have another compiler, and two that share a folder undo each other's work.
export CARGO_TARGET_DIR=$PWD/target/wasm

# Leptos then makes one type of all views: a fraction of the code, and of the time to compile it.
export RUSTFLAGS="--cfg=erase_components"
if [ "${1:-}" = trunk ]; then
    # What people download says neither where it panicked nor what its values look like to a programmer: a tenth of it.
    # Both switches are unstable, and only leave something out. Hashing is half as fast and a fifth of the code: documents
    # are small.
    export RUSTC_BOOTSTRAP=1 RUSTFLAGS="$RUSTFLAGS -Zlocation-detail=none -Zfmt-debug=none --cfg=sha2_backend_soft=\"compact\""
    export CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size
fi

if ! has_wasm_target; then
    # Cargo builds the standard library with the rest, which is an unstable feature; and only a source of the compiler's
    # own version will do, so that both are Debian's. For this one command alone: native builds stay on stable Rust.
    export PATH="$tools_path:/usr/bin:$debian_linker:$PATH"
    export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort
    # By its whole path: another version may be on the PATH.
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$debian_linker/wasm-ld
fi
exec "$@"
