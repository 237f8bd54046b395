// Package secrettest is the contract of sources of secrets.
//
// Guarantee: a source that passes Run keeps what secret.Source promises: exact values of the caller's own, typed errors,
// no secret in an error, a context that counts. Threat: a source that answers an absent or empty secret with an empty one.
// It does not judge how a source protects what it stores; that source's own tests do.
package secrettest
