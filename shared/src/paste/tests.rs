use crate::{list::Draft, reference::ReferenceError};

use super::*;

fn names(text: &str) -> Vec<String> {
    read(text).images.iter().map(|image| image.reference.familiar()).collect()
}

/// What a text makes of an empty draft, a line each: rows with their platforms, targets, annotations, and what is left out.
fn made(text: &str) -> Vec<String> {
    let pasted = read(text);
    assert_eq!(pasted.rejected, [], "{text}");
    let (edits, left_out) = pasted.edits(&Draft::default(), |_| None);
    let mut draft = Draft::default();
    for edit in edits {
        edit.apply(&mut draft).unwrap();
    }
    let pairs = |annotations: &Annotations| {
        annotations.iter().flat_map(|(key, value)| [" ", key, "=", value]).collect::<String>()
    };
    let mut lines: Vec<String> = Vec::new();
    for entry in &draft.entries {
        let platform = entry.platform.as_ref().map(|platform| format!(" {platform}")).unwrap_or_default();
        let take: String = entry.take.iter().flat_map(|platform| [" only ".to_owned(), platform.to_string()]).collect();
        let annotations = entry.annotations.as_ref().map(pairs).unwrap_or_default();
        lines.push(format!("{}{platform}{take}{annotations}", entry.source.familiar()));
    }
    lines.extend(pasted.targets.iter().map(|target| format!("-> {}", target.familiar())));
    lines.extend((!draft.annotations.is_empty()).then(|| format!("list:{}", pairs(&draft.annotations))));
    lines.extend(draft.artifact_type.map(|artifact_type| format!("type: {artifact_type}")));
    lines.extend(left_out.iter().map(|words| format!("left out: {words}")));
    lines
}

#[test]
fn lists() {
    assert_eq!(names("a:1\nb:2"), ["a:1", "b:2"]);
    assert_eq!(names(" a:1, b:2;c \t d\r\n- e:5\n* f\n# not this\n\n"), ["a:1", "b:2", "c", "d", "e:5", "f"]);
    assert_eq!(names("\"a:1\" 'b:2' `c:3`"), ["a:1", "b:2", "c:3"]);
    assert_eq!(names("docker"), ["docker"]);
    assert_eq!(names("image: 'a:1' # the first\n  image: b:2"), ["a:1", "b:2"]);
    assert_eq!(names("a:1 a:1"), ["a:1", "a:1"], "somebody's slip is shown, not mended in silence");
}

#[test]
fn dockerfiles() {
    let text = "# syntax=docker/dockerfile:1\nARG X=1\nFROM --platform=$BUILDPLATFORM golang:1.24 AS build\nRUN go build ./...\n\
                FROM build as test\nFROM alpine:3\nCOPY --from=build --chown=1 /app /app\nCOPY --link --from=ghcr.io/me/tools:v1 /t /t\n\
                COPY --from=0 /x /x\nCOPY . .\nUSER me\nENTRYPOINT [\"/app\"]";
    assert_eq!(names(text), ["golang:1.24", "alpine:3", "ghcr.io/me/tools:v1"]);
    assert_eq!(read(text).rejected, []);
    let text =
        "FROM alpine:3\nRUN apk add a \\\n  # why\n  b\nRUN <<-'EOF' sh\n  apk add c\nEOF\nCOPY --from=busybox /a /a";
    assert_eq!((names(text), read(text).rejected), (vec!["alpine:3".to_owned(), "busybox".to_owned()], vec![]));
    assert_eq!(names("FROM scratch\nFROM golang AS Build\nCOPY --from=build /a /a"), ["golang"]);
    let of_variables = made("ARG V=20\nFROM node:${V}\nFROM alpine:3");
    assert_eq!(of_variables, ["alpine:3", "left out: “node:${V}”, whose variables are set where it is built"]);
    assert_eq!(names("FROM alpine AS alpine\nFROM alpine"), ["alpine"]);
    assert_eq!(names("COPY --from=busybox:1 /bin/sh /sh"), ["busybox:1"]);
    assert_eq!(names("user volume"), ["user", "volume"], "in lower case they are names");
}

