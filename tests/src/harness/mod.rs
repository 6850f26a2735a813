//! Real things to test against, each started in one line and gone when its value is dropped.

mod browser;
mod clients;
mod cutting;
mod events;
mod filled;
mod hostile;
mod onetag;
mod process;
mod proxy;
mod registry;
mod server;
mod site;
mod token_server;

pub use browser::{Browser, ConsoleLine, Key, Locator, Pace, Scheme, Shift, Width};
pub use clients::{ClientOutput, Clients, is_installed};
pub use cutting::CuttingProxy;
pub use events::{PushEvent, PushEvents};
pub use hostile::{Heard, Hostile};
pub use onetag::{Answer, Onetag, server_program};
pub use proxy::{CountingProxy, Recorded};
pub use registry::{Auth, PASSWORD, Registry, Stored, USER};
pub use site::Site;
pub use token_server::{TokenRequest, TokenServer};

/// The workspace's target folder: tests are in `target/debug/deps`.
fn target_folder() -> std::path::PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    test.ancestors().nth(3).expect("a test is in a folder in a folder").to_owned()
}
