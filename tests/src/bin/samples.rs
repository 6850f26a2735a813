//! Fills a registry with sample images: `samples --registry http://127.0.0.1:5000`.
//!
//! Running it again changes nothing.

use std::process::ExitCode;

use onetag_tests::samples::{self, Destination, UploadError, Uploaded};
use url::Url;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(registry) = registry(std::env::args().skip(1)) else {
        eprintln!("usage: samples --registry http://127.0.0.1:5000");
        return ExitCode::from(2);
    };
    match fill(&registry).await {
        Ok((0, present)) => println!("{present} sample images are in {registry}"),
        Ok((new, _)) => println!("Put {new} sample images into {registry}"),
        Err(error) => {
            eprintln!("Cannot fill {registry} with sample images. {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn registry(mut arguments: impl Iterator<Item = String>) -> Option<Url> {
    match (arguments.next()?.as_str(), arguments.next()?, arguments.next()) {
        ("--registry", url, None) => url.parse().ok(),
        _ => None,
    }
}

async fn fill(registry: &Url) -> Result<(usize, usize), UploadError> {
    let destination = Destination::new(registry.clone(), None);
    let (mut new, mut present) = (0, 0);
    for sample in samples::all() {
        match destination.put(&sample).await? {
            Uploaded::New => new += 1,
            Uploaded::Present => present += 1,
        }
    }
    Ok((new, present))
}
