//! Pages in the web that are about an image: those of registries.

/// The image that a link is about, where its address is that of a page which shows one. The pages of well-known sites are known
/// without their scheme, too.
pub(crate) fn of_link(text: &str) -> Option<String> {
    match ["https://", "http://"].into_iter().find_map(|scheme| text.strip_prefix(scheme)) {
        Some(page) => of_page(page.strip_prefix("www.").unwrap_or(page)),
        None => of_page(text).filter(|_| is_of_known_site(text)),
    }
}

/// Does a text without a scheme begin as the page of an image does?
pub(super) fn is_of_known_site(text: &str) -> bool {
    ["hub.docker.com/", "quay.io/repository/", "github.com/", "gallery.ecr.aws/"]
        .iter()
        .any(|start| text.starts_with(start))
}

/// The same for the address without its scheme.
pub(super) fn of_page(text: &str) -> Option<String> {
    let (page, rest) = text.split_at(text.find(['?', '#']).unwrap_or(text.len()));
    let parts: Vec<&str> = page.trim_end_matches('/').split('/').collect();
    Some(match parts.as_slice() {
        ["hub.docker.com", "layers", "library", name, tag, "images", ..] => format!("{name}:{tag}"),
        ["hub.docker.com", "layers", owner, name, tag, "images", ..] => format!("{owner}/{name}:{tag}"),
        ["hub.docker.com", "_", name, ..] | ["hub.docker.com", "r" | "layers", "library", name, ..] => {
            (*name).to_owned()
        }
        ["hub.docker.com", "r" | "layers", owner, name, ..]
        | ["hub.docker.com", "repository", "docker", owner, name, ..] => format!("{owner}/{name}"),
        ["quay.io", "repository", owner, name, "manifest", digest, ..] => format!("quay.io/{owner}/{name}@{digest}"),
        ["quay.io", "repository", owner, name, ..] => format!("quay.io/{owner}/{name}{}", tag_in(rest)),
        ["gallery.ecr.aws", alias, name @ ..] if !name.is_empty() => {
            format!("public.ecr.aws/{alias}/{}", name.join("/"))
        }
        ["github.com", "users" | "orgs", owner, "packages", "container", "package", name, ..]
        | ["github.com", "users" | "orgs", owner, "packages", "container", name, ..]
        | ["github.com", owner, _, "pkgs", "container", name, ..] => {
            // A name with a slash in it is one part there.
            format!("ghcr.io/{owner}/{}{}", name.replace("%2F", "/"), tag_in(rest))
        }
        [host, "v2", path @ .., "manifests", target] if !path.is_empty() => {
            let separator = if target.contains(':') { '@' } else { ':' };
            format!("{host}/{}{separator}{target}", path.join("/"))
        }
        _ => return None,
    })
}

/// The tag that a page's query names, as it stands behind a name: `?tab=tags&tag=v1`.
fn tag_in(query: &str) -> String {
    let query = query.split('#').next().unwrap_or_default().trim_start_matches('?');
    let tag = query.split('&').find_map(|pair| pair.strip_prefix("tag=")).filter(|tag| !tag.is_empty());
    tag.map(|tag| format!(":{tag}")).unwrap_or_default()
}
