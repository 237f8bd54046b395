package vulns

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/virtengine/virtengine/security/paths"
)

// ErrDatabase says that a folder holds no vulnerability database.
var ErrDatabase = errors.New("no vulnerability database")

const maxIndex = 64 << 20 // bytes

// Database is a copy of a Go vulnerability database.
//
// Source of its layout: https://go.dev/doc/security/vuln/database#api.
type Database struct {
	Dir      string    // absolute
	Modified time.Time // when its newest entry was changed
}

// OpenDatabase looks at the folder named, or at the file:// URL of one. Fails with ErrDatabase.
func OpenDatabase(named string) (Database, error) {
	if rest, isURL := strings.CutPrefix(named, "file://"); isURL {
		named = rest
	} else if strings.Contains(named, "://") {
		return Database{}, fmt.Errorf("%w: %s: only a folder is read, nothing is fetched\nhint: unpack https://vuln.go.dev/vulndb.zip and name its folder", ErrDatabase, named)
	}
	dir, err := filepath.Abs(named)
	if err != nil {
		return Database{}, err
	}
	tree, err := paths.OpenDir(dir, paths.OthersMayWrite)
	if err != nil {
		return Database{}, fmt.Errorf("%w: %w", ErrDatabase, err)
	}
	defer tree.Close()
	var index struct {
		Modified time.Time `json:"modified"`
	}
	if err := tree.ReadJSON("index/db.json", maxIndex, &index); err != nil {
		return Database{}, fmt.Errorf("%w: %s: %w\nhint: the folder that holds index and ID", ErrDatabase, named, err)
	}
	if _, err := tree.ReadFile("index/modules.json", maxIndex); err != nil {
		return Database{}, fmt.Errorf("%w: %s: %w", ErrDatabase, named, err)
	}
	return Database{Dir: dir, Modified: index.Modified}, nil
}

// url is how govulncheck names the database.
func (d Database) url() string {
	return (&url.URL{Scheme: "file", Path: d.Dir}).String()
}
