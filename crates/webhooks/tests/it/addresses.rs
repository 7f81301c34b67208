use std::net::IpAddr;

use comptoir_webhooks::address::{AddressError, AddressPolicy, is_public};

/// Hosts that are not public, in every way of writing them that a parser may understand.
const FORBIDDEN_HOSTS: [&str; 92] = [
    // Loopback, by number and by name.
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "127.0.0.1.",
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "0x7f.0x0.0x0.0x1",
    "127.0.0.0x1",
    "00000177.0.0.01",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[0000::0001]",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "a.localhost",
    "localhost.localdomain",
    // Unspecified.
    "0.0.0.0",
    "0",
    "0x0",
    "0.1.2.3",
    "[::]",
    "[0::0]",
    // Private.
    "10.0.0.1",
    "10.255.255.255",
    "167772161",
    "012.0.0.1",
    "0xa.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.1",
    "3232235777",
    "0300.0250.1.1",
    "[fc00::1]",
    "[fd00::1]",
    "[fdff:ffff::1]",
    // Link-local and metadata.
    "169.254.169.254",
    "169.254.0.1",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "[fe80::1]",
    "[febf::1]",
    "[fec0::1]",
    // Carrier-grade NAT, protocol assignments, documentation, benchmarks.
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "192.88.99.1",
    "[2001:db8::1]",
    "[3fff::1]",
    "[100::1]",
    // Multicast, reserved, broadcast.
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "[ff02::1]",
    "[ff0e::1]",
    // IPv4 inside IPv6: mapped, compatible, translated, NAT64, 6to4, Teredo, ISATAP on link-local; SRv6.
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:a00:1]",
    "[::ffff:8.8.8.8]",
    "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a00:1]",
    "[64:ff9b::808:808]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::1]",
    "[2002:a00:1::1]",
    "[2002:808:808::1]",
    "[2001:0:4136:e378::1]",
    "[fe80::5efe:127.0.0.1]",
    "[5f00::1]",
    "[4000::1]",
    // Names that only a local network has.
    "intranet",
    "printer.local",
    "metadata.google.internal",
    "router.lan",
    "nas.home",
    "db.corp",
    "1.0.0.127.in-addr.arpa",
    "abcdefghijklmnop.onion",
];

#[test]
fn every_form_of_a_forbidden_host_is_refused() {
    let policy = AddressPolicy::public();
    for host in FORBIDDEN_HOSTS {
        for url in [
            format!("https://{host}/hooks"),
            format!("https://{host}"),
            format!("https://{host}:443/hooks"),
        ] {
            assert!(policy.check(&url).is_err(), "{url}");
        }
    }
}

#[test]
fn public_addresses_pass_in_their_canonical_form_only() {
    let policy = AddressPolicy::public();
    for url in [
        "https://agent.example.com/hooks",
        "https://agent.example.com",
        "https://agent.example.com:443/hooks?x=1",
        "https://agent.example.com/hooks/@seller?contact=a@b.example",
        "HTTPS://Agent.Example.COM/Hooks",
        "https://xn--bcher-kva.example/hooks",
        "https://8.8.8.8/hooks",
        "https://[2606:4700:4700::1111]/hooks",
        "https://100.63.255.255/",
        "https://100.128.0.1/",
        "https://172.32.0.1/",
        "https://11.0.0.1/",
    ] {
        assert!(policy.check(url).is_ok(), "{url}: {:?}", policy.check(url));
    }
    // Public, but written so that another parser could understand something else.
    for url in [
        "https://134744072/",
        "https://0x08080808/",
        "https://010.8.8.8/",
        "https://8.8.2056/",
        "https://8.8.8.8./",
        "https://agent.example.com./",
        "https://bücher.example/",
        "https://agent\u{3002}example.com/",
        "https://\u{ff18}.8.8.8/",
        "https://agent%2eexample.com/",
        "https:\\\\agent.example.com\\hooks",
        "https:agent.example.com/hooks",
        "https:///agent.example.com/hooks",
        "https://agent.example.com\\@evil.example/",
        "https://agent.exa\tmple.com/",
        "https://agent.example.com/\n",
        " https://agent.example.com/",
        "https://agent.example.com/ a",
        "https://[2606:4700:4700:0:0:0:0:1111]/",
        "//agent.example.com/",
        "agent.example.com/hooks",
        "",
    ] {
        assert!(policy.check(url).is_err(), "{url:?}");
    }
}

