import Networks
import Settings
import Text
import TimelineModel

// What commands ask servers about sign-ins, waiting for the answer.

extension SignIn {
    static func result<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(SignInError) -> Value
    ) -> Result<Value, SignInError> {
        EffectRunner.wait { () async -> Result<Value, SignInError> in
            do throws(SignInError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
    }

    static func ask<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(SignInError) -> Value
    ) throws(WorkspaceError) -> Value {
        do throws(SignInError) {
            return try result(body).get()
        } catch {
            throw WorkspaceError(error)
        }
    }
}

extension Workspace {
    /// The account that a token belongs to, by its server.
    func owner(of token: Secret, at server: Server) throws(WorkspaceError) -> AccountName {
        let factory = self.factory
        let result = EffectRunner.wait { () async -> Result<AccountName, FetchError> in
            do throws(FetchError) {
                return .success(try await factory.verifyCredentials(server: server, token: token))
            } catch {
                return .failure(error)
            }
        }
        do throws(FetchError) {
            return try result.get()
        } catch {
            throw WorkspaceError(error)
        }
    }

    /// The client by which a token was granted; nil for one that the user brought.
    func client(of credential: Credential, at server: Server) -> SignInClient? {
        guard let id = credential.clientID else { return nil }
        // Where the file cannot be read, the token cannot either, and its reader has said so.
        return (try? credentials.client(id, of: server)).flatMap { $0 }.flatMap(SignInClient.init)
    }
}
