#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

fn text_of(commands: &[Command], tool: &str) -> String {
    commands.iter().find(|command| command.tool == tool).map(|command| command.text.clone()).unwrap()
}

#[test]
fn pulls() {
    let reference = "ghcr.io/me/app:v1".parse().unwrap();
    let platform = "linux/arm/v7".parse().unwrap();
    let commands = pull_commands(&reference, Some(&platform));
    assert_eq!(text_of(&commands, "docker"), "docker pull --platform linux/arm/v7 ghcr.io/me/app:v1");
    assert_eq!(
        text_of(&commands, "skopeo"),
        "skopeo --override-os linux --override-arch arm --override-variant v7 copy docker://ghcr.io/me/app:v1 oci:image"
    );
    assert_eq!(text_of(&pull_commands(&reference, None), "podman"), "podman pull ghcr.io/me/app:v1");
}

#[test]
fn runs_and_looks() {
    let reference = "ghcr.io/me/app:v1".parse().unwrap();
    let platform = "linux/arm64/v8".parse().unwrap();
    for (tool, run) in [
        ("docker", "docker run --rm --platform linux/arm64/v8 ghcr.io/me/app:v1"),
        ("podman", "podman run --rm --platform linux/arm64/v8 ghcr.io/me/app:v1"),
    ] {
        assert_eq!(text_of(&run_commands(&reference, Some(&platform)), tool), run);
    }
    assert_eq!(text_of(&run_commands(&reference, None), "docker"), "docker run --rm ghcr.io/me/app:v1");
    for (tool, look) in [
        ("docker", "docker manifest inspect ghcr.io/me/app:v1"),
        ("buildx", "docker buildx imagetools inspect ghcr.io/me/app:v1"),
        ("podman", "podman manifest inspect ghcr.io/me/app:v1"),
        ("crane", "crane manifest ghcr.io/me/app:v1"),
        ("skopeo", "skopeo inspect --raw docker://ghcr.io/me/app:v1"),
        ("regctl", "regctl manifest get --format raw-body ghcr.io/me/app:v1"),
        ("oras", "oras manifest fetch ghcr.io/me/app:v1"),
    ] {
        assert_eq!(text_of(&look_commands(&reference), tool), look);
    }
    let local = "localhost:5000/app:v1".parse().unwrap();
    for (tool, look) in [
        ("docker", "docker manifest inspect --insecure localhost:5000/app:v1"),
        ("podman", "podman manifest inspect --tls-verify=false localhost:5000/app:v1"),
        ("skopeo", "skopeo inspect --raw --tls-verify=false docker://localhost:5000/app:v1"),
        (
            "regctl",
            "regctl --host reg=localhost:5000,tls=disabled manifest get --format raw-body localhost:5000/app:v1",
        ),
        ("oras", "oras manifest fetch --plain-http localhost:5000/app:v1"),
    ] {
        assert_eq!(text_of(&look_commands(&local), tool), look);
    }
    assert_eq!(
        text_of(&run_commands(&local, None), "podman"),
        "podman run --rm --tls-verify=false localhost:5000/app:v1"
    );
}

#[test]
fn a_registry_on_loopback_speaks_plain_http() {
    let reference: Reference = "localhost:5000/app:v1".parse().unwrap();
    for (tool, pull) in [
        ("docker", "docker pull localhost:5000/app:v1"),
        ("podman", "podman pull --tls-verify=false localhost:5000/app:v1"),
        ("crane", "crane pull localhost:5000/app:v1 image.tar"),
        ("skopeo", "skopeo copy --src-tls-verify=false docker://localhost:5000/app:v1 oci:image"),
        ("regctl", "regctl --host reg=localhost:5000,tls=disabled image copy localhost:5000/app:v1 ocidir://image"),
        ("oras", "oras copy --from-plain-http localhost:5000/app:v1 --to-oci-layout image"),
    ] {
        assert_eq!(text_of(&pull_commands(&reference, None), tool), pull);
    }
    let entries = [("localhost:5000/app:v1-arm".parse().unwrap(), Some("linux/arm/v7".parse().unwrap()))];
    let commands = create_commands(&reference, &entries, &Annotations::new());
    assert_eq!(
        text_of(&commands, "podman"),
        "podman manifest create localhost:5000/app:v1\n\
         podman manifest add --tls-verify=false --os linux --arch arm --variant v7 localhost:5000/app:v1 docker://localhost:5000/app:v1-arm\n\
         podman manifest push --all --tls-verify=false localhost:5000/app:v1 docker://localhost:5000/app:v1"
    );
    assert_eq!(
        text_of(&commands, "regctl"),
        "regctl --host reg=localhost:5000,tls=disabled index create localhost:5000/app:v1 --ref localhost:5000/app:v1-arm"
    );
    assert_eq!(text_of(&commands, "oras"), "oras manifest index create --plain-http localhost:5000/app:v1 v1-arm");
}

#[test]
fn creates() {
    let target = "localhost:5000/me/app:v1".parse().unwrap();
    let entries = [("localhost:5000/me/app:v1-arm".parse().unwrap(), Some("linux/arm/v7".parse().unwrap()))];
    let annotations = Annotations::from([("a.b".to_owned(), "it's; rm -rf $HOME".to_owned())]);
    let commands = create_commands(&target, &entries, &annotations);
    assert_eq!(
        text_of(&commands, "docker"),
        "docker manifest create --insecure localhost:5000/me/app:v1 localhost:5000/me/app:v1-arm\n\
         docker manifest annotate --os linux --arch arm --variant v7 localhost:5000/me/app:v1 localhost:5000/me/app:v1-arm\n\
         docker manifest push --insecure localhost:5000/me/app:v1"
    );
    assert_eq!(
        text_of(&commands, "buildx"),
        r"docker buildx imagetools create --annotation index:'a.b=it'\''s; rm -rf $HOME' -t localhost:5000/me/app:v1 localhost:5000/me/app:v1-arm"
    );
}

#[test]
fn words_of_a_shell() {
    assert_eq!(quoted("a-b"), "a-b");
    assert_eq!(quoted(""), "''");
    assert_eq!(quoted("$(x)"), "'$(x)'");
    assert_eq!(quoted("a'b"), r"'a'\''b'");
}
