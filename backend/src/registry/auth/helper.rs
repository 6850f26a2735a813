//! Programs that keep credentials: `docker-credential-NAME get` (docker-credential-helpers).

use std::{ffi::OsString, process::Stdio, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use tokio::{io::AsyncWriteExt, process::Command, time::timeout};

use super::{Credential, CredentialError};

/// Longest part of what a helper says that is shown, in characters.
const SHOWN: usize = 200;

/// How helpers are found and how long they may take.
#[derive(Clone, Debug)]
pub(super) struct Helpers {
    /// Where programs are; this process's own `PATH` when absent.
    pub(super) path: Option<OsString>,
    /// Some ask the person, who may not be there.
    pub(super) patience: Duration,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Answer {
    username: String,
    secret: SecretString,
}

impl Default for Answer {
    fn default() -> Self {
        Self { username: String::new(), secret: String::new().into() }
    }
}

impl Helpers {
    /// What a helper has for a server; `None` when it has nothing.
    pub(super) async fn ask(&self, name: &str, server: &str) -> Result<Option<Credential>, CredentialError> {
        let program = format!("docker-credential-{name}");
        let failed = |words: String| CredentialError(format!("the credential helper {program} {words}"));
        if name.contains(['/', '\\']) {
            return Err(failed("is not looked for: its name leads elsewhere".to_owned()));
        }
        let mut command = Command::new(&program);
        command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        command.envs(self.path.as_ref().map(|path| ("PATH", path)));
        let mut child = command.spawn().map_err(|error| failed(format!("cannot be started: {error}")))?;
        let stdin = child.stdin.take();
        let answer = async {
            if let Some(mut stdin) = stdin {
                // One that needs no question may close it unread; its answer is what counts.
                let _ = stdin.write_all(server.as_bytes()).await;
            }
            child.wait_with_output().await
        };
        let output = timeout(self.patience, answer)
            .await
            .map_err(|_| failed(format!("did not answer within {}", humantime::format_duration(self.patience))))?
            .map_err(|error| failed(format!("cannot be read: {error}")))?;
        if !output.status.success() {
            // By their protocol what is wrong is told on the standard output.
            let said = String::from_utf8_lossy(&output.stdout);
            let said: String = said.trim().chars().take(SHOWN).collect();
            if said.to_ascii_lowercase().contains("credentials not found") {
                return Ok(None);
            }
            return Err(failed(if said.is_empty() {
                format!("ended with {}", output.status)
            } else {
                format!("says: {said}")
            }));
        }
        // What cannot be read may be a secret, and so may the words of the error.
        let answer: Answer = serde_json::from_slice(&output.stdout)
            .map_err(|_| failed("gave an answer that is not what such helpers give".to_owned()))?;
        Ok(match (answer.username.as_str(), answer.secret.expose_secret()) {
            (_, "") => None,
            ("<token>", _) => Some(Credential::Identity { user: None, token: answer.secret }),
            _ => Some(Credential::Basic { user: answer.username, password: answer.secret }),
        })
    }
}
