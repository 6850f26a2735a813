use std::{os::unix::fs::PermissionsExt, path::Path};

use super::*;

/// What a person with these variables has for a reference, in words.
async fn found_with(variables: &[(&str, &str)], reference: &str) -> String {
    let config = DockerConfig::of(|name| {
        variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
    });
    words(config.credential(&reference.parse().unwrap()).await)
}

async fn found(config: &str, reference: &str) -> String {
    found_with(&[("DOCKER_AUTH_CONFIG", config)], reference).await
}

fn words(found: Result<Credential, CredentialError>) -> String {
    match found {
        Ok(Credential::Anonymous) => "anonymous".to_owned(),
        Ok(Credential::Basic { user, password }) => format!("{user}:{}", password.expose_secret()),
        Ok(Credential::Identity { user, token }) => {
            format!("identity {}{}", user.map(|user| format!("{user}:")).unwrap_or_default(), token.expose_secret())
        }
        Ok(Credential::Bearer(token)) => format!("bearer {}", token.expose_secret()),
        Err(error) => error.to_string(),
    }
}

/// A file with one login.
fn login(host: &str, login: &str) -> String {
    format!(r#"{{"auths": {{"{host}": {{"auth": "{}"}}}}}}"#, STANDARD.encode(login))
}

#[tokio::test]
async fn each_form_of_login_is_found() {
    let auth = |text: &str| STANDARD.encode(text);
    let config = format!(
        r#"{{"auths": {{
            "ghcr.io": {{"auth": "{}"}},
            "https://index.docker.io/v1/": {{"auth": "{}"}},
            "http://localhost:5000": {{"auth": "{}"}},
            "https://old.example/v1/": {{"auth": "{}"}},
            "quay.io/team": {{"auth": "{}"}},
            "quay.io/team/app": {{}},
            "quay.io": {{"auth": "{}"}},
            "id.example": {{"identitytoken": "i"}},
            "azure.example": {{"auth": "{}", "identitytoken": "j"}},
            "reg.example": {{"registrytoken": "r", "auth": ""}},
            "plain.example": {{"username": "u", "password": "p"}},
            "empty.example": {{}},
            "null.example": null
        }}, "credsStore": null, "credHelpers": null, "HttpHeaders": {{"X": "y"}}}}"#,
        auth("me:p:q"),
        auth("hub:h"),
        auth("local:l\0"),
        auth("old:o"),
        auth("team:t"),
        auth("quay:u"),
        auth("0000-00:"),
    );
    for (reference, expected) in [
        ("ghcr.io/me/app", "me:p:q"),
        ("GHCR.IO/me/app", "me:p:q"),
        ("ubuntu", "hub:h"),
        ("index.docker.io/me/app", "hub:h"),
        ("registry-1.docker.io/me/app", "hub:h"),
        ("localhost:5000/app", "local:l"),
        ("localhost/app", "anonymous"),
        ("old.example/app", "old:o"),
        ("quay.io/team", "team:t"),
        ("quay.io/team/app", "team:t"),
        ("quay.io/other/app", "quay:u"),
        ("quay.io/teamwork/app", "quay:u"),
        ("id.example/app", "identity i"),
        ("azure.example/app", "identity 0000-00:j"),
        ("reg.example/app", "bearer r"),
        ("plain.example/app", "u:p"),
        ("empty.example/app", "anonymous"),
        ("null.example/app", "anonymous"),
        ("evil-ghcr.io/app", "anonymous"),
        ("ghcr.io.evil.example/app", "anonymous"),
        ("ghcr.io:8443/app", "anonymous"),
    ] {
        assert_eq!(found(&config, reference).await, expected, "{reference}");
    }
}

#[tokio::test]
async fn docker_hub_has_one_login_by_all_its_names() {
    for key in [
        "https://index.docker.io/v1/",
        "https://index.docker.io/v1",
        "index.docker.io",
        "docker.io",
        "https://docker.io",
        "registry-1.docker.io",
        "docker.io/library",
        "docker.io/library/ubuntu",
    ] {
        assert_eq!(found(&login(key, "hub:h"), "ubuntu").await, "hub:h", "{key}");
    }
    assert_eq!(found(&login("docker.io/me", "hub:h"), "ubuntu").await, "anonymous");
}

