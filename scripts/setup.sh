#!/usr/bin/env bash
# Installs what is missing for `build`, `run` or `test`; each thing is looked for first, so a second run takes a moment.
set -euo pipefail

goal=${1:-build}

# The program to look for, and Debian's package that brings it.
wanted=("cc gcc")
case $goal in
build) ;;
run) wanted+=("docker-registry docker-registry") ;;
test) wanted+=("docker-registry docker-registry" "skopeo skopeo" "buildah buildah" "htpasswd apache2-utils") ;;
*)
    echo "usage: scripts/setup.sh build|run|test" >&2
    exit 2
    ;;
esac

missing=()
for pair in "${wanted[@]}"; do
    read -r program package <<<"$pair"
    command -v "$program" >/dev/null || [ -x "/usr/sbin/$program" ] || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null; then
        echo "Missing: ${missing[*]} (as Debian names them). Install them with your system's package manager and try again." >&2
        exit 1
    fi
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        echo "Installing ${missing[*]} with sudo, which may ask for your password."
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

if ! command -v cargo >/dev/null; then
    echo "Missing: a Rust toolchain, 1.95 or newer. Install one with rustup and try again." >&2
    exit 1
fi

if [ "$goal" = test ] && ! cargo nextest --version >/dev/null 2>&1; then
    cargo install cargo-nextest --locked
fi
