// Package weakcrypto is the analyzer against broken and misused cryptography, in tests too: what a test shows is copied.
package weakcrypto

import (
	"go/ast"
	"go/constant"

	"golang.org/x/tools/go/analysis"

	"github.com/virtengine/virtengine/security/analyzers/ban"
	"github.com/virtengine/virtengine/security/analyzers/house"
)

const (
	digest = "broken digest: use security/hashes"
	cipher = "weak cipher: use XChaCha20-Poly1305 or AES-GCM"
	bare   = "encryption that nobody authenticates can be changed: use an AEAD"
	padded = "PKCS #1 v1.5 encryption leaks its plaintext to who may ask often: use OAEP, or HPKE"
)

var rules = []ban.Rule{
	{Package: "crypto/md5", Use: digest},
	{Package: "crypto/sha1", Use: digest},
	{Package: "golang.org/x/crypto/md4", Use: digest},
	{Package: "golang.org/x/crypto/ripemd160", Use: digest},
	{Package: "crypto/des", Use: cipher},
	{Package: "crypto/rc4", Use: cipher},
	{Package: "golang.org/x/crypto/blowfish", Use: cipher},
	{Package: "golang.org/x/crypto/cast5", Use: cipher},
	{Package: "golang.org/x/crypto/tea", Use: cipher},
	{Package: "golang.org/x/crypto/xtea", Use: cipher},
	{Package: "golang.org/x/crypto/twofish", Use: cipher},
	{Package: "golang.org/x/crypto/openpgp", Use: "unmaintained: use age, or minisign"},
	{Package: "golang.org/x/crypto/pkcs12", Use: "its ciphers are broken: use PEM"},
	{Package: "crypto/dsa", Use: "broken signature: use Ed25519 or ECDSA P-256"},
	{Package: "crypto/elliptic", Names: []string{"P224"}, Use: "too short a curve: use P-256"},
	{Package: "crypto/elliptic", Names: []string{"Marshal", "Unmarshal", "GenerateKey"}, Use: "low-level curves skip checks: use crypto/ecdh or crypto/ecdsa"},
	{Package: "crypto/cipher", Names: []string{"NewCBCEncrypter", "NewCBCDecrypter", "NewCFBEncrypter", "NewCFBDecrypter", "NewOFB", "NewCTR"}, Use: bare},
	{Package: "crypto/rsa", Names: []string{"EncryptPKCS1v15", "DecryptPKCS1v15", "DecryptPKCS1v15SessionKey"}, Use: padded},
	{Package: "crypto/x509", Names: []string{"DecryptPEMBlock", "EncryptPEMBlock", "MD5WithRSA", "SHA1WithRSA", "ECDSAWithSHA1", "DSAWithSHA1", "DSAWithSHA256"}, Use: "broken algorithm"},
	{Package: "crypto", Names: []string{"MD4", "MD5", "SHA1", "MD5SHA1", "RIPEMD160"}, Use: digest},
}

// shortest is how few bits or rounds a constant argument may ask for.
var shortest = map[string]struct {
	arg, least int64
	use        string
}{
	"crypto/rsa.GenerateKey":                          {1, 3072, "RSA keys have 3072 bits or more"},
	"crypto/pbkdf2.Key":                               {3, 600_000, "PBKDF2 takes 600,000 rounds or more; better Argon2id"},
	"golang.org/x/crypto/pbkdf2.Key":                  {2, 600_000, "PBKDF2 takes 600,000 rounds or more; better Argon2id"},
	"golang.org/x/crypto/bcrypt.GenerateFromPassword": {1, 12, "bcrypt takes a cost of 12 or more; better Argon2id"},
}

// Analyzer finds broken and misused cryptography.
var Analyzer = &analysis.Analyzer{Name: "weakcrypto", Doc: "no broken or misused cryptography", Run: run}

func run(pass *analysis.Pass) (any, error) {
	c := house.New(pass, house.Scope{Tests: true})
	if c == nil {
		return nil, nil
	}
	ban.Check(pass, c, rules)
	c.Files(func(f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				short(pass, c, call)
			}
			return true
		})
	})
	c.Done()
	return nil, nil
}

// short finds keys and rounds that are too few.
func short(pass *analysis.Pass, c *house.Checker, call *ast.CallExpr) {
	limit, found := shortest[ban.Callee(pass, call)]
	if !found || int64(len(call.Args)) <= limit.arg {
		return
	}
	v := pass.TypesInfo.Types[call.Args[limit.arg]].Value
	if v == nil {
		return
	}
	if n, exact := constant.Int64Val(constant.ToInt(v)); exact && n < limit.least {
		c.Report(call.Pos(), "%d: %s", n, limit.use)
	}
}
