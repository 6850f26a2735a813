//! Where registries are, where they lead, and what is reached of that.

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::any,
};
use onetag_shared::{
    api::{ProblemCode, Scheme},
    descriptor::Descriptor,
    digest::Digest,
};

use super::*;

const THIS_MACHINE: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// What passes for a public address, a private one, and one of a metadata service.
pub(super) const PUBLIC: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
pub(super) const PRIVATE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);
const METADATA: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 4);

/// Who is where.
const NAMES: [(&str, &[Ipv4Addr]); 9] = [
    ("registry.example", &[PUBLIC]),
    ("storage.example", &[PUBLIC]),
    ("registry.corp", &[PRIVATE]),
    ("storage.corp", &[PRIVATE]),
    ("metadata.example", &[METADATA]),
    ("rebound.example", &[THIS_MACHINE]),
    ("localhost", &[THIS_MACHINE]),
    ("mixed.example", &[METADATA, PRIVATE, THIS_MACHINE, PUBLIC]),
    ("nowhere.example", &[]),
];

/// A world within loopback.
#[derive(Debug)]
pub(super) struct World;

#[async_trait]
impl Network for World {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = NAMES.iter().find(|(known, _)| *known == name.trim_end_matches('.'));
        let (_, addresses) = found.ok_or(io::ErrorKind::NotFound)?;
        Ok(addresses.iter().copied().map(IpAddr::V4).collect())
    }

    fn class(&self, address: IpAddr) -> AddressClass {
        match address {
            IpAddr::V4(PUBLIC) => AddressClass::Public,
            IpAddr::V4(PRIVATE) => AddressClass::Private,
            IpAddr::V4(METADATA) => AddressClass::Metadata,
            other => AddressClass::of(other),
        }
    }
}

/// A client in a network, for registries that are on plain http, and may be in one's own network if their names say so.
pub(super) fn client_in<'a>(network: Arc<dyn Network>, registries: impl IntoIterator<Item = &'a str>) -> Client {
    let mut settings = Settings::default();
    for registry in registries {
        let private = registry.contains(".corp").then_some(true);
        let options = Options { scheme: Some(Scheme::Http), private, ..Options::default() };
        settings.say(Whom::One(registry.parse().unwrap()), Source::Flag("--test"), options);
    }
    let config = ClientConfig {
        credentials: Arc::new(Fixed(me())),
        settings: Arc::new(settings),
        network,
        pause: Duration::ZERO,
        ..ClientConfig::personal()
    };
    Client::new(config)
}

/// What a server was asked: `METHOD path authorization`.
pub(super) type Log = Arc<Mutex<Vec<String>>>;

