/// gzip streams for tests (RFC 1951, RFC 1952).
public enum Gzip {
    private static let head: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]

    /// The bytes in a gzip envelope, not made smaller.
    public static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream = head
        var rest = bytes[...]
        repeat {
            let block = rest.prefix(65535)
            rest = rest.dropFirst(block.count)
            let count = UInt16(block.count)
            stream += [rest.isEmpty ? 1 : 0, UInt8(count & 255), UInt8(count >> 8)]
            stream += [UInt8(~count & 255), UInt8(~count >> 8)]
            stream += block
        } while !rest.isEmpty
        return stream + littleEndian(checksum(bytes)) + littleEndian(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// A stream that unpacks to at least `count` zero bytes, 158 for each of its own. Its checksum is wrong.
    public static func bomb(_ count: Int) -> [UInt8] {
        var bits = Bits()
        bits.add(0b011, count: 3)
        // The literal 0 in the fixed code, then "258 bytes from distance 1" again and again.
        bits.addCode(0b0011_0000, count: 8)
        // Eight of them are 13 whole bytes, which begin to repeat themselves after the first eight.
        for _ in 0..<16 {
            bits.addCode(0b1100_0101, count: 8)
            bits.addCode(0, count: 5)
        }
        bits.repeatLast(13, times: count / (8 * 258))
        bits.addCode(0, count: 7)
        return head + bits.finished + [UInt8](repeating: 0, count: 8)
    }

    private struct Bits {
        private var bytes: [UInt8] = []
        private var held: UInt32 = 0
        private var heldCount = 0

        /// Lowest bit first.
        mutating func add(_ value: UInt32, count: Int) {
            held |= value << UInt32(heldCount)
            heldCount += count
            while heldCount >= 8 {
                bytes.append(UInt8(held & 255))
                held >>= 8
                heldCount -= 8
            }
        }

        /// Huffman codes stand highest bit first.
        mutating func addCode(_ code: UInt32, count: Int) {
            var reversed: UInt32 = 0
            for bit in 0..<count where code >> UInt32(bit) & 1 == 1 { reversed |= 1 << UInt32(count - 1 - bit) }
            add(reversed, count: count)
        }

        /// Only where what is held now was held before these bytes.
        mutating func repeatLast(_ count: Int, times: Int) {
            let block = Array(bytes.suffix(count))
            bytes.reserveCapacity(bytes.count + times * count)
            for _ in 0..<times { bytes += block }
        }

        var finished: [UInt8] { heldCount > 0 ? bytes + [UInt8(held & 255)] : bytes }
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }

    /// CRC-32 of RFC 1952 section 8.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xffff_ffff
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
