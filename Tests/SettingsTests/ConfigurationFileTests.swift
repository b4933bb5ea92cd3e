import Expectations
import Glibc
import Settings
import Testing
import Text
import TimelineModel

@Suite struct ConfigurationFileTests {
    private func source() throws -> Subscription {
        Subscription(persona: "news", address: .feed(try #require(WebAddress("https://a.example/"))))
    }

    private func addSource(_ text: String) throws(ConfigurationProblem) -> String {
        guard let address = WebAddress("https://a.example/") else { return text }
        return try ConfigurationText(text, file: "config.toml").adding(
            source: Subscription(persona: "news", address: .feed(address)))
    }

    @Test func aMissingFileIsAnEmptyOneAndIsCreatedForItsOwnerAlone() throws {
        try withFolder { folder in
            let file = ConfigurationFile(path: "\(folder)/deep/er/config.toml")
            let loaded = try file.load()
            #expect(loaded.text.isEmpty && !loaded.exists && loaded.untrusted == nil)
            try file.edit(addSource)
            #expect(try file.load().text.hasPrefix("[[source]]\n"))
            expect(mode(of: file.path), is: 0o600)
            expect(mode(of: "\(folder)/deep"), is: 0o700)
            expect(names(in: "\(folder)/deep/er"), is: ["config.toml"])
        }
    }

    @Test func whatCouldNotBeReadAgainIsNotWritten() throws {
        try withFolder { folder in
            let file = ConfigurationFile(path: "\(folder)/config.toml")
            try file.edit(addSource)
            let before = try contents(of: file.path)
            let long = "# " + String(repeating: "x", count: 1 << 20) + "\n"
            let error = #expect(throws: ConfigurationFile.EditTrouble.self) { try file.edit { long + $0 } }
            expect(error?.shown.string.contains("nothing was written"), is: true)
            try expect(contents(of: file.path), is: before)
        }
    }

    @Test(arguments: [0o600, 0o644, 0o640] as [mode_t])
    func theModeIsKept(wanted: mode_t) throws {
        try withFolder { folder in
            try write("# mine\n", to: "\(folder)/config.toml", mode: wanted)
            try ConfigurationFile(path: "\(folder)/config.toml").edit(addSource)
            expect(mode(of: "\(folder)/config.toml"), is: wanted)
        }
    }

    /// A group beside the usual one that this user may give a file to; nil when there is none.
    private static let otherGroup: gid_t? = {
        if geteuid() == 0 { return getegid() + 1 }
        var groups = [gid_t](repeating: 0, count: 256)
        let count = getgroups(256, &groups)
        return groups.prefix(max(0, Int(count))).first { $0 != getegid() }
    }()

    @Test(.enabled(if: otherGroup != nil, "this user is in one group only"))
    func theGroupIsKept() throws {
        try withFolder { folder in
            let (path, group) = ("\(folder)/config.toml", try #require(Self.otherGroup))
            try write("# mine\n", to: path, mode: 0o640)
            try #require(chown(path, uid_t.max, group) == 0)
            try ConfigurationFile(path: path).edit(addSource)
            var status = stat()
            try #require(stat(path, &status) == 0)
            expect(status.st_gid, is: group)
            expect(status.st_mode & 0o7777, is: 0o640)
        }
    }

    @Test func aSymbolicLinkStaysOneAndItsTargetIsWritten() throws {
        try withFolder { folder in
            try #require(mkdir("\(folder)/dotfiles", 0o700) == 0)
            try write("# mine\n", to: "\(folder)/dotfiles/perchoir.toml")
            try #require(symlink("dotfiles/perchoir.toml", "\(folder)/config.toml") == 0)
            try ConfigurationFile(path: "\(folder)/config.toml").edit(addSource)
            var status = stat()
            try #require(lstat("\(folder)/config.toml", &status) == 0)
            expect(status.st_mode & S_IFMT, is: S_IFLNK)
            #expect(try contents(of: "\(folder)/dotfiles/perchoir.toml").hasPrefix("# mine\n\n[[source]]"))
        }
    }

    @Test func aLinkToNowhereIsRefused() throws {
        try withFolder { folder in
            try #require(symlink("nowhere.toml", "\(folder)/config.toml") == 0)
            #expect(throws: ConfigurationFile.EditTrouble.self) {
                try ConfigurationFile(path: "\(folder)/config.toml").edit(addSource)
            }
            expect(names(in: folder), is: ["config.toml"])
        }
    }

    @Test func aFileChangedMeanwhileIsLeftAsItIs() throws {
        try withFolder { folder in
            // Given a file that was read
            let file = ConfigurationFile(path: "\(folder)/config.toml")
            try write("# one\n", to: file.path)
            let loaded = try file.load()
            // When an editor saves another text of the same length before we write
            try write("# two\n", to: file.path)
            // Then ours is not written and no temporary file stays behind
            #expect {
                try file.save("# ours\n", replacing: loaded)
            } throws: {
                ($0 as? FileTrouble)?.kind == .changed
            }
            try expect(contents(of: file.path), is: "# two\n")
            expect(names(in: folder), is: ["config.toml"])
        }
    }

    @Test func aTextThatIsNoTOMLIsNeverWritten() throws {
        try withFolder { folder in
            let file = ConfigurationFile(path: "\(folder)/config.toml")
            try write("# one\n", to: file.path)
            #expect(throws: FileTrouble.self) { try file.save("a = \n", replacing: try file.load()) }
            try expect(contents(of: file.path), is: "# one\n")
        }
    }

    @Test func whatIsNoPlainUTF8FileIsRefusedAtOnce() throws {
        try withFolder { folder in
            try #require(mkfifo("\(folder)/pipe", 0o600) == 0)
            #expect(throws: FileTrouble.self) { try ConfigurationFile(path: "\(folder)/pipe").load() }
            #expect(throws: FileTrouble.self) { try ConfigurationFile(path: folder).load() }
            let descriptor = open("\(folder)/latin1", O_WRONLY | O_CREAT, 0o600)
            let bytes: [UInt8] = Array("# ok\n# pr".utf8) + [0xE9] + Array("sence\n".utf8)
            expect(Glibc.write(descriptor, bytes, bytes.count), is: bytes.count)
            close(descriptor)
            #expect {
                try ConfigurationFile(path: "\(folder)/latin1").load()
            } throws: {
                ($0 as? FileTrouble)?.message == "line 2 is not UTF-8 text"
            }
        }
    }