#[test]
fn files_of_compose_and_kubernetes() {
    let compose = "# web\nservices:\n  web:\n    image: \"nginx:1\" # pinned\n    ports:\n      - \"80:80\"\n    depends_on: [db]\n\
                   \x20 db:\n    image: ghcr.io/me/db:${TAG}\n";
    assert_eq!(made(compose), ["nginx:1", "left out: “ghcr.io/me/db:${TAG}”, which is said elsewhere"]);
    let pod = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: me/app:v1\n    name: app\n  - name: side\n    image: 'me/side'\n---\nkind: List";
    assert_eq!(made(pod), ["me/app:v1", "me/side"]);
    assert_eq!(made("- name: a\n  image: me/a\n  command:\n  - sh\n  - |\n    echo b c\n"), ["me/a"]);
    let same = "x-app: &app\n  image: &name me/app:v1\nservices:\n  web:\n    image: *name\n  worker:\n    image: me/app:v1\n\
                \x20 chart:\n    image: \"{{ .Values.image }}\"";
    let left_out =
        ["*name", "{{ .Values.image }}"].map(|image| format!("left out: “{image}”, which is said elsewhere"));
    assert_eq!(made(same), ["me/app:v1", left_out[0].as_str(), left_out[1].as_str()]);
    // Commands count, wherever YAML stands beside them.
    let script = "docker manifest create me/app:v1 me/a me/b\ncat > pod.yaml <<EOF\nkind: Pod\n  image: me/app:v1\nEOF";
    assert_eq!(names(script)[..2], ["me/a", "me/b"]);
    let ci = read("image: docker:27\nscript:\n- docker manifest create me/app:v1 me/a me/b");
    assert_ne!(ci.rejected, []);
    // Not everything with a colon is one.
    assert_eq!(names("image: a:1\nb:2"), ["a:1", "b:2"]);
    assert_eq!(names("- a:1\n- b:2"), ["a:1", "b:2"]);
    assert_eq!(read("kind: Pod\nimage:").rejected.len(), 2);
}

#[test]
fn docker_manifest() {
    let text = "#!/bin/sh\nset -e\n\
        $ DOCKER_CLI_EXPERIMENTAL=enabled docker manifest create --insecure me/app:v1 \\\n  --amend me/app:amd64 me/app:arm\n\
        sudo docker --context ci manifest annotate --os linux --arch arm --variant=v7 me/app:v1 me/app:arm && echo done\n\
        docker manifest annotate --os-version 10.0.1 --arch amd64 --os windows --os-features a,b me/app:v1 me/app:amd64\n\
        docker manifest push --purge me/app:v1 > /dev/null 2>&1";
    assert_eq!(
        made(text),
        [
            "me/app:amd64 windows(10.0.1+a+b)/amd64",
            "me/app:arm linux/arm/v7",
            "-> me/app:v1",
            "left out: “set -e”",
            "left out: “echo done”"
        ]
    );
    // Pushed under several names.
    let text = "docker manifest create a:1 b:1 c:1\ndocker manifest create a:2 b:1 c:1";
    assert_eq!(made(text), ["b:1", "c:1", "-> a:1", "-> a:2"]);
    let text = "docker manifest create a:1 b:1\ndocker manifest create a:2 c:1";
    let several = "left out: that these are several lists: their images are all in this one";
    assert_eq!(made(text), ["b:1", "c:1", "-> a:1", "-> a:2", several]);
    let text = "docker manifest create a:1 b:1\ndocker manifest annotate --variant v7 a:1 b:1";
    let no_architecture = "left out: the platform of b:1, because no architecture is named; it can be set in its row";
    assert_eq!(made(text), ["b:1", "-> a:1", no_architecture]);
}

#[test]
fn podman_and_buildah() {
    for tool in ["podman", "buildah"] {
        let text = format!(
            "{tool} manifest create --annotation a=b mylist\n\
             {tool} manifest add --arch arm --variant v7 --authfile x mylist docker://ghcr.io/me/app:arm\n\
             {tool} manifest add --annotation k='v w' mylist ghcr.io/me/app:amd64\n\
             {tool} manifest annotate --features sse4 --arch amd64 --os linux mylist ghcr.io/me/app:amd64\n\
             {tool} manifest push --all mylist docker://ghcr.io/me/app:v1\n\
             {tool} manifest push mylist docker://ghcr.io/me/app:latest"
        );
        assert_eq!(
            made(&text),
            [
                "ghcr.io/me/app:arm linux/arm/v7",
                "ghcr.io/me/app:amd64 linux/amd64 k=v w",
                "-> ghcr.io/me/app:v1",
                "-> ghcr.io/me/app:latest",
                "list: a=b"
            ]
        );
    }
}

