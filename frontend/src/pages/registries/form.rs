//! Changing what holds for a registry.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use onetag_shared::api::{Problem, RegistryInfo, RegistryOptions};

use crate::{
    api,
    components::Prose,
    dom,
    text::{
        format::sentence,
        registries::{FIELDS, Field, Input, Typed, Wrong},
    },
};

/// What was made of the last change.
#[derive(Clone, Debug, PartialEq)]
enum Change {
    No,
    /// Under way.
    Asked,
    Saved,
    /// With what it was before.
    Forgotten(RegistryOptions),
    Refused(Wrong),
}

/// A field for everything that can be set here. Empty ones are left to files and flags.
#[component]
pub(super) fn SettingsForm(
    /// The registry.
    host: String,
    /// What holds; what is saved counts at once.
    info: RwSignal<RegistryInfo>,
    /// What is typed, here or when this was open before.
    typed: RwSignal<Typed>,
) -> impl IntoView {
    let form = format!("[data-registry=\"{host}\"] .settings-form");
    let (host, form) = (StoredValue::new(host), StoredValue::new(form));
    let change = RwSignal::new(Change::No);
    let done = move |answer: Result<RegistryInfo, Problem>, done: Change| match answer {
        Ok(now) => {
            typed.try_set(Typed::of_info(&now));
            info.try_set(now);
            change.try_set(done);
        }
        Err(problem) => {
            change.try_set(Change::Refused(Wrong::of(&problem)));
        }
    };
    let set = move |options: RegistryOptions| {
        change.set(Change::Asked);
        spawn_local(async move { done(api::set_registry(&host.get_value(), &options).await, Change::Saved) });
    };
    let is_asked = move || *change.read() == Change::Asked;
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        if is_asked() {
            return;
        }
        match typed.with_untracked(Typed::options) {
            Ok(options) => set(options),
            Err(wrong) => change.set(Change::Refused(wrong)),
        }
    };
    // The cursor goes to what is wrong.
    Effect::new(move |_| {
        if let Change::Refused(Wrong { field: Some(field), .. }) = &*change.read() {
            dom::focus(&format!("{} [name=\"{field}\"]", form.get_value()));
        }
    });
    let forget = move |_| {
        let Some(before) = info.with_untracked(|info| info.options.clone()).filter(|_| !is_asked()) else { return };
        change.set(Change::Asked);
        spawn_local(async move {
            done(api::forget_registry(&host.get_value()).await, Change::Forgotten(before));
            // The button goes with what it forgot.
            dom::focus_next(vec![format!("{} .bring-back", form.get_value())]);
        });
    };
    let bring_back = move |before: RegistryOptions| {
        set(before);
        dom::focus_next(vec![format!("{} [type=\"submit\"]", form.get_value())]);
    };
    let said = move || {
        match change.get() {
        Change::No | Change::Asked | Change::Refused(Wrong { field: Some(_), .. }) => None,
        Change::Saved => Some(view! { <p class="hint">"Saved. It counts from the next request on."</p> }.into_any()),
        Change::Forgotten(before) => Some(
            view! {
                <p class="hint">
                    "Forgotten: files and flags decide again. "
                    <button type="button" class="link bring-back" on:click=move |_| bring_back(before.clone())>"Bring it back"</button>
                </p>
            }
            .into_any(),
        ),
        Change::Refused(wrong) => Some(view! { <p class="field-error"><Prose text=sentence(&wrong.words) /></p> }.into_any()),
    }
    };
    let wrong = Signal::derive(move || match change.get() {
        Change::Refused(wrong) => Some(wrong),
        _ => None,
    });
    // What was said of the last change is not about this one.
    let on_typed = Callback::new(move |()| {
        if !is_asked() {
            change.set(Change::No);
        }
    });
    view! {
        <form class="settings-form" on:submit=save novalidate>
            {FIELDS.map(|field| view! { <FieldInput host=host.get_value() field typed wrong on_typed /> }).collect_view()}
            <div class="actions is-wide">
                <button type="submit" class="button primary" aria-disabled=move || is_asked().to_string()>"Save"</button>
                <Show when=move || info.read().options.is_some()>
                    <button type="button" class="button forget" on:click=forget>"Forget what is set here"</button>
                </Show>
                <div role="status">{said}</div>
            </div>
        </form>
    }
}

/// One of the fields, with what it means and what is wrong with it.
#[component]
fn FieldInput(
    /// The registry, for ids.
    host: String,
    /// Which.
    field: Field,
    /// Where it is kept.
    typed: RwSignal<Typed>,
    /// What cannot be.
    wrong: Signal<Option<Wrong>>,
    /// Called when something is typed.
    on_typed: Callback<()>,
) -> impl IntoView {
    let Field { name, label, hint, part, input } = field;
    let (id, hint_id) = (format!("{name}-{host}"), format!("{name}-hint-{host}"));
    let value = move || typed.with(|typed| part(&mut typed.clone()).clone());
    let change = move |event| {
        typed.update(|typed| *part(typed) = event_target_value(&event));
        on_typed.run(());
    };
    let words = Memo::new(move |_| wrong.get().filter(|wrong| wrong.field == Some(name)).map(|wrong| wrong.words));
    let invalid = move || words.read().is_some().to_string();
    let control = match input {
        Input::Choice(choices) => {
            let options = choices.iter().map(|(choice, label)| {
                view! { <option value=*choice selected=move || value() == *choice>{*label}</option> }
            });
            view! {
                <select id=id.clone() name=name aria-describedby=hint_id.clone() aria-invalid=invalid on:change=change>
                    {options.collect_view()}
                </select>
            }
            .into_any()
        }
        Input::Number => view! {
            <input
                id=id.clone() name=name type="text" inputmode="numeric" autocomplete="off" aria-describedby=hint_id.clone()
                aria-invalid=invalid prop:value=value on:input=change
            />
        }
        .into_any(),
        Input::Lines => view! {
            <textarea
                id=id.clone() name=name rows="2" spellcheck="false" autocapitalize="none" autocomplete="off"
                aria-describedby=hint_id.clone() aria-invalid=invalid prop:value=value on:input=change
            ></textarea>
        }
        .into_any(),
    };
    view! {
        <div class="field" class:is-wide=input == Input::Lines>
            <label for=id>{label}</label>
            {control}
            <p class="hint" id=hint_id>
                {move || match words.get() {
                    Some(words) => view! { <span class="field-error"><Prose text=sentence(&words) /></span> }.into_any(),
                    None => hint.into_any(),
                }}
            </p>
        </div>
    }
}
