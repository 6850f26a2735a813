//! What attestations say: their layers, read and bounded.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt as _, stream};
use onetag_shared::{
    api::{AttestationLayer, Attestations, Problem, ProblemCode},
    descriptor::Descriptor,
    digest::Digest,
    document::{Document, DocumentError, MAX_DOCUMENT_BYTES},
    reference::Reference,
    statement::{MAX_BYTES, Statement, StatementError, is_readable},
};
use tokio::{sync::mpsc, time::timeout};

use super::Inspector;

/// Layers of one manifest that are read. `BuildKit` writes two.
const MOST_LAYERS: usize = 20;
/// Bytes of them in all.
const MOST_BYTES: u64 = 2 * MAX_BYTES;
/// Layers of one manifest that are read at once; how many are, whoever asks, is `Inspector::statements`.
const LOOKS: usize = 2;
/// Layers that are read at once, whoever asks: each takes its size in memory, and some more.
pub(super) const AT_ONCE: usize = 4;
/// How long reading one may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Pieces that wait to be put together.
const WAITING: usize = 4;

impl Inspector {
    /// What the layers of a manifest say. `attached_to` is what it is attached to; without that, what its manifest says.
    pub async fn attestations(
        &self,
        reference: &Reference,
        attached_to: Option<Digest>,
    ) -> Result<Attestations, Problem> {
        let root = self.manifest(reference, None).await?;
        let Document::Image(manifest) = root.parse().map_err(|error| error.to_problem())? else {
            let problem = Problem::new(ProblemCode::InvalidRequest, format!("{reference} is no attestation"));
            return Err(problem.with_hint("Name the manifest of an attestation, an SBOM or a signature by its digest."));
        };
        let own = manifest.subject.map(|subject| subject.digest);
        let mut warnings = Vec::new();
        if let (Some(own), Some(asked)) = (&own, &attached_to)
            && own != asked
        {
            warnings.push(format!("It is attached to another image: its subject is {own}, not {asked}."));
        }
        let subject = attached_to.or(own);
        let repository = reference.repository_only();
        let mut left = MOST_BYTES;
        let looks = manifest.layers.into_iter().enumerate().map(|(place, layer)| {
            // Without a clock or a race: which layers are read is the same each time.
            let is_within = place < MOST_LAYERS && layer.size <= left;
            if is_within && layer.size <= MAX_BYTES && is_readable(&layer.media_type) {
                left -= layer.size;
            }
            (layer, is_within)
        });
        let looks: Vec<(Descriptor, bool)> = looks.collect();
        let looks = looks.into_iter().map(|(layer, is_within)| {
            let (repository, subject) = (&repository, subject.as_ref());
            async move {
                let said = self.statement(repository, &layer, is_within, subject).await;
                let (statement, problem) = match said {
                    Ok(statement) => (Some(statement), None),
                    Err(problem) => (None, Some(Box::new(problem))),
                };
                let warnings = statement.as_ref().map(Statement::warnings).unwrap_or_default();
                let Descriptor { digest, media_type, size, .. } = layer;
                AttestationLayer { digest, media_type, size, statement, warnings, problem }
            }
        });
        let layers = stream::iter(looks).buffered(LOOKS).collect().await;
        let digest = root.digest().clone();
        Ok(Attestations { reference: reference.clone(), digest, subject, verified: false, warnings, layers })
    }

    async fn statement(
        &self,
        repository: &Reference,
        layer: &Descriptor,
        is_within: bool,
        subject: Option<&Digest>,
    ) -> Result<Statement, Problem> {
        if !is_readable(&layer.media_type) {
            let words = format!("`{}` is none of the media types that are read", layer.media_type);
            return Err(
                Problem::new(ProblemCode::Unsupported, words).with_hint("Read are statements and SBOMs as JSON.")
            );
        }
        if layer.size > MAX_BYTES {
            return Err(StatementError::TooLarge(layer.size).to_problem());
        }
        if !is_within {
            let words =
                format!("of a manifest's layers the first {MOST_LAYERS} are read, and {} MiB in all", MOST_BYTES >> 20);
            return Err(Problem::new(ProblemCode::TooLarge, words));
        }
        let _place = self.statements.acquire().await;
        let bytes = timeout(PATIENCE, self.layer(repository, layer)).await.map_err(|_| {
            let words = format!("{} could not be read within {} seconds", layer.digest.short(), PATIENCE.as_secs());
            Problem::new(ProblemCode::RegistryTimeout, words)
        })??;
        let subject = subject.cloned();
        let read = tokio::task::spawn_blocking(move || Statement::read(&bytes, subject.as_ref()));
        let read = read.await.map_err(|_| Problem::new(ProblemCode::Internal, "reading the statement was given up"))?;
        read.map_err(|error| error.to_problem())
    }

    /// A layer, its digest checked. What is as small as a config is kept as those are.
    async fn layer(&self, repository: &Reference, layer: &Descriptor) -> Result<Arc<[u8]>, Problem> {
        if layer.size <= MAX_DOCUMENT_BYTES as u64 {
            let document = self.config(repository, layer).await?;
            if document.size() != layer.size {
                let (expected, actual) = (layer.size, document.size());
                let digest = layer.digest.clone();
                return Err(DocumentError::Size { digest, expected, actual }.to_problem());
            }
            return Ok(document.shared_bytes());
        }
        let (sender, mut pieces) = mpsc::channel(WAITING);
        let read = async {
            let read = self.client.read_blob(repository, layer, &sender).await;
            drop(sender);
            read
        };
        let gather = async {
            let mut bytes = Vec::new();
            while let Some(piece) = pieces.recv().await {
                bytes.extend_from_slice(&piece);
            }
            bytes
        };
        let (read, bytes) = futures::join!(read, gather);
        read.map_err(|error| error.to_problem())?;
        Ok(bytes.into())
    }
}
