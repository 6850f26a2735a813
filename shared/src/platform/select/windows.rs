//! Which Windows images a Windows host runs (Microsoft, "Windows container version compatibility", as containerd reads it).

/// Windows Server 2022: from here on a newer host runs older images.
const SERVER_2022: u16 = 20348;
/// The long-term releases that newer hosts still run, oldest first.
const STABLE: [u16; 2] = [SERVER_2022, 26100];

/// Does a host of this version run an image of that one? A host or an image without a version fits any.
pub(super) fn runs_on(host: &str, image: &str) -> bool {
    let Some((host_major, host_minor, host_build)) = parse(host) else { return true };
    if image.is_empty() {
        return true;
    }
    let Some((major, minor, build)) = parse(image) else { return false };
    if (host_major, host_minor) != (major, minor) {
        return false;
    }
    if host_build < SERVER_2022 {
        return host_build == build;
    }
    let oldest = STABLE.into_iter().rev().find(|stable| *stable < host_build).unwrap_or(SERVER_2022);
    (oldest..=host_build).contains(&build)
}

/// Major, minor and build; the revision after them does not matter. Fewer parts are no version.
fn parse(version: &str) -> Option<(u8, u8, u16)> {
    let mut parts = version.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
