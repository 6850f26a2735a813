//! Compresses the frontend that Trunk built, so that the server can carry it inside.
//!
//! Without a built frontend the server still builds; it then says at `/` how to get the page.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use brotli::enc::{BrotliEncoderParams, backward_references::BrotliEncoderMode};
use sha2::{Digest, Sha256};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let site = root.join("../target/site");
    println!("cargo::rerun-if-changed={}", site.display());
    println!("cargo::rerun-if-changed=src/db/migrations");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("set by cargo"));
    let mut files = files_in(&site);
    files.sort();
    let mut table = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&site).ok().and_then(|name| name.to_str()).expect("Trunk writes plain names");
        let bytes = fs::read(file).expect("the file was just listed");
        let kept = out.join("site").join(name);
        let with = |suffix: &str| PathBuf::from(format!("{}{suffix}", kept.display()));
        fs::create_dir_all(kept.parent().expect("it is in a folder")).expect("OUT_DIR is writable");
        write(&kept, &bytes);
        write(&with(".br"), &brotli(&bytes));
        write(&with(".gz"), &gzip(&bytes));
        let include = |suffix: &str| format!("include_bytes!({:?})", with(suffix).display().to_string());
        writeln!(
            table,
            "Asset {{ name: {name:?}, tag: {:?}, plain: {}, brotli: {}, gzip: {} }},",
            tag(&bytes),
            include(""),
            include(".br"),
            include(".gz")
        )
        .expect("writing to a string");
    }
    table.push(']');
    write(&out.join("assets.rs"), table.as_bytes());
}

/// All files in a folder, and in those in it; none where there is no such folder.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    paths.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

fn write(path: &Path, bytes: &[u8]) {
    fs::write(path, bytes).expect("OUT_DIR is writable");
}

/// The beginning of a file's digest, in hex: changes when the file does.
fn tag(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).fold(String::new(), |mut tag, byte| {
        write!(tag, "{byte:02x}").expect("writing to a string");
        tag
    })
}

/// In the usual way, and in that which brotli has for fonts, which makes less of WebAssembly: whatever is smaller.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    let in_mode = |mode, lgblock| {
        let params = BrotliEncoderParams { quality: 11, lgwin: 22, mode, lgblock, ..BrotliEncoderParams::default() };
        let mut compressed = Vec::new();
        brotli::BrotliCompress(&mut &*bytes, &mut compressed, &params).expect("writing to memory");
        compressed
    };
    let usual = in_mode(BrotliEncoderMode::BROTLI_MODE_GENERIC, 0);
    let other = in_mode(BrotliEncoderMode::BROTLI_MODE_FONT, 20);
    if other.len() < usual.len() { other } else { usual }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).expect("writing to memory");
    writer.finish().expect("writing to memory")
}
