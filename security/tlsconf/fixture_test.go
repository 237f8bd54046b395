package tlsconf_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/tlsconf"
)

// authority signs certificates of test servers and clients.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(1000 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return &authority{t, cert, key}
}

func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

func (a *authority) roots() *x509.CertPool {
	pool, err := tlsconf.Roots(a.pem())
	require.NoError(a.t, err)
	return pool
}

// sign returns a certificate for localhost, valid for an hour from noon, for servers or clients.
func (a *authority) sign(use x509.ExtKeyUsage) tlsconf.KeyPair {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a.t, err)
	template := x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "leaf"}, DNSNames: []string{"localhost"},
		NotBefore: noon, NotAfter: noon.Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{use}, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, a.cert, key.Public(), a.key)
	require.NoError(a.t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(a.t, err)
	return tlsconf.KeyPair{
		CertPEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		KeyPEM:  pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}),
	}
}

func leaf(t *testing.T, p tlsconf.KeyPair) *x509.Certificate {
	der, err := p.DER()
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return cert
}

func at(when time.Time) func() time.Time { return func() time.Time { return when } }

// meeting is what both sides say of one connection over which a byte went each way.
type meeting struct {
	serverErr, clientErr error
	client               tls.ConnectionState
}

// meet connects the two over loopback. In TLS 1.3 a client is done before the server has judged its certificate, so only
// a byte from the server shows that it was let in.
func meet(t *testing.T, server, client *tls.Config) meeting {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() {
		served <- func() error {
			c, err := l.Accept()
			if err != nil {
				return err
			}
			conn := tls.Server(c, server)
			if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
				return err
			}
			if err := conn.Handshake(); err != nil {
				return errors.Join(err, conn.Close())
			}
			_, err = conn.Write([]byte("x"))
			return errors.Join(err, conn.Close())
		}()
	}()
	if client.ServerName == "" {
		client = client.Clone()
		client.ServerName = "localhost"
	}
	raw, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	conn := tls.Client(raw, client)
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, clientErr := io.ReadAll(conn)
	m := meeting{clientErr: clientErr, client: conn.ConnectionState()}
	_ = raw.Close() // a refused connection may be gone already
	m.serverErr = <-served
	require.NoError(t, l.Close())
	return m
}