#[test]
fn scheme_credentials_fragment_and_port_are_checked() {
    let policy = AddressPolicy::public();
    let check = |url| policy.check(url).unwrap_err();
    assert_eq!(check("http://agent.example.com/"), AddressError::NotHttps);
    for scheme in ["ftp", "ws", "wss", "gopher"] {
        assert_eq!(
            policy
                .check(&format!("{scheme}://agent.example.com/"))
                .unwrap_err(),
            AddressError::NotHttps
        );
    }
    for url in [
        "file:///etc/passwd",
        "data:text/plain,x",
        "javascript:alert(1)",
        "unix:/run/x.sock",
    ] {
        assert!(policy.check(url).is_err(), "{url}");
    }
    assert_eq!(
        check("https://user@agent.example.com/"),
        AddressError::Credentials
    );
    assert_eq!(
        check("https://user:pass@agent.example.com/"),
        AddressError::Credentials
    );
    assert_eq!(
        check("https://@agent.example.com/"),
        AddressError::Credentials
    );
    assert_eq!(
        check("https://8.8.8.8@10.0.0.1/"),
        AddressError::Credentials
    );
    assert_eq!(
        check("https://agent.example.com/#x"),
        AddressError::Fragment
    );
    for port in [0, 22, 25, 80, 8443, 65_535] {
        assert_eq!(
            policy.check(&format!("https://agent.example.com:{port}/")),
            Err(AddressError::Port(port))
        );
    }
    let wider = AddressPolicy::public().allow_port(8443);
    assert!(wider.check("https://agent.example.com:8443/").is_ok());
}

#[test]
fn allowing_loopback_allows_loopback_and_nothing_else() {
    let policy = AddressPolicy::public().allow_loopback();
    for url in [
        "http://127.0.0.1:8080/hooks",
        "http://localhost:8080/hooks",
        "http://[::1]:9/",
        "https://127.0.0.2/",
        "https://agent.example.com/",
    ] {
        assert!(policy.check(url).is_ok(), "{url}");
    }
    for host in FORBIDDEN_HOSTS {
        let canonical_loopback = [
            "127.0.0.1",
            "127.255.255.254",
            "[::1]",
            "localhost",
            "LOCALHOST",
        ];
        assert_eq!(
            policy.check(&format!("http://{host}:80/")).is_ok(),
            canonical_loopback.contains(&host),
            "{host}"
        );
    }
    assert!(policy.check("http://agent.example.com/").is_err());
    assert!(policy.check("ftp://127.0.0.1/").is_err());
    // A public name must not lead to loopback, not even here.
    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    assert!(policy.check_dialled("agent.example.com", loopback).is_err());
    assert!(policy.check_dialled("localhost", loopback).is_ok());
    assert!(
        policy
            .check_dialled("localhost", "10.0.0.1".parse().unwrap())
            .is_err()
    );
    assert!(
        AddressPolicy::public()
            .check_dialled("localhost", loopback)
            .is_err()
    );
}

#[test]
fn block_borders_are_exact() {
    for (inside, outside) in [
        ("0.255.255.255", "1.0.0.0"),
        ("10.0.0.0", "9.255.255.255"),
        ("10.255.255.255", "11.0.0.0"),
        ("100.64.0.0", "100.63.255.255"),
        ("100.127.255.255", "100.128.0.0"),
        ("127.0.0.0", "126.255.255.255"),
        ("127.255.255.255", "128.0.0.0"),
        ("169.254.0.0", "169.253.255.255"),
        ("169.254.255.255", "169.255.0.0"),
        ("172.16.0.0", "172.15.255.255"),
        ("172.31.255.255", "172.32.0.0"),
        ("192.0.0.255", "192.0.1.0"),
        ("192.168.0.0", "192.167.255.255"),
        ("192.168.255.255", "192.169.0.0"),
        ("198.18.0.0", "198.17.255.255"),
        ("198.19.255.255", "198.20.0.0"),
        ("224.0.0.0", "223.255.255.255"),
        ("1fff:ffff::", "2000::1"),
        ("4000::", "3ffd::1"),
        ("2001:1ff:ffff::", "2001:200::"),
        ("2001:db8:ffff::", "2001:db9::"),
        ("2002:ffff::", "2003::"),
        ("3fff:fff::", "3fff:1000::"),
    ] {
        assert!(!is_public(inside.parse().unwrap()), "{inside}");
        assert!(is_public(outside.parse().unwrap()), "{outside}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_check_fall_over_and_what_passes_is_https_and_public(text in "(https?://)?[\\[\\]a-z0-9.:@/%x\\\\ #-]{0,40}") {
        if let Ok(url) = AddressPolicy::public().check(&text) {
            proptest::prop_assert_eq!(url.scheme(), "https");
            let address = match url.host().unwrap() {
                url::Host::Domain(name) => { proptest::prop_assert!(name.contains('.')); None }
                url::Host::Ipv4(address) => Some(IpAddr::V4(address)),
                url::Host::Ipv6(address) => Some(IpAddr::V6(address)),
            };
            proptest::prop_assert!(address.is_none_or(is_public));
        }
    }
}
