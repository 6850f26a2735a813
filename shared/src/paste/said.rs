//! What a command says of an image, beyond its name.

use crate::{descriptor::Annotations, list::Entry, platform::Platform, reference::Reference};

/// What a command says of an image: the fields of its platform one by one, as the options of tools have them, and the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) os: Option<String>,
    pub(super) architecture: Option<String>,
    pub(super) variant: Option<String>,
    pub(super) os_version: Option<String>,
    pub(super) os_features: Vec<String>,
    pub(super) features: Vec<String>,
    pub(super) annotations: Annotations,
    /// Of a list, only these.
    pub(super) take: Vec<Platform>,
}

/// A platform that cannot be told from what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NoArchitecture;

impl Said {
    /// The same with what was said later, which counts where both say something.
    pub(super) fn and_then(self, later: Self) -> Self {
        let list = |earlier: Vec<String>, later: Vec<String>| if later.is_empty() { earlier } else { later };
        Self {
            os: later.os.or(self.os),
            architecture: later.architecture.or(self.architecture),
            variant: later.variant.or(self.variant),
            os_version: later.os_version.or(self.os_version),
            os_features: list(self.os_features, later.os_features),
            features: list(self.features, later.features),
            annotations: self.annotations.into_iter().chain(later.annotations).collect(),
            take: if later.take.is_empty() { self.take } else { later.take },
        }
    }

    /// The whole of a platform at once.
    pub(super) fn set_platform(&mut self, platform: Platform) {
        self.os = Some(platform.os);
        self.architecture = Some(platform.architecture);
        self.variant = platform.variant;
        self.os_version = platform.os_version;
        self.os_features = platform.os_features;
    }

    /// Does it say anything of the platform?
    pub(super) fn names_platform(&self) -> bool {
        let fields = [&self.os, &self.architecture, &self.variant, &self.os_version];
        fields.iter().any(|field| field.is_some()) || !self.os_features.is_empty()
    }

    /// The platform of an image that has this one by itself, if that is known; `None` where nothing is said of it.
    ///
    /// Tools change the fields that are named and leave the others. Where the image is not known yet, an architecture alone
    /// means Linux; if the image is of another system, the checks say so.
    pub(super) fn platform(&self, natural: Option<&Platform>) -> Result<Option<Platform>, NoArchitecture> {
        if !self.names_platform() {
            return Ok(None);
        }
        let architecture = self.architecture.clone().or_else(|| natural.map(|natural| natural.architecture.clone()));
        let architecture = architecture.filter(|architecture| !architecture.is_empty()).ok_or(NoArchitecture)?;
        let mut natural = natural.cloned();
        // Variants belong to their architecture.
        if let Some(natural) = natural.as_mut().filter(|natural| natural.architecture != architecture) {
            natural.variant = None;
        }
        let natural = natural.unwrap_or_else(|| Platform::new("linux", ""));
        let list = |said: &Vec<String>, natural: Vec<String>| if said.is_empty() { natural } else { said.clone() };
        Ok(Some(Platform {
            os: self.os.clone().unwrap_or(natural.os),
            architecture,
            variant: self.variant.clone().or(natural.variant),
            os_version: self.os_version.clone().or(natural.os_version),
            os_features: list(&self.os_features, natural.os_features),
            ..Platform::default()
        }))
    }

    /// A row for an image of which this is said, and which is not known yet.
    pub(super) fn entry(&self, source: Reference) -> Entry {
        Entry {
            platform: self.platform(None).ok().flatten(),
            annotations: (!self.annotations.is_empty()).then(|| self.annotations.clone()),
            features: (!self.features.is_empty()).then(|| self.features.clone()),
            take: self.take.clone(),
            ..Entry::new(source)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_change_a_platform_one_by_one() {
        let arm = Said { architecture: Some("arm".to_owned()), ..Said::default() };
        let v7 = Said { variant: Some("v7".to_owned()), ..Said::default() };
        let windows = Said { os: Some("windows".to_owned()), ..Said::default() };
        let table = [
            (Said::default(), Some("linux/amd64"), Ok(None)),
            (arm.clone(), None, Ok(Some("linux/arm"))),
            (arm.clone().and_then(v7.clone()), None, Ok(Some("linux/arm/v7"))),
            (v7.clone(), Some("linux/arm/v6"), Ok(Some("linux/arm/v7"))),
            (arm.clone(), Some("linux/amd64/v2"), Ok(Some("linux/arm"))),
            (windows.clone(), Some("linux/amd64"), Ok(Some("windows/amd64"))),
            (v7, None, Err(NoArchitecture)),
            (windows, None, Err(NoArchitecture)),
        ];
        for (said, natural, expected) in table {
            let natural: Option<Platform> = natural.map(|text| text.parse().unwrap());
            let platform = said.platform(natural.as_ref());
            let text = platform.map(|platform| platform.map(|platform| platform.to_string()));
            assert_eq!(text, expected.map(|text| text.map(str::to_owned)), "{said:?}");
        }
    }
}
