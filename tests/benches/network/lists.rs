//! Lists behind a registry that is 50 ms away.

use std::time::{Duration, Instant};

use onetag_shared::{api::PushState, digest::Digest, platform::Platform};
use onetag_tests::{
    Auth, Clients, CountingProxy, Onetag, Recorded, Registry, is_installed,
    samples::{self, Sample},
};
use serde_json::{Value, json};

use crate::report::{Report, seconds};

/// A round trip.
const ROUND_TRIP: Duration = Duration::from_millis(50);
/// A round trip where they are counted: whatever is asked at once comes well within it.
const STEP: Duration = Duration::from_millis(250);
const HEADING: [&str; 4] = ["what", "time", "requests", "round trips deep"];

pub(crate) async fn run(report: &mut Report) {
    five_repositories(report).await;
    one_repository(report).await;
}

/// What came through while something was done.
struct Traffic {
    time: Duration,
    requests: Vec<Recorded>,
}

impl Traffic {
    async fn of(proxy: &CountingProxy, work: impl Future<Output = ()>) -> Self {
        proxy.record();
        let start = Instant::now();
        work.await;
        Self { time: start.elapsed(), requests: proxy.recorded() }
    }

    fn depth(&self) -> usize {
        self.requests.iter().map(|request| request.depth).max().unwrap_or_default()
    }

    /// A row about it. Where answers do not come together the depth is not exact.
    fn row(&self, report: &mut Report, what: &str, depth: Option<usize>) {
        let depth = depth.map_or_else(|| format!("≤ {}", self.depth()), |depth| depth.to_string());
        report.row([what.to_owned(), seconds(self.time), self.requests.len().to_string(), depth]);
    }
}

/// A registry 50 ms away, and the same one with steps that can be counted.
struct Places {
    far: CountingProxy,
    in_step: CountingProxy,
}

impl Places {
    async fn of(registry: &Registry) -> Self {
        let (far, in_step) = tokio::join!(
            CountingProxy::start_far_away(registry.host(), ROUND_TRIP),
            CountingProxy::start_in_step(registry.host(), STEP)
        );
        Self { far, in_step }
    }
}

fn draft(proxy: &CountingProxy, images: &[String]) -> Value {
    let entries: Vec<Value> = images.iter().map(|image| json!({ "source": proxy.reference(image) })).collect();
    json!({ "entries": entries })
}

async fn plan(onetag: &Onetag, proxy: &CountingProxy, images: &[String], tag: &str) -> Digest {
    let plan = onetag.plan(&draft(proxy, images), &[&proxy.reference(tag)]).await;
    plan.document.expect("a list").digest
}

async fn push(onetag: &Onetag, proxy: &CountingProxy, images: &[String], tag: &str, digest: &Digest) {
    let targets = json!([{ "ref": proxy.reference(tag), "guard": "absent" }]);
    let request = json!({ "draft": draft(proxy, images), "expectedDigest": digest, "targets": targets });
    let job = onetag.push(&request).await;
    assert_eq!(job.state, PushState::Succeeded, "{:?}", job.problem);
}

/// Pushes by a server that has just started, to a tag of the repository; what it previewed is known from another.
async fn cold_push(proxy: &CountingProxy, images: &[String], tag: &str) -> Traffic {
    let digest = plan(&Onetag::start(&[]).await, proxy, images, tag).await;
    let onetag = Onetag::start(&[]).await;
    Traffic::of(proxy, push(&onetag, proxy, images, tag, &digest)).await
}

/// The rows about lists that Onetag and others make. Returns what Onetag did, in step.
async fn made(report: &mut Report, places: &Places, images: &[String], tag: impl Fn(&str) -> String) -> Traffic {
    let far = &places.far;
    let in_step = cold_push(&places.in_step, images, &tag("counted")).await;
    let push_only = cold_push(far, images, &tag("pushed")).await;
    push_only.row(report, "Onetag, push", Some(in_step.depth()));
    let onetag = Onetag::start(&[]).await;
    let planned = tag("planned");
    let both = Traffic::of(far, async {
        let digest = plan(&onetag, far, images, &planned).await;
        push(&onetag, far, images, &planned, &digest).await;
    });
    both.await.row(report, "Onetag, plan and push", None);

    let clients = Clients::new(&[]);
    let pushed = far.reference(&tag("buildah"));
    let buildah = Traffic::of(far, async {
        clients.buildah(&["manifest", "create", "all"]).await.stdout();
        for image in images {
            let source = format!("docker://{}", far.reference(image));
            clients.buildah(&["manifest", "add", "--tls-verify=false", "all", &source]).await.stdout();
        }
        let target = format!("docker://{pushed}");
        clients.buildah(&["manifest", "push", "--tls-verify=false", "--all", "all", &target]).await.stdout();
    });
    buildah.await.row(report, "buildah manifest create, add for each, push --all", None);
    if is_installed("docker") {
        let pushed = far.reference(&tag("docker"));
        let sources: Vec<String> = images.iter().map(|image| far.reference(image)).collect();
        let docker = Traffic::of(far, async {
            let mut create = vec!["manifest", "create", "--insecure", &pushed];
            create.extend(sources.iter().map(String::as_str));
            clients.docker(&create).await.expect("it is installed").stdout();
            clients.docker(&["manifest", "push", "--insecure", &pushed]).await.expect("it is installed").stdout();
        });
        docker.await.row(report, "docker manifest create, push", None);
    }
    in_step
}

