// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that `swift build` and `swift test` of the program never build it:
//   swift run -c release --package-path Tests/Benchmarks perchoir-bench bench

let package = Package(
    name: "perchoir-benchmarks",
    dependencies: [
        .package(name: "perchoir", path: "../.."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // The least that a list in ncurses costs: what the program's keys are held against.
        .executableTarget(
            name: "curses-floor", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        .executableTarget(
            name: "perchoir-bench",
            dependencies: [
                "curses-floor",
                .product(name: "PerchoirRooms", package: "perchoir"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .unsafeFlags(["-warnings-as-errors"]),
            ]),
    ],
    cLanguageStandard: .gnu11
)
