package pipeline

import (
	"errors"

	"github.com/virtengine/virtengine/ml/inference/pipeline/day"
	"github.com/virtengine/virtengine/ml/inference/pipeline/score"
	"github.com/virtengine/virtengine/ml/mrz"
)

// papers are what a document says.
type papers struct {
	portrait rect
	zone     mrz.TD1
	birth    day.Date     // by the zone
	expiry   day.Date     // by the zone
	wrong    int          // check digits of the zone that do not hold
	lines    [zone]string // the printed fields, by region: number, surname, given names, birth date
	sure     score.BasisPoints
}

// readDocument finds the parts of a document and reads them.
func (r *run) readDocument(document Gray, captured day.Date) (papers, error) {
	parts, err := r.regions(document)
	if err != nil {
		return papers{}, err
	}
	var out papers
	if err := complete(parts); err != nil {
		return papers{}, err
	}
	out.portrait = parts[portrait]
	var sure []int64
	for class := number; class < zone; class++ {
		l, err := r.read(document, r.roomy(parts[class], document))
		if err != nil {
			return papers{}, err
		}
		if l.text == "" {
			return papers{}, refusal{FieldNotFound}
		}
		out.lines[class] = l.text
		sure = append(sure, l.sure...)
	}
	bands, ok := document.bands(r.roomy(parts[zone], document))
	if !ok {
		return papers{}, refusal{ZoneNotFound}
	}
	var text [mrz.Lines]string
	for i, band := range bands {
		l, err := r.readZone(document, band, i)
		if err != nil {
			return papers{}, err
		}
		text[i] = l.text
		sure = append(sure, l.sure...)
	}
	if err := out.takeZone(text, captured); err != nil {
		return papers{}, err
	}
	if out.wrong > 0 {
		r.result.Reasons = append(r.result.Reasons, CheckDigit)
	}
	out.sure = mean(sure)
	return out, nil
}

// digitsOfZone is how many check digits a zone has.
const digitsOfZone = 4

// takeZone takes the zone's lines. Check digits that do not hold are counted: they say that something was changed, or misread.
func (p *papers) takeZone(text [mrz.Lines]string, captured day.Date) error {
	var err error
	p.zone, err = mrz.ParseTD1(text)
	if all, several := err.(interface{ Unwrap() []error }); several && errors.Is(err, mrz.ErrCheckDigit) {
		p.wrong, err = min(len(all.Unwrap()), digitsOfZone), nil
	}
	if err == nil {
		p.birth, err = day.BirthOf(p.zone.Birth, captured)
	}
	if err == nil {
		p.expiry, err = day.ExpiryOf(p.zone.Expiry, captured)
	}
	if err != nil { // not of the zone's alphabet, its lengths, or its dates
		return refusal{ZoneUnreadable}
	}
	return nil
}

// complete refuses a document on which a part is missing, naming all that are.
func complete(parts map[region]rect) error {
	var why refusal
	if _, ok := parts[portrait]; !ok {
		why = append(why, PortraitNotFound)
	}
	for class := number; class < zone; class++ {
		if _, ok := parts[class]; !ok {
			why = append(why, FieldNotFound)
		}
	}
	if _, ok := parts[zone]; !ok {
		why = append(why, ZoneNotFound)
	}
	if len(why) > 0 {
		return why
	}
	return nil
}

// roomy is a region with part of a cell around it, since letters do not end where cells do.
func (r *run) roomy(part rect, document Gray) rect {
	return part.grown(document.W*r.params.RoomMargin/fieldCols/100, document.H*r.params.RoomMargin/fieldRows/100, document)
}

// mean of shares, rounded down; of none it is 0.
func mean(shares []int64) score.BasisPoints {
	sum := int64(0)
	for _, s := range shares {
		sum += s
	}
	return score.BasisPoints(sum / max(int64(len(shares)), 1))
}

// authenticity is the lesser of two: how far the document looks like those that the autoencoder knows, and which part of the
// zone's check digits holds.
func (r *run) authenticity(document Gray, p papers) (score.BasisPoints, error) {
	anomaly, err := r.anomaly(document)
	if err != nil {
		return 0, err
	}
	checks := int64(score.Full) * int64(digitsOfZone-p.wrong) / digitsOfZone
	return score.BasisPoints(min(r.params.Genuine.At(anomaly), checks)), nil
}

// consistency compares three times the same four data: claimed, printed, and in the zone. A datum is as good as the worse of
// claim against zone and print against zone; the factor is the mean of the four.
func (r *run) consistency(c Claims, birth day.Date, p papers) score.BasisPoints {
	z := p.zone
	given := joined(plain(c.GivenNames))
	if z.Truncated { // the zone holds as many of them as it has room for
		given = given[:min(len(given), len(joined(z.GivenNames)))]
	}
	var shares []int64
	for _, d := range []struct {
		claimed, printed, zone string
		differs                Reason
	}{
		{joined(plain(c.Number)), joined(plain(p.lines[number])), z.Number, NumberDiffers},
		{joined(plain(c.Surname)), joined(plain(p.lines[surname])), joined(z.Surname), SurnameDiffers},
		{given, joined(plain(p.lines[givenNames])), joined(z.GivenNames), GivenDiffer},
		{digits(birth.String()), dayFirst(p.lines[birthDate]), digits(p.birth.String()), BirthDateDiffers},
	} {
		if d.claimed != d.zone {
			r.result.Reasons = append(r.result.Reasons, d.differs)
		}
		shares = append(shares, min(likeness(d.claimed, d.zone), likeness(d.printed, d.zone)))
	}
	return mean(shares)
}

// dayFirst reads a printed DD.MM.YYYY as YYYYMMDD; what has other digits stays as it is.
func dayFirst(printed string) string {
	d := digits(printed)
	if len(d) != 8 {
		return d
	}
	return d[4:] + d[2:4] + d[:2]
}
