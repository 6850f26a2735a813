//! Everything about a reference, as it arrives.

use gloo_net::http::Request;
use onetag_shared::{
    api::{Child, InspectEvent, Inspection, Problem, paths},
    reference::Reference,
};

use super::{Abort, events::Events, of_the_way, slots, text, unreachable, unreadable, with_query};
use crate::pages::parts;

/// Asks for everything about a reference and hands over each part as it arrives; `Done` is always the last. A server, or
/// a proxy before it, that does not stream is understood too.
pub(crate) async fn inspect(
    reference: &Reference,
    abort: &Abort,
    mut take: impl FnMut(InspectEvent),
) -> Result<(), Problem> {
    let _place = slots::SOURCES.acquire(reference).await;
    let response = Request::get(&with_query(paths::INSPECT, "ref", &reference.to_string()))
        .header("accept", "text/event-stream, application/json;q=0.5, application/problem+json;q=0.5")
        .abort_signal(Some(abort.signal()))
        .send()
        .await
        .map_err(|error| unreachable(&error))?;
    let events = if response.ok() { Events::of(&response) } else { None };
    let Some(mut events) = events else {
        let answer = text(response).await?;
        // Few get here, so that the code for it comes when it is needed.
        parts::events_of(answer).await?.into_iter().for_each(take);
        return Ok(());
    };
    while let Some(event) = events.next().await {
        match serde_json::from_str(&event.data) {
            Ok(InspectEvent::Problem(problem)) => return Err(*problem),
            Ok(InspectEvent::Done) => {
                take(InspectEvent::Done);
                return Ok(());
            }
            Ok(event) => take(event),
            Err(error) => return Err(unreadable(&error)),
        }
    }
    let detail = "its answer ended before it was complete".to_owned();
    Err(of_the_way("Onetag's server fell silent", detail, "Check that it is running, then try again."))
}

/// Reads an answer that came at once, as the events it would have been.
pub(crate) fn events_of(answer: &str) -> Result<Vec<InspectEvent>, Problem> {
    serde_json::from_str(answer).map(events).map_err(|error| unreadable(&error))
}

fn events(inspection: Inspection) -> Vec<InspectEvent> {
    let Inspection { reference, root, config, children } = inspection;
    let mut events = vec![InspectEvent::Root { reference, root }];
    events.extend(config.map(|part| InspectEvent::Config { index: None, part }));
    for child in children {
        let index = child.index;
        events.push(InspectEvent::Manifest { index, part: child.manifest });
        events.extend(child.config.map(|part| InspectEvent::Config { index: Some(index), part }));
        nested(&[index], child.children, &mut events);
    }
    events.push(InspectEvent::Done);
    events
}

/// The parts of the list that stands at this place in the list.
fn nested(at: &[usize], children: Vec<Child>, events: &mut Vec<InspectEvent>) {
    for child in children {
        let path: Vec<usize> = at.iter().copied().chain([child.index]).collect();
        events.push(InspectEvent::NestedManifest { path: path.clone(), part: child.manifest });
        events.extend(child.config.map(|part| InspectEvent::NestedConfig { path: path.clone(), part }));
        nested(&path, child.children, events);
    }
}
