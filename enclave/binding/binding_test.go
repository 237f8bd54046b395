package binding_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/enclave/attest"
	"github.com/virtengine/virtengine/enclave/binding"
	"github.com/virtengine/virtengine/enclave/evidence"
)

func full(b byte, n int) []byte { return bytes.Repeat([]byte{b}, n) }

func snp() binding.Binding {
	return binding.Binding{
		ChainID: "virtengine-1", GenesisHash: full(1, 32), Operator: "ve1operator", Platform: evidence.SEVSNP, Purpose: binding.Register,
		Epoch: 1, SignPub: full(2, 32), KEMID: binding.X25519, KEMPub: full(3, 32), ChallengeHeight: 7, ChallengeHash: full(4, 32),
	}
}

func nitro() binding.Binding {
	b := snp()
	b.Platform, b.Purpose, b.Epoch, b.ChallengeHeight = evidence.Nitro, binding.Release, math.MaxUint64, math.MaxInt64
	b.KEMID, b.KEMPub = binding.MLKEM768X25519, full(3, 1216)
	return b
}

func tpm() binding.Binding {
	b := snp()
	b.ChainID, b.Platform, b.Purpose, b.Epoch, b.ChallengeHeight = "ve-local", evidence.SoftTPM, binding.Rotate, 0, 1
	return b
}

// The vectors were computed by another program from the description in Sum's comment: whoever makes evidence elsewhere
// must arrive at the same bytes.
func TestVectors(t *testing.T) {
	for name, c := range map[string]struct {
		reason string
		b      binding.Binding
		want   string
		placed string // where it differs
	}{
		"SNP":     {"ordinary values", snp(), "e16140e95afc0d89aa1e64ba8111bee1c9c175bde1b814194a11bef07abab7bdc2e870075b161681867865243a16264a0662ad7a2d466c7518e3ad96fb9b7d87", ""},
		"Nitro":   {"the hybrid KEM and the greatest numbers", nitro(), "c98245778c3a0e86e319e067add5c1f288a9fa851f67f2c7653db94fd7c5e03b80a4a65f69320db784a6d04ec8e52f2d2d07baa310ee26d1c647d7869f5ee46b", ""},
		"SoftTPM": {"a TPM signs 32 bytes", tpm(), "ba6705cf3258995e2d4112936ded0a3385f035b30fdb02babeeb62aa8abbdf2624b571192d141398d0ab0c066e16f3bc66306415e27bf05cbbfe3dfa1b748f4c", "10ee3237b4491e709054bfe1951fe12c33e706535427b03b04031c13277a647a"},
	} {
		t.Run(name, func(t *testing.T) {
			sum, err := c.b.Sum()
			require.NoError(t, err)
			require.Equal(t, c.want, hex.EncodeToString(sum[:]), c.reason)
			data, err := c.b.ReportData()
			require.NoError(t, err)
			want := c.placed
			if want == "" {
				want = c.want
			}
			require.Equal(t, want, hex.EncodeToString(data), c.reason)
		})
	}
}

func TestEachPlatformHasOnePlace(t *testing.T) {
	platforms := []evidence.Platform{
		evidence.SGX, evidence.TDX, evidence.SEVSNP, evidence.Nitro, evidence.AzureVTPM, evidence.TPM2, evidence.SoftTPM, evidence.Simulated,
	}
	for _, p := range platforms {
		t.Run(string(p), func(t *testing.T) {
			b := snp()
			b.Platform = p
			data, err := b.ReportData()
			require.NoError(t, err)
			claims := attest.Claims{Platform: p, ReportData: data, PublicKey: b.KEMPub}
			require.NoError(t, b.Matches(claims))

			for i := range data {
				changed := claims
				changed.ReportData = bytes.Clone(data)
				changed.ReportData[i] ^= 1
				require.Equal(t, attest.WrongReportData, attest.CodeOf(b.Matches(changed)), "bit in byte %d", i)
			}
			for name, data := range map[string][]byte{"nothing": nil, "one byte less": data[:len(data)-1], "one more": append(bytes.Clone(data), 0)} {
				changed := claims
				changed.ReportData = data
				require.Equal(t, attest.WrongReportData, attest.CodeOf(b.Matches(changed)), name)
			}
			other := b
			other.Platform = evidence.SGX
			if p == evidence.SGX {
				other.Platform = evidence.TDX
			}
			require.Equal(t, attest.WrongPlatform, attest.CodeOf(other.Matches(claims)))

			claims.PublicKey = full(9, 32)
			want := attest.Accepted // the key in other platforms' claims is the platform's own
			if p == evidence.Nitro {
				want = attest.MismatchedKey
			}
			require.Equal(t, want, attest.CodeOf(b.Matches(claims)))
		})
	}
}

