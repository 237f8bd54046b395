package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fataler is what is needed of *testing.T and *rapid.T alike.
type fataler interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

func must(t fataler, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tarOf is a tar of headers; a file's content is its own name unless Size says how many zeros.
func tarOf(t fataler, headers ...tar.Header) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, h := range headers {
		content := io.Reader(nil)
		if h.Typeflag == tar.TypeReg || h.Typeflag == tar.TypeCont {
			content = io.LimitReader(zeros{}, h.Size)
			if h.Size == 0 {
				h.Size, content = int64(len(h.Name)), strings.NewReader(h.Name)
			}
		}
		must(t, w.WriteHeader(&h))
		if content != nil {
			_, err := io.Copy(w, content)
			must(t, err)
		}
	}
	must(t, w.Close())
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func file(name string) tar.Header { return tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644} }

func dir(name string) tar.Header { return tar.Header{Typeflag: tar.TypeDir, Name: name, Mode: 0o755} }

func link(name, to string) tar.Header {
	return tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: to, Mode: 0o777}
}

func hard(name, to string) tar.Header {
	return tar.Header{Typeflag: tar.TypeLink, Name: name, Linkname: to, Mode: 0o644}
}

// place is TOP/root, empty, beside TOP/outside, which must never change.
type place struct {
	top, outside string
	root         *os.Root
	before       string
}

func newPlace(t fataler, top string) *place {
	t.Helper()
	p := &place{top: top, outside: filepath.Join(top, "outside")}
	must(t, os.MkdirAll(filepath.Join(p.outside, "dir"), 0o755))
	must(t, os.WriteFile(filepath.Join(p.outside, "x"), []byte("outside"), 0o644))
	must(t, os.Mkdir(filepath.Join(top, "root"), 0o700))
	var err error
	p.root, err = os.OpenRoot(filepath.Join(top, "root"))
	must(t, err)
	p.before = picture(t, p.outside)
	return p
}

// picture is every name, mode and content of a tree, as text.
func picture(t fataler, dir string) string {
	t.Helper()
	var b strings.Builder
	must(t, filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		b.WriteString(name + " " + info.Mode().String())
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			b.Write(data)
		}
		b.WriteByte('\n')
		return nil
	}))
	return b.String()
}

// check is what holds for every archive and every policy, refused or not.
func (p *place) check(t fataler, policy Policy) {
	t.Helper()
	if after := picture(t, p.outside); after != p.before {
		t.Fatalf("outside was\n%sand is\n%s", p.before, after)
	}
	beside, err := os.ReadDir(p.top)
	must(t, err)
	if len(beside) != 2 {
		t.Fatalf("beside the root there is %v", beside)
	}
	root := p.root.Name()
	things, size := int64(-1), int64(0) // the root itself does not count
	must(t, filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		things++
		info, err := e.Info()
		if err != nil {
			return err
		}
		switch mode := info.Mode(); {
		case mode.Type() == fs.ModeSymlink:
			if policy.Links == LinksRefused {
				t.Fatalf("%s is a link", name)
			}
			// A program that follows links without a thought stays inside.
			if to, err := filepath.EvalSymlinks(name); !policy.InRoot && err == nil && to != root && !strings.HasPrefix(to, root+"/") {
				t.Fatalf("%s leads to %s", name, to)
			}
		case mode.IsRegular():
			size += info.Size()
			fallthrough
		case mode.IsDir():
			if mode&(fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky) != 0 || name != root && !allowed(policy, mode) {
				t.Fatalf("%s has mode %s", name, mode)
			}
		default:
			t.Fatalf("%s is %s", name, mode)
		}
		return nil
	}))
	if things > policy.Files {
		t.Fatalf("%d things, the limit is %d", things, policy.Files)
	}
	if policy.Links == LinksRefused && size > policy.Bytes {
		t.Fatalf("%d bytes, the limit is %d", size, policy.Bytes)
	}
}

func allowed(policy Policy, mode fs.FileMode) bool {
	if policy.Public {
		return mode.Perm() == 0o755 || mode.Perm() == 0o644
	}
	return mode.Perm() == 0o700 || mode.Perm() == 0o600
}

