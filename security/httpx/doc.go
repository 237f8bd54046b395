// Package httpx makes HTTP servers and clients. Nothing else in VirtEngine does.
//
// Guarantee of a Server:
//   - Reading headers, reading a request, writing an answer and waiting for the next request each have an end, for the
//     slowest client too. Only a route under Stream is without them; it ends with its life or when the server stops.
//   - Headers, bodies and connections have limits.
//   - It speaks TLS 1.3, or it listens where only this machine connects (loopback, a unix socket), or somebody wrote down
//     why not.
//   - A web page in a browser on this machine cannot use it: changes asked for by other sites are refused, and on
//     loopback so are names that somebody made point here.
//   - A handler that panics ends one request. Neither the client nor the log sees what the panic said; both get the
//     request's id, and the log the place.
//
// Guarantee of a client (NewClient): every phase of an exchange has an end and every answer a size. It follows no redirect
// unless told how many; never to a lower scheme; to another origin it takes neither credentials nor bodies nor the address
// it came from. It speaks plain text only to this machine, unless somebody wrote down why.
//
// Guarantee of a public client (NewPublic, NewPublicTransport), for URLs that others chose: it connects to no address that
// is not public, however the URL, a redirect or the answer of a name server leads there. The address that was checked is
// the address that is dialled; the kernel's connect is preceded by one more check. It uses no proxy.
//
// Threats: slow clients and servers, floods of headers, bodies and connections, secrets in crash reports, credentials that
// follow a redirect, downgrade to plain text, server-side request forgery (CWE-918) by private addresses, metadata
// services, odd spellings of addresses, redirects and DNS rebinding, DNS rebinding and cross-site requests against
// services on loopback.
//
// It does not protect from a public address that leads into a private network (a reverse proxy, our own public address, an
// operator's own NAT64 prefix): networks need their own rules. It does not share connections fairly among clients: who
// opens MaxConnections has them all until they idle out. A panic in a goroutine that a handler started ends the process,
// as Go decides. Errors of net/http quote URLs; log them through package redact.
package httpx
