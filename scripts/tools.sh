# Sourced, from the project's folder: which build tools there are, in which versions, and the PATH they are found on.
#
# What setup.sh installs lies in a folder that is this project's alone, one folder for each version, so that nothing of the
# user's own is replaced, and a change of version here installs the new one.

tools=${ONETAG_TOOLS:-$HOME/.cache/onetag/tools}

# The tool has to be of the very version of the library.
wasm_bindgen_version=$(sed -n '/^name = "wasm-bindgen"$/ { n; s/^version = "\(.*\)"$/\1/p; }' Cargo.lock)
# 0.22 wants a newer compiler than Debian's.
trunk_version=0.21.14
# Fits the library `wasm_split_helpers` in Cargo.lock.
split_version=0.2.4
binaryen_version=132
terser_version=5.51.4
nextest_version=0.9.143
axe_version=4.14.1
deny_version=0.20.2

tools_path=$tools/wasm-bindgen-$wasm_bindgen_version/bin:$tools/trunk-$trunk_version/bin
tools_path=$tools_path:$tools/wasm_split_cli_support-$split_version/bin
tools_path=$tools_path:$tools/binaryen-$binaryen_version/node_modules/.bin
tools_path=$tools_path:$tools/terser-$terser_version/node_modules/.bin
tools_path=$tools_path:$tools/cargo-nextest-$nextest_version/bin:$tools/cargo-deny-$deny_version/bin
# No program: tests run it in the page, to find what keeps people from using it.
axe=$tools/axe-core-$axe_version/node_modules/axe-core/axe.min.js
# Debian keeps docker-registry's and htpasswd's like in /usr/sbin at times, which is not on everybody's PATH.
export PATH="$tools_path:$PATH:/usr/sbin"

# The version of the linker belongs to that of Debian's compiler, which brings its source where rustup can't.
debian_packages="rustc-web cargo-web rust-web-src lld-22"
debian_linker=/usr/lib/llvm-22/bin

# Is there the source of the standard library of the compiler on the PATH? For WebAssembly that is built anew.
has_std_source() { [ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library/std" ]; }

# Is there Debian's compiler, with the source of its standard library?
has_debian_wasm() {
    [ -x /usr/bin/cargo ] && [ -x /usr/bin/rustc ] && [ -x $debian_linker/wasm-ld ] &&
        [ -d /usr/lib/rustlib/src/rust/library/std ]
}
