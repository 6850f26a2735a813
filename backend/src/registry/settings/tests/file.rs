//! The file of our own.

use super::*;
use crate::registry::Credential;

/// The example of the documentation.
fn example() -> String {
    let text = include_str!("../../../../../docs/registries.md");
    let (_, rest) = text.split_once("```toml\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

fn settings(text: &str, folder: &Path) -> Result<Settings, String> {
    let path = folder.join("registries.toml");
    write(&path, text);
    let mut settings = Settings::default();
    for (whom, source, options) in read_file(&path).map_err(|error| error.to_string())? {
        settings.say(whom, source, options);
    }
    Ok(settings)
}

#[test]
fn the_example_of_the_documentation_says_everything_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let (pem, key) = certificate();
    for (name, text) in [("corp-ca.pem", &pem), ("client.pem", &pem), ("client.key", &key)] {
        write(&folder.path().join(name), text);
    }
    write(&folder.path().join("robot-password"), "correct horse\n");
    let settings = settings(&example(), folder.path()).unwrap();
    let corp = settings.of(&registry("registry.corp:5000"));
    assert_eq!((corp.scheme.value, corp.skip_verify.value, corp.private.value), (Scheme::Https, false, true));
    assert_eq!((corp.authorities.len(), corp.identity.is_some(), corp.parallel.value), (1, true, 4));
    assert!(corp.if_match.value);
    assert_eq!(corp.realms.as_ref().unwrap().value, ["auth.corp"]);
    assert_eq!(corp.scheme.source, Source::File(folder.path().join("registries.toml")));
    match &corp.credential.as_ref().unwrap().value {
        Credential::Basic { user, password } => {
            assert_eq!((user.as_str(), secrecy::ExposeSecret::expose_secret(password)), ("robot", "correct horse"));
        }
        other => panic!("{other:?}"),
    }
    let hub = settings.of(&Registry::docker_hub());
    assert_eq!(hub.mirrors.value.iter().map(ToString::to_string).collect::<Vec<_>>(), ["registry.corp:5000/hub"]);
}

#[test]
fn what_is_wrong_is_told_by_registry_and_key() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("empty"), "");
    let in_table = |line: &str| format!("[registry.\"registry.corp\"]\n{line}\n");
    for (text, place, words) in [
        ("registry = [".to_owned(), "line 1", "no TOML"),
        ("[registries.x]\n".to_owned(), "registries", "unknown field"),
        ("[registry.corp]\n".to_owned(), "registry.\"corp\"", "corp"),
        (in_table("schema = \"http\""), "registry.corp.schema", "unknown field"),
        (in_table("scheme = \"ftp\""), "registry.corp.scheme", "unknown variant"),
        (in_table("private = 1"), "registry.corp.private", "invalid type"),
        (in_table("parallel = 0"), "registry.\"registry.corp\".parallel", "choose 1 to 256"),
        (in_table("mirrors = [\"mirror\"]"), ".mirrors", "`mirror` is no mirror"),
        (in_table("realms = [\"https://a.b\"]"), ".realms", "without https://"),
        (in_table("ca-file = \"absent.pem\""), ".ca-file", "absent.pem cannot be read"),
        (in_table("ca-file = \"empty\""), ".ca-file", "holds no certificate"),
        (in_table("client-cert-file = \"empty\""), ".client-cert-file", "client-key-file"),
        (in_table("user = \"me\""), ".user", "password-file"),
        (in_table("password = \"hidden\""), ".password", "whose password"),
        (in_table("password = 12345678"), ".password", "in quotes"),
        (in_table("user = \"me\"\npassword-file = \"empty\""), ".password-file", "empty"),
        (in_table("token = \"hidden\"\nuser = \"me\"\npassword = \"hidden\""), ".token", "another login"),
        (in_table("token = \"hidden\"\ntoken-file = \"empty\""), ".token-file", "token says it already"),
    ] {
        let error = settings(&text, folder.path()).unwrap_err();
        assert!(error.contains("registries.toml") && error.contains("docs/registries.md"), "{error}");
        assert!(error.contains(words), "{text}: {error}");
        assert!(error.contains(place) || error.contains(&place.replace("corp", "registry.corp")), "{text}: {error}");
        assert!(!error.contains("hidden") && !error.contains("12345678"), "{error}");
    }
    assert!(read_file(&folder.path().join("none.toml")).unwrap_err().to_string().contains("--registries"));
}
