package binding

import "strings"

// DevelopmentChain says whether a chain takes platforms that prove nothing: evidence.Simulated and evidence.SoftTPM. Such
// a chain is called ve-dev, ve-local or ve-test, alone or with a dash and more behind it: no network with value on it may
// have such a name. "ve-testnet-1" is none.
func DevelopmentChain(chainID string) bool {
	for _, name := range []string{"ve-dev", "ve-local", "ve-test"} {
		if rest, ok := strings.CutPrefix(chainID, name); ok && (rest == "" || rest[0] == '-') {
			return true
		}
	}
	return false
}
