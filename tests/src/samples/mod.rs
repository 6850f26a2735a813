//! Sample images, made here byte for byte: small, valid, and each with a real program of its machine in it.

mod about;
mod attested;
mod elf;
mod image;
mod large;
mod layer;
mod pe;
mod program;
mod statements;
mod upload;

use onetag_shared::{media_type::OCI_INDEX, platform::Platform};
use serde_json::{Value, json};

pub use about::{about, fallback_tag, with_foreign_layer};
pub use attested::{attested_list, list_of};
pub use image::{Content, Family, Image};
pub use large::large_image;
pub use program::Machine;
pub use statements::{Statement, statement};
pub use upload::{Destination, UploadError, Uploaded};

use layer::{File, Layer, filler};

/// When all samples were made: a fixed time, so that their digests never change.
const CREATED: &str = "2026-10-05T09:30:00Z";
const CREATED_UNIX: u64 = 1_791_192_600;

/// The names of the single-platform samples: `demo/app-NAME:v1`, and `demo/app:v1-NAME`.
pub const NAMES: [&str; 9] =
    ["amd64", "arm64", "armv7", "armv6", "ppc64le", "s390x", "386", "riscv64", "windows-amd64"];

/// Something to put at a tag, with all that it needs.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Repository, without the registry.
    pub repository: String,
    /// Tag.
    pub tag: String,
    /// Of a single-platform image: what its config says.
    pub platform: Option<Platform>,
    /// Configs and layers.
    pub blobs: Vec<Content>,
    /// Of a list: its manifests.
    pub children: Vec<Content>,
    /// What the tag points to.
    pub root: Content,
}

impl Sample {
    /// An image at a tag.
    pub fn image(repository: impl Into<String>, tag: impl Into<String>, image: Image) -> Self {
        Self {
            repository: repository.into(),
            tag: tag.into(),
            platform: Some(image.platform),
            blobs: image.blobs,
            children: Vec::new(),
            root: image.manifest,
        }
    }
}

/// Every sample.
pub fn all() -> Vec<Sample> {
    let mut samples: Vec<Sample> =
        NAMES.map(|name| Sample::image(format!("demo/app-{name}"), "v1", image(name))).into();
    samples.extend(NAMES.map(|name| Sample::image("demo/app", format!("v1-{name}"), image(name))));
    samples.extend(
        ["amd64", "arm64"].map(|name| Sample::image(format!("demo/docker-app-{name}"), "v1", docker_image(name))),
    );
    samples.push(attested::list("demo/attested", "v1", &["amd64", "arm64"].map(image)));
    samples.push(attested::artifact("demo/artifact", "v1"));
    samples.push(mislabelled("demo/mislabelled", "v1"));
    samples.push(unclear("demo/unclear", "v1"));
    samples
}

/// The image with one of the [`NAMES`], with OCI media types.
///
/// # Panics
/// For any other name.
pub fn image(name: &str) -> Image {
    build(Family::Oci, name)
}

/// The same image with Docker's media types.
///
/// # Panics
/// For a name that is not one of the [`NAMES`].
pub fn docker_image(name: &str) -> Image {
    build(Family::Docker, name)
}

/// A list with a mistake that is often made: the image for arm64 was built around the program for amd64.
fn mislabelled(repository: &str, tag: &str) -> Sample {
    let platform = Platform::new("linux", "arm64").with_variant("v8");
    let layers = [linux_base(), program_layer(Machine::Amd64)];
    let wrong = Image::new(Family::Oci, platform, "/usr/local/bin/app", &layers);
    list(repository, tag, &[image("amd64"), wrong])
}

/// A list that says too little: which version of arm its third image is for. It says where it comes from.
fn unclear(repository: &str, tag: &str) -> Sample {
    let mut sample = list(repository, tag, &["amd64", "arm64", "armv7"].map(image));
    let mut document: Value = serde_json::from_slice(&sample.root.bytes).unwrap_or_default();
    document["manifests"][2]["platform"] = json!({ "os": "linux", "architecture": "arm" });
    document["annotations"] = json!({
        "org.opencontainers.image.source": "https://example.com/demo/unclear",
        "org.opencontainers.image.version": "1.0",
    });
    sample.root = Content::json(OCI_INDEX, &document);
    sample
}

