package licence

import "strings"

// form is one form in which a licence is met: phrases that stand in it in this order, and how many words there are from the
// first word of the first phrase to the last word of the last. The first and the last phrase are where it begins and
// ends, so that nothing of it is left over and a clause more, or less, shows in the number.
type form struct {
	id       string // of SPDX's list
	min, max int    // words
	phrases  []string
}

const (
	mitBegins   = "permission is hereby granted free of charge to any person obtaining a copy"
	mitEnds     = "out of or in connection with the software or the use or other dealings in the software"
	bsdBegins   = "redistribution and use in source and binary forms with or without modification are permitted"
	bsdSource   = "redistributions of source code must retain the above copyright notice"
	bsdBinary   = "redistributions in binary form must reproduce the above copyright notice"
	bsdName     = "used to endorse or promote products derived from this software without"
	bsdDisclaim = "express or implied warranties including but not limited to the implied warranties"
	bsdEnds     = "arising in any way out of the use of this software even if advised of the possibility of such damage"
	iscBegins   = "permission to use copy modify and or distribute this software for any purpose with or without fee is hereby granted"
	iscOlder    = "permission to use copy modify and distribute this software for any purpose with or without fee is hereby granted"
	iscKeep     = "provided that the above copyright notice and this permission notice appear in all copies"
	iscEnds     = "tortious action arising out of or in connection with the use or performance of this software"
	ccEnds      = "creative commons may be contacted at creativecommons org"
	apacheGoes  = "grant of patent license subject to the terms and conditions of this license each contributor hereby grants"
	apacheLast  = "your accepting any such warranty or additional liability"
	apacheEnds  = "limitations under the license"
)

// known are the forms that are recognized, a longer one before one that it contains.
//
// Sources: the texts of https://spdx.org/licenses, and the files of the modules that we build with.
var known = []form{
	{"CC-BY-SA-4.0", 1900, 3500, []string{"attribution sharealike 4 0 international", "creative commons attribution sharealike 4 0 international public license", "section 8 interpretation", ccEnds}},
	{"CC-BY-4.0", 1900, 3400, []string{"attribution 4 0 international", "creative commons attribution 4 0 international public license", "section 8 interpretation", ccEnds}},
	{"CC0-1.0", 500, 1200, []string{"cc0 1 0 universal", "public license fallback", "creative commons is not a party to this document and has no duty or obligation with respect to this cc0 or use of the work"}},
	{"MPL-2.0", 2350, 2700, []string{"mozilla public license version 2 0", "grants and conditions", "responsibilities", "disclaimer of warranty", "limitation of liability", "incompatible with secondary licenses", "as defined by the mozilla public license v 2 0"}},
	{"Apache-2.0", 1450, 1700, []string{"terms and conditions for use reproduction and distribution", apacheGoes, "end of terms and conditions", "how to apply the apache license to your work", "licensed under the apache license version 2 0", apacheEnds}},
	{"Apache-2.0", 1200, 1480, []string{"terms and conditions for use reproduction and distribution", apacheGoes, apacheLast, "end of terms and conditions"}},
	{"Apache-2.0", 1200, 1480, []string{"terms and conditions for use reproduction and distribution", apacheGoes, apacheLast}},
	{"Apache-2.0", 60, 95, []string{"licensed under the apache license version 2 0", "you may not use this file except in compliance with the license", apacheEnds}},
	{"BSL-1.0", 190, 240, []string{"boost software license version 1 0", "must be included in all copies of the software in whole or in part", "in connection with the software or the use or other dealings in the software"}},
	{"BlueOak-1.0.0", 220, 420, []string{"blue oak model license", "ensure that everyone who gets a copy of any part of this software from you", "under any kind of legal claim"}},
	{"Unlicense", 150, 240, []string{"this is free and unencumbered software released into the public domain", "we make this dedication for the benefit of the public at large", "dealings in the software"}},
	{"Zlib", 90, 150, []string{"this software is provided as is without any express or implied warranty", "the origin of this software must not be misrepresented", "this notice may not be removed or altered from any source distribution"}},
	{"MIT", 140, 175, []string{mitBegins, "the above copyright notice and this permission notice shall be included in all copies or substantial portions of the software", mitEnds}},
	{"MIT-0", 110, 140, []string{mitBegins, "and to permit persons to whom the software is furnished to do so", mitEnds}},
	{"ISC", 95, 130, []string{iscBegins, iscKeep, iscEnds}},
	{"ISC", 95, 130, []string{iscOlder, iscKeep, iscEnds}},
	{"0BSD", 80, 112, []string{iscBegins, "the software is provided as is", iscEnds}},
	{"BSD-4-Clause", 200, 290, []string{bsdBegins, bsdSource, bsdBinary, "all advertising materials mentioning features or use of this software must display", bsdName, bsdDisclaim, bsdEnds}},
	{"BSD-3-Clause", 180, 225, []string{bsdBegins, bsdSource, bsdBinary, bsdName, bsdDisclaim, bsdEnds}},
	{"BSD-2-Clause-Views", 180, 230, []string{bsdBegins, bsdSource, bsdBinary, bsdDisclaim, bsdEnds, "should not be interpreted as representing official policies either expressed or implied of"}},
	{"BSD-2-Clause", 150, 190, []string{bsdBegins, bsdSource, bsdBinary, bsdDisclaim, bsdEnds}},
}

// marker is a phrase by which a licence is known that takes back what others give. Such texts come in many lengths, and with
// parameters; that the words are there is enough to ask a person.
type marker struct{ id, phrase string }

var markers = []marker{
	{"AGPL-3.0", "affero general public license"},
	{"LGPL-3.0", "gnu lesser general public license version 3"},
	{"LGPL-2.1", "gnu lesser general public license version 2 1"},
	{"LGPL-2.0", "gnu library general public license"},
	{"GPL-3.0", "gnu general public license version 3"},
	{"GPL-2.0", "gnu general public license version 2"},
	{"GPL-2.0", "gnu general public license gpl version 2"},
	{"GPL-1.0", "gnu general public license version 1"},
	{"SSPL-1.0", "server side public license"},
	{"BUSL-1.1", "business source license"},
	{"Elastic-2.0", "elastic license"},
	{"CC-BY-NC-4.0", "attribution noncommercial"},
	{"Commons-Clause", "commons clause"},
	{"JSON", "shall be used for good not evil"},
}

// obliging are words that a title or a line about the holder has not and a clause has. Text around recognized licences that
// holds one is more than a title.
var obliging = words(`must may shall cannot not only except unless provided permitted permission permissions prohibited forbidden
	restricted restriction restrictions condition conditions commercial noncommercial evil fee royalty purchase sell
	subscription terms liable warranty either dual dually choice option`)

// maxRest is how many words may stand around the licences of a file: titles, names, addresses.
const maxRest = 80

func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}
