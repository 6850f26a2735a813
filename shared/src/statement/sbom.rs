//! What is in an image, by whoever says so (SPDX 2.x and `CycloneDX`, as JSON).

use serde::{Deserialize, Serialize};

use super::{
    MOST_PACKAGES,
    form::{Component, Predicate, SpdxPackage},
    lenient::{Capped, Object},
};

/// A list of packages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Sbom {
    /// Its form: "SPDX 2.3", "`CycloneDX` 1.6".
    pub format: String,
    /// What it is a list of, as it says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it was made (RFC 3339).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// The packages, in its order.
    pub packages: Vec<Package>,
    /// How many there are, also of those that are left out here.
    pub packages_total: usize,
}

/// A package in an image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Package {
    /// Its name; empty where none is given.
    pub name: String,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its package URL: `pkg:deb/debian/libc6@2.36-9`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purl: Option<String>,
    /// Its licence, an SPDX expression in most cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
}

impl Sbom {
    pub(super) fn spdx(predicate: Predicate) -> Self {
        let version = predicate.spdx_version.0.unwrap_or_default();
        Self {
            format: format!("SPDX {}", version.strip_prefix("SPDX-").unwrap_or(&version)).trim_end().to_owned(),
            name: predicate.name.0,
            created: predicate.creation.0.created.0,
            packages_total: predicate.packages.total,
            packages: predicate.packages.items.into_iter().map(|package| of_spdx(package.0)).collect(),
        }
    }

    pub(super) fn cyclonedx(predicate: Predicate) -> Self {
        let version = predicate.bom_version.0.unwrap_or_default();
        let metadata = predicate.metadata.0;
        let mut sbom = Self {
            format: format!("CycloneDX {version}").trim_end().to_owned(),
            name: metadata.component.0.name.0,
            created: metadata.timestamp.0,
            ..Self::default()
        };
        sbom.take(predicate.components);
        sbom
    }

    /// Components, each followed by those that it is made of.
    fn take<const MOST: usize>(&mut self, components: Capped<Object<Component>, MOST>) {
        self.packages_total += components.total;
        for component in components.items {
            let Component { group, name, version, purl, licenses, components } = component.0;
            if self.packages.len() < MOST_PACKAGES {
                let name = name.0.unwrap_or_default();
                let licenses = licenses.items.into_iter().filter_map(|choice| {
                    let license = choice.0.license.0;
                    choice.0.expression.0.or(license.id.0).or(license.name.0)
                });
                let licenses: Vec<String> = licenses.collect();
                self.packages.push(Package {
                    name: group.0.map_or_else(|| name.clone(), |group| format!("{group}/{name}")),
                    version: version.0,
                    purl: purl.0,
                    license: (!licenses.is_empty()).then(|| licenses.join(", ")),
                });
            }
            self.take(components);
        }
    }
}

fn of_spdx(package: SpdxPackage) -> Package {
    let said = |text: Option<String>| text.filter(|text| text != "NOASSERTION" && text != "NONE");
    let purl = package.references.items.into_iter().find(|reference| reference.kind.0.as_deref() == Some("purl"));
    Package {
        name: package.name.0.unwrap_or_default(),
        version: said(package.version.0),
        purl: purl.and_then(|reference| reference.0.locator.0),
        license: said(package.declared.0).or_else(|| said(package.concluded.0)),
    }
}
