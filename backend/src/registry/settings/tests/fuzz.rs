//! Files that docker, podman and people wrote, or something else did.

use super::*;

const SECRET: &str = "sesame";

/// Reads one file of docker's or podman's, and looks at what it says.
fn read_tools(folder: &Path, name: &str, input: &[u8]) {
    std::fs::write(folder.join(name), input).unwrap();
    let tools = Tools::read(&ToolsPlaces { etc: folder.to_owned(), config: None, docker: None });
    let size = input.len();
    assert!(tools.said.len() <= size * 2 && tools.problems.len() <= size + 1 && tools.short_names.len() <= size);
    for (whom, Sourced { value, .. }) in &tools.said {
        match whom {
            Whom::One(one) => assert!(!one.as_str().contains(['@', '/', '%']), "{one}"),
            Whom::Below(domain) => assert!(domain.starts_with('.'), "{domain}"),
            Whom::All | Whom::Within(_) => {}
        }
        assert!(value.credential.is_none() && value.private.is_none(), "they cannot say that");
        look_at(value);
    }
    let mut settings = Settings::default();
    settings.add_tools(tools);
    for name in ["docker.io", "quay.io", "localhost:5000", "10.1.2.3:5000", "[fd00::1]:5000", "a.lab.example"] {
        settings.of(&registry(name));
    }
    assert!(settings.named().len() <= size * 2);
}

fn look_at(options: &Options) {
    for mirror in options.mirrors.iter().flatten() {
        assert!(!mirror.registry().as_str().contains(['@', '/', '%']), "{mirror}");
        for name in ["ubuntu:22.04", "quay.io/team/app:v1"] {
            let reference = name.parse().unwrap();
            if let Some(there) = mirror.manifest(&reference) {
                assert!(there.registry() == mirror.registry() && there.tag() == reference.tag(), "{there}");
            }
        }
    }
    for realm in options.realms.iter().flatten() {
        assert!(!realm.contains(['@', '/', '%']) && !realm.chars().any(char::is_control), "{realm}");
    }
    assert!(options.parallel.is_none_or(|number| (1..=MOST_PARALLEL).contains(&number)));
}

#[test]
fn fuzz_daemon_json() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("docker")).unwrap();
    let tokens = &["\"insecure-registries\":[", "\"registry-mirrors\":[", "10.0.0.0/8", "::/0", "/33", "http://a.b"];
    onetag_fuzz::fuzz("daemon-json", tokens, |input| read_tools(folder.path(), "docker/daemon.json", input));
}

#[test]
fn fuzz_registries_conf() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("containers")).unwrap();
    let tokens = &[
        "[[registry]]\n",
        "[[registry.mirror]]\n",
        "prefix = \"*.",
        "location = \"",
        "insecure = true\n",
        "[aliases]\n",
        "\"\"\"",
        "'''",
        "= [",
        "= {",
    ];
    onetag_fuzz::fuzz("registries-conf", tokens, |input| {
        read_tools(folder.path(), "containers/registries.conf", input);
    });
}

/// What of our file may be told: all but the secrets in it.
fn open_part(text: &str) -> Option<String> {
    let mut file: toml::Table = text.parse().ok()?;
    let tables =
        file.get_mut("registry").and_then(toml::Value::as_table_mut).into_iter().flat_map(toml::Table::iter_mut);
    for (_, table) in tables {
        if let Some(table) = table.as_table_mut() {
            table.retain(|key, _| !["password", "token", "identity-token"].contains(&key));
        }
    }
    Some(format!("{file:?}"))
}

#[test]
fn fuzz_our_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("registries.toml");
    let tokens = &[
        "[registry.\"a.b\"]\n",
        "password = \"sesame\"\n",
        "token = ",
        "identity-token = ",
        "user = \"me\"\n",
        "realms = [",
        "mirrors = [",
        "parallel = ",
        "scheme = \"https\"\n",
        "\"\"\"",
        "'''",
        "= {",
    ];
    onetag_fuzz::fuzz("registries-file", tokens, |input| {
        std::fs::write(&path, input).unwrap();
        match read_file(&path) {
            Ok(said) => {
                for (_, _, options) in said {
                    look_at(&options);
                    let Some(credential) = &options.credential else { continue };
                    let user = match credential {
                        Credential::Basic { user, .. } => user,
                        Credential::Identity { user, .. } => user.as_deref().unwrap_or_default(),
                        Credential::Anonymous | Credential::Bearer(_) => "",
                    };
                    assert!(user.contains(SECRET) || !format!("{credential:?}").contains(SECRET), "it is shown");
                }
            }
            Err(error) => {
                let words = error.to_string();
                let is_open = open_part(&String::from_utf8_lossy(input)).is_some_and(|open| open.contains(SECRET));
                assert!(is_open || !words.contains(SECRET), "{words}");
            }
        }
    });
}
