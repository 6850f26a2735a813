//! The storage of a registry with every sample in it: filled once, and copied for each test.
//!
//! Sending the samples takes some four hundred requests. What comes of it are plain files, the same whatever a registry
//! asks of its clients.

use std::{fs, io, path::Path};

use onetag_shared::digest::Digest;

use super::registry::{Auth, Registry};
use crate::samples::{self, Sample};

/// Puts the storage where a registry will look for it.
///
/// # Panics
/// When the samples cannot be stored, or the target folder cannot be written.
pub(super) async fn copy_to(storage: &Path) {
    let samples = samples::all();
    let folder = super::target_folder().join("tmp");
    // Its name tells what is in it: other samples are another folder.
    let filled = folder.join(format!("samples-{}", Digest::of(listing(&samples).as_bytes()).encoded()));
    if !filled.is_dir() {
        fs::create_dir_all(&folder).expect("the target folder can be written");
        fill(&folder, &filled, &samples).await;
    }
    copy(&filled, storage).expect("the temporary folder can be written");
}

/// What is at which tag.
fn listing(samples: &[Sample]) -> String {
    let line = |sample: &Sample| format!("{}:{}@{}", sample.repository, sample.tag, sample.root.digest);
    samples.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Tests run at the same time. Each that finds nothing fills a storage of its own, and the first puts theirs there, whole.
async fn fill(folder: &Path, filled: &Path, samples: &[Sample]) {
    let own = tempfile::tempdir_in(folder).expect("the target folder can be written");
    let storage = own.path().join("storage");
    let registry = Registry::start_on(&storage, Auth::None).await;
    for sample in samples {
        registry.put(sample).await;
    }
    registry.kill().await;
    if let Err(error) = fs::rename(&storage, filled) {
        assert!(filled.is_dir(), "the filled storage cannot be kept: {error}");
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
