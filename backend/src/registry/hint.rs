//! What people can do about what went wrong with a registry.

use onetag_shared::api::ProblemCode;

use super::{AddressClass, TlsFault};

pub(super) const CREDENTIALS_HINT: &str =
    "Correct what is named here, or take it away, and log in again with `docker login` or `podman login`.";

/// What to do about logins that would go elsewhere than the settings say.
pub(super) fn realm_hint(registry: &str) -> String {
    format!(
        "If logins for {registry} may go there, add that host to `realms` in the registry's settings. If you do not know \
         it, somebody may be after your login."
    )
}

pub(super) fn tls_hint(fault: TlsFault) -> &'static str {
    match fault {
        TlsFault::Untrusted => {
            "If you trust this registry, add the certificate of the authority that issued its certificate to the \
             registry's settings, or name it in a PEM file with --ca-file or ONETAG_CA_FILE."
        }
        TlsFault::Unfit => {
            "Check the host's name as its certificate spells it, and this machine's date. If both are right, whoever \
             runs the registry has to renew its certificate."
        }
        TlsFault::NotTls => {
            "Check the port. If the registry speaks plain http only, and you accept that, set its scheme to http in its \
             settings, or name it with --plain-http or ONETAG_PLAIN_HTTP."
        }
        TlsFault::ClientCertificate => {
            "Get a client certificate from whoever runs the registry, and name it and its key in the file of registry \
             settings (client-cert-file, client-key-file), or put both where docker looks, in certs.d."
        }
        TlsFault::Other => "Ask the registry's operator which versions of TLS it speaks; Onetag speaks 1.2 and 1.3.",
    }
}

/// Which setting would allow it, if one does.
pub(super) fn address_hint(class: AddressClass, registry: &str) -> String {
    let none = match class {
        AddressClass::Private => {
            return format!(
                "If {registry} is in your own network and you trust it there, allow private addresses in its settings, or \
                 name it with --private or ONETAG_PRIVATE."
            );
        }
        AddressClass::Loopback => {
            "Only a registry that is named as one on this machine, such as localhost:5000, is reached there and may lead \
             there."
        }
        AddressClass::Metadata => {
            "What answers there hands out secrets of the machine, so it is never reached. Whoever leads there may be after \
             them."
        }
        _ => "No registry is reached at such an address: ask its operator where it should be.",
    };
    none.to_owned()
}

/// What to do next.
pub(super) fn hint(code: ProblemCode) -> &'static str {
    match code {
        ProblemCode::Unauthorized | ProblemCode::Denied => {
            "Log in with `docker login` or `podman login` and try again. The login may lack the permission, or the \
             repository may not exist: registries answer the same to both."
        }
        ProblemCode::NameUnknown => "Check the repository's name. Some registries want it created first.",
        ProblemCode::NameInvalid => "Choose a name that this registry takes.",
        ProblemCode::ManifestUnknown => "Check the tag, or look at the repository's tags.",
        ProblemCode::BlobUnknown => "What the list points to is not in this repository: copy it there first.",
        ProblemCode::ManifestInvalid => {
            "The registry refused format, platform, size or media type: try the other list type."
        }
        ProblemCode::DigestMismatch => {
            "The registry got other bytes than were announced: push again. If it stays so, something on the way changes \
             them."
        }
        ProblemCode::UploadFailed => "The upload expired or came out of order: push again.",
        ProblemCode::RateLimited => "Wait as long as the registry asks, then try again.",
        ProblemCode::TagImmutable => {
            "Choose another tag, or allow this one to be overwritten in the registry's settings."
        }
        ProblemCode::UnsupportedMediaType => "Try the other list type.",
        ProblemCode::Unsupported => "The registry has this feature switched off.",
        ProblemCode::NotARegistry => "Check the host and the port: something else than a registry answers there.",
        ProblemCode::RegistryUnreachable => "Check the host and the port, and whether the registry is running.",
        ProblemCode::RegistryTimeout => {
            "Try again. If it stays so, ask the registry's operator, or give it more time with \
             ONETAG_TIMEOUT_FIRST_BYTE and ONETAG_TIMEOUT_WHOLE."
        }
        ProblemCode::TooLarge => "No registry need serve anything that large here.",
        _ => "Try again; if it stays so, ask the registry's operator.",
    }
}
