// Expectations.swift is the whole of Expectations: that one value is another, said without a macro.
//
// It is most of what tests say. A call costs the compiler 2 ms; `#expect`, which shows the operands of any condition,
// 15 to 30. Swift Testing's macros stay for everything else.
import Testing

/// Records an issue that shows both values unless they are equal.
/// - Parameters:
///   - value: what the program gave.
///   - expected: what it should have given.
public func expect<Value: Equatable>(
    _ value: Value, is expected: Value,
    fileID: String = #fileID, filePath: String = #filePath, line: Int = #line, column: Int = #column
) {
    guard let words = difference(of: value, from: expected) else { return }
    let place = SourceLocation(fileID: fileID, filePath: filePath, line: line, column: column)
    Issue.record("\(words)", sourceLocation: place)
}

/// Records an issue that shows both values, and a note, unless they are equal.
/// - Parameters:
///   - value: what the program gave.
///   - expected: what it should have given.
///   - note: what tells this comparison from others, the turn of a loop, say. It is made for an issue alone.
public func expect<Value: Equatable>(
    _ value: Value, is expected: Value, _ note: @autoclosure () -> String,
    fileID: String = #fileID, filePath: String = #filePath, line: Int = #line, column: Int = #column
) {
    guard let words = difference(of: value, from: expected) else { return }
    let place = SourceLocation(fileID: fileID, filePath: filePath, line: line, column: column)
    Issue.record("\(words)\n\(note())", sourceLocation: place)
}

/// Both values as a programmer writes them, or nil when they are equal. Texts of several lines stand as they are: so
/// they are read.
func difference<Value: Equatable>(of value: Value, from expected: Value) -> String? {
    guard value != expected else { return nil }
    if let text = value as? String, let other = expected as? String, (text + other).contains("\n") {
        return "is:\n\(text)\nexpected:\n\(other)"
    }
    return "is       \(String(reflecting: value))\nexpected \(String(reflecting: expected))"
}
