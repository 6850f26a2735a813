//! What holds, made of what everybody says; and what a text or a number must be to say something.

use onetag_shared::{
    api::{RegistryOptions, Scheme},
    reference::Registry,
};

use super::{Authority, MOST_PARALLEL, Options, OptionsError, PARALLEL, RegistrySettings, Source, Sourced};

/// The last who says something about a value decides it; authorities add up, and so does what is broken.
pub(super) fn merge<'a>(registry: &Registry, said: impl Iterator<Item = &'a Sourced<Options>>) -> RegistrySettings {
    // As docker has it: on this machine nobody listens in.
    let scheme = if registry.is_loopback() { Scheme::Http } else { Scheme::Https };
    let mut settings = RegistrySettings {
        scheme: default(scheme),
        skip_verify: default(false),
        authorities: Vec::new(),
        identity: None,
        mirrors: default(Vec::new()),
        private: default(false),
        realms: None,
        parallel: default(PARALLEL),
        if_match: default(false),
        credential: None,
        problems: Vec::new(),
    };
    for Sourced { value: options, source } in said {
        decide(&mut settings.scheme, options.scheme.as_ref(), source);
        decide(&mut settings.skip_verify, options.skip_verify.as_ref(), source);
        decide(&mut settings.mirrors, options.mirrors.as_ref(), source);
        decide(&mut settings.private, options.private.as_ref(), source);
        decide(&mut settings.parallel, options.parallel.as_ref(), source);
        decide(&mut settings.if_match, options.if_match.as_ref(), source);
        decide_some(&mut settings.identity, options.identity.as_ref(), source);
        decide_some(&mut settings.realms, options.realms.as_ref(), source);
        decide_some(&mut settings.credential, options.credential.as_ref(), source);
        for value in &options.authorities {
            if !settings.authorities.iter().any(|known| known.value == *value) {
                settings.authorities.push(Sourced { value: value.clone(), source: source.clone() });
            }
        }
        settings.problems.extend(options.problem.clone().map(|value| Sourced { value, source: source.clone() }));
    }
    settings
}

fn default<T>(value: T) -> Sourced<T> {
    Sourced { value, source: Source::Default }
}

fn decide<T: Clone>(place: &mut Sourced<T>, said: Option<&T>, source: &Source) {
    if let Some(value) = said {
        *place = Sourced { value: value.clone(), source: source.clone() };
    }
}

fn decide_some<T: Clone>(place: &mut Option<Sourced<T>>, said: Option<&T>, source: &Source) {
    if let Some(value) = said {
        *place = Some(Sourced { value: value.clone(), source: source.clone() });
    }
}

/// What the API is given.
pub(super) fn parse(options: &RegistryOptions) -> Result<Options, OptionsError> {
    let at = |pointer: String| move |words: String| OptionsError { pointer, words };
    let each = |texts: &Option<Vec<String>>| texts.clone().map(|texts| texts.into_iter().enumerate());
    let authorities = match &options.ca {
        Some(pem) => Authority::from_pem(pem.as_bytes())
            .map_err(|words| at("/ca".to_owned())(format!("these authorities cannot be used: {words}")))?,
        None => Vec::new(),
    };
    let mirrors = each(&options.mirrors)
        .map(|texts| texts.map(|(n, text)| text.parse().map_err(at(format!("/mirrors/{n}")))).collect())
        .transpose()?;
    let realms = each(&options.realms)
        .map(|texts| texts.map(|(n, text)| realm(&text).map_err(at(format!("/realms/{n}")))).collect())
        .transpose()?;
    Ok(Options {
        scheme: options.scheme,
        skip_verify: options.skip_verify,
        authorities,
        mirrors,
        private: options.private,
        realms,
        parallel: options.parallel.map(parallel).transpose().map_err(at("/parallel".to_owned()))?,
        if_match: options.if_match,
        ..Options::default()
    })
}

/// A host that logins may be sent to: `host[:port]`.
pub(super) fn realm(text: &str) -> Result<String, String> {
    let host: Registry = text
        .parse()
        .map_err(|error| format!("`{text}` is no host: {error}. Write it as host or host:port, without https://"))?;
    // As addresses have it, which leave out the port that is the usual one.
    let host = host.as_str().to_ascii_lowercase();
    Ok(host.strip_suffix(":443").map_or(host.clone(), str::to_owned))
}

/// How much may be asked at once.
pub(super) fn parallel(number: usize) -> Result<usize, String> {
    if (1..=MOST_PARALLEL).contains(&number) {
        Ok(number)
    } else {
        Err(format!("{number} requests at once cannot be: choose 1 to {MOST_PARALLEL}"))
    }
}
