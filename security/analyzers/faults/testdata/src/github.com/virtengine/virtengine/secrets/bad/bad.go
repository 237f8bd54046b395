// Package bad keeps secrets in ways that were found in the wild. None of them opens anything.
package bad

import (
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net/http"
)

const key = /* want `a private key in the source` */ `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIBhB0kq0d1mZ9Jt0m0m0ZcVfPq1x8r2m3n4b5v6c7x8zoAoGCCqGSM49
AwEHoUQDQgAE0000000000000000000000000000000000000000000000000000
-----END EC PRIVATE KEY-----`

const aws = "AKIAIOSFODNN7EXAMPLE" // want `an AWS access key in the source`

var config = map[string]string{
	"endpoint": "https://api.example",
	"token":    "ghp_0123456789abcdefghijABCDEFGHIJ456789", // want `a GitHub token`
}

type client struct{ Password, User string }

// A password that was meant to be replaced.
var admin = client{User: "admin", Password: "Tr0ub4dor&3-horse9"} // want `Password is given a secret`

// A token in a test's request.
func request(r *http.Request) {
	r.Header.Set("Authorization", "Bearer "+"9f8e7d6c5b4a39281706f5e4d3c2b1a0") // want `an authorization in the source`
}

// A data source's name.
const dsn = "postgres://ve:hunter22@db.internal:5432/ve" // want `a password in a URL`

// The wallet that pays for all tests.
const wallet = "legal winner thank year wave sausage worth useful legal winner thank yellow" // want `a wallet's mnemonic`

func assign() string {
	apiKey := "c3VwZXItc2VjcmV0LWtleS0x" // want `apiKey is given a secret`
	return apiKey
}

var hook = "xoxb-" + "123456789012-abcdefABCDEF" // want `a Slack token`

const session = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.dBjftJeZ4CVPmB92K27uhbUJU1p1r" // want `a signed token`

// Printed.
func login(user, password string) error {
	log.Printf("login %s with %s", user, password)       // want `password is printed`
	slog.Info("login", "user", user, "secret", password) // want `password is printed`
	fmt.Println(admin.Password)                          // want `Password is printed`
	return fmt.Errorf("login of %s", user)
}

// On the command line, where every user of the machine reads it.
var mnemonic = flag.String("mnemonic", "", "the wallet's words") // want `--mnemonic takes a secret on the command line`

func flags(into *string) {
	flag.StringVar(into, "vault-token", "", "the vault's token") // want `--vault-token takes a secret`
}