/// A server at an address; its port and what it is asked.
pub(super) async fn serve_at(
    address: Ipv4Addr,
    answer: impl Fn(&Uri, &str) -> Response + Clone + Send + Sync + 'static,
) -> (u16, Log) {
    let log = Log::default();
    let written = Arc::clone(&log);
    let router = Router::new().fallback(any(move |method: Method, uri: Uri, headers: HeaderMap| {
        let authorization = shown(&headers, header::AUTHORIZATION);
        written.lock().unwrap().push(format!("{method} {} {authorization}", uri.path()));
        std::future::ready(answer(&uri, &authorization))
    }));
    let listener = tokio::net::TcpListener::bind((address, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (port, log)
}

pub(super) fn index() -> Response {
    ([(header::CONTENT_TYPE, INDEX)], LIST).into_response()
}

/// How a registry leads elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Realm,
    Redirect,
    Upload,
}

/// A registry that leads to an address.
struct Leading {
    /// Which one, how and where, for messages.
    name: String,
    way: Way,
    host: String,
    /// What is asked there.
    asked: Log,
}

/// Starts a registry that leads somewhere in one way. `PORT` in the address is the port of whatever is there.
async fn leading(way: Way, registry: &str, to: &str) -> Leading {
    let name = format!("{way:?} {registry} {to}");
    let at = |host: &str| {
        let known = NAMES.iter().find(|(name, _)| *name == host.split(':').next().unwrap_or(host));
        known.map_or(THIS_MACHINE, |(_, addresses)| addresses[0])
    };
    let (port, asked) = serve_at(at(to), |uri, _| match uri.path() {
        "/token" => r#"{"token":"t"}"#.into_response(),
        "/bytes" => index(),
        _ => StatusCode::CREATED.into_response(),
    })
    .await;
    let to = to.replace("PORT", &port.to_string());
    let (port, _) = serve_at(at(registry), move |uri, authorization| {
        let challenge = match way {
            Way::Realm => format!("Bearer realm=\"http://{to}/token\""),
            Way::Redirect | Way::Upload => "Basic realm=x".to_owned(),
        };
        let (status, place) = match way {
            _ if authorization == "-" => {
                return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response();
            }
            Way::Redirect => (StatusCode::TEMPORARY_REDIRECT, format!("http://{to}/bytes")),
            Way::Upload if uri.path().ends_with("/uploads/") => (StatusCode::ACCEPTED, format!("http://{to}/up")),
            Way::Upload | Way::Realm => return index(),
        };
        (status, [(header::LOCATION, place)]).into_response()
    })
    .await;
    Leading { name, way, host: format!("{registry}:{port}"), asked }
}

impl Leading {
    /// What becomes of asking it.
    async fn outcome(&self, client: &Client) -> Result<(), Error> {
        let app = app(&self.host);
        if self.way != Way::Upload {
            return client.manifest(&app, None).await.map(drop);
        }
        let digest = Digest::of(LIST.as_bytes());
        let descriptor = Descriptor::new(INDEX, digest.clone(), LIST.len() as u64);
        let upload = client.open_upload(&app, &digest).await.unwrap();
        client.copy_blob(&app, upload, &descriptor, &|_| ()).await
    }
}

/// One client for all of them: each is another registry to it, and none has a part in what another may.
fn client_of(registries: &[(Leading, impl Sized)]) -> Client {
    client_in(Arc::new(World), registries.iter().map(|(registry, _)| registry.host.as_str()))
}

#[tokio::test]
async fn a_registry_leads_where_it_may() {
    let mut registries = Vec::new();
    for (registry, to) in [
        ("registry.example", "storage.example:PORT"),
        ("registry.corp", "storage.corp:PORT"),
        ("registry.corp", "storage.example:PORT"),
        ("localhost", "127.0.0.1:PORT"),
        ("127.0.0.1", "localhost:PORT"),
        ("127.0.0.1", "0x7f.1:PORT"),
        ("localhost", "storage.example:PORT"),
    ] {
        for (way, expected) in [
            // The login goes to the token server, and nowhere else.
            (Way::Realm, "GET /token Basic bWU6c2VjcmV0"),
            (Way::Redirect, "GET /bytes -"),
            (Way::Upload, "PUT /up -"),
        ] {
            registries.push((leading(way, registry, to).await, expected));
        }
    }
    let client = client_of(&registries);
    for (registry, expected) in registries {
        registry.outcome(&client).await.unwrap_or_else(|error| panic!("{}: {error}", registry.name));
        assert_eq!(*registry.asked.lock().unwrap(), [expected], "{}", registry.name);
    }
}

#[tokio::test]
async fn nothing_leads_where_it_may_not() {
    let loopback: &[&str] = &[
        "127.0.0.1:PORT",
        "localhost:PORT",
        "LOCALHOST:PORT",
        "localhost.:PORT",
        "rebound.example:PORT",
        "2130706433:PORT",
        "0x7f000001:PORT",
        "0177.0.0.1:PORT",
        "127.1:PORT",
        "127.0.0.1.:PORT",
        "%31%32%37.0.0.1:PORT",
        "%E2%91%A027.0.0.1:PORT",
        "user@127.0.0.1:PORT",
        "[::1]:PORT",
        "[::ffff:127.0.0.1]:PORT",
        "[::ffff:7f00:1]:PORT",
        "[0:0:0:0:0:0:7f00:1]:PORT",
        "[64:ff9b::127.0.0.1]:PORT",
        "[2002:7f00:1::1]:PORT",
    ];
    let private: &[&str] = &[
        "storage.corp:PORT",
        "10.0.0.1:PORT",
        "0xa000001:PORT",
        "192.168.1:PORT",
        "100.64.0.1:PORT",
        "[fd00::1]:PORT",
        "[64:ff9b::a00:1]:PORT",
    ];
    let metadata: &[&str] = &[
        "metadata.example:PORT",
        "169.254.169.254",
        "2852039166",
        "0251.0376.0251.0376",
        "[fd00:ec2::254]",
        "[::ffff:a9fe:a9fe]",
        "100.100.100.200",
    ];
    let (unspecified, link_local): (&[&str], &[&str]) = (&["0:PORT", "0.0.0.0:PORT", "[::]:PORT"], &["[fe80::1]:PORT"]);
    let cases = [
        ("registry.example", AddressClass::Loopback, loopback),
        ("registry.example", AddressClass::Private, private),
        ("registry.example", AddressClass::Metadata, metadata),
        ("registry.example", AddressClass::Unspecified, unspecified),
        ("registry.example", AddressClass::LinkLocal, link_local),
        ("registry.corp", AddressClass::Loopback, &loopback[..5]),
        ("registry.corp", AddressClass::Metadata, metadata),
        ("registry.corp", AddressClass::Unspecified, unspecified),
        ("localhost", AddressClass::Private, private),
        ("localhost", AddressClass::Metadata, metadata),
        ("127.0.0.1", AddressClass::Unspecified, unspecified),
    ];
    let mut registries = Vec::new();
    for (registry, class, addresses) in cases {
        for to in addresses {
            for way in [Way::Realm, Way::Redirect, Way::Upload] {
                registries.push((leading(way, registry, to).await, class));
            }
        }
    }
    let client = client_of(&registries);
    for (registry, class) in registries {
        let name = &registry.name;
        let error = registry.outcome(&client).await.expect_err(name);
        assert_eq!(error.kind, ErrorKind::AddressRefused(class), "{name}: {error}");
        assert!(error.host == registry.host && error.words.contains("leads to"), "{name}: {error}");
        assert_eq!(*registry.asked.lock().unwrap(), [""; 0], "{name}");
    }
}

/// A registry is where its name is, in whatever way it was typed; and where it is decides.
#[tokio::test]
async fn a_registry_itself_is_only_reached_where_it_may_be() {
    let registries = [
        ("rebound.example:5000", AddressClass::Loopback),
        ("0x7f000001:5000", AddressClass::Loopback),
        ("10.0.0.1:5000", AddressClass::Private),
        ("[fd00::1]:5000", AddressClass::Private),
        ("[::ffff:a00:1]:5000", AddressClass::Private),
        ("169.254.169.254", AddressClass::Metadata),
        ("169.254.1.1", AddressClass::LinkLocal),
        ("metadata.example", AddressClass::Metadata),
        ("0.0.0.0:5000", AddressClass::Unspecified),
        ("224.0.0.1:5000", AddressClass::Multicast),
        ("192.0.2.1:5000", AddressClass::Reserved),
    ];
    let client = client_in(Arc::new(World), registries.map(|(registry, _)| registry));
    for (registry, class) in registries {
        let error = client.manifest(&app(registry), None).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::AddressRefused(class), "{error}");
        assert_eq!((error.host.as_str(), error.words), (registry, format!("it is at {class}")));
    }
}

