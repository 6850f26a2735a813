//! A source, put together from the parts of a streamed answer. Each part is hashed as it arrives.

use onetag_shared::{
    api::{InspectEvent, Part, Problem, ProblemCode},
    digest::Digest,
    document::{Document, RawDocument},
    reference::Reference,
    source::{Places, Source, wanted_config},
};

/// A source that is still arriving.
#[derive(Debug)]
pub(crate) struct Assembly {
    asked: Reference,
    source: Option<Source>,
    places: Places,
}

impl Assembly {
    /// Nothing yet of what was asked for.
    pub(crate) fn of(asked: &Reference) -> Self {
        Self { asked: asked.clone(), source: None, places: Places::default() }
    }

    /// What has arrived.
    pub(crate) fn source(&self) -> Option<&Source> {
        self.source.as_ref()
    }

    /// All of it.
    pub(crate) fn into_source(self) -> Option<Source> {
        self.source
    }

    /// Takes a part. An error means that the whole cannot be trusted; a part that is missing or is not what its digest
    /// says is kept as the problem it is.
    pub(crate) fn take(&mut self, event: InspectEvent) -> Result<(), Problem> {
        match event {
            InspectEvent::Root { reference, root } => {
                let reference = reference
                    .parse()
                    .map_err(|error| Problem::new(ProblemCode::InvalidReference, format!("{error}")))?;
                // That the bytes are those of the digest beside them says nothing about the digest that was asked for.
                let root = match self.asked.digest() {
                    Some(digest) => verified(Part::Document(root), digest)?,
                    None => RawDocument::from_served(&root).map_err(|error| error.to_problem())?,
                };
                if let Document::List(list) = root.parse().map_err(|error| error.to_problem())? {
                    self.places = Places::of(*list);
                }
                self.source = Some(Source::new(reference, root));
            }
            InspectEvent::Manifest { index, part } => self.manifest(&[index], part),
            InspectEvent::NestedManifest { path, part } => self.manifest(&path, part),
            InspectEvent::Config { index: None, part } => self.config(&[], part),
            InspectEvent::Config { index: Some(index), part } => self.config(&[index], part),
            InspectEvent::NestedConfig { path, part } => self.config(&path, part),
            InspectEvent::Done => {}
            InspectEvent::Problem(problem) => return Err(*problem),
        }
        Ok(())
    }

    fn manifest(&mut self, path: &[usize], part: Part) {
        let Some(digest) = self.places.digest(path).cloned() else { return };
        let document = verified(part, &digest);
        if let Ok(document) = &document {
            self.places.add(path, document);
        }
        if let Some(source) = &mut self.source {
            source.children.insert(digest, document);
        }
    }

    fn config(&mut self, path: &[usize], part: Part) {
        let digest = self.places.digest(path).cloned();
        let Some(source) = &mut self.source else { return };
        let manifest = match digest {
            Some(digest) => source.child(&digest),
            None => path.is_empty().then_some(&source.root),
        };
        if let Some(wanted) = manifest.and_then(wanted_config) {
            let config = verified(part, &wanted.digest);
            source.configs.insert(wanted.digest, config);
        }
    }
}

fn verified(part: Part, digest: &Digest) -> Result<RawDocument, Problem> {
    match part {
        Part::Problem(problem) => Err(*problem),
        Part::Document(served) if served.digest == *digest => {
            RawDocument::from_served(&served).map_err(|error| error.to_problem())
        }
        Part::Document(served) => Err(Problem::new(
            ProblemCode::DigestMismatch,
            format!("{digest} was asked for, and the answer is {}", served.digest),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> RawDocument {
        let media_type = onetag_shared::media_type::MediaType::new(onetag_shared::media_type::OCI_INDEX);
        RawDocument::new(media_type, text.as_bytes().to_vec())
    }

    fn list(child: &Digest) -> RawDocument {
        document(&format!(
            r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{child}","size":2}}]}}"#
        ))
    }

    fn reference(text: &str) -> Reference {
        text.parse().unwrap()
    }

    fn started(child: &Digest) -> Assembly {
        let mut assembly = Assembly::of(&reference("example.com/app:v1"));
        let root = list(child).to_served();
        assembly.take(InspectEvent::Root { reference: "example.com/app:v1".to_owned(), root }).unwrap();
        assembly
    }

    #[test]
    fn a_part_with_other_bytes_is_a_problem_of_that_part() {
        let child = document("{}");
        let mut assembly = started(child.digest());
        let mut served = document("{ }").to_served();
        served.digest = child.digest().clone();
        assembly.take(InspectEvent::Manifest { index: 0, part: Part::Document(served) }).unwrap();
        let problem = assembly.source().unwrap().children[child.digest()].clone().unwrap_err();
        assert_eq!(problem.code, ProblemCode::DigestMismatch);
    }

    #[test]
    fn parts_that_nobody_asked_for_are_left_out() {
        let child = document("{}");
        let mut assembly = started(child.digest());
        assembly.take(InspectEvent::Manifest { index: 7, part: Part::Document(child.to_served()) }).unwrap();
        assembly.take(InspectEvent::Config { index: None, part: Part::Document(child.to_served()) }).unwrap();
        let source = assembly.into_source().unwrap();
        assert!(source.children.is_empty() && source.configs.is_empty());
    }

    #[test]
    fn a_root_with_other_bytes_ends_it() {
        let mut root = document("{}").to_served();
        root.text = Some("{ }".to_owned());
        let event = InspectEvent::Root { reference: "example.com/app:v1".to_owned(), root };
        assert!(Assembly::of(&reference("example.com/app:v1")).take(event).is_err());
    }

    #[test]
    fn what_a_digest_names_is_that_and_nothing_else() {
        let (asked, other) = (list(document("{}").digest()), list(document("{ }").digest()));
        let answer = |root: &RawDocument| {
            let asked = reference("example.com/app:v1").with_digest(asked.digest().clone());
            let event = InspectEvent::Root { reference: asked.to_string(), root: root.to_served() };
            Assembly::of(&asked).take(event)
        };
        answer(&asked).unwrap();
        let problem = answer(&other).unwrap_err();
        assert_eq!(problem.code, ProblemCode::DigestMismatch);
        assert!(problem.detail.contains(asked.digest().as_str()), "{}", problem.detail);
        assert!(problem.detail.contains(other.digest().as_str()), "{}", problem.detail);
    }
}