#[test]
fn buildx() {
    let text = "docker buildx --builder b imagetools create --builder c -t me/app:v1 --tag me/app:latest \
                --annotation index:a=b --annotation manifest-descriptor:c=d --annotation e=f --progress plain \
                -f more.json me/app:amd64 me/app:arm64";
    assert_eq!(
        made(text),
        [
            "me/app:amd64 c=d",
            "me/app:arm64 c=d",
            "-> me/app:v1",
            "-> me/app",
            "list: a=b",
            "left out: --annotation e=f",
            "left out: -f more.json"
        ]
        .map(|line| if line == "-> me/app" { "-> me/app:latest" } else { line })
    );
    let append = made("docker buildx imagetools create --append -t me/app:v1 me/app:arm64");
    assert_eq!(append, ["me/app:v1", "me/app:arm64", "-> me/app:v1"]);
}

#[test]
fn crane_regctl_and_oras() {
    let crane = made("crane index append -t me/app:v1 -m me/app:amd64 --manifest=me/app:arm64,me/app:arm me/base:v1");
    assert_eq!(crane, ["me/base:v1", "me/app:amd64", "me/app:arm64", "me/app:arm", "-> me/app:v1"]);
    let digest = format!("sha256:{}", "a".repeat(64));
    let regctl = made(&format!(
        "regctl -v info index create me/app:v1 --ref me/app:amd64 --digest {digest} --annotation a=b --by-digest \
         --artifact-type x/y --desc-platform linux/arm/v7"
    ));
    assert_eq!(
        regctl,
        [
            "me/app:amd64 linux/arm/v7",
            &format!("me/app@{digest} linux/arm/v7"),
            "-> me/app:v1",
            "list: a=b",
            "type: x/y",
            "left out: --by-digest, which is not known here"
        ]
    );
    assert_eq!(made("regctl index add me/app:v1 --ref me/x:arm"), ["me/app:v1", "me/x:arm", "-> me/app:v1"]);
    let oras = made(&format!("oras manifest index create ghcr.io/me/app:v1,v2 amd64 {digest} --annotation a=b"));
    assert_eq!(
        oras,
        [
            "ghcr.io/me/app:amd64",
            &format!("ghcr.io/me/app@{digest}"),
            "-> ghcr.io/me/app:v1",
            "-> ghcr.io/me/app:v2",
            "list: a=b"
        ]
    );
    let manifest_tool = made(
        "manifest-tool --username u push from-args --platforms linux/amd64,linux/arm/v7 \
         --template me/app-ARCHVARIANT:v1 --target me/app:v1 --tags latest",
    );
    let rows = ["me/app-amd64:v1 linux/amd64", "me/app-armv7:v1 linux/arm/v7", "-> me/app:v1", "-> me/app:latest"];
    assert_eq!(manifest_tool, rows);
}

#[test]
fn commands_that_name_one_image() {
    for (text, expected) in [
        ("docker pull --platform linux/arm64 alpine:3.20", "alpine:3.20 only linux/arm64"),
        ("docker run --rm -it -p 80:80 -v /a:/b nginx:1 sh -c 'x y'", "nginx:1"),
        ("skopeo inspect --raw docker://ghcr.io/me/app:v1", "ghcr.io/me/app:v1"),
        ("crane pull alpine:3.20 image.tar", "alpine:3.20"),
        ("crane manifest alpine", "alpine"),
        ("docker build -t me/app:amd64 --push .", "me/app:amd64"),
        ("docker manifest inspect -v alpine", "alpine"),
        ("kubectl run web --image=nginx:1 --restart=Never", "nginx:1"),
        ("kubectl -n x create deployment web --image nginx:1", "nginx:1"),
        ("ctr -n k8s.io images pull --platform linux/arm64 docker.io/library/alpine:3", "alpine:3 only linux/arm64"),
        ("ctr i pull ghcr.io/me/app:v1", "ghcr.io/me/app:v1"),
        ("crictl pull alpine", "alpine"),
        ("ctr i pull --user u:p ghcr.io/me/app:v1", "ghcr.io/me/app:v1"),
    ] {
        assert_eq!(made(text), [expected], "{text}");
    }
    assert_eq!(made("docker-compose pull"), ["left out: “docker-compose pull”, which makes no list"]);
    assert_eq!(made("docker system prune -f"), ["left out: “docker system prune”, which makes no list"]);
    assert_eq!(made("skopeo copy --all docker://a:1 docker://b:1"), ["a:1", "-> b:1"]);
}

#[test]
fn what_is_no_reference_is_handed_back() {
    let pasted = read("ok:1 Not/OK https://ghcr.io/me/app");
    assert_eq!(pasted.images.len(), 1);
    let texts: Vec<_> = pasted.rejected.iter().map(ReferenceError::text).collect();
    assert_eq!(texts, ["Not/OK", "https://ghcr.io/me/app"]);
}
