import Glibc
import TimelineModel

/// The proxies that the environment names, read as curl reads them. The choice is made here and not by libcurl,
/// because a connection to a proxy is exempt from the private-address rule and libcurl does not tell which
/// connections those are.
/// Source: curl's manual page, section ENVIRONMENT.
struct ProxyEnvironment: Sendable {
    private let value: @Sendable (String) -> String?

    init(_ value: @escaping @Sendable (String) -> String?) {
        self.value = value
    }

    static let process = ProxyEnvironment { name in getenv(name).map { String(cString: $0) } }

    /// The proxy's address for a request; nil goes straight to the host.
    func proxy(for address: WebAddress) -> String? {
        // HTTP_PROXY in capitals is ignored: a CGI program gets it from the request (CVE-2016-5385).
        let names = (address.isSecure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]) + ["all_proxy", "ALL_PROXY"]
        // The first that is set decides, also when it is empty.
        guard let proxy = names.lazy.compactMap(value).first, !proxy.isEmpty else { return nil }
        let exceptions = value("no_proxy") ?? value("NO_PROXY") ?? ""
        return ProxyEnvironment.excepts(exceptions, host: address.host) ? nil : proxy
    }

    /// Whether a no_proxy list names the host: `*`, a domain with or without its leading dot, an address, a network.
    static func excepts(_ list: String, host: String) -> Bool {
        let address = IPAddress(host)
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        for entry in list.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) {
            if entry == "*" { return true }
            if let address {
                let parts = entry.split(separator: "/", maxSplits: 1)
                guard let first = parts.first, let network = IPAddress(first),
                    network.bytes.count == address.bytes.count
                else { continue }
                let widest = network.bytes.count * 8
                let bits = parts.count == 2 ? Int(parts[1]) ?? -1 : widest
                if (0...widest).contains(bits), address.starts(with: network.bytes, bits: bits) { return true }
                continue
            }
            var domain = entry.drop { $0 == "." }.lowercased()
            if domain.hasSuffix(".") { domain.removeLast() }
            if !domain.isEmpty, name == domain || name.hasSuffix("." + domain) { return true }
        }
        return false
    }
}
