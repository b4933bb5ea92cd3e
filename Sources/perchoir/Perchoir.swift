@main
struct Perchoir {
    static func main() {}
}
