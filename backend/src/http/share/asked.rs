//! `?on=linux/arm64`: the platform that a link asks about.

use axum::http::Uri;
use onetag_shared::platform::{Platform, PlatformError};
use url::form_urlencoded::{Serializer, parse};

/// What a link asks about; nothing where it has no `on`, or an empty one.
#[derive(Debug)]
pub(super) struct Asked(Option<(String, Result<Platform, PlatformError>)>);

impl Asked {
    pub(super) fn of(uri: &Uri) -> Self {
        let mut pairs = parse(uri.query().unwrap_or_default().as_bytes());
        let on = pairs.find(|(name, _)| name == "on").map(|(_, value)| value.into_owned());
        Self(on.filter(|on| !on.trim().is_empty()).map(|on| {
            let platform = Platform::called(&on);
            (on, platform)
        }))
    }

    /// The platform, where it is one.
    pub(super) fn platform(&self) -> Option<&Platform> {
        self.0.as_ref()?.1.as_ref().ok()
    }

    /// That it is none, in a sentence: the answer for another would be none.
    pub(super) fn misread(&self) -> Option<String> {
        let error = self.0.as_ref()?.1.as_ref().err()?;
        let end = if error.near().is_some() { "" } else { "." };
        Some(format!("Whether it runs there is not known: {error}{end}"))
    }

    /// The address of this page with the platform as the page itself reads it, where the link says it in other words: for
    /// "Raspberry Pi Zero" `?on=linux/arm/v6`.
    pub(super) fn address(&self, uri: &Uri) -> Option<String> {
        let (on, platform) = self.0.as_ref()?;
        let as_written = Platform::asked(on).ok();
        let platform = platform.as_ref().ok().filter(|platform| as_written.as_ref() != Some(platform))?.to_string();
        let pairs = parse(uri.query()?.as_bytes());
        let pairs =
            pairs.map(|(name, value)| if name == "on" { (name, platform.as_str().into()) } else { (name, value) });
        let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
        Some(format!("{}?{}", uri.path(), query.replace("%2F", "/")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_platform_is_no_question() {
        for (query, platform) in [
            ("/i/a?on=linux/arm64", Some("linux/arm64")),
            ("/i/a?on=linux%2Farm%2Fv7&x=y", Some("linux/arm/v7")),
            ("/i/a?on=%3Cscript%3E", None),
            ("/i/a?on=aarch64", Some("linux/arm64")),
            ("/i/a?on=armv7l", Some("linux/arm/v7")),
            ("/i/a?on=linux", None),
            ("/i/a?on=linux/amd46", Some("linux/amd46")),
            ("/i/a?on=amd46", None),
            ("/i/a?on=Apple+silicon+Mac", Some("linux/arm64/v8")),
            ("/i/a?on=", None),
            ("/i/a", None),
        ] {
            let asked = Asked::of(&query.parse().unwrap());
            assert_eq!(asked.platform().map(ToString::to_string).as_deref(), platform, "{query}");
            // What was asked is not passed over.
            assert_eq!(
                asked.misread().is_some(),
                platform.is_none() && query.contains("on=") && !query.ends_with('='),
                "{query}"
            );
        }
        let asked = Asked::of(&"/i/a?on=amd46".parse().unwrap());
        assert!(asked.misread().unwrap().ends_with("did you mean `linux/amd64`?"));
    }

    #[test]
    fn other_words_lead_to_the_address_of_the_platform() {
        for (link, address) in [
            ("/i/me/app:v1?tab=raw&on=Raspberry+Pi+Zero&open=1", Some("/i/me/app:v1?tab=raw&on=linux/arm/v6&open=1")),
            ("/i/a?on=windows%20server%202022", Some("/i/a?on=windows%2810.0.20348%29/amd64")),
            ("/i/a?on=arm64v8", Some("/i/a?on=linux/arm64")),
            ("/i/a?on=linux/armv7l", Some("/i/a?on=linux/arm/v7")),
            ("/i/a?on=arm64", None),
            ("/i/a?on=linux/amd46", None),
            ("/i/a?on=x", None),
            ("/i/a?tab=raw", None),
        ] {
            let uri = link.parse().unwrap();
            let address_of = |uri: &Uri| Asked::of(uri).address(uri);
            assert_eq!(address_of(&uri).as_deref(), address, "{link}");
            // It leads no further.
            assert_eq!(address.and_then(|address| address_of(&address.parse().unwrap())), None, "{link}");
        }
    }
}
