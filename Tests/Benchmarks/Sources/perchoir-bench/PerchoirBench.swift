// PerchoirBench.swift is the front door of perchoir-bench: it fills stores as a user would have them and measures them.

import ArgumentParser

@main
struct PerchoirBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perchoir-bench", abstract: "Fills stores of any size and measures what a reader does with them.",
        subcommands: [Fill.self, Bench.self])
}
