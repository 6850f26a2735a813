//! Parts in every order, some of them again and again.

use proptest::prelude::*;

use super::*;
use crate::list::compose;

const PLATFORMS: [&str; 5] = ["linux/amd64", "linux/arm64", "linux/arm/v7", "linux/ppc64le", "linux/s390x"];

fn parts() -> Vec<Source> {
    let source = |platform: &&str| {
        let platform: Platform = platform.parse().unwrap();
        source(&image(&platform.os, &platform.architecture, platform.variant.as_deref()))
    };
    PLATFORMS.iter().map(source).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn in_whatever_order_parts_come_the_list_is_one_and_complete_once(
        order in Just((0..5).collect::<Vec<usize>>()).prop_shuffle(),
        again in proptest::collection::vec((0_usize..5, 0_usize..12), 0..8),
    ) {
        let sources_of = parts();
        let mut order = order;
        for (part, place) in again {
            order.insert(place.min(order.len()), part);
        }
        let mut gathering = gathering(&PLATFORMS);
        let mut completed = 0;
        let mut come = std::collections::BTreeSet::new();
        for part in order {
            let state = if completed > 0 { GatherState::Pushing } else { OPEN };
            let before = gathering.clone();
            let added = add(&mut gathering, &sources_of[part], json!({}), state);
            prop_assert_eq!(added, Ok(if come.insert(part) { Added::New } else { Added::Same }));
            prop_assert_eq!(added == Ok(Added::Same), gathering == before);
            prop_assert_eq!(gathering.missing().len(), 5 - come.len());
            if added == Ok(Added::New) && gathering.missing().is_empty() {
                completed += 1;
            }
        }
        prop_assert_eq!(completed, 1);
        let draft = gathering.draft(&[]);
        let all: Vec<Source> = sources_of
            .iter()
            .zip(&draft.entries)
            .map(|(source, entry)| Source { reference: entry.source.clone(), ..source.clone() })
            .collect();
        let composition = compose(&draft, &sources(all.clone()));
        let named: Vec<String> =
            composition.entries.iter().map(|entry| entry.descriptor.platform.as_ref().unwrap().to_string()).collect();
        prop_assert_eq!(named, PLATFORMS);
        let push = gathering.push(draft, &sources(all)).unwrap();
        prop_assert_eq!(Some(&push.expected_digest), composition.document.as_ref().map(crate::document::RawDocument::digest));
    }

    #[test]
    fn what_is_left_out_and_what_is_pushed_are_all_there_is(
        come in proptest::collection::vec(any::<bool>(), 5),
        without in proptest::collection::vec(0_usize..5, 0..4),
        incomplete: bool,
    ) {
        let sources_of = parts();
        let mut gathering = gathering(&PLATFORMS);
        for (source, _) in sources_of.iter().zip(&come).filter(|(_, come)| **come) {
            add(&mut gathering, source, json!({}), OPEN).unwrap();
        }
        let request = GatherPushRequest {
            without: without.iter().map(|place| PLATFORMS[*place].parse().unwrap()).collect(),
            incomplete,
        };
        match gathering.to_leave_out(&request, OPEN) {
            Ok(left_out) => {
                let left_out = left_out.unwrap();
                let draft = gathering.draft(&left_out);
                prop_assert!(!draft.entries.is_empty());
                prop_assert_eq!(draft.entries.len() + left_out.len(), 5);
                prop_assert!(gathering.missing().iter().all(|missing| left_out.contains(missing)));
                prop_assert!(request.without.iter().all(|without| left_out.contains(without)));
            }
            Err(GatherError::Incomplete(_)) => prop_assert!(!incomplete),
            Err(error) => prop_assert_eq!(error, GatherError::NothingLeft),
        }
    }
}
