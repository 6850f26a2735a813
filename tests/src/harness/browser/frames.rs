//! How smoothly a page goes, by what the browser says of it (the Long Tasks and Event Timing APIs, and animation frames).

use serde::Deserialize;
use serde_json::{Value, json};

use super::Browser;

/// Notes when rows come and what takes long, and counts frames between `pace.begin()` and `pace.end()`. A frame's work is what
/// its thread does for it once callbacks have run: styles, layout, painting.
const PACE: &str = r"
    window.pace = (() => {
        let at, isOn = false, found = { intervals: [], work: [], longTasks: [], events: [] };
        const { port1, port2 } = new MessageChannel();
        let began;
        port1.onmessage = () => found.work.push(performance.now() - began);
        const frame = () => {
            if (!isOn) return;
            const now = performance.now();
            if (at !== undefined) found.intervals.push(now - at);
            began = at = now;
            port2.postMessage(null);
            requestAnimationFrame(frame);
        };
        new PerformanceObserver(list => found.longTasks.push(...list.getEntries().map(entry => entry.duration)))
            .observe({ type: 'longtask', buffered: true });
        new PerformanceObserver(list => found.events.push(...list.getEntries().filter(entry => entry.name === 'keydown').map(entry => entry.duration)))
            .observe({ type: 'event', durationThreshold: 16 });
        const turn = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
        return {
            begin: async () => {
                await turn();
                found = { intervals: [], work: [], longTasks: [], events: [] };
                at = undefined;
                isOn = true;
                requestAnimationFrame(frame);
                return true;
            },
            end: async () => {
                await turn();
                isOn = false;
                await turn();
                return found;
            },
        };
    })();
    window.moments = {};
    const moment = (name, selector, count) => {
        if (!(name in window.moments) && document.querySelectorAll(selector).length >= count)
            window.moments[name] = performance.now();
    };
";

/// What was seen of frames, in milliseconds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pace {
    /// From each frame to the next.
    pub intervals: Vec<f64>,
    /// What each frame took of the page's thread.
    pub work: Vec<f64>,
    /// Tasks of 50 ms and more.
    pub long_tasks: Vec<f64>,
    /// From a key to the frame that shows what it did, where that is 16 ms and more.
    pub events: Vec<f64>,
}

impl Browser {
    /// From the next page on, paces can be taken. Of each of these moments, that as many elements as said are there that match a
    /// selector, it is noted when it came.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn take_paces(&self, moments: &[(&str, &str, usize)]) {
        let looks: Vec<String> = moments
            .iter()
            .map(|(name, selector, count)| format!("moment({}, {}, {count});", json!(name), json!(selector)))
            .collect();
        let looks = looks.concat();
        self.run_first(&format!(
            "{PACE} new MutationObserver(() => {{ {looks} }}).observe(document, {{ childList: true, subtree: true, attributes: true }});"
        ))
        .await;
    }

    /// When a moment came, in milliseconds since the page was asked for. It has to have come.
    ///
    /// # Panics
    /// When it did not.
    pub async fn moment(&self, name: &str) -> f64 {
        self.evaluate(&format!("window.moments[{}]", json!(name))).await
    }

    /// The frames while something is done.
    ///
    /// # Panics
    /// When paces are not taken.
    pub async fn pace(&self, work: impl Future<Output = ()>) -> Pace {
        self.evaluate::<Value>("window.pace.begin()").await;
        work.await;
        self.evaluate("window.pace.end()").await
    }

    /// Turns the wheel over the middle of the page, so that it scrolls down as far as that, in pixels, at so many a second.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn wheel(&self, distance: i32, speed: u32) {
        let x = self.width.pixels() / 2;
        let gesture = json!({
            "x": x, "y": 400, "yDistance": -distance, "speed": speed, "gestureSourceType": "mouse", "preventFling": true,
        });
        self.devtools("Input.synthesizeScrollGesture", gesture).await;
    }
}
