//! What a CI job does to add its part, ready to paste.

use onetag_shared::api::{Gather, GatherRequest, GatherTarget, PushTarget, paths};

/// A text to paste, and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Snippet {
    /// Where it is pasted.
    pub(crate) title: &'static str,
    /// What it is for.
    pub(crate) note: &'static str,
    /// The text.
    pub(crate) text: String,
}

/// The ways to add a part to a gather of the server at this address (`https://host`). The token is in it while it is known.
pub(crate) fn snippets(gather: &Gather, server: &str, token: Option<&str>) -> Vec<Snippet> {
    let repository = gather.targets.first().map(|target| target.reference.familiar_repo()).unwrap_or_default();
    let platform = gather.missing.first().or_else(|| gather.platforms.first().map(|platform| &platform.platform));
    let platform = platform.map(ToString::to_string).unwrap_or_default();
    let parts = format!("{server}{}", gather.parts_url);
    let bearer = token.unwrap_or("$ONETAG_TOKEN");
    let curl = format!(
        "curl -sS --fail-with-body {parts} \\\n  -H \"Authorization: Bearer {bearer}\" \\\n  -d '{{\"source\": \
         \"{repository}@sha256:…\", \"platform\": \"{platform}\"}}'"
    );
    // What `docker/build-push-action` with the id `build`, in a matrix of platforms, has pushed by its digest.
    let built = format!(
        "-d '{{\"source\": \"{repository}@${{{{ steps.build.outputs.digest }}}}\", \"platform\": \"${{{{ matrix.platform }}}}\"}}'"
    );
    let step = format!(
        "- name: Add the image to its list\n  env:\n    ONETAG_TOKEN: ${{{{ secrets.ONETAG_TOKEN }}}}\n  run: |\n    \
         curl -sS --fail-with-body {parts} \\\n      -H \"Authorization: Bearer $ONETAG_TOKEN\" \\\n      {built}"
    );
    let every_run = format!(
        "- name: Add the image to the run's list\n  env:\n    ONETAG: {server}\n    ONETAG_KEY: ${{{{ secrets.ONETAG_KEY }}}}\n  \
         run: |\n    gather=$(curl -sS --fail-with-body \"$ONETAG{}\" \\\n      -H \"Authorization: Bearer $ONETAG_KEY\" \
         -H \"Idempotency-Key: $GITHUB_RUN_ID\" \\\n      -d '{}')\n    curl -sS --fail-with-body \"$ONETAG$(jq -r .partsUrl \
         <<< \"$gather\")\" \\\n      -H \"Authorization: Bearer $(jq -r .token <<< \"$gather\")\" \\\n      {built}",
        paths::GATHERS,
        in_quotes(&again(gather)),
    );
    vec![
        Snippet { title: "curl", note: "Adds one image to this gather.", text: curl },
        Snippet {
            title: "GitHub Actions, this gather",
            note: "A step for each job, after the one with the id build. The token is a secret of the repository.",
            text: step,
        },
        Snippet {
            title: "GitHub Actions, a gather for each run",
            note: "The first job makes a gather like this one, the others find it. It wants this server's access key.",
            text: every_run,
        },
    ]
}

/// What asks for another gather like this one.
fn again(gather: &Gather) -> String {
    let draft = &gather.draft;
    let target = |target: &PushTarget| GatherTarget { reference: target.reference.clone(), guard: None };
    let request = GatherRequest {
        platforms: gather.platforms.iter().map(|platform| platform.platform.clone()).collect(),
        targets: gather.targets.iter().map(target).collect(),
        sources: gather.sources.clone(),
        deadline: None,
        expires_in: None,
        list_type: draft.list_type,
        format: draft.format,
        annotations: draft.annotations.clone(),
        artifact_type: draft.artifact_type.clone(),
        subject: draft.subject.clone(),
        convert: draft.convert,
        options: gather.options.clone(),
    };
    serde_json::to_string(&request).unwrap_or_default()
}

/// JSON that stands between single quotes in a shell, in a workflow, and means there what it means here: neither a quote nor
/// an expression of the workflow can begin in it.
fn in_quotes(json: &str) -> String {
    json.replace('\'', "\\u0027").replace("${", "\\u0024{")
}

#[cfg(test)]
mod tests {
    use super::{super::tests::gather, *};

    #[test]
    fn what_is_pasted_adds_to_this_gather() {
        let gather = gather();
        let [curl, step, every_run] = snippets(&gather, "http://127.0.0.1:8080", Some("s3cret")).try_into().unwrap();
        assert_eq!(
            curl.text,
            "curl -sS --fail-with-body http://127.0.0.1:8080/api/v1/gathers/x1/parts \\\n  -H \"Authorization: Bearer s3cret\" \
             \\\n  -d '{\"source\": \"ghcr.io/me/app@sha256:…\", \"platform\": \"linux/amd64\"}'"
        );
        // What is checked in has no secret in it.
        assert!(!step.text.contains("s3cret") && !every_run.text.contains("s3cret"));
        assert!(
            step.text.contains("secrets.ONETAG_TOKEN }}") && step.text.contains("@${{ steps.build.outputs.digest }}")
        );
        assert!(every_run.text.contains("\"platforms\":[\"linux/amd64\",\"linux/arm64\"]"), "{}", every_run.text);
        let later = snippets(&gather, "http://127.0.0.1:8080", None);
        assert!(later[0].text.contains("Bearer $ONETAG_TOKEN"));
    }

    #[test]
    fn an_annotation_ends_no_quotes() {
        let mut gather = gather();
        gather.draft.annotations.insert("it's".to_owned(), "${{ secrets.KEY }}".to_owned());
        let json = in_quotes(&again(&gather));
        assert!(!json.contains('\'') && !json.contains("${"), "{json}");
        let read: GatherRequest = serde_json::from_str(&json).unwrap();
        assert_eq!(read.annotations, gather.draft.annotations);
    }
}
