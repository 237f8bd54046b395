package tenant

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"net"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"

	"github.com/virtengine/virtengine/chain/x/provider/cert"
	providertypes "github.com/virtengine/virtengine/chain/x/provider/types"
	"github.com/virtengine/virtengine/security/entropy"
	"github.com/virtengine/virtengine/security/paths"
)

const (
	flagDays = "days"
	maxDays  = 3650
	flagHost = "host"

	// clockSkew is how far behind the chain's clock may be.
	clockSkew = 5 * time.Minute
)

// Cert makes TLS keys that belong to an account.
func Cert() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cert",
		Short: "TLS keys that belong to an account",
		RunE:  client.ValidateCmd,
	}
	create := &cobra.Command{
		Use:   "create",
		Short: "Make a TLS key and publish its certificate",
		Long: `Make a TLS key, sign a certificate with it whose common name is the address of --from, and publish the certificate.
Key and certificate go to ADDRESS.pem in the home, readable by you alone; an existing file is never overwritten.
The file is written before the certificate is published: a key that only the chain remembers would be lost.`,
		Example: "  virtengine cert create --from me --fees 1000uve",
		Args:    cobra.NoArgs,
		RunE:    createCert,
	}
	create.Flags().Uint(flagDays, 365, "days the certificate is valid")
	create.Flags().StringSlice(flagHost, nil, "DNS name or IP address the certificate is for; providers name their gateway")
	flags.AddTxFlagsToCmd(create)
	cmd.AddCommand(create)
	return cmd
}

func createCert(cmd *cobra.Command, _ []string) error {
	days, err := cmd.Flags().GetUint(flagDays)
	if err != nil {
		return err
	}
	if days > maxDays {
		return fmt.Errorf("--%s %d: at most %d", flagDays, days, maxDays)
	}
	hosts, err := cmd.Flags().GetStringSlice(flagHost)
	if err != nil {
		return err
	}
	ctx, err := client.GetClientTxContext(cmd)
	if err != nil {
		return err
	}
	owner, now := ctx.GetFromAddress().String(), time.Now()
	der, key, err := selfSigned(entropy.Reader(), owner, hosts, now, now.AddDate(0, 0, int(days)))
	if err != nil {
		return err
	}
	known, err := cert.Parse(der, owner, now) // as the chain will
	if err != nil {
		return err
	}
	path := filepath.Join(ctx.HomeDir, owner+".pem")
	if err := writePEM(path, der, key); err != nil {
		return err
	}
	answer, err := send(cmd, ctx, &providertypes.MsgPublishCertificate{Owner: owner, Der: der})
	if err != nil {
		return errors.Join(err, fmt.Errorf("%s is not published; remove it before the next attempt", path))
	}
	if answer != nil {
		cmd.Printf("certificate %s of %s until %s\nkey and certificate: %s\n", known.Serial, owner, known.NotAfter.Format(time.DateOnly), path)
	}
	return nil
}

// selfSigned makes an ECDSA P-256 key and its certificate, good for servers and clients.
func selfSigned(random io.Reader, owner string, hosts []string, from, until time.Time) (der []byte, key *ecdsa.PrivateKey, err error) {
	if key, err = ecdsa.GenerateKey(elliptic.P256(), random); err != nil {
		return nil, nil, err
	}
	var raw [16]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return nil, nil, err
	}
	raw[0] &= 0x7f // serial numbers are positive, RFC 5280 section 4.1.2.2
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(raw[:]),
		Subject:      pkix.Name{CommonName: owner},
		NotBefore:    from.Add(-clockSkew),
		NotAfter:     until,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	der, err = x509.CreateCertificate(random, template, template, key.Public(), key)
	return der, key, err
}

// writePEM writes a new file with certificate and key. Fails where the file exists.
func writePEM(path string, der []byte, key *ecdsa.PrivateKey) error {
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	both := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})...)
	named, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	err = paths.CreateFile(named, both, paths.Private)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%w\nhint: move the old file away, or publish it again", err)
	}
	return err
}
