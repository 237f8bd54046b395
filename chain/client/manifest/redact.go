package manifest

// Redaction stands where a secret was.
const Redaction = "[redacted]"

// Redacted is a copy for reading back: passwords of registries are replaced by Redaction. Environment values stay,
// since their owner is who reads them; its hash is another one, so that it cannot be sent again by mistake.
func (g Group) Redacted() Group {
	g = g.Sorted()
	for _, s := range g.Services {
		if s.Credentials != nil {
			s.Credentials.Password = Redaction
		}
	}
	return g
}
