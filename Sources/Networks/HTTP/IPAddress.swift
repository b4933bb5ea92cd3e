import Glibc

/// An address that a connection has, judged by where it leads.
struct IPAddress: Hashable, Sendable {
    /// Four or sixteen, in network order.
    let bytes: [UInt8]

    /// Nil unless there are 4 or 16 bytes.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads dotted IPv4, or IPv6 with or without brackets.
    init?(_ text: some StringProtocol) {
        var spelled = String(text)
        if spelled.hasPrefix("["), spelled.hasSuffix("]") { spelled = String(spelled.dropFirst().dropLast()) }
        var four = in_addr()
        var sixteen = in6_addr()
        if inet_pton(AF_INET, spelled, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
        } else if inet_pton(AF_INET6, spelled, &sixteen) == 1 {
            bytes = withUnsafeBytes(of: sixteen) { Array($0) }
        } else {
            return nil
        }
    }

    /// Whether the first `length` bits are those of `prefix`.
    func starts(with prefix: [UInt8], bits length: Int) -> Bool {
        let whole = length / 8
        guard bytes.count >= whole, prefix.count >= whole, bytes[..<whole] == prefix[..<whole] else { return false }
        guard length % 8 != 0 else { return true }
        guard bytes.count > whole, prefix.count > whole else { return false }
        let shift = 8 - length % 8
        return bytes[whole] >> shift == prefix[whole] >> shift
    }

    /// Whether the address is not one of the public Internet's: loopback, private, link-local, shared, unspecified,
    /// multicast, reserved, or an IPv6 form that carries such an IPv4 address.
    /// Source: IANA special-purpose address registries (RFC 6890), RFC 6598, RFC 4193, RFC 6052.
    var isPrivate: Bool {
        bytes.count == 4 ? IPAddress.isPrivateIPv4(bytes[...]) : isPrivateIPv6
    }

    private static func isPrivateIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
        let four = Array(bytes)
        switch (four[0], four[1]) {
        case (0, _), (10, _), (127, _): return true
        case (100, 64...127): return true
        case (169, 254), (192, 168): return true
        case (172, 16...31): return true
        case (192, 0): return four[2] == 0 || four[2] == 2
        case (198, 18...19): return true
        case (198, 51): return four[2] == 100
        case (203, 0): return four[2] == 113
        case (224..., _): return true
        default: return false
        }
    }

    private var isPrivateIPv6: Bool {
        // ::, ::1, and the old IPv4-compatible form.
        if bytes[..<12].allSatisfy({ $0 == 0 }) { return true }
        // ::ffff:a.b.c.d, mapped, and ::ffff:0:a.b.c.d, translated.
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff {
            return IPAddress.isPrivateIPv4(bytes[12...])
        }
        if bytes[..<8].allSatisfy({ $0 == 0 }), bytes[8] == 0xff, bytes[9] == 0xff, bytes[10] == 0, bytes[11] == 0 {
            return IPAddress.isPrivateIPv4(bytes[12...])
        }
        // 64:ff9b::/96 leads to the IPv4 address it ends with; 64:ff9b:1::/48 is for local use.
        if starts(with: [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], bits: 96) {
            return IPAddress.isPrivateIPv4(bytes[12...])
        }
        if starts(with: [0, 0x64, 0xff, 0x9b, 0, 1], bits: 48) { return true }
        // 2002::/16 carries an IPv4 address in its second to sixth byte; 2001::/32 (Teredo) hides one.
        if starts(with: [0x20, 0x02], bits: 16) { return IPAddress.isPrivateIPv4(bytes[2..<6]) }
        if starts(with: [0x20, 0x01, 0, 0], bits: 32) { return true }
        if starts(with: [0x20, 0x01, 0x0d, 0xb8], bits: 32) { return true }
        // fc00::/7 unique local, fe80::/10 link-local, fec0::/10 site-local, ff00::/8 multicast, 100::/64 discard.
        if starts(with: [0xfc], bits: 7) || starts(with: [0xfe, 0x80], bits: 10) { return true }
        if starts(with: [0xfe, 0xc0], bits: 10) || starts(with: [0xff], bits: 8) { return true }
        return starts(with: [0x01, 0, 0, 0, 0, 0, 0, 0], bits: 64)
    }
}
