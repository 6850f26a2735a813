//! A push in words: what it would do, what it has brought along.

use onetag_shared::api::{PushJob, PushOptions, Transfer};

use super::format::{count, size};

/// What a push would do, in a line.
pub(crate) fn in_a_line(transfer: &Transfer, options: &PushOptions) -> String {
    let Transfer { pointers, mounts, copies, bytes_to_copy, requests, .. } = transfer;
    if *requests == 0 {
        return String::new();
    }
    let mut parts = Vec::new();
    if *pointers > 0 {
        parts.push(count(*pointers, "pointer", "pointers"));
    }
    if *mounts > 0 {
        parts.push(format!("{} to mount", count(*mounts, "blob", "blobs")));
    }
    parts.push(match *copies {
        0 => "nothing to copy".to_owned(),
        copies => format!("{} to copy ({})", count(copies, "blob", "blobs"), size(*bytes_to_copy)),
    });
    let requests = format!("at most {}", count(*requests, "request", "requests"));
    // How many refer to the images is known only once each registry is asked.
    parts.push(if options.referrers { format!("{requests}, and those for signatures and SBOMs") } else { requests });
    parts.join(" · ")
}

/// What came along with the images, and what did not; nothing where that is nothing.
pub(crate) fn brought(job: &PushJob) -> Option<String> {
    let came = match job.referrers.len() {
        0 => None,
        some => Some(format!("{} came along: signatures, SBOMs and the like.", count(some, "document", "documents"))),
    };
    let left = match job.left_behind.len() {
        0 => None,
        1 => {
            Some("One that refers to the images was left behind: it is not whole, or another stands at its tag.".into())
        }
        some => Some(format!(
            "{some} that refer to the images were left behind: they are not whole, or others stand at their tags."
        )),
    };
    let sentences: Vec<String> = came.into_iter().chain(left).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

#[cfg(test)]
mod tests {
    use onetag_shared::{
        api::{MoveKind, Progress, PushState},
        digest::Digest,
    };

    use super::*;

    #[test]
    fn a_push_in_a_line() {
        let transfer = Transfer {
            pointers: 1,
            mounts: 2,
            copies: 3,
            bytes_to_copy: 4_200_000,
            requests: 20,
            ..Transfer::default()
        };
        let options = PushOptions::default();
        assert_eq!(in_a_line(&Transfer::default(), &options), "");
        let line = "1 pointer · 2 blobs to mount · 3 blobs to copy (4.2 MB) · at most 20 requests";
        assert_eq!(in_a_line(&transfer, &options), line);
        let options = PushOptions { referrers: true, ..options };
        assert_eq!(in_a_line(&transfer, &options), format!("{line}, and those for signatures and SBOMs"));
    }

    #[test]
    fn what_came_along_is_told() {
        let job = |came: usize, left: usize| PushJob {
            id: "1".to_owned(),
            kind: MoveKind::Push,
            state: PushState::Succeeded,
            digest: Digest::of(b"list"),
            merged: Vec::new(),
            referrers: vec![Digest::of(b"came"); came],
            left_behind: vec![Digest::of(b"left"); left],
            undoes: None,
            targets: Vec::new(),
            progress: Progress::default(),
            problem: None,
        };
        assert_eq!(brought(&job(0, 0)), None);
        assert_eq!(brought(&job(1, 0)).unwrap(), "1 document came along: signatures, SBOMs and the like.");
        assert!(brought(&job(2, 2)).unwrap().ends_with(
            "2 that refer to the images were left behind: they are not whole, or others stand at their tags."
        ));
    }
}
