//! What no list can tell.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::*;

#[test]
fn a_32_bit_program_may_not_run_on_64_bit_arm() {
    let arm = image("linux", "arm", Some("v7"));
    let list = list_source("example.com/app:v1", &[&arm]);
    for source in [list, single_source("example.com/app:v1", &arm)] {
        let Selecting::Done(found) = source.select(&Platform::new("linux", "arm64")) else { panic!("it is told") };
        assert!(found.descriptor.is_some(), "clients take it");
        assert!(matches!(found.failure, Some(Failure::Narrow(_))), "{found:?}");
        assert!(!source.client_errors(&Platform::new("linux", "arm64"), &found.failure.unwrap()).is_empty());
        let Selecting::Done(found) = source.select(&Platform::new("linux", "arm").with_variant("v7")) else {
            panic!("it is told")
        };
        assert_eq!(found.failure, None);
    }
}

#[test]
fn which_windows_it_is_decides() {
    let platform = json!({"os": "windows", "architecture": "amd64", "os.version": "10.0.20348.1"});
    let windows = image_of(&platform, OCI_MANIFEST, OCI_CONFIG);
    let list = list_source("example.com/app:v1", &[&windows]);
    for source in [list, single_source("example.com/app:v1", &windows)] {
        let found = selected(&source, "windows/amd64");
        assert!(found.descriptor.is_some(), "clients take it");
        assert!(found.reason.contains("ask about one, such as windows(10.0.20348)/amd64"), "{}", found.reason);
        let failure = found.failure.unwrap();
        let said = source.client_errors(&host("windows/amd64"), &failure);
        assert_eq!(said[0].says, "a Windows version 10.0.20348-based image is incompatible with a … host");
        assert_eq!(selected(&source, "windows(10.0.20348)/amd64").failure, None);
        assert_eq!(selected(&source, "windows(10.0.26100)/amd64").failure, None);
        assert_eq!(selected(&source, "windows(10.0.17763)/amd64").descriptor, None);
    }
    let unsaid = list_source("example.com/app:v1", &[&image("windows", "amd64", None)]);
    assert_eq!(selected(&unsaid, "windows/amd64").failure, None, "the checks say that it has no version");
}

#[test]
fn of_what_nobody_knows_nothing_is_said() {
    let amd64 = image("linux", "amd64", None);
    let list = list_source("example.com/app:v1", &[&amd64, &image("linux", "arm64", None)]);
    let alone = single_source("example.com/app:v1", &amd64);
    for source in [&list, &alone] {
        // Clients would take the usual one for some of these.
        for on in ["linux/amd64/v9", "linux/amd64/foo", "linux/arm64/v10", "linux/toaster", "linux/s390x/z15"] {
            assert!(matches!(source.select(&host(on)), Selecting::Unknown(_)), "{on}");
        }
        assert!(selected(source, "linux/amd64/v3").descriptor.is_some());
    }
    // A list may know it.
    for (architecture, variant) in [("amd64", Some("foo")), ("toaster", None)] {
        let named = list_source("example.com/app:v1", &[&image("linux", architecture, variant)]);
        let on = Platform { variant: variant.map(str::to_owned), ..Platform::new("linux", architecture) };
        let Selecting::Done(found) = named.select(&on) else { panic!("{on} is in the list") };
        assert_eq!((found.path, found.failure), (vec![0], None));
    }
}
