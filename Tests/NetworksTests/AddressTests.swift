import Expectations
import Testing
import TimelineModel

@testable import Networks

/// Where addresses lead, and what references and proxies make of them.
@Suite struct AddressTests {
    @Test(arguments: [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.169.254",
        "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.168.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:192.168.1.1",
        "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0::1", "2001:db8::1", "fc00::1", "fd12::1",
        "fe80::1", "fec0::1", "ff02::1", "100::1",
    ]) func privateAddresses(_ text: String) throws {
        #expect(try #require(IPAddress(text)).isPrivate)
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
        "192.0.1.1", "192.167.255.255", "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111",
        "::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::", "2001:4860:4860::8888", "fe00::1",
    ]) func publicAddresses(_ text: String) throws {
        try expect(#require(IPAddress(text)).isPrivate, is: false)
    }

    /// RFC 3986 section 5.4, as far as http goes.
    @Test(
        arguments: [
            ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"), ("/g", "http://a/g"),
            ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"), ("..", "http://a/b/"), ("../g", "http://a/b/g"),
            ("../..", "http://a/"), ("../../g", "http://a/g"), ("../../../g", "http://a/g"), ("/./g", "http://a/g"),
            ("/../g", "http://a/g"), ("g;x=1/../y", "http://a/b/c/y"), ("g?y/../x", "http://a/b/c/g?y/../x"),
            ("https://h/x", "https://h/x"), ("mailto:x@y", nil), ("javascript:x", nil), ("\\\\evil", nil),
        ] as [(String, String?)]) func references(_ reference: String, _ expected: String?)
    {
        expect(AddressReference.resolve(reference, against: address("http://a/b/c/d;p?q"))?.text, is: expected)
    }

    @Test func proxiesComeFromTheEnvironment() {
        func proxy(_ environment: [String: String], _ text: String) -> String? {
            ProxyEnvironment { environment[$0] }.proxy(for: address(text))
        }
        expect(proxy([:], "https://example.org/"), is: nil)
        expect(proxy(["https_proxy": "p:1", "http_proxy": "q:1"], "https://example.org/"), is: "p:1")
        expect(proxy(["https_proxy": "p:1", "http_proxy": "q:1"], "http://example.org/"), is: "q:1")
        expect(proxy(["HTTPS_PROXY": "p:1"], "https://example.org/"), is: "p:1")
        expect(proxy(["HTTP_PROXY": "p:1"], "http://example.org/"), is: nil)
        expect(proxy(["ALL_PROXY": "p:1"], "http://example.org/"), is: "p:1")
        expect(proxy(["https_proxy": "", "ALL_PROXY": "p:1"], "https://example.org/"), is: nil)
        expect(proxy(["https_proxy": "p:1", "no_proxy": "*"], "https://example.org/"), is: nil)
    }

    @Test(arguments: [
        ("example.org", "example.org", true), (".example.org", "www.example.org", true),
        ("example.org", "www.example.org", true), ("example.org", "badexample.org", false),
        ("a.org, b.org", "b.org", true), ("EXAMPLE.org", "example.org", true), ("127.0.0.1", "127.0.0.1", true),
        ("10.0.0.0/8", "10.9.9.9", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.0.0.0/33", "10.0.0.1", false),
        ("::1", "[::1]", true), ("fd00::/8", "[fd12::1]", true), ("/", "example.org", false), ("/", "1.2.3.4", false),
        (",", "example.org", false), ("", "example.org", false),
    ]) func proxyExceptions(_ list: String, _ host: String, _ isExcepted: Bool) {
        expect(ProxyEnvironment.excepts(list, host: host), is: isExcepted)
    }

    @Test func partsOfAddresses() {
        let full = address("https://example.org:8443/a/b?max_id=1%2B2&x#f")
        expect(full.path, is: "/a/b")
        expect(full.queryValue("max_id"), is: "1+2")
        expect(full.queryValue("x"), is: "")
        expect(full.queryValue("y"), is: nil)
        expect(address("http://[::1]:80?q").path, is: "/")
        expect(address("http://bücher.example:80/a?q").path, is: "/a")
        #expect(address("https://a.org/x").isSameOrigin(as: address("https://A.org:443/y")))
        #expect(!address("https://a.org/").isSameOrigin(as: address("https://a.org:444/")))
        expect(PercentCoding.encode("é /&"), is: "%C3%A9%20%2F%26")
        expect(PercentCoding.decode("%C3%A9%2g%"), is: "é%2g%")
    }
}
