//! Keeps in the linked file what is needed to cut it into parts (`scripts/pack.sh`).

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        // Which function refers to which, and to which data.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
