#!/usr/bin/env bash
# Installs what is missing for `build`, `run`, `test` or `check`. Each thing is looked for first: a second run takes a moment.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

goal=${1:-build}
case $goal in
build | run | test | check) ;;
*)
    echo "usage: scripts/setup.sh build|run|test|check" >&2
    exit 2
    ;;
esac

has() { command -v "$1" >/dev/null; }

# Is one of these programs there, in this version?
is_version() { # VERSION COMMAND…
    local version=$1 said
    shift
    said=$("$@" --version 2>/dev/null) || return 1
    # Not `0.2.13` in `0.2.130`.
    [[ " $said " =~ [^0-9.]"$version"[^0-9.] ]]
}

fail() {
    echo "$*" >&2
    exit 1
}

# Installs Debian packages, where that can be done; else says what is missing.
install_packages() {
    local as_root=()
    has apt-get || fail "Missing: $* (as Debian names them). Install them with your system's package manager and try again."
    if [ "$(id -u)" -ne 0 ]; then
        has sudo || fail "Missing: $*. Install them as root, with: apt-get install $*"
        echo "Installing $* with sudo, which may ask for your password."
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
    # The package starts a registry of its own on port 5000, at every start of the machine. Only the program is wanted.
    if [[ " $* " == *" docker-registry "* ]] && [ -d /run/systemd/system ]; then
        echo "Switching off the service that docker-registry's package has just started on port 5000."
        "${as_root[@]}" systemctl disable --quiet --now docker-registry || true
    fi
}

# cargo_tool NAME CRATE VERSION [OPTION…]
cargo_tool() {
    local name=$1 crate=$2 version=$3
    shift 3
    echo "Installing $crate $version, which takes some minutes."
    # Locked is what its authors tested; but a mirror of crates.io may lag behind that list.
    cargo install --quiet --root "$tools/$name-$version" --version "$version" --locked "$@" "$crate" ||
        cargo install --quiet --root "$tools/$name-$version" --version "$version" "$@" "$crate"
}

# --- Programs of the system, all at once: the programs that will do, and Debian's package.
missing=()
want() { # PACKAGE PROGRAM…
    local package=$1 program
    shift
    for program in "$@"; do
        if has "$program"; then return; fi
    done
    missing+=("$package")
}

want gcc cc
# The compiler alone cannot link: the C library's files are a package of their own, which gcc only recommends.
if has cc && ! echo 'int main(void) { return 0; }' | cc -x c - -o /dev/null 2>/dev/null || ! has cc; then
    missing+=(libc6-dev)
fi
if [ "$goal" != check ]; then
    # Binaryen's programs and Terser run on Node.js; npm brings them.
    want nodejs node
    is_version $binaryen_version wasm-opt && is_version $terser_version terser || want npm npm
fi
if [ "$goal" = run ] || [ "$goal" = test ]; then
    want docker-registry docker-registry
fi
if [ "$goal" = test ]; then
    [ -e "$axe" ] || want npm npm
    want skopeo skopeo
    want buildah buildah
    want apache2-utils htpasswd
    want chromium chromium chromium-browser google-chrome google-chrome-stable chrome
    want chromium-driver chromedriver
fi
[ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"

# --- Rust.
has cargo || fail "Missing: a Rust toolchain, 1.95 or newer. Install one with rustup (https://rustup.rs) and try again."

if [ "$goal" = check ]; then
    for component in rustfmt clippy; do
        cargo "${component/rust/}" --version >/dev/null 2>&1 || rustup component add "$component"
    done
    is_version $deny_version cargo-deny || cargo_tool cargo-deny cargo-deny $deny_version
    exit
fi

if ! has_std_source && ! has_debian_wasm; then
    # Where rustup can fetch nothing it may take long to say so.
    if ! { has rustup && timeout 60 rustup component add rust-src && has_std_source; }; then
        echo "rustup brings no source of the standard library here; Debian's compiler can build WebAssembly."
        # shellcheck disable=SC2086 # A list of words.
        install_packages $debian_packages
        has_debian_wasm ||
            fail "Missing: the standard library's source. Add it with rustup (rustup component add rust-src) and try again."
    fi
fi

is_version "$wasm_bindgen_version" wasm-bindgen || cargo_tool wasm-bindgen wasm-bindgen-cli "$wasm_bindgen_version"
is_version $trunk_version trunk || cargo_tool trunk trunk $trunk_version
# It does not say which version it is; its folder does.
[ -x "$tools/wasm_split_cli_support-$split_version/bin/wasm-split-cli" ] ||
    cargo_tool wasm_split_cli_support wasm_split_cli_support $split_version --features build-binary
is_version $binaryen_version wasm-opt ||
    npm install --silent --no-audit --no-fund --prefix "$tools/binaryen-$binaryen_version" "binaryen@$binaryen_version"
is_version $terser_version terser ||
    npm install --silent --no-audit --no-fund --prefix "$tools/terser-$terser_version" "terser@$terser_version"

if [ "$goal" = test ] && ! [ -e "$axe" ]; then
    npm install --silent --no-audit --no-fund --prefix "$tools/axe-core-$axe_version" "axe-core@$axe_version"
fi

# Any version runs our tests: the one on the PATH will do.
if [ "$goal" = test ] && ! cargo nextest --version >/dev/null 2>&1; then
    cargo_tool cargo-nextest cargo-nextest $nextest_version
fi