func TestWhatIsNoBindingHasNoSum(t *testing.T) {
	for name, c := range map[string]struct {
		reason string
		change func(*binding.Binding)
		want   attest.Code
	}{
		"NoChain":         {"evidence would serve every chain", func(b *binding.Binding) { b.ChainID = "" }, attest.Malformed},
		"LongChain":       {"no chain has such an id", func(b *binding.Binding) { b.ChainID = string(full('a', 51)) }, attest.Malformed},
		"ShortGenesis":    {"no hash", func(b *binding.Binding) { b.GenesisHash = full(1, 31) }, attest.Malformed},
		"NoOperator":      {"nobody answers", func(b *binding.Binding) { b.Operator = "" }, attest.Malformed},
		"LongOperator":    {"no address", func(b *binding.Binding) { b.Operator = string(full('a', 129)) }, attest.Malformed},
		"NoPlatform":      {"no place to look at", func(b *binding.Binding) { b.Platform = "" }, attest.WrongPlatform},
		"NoPurpose":       {"it would serve all", func(b *binding.Binding) { b.Purpose = "" }, attest.Malformed},
		"OtherPurpose":    {"nobody asks for it", func(b *binding.Binding) { b.Purpose = "vote" }, attest.Malformed},
		"ShortKey":        {"no Ed25519 key", func(b *binding.Binding) { b.SignPub = full(2, 31) }, attest.Malformed},
		"NoKEM":           {"nothing can be sent to it", func(b *binding.Binding) { b.KEMID = 0 }, attest.Unsupported},
		"OtherKEM":        {"P-256 is not used", func(b *binding.Binding) { b.KEMID = 0x10 }, attest.Unsupported},
		"KeyOfOtherKEM":   {"32 bytes are no hybrid key", func(b *binding.Binding) { b.KEMID = binding.MLKEM768X25519 }, attest.Malformed},
		"NoChallenge":     {"evidence could be kept for later", func(b *binding.Binding) { b.ChallengeHash = nil }, attest.Malformed},
		"HeightZero":      {"no block", func(b *binding.Binding) { b.ChallengeHeight = 0 }, attest.Malformed},
		"HeightBelowZero": {"no block", func(b *binding.Binding) { b.ChallengeHeight = -1 }, attest.Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			b := snp()
			c.change(&b)
			_, err := b.Sum()
			require.Equal(t, c.want, attest.CodeOf(err), c.reason)
			_, err = b.ReportData()
			require.Equal(t, c.want, attest.CodeOf(err), c.reason)
			require.Error(t, b.Matches(attest.Claims{Platform: b.Platform}), c.reason)
		})
	}
}

// Every field counts, whatever its neighbours hold.
func TestOtherFieldsOtherSum(t *testing.T) {
	draw := func(t *rapid.T, name string) binding.Binding {
		b := snp()
		b.ChainID = rapid.StringMatching(`[ab]{1,3}`).Draw(t, name+" chain")
		b.Operator = rapid.StringMatching(`[ab]{1,3}`).Draw(t, name+" operator")
		b.Platform = rapid.SampledFrom([]evidence.Platform{evidence.SGX, evidence.TDX}).Draw(t, name+" platform")
		b.Purpose = rapid.SampledFrom([]binding.Purpose{binding.Register, binding.Reattest, binding.Rotate, binding.Release}).Draw(t, name+" purpose")
		b.Epoch = rapid.Uint64Range(0, 2).Draw(t, name+" epoch")
		b.ChallengeHeight = rapid.Int64Range(1, 3).Draw(t, name+" height")
		for i, field := range []*[]byte{&b.GenesisHash, &b.SignPub, &b.KEMPub, &b.ChallengeHash} {
			*field = full(rapid.ByteRange(0, 1).Draw(t, fmt.Sprintf("%s bytes %d", name, i)), 32)
		}
		return b
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t, "a"), draw(t, "b")
		one, err := a.Sum()
		require.NoError(t, err)
		two, err := b.Sum()
		require.NoError(t, err)
		require.Equal(t, equal(a, b), one == two)
	})
}

func equal(a, b binding.Binding) bool {
	return a.ChainID == b.ChainID && a.Operator == b.Operator && a.Platform == b.Platform && a.Purpose == b.Purpose && a.Epoch == b.Epoch &&
		a.ChallengeHeight == b.ChallengeHeight && bytes.Equal(a.GenesisHash, b.GenesisHash) && bytes.Equal(a.SignPub, b.SignPub) &&
		bytes.Equal(a.KEMPub, b.KEMPub) && bytes.Equal(a.ChallengeHash, b.ChallengeHash)
}

func TestDevelopmentChainsAreNamedSo(t *testing.T) {
	for id, want := range map[string]bool{
		"ve-dev": true, "ve-dev-3": true, "ve-local": true, "ve-local-7": true, "ve-test": true, "ve-test-1": true,
		"": false, "virtengine-1": false, "ve-testnet-1": false, "ve-localnet": false, "ve-development": false, "VE-DEV": false,
		"my-ve-dev-1": false, "ve-1": false, "ve-": false, " ve-dev": false,
	} {
		require.Equal(t, want, binding.DevelopmentChain(id), "%q", id)
	}
}