#[tokio::test]
async fn the_places_are_those_of_docker_and_podman_in_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| folder.path().join(path).to_str().unwrap().to_owned();
    let write = |path: &str, user: &str| {
        let path = at(path);
        std::fs::create_dir_all(Path::new(&path).parent().unwrap()).unwrap();
        std::fs::write(path, login("r.example", &format!("{user}:x"))).unwrap();
    };
    write("home/.docker/config.json", "docker-home");
    write("home/.config/containers/auth.json", "podman-home");
    write("docker/config.json", "docker-config");
    write("xdg/containers/auth.json", "podman-config");
    write("run/containers/auth.json", "podman-run");
    write("file.json", "registry-auth-file");
    write("empty-home/.docker/config.json", "only-docker");
    let inline = login("r.example", "inline:x");
    let elsewhere = login("other.example", "inline:x");
    let (home, empty_home) = (at("home"), at("empty-home"));
    let (docker, xdg, run, file) = (at("docker"), at("xdg"), at("run"), at("file.json"));
    let absent = at("absent");
    for (variables, expected) in [
        (vec![], "anonymous"),
        (vec![("HOME", &home)], "podman-home:x"),
        (vec![("HOME", &empty_home)], "only-docker:x"),
        (vec![("HOME", &empty_home), ("DOCKER_CONFIG", &docker)], "docker-config:x"),
        (vec![("DOCKER_CONFIG", &docker)], "docker-config:x"),
        (vec![("HOME", &home), ("XDG_CONFIG_HOME", &xdg)], "podman-config:x"),
        (vec![("HOME", &home), ("XDG_CONFIG_HOME", &xdg), ("XDG_RUNTIME_DIR", &run)], "podman-run:x"),
        (vec![("HOME", &home), ("XDG_RUNTIME_DIR", &run), ("REGISTRY_AUTH_FILE", &file)], "registry-auth-file:x"),
        (vec![("HOME", &home), ("REGISTRY_AUTH_FILE", &absent)], "docker-home:x"),
        (vec![("HOME", &home), ("XDG_RUNTIME_DIR", &absent)], "podman-home:x"),
        (vec![("HOME", &home), ("DOCKER_AUTH_CONFIG", &inline)], "inline:x"),
        (vec![("HOME", &home), ("DOCKER_AUTH_CONFIG", &elsewhere)], "podman-home:x"),
        (vec![("HOME", &empty_home), ("DOCKER_CONFIG", &String::new())], "only-docker:x"),
    ] {
        let variables: Vec<(&str, &str)> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(found_with(&variables, "r.example/app").await, expected, "{variables:?}");
    }
}

