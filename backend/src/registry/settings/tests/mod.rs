//! What is read, and what holds then.

mod file;
mod fuzz;
mod tools;

use std::path::Path;

use onetag_shared::api::Scheme;

use super::*;

/// A certificate of an authority and its key, in PEM.
pub(super) fn certificate() -> (String, String) {
    let signed = rcgen::generate_simple_self_signed(["registry.corp".to_owned()]).unwrap();
    (signed.cert.pem(), signed.signing_key.serialize_pem())
}

pub(super) fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

pub(super) fn registry(name: &str) -> Registry {
    name.parse().unwrap()
}

#[test]
fn of_those_who_say_something_the_last_in_the_order_decides() {
    let mut settings = Settings::default();
    let one = || Whom::One(registry("registry.corp"));
    let parallel = |number| Options { parallel: Some(number), ..Options::default() };
    settings.say(one(), Source::Flag("--private"), Options { private: Some(true), ..parallel(4) });
    settings.say(one(), Source::File("f".into()), Options { private: Some(false), ..parallel(3) });
    settings.say(Whom::Below(".corp".to_owned()), Source::Docker("d".into()), docker::insecure());
    let before = settings.of(&registry("registry.corp"));
    assert_eq!((before.parallel.value, &before.parallel.source), (4, &Source::Flag("--private")));
    assert_eq!((before.scheme.value, &before.scheme.source), (Scheme::HttpsElseHttp, &Source::Docker("d".into())));
    assert!(before.private.value && before.skip_verify.value);

    let api = RegistryOptions { private: Some(false), skip_verify: Some(false), ..RegistryOptions::default() };
    // A registry has its settings by every name that means it.
    settings.set(&registry("REGISTRY.corp"), Some(api.clone().try_into().unwrap()));
    let after = settings.of(&registry("registry.corp"));
    assert_eq!((after.private.value, &after.private.source), (false, &Source::Api));
    assert_eq!((after.parallel.value, after.skip_verify.value), (4, false));
    assert_eq!(settings.by_api(&registry("registry.corp")), Some(api));
    settings.set(&registry("registry.corp"), None);
    assert!(settings.of(&registry("registry.corp")).private.value);
    let other = settings.of(&registry("registry.example"));
    assert_eq!((other.parallel.value, other.scheme.value), (PARALLEL, Scheme::Https));
    assert_eq!(settings.of(&registry("localhost:5000")).scheme.value, Scheme::Http);
}

#[test]
fn what_the_api_is_given_is_checked_and_told_by_its_place() {
    let set = |options: RegistryOptions| ApiOptions::try_from(options);
    let text = |text: &str| Some(vec!["registry.one".to_owned(), text.to_owned()]);
    for (options, pointer) in [
        (RegistryOptions { ca: Some("no certificate".to_owned()), ..Default::default() }, "/ca"),
        (RegistryOptions { mirrors: text("https://mirror"), ..Default::default() }, "/mirrors/1"),
        (RegistryOptions { realms: text("https://auth.corp"), ..Default::default() }, "/realms/1"),
        (RegistryOptions { parallel: Some(0), ..Default::default() }, "/parallel"),
        (RegistryOptions { parallel: Some(257), ..Default::default() }, "/parallel"),
    ] {
        assert_eq!(set(options).unwrap_err().pointer, pointer);
    }
    set(RegistryOptions { ca: Some(certificate().0), parallel: Some(256), ..Default::default() }).unwrap();
}
