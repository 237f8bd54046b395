// Package good speaks of secrets and holds none.
package good

import (
	"flag"
	"log/slog"
	"net/url"
)

const header = "-----BEGIN PRIVATE KEY-----"

const tokenFile = "/run/credentials/vault-token-2026"

type settings struct{ PasswordRef string }

var defaults = settings{PasswordRef: "credential:db-password-1"}

var reference = flag.String("vault-token-ref", "", "where the vault's token is: file:, env: or credential:")

func login(user string, password []byte) {
	slog.Info("login", "user", user, "password_bytes", len(password))
}

func address(u *url.URL) string { return "https://" + u.Host + "/v1" }

const digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
