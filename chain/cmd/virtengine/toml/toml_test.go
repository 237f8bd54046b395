package toml

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const file = `# top = "a comment"
top = "one"
count = 3

[api]
# whether = false
enable = false
origins = []
`

func TestSet(t *testing.T) {
	for name, tc := range map[string]struct {
		reason     string
		key, value string
		want       string
		err        error
	}{
		"String":        {"a string keeps its quotes", "top", "two", "two", nil},
		"QuotesInside":  {"quotes are escaped, not doubled", "top", `a "b"`, `a "b"`, nil},
		"Number":        {"a number stays bare", "count", "44", "44", nil},
		"InSection":     {"a dot leads into a section", "api.enable", "true", "true", nil},
		"List":          {"a list is given whole", "api.origins", `["*"]`, `["*"]`, nil},
		"NotABool":      {"yes is not a truth value of TOML", "api.enable", "yes", "", ErrType},
		"NotANumber":    {"the node would not start with it", "count", "many", "", ErrType},
		"NotAList":      {"the node would not start with it", "api.origins", "*", "", ErrType},
		"OtherSection":  {"a key of a section is not a key of the file", "enable", "true", "", ErrUnknownKey},
		"OnlyAComment":  {"a commented key is not there", "api.whether", "true", "", ErrUnknownKey},
		"UnknownByHand": {"a misspelt key is refused, not appended", "tpo", "x", "", ErrUnknownKey},
	} {
		t.Run(name, func(t *testing.T) {
			changed, err := Set(file, tc.key, tc.value)
			require.ErrorIs(t, err, tc.err, tc.reason)
			if tc.err != nil {
				return
			}
			got, err := Get(changed, tc.key)
			require.NoError(t, err)
			require.Equal(t, tc.want, got, tc.reason)
			require.Contains(t, changed, `# top = "a comment"`, "comments stay")
		})
	}
}
