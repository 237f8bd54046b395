package tlsconf_test

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/tlsconf"
)

const zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

func TestPinsAsText(t *testing.T) {
	for name, tc := range map[string]struct {
		reason, text string
		good         bool
	}{
		"Key":         {"a key", "spki-sha256:" + zeros, true},
		"Certificate": {"a certificate", "cert-sha256:" + zeros, true},
		"NoKind":      {"base64 alone does not say of what", zeros, false},
		"OtherKind":   {"an older digest", "spki-sha1:" + zeros, false},
		"Short":       {"too few bytes", "spki-sha256:AAAA", false},
		"Long":        {"too many", "spki-sha256:" + zeros + zeros, false},
		"Unpadded":    {"one way to write it", "spki-sha256:" + strings.TrimRight(zeros, "="), false},
		"LineEnd":     {"not two", "spki-sha256:" + zeros + "\n", false},
		"SpareBits":   {"not three", "spki-sha256:" + strings.Replace(zeros, "A=", "B=", 1), false},
		"Empty":       {"nothing", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := tlsconf.ParsePin(tc.text)
			if !tc.good {
				require.ErrorIs(t, err, tlsconf.ErrPin, tc.reason)
				return
			}
			require.NoError(t, err, tc.reason)
			require.Equal(t, tc.text, p.String())
		})
	}
}

func TestAPinIsItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := tlsconf.CertificatePin(rapid.SliceOf(rapid.Byte()).Draw(t, "der"))
		again, err := tlsconf.ParsePin(p.String())
		if err != nil || again != p {
			t.Fatalf("%s: %s, %v", p, again, err)
		}
	})
}

func FuzzParsePin(f *testing.F) {
	for _, seed := range []string{"spki-sha256:" + zeros, "cert-sha256:" + zeros, "spki-sha256:", ":", "", "cert-sha256:" + zeros + "\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := tlsconf.ParsePin(s)
		if err == nil && p.String() != s {
			t.Fatalf("%q reads as %q", s, p)
		}
		if err != nil && len(err.Error()) > 1000 {
			t.Fatalf("a refusal of %d bytes", len(err.Error()))
		}
	})
}

func TestAuthoritiesAsText(t *testing.T) {
	a, b := newAuthority(t), newAuthority(t)
	ours, _ := pair(t)
	for name, tc := range map[string]struct {
		reason string
		text   []byte
		good   bool
	}{
		"One":         {"one authority", a.pem(), true},
		"Two":         {"two, with words between", append(append(a.pem(), "# the other\n"...), b.pem()...), true},
		"None":        {"none would trust nobody", []byte("nothing"), false},
		"Key":         {"a key among them", append(a.pem(), ours.KeyPEM...), false},
		"NoAuthority": {"a server's certificate signs nobody", ours.CertPEM, false},
		"Garbage":     {"one that does not parse is not passed over", append(a.pem(), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})...), false},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "roots.pem")
			require.NoError(t, os.WriteFile(file, tc.text, 0o644))
			_, err := tlsconf.RootsFile(file)
			if tc.good {
				require.NoError(t, err, tc.reason)
			} else {
				require.ErrorIs(t, err, tlsconf.ErrRoots, tc.reason)
			}
		})
	}
}

func FuzzRoots(f *testing.F) {
	f.Add([]byte("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"))
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		pool, err := tlsconf.Roots(text)
		if err == nil && pool.Equal(x509.NewCertPool()) {
			t.Fatal("no authority, and no error")
		}
	})
}

func TestAPairPrintsWithoutItsKey(t *testing.T) {
	ours, pin := pair(t)
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "pair", ours, "inside", struct{ P tlsconf.KeyPair }{ours})
	encoded, err := json.Marshal(map[string]any{"p": ours})
	require.NoError(t, err)
	block, _ := pem.Decode(ours.KeyPEM)
	secret := base64.StdEncoding.EncodeToString(block.Bytes)[40:60]
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s %x %d %q", ours, ours, ours, ours, ours, ours, ours), fmt.Sprint(&ours), log.String(), string(encoded)} {
		require.NotContains(t, text, secret)
		require.NotContains(t, text, fmt.Sprintf("%x", ours.KeyPEM[40:60]))
		require.NotContains(t, text, fmt.Sprint(ours.KeyPEM[40:60])[1:40])
		require.Contains(t, text, tlsconf.CertificatePin(pin).String()[:20])
	}
	require.Equal(t, "KeyPair(no certificate)", fmt.Sprint(tlsconf.KeyPair{}))
}
