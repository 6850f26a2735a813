//! What there is to know about one image of a list.

use std::collections::BTreeMap;

use leptos::prelude::*;
use onetag_shared::{
    api::Problem,
    check::FindingCode,
    commands::{Command, pull_commands, said},
    descriptor::Annotations,
    document::{HistoryEntry, ImageConfig},
    markup::visible,
    platform::Platform,
    reference::Reference,
    source::{Selecting, Source},
    view::Row,
};

use super::{attestation::Contents, referrers::RowReferrers};
use crate::{
    components::{AnnotationTable, Commands, DigestText, FindingItem, LayerDetails, ProblemBox, When},
    text::{documents::bytes_of, format},
};

/// Config, layers, attestations and annotations.
#[component]
pub(crate) fn Details(
    /// The image.
    row: Row,
    /// Where it comes from.
    source: RwSignal<Option<Source>>,
) -> impl IntoView {
    let problem = source.with_untracked(|source| source.as_ref().and_then(|source| problem_of(source, &row)));
    // That it is missing is said by the problem.
    let is_known = row.complete;
    let is_said = |code| matches!(code, FindingCode::ChildMissing | FindingCode::ChildUnseen | FindingCode::Schema1);
    let findings = row.findings.iter().filter(|finding| is_known && (problem.is_none() || !is_said(finding.code)));
    let findings: Vec<_> = findings.map(|finding| view! { <FindingItem finding=finding.clone() /> }).collect();
    let machines = row.platform.as_ref().and_then(Platform::words);
    let at = source.with_untracked(|source| source.as_ref().map(|source| source.reference.clone()));
    let attestations = row
        .attestations
        .iter()
        .map(|attestation| {
            let kinds = attestation.name();
            let (digest, subject) = (attestation.digest.clone(), row.digest.clone());
            view! {
                <li class="attestation">
                    {kinds.clone()}" "<DigestText digest=digest.clone() at=at.clone() />
                    <Contents digest subject kind=kinds />
                </li>
            }
        })
        .collect_view();
    let own = source.with_untracked(|source| source.as_ref().and_then(|source| own_annotations(source, &row)));
    let own = own.unwrap_or_default();
    let own_config = source.with_untracked(|source| source.as_ref().and_then(|source| config_link(source, &row)));
    let has_attestations = !row.attestations.is_empty();
    // What cannot be had is not asked about.
    let referred = (!row.is_missing()).then(|| (row.digest.clone(), row.is_list()));
    let pulls = source.with_untracked(|source| {
        let source = source.as_ref().filter(|_| referred.is_some() && row.platform.is_some())?;
        Some(pulls(source, &row))
    });
    view! {
        <div class="details" role="row">
            <div role="cell" class="details-cell" aria-colspan="7">
                {machines.map(|words| view! { <p class="hint machines">{words}</p> })}
                {problem.map(|problem| view! { <ProblemBox problem /> })}
                {(!findings.is_empty()).then(|| view! { <div class="row-findings">{findings}</div> })}
                {pulls.map(|commands| view! { <section><h3>"Pull"</h3><Commands commands /></section> })}
                {row.config.as_ref().map(|config| view! {
                    <section><h3>"Config"</h3>{own_config}<AnnotationTable annotations=facts(config) /></section>
                })}
                {row.config.as_ref().filter(|config| !config.labels.is_empty()).map(|config| view! {
                    <section><h3>"Labels"</h3><AnnotationTable annotations=config.labels.clone() /></section>
                })}
                {(!own.is_empty()).then(|| view! {
                    <section><h3>"Annotations of the image"</h3><AnnotationTable annotations=own /></section>
                })}
                {(!row.annotations.is_empty()).then(|| view! {
                    <section><h3>"Annotations in the list"</h3><AnnotationTable annotations=row.annotations /></section>
                })}
                {has_attestations.then(|| view! {
                    <section><h3>"Attestations"</h3><ul class="layer-list">{attestations}</ul></section>
                })}
                {referred.map(|(digest, is_list)| view! { <RowReferrers digest is_list /> })}
                {(!row.layers.is_empty()).then(|| view! {
                    <section><h3>"Layers"</h3><LayerDetails layers=row.layers /></section>
                })}
                {row.config.filter(|config| !config.history.is_empty()).map(|config| view! {
                    <History steps=config.history />
                })}
                <p class="hint"><code>{row.media_type}</code></p>
            </div>
        </div>
    }
}

