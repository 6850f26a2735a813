//! Time, as something that is passed in: tests turn it by hand.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use async_trait::async_trait;

/// Tells the time and waits.
#[async_trait]
pub trait Clock: fmt::Debug + Send + Sync {
    /// For measuring how long something lasts: never goes back.
    fn instant(&self) -> Instant;

    /// For dates: may be set.
    fn date(&self) -> SystemTime;

    /// The date in milliseconds since 1970.
    fn millis(&self) -> i64 {
        let age = self.date().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(age.as_millis()).unwrap_or(i64::MAX)
    }

    /// Returns after this long.
    async fn sleep(&self, duration: Duration);
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl SystemClock {
    /// To be handed around.
    pub fn shared() -> Arc<dyn Clock> {
        Arc::new(Self)
    }
}

#[async_trait]
#[expect(clippy::disallowed_methods, reason = "this is the one place where they belong")]
impl Clock for SystemClock {
    fn instant(&self) -> Instant {
        Instant::now()
    }

    fn date(&self) -> SystemTime {
        SystemTime::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Milliseconds since 1970 as RFC 3339 writes them, in UTC.
pub(crate) fn date(at: i64) -> String {
    let at = Duration::from_millis(u64::try_from(at).unwrap_or_default());
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + at).to_string()
}

#[cfg(test)]
pub(crate) mod testing {
    use std::sync::{Mutex, PoisonError};

    use super::*;

    /// A clock that moves when it is told to, or when somebody wants to wait.
    #[derive(Debug)]
    pub(crate) struct TestClock {
        start: Instant,
        state: Mutex<(Duration, Vec<Duration>)>,
    }

    impl TestClock {
        /// It starts on 1 January 2026, 00:00 UTC.
        pub(crate) const DATE: &str = "Thu, 01 Jan 2026 00:00:00 GMT";

        #[expect(clippy::disallowed_methods, reason = "an instant cannot be made of nothing")]
        pub(crate) fn shared() -> Arc<Self> {
            Arc::new(Self { start: Instant::now(), state: Mutex::default() })
        }

        pub(crate) fn advance(&self, duration: Duration) {
            self.state.lock().unwrap_or_else(PoisonError::into_inner).0 += duration;
        }

        /// Everything that was waited for.
        pub(crate) fn waits(&self) -> Vec<Duration> {
            self.state.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
        }

        fn passed(&self) -> Duration {
            self.state.lock().unwrap_or_else(PoisonError::into_inner).0
        }
    }

    #[async_trait]
    impl Clock for TestClock {
        fn instant(&self) -> Instant {
            self.start + self.passed()
        }

        fn date(&self) -> SystemTime {
            httpdate::parse_http_date(Self::DATE).expect("it is a date") + self.passed()
        }

        async fn sleep(&self, duration: Duration) {
            self.advance(duration);
            self.state.lock().unwrap_or_else(PoisonError::into_inner).1.push(duration);
        }
    }
}
