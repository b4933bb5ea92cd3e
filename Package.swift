// swift-tools-version: 6.1
import PackageDescription

// What each target owns and may import is README's "Codemap" table; Tests/ArchitectureTests holds
// this file and every import line against it.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .unsafeFlags(["-warnings-as-errors"]),
    // A module at once and in one step, also in debug builds, and no index of what is not ours: a clean build
    // takes a fifth less of the processor.
    .unsafeFlags(
        [
            "-whole-module-optimization", "-num-threads", "2", "-disable-batch-mode", "-no-emit-module-separately-wmo",
            "-index-ignore-system-modules",
        ], .when(configuration: .debug)),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

// Loops over every scalar, cell and row: without optimization they are most of what the tests wait for.
func hotRoom(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict + [.unsafeFlags(["-O"])])
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies + ["Expectations"], exclude: exclude, swiftSettings: strict)
}

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
// The C functions under GRDB, for the statements that run a hundred thousand times.
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let tomlKit: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "perchoir",
    products: [
        .executable(name: "perchoir", targets: ["perchoir"]),
        // The benchmarks are a nested package (Tests/Benchmarks) that measures the rooms one by one.
        .library(
            name: "PerchoirRooms",
            targets: [
                "Text", "TimelineModel", "Decoding", "Store", "Settings", "Cells", "ReaderCore", "TestSupport",
                "CTestSupport",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        hotRoom("Text"),
        room("TimelineModel", ["Text"]),
        room("Decoding", ["TimelineModel", "Text", "CLibXML2"]),
        room("Networks", ["TimelineModel", "Text", "Decoding", "CCurl"]),
        room("Store", ["TimelineModel", "Text", grdb, grdbSQLite]),
        room("Curation", ["TimelineModel"]),
        hotRoom("Cells", ["Text"]),
        room("ReaderCore", ["TimelineModel", "Text", "Cells"]),
        room("Terminal", ["Cells", "Text", "CTerminal"]),
        room("Settings", ["TimelineModel", "Text", "ReaderCore", "Cells", "BuiltInThemes", tomlKit]),
        .target(
            name: "BuiltInThemes", path: "Themes",
            resources: ["default", "nuit", "papier", "contrast", "plain", "gruvbox"].map { .embedInCode("\($0).toml") },
            swiftSettings: strict),
        room("Samples"),
        .executableTarget(
            name: "perchoir",
            dependencies: [
                "Text", "TimelineModel", "Decoding", "Networks", "Store", "Curation", "Cells", "ReaderCore",
                "Terminal", "Settings", "Samples", argumentParser, logging,
            ],
            swiftSettings: strict,
            // With the runtime inside, 13 000 names would be exported that nobody looks up: two megabytes of memory.
            // lld packs what is left a megabyte tighter than gold, and links a debug build in half the time.
            linkerSettings: [
                .unsafeFlags(["-use-ld=lld"], .when(platforms: [.linux])),
                .unsafeFlags(["-Xlinker", "--no-export-dynamic"], .when(configuration: .release)),
            ]),
        .target(name: "CTerminal", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
        // libcurl is loaded at run time; before glibc 2.34 that takes a library of its own.
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl")]),
        .target(
            name: "CLibXML2", cSettings: [.unsafeFlags(["-I/usr/include/libxml2"])],
            linkerSettings: [.linkedLibrary("xml2")]),

        .target(name: "CTestSupport", path: "Tests/CTestSupport"),
        .target(name: "Expectations", path: "Tests/Expectations", swiftSettings: strict),
        // The smallest program on a TerminalSession; TerminalTests run it in a pseudo-terminal.
        .executableTarget(
            name: "terminal-probe", dependencies: ["Terminal", "Cells", "Text"], path: "Tests/TerminalProbe",
            swiftSettings: strict),
        tests(of: "Terminal", ["Terminal", "Cells", "Text", "TestSupport", "terminal-probe"]),
        .target(
            name: "TestSupport", dependencies: ["TimelineModel", "Text", "Cells", "CTestSupport"],
            path: "Tests/TestSupport", swiftSettings: strict),
        tests(of: "Architecture"),
        tests(of: "Text", ["Text", "TestSupport"]),
        tests(of: "Cells", ["Cells", "Text", "TestSupport"]),
        tests(of: "TimelineModel", ["TimelineModel", "Text", "TestSupport"]),
        tests(of: "Networks", ["Networks", "TimelineModel", "Text", "TestSupport"]),
        tests(of: "Decoding", ["Decoding", "TimelineModel", "Text", "TestSupport"]),

        tests(of: "Samples", ["Samples"]),
        tests(
            of: "Settings",
            ["Settings", "TimelineModel", "Text", "ReaderCore", "Cells", "BuiltInThemes", "TestSupport"]),
        tests(of: "Store", ["Store", "TimelineModel", "Text", "TestSupport", "store-victim", grdb]),
        // Marks and fetches until it is killed: StoreTests start it to see what a killed process leaves behind.
        .executableTarget(
            name: "store-victim", dependencies: ["Store", "TimelineModel", "Text"], path: "Tests/StoreVictim",
            swiftSettings: strict),
        tests(
            of: "ReaderCore", ["ReaderCore", "TimelineModel", "Text", "Cells", "TestSupport", "CTestSupport"],
            exclude: ["Snapshots"]),
        // The whole program: the built binary in pseudo-terminals and on the command line, against servers on loopback.
        tests(
            of: "Perchoir",
            [
                "perchoir", "TestSupport", "CTestSupport", "Cells", "TimelineModel", "Networks", "Settings", "Store",
                "Curation", "Text", argumentParser, logging,
            ]),
    ],
    cLanguageStandard: .gnu11
)
