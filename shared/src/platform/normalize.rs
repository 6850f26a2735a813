//! One spelling for each platform, as containerd's `platforms.Normalize` has it.

use super::Platform;

impl Platform {
    /// The spelling that clients compare: `x86_64` is `amd64`, `arm64/v8` is `arm64`, `arm` is `arm/v7`.
    pub fn normalized(&self) -> Self {
        let mut normal = self.clone();
        normal.os = match self.os.to_lowercase().as_str() {
            "macos" => "darwin".to_owned(),
            os => os.to_owned(),
        };
        let variant = self.variant.as_deref().unwrap_or_default().to_lowercase();
        let (architecture, variant) = match (self.architecture.to_lowercase().as_str(), variant.as_str()) {
            ("i386", variant) => ("386".to_owned(), variant.to_owned()),
            ("amd64" | "x86_64" | "x86-64", "v1" | "") => ("amd64".to_owned(), String::new()),
            ("x86_64" | "x86-64", variant) => ("amd64".to_owned(), variant.to_owned()),
            ("arm64" | "aarch64", "" | "8" | "v8" | "v8.0") => ("arm64".to_owned(), String::new()),
            ("arm64" | "aarch64", "9" | "9.0" | "v9.0") => ("arm64".to_owned(), "v9".to_owned()),
            ("aarch64", variant) => ("arm64".to_owned(), variant.to_owned()),
            ("armhf", _) | ("arm", "" | "7") => ("arm".to_owned(), "v7".to_owned()),
            ("armel", _) => ("arm".to_owned(), "v6".to_owned()),
            ("arm", number @ ("5" | "6" | "8")) => ("arm".to_owned(), format!("v{number}")),
            (architecture, variant) => (architecture.to_owned(), variant.to_owned()),
        };
        normal.architecture = architecture;
        normal.variant = (!variant.is_empty()).then_some(variant);
        normal.os_features.sort();
        normal
    }
}
