#!/usr/bin/env bash
# Makes of what Trunk built what a browser fetches: the application is cut into the parts that `frontend/src/pages/parts.rs`
# names, and the style sheets become one. Trunk calls this when it is done, and says by variables where its files are.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/tools.sh

name=onetag-frontend
case $TRUNK_PROFILE in
release) profile=wasm-release ;;
*) profile=debug ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
parts=$work/parts
mkdir "$work/cut" "$work/bound" "$parts"

# Runs quietly: its warnings are about names in the file that are not needed.
quietly() {
    "$@" 2>"$work/said" || {
        cat "$work/said" >&2
        exit 1
    }
}

# --- Style sheets: one that all pages need, which is all that the page of an image needs at first, and one for all others. In
# their order; Trunk may write attributes in quotes or without, each element in a line or all in one.
page=$TRUNK_STAGING_DIR/index.html
later=" browse diff editor gathers layers panels push registries start tag "
mapfile -t sheets < <(grep -oE '<link [^>]*rel="?stylesheet[^>]*>' "$page" | grep -oE '/[a-z]+-[0-9a-f]+\.css')
for sheet in "${sheets[@]}"; do
    name_of=${sheet#/}
    case $later in
    *" ${name_of%-*} "*) kind=later ;;
    *) kind=style ;;
    esac
    cat "$TRUNK_STAGING_DIR$sheet" >>"$work/$kind.css"
    rm "$TRUNK_STAGING_DIR$sheet"
done
# Puts a style sheet among the files, under a name with its hash, and says the name.
place() {
    local hashed
    hashed=$1-$(sha256sum "$work/$1.css" | cut -c 1-16).css
    mv "$work/$1.css" "$TRUNK_STAGING_DIR/$hashed"
    chmod 644 "$TRUNK_STAGING_DIR/$hashed"
    echo "/$hashed"
}
style=$(place style)
later_style=$(place later)
links="<link rel=\"stylesheet\" href=\"$style\"><link rel=\"stylesheet\" href=\"$later_style\">"
sed -E -i "0,/<link [^>]*rel=\"?stylesheet[^>]*>/s##$links#" "$page"
sed -E -i "s#<link [^>]*integrity[^>]*rel=\"?stylesheet[^>]*>##g" "$page"

# --- The application.
quietly wasm-split-cli --target web --out-name $name \
    "${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/$profile/$name.wasm" "$work/cut"
# The parts find each other by exports that would else be dropped.
quietly wasm-bindgen --target web --no-typescript --keep-lld-exports --no-demangle --out-name $name \
    --out-dir "$work/bound" "$work/cut/$name.wasm"
rm "$work/cut/$name.wasm"
mv "$work"/cut/* "$work/bound"
# What the compiler uses, and what the cutting does.
features=$(printf -- '--enable-%s ' bulk-memory nontrapping-float-to-int sign-ext reference-types multivalue \
    mutable-globals call-indirect-overlong bulk-memory-opt)
# shellcheck disable=SC2086 # A list of words.
node scripts/join.mjs "$work/bound" "$parts" $name "$later_style" $features
if [ $profile = wasm-release ]; then
    # To take the control flow apart and build it anew makes it simpler than the compiler left it: a hundredth of what is
    # downloaded.
    # shellcheck disable=SC2086 # A list of words.
    printf '%s\0' "$parts"/*.wasm | quietly xargs -0 -P 2 -I FILE \
        wasm-opt -Oz --flatten --rereloop -Oz -Oz $features --strip-debug --strip-producers FILE -o FILE
    for script in "$parts"/*.js; do
        terser "$script" --module --compress passes=2 --mangle --output "$script"
    done
fi

# One folder with a hash of all in its name: the parts of two builds don't fit together.
folder=app-$(cat "$parts"/* | sha256sum | cut -c 1-16)
rm "$TRUNK_STAGING_DIR/$name"-*
mv "$parts" "$TRUNK_STAGING_DIR/$folder"
chmod 755 "$TRUNK_STAGING_DIR/$folder"
sed -E -i "s#/$name-[0-9a-f]+(_bg\.wasm|\.js)#/$folder/$name\1#g; s#/FOLDER/#/$folder/#g" "$page"

