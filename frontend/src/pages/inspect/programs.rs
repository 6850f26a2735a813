//! Whether the programs in the images are made for the platforms that they promise.

use leptos::{prelude::*, task::spawn_local};
use onetag_shared::{
    api::{Problem, Verdict, Verification, VerifiedImage},
    reference::Reference,
    view::ListView,
};

use super::{lasting::Lasting, on_request::Question};
use crate::{
    api::{self, Abort},
    components::{Icon, ProblemBox, Shape},
    dom,
    text::format,
};

/// What is asked here.
pub(super) const PROGRAMS: Question = Question {
    heading: "Programs",
    class: "programs",
    button: "check-programs",
    words: "Check the programs",
    hint: "Reads the program of each image out of its layers, and says whether it is made for the platform that is promised.",
};

/// How far the check is.
#[derive(Clone, Debug, PartialEq)]
enum Checking {
    Asked,
    Done(Verification),
    Failed(Box<Problem>),
}

/// The check, which reads layers. It begins at once.
#[component]
pub(crate) fn Programs(
    /// What is looked at, by digest.
    at: Reference,
) -> impl IntoView {
    let checking = RwSignal::new(Checking::Asked);
    let abort = StoredValue::new_local(Abort::new());
    on_cleanup(move || {
        abort.try_with_value(Abort::abort);
    });
    let Lasting { contradicted, source, .. } = expect_context();
    let is_asked = move || matches!(*checking.read(), Checking::Asked);
    let ask = move || {
        checking.set(Checking::Asked);
        let (at, abort) = (at.clone(), abort.get_value());
        spawn_local(async move {
            let told = api::verify(&at, &abort).await;
            if abort.is_aborted() {
                return;
            }
            checking.try_set(match told {
                Ok(told) => {
                    let wrong = told.images.iter().filter(|image| image.verdict == Verdict::Contradicts);
                    let view = source.try_with_untracked(|source| source.as_ref().map(ListView::new)).flatten();
                    let found = view.map(|view| wrong.flat_map(|image| view.contradiction(image)).collect());
                    contradicted.try_set(found.unwrap_or_default());
                    Checking::Done(told)
                }
                Err(problem) => Checking::Failed(Box::new(problem)),
            });
        });
    };
    ask();
    dom::focus_if_lost("#check-programs");
    let again = move |_| {
        if !untrack(is_asked) {
            ask();
        }
    };
    view! {
        <div class="actions">
            <button
                type="button" class="button" id="check-programs" on:click=again
                aria-disabled=move || is_asked().to_string()
            >
                {move || if is_asked() { "Reading layers …" } else { "Check again" }}
            </button>
            <span class="hint">{PROGRAMS.hint}</span>
        </div>
        <div id="programs" role="status">
            {move || match checking.get() {
                Checking::Asked => None,
                Checking::Done(told) => Some(view! { <Checked told /> }.into_any()),
                Checking::Failed(problem) => Some(view! { <ProblemBox problem=*problem /> }.into_any()),
            }}
        </div>
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