    @Test func aFileThatOthersCanWriteIsNotTrustedWithCommands() throws {
        try withFolder { folder in
            let path = "\(folder)/config.toml"
            try write("", to: path, mode: 0o620)
            try expect(
                ConfigurationFile(path: path).load().untrusted?.message.string.hasSuffix("chmod go-w \(path)"), is: true
            )
            try write("", to: path, mode: 0o644)
            try expect(ConfigurationFile(path: path).load().untrusted, is: nil)
        }
    }

    @Test func theFoldersFollowTheEnvironment() {
        let plain = Paths(environment: ["HOME": "/home/a/"])
        expect(plain.configurationFile, is: "/home/a/.config/perchoir/config.toml")
        expect(plain.store, is: "/home/a/.local/share/perchoir/perchoir.sqlite")
        expect(plain.state, is: "/home/a/.local/state/perchoir")
        expect(plain.credentials, is: "/home/a/.local/share/perchoir/credentials.toml")
        let stated = Paths(environment: ["HOME": "/home/a", "XDG_CONFIG_HOME": "/etc/x/", "XDG_DATA_HOME": "relative"])
        expect(stated.themes, is: "/etc/x/perchoir/themes")
        expect(stated.data, is: "/home/a/.local/share/perchoir")
        expect(Paths(environment: [:], home: "/root").configuration, is: "/root/.config/perchoir")
        let homeless = Paths(environment: ["TMPDIR": "/var/tmp"], user: 7)
        expect(homeless.data, is: "/var/tmp/perchoir-7/.local/share/perchoir")
    }
}
