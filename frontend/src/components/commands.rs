//! The same thing as commands of other tools.

use leptos::prelude::*;
use onetag_shared::commands::Command;

use super::CopyButton;

/// Commands with a button each that copies them.
#[component]
pub(crate) fn Commands(
    /// The commands.
    #[prop(into)]
    commands: Signal<Vec<Command>>,
) -> impl IntoView {
    let rows = move || {
        commands
            .get()
            .into_iter()
            .map(|Command { tool, text, note }| {
                view! {
                    <div class="command" data-tool=tool>
                        <dt>{tool}</dt>
                        <dd>
                            <pre tabindex="0" role="group" aria-label=format!("Command for {tool}")>{text.clone()}</pre>
                            <CopyButton text=Signal::stored(text) what="command" />
                            {note.map(|note| view! { <p class="hint">{note}</p> })}
                        </dd>
                    </div>
                }
            })
            .collect_view()
    };
    view! { <dl class="commands">{rows}</dl> }
}
