//! The sample images are what they say they are.

use std::{collections::BTreeSet, io::Read as _};

use object::{Architecture, Endianness, FileFlags, Object as _, elf};
use onetag_shared::digest::Digest;
use onetag_tests::{
    Auth, Clients, Registry,
    samples::{self, Content, Image, Sample, Uploaded},
};
use serde_json::Value;

fn json(content: &Content) -> Value {
    serde_json::from_slice(&content.bytes).expect("JSON")
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    flate2::read::GzDecoder::new(bytes).read_to_end(&mut tar).expect("gzip");
    tar
}

fn file(image: &Image, path: &str) -> Option<Vec<u8>> {
    image.blobs[1..].iter().find_map(|layer| {
        let tar = gunzip(&layer.bytes);
        let mut archive = tar::Archive::new(&tar[..]);
        let mut entry = archive
            .entries()
            .expect("tar")
            .map(|entry| entry.expect("tar"))
            .find(|entry| entry.path().is_ok_and(|found| found.to_str() == Some(path)))?;
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("tar");
        Some(content)
    })
}

fn all_images() -> Vec<Image> {
    samples::NAMES.map(samples::image).into_iter().chain(["amd64", "arm64"].map(samples::docker_image)).collect()
}

#[test]
fn every_descriptor_tells_the_truth() {
    for image in all_images() {
        let manifest = json(&image.manifest);
        let descriptors: Vec<&Value> =
            std::iter::once(&manifest["config"]).chain(manifest["layers"].as_array().expect("layers")).collect();
        assert_eq!(descriptors.len(), image.blobs.len());
        for (descriptor, blob) in descriptors.into_iter().zip(&image.blobs) {
            assert_eq!(descriptor["mediaType"], blob.media_type);
            assert_eq!(descriptor["digest"], Digest::of(&blob.bytes).to_string());
            assert_eq!(descriptor["size"], blob.bytes.len());
        }
    }
}

#[test]
fn every_config_names_its_platform_and_the_layers_inside_the_gzip() {
    for image in all_images() {
        let config = json(&image.blobs[0]);
        let told = |key: &str| config.get(key).and_then(Value::as_str);
        assert_eq!(told("os"), Some(image.platform.os.as_str()));
        assert_eq!(told("architecture"), Some(image.platform.architecture.as_str()));
        assert_eq!(told("variant"), image.platform.variant.as_deref());
        assert_eq!(told("os.version"), image.platform.os_version.as_deref());
        let inside: Vec<String> =
            image.blobs[1..].iter().map(|layer| Digest::of(&gunzip(&layer.bytes)).to_string()).collect();
        assert_eq!(config["rootfs"]["diff_ids"], Value::from(inside.clone()));
        assert_eq!(config["history"].as_array().map(Vec::len), Some(inside.len()));
    }
}

#[test]
fn every_program_is_one_of_its_machine() {
    let expected = [
        ("amd64", Architecture::X86_64, Endianness::Little, 0),
        ("arm64", Architecture::Aarch64, Endianness::Little, 0),
        ("armv7", Architecture::Arm, Endianness::Little, elf::EF_ARM_EABI_VER5.0 | elf::EF_ARM_ABI_FLOAT_HARD),
        ("armv6", Architecture::Arm, Endianness::Little, elf::EF_ARM_EABI_VER5.0 | elf::EF_ARM_ABI_FLOAT_SOFT),
        ("ppc64le", Architecture::PowerPc64, Endianness::Little, 2),
        ("s390x", Architecture::S390x, Endianness::Big, 0),
        ("386", Architecture::I386, Endianness::Little, 0),
        ("riscv64", Architecture::Riscv64, Endianness::Little, (elf::EF_RISCV_RVC | elf::EF_RISCV_FLOAT_ABI_DOUBLE).0),
    ];
    for (name, architecture, endianness, flags) in expected {
        let image = samples::image(name);
        let entrypoint = json(&image.blobs[0])["config"]["Entrypoint"][0].as_str().expect("an entrypoint").to_owned();
        let program = file(&image, entrypoint.trim_start_matches('/')).expect("the program is in a layer");
        let program = object::File::parse(&program[..]).expect("an executable");
        assert_eq!(program.architecture(), architecture, "{name}");
        assert_eq!(program.endianness(), endianness, "{name}");
        assert_eq!(program.is_64(), !matches!(name, "armv7" | "armv6" | "386"), "{name}");
        let FileFlags::Elf { e_flags, .. } = program.flags() else { panic!("{name} is not ELF") };
        assert_eq!(e_flags.0, flags, "{name}");
    }

    let windows = samples::image("windows-amd64");
    assert_eq!(json(&windows.blobs[0])["config"]["Entrypoint"][0], "C:\\app\\app.exe");
    let program = file(&windows, "Files/app/app.exe").expect("the program is in a layer");
    let program = object::File::parse(&program[..]).expect("an executable");
    assert_eq!((program.format(), program.architecture()), (object::BinaryFormat::Pe, Architecture::X86_64));
}

#[cfg(target_arch = "x86_64")]
#[test]
fn the_program_for_this_machine_runs() {
    use std::os::unix::fs::PermissionsExt as _;

    for name in ["amd64", "386"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("app");
        std::fs::write(&path, file(&samples::image(name), "usr/local/bin/app").expect("a program")).expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("executable");
        assert!(std::process::Command::new(&path).status().expect("it runs").success(), "{name}");
    }
}

#[test]
fn linux_samples_share_their_lowest_layer_and_nothing_else_with_all() {
    let layers = |name| samples::image(name).blobs[1..].iter().map(|l| l.digest.clone()).collect::<BTreeSet<_>>();
    let linux = samples::NAMES.iter().filter(|name| !name.starts_with("windows"));
    let shared = linux.map(|name| layers(name)).reduce(|all, one| &all & &one).expect("there are samples");
    assert_eq!(shared, BTreeSet::from([samples::image("amd64").blobs[1].digest.clone()]));
}

/// The bytes are the same on every machine and at any time: this list changes only when the samples are changed.
#[test]
fn digests_never_change() {
    let digests: Vec<String> = samples::all()
        .iter()
        .filter(|sample| sample.tag == "v1")
        .map(|Sample { repository, root, .. }| format!("{repository} {}", root.digest.short()))
        .collect();
    assert_eq!(digests, include_str!("samples.digests.txt").lines().collect::<Vec<_>>());
}

#[tokio::test]
async fn filling_a_registry_twice_changes_nothing() {
    let registry = Registry::with_samples(Auth::None).await;
    for sample in samples::all() {
        let destination = registry.destination(&sample.repository);
        assert_eq!(destination.put(&sample).await.expect("the registry is there"), Uploaded::Present);
    }
    let expected: BTreeSet<String> = samples::NAMES.map(|name| format!("v1-{name}")).into();
    assert_eq!(registry.tags("demo/app").await.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[tokio::test]
async fn skopeo_reads_every_sample() {
    let registry = Registry::with_samples(Auth::None).await;
    let clients = Clients::new(&[&registry]);
    for name in samples::NAMES {
        let source = format!("docker://{}", registry.reference(&format!("demo/app-{name}:v1")));
        let platform = samples::image(name).platform;
        let config = clients.skopeo(&["inspect", "--tls-verify=false", "--config", &source]).await.json();
        assert_eq!(config["architecture"], platform.architecture);
        assert_eq!(config["os"], platform.os);
        let layout = format!("dir:{}", clients.folder().join(name).display());
        clients.skopeo(&["copy", "--src-tls-verify=false", &source, &layout]).await.stdout();
    }
}
