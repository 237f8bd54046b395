package main

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/ml/inference/service/config"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/tlsconf"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func TestTCPIsOpenedWithCertificatesOnBothSides(t *testing.T) {
	dir := t.TempDir()
	pair, err := tlsconf.SelfSigned("service", []string{"localhost"}, time.Now().Add(-time.Hour), 24*time.Hour, entropy.Reader())
	require.NoError(t, err)
	der, err := pair.DER()
	require.NoError(t, err)
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, data, 0o600))
		return path
	}
	c := config.Default()
	c.Listen.GRPC, c.Listen.HTTP = "127.0.0.1:0", "localhost:0"
	c.TLS = config.TLS{CertFile: write("cert.pem", pair.CertPEM), KeyFile: write("key.pem", pair.KeyPEM), ClientPins: []string{tlsconf.CertificatePin(der).String()}}
	f, err := open(t.Context(), c, quiet)
	require.NoError(t, err)
	require.Equal(t, "tcp", f.GRPC.Addr().Network())
	require.Contains(t, []tls.ClientAuthType{tls.RequireAnyClientCert, tls.RequireAndVerifyClientCert}, f.TLS.ClientAuth)
	require.NoError(t, tlsconf.CheckServer(f.TLS))
	require.NoError(t, f.GRPC.Close())
	require.NoError(t, f.HTTP.Close())

	for name, tc := range map[string]struct {
		reason string
		change func(*config.Config)
		says   string
	}{
		"NoCert": {"a certificate that is not there", func(c *config.Config) { c.TLS.CertFile = filepath.Join(dir, "none.pem") }, "tls.cert_file"},
		"OpenKey": {"a key that others can read", func(c *config.Config) {
			require.NoError(t, os.Chmod(write("open.pem", pair.KeyPEM), 0o644))
			c.TLS.KeyFile = filepath.Join(dir, "open.pem")
		}, "readable by others"},
		"NoRoots": {"authorities that are none", func(c *config.Config) {
			c.TLS.ClientRoots = write("roots.pem", pem.EncodeToMemory(&pem.Block{Type: "KEY"}))
		}, "tls.client_roots"},
		"NoPin":    {"a pin that is none", func(c *config.Config) { c.TLS.ClientPins = []string{"x"} }, "tls.client_pins"},
		"NoSocket": {"a socket in a folder that is not there", func(c *config.Config) { c.Listen.GRPC, c.Listen.HTTP = "unix:"+filepath.Join(dir, "no", "s"), "" }, "listen.grpc"},
	} {
		t.Run(name, func(t *testing.T) {
			broken := c
			tc.change(&broken)
			_, err := open(t.Context(), broken, quiet)
			require.ErrorContains(t, err, tc.says, tc.reason)
		})
	}
}

func TestPicturesAreReadAsLuma(t *testing.T) {
	encode := func(m image.Image) []byte {
		var b bytes.Buffer
		require.NoError(t, png.Encode(&b, m))
		return b.Bytes()
	}
	gray := image.NewGray(image.Rect(0, 0, 2, 1))
	gray.Pix = []uint8{7, 200}
	g, err := decode(encode(gray))
	require.NoError(t, err)
	require.Equal(t, []uint8{7, 200}, g.Pix)
	rgba := image.NewRGBA(image.Rect(0, 0, 2, 1))
	rgba.Set(0, 0, color.RGBA{255, 0, 0, 255})
	rgba.Set(1, 0, color.RGBA{255, 255, 255, 255})
	g, err = decode(encode(rgba))
	require.NoError(t, err)
	require.Equal(t, []uint8{76, 255}, g.Pix, "red counts 299 of 1000")
	for name, data := range map[string][]byte{"Nothing": nil, "JPEG": {0xff, 0xd8, 0xff, 0xe0}, "Cut": encode(gray)[:40], "Wide": encode(image.NewGray(image.Rect(0, 0, maxSide+1, 1)))} {
		_, err := decode(data)
		require.ErrorIs(t, err, errPicture, name)
	}
}

func TestParametersAreReadStrictly(t *testing.T) {
	p, err := parameters("")
	require.NoError(t, err)
	require.NoError(t, p.Validate())
	path := filepath.Join(t.TempDir(), "p.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"MinWidth": 1}`), 0o600))
	_, err = parameters(path)
	require.ErrorContains(t, err, "weights", "what is left out is nothing, and not the default")
}
