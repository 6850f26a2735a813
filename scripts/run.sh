#!/usr/bin/env bash
# Starts a local registry filled with sample images, and Onetag beside it. Ctrl-C stops both.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/setup.sh run

listen=${ONETAG_LISTEN:-127.0.0.1:8080}
folder=$PWD/target/run
mkdir -p "$folder/registry"

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

if is_taken "${listen##*:}"; then
    echo "Port ${listen##*:} is in use. Choose another: ONETAG_LISTEN=127.0.0.1:8081 make run" >&2
    exit 1
fi
port=${REGISTRY_PORT:-5000}
while is_taken "$port"; do
    echo "Port $port is in use; trying $((port + 1)) for the registry."
    port=$((port + 1))
done

cat >"$folder/registry.yml" <<YML
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $folder/registry}, delete: {enabled: true}}
http: {addr: 127.0.0.1:$port}
YML

pids=()
stop() {
    trap - EXIT INT TERM
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
}
trap stop EXIT
trap 'stop; exit 0' INT TERM

OTEL_TRACES_EXPORTER=none docker-registry serve "$folder/registry.yml" >"$folder/registry.log" 2>&1 &
pids+=($!)
tries=0
until is_taken "$port"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 100 ] || ! kill -0 "${pids[0]}" 2>/dev/null; then
        echo "The registry did not start; see $folder/registry.log" >&2
        exit 1
    fi
    sleep 0.1
done

cargo run --quiet --release -p onetag-tests --no-default-features --bin samples -- --registry "http://127.0.0.1:$port"

host=localhost:$port
ONETAG_LISTEN=$listen ONETAG_DATA_DIR=${ONETAG_DATA_DIR:-$folder/data} \
    ONETAG_SAMPLES=$host/demo/app:v1-amd64,$host/demo/app:v1-arm64,$host/demo/app:v1-armv7,$host/demo/app:v1-ppc64le,$host/demo/app:v1-s390x \
    "${CARGO_TARGET_DIR:-target}/release/onetag" serve &
pids+=($!)
echo "The sample registry is at $host. Ctrl-C stops both."
wait "${pids[1]}"
