package hashes_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/virtengine/virtengine/security/hashes"
)

// The answers to "abc" are those of FIPS 180-4 and FIPS 202, from the examples that NIST publishes with them.
var abc = []string{
	"sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	"sha384:cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
	"sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
	"sha3-256:3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
	"sha3-512:b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
}

func TestDigestsAreThoseOfTheStandards(t *testing.T) {
	for _, text := range abc {
		t.Run(text[:8], func(t *testing.T) {
			want, err := hashes.Parse(text)
			require.NoError(t, err)
			have, err := want.Algorithm().Of([]byte("abc"))
			require.NoError(t, err)
			require.Equal(t, text, have.String())
			require.True(t, have.Equal(want))
			require.Len(t, have.Bytes(), want.Algorithm().Size())
			require.NoError(t, want.Check(strings.NewReader("abc"), 3), "exactly as long as the limit is within it")
			again, err := hashes.FromBytes(want.Algorithm(), want.Bytes())
			require.NoError(t, err)
			require.Equal(t, want, again)
		})
	}
	require.Equal(t, abc[0], hashes.Of([]byte("abc")).String())
}

func TestTextsThatAreNoDigest(t *testing.T) {
	full := abc[0]
	for name, tc := range map[string]struct {
		reason, text string
		want         error
	}{
		"Good":      {"what String wrote is read", full, nil},
		"Empty":     {"nothing is no digest", "", hashes.ErrFormat},
		"Bare":      {"hex alone does not say of what", full[7:], hashes.ErrFormat},
		"MD5":       {"collisions are cheap", "md5:900150983cd24fb0d6963f7d28e17f72", hashes.ErrAlgorithm},
		"SHA1":      {"and here affordable", "sha1:a9993e364706816aba3e25717850c26c9cd0d89d", hashes.ErrAlgorithm},
		"UpperName": {"names have one form", "SHA256" + full[6:], hashes.ErrAlgorithm},
		"UpperHex":  {"digits too", strings.Replace(full, "ba78", "BA78", 1), hashes.ErrFormat},
		"Short":     {"a prefix is another, weaker digest", full[:len(full)-2], hashes.ErrLength},
		"Long":      {"nothing follows", full + "00", hashes.ErrLength},
		"NotHex":    {"g is no digit", full[:len(full)-1] + "g", hashes.ErrFormat},
		"Space":     {"spaces are not cut off", full[:len(full)-1] + " ", hashes.ErrFormat},
		"Misnamed":  {"SHA-512's name on SHA-256's digest", "sha512" + full[6:], hashes.ErrLength},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := hashes.Parse(tc.text)
			require.ErrorIs(t, err, tc.want, tc.reason)
			require.Equal(t, tc.want != nil, d.IsZero())
		})
	}
}

func TestADigestInJSON(t *testing.T) {
	type pin struct{ Digest hashes.Digest }
	out, err := json.Marshal(pin{hashes.Of([]byte("abc"))})
	require.NoError(t, err)
	require.JSONEq(t, `{"Digest":"`+abc[0]+`"}`, string(out))
	var back pin
	require.NoError(t, json.Unmarshal(out, &back))
	require.True(t, back.Digest.Equal(hashes.Of([]byte("abc"))))
	_, err = json.Marshal(pin{})
	require.ErrorIs(t, err, hashes.ErrFormat, "no digest is not written as an empty one")
	require.ErrorIs(t, json.Unmarshal([]byte(`{"Digest":"sha1:00"}`), &back), hashes.ErrAlgorithm)
}

func TestTheZeroDigestEqualsNothing(t *testing.T) {
	require.False(t, hashes.Digest{}.Equal(hashes.Digest{}), "two missing digests are not a match")
	require.ErrorIs(t, hashes.Digest{}.Check(strings.NewReader(""), 1), hashes.ErrAlgorithm)
	require.Empty(t, hashes.Digest{}.String())
	require.Zero(t, hashes.Algorithm("md5").Size())
	_, err := hashes.FromBytes("md5", make([]byte, 16))
	require.ErrorIs(t, err, hashes.ErrAlgorithm)
	_, err = hashes.FromBytes(hashes.SHA256, make([]byte, 16))
	require.ErrorIs(t, err, hashes.ErrLength)
	_, err = hashes.Algorithm("md5").Of(nil)
	require.ErrorIs(t, err, hashes.ErrAlgorithm)
}

