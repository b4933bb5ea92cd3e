// BuiltInThemes.swift is the front door of BuiltInThemes: the themes that ship with the program, as their TOML text.

/// The shipped themes; their format is Settings' `ThemeReader`.
public enum BuiltInThemes {
    /// Name and text of each, the default first.
    public static var all: [(name: String, text: String)] {
        [
            ("default", PackageResources.default_toml), ("nuit", PackageResources.nuit_toml),
            ("papier", PackageResources.papier_toml), ("contrast", PackageResources.contrast_toml),
            ("plain", PackageResources.plain_toml), ("gruvbox", PackageResources.gruvbox_toml),
        ].map { ($0.0, String(decoding: $0.1, as: UTF8.self)) }
    }
}
