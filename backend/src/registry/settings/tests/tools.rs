//! Docker's and podman's files.

use super::*;

/// The files of a machine and of a person on it.
struct Machine(tempfile::TempDir);

impl Machine {
    fn with(files: &[(&str, &str)]) -> Self {
        let machine = Self(tempfile::tempdir().unwrap());
        for (name, text) in files {
            write(&machine.0.path().join(name), text);
        }
        machine
    }

    fn settings(&self) -> Settings {
        let root = self.0.path();
        let places = ToolsPlaces {
            etc: root.join("etc"),
            config: Some(root.join("home/.config")),
            docker: Some(root.join("home/.docker")),
        };
        let mut settings = Settings::default();
        settings.add_tools(Tools::read(&places));
        settings
    }
}

fn mirrors(settings: &Settings, name: &str) -> Vec<String> {
    settings.of(&registry(name)).mirrors.value.iter().map(ToString::to_string).collect()
}

#[test]
fn what_docker_was_told() {
    let machine = Machine::with(&[
        (
            "etc/docker/daemon.json",
            r#"{"insecure-registries": ["registry.corp:5000", "10.0.0.0/8", "http://old.corp:80/"],
               "registry-mirrors": ["http://mirror.corp:5000", "https://mirror.example/hub/"], "data-root": "/d"}"#,
        ),
        ("home/.config/docker/daemon.json", r#"{"insecure-registries": ["rootless.corp:5000", "no registry"]}"#),
        ("home/.docker/config.json", r#"{"insecure-registries": ["mine.corp"], "auths": {}}"#),
    ]);
    let settings = machine.settings();
    for (name, is_insecure) in [
        ("registry.corp:5000", true),
        ("registry.corp", false),
        ("old.corp:80", true),
        ("rootless.corp:5000", true),
        ("mine.corp", true),
        ("10.1.2.3:5000", true),
        ("11.1.2.3:5000", false),
        ("ghcr.io", false),
    ] {
        let found = settings.of(&registry(name));
        assert_eq!(found.scheme.value == Scheme::HttpsElseHttp, is_insecure, "{name}");
        assert_eq!(found.skip_verify.value, is_insecure, "{name}");
        assert!(!found.private.value, "{name}: that it is insecure does not say where it may be");
    }
    assert_eq!(mirrors(&settings, "docker.io"), ["mirror.corp:5000", "mirror.example/hub"]);
    assert_eq!(settings.of(&registry("mirror.corp:5000")).scheme.value, Scheme::Http);
    assert_eq!(settings.of(&registry("mirror.example")).scheme.value, Scheme::Https);
    let problems: Vec<_> = settings.problems().iter().map(|problem| problem.value.as_str()).collect();
    assert!(problems.len() == 1 && problems[0].contains("`no registry`"), "{problems:?}");
}

#[test]
fn what_podman_was_told() {
    let machine = Machine::with(&[
        ("etc/containers/registries.conf", "[[registry]]\nlocation = \"not-read.corp\"\ninsecure = true\n"),
        (
            "home/.config/containers/registries.conf",
            "unqualified-search-registries = [\"docker.io\"]\n\
             [[registry]]\nprefix = \"*.lab.example\"\ninsecure = true\n\
             [[registry]]\nlocation = \"quay.io\"\n\
             [[registry.mirror]]\nlocation = \"mirror.corp/quay\"\ninsecure = true\n\
             [[registry.mirror]]\nlocation = \"second.corp\"\npull-from-mirror = \"digest-only\"\n\
             [[registry]]\nprefix = \"quay.io/team\"\nlocation = \"team.corp/moved\"\ninsecure = true\n",
        ),
        (
            "etc/containers/registries.conf.d/000-shortnames.conf",
            "[aliases]\n\"fedora\" = \"registry.fedoraproject.org/fedora\"\n\"gone\" = \"a.b/c\"\n",
        ),
        ("home/.config/containers/registries.conf.d/mine.conf", "[aliases]\n\"gone\" = \"\"\n"),
        ("etc/containers/registries.conf.d/old.conf", "[registries.insecure]\nregistries = [\"a.b\"]\n"),
        ("etc/containers/registries.conf.d/broken.conf", "[[registry]\n"),
    ]);
    let settings = machine.settings();
    for (name, is_insecure) in [
        ("one.lab.example:5000", true),
        ("lab.example", false),
        ("quay.io", false),
        ("mirror.corp", true),
        ("team.corp", true),
        ("not-read.corp", false),
    ] {
        assert_eq!(settings.of(&registry(name)).skip_verify.value, is_insecure, "{name}");
    }
    assert_eq!(
        mirrors(&settings, "quay.io"),
        ["team.corp/moved for team", "mirror.corp/quay", "second.corp (by digest)"],
    );
    let names: Vec<_> = settings.short_names().iter().map(|name| (&*name.name, &*name.repository)).collect();
    assert_eq!(names, [("fedora", "registry.fedoraproject.org/fedora")]);
    let problems: Vec<_> =
        settings.problems().iter().map(|problem| format!("{}: {}", problem.source, problem.value)).collect();
    for words in ["old.conf: it is of version 1", "broken.conf: it is not as podman", "insecure for quay.io/team alone"]
    {
        assert!(problems.iter().any(|problem| problem.contains(words)), "{words}: {problems:?}");
    }
}

#[test]
fn folders_of_certificates_speak_of_one_registry_each() {
    let (pem, key) = certificate();
    let machine = Machine::with(&[
        ("etc/docker/certs.d/registry.corp:5000/ca.crt", &pem),
        ("home/.config/containers/certs.d/client.corp/client.cert", &pem),
        ("home/.config/containers/certs.d/client.corp/client.key", &key),
        ("etc/containers/certs.d/broken.corp/ca.crt", "no certificate"),
        ("home/.config/docker/certs.d/keyless.corp/client.cert", &pem),
        ("etc/docker/certs.d/lonely.corp/client.key", &key),
        ("etc/docker/certs.d/empty.corp/readme", "nothing"),
    ]);
    let settings = machine.settings();
    let of = |name: &str| settings.of(&registry(name));
    assert_eq!((of("registry.corp:5000").authorities.len(), of("registry.corp").authorities.len()), (1, 0));
    assert!(of("client.corp").identity.is_some());
    for (name, words) in
        [("broken.corp", "ca.crt cannot be used"), ("keyless.corp", "client.key"), ("lonely.corp", "client.key has no")]
    {
        let problems = of(name).problems.clone();
        assert!(problems.len() == 1 && problems[0].value.contains(words), "{name}: {problems:?}");
        assert!(problems[0].source.to_string().contains(name), "{name}: {problems:?}");
    }
    assert!(of("empty.corp").problems.is_empty());
    assert!(!settings.named().contains_key("empty.corp"));
}

#[test]
fn nothing_there_says_nothing_and_a_broken_file_is_told() {
    assert!(Machine::with(&[]).settings().problems().is_empty());
    let machine =
        Machine::with(&[("etc/docker/daemon.json", "{ \"secret\": nonsense"), ("home/.docker/config.json", "")]);
    let settings = machine.settings();
    let problems: Vec<_> = settings.problems().iter().map(|problem| problem.value.as_str()).collect();
    assert!(problems.len() == 1 && problems[0].contains("line 1") && !problems[0].contains("nonsense"), "{problems:?}");
}