#[tokio::test]
async fn a_refusal_tells_who_led_where_and_which_setting_would_allow_it() {
    let mut registries = Vec::new();
    for (to, words, hint) in [
        ("storage.corp", "leads to storage.corp, which is at a private address", "ONETAG_PRIVATE"),
        ("10.1.1.1", "leads to 10.1.1.1, which is a private address", "--private"),
        ("localhost", "leads to localhost, which is at an address of this machine itself", "localhost:5000"),
        ("2852039166", "leads to 169.254.169.254, which is an address of a cloud's", "never reached"),
        ("0", "leads to 0.0.0.0, which is an address that no machine has", "No registry"),
    ] {
        registries.push((leading(Way::Redirect, "registry.example", to).await, (words, hint)));
    }
    let client = client_of(&registries);
    for (registry, (words, hint)) in registries {
        let problem = registry.outcome(&client).await.unwrap_err().to_problem();
        assert_eq!((problem.code, problem.status), (ProblemCode::AddressRefused, 403));
        assert!(problem.detail.starts_with(&registry.host) && problem.detail.contains(words), "{problem}");
        assert!(!problem.detail.contains("127.0.0."), "what a name resolves to is not told: {problem}");
        let text = problem.hint.unwrap();
        assert!(text.contains(hint), "{text}");
        let offered = problem.setting.map(|offer| (offer.registry, offer.private));
        assert_eq!(offered, text.contains("ONETAG_PRIVATE").then(|| (registry.host.clone(), true)));
        assert_eq!(text.contains("ONETAG_PRIVATE"), text.contains(&registry.host), "{text}");
    }
}

/// Of the addresses of a name, those that may be reached are.
#[tokio::test]
async fn a_name_with_addresses_of_all_kinds_is_reached_at_those_that_it_may() {
    let (port, _) = serve_at(PUBLIC, |_, _| index()).await;
    let registry = format!("mixed.example:{port}");
    client_in(Arc::new(World), [&*registry]).manifest(&app(&registry), None).await.unwrap();

    for nowhere in ["nowhere.example", "unknown.example"] {
        let error = client_in(Arc::new(World), [nowhere]).manifest(&app(nowhere), None).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unreachable, "{error}");
    }
}

/// A name that is public when it is first asked for, and this machine ever after.
#[derive(Debug, Default)]
struct Rebinding(AtomicUsize);

#[async_trait]
impl Network for Rebinding {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let first = self.0.fetch_add(1, Ordering::SeqCst) == 0;
        Ok(vec![if first { PUBLIC } else { THIS_MACHINE }.into()])
    }

    fn class(&self, address: IpAddr) -> AddressClass {
        World.class(address)
    }
}

/// The answer that was looked at is the one that is connected to, and a new connection is a new look.
#[tokio::test]
async fn a_name_that_changes_where_it_is_gains_nothing() {
    let close =
        |_: &Uri, _: &str| ([(header::CONTENT_TYPE, INDEX), (header::CONNECTION, "close")], LIST).into_response();
    let (port, log) = serve_at(PUBLIC, close).await;
    let registry = format!("rebinding.example:{port}");
    let network = Arc::new(Rebinding::default());
    let client = client_in(Arc::clone(&network) as Arc<dyn Network>, [&*registry]);
    client.manifest(&app(&registry), None).await.unwrap();
    assert_eq!(network.0.load(Ordering::SeqCst), 1, "one connection, one look");
    let error = client.manifest(&app(&registry), None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::AddressRefused(AddressClass::Loopback), "{error}");
    assert_eq!(log.lock().unwrap().len(), 1);
}