var limits = Limits{Bytes: 100, Files: 8, Depth: 5, Name: 200}

// strict is the policy for what a tenant uploads, links that one for what may hold links, image the one for the root
// directories of containers.
var (
	strict = Policy{Limits: limits}
	links  = Policy{Limits: limits, Links: LinksInside}
	image  = Policy{Limits: limits, Links: LinksInside, InRoot: true, SkipSpecial: true, Replace: true, Public: true}
)

func TestTar(t *testing.T) {
	long := strings.Repeat("x", 60)
	for name, tc := range map[string]struct {
		reason string
		policy Policy
		in     []tar.Header
		want   []string // regular files that must be there
		err    error
	}{
		"Files":            {"what an honest archive holds", strict, []tar.Header{dir("a/"), file("a/b"), file("c")}, []string{"a/b", "c"}, nil},
		"NoDirectories":    {"directories may be implied", strict, []tar.Header{file("a/b/c")}, []string{"a/b/c"}, nil},
		"RootItself":       {"as tar . makes it", strict, []tar.Header{dir("./"), file("./a")}, []string{"a"}, nil},
		"GlobalHeader":     {"as git archive makes it", strict, []tar.Header{{Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": "x"}}, file("a")}, []string{"a"}, nil},
		"Contiguous":       {"a file that is stored in one piece is a file", strict, []tar.Header{{Typeflag: tar.TypeCont, Name: "a"}}, []string{"a"}, nil},
		"Climb":            {"zip slip", strict, []tar.Header{file("../x")}, nil, ErrName},
		"ClimbInside":      {"nor where it seems to cancel out", strict, []tar.Header{file("a/../x")}, nil, ErrName},
		"Absolute":         {"a name from the machine's root", strict, []tar.Header{file("/etc/x")}, nil, ErrName},
		"Backslash":        {"a climb on another system", strict, []tar.Header{file(`..\x`)}, nil, ErrName},
		"ControlCharacter": {"a name that steers a terminal", strict, []tar.Header{file("a\x1b[2J")}, nil, ErrName},
		"DirectionMark":    {"a name that shows another", strict, []tar.Header{file("a\u202egpj.sh")}, nil, ErrName},
		"RootAsFile":       {"the directory does not become a file", strict, []tar.Header{file(".")}, nil, ErrName},
		"Device":           {"a disk", strict, []tar.Header{{Typeflag: tar.TypeBlock, Name: "sda", Devmajor: 8}}, nil, ErrSpecial},
		"CharDevice":       {"the memory", strict, []tar.Header{{Typeflag: tar.TypeChar, Name: "mem", Devmajor: 1, Devminor: 1}}, nil, ErrSpecial},
		"Pipe":             {"who opens it hangs", strict, []tar.Header{{Typeflag: tar.TypeFifo, Name: "p"}}, nil, ErrSpecial},
		"LinkRefused":      {"no links unless they are allowed", strict, []tar.Header{link("a", "b")}, nil, ErrLink},
		"HardLinkRefused":  {"of neither kind", strict, []tar.Header{file("a"), hard("b", "a")}, nil, ErrLink},
		"SetID":            {"a set-id bit does not survive", strict, []tar.Header{{Typeflag: tar.TypeReg, Name: "su", Mode: 0o7755}}, []string{"su"}, nil},
		"Twice":            {"which one counts is no guess", strict, []tar.Header{file("a"), file("a")}, nil, ErrDuplicate},
		"TwiceSpelled":     {"another spelling is the same file", strict, []tar.Header{file("a/b"), file("./a//b")}, nil, ErrDuplicate},
		"DirectoryTwice":   {"a directory may come twice", strict, []tar.Header{dir("a"), file("a/b"), dir("a")}, []string{"a/b"}, nil},
		"FileForDirectory": {"a file does not take a directory's place", strict, []tar.Header{file("a/b"), file("a")}, nil, ErrDuplicate},
		"DirectoryForFile": {"nor the other way", strict, []tar.Header{file("a"), dir("a")}, nil, ErrDuplicate},
		"BelowAFile":       {"a file holds no files", strict, []tar.Header{file("a"), file("a/b")}, nil, ErrName},
		"TooManyFiles":     {"the count is bounded", strict, []tar.Header{file("1"), file("2"), file("3"), file("4"), file("5"), file("6"), file("7"), file("8"), file("9")}, nil, ErrLimit},
		"ImpliedCount":     {"so is that of implied directories", strict, []tar.Header{file("a/b/c"), file("d/e/f"), file("g/h/i")}, nil, ErrLimit},
		"RepeatedCount":    {"an entry that makes nothing is one too", strict, []tar.Header{dir("a"), dir("a"), dir("a"), dir("a"), dir("a"), dir("a"), dir("a"), dir("a"), dir("a")}, nil, ErrLimit},
		"TooManyBytes":     {"bytes are bounded over all files", strict, []tar.Header{file(long), file("y" + long[1:])}, nil, ErrLimit},
		"TooDeep":          {"depth is bounded", strict, []tar.Header{file("1/2/3/4/5/6")}, nil, ErrLimit},
		"LongName":         {"a path is bounded", strict, []tar.Header{file(strings.Repeat("x/", 100) + "y")}, nil, ErrLimit},
		"LongElement":      {"so is an element", Policy{Limits: Limits{Bytes: 1000, Files: 9}}, []tar.Header{file(strings.Repeat("x", 256))}, nil, ErrName},

		"LinkInside":         {"a link may name a neighbour", links, []tar.Header{file("a/b"), link("a/c", "b"), link("d", "a"), link("a/up", "../d/b")}, []string{"a/b"}, nil},
		"LinkToRoot":         {"the root is inside", links, []tar.Header{link("a/b", "..")}, nil, nil},
		"LinkToNothing":      {"what a link names may come later or never", links, []tar.Header{link("a", "later"), file("later")}, []string{"later"}, nil},
		"LinkAbsolute":       {"the machine's root is outside", links, []tar.Header{link("a", "/etc/passwd")}, nil, ErrLink},
		"LinkOut":            {"the classic", links, []tar.Header{link("a", "../outside")}, nil, ErrLink},
		"LinkOutDeeper":      {"one climb too many for its place", links, []tar.Header{link("a/b", "../../outside")}, nil, ErrLink},
		"LinkByAnother":      {"c/up is the root, so c/up/.. is outside though it reads as c", links, []tar.Header{link("c/up", ".."), link("e", "c/up/../outside")}, nil, ErrLink},
		"LinkEmpty":          {"a link to nothing at all", links, []tar.Header{link("a", "")}, nil, ErrLink},
		"ThroughALink":       {"the classic's second half", links, []tar.Header{link("a", "b"), dir("b"), file("a/x")}, nil, ErrLink},
		"OverALink":          {"a file is not written through a link", links, []tar.Header{file("x"), link("a", "x"), file("a")}, nil, ErrDuplicate},
		"HardLink":           {"a second name", links, []tar.Header{file("a"), hard("b", "a")}, []string{"a", "b"}, nil},
		"HardLinkLater":      {"its target may come later", links, []tar.Header{hard("b", "a"), file("a")}, []string{"a", "b"}, nil},
		"HardLinkOut":        {"a second name of a file outside", links, []tar.Header{hard("a", "../outside/x")}, nil, ErrName},
		"HardLinkAbsolute":   {"by its full name neither", links, []tar.Header{hard("a", "/etc/passwd")}, nil, ErrName},
		"HardLinkToNone":     {"a target that is not in the archive", links, []tar.Header{hard("a", "b")}, nil, ErrLink},
		"HardLinkToLink":     {"a link that leads inside there may lead out here", links, []tar.Header{link("a/b/l", "../.."), hard("m", "a/b/l")}, nil, ErrLink},
		"HardLinkByLink":     {"the way to a target is straight", links, []tar.Header{file("a/x"), link("l", "a"), hard("m", "l/x")}, nil, ErrLink},
		"HardLinkToDir":      {"a directory has one name", links, []tar.Header{dir("a"), hard("b", "a")}, nil, ErrLink},
		"HardLinkOverItself": {"a link to itself is itself", links, []tar.Header{file("a"), hard("a", "a")}, []string{"a"}, nil},
		"HardLinkOverOther":  {"it takes no place either", links, []tar.Header{file("a"), file("b"), hard("a", "b")}, nil, ErrDuplicate},

		"ImageDotDot":        {"dots end at the root, as in a real root", image, []tar.Header{file("../../x")}, []string{"x"}, nil},
		"ImageAbsolute":      {"/x is x", image, []tar.Header{file("/etc/x")}, []string{"etc/x"}, nil},
		"ImageAbsoluteLink":  {"an absolute link is followed inside", image, []tar.Header{link("var/run", "/run"), file("var/run/pid")}, []string{"run/pid"}, nil},
		"ImageMergedUsr":     {"as distributions have it", image, []tar.Header{dir("usr/bin"), link("bin", "usr/bin"), file("bin/sh")}, []string{"usr/bin/sh"}, nil},
		"ImageLinkOut":       {"a link that climbs out ends at the root", image, []tar.Header{link("a", "../../../outside"), file("a/x")}, []string{"outside/x"}, nil},
		"ImageLinkItself":    {"a file in the place of a link replaces the link", image, []tar.Header{link("a", "/etc/passwd"), file("a")}, []string{"a"}, nil},
		"ImageHardLinkOut":   {"a hard link's target is inside", image, []tar.Header{hard("a", "/../../etc/hostname")}, nil, os.ErrNotExist},
		"ImageHardLinkLater": {"a hard link may come before its target", image, []tar.Header{hard("b", "a"), file("a")}, []string{"a", "b"}, nil},
		"ImageHardByLink":    {"its way may lead over links", image, []tar.Header{file("usr/x"), link("l", "/usr"), hard("l/y", "l/x")}, []string{"usr/y"}, nil},
		"ImageHardAbove":     {"a link does not take its target's directory away", image, []tar.Header{file("a/b"), hard("a", "a/b")}, nil, ErrLink},
		"ImageLoop":          {"links in a circle end", image, []tar.Header{link("a", "b"), link("b", "a"), file("a/x")}, nil, ErrLink},
		"ImageDevice":        {"devices are left out", image, []tar.Header{{Typeflag: tar.TypeBlock, Name: "disk", Devmajor: 8}, file("x")}, []string{"x"}, nil},
		"ImageReplace":       {"the later one counts", image, []tar.Header{dir("a/d"), file("a/b"), file("a"), dir("c"), file("c")}, []string{"a", "c"}, nil},
		"ImageAgain":         {"a directory may take its place again", image, []tar.Header{file("a/b"), file("a"), dir("a"), file("a/c")}, []string{"a/c"}, nil},
		"ImageDirOverLink":   {"a directory replaces a link", image, []tar.Header{link("a", "b"), dir("a"), file("a/x")}, []string{"a/x"}, nil},
		"ImageLinkOverDir":   {"a link replaces a directory, and is followed from then on", image, []tar.Header{file("a/y"), link("a", "/b"), file("a/x")}, []string{"b/x"}, nil},
		"ImageBelowAFile":    {"a file holds no files", image, []tar.Header{file("a"), file("a/b")}, nil, ErrName},
		"ImageBackslash":     {"systemd's unit names hold one", image, []tar.Header{file(`dev-\x2d.slice`)}, []string{`dev-\x2d.slice`}, nil},
		"ImageLongElement":   {"no system has such a name", image, []tar.Header{file("a"), link("l", strings.Repeat("x", 199)+"y")}, []string{"a"}, nil},
		"ImageTooDeepByLink": {"depth is counted where a link leads", image, []tar.Header{dir("1/2/3"), link("l", "1/2/3"), file("l/4/5/6")}, nil, ErrLimit},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, t.TempDir())
			defer p.root.Close()
			err := Tar(bytes.NewReader(tarOf(t, tc.in...)), Plain, p.root, tc.policy)
			require.ErrorIs(t, err, tc.err, tc.reason)
			if err != nil {
				require.ErrorIs(t, err, ErrRefused, "every refusal is one")
			}
			p.check(t, tc.policy)
			for _, w := range tc.want {
				info, err := p.root.Lstat(w)
				require.NoError(t, err, tc.reason)
				require.True(t, info.Mode().IsRegular(), tc.reason)
			}
		})
	}
}

