import Text
public import TimelineModel

/// What a Mastodon-compatible server streams. A message that cannot be read costs itself alone.
/// Source: docs.joinmastodon.org/methods/streaming; GoToSocial and Pleroma send the same events over WebSocket.
public enum MastodonStreamEvents {
    /// An event of a stream of server-sent events.
    /// - Parameters:
    ///   - payload: a JSON document; for `delete` the bare id of a status.
    ///   - server: whose stream it is: local handles get its name.
    public static func event(named name: String, payload: [UInt8], server: Server) -> LiveEvent {
        switch name {
        case "update": return status(payload, server) { .post($0) }
        case "status.update": return status(payload, server) { .edited($0) }
        case "delete":
            guard let id = id(payload) else { return .unreadable("a deleted post has no id") }
            return .deleted(entryID: id)
        case "notification": return .notification(payload)
        case "filters_changed": return .filtersChanged
        default: return .other
        }
    }

    /// A text message of a WebSocket: `{"stream":[..],"event":"..","payload":".."}`, where the payload is a JSON
    /// document inside a string. Some servers leave the inner quoting out.
    public static func message(_ bytes: [UInt8], server: Server) -> LiveEvent {
        let json: JSONValue
        do throws(DecodingError) {
            json = try JSONValue(parsing: bytes)
        } catch {
            return .unreadable(error.message)
        }
        guard let name = json["event"]?.string else {
            // {"error":"Unknown stream type","status":400}
            return json["error"] == nil ? .other : .refused(status: json["status"]?.int)
        }
        let payload = json["payload"]
        guard let text = payload?.text else {
            switch (name, payload) {
            case ("update", let payload?): return item(payload, server) { .post($0) }
            case ("status.update", let payload?): return item(payload, server) { .edited($0) }
            case ("delete", _): return .unreadable("a deleted post has no id")
            case ("notification", _): return .notification([])
            default: return event(named: name, payload: [], server: server)
            }
        }
        return event(named: name, payload: Array(text.utf8), server: server)
    }

    private static func status(_ bytes: [UInt8], _ server: Server, _ event: (PageItem) -> LiveEvent) -> LiveEvent {
        do throws(DecodingError) {
            return item(try JSONValue(parsing: bytes), server, event)
        } catch {
            return .unreadable(error.message)
        }
    }

    private static func item(_ json: JSONValue, _ server: Server, _ event: (PageItem) -> LiveEvent) -> LiveEvent {
        // Without an id of the server's own nothing could be paged from it.
        guard json["id"]?.text?.isEmpty == false, let item = MastodonStatus(server: server).item(json) else {
            return .unreadable("it is no post or has no id")
        }
        return event(item)
    }

    private static func id(_ bytes: [UInt8]) -> String? {
        guard (1...500).contains(bytes.count) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self).trimmingASCIIWhitespace
        // Some servers quote it.
        let bare =
            text.count > 1 && text.first == "\"" && text.last == "\"" ? String(text.dropFirst().dropLast()) : text
        return bare.isEmpty || bare.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "{") } ? nil : bare
    }
}
