//! Words for requests that got no answer.

use std::time::Duration;

use super::super::{Error, ErrorKind, error::TlsFault};

/// Why nothing came back; `connect` is how long a connection was waited for.
pub(super) fn failed(host: &str, error: &reqwest::Error, connect: Duration) -> Error {
    if error.is_timeout() {
        return too_late(host, "no connection came to be", connect);
    }
    if let Some((fault, words)) = tls_fault(error) {
        return Error::new(ErrorKind::Tls(fault), host, words);
    }
    let cause = causes(error).last().map(|cause| format!(": {cause}")).unwrap_or_default();
    if error.is_builder() {
        Error::new(ErrorKind::Protocol, host, format!("no request can be made for the address{cause}"))
    } else if error.is_connect() {
        Error::new(ErrorKind::Unreachable, host, format!("nothing could be reached there{cause}"))
    } else {
        Error::new(ErrorKind::Broken, host, format!("the connection broke{cause}"))
    }
}

/// Something did not happen in time.
pub(in crate::registry) fn too_late(host: &str, what: &str, limit: Duration) -> Error {
    Error::new(ErrorKind::Timeout, host, format!("{what} within {}", humantime::format_duration(limit)))
}

/// The chain of causes. An `io::Error` hides the error that it wraps from that chain.
pub(super) fn causes<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(error.source(), |cause| {
        let wrapped = cause.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn std::error::Error + 'static)).or_else(|| cause.source())
    })
}

/// Why TLS failed, if it did.
fn tls_fault(error: &reqwest::Error) -> Option<(TlsFault, String)> {
    use rustls::CertificateError as Certificate;
    if causes(error).any(wants_certificate) {
        let words = "it wants a client certificate, and was shown none that it takes".to_owned();
        return Some((TlsFault::ClientCertificate, words));
    }
    let cause = causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>())?;
    Some(match cause {
        rustls::Error::InvalidCertificate(Certificate::UnknownIssuer) => {
            (TlsFault::Untrusted, "its certificate was issued by nobody that is trusted here".to_owned())
        }
        rustls::Error::InvalidCertificate(error) => (TlsFault::Unfit, format!("its certificate does not fit: {error}")),
        rustls::Error::InvalidMessage(_) => (TlsFault::NotTls, "what answers there does not speak https".to_owned()),
        other => (TlsFault::Other, format!("no secure connection came to be: {other}")),
    })
}

/// The alerts with which a server refuses a client's certificate, or wants one (RFC 8446, section 6.2). With HTTP/2 and TLS
/// 1.3 they come once the connection is at work, and only their text is left of them.
fn wants_certificate(cause: &(dyn std::error::Error + 'static)) -> bool {
    const ALERTS: [rustls::AlertDescription; 4] = [
        rustls::AlertDescription::CertificateRequired,
        rustls::AlertDescription::BadCertificate,
        rustls::AlertDescription::CertificateUnknown,
        rustls::AlertDescription::UnknownCA,
    ];
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return ALERTS.iter().any(|alert| *error == rustls::Error::AlertReceived(*alert));
    }
    let text = cause.to_string();
    ALERTS.iter().any(|alert| text == rustls::Error::AlertReceived(*alert).to_string())
}
