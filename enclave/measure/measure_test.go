package measure

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/hashes"
)

// vector reads a genuine file, or says what is not run.
func vector(t *testing.T, name string) []byte {
	t.Helper()
	dir := os.Getenv("VE_VECTORS")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "vectors")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "attestation", name))
	if err != nil {
		t.Logf("NOT RUN: %s is not there; hint: set VE_VECTORS to the folder of genuine evidence", name)
		return nil
	}
	return raw
}

func TestAGenuineLogReplaysToTheRegistersOfItsQuote(t *testing.T) {
	raw := vector(t, "dstack/quote-report.json")
	if raw == nil {
		return
	}
	var report struct {
		Quote string `json:"quote"`
		Log   string `json:"event_log"`
	}
	require.NoError(t, json.Unmarshal(raw, &report))
	quote, err := hex.DecodeString(report.Quote)
	require.NoError(t, err)
	log, err := ParseDstack([]byte(report.Log))
	require.NoError(t, err)
	got, err := log.RTMRs()
	require.NoError(t, err)
	for i, v := range got { // header 48 bytes, RTMR0 at 328 of the TD report body
		require.Equal(t, quote[48+328+48*i:48+328+48*(i+1)], v, "RTMR%d", i)
	}
	log.Events[len(log.Events)-1].Digest[0] ^= 1
	changed, err := log.RTMRs()
	require.NoError(t, err)
	require.NotEqual(t, got[3], changed[3], "another event gives another register")
}

func TestAChangedDstackPayloadIsRefused(t *testing.T) {
	_, err := ParseDstack([]byte(`[{"imr":3,"event_type":134217729,"digest":"` + hex.EncodeToString(make([]byte, 48)) + `","event":"x","event_payload":"00"}]`))
	require.ErrorIs(t, err, ErrDigest)
}

func agile(events ...[]byte) []byte {
	le := binary.LittleEndian
	spec := append([]byte("Spec ID Event03\x00"), make([]byte, 8)...)
	spec = le.AppendUint32(spec, 1)
	spec = le.AppendUint16(le.AppendUint16(spec, 0x0b), 32)
	spec = append(spec, 0)
	out := le.AppendUint32(make([]byte, 4), noAction)
	out = le.AppendUint32(append(out, make([]byte, 20)...), uint32(len(spec)))
	return slices.Concat(append([][]byte{out, spec}, events...)...)
}

func event(register, kind uint32, digest, data []byte) []byte {
	le := binary.LittleEndian
	out := le.AppendUint32(nil, register)
	out = le.AppendUint32(out, kind)
	out = le.AppendUint16(le.AppendUint32(out, 1), 0x0b)
	out = le.AppendUint32(append(out, digest...), uint32(len(data)))
	return append(out, data...)
}

func TestAFirmwareLogReplays(t *testing.T) {
	digest := hashes.Of([]byte("kernel")).Bytes()
	locality := event(0, noAction, make([]byte, 32), append([]byte("StartupLocality\x00"), 3))
	raw := agile(locality, event(0, 8, digest, nil), event(4, 0x80000003, digest, []byte("boot")))
	log, err := ParseLog(append(raw, 0xff, 0xff), hashes.SHA256)
	require.NoError(t, err)
	start := make([]byte, 32)
	start[31] = 3
	want := hashes.Of(append(start, digest...)).Bytes()
	got, err := log.Replay(0)
	require.NoError(t, err)
	require.Equal(t, want, got, "PCR 0 begins with the locality")
	got, err = log.Replay(4)
	require.NoError(t, err)
	require.Equal(t, hashes.Of(append(make([]byte, 32), digest...)).Bytes(), got)
	var padded []int // where a register's zero bytes pass for the rest of a table
	for _, at := range []int{len(agile()), len(agile(locality))} {
		padded = append(padded, at+1, at+2, at+3, at+4)
	}
	for n := 1; n < len(raw); n++ {
		if _, err := ParseLog(raw[:n], hashes.SHA256); err == nil && !slices.Contains(padded, n) {
			require.Contains(t, []int{len(agile()), len(agile(locality)), len(raw) - len(event(4, 3, digest, []byte("boot")))}, n, "cut in the middle of an event")
		}
	}
}

func image(parts ...[2]any) []byte {
	be := binary.BigEndian
	out := make([]byte, eifHeader)
	copy(out, eifMagic)
	be.PutUint16(out[4:], 4)
	be.PutUint16(out[26:], uint16(len(parts)))
	for i, p := range parts {
		data := []byte(p[1].(string))
		be.PutUint64(out[eifOffsets+8*i:], uint64(len(out)))
		be.PutUint64(out[eifSizes+8*i:], uint64(len(data)))
		out = be.AppendUint16(out, uint16(p[0].(int)))
		out = be.AppendUint64(append(out, 0, 0), uint64(len(data)))
		out = append(out, data...)
	}
	sum := crc32.Update(crc32.ChecksumIEEE(out[:eifChecksum]), crc32.IEEETable, out[eifHeader:])
	be.PutUint32(out[eifChecksum:], sum)
	return out
}

func TestAnEnclaveImageHasThreeMeasurements(t *testing.T) {
	raw := image([2]any{1, "kernel"}, [2]any{2, "quiet"}, [2]any{5, "{}"}, [2]any{3, "init"}, [2]any{3, "app"})
	got, err := NitroImage(raw)
	require.NoError(t, err)
	for i, text := range []string{"kernelquietinitapp", "kernelquietinit", "app"} {
		inner, err := hashes.SHA384.Of([]byte(text))
		require.NoError(t, err)
		outer, err := hashes.SHA384.Of(append(make([]byte, 48), inner.Bytes()...))
		require.NoError(t, err)
		require.Equal(t, outer.Bytes(), got[i], "PCR%d", i)
	}
	raw[len(raw)-1] ^= 1
	_, err = NitroImage(raw)
	require.ErrorIs(t, err, ErrFormat, "the checksum covers the content")
	_, err = NitroImage(image([2]any{1, "kernel"}, [2]any{3, "init"}))
	require.ErrorIs(t, err, ErrFormat, "an image without a command line is none")
}

func FuzzParseLog(f *testing.F) {
	f.Add(agile(event(1, 8, make([]byte, 32), nil)))
	f.Fuzz(func(_ *testing.T, raw []byte) { _, _ = ParseLog(raw, hashes.SHA256) })
}

func FuzzParseDstack(f *testing.F) {
	f.Add([]byte(`[{"imr":0,"digest":"00"}]`))
	f.Fuzz(func(_ *testing.T, raw []byte) { _, _ = ParseDstack(raw) })
}

func FuzzNitroImage(f *testing.F) {
	f.Add(image([2]any{1, "kernel"}, [2]any{2, "quiet"}, [2]any{3, "init"}))
	f.Fuzz(func(_ *testing.T, raw []byte) {
		if len(raw) >= eifHeader { // a right checksum, so that what is behind it is reached
			sum := crc32.Update(crc32.ChecksumIEEE(raw[:eifChecksum]), crc32.IEEETable, raw[eifHeader:])
			binary.BigEndian.PutUint32(raw[eifChecksum:], sum)
		}
		_, _ = NitroImage(raw)
	})
}