async fn five_repositories(report: &mut Report) {
    let registry = Registry::with_samples(Auth::None).await;
    let places = Places::of(&registry).await;
    let images = ["amd64", "arm64", "armv7", "ppc64le", "386"].map(|name| format!("demo/app-{name}:v1"));
    report.table(
        "Five images out of five other repositories of one registry, three layers each, become a list",
        &HEADING,
    );
    let push = made(report, &places, &images, |name| format!("bench/five-{name}:v1")).await;
    let depth = push.depth();
    report.goal(depth <= 8, format!("five images of five repositories at most 8 round trips deep: {depth}"));
    let read =
        push.requests.iter().filter(|request| request.method == "GET" && request.path.contains("/blobs/")).count();
    report.goal(read == images.len(), format!("no layer downloaded: {read} blobs were read, which are the configs"));
    let blob = |request: &Recorded| Some(request.path.split_once("?mount=")?.1.split_once('&')?.0.to_owned());
    let mut mounts: Vec<String> = push.requests.iter().filter_map(blob).collect();
    let asked = mounts.len();
    mounts.sort();
    mounts.dedup();
    let distinct = mounts.len();
    report.goal(asked == distinct, format!("each distinct blob asked for once: {asked} mounts of {distinct} blobs"));
}

async fn one_repository(report: &mut Report) {
    let registry = Registry::start(Auth::None).await;
    let names: Vec<String> = (0..50).map(|n| format!("cpu{n}")).collect();
    for name in &names {
        let image = samples::image_of(Platform::new("linux", name));
        registry.put(&Sample::image("bench/many", name, image)).await;
    }
    let places = Places::of(&registry).await;
    let images: Vec<String> = names.iter().map(|name| format!("bench/many:{name}")).collect();
    report.table("Fifty images in one repository become a list in it", &HEADING);
    let push = made(report, &places, &images, |name| format!("bench/many:{name}")).await;
    let depth = push.depth();
    report.goal(depth <= 12, format!("50 images at most 12 round trips deep: {depth}"));
    inspected(report, &places, "planned", images.len()).await;
}

async fn inspected(report: &mut Report, places: &Places, tag: &str, count: usize) {
    let repository = "bench/many";
    let far = &places.far;
    report.table("A list of fifty inspected: the list, each manifest, each config", &HEADING);
    let inspect = async |onetag: &Onetag, reference: &str| {
        let inspection = onetag.inspect(reference).await;
        assert_eq!(inspection.children.len(), count);
        inspection.root.digest
    };
    let tag = format!("{repository}:{tag}");
    let (onetag, other) = (Onetag::start(&[]).await, Onetag::start(&[]).await);
    let digest = inspect(&other, &places.in_step.reference(&tag)).await;
    let counted = Onetag::start(&[]).await;
    let in_step = Traffic::of(&places.in_step, async {
        inspect(&counted, &places.in_step.reference(&tag)).await;
    });
    let depth = in_step.await.depth();
    let by = async |reference: String| {
        Traffic::of(far, async {
            inspect(&onetag, &reference).await;
        })
        .await
    };
    by(far.reference(&tag)).await.row(report, "Onetag, first", Some(depth));
    report.goal(depth <= 8, format!("a list of 50 inspected at most 8 round trips deep: {depth}"));
    let second = by(far.reference(&tag)).await;
    second.row(report, "Onetag, second", None);
    report.goal(second.requests.len() == 1, format!("inspected again by 1 request: {}", second.requests.len()));
    let third = by(far.reference(&format!("{repository}@{digest}"))).await;
    third.row(report, "Onetag, by digest", None);
    report.goal(third.requests.is_empty(), format!("inspected by digest without any: {}", third.requests.len()));

    let clients = Clients::new(&[]);
    let skopeo = async |options: &[&str], reference: String| {
        let reference = format!("docker://{reference}");
        let arguments = [&["inspect", "--tls-verify=false", "--raw"], options, &[reference.as_str()]].concat();
        clients.skopeo(&arguments).await.json()
    };
    let one_by_one = Traffic::of(far, async {
        let list = skopeo(&[], far.reference(&tag)).await;
        for entry in list["manifests"].as_array().expect("a list") {
            let image = format!("{repository}@{}", entry["digest"].as_str().expect("a digest"));
            skopeo(&[], far.reference(&image)).await;
            skopeo(&["--config"], far.reference(&image)).await;
        }
    });
    one_by_one.await.row(report, "skopeo inspect --raw of the list and each image, and --config", None);
    if is_installed("docker") {
        let tag = far.reference(&tag);
        let docker = Traffic::of(far, async {
            let output = clients.docker(&["manifest", "inspect", "--insecure", "--verbose", &tag]).await;
            output.expect("it is installed").stdout();
        });
        docker.await.row(report, "docker manifest inspect --verbose (no configs)", None);
    }
}