func TestStreamsEnd(t *testing.T) {
	unplugged := errors.New("unplugged")
	d := hashes.Of([]byte("abc"))
	require.ErrorIs(t, d.Check(strings.NewReader("abcd"), 3), hashes.ErrTooLong)
	require.ErrorIs(t, d.Check(strings.NewReader("abd"), 3), hashes.ErrMismatch)
	require.ErrorIs(t, d.Check(iotest.ErrReader(unplugged), 3), unplugged)
	require.ErrorIs(t, d.Check(strings.NewReader("abc"), -1), hashes.ErrTooLong)
	endless := &counting{}
	require.Error(t, d.Check(nil, 3))
	_, _, err := hashes.SHA512.Sum(endless, 1000)
	require.ErrorIs(t, err, hashes.ErrTooLong)
	require.LessOrEqual(t, endless.n, 1001, "no more is read than needed to know")
	_, n, err := hashes.SHA512.Sum(strings.NewReader("abc"), 1<<62)
	require.NoError(t, err)
	require.EqualValues(t, 3, n)
}

type counting struct{ n int }

func (c *counting) Read(p []byte) (int, error) { c.n += len(p); return len(p), nil }

func TestMAC(t *testing.T) {
	key, msg := bytes.Repeat([]byte{0x0b}, 20), []byte("Hi There")
	mac, err := hashes.MAC(key, msg) // RFC 4231, test case 1
	require.NoError(t, err)
	require.Equal(t, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", hex.EncodeToString(mac))
	require.NoError(t, hashes.CheckMAC(key, msg, mac))
	for name, tc := range map[string]struct {
		reason        string
		key, msg, mac []byte
		want          error
	}{
		"Message":  {"another message", key, []byte("Hi there"), mac, hashes.ErrMismatch},
		"Key":      {"another key", bytes.Repeat([]byte{0x0c}, 20), msg, mac, hashes.ErrMismatch},
		"Cut":      {"a prefix is easier to guess", key, msg, mac[:16], hashes.ErrMismatch},
		"None":     {"an empty MAC", key, msg, nil, hashes.ErrMismatch},
		"ShortKey": {"a key that can be guessed", key[:15], msg, mac, hashes.ErrKey},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, hashes.CheckMAC(tc.key, tc.msg, tc.mac), tc.want, tc.reason) })
	}
}

type field struct {
	name  string
	value []byte
}

func transcript(t require.TestingT, label string, fields []field) hashes.Digest {
	tr, err := hashes.NewTranscript(label)
	require.NoError(t, err)
	for _, f := range fields {
		tr.Add(f.name, f.value)
	}
	return tr.Sum()
}

func TestTranscriptsTellFieldsApart(t *testing.T) {
	_, err := hashes.NewTranscript("")
	require.ErrorIs(t, err, hashes.ErrLabel)
	tr, err := hashes.NewTranscript("test/v1")
	require.NoError(t, err)
	require.Equal(t, transcript(t, "test/v1", []field{{"n", []byte{0, 0, 0, 0, 0, 0, 1, 2}}}), tr.AddUint64("n", 258).Sum())
	require.Equal(t, tr.Sum(), tr.Sum(), "looking does not change it")

	// Few letters and short fields, so that joins of different fields are often the same bytes.
	some := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) field {
		text := rapid.StringOfN(rapid.SampledFrom([]rune{'a', 'b', 0}), 0, 3, -1)
		return field{text.Draw(t, "name"), []byte(text.Draw(t, "value"))}
	}), 0, 3)
	rapid.Check(t, func(t *rapid.T) {
		a, b := some.Draw(t, "a"), some.Draw(t, "b")
		same := slices.EqualFunc(a, b, func(x, y field) bool { return x.name == y.name && bytes.Equal(x.value, y.value) })
		if transcript(t, "x", a).Equal(transcript(t, "x", b)) != same {
			t.Fatalf("%q and %q", a, b)
		}
		if transcript(t, "x", a).Equal(transcript(t, "y", a)) {
			t.Fatalf("one digest for two purposes: %q", a)
		}
	})
	require.NotEqual(t, transcript(t, "x", []field{{"ab", []byte("c")}}), transcript(t, "x", []field{{"a", []byte("bc")}}))
	require.NotEqual(t, transcript(t, "x", []field{{"a", nil}}), transcript(t, "x", nil))
}

func FuzzParse(f *testing.F) {
	for _, text := range abc {
		f.Add(text)
	}
	f.Add("sha1:00")
	f.Add("sha256:")
	f.Add(strings.ToUpper(abc[0]))
	f.Fuzz(func(t *testing.T, text string) {
		d, err := hashes.Parse(text)
		if err != nil {
			if !errors.Is(err, hashes.ErrFormat) && !errors.Is(err, hashes.ErrAlgorithm) && !errors.Is(err, hashes.ErrLength) {
				t.Fatalf("an error without a kind: %v", err)
			}
			if len(err.Error()) > 500 {
				t.Fatalf("a message of %d bytes", len(err.Error()))
			}
			return
		}
		if d.String() != text {
			t.Fatalf("%q is read as %q: two texts of one digest", text, d)
		}
	})
}
