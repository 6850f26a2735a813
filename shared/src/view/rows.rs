//! How the rows come to be.

use std::collections::BTreeSet;

use super::{Absence, Absent, AttestationView, Row};
use crate::{
    check::Finding,
    descriptor::Descriptor,
    digest::Digest,
    document::{ImageConfig, ImageManifest, predicate_types},
    source::{MAX_DEPTH, ReadSource},
};

/// A single image as a list of one.
pub(crate) fn single(read: &ReadSource) -> Row {
    let config = read.root_image().and_then(|image| read.config(image));
    let platform = config.map(ImageConfig::platform);
    let complete = read.wanted_configs().all(|config| read.source.configs.contains_key(&config.digest));
    Row { platform, complete, ..row(read, 0, &read.source.root.descriptor(), read.root_image()) }
}

/// The entries of a list, each list in it followed by what is in that.
pub(super) fn of_list(read: &ReadSource) -> Vec<Row> {
    let mut rows = Rows { rows: Vec::new(), opened: BTreeSet::new() };
    rows.take(read, 0);
    rows.rows
}

/// Bytes of all distinct configs and layers of the images in these rows.
pub(super) fn download(read: &ReadSource, rows: &[Row]) -> u64 {
    let mut seen = BTreeSet::new();
    let images = rows.iter().filter_map(|row| read.child_image(&row.digest)).chain(read.root_image());
    images
        .flat_map(|image| std::iter::once(&image.config).chain(&image.layers))
        .filter(|blob| seen.insert(&blob.digest))
        .fold(0_u64, |total, blob| total.saturating_add(blob.size))
}

/// Gives each row its number, and what the checks say of it.
pub(super) fn mark(rows: &mut [Row], findings: &[Finding]) {
    let paths: Vec<_> = findings.iter().map(|finding| (finding.path(), finding)).collect();
    let mut at = Vec::new();
    for row in rows {
        at.truncate(row.depth);
        let own = std::iter::once(row.index).chain(row.attestations.iter().map(|attestation| attestation.index));
        let own: Vec<usize> = own.collect();
        let is_of_row =
            |path: &[usize]| path.split_last().is_some_and(|(last, above)| above == at && own.contains(last));
        row.findings =
            paths.iter().filter(|(path, _)| is_of_row(path)).map(|(_, finding)| (*finding).clone()).collect();
        at.push(row.index);
        row.number = super::number(&at);
    }
}

struct Rows {
    rows: Vec<Row>,
    /// Each list is opened once: a few that name each other many times would be endless.
    opened: BTreeSet<Digest>,
}

impl Rows {
    fn take(&mut self, read: &ReadSource, depth: usize) {
        for row in entries(read) {
            let digest = row.digest.clone();
            let place = self.rows.len();
            self.rows.push(Row { depth, ..row });
            let Some(inside) = read.inside(&digest).filter(|_| depth < MAX_DEPTH) else { continue };
            if self.opened.insert(digest) {
                self.take(&inside, depth + 1);
                self.rows[place].size_to_download = Some(download(&inside, &self.rows[place + 1..]));
            }
        }
    }
}

/// A list's own entries, attestations folded under their images.
pub(crate) fn entries(read: &ReadSource) -> Vec<Row> {
    let manifests = read.list().map(|list| list.manifests.as_slice()).unwrap_or_default();
    let images = (0..manifests.len()).filter(|index| read.attests(*index).is_none());
    let folded = read.attestations_of(images);
    let mut rows: Vec<Row> = manifests
        .iter()
        .enumerate()
        .filter(|(index, _)| !folded.contains(index))
        .map(|(index, child)| Row {
            orphan_attestation: read.attests(index).is_some(),
            ..row(read, index, child, read.child_image(&child.digest))
        })
        .collect();
    // An image that stands in the list twice has its attestations in its first row.
    let mut seen = BTreeSet::new();
    for row in rows.iter_mut().filter(|row| !row.orphan_attestation) {
        if !seen.insert(&manifests[row.index].digest) {
            continue;
        }
        let attestation = |index: usize| AttestationView {
            index,
            digest: manifests[index].digest.clone(),
            predicate_types: read.child_image(&manifests[index].digest).map(predicate_types).unwrap_or_default(),
            absent: read.absent(&manifests[index].digest).map(|(_, problem)| Absence::of(&problem)),
        };
        row.attestations = read.attestations_of([row.index]).into_iter().map(attestation).collect();
    }
    rows
}

fn row(read: &ReadSource, index: usize, descriptor: &Descriptor, image: Option<&ImageManifest>) -> Row {
    let config = image.and_then(|image| read.config(image)).cloned();
    let wanted = image.and_then(ImageManifest::wanted_config);
    let config_part = wanted.map(|config| read.source.configs.get(&config.digest));
    let child = read.source.children.get(&descriptor.digest);
    let absent = read.absent(&descriptor.digest).map(|(_, problem)| problem);
    let absent = absent.or_else(|| image.and_then(|image| read.config_absent(image)));
    let mut row = Row {
        index,
        number: String::new(),
        depth: 0,
        platform: descriptor.platform.clone(),
        size_to_download: image.map(|image| {
            let blobs = std::iter::once(&image.config).chain(&image.layers);
            blobs.fold(0_u64, |total, blob| total.saturating_add(blob.size))
        }),
        layers: image.iter().flat_map(|image| &image.layers).map(|l| (l.digest.clone(), l.size)).collect(),
        created: config.as_ref().and_then(|config| config.created.clone()),
        digest: descriptor.digest.clone(),
        media_type: descriptor.media_type.clone(),
        annotations: descriptor.annotations.clone().unwrap_or_default(),
        config,
        attestations: Vec::new(),
        orphan_attestation: false,
        artifact_type: image.and_then(ImageManifest::artifact_kind).map(str::to_owned),
        absent: absent.as_ref().map(Absent::of),
        findings: Vec::new(),
        complete: child.is_some_and(Result::is_err),
    };
    let is_config_there = row.is_list() || config_part.is_none_or(|config| config.is_some());
    row.complete |= child.is_some_and(Result::is_ok) && is_config_there;
    row
}
