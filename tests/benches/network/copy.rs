//! A layer of 1 GiB from one local registry to another.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use onetag_shared::api::PushState;
use onetag_tests::{
    Auth, Clients, Onetag, Registry,
    samples::{self, Sample},
};
use serde_json::json;

use crate::report::{Report, seconds};

/// Of the layer.
const MIB: usize = 1024;
/// How often each copies it, in turns: a machine is not equally busy all the time.
const ROUNDS: usize = 3;
/// How often memory is looked at.
const OFTEN: Duration = Duration::from_millis(20);
/// The goals: of skopeo's throughput, in percent, and growth of memory in bytes.
const SHARE: f64 = 90.0;
const ROOM: u64 = 32 << 20;

pub(crate) async fn run(report: &mut Report) {
    report.table(
        "A layer of 1 GiB from one local registry to another",
        &["what", "time", "MiB/s", "resident memory before", "at most"],
    );
    let theirs = Registry::start(Auth::None).await;
    theirs.put(&Sample::image("bench/large", "v1", samples::large_image(MIB))).await;
    let source = theirs.reference("bench/large:v1");
    let (mut fastest, mut growth) = ([Duration::MAX; 2], 0);
    for round in 1..=ROUNDS {
        // Each has registries and a home that know nothing of the others' copies.
        let time = by_skopeo(&source).await;
        report.row([format!("skopeo copy, {round}"), seconds(time), throughput(time), "-".into(), "-".into()]);
        fastest[0] = fastest[0].min(time);
        let (time, before, most) = by_onetag(&source).await;
        let mib = |bytes: u64| format!("{:.1} MiB", bytes_to_f64(bytes) / bytes_to_f64(1 << 20));
        report.row([format!("Onetag, push, {round}"), seconds(time), throughput(time), mib(before), mib(most)]);
        fastest[1] = fastest[1].min(time);
        growth = growth.max(most.saturating_sub(before));
    }
    let share = 100.0 * fastest[0].as_secs_f64() / fastest[1].as_secs_f64();
    let [theirs, ours] = fastest.map(throughput);
    let words = format!("{ours} MiB/s is {share:.0} % of skopeo's {theirs} MiB/s, the fastest of {ROUNDS} each");
    report.goal(share >= SHARE, format!("copy of 1 GiB: at least {SHARE} % of skopeo's throughput; {words}"));
    let growth_mib = bytes_to_f64(growth) / bytes_to_f64(1 << 20);
    report.goal(growth < ROOM, format!("resident memory grows by less than 32 MiB; it grew by {growth_mib:.1} MiB"));
}

#[expect(clippy::cast_precision_loss, reason = "for showing")]
fn bytes_to_f64(bytes: u64) -> f64 {
    bytes as f64
}

fn throughput(time: Duration) -> String {
    format!("{:.0}", bytes_to_f64(MIB as u64) / time.as_secs_f64())
}

async fn by_skopeo(source: &str) -> Duration {
    let (ours, clients) = (Registry::start(Auth::None).await, Clients::new(&[]));
    let (source, target) = (format!("docker://{source}"), format!("docker://{}", ours.reference("bench/copied:v1")));
    let start = Instant::now();
    let output = clients.skopeo(&["copy", "--src-tls-verify=false", "--dest-tls-verify=false", &source, &target]).await;
    let time = start.elapsed();
    output.stdout();
    time
}

/// The time of the push, which is followed as the page does it, and resident memory before it and at most.
async fn by_onetag(source: &str) -> (Duration, u64, u64) {
    let (ours, onetag) = (Registry::start(Auth::None).await, Arc::new(Onetag::start(&[]).await));
    let (draft, tag) = (json!({ "entries": [{ "source": source }] }), ours.reference("bench/copied:v1"));
    let digest = onetag.plan(&draft, &[&tag]).await.document.expect("a list").digest;
    let (before, most) = (onetag.resident(), Arc::new(AtomicU64::new(0)));
    let (watched, seen) = (Arc::clone(&onetag), Arc::clone(&most));
    let watch = tokio::spawn(async move {
        let mut clock = tokio::time::interval(OFTEN);
        loop {
            clock.tick().await;
            seen.fetch_max(watched.resident(), Ordering::Relaxed);
        }
    });
    let targets = json!([{ "ref": tag, "guard": "absent" }]);
    let start = Instant::now();
    let job = onetag.push(&json!({ "draft": draft, "expectedDigest": digest, "targets": targets })).await;
    let time = start.elapsed();
    watch.abort();
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
    (time, before, most.load(Ordering::Relaxed))
}
