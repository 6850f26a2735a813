//! Whether the programs in the images are made for the platforms that they promise.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Problem, Verdict, Verification, VerifiedImage},
    digest::Digest,
    reference::Reference,
};

use super::load::Loading;
use crate::{
    api::{self, Abort},
    components::{Icon, ProblemBox, Shape},
    text::format,
};

/// How far the check is.
#[derive(Clone, Debug, PartialEq)]
enum Checking {
    Asked,
    Done(Verification),
    Failed(Box<Problem>),
}

/// The check, which reads layers: on request.
#[component]
pub(super) fn Programs(
    /// What is looked at.
    reference: Reference,
    /// What has arrived.
    loading: Loading,
) -> impl IntoView {
    let checking = RwSignal::new(None::<Checking>);
    let abort = StoredValue::new_local(Abort::new());
    on_cleanup(move || {
        abort.try_with_value(Abort::abort);
    });
    let repository = StoredValue::new(reference.repository_only());
    let root =
        Memo::new(move |_| loading.source.with(|source| source.as_ref().map(|source| source.root.digest().clone())));
    // What was found is of a list that may be gone by now.
    Effect::new(move |before: Option<Option<Digest>>| {
        let root = root.get();
        if before.flatten().is_some_and(|before| root.as_ref() != Some(&before)) {
            checking.set(None);
        }
        root
    });
    let is_asked = move || matches!(*checking.read(), Some(Checking::Asked));
    let ask = move |_| {
        let Some(digest) =
            root.get_untracked().filter(|_| !matches!(*checking.read_untracked(), Some(Checking::Asked)))
        else {
            return;
        };
        checking.set(Some(Checking::Asked));
        let at = repository.get_value().with_digest(digest.clone());
        let abort = abort.get_value();
        spawn_local(async move {
            let told = api::verify(&at, &abort).await;
            // Nobody waits for it any more, or for another list.
            if abort.is_aborted() || root.try_get_untracked().flatten() != Some(digest) {
                return;
            }
            checking.try_set(Some(match told {
                Ok(told) => Checking::Done(told),
                Err(problem) => Checking::Failed(Box::new(problem)),
            }));
        });
    };
    view! {
        <Show when=move || root.read().is_some()>
            <section class="programs" aria-labelledby="programs-heading">
                <h2 id="programs-heading">"Programs"</h2>
                <div class="actions">
                    <button type="button" class="button" id="check-programs" on:click=ask aria-disabled=move || is_asked().to_string()>
                        {move || match *checking.read() {
                            None => "Check the programs",
                            Some(Checking::Asked) => "Reading layers …",
                            Some(Checking::Done(_) | Checking::Failed(_)) => "Check again",
                        }}
                    </button>
                    <span class="hint">"Reads the program of each image out of its layers, and says whether it is made for the platform that is promised."</span>
                </div>
                <div id="programs" role="status">
                    {move || match checking.get()? {
                        Checking::Asked => None,
                        Checking::Done(told) => Some(view! { <Checked told /> }.into_any()),
                        Checking::Failed(problem) => Some(view! { <ProblemBox problem=*problem /> }.into_any()),
                    }}
                </div>
            </section>
        </Show>
    }
}

/// What was found, image by image.
#[component]
fn Checked(
    /// All of it.
    told: Verification,
) -> impl IntoView {
    let wrong = told.images.iter().filter(|image| image.verdict == Verdict::Contradicts).count();
    let unknown = told.images.iter().filter(|image| image.verdict == Verdict::Unknown).count();
    let of = format::count(told.images.len(), "image", "images");
    let words = match (wrong, unknown) {
        (0, 0) => format!("{of}: every program is made for the platform that is promised."),
        (0, unknown) => format!("{of}: no program contradicts its platform; of {unknown} it could not be told."),
        (wrong, 0) => format!("{of}: {wrong} with a program for another platform."),
        (wrong, unknown) => {
            format!("{of}: {wrong} with a program for another platform; of {unknown} it could not be told.")
        }
    };
    view! {
        <p>{words}</p>
        <ul class="subjects">{told.images.into_iter().map(|image| view! { <Image image /> }).collect_view()}</ul>
    }
}

#[component]
fn Image(
    /// What was found.
    image: VerifiedImage,
) -> impl IntoView {
    let name = image.platform.map_or_else(|| "no platform".to_owned(), |platform| platform.to_string());
    let (verdict, shape, word) = match image.verdict {
        Verdict::Matches => ("matches", Shape::Check, "matches"),
        Verdict::Contradicts => ("contradicts", Shape::Cross, "contradicts"),
        Verdict::Unknown => ("unknown", Shape::Info, "not known"),
    };
    view! {
        <li class="subject" data-verdict=verdict data-image=image.digest.to_string()>
            <span class="subject-name">{name}</span>
            <div class="program">
                <span class="verdict"><Icon shape /> {word}</span>
                <span>{image.words}</span>
                <span class="hint">{(image.bytes_read > 0).then(|| format!("{} read", format::size(image.bytes_read)))}</span>
            </div>
        </li>
    }
}