/// A list of images, each with the platform of its config.
fn list(repository: &str, tag: &str, images: &[Image]) -> Sample {
    let entries: Vec<Value> = images.iter().map(Image::entry).collect();
    let root = json!({ "schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries });
    Sample {
        repository: repository.to_owned(),
        tag: tag.to_owned(),
        platform: None,
        blobs: images.iter().flat_map(|image| image.blobs.iter().cloned()).collect(),
        children: images.iter().map(|image| image.manifest.clone()).collect(),
        root: Content::json(OCI_INDEX, &root),
    }
}

/// An image whose program is a script, run by a program in the layer below.
pub fn scripted() -> Image {
    let script = File { path: "srv/run", mode: 0o755, content: "#!/usr/bin/env -S tool --quiet\n".into() };
    let tool = File { path: "usr/local/bin/tool", mode: 0o755, content: program::linux(Machine::S390x) };
    let layers = [Layer::new("COPY tool", &[tool]), Layer::new("COPY run", &[script])];
    Image::new(Family::Oci, Platform::new("linux", "s390x"), "/srv/run", &layers)
}

/// A list of as many small images, each for a platform of its own and with an annotation.
pub fn long_list(repository: &str, tag: &str, count: usize) -> Sample {
    const PROCESSORS: [&str; 5] = ["amd64", "arm64", "s390x", "ppc64le", "riscv64"];
    let platform = |number: usize| {
        let processor = PROCESSORS[number % PROCESSORS.len()];
        Platform::new("linux", processor).with_os_version(format!("6.{}", number / PROCESSORS.len()))
    };
    let images: Vec<Image> = (0..count).map(|number| image_of(platform(number))).collect();
    let mut sample = list(repository, tag, &images);
    let mut document: Value = serde_json::from_slice(&sample.root.bytes).unwrap_or_default();
    for (number, entry) in document["manifests"].as_array_mut().into_iter().flatten().enumerate() {
        entry["annotations"] = json!({ "org.example.build": format!("nightly-{number}") });
    }
    sample.root = Content::json(OCI_INDEX, &document);
    sample
}

/// A small image of any platform: what is in its only layer is the same for all, and no program.
pub fn image_of(platform: Platform) -> Image {
    let note = File { path: "etc/os-release", mode: 0o644, content: OS_RELEASE.into() };
    Image::new(Family::Oci, platform, "/none", &[Layer::new("COPY os-release /etc/os-release", &[note])])
}

fn build(family: Family, name: &str) -> Image {
    let linux = |architecture: &str, variant: Option<&str>, machine, data_kib| {
        let platform = Platform {
            os: "linux".to_owned(),
            architecture: architecture.to_owned(),
            variant: variant.map(str::to_owned),
            ..Platform::default()
        };
        let layers = [linux_base(), program_layer(machine), data_layer(name, data_kib)];
        // Three images do without the data layer: not all images have the same number.
        let layers = if data_kib == 0 { &layers[..2] } else { &layers[..] };
        Image::new(family, platform, "/usr/local/bin/app", layers)
    };
    match name {
        "amd64" => linux("amd64", None, Machine::Amd64, 96),
        "arm64" => linux("arm64", Some("v8"), Machine::Arm64, 88),
        "armv7" => linux("arm", Some("v7"), Machine::ArmHard, 64),
        "armv6" => linux("arm", Some("v6"), Machine::ArmSoft, 0),
        "ppc64le" => linux("ppc64le", None, Machine::Ppc64le, 104),
        "s390x" => linux("s390x", None, Machine::S390x, 0),
        "386" => linux("386", None, Machine::I386, 72),
        "riscv64" => linux("riscv64", None, Machine::Riscv64, 0),
        "windows-amd64" => windows(family),
        _ => panic!("there is no sample called {name}"),
    }
}

const OS_RELEASE: &str = "ID=onetag-sample\nNAME=\"Onetag sample\"\nVERSION_ID=1\n";

/// The layer that all Linux samples share.
fn linux_base() -> Layer {
    Layer::new(
        "COPY base / # the layer that all samples share",
        &[
            File { path: "etc/os-release", mode: 0o644, content: OS_RELEASE.into() },
            File { path: "usr/share/base.bin", mode: 0o644, content: filler(1, 160 << 10) },
        ],
    )
}

fn program_layer(machine: Machine) -> Layer {
    Layer::new(
        "COPY app /usr/local/bin/app",
        &[File { path: "usr/local/bin/app", mode: 0o755, content: program::linux(machine) }],
    )
}

fn data_layer(name: &str, kib: usize) -> Layer {
    let seed = name.bytes().fold(7, |seed, byte| seed * 31 + u64::from(byte));
    Layer::new(
        "COPY data /usr/local/share/app/data.bin",
        &[File { path: "usr/local/share/app/data.bin", mode: 0o644, content: filler(seed, kib << 10) }],
    )
}

fn windows(family: Family) -> Image {
    let platform = Platform {
        os: "windows".to_owned(),
        architecture: "amd64".to_owned(),
        os_version: Some("10.0.20348.2582".to_owned()),
        ..Platform::default()
    };
    let base = Layer::new(
        "Apply image 10.0.20348.2582",
        &[File { path: "Files/License.txt", mode: 0o644, content: "A sample: there is no Windows in it.\r\n".into() }],
    );
    let app = Layer::new(
        "COPY app.exe C:\\app\\app.exe",
        &[
            File { path: "Files/app/app.exe", mode: 0o755, content: program::windows() },
            File { path: "Files/app/data.bin", mode: 0o644, content: filler(9, 120 << 10) },
        ],
    );
    Image::new(family, platform, "C:\\app\\app.exe", &[base, app])
}
