import Expectations
import Glibc
import Settings
import Testing

@testable import perchoir

@Suite struct WorkspaceTests {
    @Test("a theme that is written or mended after config.toml named it is taken over")
    func themeBehindItsName() throws {
        let home = try Home(configuration: "theme = \"nuit\"\n")
        let paths = Paths(environment: home.environment)
        let workspace = try Workspace(environment: home.environment, paths: paths)
        mkdir(paths.themes, 0o700)
        for (name, before) in [("missing", nil), ("broken", "styles =\n")] {
            if let before { try home.write(before, to: "\(paths.themes)/\(name).toml") }
            try home.write("theme = \"\(name)\"\n", to: home.configurationFile)
            // Given a configuration that was not taken over
            try expect(workspace.rereadChangedConfiguration(), is: false)
            #expect(!workspace.errors.isEmpty)
            while try workspace.rereadChangedConfiguration() != nil {}
            // When the theme is there
            try home.write("[styles]\ntext = { bg = \"#102030\" }\n", to: "\(paths.themes)/\(name).toml")
            // Then it holds
            try expect(workspace.rereadChangedConfiguration(), is: true)
            expect(workspace.configuration.theme, is: name)
            expect(workspace.errors, is: [])
        }
    }
}
