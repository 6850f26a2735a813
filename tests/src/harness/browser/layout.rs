//! What moves on a page without being asked (the Layout Instability API).

use serde::Deserialize;

use super::Browser;

/// Notes each shift from the start. Those within half a second of a click or a key are answers to it, and do not count.
const WATCH: &str = r"
    window.layoutShifts = [];
    const named = node => {
        const element = node instanceof Element ? node : node?.parentElement;
        return element ? `${element.localName}#${element.id}.${element.classList.value}` : 'what is gone';
    };
    const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
    new PerformanceObserver(list => {
        for (const { value, hadRecentInput, sources } of list.getEntries())
            if (!hadRecentInput)
                window.layoutShifts.push({ value, moved: sources.map(({ node, previousRect, currentRect }) =>
                    `${named(node)}: ${box(previousRect)} -> ${box(currentRect)}`) });
    }).observe({ type: 'layout-shift', buffered: true });
";

/// What is drawn is noted a moment after: two frames and a turn later all of it is.
const TOLD: &str = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>
    setTimeout(() => done(window.layoutShifts)))))";

/// Something that moved.
#[derive(Clone, Debug, Deserialize)]
pub struct Shift {
    /// How much of the page moved, times how far: the shares of the window.
    pub value: f64,
    /// Which elements, with x, y, width and height before and after.
    pub moved: Vec<String>,
}

impl Browser {
    /// From the next page on, notes what moves.
    ///
    /// # Panics
    /// When the browser does not answer.
    pub async fn watch_shifts(&self) {
        self.run_first(WATCH).await;
    }

    /// What has moved on the page since it began to load. It has to be watched.
    ///
    /// # Panics
    /// When it is not.
    pub async fn shifts(&self) -> Vec<Shift> {
        self.evaluate(TOLD).await
    }
}