func TestModesAreThePolicys(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		public bool
		mode   int64
		want   fs.FileMode
	}{
		"PrivateFile":    {"nobody else's", false, 0o666, 0o600},
		"PrivateProgram": {"runs for its owner", false, 0o777, 0o700},
		"PublicFile":     {"everyone reads, nobody else writes", true, 0o600, 0o644},
		"PublicProgram":  {"everyone runs", true, 0o700, 0o755},
		"NoRights":       {"a file that its maker locked is readable", true, 0, 0o644},
		"SetUser":        {"set-id bits are gone", true, 0o4711, 0o755},
		"OthersRun":      {"the owner's bit decides", false, 0o011, 0o600},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, t.TempDir())
			defer p.root.Close()
			policy := Policy{Limits: limits, Public: tc.public, Durable: true}
			h := file("d/x")
			h.Mode = tc.mode
			require.NoError(t, Tar(bytes.NewReader(tarOf(t, h)), Plain, p.root, policy))
			info, err := p.root.Lstat("d/x")
			require.NoError(t, err)
			require.Equal(t, tc.want, info.Mode(), tc.reason)
		})
	}
}

func TestPoliciesThatMakeNoSense(t *testing.T) {
	p := newPlace(t, t.TempDir())
	defer p.root.Close()
	for name, tc := range map[string]struct {
		reason string
		policy Policy
	}{
		"NoLimits":  {"no limit means none was thought of", Policy{}},
		"NoFiles":   {"nothing could be unpacked", Policy{Limits: Limits{Bytes: 1}}},
		"Negative":  {"less than nothing", Policy{Limits: Limits{Bytes: 1, Files: 1, Ratio: -1}}},
		"LongNames": {"longer than the kernel takes", Policy{Limits: Limits{Bytes: 1, Files: 1, Name: 4096}}},
		"Links":     {"no such kind", Policy{Limits: limits, Links: 9}},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorIs(t, Tar(bytes.NewReader(tarOf(t)), Plain, p.root, tc.policy), ErrPolicy, tc.reason)
			require.ErrorIs(t, Zip(bytes.NewReader(nil), 0, p.root, tc.policy), ErrPolicy, tc.reason)
		})
	}
	require.ErrorIs(t, Tar(bytes.NewReader(tarOf(t)), Packing(9), p.root, strict), ErrPolicy)
	require.ErrorIs(t, Tar(bytes.NewReader(nil), Plain, nil, strict), ErrPolicy, "no directory")
}

