//! What a tag holds to which the list shall be pushed.

use leptos::{ev::MouseEvent, prelude::*};
use onetag_shared::reference::Reference;

use super::{desk::Desk, held::Held, holding::Holding};
use crate::components::{Icon, Shape};

/// What the tag holds now.
#[component]
pub(super) fn TargetState(
    /// The draft.
    desk: Desk,
    /// The tag.
    reference: Reference,
) -> impl IntoView {
    let asked = reference.clone();
    let held = Memo::new(move |_| desk.holdings.get(&asked));
    let again = reference.clone();
    let look_again = move |_: MouseEvent| desk.holdings.ask(&again);
    let host = reference.registry().to_string();
    move || match held.get() {
        None | Some(Held::Asking) => {
            view! { <p class="hint">{format!("asking {host} what it holds …")}</p> }.into_any()
        }
        Some(Held::Absent) => {
            let look_again = look_again.clone();
            view! {
                <p class="hint held" data-held="absent">
                    "a new tag: there is none of this name" <LookAtTag on_click=Callback::new(look_again) />
                </p>
            }
            .into_any()
        }
        Some(Held::There(resolution)) => {
            let reference = reference.clone();
            let on_click = Callback::new(look_again.clone());
            view! { <Holding desk reference resolution on_click /> }.into_any()
        }
        Some(Held::Unknown(problem)) => {
            let look_again = look_again.clone();
            view! {
                <p class="field-error" data-code=problem.code.as_str()>
                    {problem.to_string()}" "{problem.hint.clone()}" "
                    <button type="button" class="link" on:click=look_again>"Look again"</button>
                </p>
            }
            .into_any()
        }
    }
}

/// A tag moves: somebody may want to know what it holds by now.
#[component]
pub(super) fn LookAtTag(
    /// Looks again.
    on_click: Callback<MouseEvent>,
) -> impl IntoView {
    view! {
        <button
            type="button" class="icon-button copy" title="Look again" aria-label="Look again at what the tag holds"
            on:click=move |event| on_click.run(event)
        >
            <Icon shape=Shape::Refresh />
        </button>
    }
}
