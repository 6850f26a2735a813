//! What a pasted text does to a draft.

use crate::{
    list::{Draft, Edit, Entry},
    platform::Platform,
};

use super::{Pasted, said::NoArchitecture};

impl Pasted {
    /// The edits that do it, and what of it no edit does, in words. `natural` is the platform that the image of a row has by
    /// itself, as far as it is known.
    pub fn edits(&self, draft: &Draft, natural: impl Fn(usize) -> Option<Platform>) -> (Vec<Edit>, Vec<String>) {
        let mut edits = Vec::new();
        let mut left_out = self.left_out.clone();
        let no_architecture = |name: String| {
            format!("the platform of {name}, because no architecture is named; it can be set in its row")
        };
        let mut entries = Vec::with_capacity(self.images.len());
        for image in &self.images {
            if image.said.platform(None) == Err(NoArchitecture) {
                left_out.push(no_architecture(image.reference.familiar()));
            }
            entries.push(image.said.entry(image.reference.clone()));
        }
        if !entries.is_empty() {
            edits.push(Edit::Add { index: draft.entries.len(), entries });
        }
        for (subject, said) in &self.remarks {
            let is_meant = |entry: &Entry| subject.is(&entry.source, entry.digest.as_ref());
            let Some(index) = draft.entries.iter().position(is_meant) else {
                left_out.push(format!("what is said of {subject}, because it is no row"));
                continue;
            };
            match said.platform(natural(index).as_ref()) {
                Ok(Some(platform)) => edits.push(Edit::SetPlatform { index, platform: Some(platform) }),
                Ok(None) => {}
                Err(NoArchitecture) => left_out.push(no_architecture(subject.to_string())),
            }
            if !said.annotations.is_empty() {
                let mut annotations = draft.entries[index].annotations.clone().unwrap_or_default();
                annotations.extend(said.annotations.clone());
                edits.push(Edit::SetAnnotations { index, annotations: Some(annotations) });
            }
            if !said.features.is_empty() {
                edits.push(Edit::SetFeatures { index, features: Some(said.features.clone()) });
            }
        }
        if !self.annotations.is_empty() {
            let mut annotations = draft.annotations.clone();
            annotations.extend(self.annotations.clone());
            edits.push(Edit::SetListAnnotations { annotations });
        }
        if let Some(artifact_type) = &self.artifact_type {
            edits.push(Edit::SetArtifactType { artifact_type: Some(artifact_type.clone()) });
        }
        (edits, left_out)
    }
}

#[cfg(test)]
mod tests {
    use crate::list::History;

    use super::super::read;

    #[test]
    fn what_is_said_of_a_row_changes_it() {
        let mut history = History::default();
        let (edits, _) =
            read("docker manifest create me/app:v1 me/app:amd64 me/app:arm").edits(&history.draft, |_| None);
        for edit in edits {
            history.apply(edit).unwrap();
        }
        let text = "docker manifest annotate --variant v7 me/app:v1 me/app:arm\n\
                    docker manifest annotate --arch arm64 me/app:v1 me/app:none\n\
                    docker manifest annotate --os windows me/app:v1 me/app:amd64";
        let natural = |row: usize| (row == 1).then(|| "linux/arm/v6".parse().unwrap());
        let (edits, left_out) = read(text).edits(&history.draft, natural);
        for edit in edits {
            history.apply(edit).unwrap();
        }
        let platform = history.draft.entries[1].platform.as_ref().unwrap();
        assert_eq!(platform.to_string(), "linux/arm/v7");
        assert_eq!(history.draft.entries[0].platform, None);
        assert_eq!(
            left_out,
            [
                "what is said of me/app:none, because it is no row",
                "the platform of me/app:amd64, because no architecture is named; it can be set in its row"
            ]
        );
    }
}
