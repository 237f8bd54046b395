package leaks

import "regexp"

// shape is a secret that is known by its form.
type shape struct {
	what  string
	like  *regexp.Regexp
	drawn bool // the first group is the secret, if it looks drawn
}

// shapes returns what is looked for. Forms of tokens are those that their issuers document for scanners.
func shapes() []shape {
	var all []shape
	for _, s := range []struct {
		what, like string
		drawn      bool
	}{
		{"a private key", `-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr]|[>|#*"+,/-])+(?:[A-Za-z-]+: [^\n]*\s+)*[A-Za-z0-9+/=]{16}[A-Za-z0-9+/=\s\\"]{24,}`, false},
		{"a PuTTY private key", `PuTTY-User-Key-File-[23]: `, false},
		{"an age identity", `\bAGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{50,}`, false},
		{"an extended private key", `\b[xyztuv]prv[1-9A-HJ-NP-Za-km-z]{100,}`, false},
		{"an AWS access key", `\b(?:AKIA|ASIA)[0-9A-Z]{16}\b`, false},
		{"an AWS secret key", `(?i)\baws_?secret(?:_?access)?_?key["']?\s*[:=]+\s*["']?[A-Za-z0-9/+]{40}\b`, false},
		{"a Google key", `\bAIza[0-9A-Za-z_-]{35}`, false},
		{"a Google token", `\b(?:ya29\.[0-9A-Za-z_-]{30,}|GOCSPX-[0-9A-Za-z_-]{20,})`, false},
		{"an Azure key", `\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{40,}={0,2}`, false},
		{"a GitHub token", `\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50,})`, false},
		{"a GitLab token", `\bgl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{20,}`, false},
		{"a Slack token", `\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{20,}`, false},
		{"a Slack webhook", `\bhooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]{20,}`, false},
		{"a Stripe key", `\b(?:[rs]k_(?:live|test)|whsec)_[A-Za-z0-9]{20,}`, false},
		{"an npm token", `\bnpm_[A-Za-z0-9]{36}`, false},
		{"a PyPI token", `\bpypi-AgE[A-Za-z0-9_-]{50,}`, false},
		{"a Docker token", `\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}`, false},
		{"a Vault token", `\bhv[bsr]\.[A-Za-z0-9_-]{24,}`, false},
		{"a SendGrid key", `\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}`, false},
		{"a key of a model's service", `\bsk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{32,}`, false},
		{"a signed token", `\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}`, false},
		{"a password in a URL", `\b[a-z][a-z0-9+.-]*://[^/\s:@%{}<>$"'` + "`" + `]*:[^/\s:@%{}<>$"'` + "`" + `]{3,}@[^/\s]`, false},
		{"an authorization", `(?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=-]{20,})`, true},
	} {
		all = append(all, shape{s.what, regexp.MustCompile(s.like), s.drawn})
	}
	return all
}

// assignment is a name, something that gives it a value, and the value.
const assignment = `([A-Za-z_][A-Za-z0-9_.-]{2,100})["']?\]?\s{0,8}(?::=|=>|[:=])\s{0,8}(["'` + "`" + `]?)([^\s"'` + "`" + `,;(){}\[\]<>]{16,512})`
