//! Which parts are there, and which are missing.

use leptos::prelude::*;
use onetag_shared::{
    api::{GatherState, GatheredPlatform},
    platform::{Platform, same},
};

use super::Watch;
use crate::components::{DigestText, Icon, Shape, When};

/// A row for each platform, in the order of the list.
#[component]
pub(super) fn Parts(
    /// The gather.
    watch: Watch,
) -> impl IntoView {
    let rows = Memo::new(move |_| {
        watch.with(|gather| {
            let is_out = |platform: &Platform| gather.without.iter().any(|without| same(without, platform));
            let row = |row: &GatheredPlatform| (row.clone(), missing(gather.state, is_out(&row.platform)));
            gather.platforms.iter().map(row).collect::<Vec<_>>()
        })
    });
    view! {
        <table class="gather-parts" id="parts">
            <caption class="visually-hidden">"The parts of the list"</caption>
            <thead><tr>
                <th scope="col">"Platform"</th><th scope="col">"Image"</th><th scope="col">"From"</th><th scope="col">"Came"</th>
            </tr></thead>
            <tbody>{move || rows.get().unwrap_or_default().into_iter().map(|(row, missing)| view! { <Row row missing /> }).collect_view()}</tbody>
        </table>
    }
}

/// What to say of a platform that has no part.
const fn missing(state: GatherState, is_left_out: bool) -> &'static str {
    match state {
        _ if is_left_out => "left out",
        GatherState::Open => "waiting for it",
        GatherState::Overdue => "missing",
        GatherState::Pushing
        | GatherState::Pushed
        | GatherState::Failed
        | GatherState::Undone
        | GatherState::Cancelled => "did not come",
    }
}

#[component]
fn Row(
    /// The platform, and its part if it has one.
    row: GatheredPlatform,
    /// What to say where it has none.
    missing: &'static str,
) -> impl IntoView {
    let GatheredPlatform { platform, part } = row;
    let name = platform.to_string();
    let words = platform.words();
    let is_there = part.is_some();
    let cells = match part {
        Some(part) => {
            let is_more = part.platform != platform;
            let listed = is_more.then(|| view! { <span class="hint">{format!("as {}", part.platform)}</span> });
            let from = part.source.without_digest().familiar();
            view! {
                <td><span class="part-image"><Icon shape=Shape::Check /><DigestText digest=part.digest at=Some(part.source.clone()) />{listed}</span></td>
                <td><a class="mono" href=format!("/i/{}", part.source.familiar()) title=part.source.to_string()>{from}</a></td>
                <td class="hint"><When time=part.added_at /></td>
            }
            .into_any()
        }
        None => view! { <td colspan="3" class="part-missing">{missing}</td> }.into_any(),
    };
    view! {
        <tr data-part=name.clone() class:is-there=is_there data-missing=(!is_there).then_some(missing)>
            <th scope="row" title=words><code>{name.clone()}</code></th>
            {cells}
        </tr>
    }
}