/// Whatever is broken is named, and none of what is in it.
#[tokio::test]
async fn what_cannot_be_read_is_told_without_its_secrets() {
    for (config, expected) in [
        ("not json", "the logins in DOCKER_AUTH_CONFIG cannot be read: line 1, column 2 is no JSON"),
        ("{\"auths\": {", "the logins in DOCKER_AUTH_CONFIG cannot be read: line 1, column 11 is no JSON"),
        (
            r#"{"auths": {"r.example": "hidden"}}"#,
            "the logins in DOCKER_AUTH_CONFIG cannot be read: line 1, column 32 is not as docker and podman write it",
        ),
        (
            r#"{"auths": "hidden"}"#,
            "the logins in DOCKER_AUTH_CONFIG cannot be read: line 1, column 18 is not as docker and podman write it",
        ),
        (
            r#"{"auths": {"r.example": {"auth": "hidden!"}}}"#,
            "the login for r.example in DOCKER_AUTH_CONFIG is damaged",
        ),
        // `hidden`, without a colon.
        (
            r#"{"auths": {"r.example": {"auth": "aGlkZGVu"}}}"#,
            "the login for r.example in DOCKER_AUTH_CONFIG is damaged",
        ),
        // The login of somebody else.
        (r#"{"auths": {"other.example": {"auth": "hidden!"}}}"#, "anonymous"),
        ("{}", "anonymous"),
        (" \n", "anonymous"),
    ] {
        assert_eq!(found(config, "r.example/app").await, expected, "{config}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    std::fs::create_dir(folder.path().join("config.json")).unwrap();
    let told = found_with(&[("DOCKER_CONFIG", path)], "r.example/app").await;
    assert!(told.starts_with(&format!("the logins in {path}/config.json cannot be read: ")), "{told}");
}

#[test]
fn nothing_of_a_login_is_printed() {
    let config = login("r.example", "me:hidden");
    let encoded = STANDARD.encode("me:hidden");
    let file: File = serde_json::from_str(&config).unwrap();
    let source = DockerConfig::of(|name| (name == "DOCKER_AUTH_CONFIG").then(|| config.clone().into()));
    let printed = format!("{file:?} {source:?}");
    assert!(printed.contains("auths") && !printed.contains("hidden") && !printed.contains(&encoded), "{printed}");
}

/// Programs that stand in for helpers, in a folder of their own. All are written before the first is started: a program
/// that is open for writing anywhere cannot be.
#[tokio::test]
async fn helpers_are_asked_and_what_is_wrong_with_them_is_told() {
    let folder = tempfile::tempdir().unwrap();
    for (name, script) in [
        ("answers", r#"read server; echo "{\"ServerURL\":\"x\",\"Username\":\"$1 $server\",\"Secret\":\"s\"}""#),
        ("token", r#"echo '{"ServerURL":"x","Username":"<token>","Secret":"t"}'"#),
        ("deaf", r#"exec <&-; echo '{"Username":"u","Secret":"s"}'"#),
        ("empty", r#"echo '{"ServerURL":"x","Username":"","Secret":""}'"#),
        ("none", "echo 'credentials not found in native keychain'; exit 1"),
        ("locked", "echo 'the keychain is locked'; exit 1"),
        ("silent", "exit 3"),
        ("nonsense", "echo hidden"),
        ("hangs", "exec sleep 600"),
    ] {
        let path = folder.path().join(format!("docker-credential-{name}"));
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let auths = r#""auths": {"r.example": {"auth": "ZmlsZTpm"}, "https://index.docker.io/v1/": {}}"#;
    let asked = async |config: String, reference: &str, patience: Duration| {
        let mut source = DockerConfig::of(|name| match name {
            "DOCKER_AUTH_CONFIG" => Some(config.clone().into()),
            "PATH" => Some(path.clone().into()),
            _ => None,
        });
        source.helpers.patience = patience;
        words(source.credential(&reference.parse().unwrap()).await)
    };
    for (config, reference, expected) in [
        (r#""credsStore": "answers""#, "r.example/app", "get r.example:s"),
        (r#""credsStore": "answers""#, "ubuntu", "get https://index.docker.io/v1/:s"),
        (r#""credsStore": "locked", "credHelpers": {"r.example": "answers"}"#, "r.example/app", "get r.example:s"),
        (r#""credsStore": "answers", "credHelpers": {"other.example": "locked"}"#, "r.example/app", "get r.example:s"),
        (r#""credHelpers": {"docker.io": "token"}"#, "ubuntu", "identity t"),
        (r#""credHelpers": {"https://index.docker.io/v1/": "token"}"#, "ubuntu", "identity t"),
        (r#""credsStore": "deaf""#, "r.example/app", "u:s"),
        // Where a helper has nothing, what is in the file counts.
        (r#""credsStore": "none""#, "r.example/app", "file:f"),
        (r#""credsStore": "empty""#, "r.example/app", "file:f"),
        (r#""credsStore": "none""#, "ubuntu", "anonymous"),
        (r#""credsStore": """#, "r.example/app", "file:f"),
        (r#""credsStore": "locked", "credHelpers": {"r.example": ""}"#, "r.example/app", "file:f"),
        (
            r#""credsStore": "locked""#,
            "ubuntu",
            "the credential helper docker-credential-locked says: the keychain is locked",
        ),
        (
            r#""credsStore": "silent""#,
            "ubuntu",
            "the credential helper docker-credential-silent ended with exit status: 3",
        ),
        (
            r#""credsStore": "nonsense""#,
            "ubuntu",
            "the credential helper docker-credential-nonsense gave an answer that is not what such helpers give",
        ),
        (
            r#""credsStore": "absent""#,
            "ubuntu",
            "the credential helper docker-credential-absent cannot be started: No such file or directory (os error 2)",
        ),
        (
            r#""credsStore": "../evil""#,
            "ubuntu",
            "the credential helper docker-credential-../evil is not looked for: its name leads elsewhere",
        ),
    ] {
        let config = format!("{{{config}, {auths}}}");
        assert_eq!(asked(config.clone(), reference, PATIENCE).await, expected, "{config}");
    }
    let config = r#"{"credsStore": "hangs"}"#.to_owned();
    assert_eq!(
        asked(config, "ubuntu", Duration::from_millis(50)).await,
        "the credential helper docker-credential-hangs did not answer within 50ms"
    );
}

/// A secret is in what is found, or nowhere.
#[test]
fn fuzz_docker_configs() {
    const SECRETS: [&str; 2] = ["sesame", "c2VzYW1l"];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let images = ["ghcr.io/a/b", "ubuntu", "quay.io/team/app:v1", "c.example:5000/x", "a.azurecr.io/x", "b.example/x"];
    let references = images.map(|name| name.parse::<Reference>().unwrap());
    // No helper is there.
    let helpers = Helpers { path: Some("/nonexistent".into()), patience: Duration::from_secs(1) };
    let tokens =
        &["\"auths\":{", "\"auth\":\"", "\"identitytoken\":\"", "\"credsStore\":\"x\",", "c2VzYW1l", "ghcr.io"];
    onetag_fuzz::fuzz("docker-config", tokens, |input| {
        let place = Place::Variable(String::from_utf8_lossy(input).into_owned().into());
        let names_one = |words: &str| SECRETS.iter().any(|secret| words.contains(secret));
        let file = match runtime.block_on(place.read()) {
            Ok(file) => file.unwrap_or_default(),
            Err(error) => return assert!(!names_one(&error.to_string()), "{error}"),
        };
        // Keys and helpers are told by their names, whatever these are.
        let keys = file.auths.iter().flatten().map(|(key, _)| key);
        let mut named =
            keys.chain(&file.creds_store).chain(file.cred_helpers.iter().flatten().map(|(_, helper)| helper));
        let is_open = named.any(|name| names_one(name));
        for reference in &references {
            match runtime.block_on(file.credential(reference, &helpers, &place)) {
                Ok(found) => assert!(!names_one(&format!("{:?}", found.filter(|_| !is_open))), "it is shown"),
                Err(error) => assert!(is_open || !names_one(&error.to_string()), "{error}"),
            }
        }
    });
}
