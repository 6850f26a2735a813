//! The parts of an inspection, put together to one answer.

use std::collections::BTreeMap;

use onetag_shared::{
    api::{Child, InspectEvent, Inspection, Part, Problem},
    document::{Document, RawDocument},
    media_type::{Kind, MediaType},
    source::Places,
};

use super::stopped;

/// What has arrived of an inspection.
#[derive(Debug, Default)]
pub(super) struct Collected {
    inspection: Option<Inspection>,
    /// By where they stand: place in the root's list, then in the list there, and so on.
    children: BTreeMap<Vec<usize>, Child>,
    places: Places,
}

impl Collected {
    pub(super) fn take(&mut self, event: InspectEvent) -> Result<(), Problem> {
        match event {
            InspectEvent::Root { reference, root } => {
                let document = RawDocument::from_served(&root).map_err(|error| error.to_problem())?;
                if let Ok(Document::List(list)) = document.parse() {
                    self.places = Places::of(*list);
                }
                self.inspection = Some(Inspection { reference, root, config: None, children: Vec::new() });
            }
            InspectEvent::Manifest { index, part } => self.child(vec![index], part)?,
            InspectEvent::NestedManifest { path, part } => self.child(path, part)?,
            InspectEvent::Config { index: None, part } => {
                self.inspection.as_mut().ok_or_else(stopped)?.config = Some(part);
            }
            InspectEvent::Config { index: Some(index), part } => self.config(&[index], part),
            InspectEvent::NestedConfig { path, part } => self.config(&path, part),
            InspectEvent::Done | InspectEvent::Problem(_) => {}
        }
        Ok(())
    }

    fn child(&mut self, path: Vec<usize>, part: Part) -> Result<(), Problem> {
        let index = *path.last().ok_or_else(stopped)?;
        let digest = self.places.digest(&path).cloned().ok_or_else(stopped)?;
        if let Part::Document(served) = &part
            && MediaType::new(&served.media_type).kind() == Kind::List
        {
            let document = RawDocument::from_served(served).map_err(|error| error.to_problem())?;
            self.places.add(&path, &document);
        }
        let child = Child { index, digest, manifest: part, config: None, children: Vec::new() };
        self.children.insert(path, child);
        Ok(())
    }

    fn config(&mut self, path: &[usize], part: Part) {
        if let Some(child) = self.children.get_mut(path) {
            child.config = Some(part);
        }
    }

    /// Everything in its place, as the lists have it.
    pub(super) fn into_inspection(mut self) -> Result<Inspection, Problem> {
        let mut inspection = self.inspection.ok_or_else(stopped)?;
        // From the last to the first: what stands below another comes after it, and so each is complete when it is taken.
        while let Some((path, mut child)) = self.children.pop_last() {
            child.children.reverse();
            match path.split_last() {
                Some((_, [])) | None => inspection.children.push(child),
                Some((_, above)) => self.children.get_mut(above).ok_or_else(stopped)?.children.push(child),
            }
        }
        inspection.children.reverse();
        Ok(inspection)
    }
}