/// The one command that most people want: for this platform of the tag, where that gets this image, and for exactly this image.
fn pulls(source: &Source, row: &Row) -> Vec<Command> {
    let at = &source.reference;
    let docker = |reference: &Reference, platform, words: &'static str| {
        let commands = pull_commands(reference, platform);
        commands.into_iter().find(|command| command.tool == "docker").map(|command| Command { tool: words, ..command })
    };
    let exactly = at.repository_only().with_digest(row.digest.clone());
    let gets_it = |platform: &&Platform| match source.select(&said(platform)) {
        Selecting::Done(selection) => selection.descriptor.is_some_and(|image| image.digest == row.digest),
        Selecting::WantsManifest(_) | Selecting::WantsConfig(_) | Selecting::Unknown(_) => false,
    };
    let platform = row.platform.as_ref().filter(|_| at.digest().is_none()).filter(gets_it);
    let by_tag = platform.and_then(|platform| docker(at, Some(platform), "by tag"));
    [by_tag, docker(&exactly, None, "exactly this")].into_iter().flatten().collect()
}

/// The digest of an image's config, which leads to its bytes.
fn config_link(source: &Source, row: &Row) -> Option<AnyView> {
    let manifest = source.child(&row.digest).unwrap_or(&source.root);
    let digest = source.config_document(manifest)?.digest().clone();
    let href = bytes_of(&digest);
    Some(view! { <p class="own-config"><DigestText digest href /></p> }.into_any())
}

/// The annotations in an image's own manifest.
fn own_annotations(source: &Source, row: &Row) -> Option<Annotations> {
    source.child_image(&row.digest).and_then(|image| image.annotations)
}

/// How the image was made, first step first.
#[component]
fn History(
    /// The steps.
    steps: Vec<HistoryEntry>,
) -> impl IntoView {
    let words = format!("History: {}", format::count(steps.len(), "step", "steps"));
    let steps = steps.into_iter().map(|step| {
        let said = step.created_by.or(step.comment).unwrap_or_else(|| "nothing noted".to_owned());
        let when = step.created.map(|time| view! { <When time /> " " });
        let empty = step.empty_layer.then(|| view! { <span class="hint">" no layer"</span> });
        view! { <li>{when}<code>{visible(&said)}</code>{empty}</li> }
    });
    view! { <details class="history"><summary>{words}</summary><ol>{steps.collect_view()}</ol></details> }
}

fn problem_of(source: &Source, row: &Row) -> Option<Problem> {
    if let Some(Err(problem)) = source.children.get(&row.digest) {
        return Some(problem.clone());
    }
    let manifest = source.child(&row.digest).unwrap_or(&source.root);
    let wanted = onetag_shared::source::wanted_config(manifest)?;
    source.configs.get(&wanted.digest)?.as_ref().err().cloned()
}

/// The parts of a config that decide how the image runs.
fn facts(config: &ImageConfig) -> BTreeMap<String, String> {
    let facts = [
        ("platform", config.platform().to_string()),
        ("entrypoint", words(&config.entrypoint)),
        ("command", words(&config.cmd)),
        ("user", config.user.clone().unwrap_or_default()),
        ("working directory", config.working_dir.clone().unwrap_or_default()),
        ("ports", config.ports.join(", ")),
        ("environment", config.env.join("\n")),
        ("created", config.created.clone().unwrap_or_default()),
        ("author", config.author.clone().unwrap_or_default()),
    ];
    facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Arguments as JSON, as Dockerfiles write them; nothing for none.
fn words(arguments: &[String]) -> String {
    if arguments.is_empty() { String::new() } else { serde_json::to_string(arguments).unwrap_or_default() }
}
