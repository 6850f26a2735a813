//! Who issued a certificate (RFC 5280, section 4.1): the little of X.509 that is worth showing.

/// The name of the issuer: its common name, else its organisation.
pub(super) fn issuer(certificate: &[u8]) -> Option<String> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut fields, _) = element(certificate)?;
    // A version, which has a tag of its own and may be left out; the serial number; the algorithm.
    if fields.first() == Some(&0xa0) {
        fields = element(fields)?.2;
    }
    for _ in 0..2 {
        fields = element(fields)?.2;
    }
    let (_, mut names, _) = element(fields)?;
    let (mut common, mut organisation) = (None, None);
    while let Some((_, set, rest)) = element(names) {
        let (_, pair, _) = element(set)?;
        let (_, kind, value) = element(pair)?;
        let text = element(value).map(|(_, text, _)| String::from_utf8_lossy(text).chars().take(100).collect());
        match kind {
            [0x55, 4, 3] => common = text,
            [0x55, 4, 10] => organisation = text,
            _ => {}
        }
        names = rest;
    }
    common.or(organisation)
}

/// The first element of DER (X.690): its tag, its content, and what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        if digits.len() > 4 {
            return None;
        }
        (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_issuer_is_told_and_nonsense_is_not() {
        let mut params = rcgen::CertificateParams::new(["registry.corp".to_owned()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::OrganizationName, "Corp");
        params.distinguished_name.push(rcgen::DnType::CommonName, "Corp authority");
        let der = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().der().to_vec();
        assert_eq!(issuer(&der).as_deref(), Some("Corp authority"));
        // However much of it there is, it is read without harm.
        for length in 0..der.len() {
            issuer(&der[..length]);
        }
        assert_eq!(issuer(b"\x30\xff\xff\xff\xff\xff\xff"), None);
    }
}
