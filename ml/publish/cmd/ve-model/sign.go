package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/ml/publish/pack"
	"github.com/virtengine/virtengine/ml/publish/signature"
	"github.com/virtengine/virtengine/security/paths"
	"github.com/virtengine/virtengine/security/secret"
	"github.com/virtengine/virtengine/security/secret/keyring"
)

func signCommand() *cobra.Command {
	from, ring, identity, out, bundle := "", "", "", "", ""
	var attach []string
	c := &cobra.Command{
		Use: "sign PACK --key-from REFERENCE", Args: cobra.ExactArgs(1),
		Short: "Adds a signature to a model pack",
		Long: `Adds a signature to a model pack. Its id stays the same. Signing again with the same key changes nothing.

REFERENCE says where the private key is, PKCS #8 in PEM: file:/ABSOLUTE/PATH (mode 0600), env:NAME, credential:NAME of
systemd, or keyring:NAME in the file --keyring, opened by the age identity at --keyring-identity REFERENCE. The key is
never printed. A vault as source is not there yet.

--bundle writes the signature alone, as a bundle of sigstore (v0.3, without an entry of a transparency log), and leaves
the pack as it is: signers who never meet send bundles, and --attach puts them into the pack.`,
		Example: `  openssl genpkey -algorithm ed25519 -out /keys/me.pem && openssl pkey -in /keys/me.pem -pubout >> trusted.pem
  ve-model sign scorer.vepack --key-from file:/keys/me.pem
  ve-model sign scorer.vepack --attach hers.sigstore.json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, folder, err := readPack(args[0])
			if err != nil {
				return err
			}
			if from == "" && len(attach) == 0 || bundle != "" && (from == "" || out != "") {
				return errors.New("nothing to sign with; hint: --key-from REFERENCE, or --attach BUNDLE; --bundle goes with --key-from alone")
			}
			if p, err = attachAll(p, attach); err != nil {
				return err
			}
			if from != "" {
				signer, err := signerFrom(cmd, from, ring, identity)
				if err != nil {
					return err
				}
				if bundle != "" {
					return writeBundle(cmd, p, signer, bundle)
				}
				if p, err = p.Sign(cmd.Context(), signer); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\n", p.ID(), signer.Public().ID())
			}
			return writeSigned(args[0], out, p, folder)
		},
	}
	c.Flags().StringVar(&from, "key-from", "", "reference to the private key")
	c.Flags().StringVar(&ring, "keyring", "", "file of the keyring of keyring:NAME")
	c.Flags().StringVar(&identity, "keyring-identity", "", "reference to the keyring's age identity")
	c.Flags().StringVar(&out, "out", "", "file to write the signed pack to (default: the pack itself)")
	c.Flags().StringVar(&bundle, "bundle", "", "file to write the signature to, as a bundle of sigstore")
	c.Flags().StringArrayVar(&attach, "attach", nil, "bundle whose signature is added; may be repeated")
	return c
}

// signerFrom fetches the private key.
func signerFrom(cmd *cobra.Command, from, ring, identity string) (signature.Signer, error) {
	sources := map[string]secret.Source{"file": secret.Files()}
	environment, err := secret.Environment(os.LookupEnv, os.Unsetenv)
	if err != nil {
		return nil, err
	}
	sources["env"] = environment
	if dir, ok := os.LookupEnv("CREDENTIALS_DIRECTORY"); ok {
		if sources["credential"], err = secret.Credentials(dir); err != nil {
			return nil, err
		}
	}
	if ring != "" {
		if sources["keyring"], err = openKeyring(cmd, sources, ring, identity); err != nil {
			return nil, err
		}
	}
	key, err := fetch(cmd, sources, from)
	if err != nil {
		return nil, err
	}
	return signature.NewSigner(key)
}

func fetch(cmd *cobra.Command, sources map[string]secret.Source, reference string) (secret.Bytes, error) {
	ref, err := secret.ParseReference(reference)
	if err != nil {
		return secret.Bytes{}, fmt.Errorf("%w; hint: file:/ABSOLUTE/PATH", err)
	}
	r, err := secret.NewResolver(sources)
	if err != nil {
		return secret.Bytes{}, err
	}
	return r.Resolve(cmd.Context(), ref)
}

func openKeyring(cmd *cobra.Command, sources map[string]secret.Source, ring, identity string) (secret.Source, error) {
	raw, err := fetch(cmd, sources, identity)
	if err != nil {
		return nil, fmt.Errorf("--keyring-identity: %w", err)
	}
	text, err := raw.Text()
	if err != nil {
		return nil, err
	}
	key, err := keyring.Identity(text)
	if err != nil {
		return nil, err
	}
	full, err := filepath.Abs(ring)
	if err != nil {
		return nil, err
	}
	return keyring.Open(full, key, time.Now)
}

// attachAll adds the signatures of bundles, which must be over this pack.
func attachAll(p *pack.Pack, bundles []string) (*pack.Pack, error) {
	for _, name := range bundles {
		full, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		raw, err := paths.ReadFile(full, signature.MaxBytes)
		if err != nil {
			return nil, err
		}
		e, err := signature.ReadBundle(raw)
		if err == nil {
			p, err = p.Attach(e)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return p, nil
}

// writeBundle writes one signature alone.
func writeBundle(cmd *cobra.Command, p *pack.Pack, s signature.Signer, name string) error {
	e, err := signature.Envelope{Payload: p.Envelope().Payload}.Sign(cmd.Context(), s)
	if err != nil {
		return err
	}
	raw, err := signature.WriteBundle(e)
	if err != nil {
		return err
	}
	full, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	if err := paths.WriteFile(full, raw, paths.PublicFile, paths.OthersMayWrite); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\n", p.ID(), s.Public().ID())
	return nil
}

// writeSigned writes a pack over itself, or to another file. In a folder only the signatures change.
func writeSigned(name, out string, p *pack.Pack, folder bool) error {
	if out != "" || !folder {
		if out == "" {
			out = name
		}
		return writePack(out, p, false)
	}
	raw, err := p.Envelope().Write()
	if err != nil {
		return err
	}
	full, err := filepath.Abs(filepath.Join(name, manifest.SignaturesFile))
	if err != nil {
		return err
	}
	return paths.WriteFile(full, raw, paths.PublicFile, paths.OthersMayWrite)
}
