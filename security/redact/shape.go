package redact

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
)

// shape is how one kind of secret looks. The work is linear in the text: these expressions do not backtrack.
type shape struct {
	hints []string                 // text without any of them does not hold this shape; saves the expression
	find  *regexp.Regexp           // its first group, if it has one, is the secret; else all of it
	is    func(secret string) bool // looks closer; nil: it is
}

// known is the list of shapes.
var known = []shape{
	// RFC 7468 and its relatives; one whose end is missing goes on to the end of the text.
	{hints: []string{"PRIVATE KEY"}, find: regexp.MustCompile(`(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\z)`)},
	{hints: []string{"AGE-SECRET-KEY-"}, find: regexp.MustCompile(`AGE-SECRET-KEY-[0-9A-Z-]+`)},
	// JWS and JWE in compact form, RFC 7515 and 7516; eyJ is {" in base64.
	{hints: []string{"eyJ"}, find: regexp.MustCompile(`eyJ[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){1,4}`)},
	{hints: []string{"AKIA", "ASIA"}, find: regexp.MustCompile(`A[KS]IA[A-Z0-9]{16}`)}, // Amazon
	{hints: []string{"gh", "github_pat_"}, find: regexp.MustCompile(`gh[opusr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}`)},
	{hints: []string{"glpat-"}, find: regexp.MustCompile(`glpat-[A-Za-z0-9_-]{16,}`)},                                   // GitLab
	{hints: []string{"xox", "xapp-"}, find: regexp.MustCompile(`(?:xox[a-z]|xapp)-[A-Za-z0-9-]{8,}`)},                   // Slack
	{hints: []string{"hooks.slack.com/"}, find: regexp.MustCompile(`hooks\.slack\.com/[A-Za-z0-9/_-]+`)},                // posts to whom it names
	{hints: []string{"hvs.", "hvb.", "hvr."}, find: regexp.MustCompile(`hv[sbr]\.[A-Za-z0-9_-]{16,}`)},                  // Vault
	{hints: []string{"s."}, find: regexp.MustCompile(`\bs\.[A-Za-z0-9]{24}\b`)},                                         // OpenBao, Vault before 1.10
	{hints: []string{"k_live_", "k_test_"}, find: regexp.MustCompile(`[sr]k_(?:live|test)_[A-Za-z0-9]{10,}`)},           // Stripe
	{hints: []string{"AIza"}, find: regexp.MustCompile(`AIza[A-Za-z0-9_-]{30,}`)},                                       // Google
	{hints: []string{"npm_", "hf_"}, find: regexp.MustCompile(`(?:npm|hf)_[A-Za-z0-9]{30,}`)},                           // package and model registries
	{hints: []string{"sk-"}, find: regexp.MustCompile(`\bsk-[A-Za-z0-9_-]{20,}`)},                                       // model services
	{hints: []string{"prv"}, find: regexp.MustCompile(`[xyzt]prv[1-9A-HJ-NP-Za-km-z]{80,}`)},                            // BIP-32 extended keys
	{hints: []string{"earer", "EARER"}, find: regexp.MustCompile(`(?i)bearer\s+([A-Za-z0-9._~+/=-]{8,})`), is: telling}, // RFC 6750
	{hints: []string{"asic", "ASIC"}, find: regexp.MustCompile(`(?i)basic\s+([A-Za-z0-9+/=_-]{4,})`), is: basic},        // RFC 7617
	{hints: []string{"://"}, find: regexp.MustCompile(`://([^\s/?#]*)@`)},
	// A password with a / in it, as people write them. A number there is a port and no password.
	{hints: []string{"://"}, find: regexp.MustCompile(`://([^\s/@:?#]*:[^\s@]+)@`), is: slashed},
	{hints: []string{"@tcp(", "@unix("}, find: regexp.MustCompile(`([^\s/@:]+:\S*)@(?:tcp|unix)\(`)},
	{hints: []string{"@"}, find: regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`), is: mail},
	{hints: []string{"+"}, find: regexp.MustCompile(`(?:^|[^0-9A-Za-z])(\+[1-9](?:[ .()-]{0,2}[0-9]){7,14})`)}, // ITU E.164
}

// shapes finds every known shape in s.
func shapes(s string) []span {
	var found []span
	for _, k := range known {
		if slices.ContainsFunc(k.hints, func(hint string) bool { return strings.Contains(s, hint) }) {
			found = append(found, k.all(s)...)
		}
	}
	return found
}

func (k shape) all(s string) []span {
	var found []span
	work := 8*len(s) + 4096
	for at := 0; at < len(s); {
		m := k.find.FindStringSubmatchIndex(s[at:])
		if m == nil {
			break
		}
		start, from, to := at+m[0], at+m[len(m)-2], at+m[len(m)-1]
		if work -= to - at; work < 0 {
			return []span{{0, len(s)}} // lookalikes in lookalikes: made to be slow, and no log line
		}
		at = to
		switch {
		case k.is == nil || k.is(s[from:to]):
			found = append(found, span{from, to})
		case from > start:
			at = from // behind "bearer" stood another "bearer", say
		}
	}
	return found
}

// basic leaves "basic functions" alone, which are no user and password.
func basic(s string) bool {
	raw, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("=", "", "-", "+", "_", "/").Replace(s))
	return err == nil && strings.Contains(string(raw), ":")
}

// slashed leaves the port and path of a URL alone that has an @ in its path.
func slashed(s string) bool {
	_, password, _ := strings.Cut(s, ":")
	port, _, _ := strings.Cut(password, "/")
	return strings.Trim(port, "0123456789") != ""
}

// mail leaves peers of the chain's network alone: a node's id, 40 hexadecimal digits, before its host.
func mail(s string) bool {
	local, _, _ := strings.Cut(s, "@")
	return len(local) != 40 || strings.Trim(local, "0123456789abcdef") != ""
}
