// Package vault reads secrets from HashiCorp Vault or OpenBao: the source of vault:MOUNT/PATH#FIELD and bao:MOUNT/PATH#FIELD.
// Both speak the same HTTP API; read are KV engines of version 2.
//
// Guarantee: secrets and tokens travel over TLS only, to the configured address and to no other: redirections are refused,
// since a client that follows one sends X-Vault-Token along. A token is renewed before it ends, and got anew when that is no
// longer possible. Answers have a limit. What fails for a while is tried again, with growing random pauses and not for ever;
// what will not get better (denied, absent, sealed) is told at once, each as its own error. No error repeats a secret.
//
// Threats: a token sent to a stranger, an endless answer, a storm of retries onto a server that comes back, a login that
// ended unnoticed, an old secret taken for the present one after it was deleted.
//
// It does not protect from the server, which knows all it stores. Text that encoding/json and net/http copied stays in
// memory until it is overwritten. A mount's name is one path element; mounts with a slash in their name, KV version 1,
// writing, and other logins than tokens and AppRole are not there.
//
// Not tested: against a Vault or OpenBao server, since neither could be obtained where this was written. The tests talk
// over real TLS on loopback to a server that they contain, written from the API's documentation: KV v2 read
// GET /v1/MOUNT/data/PATH, the X-Vault-Token and X-Vault-Namespace headers, POST /v1/auth/approle/login,
// POST /v1/auth/token/renew-self, GET /v1/auth/token/lookup-self, and the status codes of GET /v1/sys/health.
package vault