// zipEntry is one entry of a zip.
type zipEntry struct {
	name    string
	mode    fs.FileMode
	content string
	flags   uint16
}

func zipOf(t fataler, entries ...zipEntry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Flags: e.flags}
		h.SetMode(e.mode)
		f, err := w.CreateHeader(h)
		must(t, err)
		_, err = io.WriteString(f, e.content)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func TestZip(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		policy Policy
		in     []zipEntry
		want   []string
		err    error
	}{
		"Files":       {"what an honest archive holds", strict, []zipEntry{{name: "a/", mode: fs.ModeDir | 0o755}, {name: "a/b", mode: 0o644, content: "b"}, {name: "c", mode: 0o755}}, []string{"a/b", "c"}, nil},
		"Climb":       {"zip slip", strict, []zipEntry{{name: "../x", mode: 0o644}}, nil, ErrName},
		"Absolute":    {"a name from the machine's root", strict, []zipEntry{{name: "/etc/x", mode: 0o644}}, nil, ErrName},
		"Backslash":   {"a climb on another system", strict, []zipEntry{{name: `..\x`, mode: 0o644}}, nil, ErrName},
		"NotUTF8":     {"a name in another encoding", strict, []zipEntry{{name: "\xff\xfe", mode: 0o644}}, nil, ErrName},
		"Empty":       {"a name that is none", strict, []zipEntry{{name: "", mode: 0o644}}, nil, ErrName},
		"Twice":       {"two of one name", strict, []zipEntry{{name: "a", mode: 0o644}, {name: "a", mode: 0o644}}, nil, ErrDuplicate},
		"SetID":       {"a set-id bit does not survive", strict, []zipEntry{{name: "su", mode: fs.ModeSetuid | 0o755}}, []string{"su"}, nil},
		"Device":      {"a device", strict, []zipEntry{{name: "sda", mode: fs.ModeDevice | 0o600}}, nil, ErrSpecial},
		"Pipe":        {"a pipe", strict, []zipEntry{{name: "p", mode: fs.ModeNamedPipe | 0o600}}, nil, ErrSpecial},
		"Encrypted":   {"what nobody can read here", strict, []zipEntry{{name: "a", mode: 0o644, flags: 1}}, nil, ErrFormat},
		"Link":        {"no links unless they are allowed", strict, []zipEntry{{name: "a", mode: fs.ModeSymlink | 0o777, content: "b"}}, nil, ErrLink},
		"LinkInside":  {"then those inside", links, []zipEntry{{name: "a", mode: fs.ModeSymlink | 0o777, content: "b"}, {name: "b", mode: 0o644}}, []string{"b"}, nil},
		"LinkOut":     {"and no others", links, []zipEntry{{name: "a", mode: fs.ModeSymlink | 0o777, content: "../outside"}}, nil, ErrLink},
		"Through":     {"nothing is written through them", links, []zipEntry{{name: "a", mode: fs.ModeSymlink | 0o777, content: "b"}, {name: "b/", mode: fs.ModeDir | 0o755}, {name: "a/x", mode: 0o644}}, nil, ErrLink},
		"LongLink":    {"a link's text is bounded", links, []zipEntry{{name: "a", mode: fs.ModeSymlink | 0o777, content: strings.Repeat("x", 201)}}, nil, ErrLink},
		"Bytes":       {"bytes are bounded over all files", strict, []zipEntry{{name: "a", mode: 0o644, content: strings.Repeat("x", 60)}, {name: "b", mode: 0o644, content: strings.Repeat("x", 41)}}, nil, ErrLimit},
		"BytesJust":   {"to the byte", strict, []zipEntry{{name: "a", mode: 0o644, content: strings.Repeat("x", 60)}, {name: "b", mode: 0o644, content: strings.Repeat("x", 40)}}, []string{"a", "b"}, nil},
		"Entries":     {"the count is bounded", strict, []zipEntry{{name: "1"}, {name: "2"}, {name: "3"}, {name: "4"}, {name: "5"}, {name: "6"}, {name: "7"}, {name: "8"}, {name: "9"}}, nil, ErrLimit},
		"ImageClimb":  {"as in a real root", image, []zipEntry{{name: "../x", mode: 0o644}}, []string{"x"}, nil},
		"DirAsLink":   {"a name of a directory with the mode of a link", links, []zipEntry{{name: "a/", mode: fs.ModeSymlink | 0o777}}, nil, ErrSpecial},
		"SkipSpecial": {"devices are left out where the policy says so", image, []zipEntry{{name: "sda", mode: fs.ModeDevice | 0o600}, {name: "x", mode: 0o644}}, []string{"x"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlace(t, t.TempDir())
			defer p.root.Close()
			data := zipOf(t, tc.in...)
			err := Zip(bytes.NewReader(data), int64(len(data)), p.root, tc.policy)
			require.ErrorIs(t, err, tc.err, tc.reason)
			if err != nil {
				require.ErrorIs(t, err, ErrRefused)
			}
			p.check(t, tc.policy)
			for _, w := range tc.want {
				info, err := p.root.Lstat(w)
				require.NoError(t, err, tc.reason)
				require.True(t, info.Mode().IsRegular(), tc.reason)
			}
		})
	}
}
