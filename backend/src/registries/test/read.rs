//! What a test finds without pushing anything.

use onetag_shared::{
    api::{TestOutcome, TestStep},
    digest::Digest,
    reference::{Reference, Registry},
};

use super::{Findings, named};
use crate::registry::{
    AddressClass, Client, Credential, Error, ErrorKind, FrontDoor, Security, Wants, settings::RegistrySettings,
};

/// A repository that need not exist, to come in by.
const NOBODYS: &str = "onetag/test";

/// Reaches a registry and comes in, with the login for this repository; an error says why nothing more can be tried.
pub(super) async fn enter(
    client: &Client,
    registry: &Registry,
    repository: Option<&Reference>,
    findings: &mut Findings,
) -> Result<(), &'static str> {
    use TestStep::{Address, Login, Protocol, Reachable};
    let settings = client.settings(registry);
    let door = match client.knock(registry).await {
        Ok(door) => door,
        Err(error) => return Err(outside(&error, &settings, findings)),
    };
    findings.ok(Address, address(&door, &settings));
    findings.ok(Reachable, format!("it answers, with {}", door.status));
    security(&door, registry, &settings, findings);
    if !door.is_registry {
        let words = match door.status {
            429 | 500.. => format!("it answers {} at /v2/: it has trouble, or something before it has", door.status),
            status => format!("what answers there does not speak the registry protocol: {status} at /v2/"),
        };
        findings.add(Protocol, TestOutcome::Failed, words);
        return Err("it does not speak the protocol");
    }
    findings.ok(Protocol, "it speaks the registry protocol");
    findings.trying = Login;
    let nobodys = named(registry, NOBODYS);
    let Some(place) = repository.or(nobodys.as_ref().ok()) else { return Ok(()) };
    match login(client, place, &door).await {
        Ok(words) => findings.ok(Login, words),
        Err(error) => {
            findings.failed(Login, &error);
            return Err("it does not take the login");
        }
    }
    Ok(())
}

/// Why nobody was reached.
fn outside(error: &Error, settings: &RegistrySettings, findings: &mut Findings) -> &'static str {
    use TestStep::{Address, Reachable, Tls};
    let allowed = if settings.private.value {
        format!("private addresses are allowed by {}", settings.private.source)
    } else {
        "it is not at an address that is refused".to_owned()
    };
    match error.kind {
        ErrorKind::AddressRefused(_) | ErrorKind::Settings => {
            findings.failed(Address, error);
            "nothing was sent to it"
        }
        ErrorKind::Tls(_) => {
            findings.ok(Address, allowed);
            findings.ok(Reachable, "something answers there");
            findings.failed(Tls, error);
            "there is no secure connection"
        }
        _ => {
            findings.ok(Address, allowed);
            findings.failed(Reachable, error);
            "the registry was not reached"
        }
    }
}

fn address(door: &FrontDoor, settings: &RegistrySettings) -> String {
    let Some(address) = door.address else { return "it may be reached there".to_owned() };
    let class = AddressClass::of(address.ip());
    match class {
        AddressClass::Private => format!("{address}: {class}, allowed by {}", settings.private.source),
        _ => format!("{address}: {class}"),
    }
}

fn security(door: &FrontDoor, registry: &Registry, settings: &RegistrySettings, findings: &mut Findings) {
    const EVERYBODY: &str = "everybody on the way can read and change what is sent";
    let by = |issuer: &Option<String>| {
        issuer.as_ref().map_or_else(String::new, |issuer| format!("; its certificate was issued by {issuer}"))
    };
    let words = match &door.security {
        Security::Verified(issuer) => format!("by https, verified{}", by(issuer)),
        Security::Unverified(issuer) => {
            let source = &settings.skip_verify.source;
            format!("by https, NOT verified (by {source}): whoever answers is believed, and {EVERYBODY}{}", by(issuer))
        }
        Security::PlainHttp => {
            if registry.is_loopback() {
                return findings.not_tried(&[TestStep::Tls], "plain http, within this machine");
            }
            let words = format!("plain http (by {}): {EVERYBODY}, logins included", settings.scheme.source);
            return findings.add(TestStep::Tls, TestOutcome::Unsupported, words);
        }
    };
    findings.ok(TestStep::Tls, words);
}

async fn login(client: &Client, repository: &Reference, door: &FrontDoor) -> Result<String, Error> {
    let who = match client.credential(repository).await? {
        Credential::Anonymous => None,
        Credential::Basic { user, .. } | Credential::Identity { user: Some(user), .. } => Some(user),
        Credential::Identity { user: None, .. } | Credential::Bearer(_) => Some("the owner of a token".to_owned()),
    };
    let wants = match &door.wants {
        Wants::Nothing => return Ok("it wants no login".to_owned()),
        Wants::Basic => "it wants user and password".to_owned(),
        Wants::Token(host) => format!("it wants a token from {host}"),
    };
    client.come_in(repository).await?;
    let how = who.map_or_else(|| "without a login".to_owned(), |who| format!("as {who}"));
    Ok(format!("{wants}, and lets in {how}"))
}

/// Reads what a repository has; the digest of something in it.
pub(super) async fn read(client: &Client, repository: &Reference, findings: &mut Findings) -> Option<Digest> {
    use TestStep::{Pull, Referrers, Tags};
    findings.trying = Tags;
    let page = match client.tags(repository, 1, None).await {
        Ok(page) => page,
        Err(error) if error.status == Some(404) => {
            findings.not_tried(&[Tags, Pull, Referrers], "it says that there is no such repository");
            return None;
        }
        Err(error) => {
            findings.failed(Tags, &error);
            findings.not_tried(&[Pull, Referrers], "no tag is known to read");
            return None;
        }
    };
    let Some(tag) = page.tags.iter().find_map(|tag| tag.parse().ok()) else {
        findings.ok(Tags, "tags can be listed; there are none");
        findings.not_tried(&[Pull, Referrers], "there is no tag to read");
        return None;
    };
    findings.ok(Tags, "tags can be listed");
    findings.trying = Pull;
    let reference = repository.clone().with_tag(tag);
    match client.pull(&reference).await {
        Ok(digest) => {
            findings.ok(Pull, format!("{reference} was read: its manifest and its config"));
            referrers(client, repository, &digest, findings).await;
            Some(digest)
        }
        Err(error) => {
            findings.failed(Pull, &error);
            findings.not_tried(&[Referrers], "nothing could be read");
            None
        }
    }
}

/// Does it tell what refers to this?
pub(super) async fn referrers(client: &Client, repository: &Reference, digest: &Digest, findings: &mut Findings) {
    findings.trying = TestStep::Referrers;
    match client.answers_referrers(repository, digest).await {
        Ok(true) => findings.ok(TestStep::Referrers, "it tells what refers to an image, such as signatures"),
        Ok(false) => {
            let words = "it does not tell what refers to an image: signatures are found by tags that have its digest";
            findings.add(TestStep::Referrers, TestOutcome::Unsupported, words);
        }
        Err(error) => findings.failed(TestStep::Referrers, &error),
    }
}
