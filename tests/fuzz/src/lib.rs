//! Fuzzing on a stable compiler.
//!
//! A target has a folder of inputs, real ones and nasty ones (`corpus/TARGET`), and a check that panics when something does
//! not hold. Each input is checked as it is, and then mutations of them are. `proptest` makes those and finds the
//! smallest that fails; `cargo fuzz` and the engines behind `bolero` would want a nightly compiler, or make inputs out of
//! nothing.
//!
//! In `make test` each target gets a few hundred mutations, the same each time. `make fuzz` gives it time instead
//! (`FUZZ_SECONDS`), from a seed that is printed (`FUZZ_SEED` repeats it), and what fails is added to the corpus.

mod corpus;
mod mutate;

use std::{
    cell::Cell,
    env,
    hash::{BuildHasher as _, RandomState},
    panic::{self, AssertUnwindSafe},
    sync::Once,
    time::{Duration, Instant},
};

use peak_alloc::PeakAlloc;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

/// Counts what is in use, so that an input that makes much out of little is found.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Longest input, in bytes.
const LONGEST: usize = 64 * 1024;
/// How long the check of an input may take: many times what it does take, since the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much more memory the check of an input may use than was used before, in bytes.
const ROOM: usize = 256 * 1024 * 1024;
/// Mutations that are checked where no time is given.
const CASES: u32 = 400;
/// Mutations that are checked between two looks at the clock.
const ROUND: u32 = 200;
/// How often a failing input is made smaller byte by byte.
const TRIES: usize = 2000;

/// Checks every input of a target's corpus, and mutations of them with these tokens besides the usual ones.
///
/// # Panics
/// When something does not hold for an input, which the message shows.
pub fn fuzz(target: &str, tokens: &'static [&'static str], check: impl Fn(&[u8])) {
    let check = |input: &[u8]| {
        let (start, before) = (Instant::now(), MEMORY.current_usage());
        MEMORY.reset_peak_usage();
        check(input);
        let used = MEMORY.peak_usage().saturating_sub(before);
        assert!(used <= ROOM, "it takes {used} bytes of memory");
        assert!(start.elapsed() <= PATIENCE, "it takes {:?}", start.elapsed());
    };
    let inputs = corpus::read(target);
    for (name, input) in &inputs {
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| check(input)));
        assert!(outcome.is_ok(), "{target}: corpus/{target}/{name} fails, as is said above");
    }
    let strategy = mutate::inputs(inputs.into_iter().map(|(_, input)| input).collect(), tokens);
    let run = |seed: u64, round: u64, cases: u32| {
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 4096, ..Config::default() };
        let seed: Vec<u8> = [seed, round, 0, 0].iter().flat_map(|number| number.to_le_bytes()).collect();
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        quietly(|| {
            let outcome = runner.run(&strategy, |input| {
                check(&input);
                Ok(())
            });
            match outcome {
                Err(TestError::Fail(reason, input)) => Err((reason.to_string(), smallest(input, &check))),
                Err(TestError::Abort(reason)) => Err((reason.to_string(), Vec::new())),
                Ok(()) => Ok(()),
            }
        })
    };
    let Some(budget) = number("FUZZ_SECONDS").map(Duration::from_secs) else {
        if let Err((reason, input)) = run(0, 0, CASES) {
            panic!("{target}: {reason}\nThe input: {}", input.escape_ascii());
        }
        return;
    };
    let seed = number("FUZZ_SEED").unwrap_or_else(|| RandomState::new().hash_one(target));
    eprintln!("{target}: FUZZ_SEED={seed}, for {} s", budget.as_secs());
    let start = Instant::now();
    for round in 0.. {
        if start.elapsed() > budget {
            eprintln!("{target}: {} mutations", round * u64::from(ROUND));
            break;
        }
        if let Err((reason, input)) = run(seed, round, ROUND) {
            let path = corpus::save(target, &input);
            let path = path.display();
            panic!("{target}: {reason}\nThe input is in {path} from now on: {}", input.escape_ascii());
        }
    }
}

/// A number out of the environment.
fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not `{text}`")))
}

/// The same failure in fewer bytes: pieces are left out, large ones first, as long as it still fails.
fn smallest(mut input: Vec<u8>, check: &impl Fn(&[u8])) -> Vec<u8> {
    let fails = |input: &[u8]| panic::catch_unwind(AssertUnwindSafe(|| check(input))).is_err();
    let (mut piece, mut tries) = (input.len() / 2, 0);
    while piece > 0 && tries < TRIES {
        let mut start = 0;
        while start + piece <= input.len() && tries < TRIES {
            let shorter = [&input[..start], &input[start + piece..]].concat();
            tries += 1;
            if fails(&shorter) {
                input = shorter;
            } else {
                start += piece;
            }
        }
        piece /= 2;
    }
    input
}

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Panics are many while an input is made smaller. Only the last is of use, and that is told; those of other threads are
/// theirs.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                hook(panic);
            }
        }));
    });
    IS_QUIET.set(true);
    let result = work();
    IS_QUIET.set(false);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_found_and_made_small() {
        let outcome = panic::catch_unwind(|| {
            fuzz("reference", &["needle"], |input| assert!(!input.windows(6).any(|part| part == b"needle"), "found"));
        });
        let words = *outcome.unwrap_err().downcast::<String>().unwrap();
        assert_eq!(words, "reference: found\nThe input: needle");
    }
}
